/* The help screen: the table of keys as facts, for a detail view. */
#ifndef WIDGET_HELP_H
#define WIDGET_HELP_H

#include "sheet/facts.h"

/* table: the lines of keymap_table (input/keymap.h). */
void help_facts(struct facts *facts, struct str table);

#endif
