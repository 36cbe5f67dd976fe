/* See lister.h. */
#include "pane/lister.h"

#include "widget/frame.h"

static bool move_command(struct table_view *view, const struct sheet *sheet, enum command command)
{
	switch (command) {
	case CMD_DOWN:
		table_move(view, sheet, 1);
		return true;
	case CMD_UP:
		table_move(view, sheet, -1);
		return true;
	case CMD_LEFT:
		table_across(view, sheet, -1);
		return true;
	case CMD_RIGHT:
		table_across(view, sheet, 1);
		return true;
	case CMD_TOP:
		table_to(view, sheet, 0);
		return true;
	case CMD_BOTTOM:
		table_to(view, sheet, sheet->n ? sheet->n - 1 : 0);
		return true;
	case CMD_PAGE_DOWN:
		table_page(view, sheet, 1);
		return true;
	case CMD_PAGE_UP:
		table_page(view, sheet, -1);
		return true;
	default:
		return false;
	}
}

bool lister_command(struct table_view *view, const struct sheet *sheet, enum command command,
		    bool marks)
{
	if (!sheet)
		return false;
	if (move_command(view, sheet, command))
		return true;
	if (!marks)
		return false;
	switch (command) {
	case CMD_MARK:
		table_mark(view, sheet);
		return true;
	case CMD_RANGE:
		table_range(view, sheet);
		return true;
	case CMD_UNMARK:
		table_unmark(view);
		return true;
	case CMD_PIN:
		table_pin(view);
		return true;
	default:
		return false;
	}
}

bool lister_next(struct table_view *view, const struct grid *grid, int step,
		 bool (*wanted)(const struct grid *grid, size_t row))
{
	size_t n = grid ? grid->sheet.n : 0;

	for (size_t i = 1; i <= n; i++) {
		size_t row = (view->cursor + (step > 0 ? i : n - i)) % n;

		if (!wanted(grid, row))
			continue;
		table_to(view, &grid->sheet, row);
		return true;
	}
	return false;
}

void lister_say(struct surface *surface, struct area area, const char *text)
{
	struct str all = str_of(text);
	long end = str_find(all, '\n');
	struct str what = end < 0 ? all : str_slice(all, 0, (size_t)end);
	struct str press = end < 0 ? STR("") : str_slice(all, (size_t)end + 1, all.n);

	frame_say(surface, area, ROLE_NORMAL, what, press);
}
