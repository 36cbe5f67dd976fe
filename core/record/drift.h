/*
 * Drift: what monitors say of the features of a model (COMMANDS, `drift` and `check`).
 *
 * One drift_monitor per monitor, feature and recipe, worst first. Numbers that are not there are
 * NaN, times TIME_NONE, texts missing. Built by core/monitor, shown by sheet/drift.h.
 */
#ifndef RECORD_DRIFT_H
#define RECORD_DRIFT_H

#include "base/str.h"
#include "record/drift_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One side of a comparison. */
struct drift_sample {
	struct str what;  /* "training.csv", "first 24 windows" */
	int64_t from, to; /* of its events; none for a whole file */
	uint64_t rows, n, null, invalid, pos_inf, neg_inf;
	double min, max, mean, std; /* numeric columns only */
};

struct drift_bin_counts {
	enum drift_bin_kind kind;
	double at;           /* LT, EQ, LE, GT */
	struct str category; /* CATEGORY */
	uint64_t reference, window;
};

/* One window of the past. */
struct drift_point {
	int64_t from, to;
	uint64_t n;
	double value, floor_95;
	enum drift_state state;
};

/* Shares of the window's rows; infinities count as out of range. */
struct drift_quality {
	bool known; /* the window has rows */
	bool bad;
	double null_share, invalid_share, unseen_share, out_of_range_share;
};

/* What `check` says: the judgement over time. */
struct drift_verdict {
	const char *state; /* ok drift insufficient unknown stale; of quality ok bad unknown stale */
	double value, limit;
	struct str reason;
	int64_t since; /* start of the window that changed the state */
};

struct drift_monitor {
	struct str monitor; /* its name */
	struct str model, version;
	struct str feature;
	enum drift_type type;
	struct str recipe; /* its id */
	struct drift_sample reference, window;
	double value, p, dof;
	double floor_mean, floor_95, excess;
	double limit;
	enum drift_state state;
	enum drift_why why;
	struct str reason; /* in words, where the state wants some */
	struct drift_quality quality;
	size_t nbins;
	const struct drift_bin_counts *bins;
	size_t npoints; /* the judged windows, oldest first; none for two plain samples */
	const struct drift_point *points;
	bool judged; /* has a limit, and is a row of `check` */
	struct drift_verdict drift_check, quality_check;
};

struct drift_list {
	size_t n;
	const struct drift_monitor *monitors;
};

/* Order of rows: by state, falling excess, then model, feature, recipe and monitor by bytes. */
int drift_monitor_compare(const struct drift_monitor *x, const struct drift_monitor *y);

#endif
