/*
 * shot OUT.svg COLSxROWS STEP… -- ARGUMENT…: a picture of the real program.
 *
 * Runs the workbench with these arguments on the memory driver, does the steps one after the other,
 * and writes the last frame as an SVG. A step is "+SECONDS" (let live data come in for so long) or
 * keys to type, with \r, \t and \e for enter, tab and escape; after each the program comes to rest.
 *
 * Text stays text, in runs whose length is given, so that columns stand whatever the font. What is
 * drawn with characters (boxes, blocks, braille dots) becomes lines, rectangles and dots: no font
 * joins those without gaps.
 */
#include "app/app.h"
#include "base/clock.h"
#include "term/memory.h"

#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* A cell is 8.4 × 17, written in tenths; the margin around the screen. */
enum { CELL_W = 84, CELL_H = 170, MARGIN = 140, REST_MS = 20000 };

static int complain(const char *what)
{
	fprintf(stderr, "shot: %s\n", what);
	return EXIT_FAILURE;
}

/* ---- driving ---- */

static void turn(struct app *app, int64_t end)
{
	struct pollfd fds[2] = {{.events = POLLIN}, {.events = POLLIN}};
	int64_t due = app_deadline(app), left;
	int both[2];

	app_fds(app, both);
	for (int i = 0; i < 2; i++)
		fds[i].fd = both[i];
	left = (due < end ? due : end) - clock_monotonic();
	poll(fds, 2, left > 0 ? (int)left : 0);
	app_turn(app);
}

/* Until everything that was asked for is there; what is live never rests for long. */
static void rest(struct app *app)
{
	int64_t end = clock_monotonic() + REST_MS;

	app_turn(app);
	while (!app_done(app) && !app_idle(app) && clock_monotonic() < end)
		turn(app, end);
}

static void let_pass(struct app *app, double seconds)
{
	int64_t end = clock_monotonic() + (int64_t)(seconds * 1000);

	while (!app_done(app) && clock_monotonic() < end)
		turn(app, end);
}

static void type_keys(struct driver *driver, const char *keys)
{
	for (; *keys; keys++) {
		char key = *keys;

		if (key == '\\' && keys[1]) {
			key = *++keys;
			key = key == 'r' ? '\r' : key == 't' ? '\t' : key == 'e' ? '\033' : key;
		}
		memory_type(driver, (struct str){&key, 1});
	}
}

static void do_steps(struct app *app, struct driver *driver, char **steps, int n)
{
	rest(app);
	for (int i = 0; i < n; i++) {
		if (steps[i][0] == '+') {
			let_pass(app, strtod(steps[i] + 1, NULL));
		} else {
			type_keys(driver, steps[i]);
		}
		rest(app);
	}
}

/* ---- drawing ---- */

struct picture {
	FILE *out;
	const struct surface *frame;
	const struct theme *theme;
};

static uint32_t color_of(int index, uint32_t own)
{
	static const uint8_t levels[] = {0, 95, 135, 175, 215, 255};
	int n = index - 16;

	if (index < 16)
		return own;
	if (index >= 232)
		return (uint32_t)(8 + 10 * (index - 232)) * 0x010101;
	return (uint32_t)(levels[n / 36] << 16 | levels[n / 6 % 6] << 8 | levels[n % 6]);
}

static uint32_t ink(const struct style *style)
{
	return style->attributes & STYLE_REVERSE ? color_of(style->bg, 0x14171c)
						 : color_of(style->fg, 0xc9ced6);
}

static uint32_t paper(const struct style *style)
{
	return style->attributes & STYLE_REVERSE ? color_of(style->fg, 0xc9ced6)
						 : color_of(style->bg, 0x14171c);
}

static struct style style_at(const struct picture *p, int y, int x)
{
	const struct cell *cell = surface_cell(p->frame, y, x);

	return theme_style(p->theme, THEME_256, cell->role, cell->back);
}

static uint32_t rune_at(const struct picture *p, int y, int x)
{
	const struct cell *cell = surface_cell(p->frame, y, x);
	const uint8_t *s = (const uint8_t *)cell->bytes;

	if (!cell->n || s[0] < 0x80)
		return cell->n ? s[0] : ' ';
	if (s[0] < 0xe0)
		return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
	if (s[0] < 0xf0)
		return (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
	return 0xfffd;
}

static bool same_style(const struct style *a, const struct style *b)
{
	return ink(a) == ink(b) && paper(a) == paper(b) && a->attributes == b->attributes;
}

/* A length in tenths as a number of the SVG. */
static void put_tenths(FILE *out, int tenths)
{
	fprintf(out, "%s%d", tenths < 0 ? "-" : "", abs(tenths) / 10);
	if (tenths % 10)
		fprintf(out, ".%d", abs(tenths) % 10);
}

static void put_pair(FILE *out, const char *before, int x, int y)
{
	fputs(before, out);
	put_tenths(out, x);
	fputc(' ', out);
	put_tenths(out, y);
}

/* ---- what is drawn with characters ---- */

/* Which arms a box character has: left, right, up, down. */
static unsigned arms_of(uint32_t rune)
{
	static const struct {
		uint16_t rune;
		uint8_t arms;
	} table[] = {{0x2500, 3},  {0x2502, 12}, {0x250c, 10}, {0x2510, 9},  {0x2514, 6},
		     {0x2518, 5},  {0x251c, 14}, {0x2524, 13}, {0x252c, 11}, {0x2534, 7},
		     {0x253c, 15}, {0x256d, 10}, {0x256e, 9},  {0x256f, 5},  {0x2570, 6}};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].rune == rune)
			return table[i].arms;
	return 0;
}

static bool is_dots(uint32_t rune)
{
	return rune > 0x2800 && rune <= 0x28ff;
}

static bool is_block(uint32_t rune)
{
	return rune >= 0x2581 && rune <= 0x258f;
}

static bool is_drawn(uint32_t rune)
{
	return is_dots(rune) || is_block(rune) || arms_of(rune);
}

/* One rounded corner, or the lines from the middle of the cell to its edges. */
static void draw_box(FILE *out, uint32_t rune, int x, int y)
{
	unsigned arms = arms_of(rune);
	int cx = x + CELL_W / 2, cy = y + CELL_H / 2;

	if (rune >= 0x256d && rune <= 0x2570) {
		put_pair(out, "M", arms & 1 ? x : x + CELL_W, cy);
		put_pair(out, "Q", cx, cy);
		put_pair(out, " ", cx, arms & 4 ? y : y + CELL_H);
		return;
	}
	if (arms & 3) {
		put_pair(out, "M", arms & 1 ? x : cx, cy);
		fputc('H', out);
		put_tenths(out, arms & 2 ? x + CELL_W : cx);
	}
	if (arms & 12) {
		put_pair(out, "M", cx, arms & 4 ? y : cy);
		fputc('V', out);
		put_tenths(out, arms & 8 ? y + CELL_H : cy);
	}
}

/* Eighths of a cell: from below (U+2581…) or from the left (U+2589…). */
static void draw_block(FILE *out, uint32_t rune, int x, int y)
{
	bool upright = rune <= 0x2588;
	int eighths = upright ? (int)(rune - 0x2580) : (int)(0x2590 - rune);
	int w = upright ? CELL_W - 8 : CELL_W * eighths / 8;
	int h = upright ? (CELL_H - 30) * eighths / 8 : CELL_H - 60;

	put_pair(out, "M", x, upright ? y + CELL_H - 15 : y + CELL_H - 30);
	fputc('h', out);
	put_tenths(out, w);
	fputc('v', out);
	put_tenths(out, -h);
	fputc('h', out);
	put_tenths(out, -w);
	fputc('z', out);
}

static void draw_dots(FILE *out, uint32_t rune, int x, int y)
{
	static const uint8_t column[] = {0, 0, 0, 1, 1, 1, 0, 1}, row[] = {0, 1, 2, 0, 1, 2, 3, 3};

	for (unsigned i = 0; i < 8; i++)
		if ((rune - 0x2800) >> i & 1) {
			put_pair(out, "M", x + 21 + column[i] * 42, y + 21 + row[i] * 42);
			fputs("h0", out);
		}
}

typedef void draw_fn(FILE *out, uint32_t rune, int x, int y);

/* All characters of one kind and colour as one path. */
static void draw_color(const struct picture *p, const char *kind, bool (*is)(uint32_t),
		       draw_fn *draw, uint32_t color)
{
	bool any = false;

	for (int i = 0; i < p->frame->rows * p->frame->cols; i++) {
		int y = i / p->frame->cols, x = i % p->frame->cols;
		struct style style = style_at(p, y, x);
		uint32_t rune = rune_at(p, y, x);

		if (!is(rune) || ink(&style) != color)
			continue;
		if (!any)
			fprintf(p->out, "<path class='%s' %s='#%06x' d='", kind,
				is == is_block ? "fill" : "stroke", color);
		any = true;
		draw(p->out, rune, x * CELL_W, y * CELL_H);
	}
	if (any)
		fputs("'/>\n", p->out);
}

static bool is_box(uint32_t rune)
{
	return arms_of(rune) != 0;
}

static void draw_shapes(const struct picture *p)
{
	uint32_t seen[2 * ROLE_COUNT];
	size_t n = 0;

	for (int i = 0; i < p->frame->rows * p->frame->cols; i++) {
		struct style style = style_at(p, i / p->frame->cols, i % p->frame->cols);
		size_t at = 0;

		if (!is_drawn(rune_at(p, i / p->frame->cols, i % p->frame->cols)))
			continue;
		while (at < n && seen[at] != ink(&style))
			at++;
		if (at == n && n < sizeof seen / sizeof *seen)
			seen[n++] = ink(&style);
	}
	for (size_t i = 0; i < n; i++) {
		draw_color(p, "l", is_box, draw_box, seen[i]);
		draw_color(p, "f", is_block, draw_block, seen[i]);
		draw_color(p, "d", is_dots, draw_dots, seen[i]);
	}
}

/* ---- backgrounds and text ---- */

static void draw_papers(const struct picture *p)
{
	for (int y = 0; y < p->frame->rows; y++)
		for (int x = 0, end; x < p->frame->cols; x = end) {
			struct style style = style_at(p, y, x), next;

			for (end = x + 1; end < p->frame->cols; end++) {
				next = style_at(p, y, end);
				if (paper(&next) != paper(&style))
					break;
			}
			if (paper(&style) == 0x14171c)
				continue;
			fprintf(p->out, "<path fill='#%06x' d='", paper(&style));
			put_pair(p->out, "M", x * CELL_W, y * CELL_H);
			fputc('h', p->out);
			put_tenths(p->out, (end - x) * CELL_W);
			fputc('v', p->out);
			put_tenths(p->out, CELL_H);
			fputc('h', p->out);
			put_tenths(p->out, (x - end) * CELL_W);
			fputs("z'/>\n", p->out);
		}
}

/* Symbols of a fallback font have its width, so each stands alone; words run on over one blank. */
static bool runs_on(const struct picture *p, int y, int x, int at)
{
	struct style first = style_at(p, y, x), here;
	uint32_t rune;

	if (at >= p->frame->cols)
		return false;
	rune = rune_at(p, y, at);
	here = style_at(p, y, at);
	if (rune == ' ')
		return at + 1 < p->frame->cols && rune_at(p, y, at + 1) != ' ' &&
		       runs_on(p, y, x, at + 1);
	return rune < 0x2190 && rune_at(p, y, x) < 0x2190 && same_style(&first, &here);
}

static void put_escaped(FILE *out, const struct cell *cell)
{
	for (int i = 0; i < (cell->n ? cell->n : 1); i++) {
		char c = cell->n ? cell->bytes[i] : ' ';

		if (c == '&' || c == '<' || c == '>')
			fprintf(out, "&#%d;", c);
		else
			fputc(c, out);
	}
}

static int draw_run(const struct picture *p, int y, int x)
{
	struct style style = style_at(p, y, x);
	int end = x + 1;

	while (surface_cell(p->frame, y, x)->width && end < p->frame->cols &&
	       (!surface_cell(p->frame, y, end)->width || runs_on(p, y, x, end)))
		end++;
	fprintf(p->out, "<text fill='#%06x'%s%s x='", ink(&style),
		style.attributes & STYLE_BOLD ? " class='b'" : "",
		style.attributes & STYLE_UNDERLINE ? " text-decoration='underline'" : "");
	put_tenths(p->out, x * CELL_W);
	fputs("' y='", p->out);
	put_tenths(p->out, y * CELL_H + 128);
	fputs("' textLength='", p->out);
	put_tenths(p->out, (end - x) * CELL_W);
	fputs("'>", p->out);
	for (int i = x; i < end; i++)
		if (surface_cell(p->frame, y, i)->width)
			put_escaped(p->out, surface_cell(p->frame, y, i));
	fputs("</text>\n", p->out);
	return end;
}

static void draw_texts(const struct picture *p)
{
	for (int y = 0; y < p->frame->rows; y++)
		for (int x = 0; x < p->frame->cols;) {
			uint32_t rune = rune_at(p, y, x);

			if (rune == ' ' || is_drawn(rune))
				x++;
			else
				x = draw_run(p, y, x);
		}
}

static void draw(const struct picture *p)
{
	int w = p->frame->cols * CELL_W + 2 * MARGIN, h = p->frame->rows * CELL_H + 2 * MARGIN;

	fprintf(p->out,
		"<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='%d %d %d %d'>\n"
		"<style>text{font:14px 'DejaVu Sans Mono',Menlo,'SF Mono',Consolas,"
		"'Liberation Mono',monospace;white-space:pre}.b{font-weight:bold}"
		".l{fill:none}.d{fill:none;stroke-width:3;stroke-linecap:round}</style>\n"
		"<rect x='%d' y='%d' width='%d' height='%d' rx='9' fill='#14171c'/>\n",
		w / 10, h / 10, -MARGIN / 10, -MARGIN / 10, w / 10, h / 10, -MARGIN / 10,
		-MARGIN / 10, w / 10, h / 10);
	draw_papers(p);
	draw_shapes(p);
	draw_texts(p);
	fputs("</svg>\n", p->out);
}

static int write_picture(const char *path, const struct picture *about)
{
	struct picture p = *about;

	p.out = fopen(path, "w");
	if (!p.out)
		return complain(path);
	draw(&p);
	return fclose(p.out) == 0 ? EXIT_SUCCESS : complain(path);
}

/* ---- the whole ---- */

static int shoot(const char *path, struct driver *driver, char **steps, int n,
		 const struct line *line)
{
	struct app *app;
	struct err err;
	int code;

	app = app_new(driver, line, &err);
	if (!app)
		return complain(err.message);
	do_steps(app, driver, steps, n);
	code = write_picture(path, &(struct picture){.frame = memory_frame(driver),
						     .theme = &driver->theme});
	app_free(app);
	return code;
}

int main(int argc, char **argv)
{
	struct term_options options = {.glyphs = GLYPHS_BRAILLE, .color = true};
	struct line line;
	struct driver *driver;
	struct err err;
	int cols, rows, code, dashes = 3;

	setlocale(LC_CTYPE, "C.UTF-8");
	while (dashes < argc && strcmp(argv[dashes], "--") != 0)
		dashes++;
	if (dashes >= argc || sscanf(argv[2], "%dx%d", &cols, &rows) != 2)
		return complain("OUT.svg COLSxROWS STEP… -- ARGUMENT…");
	if (theme_builtin(&options.theme, STR("dark"), &err) ||
	    line_parse(&line, argc - dashes, argv + dashes, &err))
		return complain(err.message);
	line.demo = true;
	driver = memory_open(rows, cols, &options);
	code = shoot(argv[1], driver, argv + 3, dashes - 3, &line);
	driver_close(driver);
	line_release(&line);
	return code;
}
