/* The demo's parts: what it writes, serves and tells, without its program. */
#include "test.h"

#include "config/config.h"
#include "db/own.h"
#include "demo/answer.h"
#include "demo/shipped.h"
#include "demo/story.h"
#include "demo/traffic.h"
#include "demo/trainer.h"
#include "demo/workspace.h"
#include "format/exposition.h"
#include "repo/make.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { T0 = 1800000000 };

struct place {
	char folder[64];
	struct err err;
};

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		if ((call) != 0)                                                                   \
			fail_msg("%s", place->err.message);                                        \
	} while (0)

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	strcpy(place->folder, "/tmp/leeboard-demo-test-XXXXXX");
	*state = place;
	return mkdtemp(place->folder) ? 0 : -1;
}

static int remove_place(void **state)
{
	struct place *place = *state;

	nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(place);
	return 0;
}

static const char *below(const struct place *place, const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", place->folder, name);
	return path;
}

static int64_t ask(struct own *own, const char *sql)
{
	int64_t value = -1;
	struct err err;

	if (own_ask_int(own, &value, &err, sql, "") < 0)
		fail_msg("%s", err.message);
	return value;
}

/* ---- our own SQLite files ---- */

static void test_own_binds_asks_and_rolls_back(void **state)
{
	struct place *place = *state;
	struct err *err = &place->err;
	struct own *own;
	char text[16];
	struct stat st;

	assert_ok(own_open(&own, below(place, "own.db"), err));
	assert_ok(own_run(own, "CREATE TABLE t (a, b, c)", err));
	for (int64_t i = 0; i < 3; i++)
		assert_ok(own_do(own, err, "INSERT INTO t VALUES (?, ?, ?)", "tid", i ? "x" : NULL, i, 0.5));
	assert_int_equal(ask(own, "SELECT count(*) FROM t"), 3);
	assert_int_equal(ask(own, "SELECT count(*) FROM t WHERE a IS NULL"), 1);
	assert_int_equal(own_ask_text(own, text, sizeof text, err, "SELECT a FROM t WHERE b = ?", "i",
				      (int64_t)2),
			 1);
	assert_string_equal(text, "x");
	assert_int_equal(own_ask_text(own, text, sizeof text, err, "SELECT a FROM t WHERE b = ?", "i",
				      (int64_t)9),
			 0);
	assert_ok(own_run(own, "BEGIN", err));
	assert_ok(own_do(own, err, "DELETE FROM t", ""));
	assert_ok(own_run(own, "ROLLBACK", err));
	assert_int_equal(ask(own, "SELECT count(*) FROM t"), 3);
	assert_int_equal(own_run(own, "nonsense", err), -1);
	assert_int_equal(err->code, ERR_IO);
	own_close(own);
	assert_int_equal(stat(below(place, "own.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(own_open(&own, place->folder, err), -1);
	assert_null(own);
}

/* ---- the repository ---- */

static void test_the_shipped_commits_are_made_again(void **state)
{
	struct place *place = *state;
	struct repo_plan plans[64];
	char ids[64][REPO_ID_SIZE], listed[64][REPO_ID_SIZE], author[64][32], subject[64][128], *text;
	size_t n = 0;

	text = strndup(shipped_commits().s, shipped_commits().n);
	for (char *rest = text, *line; (line = strsep(&rest, "\n")) && *line; n++) {
		long long seconds;

		assert_int_equal(sscanf(line, "%40s\t%lld\t%31[^\t]\t%127[^\n]", listed[n], &seconds,
					author[n], subject[n]),
				 4);
		plans[n] = (struct repo_plan){seconds, author[n], subject[n]};
	}
	free(text);
	assert_true(n > 5);
	assert_ok(repo_make(below(place, "code"), plans, n, ids, &place->err));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(ids[i], listed[i]);
	assert_int_equal(repo_make(below(place, "code"), plans, n, ids, &place->err), -1);
}

/* ---- the model ---- */

static void test_training_learns_and_repeats(void **state)
{
	const struct model_settings settings = {.lr = 0.01, .batch = 32, .seed = 7, .scale = true};
	struct model_quality last = {0};
	struct model models[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct training training;

		training_init(&training, &settings);
		for (int epoch = 0; epoch < 20; epoch++)
			last = training_epoch(&training);
		models[i] = training.model;
		training_release(&training);
	}
	assert_true(last.val_auc > 0.74 && last.val_auc < 0.8);
	assert_true(last.val_loss < 0.6);
	assert_memory_equal(&models[0], &models[1], sizeof models[0]);
}

static void test_without_scaling_a_large_rate_diverges(void **state)
{
	const struct model_settings settings = {.lr = 0.1, .batch = 32, .seed = 7};
	struct training training;
	struct model_quality quality;

	(void)state;
	training_init(&training, &settings);
	quality = training_epoch(&training);
	assert_false(isfinite(quality.val_loss));
	training_release(&training);
}

/* ---- the story ---- */

static void test_the_story_begins_calm_and_drifts(void **state)
{
	double before = -1;

	(void)state;
	assert_true(story_world(-120).richer == 0);
	assert_true(story_world(-120).tenure_lost == 0);
	assert_true(story_world(-10).tenure_lost > 0.05);
	for (double at = -60; at <= 600; at += 10) {
		assert_true(story_world(at).richer >= before);
		before = story_world(at).richer;
		assert_true(story_nonsense(at) >= 0 && story_nonsense(at) < 0.5);
	}
	assert_true(before > 0.3 && before < 0.5);
}

/* ---- the server's answers ---- */

#define CUSTOMER                                                                                   \
	"{\"id\":\"a\\\"b\",\"inputs\":[{\"name\":\"tenure\",\"shape\":[1,1],\"data\":[null]},"    \
	"{\"name\":\"spend\",\"data\":[40.5]},{\"name\":\"tickets\",\"data\":[1]},"                \
	"{\"name\":\"age\",\"data\":[44]},{\"name\":\"income\",\"data\":[33000]},"                 \
	"{\"name\":\"plan\",\"data\":[\"plus\"]},{\"name\":\"has_card\",\"data\":[true]}]}"

static const struct {
	const char *method, *path, *body;
	int status;
	const char *holds; /* in the answer's body */
	bool counted;
} answers[] = {
	{"GET", "/v2", "", 200, "\"name\":\"leeboard-demo\"", true},
	{"GET", "/v2/health/live", "", 200, "", false},
	{"GET", "/v2/health/ready", "", 200, "", false},
	{"GET", "/v2/models/m", "", 200, "\"versions\":[\"7\"]", true},
	{"GET", "/v2/models/m/ready", "", 200, "", true},
	{"GET", "/v2/models/m/versions/7/ready", "", 200, "", true},
	{"GET", "/v2/models/m/versions/8/ready", "", 404, "Model not found", true},
	{"GET", "/v2/models/other", "", 404, "Model not found", true},
	{"POST", "/v2/repository/index", "{}", 200, "\"state\":\"READY\"", true},
	{"POST", "/v2/repository/index", "", 422, "field required", true},
	{"GET", "/v2/repository/index", "", 405, "Method Not Allowed", true},
	{"DELETE", "/v2", "", 405, "Method Not Allowed", false},
	{"POST", "/v2/models/m/infer", CUSTOMER, 200, "\"model_version\":\"7\",\"id\":\"a\\\"b\"", true},
	{"POST", "/v2/models/m/versions/7/infer", CUSTOMER, 200, "\"outputs\":[", true},
	{"POST", "/v2/models/m/infer", "{}", 500, "Internal Server Error", true},
	{"POST", "/v2/models/m/infer", "{\"inputs\":[{\"shape\":[1e9]}]}", 500, "Internal", true},
	{"POST", "/v2/models/m/infer", "[", 422, "error", true},
	{"GET", "/v2/models/m/infer", "", 405, "Method Not Allowed", true},
	{"GET", "/", "", 404, "Not Found", false},
	{"GET", "/v2/nope", "", 404, "Not Found", false},
	{"GET", "/v2/models", "", 404, "Not Found", false},
	{"GET", "/a/b/c/d/e/f/g/h/i/j/k", "", 404, "Not Found", false},
};

static void init_server(struct server *server)
{
	*server = (struct server){.name = "m", .version = "7"};
	for (int i = 0; i < MODEL_INPUTS; i++)
		server->model.scale[i] = 1;
	meter_init(&server->meter);
}

static void test_answers(void **state)
{
	struct server server;

	(void)state;
	init_server(&server);
	TABLE_EACH(item, answers) {
		struct question question = {item->method, item->path, str_of(item->body)};
		struct answer out;

		answer(&server, &question, &out);
		if (out.status != item->status || !strstr(buf_cstr(&out.body), item->holds))
			fail_msg("%s %s: %d %s", item->method, item->path, out.status,
				 buf_cstr(&out.body));
		assert_int_equal(out.counted != NULL, item->counted);
		buf_release(&out.body);
	}
	meter_release(&server.meter);
}

static double sample(const struct exposition *page, const char *name, const char *label,
		     const char *value)
{
	for (size_t i = 0; i < page->n_samples; i++)
		if (str_equal(page->samples[i].name, str_of(name)) &&
		    str_equal(exposition_label(&page->samples[i], label), str_of(value)))
			return page->samples[i].value;
	return -1;
}

static void test_the_metrics_page_is_mlservers(void **state)
{
	const char *path = "/v2/models/{model_name}/infer";
	struct meter meter;
	struct exposition page;
	struct err err;
	struct buf out;

	(void)state;
	meter_init(&meter);
	buf_init(&out, 1 << 16);
	meter_request(&meter, "POST", path, 200, 0.005);
	meter_request(&meter, "POST", path, 200, 0.03);
	meter_request(&meter, "POST", path, 200, 99);
	meter_inference(&meter, true, true, 0.25);
	meter_inference(&meter, false, false, 0);
	meter_text(&meter, "m", "7", &out);
	assert_int_equal(exposition_parse(&page, buf_str(&out), &err), 0);
	assert_true(sample(&page, "rest_server_requests_total", "status_code", "200") == 3);
	assert_true(sample(&page, "rest_server_request_duration_seconds_bucket", "le", "0.005") == 1);
	assert_true(sample(&page, "rest_server_request_duration_seconds_bucket", "le", "0.05") == 2);
	assert_true(sample(&page, "rest_server_request_duration_seconds_bucket", "le", "10") == 2);
	assert_true(sample(&page, "rest_server_request_duration_seconds_bucket", "le", "+Inf") == 3);
	assert_true(sample(&page, "model_infer_request_success_total", "version", "7") == 1);
	assert_true(sample(&page, "model_infer_request_failure_total", "version", "None") == 1);
	assert_true(sample(&page, "model_infer_request_duration_sum", "version", "7") == 0.25);
	assert_int_equal(exposition_family(&page, "model_infer_request_duration")->type,
			 EXPOSITION_SUMMARY);
	exposition_release(&page);
	buf_release(&out);
	meter_release(&meter);
}

/* ---- the workspace and what is written into it ---- */

static void test_the_store_moves_to_now_with_its_commits(void **state)
{
	struct place *place = *state;
	const int64_t end = (int64_t)T0 * 1000;
	struct workspace workspace;
	struct own *own;
	struct repo *repo;
	struct repo_commit commit;
	struct arena arena;
	char id[64];

	assert_ok(workspace_open(&workspace, below(place, "new/deep"), &place->err));
	assert_ok(workspace_fill(&workspace, end, &place->err));
	assert_ok(own_open(&own, workspace.store, &place->err));
	assert_in_range(ask(own, "SELECT max(coalesce(end_time, start_time)) FROM runs"),
			end - 86400000, end);
	assert_true(ask(own, "SELECT max(timestamp) FROM metrics") <= end);
	assert_int_equal(ask(own, "SELECT count(*) FROM runs r JOIN latest_metrics m USING (run_uuid) "
				  "WHERE m.timestamp < r.start_time OR m.timestamp > r.end_time"),
			 0);
	assert_ok(repo_open(&repo, workspace.code, &place->err));
	arena_init(&arena, 1 << 20);
	assert_ok(repo_find_commit(repo, str_of(workspace.commit), &arena, &commit, &place->err));
	assert_true(commit.time <= end);
	for (int64_t i = 0; own_ask_text(own, id, sizeof id, &place->err,
					 "SELECT DISTINCT value FROM tags WHERE key = "
					 "'mlflow.source.git.commit' LIMIT 1 OFFSET ?",
					 "i", i) == 1;
	     i++)
		assert_ok(repo_find_commit(repo, str_of(id), &arena, &commit, &place->err));
	arena_release(&arena);
	repo_close(repo);
	own_close(own);
	workspace_close(&workspace);
}

static void test_a_folder_is_taken_once_and_never_anothers(void **state)
{
	struct place *place = *state;
	struct workspace first, second;
	FILE *file;

	assert_ok(workspace_open(&first, below(place, "a"), &place->err));
	assert_int_equal(workspace_open(&second, below(place, "a"), &place->err), -1);
	assert_int_equal(place->err.code, ERR_BUSY);
	workspace_close(&first);
	assert_ok(workspace_open(&first, below(place, "a"), &place->err));
	workspace_close(&first);
	/* the folder above holds things that no demo made */
	file = fopen(below(place, "kept"), "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(workspace_open(&second, place->folder, &place->err), -1);
	assert_int_equal(place->err.code, ERR_USAGE);
	assert_int_equal(access(below(place, "kept"), F_OK), 0);
	/* where no folder is named, a second demo gets one of its own, which goes at the end */
	setenv("XDG_STATE_HOME", place->folder, 1);
	setenv("TMPDIR", place->folder, 1);
	assert_ok(workspace_open(&first, NULL, &place->err));
	assert_ok(workspace_open(&second, NULL, &place->err));
	assert_true(second.temporary);
	assert_string_not_equal(first.folder, second.folder);
	workspace_close(&second);
	assert_int_not_equal(access(second.folder, F_OK), 0);
	workspace_close(&first);
	assert_int_equal(access(first.folder, F_OK), 0);
}

static void test_the_config_is_one_that_leeboard_takes(void **state)
{
	struct place *place = *state;
	struct workspace workspace;
	struct config config;

	assert_ok(workspace_open(&workspace, below(place, "it's \"here\""), &place->err));
	assert_ok(workspace_write_config(&workspace, 8080, &place->err));
	config_init(&config);
	assert_ok(config_load(&config, workspace.config, &place->err));
	assert_int_equal(config.n_sources, 3);
	for (size_t i = 0; i < config.n_sources; i++)
		assert_true(config.sources[i].demo);
	assert_string_equal(config.sources[0].at, workspace.store);
	assert_string_equal(config.sources[1].model.name, DEMO_MODEL);
	assert_int_equal(config.n_monitors, 1);
	assert_string_equal(config.monitors[0].events.at, workspace.events);
	assert_int_equal(config.monitors[0].window, STORY_WINDOW * 1000);
	assert_int_equal(config.monitors[0].features.n, 7);
	config_release(&config);
	workspace_close(&workspace);
}

static void test_runs_are_written_as_mlflow_does(void **state)
{
	const struct model_settings settings = {.lr = 0.1, .batch = 32, .seed = 3};
	struct place *place = *state;
	struct err *err = &place->err;
	struct model_quality quality = {.val_auc = NAN, .val_loss = INFINITY, .train_loss = 0.5};
	struct workspace workspace;
	struct tracking tracking;
	struct tracking_run run;
	struct own *own;
	int64_t version;

	assert_ok(workspace_open(&workspace, below(place, "w"), err));
	assert_ok(workspace_fill(&workspace, (int64_t)T0 * 1000, err));
	assert_ok(tracking_open(&tracking, workspace.store, 1, workspace.commit, err));
	own = tracking.own;
	assert_ok(tracking_start(&tracking, &run, &settings, 1000, err));
	assert_ok(tracking_log(&tracking, &run, 0, &quality, 2000, err));
	quality.train_loss = 0.25;
	assert_ok(tracking_log(&tracking, &run, 1, &quality, 3000, err));
	assert_ok(tracking_end(&tracking, &run, 4000, err));
	assert_ok(tracking_register(&tracking, &run, 5000, &version, err));
	assert_int_equal(version, 7);
	assert_ok(tracking_alias(&tracking, "champion", version, err));
	assert_int_equal(ask(own, "SELECT end_time FROM runs WHERE start_time = 1000 AND status = "
				  "'FINISHED' AND lifecycle_stage = 'active'"),
			 4000);
	assert_int_equal(ask(own, "SELECT count(*) FROM metrics WHERE timestamp IN (2000, 3000)"), 6);
	assert_int_equal(ask(own, "SELECT count(*) FROM latest_metrics WHERE timestamp = 3000 AND step = 1 "
				  "AND (key, value, is_nan) IN (VALUES ('val_auc', 0, 1), ('val_loss', "
				  "1.7976931348623157e308, 0), ('train_loss', 0.25, 0))"),
			 3);
	assert_int_equal(ask(own, "SELECT count(*) FROM params WHERE (key, value) IN (VALUES ('lr', '0.1'), "
				  "('batch', '32'), ('scale', 'no'), ('seed', '3')) AND run_uuid = (SELECT "
				  "run_uuid FROM runs WHERE start_time = 1000)"),
			 4);
	assert_int_equal(ask(own, "SELECT version FROM registered_model_aliases WHERE name = 'churn-logit' "
				  "AND alias = 'champion'"),
			 7);
	assert_int_equal(ask(own, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	tracking_close(&tracking);
	workspace_close(&workspace);
}

static void test_the_champion_moves_on_while_the_old_one_is_served(void **state)
{
	const int64_t story = (int64_t)T0 * 1000;
	struct place *place = *state;
	struct err *err = &place->err;
	struct workspace workspace;
	struct trainer trainer;
	struct model served;
	int64_t version, next;

	assert_ok(workspace_open(&workspace, below(place, "w"), err));
	assert_ok(workspace_fill(&workspace, story - 7200000, err));
	assert_ok(trainer_init(&trainer, workspace.store, 1, workspace.commit, story, story - 900000,
			       &served, &version, err));
	assert_int_equal(version, 7);
	assert_int_equal(ask(trainer.tracking.own, "SELECT version FROM registered_model_aliases WHERE "
						   "name = 'churn-logit' AND alias = 'champion'"),
			 7);
	assert_ok(trainer_step(&trainer, story + 10000, &next, err));
	assert_int_equal(next, story + 11000);
	assert_int_equal(trainer.epoch, 10);
	assert_ok(trainer_step(&trainer, story + STORY_PROMOTE * 1000, &next, err));
	assert_int_equal(ask(trainer.tracking.own, "SELECT version FROM registered_model_aliases WHERE "
						   "name = 'churn-logit' AND alias = 'champion'"),
			 8);
	assert_int_equal(trainer.runs, 2);
	trainer_release(&trainer);
	workspace_close(&workspace);
}

/* The whole way once: history, a request over loopback, its event. */
static void test_traffic_becomes_events(void **state)
{
	const int64_t story = (int64_t)T0 * 1000;
	struct place *place = *state;
	struct err *err = &place->err;
	struct model model = {0};
	struct server server = {0};
	struct traffic *traffic = calloc(1, sizeof *traffic);
	struct own *own;

	for (int i = 0; i < MODEL_INPUTS; i++)
		model.scale[i] = 1;
	assert_ok(server_start(&server, &model, "m", 7, 1, err));
	assert_ok(traffic_init(traffic, below(place, "predictions.db"), &server, 1, story, err));
	assert_ok(traffic_history(traffic, story - 120000, story, err));
	for (int i = 0; i < 5; i++)
		assert_ok(traffic_request(traffic, story + i, err));
	assert_ok(traffic_flush(traffic, err));
	own = traffic->own;
	assert_in_range(ask(own, "SELECT count(*) FROM predictions"), 2400 + 3, 2400 + 5);
	assert_int_equal(ask(own, "SELECT count(*) FROM predictions WHERE ts >= '2027-01-15T08:00:00.000Z'"),
			 ask(own, "SELECT count(*) - 2400 FROM predictions"));
	assert_true(ask(own, "SELECT count(*) FROM predictions WHERE label IS NULL") <= 1205);
	assert_true(ask(own, "SELECT count(*) FROM predictions WHERE label = 1") > 200);
	assert_true(ask(own, "SELECT count(*) FROM predictions WHERE tenure IS NULL") > 50);
	assert_int_equal(ask(own, "SELECT count(*) FROM predictions WHERE score <> 0.5 OR "
				  "model_version <> '7' OR has_card NOT IN ('true', 'false')"),
			 0);
	traffic_release(traffic);
	free(traffic);
	server_stop(&server);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		CASE(test_own_binds_asks_and_rolls_back),
		CASE(test_the_shipped_commits_are_made_again),
		CASE(test_training_learns_and_repeats),
		CASE(test_without_scaling_a_large_rate_diverges),
		CASE(test_the_story_begins_calm_and_drifts),
		CASE(test_answers),
		CASE(test_the_metrics_page_is_mlservers),
		CASE(test_the_store_moves_to_now_with_its_commits),
		CASE(test_a_folder_is_taken_once_and_never_anothers),
		CASE(test_the_config_is_one_that_leeboard_takes),
		CASE(test_runs_are_written_as_mlflow_does),
		CASE(test_the_champion_moves_on_while_the_old_one_is_served),
		CASE(test_traffic_becomes_events),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
