/*
 * M4: a series reduced to what a chart can show, without losing a dot.
 *
 * For each dot column the first, lowest, highest and last point are kept (Jugel, Jerzak,
 * Hackenbroich, Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", PVLDB 7(10),
 * 2014). A polyline through them lights exactly the dots that a polyline through all points lights,
 * one-point spikes included. One pass, whatever the number of points; fed in pieces.
 *
 *	m4_init(&m4, (struct m4_domain){.lo = 0, .hi = 600}, 300);
 *	for each chunk: m4_feed(&m4, chunk->x, chunk->y, chunk->n);
 *	m4_finish(&m4);
 *	… m4.points[0 … m4.n) in input order; m4.columns[c] counts what cannot be drawn …
 *	m4_release(&m4);
 *
 * x must not fall: the caller sorts. A point whose x is NaN or falls is left out and counted.
 * NaN and ±infinity in y break the line and are counted, and so are values ≤ 0 on a log y axis.
 * A break inside a column is kept, so the points on its two sides are not joined; past M4_PIECES
 * pieces in one column the rest of it is drawn as one piece (extremes are never lost).
 * Outside the domain, the last point before and the first point after it are kept too, where the
 * line runs on from them, so that a zoomed chart draws the crossing segments.
 */
#ifndef ANALYSIS_M4_H
#define ANALYSIS_M4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { M4_PIECES = 8, M4_MAX_COLUMNS = 1 << 16 };

/* [lo, hi): a caller with a closed range gives nextafter(hi, INFINITY). lo > 0 where log_x. */
struct m4_domain {
	double lo, hi;
	bool log_x; /* columns are equally wide in log x */
	bool log_y; /* y ≤ 0 cannot be drawn */
};

struct m4_point {
	double x, y;
	uint64_t index; /* of the point in all that was fed */
	int32_t column; /* -1 before the domain, the number of columns after it */
	bool gap;       /* no line comes here from the point before in this list */
};

struct m4_column {
	uint64_t points; /* of any kind */
	uint64_t nan, pos_inf, neg_inf, below; /* below: ≤ 0 on a log axis */
};

/* The running extremes of one unbroken piece within one column; its places are indices. */
struct m4_piece {
	struct m4_point first, low, high, last;
	bool any, gap;
};

struct m4 {
	/* the result */
	struct m4_point *points;
	size_t n;
	struct m4_column *columns;
	size_t n_columns;
	struct m4_column total; /* inside the domain */
	uint64_t fed;           /* every point, outside the domain too */
	uint64_t left_out;      /* x NaN or falling */

	/* private */
	double *edges; /* n_columns + 1; the last is the domain's end */
	size_t cap, at, pieces;
	double x;              /* of the point before */
	struct m4_piece piece;
	struct m4_point before; /* the last point before the domain */
	bool has_before, gap, after, log_y;
};

/* columns is brought into 1 … M4_MAX_COLUMNS; an empty or unordered domain holds no point. */
void m4_init(struct m4 *m4, struct m4_domain domain, size_t columns);
void m4_release(struct m4 *m4);

void m4_feed(struct m4 *m4, const double *x, const double *y, size_t n);

/* The same for whole-number x: steps, or times in ms. */
void m4_feed_int(struct m4 *m4, const int64_t *x, const double *y, size_t n);

/* Closes the last column; nothing may be fed afterwards. */
void m4_finish(struct m4 *m4);

/* The lowest and highest y inside the domain; false when there is no point to draw. */
bool m4_range(const struct m4 *m4, double *low, double *high);

#endif
