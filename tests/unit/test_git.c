/* Commits for the chain: several places, several ids, and words for what is not there. */
#include "test.h"

#include "config/sources.h"
#include "record/build.h"
#include "record/commit.h"
#include "repo/make.h"
#include "source/git/commits.h"
#include "source/source.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct repo_plan plans[] = {
	{1700000000, "ann", "one"}, {1700001000, "bo", "two"}, {1700002000, "ann", "three"}};

enum { COMMITS = 3 };

struct place {
	char folder[64], code[96], inner[128], other[96];
	char ids[COMMITS][REPO_ID_SIZE], other_ids[COMMITS][REPO_ID_SIZE];
	bool far; /* without distance and files */
	struct io_world world;
	struct io io;
	struct err err;
};

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

	*state = place;
	strcpy(place->folder, "/tmp/leeboard-git-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->code, sizeof place->code, "%s/code", place->folder);
	snprintf(place->inner, sizeof place->inner, "%s/runs", place->code);
	snprintf(place->other, sizeof place->other, "%s/other", place->folder);
	io_world_init(&place->world);
	io_init(&place->io, &io_world_ops, &place->world);
	if (repo_make(place->code, plans, COMMITS, place->ids, &place->err) != 0 ||
	    repo_make(place->other, plans + 1, COMMITS - 1, place->other_ids, &place->err) != 0)
		return -1;
	return mkdir(place->inner, 0700);
}

static int remove_place(void **state)
{
	struct place *place = *state;

	nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	io_world_release(&place->world);
	free(place);
	return 0;
}

/* Through the class, as the engine reads; an empty place is the source that stands in. */
static struct snapshot *ask(struct place *place, const char *repository, const struct str *beside,
			    size_t nbeside, const struct str *ids, size_t nids)
{
	const struct source_class *class = source_class_of("git");
	const struct source_spec spec = {.name = "code", .kind = "git", .place = repository};
	struct query query = {.kind = RECORD_COMMITS,
			      .ids = ids,
			      .nids = nids,
			      .aggregates = !place->far,
			      .beside = beside,
			      .nbeside = nbeside};
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_COMMITS, NULL, &limits);
	struct source *source;
	int failed = class->open(&spec, &source, &place->err);

	assert_int_equal(failed, 0);
	failed = class->read(source, &query, &place->io, build, &place->err);
	class->close(source);
	if (!failed)
		return build_seal(build, &place->err);
	build_free(build);
	return NULL;
}

static void test_ids_are_found_where_they_are(void **state)
{
	struct place *place = *state;
	const struct str beside[] = {STR_NONE, STR(""), STR("/nonexistent/train.py"),
				     str_of(place->inner), str_of(place->other)};
	const struct str ids[] = {{place->ids[1], 8}, str_of(place->other_ids[1]), STR("0123abcd")};
	struct snapshot *snapshot = ask(place, "", beside, 5, ids, 3);
	const struct commit *commits;

	assert_non_null(snapshot);
	assert_int_equal(snapshot->u.commits.n, 3);
	commits = snapshot->u.commits.commits;
	assert_true(commits[0].found);
	assert_str(commits[0].id, place->ids[1]);
	assert_str(commits[0].subject, "two");
	assert_str(commits[0].author, "bo");
	assert_str(commits[0].email, "bo@example.com");
	assert_int_equal(commits[0].time, 1700001000000);
	assert_int_equal(commits[0].behind_head, 1);
	assert_int_equal(commits[0].nfiles, 1);
	assert_str(commits[0].files[0], "M train.py");
	assert_non_null(strstr(commits[0].repository.s, "/code/"));
	assert_str(commits[1].subject, "three");
	assert_int_equal(commits[1].behind_head, 0);
	assert_non_null(strstr(commits[1].repository.s, "/other/"));
	assert_false(commits[2].found);
	assert_str(commits[2].id, "0123abcd");
	assert_int_equal(commits[2].behind_head, COMMIT_DISTANCE_UNKNOWN);
	assert_non_null(strstr(commits[2].why_not.s, "no commit 0123abcd in "));
	assert_non_null(strstr(commits[2].why_not.s, "/code/; no commit 0123abcd in "));
	snapshot_unref(snapshot);
}

static void test_nothing_at_hand_is_said(void **state)
{
	struct place *place = *state;
	const struct str none[] = {STR_NONE, STR("https://code.example/train.py")};
	const struct str plain[] = {str_of(place->folder)};
	const struct str ids[] = {STR("0123abcd")};
	struct snapshot *snapshot = ask(place, NULL, none, 2, ids, 1);

	assert_str(snapshot->u.commits.commits[0].why_not, "no repository is at hand");
	snapshot_unref(snapshot);
	snapshot = ask(place, NULL, plain, 1, ids, 1);
	assert_non_null(strstr(snapshot->u.commits.commits[0].why_not.s,
			       "no Git repository around "));
	snapshot_unref(snapshot);
	assert_null(ask(place, place->folder, NULL, 0, ids, 1));
	assert_int_equal(place->err.code, ERR_NOT_FOUND);
	assert_null(ask(place, "/nonexistent", NULL, 0, ids, 1));
	assert_int_equal(place->err.code, ERR_NOT_FOUND);
}

/* For a table of runs only the words are read. */
static void test_surroundings_are_read_when_asked_for(void **state)
{
	struct place *place = *state;
	const struct str ids[] = {str_of(place->ids[1])};
	struct snapshot *snapshot;
	const struct commit *commit;

	place->far = true;
	snapshot = ask(place, place->code, NULL, 0, ids, 1);
	commit = &snapshot->u.commits.commits[0];
	assert_true(commit->found);
	assert_int_equal(commit->nfiles, 0);
	assert_int_equal(commit->behind_head, COMMIT_DISTANCE_UNKNOWN);
	snapshot_unref(snapshot);
}

static void test_a_cancel_ends_it(void **state)
{
	struct place *place = *state;
	const struct str ids[] = {STR("0123abcd")};

	io_cancel(&place->io);
	assert_null(ask(place, place->code, NULL, 0, ids, 1));
	assert_int_equal(place->err.code, ERR_CANCELLED);
}

static void test_it_is_found_by_looking(void **state)
{
	struct place *place = *state;
	const struct source_class *class = source_class_of("git");
	const struct source_spec address = {.location = "https://code.example/x.git", .url = true};
	struct source *source;
	const char *why = NULL;
	char bare[128];

	snprintf(bare, sizeof bare, "%s/.git", place->code);
	assert_true(class->probe(place->code, &why));
	assert_string_equal(why, "a Git repository");
	assert_true(class->probe(bare, &why));
	assert_false(class->probe(place->inner, &why));
	assert_false(class->probe("/nonexistent", &why));
	assert_int_equal(class->open(&address, &source, &place->err), -1);
	assert_int_equal(place->err.code, ERR_UNSUPPORTED);
}

static void test_queries_own_their_paths(void **state)
{
	const struct str ids[] = {STR("0123abcd")}, beside[] = {STR("a"), STR_NONE};
	const struct query query = {
		.kind = RECORD_COMMITS, .ids = ids, .nids = 1, .beside = beside, .nbeside = 2};
	struct query other = query, *copy = query_copy(&query);

	(void)state;
	assert_true(query_equal(&query, copy));
	assert_ptr_not_equal(copy->beside, beside);
	other.nbeside = 1;
	assert_false(query_equal(&query, &other));
	query_free(copy);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		CASE(test_ids_are_found_where_they_are),
		CASE(test_nothing_at_hand_is_said),
		CASE(test_surroundings_are_read_when_asked_for),
		CASE(test_a_cancel_ends_it),
		CASE(test_it_is_found_by_looking),
		CASE(test_queries_own_their_paths),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
