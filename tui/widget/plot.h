/*
 * A chart on the screen: draws a struct chart (sheet/chart.h) with its axes, legend and cursor.
 *
 * Every line is the exact picture of its points at the dots of the terminal (M4). The axes move in
 * 1-2-5 steps with room on the right, so that a live point seldom costs more than its dots. What
 * cannot be drawn is not dropped in silence: NaN breaks the line and is counted, ±infinity and
 * values outside of the axis are marked ▲ ▼ at the edge.
 *
 * Each line has a colour and, every few columns, its shape. Past PLOT_OVERLAY lines, colours are no
 * evidence any more: one has the focus and the others are dim, and plot_note says so.
 */
#ifndef WIDGET_PLOT_H
#define WIDGET_PLOT_H

#include "base/buf.h"
#include "sheet/chart.h"
#include "term/surface.h"

enum { PLOT_OVERLAY = 6 };

struct plot_view {
	struct axis x, y;
	bool fitted;      /* x and y are those of the chart as it is set now */
	bool zoomed;
	bool cursor;      /* shown, at … */
	double cursor_x;
	long focus;       /* index of the line in focus; -1: none */
	/* of the last frame */
	int width;        /* cells of the plot */
	int x_kind;
	unsigned settings;
	uint64_t points, nan, inf, below; /* below: not above 0 on a logarithmic axis */
	size_t lines;
};

struct plot_look {
	bool focus; /* has the keyboard */
	const char *empty;
};

void plot_init(struct plot_view *view);

/* Everything again, cursor and zoom gone: another chart is shown. */
void plot_reset(struct plot_view *view);

/* The keys of a chart. Fractions are of the visible width. */
void plot_move(struct plot_view *view, int cells);
void plot_leap(struct plot_view *view, double fraction);
void plot_zoom(struct plot_view *view, double factor); /* around the cursor; 0.5: half the range */
void plot_pan(struct plot_view *view, double fraction);
void plot_whole(struct plot_view *view);
/* the next line; after the last, none */
void plot_focus(struct plot_view *view, const struct chart *chart);

/* "12,345 points, all drawn · smoothed 0.6", "9 points, 6 drawn · 3 NaN": what the picture does not say
 * itself. Of the last frame. */
void plot_note(const struct plot_view *view, const struct chart *chart, struct buf *out);

void plot_draw(struct plot_view *view, struct surface *surface, struct area area,
	const struct chart *chart, const struct plot_look *look);

/* The role and the shape that belong to a line's place, for lists beside the chart. */
enum role plot_role(int place);
uint32_t plot_shape(int place, enum glyphs glyphs);

#endif
