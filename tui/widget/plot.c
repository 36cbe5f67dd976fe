/* Charts on the screen; see plot.h. */
#include "widget/plot.h"

#include "base/mem.h"
#include "base/num.h"
#include "widget/frame.h"
#include "widget/plot_dots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEGEND_LEAST = 64, /* narrower plots have their legend below */
	LEGEND_MOST = 30,
	SHAPE_EVERY = 16,
	MAX_LINES = 1000,
	GLYPH_UP = 0x25B2,
	GLYPH_DOWN = 0x25BC,
	GLYPH_LEVEL = 0x2500,
	GLYPH_FAINT_LEVEL = 0x254C,
	GLYPH_UPRIGHT = 0x2502,
	GLYPH_TICK_LEFT = 0x2524,  /* ┤ */
	GLYPH_TICK_DOWN = 0x252C,  /* ┬ */
	GLYPH_CORNER = 0x253C,     /* ┼ */
	GLYPH_LINE = 0x2500,
};

/* Everything that drawing one frame needs. */
struct artist {
	struct plot_view *view;
	struct surface *surface;
	const struct chart *chart;
	const struct plot_look *look;
	struct area plot, legend;
	struct dots dots;
	uint16_t *above, *below;    /* column of cells → line that leaves it there; DOTS_NOBODY */
	uint16_t *shapes;           /* cell → line whose shape stands there; DOTS_NOBODY */
	long focus;
};

static const uint32_t shapes[ROLE_SERIES_COUNT] = {
	0x25CF, 0x25C6, 0x25B2, 0x25A0, 0x25CB, 0x25C7, 0x25B3, 0x25A1}; /* ●◆▲■○◇△□ */
static const char ascii_shapes[ROLE_SERIES_COUNT + 1] = "ox+#*@%&";

enum role plot_role(int place)
{
	return (enum role)(ROLE_SERIES0 + (unsigned)place % ROLE_SERIES_COUNT);
}

uint32_t plot_shape(int place, enum glyphs glyphs)
{
	unsigned i = (unsigned)place % ROLE_SERIES_COUNT;

	return glyphs == GLYPHS_ASCII ? (unsigned char)ascii_shapes[i] : shapes[i];
}

/* --- the view --- */

void plot_init(struct plot_view *view)
{
	memset(view, 0, sizeof *view);
	view->focus = -1;
}

void plot_reset(struct plot_view *view)
{
	plot_init(view);
}

/* Moves within the visible x; the first key puts the cursor into the middle. */
static void move_to(struct plot_view *view, double place)
{
	if (!view->fitted)
		return;
	view->cursor = true;
	view->cursor_x = axis_value(&view->x, fmin(fmax(place, 0), 1));
}

static double cursor_place(const struct plot_view *view)
{
	return view->cursor ? axis_place(&view->x, view->cursor_x) : 0.5;
}

void plot_move(struct plot_view *view, int cells)
{
	double width = view->width > 1 ? view->width : 1;
	/* to the middle of a cell, so that no rounding keeps it in place */
	double cell = floor(cursor_place(view) * width) + (view->cursor ? cells : 0);

	move_to(view, (fmin(fmax(cell, 0), width - 1) + 0.5) / width);
}

void plot_leap(struct plot_view *view, double fraction)
{
	plot_move(view, (int)(fraction * view->width));
}

static void show_range(struct plot_view *view, double from, double to)
{
	struct axis *x = &view->x;

	if (view->fitted && axis_set(x, x->kind, axis_value(x, from), axis_value(x, to), x->wanted))
		view->zoomed = true;
}

void plot_zoom(struct plot_view *view, double factor)
{
	double middle = fmin(fmax(cursor_place(view), 0), 1);

	show_range(view, middle - middle * factor, middle + (1 - middle) * factor);
}

void plot_pan(struct plot_view *view, double fraction)
{
	show_range(view, fraction, 1 + fraction);
}

void plot_whole(struct plot_view *view)
{
	view->zoomed = false;
	view->fitted = false;
}

void plot_focus(struct plot_view *view, const struct chart *chart)
{
	view->focus = view->focus + 1 < (long)chart->nlines ? view->focus + 1 : -1;
}

static void add_count(struct buf *out, uint64_t count)
{
	if (count >= 1000) {
		add_count(out, count / 1000);
		buf_addf(out, ",%03u", (unsigned)(count % 1000));
	} else {
		buf_addf(out, "%u", (unsigned)count);
	}
}

static long focus_of(const struct plot_view *view, const struct chart *chart)
{
	if (view->focus >= 0 && view->focus < (long)chart->nlines)
		return view->focus;
	return chart->nlines > PLOT_OVERLAY ? 0 : -1;
}

/* NaN has no place, and values not above 0 have none on a logarithmic axis. */
static void note_points(const struct plot_view *view, struct buf *out)
{
	uint64_t left = view->nan + view->below;

	add_count(out, view->points);
	buf_adds(out, view->points == 1 ? " point" : " points");
	if (left) {
		buf_adds(out, ", ");
		add_count(out, view->points - left);
		buf_adds(out, " drawn");
	} else {
		buf_adds(out, view->points == 1 ? ", drawn exactly" : ", all drawn");
	}
	if (view->nan)
		buf_addf(out, " · %llu NaN", (unsigned long long)view->nan);
	if (view->below)
		buf_addf(out, " · %llu not above 0", (unsigned long long)view->below);
	if (view->inf)
		buf_addf(out, " · %llu infinite", (unsigned long long)view->inf);
}

void plot_note(const struct plot_view *view, const struct chart *chart, struct buf *out)
{
	long focus = focus_of(view, chart);

	note_points(view, out);
	if (chart->smoothing > 0)
		buf_addf(out, " · smoothed %.2g", chart->smoothing);
	if (chart->clip)
		buf_adds(out, " · outliers at the edge");
	if (view->zoomed)
		buf_adds(out, " · zoomed");
	if (focus >= 0)
		buf_addf(out, " · %ld of %zu in focus", focus + 1, chart->nlines);
}

/* --- axes --- */

static unsigned settings_of(const struct chart *chart)
{
	return (unsigned)chart->x_kind | (unsigned)chart->log_y << 4 | (unsigned)chart->clip << 5 |
	       (unsigned)chart->x_is_time << 6;
}

static int ticks_wanted(int cells, int each)
{
	int n = cells / each;

	return n < 2 ? 2 : n > 20 ? 20 : n;
}

/* False when there is nothing to draw. */
static bool fit_axes(struct artist *artist)
{
	struct plot_view *view = artist->view;
	const struct chart *chart = artist->chart;
	enum axis_kind y_kind = chart->log_y ? AXIS_LOG : AXIS_LINEAR;
	double lo, hi;
	int wanted_x = ticks_wanted(artist->plot.w, 14), wanted_y = ticks_wanted(artist->plot.h, 3);
	bool anew = !view->fitted || view->settings != settings_of(chart) ||
		    view->x.wanted != wanted_x || view->y.wanted != wanted_y;

	if (!chart_x_range(chart, &lo, &hi))
		return false;
	if (view->settings != settings_of(chart))
		view->zoomed = false;
	if (!view->zoomed && anew)
		axis_fit(&view->x, chart_x_axis(chart), lo, hi, wanted_x, true);
	else if (!view->zoomed)
		axis_follow(&view->x, lo, hi);
	if (!chart_y_range(chart, view->x.lo, view->x.hi, &lo, &hi)) {
		lo = chart->log_y ? 1 : 0;
		hi = chart->log_y ? 10 : 1;
	}
	if (anew)
		axis_fit(&view->y, y_kind, lo, hi, wanted_y, false);
	else
		axis_follow(&view->y, lo, hi);
	/* a zoomed x keeps its own idea of ticks */
	if (view->zoomed)
		view->x.wanted = wanted_x;
	view->fitted = true;
	view->settings = settings_of(chart);
	return true;
}

/* The row of dots of a value; far outside for what lies outside. */
static double dot_y(const struct artist *artist, double value)
{
	double place = axis_place(&artist->view->y, value);

	return (1 - place) * (dots_height(&artist->dots) - 1);
}

/* The column of dots of a point: M4's own inside, by its x outside. */
static double dot_x(const struct artist *artist, const struct m4_point *point)
{
	int width = dots_width(&artist->dots);

	if (point->column >= 0 && point->column < width)
		return point->column;
	return axis_place(&artist->view->x, point->x) * width - 0.5;
}

/* --- lines --- */

static enum dots_rank rank_of(const struct artist *artist, size_t l)
{
	if (artist->focus == (long)l)
		return DOTS_FOCUS;
	return artist->chart->lines[l].dim || artist->focus >= 0 ? DOTS_DIM : DOTS_PLAIN;
}

static void note_edge(uint16_t *edges, const struct artist *artist, int column, uint16_t line)
{
	int cell = column / artist->dots.dots_x;

	if (cell >= 0 && cell < artist->plot.w)
		edges[cell] = line;
}

/* What cannot stand where it belongs: infinities, and values outside of the y axis. */
static void note_edges(struct artist *artist, const struct m4 *m4, uint16_t line)
{
	int bottom = dots_height(&artist->dots) - 1;

	for (size_t c = 0; c < m4->n_columns; c++) {
		if (m4->columns[c].pos_inf)
			note_edge(artist->above, artist, (int)c, line);
		if (m4->columns[c].neg_inf || m4->columns[c].below)
			note_edge(artist->below, artist, (int)c, line);
	}
	for (size_t i = 0; i < m4->n; i++) {
		double y = dot_y(artist, m4->points[i].y);

		if (m4->points[i].column < 0 || m4->points[i].column >= (int32_t)m4->n_columns)
			continue;
		if (y < -0.5)
			note_edge(artist->above, artist, m4->points[i].column, line);
		else if (y > bottom + 0.5)
			note_edge(artist->below, artist, m4->points[i].column, line);
	}
}

/* The row of cells in which a line is in the middle of this column; -1 when it is not there. */
static int row_of_line(const struct dots *dots, int col)
{
	for (int row = 0; row < dots->rows; row++)
		if (dots->own[row * dots->cols + col])
			return row;
	return -1;
}

/* A shape every few columns, at another column for each line. */
static void place_shapes(struct artist *artist, size_t l)
{
	int place = artist->chart->lines[l].place;

	if (artist->chart->nlines < 2 || rank_of(artist, l) == DOTS_DIM)
		return;
	for (int col = (place * 5) % SHAPE_EVERY; col < artist->plot.w; col += SHAPE_EVERY) {
		int row = row_of_line(&artist->dots, col);

		if (row >= 0)
			artist->shapes[row * artist->plot.w + col] = (uint16_t)l;
	}
}

static void draw_line(struct artist *artist, size_t l)
{
	const struct chart_line *line = &artist->chart->lines[l];
	struct plot_view *view = artist->view;
	const struct m4_point *before = NULL;
	struct m4 m4;

	chart_reduce(artist->chart, line, view->x.lo, view->x.hi, (size_t)dots_width(&artist->dots),
		&m4);
	for (size_t i = 0; i < m4.n; i++) {
		const struct m4_point *point = &m4.points[i];
		double x = dot_x(artist, point), y = dot_y(artist, point->y);

		if (before && !point->gap)
			dots_line(&artist->dots, dot_x(artist, before),
				dot_y(artist, before->y), x, y);
		else if (point->column >= 0 && point->column < (int32_t)m4.n_columns)
			dots_point(&artist->dots, x, y);
		before = point;
	}
	if (!line->dim) {
		view->points += m4.total.points;
		view->nan += m4.total.nan;
		view->inf += m4.total.pos_inf + m4.total.neg_inf;
		view->below += m4.total.below;
	}
	note_edges(artist, &m4, (uint16_t)l);
	place_shapes(artist, l);
	dots_close(&artist->dots, (uint16_t)l, rank_of(artist, l));
	m4_release(&m4);
}

static enum role line_role(const struct artist *artist, size_t l)
{
	return rank_of(artist, l) == DOTS_DIM ? ROLE_DIM : plot_role(artist->chart->lines[l].place);
}

static void paint_cell(struct artist *artist, int row, int col)
{
	uint16_t shape = artist->shapes[row * artist->plot.w + col];
	uint16_t owner = dots_owner(&artist->dots, row, col);
	uint32_t rune = dots_rune(&artist->dots, row, col);
	enum glyphs glyphs = artist->surface->glyphs;

	if (!rune)
		return;
	if (shape != DOTS_NOBODY)
		owner = shape;
	if (shape != DOTS_NOBODY || glyphs == GLYPHS_ASCII)
		rune = plot_shape(artist->chart->lines[owner].place, glyphs);
	if (glyphs == GLYPHS_ASCII && rank_of(artist, owner) == DOTS_DIM)
		rune = '.';
	surface_rune(artist->surface, artist->plot.y + row, artist->plot.x + col,
		line_role(artist, owner), rune);
}

static void paint_edges(struct artist *artist)
{
	int bottom = artist->plot.y + artist->plot.h - 1;

	for (int col = 0; col < artist->plot.w; col++) {
		if (artist->above[col] != DOTS_NOBODY)
			surface_rune(artist->surface, artist->plot.y, artist->plot.x + col,
				line_role(artist, artist->above[col]), GLYPH_UP);
		if (artist->below[col] != DOTS_NOBODY)
			surface_rune(artist->surface, bottom, artist->plot.x + col,
				line_role(artist, artist->below[col]), GLYPH_DOWN);
	}
}

static void draw_lines(struct artist *artist)
{
	size_t cells = (size_t)artist->plot.h * (size_t)artist->plot.w;
	size_t n = artist->chart->nlines < MAX_LINES ? artist->chart->nlines : MAX_LINES;

	dots_init(&artist->dots, artist->surface->glyphs, artist->plot.h, artist->plot.w);
	artist->above = mem_zero((size_t)artist->plot.w, sizeof *artist->above);
	artist->below = mem_zero((size_t)artist->plot.w, sizeof *artist->below);
	artist->shapes = mem_zero(cells, sizeof *artist->shapes);
	memset(artist->above, 0xFF, (size_t)artist->plot.w * sizeof *artist->above);
	memset(artist->below, 0xFF, (size_t)artist->plot.w * sizeof *artist->below);
	memset(artist->shapes, 0xFF, cells * sizeof *artist->shapes);
	artist->view->points = artist->view->nan = 0;
	artist->view->inf = artist->view->below = 0;
	for (size_t l = 0; l < n; l++)
		draw_line(artist, l);
	for (int row = 0; row < artist->plot.h; row++)
		for (int col = 0; col < artist->plot.w; col++)
			paint_cell(artist, row, col);
	paint_edges(artist);
}

static void release_lines(struct artist *artist)
{
	dots_release(&artist->dots);
	free(artist->above);
	free(artist->below);
	free(artist->shapes);
}

/* --- levels, events, cursor: under the lines --- */

static int row_of(const struct artist *artist, double value)
{
	double place = axis_place(&artist->view->y, value);

	if (!(place >= 0 && place <= 1))
		return -1;
	return artist->plot.y + (int)floor((1 - place) * (artist->plot.h - 1) + 0.5);
}

static int col_of(const struct artist *artist, double x)
{
	double place = axis_place(&artist->view->x, x);

	if (!(place >= 0 && place <= 1))
		return -1;
	return artist->plot.x + (int)fmin(floor(place * artist->plot.w), artist->plot.w - 1);
}

static void draw_levels(struct artist *artist)
{
	for (size_t i = 0; i < artist->chart->nlevels; i++) {
		const struct chart_level *level = &artist->chart->levels[i];
		int y = row_of(artist, level->value);

		if (y >= 0)
			surface_fill(artist->surface,
				(struct area){y, artist->plot.x, 1, artist->plot.w},
				level->strong ? ROLE_LIMIT : ROLE_DIM,
				level->strong ? GLYPH_LEVEL : GLYPH_FAINT_LEVEL);
	}
}

static bool is_lit(const struct artist *artist, int row, int col)
{
	if (row == 0 && artist->above[col] != DOTS_NOBODY)
		return true;
	if (row == artist->plot.h - 1 && artist->below[col] != DOTS_NOBODY)
		return true;
	return dots_rune(&artist->dots, row, col) != 0;
}

/* Is nothing lit in these cells? A word must not lie over data. */
static bool is_free(const struct artist *artist, int y, int x, int width)
{
	for (int col = x - artist->plot.x; width > 0; col++, width--)
		if (col < 0 || col >= artist->plot.w || is_lit(artist, y - artist->plot.y, col))
			return false;
	return true;
}

/* A level's word and value, as far to the right as no line is in the way. */
static void label_level(struct artist *artist, const struct chart_level *level, int y)
{
	int width, x;
	char number[NUM_SIZE];
	struct buf text;

	buf_init(&text, 200);
	buf_addf(&text, " %s %s ", level->label, num_short(number, level->value, 3));
	width = text_width(buf_str(&text));
	x = artist->plot.x + artist->plot.w - width;
	while (x > artist->plot.x && !is_free(artist, y, x, width))
		x--;
	if (x > artist->plot.x)
		surface_text(artist->surface, y, x, width, level->strong ? ROLE_LIMIT : ROLE_DIM,
			buf_str(&text));
	buf_release(&text);
}

static void label_levels(struct artist *artist)
{
	for (size_t i = 0; i < artist->chart->nlevels; i++) {
		int y = row_of(artist, artist->chart->levels[i].value);

		if (y >= 0)
			label_level(artist, &artist->chart->levels[i], y);
	}
}

static void draw_upright(struct artist *artist, int x, enum role role)
{
	surface_fill(artist->surface, (struct area){artist->plot.y, x, artist->plot.h, 1}, role,
		GLYPH_UPRIGHT);
}

static void draw_marks(struct artist *artist)
{
	for (size_t i = 0; i < artist->chart->nmarks; i++) {
		int x = col_of(artist, artist->chart->marks[i].x);

		if (x >= 0)
			draw_upright(artist, x, ROLE_EVENT);
	}
}

/* The first row from the top in which the word of a mark at x lies over nothing; -1: none. */
static int free_row(const struct artist *artist, int x, int width)
{
	for (int y = artist->plot.y; y < artist->plot.y + artist->plot.h; y++)
		if (is_free(artist, y, x, width))
			return y;
	return -1;
}

/* Words of events, right of their lines; one that has no room is left out. */
static void label_marks(struct artist *artist)
{
	int free_from = artist->plot.x, right = artist->plot.x + artist->plot.w;
	struct buf clean;

	buf_init(&clean, 4096);
	for (size_t i = 0; i < artist->chart->nmarks; i++) {
		int x = col_of(artist, artist->chart->marks[i].x), width, y;

		buf_clear(&clean);
		text_clean(&clean, text_cut(artist->chart->marks[i].label, 200));
		width = text_width(buf_str(&clean));
		if (width > right - x - 2)
			width = right - x - 2;
		if (x < free_from || width < 3)
			continue;
		y = free_row(artist, x + 2, width);
		if (y >= 0)
			free_from = x + 2 + surface_fit(artist->surface, y, x + 2, width, ROLE_EVENT,
				buf_str(&clean));
	}
	buf_release(&clean);
}

static void draw_cursor(struct artist *artist)
{
	int x = artist->view->cursor ? col_of(artist, artist->view->cursor_x) : -1;

	if (x >= 0)
		draw_upright(artist, x, artist->look->focus ? ROLE_ACCENT : ROLE_DIM);
}

/* --- axes on the screen --- */

/* Columns that the labels of the y axis need. */
static int gutter(const struct plot_view *view)
{
	double ticks[AXIS_MAX_TICKS];
	size_t n = axis_ticks(&view->y, ticks, AXIS_MAX_TICKS);
	int widest = 4;

	for (size_t i = 0; i < n; i++) {
		char label[AXIS_LABEL_SIZE];
		int width = (int)strlen(axis_label(&view->y, ticks[i], label));

		widest = width > widest ? width : widest;
	}
	return widest + 1;
}

static void draw_y_axis(struct artist *artist)
{
	struct area *plot = &artist->plot;
	double ticks[AXIS_MAX_TICKS];
	size_t n = axis_ticks(&artist->view->y, ticks, AXIS_MAX_TICKS);
	int axis = plot->x - 1, last = plot->y + plot->h;

	surface_fill(artist->surface, (struct area){plot->y, axis, plot->h, 1}, ROLE_AXIS,
		GLYPH_UPRIGHT);
	/* from the top down; a label that would stand in another's row is left out */
	for (size_t i = 0; i < n; i++) {
		char label[AXIS_LABEL_SIZE];
		int y = row_of(artist, ticks[i]), width;

		if (y < 0 || y >= last)
			continue;
		last = y;
		axis_label(&artist->view->y, ticks[i], label);
		width = (int)strlen(label);
		surface_rune(artist->surface, y, axis, ROLE_AXIS, GLYPH_TICK_LEFT);
		surface_text(artist->surface, y, axis - width, width, ROLE_AXIS, str_of(label));
	}
}

static const char *x_name(const struct chart *chart)
{
	switch (chart->x_kind) {
	case CHART_WALL:
		return "time";
	case CHART_RELATIVE:
		return "elapsed";
	default:
		return chart->x_is_time ? "time" : "step";
	}
}

static void draw_x_axis(struct artist *artist)
{
	struct area *plot = &artist->plot;
	int y = plot->y + plot->h, right = plot->x + plot->w, free_from = 0;
	int name = (int)strlen(x_name(artist->chart));
	double ticks[AXIS_MAX_TICKS];
	size_t n = axis_ticks(&artist->view->x, ticks, AXIS_MAX_TICKS);

	surface_fill(artist->surface, (struct area){y, plot->x, 1, plot->w}, ROLE_AXIS, GLYPH_LINE);
	surface_rune(artist->surface, y, plot->x - 1, ROLE_AXIS, GLYPH_CORNER);
	surface_text(artist->surface, y + 1, right - name, name, ROLE_AXIS,
		str_of(x_name(artist->chart)));
	for (size_t i = 0; i < n; i++) {
		char label[AXIS_LABEL_SIZE];
		int x = col_of(artist, ticks[i]), width, from;

		if (x < 0)
			continue;
		surface_rune(artist->surface, y, x, ROLE_AXIS, GLYPH_TICK_DOWN);
		width = (int)strlen(axis_label(&artist->view->x, ticks[i], label));
		from = x - width / 2 > plot->x - 1 ? x - width / 2 : plot->x - 1;
		if (from < free_from || from + width > right - name - 1)
			continue;
		surface_text(artist->surface, y + 1, from, width, ROLE_AXIS, str_of(label));
		free_from = from + width + 2;
	}
}

/* --- legend --- */

struct entry {
	size_t line;
	bool known; /* has a value at the cursor */
	double value;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->known != right->known)
		return left->known ? -1 : 1;
	if (left->known && left->value != right->value && !isnan(left->value) &&
			!isnan(right->value))
		return left->value > right->value ? -1 : 1;
	return (left->line > right->line) - (left->line < right->line);
}

/* Lines with their values at the cursor, highest first; in their own order without one. */
static size_t list_entries(const struct artist *artist, struct entry *entries)
{
	size_t n = 0;

	for (size_t l = 0; l < artist->chart->nlines && l < MAX_LINES; l++) {
		struct entry *entry = &entries[n];
		double at;

		/* the raw line behind a smoothed one has no entry of its own */
		if (artist->chart->lines[l].dim && !artist->chart->lines[l].name.n)
			continue;
		*entry = (struct entry){.line = l};
		if (artist->view->cursor)
			entry->known = chart_value_at(artist->chart, &artist->chart->lines[l],
				artist->view->cursor_x, &at, &entry->value);
		n++;
	}
	qsort(entries, n, sizeof *entries, compare_entries);
	return n;
}

static void draw_entry(struct artist *artist, const struct entry *entry, struct area at)
{
	const struct chart_line *line = &artist->chart->lines[entry->line];
	enum role role = line_role(artist, entry->line);
	int value_width = 0;
	char number[NUM_SIZE];
	struct buf name;

	if (entry->known) {
		num_short(number, entry->value, 4);
		value_width = (int)strlen(number) + 1;
		surface_right(artist->surface, at.y, at.x, at.w, ROLE_NORMAL, str_of(number));
	}
	surface_rune(artist->surface, at.y, at.x, role,
		plot_shape(line->place, artist->surface->glyphs));
	buf_init(&name, 4096);
	text_clean(&name, text_cut(line->name, 1000));
	if (line->loading)
		buf_adds(&name, " …");
	surface_fit(artist->surface, at.y, at.x + 2, at.w - 2 - value_width, role, buf_str(&name));
	buf_release(&name);
}

/* The line of the cursor's own place: "step 340". Columns used. */
static int draw_cursor_place(struct artist *artist, int y)
{
	const struct axis *x = &artist->view->x;
	struct axis fine = *x;
	double at = artist->view->cursor_x;
	char label[AXIS_LABEL_SIZE];

	/* as exact as a cell is wide; steps are whole */
	if (x->kind != AXIS_LOG && artist->plot.w > 0)
		fine.step = (x->hi - x->lo) / artist->plot.w;
	if (x->kind == AXIS_LINEAR && fine.step >= 1) {
		fine.step = 1;
		at = floor(at);
	}
	return surface_textf(artist->surface, y, artist->legend.x, artist->legend.w, ROLE_ACCENT,
		"%s %s", x_name(artist->chart), axis_label(&fine, at, label));
}

/* Where there is one row only: the place, then each line's shape and value. */
static void draw_short_legend(struct artist *artist, const struct entry *entries, size_t n)
{
	struct area at = artist->legend;
	int x = at.x + draw_cursor_place(artist, at.y) + 2;
	char number[NUM_SIZE];

	for (size_t i = 0; i < n && entries[i].known && x + 2 < at.x + at.w; i++) {
		const struct chart_line *line = &artist->chart->lines[entries[i].line];

		surface_rune(artist->surface, at.y, x, line_role(artist, entries[i].line),
			plot_shape(line->place, artist->surface->glyphs));
		num_short(number, entries[i].value, 4);
		x += 4 + surface_fit(artist->surface, at.y, x + 2, at.x + at.w - x - 2, ROLE_NORMAL,
			str_of(number));
	}
}

static void draw_long_legend(struct artist *artist, const struct entry *entries, size_t n)
{
	struct area at = artist->legend;

	if (artist->view->cursor) {
		draw_cursor_place(artist, at.y);
		at.y++;
		at.h--;
	}
	for (size_t i = 0; i < n && at.h > 0; i++, at.y++, at.h--) {
		if (at.h == 1 && i + 1 < n)
			surface_textf(artist->surface, at.y, at.x, at.w, ROLE_DIM, "and %zu more",
				n - i);
		else
			draw_entry(artist, &entries[i], (struct area){at.y, at.x, 1, at.w});
	}
}

static void draw_legend(struct artist *artist)
{
	struct entry *entries;
	size_t n;

	if (artist->legend.h <= 0 || artist->legend.w <= 4)
		return;
	entries = mem_zero(artist->chart->nlines, sizeof *entries);
	n = list_entries(artist, entries);
	if (artist->view->cursor && artist->legend.h == 1)
		draw_short_legend(artist, entries, n);
	else
		draw_long_legend(artist, entries, n);
	free(entries);
}

/* --- the frame --- */

static int legend_width(const struct chart *chart)
{
	int widest = 12;

	for (size_t l = 0; l < chart->nlines && l < MAX_LINES; l++) {
		int width = (int)chart->lines[l].name.n + 12;

		widest = width > widest ? width : widest;
	}
	return widest < LEGEND_MOST ? widest : LEGEND_MOST;
}

/* Rows below the plot: the values at a cursor are worth more than dots. */
static int legend_rows(const struct artist *artist, int height)
{
	int rows = (int)(artist->chart->nlines < 3 ? artist->chart->nlines : 3);

	if (!artist->view->cursor)
		return height >= 10 + rows ? rows : 0;
	rows++;
	return height >= 6 + rows ? rows : height >= 5 ? 1 : 0;
}

/* Legend on the right where there is room for it, else in the last rows, else none. */
static void divide(struct artist *artist, struct area area)
{
	const struct chart *chart = artist->chart;

	artist->plot = (struct area){area.y, area.x, area.h - 2, area.w};
	artist->legend = (struct area){0, 0, 0, 0};
	if (chart->nlines < 2 && !artist->view->cursor)
		return;
	if (area.w >= LEGEND_LEAST) {
		int width = legend_width(chart);

		artist->plot.w -= width + 1;
		artist->legend = (struct area){area.y, area.x + area.w - width, area.h, width};
	} else {
		int rows = legend_rows(artist, area.h);

		artist->plot.h -= rows;
		artist->legend = (struct area){area.y + area.h - rows, area.x, rows, area.w};
	}
}

static void say_empty(struct artist *artist, struct area area)
{
	bool loading = false;

	for (size_t l = 0; l < artist->chart->nlines; l++)
		loading |= artist->chart->lines[l].loading;
	frame_say(artist->surface, area, ROLE_DIM,
		str_of(loading ? "loading the points …"
		       : artist->look->empty ? artist->look->empty
					     : "no points"),
		STR(""));
}

void plot_draw(struct plot_view *view, struct surface *surface, struct area area,
	const struct chart *chart, const struct plot_look *look)
{
	struct artist artist = {.view = view, .surface = surface, .chart = chart, .look = look};
	struct area old = surface_clip(surface, area);
	int labels;

	artist.focus = focus_of(view, chart);
	divide(&artist, area);
	if (artist.plot.h < 1 || artist.plot.w < 8 || !fit_axes(&artist)) {
		say_empty(&artist, area);
		surface_unclip(surface, old);
		return;
	}
	labels = gutter(view);
	artist.plot.x += labels;
	artist.plot.w -= labels;
	view->width = artist.plot.w;
	if (artist.plot.w > 0) {
		draw_levels(&artist);
		draw_marks(&artist);
		draw_cursor(&artist);
		draw_lines(&artist);
		label_levels(&artist);
		label_marks(&artist);
		release_lines(&artist);
		draw_y_axis(&artist);
		draw_x_axis(&artist);
	}
	draw_legend(&artist);
	surface_unclip(surface, old);
}
