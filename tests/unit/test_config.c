/* The config room: the file, secrets, the words of the command line, suggestions. */
#include "test.h"

#include "config/config.h"
#include "config/secret.h"
#include "config/sources.h"
#include "config/suggest.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kinds[] = {"mlflow", "endpoint", "events", "git", NULL};

static char folder[PATH_MAX];

static void write_file(const char *name, const char *text, mode_t mode)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(name, mode), 0);
}

static void forget_environment(void)
{
	unsetenv("MLFLOW_TRACKING_URI");
	unsetenv("MLFLOW_TRACKING_TOKEN");
	unsetenv("MLFLOW_TRACKING_USERNAME");
	unsetenv("MLFLOW_TRACKING_PASSWORD");
}

static int make_folder(void **state)
{
	char made[] = "/tmp/leeboard-config-XXXXXX";
	(void)state;

	forget_environment();
	return !mkdtemp(made) || !realpath(made, folder) || chdir(folder) != 0;
}

static int remove_folder(void **state)
{
	char command[PATH_MAX + 16];
	(void)state;

	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return chdir("/") != 0 || system(command) != 0;
}

static const char full[] =
	"sources:\n"
	"  - name: prod\n"
	"    kind: mlflow\n"
	"    at: https://mlflow.example\n"
	"    token: {env: PROD_MLFLOW_TOKEN}\n"
	"    ca: /etc/ssl/mlflow-ca.pem\n"
	"    production: true\n"
	"    every: 5\n"
	"  - name: scorer\n"
	"    kind: endpoint\n"
	"    demo: true\n"
	"    at: http://10.0.0.7:8080\n"
	"    user: ann\n"
	"    password: {command: [/usr/bin/pass, show, scorer]}\n"
	"    metrics: http://10.0.0.7:8082/metrics\n"
	"    model: {source: prod, name: churn-xgb, version: {from: index, match: \"v(.*)\"}}\n"
	"monitors:\n"
	"  - name: churn\n"
	"    model: churn-xgb\n"
	"    events: {at: predictions.db, table: predictions}\n"
	"    time: ts\n"
	"    version: model_version\n"
	"    prediction: score\n"
	"    label: churned\n"
	"    id: request_id\n"
	"    features: [income, age, plan]\n"
	"    numeric: [income, age]\n"
	"    categorical: [plan]\n"
	"    boolean: []\n"
	"    reference: {at: training.csv}\n"
	"    window: 30m\n"
	"    recipe: leeboard.psi\n"
	"    limit: 0.2\n"
	"    open: 3 of 5\n"
	"    close: 4\n"
	"  - name: plain\n"
	"    events: {at: /tmp/x.csv}\n"
	"    reference: {from: 2026-01-01, to: 2026-01-02}\n"
	"metrics: {val_auc: higher, ttft: lower}\n"
	"theme: light\n"
	"glyphs: ascii\n"
	"mouse: true\n"
	"keys: {mark: space}\n";

static void every_setting_is_read(void **state)
{
	struct config config;
	struct err err = {0};
	(void)state;

	config_init(&config);
	assert_int_equal(config_parse(&config, STR(full), "/home/ann/conf", &err), 0);
	assert_int_equal(config.n_sources, 2);
	assert_string_equal(config.sources[0].at, "https://mlflow.example");
	assert_int_equal(config.sources[0].token.kind, SECRET_ENV);
	assert_string_equal(config.sources[0].token.word, "PROD_MLFLOW_TOKEN");
	assert_true(config.sources[0].production);
	assert_true(config.sources[0].every == 5);
	assert_false(config.sources[0].demo);
	assert_true(config.sources[1].demo);
	assert_int_equal(config.sources[1].password.kind, SECRET_COMMAND);
	assert_string_equal(config.sources[1].password.argv[2], "scorer");
	assert_null(config.sources[1].password.argv[3]);
	assert_string_equal(config.sources[1].model.version.match, "v(.*)");
	assert_int_equal(config.sources[1].line, 9);
	assert_int_equal(config.n_monitors, 2);
	assert_string_equal(config.monitors[0].events.at, "/home/ann/conf/predictions.db");
	assert_int_equal(config.monitors[0].features.n, 3);
	assert_string_equal(config.monitors[0].categorical.items[0], "plan");
	assert_int_equal(config.monitors[0].window, 30 * 60 * 1000);
	assert_true(config.monitors[0].limit == 0.2);
	assert_int_equal(config.monitors[0].open.k, 3);
	assert_int_equal(config.monitors[0].open.m, 5);
	assert_int_equal(config.monitors[0].close, 4);
	assert_true(isnan(config.monitors[1].limit));
	assert_int_equal(config.monitors[1].window, 3600 * 1000);
	assert_string_equal(config.monitors[1].recipe, "leeboard.psi");
	assert_string_equal(config.monitors[1].reference.to, "2026-01-02");
	assert_string_equal(config.metrics.items[1].key, "ttft");
	assert_string_equal(config.metrics.items[1].word, "lower");
	assert_int_equal(config.theme, CONFIG_THEME_LIGHT);
	assert_int_equal(config.glyphs, CONFIG_GLYPHS_ASCII);
	assert_true(config.mouse);
	assert_string_equal(config.keys.items[0].word, "space");
	config_release(&config);
}

static void mistakes_are_named_with_their_line(void **state)
{
	static const struct {
		const char *text, *message, *hint;
	} cases[] = {
		{"themme: dark\n", "line 1: there is no setting 'themme' here",
		 "did you mean 'theme'?"},
		{"xyzzy: 1\n", "line 1: there is no setting 'xyzzy' here", ""},
		{"theme: blue\n", "line 1: theme: one of dark|light|mono is expected", ""},
		{"mouse: yes\n", "line 1: true or false is expected: mouse", ""},
		{"mouse: \"true\"\n", "line 1: true or false is expected: mouse", ""},
		{"sources: mlflow.db\n",
		 "line 1: a list with a `-` before each entry is expected: sources", ""},
		{"sources:\n  - name: x\n", "line 2: 'at' is missing", ""},
		{"sources:\n  - at: x\n    token: abc\n",
		 "line 3: a secret never stands in the file: token",
		 "{env: NAME}, {file: PATH} or {command: [/path/of/program, …]}"},
		{"sources:\n  - at: x\n    token: {environment: X}\n",
		 "line 3: env, file or command is expected, not: environment", ""},
		{"sources:\n  - at: x\n    token: {command: [pass]}\n",
		 "line 3: [/path/of/program, argument …] is expected: command", ""},
		{"sources:\n  - at: x\n    user: ann\n",
		 "line 2: user and password belong together", ""},
		{"sources:\n  - at: x\n    every: 0\n",
		 "line 3: a number above 0 is expected: every", ""},
		{"sources:\n  - at: x\n    tokn: {env: X}\n",
		 "line 3: there is no setting 'tokn' here", "did you mean 'token'?"},
		{"sources:\n  - at: x\n"
		 "    model: {name: m, version: {from: index, match: \"v(\"}}\n",
		 "line 3: the expression of match is none that can be used: version", ""},
		{"sources:\n  - at: x\n    model: {name: m, version: {from: x, match: \"(.)\"}}\n",
		 "line 3: from: one of index is expected", ""},
		{"sources:\n  - at: x\n    model: {name: m, version: {from: index, match: v}}\n",
		 "line 3: match needs a group in ( ): version", ""},
		{"monitors:\n  - name: a\n    events: {at: x}\n    open: 3 of 2\n",
		 "line 4: K of M is expected, such as 2 of 3: open", ""},
		{"monitors:\n  - name: a\n    events: {at: x}\n    window: soon\n",
		 "line 4: a duration such as 90s, 15m, 1h or 2d is expected: window", ""},
		{"monitors:\n  - name: a\n    events: {at: x}\n    limit: 1\n    recipe: js\n",
		 "line 4: only the recipe leeboard.psi is judged by a limit: limit", ""},
		{"monitors:\n  - name: a\n    events: {at: x}\n    reference: {from: x}\n",
		 "line 4: either at, or from and to, are expected: reference", ""},
		{"monitors:\n  - name: a\n    events: {at: x}\n    features: age\n",
		 "line 4: a list in [ ] is expected: features", ""},
		{"metrics: {auc: up}\n", "line 1: auc: one of higher|lower is expected", ""},
		{"keys: {mark: [a]}\n", "line 1: a word is expected: mark", ""},
		{"keys:\n", "line 1: lines of `name: word` are expected: keys", ""},
		{"- a\n", "line 1: lines of `key: value` are expected", ""},
		{"theme: dark\ntheme: mono\n", "line 2: 'theme' was already given on line 1", ""},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct config config;
		struct err err = {0};

		config_init(&config);
		assert_int_equal(config_parse(&config, str_of(c->text), "", &err), -1);
		assert_string_equal(err.message, c->message);
		assert_string_equal(err.hint, c->hint);
		config_release(&config);
	}
}

static void every_cut_is_survived(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof full; n++) {
		struct config config;
		struct err err = {0};

		config_init(&config);
		config_parse(&config, (struct str){full, n}, "", &err);
		config_release(&config);
	}
}

/* Every key of the table stands in one section once, and what it says of itself is complete. */
static void the_table_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < config_n_settings; i++) {
		const struct config_setting *a = &config_settings[i];

		assert_non_null(a->help);
		assert_true(a->type != CONFIG_CHOICE || a->words);
		for (size_t j = 0; j < i; j++)
			assert_false(config_settings[j].in == a->in &&
				     strcmp(config_settings[j].key, a->key) == 0);
	}
}

static void only_trusted_files_are_read(void **state)
{
	struct config config;
	struct err err = {0};
	(void)state;

	write_file("good.yaml", "theme: mono\nsources: [{at: x.db}]\n", 0644);
	assert_int_equal(config_load(&config, "good.yaml", &err), 0);
	assert_int_equal(config.theme, CONFIG_THEME_MONO);
	assert_string_equal(config.sources[0].at, "x.db");
	config_release(&config);

	write_file("open.yaml", "theme: mono\n", 0646);
	assert_int_equal(config_load(&config, "open.yaml", &err), -1);
	assert_int_equal(err.code, ERR_DENIED);
	assert_string_equal(err.origin, "open.yaml");
	assert_int_equal(config_load(&config, "none.yaml", &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(config_load(&config, folder, &err), -1);
	if (geteuid() == 0) {
		write_file("group.yaml", "theme: mono\n", 0664);
		assert_int_equal(chown("group.yaml", 0, 12345), 0);
		assert_int_equal(config_load(&config, "group.yaml", &err), -1);
		assert_int_equal(err.code, ERR_DENIED);
		assert_int_equal(chown("group.yaml", 0, 0), 0);
		assert_int_equal(config_load(&config, "group.yaml", &err), 0);
		config_release(&config);
		assert_int_equal(chown("good.yaml", 12345, 12345), 0);
		assert_int_equal(config_load(&config, "good.yaml", &err), -1);
		assert_int_equal(err.code, ERR_DENIED);
	}
	setenv("XDG_CONFIG_HOME", folder, 1);
	assert_int_equal(config_load(&config, NULL, &err), 0);
	assert_null(config.path);
	config_release(&config);
	assert_int_equal(mkdir("leeboard", 0755), 0);
	write_file("leeboard/config.yaml", "sources: [{at: x.db}]\n", 0600);
	assert_int_equal(config_load(&config, NULL, &err), 0);
	assert_true(str_ends(str_of(config.sources[0].at), STR("/leeboard/x.db")));
	config_release(&config);
}

static void secrets_come_from_three_places(void **state)
{
	const char *const helper[] = {"/bin/sh", "-c", "echo token from \"$1\"", "sh", "a b;c", NULL};
	const char *const wrong[] = {"/bin/false", NULL};
	const char *const missing[] = {"/no/such/helper", NULL};
	const char *const endless[] = {"/bin/sh", "-c", "while :; do echo xxxxx; done", NULL};
	const char *const spy[] = {"/bin/sh", "-c", "echo \"[$LEE_TEST_SECRET]\"", NULL};
	struct rlimit core = {.rlim_cur = RLIM_INFINITY};
	struct err err = {0};
	char *secret;
	(void)state;

	getrlimit(RLIMIT_CORE, &core);
	core.rlim_cur = core.rlim_max;
	setrlimit(RLIMIT_CORE, &core);
	setenv("LEE_TEST_SECRET", "s3cret\n", 1);
	secret = secret_read(&(struct secret_ref){SECRET_ENV, "LEE_TEST_SECRET", NULL}, &err);
	assert_string_equal(secret, "s3cret");
	secret_free(secret);
	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	assert_int_equal(core.rlim_cur, 0);
	assert_null(secret_read(&(struct secret_ref){SECRET_ENV, "LEE_NO_SECRET", NULL}, &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);

	write_file("secret", "t0ken\r\n", 0600);
	secret = secret_read(&(struct secret_ref){SECRET_FILE, "secret", NULL}, &err);
	assert_string_equal(secret, "t0ken");
	secret_free(secret);
	write_file("secret", "t0ken\n", 0640);
	assert_null(secret_read(&(struct secret_ref){SECRET_FILE, "secret", NULL}, &err));
	assert_int_equal(err.code, ERR_DENIED);
	assert_null(strstr(err.message, "t0ken"));
	write_file("secret", "", 0600);
	assert_null(secret_read(&(struct secret_ref){SECRET_FILE, "secret", NULL}, &err));

	secret = secret_read(&(struct secret_ref){SECRET_COMMAND, NULL, helper}, &err);
	assert_string_equal(secret, "token from a b;c");
	secret_free(secret);
	secret = secret_read(&(struct secret_ref){SECRET_COMMAND, NULL, spy}, &err);
	assert_string_equal(secret, "[]");
	secret_free(secret);
	assert_null(secret_read(&(struct secret_ref){SECRET_COMMAND, NULL, wrong}, &err));
	assert_int_equal(err.code, ERR_IO);
	assert_null(secret_read(&(struct secret_ref){SECRET_COMMAND, NULL, missing}, &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_null(secret_read(&(struct secret_ref){SECRET_COMMAND, NULL, endless}, &err));
	assert_int_equal(err.code, ERR_TOO_BIG);
	assert_null(secret_read(&(struct secret_ref){0}, &err));
	assert_int_equal(err.code, ERR_NONE);
}

static void words_are_taken_apart(void **state)
{
	static const struct {
		const char *word, *name, *kind, *location, *table;
		bool url;
	} cases[] = {
		{"a.db", "a.db", NULL, "a.db", NULL, false},
		{"mine=a.db", "mine", NULL, "a.db", NULL, false},
		{"mlflow:a.db", "a.db", "mlflow", "a.db", NULL, false},
		{"x=mlflow:./a.db", "x", "mlflow", "./a.db", NULL, false},
		{"events:a.db:pred", "a.db", "events", "a.db", "pred", false},
		{"events:odd:name.csv", "odd:name.csv", "events", "odd:name.csv", NULL, false},
		{"odd:name.csv", "odd:name.csv", NULL, "odd:name.csv", NULL, false},
		{"p=q.db", "p=q.db", NULL, "p=q.db", NULL, false},
		{"sqlite:///a.db", "a.db", NULL, "a.db", NULL, false},
		{"https://h.example:8443/ml?a=b", "h.example:8443", NULL,
		 "https://h.example:8443/ml?a=b", NULL, true},
		{"s=endpoint:http://127.0.0.1:8080", "s", "endpoint", "http://127.0.0.1:8080", NULL,
		 true},
		{".", NULL, NULL, ".", NULL, false},
	};
	(void)state;

	write_file("a.db", "", 0644);
	write_file("odd:name.csv", "", 0644);
	write_file("p=q.db", "", 0644);
	TABLE_EACH(c, cases) {
		struct sources sources;
		struct source_spec *spec;
		struct err err = {0};

		sources_init(&sources, kinds, NULL);
		assert_int_equal(sources_add_word(&sources, c->word, &err), 0);
		assert_int_equal(sources_finish(&sources, &err), 0);
		spec = sources.items[0];
		if (c->name)
			assert_string_equal(spec->name, c->name);
		assert_true(!c->kind == !spec->kind);
		if (c->kind)
			assert_string_equal(spec->kind, c->kind);
		assert_string_equal(spec->location, c->location);
		assert_true(!c->table == !spec->table);
		if (c->table)
			assert_string_equal(spec->table, c->table);
		assert_int_equal(spec->url, c->url);
		assert_true(spec->url || spec->place[0] == '/');
		sources_release(&sources);
	}
}

static void wrong_words_say_why(void **state)
{
	static const struct {
		const char *word;
		enum err_code code;
		const char *message, *hint;
	} cases[] = {
		{"none.db", ERR_NOT_FOUND, "none.db: No such file or directory", ""},
		{"mlfow:a.db", ERR_USAGE, "'mlfow' is no kind of source, and there is no such file",
		 "did you mean mlflow:?"},
		{"mlflow:", ERR_USAGE, "'mlflow:' names no place", ""},
		{"x=", ERR_USAGE, "'x=' names no place", ""},
		{"", ERR_USAGE, "'' names no place", ""},
		{"postgresql://db/x", ERR_UNSUPPORTED, "postgresql: is not read directly",
		 "give the http(s) address of the MLflow server in front of it"},
		{"https://ann:pw@h.example/x", ERR_USAGE,
		 "the address of h.example holds a name or password for all to see", NULL},
		{"http:///x", ERR_USAGE, "an address without a host", ""},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct sources sources;
		struct err err = {0};

		sources_init(&sources, kinds, NULL);
		assert_int_equal(sources_add_word(&sources, c->word, &err), -1);
		assert_int_equal(err.code, c->code);
		assert_string_equal(err.message, c->message);
		if (c->hint)
			assert_string_equal(err.hint, c->hint);
		sources_release(&sources);
	}
}

/* Words → names, joined with blanks. */
static void check_names(const char *const *words, const char *expected)
{
	char names[1024] = "";
	struct sources sources;
	struct err err = {0};

	sources_init(&sources, kinds, NULL);
	for (; *words; words++)
		assert_int_equal(sources_add_word(&sources, *words, &err), 0);
	assert_int_equal(sources_finish(&sources, &err), 0);
	for (size_t i = 0; i < sources.n; i++)
		sprintf(names + strlen(names), "%s%s", i ? " " : "", sources.items[i]->name);
	assert_string_equal(names, expected);
	sources_release(&sources);
}

static void names_are_short_and_unique(void **state)
{
	(void)state;
	assert_int_equal(system("mkdir -p a/x b/x c && "
				"touch a/m.db b/m.db a/x/m.db b/x/m.db c/d.db && "
				"ln -sf ../a/m.db c/l.db"),
			 0);
	check_names((const char *[]){"c/d.db", "a/m.db", NULL}, "d.db m.db");
	check_names((const char *[]){"a/m.db", "b/m.db", NULL}, "a/m.db b/m.db");
	check_names((const char *[]){"a/x/m.db", "b/x/m.db", "a/m.db", "c/d.db", NULL},
		    "a/x/m.db b/x/m.db a/m.db d.db");
	check_names((const char *[]){"a/m.db", "./a/../a/m.db", "c/l.db", NULL}, "m.db");
	check_names((const char *[]){"a/m.db", "q=a/m.db", NULL}, "q");
	check_names((const char *[]){"m.db=c/d.db", "a/m.db", NULL}, "m.db a/m.db");
	check_names((const char *[]){"http://h:1", "http://h:2/", "http://g/a", "http://g/b", NULL},
		    "h:1 h:2 g/a g/b");
	check_names((const char *[]){"events:a/m.db:t1", "events:a/m.db:t2", NULL},
		    "m.db:t1 m.db:t2");
	check_names((const char *[]){"mlflow:http://h", "endpoint:http://h", NULL},
		    "mlflow:h endpoint:h");
}

static void given_names_must_differ(void **state)
{
	struct sources sources;
	struct err err = {0};
	(void)state;

	sources_init(&sources, kinds, NULL);
	assert_int_equal(sources_add_word(&sources, "x=http://a", &err), 0);
	assert_int_equal(sources_add_word(&sources, "x=http://b", &err), 0);
	assert_int_equal(sources_finish(&sources, &err), -1);
	assert_string_equal(err.message, "two sources are called 'x'");
	sources_release(&sources);
}

/* How each of the sources would log in: 't' token, 'p' password, '-' not. */
static void check_logins(const char *const *words, const char *expected, bool hint)
{
	char how[16] = "";
	struct sources sources;
	struct err err = {0};

	sources_init(&sources, kinds, NULL);
	for (; *words; words++)
		assert_int_equal(sources_add_word(&sources, *words, &err), 0);
	assert_int_equal(sources_finish(&sources, &err), 0);
	for (size_t i = 0; i < sources.n; i++)
		how[i] = sources.items[i]->password.kind ? 'p'
			 : sources.items[i]->token.kind	 ? 't'
							 : '-';
	assert_string_equal(how, expected);
	assert_int_equal(sources.hint[0] != '\0', hint);
	sources_release(&sources);
}

static void logins_go_to_one_origin_only(void **state)
{
	const char *const two[] = {"https://a.example/x", "https://b.example", NULL};
	const char *const one[] = {"https://a.example", "endpoint:http://b.example", NULL};
	(void)state;

	check_logins(two, "--", false);
	setenv("MLFLOW_TRACKING_TOKEN", "t", 1);
	check_logins(two, "--", true);
	check_logins(one, "t-", false);
	check_logins((const char *const[]){"http://a.example", NULL}, "t", true);
	check_logins((const char *const[]){"http://127.0.0.1:5000", NULL}, "t", false);
	check_logins((const char *const[]){"http://localhost:5000", NULL}, "t", false);
	setenv("MLFLOW_TRACKING_URI", "HTTPS://A.example:443/", 1);
	check_logins(two, "t-", false);
	setenv("MLFLOW_TRACKING_URI", "http://a.example", 1);
	check_logins(two, "--", false);
	check_logins(one, "--", false);
	setenv("MLFLOW_TRACKING_URI", "https://b.example", 1);
	setenv("MLFLOW_TRACKING_USERNAME", "u", 1);
	check_logins(two, "-t", false);
	setenv("MLFLOW_TRACKING_PASSWORD", "p", 1);
	check_logins(two, "-p", false);
	forget_environment();
}

static void sources_come_from_config_and_environment(void **state)
{
	struct config config;
	struct sources sources;
	struct err err = {0};
	(void)state;

	config_init(&config);
	assert_int_equal(config_parse(&config, STR(full), "", &err), 0);
	sources_init(&sources, kinds, &config);
	assert_int_equal(sources_add_config(&sources, &err), 0);
	assert_int_equal(sources_finish(&sources, &err), 0);
	assert_int_equal(sources.n, 2);
	assert_string_equal(sources_named(&sources, STR("scorer"))->kind, "endpoint");
	assert_null(sources_named(&sources, STR("none")));
	sources_release(&sources);

	sources_init(&sources, kinds, &config);
	assert_int_equal(sources_add_word(&sources, "scorer", &err), 0);
	assert_int_equal(sources_add_word(&sources, "q=https://mlflow.example", &err), 0);
	assert_int_equal(sources_finish(&sources, &err), 0);
	assert_string_equal(sources.items[0]->place, "http://10.0.0.7:8080");
	assert_string_equal(sources.items[1]->name, "q");
	assert_int_equal(sources.items[1]->token.kind, SECRET_ENV);
	sources_release(&sources);

	setenv("MLFLOW_TRACKING_URI", "https://b.example", 1);
	sources_init(&sources, kinds, NULL);
	assert_int_equal(sources_add_environment(&sources, &err), 0);
	assert_int_equal(sources_finish(&sources, &err), 0);
	assert_string_equal(sources.items[0]->name, "b.example");
	assert_string_equal(sources.items[0]->kind, "mlflow");
	sources_release(&sources);
	unsetenv("MLFLOW_TRACKING_URI");
	config_release(&config);
}

static void suggestions_are_near(void **state)
{
	static const char *const words[] = {"runs", "compare", "series", "models"};
	(void)state;

	assert_int_equal(suggest_distance(STR("kitten"), STR("sitting")), 3);
	assert_int_equal(suggest_distance(STR("rnus"), STR("runs")), 1);
	assert_int_equal(suggest_distance(STR(""), STR("abc")), 3);
	assert_string_equal(suggest(STR("rnus"), words, 4), "runs");
	assert_string_equal(suggest(STR("Model"), words, 4), "models");
	assert_null(suggest(STR("xyz"), words, 4));
	assert_null(suggest(STR(""), words, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_is_read),
		cmocka_unit_test(mistakes_are_named_with_their_line),
		cmocka_unit_test(every_cut_is_survived),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(only_trusted_files_are_read),
		cmocka_unit_test(secrets_come_from_three_places),
		cmocka_unit_test(words_are_taken_apart),
		cmocka_unit_test(wrong_words_say_why),
		cmocka_unit_test(names_are_short_and_unique),
		cmocka_unit_test(given_names_must_differ),
		cmocka_unit_test(logins_go_to_one_origin_only),
		cmocka_unit_test(sources_come_from_config_and_environment),
		cmocka_unit_test(suggestions_are_near),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
