/* The grid of cells; see surface.h. */
#include "term/surface.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_MAX = 1000 };

static const struct cell blank = {.bytes = " ", .n = 1, .width = 1, .role = ROLE_NORMAL};

void surface_init(struct surface *surface, enum glyphs glyphs, bool utf8)
{
	*surface = (struct surface){.glyphs = glyphs, .utf8 = utf8, .cursor_y = -1, .cursor_x = -1};
}

void surface_release(struct surface *surface)
{
	free(surface->cells);
	free(surface->dirty);
	*surface = (struct surface){0};
}

static struct cell *cell_at(const struct surface *surface, int y, int x)
{
	return &surface->cells[(size_t)y * (size_t)surface->cols + (size_t)x];
}

void surface_resize(struct surface *surface, int rows, int cols)
{
	size_t count;

	surface->rows = rows > 0 ? rows : 1;
	surface->cols = cols > 0 ? cols : 1;
	count = (size_t)surface->rows * (size_t)surface->cols;
	surface->cells = mem_resize(surface->cells, count, sizeof *surface->cells);
	surface->dirty = mem_resize(surface->dirty, (size_t)surface->rows, sizeof *surface->dirty);
	for (size_t i = 0; i < count; i++)
		surface->cells[i] = blank;
	memset(surface->dirty, true, (size_t)surface->rows);
	surface->clip = (struct area){0, 0, surface->rows, surface->cols};
	surface->cursor_y = surface->cursor_x = -1;
}

/* Stores a cell; the row becomes dirty only when something changes. */
static void store(struct surface *surface, int y, int x, const struct cell *cell)
{
	struct cell *at = cell_at(surface, y, x);

	if (memcmp(at, cell, sizeof *cell) == 0)
		return;
	*at = *cell;
	surface->dirty[y] = true;
}

void surface_clear(struct surface *surface)
{
	for (int y = 0; y < surface->rows; y++)
		for (int x = 0; x < surface->cols; x++)
			store(surface, y, x, &blank);
	surface->cursor_y = surface->cursor_x = -1;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static int min(int a, int b)
{
	return a < b ? a : b;
}

struct area area_both(struct area a, struct area b)
{
	int y = max(a.y, b.y), x = max(a.x, b.x);
	int h = min(a.y + a.h, b.y + b.h) - y, w = min(a.x + a.w, b.x + b.w) - x;

	return (struct area){y, x, max(h, 0), max(w, 0)};
}

struct area area_inner(struct area area)
{
	return (struct area){area.y + 1, area.x + 1, max(area.h - 2, 0), max(area.w - 2, 0)};
}

struct area surface_clip(struct surface *surface, struct area area)
{
	struct area old = surface->clip;

	surface->clip = area_both(old, area);
	return old;
}

void surface_unclip(struct surface *surface, struct area old)
{
	surface->clip = old;
}

static bool inside(const struct surface *surface, int y, int x)
{
	const struct area *clip = &surface->clip;

	return y >= clip->y && y < clip->y + clip->h && x >= clip->x && x < clip->x + clip->w;
}

/* Before a cell is drawn over: blanks the other half of a wide glyph that lies there. */
static void break_wide(struct surface *surface, int y, int x)
{
	const struct cell *at = cell_at(surface, y, x);

	if (at->width == 0 && x > 0)
		store(surface, y, x - 1, &blank);
	if (at->width == 2 && x + 1 < surface->cols)
		store(surface, y, x + 1, &blank);
}

static void put_blank(struct surface *surface, int y, int x, enum role role)
{
	struct cell cell = blank;

	cell.role = (uint8_t)role;
	if (!inside(surface, y, x))
		return;
	break_wide(surface, y, x);
	store(surface, y, x, &cell);
}

static void set_ascii(struct cell *cell, char c)
{
	memset(cell->bytes, 0, sizeof cell->bytes);
	cell->bytes[0] = c;
	cell->n = 1;
}

/* Writes the glyph with what the terminal has: our own symbols and, without UTF-8, all text. */
static void set_bytes(const struct surface *surface, struct cell *cell,
	const struct text_glyph *glyph)
{
	char twin = 0;

	if (glyph->rune >= 0x80 && surface->glyphs == GLYPHS_ASCII)
		twin = glyphs_ascii(glyph->rune);
	if (!twin && !surface->utf8 && (glyph->rune >= 0x80 || glyph->bytes.n > 1))
		twin = glyph->rune < 0x80 ? (char)glyph->rune : '?';
	if (twin) {
		set_ascii(cell, twin);
		return;
	}
	cell->n = (uint8_t)text_cut(glyph->bytes, CELL_BYTES).n;
	memcpy(cell->bytes, glyph->bytes.s, cell->n);
}

static void put_glyph(struct surface *surface, int y, int x, enum role role,
	const struct text_glyph *glyph)
{
	struct cell head = {.width = (uint8_t)glyph->width, .role = (uint8_t)role};
	struct cell tail = {.width = 0, .role = (uint8_t)role};

	if (glyph->width == 2 && (!inside(surface, y, x) || !inside(surface, y, x + 1))) {
		put_blank(surface, y, x, role);
		put_blank(surface, y, x + 1, role);
		return;
	}
	if (!inside(surface, y, x))
		return;
	set_bytes(surface, &head, glyph);
	if (head.n == 1)
		head.width = 1;
	break_wide(surface, y, x);
	if (glyph->width == 2)
		break_wide(surface, y, x + 1);
	store(surface, y, x, &head);
	if (glyph->width == 2)
		store(surface, y, x + 1, head.width == 2 ? &tail : &head);
}

/* Draws text that is known to be clean. */
static int draw(struct surface *surface, int y, int x, int width, enum role role, struct str clean)
{
	struct text_glyph glyph;
	int used = 0;

	while (used < width && text_next(&clean, &glyph)) {
		if (used + glyph.width > width)
			break;
		put_glyph(surface, y, x + used, role, &glyph);
		used += glyph.width;
	}
	return used;
}

static int draw_fit(struct surface *surface, int y, int x, int width, enum role role,
	struct str clean)
{
	int used, room = width - 1;
	struct str kept = text_fit(clean, width, &used);

	if (kept.n == clean.n)
		return draw(surface, y, x, width, role, clean);
	if (width <= 0)
		return 0;
	/* one full stop is no ellipsis: two of them say better that there is more */
	if (surface->glyphs == GLYPHS_ASCII && width >= 4)
		room--;
	used = draw(surface, y, x, room, role, text_fit(clean, room, NULL));
	for (; used < width; used++)
		surface_rune(surface, y, x + used, role, 0x2026);
	return used;
}

/* Passes the text on as it is, or through the gate when somebody forgot to. */
static int draw_gated(struct surface *surface, int y, int x, int width, enum role role,
	struct str text,
	int (*how)(struct surface *, int, int, int, enum role, struct str))
{
	struct buf clean;
	int used;

	if (!text.s || y < 0 || y >= surface->rows)
		return 0;
	if (text_is_clean(text))
		return how(surface, y, x, width, role, text);
	buf_init(&clean, (size_t)1 << 20);
	text_clean(&clean, text_cut(text, (size_t)1 << 18));
	used = how(surface, y, x, width, role, buf_str(&clean));
	buf_release(&clean);
	return used;
}

int surface_text(struct surface *surface, int y, int x, int width, enum role role, struct str clean)
{
	return draw_gated(surface, y, x, width, role, clean, draw);
}

int surface_fit(struct surface *surface, int y, int x, int width, enum role role, struct str clean)
{
	return draw_gated(surface, y, x, width, role, clean, draw_fit);
}

void surface_right(struct surface *surface, int y, int x, int width, enum role role,
	struct str clean)
{
	int columns = clean.s ? text_width(clean) : 0;
	int shift = columns < width ? width - columns : 0;

	surface_fit(surface, y, x + shift, width - shift, role, clean);
}

int surface_textf(struct surface *surface, int y, int x, int width, enum role role,
	const char *format, ...)
{
	char text[FORMAT_MAX];
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (n < 0)
		return 0;
	return surface_fit(surface, y, x, width, role,
		(struct str){text, (size_t)min(n, FORMAT_MAX - 1)});
}

/* The rune as a glyph of one column; what is none becomes U+FFFD. */
static struct text_glyph glyph_of(uint32_t rune, char bytes[4])
{
	struct text_glyph glyph = {.rune = text_rune_width(rune) == 1 ? rune : TEXT_BAD,
		.width = 1};
	size_t n = glyph.rune < 0x80 ? 1 : glyph.rune < 0x800 ? 2 : glyph.rune < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

	rune = glyph.rune;
	for (size_t i = n; i-- > 1;) {
		bytes[i] = (char)(0x80 | (rune & 0x3F));
		rune >>= 6;
	}
	bytes[0] = (char)(lead[n] | rune);
	glyph.bytes = (struct str){bytes, n};
	return glyph;
}

void surface_rune(struct surface *surface, int y, int x, enum role role, uint32_t rune)
{
	surface_fill(surface, (struct area){y, x, 1, 1}, role, rune);
}

void surface_fill(struct surface *surface, struct area area, enum role role, uint32_t rune)
{
	struct area visible = area_both(area, surface->clip);
	char bytes[4];
	struct text_glyph glyph = glyph_of(rune, bytes);

	for (int y = visible.y; y < visible.y + visible.h; y++)
		for (int x = visible.x; x < visible.x + visible.w; x++)
			put_glyph(surface, y, x, role, &glyph);
}

void surface_tint(struct surface *surface, struct area area, enum role back)
{
	struct area visible = area_both(area, surface->clip);

	for (int y = visible.y; y < visible.y + visible.h; y++) {
		for (int x = visible.x; x < visible.x + visible.w; x++) {
			struct cell cell = *cell_at(surface, y, x);

			cell.back = (uint8_t)back;
			store(surface, y, x, &cell);
		}
	}
}

void surface_box(struct surface *surface, struct area area, enum role border, enum role title_role,
	struct str title)
{
	int bottom = area.y + area.h - 1, right = area.x + area.w - 1;
	int used;

	if (area.h < 2 || area.w < 2)
		return;
	surface_fill(surface, (struct area){area.y, area.x + 1, 1, area.w - 2}, border, 0x2500);
	surface_fill(surface, (struct area){bottom, area.x + 1, 1, area.w - 2}, border, 0x2500);
	surface_fill(surface, (struct area){area.y + 1, area.x, area.h - 2, 1}, border, 0x2502);
	surface_fill(surface, (struct area){area.y + 1, right, area.h - 2, 1}, border, 0x2502);
	surface_rune(surface, area.y, area.x, border, 0x256D);
	surface_rune(surface, area.y, right, border, 0x256E);
	surface_rune(surface, bottom, area.x, border, 0x2570);
	surface_rune(surface, bottom, right, border, 0x256F);
	if (!title.n || area.w < 6)
		return;
	used = surface_fit(surface, area.y, area.x + 2, area.w - 4, title_role, title);
	surface_rune(surface, area.y, area.x + 1, border, ' ');
	surface_rune(surface, area.y, area.x + 2 + used, border, ' ');
}

const struct cell *surface_cell(const struct surface *surface, int y, int x)
{
	return cell_at(surface, y, x);
}

void surface_row(const struct surface *surface, int y, struct buf *out)
{
	size_t blanks = 0;

	for (int x = 0; x < surface->cols; x++) {
		const struct cell *cell = cell_at(surface, y, x);

		if (cell->n == 1 && cell->bytes[0] == ' ') {
			blanks++;
			continue;
		}
		buf_fill(out, ' ', blanks);
		blanks = 0;
		buf_add(out, cell->bytes, cell->n);
	}
}
