/* See order.h. */
#include "pane/order.h"

#include "base/mem.h"

#include <stdlib.h>

void order_release(struct order *order)
{
	free(order->list);
	order->list = NULL;
}

/* The first column of the list, without its sign; a missing text when there is no order. */
static struct str first_of(const struct order *order, bool *descending)
{
	struct str list = str_of(order->list);
	long end = str_find(list, ',');

	*descending = str_starts(list, STR("-"));
	return list.s ? str_slice(list, *descending, end < 0 ? list.n : (size_t)end) : list;
}

static void set(struct order *order, struct str column, bool descending)
{
	struct buf list;

	buf_init(&list, 1 << 16);
	buf_addf(&list, "%s%.*s", descending ? "-" : "", STR_ARG(column));
	order_release(order);
	order->list = mem_copy(list.s, list.n);
	buf_release(&list);
}

static bool sort_typed(struct order *order, struct host *host, struct grid *grid, struct str list)
{
	struct err err;

	if (grid_sort(grid, list, &err)) {
		host->say(host, TONE_BAD, "%s", err.message);
		return false;
	}
	set(order, list, false);
	return true;
}

static bool sort_here(struct order *order, struct host *host, const struct table_view *view,
		      const struct grid *grid)
{
	const struct sheet_column *here = &grid->sheet.columns[view->column];
	bool descending;

	if (view->column >= grid->sheet.ncolumns)
		return false;
	if (here->type == SHEET_CURVE) {
		host->say(host, TONE_DIM, "a curve is nothing to sort by");
		return false;
	}
	if (str_equal(first_of(order, &descending), here->key))
		order_release(order);
	else
		set(order, here->key,
		    here->better == DIRECTION_HIGHER || here->type == SHEET_TIME);
	return true;
}

static bool reverse(struct order *order, struct host *host)
{
	bool descending;
	struct str column = first_of(order, &descending);

	if (!column.s) {
		host->say(host, TONE_DIM, "s orders by the column under the cursor first");
		return false;
	}
	set(order, column, !descending);
	return true;
}

bool order_command(struct order *order, struct host *host, const struct table_view *view,
		   struct grid *grid, enum command command, struct str argument)
{
	if (!grid)
		return false;
	if (command == CMD_REVERSE)
		return reverse(order, host);
	return argument.n ? sort_typed(order, host, grid, argument)
			  : sort_here(order, host, view, grid);
}

void order_apply(struct order *order, struct grid *grid)
{
	struct err err;

	if (order->list && grid_sort(grid, str_of(order->list), &err))
		order_release(order);
}

void order_twin_words(const struct order *order, struct buf *out)
{
	if (!order->list)
		return;
	buf_adds(out, " --sort ");
	pane_quote(out, str_of(order->list));
}

void order_look(const struct order *order, const struct sheet *sheet, struct table_look *look)
{
	struct str column = first_of(order, &look->descending);

	look->sort_column = -1;
	for (size_t c = 0; column.s && c < sheet->ncolumns; c++)
		if (str_equal(sheet->columns[c].key, column))
			look->sort_column = (long)c;
}
