/* The analysis room: filter, order, direction, compare. */
#include "test.h"

#include "analysis/compare.h"
#include "analysis/direction.h"
#include "analysis/filter.h"
#include "analysis/order.h"
#include "base/mem.h"
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOW = 1000000000 };

/* One run: auc 0.9, nothing for loss, nan NaN; depth "8", note "Keep this"; two datasets. */
static struct value get(void *ctx, const struct filter_field *field)
{
	static const struct value missing = {.state = CELL_MISSING};
	struct str key = field->key;
	(void)ctx;

	switch (field->entity) {
	case FILTER_METRIC:
		if (str_equal(key, STR("auc")) || str_equal(key, STR("val auc")))
			return (struct value){.state = CELL_NUMBER, .number = 0.9};
		if (str_equal(key, STR("nan")))
			return (struct value){.state = CELL_NUMBER, .number = NAN};
		return missing;
	case FILTER_PARAM:
		if (str_equal(key, STR("depth")))
			return (struct value){.state = CELL_TEXT, .text = STR("8")};
		if (str_equal(key, STR("note")))
			return (struct value){.state = CELL_TEXT, .text = STR("Keep this")};
		return missing;
	case FILTER_DATASET:
		return (struct value){.state = CELL_TEXT, .text = STR("churn\nother")};
	case FILTER_ATTRIBUTE:
		if (field->attribute == FILTER_START)
			return (struct value){.state = CELL_NUMBER, .number = NOW - 3600000};
		if (field->attribute == FILTER_STATUS)
			return (struct value){.state = CELL_TEXT, .text = STR("FINISHED")};
		return missing;
	default:
		return missing;
	}
}

static bool matches(const char *text)
{
	struct err err;
	size_t where;
	struct filter *filter = filter_parse(str_of(text), NOW, &where, &err);
	bool match;

	if (!filter)
		fail_msg("%s: %s", text, err.message);
	match = filter_match(filter, get, NULL);
	filter_free(filter);
	return match;
}

static void filters_match_what_they_say(void **state)
{
	static const struct {
		const char *text;
		bool match;
	} cases[] = {
		{"metrics.auc > 0.8", true},
		{"metrics.auc > .9", false},
		{"metric.auc >= 0.9 and params.depth = '8'", true},
		{"metrics.`val auc` = 0.9", true},
		{"metrics.\"val auc\" = 0.9", true},
		{"metrics.loss < 1", false},
		{"metrics.loss != 1", false},
		{"NOT metrics.loss != 1", true},
		{"metrics.nan < 1", false},
		{"metrics.nan != 1", true},
		{"NOT metrics.nan < 1", true},
		{"metrics.loss IS NULL", true},
		{"metrics.nan is not null", true},
		{"params.depth > 1", true},
		{"params.depth = 8.0", true},
		{"params.depth = '8.0'", false},
		{"params.note > 1", false},
		{"params.note LIKE 'Keep%'", true},
		{"params.note LIKE 'keep%'", false},
		{"params.note ILIKE 'keep%_his'", true},
		{"params.note LIKE '%%%%is'", true},
		{"params.depth IN ('7', '8')", true},
		{"params.depth NOT IN ('7', '8')", false},
		{"params.depth IN (7, 8)", true},
		{"status = 'FINISHED'", true},
		{"attributes.status != 'FAILED'", true},
		{"run.status = 'x' OR (metrics.auc > 2 OR status = 'FINISHED')", true},
		{"datasets.name = 'other'", true},
		{"datasets.name = 'churn, other'", false},
		{"start_time > -2h", true},
		{"start_time > -30m", false},
		{"created < '2026-01-01T00:00:00Z'", true},
		{"NOT NOT metrics.auc = 0.9", true},
		{"tags.x = 'it''s' OR metrics.auc = 0.9 AND params.depth = '9'", false},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		if (matches(c->text) != c->match)
			fail_msg("%s", c->text);
	}
}

static void filters_name_the_place_of_an_error(void **state)
{
	static const struct {
		const char *text;
		size_t where;
	} cases[] = {
		{"", 0},
		{"metrics.auc", 11},
		{"metrics.auc >", 13},
		{"metrics.auc > 'x'", 14},
		{"metrics.auc > 1 metrics.b > 2", 16},
		{"nonsense = 1", 0},
		{"params.x LIKE 5", 14},
		{"(metrics.a > 1", 14},
		{"params.x = 'open", 11},
		{"datasets.size = 'x'", 0},
		{"metrics. > 1", 9},
		{"params.x IN ()", 13},
		{"metrics.a ~ 1", 10},
		{"metrics.a LIKE 'x'", 15},
	};
	struct err err;
	size_t where;
	(void)state;

	TABLE_EACH(c, cases) {
		assert_null(filter_parse(str_of(c->text), NOW, &where, &err));
		if (where != c->where)
			fail_msg("%s: %zu, not %zu (%s)", c->text, where, c->where, err.message);
		assert_int_equal(err.code, ERR_USAGE);
	}
}

static void deep_and_long_filters_stay_bounded(void **state)
{
	struct buf text;
	struct err err;
	size_t where;
	struct filter *filter;
	(void)state;

	buf_init(&text, 1 << 20);
	for (int i = 0; i < 100; i++)
		buf_adds(&text, "(");
	assert_null(filter_parse(buf_str(&text), NOW, &where, &err));
	buf_clear(&text);
	buf_adds(&text, "metrics.auc > 0");
	for (int i = 0; i < 2000; i++)
		buf_adds(&text, " AND metrics.auc > 0");
	filter = filter_parse(buf_str(&text), NOW, &where, &err);
	assert_non_null(filter);
	assert_true(filter_match(filter, get, NULL));
	filter_free(filter);
	buf_fill(&text, ' ', FILTER_MAX_BYTES);
	assert_null(filter_parse(buf_str(&text), NOW, &where, &err));
	buf_release(&text);
}

static void servers_are_asked_only_what_they_understand(void **state)
{
	static const struct {
		const char *text, *pushed;
	} cases[] = {
		{"metrics.auc > 0.8 AND params.x = 'y'",
		 "params.`x` = 'y' AND metrics.`auc` > 0.8"},
		{"metrics.auc != 1", ""},
		{"metrics.auc > 1 OR params.x = 'y'", ""},
		{"metrics.auc > 1 AND NOT params.x = 'y'", "metrics.`auc` > 1"},
		{"params.x > 1", ""},
		{"state = 'finished'", ""},
		{"start_time > -1s", "attributes.start_time > 999999000"},
		{"status = 'FINISHED'", "attributes.status = 'FINISHED'"},
		{"metrics.a > 1e20 AND metrics.b < -1e-7",
		 "metrics.`b` < -1e-07 AND metrics.`a` > 1e20"},
		{"metrics.a > 1.7976931348623157e308", ""},
		{"start_time > 1.5", ""},
		{"params.x = 'it''s'", ""},
		{"params.x LIKE 'a\\_b'", ""},
		{"start_time > 2001-09-09", "attributes.start_time > 999993600000"},
	};
	struct err err;
	size_t where;
	(void)state;

	TABLE_EACH(c, cases) {
		struct filter *filter = filter_parse(str_of(c->text), NOW, &where, &err);
		struct buf out;

		assert_non_null(filter);
		buf_init(&out, 1000);
		assert_int_equal(filter_push(filter, &out), c->pushed[0] != '\0');
		assert_string_equal(buf_cstr(&out), c->pushed);
		buf_release(&out);
		filter_free(filter);
	}
}

static void completion_knows_what_is_expected(void **state)
{
	static const struct {
		const char *text;
		enum filter_expect expect;
		size_t from;
	} cases[] = {
		{"", FILTER_EXPECT_FIELD, 0},
		{"met", FILTER_EXPECT_FIELD, 0},
		{"metrics.va", FILTER_EXPECT_METRIC_KEY, 8},
		{"metrics.", FILTER_EXPECT_METRIC_KEY, 8},
		{"metrics.`val l", FILTER_EXPECT_METRIC_KEY, 9},
		{"params.a ", FILTER_EXPECT_COMPARATOR, 9},
		{"params.a = ", FILTER_EXPECT_VALUE, 11},
		{"params.a = 'x' ", FILTER_EXPECT_JOIN, 15},
		{"params.a = 'x' AND tags.", FILTER_EXPECT_TAG_KEY, 24},
		{"params.a IS NULL ", FILTER_EXPECT_JOIN, 17},
		{"NOT ", FILTER_EXPECT_FIELD, 4},
		{"datasets.n", FILTER_EXPECT_DATASET_KEY, 9},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		size_t from;
		enum filter_expect expect =
			filter_expects(str_of(c->text), strlen(c->text), &from);

		if (expect != c->expect || from != c->from)
			fail_msg("%s: %d at %zu", c->text, expect, from);
	}
}

static void order_puts_nan_after_numbers_and_missing_last(void **state)
{
	const double numbers[] = {3, NAN, -1, 0, 7, INFINITY, -0.0};
	const uint8_t missing[] = {0, 0, 0, 0, 1, 0, 0};
	struct order_key key = {.numbers = numbers, .missing = missing};
	uint32_t rows[] = {0, 1, 2, 3, 4, 5, 6};
	const uint32_t up[] = {2, 3, 6, 0, 5, 1, 4}, down[] = {5, 0, 3, 6, 2, 1, 4};
	(void)state;

	order_rows(rows, 7, &key, 1);
	assert_memory_equal(rows, up, sizeof up);
	for (uint32_t i = 0; i < 7; i++)
		rows[i] = i;
	key.descending = true;
	order_rows(rows, 7, &key, 1);
	assert_memory_equal(rows, down, sizeof down);
}

static void order_breaks_ties_with_later_keys(void **state)
{
	const double numbers[] = {1, 1, 2, 1};
	const struct str texts[] = {STR("b"), STR("a"), STR("c"), {NULL, 0}};
	struct order_key keys[] = {{.numbers = numbers}, {.texts = texts}};
	uint32_t rows[] = {0, 1, 2, 3};
	const uint32_t expected[] = {1, 0, 3, 2};
	(void)state;

	order_rows(rows, 4, keys, 2);
	assert_memory_equal(rows, expected, sizeof expected);
}

/* Many rows: the radix way agrees with a plain comparison. */
static void order_of_many_rows_is_sorted_and_stable(void **state)
{
	enum { MANY = 5000 };
	double *numbers = mem_alloc(MANY * sizeof *numbers);
	uint32_t *rows = mem_alloc(MANY * sizeof *rows);
	struct order_key key = {.numbers = numbers};
	uint64_t seed = 42;
	(void)state;

	for (uint32_t i = 0; i < MANY; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		numbers[i] = (double)(int64_t)(seed >> 33) / 1e6 - 1000 * (i % 3);
		if (i % 7 == 0)
			numbers[i] = 5;
		rows[i] = i;
	}
	order_rows(rows, MANY, &key, 1);
	for (uint32_t i = 1; i < MANY; i++) {
		assert_true(numbers[rows[i - 1]] <= numbers[rows[i]]);
		if (numbers[rows[i - 1]] == numbers[rows[i]])
			assert_true(rows[i - 1] < rows[i]);
	}
	free(numbers);
	free(rows);
}

static void directions_come_from_rules_then_words(void **state)
{
	struct direction_rule rule = {STR("val_loss"), DIRECTION_HIGHER};
	(void)state;

	assert_int_equal(direction_of(STR("val_loss"), NULL, 0), DIRECTION_LOWER);
	assert_int_equal(direction_of(STR("val_loss"), &rule, 1), DIRECTION_HIGHER);
	assert_int_equal(direction_of(STR("eval/F1"), NULL, 0), DIRECTION_HIGHER);
	assert_int_equal(direction_of(STR("glossary"), NULL, 0), DIRECTION_UNKNOWN);
	assert_int_equal(direction_of(STR(""), NULL, 0), DIRECTION_UNKNOWN);
}

static const struct compare_row *find_row(const struct compare *compare, const char *key)
{
	for (size_t i = 0; i < compare->nrows; i++)
		if (str_equal(compare->rows[i].key, str_of(key)))
			return &compare->rows[i];
	return NULL;
}

static void compare_shows_what_differs(void **state)
{
	struct pair a_params[] = {{STR("depth"), STR("8")}, {STR("lr"), STR("0.1")}};
	struct pair b_params[] = {{STR("depth"), STR("7")}, {STR("lr"), STR("0.1")}};
	struct metric a_metrics[] = {{.key = STR("auc"), .last = 0.9}, {.key = STR("x"), .last = NAN}};
	struct metric b_metrics[] = {{.key = STR("auc"), .last = 0.8}, {.key = STR("x"), .last = NAN}};
	struct pair b_tags[] = {{STR("mlflow.user"), STR("ann")}, {STR("team"), STR("core")}};
	struct run_detail a = {.params = a_params, .nparams = 2, .metrics = a_metrics, .nmetrics = 2,
			       .run = {.state = RUN_FINISHED, .start = 0, .end = 5000}};
	struct run_detail b = {.params = b_params, .nparams = 2, .metrics = b_metrics, .nmetrics = 2,
			       .tags = b_tags, .ntags = 2,
			       .run = {.state = RUN_FINISHED, .start = 0, .end = 6000}};
	const struct run_detail *details[] = {&a, &b};
	struct compare_options options = {.baseline = 0};
	struct compare *compare = compare_new(details, 2, &options);
	const struct compare_row *row;
	(void)state;

	assert_int_equal(compare->nrows, 4); /* depth, auc, team, duration */
	assert_int_equal(compare->hidden, 3); /* lr, x, state */
	row = find_row(compare, "auc");
	assert_true(row->best[0]);
	assert_false(row->best[1]);
	assert_true(row->has_delta[1]);
	assert_true(fabs(row->delta[1] + 0.1) < 1e-12);
	assert_false(row->has_delta[0]);
	row = find_row(compare, "depth");
	assert_true(row->delta[1] == -1);
	row = find_row(compare, "team");
	assert_int_equal(row->values[0].state, CELL_MISSING);
	assert_null(find_row(compare, "mlflow.user"));
	compare_free(compare);

	options.all = true;
	compare = compare_new(details, 2, &options);
	assert_int_equal(compare->hidden, 0);
	assert_non_null(find_row(compare, "mlflow.user"));
	assert_true(find_row(compare, "x")->equal);
	compare_free(compare);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_match_what_they_say),
		cmocka_unit_test(filters_name_the_place_of_an_error),
		cmocka_unit_test(deep_and_long_filters_stay_bounded),
		cmocka_unit_test(servers_are_asked_only_what_they_understand),
		cmocka_unit_test(completion_knows_what_is_expected),
		cmocka_unit_test(order_puts_nan_after_numbers_and_missing_last),
		cmocka_unit_test(order_breaks_ties_with_later_keys),
		cmocka_unit_test(order_of_many_rows_is_sorted_and_stable),
		cmocka_unit_test(directions_come_from_rules_then_words),
		cmocka_unit_test(compare_shows_what_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
