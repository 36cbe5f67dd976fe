/*
 * A detail view: facts as lines of label and text, scrolled, wrapped or cut, and searched in.
 *
 * The help screen is one too (help.h).
 */
#ifndef WIDGET_DETAIL_H
#define WIDGET_DETAIL_H

#include "base/buf.h"
#include "sheet/facts.h"
#include "term/surface.h"

struct detail_view {
	size_t top;      /* the first line shown */
	size_t lines;    /* of the last frame, in all */
	int page;        /* of the last frame */
	int left;        /* columns scrolled sideways, when lines are cut */
	bool cut;        /* long lines are cut, not wrapped */
	struct buf needle;
	long found;      /* the line that the search stands on, or -1 */
	int seek;        /* a search that the next frame carries out: 1 on, -1 back, 2 from here */
};

void detail_init(struct detail_view *view);
void detail_release(struct detail_view *view);

/* To the start, with the search forgotten: other facts are shown. */
void detail_reset(struct detail_view *view);

void detail_move(struct detail_view *view, long lines);
void detail_page(struct detail_view *view, int pages);
void detail_to(struct detail_view *view, size_t line);
void detail_across(struct detail_view *view, int columns);
void detail_wrap(struct detail_view *view);

/* Marks every place of the text (letters of ASCII without case) and goes to the first one from
 * here; an empty one ends the search. direction: 1 to the next, -1 to the one before. */
void detail_search(struct detail_view *view, struct str needle);
void detail_again(struct detail_view *view, int direction);

/* "3 of 20 lines", and how the search stands. */
void detail_note(const struct detail_view *view, struct buf *out);

void detail_draw(struct detail_view *view, struct surface *surface, struct area area,
	const struct facts *facts);

#endif
