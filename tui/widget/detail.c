/* Facts as lines; see detail.h. */
#include "widget/detail.h"

#include "base/mem.h"
#include "widget/tone.h"

#include <stdlib.h>
#include <string.h>

enum { NEEDLE_MAX = 256, WIDEST_LABEL = 24, GAP = 2, MAX_LINES = 100000 };

/* One line of the screen: a piece of a fact. */
struct line {
	const struct fact *fact;
	struct str text;
	bool first; /* shows the label too */
};

struct layout {
	struct line *lines;
	size_t n, cap;
	int label; /* columns of labels, with their gap */
};

void detail_init(struct detail_view *view)
{
	memset(view, 0, sizeof *view);
	view->found = -1;
	buf_init(&view->needle, NEEDLE_MAX);
}

void detail_release(struct detail_view *view)
{
	buf_release(&view->needle);
}

void detail_reset(struct detail_view *view)
{
	view->top = 0;
	view->left = 0;
	view->found = -1;
	view->seek = 0;
	buf_clear(&view->needle);
}

void detail_to(struct detail_view *view, size_t line)
{
	size_t last = view->lines > (size_t)view->page ? view->lines - (size_t)view->page : 0;

	view->top = line < last ? line : last;
}

void detail_move(struct detail_view *view, long lines)
{
	if (lines < 0 && (size_t)-lines > view->top)
		view->top = 0;
	else
		detail_to(view, view->top + (size_t)lines);
}

void detail_page(struct detail_view *view, int pages)
{
	detail_move(view, (long)pages * (view->page > 2 ? view->page / 2 : 1));
}

void detail_across(struct detail_view *view, int columns)
{
	view->left += columns * 8;
	if (view->left < 0 || !view->cut)
		view->left = 0;
}

void detail_wrap(struct detail_view *view)
{
	view->cut = !view->cut;
	view->left = 0;
}

void detail_search(struct detail_view *view, struct str needle)
{
	buf_clear(&view->needle);
	buf_add_str(&view->needle, needle);
	view->found = -1;
	view->seek = needle.n ? 2 : 0;
}

void detail_again(struct detail_view *view, int direction)
{
	view->seek = view->needle.n ? direction : 0;
}

void detail_note(const struct detail_view *view, struct buf *out)
{
	if (view->needle.n && view->found < 0)
		buf_addf(out, "\"%s\" is not here", buf_cstr(&view->needle));
	else if (view->lines > (size_t)view->page)
		buf_addf(out, "%zu–%zu of %zu lines", view->top + 1, view->top + (size_t)view->page,
			view->lines);
}

/* --- layout --- */

static int label_width(const struct facts *facts)
{
	int widest = 0;

	for (size_t i = 0; i < facts->n; i++) {
		int width = facts->facts[i].label.s ? text_width(facts->facts[i].label) : 0;

		if (width > widest)
			widest = width;
	}
	return (widest < WIDEST_LABEL ? widest : WIDEST_LABEL) + GAP;
}

static void add_line(struct layout *layout, const struct fact *fact, struct str text, bool first)
{
	if (layout->n == MAX_LINES)
		return;
	MEM_GROW(layout->lines, layout->n, layout->cap);
	layout->lines[layout->n++] = (struct line){fact, text, first};
}

/* The longest start of text that fits, ended at a blank where there is one in its second half. */
static struct str wrap_piece(struct str text, int width)
{
	struct str piece = text_fit(text, width, NULL);
	struct str word = piece;

	if (piece.n == text.n)
		return piece;
	while (word.n > piece.n / 2 && word.s[word.n - 1] != ' ')
		word.n--;
	/* one glyph at least, or it would never end */
	if (!piece.n) {
		struct text_glyph glyph;
		struct str rest = text;

		text_next(&rest, &glyph);
		return glyph.bytes;
	}
	return word.n > piece.n / 2 ? word : piece;
}

static void lay_out(struct layout *layout, const struct facts *facts, int width, bool cut)
{
	layout->label = label_width(facts);
	if (layout->label > width / 2)
		layout->label = width / 2;
	for (size_t i = 0; i < facts->n; i++) {
		const struct fact *fact = &facts->facts[i];
		struct str rest = fact->text;
		bool first = true;

		if (!fact->label.s && layout->n)
			add_line(layout, NULL, STR(""), false);
		do {
			struct str piece = cut ? rest : wrap_piece(rest, width - layout->label);

			add_line(layout, fact, piece, first);
			rest = str_slice(rest, piece.n, rest.n);
			first = false;
		} while (rest.n);
	}
}

/* --- search --- */

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Where needle begins in text from `from` on, or -1. */
static long find_fold(struct str text, size_t from, struct str needle)
{
	for (size_t i = from; needle.n && i + needle.n <= text.n; i++) {
		size_t k = 0;

		while (k < needle.n && fold(text.s[i + k]) == fold(needle.s[k]))
			k++;
		if (k == needle.n)
			return (long)i;
	}
	return -1;
}

static bool line_matches(const struct line *line, struct str needle)
{
	if (!line->fact)
		return false;
	if (find_fold(line->text, 0, needle) >= 0)
		return true;
	return line->first && line->fact->label.s && find_fold(line->fact->label, 0, needle) >= 0;
}

/* Carries a search out: the next line that matches, around the end. */
static void seek(struct detail_view *view, const struct layout *layout)
{
	size_t n = layout->n, at;
	int step = view->seek < 0 ? -1 : 1;

	if (!view->seek || !n)
		return;
	at = view->found >= 0 ? (size_t)view->found : view->top;
	if (view->seek == 2 || view->found < 0)
		at += n - (size_t)step;
	view->seek = 0;
	for (size_t i = 0; i < n; i++) {
		at = (at + n + (size_t)step) % n;
		if (!line_matches(&layout->lines[at], buf_str(&view->needle)))
			continue;
		view->found = (long)at;
		if (at < view->top || at >= view->top + (size_t)view->page)
			detail_to(view, at > 2 ? at - 2 : 0);
		return;
	}
	view->found = -1;
}

/* --- drawing --- */

static void tint_matches(struct surface *surface, int y, int x, int right, struct str text,
	struct str needle)
{
	for (long at = find_fold(text, 0, needle); at >= 0;
		at = find_fold(text, (size_t)at + needle.n, needle)) {
		int from = x + text_width(str_slice(text, 0, (size_t)at));
		int width = text_width(str_slice(text, (size_t)at, (size_t)at + needle.n));

		if (from + width > right)
			width = right - from;
		surface_tint(surface, (struct area){y, from, 1, width}, ROLE_MATCH);
	}
}

/* The text without its first columns. */
static struct str scrolled(struct str text, int columns)
{
	struct str gone = text_fit(text, columns, NULL);

	return str_slice(text, gone.n, text.n);
}

static void draw_line(const struct detail_view *view, struct surface *surface, struct area area,
	const struct layout *layout, const struct line *line)
{
	struct str needle = view->needle.n ? buf_str(&view->needle) : STR("");
	int x = area.x + layout->label, right = area.x + area.w;
	struct str text = scrolled(line->text, view->left);

	if (!line->fact->label.s) {
		surface_fit(surface, area.y, area.x, area.w, ROLE_TITLE, line->text);
		tint_matches(surface, area.y, area.x, right, line->text, needle);
		return;
	}
	if (line->first) {
		surface_fit(surface, area.y, area.x, layout->label - GAP, ROLE_DIM,
			line->fact->label);
		tint_matches(surface, area.y, area.x, x - GAP, line->fact->label, needle);
	}
	surface_fit(surface, area.y, x, right - x, tone_role(line->fact->tone), text);
	tint_matches(surface, area.y, x, right, text, needle);
}

void detail_draw(struct detail_view *view, struct surface *surface, struct area area,
	const struct facts *facts)
{
	struct layout layout = {0};
	struct area old = surface_clip(surface, area);

	lay_out(&layout, facts, area.w, view->cut);
	view->lines = layout.n;
	view->page = area.h;
	detail_to(view, view->top);
	seek(view, &layout);
	for (int y = 0; y < area.h && view->top + (size_t)y < layout.n; y++) {
		const struct line *line = &layout.lines[view->top + (size_t)y];
		struct area at = {area.y + y, area.x, 1, area.w};

		if (line->fact)
			draw_line(view, surface, at, &layout, line);
	}
	free(layout.lines);
	surface_unclip(surface, old);
}
