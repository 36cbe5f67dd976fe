/* leeboard demo, for whoever can open a workbench too. */
#ifndef COMMAND_DEMO_H
#define COMMAND_DEMO_H

#include "command/line.h"

/*
 * Starts the demo and shows it with `open`, which gets a line that names the demo's configuration;
 * with --text, and without a terminal on stdout, the panes are printed instead. The demo ends with
 * it. Answers the exit code.
 */
int demo_show(const struct line *line, int (*open)(const struct line *line));

#endif
