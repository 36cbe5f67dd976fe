/*
 * The series of one metric of one run, and the names of all keys.
 *
 * A series is read by the index of its run, never by MLflow's own query, for which the planner
 * would walk that key in every run. The first read takes the rows up to the newest rowid at its
 * start; what comes later has a larger rowid, so that the next read finds it however long the first
 * one took.
 */
#include "source/mlflow/file_parts.h"

#include "base/mem.h"
#include "source/mlflow/words.h"

#include <math.h>

struct series_read {
	struct file_read *read;
	int64_t last;           /* rows past this rowid are left to the next part */
	int64_t rowid, step;    /* where the sweep is */
	bool by_step;           /* it goes by step and rowid, not by rowid alone */
};

static void series_seek(void *context, struct statement *statement)
{
	struct series_read *series = context;

	statement_bind_text(statement, 1, series->read->query->run);
	statement_bind_text(statement, 2, series->read->query->key);
	statement_bind_int(statement, 3, series->rowid);
	statement_bind_int(statement, 5, series->step);
}

static int series_row(void *context, struct statement *statement, struct err *err)
{
	struct series_read *series = context;
	int64_t rowid = statement_int(statement, 0, INT64_MIN);
	int64_t step = statement_int(statement, 2, 0);
	double value = statement_double(statement, 3);

	if (file_moves_on(file_is_past(series->by_step, step, series->step, rowid, series->rowid),
			  err))
		return -1;
	series->rowid = rowid;
	series->step = step;
	if (series->rowid <= series->last && statement_int(statement, 5, 0))
		build_point(series->read->build, series->step,
			    statement_int(statement, 1, TIME_NONE),
			    statement_int(statement, 4, 0) ? NAN : mlflow_value(value));
	return file_progress(series->read, err);
}

static int series_sweep(struct series_read *series, const char *by, const char *where,
			struct err *err)
{
	struct sweep sweep = {4, series_seek, series_row, series};
	struct statement *statement;
	int failed;

	if (file_prepare(series->read, &statement, err,
			 "SELECT rowid, timestamp, step, value, is_nan, key = ?2 FROM metrics%s "
			 "WHERE run_uuid = ?1 AND %s LIMIT ?4", by, where))
		return -1;
	failed = store_sweep(statement, &sweep, err);
	statement_free(statement);
	return failed;
}

static const char *by_run(const struct series_read *series)
{
	return file_by(series->read, "metrics", "index_metrics_run_uuid", "run_uuid");
}

/* All points up to the last rowid. */
static int read_all(struct series_read *series, struct err *err)
{
	const char *by_step = file_by(series->read, "metrics", "index_metrics_run_uuid_key_step",
				      "run_uuid,key,step");

	series->rowid = series->step = INT64_MIN;
	series->by_step = *by_step;
	if (*by_step)
		return series_sweep(series, by_step,
				    "key = ?2 AND (step, rowid) > (?5, ?3) ORDER BY step, rowid",
				    err);
	return series_sweep(series, by_run(series),
			    "rowid > ?3 AND ?5 IS NOT NULL ORDER BY rowid", err);
}

/* Points past a rowid. */
static int read_tail(struct series_read *series, int64_t rowid, struct err *err)
{
	series->rowid = rowid;
	series->last = INT64_MAX;
	return series_sweep(series, by_run(series),
			    "rowid > ?3 AND ?5 IS NOT NULL ORDER BY rowid", err);
}

int file_newest_point(struct file_read *read, int64_t *rowid, struct err *err)
{
	struct statement *statement;
	int more;

	if (store_prepare(read->store, "SELECT max(rowid) FROM metrics", &statement, err))
		return -1;
	more = statement_step(statement, err);
	*rowid = more > 0 ? statement_int(statement, 0, 0) : 0;
	statement_free(statement);
	return more < 0 ? -1 : 0;
}

int file_read_series(struct file_read *read, struct err *err)
{
	struct series_read series = {.read = read};
	bool goes_on = read->again && read->cursor >= 0 && !read->query->sweep;
	int64_t newest;

	if (!schema_has(&read->schema, "metrics", "step") ||
	    !schema_has(&read->schema, "metrics", "is_nan"))
		return err_set(err, ERR_UNSUPPORTED, "this store is from before MLflow 1.1");
	build_series(read->build, read->query->run, read->query->key);
	if (file_newest_point(read, &newest, err))
		return -1;
	/* rows went away (mlflow gc, VACUUM): rowids mean nothing any more */
	if (goes_on && newest >= read->cursor) {
		series.last = newest;
		series.rowid = read->cursor;
		if (read_tail(&series, read->cursor, err))
			return -1;
		/* the tail may have grown past `newest` meanwhile */
		read->cursor = series.rowid > newest ? series.rowid : newest;
		return 0;
	}
	build_series_restart(read->build);
	series.last = newest;
	read->cursor = newest;
	return read_all(&series, err);
}

/* --- keys ------------------------------------------------------------------------------------- */

/*
 * The distinct keys of a table, each by one seek past the last: thousands of times faster than
 * DISTINCT, which would walk the whole index.
 */
static int read_keys_of(struct file_read *read, const char *table, enum column_kind kind,
			struct err *err)
{
	struct statement *statement;
	struct slice slice;
	struct buf last;
	int more = 1;

	if (!schema_has_table(&read->schema, table))
		return 0;
	if (file_prepare(read, &statement, err,
			 "SELECT key FROM %s%s WHERE key > ?1 ORDER BY key LIMIT 1", table,
			 file_by(read, table, file_textf(read, "sqlite_autoindex_%s_1", table),
				 "key,run_uuid")))
		return -1;
	buf_init(&last, 1 << 20);
	slice_init(&slice, read->store);
	while (more > 0 && !(more = slice_begin(&slice, err))) {
		int rows = 0, step = 1;
		struct str key;

		while (rows < slice.rows && step > 0) {
			statement_bind_text(statement, 1, (struct str){buf_cstr(&last), last.n});
			step = statement_step(statement, err);
			if (step > 0 &&
			    (file_key(read, statement, 0, &key, err) ||
			     file_moves_on(str_compare(key, buf_str(&last)) > 0, err)))
				step = -1;
			if (step > 0) {
				rows++;
				build_key(read->build, kind, key);
				buf_clear(&last);
				buf_add_str(&last, key);
				step = last.over || file_progress(read, err) ? -1 : 1;
			}
			statement_reset(statement);
		}
		if (step < 0)
			slice_abort(&slice);
		more = step < 0 ? -1 : slice_end(&slice, rows, err);
	}
	buf_release(&last);
	statement_free(statement);
	return more;
}

int file_read_keys(struct file_read *read, struct err *err)
{
	if (read_keys_of(read, "latest_metrics", COLUMN_METRIC, err) ||
	    read_keys_of(read, "params", COLUMN_PARAM, err) ||
	    read_keys_of(read, "tags", COLUMN_TAG, err))
		return -1;
	return 0;
}
