/* The charts of a deployment: its signals at each sample; see deployments.h. */
#include "sheet/deployments.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

enum { RATE, ERRORS, P50, P95, P99, MEAN, N_SIGNALS };

/* The signals as they were at sample i: of the samples before it within the window. */
static struct rate_signals signals_at(const struct deployment *deployment, uint32_t i)
{
	struct deployment part = *deployment;
	int64_t at = deployment->samples[i].time;
	uint32_t first = i;

	while (first > 0 && at - deployment->samples[first - 1].time < DEPLOYMENT_WINDOW_MS)
		first--;
	part.samples += first;
	part.nsamples = i - first + 1;
	return deployment_signals(&part);
}

static void put_point(double *const columns[N_SIGNALS], uint32_t i,
		      const struct rate_signals *signals)
{
	columns[RATE][i] = signals->requests_per_s;
	columns[ERRORS][i] = signals->error_share;
	columns[P50][i] = signals->p50.value;
	columns[P95][i] = signals->p95.value;
	columns[P99][i] = signals->p99.value;
	columns[MEAN][i] = signals->mean;
}

static bool any_known(const double *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!isnan(values[i]))
			return true;
	return false;
}

static struct chart_line line_of(const char *name, int place, const double *x, const double *y,
				 uint32_t n)
{
	return (struct chart_line){.name = str_of(name), .id = str_of(name), .place = place,
				   .x = x, .y = y, .n = n};
}

static struct chart chart_of(const char *title, const char *unit, struct chart_line *lines,
			     size_t n)
{
	return (struct chart){.title = str_of(title), .unit = unit, .lines = lines, .nlines = n,
			      .x_kind = CHART_WALL, .x_is_time = true};
}

/* Quantiles where there are any; else the mean, and called that. */
static void make_latency(struct deployment_charts *charts, const double *x,
			 double *const columns[N_SIGNALS], uint32_t n)
{
	static const char *const names[] = {"p50", "p95", "p99"};
	size_t lines = 0;

	for (int k = 0; k < 3 && any_known(columns[P50], n); k++, lines++)
		charts->latency_lines[lines] = line_of(names[k], k, x, columns[P50 + k], n);
	if (!lines && any_known(columns[MEAN], n))
		charts->latency_lines[lines++] = line_of("mean", 0, x, columns[MEAN], n);
	charts->latency = chart_of("latency", "s", charts->latency_lines, lines);
}

void deployment_charts_init(struct deployment_charts *charts, const struct deployment *deployment)
{
	uint32_t n = deployment->nsamples;
	double *columns[N_SIGNALS], *x;

	charts->points = mem_zero((size_t)n * (N_SIGNALS + 1) + 1, sizeof *charts->points);
	x = charts->points;
	for (size_t k = 0; k < N_SIGNALS; k++)
		columns[k] = charts->points + (k + 1) * n;
	for (uint32_t i = 0; i < n; i++) {
		struct rate_signals signals = signals_at(deployment, i);

		x[i] = (double)deployment->samples[i].time;
		put_point(columns, i, &signals);
	}
	charts->rate_line = line_of("requests", 0, x, columns[RATE], n);
	charts->errors_line = line_of("errors", 0, x, columns[ERRORS], n);
	charts->rate = chart_of("requests", "/s", &charts->rate_line, any_known(columns[RATE], n));
	charts->errors = chart_of("error share", "", &charts->errors_line,
				  any_known(columns[ERRORS], n));
	make_latency(charts, x, columns, n);
}

void deployment_charts_release(struct deployment_charts *charts)
{
	free(charts->points);
	*charts = (struct deployment_charts){0};
}
