/* M4 reduction; see m4.h. */
#include "analysis/m4.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Column boundaries are computed once; feeding only compares, so x needs no division. */
static void set_edges(struct m4 *m4, struct m4_domain domain)
{
	double lo = domain.log_x ? log10(domain.lo) : domain.lo;
	double hi = domain.log_x ? log10(domain.hi) : domain.hi;
	size_t n = m4->n_columns;

	for (size_t c = 0; c <= n; c++) {
		double edge = lo + (hi - lo) * (double)c / (double)n;

		m4->edges[c] = domain.log_x ? pow(10, edge) : edge;
	}
	m4->edges[0] = domain.lo;
	m4->edges[n] = domain.hi;
}

void m4_init(struct m4 *m4, struct m4_domain domain, size_t columns)
{
	if (!(domain.lo < domain.hi) || !isfinite(domain.hi - domain.lo) ||
	    (domain.log_x && !(domain.lo > 0)))
		domain = (struct m4_domain){.lo = INFINITY, .hi = INFINITY, .log_y = domain.log_y};
	columns = columns < 1 ? 1 : columns > M4_MAX_COLUMNS ? M4_MAX_COLUMNS : columns;
	*m4 = (struct m4){
		.n_columns = columns,
		.columns = mem_zero(columns, sizeof(struct m4_column)),
		.edges = mem_zero(columns + 1, sizeof(double)),
		.x = -INFINITY,
		.gap = true,
		.log_y = domain.log_y,
	};
	set_edges(m4, domain);
}

void m4_release(struct m4 *m4)
{
	free(m4->points);
	free(m4->columns);
	free(m4->edges);
	*m4 = (struct m4){0};
}

static void emit(struct m4 *m4, const struct m4_point *point, bool gap)
{
	MEM_GROW(m4->points, m4->n, m4->cap);
	m4->points[m4->n] = *point;
	m4->points[m4->n++].gap = gap;
}

/* Writes the piece out: first, the two extremes in input order, last; each point once. */
static void close_piece(struct m4 *m4)
{
	struct m4_piece *piece = &m4->piece;
	bool low_first = piece->low.index < piece->high.index;
	const struct m4_point *order[] = {&piece->first, low_first ? &piece->low : &piece->high,
					  low_first ? &piece->high : &piece->low, &piece->last};

	if (!piece->any)
		return;
	for (int i = 0; i < 4; i++)
		if (i == 0 || order[i]->index != order[i - 1]->index)
			emit(m4, order[i], i == 0 && piece->gap);
	piece->any = false;
	m4->pieces++;
}

/* The line breaks: the next point that can be drawn starts a piece of its own. */
static void break_line(struct m4 *m4)
{
	if (!m4->piece.any || m4->pieces + 1 < M4_PIECES)
		close_piece(m4);
	m4->gap = true;
}

static bool drawable(const struct m4 *m4, double y)
{
	return fabs(y) <= DBL_MAX && !(m4->log_y && y <= 0);
}

static void count_bad(struct m4_column *column, double y)
{
	if (isnan(y))
		column->nan++;
	else if (isinf(y) && y > 0)
		column->pos_inf++;
	else if (isinf(y))
		column->neg_inf++;
	else
		column->below++;
}

/* The first point past the domain ends the line; what follows is only counted. */
static void feed_after(struct m4 *m4, struct m4_point point)
{
	if (m4->after)
		return;
	close_piece(m4);
	m4->after = true;
	point.column = (int32_t)m4->n_columns;
	if (!drawable(m4, point.y))
		return;
	if (m4->has_before)
		emit(m4, &m4->before, true);
	if (m4->has_before || !m4->gap)
		emit(m4, &point, false);
}

static void feed_before(struct m4 *m4, struct m4_point point)
{
	point.column = -1;
	m4->before = point;
	m4->has_before = drawable(m4, point.y);
}

/* A point that starts a piece; the line from outside the domain comes in with the first one. */
static void start_piece(struct m4 *m4, struct m4_point point)
{
	if (m4->has_before) {
		emit(m4, &m4->before, true);
		m4->gap = false;
	}
	m4->has_before = false;
	m4->piece = (struct m4_piece){point, point, point, point, true, m4->gap};
	m4->gap = false;
}

static void feed_bad(struct m4 *m4, double y)
{
	count_bad(&m4->columns[m4->at], y);
	m4->has_before = false;
	break_line(m4);
}

static void enter_column(struct m4 *m4, double x)
{
	close_piece(m4);
	while (x >= m4->edges[m4->at + 1])
		m4->at++;
	m4->pieces = 0;
}

/* What the tight loop does not handle: order, edges of the domain, new columns, breaks. */
static void feed_one(struct m4 *m4, double x, double y, uint64_t index)
{
	struct m4_point point = {.x = x, .y = y, .index = index};

	if (!(x >= m4->x)) {
		m4->left_out++;
		return;
	}
	m4->x = x;
	if (!(x < m4->edges[m4->n_columns])) {
		feed_after(m4, point);
		return;
	}
	if (x < m4->edges[0]) {
		feed_before(m4, point);
		return;
	}
	if (x >= m4->edges[m4->at + 1])
		enter_column(m4, x);
	m4->columns[m4->at].points++;
	point.column = (int32_t)m4->at;
	if (!drawable(m4, y))
		feed_bad(m4, y);
	else if (!m4->piece.any)
		start_piece(m4, point);
	else {
		/* a piece that goes on after a break that was one too many */
		m4->gap = false;
		m4->piece.last = point;
		if (y < m4->piece.low.y)
			m4->piece.low = point;
		if (y > m4->piece.high.y)
			m4->piece.high = point;
	}
}

/* Points that continue the open piece in its column; answers how many it took. */
static size_t feed_run(struct m4 *m4, const double *x, const double *y, size_t n)
{
	double edge = m4->edges[m4->at + 1], before = m4->x;
	double low = m4->piece.low.y, high = m4->piece.high.y;
	double least = m4->log_y ? DBL_TRUE_MIN : -DBL_MAX;
	size_t i, low_at = SIZE_MAX, high_at = SIZE_MAX;
	int32_t column = (int32_t)m4->at;

	for (i = 0; i < n; i++) {
		if (!(x[i] >= before && x[i] < edge && y[i] >= least && y[i] <= DBL_MAX))
			break;
		before = x[i];
		if (y[i] < low)
			low = y[i], low_at = i;
		if (y[i] > high)
			high = y[i], high_at = i;
	}
	if (!i)
		return 0;
	m4->x = before;
	m4->gap = false;
	m4->columns[m4->at].points += i;
	if (low_at != SIZE_MAX)
		m4->piece.low = (struct m4_point){x[low_at], low, m4->fed + low_at, column, false};
	if (high_at != SIZE_MAX)
		m4->piece.high =
			(struct m4_point){x[high_at], high, m4->fed + high_at, column, false};
	m4->piece.last = (struct m4_point){x[i - 1], y[i - 1], m4->fed + i - 1, column, false};
	return i;
}

void m4_feed(struct m4 *m4, const double *x, const double *y, size_t n)
{
	while (n) {
		size_t took = m4->piece.any ? feed_run(m4, x, y, n) : 0;

		if (!took) {
			feed_one(m4, *x, *y, m4->fed);
			took = 1;
		}
		m4->fed += took;
		x += took;
		y += took;
		n -= took;
	}
}

void m4_feed_int(struct m4 *m4, const int64_t *x, const double *y, size_t n)
{
	double block[512];

	while (n) {
		size_t part = n < 512 ? n : 512;

		for (size_t i = 0; i < part; i++)
			block[i] = (double)x[i];
		m4_feed(m4, block, y, part);
		x += part;
		y += part;
		n -= part;
	}
}

void m4_finish(struct m4 *m4)
{
	close_piece(m4);
	for (size_t c = 0; c < m4->n_columns; c++) {
		m4->total.points += m4->columns[c].points;
		m4->total.nan += m4->columns[c].nan;
		m4->total.pos_inf += m4->columns[c].pos_inf;
		m4->total.neg_inf += m4->columns[c].neg_inf;
		m4->total.below += m4->columns[c].below;
	}
}

bool m4_range(const struct m4 *m4, double *low, double *high)
{
	bool any = false;

	for (size_t i = 0; i < m4->n; i++) {
		const struct m4_point *point = &m4->points[i];

		if (point->column < 0 || (size_t)point->column >= m4->n_columns)
			continue;
		if (!any || point->y < *low)
			*low = point->y;
		if (!any || point->y > *high)
			*high = point->y;
		any = true;
	}
	return any;
}
