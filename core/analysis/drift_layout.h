/*
 * Layouts: how the values of a column are put into bins (drift-recipes 2.1, 2.2). A layout is made
 * from the reference alone and never changes afterwards, so that counts of any two windows add up.
 *
 * Numeric. Every bin's left border becomes one edge, and a value's bin is the number of edges below
 * it: a cut c that is no point gives the edge c; a point gives the two edges pred(c) and c, where
 * pred is the next smaller double (x > pred(c) is x >= c). At most 9 cuts and two more edges for
 * points at both ends, so a dozen comparisons without a branch find the bin.
 *
 * Categorical. Up to 64 categories by falling count, then `other`. A boolean's categories are
 * `true` and `false`.
 *
 * Thread rule: immutable once made; any number of readers.
 */
#ifndef ANALYSIS_DRIFT_LAYOUT_H
#define ANALYSIS_DRIFT_LAYOUT_H

#include "base/map.h"
#include "base/str.h"
#include "record/drift_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DRIFT_QUANTILES = 10,  /* B of the recipe */
	DRIFT_EDGES = 12,      /* 11 at most, and one that stays +inf */
	DRIFT_CATEGORIES = 64, /* with a bin of their own */
	DRIFT_BINS = DRIFT_CATEGORIES + 1,
};

struct drift_layout {
	enum drift_type type;
	unsigned bins;
	/* numeric */
	unsigned cuts;
	double cut[DRIFT_QUANTILES - 1];
	bool point[DRIFT_QUANTILES - 1];
	double edge[DRIFT_EDGES]; /* ascending, padded with +inf */
	double low, high;         /* the reference's range; +inf, -inf without a value */
	/* other types: bin i is categories[i]; the last bin is `other` */
	struct str *categories;
	char *text; /* their bytes */
	struct map index;
};

/* A category and how often the reference has it. */
struct drift_category {
	struct str text;
	uint64_t count;
};

/* A bin as people and JSON see it; `at` for LT, EQ, LE, GT, `category` for CATEGORY. */
struct drift_bin {
	enum drift_bin_kind kind;
	double at;
	struct str category; /* belongs to the layout */
};

/* From the n finite values of R, whose order is changed. */
void drift_layout_numeric(struct drift_layout *layout, double *values, size_t n);

/* From R's categories, which are sorted by falling count. Texts are copied. */
void drift_layout_categorical(struct drift_layout *layout, enum drift_type type,
			      struct drift_category *categories, size_t n);

void drift_layout_release(struct drift_layout *layout);

/* The bin of a finite value. */
static inline unsigned drift_layout_bin(const struct drift_layout *layout, double value)
{
	unsigned bin = 0;

	for (unsigned i = 0; i < DRIFT_EDGES; i++)
		bin += value > layout->edge[i];
	return bin;
}

/* The bin of a category; rare and unseen ones share the last. */
unsigned drift_layout_category(const struct drift_layout *layout, struct str category);

struct drift_bin drift_layout_describe(const struct drift_layout *layout, unsigned bin);

#endif
