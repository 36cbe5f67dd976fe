/* Top and bottom line, frames of panes; see frame.h. */
#include "widget/frame.h"

enum {
	GAP = 2,
	NAME_WIDTH = 11, /* " leeboard │" */
	SAY_LINES = 6,   /* of a sentence in the middle of an area */
};

static int draw_tab(struct surface *surface, int y, int x, int right, size_t number,
	struct str name, bool active)
{
	enum role role = active ? ROLE_TAB_ACTIVE : ROLE_TAB;

	/* "2▸runs" is as wide as "2 runs": nothing moves when another becomes active */
	surface_textf(surface, y, x, right - x, role, "%zu", number + 1);
	surface_rune(surface, y, x + 1, role, active ? 0x25B8 : ' ');
	return x + 2 + surface_fit(surface, y, x + 2, right - x - 2, role, name);
}

static int pieces_width(const struct piece *pieces, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += text_width(pieces[i].text) + (i ? 3 : 0);
	return width;
}

static void draw_pieces(struct surface *surface, int y, int x, int right,
	const struct piece *pieces, size_t n)
{
	for (size_t i = 0; i < n && x < right; i++) {
		if (i) {
			surface_rune(surface, y, x + 1, ROLE_BORDER, 0x2502);
			x += 3;
		}
		x += surface_fit(surface, y, x, right - x, pieces[i].role, pieces[i].text);
	}
}

void frame_top(struct surface *surface, struct area line, const struct str *tabs, size_t ntabs,
	size_t active, const struct piece *right, size_t nright)
{
	struct area old = surface_clip(surface, line);
	int x = line.x + NAME_WIDTH + 1, end = line.x + line.w;

	surface_text(surface, line.y, line.x + 1, 8, ROLE_TITLE, STR("leeboard"));
	surface_rune(surface, line.y, line.x + 10, ROLE_BORDER, 0x2502);
	for (size_t i = 0; i < ntabs; i++)
		x = draw_tab(surface, line.y, x, end, i, tabs[i], i == active) + GAP;
	/* the last pieces matter most: faults stay when sources must go */
	while (nright && x + pieces_width(right, nright) + 1 > end) {
		right++;
		nright--;
	}
	draw_pieces(surface, line.y, end - 1 - pieces_width(right, nright), end, right, nright);
	surface_unclip(surface, old);
}

static int hint_width(const struct hint *hint)
{
	return text_width(hint->key) + 1 + text_width(hint->word) + GAP;
}

static int draw_hint(struct surface *surface, int y, int x, int end, const struct hint *hint)
{
	x += surface_text(surface, y, x, end - x, ROLE_KEY, hint->key) + 1;
	return x + surface_text(surface, y, x, end - x, ROLE_STATUS, hint->word) + GAP;
}

void frame_bottom(struct surface *surface, struct area line, const struct piece *left, size_t nleft,
	const struct hint *hints, size_t nhints)
{
	struct area old = surface_clip(surface, line);
	int end = line.x + line.w, width = 0, x, room = line.w - pieces_width(left, nleft) - 3;
	size_t shown = 0;

	/* the last one stays when others must go: it says where they all are */
	if (nhints && hint_width(&hints[nhints - 1]) <= room)
		width = hint_width(&hints[nhints - 1]);
	while (width && shown + 1 < nhints && width + hint_width(&hints[shown]) <= room)
		width += hint_width(&hints[shown++]);
	draw_pieces(surface, line.y, line.x + 1, end - width, left, nleft);
	x = end - width + 1;
	for (size_t i = 0; i < shown; i++)
		x = draw_hint(surface, line.y, x, end, &hints[i]);
	if (width)
		draw_hint(surface, line.y, x, end, &hints[nhints - 1]);
	surface_unclip(surface, old);
}

void frame_box(struct surface *surface, struct area area, bool focus, bool production,
	struct str title)
{
	enum role border = focus ? ROLE_BORDER_FOCUS : ROLE_BORDER;

	if (production)
		border = ROLE_BORDER_PRODUCTION;
	surface_box(surface, area, border, ROLE_TITLE, title);
}

/* The start of text that fits into the columns, cut at a blank where there is one. */
static struct str line_of(struct str text, int room)
{
	struct str line = text_fit(text, room, NULL);
	size_t end = line.n;

	if (line.n == text.n)
		return line;
	while (end && text.s[end] != ' ')
		end--;
	return end ? str_slice(line, 0, end) : line;
}

static struct str after_line(struct str text, struct str line)
{
	struct str rest = str_slice(text, line.n, text.n);

	return rest.n && rest.s[0] == ' ' ? str_slice(rest, 1, rest.n) : rest;
}

static int count_lines(struct str text, int room)
{
	int lines = 0;

	for (; text.n && lines < SAY_LINES; lines++)
		text = after_line(text, line_of(text, room));
	return lines;
}

/* Returns the row below the last line. */
static int middle(struct surface *surface, int y, struct area area, enum role role, struct str text)
{
	int room = area.w - 2;

	for (int lines = 0; text.n && lines < SAY_LINES; lines++) {
		struct str line = line_of(text, room);
		int width = text_width(line);

		surface_text(surface, y++, area.x + (area.w - width) / 2, width, role, line);
		text = after_line(text, line);
	}
	return y;
}

void frame_say(struct surface *surface, struct area area, enum role role, struct str what,
	struct str press)
{
	struct area old = surface_clip(surface, area);
	int room = area.w - 2, y;

	if (room > 0) {
		y = area.y + (area.h - count_lines(what, room) - count_lines(press, room)) / 2;
		y = middle(surface, y < area.y ? area.y : y, area, role, what);
		middle(surface, y, area, ROLE_DIM, press);
	}
	surface_unclip(surface, old);
}
