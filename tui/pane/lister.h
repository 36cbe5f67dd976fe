/* The keys of a part that shows a table: moving, marking, pinning. */
#ifndef PANE_LISTER_H
#define PANE_LISTER_H

#include "pane/pane.h"
#include "sheet/grid.h"
#include "widget/table.h"

/* True: the command was for the table. Without `marks` it only moves. */
bool lister_command(struct table_view *view, const struct sheet *sheet, enum command command,
		    bool marks);

/* To the next row of that kind from the cursor on, round the end; step 1 or -1. False: there is none. */
bool lister_next(struct table_view *view, const struct grid *grid, int step,
		 bool (*wanted)(const struct grid *grid, size_t row));

/* What an empty table says (first line: what, second: what to press), in the middle of the area. */
void lister_say(struct surface *surface, struct area area, const char *text);

#endif
