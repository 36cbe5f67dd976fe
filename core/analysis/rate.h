/*
 * Rates and quantiles from a server's counters, as Prometheus works them out.
 *
 * rate_of() is PromQL's rate() (extrapolatedRate of prometheus/promql/functions.go 2.42): counter
 * resets are made good, and the increase between the first and the last sample is extended to the
 * window where the samples reach its ends, but never below zero. The window is (at − window, at].
 * rate_quantile() is histogram_quantile() (bucketQuantile of promql/quantile.go).
 * NaN is "not known": absent samples are NaN and passed over, and what cannot be told is NaN.
 */
#ifndef ANALYSIS_RATE_H
#define ANALYSIS_RATE_H

#include "record/deployment.h"

#include <stddef.h>
#include <stdint.h>

/* Per second; times in ms, ascending. NaN with fewer than two samples in the window. */
double rate_of(const int64_t *times, const double *values, size_t n, int64_t at, int64_t window);

/* A quantile, and the bucket that it was found in: what is known for sure. */
struct rate_quantile {
	double value;
	double low, high; /* high is +infinity when it lies past the last finite bound */
};

/*
 * The q-quantile (0–1) of n buckets: bounds ascending, the last +infinity, and their cumulative
 * counts or rates. All NaN without observations, with fewer than two buckets, or with one unknown.
 */
struct rate_quantile rate_quantile(double q, const double *bounds, const double *counts, size_t n);

/* What the samples of a deployment say about a window. */
struct rate_signals {
	double requests_per_s;
	double error_share; /* 0–1; NaN without requests */
	double mean;        /* seconds */
	struct rate_quantile p50, p95, p99;
	double probe;       /* seconds: the newest round trip of our own in the window */
};

/* `at` in ms: usually the time of the newest sample. */
struct rate_signals rate_signals(const struct deployment *deployment, int64_t at, int64_t window);

#endif
