/*
 * The order that a user gave a plain table: a column, or a list of them as `--sort` takes it. Without
 * one the rows stand as the sheet has them, which the pane's title says ("worst first").
 */
#ifndef PANE_ORDER_H
#define PANE_ORDER_H

#include "pane/pane.h"
#include "sheet/grid.h"
#include "widget/table.h"

struct order {
	char *list; /* "[-]COLUMN[,…]", or NULL */
};

void order_release(struct order *order);

/*
 * CMD_SORT: by the column that was typed or the one under the cursor, the better side and the newest
 * first; by the one that it is ordered by already: back to the sheet's own order. CMD_REVERSE. True:
 * the order is another; make the grid anew. What cannot be is said to the user.
 */
bool order_command(struct order *order, struct host *host, const struct table_view *view,
		   struct grid *grid, enum command command, struct str argument);

/* Orders a new grid. A column that it does not have (any more) takes the order away. */
void order_apply(struct order *order, struct grid *grid);

/* " --sort 'list'" where there is an order, for the command that prints the same. */
void order_twin_words(const struct order *order, struct buf *out);

/* Marks the first column of the order in the header. */
void order_look(const struct order *order, const struct sheet *sheet, struct table_look *look);

#endif
