/* The keys of a part that shows a table: moving, marking, pinning. */
#ifndef PANE_LISTER_H
#define PANE_LISTER_H

#include "pane/pane.h"
#include "widget/table.h"

/* True: the command was for the table. Without `marks` it only moves. */
bool lister_command(struct table_view *view, const struct sheet *sheet, enum command command,
		    bool marks);

/* What an empty table says (first line: what, second: what to press), in the middle of the area. */
void lister_say(struct surface *surface, struct area area, const char *text);

#endif
