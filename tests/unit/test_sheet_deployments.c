/* Deployments as a sheet: order, signals, what is not known, the registry's word, charts. */
#include "test.h"

#include "record/build.h"
#include "sheet/deployments.h"

#include <math.h>
#include <stdlib.h>

static struct scrape_sample sample(int64_t time, double requests, double errors)
{
	return (struct scrape_sample){.time = time, .requests = requests, .errors = errors,
				      .latency_sum = NAN, .latency_count = NAN, .probe = 0.002};
}

static struct deployment deployment(const char *name, enum deployment_state state)
{
	return (struct deployment){.name = str_of(name), .model = str_of(name), .state = state,
				   .ready = -1, .wanted = -1, .since = TIME_NONE, .checked = 5};
}

static struct snapshot *seal(struct build *build)
{
	struct err err;

	return build_seal(build, &err);
}

static struct build *start(enum record_kind kind)
{
	struct build_limits limits = build_limits_default();

	return build_new(kind, NULL, &limits);
}

static const char *cell(const struct sheet *sheet, size_t row, const char *key)
{
	static struct buf text;
	struct sheet_cell c;

	buf_release(&text);
	buf_init(&text, 1000);
	for (size_t i = 0; i < sheet->ncolumns; i++)
		if (str_equal(sheet->columns[i].key, str_of(key))) {
			sheet_cell(sheet, row, i, &c);
			sheet_text(&text, &sheet->columns[i], &c, STYLE_EXACT, 0);
		}
	return buf_cstr(&text);
}

static struct snapshot *some(void)
{
	struct build *build = start(RECORD_DEPLOYMENTS);
	struct deployment ok = deployment("a-ok", DEPLOYMENT_OK);
	struct deployment busy = deployment("busy", DEPLOYMENT_OK);
	struct deployment gone = deployment("gone", DEPLOYMENT_FAILED);
	struct deployment silent = deployment("silent", DEPLOYMENT_UNKNOWN);
	struct scrape_sample samples[] = {sample(1000, 100, 0), sample(3000, 120, 5)};

	busy.samples = samples;
	busy.nsamples = 2;
	gone.reason = STR("refused");
	build_deployment(build, &ok);
	build_deployment(build, &busy);
	build_deployment(build, &silent);
	build_deployment(build, &gone);
	return seal(build);
}

static void the_worst_comes_first(void **state)
{
	static const char *const order[] = {"gone", "silent", "busy", "a-ok"};
	struct sheet_source source = {.name = STR("s"), .snapshot = some()};
	struct grid *grid = deployments_grid(&source, 1, NULL);
	(void)state;

	assert_int_equal(grid->sheet.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(cell(&grid->sheet, i, "name"), order[i]);
	assert_string_equal(cell(&grid->sheet, 0, "reason"), "refused");
	assert_str(deployments_row(grid, 0, NULL)->name, "gone");
	grid_free(grid);
	snapshot_unref((struct snapshot *)source.snapshot);
}

static void rates_are_over_the_time_that_was_sampled(void **state)
{
	struct sheet_source source = {.name = STR("s"), .snapshot = some()};
	struct grid *grid = deployments_grid(&source, 1, NULL);
	double rate = atof(cell(&grid->sheet, 2, "requests_per_s"));
	double share = atof(cell(&grid->sheet, 2, "error_share"));
	(void)state;

	assert_true(fabs(rate - 10) < 0.01);
	assert_true(fabs(share - 0.25) < 0.001);
	assert_string_equal(cell(&grid->sheet, 2, "scope"), "model");
	assert_string_equal(cell(&grid->sheet, 2, "p95"), "");
	assert_string_equal(cell(&grid->sheet, 3, "requests_per_s"), "");
	grid_free(grid);
	snapshot_unref((struct snapshot *)source.snapshot);
}

static void json_says_null_for_what_is_not_known(void **state)
{
	struct sheet_source source = {.name = STR("s"), .snapshot = some()};
	struct grid *grid = deployments_grid(&source, 1, NULL);
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct json_out json;
	(void)state;

	json_put_open(&json, out);
	json_put_object(&json, NULL);
	deployments_json(&json, grid, NULL);
	json_put_end(&json);
	assert_int_equal(json_put_close(&json), 0);
	fclose(out);
	assert_non_null(strstr(text, "\"since\": null"));
	assert_non_null(strstr(text, "\"model\": {\"name\": \"gone\",\"version\": null,"
				     "\"known_by\": null},\"ready\": null,\"wanted\": null,"
				     "\"revisions\": [],\"signals\": {\"scope\": null,"
				     "\"requests_per_s\": null,\"error_share\": null,"
				     "\"p50\": null,\"p95\": null,\"p99\": null,"
				     "\"mean\": null,\"probe\": null},"
				     "\"conditions\": [],\"checked\": "));
	free(text);
	grid_free(grid);
	snapshot_unref((struct snapshot *)source.snapshot);
}

static struct snapshot *registry(void)
{
	struct build *build = start(RECORD_MODELS);
	struct alias champion = {STR("champion"), STR("7")};
	struct model_version versions[] = {{.version = STR("7")}, {.version = STR("6")}};
	struct model model = {.name = STR("churn"), .aliases = &champion, .naliases = 1,
			      .versions = versions, .nversions = 2};

	build_model(build, &model);
	return seal(build);
}

static void the_registry_may_contradict(void **state)
{
	static const struct {
		const char *version, *says;
	} cases[] = {
		{"v7", ""},
		{"7", ""},
		{"v6", "serves v6, champion is 7"},
		{"9", "serves 9, which the registry does not have"},
		{NULL, ""},
	};
	const struct snapshot *models = registry();
	struct sheet_source twice[] = {{.name = STR("a"), .snapshot = models},
				       {.name = STR("b")},
				       {.name = STR("c"), .snapshot = models}};
	(void)state;

	TABLE_EACH(c, cases) {
		struct registries one = {twice, 2}, two = {twice, 3};
		struct deployment d = deployment("churn", DEPLOYMENT_OK);
		struct buf out;

		d.version = str_of(c->version);
		buf_init(&out, 1000);
		deployment_reason(&out, &d, &one);
		assert_string_equal(buf_cstr(&out), c->says);
		buf_clear(&out);
		deployment_reason(&out, &d, &two); /* which of the two it is, nobody knows */
		assert_string_equal(buf_cstr(&out), "");
		d.registry = STR("c"); /* … unless the configuration says it */
		deployment_reason(&out, &d, &two);
		assert_string_equal(buf_cstr(&out), c->says);
		buf_release(&out);
	}
	snapshot_unref((struct snapshot *)models);
}

static void charts_show_each_sample(void **state)
{
	double bounds[] = {0.1, 1, INFINITY};
	double first[] = {0, 0, 0}, second[] = {5, 10, 10}, third[] = {5, 20, 20};
	struct scrape_sample samples[] = {sample(0, 0, 0), sample(5000, 10, 0),
					  sample(10000, 20, 10)};
	struct deployment d = deployment("m", DEPLOYMENT_OK);
	struct deployment_charts charts;
	(void)state;

	samples[0].buckets = first;
	samples[1].buckets = second;
	samples[2].buckets = third;
	d.samples = samples;
	d.nsamples = 3;
	d.bounds = bounds;
	d.nbounds = 3;
	deployment_charts_init(&charts, &d);
	assert_int_equal(charts.rate_line.n, 3);
	assert_true(isnan(charts.rate_line.y[0]));
	assert_true(fabs(charts.rate_line.y[2] - 2) < 0.01);
	assert_true(fabs(charts.errors_line.y[2] - 0.5) < 0.01);
	assert_int_equal(charts.latency.nlines, 3);
	assert_true(fabs(charts.latency_lines[0].y[1] - 0.1) < 0.01);
	assert_str(charts.latency_lines[1].name, "p95");
	deployment_charts_release(&charts);
	d.nsamples = 0;
	deployment_charts_init(&charts, &d);
	assert_int_equal(charts.rate.nlines, 0);
	assert_int_equal(charts.latency.nlines, 0);
	deployment_charts_release(&charts);
}

static const struct fact *fact_of(const struct facts *facts, const char *label)
{
	for (size_t i = 0; i < facts->n; i++)
		if (str_equal(facts->facts[i].label, str_of(label)))
			return &facts->facts[i];
	return NULL;
}

/* A server that was not heard has not said that something lacks. */
static void what_was_not_asked_is_not_denied(void **state)
{
	struct deployment d = deployment("m", DEPLOYMENT_FAILED);
	struct facts facts;
	(void)state;

	facts_init(&facts);
	d.unasked = true;
	deployment_facts(&facts, &d, NULL, 0);
	assert_str(fact_of(&facts, "version")->text, "not known: the server could not be asked");
	assert_null(fact_of(&facts, "metrics"));
	assert_string_equal(deployment_no_signals(&d), "the server could not be asked");
	facts_clear(&facts);
	d.unasked = false;
	d.signal_missing = true;
	deployment_facts(&facts, &d, NULL, 0);
	assert_str(fact_of(&facts, "version")->text, "the server does not report one");
	assert_non_null(fact_of(&facts, "metrics"));
	assert_string_equal(deployment_no_signals(&d), "no metrics page");
	facts_release(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_comes_first),
		cmocka_unit_test(rates_are_over_the_time_that_was_sampled),
		cmocka_unit_test(json_says_null_for_what_is_not_known),
		cmocka_unit_test(the_registry_may_contradict),
		cmocka_unit_test(charts_show_each_sample),
		cmocka_unit_test(what_was_not_asked_is_not_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
