/*
 * A table: a window on a sheet, with a cursor, marks and pins.
 *
 * The view never points into a sheet. Cursor, marks and pins are ids of records, so that rows may
 * come, go and change places under them: table_sheet() is told each new sheet and finds the
 * cursor's record again, on the same row of the screen where that is possible. When the record is
 * gone the cursor stays at its place. A cursor that nobody has moved yet stays on the first row.
 *
 * Columns keep their widths while rows scroll by: they grow when a new sheet has wider cells and
 * are measured anew only for other columns or another width of the area. The columns up to the
 * first text are pinned while the others scroll sideways. A state column gives each row its glyph;
 * one with `most` 0 gives nothing else. Numbers stand with their points under each other.
 */
#ifndef WIDGET_TABLE_H
#define WIDGET_TABLE_H

#include "base/buf.h"
#include "base/map.h"
#include "sheet/sheet.h"
#include "term/surface.h"

enum { TABLE_MAX_COLUMNS = 256, TABLE_MAX_MARKS = 10000, TABLE_MAX_PINS = 8 };

struct table_ids {
	char **list; /* each an allocation of its own, so that the map's keys stay */
	size_t *lengths;
	size_t n, cap;
	struct map map;
};

struct table_view {
	struct buf cursor_id;
	size_t cursor, top; /* rows */
	bool moved;         /* the cursor was moved; until then it stays on the first row */
	size_t column;      /* under the cursor */
	size_t left;        /* the first column right of the pinned ones */
	struct table_ids marks;
	struct table_ids pins;
	bool ranging;       /* a range was begun … */
	size_t range_from;  /* … at this row */
	int page;           /* rows of the last frame */
	int widths[TABLE_MAX_COLUMNS];
	int tails[TABLE_MAX_COLUMNS]; /* columns from the decimal point on, of numbers */
	uint64_t measured;  /* of which columns and width; 0: none */
};

struct table_look {
	bool focus;         /* has the keyboard */
	int64_t now;        /* wall ms, for ages */
	long sort_column;   /* -1: none to show */
	bool descending;
	const char *empty;  /* said when there is no row: what is going on, and what to press */
};

void table_init(struct table_view *view);
void table_release(struct table_view *view);

/* A new sheet, or the first: finds the cursor's record again. Comes before anything is asked. */
void table_sheet(struct table_view *view, const struct sheet *sheet);

/* Moves the cursor by rows, to a row, by half pages, by columns; all stop at the ends. */
void table_move(struct table_view *view, const struct sheet *sheet, long rows);
void table_to(struct table_view *view, const struct sheet *sheet, size_t row);
void table_page(struct table_view *view, const struct sheet *sheet, int pages);
void table_across(struct table_view *view, const struct sheet *sheet, int columns);

/* To the record with that id; false when it is not there. */
bool table_go(struct table_view *view, const struct sheet *sheet, struct str id);

/* The id under the cursor; STR_NONE when there is no row. Valid until the cursor moves. */
struct str table_id(const struct table_view *view);

/* space, v, U. A range ends, marked, with the next table_mark or table_range. */
void table_mark(struct table_view *view, const struct sheet *sheet);
void table_range(struct table_view *view, const struct sheet *sheet);
void table_unmark(struct table_view *view);
bool table_marked(const struct table_view *view, struct str id);

/* The marked ids, in the order in which they were marked. */
size_t table_marks(const struct table_view *view);
struct str table_mark_at(const struct table_view *view, size_t i);

/* Keeps the cursor's row at the top, or lets it go. */
void table_pin(struct table_view *view);

/* "37 of 1,204", "12", with ", 3 marked" where there are some; "–" before any source told. */
void table_counts(const struct table_view *view, const struct sheet *sheet, struct buf *out);

void table_draw(struct table_view *view, struct surface *surface, struct area area,
	const struct sheet *sheet, const struct table_look *look);

#endif
