/* Sparklines; see spark.h. */
#include "widget/spark.h"

#include <math.h>

enum { LOWEST_BLOCK = 0x2581, HEIGHTS = 8, WIDEST = 200 };

static uint32_t block_for(double value, double low, double high)
{
	double place = high > low ? (value - low) / (high - low) : 0.5;

	/* halves first: high - low may be infinite for huge values */
	if (!isfinite(place))
		place = (value / 2 - low / 2) / (high / 2 - low / 2);
	return LOWEST_BLOCK + (uint32_t)(place * (HEIGHTS - 1) + 0.5);
}

static void draw(struct surface *surface, int y, int x, enum role role, const double *values, int n)
{
	double low = INFINITY, high = -INFINITY;

	for (int i = 0; i < n; i++) {
		if (!isfinite(values[i]))
			continue;
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	for (int i = 0; i < n; i++)
		if (isfinite(values[i]))
			surface_rune(surface, y, x + i, role, block_for(values[i], low, high));
}

/* The columns of a line that has fewer points than columns stay side by side on the left. */
static int columns_for(size_t points, int width)
{
	int columns = width < WIDEST ? width : WIDEST;

	return points < (size_t)columns ? (int)points : columns;
}

void spark_draw(struct surface *surface, int y, int x, int width, enum role role,
	const struct series *series)
{
	struct chart_line line = {.series = series};
	struct chart chart = {.nlines = 1, .lines = &line, .x_kind = CHART_STEP};
	int columns = columns_for(series->n, width);
	double values[WIDEST], lo, hi;
	struct m4 m4;

	if (columns <= 0 || !chart_x_range(&chart, &lo, &hi))
		return;
	for (int i = 0; i < columns; i++)
		values[i] = NAN;
	chart_reduce(&chart, &line, lo, hi, (size_t)columns, &m4);
	for (size_t i = 0; i < m4.n; i++)
		if (m4.points[i].column >= 0 && m4.points[i].column < columns)
			values[m4.points[i].column] = m4.points[i].y;
	m4_release(&m4);
	draw(surface, y, x, role, values, columns);
}

void spark_values(struct surface *surface, int y, int x, int width, enum role role,
	const double *values, size_t n)
{
	int columns = columns_for(n, width);
	double last[WIDEST];

	if (columns <= 0)
		return;
	for (int i = 0; i < columns; i++)
		last[i] = NAN;
	for (size_t i = 0; i < n; i++)
		if (isfinite(values[i]))
			last[i * (size_t)columns / n] = values[i];
	draw(surface, y, x, role, last, columns);
}
