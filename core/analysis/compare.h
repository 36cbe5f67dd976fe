/*
 * Comparing runs: one row a parameter, metric, tag, dataset or attribute, one value a run.
 *
 * The rows of the compare view and of `leeboard compare`. Values are views into the details, which
 * outlive the comparison.
 */
#ifndef ANALYSIS_COMPARE_H
#define ANALYSIS_COMPARE_H

#include "analysis/direction.h"
#include "base/arena.h"
#include "record/column.h"
#include "record/detail.h"

enum compare_kind {
	COMPARE_PARAM,
	COMPARE_METRIC,
	COMPARE_TAG,
	COMPARE_DATASET,   /* key: name, value: digest */
	COMPARE_ATTRIBUTE, /* commit, duration, experiment, state, user */
};

struct compare_row {
	enum compare_kind kind;
	struct str key;
	bool equal;           /* NaN equals NaN; missing equals missing only */
	struct value *values; /* one per run */
	bool *best;           /* one per run; metrics with a known direction only, else all false */
	double *delta;        /* value − baseline, one per run; see has_delta */
	bool *has_delta;      /* both are numbers (also numeric parameters), and it is not the baseline */
	enum direction direction;
};

struct compare {
	struct arena arena;
	size_t nruns, nrows, baseline;
	struct compare_row *rows; /* kinds as listed, then keys by bytes */
	size_t hidden;            /* equal rows that were left out */
	bool cut;                 /* past the ceiling of memory: rows are missing */
};

struct compare_options {
	size_t baseline;
	bool all; /* equal rows and mlflow.* tags too */
	const struct direction_rule *rules;
	size_t nrules;
};

/* "param", "metric", "tag", "dataset", "attribute" */
const char *compare_kind_name(enum compare_kind kind);

struct compare *compare_new(const struct run_detail *const *details, size_t n,
			    const struct compare_options *options);
void compare_free(struct compare *compare);

#endif
