/*
 * SQLite files: any bytes as a store. They are opened by the rules of core/db and read by the
 * MLflow file reader with every kind of query, and as events, views too: each read gives records or
 * one sentence, in bounded time, and nothing appears beside the file.
 */
#include "fuzz.h"

#include "base/clock.h"
#include "db/schema.h"
#include "db/store.h"
#include "record/build.h"
#include "source/events/events.h"
#include "source/io.h"
#include "source/mlflow/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum err_code ask(void *context)
{
	struct err err;

	return io_check(context, &err) ? err.code : ERR_NONE;
}

static int open_store(struct io *io, const char *path, bool views, struct store **store,
		      struct err *err)
{
	struct store_watch watch = {.ask = ask, .context = io, .patience = 1, .views = views};

	return store_open(store, path, &watch, err);
}

static int64_t now(struct io *io)
{
	(void)io;
	return clock_wall();
}

/* What the file is, is found by its start. */
static int read_file(struct io *io, const char *path, uint64_t offset, size_t most, struct buf *out,
		     struct err *err)
{
	char bytes[EVENTS_HEAD];
	size_t step = most < sizeof bytes ? most : sizeof bytes;
	long n = offset ? 0 : store_sniff(path, bytes, step, err);
	(void)io;

	if (n > 0)
		buf_add(out, bytes, (size_t)n);
	return n < 0 ? -1 : 0;
}

static const struct io_ops ops = {.open_store = open_store, .read_file = read_file, .now = now};

static struct snapshot *read_kind(struct mlflow_file *file, struct query query,
				  struct snapshot *previous)
{
	struct build_limits limits = {.bytes = 64 << 20, .text = 1 << 20, .rows = 100000};
	struct build *build = build_new(query.kind, previous, &limits);
	struct err err;
	struct io io;

	io_init(&io, &ops, NULL);
	io.deadline = clock_monotonic() + 2000;
	if (query.kind == RECORD_COLUMN)
		build_column(build, &query.column, query.table);
	if (!mlflow_file_read(file, &query, &io, build, &err))
		return build_seal(build, &err);
	assert(err.code != ERR_NONE && err.message[0]);
	build_free(build);
	return NULL;
}

static void read_columns(struct mlflow_file *file, struct snapshot *runs)
{
	static const struct column_id columns[] = {
		{COLUMN_METRIC, AGGREGATE_LAST, {"m", 1}},  {COLUMN_METRIC, AGGREGATE_MEAN, {"m",
			1}},
		{COLUMN_PARAM, AGGREGATE_LAST, {"lr", 2}},  {COLUMN_TAG, AGGREGATE_LAST, {"t", 1}},
		{COLUMN_COMMIT, AGGREGATE_LAST, {NULL, 0}}, {COLUMN_DATASETS, AGGREGATE_LAST,
			{NULL, 0}},
		{COLUMN_ARTIFACT_URI, AGGREGATE_LAST, {NULL, 0}},
	};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		snapshot_unref(read_kind(file, (struct query){.kind = RECORD_COLUMN, .table = runs,
							      .column = columns[i]}, NULL));
}

static void read_all(const char *path)
{
	struct mlflow_file *file = mlflow_file_new(path);
	struct str ids[] = {{"a", 1}, {"b", 1}};
	struct query details = {.kind = RECORD_DETAILS, .ids = ids, .nids = 2, .aggregates = true};
	struct query series = {.kind = RECORD_SERIES, .run = ids[0], .key = {"m", 1}};
	struct snapshot *runs = read_kind(file, (struct query){.kind = RECORD_RUNS}, NULL);

	if (runs) {
		read_columns(file, runs);
		snapshot_unref(read_kind(file, details, NULL));
		snapshot_unref(read_kind(file, series, NULL));
		snapshot_unref(read_kind(file, (struct query){.kind = RECORD_KEYS}, NULL));
		snapshot_unref(read_kind(file, (struct query){.kind = RECORD_MODELS}, NULL));
		snapshot_unref(read_kind(file, (struct query){.kind = RECORD_EXPERIMENTS}, NULL));
	}
	snapshot_unref(runs);
	mlflow_file_free(file);
}

static int on_begin(void *ctx, const struct event_layout *layout, struct err *err)
{
	(void)ctx, (void)layout, (void)err;
	return 0;
}

static int on_batch(void *ctx, const struct event_batch *batch, struct err *err)
{
	(void)err;
	*(size_t *)ctx += batch->n;
	return 0;
}

static bool again(void *ctx)
{
	(void)ctx;
	return false;
}

static void on_warning(void *ctx, const char *text)
{
	(void)ctx;
	assert(text[0]);
}

static int on_finish(void *ctx, struct build *build, struct err *err)
{
	(void)ctx, (void)build, (void)err;
	return 0;
}

/* Every table and view by its name, twice: the second read follows the first. */
static void read_events(const char *path, struct str table)
{
	static const struct event_names names = {.timeless = true};
	struct event_mark mark = {0};
	size_t rows = 0;
	struct event_sink sink = {.ctx = &rows, .names = &names, .mark = &mark, .begin = on_begin,
				  .batch = on_batch, .again = again, .warn = on_warning};
	struct query query = {.kind = RECORD_DRIFT, .sink = &sink, .finish = on_finish};
	struct err err;
	struct io io;

	for (int i = 0; i < 2; i++) {
		io_init(&io, &ops, NULL);
		io.deadline = clock_monotonic() + 500;
		err_clear(&err);
		if (events_deliver(path, table, &query, &io, NULL, &err))
			assert(err.code != ERR_NONE && err.message[0]);
	}
	if (mark.place)
		mark.free(mark.place);
}

static void read_tables(const char *path)
{
	struct store_watch watch = {.patience = 1, .views = true};
	struct str before = STR_NONE;
	struct schema schema;
	struct store *store;
	struct err err;
	int failed, n = 0;

	if (store_open(&store, path, &watch, &err))
		return;
	failed = schema_read(&schema, store, &err);
	store_close(store, &err);
	if (failed)
		return;
	for (size_t i = 0; i < schema.n && n < 4; i++) {
		if (!str_equal(schema.columns[i].table, before)) {
			read_events(path, schema.columns[i].table);
			n++;
		}
		before = schema.columns[i].table;
	}
	schema_release(&schema);
}

/* A folder of its own for this process, in memory. */
static const char *place(void)
{
	static char dir[64];

	if (!dir[0]) {
		snprintf(dir, sizeof dir, "/dev/shm/lee-fuzz-%ld", (long)getpid());
		mkdir(dir, 0700);
	}
	return dir;
}

static int entries(const char *dir)
{
	DIR *stream = opendir(dir);
	int n = 0;

	assert(stream);
	while (readdir(stream))
		n++;
	closedir(stream);
	return n - 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char path[96];
	ssize_t written;
	int fd;

	snprintf(path, sizeof path, "%s/store.db", place());
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert(fd >= 0);
	written = write(fd, data, n);
	close(fd);
	if (written == (ssize_t)n) {
		read_all(path);
		read_tables(path);
	}
	assert(entries(place()) == 1);
	unlink(path);
	return 0;
}
