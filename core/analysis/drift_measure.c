/* Recipes; see drift_measure.h. Sums run over the bins from left to right. */
#include "analysis/drift_measure.h"

#include "analysis/drift_ks.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum {
	TAKES_NUMBERS = 1,
	TAKES_CATEGORIES = 2,
	TAKES_ALL = TAKES_NUMBERS | TAKES_CATEGORIES,
};

/* A share below this counts as this (2.3). */
#define SHARE_FLOOR 1e-4

static const struct {
	const char *id;
	unsigned takes;
	bool raw;
} recipes[DRIFT_RECIPES] = {
	[RECIPE_PSI] = {"leeboard.psi", TAKES_ALL, false},
	[RECIPE_PSI_LAPLACE] = {"leeboard.psi_laplace", TAKES_ALL, false},
	[RECIPE_JS] = {"leeboard.js", TAKES_ALL, false},
	[RECIPE_HELLINGER] = {"leeboard.hellinger", TAKES_ALL, false},
	[RECIPE_TV] = {"leeboard.tv", TAKES_ALL, false},
	[RECIPE_LINF] = {"leeboard.linf", TAKES_ALL, false},
	[RECIPE_CHI2] = {"leeboard.chi2", TAKES_ALL, false},
	[RECIPE_SCIPY_KS] = {"scipy.ks", TAKES_NUMBERS, true},
	[RECIPE_SCIPY_WASSERSTEIN] = {"scipy.wasserstein", TAKES_NUMBERS, true},
	[RECIPE_SCIPY_CHI2] = {"scipy.chi2_contingency", TAKES_CATEGORIES, true},
};

const char *drift_recipe_id(enum drift_recipe recipe)
{
	return recipes[recipe].id;
}

bool drift_recipe_of(struct str id, enum drift_recipe *recipe)
{
	for (unsigned i = 0; i < DRIFT_RECIPES; i++) {
		if (str_equal(id, str_of(recipes[i].id))) {
			*recipe = (enum drift_recipe)i;
			return true;
		}
	}
	return false;
}

bool drift_recipe_takes(enum drift_recipe recipe, enum drift_type type)
{
	unsigned wanted = type == DRIFT_NUMERIC ? TAKES_NUMBERS : TAKES_CATEGORIES;

	return recipes[recipe].takes & wanted;
}

bool drift_recipe_raw(enum drift_recipe recipe)
{
	return recipes[recipe].raw;
}

/* --- noise ---------------------------------------------------------------------------------- */

/* GSL's quantile, polished by two steps of Newton's rule on its own (more exact) tail. */
static double chi2_quantile(double p, unsigned df)
{
	double x;

	if (!df)
		return 0;
	x = gsl_cdf_chisq_Pinv(p, df);
	for (int i = 0; i < 2; i++)
		x += (gsl_cdf_chisq_Q(x, df) - (1 - p)) / gsl_ran_chisq_pdf(x, df);
	return x;
}

static double chi2_tail(double x, double df)
{
	return df > 0 ? gsl_cdf_chisq_Q(x, df) : 1;
}

struct drift_noise drift_noise_of(const struct drift_layout *layout, const uint64_t *r)
{
	struct drift_noise noise = {0};
	uint64_t n = 0, other = r[layout->bins - 1];
	unsigned occupied = 0;

	for (unsigned i = 0; i < layout->bins; i++) {
		occupied += r[i] > 0;
		n += r[i];
	}
	noise.df = occupied ? occupied - 1 : 0;
	noise.chi2_95 = chi2_quantile(0.95, noise.df);
	noise.tail = layout->type != DRIFT_NUMERIC && other > n - other;
	return noise;
}

/* --- measures on bins ----------------------------------------------------------------------- */

static double share(uint64_t count, uint64_t n)
{
	return (double)count / (double)n;
}

static double psi(const struct drift_pair *pair)
{
	double sum = 0;

	for (unsigned i = 0; i < pair->bins; i++) {
		double p = fmax(share(pair->r[i], pair->r_n), SHARE_FLOOR);
		double q = fmax(share(pair->c[i], pair->c_n), SHARE_FLOOR);

		if (pair->r[i] || pair->c[i])
			sum += (p - q) * log(p / q);
	}
	return sum;
}

static unsigned occupied_bins(const struct drift_pair *pair)
{
	unsigned occupied = 0;

	for (unsigned i = 0; i < pair->bins; i++)
		occupied += pair->r[i] || pair->c[i];
	return occupied;
}

static double psi_laplace(const struct drift_pair *pair)
{
	unsigned b = occupied_bins(pair);
	double sum = 0;

	for (unsigned i = 0; i < pair->bins; i++) {
		double p = (double)(pair->r[i] + 1) / (double)(pair->r_n + b);
		double q = (double)(pair->c[i] + 1) / (double)(pair->c_n + b);

		if (pair->r[i] || pair->c[i])
			sum += (p - q) * log(p / q);
	}
	return sum;
}

static double js(const struct drift_pair *pair)
{
	double left = 0, right = 0, sum;

	for (unsigned i = 0; i < pair->bins; i++) {
		double p = share(pair->r[i], pair->r_n), q = share(pair->c[i], pair->c_n);
		double middle = (p + q) / 2;

		if (p > 0)
			left += p * log2(p / middle);
		if (q > 0)
			right += q * log2(q / middle);
	}
	sum = left / 2 + right / 2;
	return sum > 0 ? sqrt(sum) : 0; /* equal shares may leave a rounding rest below 0 */
}

static double hellinger(const struct drift_pair *pair)
{
	double sum = 0;

	for (unsigned i = 0; i < pair->bins; i++) {
		double gap = sqrt(share(pair->r[i], pair->r_n)) - sqrt(share(pair->c[i], pair->c_n));

		sum += gap * gap;
	}
	return sqrt(sum / 2);
}

/* Sum and largest of the gaps between shares. */
static void gaps(const struct drift_pair *pair, double *sum, double *largest)
{
	*sum = *largest = 0;
	for (unsigned i = 0; i < pair->bins; i++) {
		double gap = fabs(share(pair->r[i], pair->r_n) - share(pair->c[i], pair->c_n));

		*sum += gap;
		*largest = fmax(*largest, gap);
	}
}

static double tv(const struct drift_pair *pair)
{
	double sum, largest;

	gaps(pair, &sum, &largest);
	return sum / 2;
}

static double linf(const struct drift_pair *pair)
{
	double sum, largest;

	gaps(pair, &sum, &largest);
	return largest;
}

/* One cell of the table: (|o - e| - correction)² / e. */
static double chi2_cell(uint64_t observed, double expected, double correction)
{
	double gap = fabs((double)observed - expected);

	gap -= fmin(correction, gap);
	return gap * gap / expected;
}

/* Two-sample chi-square over the occupied bins. */
static void chi2(const struct drift_pair *pair, double correction, struct drift_measure *measure)
{
	double all = (double)pair->r_n + (double)pair->c_n;
	long double sum = 0; /* thousands of categories may lie in it */
	double n = (double)pair->r_n, m = (double)pair->c_n;

	for (unsigned i = 0; i < pair->bins; i++) {
		double column = (double)pair->r[i] + (double)pair->c[i];

		if (column > 0)
			sum += chi2_cell(pair->r[i], column * n / all, correction) +
			       chi2_cell(pair->c[i], column * m / all, correction);
	}
	measure->value = (double)sum;
	measure->dof = occupied_bins(pair) - 1;
	measure->p = chi2_tail(measure->value, measure->dof);
}

static void nothing(struct drift_measure *measure)
{
	*measure = (struct drift_measure){NAN, NAN, NAN, NAN, NAN, NAN};
}

static void set_floors(const struct drift_pair *pair, const struct drift_noise *noise,
		       struct drift_measure *measure)
{
	double s = 1 / (double)pair->r_n + 1 / (double)pair->c_n;

	measure->floor_mean = noise->df * s;
	measure->floor_95 = s * noise->chi2_95;
}

/* js and hellinger are about the root of a multiple of PSI (part 3). */
static void root_floors(double divisor, struct drift_measure *measure)
{
	measure->floor_mean = sqrt(measure->floor_mean / divisor);
	measure->floor_95 = sqrt(measure->floor_95 / divisor);
}

void drift_measure_bins(enum drift_recipe recipe, const struct drift_pair *pair,
			const struct drift_noise *noise, struct drift_measure *measure)
{
	nothing(measure);
	if (!pair->r_n || !pair->c_n)
		return;
	switch (recipe) {
	case RECIPE_PSI:
		measure->value = psi(pair);
		set_floors(pair, noise, measure);
		measure->excess = fmax(0, measure->value - measure->floor_mean);
		break;
	case RECIPE_PSI_LAPLACE:
		measure->value = psi_laplace(pair);
		break;
	case RECIPE_JS:
		measure->value = js(pair);
		set_floors(pair, noise, measure);
		root_floors(8 * M_LN2, measure);
		break;
	case RECIPE_HELLINGER:
		measure->value = hellinger(pair);
		set_floors(pair, noise, measure);
		root_floors(8, measure);
		break;
	case RECIPE_TV:
		measure->value = tv(pair);
		break;
	case RECIPE_LINF:
		measure->value = linf(pair);
		break;
	case RECIPE_CHI2:
		chi2(pair, 0, measure);
		break;
	default: /* works on values */
		break;
	}
}

/* --- measures on values --------------------------------------------------------------------- */

/* W1: the area between the two empirical distribution functions. */
static double wasserstein(const double *r, size_t n, const double *c, size_t m)
{
	double at = r[0] < c[0] ? r[0] : c[0];
	long double sum = 0;

	for (size_t i = 0, j = 0; i < n || j < m;) {
		double next = j == m || (i < n && r[i] < c[j]) ? r[i] : c[j];

		if (next > at)
			sum += fabs((double)i / (double)n - (double)j / (double)m) * (next - at);
		at = next;
		while (i < n && r[i] == at)
			i++;
		while (j < m && c[j] == at)
			j++;
	}
	return (double)sum;
}

void drift_measure_values(enum drift_recipe recipe, const double *r, size_t n, const double *c,
			  size_t m, struct drift_measure *measure)
{
	nothing(measure);
	if (!n || !m)
		return;
	if (recipe == RECIPE_SCIPY_KS)
		measure->value = drift_ks(r, n, c, m, &measure->p);
	else if (recipe == RECIPE_SCIPY_WASSERSTEIN)
		measure->value = wasserstein(r, n, c, m);
}

void drift_measure_categories(const struct drift_pair *pair, struct drift_measure *measure)
{
	nothing(measure);
	if (pair->r_n && pair->c_n)
		chi2(pair, occupied_bins(pair) == 2 ? 0.5 : 0, measure);
}

/* --- state ---------------------------------------------------------------------------------- */

/* PSI is past a limit that noise alone could pass: is the evidence clear all the same? */
static bool clear_evidence(const struct drift_pair *pair)
{
	struct drift_measure test;

	nothing(&test);
	chi2(pair, 0, &test);
	return test.p < 0.001;
}

enum drift_state drift_judge(const struct drift_pair *pair, const struct drift_noise *noise,
			     const struct drift_measure *measure, double limit, enum drift_why *why)
{
	uint64_t smaller = pair->r_n < pair->c_n ? pair->r_n : pair->c_n;
	bool past = measure->value >= limit;

	*why = WHY_NONE;
	if (!smaller)
		*why = WHY_EMPTY;
	else if (smaller < 5 * ((uint64_t)noise->df + 1))
		*why = WHY_FEW;
	else if (noise->tail)
		*why = WHY_TAIL;
	else if (measure->floor_95 > limit)
		*why = past && clear_evidence(pair) ? WHY_CLEAR : WHY_FLOOR;
	if (*why == WHY_CLEAR || (*why == WHY_NONE && past))
		return DRIFT_DRIFTED;
	return *why == WHY_NONE ? DRIFT_OK : DRIFT_INSUFFICIENT;
}
