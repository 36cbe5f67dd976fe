/*
 * The frame of the file reader: open, probe the schema, hand to the part that answers, close, and
 * remember what the files looked like; see file.h.
 */
#include "source/mlflow/file_parts.h"
#include "source/mlflow/file.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	REMEMBERED = 64,     /* queries whose last read is remembered */
	READ_MEMORY = 256 << 20,
	PROGRESS_ROWS = 1024,
	PROBE_PATIENCE = 1000, /* ms: a writer on a slow disk is at work for some hundred */
};

/* What was true when a query was last answered. */
struct remembered {
	uint64_t query;
	uint64_t table;     /* RECORD_COLUMN: which rows */
	struct store_print print;
	int64_t cursor;
};

struct mlflow_file {
	char *path;
	struct remembered last[REMEMBERED];
	unsigned next;
	struct kept_tallies kept;
};

struct mlflow_file *mlflow_file_new(const char *path)
{
	struct mlflow_file *file = mem_zero(1, sizeof *file);
	struct stat st;
	struct buf name;

	buf_init(&name, 1 << 16);
	buf_adds(&name, path);
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		buf_adds(&name, "/mlflow.db");
	file->path = mem_copy(buf_cstr(&name), name.n);
	buf_release(&name);
	return file;
}

void mlflow_file_free(struct mlflow_file *file)
{
	if (!file)
		return;
	free(file->path);
	free(file);
}

/* --- what is remembered ----------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * 0x100000001B3u;
	return (hash ^ n) * 0x100000001B3u;
}

uint64_t file_mark(uint64_t mark, struct str text)
{
	return mix(mark, text.s, text.n);
}

static uint64_t query_mark(const struct query *query)
{
	int which[4] = {(int)query->kind, (int)query->column.kind, (int)query->column.aggregate,
			query->aggregates};
	uint64_t hash = mix(0xCBF29CE484222325u, which, sizeof which);

	hash = file_mark(hash, query->column.key);
	hash = file_mark(hash, query->run);
	hash = file_mark(hash, query->key);
	for (size_t i = 0; i < query->nids; i++)
		hash = file_mark(hash, query->ids[i]);
	return hash | 1; /* 0 is an empty place */
}

static uint64_t table_mark(const struct query *query)
{
	uint64_t hash = 1;

	if (query->kind != RECORD_COLUMN)
		return 0;
	for (size_t i = 0; i < query->table->u.runs.nchunks; i++)
		hash = mix(hash, &query->table->u.runs.chunks[i]->id, sizeof(uint64_t));
	return hash;
}

static struct remembered *find_remembered(struct mlflow_file *file, uint64_t query)
{
	for (unsigned i = 0; i < REMEMBERED; i++)
		if (file->last[i].query == query)
			return &file->last[i];
	return NULL;
}

static void remember(struct mlflow_file *file, const struct remembered *now)
{
	struct remembered *place = find_remembered(file, now->query);

	if (!place)
		place = &file->last[file->next++ % REMEMBERED];
	*place = *now;
}

/* --- helpers of the parts --------------------------------------------------------------------- */

const char *file_by(struct file_read *read, const char *table, const char *index,
		    const char *columns)
{
	if (!str_equal(schema_index(&read->schema, table, index), str_of(columns)))
		return "";
	return file_textf(read, " INDEXED BY %s", index);
}

const char *file_textf(struct file_read *read, const char *format, ...)
{
	char text[1024];
	struct str copy;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	copy = arena_str(&read->arena, str_of(text));
	return copy.s ? copy.s : "";
}

const char *file_column(const struct file_read *read, const char *table, const char *column)
{
	return schema_has(&read->schema, table, column) ? column : "NULL";
}

int file_prepare(struct file_read *read, struct statement **statement, struct err *err,
		 const char *format, ...)
{
	char sql[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	return store_prepare(read->store, sql, statement, err);
}

int file_moves_on(bool forward, struct err *err)
{
	return forward ? 0 : err_set(err, ERR_CORRUPT, "the rows of a table are out of order");
}

static int too_large(struct err *err)
{
	return err_set(err, ERR_TOO_BIG, "a table takes more than %d MB of memory",
		       READ_MEMORY >> 20);
}

int file_progress(struct file_read *read, struct err *err)
{
	if (read->arena.over)
		return too_large(err);
	if (++read->rows % PROGRESS_ROWS)
		return 0;
	return io_progress(read->io, read->rows, 0, err);
}

struct str file_text(struct file_read *read, struct statement *statement, int column)
{
	return arena_str(&read->arena, statement_text(statement, column));
}

int file_key(struct file_read *read, struct statement *statement, int column, struct str *key,
	     struct err *err)
{
	(void)read;
	if (statement_kind(statement, column) != VALUE_TEXT)
		return err_set(err, ERR_CORRUPT, "a key in it is not text");
	*key = statement_text(statement, column);
	return 0;
}

struct str file_id(struct file_read *read, struct statement *statement, int column)
{
	int64_t id = statement_int(statement, column, INT64_MIN);

	return id == INT64_MIN ? STR_NONE : str_of(file_textf(read, "%lld", (long long)id));
}

struct table_walk {
	struct file_read *read;
	int64_t key;
	int (*row)(void *context, struct statement *statement, struct err *err);
	void *context;
};

static void table_seek(void *context, struct statement *statement)
{
	struct table_walk *walk = context;

	statement_bind_int(statement, 1, walk->key);
}

static int table_row(void *context, struct statement *statement, struct err *err)
{
	struct table_walk *walk = context;
	int64_t key = statement_int(statement, 0, INT64_MIN);

	if (file_moves_on(key > walk->key, err))
		return -1;
	walk->key = key;
	if (walk->row(walk->context, statement, err))
		return -1;
	return file_progress(walk->read, err);
}

int file_walk_table(struct file_read *read, const char *table, const char *columns,
		    int (*row)(void *context, struct statement *statement, struct err *err),
		    void *context, struct err *err)
{
	struct table_walk walk = {read, INT64_MIN, row, context};
	struct sweep sweep = {2, table_seek, table_row, &walk};
	struct statement *statement;
	int failed;

	if (file_prepare(read, &statement, err,
			 "SELECT rowid, %s FROM %s WHERE rowid > ?1 ORDER BY rowid LIMIT ?2",
			 columns, table))
		return -1;
	failed = store_sweep(statement, &sweep, err);
	statement_free(statement);
	return failed;
}

/* --- a read ----------------------------------------------------------------------------------- */

static void note_schema(struct file_read *read)
{
	struct statement *statement;
	struct err ignored;
	struct str revision;

	if (!schema_has_table(&read->schema, "alembic_version") ||
	    store_prepare(read->store, "SELECT version_num FROM alembic_version", &statement,
			  &ignored))
		return;
	if (statement_step(statement, &ignored) > 0) {
		revision = statement_text(statement, 0);
		revision = str_slice(revision, 0, 7);
		build_note(read->build, "sqlite, schema %.*s", STR_ARG(revision));
	}
	statement_free(statement);
}

static void warn_network(struct file_read *read)
{
	const char *network = store_network(store_path(read->store));

	if (network)
		build_warn(read->build, "the store lies on a network file system (%s): its locks "
			   "may not hold", network);
}

static int check_tables(const struct file_read *read, struct err *err)
{
	static const char *const needed[][2] = {
		{"experiments", "experiment_id"}, {"experiments", "name"},
		{"runs", "run_uuid"}, {"runs", "experiment_id"},
	};

	if (!store_utf8(read->store))
		return err_set(err, ERR_UNSUPPORTED, "its texts are stored as UTF-16");
	if (schema_has_table(&read->schema, "experiment_permissions"))
		return err_set(err, ERR_FORMAT, "it is MLflow's database of users, not of runs");
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!schema_has(&read->schema, needed[i][0], needed[i][1]))
			return err_set(err, ERR_FORMAT, "it is no MLflow store: no column %s.%s",
				       needed[i][0], needed[i][1]);
	return 0;
}

static int answer(struct file_read *read, struct err *err)
{
	switch (read->query->kind) {
	case RECORD_EXPERIMENTS:
		return file_read_experiments(read, err);
	case RECORD_RUNS:
		return file_read_runs(read, err);
	case RECORD_COLUMN:
		return file_read_column(read, err);
	case RECORD_DETAILS:
		return file_read_details(read, err);
	case RECORD_SERIES:
		return file_read_series(read, err);
	case RECORD_KEYS:
		return file_read_keys(read, err);
	case RECORD_MODELS:
		return file_read_models(read, err);
	default:
		return err_set(err, ERR_UNSUPPORTED, "an MLflow store has no such records");
	}
}

static int answer_probed(struct file_read *read, struct err *err)
{
	int failed;

	if (schema_read(&read->schema, read->store, err))
		return -1;
	arena_init(&read->arena, READ_MEMORY);
	failed = check_tables(read, err);
	if (!failed) {
		note_schema(read);
		warn_network(read);
		failed = answer(read, err);
	}
	if (!failed && read->arena.over)
		failed = too_large(err);
	arena_release(&read->arena);
	schema_release(&read->schema);
	return failed;
}

static int read_once(struct mlflow_file *file, struct file_read *read, struct err *err)
{
	struct err ignored;

	if (read->io->ops->open_store(read->io, file->path, false, &read->store, err))
		return -1;
	if (answer_probed(read, err)) {
		store_close(read->store, &ignored);
		return -1;
	}
	/* a poll is followed by the next one; a single read has to say it */
	if (store_changed(read->store) && !read->again)
		build_warn(read->build, "a writer was at work while this was read");
	return store_close(read->store, err);
}

int mlflow_file_read(struct mlflow_file *file, const struct query *query, struct io *io,
		     struct build *build, struct err *err)
{
	struct remembered now = {.query = query_mark(query), .table = table_mark(query)};
	const struct remembered *last = find_remembered(file, now.query);
	bool again = last && build_previous(build);
	struct file_read read = {.query = query, .io = io, .build = build, .again = again,
				 .kept = &file->kept, .mark = now.query,
				 .cursor = again ? last->cursor : -1};

	if (store_fingerprint(&now.print, file->path, err))
		return -1;
	if (again && last->table == now.table && store_print_equal(&last->print, &now.print)) {
		build_unchanged(build);
		return 0;
	}
	if (read_once(file, &read, err))
		return -1;
	now.cursor = read.cursor;
	remember(file, &now);
	return 0;
}

/* --- is it ours? ------------------------------------------------------------------------------ */

static bool probe_tables(struct store *store, const char **why, struct err *err)
{
	struct schema schema;
	bool ours;

	if (schema_read(&schema, store, err))
		return false;
	ours = schema_has(&schema, "runs", "run_uuid") && schema_has_table(&schema, "experiments");
	if (ours)
		*why = "an MLflow store";
	else if (schema_has_table(&schema, "experiment_permissions"))
		*why = "MLflow's database of users, not of runs";
	else
		*why = "an SQLite database of another program";
	schema_release(&schema);
	return ours;
}

bool mlflow_file_probe(const char *path, const char **why)
{
	static const struct store_watch watch = {.patience = PROBE_PATIENCE};
	struct mlflow_file *file;
	struct store *store;
	struct err err;
	struct stat st;
	bool ours = false;

	/* the database in a folder is found as the file that it is */
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return false;
	file = mlflow_file_new(path);
	err_clear(&err);
	if (!store_open(&store, file->path, &watch, &err)) {
		struct err ignored;

		ours = probe_tables(store, why, &err);
		store_close(store, &ignored);
	}
	if (err.code != ERR_NONE) {
		/* it is there, but locked or damaged: a store by that name says so itself */
		bool other = err.code == ERR_NOT_FOUND || err.code == ERR_FORMAT;

		ours = !other && str_ends(str_of(file->path), STR("mlflow.db"));
		*why = ours    ? "a store by its name"
		       : other ? "no SQLite database"
			       : "an SQLite database that cannot be read";
	}
	mlflow_file_free(file);
	return ours;
}
