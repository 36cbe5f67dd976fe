/*
 * A chart: lines over a common x as a model; tui/widget/chart draws it, the printers write it.
 *
 * A line's points come from a series of a run or from two plain arrays. chart_reduce() gives the
 * exact picture of a line at a number of dot columns (analysis/m4.h). The chart owns nothing that
 * it points to.
 */
#ifndef SHEET_CHART_H
#define SHEET_CHART_H

#include "analysis/axis.h"
#include "analysis/m4.h"
#include "base/buf.h"
#include "base/str.h"
#include "record/series.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum chart_x {
	CHART_STEP,     /* the step of the points, or the plain x */
	CHART_WALL,     /* wall time, ms */
	CHART_RELATIVE, /* ms since the line's first point */
};

struct chart_line {
	struct str name;
	struct str id;               /* of the record behind it, for focus and the legend */
	int place;                   /* picks colour and shape: 0, 1, 2 … */
	const struct series *series; /* or … */
	const double *x, *y;         /* … plain points, x rising; for time x is ms */
	size_t n;                    /* of plain points */
	bool loading;
	bool dim;                    /* behind the others: raw data of a smoothed line, unfocused */
};

/* A horizontal line: a limit or a noise floor. */
struct chart_level {
	const char *label; /* "limit", "floor" */
	double value;
	bool strong;       /* the limit; a floor is faint */
};

/* Something that happened at a time. */
struct chart_mark {
	double x;
	struct str label;
};

struct chart {
	struct str title; /* what y is: the metric */
	const char *unit; /* of y, "" for none */
	size_t nlines;
	struct chart_line *lines;
	size_t nlevels;
	const struct chart_level *levels;
	size_t nmarks;
	const struct chart_mark *marks;
	enum chart_x x_kind;
	bool x_is_time;   /* plain x are ms since the epoch */
	bool log_y;
	bool clip;        /* y axis over the middle 90 % only: outliers are marked at the border */
	double smoothing; /* 0: none; else the weight of the debiased moving average, < 1 */
};

/* Is the x axis one of times of day, of durations, or of plain numbers? */
enum axis_kind chart_x_axis(const struct chart *chart);

/*
 * The range of x and y over the visible lines (NaN and infinities left out; on a log axis values
 * ≤ 0 too). False when there is nothing to draw. y is looked at within [x_lo, x_hi] only.
 */
bool chart_x_range(const struct chart *chart, double *lo, double *hi);
bool chart_y_range(const struct chart *chart, double x_lo, double x_hi, double *lo, double *hi);

/* Feeds one line through M4; release with m4_release(). */
void chart_reduce(const struct chart *chart, const struct chart_line *line, double x_lo,
		  double x_hi, size_t columns, struct m4 *m4);

/*
 * The point of the line nearest to x (the last one at or before it, else the first). False when the
 * line has none. *value is smoothed when the chart is.
 */
bool chart_value_at(const struct chart *chart, const struct chart_line *line, double x,
		    double *at_x, double *value);

/* The points of a line one by one, raw: how many, and x and y of the i-th. */
size_t chart_points(const struct chart_line *line);
double chart_x_at(const struct chart *chart, const struct chart_line *line, size_t i);
double chart_y_at(const struct chart_line *line, size_t i);

/* A long table of every point, "line,x,value", as RFC 4180. Returns 0, or -1 on a write error. */
int chart_write_csv(const struct chart *chart, FILE *out);

#endif
