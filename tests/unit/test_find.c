/* Looking for sources: what is found, what is passed over, and where it is looked for at all. */
#include "test.h"

#include "engine/find.h"
#include "engine/read.h"
#include "source/source.h"

#include "../tools/faultd.h"
#include "../tools/mlflow_schema.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char folder[64];
	struct find find;
	struct sources sources;
	struct err err;
};

static const char *const kinds[] = {"mlflow", "git", "events", "endpoint", NULL};

static void make(const struct place *place, const char *path, const char *text)
{
	char whole[256];
	FILE *file;

	snprintf(whole, sizeof whole, "%s/%s", place->folder, path);
	if (!text) {
		assert_int_equal(mkdir(whole, 0700), 0);
		return;
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	*state = place;
	unsetenv("MLFLOW_TRACKING_URI");
	strcpy(place->folder, "/tmp/leeboard-find-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	find_init(&place->find, NULL);
	sources_init(&place->sources, kinds, NULL);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int teardown(void **state)
{
	struct place *place = *state;

	unsetenv("MLFLOW_TRACKING_URI");
	nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	find_release(&place->find);
	sources_release(&place->sources);
	free(place);
	return 0;
}

/* The item of that path below the folder, or NULL. */
static const struct find_item *item_of(const struct place *place, const char *path)
{
	char whole[256];

	snprintf(whole, sizeof whole, "%s%s%s", place->folder, *path ? "/" : "", path);
	for (size_t i = 0; i < place->find.n; i++)
		if (!strcmp(place->find.items[i].location, whole))
			return &place->find.items[i];
	return NULL;
}

static void test_finds_below_and_passes_over(void **state)
{
	struct place *place = *state;

	make(place, ".git", NULL);
	make(place, "sub", NULL);
	make(place, "sub/.git", NULL);
	make(place, "sub/half.db", "no database");
	make(place, "sub/notes.txt", "not looked at");
	make(place, ".hidden", NULL);
	make(place, ".hidden/.git", NULL);
	make(place, "node_modules", NULL);
	make(place, "node_modules/.git", NULL);
	make(place, "py", NULL);
	make(place, "py/pyvenv.cfg", "");
	make(place, "py/.git", NULL);
	assert_int_equal(find_in(&place->find, place->folder, &place->err), 0);
	assert_int_equal(place->find.found, 2);
	assert_string_equal(item_of(place, "")->kind, "git");
	assert_string_equal(item_of(place, "sub")->kind, "git");
	assert_non_null(item_of(place, "sub/half.db"));
	assert_null(item_of(place, "sub/half.db")->kind);
	assert_true(*item_of(place, "sub/half.db")->why);
	assert_null(item_of(place, "sub/notes.txt"));
	assert_int_equal(place->find.n, 3);
	assert_false(place->find.cut);
}

/* One store in a folder is one source, not the folder and its file. */
static void test_a_store_is_found_once(void **state)
{
	struct place *place = *state;
	char path[128];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/mlflow.db", place->folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, MLFLOW3_SCHEMA, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(find_in(&place->find, place->folder, &place->err), 0);
	assert_int_equal(place->find.found, 1);
	assert_string_equal(item_of(place, "mlflow.db")->kind, "mlflow");
}

static void test_goes_only_so_deep(void **state)
{
	struct place *place = *state;
	char path[128] = "a";

	for (int i = 0; i <= FIND_DEPTH; i++) {
		make(place, path, NULL);
		strcat(path, "/a");
	}
	make(place, path, NULL);
	strcat(path, "/.git");
	make(place, path, NULL);
	assert_int_equal(find_in(&place->find, place->folder, &place->err), 0);
	assert_int_equal(place->find.found, 0);
	assert_true(place->find.cut);
}

static void test_stops_when_told(void **state)
{
	struct place *place = *state;
	atomic_bool stop = true;

	make(place, "sub", NULL);
	make(place, "sub/.git", NULL);
	place->find.stop = &stop;
	assert_int_equal(find_in(&place->find, place->folder, &place->err), 0);
	assert_int_equal(place->find.found, 0);
}

static void test_a_link_in_a_circle(void **state)
{
	struct place *place = *state;
	char link[128];

	snprintf(link, sizeof link, "%s/again", place->folder);
	assert_int_equal(symlink(".", link), 0);
	assert_int_equal(find_in(&place->find, place->folder, &place->err), 0);
	assert_int_equal(place->find.n, 0);
}

static void test_nothing_said(void **state)
{
	struct place *place = *state;

	assert_int_equal(find_sources(&place->find, &place->sources, place->folder, &place->err), 0);
	assert_int_equal(place->sources.n, 0);
	make(place, ".git", NULL);
	assert_int_equal(find_sources(&place->find, &place->sources, place->folder, &place->err), 0);
	assert_int_equal(place->sources.n, 1);
	assert_string_equal(place->sources.items[0]->kind, "git");
}

static void test_the_environment_comes_before_the_folder(void **state)
{
	struct place *place = *state;

	make(place, ".git", NULL);
	setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9", 1);
	assert_int_equal(find_sources(&place->find, &place->sources, place->folder, &place->err), 0);
	assert_int_equal(place->sources.n, 1);
	assert_string_equal(place->sources.items[0]->kind, "mlflow");
	assert_true(place->sources.items[0]->url);
}

static void test_a_folder_becomes_what_it_holds(void **state)
{
	struct place *place = *state;

	make(place, "a", NULL);
	make(place, "a/.git", NULL);
	make(place, "b", NULL);
	make(place, "b/.git", NULL);
	assert_int_equal(sources_add_word(&place->sources, place->folder, &place->err), 0);
	assert_int_equal(find_sources(&place->find, &place->sources, ".", &place->err), 0);
	assert_int_equal(sources_finish(&place->sources, &place->err), 0);
	assert_int_equal(place->sources.n, 2);
	assert_string_equal(place->sources.items[0]->name, "a");
	assert_string_equal(place->sources.items[1]->name, "b");
}

static void test_what_was_named_must_be_something(void **state)
{
	struct place *place = *state;
	char path[128];

	assert_int_equal(sources_add_word(&place->sources, place->folder, &place->err), 0);
	assert_int_equal(find_sources(&place->find, &place->sources, ".", &place->err), -1);
	assert_int_equal(place->err.code, ERR_NOT_FOUND);
	assert_true(*place->err.hint);
	sources_release(&place->sources);
	sources_init(&place->sources, kinds, NULL);
	make(place, "half.db", "no database");
	snprintf(path, sizeof path, "%s/half.db", place->folder);
	assert_int_equal(sources_add_word(&place->sources, path, &place->err), 0);
	assert_int_equal(find_sources(&place->find, &place->sources, ".", &place->err), -1);
	assert_int_equal(place->err.code, ERR_UNSUPPORTED);
}

/* ---- an address of which nobody said more ---- */

/* One such address of the server's, looked for under the world's io. */
static const struct source_spec *find_at(struct place *place, int port, bool cancelled)
{
	struct read_limits limits = {.stop = -1};
	struct outside outside;
	char word[64];

	snprintf(word, sizeof word, "http://127.0.0.1:%d/base", port);
	assert_int_equal(sources_add_word(&place->sources, word, &place->err), 0);
	outside_begin(&outside, &limits);
	place->find.io = &outside.io;
	if (cancelled)
		io_cancel(&outside.io);
	if (find_sources(&place->find, &place->sources, ".", &place->err) == 0)
		err_clear(&place->err);
	outside_end(&outside);
	return place->sources.items[0];
}

static void answer(struct faultd *server, int status, const char *body)
{
	faultd_answer(server, "GET /base/v2", status, "", body, strlen(body));
}

static void test_a_server_says_what_it_is(void **state)
{
	struct place *place = *state;
	struct faultd *server = faultd_start(0);
	const struct source_spec *spec;

	answer(server, 200, "{\"name\":\"mlserver\",\"version\":\"1.7.1\",\"extensions\":[]}");
	spec = find_at(place, faultd_port(server), false);
	assert_int_equal(place->err.code, ERR_NONE);
	assert_string_equal(spec->kind, "endpoint");
	assert_false(spec->guessed);
	faultd_stop(server);
}

static void test_every_other_answer_is_the_usual_kind(void **state)
{
	static const struct {
		int status;
		const char *body;
	} others[] = {
		{404, "{\"detail\":\"Not Found\"}"}, {200, "<html>MLflow</html>"}, {200, "{}"},
		{200, "{\"name\":7}"},		  {401, "who?"},		{500, ""},
	};
	struct place *place = *state;
	struct faultd *server = faultd_start(0);

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const struct source_spec *spec;

		faultd_forget(server);
		answer(server, others[i].status, others[i].body);
		spec = find_at(place, faultd_port(server), false);
		assert_int_equal(place->err.code, ERR_NONE);
		assert_string_equal(spec->kind, "mlflow");
		assert_false(spec->guessed);
		sources_release(&place->sources);
		sources_init(&place->sources, kinds, NULL);
	}
	faultd_stop(server);
}

/* What cannot be asked stays the usual kind, and its errors say what else it could be. */
static void test_nobody_answers(void **state)
{
	struct place *place = *state;
	struct faultd *server = faultd_start(0);
	int port = faultd_port(server);
	struct read_limits limits = {.stop = -1};
	struct query query = {.kind = RECORD_RUNS};
	const struct source_spec *spec;
	struct source *source;

	faultd_stop(server);
	spec = find_at(place, port, false);
	assert_int_equal(place->err.code, ERR_NONE);
	assert_string_equal(spec->kind, "mlflow");
	assert_true(spec->guessed);
	assert_int_equal(source_class_of("mlflow")->open(spec, &source, &place->err), 0);
	assert_null(engine_read(source, &query, &limits, NULL, &place->err));
	assert_int_equal(place->err.code, ERR_NETWORK);
	assert_non_null(strstr(place->err.hint, "endpoint:http://127.0.0.1:"));
	source->class->close(source);
}

/* A kind that was said is not asked for, nor does anybody ask without an io. */
static void test_who_said_the_kind_is_not_asked(void **state)
{
	struct place *place = *state;
	struct faultd *server = faultd_start(0);
	char word[64];

	snprintf(word, sizeof word, "mlflow:http://127.0.0.1:%d", faultd_port(server));
	assert_int_equal(sources_add_word(&place->sources, word, &place->err), 0);
	assert_string_equal(find_at(place, faultd_port(server), false)->kind, "mlflow");
	assert_false(place->sources.items[0]->guessed);
	assert_false(faultd_heard(server, "GET /v2"));
	place->find.io = NULL;
	place->sources.items[1]->kind = NULL;
	assert_int_equal(find_url(&place->find, place->sources.items[1], &place->err), 0);
	assert_string_equal(place->sources.items[1]->kind, "mlflow");
	assert_true(place->sources.items[1]->guessed);
	faultd_stop(server);
}

static void test_asking_stops_when_told(void **state)
{
	struct place *place = *state;
	struct faultd *server = faultd_start(0);

	find_at(place, faultd_port(server), true);
	assert_int_equal(place->err.code, ERR_CANCELLED);
	faultd_stop(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_finds_below_and_passes_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_store_is_found_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_goes_only_so_deep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stops_when_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_link_in_a_circle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_said, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_environment_comes_before_the_folder, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_folder_becomes_what_it_holds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_was_named_must_be_something, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_server_says_what_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_other_answer_is_the_usual_kind, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_nobody_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_who_said_the_kind_is_not_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_asking_stops_when_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
