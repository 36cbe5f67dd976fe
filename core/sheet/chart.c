/* Charts as a model; see chart.h. */
#include "sheet/chart.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

enum { PIECE = 512 };

enum axis_kind chart_x_axis(const struct chart *chart)
{
	if (chart->x_kind == CHART_RELATIVE)
		return AXIS_DURATION;
	if (chart->x_kind == CHART_WALL || chart->x_is_time)
		return AXIS_TIME;
	return AXIS_LINEAR;
}

size_t chart_points(const struct chart_line *line)
{
	return line->series ? line->series->n : line->n;
}

/* The line's own start, which relative x counts from. */
static double start_of(const struct chart *chart, const struct chart_line *line)
{
	if (chart->x_kind != CHART_RELATIVE || chart_points(line) == 0)
		return 0;
	return line->series ? (double)series_time(line->series, 0) : line->x[0];
}

double chart_x_at(const struct chart *chart, const struct chart_line *line, size_t i)
{
	if (!line->series)
		return line->x[i] - start_of(chart, line);
	if (chart->x_kind == CHART_STEP)
		return (double)series_step(line->series, i);
	return (double)series_time(line->series, i) - start_of(chart, line);
}

double chart_y_at(const struct chart_line *line, size_t i)
{
	return line->series ? series_value(line->series, i) : line->y[i];
}

/*
 * The debiased exponential moving average, as TensorBoard and MLflow draw it: what is not finite
 * passes through and does not count.
 */
struct average {
	double weight, sum, unit;
};

static double averaged(struct average *average, double y)
{
	if (average->weight <= 0 || !isfinite(y))
		return y;
	average->sum = average->sum * average->weight + (1 - average->weight) * y;
	average->unit = average->unit * average->weight + (1 - average->weight);
	return average->sum / average->unit;
}

static struct average average_for(const struct chart *chart, const struct chart_line *line)
{
	/* the raw line behind a smoothed one stays raw */
	return (struct average){.weight = line->dim ? 0 : chart->smoothing};
}

bool chart_x_range(const struct chart *chart, double *lo, double *hi)
{
	bool any = false;

	for (size_t l = 0; l < chart->nlines; l++) {
		const struct chart_line *line = &chart->lines[l];
		size_t n = chart_points(line);
		double first, last;

		if (!n)
			continue;
		first = chart_x_at(chart, line, 0);
		last = chart_x_at(chart, line, n - 1);
		*lo = any ? fmin(*lo, first) : first;
		*hi = any ? fmax(*hi, last) : last;
		any = true;
	}
	return any;
}

static int compare_doubles(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* The 5th and 95th percentile of what M4 kept of the lines: close to that of all points. */
static bool clipped_range(const struct chart *chart, double x_lo, double x_hi, double *lo,
			  double *hi)
{
	enum { COLUMNS = 1024 };
	size_t n = 0, cap = chart->nlines * COLUMNS * 4;
	double *values = calloc(cap ? cap : 1, sizeof *values);

	for (size_t l = 0; values && l < chart->nlines; l++) {
		struct m4 m4;

		chart_reduce(chart, &chart->lines[l], x_lo, x_hi, COLUMNS, &m4);
		for (size_t i = 0; i < m4.n && n < cap; i++)
			values[n++] = m4.points[i].y;
		m4_release(&m4);
	}
	if (n)
		qsort(values, n, sizeof *values, compare_doubles);
	if (n) {
		*lo = values[n / 20];
		*hi = values[n - 1 - n / 20];
	}
	free(values);
	return n > 0;
}

bool chart_y_range(const struct chart *chart, double x_lo, double x_hi, double *lo, double *hi)
{
	bool any = false;

	if (chart->clip)
		return clipped_range(chart, x_lo, x_hi, lo, hi);
	for (size_t l = 0; l < chart->nlines; l++) {
		double low, high;
		struct m4 m4;

		chart_reduce(chart, &chart->lines[l], x_lo, x_hi, 1, &m4);
		if (m4_range(&m4, &low, &high)) {
			*lo = any ? fmin(*lo, low) : low;
			*hi = any ? fmax(*hi, high) : high;
			any = true;
		}
		m4_release(&m4);
	}
	for (size_t i = 0; any && i < chart->nlevels; i++) {
		*lo = fmin(*lo, chart->levels[i].value);
		*hi = fmax(*hi, chart->levels[i].value);
	}
	return any;
}

/* The first point with x ≥ x: lines are ordered by x but for wall time, which may step back. */
static size_t first_from(const struct chart *chart, const struct chart_line *line, double x)
{
	size_t low = 0, high = chart_points(line);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (chart_x_at(chart, line, middle) < x)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void chart_reduce(const struct chart *chart, const struct chart_line *line, double x_lo,
		  double x_hi, size_t columns, struct m4 *m4)
{
	struct m4_domain domain = {.lo = x_lo, .hi = nextafter(x_hi, INFINITY),
				   .log_y = chart->log_y};
	struct average average = average_for(chart, line);
	size_t n = chart_points(line), from = 0;
	double x[PIECE], y[PIECE];

	m4_init(m4, domain, columns);
	/* without smoothing what lies before the domain but the last point cannot matter */
	if (average.weight <= 0) {
		from = first_from(chart, line, x_lo);
		from -= from > 0;
	}
	for (size_t i = from; i < n;) {
		size_t k = 0;

		for (; k < PIECE && i < n; k++, i++) {
			x[k] = chart_x_at(chart, line, i);
			y[k] = averaged(&average, chart_y_at(line, i));
		}
		m4_feed(m4, x, y, k);
		if (x[k - 1] > x_hi)
			break;
	}
	m4_finish(m4);
}

bool chart_value_at(const struct chart *chart, const struct chart_line *line, double x,
		    double *at_x, double *value)
{
	struct average average = average_for(chart, line);
	size_t n = chart_points(line), at;

	if (!n)
		return false;
	at = first_from(chart, line, x);
	if (at == n || (at > 0 && chart_x_at(chart, line, at) > x))
		at--;
	*at_x = chart_x_at(chart, line, at);
	*value = chart_y_at(line, at);
	for (size_t i = 0; average.weight > 0 && i <= at; i++)
		*value = averaged(&average, chart_y_at(line, i));
	return true;
}

int chart_write_csv(const struct chart *chart, FILE *out)
{
	struct buf name;
	char x[NUM_SIZE], y[NUM_SIZE];

	buf_init(&name, 1 << 20);
	fputs("line,x,value\r\n", out);
	for (size_t l = 0; l < chart->nlines && !ferror(out); l++) {
		const struct chart_line *line = &chart->lines[l];

		buf_clear(&name);
		text_clean(&name, line->name);
		for (size_t i = 0; i < chart_points(line); i++) {
			fputc('"', out);
			for (size_t c = 0; c < name.n; c++) {
				if (name.s[c] == '"')
					fputc('"', out);
				fputc(name.s[c], out);
			}
			fprintf(out, "\",%s,%s\r\n", num_shortest(x, chart_x_at(chart, line, i)),
				num_shortest(y, chart_y_at(line, i)));
		}
	}
	buf_release(&name);
	return fflush(out) || ferror(out) ? -1 : 0;
}
