/* The panes as text: what `leeboard SOURCE` prints where there is no terminal. */
#ifndef COMMAND_PANES_H
#define COMMAND_PANES_H

#include "command/line.h"

/* Prints every pane that a source lights, under its name. Answers the exit code: the worst. */
int command_panes(const struct line *line);

#endif
