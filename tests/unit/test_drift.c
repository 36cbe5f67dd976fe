/* Drift: cells, layouts, counts, recipes, states. Golden values of tests are scipy 1.17.1's. */
#include "test.h"

#include "analysis/drift_cell.h"
#include "analysis/drift_counts.h"
#include "analysis/drift_ks.h"
#include "analysis/drift_layout.h"
#include "analysis/drift_measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- a small fixed random number generator (splitmix64) ------------------------------------- */

static uint64_t next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static double uniform(uint64_t *seed)
{
	return (double)(next(seed) >> 11) * 0x1p-53;
}

static double normal(uint64_t *seed)
{
	return sqrt(-2 * log(1 - uniform(seed))) * cos(2 * M_PI * uniform(seed));
}

static void assert_near(double value, double expected, double tolerance)
{
	double scale = fabs(expected) < 0.001 ? 1 : fabs(expected);

	if (isnan(value) || fabs(value - expected) > tolerance * scale)
		fail_msg("%.17g is not %.17g", value, expected);
}

static struct drift_counts *counts_new(unsigned bins)
{
	struct drift_counts *counts = malloc(drift_counts_size(bins));

	drift_counts_init(counts, bins);
	return counts;
}

/* --- cells ---------------------------------------------------------------------------------- */

static void numeric_cells(void **state)
{
	static const struct {
		const char *text;
		enum drift_cell cell;
		double value;
	} cases[] = {
		{"1", CELL_VALUE, 1},          {"-1.5e3", CELL_VALUE, -1500},
		{" \t+.5 ", CELL_VALUE, 0.5},  {"7.", CELL_VALUE, 7},
		{"", CELL_NULL, 0},            {"NULL", CELL_NULL, 0},
		{"null", CELL_NULL, 0},        {"Null", CELL_INVALID, 0},
		{"nAn", CELL_NULL, 0},         {"inf", CELL_POS_INF, 0},
		{"-Infinity", CELL_NEG_INF, 0}, {"+INF", CELL_POS_INF, 0},
		{"1e999", CELL_POS_INF, 0},    {"abc", CELL_INVALID, 0},
		{"12abc", CELL_INVALID, 0},    {"1.2.3", CELL_INVALID, 0},
		{"1,5", CELL_INVALID, 0},      {"1_000", CELL_INVALID, 0},
		{"0x10", CELL_INVALID, 0},     {"N/A", CELL_INVALID, 0},
		{"-", CELL_INVALID, 0},        {"1 2", CELL_INVALID, 0},
		{"infinit", CELL_INVALID, 0},  {"-nan", CELL_INVALID, 0},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		double value = 0;
		enum drift_cell cell = drift_cell_parse(str_of(c->text), &value);

		if (cell != c->cell || value != c->value)
			fail_msg("'%s' is %d %g", c->text, cell, value);
	}
	assert_int_equal(drift_cell_parse(STR_NONE, &(double){0}), CELL_NULL);
	assert_int_equal(drift_cell_number(NAN), CELL_NULL);
	assert_int_equal(drift_cell_number(-INFINITY), CELL_NEG_INF);
}

static void categorical_and_boolean_cells(void **state)
{
	static const char *const nulls[] = {"", "NULL", "null", "NaN", "nan", "NAN"};
	char out[NUM_SIZE];
	bool value = false;
	(void)state;

	TABLE_EACH(text, nulls) {
		assert_int_equal(drift_cell_category(str_of(*text)), CELL_NULL);
		assert_int_equal(drift_cell_boolean(str_of(*text), &value), CELL_NULL);
	}
	assert_int_equal(drift_cell_category(STR("nAn")), CELL_VALUE);
	assert_int_equal(drift_cell_category(STR(" ")), CELL_VALUE);
	assert_int_equal(drift_cell_boolean(STR("YES"), &value), CELL_VALUE);
	assert_true(value);
	assert_int_equal(drift_cell_boolean(STR("f"), &value), CELL_VALUE);
	assert_false(value);
	assert_int_equal(drift_cell_boolean(STR("2"), &value), CELL_INVALID);
	assert_str(drift_cell_real_text(out, 1.0), "1");
	assert_str(drift_cell_real_text(out, 0.1), "0.1");
	assert_str(drift_cell_integer_text(out, INT64_MIN), "-9223372036854775808");
}

static enum drift_type guess_of(const char *const *texts, size_t n)
{
	struct drift_guess guess = {0};

	for (size_t i = 0; i < n; i++)
		drift_guess_text(&guess, str_of(texts[i]));
	return drift_guess_type(&guess);
}

static void types_are_guessed(void **state)
{
	static const char *const truths[] = {"true", "FALSE", "", "True"};
	static const char *const words[] = {"yes", "no"};
	static const char *const bits[] = {"0", "1", "inf", "nan"};
	struct drift_guess guess = {0};
	(void)state;

	assert_int_equal(guess_of(truths, 4), DRIFT_BOOLEAN);
	assert_int_equal(guess_of(words, 2), DRIFT_CATEGORICAL);
	assert_int_equal(guess_of(bits, 4), DRIFT_NUMERIC);
	assert_int_equal(guess_of(NULL, 0), DRIFT_CATEGORICAL);
	drift_guess_numbers(&guess, 19);
	drift_guess_invalid(&guess, 1);
	assert_int_equal(drift_guess_type(&guess), DRIFT_NUMERIC);
	drift_guess_text(&guess, STR("x"));
	assert_int_equal(drift_guess_type(&guess), DRIFT_CATEGORICAL);
}

/* --- the worked example of drift-recipes 2.7 ------------------------------------------------ */

struct example {
	struct drift_layout layout;
	struct drift_counts *r, *c;
	struct drift_pair pair;
	struct drift_noise noise;
};

static void example_init(struct example *x, double *r, size_t n, double *c, size_t m)
{
	double *copy = malloc((n + 1) * sizeof *copy);

	memcpy(copy, r, n * sizeof *copy);
	drift_layout_numeric(&x->layout, copy, n);
	free(copy);
	x->r = counts_new(x->layout.bins);
	x->c = counts_new(x->layout.bins);
	drift_counts_values(x->r, &x->layout, r, n);
	drift_counts_values(x->c, &x->layout, c, m);
	x->pair = (struct drift_pair){x->r->bins, x->c->bins, x->layout.bins, n, m};
	x->noise = drift_noise_of(&x->layout, x->r->bins);
}

static void example_release(struct example *x)
{
	drift_layout_release(&x->layout);
	free(x->r);
	free(x->c);
}

static double r_values[] = {0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 30};
static double c_values[] = {0, 0, 2, 4, 7, 9, 11, 15, 25, 40};

static void worked_example_layout(void **state)
{
	static const double ats[] = {0, 0, 1.7, 3.6, 5.5, 7.4, 9.3, 12.4, 16.4, 16.4};
	static const uint64_t r[] = {0, 5, 1, 2, 2, 2, 2, 2, 2, 2};
	static const uint64_t c[] = {0, 2, 0, 1, 1, 1, 1, 1, 1, 2};
	struct example x;
	(void)state;

	example_init(&x, r_values, 20, c_values, 10);
	assert_int_equal(x.layout.bins, 10);
	for (unsigned i = 0; i < 10; i++) {
		struct drift_bin bin = drift_layout_describe(&x.layout, i);
		enum drift_bin_kind kind =
			i == 0 ? BIN_LT : i == 1 ? BIN_EQ : i == 9 ? BIN_GT : BIN_LE;

		assert_int_equal(bin.kind, kind);
		assert_near(bin.at, ats[i], 1e-15);
		assert_int_equal(x.r->bins[i], r[i]);
		assert_int_equal(x.c->bins[i], c[i]);
	}
	assert_int_equal(x.c->out_of_range, 1);
	assert_int_equal(x.r->out_of_range, 0);
	example_release(&x);
}

static void worked_example_values(void **state)
{
	static const struct {
		enum drift_recipe recipe;
		double value;
	} cases[] = {
		{RECIPE_PSI, 0.390580839733},       {RECIPE_PSI_LAPLACE, 0.040872065066},
		{RECIPE_JS, 0.198150224396},        {RECIPE_HELLINGER, 0.187007609505},
		{RECIPE_TV, 0.1},                   {RECIPE_LINF, 0.1},
		{RECIPE_CHI2, 1.071428571429},
	};
	struct drift_measure measure;
	struct example x;
	enum drift_why why;
	(void)state;

	example_init(&x, r_values, 20, c_values, 10);
	TABLE_EACH(c, cases) {
		drift_measure_bins(c->recipe, &x.pair, &x.noise, &measure);
		if (fabs(measure.value - c->value) > 1e-12)
			fail_msg("%s is %.15g", drift_recipe_id(c->recipe), measure.value);
	}
	assert_true(fabs(measure.p - 0.997755555446) < 1e-12);
	assert_true(measure.dof == 8);
	drift_measure_bins(RECIPE_PSI, &x.pair, &x.noise, &measure);
	assert_int_equal(x.noise.df, 8);
	assert_near(x.noise.chi2_95, 15.507313055865454, 1e-14);
	assert_near(measure.floor_mean, 1.2, 1e-14);
	assert_near(measure.floor_95, 0.15 * 15.507313055865454, 1e-14);
	assert_true(measure.excess == 0);
	assert_int_equal(drift_judge(&x.pair, &x.noise, &measure, 0.1, &why), DRIFT_INSUFFICIENT);
	assert_int_equal(why, WHY_FEW);
	example_release(&x);
}

/* --- layouts -------------------------------------------------------------------------------- */

/* The recipe's own words, bin by bin: a slow second opinion. */
static unsigned bin_by_rule(const struct drift_layout *layout, double x)
{
	unsigned bin = 0;

	for (unsigned i = 0; i < layout->cuts; i++) {
		if (layout->point[i]) {
			if (x < layout->cut[i])
				return bin;
			bin++;
			if (x == layout->cut[i])
				return bin;
			bin++;
		} else {
			if (x <= layout->cut[i])
				return bin;
			bin++;
		}
	}
	return bin;
}

static double awkward(uint64_t *seed, int kind)
{
	static const double edges[] = {0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308,
				       -1.7976931348623157e308, 1, 1e-300};

	switch (kind) {
	case 0:
		return normal(seed);
	case 1:
		return floor(uniform(seed) * 4);
	case 2:
		return uniform(seed) < 0.6 ? 0 : exp(normal(seed) * 3);
	case 3:
		return edges[next(seed) % 8];
	default:
		return floor(normal(seed) * 3) / 10;
	}
}

static void every_value_has_its_bin(void **state)
{
	uint64_t seed = 11;
	(void)state;

	for (int round = 0; round < 400; round++) {
		size_t n = 1 + next(&seed) % 300;
		double *values = malloc(n * sizeof *values);
		struct drift_layout layout;

		for (size_t i = 0; i < n; i++)
			values[i] = awkward(&seed, round % 5);
		drift_layout_numeric(&layout, values, n);
		assert_in_range(layout.bins, 2, DRIFT_EDGES);
		for (int i = 0; i < 50; i++) {
			double x = awkward(&seed, i < 25 ? round % 5 : i % 5);

			assert_int_equal(drift_layout_bin(&layout, x), bin_by_rule(&layout, x));
		}
		for (unsigned i = 0; i < layout.cuts; i++)
			assert_int_equal(drift_layout_bin(&layout, layout.cut[i]),
					 bin_by_rule(&layout, layout.cut[i]));
		free(values);
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Cuts from a sort, by the recipe's words; the layout works on a partial order. */
static void layout_equals_the_sorted_rule(void **state)
{
	uint64_t seed = 12;
	(void)state;

	for (int round = 0; round < 200; round++) {
		size_t n = 2 + next(&seed) % (round % 9 ? 5000 : 60000);
		double *values = malloc(n * sizeof *values), *sorted = malloc(n * sizeof *values);
		struct drift_layout layout;
		unsigned cut = 0;

		for (size_t i = 0; i < n; i++)
			values[i] = round % 7 ? awkward(&seed, round % 5) : (double)(i % 1000);
		memcpy(sorted, values, n * sizeof *values);
		qsort(sorted, n, sizeof *sorted, compare);
		drift_layout_numeric(&layout, values, n);
		assert_true(layout.low == sorted[0] && layout.high == sorted[n - 1]);
		for (unsigned k = 1; k < 10; k++) {
			size_t a = k * (n - 1), j = a / 10;
			double x = sorted[j], y = sorted[a % 10 ? j + 1 : j];

			if (cut && layout.cut[cut - 1] >= x && layout.cut[cut - 1] >= y)
				continue;
			assert_true(cut < layout.cuts);
			assert_true(x <= layout.cut[cut] && layout.cut[cut] <= y);
			cut++;
		}
		assert_int_equal(cut, layout.cuts);
		free(values);
		free(sorted);
	}
}

static void empty_reference_has_one_bin(void **state)
{
	struct drift_layout layout;
	(void)state;

	drift_layout_numeric(&layout, NULL, 0);
	assert_int_equal(layout.bins, 1);
	assert_int_equal(drift_layout_bin(&layout, 3), 0);
	assert_int_equal(drift_layout_describe(&layout, 0).kind, BIN_GT);
	drift_layout_release(&layout);
	drift_layout_categorical(&layout, DRIFT_CATEGORICAL, NULL, 0);
	assert_int_equal(layout.bins, 1);
	assert_int_equal(drift_layout_category(&layout, STR("x")), 0);
	drift_layout_release(&layout);
}

static void categories_by_count_then_bytes(void **state)
{
	struct drift_category few[] = {
		{STR("b"), 2}, {STR("a"), 2}, {STR("z"), 9}, {STR("\xff"), 2}};
	struct drift_layout layout;
	(void)state;

	drift_layout_categorical(&layout, DRIFT_CATEGORICAL, few, 4);
	assert_int_equal(layout.bins, 5);
	assert_str(layout.categories[0], "z");
	assert_str(layout.categories[1], "a");
	assert_str(layout.categories[3], "\xff");
	assert_int_equal(drift_layout_category(&layout, STR("b")), 2);
	assert_int_equal(drift_layout_category(&layout, STR("new")), 4);
	assert_int_equal(drift_layout_describe(&layout, 4).kind, BIN_OTHER);
	drift_layout_release(&layout);
}

static void rare_categories_share_other(void **state)
{
	struct drift_category many[3] = {{STR("a"), 1246}, {STR("b"), 20}, {STR("c"), 19}};
	struct drift_layout layout;
	(void)state;

	/* n = 1285: n/64 = 20.08 and the minimum is 20 */
	drift_layout_categorical(&layout, DRIFT_CATEGORICAL, many, 3);
	assert_int_equal(layout.bins, 3);
	drift_layout_release(&layout);
	/* n = 128: n/64 = 2 */
	many[0].count = 125;
	many[1].count = 2;
	many[2].count = 1;
	drift_layout_categorical(&layout, DRIFT_CATEGORICAL, many, 3);
	assert_int_equal(layout.bins, 3);
	drift_layout_release(&layout);
}

/* --- counts --------------------------------------------------------------------------------- */

static void counts_add_up(void **state)
{
	double values[1000];
	uint64_t seed = 3;
	struct drift_layout layout;
	struct drift_counts *whole, *left, *right;
	(void)state;

	for (size_t i = 0; i < 1000; i++)
		values[i] = 1e9 + normal(&seed);
	drift_layout_numeric(&layout, values, 1000);
	whole = counts_new(layout.bins);
	left = counts_new(layout.bins);
	right = counts_new(layout.bins);
	drift_counts_values(whole, &layout, values, 1000);
	drift_counts_values(left, &layout, values, 300);
	drift_counts_cell(left, CELL_NULL);
	drift_counts_values(right, &layout, values + 300, 1);
	drift_counts_values(right, &layout, values + 301, 699);
	drift_counts_cell(right, CELL_NEG_INF);
	drift_counts_merge(left, right, layout.bins);
	assert_int_equal(left->n, 1000);
	assert_int_equal(drift_counts_rows(left), 1002);
	assert_memory_equal(left->bins, whole->bins, layout.bins * sizeof *left->bins);
	assert_near(drift_counts_mean(left), drift_counts_mean(whole), 1e-15);
	assert_near(drift_counts_std(left), drift_counts_std(whole), 1e-11);
	assert_true(left->min == whole->min && left->max == whole->max);
	free(whole);
	free(left);
	free(right);
}

static void moments_are_sound(void **state)
{
	static const double far[] = {1e15 + 1, 1e15 + 2, 1e15 + 3};
	static const double ends[] = {1.7e308, 1.7e308, -1.7e308, -1.7e308};
	struct drift_counts *counts = counts_new(0);
	(void)state;

	assert_true(isnan(drift_counts_std(counts)));
	drift_counts_moments(counts, far, 3);
	assert_near(drift_counts_mean(counts), 1e15 + 2, 1e-16);
	assert_near(drift_counts_std(counts), sqrt(2.0 / 3), 1e-12);
	drift_counts_init(counts, 0);
	drift_counts_moments(counts, ends, 2);
	drift_counts_moments(counts, ends + 2, 2);
	assert_near(drift_counts_mean(counts) / 1e308, 0, 1e-15);
	assert_near(drift_counts_std(counts), 1.7e308, 1e-15);
	drift_counts_init(counts, 0);
	drift_counts_moments(counts, (double[]){1e-200, 3e-200}, 2);
	assert_near(drift_counts_std(counts) * 1e200, 1, 1e-14);
	free(counts);
}

/* --- recipes -------------------------------------------------------------------------------- */

static void recipes_have_names(void **state)
{
	enum drift_recipe recipe;
	(void)state;

	for (unsigned i = 0; i < DRIFT_RECIPES; i++) {
		assert_true(drift_recipe_of(str_of(drift_recipe_id((enum drift_recipe)i)), &recipe));
		assert_int_equal(recipe, i);
	}
	assert_false(drift_recipe_of(STR("psi"), &recipe));
	assert_false(drift_recipe_takes(RECIPE_SCIPY_KS, DRIFT_BOOLEAN));
	assert_true(drift_recipe_takes(RECIPE_SCIPY_CHI2, DRIFT_BOOLEAN));
	assert_false(drift_recipe_takes(RECIPE_SCIPY_CHI2, DRIFT_NUMERIC));
	assert_true(drift_recipe_raw(RECIPE_SCIPY_WASSERSTEIN));
}

/* Equal samples score 0, every measure is finite and not negative, an empty side has no value. */
static void measures_behave(void **state)
{
	uint64_t seed = 21;
	(void)state;

	for (int round = 0; round < 200; round++) {
		uint64_t r[5], c[5], n = 0, m = 0;
		struct drift_layout layout = {.type = DRIFT_CATEGORICAL, .bins = 5};
		struct drift_measure measure;

		for (int i = 0; i < 5; i++) {
			n += r[i] = next(&seed) % 3 ? next(&seed) % 1000 : 0;
			m += c[i] = next(&seed) % 3 ? next(&seed) % 1000 : 0;
		}
		if (!n || !m)
			continue;
		for (int recipe = RECIPE_PSI; recipe <= RECIPE_CHI2; recipe++) {
			struct drift_noise noise = drift_noise_of(&layout, r);
			struct drift_pair pair = {r, c, 5, n, m}, same = {r, r, 5, n, n},
					  empty = {r, (uint64_t[5]){0}, 5, n, 0};

			drift_measure_bins((enum drift_recipe)recipe, &pair, &noise, &measure);
			assert_true(isfinite(measure.value) && measure.value >= 0);
			assert_true(isnan(measure.p) || (measure.p >= 0 && measure.p <= 1));
			drift_measure_bins((enum drift_recipe)recipe, &same, &noise, &measure);
			assert_true(measure.value >= 0 && measure.value < 1e-7);
			drift_measure_bins((enum drift_recipe)recipe, &empty, &noise, &measure);
			assert_true(isnan(measure.value) && isnan(measure.floor_95));
		}
	}
}

static void states_in_order(void **state)
{
	static const struct {
		uint64_t r[3], c[3];
		double limit;
		enum drift_state state;
		enum drift_why why;
	} cases[] = {
		{{0, 0, 0}, {1, 1, 1}, 0.1, DRIFT_INSUFFICIENT, WHY_EMPTY},
		{{5, 5, 0}, {5, 4, 0}, 0.1, DRIFT_INSUFFICIENT, WHY_FEW},
		{{900, 0, 1000}, {900, 0, 1000}, 0.1, DRIFT_INSUFFICIENT, WHY_TAIL},
		{{500, 500, 500}, {60, 0, 0}, 0.05, DRIFT_DRIFTED, WHY_CLEAR},
		{{500, 500, 500}, {20, 20, 20}, 0.05, DRIFT_INSUFFICIENT, WHY_FLOOR},
		{{500, 500, 500}, {900, 100, 500}, 0.1, DRIFT_DRIFTED, WHY_NONE},
		{{500, 500, 500}, {510, 490, 500}, 0.1, DRIFT_OK, WHY_NONE},
	};
	(void)state;

	TABLE_EACH(x, cases) {
		struct drift_layout layout = {.type = DRIFT_CATEGORICAL, .bins = 3};
		struct drift_noise noise = drift_noise_of(&layout, x->r);
		struct drift_pair pair = {x->r, x->c, 3, x->r[0] + x->r[1] + x->r[2],
					  x->c[0] + x->c[1] + x->c[2]};
		struct drift_measure psi;
		enum drift_why why;

		drift_measure_bins(RECIPE_PSI, &pair, &noise, &psi);
		assert_int_equal(drift_judge(&pair, &noise, &psi, x->limit, &why), x->state);
		assert_int_equal(why, x->why);
	}
}

static void one_extreme_value_hides_nothing(void **state)
{
	double r[2000], c[2000];
	struct drift_measure psi;
	struct example x;
	enum drift_why why;
	uint64_t seed = 8;
	(void)state;

	for (int i = 0; i < 2000; i++) {
		r[i] = normal(&seed);
		c[i] = normal(&seed) + 1;
	}
	r[7] = 1e300;
	c[9] = -1e300;
	example_init(&x, r, 2000, c, 2000);
	drift_measure_bins(RECIPE_PSI, &x.pair, &x.noise, &psi);
	assert_true(psi.value > 0.5);
	assert_int_equal(drift_judge(&x.pair, &x.noise, &psi, 0.1, &why), DRIFT_DRIFTED);
	example_release(&x);
}

/* --- scipy ---------------------------------------------------------------------------------- */

static void ks_paths_as_scipy(void **state)
{
	static const struct {
		size_t n, m;
		uint64_t h;
		double p;
	} cases[] = {
		{7, 5, 12, 0.7373737373737375},
		{20, 10, 6, 0.5691054572613793},
		{100, 100, 23, 0.009878183186176536},
		{300, 200, 90, 0.008336939675395796},
		{3, 2, 6, 0.2}, /* the two paths along the border, of ten */
		{4, 4, 4, 2.0 / 70},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		assert_near(drift_ks_paths(c->n, c->m, c->h), c->p, 1e-13);
		assert_near(drift_ks_paths(c->m, c->n, c->h), c->p, 1e-13);
	}
}

static void ks_survival_as_scipy(void **state)
{
	static const struct {
		uint64_t n;
		double d, p;
	} cases[] = {
		{10, 0.05, 1.0},
		{10, 0.08, 0.9999978058034054},
		{10, 0.3, 0.27053557479999946},
		{10, 0.45, 0.022891810311717498},
		{10, 0.95, 1.9531250000000172e-13},
		{10, 0.6, 0.0005681672000000003},
		{100, 0.05, 0.9532159710635725},
		{100, 0.15, 0.019839242125641813},
		{100, 0.25, 5.408871776434847e-06},
		{140, 0.19, 6.711071724199073e-05},
		{1000, 0.02, 0.8108971656895577},
		{1000, 0.05, 0.013012074781090332},
		{1000, 0.1, 3.703687096817711e-09},
		{1000, 0.5, 1.064517291557782e-231},
		{50000, 0.0005, 1.0},
		{50000, 0.006, 0.05442749636006261},
		{50000, 0.0068, 0.019537625247332158},
		{200000, 0.002, 0.39995085369038097},
		{500000, 0.01, 7.374635645083527e-44},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		double p = drift_ks_survival(c->n, c->d);

		if (fabs(p - c->p) > 4e-12 * c->p)
			fail_msg("n %lu d %g: %.17g, not %.17g", (unsigned long)c->n, c->d, p, c->p);
	}
}

static void measures_on_values(void **state)
{
	struct drift_measure measure;
	(void)state;

	drift_measure_values(RECIPE_SCIPY_KS, r_values, 20, c_values, 10, &measure);
	assert_near(measure.value, 0.15, 1e-15);
	assert_near(measure.p, 0.998034649009162, 1e-14);
	drift_measure_values(RECIPE_SCIPY_WASSERSTEIN, r_values, 20, c_values, 10, &measure);
	assert_near(measure.value, 3.95, 1e-15);
	drift_measure_values(RECIPE_SCIPY_KS, r_values, 20, r_values, 20, &measure);
	assert_true(measure.value == 0 && measure.p == 1);
	drift_measure_values(RECIPE_SCIPY_KS, r_values, 20, NULL, 0, &measure);
	assert_true(isnan(measure.value) && isnan(measure.p));
}

static void contingency_corrects_two_categories(void **state)
{
	uint64_t r[] = {10, 20, 0}, c[] = {20, 10, 0}, third[] = {1, 2, 3};
	struct drift_pair two = {r, c, 3, 30, 30}, three = {r, third, 3, 30, 6};
	struct drift_measure measure;
	(void)state;

	drift_measure_categories(&two, &measure);
	assert_near(measure.value, 5.4, 1e-14);
	assert_near(measure.p, 0.020136751550346332, 1e-12);
	assert_true(measure.dof == 1);
	drift_measure_categories(&three, &measure);
	assert_true(measure.dof == 2);
}

/* --- the noise floor ------------------------------------------------------------------------ */

/* Shares of stationary windows above floor_95 and in state drift. */
static void stationary(uint64_t *seed, size_t n, size_t m, double *above, double *drifted)
{
	enum { WINDOWS = 600 };
	double *r = malloc(n * sizeof *r), *c = malloc(m * sizeof *c);
	unsigned over = 0, drift = 0;

	for (int window = 0; window < WINDOWS; window++) {
		struct drift_measure psi;
		struct example x;
		enum drift_why why;

		for (size_t i = 0; i < n; i++)
			r[i] = uniform(seed);
		for (size_t i = 0; i < m; i++)
			c[i] = uniform(seed);
		example_init(&x, r, n, c, m);
		drift_measure_bins(RECIPE_PSI, &x.pair, &x.noise, &psi);
		over += psi.value > psi.floor_95;
		drift += drift_judge(&x.pair, &x.noise, &psi, 0.1, &why) == DRIFT_DRIFTED;
		example_release(&x);
	}
	*above = over / (double)WINDOWS;
	*drifted = drift / (double)WINDOWS;
	free(r);
	free(c);
}

/* The light half of tests/real/drift_noise.c. */
static void noise_floor_holds(void **state)
{
	uint64_t seed = 1;
	double above, drifted;
	(void)state;

	stationary(&seed, 1000, 500, &above, &drifted);
	assert_true(above > 0.02 && above < 0.09);
	assert_true(drifted < 0.01);
	stationary(&seed, 300, 100, &above, &drifted);
	assert_true(above > 0.02 && above < 0.11);
	assert_true(drifted < 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numeric_cells),
		cmocka_unit_test(categorical_and_boolean_cells),
		cmocka_unit_test(types_are_guessed),
		cmocka_unit_test(worked_example_layout),
		cmocka_unit_test(worked_example_values),
		cmocka_unit_test(every_value_has_its_bin),
		cmocka_unit_test(layout_equals_the_sorted_rule),
		cmocka_unit_test(empty_reference_has_one_bin),
		cmocka_unit_test(categories_by_count_then_bytes),
		cmocka_unit_test(rare_categories_share_other),
		cmocka_unit_test(counts_add_up),
		cmocka_unit_test(moments_are_sound),
		cmocka_unit_test(recipes_have_names),
		cmocka_unit_test(measures_behave),
		cmocka_unit_test(states_in_order),
		cmocka_unit_test(one_extreme_value_hides_nothing),
		cmocka_unit_test(ks_paths_as_scipy),
		cmocka_unit_test(ks_survival_as_scipy),
		cmocka_unit_test(measures_on_values),
		cmocka_unit_test(contingency_corrects_two_categories),
		cmocka_unit_test(noise_floor_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
