/*
 * MLflow over REST: answers as real servers give them, from a scripted server on loopback through
 * the real client; and the decoders on cut and foreign bytes.
 */
#include "test.h"

#include "../tools/faultd.h"

#include "base/clock.h"
#include "format/error_text.h"
#include "record/build.h"
#include "source/mlflow/decode_rest.h"
#include "source/mlflow/rest.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define API "/api/2.0/mlflow/"

static const char experiments[] =
	"{\n  \"experiments\": [{\"experiment_id\": \"1\", \"name\": \"churn\", \"artifact_location\": "
	"\"x\", \"lifecycle_stage\": \"active\", \"last_update_time\": 20, \"creation_time\": 10},"
	" {\"experiment_id\": \"0\", \"name\": \"Default\", \"lifecycle_stage\": \"deleted\"}]}";

#define RUN(id, state, start, more)                                                                \
	"{\"info\":{\"run_uuid\":\"" id "\",\"run_id\":\"" id "\",\"experiment_id\":\"1\","        \
	"\"run_name\":\"n-" id "\",\"user_id\":\"ann\",\"status\":\"" state "\",\"start_time\":"   \
	start ",\"artifact_uri\":\"s3://b\",\"lifecycle_stage\":\"active\"},\"data\":{" more "}}"

static const char data_a[] =
	"{\"runs\":[" RUN("a", "RUNNING", "300",
		"\"metrics\":[{\"key\":\"acc\",\"value\":0.5,\"timestamp\":7,\"step\":3},"
		"{\"key\":\"loss\",\"value\":\"NaN\",\"timestamp\":7},"
		"{\"key\":\"big\",\"value\":1.7976931348623157e+308,\"timestamp\":7,"
		"\"step\":\"9\"}],"
		"\"params\":[{\"key\":\"lr\",\"value\":\"3e-4\"},"
		"{\"key\":\"empty\",\"value\":\"\"}],"
		"\"tags\":[{\"key\":\"mlflow.source.git.commit\",\"value\":\"9f3c\"},"
		"{\"key\":\"mlflow.parentRunId\",\"value\":\"p\"}]")
	"],\"next_page_token\":\"t 1\"}";
static const char data_b[] = "{\"runs\":[" RUN("b", "FINISHED", "200", "") "]}";
static const char data_a_ended[] = "{\"runs\":[" RUN("a", "FINISHED", "300", "") "]}";

struct world {
	struct faultd *server;
	struct rest *rest;
	struct err err;
	int pages;
	bool patient; /* nobody looks at rows as they come */
};

static int set_up(void **state)
{
	static struct world world;
	struct http_settings settings = {0};
	char base[64];

	world = (struct world){.server = faultd_start(0)};
	snprintf(base, sizeof base, "http://127.0.0.1:%d", faultd_port(world.server));
	settings.base = base;
	world.rest = rest_new(&settings, &world.err);
	*state = &world;
	return world.rest ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	rest_free(w->rest);
	faultd_stop(w->server);
	return 0;
}

static void answer(struct world *w, const char *what, const char *body)
{
	faultd_answer(w->server, what, 200, "", body, strlen(body));
}

static void on_page(struct io *io, struct snapshot *so_far)
{
	((struct world *)io->asker)->pages++;
	snapshot_unref(so_far);
}

/* One read; NULL and w->err on a failure. */
static struct snapshot *read_query(struct world *w, const struct query *query,
				   struct snapshot *before)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(query->kind, before, &limits);
	struct snapshot *snapshot = NULL;
	struct io_world outside;
	struct io io;

	io_world_init(&outside);
	io_init(&io, &io_world_ops, &outside);
	io.pages = w->patient ? NULL : on_page;
	io.asker = w;
	if (rest_read(w->rest, query, &io, build, &w->err))
		build_free(build);
	else
		snapshot = build_seal(build, &w->err);
	io_world_release(&outside);
	return snapshot;
}

static void script_runs(struct world *w)
{
	answer(w, "GET /version", "3.17.2");
	answer(w, "GET " API "experiments/search", experiments);
	answer(w, "POST " API "runs/search", data_a);
	answer(w, "POST " API "runs/search", data_b);
}

static void runs_come_in_pages_with_their_details(void **state)
{
	struct query query = {.kind = RECORD_RUNS};
	struct world *w = *state;
	const struct run_detail *detail;
	struct snapshot *runs;

	script_runs(w);
	runs = read_query(w, &query, NULL);
	assert_non_null(runs);
	assert_int_equal(runs->u.runs.rows, 2);
	assert_int_equal(w->pages, 1); /* the last page is the whole */
	assert_str(runs->note, "mlflow server 3.17.2");
	assert_str(run_at(&runs->u.runs, 0)->experiment_name, "churn");
	assert_int_equal(run_at(&runs->u.runs, 0)->state, RUN_RUNNING);
	assert_true(run_at(&runs->u.runs, 0)->end == TIME_NONE);
	detail = run_detail_at(&runs->u.runs, 0);
	assert_str(detail->commit, "9f3c");
	assert_str(detail->parent, "p");
	assert_int_equal(detail->dirty, -1);
	assert_int_equal(detail->nparams, 2);
	assert_str(pair_get(detail->params, detail->nparams, STR("empty")), "");
	assert_true(isinf(detail_metric(detail, STR("big"))->last));
	assert_int_equal(detail_metric(detail, STR("big"))->last_step, 9);
	assert_true(isnan(detail_metric(detail, STR("loss"))->last));
	assert_int_equal(detail_metric(detail, STR("loss"))->last_step, 0);
	assert_true(faultd_heard(w->server, "\"page_token\":\"t 1\""));
	assert_true(faultd_heard(w->server, "\"experiment_ids\":[\"1\",\"0\"]"));
	snapshot_unref(runs);
}

static void a_poll_asks_for_what_is_new_or_ran(void **state)
{
	struct query query = {.kind = RECORD_RUNS};
	struct world *w = *state;
	struct snapshot *runs, *later;

	script_runs(w);
	runs = read_query(w, &query, NULL);
	faultd_forget(w->server);
	answer(w, "GET " API "experiments/search", experiments);
	answer(w, "POST " API "runs/search", data_a);
	answer(w, "GET " API "runs/get?run_id=a", "{\"run\":" RUN("a", "FINISHED", "300", "") "}");
	later = read_query(w, &query, runs);
	assert_non_null(later);
	assert_int_equal(later->u.runs.rows, 2);
	assert_int_equal(run_at(&later->u.runs, 0)->state, RUN_FINISHED);
	assert_int_equal(run_at(&runs->u.runs, 0)->state, RUN_RUNNING);
	snapshot_unref(runs);
	snapshot_unref(later);
}

static void a_sweep_finds_what_is_gone(void **state)
{
	struct query query = {.kind = RECORD_RUNS};
	struct world *w = *state;
	struct snapshot *runs, *later;

	script_runs(w);
	runs = read_query(w, &query, NULL);
	faultd_forget(w->server);
	answer(w, "GET " API "experiments/search", experiments);
	answer(w, "POST " API "runs/search", data_a_ended);
	query.sweep = true;
	later = read_query(w, &query, runs);
	assert_false(run_at(&later->u.runs, 0)->gone);
	assert_true(run_at(&later->u.runs, 1)->gone);
	snapshot_unref(runs);
	snapshot_unref(later);
}

static void a_filter_is_pushed_and_said(void **state)
{
	struct query query = {.kind = RECORD_RUNS, .filter = STR("params.a = '\"x'")};
	struct world *w = *state;
	struct snapshot *runs;

	script_runs(w);
	runs = read_query(w, &query, NULL);
	assert_str(runs->note, "mlflow server 3.17.2, filtered on the server");
	assert_true(faultd_heard(w->server, "\"filter\":\"params.a = '\\\"x'\""));
	snapshot_unref(runs);
	faultd_forget(w->server);
	answer(w, "GET " API "experiments/search", experiments);
	faultd_answer(w->server, "POST " API "runs/search", 400, "", "{}", 2);
	answer(w, "POST " API "runs/search", data_b);
	runs = read_query(w, &query, NULL);
	assert_str(runs->note, "mlflow server 3.17.2, filtered here");
	assert_int_equal(runs->u.runs.rows, 1);
	snapshot_unref(runs);
}

static void experiments_are_counted(void **state)
{
	struct query query = {.kind = RECORD_EXPERIMENTS};
	struct world *w = *state;
	struct snapshot *list;

	script_runs(w);
	w->patient = true;
	list = read_query(w, &query, NULL);
	assert_int_equal(list->u.experiments.n, 2);
	assert_int_equal(list->u.experiments.experiments[0].runs, 2);
	assert_int_equal(list->u.experiments.experiments[0].last_activity, 300);
	assert_true(list->u.experiments.experiments[1].deleted);
	assert_true(list->u.experiments.experiments[1].last_activity == TIME_NONE);
	snapshot_unref(list);
}

#define HISTORY                                                                                    \
	"GET " API "metrics/get-history?run_id=a&metric_key=val%20loss%2F1&max_results=20000"

/* What others wait for is not kept back by counting; it is made up for by their reading. */
static void counts_come_with_the_runs(void **state)
{
	struct query query = {.kind = RECORD_EXPERIMENTS}, runs = {.kind = RECORD_RUNS};
	struct world *w = *state;
	struct snapshot *list;

	script_runs(w);
	list = read_query(w, &query, NULL);
	assert_true(list->u.experiments.experiments[0].runs == EXPERIMENT_UNCOUNTED);
	assert_false(faultd_heard(w->server, "runs/search"));
	snapshot_unref(list);
	snapshot_unref(read_query(w, &runs, NULL));
	list = read_query(w, &query, NULL);
	assert_int_equal(list->u.experiments.experiments[0].runs, 2);
	snapshot_unref(list);
}

static void a_history_comes_whole(void **state)
{
	struct query query = {.kind = RECORD_SERIES, .run = STR("a"), .key = STR("val loss/1")};
	struct world *w = *state;
	struct snapshot *series;

	answer(w, HISTORY,
	       "{\"metrics\":[{\"key\":\"k\",\"value\":1,\"timestamp\":5,\"step\":1},"
	       "{\"key\":\"k\",\"value\":\"NaN\",\"timestamp\":6,\"step\":0}],"
	       "\"next_page_token\":\"x=\"}");
	answer(w, HISTORY "&page_token=x%3D",
	       "{\"metrics\":[{\"key\":\"k\",\"value\":\"-Infinity\",\"timestamp\":7,"
	       "\"step\":-2}]}");
	series = read_query(w, &query, NULL);
	assert_int_equal(series->u.series.n, 3);
	assert_int_equal(series_step(&series->u.series, 0), -2);
	assert_true(isinf(series_value(&series->u.series, 0)));
	assert_int_equal(series->u.series.nan, 1);
	snapshot_unref(series);
}

/* How often a server was asked for something. */
static int asked(struct world *w, const char *what)
{
	char *log = faultd_log(w->server);
	int n = 0;

	for (const char *at = log; (at = strstr(at, what)); at++)
		n++;
	free(log);
	return n;
}

#define POINT(step, value)                                                                         \
	"{\"key\":\"k\",\"value\":" value ",\"timestamp\":" step ",\"step\":" step "}"
#define LATEST(step, value)                                                                        \
	"{\"run\":" RUN("a", "RUNNING", "1", "\"metrics\":[{\"key\":\"val loss/1\",\"value\":"     \
	value ",\"timestamp\":" step ",\"step\":" step "}]") "}"

/* A poll asks the run; the last page alone when there is more; all when that is not what it was. */
static void a_long_history_is_not_read_again(void **state)
{
	struct query query = {.kind = RECORD_SERIES, .run = STR("a"), .key = STR("val loss/1")};
	struct world *w = *state;
	struct snapshot *series, *later;

	answer(w, "GET " API "runs/get", LATEST("3", "30"));
	answer(w, HISTORY, "{\"metrics\":[" POINT("1", "10") "," POINT("2", "20") "],"
	       "\"next_page_token\":\"two\"}");
	answer(w, HISTORY "&page_token=two", "{\"metrics\":[" POINT("3", "30") "]}");
	series = read_query(w, &query, NULL);
	assert_int_equal(series->u.series.n, 3);
	assert_int_equal(asked(w, "metrics/get-history"), 2);
	for (int i = 0; i < 3; i++) { /* the first look at the run is held against nothing */
		later = read_query(w, &query, series);
		assert_ptr_equal(later, series);
		snapshot_unref(later);
		assert_int_equal(asked(w, "metrics/get-history"), 3);
	}

	answer(w, "GET " API "runs/get", LATEST("5", "50"));
	answer(w, HISTORY "&page_token=two", "{\"metrics\":[" POINT("3", "30") "," POINT("4", "40")
	       "],\"next_page_token\":\"three\"}");
	answer(w, HISTORY "&page_token=three", "{\"metrics\":[" POINT("5", "50") "]}");
	later = read_query(w, &query, series);
	snapshot_unref(series);
	series = later;
	assert_int_equal(series->u.series.n, 5);
	assert_true(series_value(&series->u.series, 4) == 50);
	assert_int_equal(asked(w, "metrics/get-history"), 5);

	answer(w, "GET " API "runs/get", LATEST("6", "60"));
	answer(w, HISTORY "&page_token=three", "{\"metrics\":[" POINT("4", "40") "]}");
	later = read_query(w, &query, series); /* a late point has moved the pages */
	snapshot_unref(series);
	series = later;
	assert_int_equal(series->u.series.n, 5);
	assert_int_equal(asked(w, "metrics/get-history"), 9);
	query.sweep = true;
	later = read_query(w, &query, series);
	assert_ptr_equal(later, series);
	assert_int_equal(asked(w, "metrics/get-history"), 12);
	snapshot_unref(later);
	snapshot_unref(series);
}

/* What came while an answer was cut is not taken for seen. */
static void a_cut_poll_of_a_history_is_made_good(void **state)
{
	struct query query = {.kind = RECORD_SERIES, .run = STR("a"), .key = STR("val loss/1")};
	struct world *w = *state;
	struct snapshot *series, *later;

	answer(w, "GET " API "runs/get", LATEST("1", "10"));
	answer(w, HISTORY, "{\"metrics\":[" POINT("1", "10") "]}");
	series = read_query(w, &query, NULL);
	answer(w, "GET " API "runs/get", LATEST("2", "20"));
	answer(w, HISTORY, "{\"metrics\":[" POINT("1", "10") "," "{\"key\":\"k\"");
	answer(w, HISTORY, "{\"metrics\":[" POINT("1", "10") "," POINT("2", "20") "]}");
	assert_null(read_query(w, &query, series));
	assert_int_equal(w->err.code, ERR_FORMAT);
	later = read_query(w, &query, series);
	assert_int_equal(later->u.series.n, 2);
	snapshot_unref(later);
	snapshot_unref(series);
}

static void aggregates_come_from_histories(void **state)
{
	static const char points[] =
		"{\"metrics\":[{\"run_id\":\"a\",\"key\":\"acc\",\"value\":4,"
		"\"timestamp\":1,\"step\":2},"
		"{\"run_id\":\"a\",\"key\":\"acc\",\"value\":1,\"timestamp\":1,\"step\":1},"
		"{\"run_id\":\"a\",\"key\":\"acc\",\"value\":NaN,\"timestamp\":1,\"step\":0}]}";
	struct str id = STR("a");
	struct query query = {.kind = RECORD_DETAILS, .ids = &id, .nids = 1, .aggregates = true};
	const struct metric *metric;
	struct world *w = *state;
	struct snapshot *details;

	answer(w, "GET " API "experiments/search", experiments);
	answer(w, "GET " API "runs/get",
	       "{\"run\":" RUN("a", "FINISHED", "1",
			       "\"metrics\":[{\"key\":\"acc\",\"value\":4,\"timestamp\":1,"
			       "\"step\":2}]") "}");
	answer(w, "GET " API "metrics/get-history", points);
	details = read_query(w, &query, NULL);
	assert_int_equal(details->u.details.n, 1);
	metric = detail_metric(&details->u.details.details[0], STR("acc"));
	assert_true(metric->has_aggregates);
	assert_int_equal(metric->count, 2);
	assert_int_equal(metric->nan, 1);
	assert_true(metric->first == 1 && metric->min == 1 && metric->max == 4);
	assert_true(metric->mean == 2.5);
	snapshot_unref(details);
}

static void models_are_joined_with_their_versions(void **state)
{
	struct query query = {.kind = RECORD_MODELS};
	struct world *w = *state;
	const struct model *model;
	struct snapshot *models;

	answer(w, "GET " API "registered-models/search?max_results=1000",
	       "{\"registered_models\":[{\"name\":\"m\",\"creation_timestamp\":1,"
	       "\"aliases\":[{\"alias\":\"champion\",\"version\":\"2\"}]}]}");
	answer(w, "GET " API "registered-models/search",
	       "{\"registered_models\":[{\"name\":\"p\",\"tags\":[{\"key\":"
	       "\"mlflow.prompt.is_prompt\",\"value\":\"true\"}]}]}");
	answer(w, "GET " API "model-versions/search?max_results=1000",
	       "{\"model_versions\":[{\"name\":\"m\",\"version\":\"2\",\"current_stage\":\"None\","
	       "\"status\":\"READY\",\"source\":\"s3://b\",\"run_id\":\"a\"},"
	       "{\"name\":\"m\",\"version\":10,\"current_stage\":\"Production\","
	       "\"status\":\"PENDING_REGISTRATION\"}]}");
	faultd_answer(w->server, "GET " API "model-versions/search", 400, "", "{}", 2);
	models = read_query(w, &query, NULL);
	assert_non_null(models);
	assert_int_equal(models->u.models.n, 2);
	model = &models->u.models.models[0];
	assert_int_equal(model->nversions, 2);
	assert_str(model->versions[0].version, "10");
	assert_str(model->versions[0].stage, "Production");
	assert_int_equal(model->versions[0].state, MODEL_PENDING);
	assert_str(model->versions[1].aliases[0], "champion");
	assert_true(str_none(model->versions[1].stage));
	assert_true(models->u.models.models[1].prompt);
	snapshot_unref(models);
}

static void troubles_are_told_with_a_hint(void **state)
{
	static const struct {
		int status;
		const char *body, *says, *hint;
	} cases[] = {
		{401, "{\"error_code\":\"UNAUTHENTICATED\",\"message\":\"log in\"}", "log in",
		 "MLFLOW_TRACKING_TOKEN"},
		{404, "<!doctype html>", "no such path", "is that an MLflow server"},
		{200, "<!doctype html>", "a web page", "login page"},
		{200, "[1]", "not MLflow's", "another service"},
		{200, "{\"experiments\":[", "JSON", ""},
		{403, "Invalid Host header - possible", "forbids", "--allowed-hosts"},
		{500, "{\"error_code\":\"INTERNAL_ERROR\",\"message\":\"disk full\"}", "disk full",
		 ""},
	};
	struct query query = {.kind = RECORD_RUNS};
	struct world *w = *state;

	TABLE_EACH(c, cases) {
		/* what is worth sending again is sent again: at once, by Retry-After */
		faultd_forget(w->server);
		faultd_answer(w->server, "GET " API "experiments/search", c->status,
			      "Retry-After: 0\r\n", c->body, strlen(c->body));
		assert_null(read_query(w, &query, NULL));
		assert_non_null(strstr(w->err.message, c->says));
		assert_non_null(strstr(w->err.hint, c->hint));
	}
}

/* ---- the decoders alone ---- */

/* Pages that lead back, a token that cannot be held, and a text that is cut: each is said. */
static void pages_of_a_strange_server_are_told(void **state)
{
	static const char round[] = "{\"registered_models\":[{\"name\":\"m\"}],"
				    "\"next_page_token\":\"again\"}";
	struct query models = {.kind = RECORD_MODELS}, runs = {.kind = RECORD_RUNS};
	struct world *w = *state;
	struct snapshot *snapshot;
	struct buf body;

	answer(w, "GET /version", "3.17.2");
	answer(w, "GET " API "registered-models/search", round);
	assert_null(read_query(w, &models, NULL));
	assert_int_equal(w->err.code, ERR_FORMAT);
	assert_non_null(strstr(w->err.message, "again and again"));
	answer(w, "GET " API "experiments/search", experiments);
	buf_init(&body, 4 << 20);
	buf_adds(&body, "{\"runs\":[" RUN("a", "FINISHED", "300", "") "],\"next_page_token\":\"");
	buf_fill(&body, 't', REST_TOKEN_MAX + 1);
	buf_adds(&body, "\"}");
	answer(w, "POST " API "runs/search", buf_cstr(&body));
	assert_null(read_query(w, &runs, NULL));
	assert_non_null(strstr(w->err.message, "4096 bytes"));
	buf_clear(&body);
	buf_adds(&body, "{\"runs\":[{\"info\":{\"run_id\":\"a\",\"experiment_id\":\"1\"},\"data\":"
			"{\"params\":[{\"key\":\"k\",\"value\":\"");
	buf_fill(&body, 'v', (1 << 20) + 9);
	buf_adds(&body, "\"}]}}]}");
	answer(w, "POST " API "runs/search", buf_cstr(&body));
	snapshot = read_query(w, &runs, NULL);
	assert_non_null(snapshot);
	assert_int_equal(snapshot->nwarnings, 1);
	assert_str(snapshot->warnings[0], "1 text over 1024 KB cut");
	assert_int_equal(run_detail_at(&snapshot->u.runs, 0)->params[0].value.n, 1 << 20);
	snapshot_unref(snapshot);
	buf_release(&body);
}

static void ignore_run(void *ctx, struct run_detail *detail)
{
	(void)detail;
	++*(int *)ctx;
}

static void a_cut_answer_gives_no_rows(void **state)
{
	struct buf next;
	(void)state;

	buf_init(&next, REST_TOKEN_MAX);
	for (size_t n = 0; n < sizeof data_a - 1; n++) {
		char *exact = malloc(n + 1); /* so that reading past the end is seen */
		struct err err;
		int rows = 0;

		memcpy(exact, data_a, n);
		assert_int_equal(decode_runs((struct str){exact, n}, ignore_run, &rows, &next,
					     &err), -1);
		assert_int_equal(rows, 0);
		free(exact);
	}
	buf_release(&next);
}

static void every_shape_of_error_is_read(void **state)
{
	static const struct {
		const char *body, *says;
	} cases[] = {
		{"{\"error\": \"Model nope not found\"}", "Model nope not found"},
		{"{\"detail\":\"Not Found\"}", "Not Found"},
		{"{\"detail\":[{\"loc\":[\"body\",\"inputs\",0],\"msg\":\"field required\"}]}",
		 "body.inputs.0: field required"},
		{"{\"error_code\":\"X\",\"message\":\"bad \\u001b[31m\"}", "bad \xe2\x90\x9b[31m"},
		{"{\"code\":404,\"type\":\"T\",\"message\":\"gone\"}", "gone"},
		{"{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}",
		 "parse error"},
		{"{\"error\":{\"code\":1,\"message\":\"inner\"}}", "inner"},
		{"\"plain string\"", "plain string"},
		{"Internal Server Error", "Internal Server Error"},
		{"Traceback (most recent call last):\n  File \"x\"\nValueError: bad shape\n",
		 "ValueError: bad shape"},
		{"one\ntwo", "one"},
		{"<html>", ""},
		{"", ""},
		{"{}", ""},
		{"[]", ""},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct buf out;

		buf_init(&out, 2 * ERROR_TEXT_MAX);
		error_text(&out, str_of(c->body));
		assert_string_equal(buf_cstr(&out), c->says);
		buf_release(&out);
	}
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERVER(runs_come_in_pages_with_their_details),
		WITH_SERVER(a_poll_asks_for_what_is_new_or_ran),
		WITH_SERVER(a_sweep_finds_what_is_gone),
		WITH_SERVER(a_filter_is_pushed_and_said),
		WITH_SERVER(experiments_are_counted),
		WITH_SERVER(counts_come_with_the_runs),
		WITH_SERVER(a_history_comes_whole),
		WITH_SERVER(a_long_history_is_not_read_again),
		WITH_SERVER(a_cut_poll_of_a_history_is_made_good),
		WITH_SERVER(aggregates_come_from_histories),
		WITH_SERVER(models_are_joined_with_their_versions),
		WITH_SERVER(troubles_are_told_with_a_hint),
		WITH_SERVER(pages_of_a_strange_server_are_told),
		cmocka_unit_test(a_cut_answer_gives_no_rows),
		cmocka_unit_test(every_shape_of_error_is_read),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
