/* The state of a table; see table.h. What it looks like is in table_draw.c. */
#include "widget/table.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 4096 };

/* --- sets of ids --- */

static struct str id_at(const struct table_ids *ids, size_t i)
{
	return (struct str){ids->list[i], ids->lengths[i]};
}

static bool ids_have(const struct table_ids *ids, struct str id)
{
	uint32_t at;

	return id.s && map_get(&ids->map, id, &at);
}

static void ids_add(struct table_ids *ids, struct str id, size_t max)
{
	if (!id.s || ids->n >= max || ids_have(ids, id))
		return;
	if (ids->n == ids->cap) {
		ids->cap = ids->cap ? ids->cap * 2 : 16;
		ids->list = mem_resize(ids->list, ids->cap, sizeof *ids->list);
		ids->lengths = mem_resize(ids->lengths, ids->cap, sizeof *ids->lengths);
	}
	ids->list[ids->n] = mem_copy(id.s, id.n);
	ids->lengths[ids->n] = id.n;
	map_put(&ids->map, id_at(ids, ids->n), (uint32_t)ids->n);
	ids->n++;
}

static void ids_number(struct table_ids *ids)
{
	map_release(&ids->map);
	map_init(&ids->map);
	for (size_t i = 0; i < ids->n; i++)
		map_put(&ids->map, id_at(ids, i), (uint32_t)i);
}

static void ids_remove(struct table_ids *ids, struct str id)
{
	uint32_t at;
	size_t behind;

	if (!map_get(&ids->map, id, &at))
		return;
	behind = ids->n - at - 1;
	free(ids->list[at]);
	memmove(ids->list + at, ids->list + at + 1, behind * sizeof *ids->list);
	memmove(ids->lengths + at, ids->lengths + at + 1, behind * sizeof *ids->lengths);
	ids->n--;
	ids_number(ids);
}

static void ids_clear(struct table_ids *ids)
{
	for (size_t i = 0; i < ids->n; i++)
		free(ids->list[i]);
	ids->n = 0;
	ids_number(ids);
}

static void ids_release(struct table_ids *ids)
{
	ids_clear(ids);
	map_release(&ids->map);
	free(ids->list);
	free(ids->lengths);
}

/* --- the view --- */

void table_init(struct table_view *view)
{
	memset(view, 0, sizeof *view);
	buf_init(&view->cursor_id, ID_MAX);
	map_init(&view->marks.map);
	map_init(&view->pins.map);
}

void table_release(struct table_view *view)
{
	buf_release(&view->cursor_id);
	ids_release(&view->marks);
	ids_release(&view->pins);
}

static struct str row_id(const struct sheet *sheet, size_t row)
{
	return sheet->class->id(sheet, row);
}

static void remember(struct table_view *view, const struct sheet *sheet)
{
	buf_clear(&view->cursor_id);
	if (view->cursor < sheet->n)
		buf_add_str(&view->cursor_id, row_id(sheet, view->cursor));
}

void table_sheet(struct table_view *view, const struct sheet *sheet)
{
	size_t line = view->cursor - view->top;
	long row = -1;

	if (view->cursor_id.n && view->moved)
		row = sheet_find(sheet, buf_str(&view->cursor_id));
	if (row >= 0)
		view->cursor = (size_t)row;
	else if (view->cursor >= sheet->n)
		view->cursor = sheet->n ? sheet->n - 1 : 0;
	view->top = view->cursor > line ? view->cursor - line : 0;
	if (view->column >= sheet->ncolumns)
		view->column = sheet->ncolumns ? sheet->ncolumns - 1 : 0;
	while (view->column + 1 < sheet->ncolumns && sheet->columns[view->column].most == 0)
		view->column++; /* what the cursor is on is seen */
	if (view->range_from >= sheet->n)
		view->ranging = false;
	remember(view, sheet);
}

void table_to(struct table_view *view, const struct sheet *sheet, size_t row)
{
	size_t last = sheet->n ? sheet->n - 1 : 0;

	view->cursor = row < last ? row : last;
	view->moved = true;
	remember(view, sheet);
}

void table_move(struct table_view *view, const struct sheet *sheet, long rows)
{
	if (rows < 0 && (size_t)-rows > view->cursor)
		table_to(view, sheet, 0);
	else
		table_to(view, sheet, view->cursor + (size_t)rows);
}

void table_page(struct table_view *view, const struct sheet *sheet, int pages)
{
	long half = view->page > 2 ? view->page / 2 : 1;
	size_t cursor = view->cursor;

	table_move(view, sheet, pages * half);
	/* the window moves along, so that the cursor stays on its line */
	if (view->cursor > cursor)
		view->top += view->cursor - cursor;
	else
		view->top -= view->top < cursor - view->cursor ? view->top : cursor - view->cursor;
}

void table_across(struct table_view *view, const struct sheet *sheet, int columns)
{
	int step = columns < 0 ? -1 : 1;

	for (; columns; columns -= step) {
		size_t at = view->column;

		do {
			if ((step < 0 && at == 0) || (step > 0 && at + 1 >= sheet->ncolumns))
				return;
			at += (size_t)(long)step;
		} while (sheet->columns[at].most == 0);
		view->column = at;
	}
}

bool table_go(struct table_view *view, const struct sheet *sheet, struct str id)
{
	long row = sheet_find(sheet, id);

	if (row < 0)
		return false;
	table_to(view, sheet, (size_t)row);
	return true;
}

struct str table_id(const struct table_view *view)
{
	return view->cursor_id.n ? buf_str(&view->cursor_id) : STR_NONE;
}

static void mark_range(struct table_view *view, const struct sheet *sheet)
{
	size_t from = view->range_from, to = view->cursor;

	view->ranging = false;
	if (from > to) {
		from = view->cursor;
		to = view->range_from;
	}
	for (size_t row = from; row <= to && row < sheet->n; row++)
		ids_add(&view->marks, row_id(sheet, row), TABLE_MAX_MARKS);
}

void table_mark(struct table_view *view, const struct sheet *sheet)
{
	struct str id = table_id(view);

	if (view->ranging)
		mark_range(view, sheet);
	else if (ids_have(&view->marks, id))
		ids_remove(&view->marks, id);
	else
		ids_add(&view->marks, id, TABLE_MAX_MARKS);
	view->moved = true;
}

void table_range(struct table_view *view, const struct sheet *sheet)
{
	if (view->ranging) {
		mark_range(view, sheet);
		return;
	}
	view->moved = true;
	view->ranging = sheet->n > 0;
	view->range_from = view->cursor;
}

void table_unmark(struct table_view *view)
{
	view->ranging = false;
	ids_clear(&view->marks);
}

bool table_marked(const struct table_view *view, struct str id)
{
	return ids_have(&view->marks, id);
}

size_t table_marks(const struct table_view *view)
{
	return view->marks.n;
}

struct str table_mark_at(const struct table_view *view, size_t i)
{
	return id_at(&view->marks, i);
}

void table_pin(struct table_view *view)
{
	struct str id = table_id(view);

	view->moved = true;
	if (ids_have(&view->pins, id))
		ids_remove(&view->pins, id);
	else
		ids_add(&view->pins, id, TABLE_MAX_PINS);
}

/* "1,204" */
static void add_count(struct buf *out, size_t count)
{
	if (count >= 1000) {
		add_count(out, count / 1000);
		buf_addf(out, ",%03zu", count % 1000);
	} else {
		buf_addf(out, "%zu", count);
	}
}

/* Has any source said what there is? A sheet of no source is our own. */
static bool any_told(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->nsources; i++)
		if (sheet->sources[i].snapshot)
			return true;
	return !sheet->nsources;
}

void table_counts(const struct table_view *view, const struct sheet *sheet, struct buf *out)
{
	if (!sheet->n && !any_told(sheet)) {
		buf_adds(out, "–");
		return;
	}
	add_count(out, sheet->n);
	if (sheet->total != SIZE_MAX && sheet->total != sheet->n) {
		buf_adds(out, " of ");
		add_count(out, sheet->total);
	}
	if (view->marks.n) {
		buf_adds(out, ", ");
		add_count(out, view->marks.n);
		buf_adds(out, " marked");
	}
}
