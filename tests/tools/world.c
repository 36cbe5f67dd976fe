/* See world.h. */
#include "world.h"

#include "base/buf.h"
#include "base/clock.h"
#include "demo/shipped.h"
#include "mlflow_schema.h"
#include "repo/make.h"
#include "stage.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	_exit(99);
}

void world_open(struct world *world)
{
	*world = (struct world){.folder = "/tmp/lee-world-XXXXXX"};
	if (!mkdtemp(world->folder) || chdir(world->folder))
		die(world->folder);
	setenv("TZ", "UTC", 1);
	setenv("XDG_CONFIG_HOME", world->folder, 1);
	unsetenv("MLFLOW_TRACKING_URI");
	unsetenv("MLFLOW_TRACKING_TOKEN");
}

static int drop(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

void world_close(struct world *world)
{
	if (world->server)
		faultd_stop(world->server);
	if (world->holder > 0) {
		kill(world->holder, SIGKILL);
		waitpid(world->holder, NULL, 0);
	}
	if (chdir("/") || nftw(world->folder, drop, 16, FTW_DEPTH | FTW_PHYS))
		perror(world->folder);
}

static void write_file(const char *path, const void *bytes, size_t n)
{
	FILE *out = fopen(path, "w");

	if (!out || fwrite(bytes, 1, n, out) != n || fclose(out))
		die(path);
}

static void add_demo(struct world *world)
{
	struct str store = shipped_store();

	(void)world;
	write_file("mlflow.db", store.s, store.n);
}

/* ---- the repository ---- */

static void add_repo(struct world *world)
{
	enum { MOST = 64 };
	struct repo_plan plans[MOST];
	char ids[MOST][REPO_ID_SIZE];
	struct str all = shipped_commits();
	char *text = strndup(all.s, all.n), *save, *line;
	struct err err;
	size_t n = 0;

	(void)world;
	for (line = strtok_r(text, "\n", &save); line && n < MOST;
	     line = strtok_r(NULL, "\n", &save)) {
		char *fields = line, *id = strsep(&fields, "\t"), *seconds = strsep(&fields, "\t");
		char *author = strsep(&fields, "\t");

		(void)id;
		plans[n++] = (struct repo_plan){atoll(seconds), author, fields};
	}
	if (repo_make("code", plans, n, ids, &err)) {
		fprintf(stderr, "%s\n", err.message);
		_exit(99);
	}
	free(text);
}

/* ---- stores ---- */

static void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message)) {
		fprintf(stderr, "%s: %s\n", sql, message);
		_exit(99);
	}
}

static sqlite3 *new_store(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db))
		die(path);
	run_sql(db, MLFLOW3_SCHEMA);
	run_sql(db, "INSERT INTO experiments(experiment_id, name, lifecycle_stage, creation_time, "
		    "last_update_time) VALUES(0, 'Default', 'active', 1795000000000, "
		    "1795000000000)");
	return db;
}

static void add_empty(struct world *world)
{
	(void)world;
	sqlite3_close(new_store("empty.db"));
}

void world_store(const char *path, int runs)
{
	sqlite3 *db = new_store(path);
	char sql[512];

	snprintf(sql, sizeof sql,
		 "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
		 "%d) INSERT INTO runs(run_uuid, name, user_id, status, start_time, end_time, "
		 "lifecycle_stage, experiment_id) SELECT printf('%%032x', i), 'run-' || i, 'ann', "
		 "'FINISHED', 1795000000000 + i, 1795000060000 + i, 'active', 0 FROM n;",
		 runs);
	run_sql(db, sql);
	run_sql(db, "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) SELECT "
		    "'loss', 1.0 / rowid, start_time, run_uuid, 0, 0 FROM runs;"
		    "INSERT INTO latest_metrics(key, value, timestamp, run_uuid, step, is_nan) "
		    "SELECT 'loss', 1.0 / rowid, start_time, run_uuid, 0, 0 FROM runs; COMMIT");
	sqlite3_close(db);
}

static void add_huge(struct world *world)
{
	(void)world;
	world_store("huge.db", 10000);
}

#define RUN(id, name, state, start, end, stage)                                                    \
	"INSERT INTO runs(run_uuid, name, user_id, status, start_time, end_time, "                 \
	"lifecycle_stage, experiment_id) VALUES('" id "', " name ", 'ann', '" state "', " start    \
	", " end ", '" stage "', 1);"
#define POINT(id, key, step, value, nan)                                                           \
	"INSERT OR REPLACE INTO metrics(key, value, timestamp, run_uuid, step, is_nan) "           \
	"VALUES('" key "', " value ", 1795100000000 + 1000 * " step ", '" id "', " step            \
	", " nan ");"                                                                              \
	"INSERT OR REPLACE INTO latest_metrics(key, value, timestamp, run_uuid, step, is_nan) "    \
	"VALUES('" key "', " value ", 1795100000000 + 1000 * " step ", '" id "', " step            \
	", " nan ");"
#define CURVE(id, key, n, value)                                                                   \
	"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " n              \
	") INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) SELECT '" key        \
	"', " value ", 1795100000000 + 1000 * i, '" id "', i, 0 FROM n;"                           \
	"INSERT INTO latest_metrics SELECT key, value, timestamp, step, is_nan, run_uuid FROM "    \
	"metrics WHERE run_uuid = '" id "' AND key = '" key "' ORDER BY step DESC LIMIT 1;"

static const char odd[] =
	"BEGIN; INSERT INTO experiments(experiment_id, name, lifecycle_stage, creation_time, "
	"last_update_time) VALUES(1, 'odd ' || char(27) || '[31m' || char(8238) || 'ones', "
	"'active', 1795000000000, 1795000000000), (2, 'gone', 'deleted', 1795000000000, "
	"1795000000000);"
	RUN("a0000000000000000000000000000001", "'spike'", "FINISHED", "1795100000000",
	    "1795103600000", "active")
	RUN("a0000000000000000000000000000002", "'not a number'", "FAILED", "1795090000000",
	    "1795090012000", "active")
	RUN("a0000000000000000000000000000003", "'to infinity'", "KILLED", "1795080000000",
	    "1795166400000", "active")
	RUN("a0000000000000000000000000000004", "'still running'", "RUNNING", "1795199940000",
	    "NULL", "active")
	RUN("a0000000000000000000000000000005", "'waits'", "SCHEDULED", "1795199990000", "NULL",
	    "active")
	RUN("a0000000000000000000000000000006",
	    "char(27) || ']0;owned' || char(7) || 'bell' || char(13) || char(10) || 'line'",
	    "FINISHED", "1795070000000", "1795070000001", "active")
	RUN("a0000000000000000000000000000007",
	    "char(8238) || 'evil' || char(8204) || char(917505) || ' 日本語 é' || char(769)",
	    "FINISHED", "1795060000000", "1795060000000", "active")
	RUN("a0000000000000000000000000000008", "replace(hex(zeroblob(4000)), '00', 'long ')",
	    "FINISHED", "1795050000000", "1795059999000", "active")
	RUN("a0000000000000000000000000000009", "'deleted'", "FINISHED", "1795040000000",
	    "1795040001000", "deleted")
	RUN("a000000000000000000000000000000a", "'no metric'", "FINISHED", "1795030000000",
	    "1795030001000", "active")
	RUN("a000000000000000000000000000000b", "''", "FINISHED", "-1", "1e300", "active")
	CURVE("a0000000000000000000000000000001", "loss", "999",
	      "CASE WHEN i = 500 THEN 9.5 ELSE 1.0 / (1 + i / 100.0) END")
	CURVE("a0000000000000000000000000000004", "loss", "99", "0.5 + (i % 7) * 0.1")
	POINT("a0000000000000000000000000000002", "loss", "0", "0.7", "0")
	POINT("a0000000000000000000000000000002", "loss", "1", "0", "1")
	POINT("a0000000000000000000000000000002", "loss", "2", "0", "1")
	POINT("a0000000000000000000000000000003", "loss", "0", "1.5", "0")
	POINT("a0000000000000000000000000000003", "loss", "1", "1.7976931348623157e308", "0")
	POINT("a0000000000000000000000000000003", "loss", "2", "-1.7976931348623157e308", "0")
	POINT("a0000000000000000000000000000006", "loss", "0", "1e-12", "0")
	POINT("a0000000000000000000000000000007", "loss", "0", "123456789012", "0")
	POINT("a0000000000000000000000000000008", "loss", "0", "0.1", "0")
	"INSERT INTO params(run_uuid, key, value) SELECT run_uuid, 'lr', '3e-4' FROM runs;"
	"INSERT INTO params(run_uuid, key, value) SELECT run_uuid, 'note ' || char(27), 'a' || "
	"char(10) || 'b' || char(9) || 'c' FROM runs;"
	"INSERT INTO tags(run_uuid, key, value) VALUES('a0000000000000000000000000000004', "
	"'mlflow.parentRunId', 'a0000000000000000000000000000001'); COMMIT";

static void add_odd(struct world *world)
{
	sqlite3 *db = new_store("odd.db");

	(void)world;
	run_sql(db, odd);
	sqlite3_close(db);
}

/* A megabyte of a name that would take over the terminal. */
static const char vast[] =
	"BEGIN; CREATE TEMP TABLE vast AS SELECT replace(hex(zeroblob(40000)), '00', char(27) || "
	"']0;owned' || char(7, 8238) || 'evil' || char(8203, 8294) || ' 日本 ') AS name;"
	"UPDATE runs SET name = (SELECT name FROM vast) || rowid, user_id = (SELECT name FROM vast);"
	"UPDATE experiments SET name = (SELECT name FROM vast) || rowid;"
	"UPDATE params SET value = (SELECT name FROM vast) WHERE rowid % 40 = 0;"
	"UPDATE registered_models SET description = (SELECT name FROM vast);"
	"UPDATE model_versions SET description = (SELECT name FROM vast); COMMIT";

static void add_vast(struct world *world)
{
	struct str store = shipped_store();
	sqlite3 *db;

	(void)world;
	write_file("vast.db", store.s, store.n);
	if (sqlite3_open("vast.db", &db))
		die("vast.db");
	run_sql(db, vast);
	sqlite3_close(db);
}

static void add_text(struct world *world)
{
	(void)world;
	write_file("text.db", "this is no database, it is a letter\n", 36);
}

static void add_cut(struct world *world)
{
	(void)world;
	write_file("cut.db", shipped_store().s, 20000);
}

static void add_newer(struct world *world)
{
	sqlite3 *db = new_store("newer.db");

	(void)world;
	run_sql(db, "DROP TABLE runs; DROP TABLE experiments");
	sqlite3_close(db);
}

/* ---- events ---- */

enum { HOURS = 40, AN_HOUR = 240 };

/* Numbers that are the same on every machine. */
static double dice(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 8) / (double)(1u << 24);
}

static void add_event(FILE *out, int64_t time, unsigned *seed, bool shifted)
{
	static const char *const plans[] = {"basic", "plus", "pro"};
	char iso[CLOCK_ISO_SIZE];
	double income = 0, score;
	const char *plan;

	for (int i = 0; i < 6; i++)
		income += dice(seed);
	income = 2000 + 500 * (income - 3) + (shifted ? 450 : 0);
	plan = plans[(int)(dice(seed) * 3)];
	if (shifted && dice(seed) < 0.1)
		plan = "family";
	fprintf(out, "%s,%.2f,", clock_iso(iso, time), income);
	if (shifted && dice(seed) < 0.12) {
		fprintf(out, ",%s,%.3f,5\n", plan, dice(seed));
		return;
	}
	score = dice(seed); /* one throw a statement: compilers differ in their order within one */
	fprintf(out, "%d,%s,%.3f,5\n", 18 + (int)(dice(seed) * 60), plan, score);
}

static void write_events(const char *path, int hours, int each, int shift_after)
{
	int64_t end = STAGE_CLOCK - STAGE_CLOCK % 3600000;
	FILE *out = fopen(path, "w");
	unsigned seed = 7;

	if (!out)
		die(path);
	fputs("ts,income,age,plan,score,model_version\n", out);
	for (int hour = 0; hour < hours; hour++)
		for (int i = 0; i < each; i++)
			add_event(out,
				  end - (int64_t)(hours - hour) * 3600000 +
					  (int64_t)i * (3600000 / each),
				  &seed, hour >= shift_after);
	fclose(out);
}

static void add_events(struct world *world)
{
	(void)world;
	write_events("events.csv", HOURS, AN_HOUR, HOURS - 6);
}

static void add_steady(struct world *world)
{
	(void)world;
	write_events("steady.csv", HOURS, AN_HOUR, HOURS);
}

static void add_few(struct world *world)
{
	(void)world;
	write_events("few.csv", 30, 3, 30);
}

/* ---- servers ---- */

static void answer(struct world *world, const char *what, int status, const char *body)
{
	faultd_answer(world->server, what, status, "", body, strlen(body));
}

static void add_model(struct world *world, const char *name, const char *version)
{
	char what[128], body[256];

	snprintf(what, sizeof what, "GET /v2/models/%s/ready", name);
	answer(world, what, 200, "");
	snprintf(what, sizeof what, "GET /v2/models/%s", name);
	snprintf(body, sizeof body,
		 "{\"name\":\"%s\",\"versions\":[\"%s\"],\"platform\":\"sklearn\"}", name, version);
	answer(world, what, 200, body);
}

#define METRICS(model, good, bad, count, sum)                                                      \
	"model_infer_request_success_total{model=\"" model "\",version=\"1\"} " good "\n"          \
	"model_infer_request_failure_total{model=\"" model "\",version=\"1\"} " bad "\n"           \
	"model_infer_request_duration_count{model=\"" model "\",version=\"1\"} " count "\n"        \
	"model_infer_request_duration_sum{model=\"" model "\",version=\"1\"} " sum "\n"

static void add_metrics(struct world *world, const char *page)
{
	faultd_answer(world->server, "GET /metrics", 200,
		      "Content-Type: text/plain; version=0.0.4\r\n", page, strlen(page));
}

static void start_server(struct world *world)
{
	world->server = faultd_start(0);
	if (!world->server)
		die("faultd");
	world->port = faultd_port(world->server);
	answer(world, "GET /v2/health/live", 200, "");
	answer(world, "GET /v2/health/ready", 200, "");
	answer(world, "GET /v2", 200,
	       "{\"name\":\"mlserver\",\"version\":\"1.7.1\",\"extensions\":[]}");
}

/* Names without end, of a feature, its categories and a model, that would take over the terminal. */
static void add_vain(struct world *world)
{
	static const char part[] = "\033]0;owned\a\u202eevil\u200b 日本 ";
	struct buf name, json;
	FILE *out = fopen("vain.csv", "w");

	if (!out)
		die("vain.csv");
	buf_init(&name, 2 << 20);
	buf_init(&json, 4 << 20);
	for (int i = 0; i < 2000; i++)
		buf_adds(&name, part);
	fprintf(out, "ts,\"%s\",plan\n", buf_cstr(&name));
	for (int hour = 0; hour < 30; hour++)
		for (int i = 0; i < 40; i++)
			fprintf(out, "2026-11-1%dT%02d:%02d:00Z,%d,\"%s%d\"\n", 8 + hour / 24,
				hour % 24, i, (hour * 7 + i * 11) % 50, part, i % 3);
	fclose(out);
	start_server(world);
	buf_adds(&json, "[{\"name\":\"");
	for (int i = 0; i < 2000; i++)
		buf_adds(&json, "\\u001b]0;owned\\u0007\\u202eevil\\u200b 日本 ");
	buf_adds(&json, "\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"");
	buf_adds(&json, "\"}]");
	answer(world, "POST /v2/repository/index", 200, buf_cstr(&json));
	buf_release(&name);
	buf_release(&json);
}

/* Events of which only the header is there, and a server that serves nothing. */
static void add_void(struct world *world)
{
	write_events("void.csv", 0, 1, 0);
	start_server(world);
	answer(world, "POST /v2/repository/index", 200, "[]");
}


/* The second scrape comes five seconds after the first: 8 and 2 requests a second. */
static void add_server(struct world *world)
{
	start_server(world);
	answer(world, "POST /v2/repository/index", 200,
	       "[{\"name\":\"churn-xgb\",\"version\":\"5\",\"state\":\"READY\",\"reason\":\"\"},"
	       "{\"name\":\"churn-logit\",\"version\":\"5\",\"state\":\"READY\",\"reason\":\"\"},"
	       "{\"name\":\"elsewhere\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
	add_model(world, "churn-xgb", "5");
	add_model(world, "churn-logit", "5");
	add_model(world, "elsewhere", "1");
	add_metrics(world, METRICS("churn-xgb", "100", "10", "110", "2.2")
				   METRICS("churn-logit", "50", "0", "50", "0.5"));
	add_metrics(world, METRICS("churn-xgb", "138", "12", "150", "3.4")
				   METRICS("churn-logit", "60", "0", "60", "0.7"));
}

static void add_ill(struct world *world)
{
	start_server(world);
	answer(world, "POST /v2/repository/index", 200,
	       "[{\"name\":\"churn-xgb\",\"version\":\"5\",\"state\":\"READY\",\"reason\":\"\"},"
	       "{\"name\":\"gone\",\"version\":\"2\",\"state\":\"UNAVAILABLE\",\"reason\":"
	       "\"model file not found \\u001b[31m(404)\"}]");
	add_model(world, "churn-xgb", "5");
	answer(world, "GET /v2/models/gone/ready", 400, "{\"error\":\"Model gone not ready\"}");
	answer(world, "GET /v2/models/gone", 404, "{\"error\":\"Model gone not found\"}");
}

static int listen_somewhere(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, n) ||
	    getsockname(fd, (struct sockaddr *)&address, &n))
		die("socket");
	*port = ntohs(address.sin_port);
	return fd;
}

/* Bound and never listened at: refused, and nobody else's while the test runs. */
static void add_lost(struct world *world)
{
	listen_somewhere(&world->port);
}

static void add_mute(struct world *world)
{
	if (listen(listen_somewhere(&world->port), 64))
		die("listen");
}

#define API "/api/2.0/mlflow/"
#define REST_RUN(id, name, start)                                                                  \
	"{\"info\":{\"run_id\":\"" id "\",\"experiment_id\":\"1\",\"run_name\":\"" name                 \
	"\",\"user_id\":\"ann\",\"status\":\"FINISHED\",\"start_time\":" start ",\"end_time\":"         \
	start ",\"lifecycle_stage\":\"active\"},\"data\":{\"metrics\":[{\"key\":\"auc\",\"value\":0.9,"   \
	"\"timestamp\":" start ",\"step\":3}]}}"

/* A tracking server that gives one page of runs and then has none left to give. */
static void add_pages(struct world *world)
{
	world->server = faultd_start(0);
	if (!world->server)
		die("faultd");
	world->port = faultd_port(world->server);
	answer(world, "GET /version", 200, "3.17.2");
	answer(world, "GET " API "experiments/search", 200,
	       "{\"experiments\":[{\"experiment_id\":\"1\",\"name\":\"churn\",\"lifecycle_stage\":"
	       "\"active\",\"last_update_time\":1795190000000,\"creation_time\":1795000000000}]}");
	answer(world, "POST " API "runs/search", 200,
	       "{\"runs\":[" REST_RUN("aa11", "first", "1795190000000") ","
	       REST_RUN("bb22", "second", "1795180000000") "],\"next_page_token\":\"two\"}");
	answer(world, "POST " API "runs/search", 400,
	       "{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\"the page has gone\"}");
	answer(world, "GET " API "runs/get", 200,
	       "{\"run\":" REST_RUN("aa11", "first", "1795190000000") "}");
	answer(world, "GET " API "metrics/get-history", 200,
	       "{\"metrics\":[{\"key\":\"auc\",\"value\":0.8,\"timestamp\":1795189000000,\"step\":1},"
	       "{\"key\":\"auc\",\"value\":0.9,\"timestamp\":1795190000000,\"step\":3}]}");
}

/* Another program, which has the store to itself. */
static void hold_events(int ready)
{
	sqlite3 *db;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sqlite3_open("held.db", &db) ||
	    sqlite3_exec(db,
			 "CREATE TABLE predictions (ts REAL, score REAL, income REAL);"
			 "INSERT INTO predictions VALUES (1795190000, 0.5, 1000);"
			 "BEGIN EXCLUSIVE",
			 NULL, NULL, NULL) ||
	    write(ready, "", 1) != 1)
		_exit(99);
	for (;;)
		pause();
}

static void add_held(struct world *world)
{
	int ends[2];
	char byte;

	if (pipe(ends) || (world->holder = fork()) < 0)
		die("held.db");
	if (!world->holder)
		hold_events(ends[1]);
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		die("held.db");
	close(ends[0]);
}

static void add_config(struct world *world)
{
	FILE *out = fopen("leeboard.yaml", "w");

	if (!out)
		die("leeboard.yaml");
	fprintf(out,
		"sources:\n"
		"  - name: mlflow.db\n    kind: mlflow\n    at: %s/mlflow.db\n"
		"  - name: code\n    kind: git\n    at: %s/code\n"
		"  - name: scorer\n    kind: endpoint\n    at: http://127.0.0.1:%d\n"
		"monitors:\n"
		"  - name: churn\n    model: churn-xgb\n    events: {at: %s/events.csv}\n"
		"    time: ts\n    version: model_version\n    prediction: score\n"
		"    features: [income, age, plan]\n",
		world->folder, world->folder, world->port, world->folder);
	fclose(out);
}

/* A configuration of one source, the store mlflow.db, with a setting. */
static void write_config(const struct world *world, const char *name, const char *setting)
{
	FILE *out = fopen("leeboard.yaml", "w");

	if (!out)
		die("leeboard.yaml");
	fprintf(out, "sources:\n  - name: %s\n    kind: mlflow\n    at: %s/mlflow.db\n    %s\n",
		name, world->folder, setting);
	fclose(out);
}

static void add_prod(struct world *world)
{
	write_config(world, "prod", "production: true");
}

static void add_slow(struct world *world)
{
	write_config(world, "slow", "every: 600");
}

bool world_add(struct world *world, const char *what)
{
	static const struct {
		const char *name;
		void (*add)(struct world *world);
	} things[] = {{"demo", add_demo},     {"repo", add_repo},     {"odd", add_odd},
		      {"empty", add_empty},   {"huge", add_huge},     {"text", add_text},
		      {"cut", add_cut},	      {"newer", add_newer},   {"events", add_events},
		      {"steady", add_steady}, {"few", add_few},	      {"config", add_config},
		      {"server", add_server}, {"ill", add_ill},	      {"lost", add_lost},
		      {"mute", add_mute},     {"void", add_void},
		      {"prod", add_prod},     {"slow", add_slow},
		      {"pages", add_pages},   {"held", add_held},
		      {"vast", add_vast},     {"vain", add_vain}};

	for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
		if (strcmp(things[i].name, what))
			continue;
		things[i].add(world);
		return true;
	}
	return false;
}
