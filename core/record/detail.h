/*
 * Everything about one run: what `runs --json`, compare and the detail view print.
 *
 * A plain tree of arrays in one arena; built by a source (record/build.h), read-only afterwards.
 * Arrays are in the order in which the source gave them unless said otherwise; detail_sort() puts
 * keys in byte order, and every builder calls it.
 */
#ifndef RECORD_DETAIL_H
#define RECORD_DETAIL_H

#include "base/str.h"
#include "record/run.h"

#include <stdint.h>

struct pair {
	struct str key, value;
};

/*
 * A metric of a run. `last` is by the source's own rule (MLflow: what latest_metrics says). The
 * aggregates are over the finite values of the whole history and are set only when asked for
 * (has_aggregates); with no finite value they are NaN and count is 0.
 */
struct metric {
	struct str key;
	double last;
	int64_t last_step, last_time; /* INT64_MIN / TIME_NONE when not known */
	bool has_aggregates;
	double first, min, max, mean;
	uint64_t count; /* finite values */
	uint64_t nan;   /* NaN values */
};

struct dataset_use {
	struct str name, digest, context; /* context may be missing */
};

struct run_detail {
	struct run run;
	struct str parent;       /* run id, or missing */
	struct str commit;       /* as the run names it, or missing */
	int dirty;               /* 1, 0, or -1 when the run does not say */
	struct str source_file;  /* the script that ran, if named */
	struct str artifact_uri;
	struct pair *params;
	struct pair *tags;
	struct metric *metrics;
	struct dataset_use *datasets;
	uint32_t nparams, ntags, nmetrics, ndatasets;
	bool cut;                /* a text over 1 MB was cut */
};

struct detail_list {
	size_t n;
	struct run_detail *details;
};

/* Keys in byte order in all arrays of the detail (datasets by name, digest, context). */
void detail_sort(struct run_detail *detail);

/*
 * A deep copy in the arena; NULL past its ceiling. Keys that `like` (the detail of a neighbour in the
 * same arena, or NULL) has at the same place are shared with it.
 */
struct run_detail *detail_copy(struct arena *arena, const struct run_detail *detail,
			       const struct run_detail *like);

/* Same contents? */
bool detail_equal(const struct run_detail *a, const struct run_detail *b);

/* The value of a key in sorted pairs, or STR_NONE. */
struct str pair_get(const struct pair *pairs, uint32_t n, struct str key);

/* The metric with that key in a sorted detail, or NULL. */
const struct metric *detail_metric(const struct run_detail *detail, struct str key);

#endif
