/*
 * The endpoint source: a scripted server on loopback through the real client. Healthy, unloaded,
 * stopped, refused; metrics beside it, foreign, cut; what the signal table makes of real pages.
 */
#include "test.h"

#include "../tools/faultd.h"

#include "analysis/rate.h"
#include "base/clock.h"
#include "record/build.h"
#include "source/endpoint/decode_oip.h"
#include "source/endpoint/oip.h"
#include "source/endpoint/signals.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define SECRET "s3cr3t-canary"
#define TEXT "Content-Type: text/plain; version=0.0.4\r\n"

static const char page[] =
	"# TYPE model_infer_request_success_total counter\n"
	"model_infer_request_success_total{model=\"churn\",version=\"None\"} 31.0\n"
	"model_infer_request_success_total{model=\"churn\",version=\"v1\"} 3.0\n"
	"model_infer_request_success_total{model=\"other\",version=\"v1\"} 100.0\n"
	"# TYPE model_infer_request_failure_total counter\n"
	"model_infer_request_failure_total{model=\"churn\",version=\"None\"} 2.0\n"
	"# TYPE model_infer_request_duration summary\n"
	"model_infer_request_duration_count{model=\"churn\",version=\"None\"} 36.0\n"
	"model_infer_request_duration_sum{model=\"churn\",version=\"None\"} 0.72\n"
	"# TYPE rest_server_request_duration_seconds histogram\n"
#define BUCKET(le, path, status, n)                                                                \
	"rest_server_request_duration_seconds_bucket{le=\"" le "\",method=\"POST\",path=\"" path   \
	"\",status_code=\"" status "\"} " n "\n"
	BUCKET("0.1", "/v2/models/{model_name}/infer", "200", "5")
	BUCKET("1.0", "/v2/models/{model_name}/infer", "200", "9")
	BUCKET("+Inf", "/v2/models/{model_name}/infer", "200", "10")
	BUCKET("0.1", "/v2/models/{model_name}/infer", "500", "1")
	BUCKET("1.0", "/v2/models/{model_name}/infer", "500", "1")
	BUCKET("+Inf", "/v2/models/{model_name}/infer", "500", "1")
	BUCKET("0.1", "/v2/models/{model_name}/ready", "200", "1000")
	BUCKET("+Inf", "/v2/models/{model_name}/ready", "200", "1000")
	"rest_server_request_duration_seconds_sum{path=\"/v2/models/{model_name}/infer\"} 2.5\n"
	"rest_server_request_duration_seconds_count{path=\"/v2/models/{model_name}/infer\"} 11\n";

struct world {
	struct faultd *server;
	struct oip *oip;
	struct err err;
	char base[64];
};

static void open_oip(struct world *w, const char *metrics)
{
	struct oip_settings settings = {
		.http = {.base = w->base, .token = SECRET}, .name = "scorer", .metrics = metrics,
	};

	oip_free(w->oip);
	w->oip = oip_new(&settings, &w->err);
	assert_non_null(w->oip);
}

static int set_up(void **state)
{
	static struct world world;

	world = (struct world){.server = faultd_start(0)};
	snprintf(world.base, sizeof world.base, "http://127.0.0.1:%d",
		 faultd_port(world.server));
	open_oip(&world, NULL);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	oip_free(w->oip);
	if (w->server)
		faultd_stop(w->server);
	return 0;
}

static void answer(struct world *w, const char *what, int status, const char *body)
{
	faultd_answer(w->server, what, status, "", body, strlen(body));
}

static void serve(struct world *w, const char *index)
{
	answer(w, "GET /v2/health/live", 200, "");
	answer(w, "GET /v2/health/ready", 200, "");
	answer(w, "GET /v2", 200,
	       "{\"name\":\"mlserver\",\"version\":\"1.7.1\",\"extensions\":[]}");
	answer(w, "POST /v2/repository/index", 200, index);
	answer(w, "GET /v2/models/churn/ready", 200, "");
	answer(w, "GET /v2/models/churn", 200,
	       "{\"name\":\"churn\",\"versions\":[\"7\"],\"platform\":\"sklearn\"}");
}

#define READY "[{\"name\":\"churn\",\"version\":\"v1\",\"state\":\"READY\",\"reason\":\"\"}]"

/* One look: the snapshot whatever happened; the error in w->err. */
static struct snapshot *look(struct world *w)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_DEPLOYMENTS, NULL, &limits);
	struct io_world outside;
	struct err err;
	struct io io;

	io_world_init(&outside);
	io_init(&io, &io_world_ops, &outside);
	err_clear(&w->err);
	oip_read(w->oip, &io, build, &w->err);
	io_world_release(&outside);
	return build_seal(build, &err);
}

static const struct deployment *only(const struct snapshot *snapshot)
{
	assert_non_null(snapshot);
	assert_int_equal(snapshot->u.deployments.n, 1);
	return &snapshot->u.deployments.deployments[0];
}

static void a_served_model_is_ok(void **state)
{
	struct world *w = *state;
	const struct deployment *d;
	struct snapshot *s;

	serve(w, READY);
	s = look(w);
	d = only(s);
	assert_int_equal(w->err.code, ERR_NONE);
	assert_str(d->name, "churn");
	assert_str(d->platform, "mlserver 1.7.1");
	assert_int_equal(d->state, DEPLOYMENT_OK);
	assert_true(str_none(d->reason));
	assert_str(d->version, "v1");
	assert_int_equal(d->known_by, KNOWN_REPORTED);
	assert_int_equal(d->nsamples, 1);
	assert_true(d->samples[0].probe > 0);
	assert_true(isnan(d->samples[0].requests));
	assert_true(d->signal_missing);
	assert_false(faultd_heard(w->server, "/infer"));
	snapshot_unref(s);
}

static void the_page_at_the_same_origin_is_found(void **state)
{
	struct world *w = *state;
	const struct deployment *d;
	struct snapshot *s;

	serve(w, READY);
	faultd_answer(w->server, "GET /metrics", 200, TEXT, page, sizeof page - 1);
	snapshot_unref(look(w));
	s = look(w);
	d = only(s);
	assert_false(d->signal_missing);
	assert_int_equal(d->nsamples, 2);
	assert_true(d->samples[1].requests == 36 && d->samples[1].errors == 2);
	assert_int_equal(d->latency_scope, SCOPE_SERVER);
	assert_int_equal(d->nbounds, 3);
	assert_true(d->bounds[0] == 0.1 && d->bounds[1] == 1 && isinf(d->bounds[2]));
	assert_true(d->samples[1].buckets[0] == 6 && d->samples[1].buckets[1] == 10);
	assert_true(d->samples[1].buckets[2] == 11);
	assert_true(d->samples[1].latency_sum == 2.5 && d->samples[1].latency_count == 11);
	snapshot_unref(s);
}

static void metrics_elsewhere_never_get_the_secret(void **state)
{
	struct world *w = *state;
	struct faultd *other = faultd_start(0);
	char address[80];
	struct snapshot *s;

	snprintf(address, sizeof address, "http://127.0.0.1:%d/some/metrics", faultd_port(other));
	open_oip(w, address);
	serve(w, READY);
	faultd_answer(other, "GET /some/metrics", 200, TEXT, page, sizeof page - 1);
	s = look(w);
	assert_true(only(s)->samples[0].requests == 36);
	assert_true(faultd_heard(w->server, SECRET));
	assert_true(faultd_heard(other, "GET /some/metrics"));
	assert_false(faultd_heard(other, SECRET));
	assert_false(faultd_heard(other, "Authorization"));
	snapshot_unref(s);
	faultd_stop(other);
}

/* Neither a password in the page's address nor a key in its query comes to light. */
static void the_address_of_a_page_gives_nothing_away(void **state)
{
	struct world *w = *state;
	struct oip_settings settings = {.http = {.base = w->base}, .name = "scorer",
					.metrics = "http://ann:hidden@127.0.0.1:1/metrics"};
	char address[80];
	struct snapshot *s;

	assert_null(oip_new(&settings, &w->err));
	assert_int_equal(w->err.code, ERR_USAGE);
	assert_null(strstr(w->err.message, "hidden"));
	snprintf(address, sizeof address, "%s/m?key=hidden", w->base);
	open_oip(w, address);
	serve(w, READY);
	s = look(w);
	assert_int_equal(s->nwarnings, 1);
	assert_non_null(strstr(s->warnings[0].s, "/m:"));
	assert_null(strstr(s->warnings[0].s, "hidden"));
	snapshot_unref(s);
}

static void a_broken_page_is_named_with_its_line(void **state)
{
	static const struct {
		const char *body, *says;
	} cases[] = {
		{"# TYPE a counter\na{x=\"1\"} 1\nmodel_infer{x=\"", "line 3"},
		{"<html><body>Sign in</body></html>", "web page"},
		{"{\"detail\":\"Not Found\"}", "line 1"},
	};
	struct world *w = *state;
	char address[80];

	snprintf(address, sizeof address, "%s/m", w->base);
	open_oip(w, address);
	TABLE_EACH(c, cases) {
		struct snapshot *s;

		faultd_forget(w->server);
		serve(w, READY);
		faultd_answer(w->server, "GET /m", 200, TEXT, c->body, strlen(c->body));
		s = look(w);
		assert_int_equal(only(s)->state, DEPLOYMENT_OK);
		assert_int_equal(s->nwarnings, 1);
		assert_non_null(strstr(s->warnings[0].s, c->says));
		assert_non_null(strstr(s->warnings[0].s, address));
		snapshot_unref(s);
	}
}

static void an_unloaded_model_is_failed(void **state)
{
	struct world *w = *state;
	const struct deployment *d;
	struct snapshot *s;

	serve(w, "[{\"name\":\"churn\",\"version\":\"v1\",\"state\":\"UNAVAILABLE\","
		 "\"reason\":\"\"}]");
	s = look(w);
	d = only(s);
	assert_int_equal(w->err.code, ERR_NONE);
	assert_int_equal(d->state, DEPLOYMENT_FAILED);
	assert_str(d->native_state, "UNAVAILABLE");
	assert_non_null(strstr(d->reason.s, "UNAVAILABLE; 0 models are loaded"));
	snapshot_unref(s);
}

static void no_model_at_all_is_a_fault(void **state)
{
	struct world *w = *state;
	struct snapshot *s;

	serve(w, "[]");
	s = look(w);
	assert_str(only(s)->name, "scorer");
	assert_int_equal(only(s)->state, DEPLOYMENT_FAILED);
	assert_non_null(strstr(only(s)->reason.s, "0 models loaded"));
	snapshot_unref(s);
}

static void a_refused_connection_fails_what_was_seen(void **state)
{
	struct world *w = *state;
	struct snapshot *s;

	serve(w, READY);
	snapshot_unref(look(w));
	faultd_stop(w->server);
	w->server = NULL;
	s = look(w);
	assert_int_equal(w->err.code, ERR_NETWORK);
	assert_str(only(s)->name, "churn");
	assert_int_equal(only(s)->state, DEPLOYMENT_FAILED);
	assert_non_null(strstr(only(s)->reason.s, "refuses connections"));
	assert_true(only(s)->since != TIME_NONE);
	assert_true(only(s)->unasked && !only(s)->signal_missing);
	snapshot_unref(s);
	open_oip(w, NULL);
	s = look(w);
	assert_true(only(s)->unasked && !only(s)->signal_missing);
	assert_str(only(s)->name, "scorer");
	assert_int_equal(only(s)->state, DEPLOYMENT_FAILED);
	snapshot_unref(s);
}

/* The clock that ends the wait is the read's deadline, already past. */
static void silence_is_unknown(void **state)
{
	struct world *w = *state;
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_DEPLOYMENTS, NULL, &limits);
	struct io_world outside;
	struct snapshot *s;
	struct err err;
	struct io io;

	answer(w, "GET /v2/health/live", 200, "");
	io_world_init(&outside);
	io_init(&io, &io_world_ops, &outside);
	io.deadline = 1;
	assert_int_equal(oip_read(w->oip, &io, build, &w->err), -1);
	assert_int_equal(w->err.code, ERR_TIMEOUT);
	io_world_release(&outside);
	s = build_seal(build, &err);
	assert_int_equal(only(s)->state, DEPLOYMENT_UNKNOWN);
	snapshot_unref(s);
}

static void other_troubles_have_their_words(void **state)
{
	struct world *w = *state;
	struct snapshot *s;

	serve(w, READY);
	faultd_forget(w->server);
	s = look(w); /* 404 everywhere */
	assert_int_equal(w->err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(w->err.message, "Open Inference Protocol"));
	assert_int_equal(only(s)->state, DEPLOYMENT_UNKNOWN);
	snapshot_unref(s);

	answer(w, "GET /v2/models/churn/ready", 503, "{\"error\":\"Model is not ready.\"}");
	serve(w, READY);
	s = look(w);
	assert_int_equal(only(s)->state, DEPLOYMENT_FAILED);
	assert_non_null(strstr(only(s)->reason.s, "answers 503: Model is not ready."));
	snapshot_unref(s);

	faultd_forget(w->server);
	answer(w, "GET /v2/health/ready", 400, "");
	serve(w, READY);
	s = look(w);
	assert_int_equal(only(s)->state, DEPLOYMENT_DEGRADED);
	snapshot_unref(s);
}

static void a_server_without_an_index_lists_names(void **state)
{
	struct world *w = *state;
	const struct deployment *d;
	struct snapshot *s;

	answer(w, "GET /v2/models", 200, "{\"models\":[\"churn\"]}");
	answer(w, "POST /v2/repository/index", 404, "{\"detail\":\"Not Found\"}");
	serve(w, READY);
	s = look(w);
	d = only(s);
	assert_int_equal(d->state, DEPLOYMENT_OK);
	assert_str(d->version, "7"); /* the model's own last one */
	snapshot_unref(s);
	faultd_forget(w->server);
	answer(w, "GET /v2/models", 200, "{\"models\":[]}");
	serve(w, READY);
	s = look(w);
	assert_int_equal(only(s)->state, DEPLOYMENT_FAILED);
	assert_non_null(strstr(only(s)->reason.s, "does not list it any more"));
	snapshot_unref(s);
}

static void the_newest_ready_version_stands_for_the_model(void **state)
{
	struct world *w = *state;
	struct snapshot *s;

	serve(w, "[{\"name\":\"churn\",\"version\":\"2\",\"state\":\"READY\"},"
		 "{\"name\":\"churn\",\"version\":\"10\",\"state\":\"READY\"},"
		 "{\"name\":\"churn\",\"version\":\"11\",\"state\":\"UNAVAILABLE\","
		 "\"reason\":\"unloaded\"},"
		 "{\"name\":\"churn\",\"version\":\"12\",\"state\":\"UNAVAILABLE\","
		 "\"reason\":\"model file not found\"}]");
	s = look(w);
	assert_str(only(s)->version, "10");
	assert_int_equal(only(s)->state, DEPLOYMENT_DEGRADED);
	assert_non_null(strstr(only(s)->reason.s, "1 of 4 versions failed: model file not found"));
	snapshot_unref(s);
}

static void versions_can_be_said_or_taken_out(void **state)
{
	struct world *w = *state;
	struct oip_settings settings = {.http = {.base = w->base}, .name = "scorer",
					.model = "churn-xgb", .match = "v([0-9]+)"};
	struct snapshot *s;

	serve(w, READY);
	oip_free(w->oip);
	w->oip = oip_new(&settings, &w->err);
	s = look(w);
	assert_str(only(s)->model, "churn-xgb");
	assert_str(only(s)->version, "1");
	assert_int_equal(only(s)->known_by, KNOWN_REPORTED);
	snapshot_unref(s);
	oip_free(w->oip);
	settings.version = "41";
	w->oip = oip_new(&settings, &w->err);
	s = look(w);
	assert_str(only(s)->version, "41");
	assert_int_equal(only(s)->known_by, KNOWN_CONFIGURED);
	snapshot_unref(s);
	settings.match = "(";
	assert_null(oip_new(&settings, &w->err));
	assert_int_equal(w->err.code, ERR_USAGE);
}

static void only_what_is_there_is_counted(void **state)
{
	static const char kserve[] =
		"# TYPE request_predict_seconds histogram\n"
		"request_predict_seconds_bucket{le=\"0.005\",model_name=\"m\"} 3.0\n"
		"request_predict_seconds_bucket{le=\"+Inf\",model_name=\"m\"} 4.0\n"
		"request_predict_seconds_count{model_name=\"m\"} 4.0\n"
		"request_predict_seconds_sum{model_name=\"m\"} 0.5\n";
	static const char triton[] =
		"# TYPE nv_inference_request_success counter\n"
		"nv_inference_request_success{model=\"m\",version=\"1\"} 8\n"
		"# TYPE nv_inference_request_failure counter\n"
		"nv_inference_request_failure{model=\"m\",reason=\"BACKEND\",version=\"1\"} 2\n"
		"# TYPE nv_inference_request_duration_us counter\n"
		"nv_inference_request_duration_us{model=\"m\",version=\"1\"} 16000\n";
	struct signal_row row = {.model = STR("m")};
	struct exposition e;
	struct arena arena;
	struct err err;
	(void)state;

	arena_init(&arena, 1 << 20);
	assert_int_equal(exposition_parse(&e, str_of(kserve), &err), 0);
	signals_read(&e, signal_table_of(&e), &row, 1, &arena);
	assert_true(row.sample.requests == 4 && isnan(row.sample.errors));
	assert_int_equal(row.scope, SCOPE_MODEL);
	assert_int_equal(row.nbounds, 2);
	exposition_release(&e);
	assert_int_equal(exposition_parse(&e, str_of(triton), &err), 0);
	signals_read(&e, signal_table_of(&e), &row, 1, &arena);
	assert_true(row.sample.requests == 10 && row.sample.errors == 2);
	assert_true(fabs(row.sample.latency_sum - 0.016) < 1e-12 && row.sample.latency_count == 8);
	assert_int_equal(row.scope, SCOPE_MODEL);
	assert_null(row.bounds);
	exposition_release(&e);
	arena_release(&arena);
}

/* Versions that no expression should be tried on, names past the cap, histograms without end. */
static void what_a_strange_server_says_has_a_cap(void **state)
{
	struct world *w = *state;
	struct oip_settings settings = {.http = {.base = w->base}, .name = "scorer",
					.match = "(a*)*b"};
	struct signal_row row = {.model = STR("m")};
	struct exposition e;
	struct arena arena;
	struct snapshot *s;
	struct buf text;

	buf_init(&text, 1 << 20);
	buf_adds(&text, "[{\"name\":\"m\",\"version\":\"");
	buf_fill(&text, 'a', 300);
	buf_adds(&text, "b\",\"state\":\"READY\",\"reason\":\"\"},{\"name\":\"");
	buf_fill(&text, 'n', 5000);
	buf_adds(&text, "\",\"state\":\"READY\"}]");
	serve(w, buf_cstr(&text));
	oip_free(w->oip);
	w->oip = oip_new(&settings, &w->err);
	s = look(w);
	assert_true(str_none(only(s)->version));
	assert_int_equal(only(s)->known_by, KNOWN_NOT);
	assert_true(str_starts(s->warnings[0], STR("1 models are left out")));
	snapshot_unref(s);

	buf_clear(&text);
	buf_adds(&text, "# TYPE request_predict_seconds histogram\n");
	for (int i = 0; i < 1001; i++)
		buf_addf(&text, "request_predict_seconds_bucket{le=\"%d\",model_name=\"m\"} %d\n", i, i);
	buf_adds(&text, "request_predict_seconds_bucket{le=\"+Inf\",model_name=\"m\"} 2000\n");
	arena_init(&arena, 1 << 20);
	assert_int_equal(exposition_parse(&e, buf_str(&text), &w->err), 0);
	signals_read(&e, signal_table_of(&e), &row, 1, &arena);
	assert_int_equal(row.nbounds, 0);
	exposition_release(&e);
	arena_release(&arena);
	buf_release(&text);
}

/* Two models: each has its own mean; the server's quantiles are nobody's. */
static void several_models_share_no_quantile(void **state)
{
	struct signal_row rows[2] = {{.model = STR("churn")}, {.model = STR("other")}};
	struct exposition e;
	struct arena arena;
	struct err err;
	(void)state;

	arena_init(&arena, 1 << 20);
	assert_int_equal(exposition_parse(&e, str_of(page), &err), 0);
	signals_read(&e, signal_table_of(&e), rows, 2, &arena);
	assert_int_equal(rows[0].scope, SCOPE_MODEL);
	assert_true(rows[0].sample.latency_sum == 0.72 && rows[0].sample.latency_count == 36);
	assert_null(rows[0].bounds);
	assert_true(rows[1].sample.requests == 100 && rows[1].sample.errors == 0);
	exposition_release(&e);
	arena_release(&arena);
}

/* ---- pages as servers give them ---- */

/*
 * KServe's, by prometheus_client (kserve/metrics.py): four histograms, of which the predictor's is
 * meant; a "_created" family beside each; other models; the process' own. `n` requests so far.
 */
static void kserve_page(struct buf *out, int n)
{
	static const char *const stages[] = {"preprocess", "predict", "postprocess", "explain"};
	static const struct {
		const char *le;
		double share;
	} bounds[] = {{"0.005", 0.3}, {"0.01", 0.6}, {"0.025", 0.9}, {"0.05", 0.99}, {"+Inf", 1}};

	buf_adds(out, "# HELP python_gc_objects_collected_total Objects collected during gc\n"
		 "# TYPE python_gc_objects_collected_total counter\n"
		 "python_gc_objects_collected_total{generation=\"0\"} 1234.0\n");
	for (size_t stage = 0; stage < 4; stage++) {
		const char *name = stages[stage];

		buf_addf(out, "# HELP request_%s_seconds %s request latency\n"
			 "# TYPE request_%s_seconds histogram\n", name, name, name);
		for (size_t i = 0; stage == 1 && i < 5; i++)
			buf_addf(out, "request_predict_seconds_bucket{le=\"%s\",model_name=\"churn\"} "
				 "%.1f\n", bounds[i].le, n * bounds[i].share);
		if (stage == 1)
			buf_addf(out, "request_predict_seconds_count{model_name=\"churn\"} %d.0\n"
				 "request_predict_seconds_sum{model_name=\"churn\"} %.3f\n"
				 "request_predict_seconds_bucket{le=\"+Inf\",model_name=\"other\"} 7e6\n"
				 "request_predict_seconds_count{model_name=\"other\"} 7e6\n"
				 "request_predict_seconds_sum{model_name=\"other\"} 9e6\n",
				 n, n * 0.012);
		else if (stage < 3)
			buf_addf(out, "request_%s_seconds_count{model_name=\"churn\"} 99.0\n", name);
		buf_addf(out, "# HELP request_%s_seconds_created %s request latency\n"
			 "# TYPE request_%s_seconds_created gauge\n"
			 "request_%s_seconds_created{model_name=\"churn\"} 1.7e+09\n",
			 name, name, name, name);
	}
}

/*
 * Triton's (docs/user_guide/metrics.md): counters without "_total", failures by reason, one row a
 * version, durations in microseconds, summaries and the experimental histogram where they are
 * switched on, a GPU's gauges.
 */
static void triton_page(struct buf *out, int n)
{
	static const char *const reasons[] = {"REJECTED", "CANCELED", "BACKEND", "OTHER"};

	buf_addf(out, "# HELP nv_inference_request_success Number of successful inference requests, "
		 "all batch sizes\n# TYPE nv_inference_request_success counter\n"
		 "nv_inference_request_success{model=\"churn\",version=\"1\"} %d\n"
		 "nv_inference_request_success{model=\"churn\",version=\"2\"} %d\n"
		 "nv_inference_request_success{model=\"other\",version=\"1\"} 7000000\n"
		 "# HELP nv_inference_request_failure Number of failed inference requests, all batch "
		 "sizes\n# TYPE nv_inference_request_failure counter\n", 70 * n / 100, 20 * n / 100);
	for (size_t i = 0; i < 4; i++)
		buf_addf(out, "nv_inference_request_failure{model=\"churn\",reason=\"%s\","
			 "version=\"2\"} %d\n", reasons[i], i == 2 ? 8 * n / 100 : i == 0 ? 2 * n / 100 : 0);
	buf_addf(out, "# HELP nv_inference_count Number of inferences performed\n"
		 "# TYPE nv_inference_count counter\n"
		 "nv_inference_count{model=\"churn\",version=\"1\"} %d\n"
		 "# TYPE nv_inference_exec_count counter\n"
		 "nv_inference_exec_count{model=\"churn\",version=\"1\"} %d\n"
		 "# HELP nv_inference_request_duration_us Cumulative inference request duration in "
		 "microseconds (includes cached requests)\n"
		 "# TYPE nv_inference_request_duration_us counter\n"
		 "nv_inference_request_duration_us{model=\"churn\",version=\"1\"} %d\n"
		 "nv_inference_request_duration_us{model=\"churn\",version=\"2\"} %d\n"
		 "# TYPE nv_inference_queue_duration_us counter\n"
		 "nv_inference_queue_duration_us{model=\"churn\",version=\"1\"} 90000000\n"
		 "# TYPE nv_inference_request_summary_us summary\n"
		 "nv_inference_request_summary_us{model=\"churn\",version=\"1\",quantile=\"0.5\"} Nan\n"
		 "nv_inference_request_summary_us_count{model=\"churn\",version=\"1\"} %d\n"
		 "nv_inference_request_summary_us_sum{model=\"churn\",version=\"1\"} 3\n"
		 "# TYPE nv_inference_first_response_histogram_ms histogram\n"
		 "nv_inference_first_response_histogram_ms_count{model=\"churn\",version=\"1\"} 9\n"
		 "nv_inference_first_response_histogram_ms_bucket{model=\"churn\",version=\"1\","
		 "le=\"+Inf\"} 9\n"
		 "# TYPE nv_inference_pending_request_count gauge\n"
		 "nv_inference_pending_request_count{model=\"churn\",version=\"1\"} 0\n"
		 "# TYPE nv_gpu_utilization gauge\n"
		 "nv_gpu_utilization{gpu_uuid=\"GPU-0\"} 0.45\n",
		 800 * n, 100 * n, 70 * n / 100 * 3000, 20 * n / 100 * 6000, n);
}

/* Two looks at a page of 100 and of 200 requests, ten seconds apart: what they say. */
static struct rate_signals two_looks(struct world *w, const char *where,
				     void (*fill)(struct buf *out, int n), enum signal_scope *scope)
{
	struct scrape_sample samples[2];
	struct rate_signals signals;
	struct deployment d;
	struct snapshot *s = NULL;
	struct buf text;

	buf_init(&text, 1 << 20);
	for (int n = 100; n <= 200; n += 100) {
		buf_clear(&text);
		fill(&text, n);
		faultd_answer(w->server, where, 200, TEXT, text.s, text.n);
		snapshot_unref(s);
		s = look(w);
		assert_int_equal(w->err.code, ERR_NONE);
	}
	buf_release(&text);
	d = *only(s);
	assert_int_equal(d.nsamples, 2);
	assert_false(d.signal_missing);
	memcpy(samples, d.samples, sizeof samples);
	samples[0].time = 0;
	samples[1].time = 10000;
	d.samples = samples;
	*scope = d.latency_scope;
	signals = rate_signals(&d, 10000, 10001);
	snapshot_unref(s);
	return signals;
}

/* No index, no version, no errors counted, its own histogram; the page is on the same port. */
static void kserve_is_read_as_it_shows_itself(void **state)
{
	struct world *w = *state;
	enum signal_scope scope;
	struct rate_signals s;
	struct snapshot *snapshot;

	answer(w, "GET /v2", 200, "{\"name\":\"kserve\",\"version\":\"0.15.2\",\"extensions\":[]}");
	answer(w, "GET /v2/models", 200, "{\"models\":[\"churn\"]}");
	answer(w, "POST /v2/repository/index", 404, "{\"detail\":\"Not Found\"}");
	answer(w, "GET /v2/health/live", 200, "{\"live\":true}");
	answer(w, "GET /v2/health/ready", 200, "{\"ready\":true}");
	answer(w, "GET /v2/models/churn/ready", 200, "{\"name\":\"churn\",\"ready\":true}");
	answer(w, "GET /v2/models/churn", 200,
	       "{\"name\":\"churn\",\"platform\":\"\",\"inputs\":[],\"outputs\":[]}");
	s = two_looks(w, "GET /metrics", kserve_page, &scope);
	assert_true(fabs(s.requests_per_s - 10) < 0.01);
	assert_true(isnan(s.error_share));
	assert_int_equal(scope, SCOPE_MODEL);
	assert_true(fabs(s.mean - 0.012) < 1e-9);
	assert_true(fabs(s.p50.value - (0.005 + 0.005 * 20 / 30)) < 1e-9);
	assert_true(fabs(s.p95.value - (0.025 + 0.025 * 5 / 9)) < 1e-9);
	snapshot = look(w);
	assert_str(only(snapshot)->platform, "kserve 0.15.2");
	assert_int_equal(only(snapshot)->state, DEPLOYMENT_OK);
	assert_true(str_none(only(snapshot)->version));
	snapshot_unref(snapshot);
	answer(w, "GET /v2/models/churn/ready", 503, "{\"error\":\"Model with name churn is not ready.\"}");
	snapshot = look(w);
	assert_int_equal(only(snapshot)->state, DEPLOYMENT_FAILED);
	assert_non_null(strstr(only(snapshot)->reason.s, "answers 503: Model with name churn is not"));
	snapshot_unref(snapshot);
}

/* A row for each version, reasons, errors counted, a mean and no quantiles. */
static void triton_is_read_as_it_shows_itself(void **state)
{
	struct world *w = *state;
	struct faultd *side = faultd_start(0);
	struct faultd *server = w->server;
	char address[80];
	enum signal_scope scope;
	struct rate_signals s;
	struct snapshot *snapshot;

	snprintf(address, sizeof address, "http://127.0.0.1:%d/metrics", faultd_port(side));
	open_oip(w, address);
	answer(w, "GET /v2", 200, "{\"name\":\"triton\",\"version\":\"2.58.0\",\"extensions\":[]}");
	serve(w, "[{\"name\":\"churn\",\"version\":\"1\",\"state\":\"READY\"},"
	      "{\"name\":\"churn\",\"version\":\"2\",\"state\":\"READY\"},"
	      "{\"name\":\"churn\",\"version\":\"3\",\"state\":\"UNAVAILABLE\","
	      "\"reason\":\"unloaded\"}]");
	w->server = side; /* two_looks() answers there */
	s = two_looks(w, "GET /metrics", triton_page, &scope);
	w->server = server;
	assert_true(fabs(s.requests_per_s - 10) < 0.01);
	assert_true(fabs(s.error_share - 0.1) < 1e-9);
	assert_int_equal(scope, SCOPE_MODEL);
	assert_true(fabs(s.mean - (0.7 * 3000 + 0.2 * 6000) / 0.9 * 1e-6) < 1e-9);
	assert_true(isnan(s.p50.value) && isnan(s.p95.value) && isnan(s.p99.value));
	snapshot = look(w);
	assert_str(only(snapshot)->platform, "triton 2.58.0");
	assert_int_equal(only(snapshot)->state, DEPLOYMENT_OK);
	assert_str(only(snapshot)->version, "2");
	snapshot_unref(snapshot);
	answer(w, "POST /v2/repository/index", 200,
	       "[{\"name\":\"churn\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":"
	       "\"failed to load 'churn': model.onnx not found\"}]");
	snapshot = look(w);
	assert_int_equal(only(snapshot)->state, DEPLOYMENT_FAILED);
	assert_non_null(strstr(only(snapshot)->reason.s, "model.onnx not found"));
	snapshot_unref(snapshot);
	faultd_stop(side);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERVER(a_served_model_is_ok),
		WITH_SERVER(the_page_at_the_same_origin_is_found),
		WITH_SERVER(metrics_elsewhere_never_get_the_secret),
		WITH_SERVER(a_broken_page_is_named_with_its_line),
		WITH_SERVER(an_unloaded_model_is_failed),
		WITH_SERVER(no_model_at_all_is_a_fault),
		WITH_SERVER(a_refused_connection_fails_what_was_seen),
		WITH_SERVER(silence_is_unknown),
		WITH_SERVER(other_troubles_have_their_words),
		WITH_SERVER(a_server_without_an_index_lists_names),
		WITH_SERVER(the_newest_ready_version_stands_for_the_model),
		WITH_SERVER(versions_can_be_said_or_taken_out),
		WITH_SERVER(the_address_of_a_page_gives_nothing_away),
		WITH_SERVER(what_a_strange_server_says_has_a_cap),
		cmocka_unit_test(only_what_is_there_is_counted),
		WITH_SERVER(kserve_is_read_as_it_shows_itself),
		WITH_SERVER(triton_is_read_as_it_shows_itself),
		cmocka_unit_test(several_models_share_no_quantile),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
