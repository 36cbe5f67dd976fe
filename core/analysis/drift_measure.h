/*
 * Recipes: how far two samples lie apart, what noise alone would show, and what is said of it
 * (drift-recipes parts 2 to 4 and 6).
 *
 * `leeboard.*` recipes work on counts per bin of a layout; `scipy.*` on the values or categories
 * themselves. A number that is not there (no value, no p, no floor) is NaN.
 * Pure functions: any thread.
 */
#ifndef ANALYSIS_DRIFT_MEASURE_H
#define ANALYSIS_DRIFT_MEASURE_H

#include "analysis/drift_layout.h"
#include "base/str.h"
#include "record/drift_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum drift_recipe {
	RECIPE_PSI,
	RECIPE_PSI_LAPLACE,
	RECIPE_JS,
	RECIPE_HELLINGER,
	RECIPE_TV,
	RECIPE_LINF,
	RECIPE_CHI2,
	RECIPE_SCIPY_KS,
	RECIPE_SCIPY_WASSERSTEIN,
	RECIPE_SCIPY_CHI2,
	DRIFT_RECIPES,
};

const char *drift_recipe_id(enum drift_recipe recipe);

/* False when there is no such recipe. */
bool drift_recipe_of(struct str id, enum drift_recipe *recipe);

/* Does it take columns of that type? */
bool drift_recipe_takes(enum drift_recipe recipe, enum drift_type type);

/* Does it need the values or categories themselves, not the counts per bin? */
bool drift_recipe_raw(enum drift_recipe recipe);

/* Counts per bin of both sides. r_n and c_n are their sums. */
struct drift_pair {
	const uint64_t *r, *c;
	unsigned bins;
	uint64_t r_n, c_n;
};

/* What the reference alone says about noise (2.4). */
struct drift_noise {
	unsigned df;    /* occupied bins of R, less one */
	double chi2_95; /* the 0.95 quantile of chi-square with df degrees; 0 when df = 0 */
	bool tail;      /* categorical, and `other` holds more than half of R */
};

struct drift_noise drift_noise_of(const struct drift_layout *layout, const uint64_t *r);

struct drift_measure {
	double value;
	double p, dof;                  /* of tests; NaN for other recipes */
	double floor_mean, floor_95;    /* leeboard.psi, js, hellinger */
	double excess;                  /* leeboard.psi: PSI above floor_mean */
};

/* A recipe on bins. */
void drift_measure_bins(enum drift_recipe recipe, const struct drift_pair *pair,
			const struct drift_noise *noise, struct drift_measure *measure);

/* A recipe on values: both samples ascending. */
void drift_measure_values(enum drift_recipe recipe, const double *r, size_t n, const double *c,
			  size_t m, struct drift_measure *measure);

/*
 * scipy.chi2_contingency: counts of each category of R and C together (a bin each), with Yates'
 * correction for two categories.
 */
void drift_measure_categories(const struct drift_pair *pair, struct drift_measure *measure);

/* State and reason of leeboard.psi against the limit (2.5). */
enum drift_state drift_judge(const struct drift_pair *pair, const struct drift_noise *noise,
			     const struct drift_measure *psi, double limit, enum drift_why *why);

#endif
