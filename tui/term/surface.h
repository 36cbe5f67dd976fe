/*
 * The surface: the grid of cells that panes and widgets draw on, and that a driver shows.
 *
 * It is thin on purpose: cells with a role each, one clip rectangle, and a flag per row that says
 * whether something there changed since the last frame. It does not diff and knows no escapes.
 *
 * Invariants: a wide glyph takes a head cell (width 2) and the tail right of it (width 0); drawing
 * over one half blanks the other, and a wide glyph that does not fit whole is drawn as a blank.
 * Whatever is drawn passes the text gate here once more (base/text.h), so that no cell can ever
 * hold a byte that a terminal obeys. Coordinates are absolute, rows and columns from 0; what lies
 * outside the clip is silently not drawn.
 */
#ifndef TERM_SURFACE_H
#define TERM_SURFACE_H

#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "term/glyphs.h"
#include "term/role.h"

#include <stdbool.h>
#include <stdint.h>

struct area {
	int y, x, h, w;
};

enum { CELL_BYTES = 4 * (1 + TEXT_MAX_MARKS) };

struct cell {
	char bytes[CELL_BYTES]; /* the base character and its marks in UTF-8; unused bytes are 0 */
	uint8_t n;
	uint8_t width; /* 1, 2, or 0 for the right half of a wide glyph */
	uint8_t role;
	uint8_t back; /* the role whose background lies under the cell; ROLE_NORMAL: none */
};

struct surface {
	int rows, cols;
	struct cell *cells;
	bool *dirty; /* one a row */
	struct area clip;
	enum glyphs glyphs;
	bool utf8;
	int cursor_y, cursor_x; /* where the terminal's cursor is shown; -1: hidden */
};

void surface_init(struct surface *surface, enum glyphs glyphs, bool utf8);
void surface_release(struct surface *surface);

/* Sets the size (at least 1×1), blanks everything, resets the clip and marks all rows dirty. */
void surface_resize(struct surface *surface, int rows, int cols);

/* Blanks everything and hides the cursor. Rows that were blank already stay clean. */
void surface_clear(struct surface *surface);

/* Narrows the clip to the part of area that lies in it; returns the old one for surface_unclip. */
struct area surface_clip(struct surface *surface, struct area area);
void surface_unclip(struct surface *surface, struct area old);

/* Draws clean text, cut hard after width columns. Returns the columns used. */
int surface_text(struct surface *surface, int y, int x, int width, enum role role,
	struct str clean);

/* The same, but a text that is cut ends in "…". */
int surface_fit(struct surface *surface, int y, int x, int width, enum role role,
	struct str clean);

/* The same as surface_fit, ending at column x + width - 1. */
void surface_right(struct surface *surface, int y, int x, int width, enum role role,
	struct str clean);

/* The same as surface_fit, formatted; at most 1,000 bytes. */
int surface_textf(struct surface *surface, int y, int x, int width, enum role role,
	const char *format, ...) __attribute__((format(printf, 6, 7)));

/* One character of one column; another becomes U+FFFD. */
void surface_rune(struct surface *surface, int y, int x, enum role role, uint32_t rune);

/* The same character in each cell of the area. */
void surface_fill(struct surface *surface, struct area area, enum role role, uint32_t rune);

/* Lays a role's background and attributes under what is drawn in the area. */
void surface_tint(struct surface *surface, struct area area, enum role back);

/* A frame with round corners and a title in its upper edge ("" or STR_NONE: none). */
void surface_box(struct surface *surface, struct area area, enum role border, enum role title_role,
	struct str title);

/* What lies inside of the frame around area; never negative. */
struct area area_inner(struct area area);

/* The part that a and b share; zero high or wide when there is none. */
struct area area_both(struct area a, struct area b);

/* The cell at (y, x), which must lie on the surface. */
const struct cell *surface_cell(const struct surface *surface, int y, int x);

/* One row as text, without blanks at its end. */
void surface_row(const struct surface *surface, int y, struct buf *out);

#endif
