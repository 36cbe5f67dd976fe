/* Rates and quantiles; see rate.h. */
#include "analysis/rate.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* What one pass over the samples of a window gathers. */
struct span {
	size_t n;
	int64_t first, last; /* ms */
	double first_value, last_value;
	double lost; /* what was counted before each reset */
};

static void add_sample(struct span *span, int64_t time, double value)
{
	if (span->n == 0) {
		span->first = time;
		span->first_value = value;
	} else if (value < span->last_value) {
		span->lost += span->last_value;
	}
	span->last = time;
	span->last_value = value;
	span->n++;
}

/* Seconds by which the sampled time is extended at one end of the window. */
static double extension(double gap, double average)
{
	return gap < average * 1.1 ? gap : average / 2;
}

static double rate_of_span(const struct span *span, int64_t at, int64_t window)
{
	double sampled = (double)(span->last - span->first) / 1000;
	double to_start = (double)(span->first - (at - window)) / 1000;
	double to_end = (double)(at - span->last) / 1000;
	double increase = span->last_value - span->first_value + span->lost;
	double average;

	if (span->n < 2 || sampled <= 0 || window <= 0)
		return NAN;
	average = sampled / (double)(span->n - 1);
	/* a counter was not below zero: the line back from the first sample ends there */
	if (increase > 0 && span->first_value >= 0)
		to_start = fmin(to_start, sampled * (span->first_value / increase));
	sampled += extension(to_start, average) + extension(to_end, average);
	return increase * (sampled / ((double)(span->last - span->first) / 1000)) /
	       ((double)window / 1000);
}

static bool in_window(int64_t time, int64_t at, int64_t window)
{
	return time > at - window && time <= at;
}

double rate_of(const int64_t *times, const double *values, size_t n, int64_t at, int64_t window)
{
	struct span span = {0};

	for (size_t i = 0; i < n; i++)
		if (in_window(times[i], at, window) && !isnan(values[i]))
			add_sample(&span, times[i], values[i]);
	return rate_of_span(&span, at, window);
}

/* Equal bounds become one bucket, and counts never fall: what is left over of `n`, or 0. */
static size_t clean_buckets(double *bounds, double *counts, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(counts[i]))
			return 0;
		if (kept && bounds[kept - 1] == bounds[i]) {
			counts[kept - 1] += counts[i];
			continue;
		}
		bounds[kept] = bounds[i];
		counts[kept++] = counts[i];
	}
	for (size_t i = 1; i < kept; i++)
		counts[i] = fmax(counts[i], counts[i - 1]);
	return kept;
}

static struct rate_quantile find_quantile(double q, const double *bounds, const double *counts,
					  size_t n)
{
	double rank = q * counts[n - 1], below = 0, low = 0;
	size_t b = 0;

	while (b < n - 1 && counts[b] < rank)
		b++;
	if (b == n - 1)
		return (struct rate_quantile){bounds[n - 2], bounds[n - 2], INFINITY};
	if (b == 0 && bounds[0] <= 0)
		return (struct rate_quantile){bounds[0], -INFINITY, bounds[0]};
	if (b > 0) {
		low = bounds[b - 1];
		below = counts[b - 1];
	}
	return (struct rate_quantile){
		low + (bounds[b] - low) * ((rank - below) / (counts[b] - below)),
		low,
		bounds[b],
	};
}

struct rate_quantile rate_quantile(double q, const double *bounds, const double *counts, size_t n)
{
	struct rate_quantile answer = {NAN, NAN, NAN};
	double *own = mem_alloc((2 * n + 1) * sizeof *own);

	for (size_t i = 0; i < n; i++) {
		own[i] = bounds[i];
		own[n + i] = counts[i];
	}
	if (q >= 0 && q <= 1 && n && isinf(bounds[n - 1]) && bounds[n - 1] > 0) {
		size_t kept = clean_buckets(own, own + n, n);

		if (kept >= 2 && own[n + kept - 1] > 0)
			answer = find_quantile(q, own, own + n, kept);
	}
	free(own);
	return answer;
}

/* The counters of a sample, in an order of their own for counter_rate. */
enum counter { REQUESTS, ERRORS, LATENCY_SUM, LATENCY_COUNT, BUCKETS };

static double counter_of(const struct scrape_sample *sample, size_t counter)
{
	switch (counter) {
	case REQUESTS:
		return sample->requests;
	case ERRORS:
		return sample->errors;
	case LATENCY_SUM:
		return sample->latency_sum;
	case LATENCY_COUNT:
		return sample->latency_count;
	default:
		return sample->buckets ? sample->buckets[counter - BUCKETS] : NAN;
	}
}

static double counter_rate(const struct deployment *deployment, size_t counter, int64_t at,
			   int64_t window)
{
	struct span span = {0};

	for (uint32_t i = 0; i < deployment->nsamples; i++) {
		const struct scrape_sample *sample = &deployment->samples[i];
		double value = counter_of(sample, counter);

		if (in_window(sample->time, at, window) && !isnan(value))
			add_sample(&span, sample->time, value);
	}
	return rate_of_span(&span, at, window);
}

static double newest_probe(const struct deployment *deployment, int64_t at, int64_t window)
{
	for (uint32_t i = deployment->nsamples; i-- > 0;) {
		const struct scrape_sample *sample = &deployment->samples[i];

		if (in_window(sample->time, at, window) && !isnan(sample->probe))
			return sample->probe;
	}
	return NAN;
}

/* NaN, not infinity, where nothing was counted. */
static double share(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

struct rate_signals rate_signals(const struct deployment *deployment, int64_t at, int64_t window)
{
	uint32_t n = deployment->nbounds;
	double *counts = mem_alloc((n + 1) * sizeof *counts);
	struct rate_signals signals = {
		.requests_per_s = counter_rate(deployment, REQUESTS, at, window),
		.probe = newest_probe(deployment, at, window),
	};

	signals.error_share =
		share(counter_rate(deployment, ERRORS, at, window), signals.requests_per_s);
	signals.mean = share(counter_rate(deployment, LATENCY_SUM, at, window),
			     counter_rate(deployment, LATENCY_COUNT, at, window));
	for (uint32_t i = 0; i < n; i++)
		counts[i] = counter_rate(deployment, BUCKETS + i, at, window);
	signals.p50 = rate_quantile(0.5, deployment->bounds, counts, n);
	signals.p95 = rate_quantile(0.95, deployment->bounds, counts, n);
	signals.p99 = rate_quantile(0.99, deployment->bounds, counts, n);
	free(counts);
	return signals;
}
