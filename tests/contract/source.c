/*
 * The contract of sources: one suite that every source of the registry passes, on the fixtures that
 * each brings along (contract.h).
 *
 * Answers, and files of up to 16 KiB, are cut and flipped at every byte. A larger one is a database: in
 * it every byte of the first page, each page's first, second and last byte, and 240 places between.
 * Every byte of MLflow's 230 KiB would be 20 minutes under sanitizers, with 5 ms for each.
 *
 * What is asked of a source here is what the engine, the panes and the promises rely on: it answers
 * what it says it can, stops when told, survives any call that fails and any byte that is wrong or
 * missing, is well again afterwards, keeps to the caps, and harms nothing.
 */
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAX_QUERIES = 16,
	MAX_FILES = 200,
	EVERY = 16 << 10,      /* bytes: what is no larger is spoilt at every one of them */
	PAGE = 512,            /* of a database among the fixtures */
	PLACES = 240,          /* where a larger file is spoilt, beside its first page and all edges */
	MAX_CALLS = 40,        /* of one read at which something happens */
	MANY_READS = 300,
	SPOILT_PATIENCE = 30,  /* ms that a read of a spoilt file may wait for it to get well */
	CUT_PATIENCE = 5,      /* a cut database looks as if a writer were at it, each time */
	TOO_LONG = 300,        /* s for the whole suite: something hangs */
};

/* One test of one fixture. */
struct trial {
	const struct fixture *fixture;
	const struct source_class *class;
};

#define SOURCE(class) extern const struct fixture class##_fixtures[] __attribute__((weak));
#include "source/registry.def"
#undef SOURCE

static const struct fixture *const fixtures[] = {
#define SOURCE(class) class##_fixtures,
#include "source/registry.def"
#undef SOURCE
};

/* All queries that the fixture's source must answer. */
static size_t queries_of(struct world *world, struct query *queries)
{
	return world_queries(world, world->source->class->can, queries);
}

static struct snapshot *must_read(struct world *world, const struct query *query)
{
	struct snapshot *snapshot = world_read(world, query, NULL, NULL);

	if (!snapshot)
		fail_msg("%s, kind %d: %s", world->fixture->name, query->kind, world->err.message);
	return snapshot;
}

static size_t size_of(const struct snapshot *snapshot)
{
	switch (snapshot->kind) {
	case RECORD_EXPERIMENTS:
		return snapshot->u.experiments.n;
	case RECORD_RUNS:
		return snapshot->u.runs.rows;
	case RECORD_DETAILS:
		return snapshot->u.details.n;
	case RECORD_SERIES:
		return snapshot->u.series.n;
	case RECORD_KEYS:
		return snapshot->u.keys.nmetrics + snapshot->u.keys.nparams;
	case RECORD_MODELS:
		return snapshot->u.models.n;
	case RECORD_DEPLOYMENTS:
		return snapshot->u.deployments.n;
	case RECORD_COMMITS:
		return snapshot->u.commits.n;
	case RECORD_COLUMN:
		return column_at(&snapshot->u.column, 0).state != CELL_MISSING;
	case RECORD_DRIFT:
		break;
	}
	return 1;
}

/* The source answers as if nothing had been. */
static void is_well(struct world *world, const struct query *query)
{
	struct snapshot *snapshot;

	world->deed = DEED_NONE;
	snapshot = must_read(world, query);
	assert_int_equal(snapshot->state, SNAPSHOT_OK);
	assert_true(size_of(snapshot) > 0);
	snapshot_unref(snapshot);
}

/* ---- what it can ---- */

static void answers_what_it_can(void **state)
{
	const struct trial *trial = *state;
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = queries_of(&world, queries);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		struct snapshot *snapshot = must_read(&world, &queries[i]);

		assert_int_equal(snapshot->kind, queries[i].kind);
		assert_int_equal(snapshot->state, SNAPSHOT_OK);
		assert_true(size_of(snapshot) > 0);
		world_look(&world, snapshot);
		snapshot_unref(snapshot);
	}
	if (trial->class->can & CAN_EVENTS)
		assert_true(world.events > 0);
	assert_true(world.hostile); /* the fixture is as it should be, and texts come as they are */
	world_release(&world);
}

static void refuses_what_it_cannot(void **state)
{
	const struct trial *trial = *state;
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = world_queries(&world, ~trial->class->can, queries);
	for (size_t i = 0; i < n; i++) {
		struct snapshot *snapshot = world_read(&world, &queries[i], NULL, NULL);

		assert_null(snapshot);
		assert_int_equal(world.err.code, ERR_UNSUPPORTED);
	}
	world_release(&world);
}

/*
 * The second read may come so soon after the place was made that a change between the two could not
 * be told; a few reads later it can.
 */
static struct snapshot *settled(struct world *world, const struct query *query,
				struct snapshot *first)
{
	struct snapshot *second = NULL;

	for (int i = 0; i < MANY_READS && second != first; i++) {
		snapshot_unref(second);
		second = world_read(world, query, first, NULL);
	}
	return second;
}

static void an_unchanged_place_gives_the_same_snapshot(void **state)
{
	const struct trial *trial = *state;
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = queries_of(&world, queries);
	for (size_t i = 0; i < n; i++) {
		struct snapshot *first = must_read(&world, &queries[i]);
		struct snapshot *second = settled(&world, &queries[i], first);
		bool must = trial->fixture->untouched || first->kind == RECORD_RUNS ||
			    first->kind == RECORD_COLUMN || first->kind == RECORD_SERIES;

		if (must && first != second)
			fail_msg("%s, kind %d: another snapshot", trial->fixture->name,
				 queries[i].kind);
		snapshot_unref(first);
		snapshot_unref(second);
	}
	world_release(&world);
}

/* ---- stopping ---- */

static void a_cancel_before_the_read(void **state)
{
	const struct trial *trial = *state;
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = queries_of(&world, queries);
	for (size_t i = 0; i < n; i++) {
		is_well(&world, &queries[i]);
		if (!world.calls)
			continue; /* the table's details answered */
		world.deed = DEED_CANCEL;
		world.call = 1;
		assert_null(world_read(&world, &queries[i], NULL, NULL));
		assert_int_equal(world.err.code, ERR_CANCELLED);
		assert_int_equal(world.calls, 1); /* it asked for nothing more */
		is_well(&world, &queries[i]);
	}
	world_release(&world);
}

/* At each call in turn: the deed; the read ends, and the next one is as ever. */
static void at_each_call(const struct trial *trial, enum deed deed)
{
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = queries_of(&world, queries);
	for (size_t i = 0; i < n; i++) {
		int calls;

		is_well(&world, &queries[i]);
		calls = world.calls;
		for (int call = 1; call <= calls && call <= MAX_CALLS; call++) {
			struct snapshot *snapshot;

			world.deed = deed;
			world.call = call;
			snapshot = world_read(&world, &queries[i], NULL, NULL);
			if (deed == DEED_CANCEL) {
				assert_null(snapshot);
				assert_int_equal(world.err.code, ERR_CANCELLED);
				assert_int_equal(world.calls, call);
			}
			snapshot_unref(snapshot);
			is_well(&world, &queries[i]);
			calls = world.calls;
		}
	}
	world_release(&world);
}

static void a_cancel_within_the_read(void **state)
{
	at_each_call(*state, DEED_CANCEL);
}

static void any_call_may_fail(void **state)
{
	at_each_call(*state, DEED_FAIL);
}

/* ---- bytes that are wrong or missing ---- */

/* The next place to spoil, after `at`, of n bytes. */
static size_t next_place(size_t at, size_t n)
{
	size_t step = n / PLACES, edge = (at + PAGE) / PAGE * PAGE;

	if (n <= EVERY || at < PAGE || (at + 2) % PAGE <= 2)
		return at + 1;
	/* no further than to just before the next page */
	return at + step < edge - 1 ? at + step : edge - 1;
}

/* Whatever comes of it: a snapshot, or words (world_read looks at them). */
static void read_all(struct world *world, const struct query *queries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		snapshot_unref(world_read(world, &queries[i], NULL, NULL));
}

static void spoil_answers(struct world *world, const struct query *query, enum deed deed)
{
	int calls;

	is_well(world, query);
	calls = world->calls;
	for (int call = 1; call <= calls && call <= MAX_CALLS; call++) {
		size_t body = deed == DEED_OTHER ? WORLD_FOREIGN : 1;

		for (size_t at = 0; at < body; at = next_place(at, body)) {
			world->deed = deed;
			world->call = call;
			world->at = at;
			world->body = 0;
			snapshot_unref(world_read(world, query, NULL, NULL));
			if (deed != DEED_OTHER)
				body = world->body;
		}
	}
	is_well(world, query);
}

struct file {
	char *path, *bytes;
	size_t n;
};

static void file_load(struct file *file)
{
	FILE *in = fopen(file->path, "r");
	struct stat st;

	assert_non_null(in);
	assert_int_equal(fstat(fileno(in), &st), 0);
	file->n = (size_t)st.st_size;
	file->bytes = malloc(file->n + 1);
	assert_int_equal(fread(file->bytes, 1, file->n, in), file->n);
	fclose(in);
}

/* The same file with these bytes. */
static void file_store(const struct file *file, size_t n)
{
	FILE *out = fopen(file->path, "r+");

	assert_non_null(out);
	assert_int_equal(fwrite(file->bytes, 1, n, out), n);
	assert_int_equal(fflush(out), 0);
	assert_int_equal(ftruncate(fileno(out), (off_t)n), 0);
	fclose(out);
}

static void spoil_file(struct world *world, struct file *file, const struct query *queries,
		       size_t n, enum deed deed)
{
	size_t turn = 0;
	bool database = file->n > PAGE && !memcmp(file->bytes, "SQLite", 6);

	world->patience = deed == DEED_CUT && database ? CUT_PATIENCE : SPOILT_PATIENCE;
	for (size_t at = 0; at < file->n; at = next_place(at, file->n), turn++) {
		if (deed == DEED_FLIP)
			file->bytes[at] ^= (char)(1 << at % 8);
		file_store(file, deed == DEED_CUT ? at : file->n);
		/* one query after the other; what looks as if a writer were at it is waited for */
		read_all(world, &queries[turn % n], 1);
		if (deed == DEED_FLIP)
			file->bytes[at] ^= (char)(1 << at % 8);
	}
	file_store(file, file->n);
	world->patience = 0;
}

static void spoil_files(struct world *world, const struct query *queries, size_t n, enum deed deed)
{
	char *paths[MAX_FILES];
	size_t files = world_files(world, paths, MAX_FILES);

	for (size_t f = 0; f < files; f++) {
		struct file file = {.path = paths[f]};

		chmod(file.path, 0600); /* Git makes its objects read-only */
		file_load(&file);
		spoil_file(world, &file, queries, n, deed);
		free(file.bytes);
		free(file.path);
	}
	for (size_t i = 0; i < n; i++)
		is_well(world, &queries[i]);
}

static void spoil(const struct trial *trial, enum deed deed)
{
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = queries_of(&world, queries);
	if (trial->fixture->make)
		spoil_files(&world, queries, n, deed);
	for (size_t i = 0; i < n && !trial->fixture->make; i++)
		spoil_answers(&world, &queries[i], deed);
	world_release(&world);
}

static void cut_anywhere(void **state)
{
	spoil(*state, DEED_CUT);
}

static void flipped_anywhere(void **state)
{
	spoil(*state, DEED_FLIP);
}

static void foreign_answers(void **state)
{
	const struct trial *trial = *state;
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = queries_of(&world, queries);
	/* places have the foreign files of "wrong places" */
	for (size_t i = 0; i < n && !trial->fixture->make; i++)
		spoil_answers(&world, &queries[i], DEED_OTHER);
	world_release(&world);
}

/* ---- caps and harm ---- */

static void keeps_to_the_caps(void **state)
{
	const struct build_limits small = {.bytes = 2000, .text = 8, .rows = 1};
	const struct trial *trial = *state;
	struct query queries[MAX_QUERIES];
	struct world world;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	n = queries_of(&world, queries);
	for (size_t i = 0; i < n; i++) {
		struct snapshot *snapshot = world_read(&world, &queries[i], NULL, &small);

		if (snapshot && size_of(snapshot) > 1 && queries[i].kind != RECORD_KEYS)
			assert_int_equal(snapshot->state, SNAPSHOT_PARTIAL);
		if (snapshot && snapshot->state == SNAPSHOT_PARTIAL)
			assert_true(snapshot->note.n > 0);
		snapshot_unref(snapshot);
		is_well(&world, &queries[i]);
	}
	world_release(&world);
}

static void harms_nothing(void **state)
{
	const struct trial *trial = *state;
	struct query queries[MAX_QUERIES];
	struct world world;
	uint64_t before;
	size_t n;

	world_init(&world, trial->fixture, trial->class);
	before = world_digest(&world);
	n = queries_of(&world, queries);
	read_all(&world, queries, n);
	world_reopen(&world);
	assert_true(world_digest(&world) == before);
	world_release(&world);
}

/* ---- wrong places ---- */

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* Opens and reads what lies at the path; must_fail: it cannot be good. */
static void try_place(const struct trial *trial, struct world *world, const char *path,
		      bool must_fail)
{
	struct query queries[MAX_QUERIES];
	struct source *good = world->source, *source = NULL;
	size_t n = queries_of(world, queries);

	world->spec.location = world->spec.place = path;
	if (trial->class->open(&world->spec, &source, &world->err)) {
		assert_true(*world->err.message);
		return;
	}
	world->source = source;
	for (size_t i = 0; i < n; i++) {
		struct snapshot *snapshot = world_read(world, &queries[i], NULL, NULL);

		if (snapshot && must_fail && world->asked)
			fail_msg("%s, kind %d: reads %s", trial->fixture->name, queries[i].kind,
				 path);
		snapshot_unref(snapshot);
	}
	trial->class->close(source);
	world->source = good;
}

static void wrong_places_are_said_in_words(void **state)
{
	static const char *const foreign[] = {
		"\177ELF\002\001\001", "", "\n\n\n", "SQLite format 3", "\x1f\x8b\x08", "%PDF-1.7\n",
		"<!doctype html><html></html>", "{", "[1,2", "\"", ",,,,\n,,\n", "gitdir: /proc/self/fd",
		"\xff\xfeh", "ref: refs/heads/\033[31m"};
	const struct trial *trial = *state;
	struct world world;
	char path[128];

	world_init(&world, trial->fixture, trial->class);
	snprintf(path, sizeof path, "%s/not-there", world.folder);
	try_place(trial, &world, path, true);
	snprintf(path, sizeof path, "%s/fifo", world.folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	try_place(trial, &world, path, true);
	snprintf(path, sizeof path, "%s/foreign", world.folder);
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		write_text(path, foreign[i]);
		try_place(trial, &world, path, false);
	}
	try_place(trial, &world, "/dev/null", true);
	try_place(trial, &world, "/proc", true);
	world_release(&world);
}

/* ---- the suite ---- */

static const struct {
	const char *name;
	CMUnitTestFunction run;
	bool places; /* for those that are a place in the file system */
} trials[] = {
	{"answers what it can", answers_what_it_can, false},
	{"refuses what it cannot", refuses_what_it_cannot, false},
	{"an unchanged place gives the same snapshot", an_unchanged_place_gives_the_same_snapshot,
	 false},
	{"a cancel before the read", a_cancel_before_the_read, false},
	{"a cancel within the read", a_cancel_within_the_read, false},
	{"any call may fail", any_call_may_fail, false},
	{"cut anywhere", cut_anywhere, false},
	{"flipped anywhere", flipped_anywhere, false},
	{"foreign answers", foreign_answers, false},
	{"keeps to the caps", keeps_to_the_caps, false},
	{"harms nothing", harms_nothing, false},
	{"wrong places are said in words", wrong_places_are_said_in_words, true},
};

enum { TRIALS = sizeof trials / sizeof *trials, MAX_TESTS = 500 };

static void has_no_fixture(void **state)
{
	const struct trial *trial = *state;

	fail_msg("tests/contract/fixtures/%s.c is missing", trial->class->kind);
}

struct suite {
	struct CMUnitTest tests[MAX_TESTS];
	struct trial trials[MAX_TESTS];
	char names[MAX_TESTS][96];
	size_t n;
};

static void add(struct suite *suite, const struct source_class *class,
		const struct fixture *fixture, const char *name, CMUnitTestFunction run)
{
	size_t i = suite->n++;

	snprintf(suite->names[i], sizeof suite->names[i], "%s: %s",
		 fixture ? fixture->name : class->kind, name);
	suite->trials[i] = (struct trial){fixture, class};
	suite->tests[i] = (struct CMUnitTest){.name = suite->names[i],
					      .test_func = run,
					      .initial_state = &suite->trials[i]};
}

int main(void)
{
	static struct suite suite;

	signal(SIGPIPE, SIG_IGN);
	alarm(TOO_LONG);
	for (size_t i = 0; source_classes[i]; i++) {
		if (!fixtures[i])
			add(&suite, source_classes[i], NULL, "has a fixture", has_no_fixture);
		for (const struct fixture *f = fixtures[i]; f && f->name; f++)
			for (int t = 0; t < TRIALS; t++)
				if (f->make || !trials[t].places)
					add(&suite, source_classes[i], f, trials[t].name,
					    trials[t].run);
	}
	return _cmocka_run_group_tests("sources", suite.tests, suite.n, NULL, NULL);
}
