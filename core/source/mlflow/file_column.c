/*
 * Columns: one value of every run.
 *
 * When most rows want a value, the primary key's index is walked from its key on, which gives every
 * run that has one; when few do (the running ones of a poll, or new ones), each is looked up.
 * The history of one metric over all runs is read from the primary key's index alone, which holds
 * all its columns; MLflow's planner trap (the same index for one run's history) is avoided by
 * naming the index of the run.
 */
#include "source/mlflow/file_parts.h"

#include "base/map.h"
#include "base/mem.h"
#include "source/mlflow/tally.h"
#include "source/mlflow/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 8 }; /* look-ups when less than one row in so many wants a value */

struct column_read {
	struct file_read *read;
	const struct run_table *table;
	struct str key;
	struct map rows;       /* run id → row, of the rows that want a value */
	uint8_t *seen;
	size_t wanted;
	struct buf cursor;     /* run id that a sweep goes on after */
	struct tally *tallies; /* one per row, for aggregates of a history */
	int64_t time, step;    /* the rest of the cursor in a history */
	double value;
	int64_t nan;
	int64_t rowid;
	int64_t newest;        /* rows past this rowid are left to the next read */
	size_t row;            /* the run that is looked up */
	bool by_step;          /* its history goes by step and rowid, not by rowid alone */
};

static void column_init(struct column_read *column, struct file_read *read)
{
	const struct run_table *table = &read->query->table->u.runs;

	*column = (struct column_read){
		.read = read, .table = table, .key = read->query->column.key};
	map_init(&column->rows);
	buf_init(&column->cursor, 1 << 20);
	column->seen = mem_zero(table->rows + 1, 1);
	for (size_t row = 0; row < table->rows; row++) {
		if (!build_column_wants(read->build, row) || run_at(table, row)->gone)
			continue;
		map_put(&column->rows, run_at(table, row)->id, (uint32_t)row);
		column->wanted++;
	}
}

static void column_release(struct column_read *column)
{
	map_release(&column->rows);
	buf_release(&column->cursor);
	free(column->seen);
	free(column->tallies);
}

static bool few_wanted(const struct column_read *column)
{
	return column->wanted * FEW < column->table->rows;
}

/* Rows that wanted a value and got none have none. */
static void clear_unseen(struct column_read *column)
{
	for (size_t row = 0; row < column->table->rows; row++)
		if (!column->seen[row] && build_column_wants(column->read->build, row))
			build_column_none(column->read->build, row);
}

static void set_value(struct column_read *column, struct statement *statement, uint32_t row)
{
	enum column_kind kind = column->read->query->column.kind;

	if (kind != COLUMN_METRIC) {
		struct str text = statement_text(statement, 1);

		/* an empty parameter is a value, an empty commit is none */
		column->seen[row] =
			text.n || (text.s && (kind == COLUMN_PARAM || kind == COLUMN_TAG));
		if (column->seen[row])
			build_column_text(column->read->build, row, text);
		return;
	}
	column->seen[row] = 1;
	build_column_number(column->read->build, row,
			    statement_int(statement, 2, 0)
				    ? NAN
				    : mlflow_value(statement_double(statement, 1)));
}

/* --- one value a run: last metrics, parameters, tags ------------------------------------------ */

/* An empty text at first, which a run id sorts after. */
static struct str cursor_text(const struct column_read *column)
{
	return (struct str){buf_cstr(&column->cursor), column->cursor.n};
}

static void plain_seek(void *context, struct statement *statement)
{
	struct column_read *column = context;

	statement_bind_text(statement, 1, column->key);
	statement_bind_text(statement, 2, cursor_text(column));
}

static int plain_row(void *context, struct statement *statement, struct err *err)
{
	struct column_read *column = context;
	struct str run;
	uint32_t row;

	if (file_key(column->read, statement, 0, &run, err) ||
	    file_moves_on(str_compare(run, buf_str(&column->cursor)) > 0, err))
		return -1;
	buf_clear(&column->cursor);
	buf_add_str(&column->cursor, run);
	if (column->cursor.over)
		return err_set(err, ERR_CORRUPT, "a run id in it is longer than 1 MB");
	if (map_get(&column->rows, run, &row))
		set_value(column, statement, row);
	return file_progress(column->read, err);
}

/* Each wanted run for itself, in slices. `look` answers for column->row: 0, or -1. */
static int look_up(struct column_read *column, struct statement *statement,
		   int (*look)(struct column_read *column, struct statement *statement,
			       struct err *err),
		   struct err *err)
{
	struct slice slice;
	int more = 1;

	slice_init(&slice, column->read->store);
	while (more > 0 && !(more = slice_begin(&slice, err))) {
		int rows = 0;

		for (; column->row < column->table->rows && rows < slice.rows; column->row++) {
			uint32_t row;

			if (!map_get(&column->rows, run_at(column->table, column->row)->id, &row))
				continue;
			rows++;
			if (look(column, statement, err)) {
				slice_abort(&slice);
				return -1;
			}
			if (slice_over(&slice))
				break;
		}
		more = slice_end(&slice, rows, err);
		if (!more && column->row < column->table->rows)
			more = 1;
	}
	return more;
}

static int plain_look(struct column_read *column, struct statement *statement, struct err *err)
{
	int more;

	statement_bind_text(statement, 1, column->key);
	statement_bind_text(statement, 2, run_at(column->table, column->row)->id);
	more = statement_step(statement, err);
	if (more > 0)
		set_value(column, statement, (uint32_t)column->row);
	statement_reset(statement);
	return more < 0 || file_progress(column->read, err) ? -1 : 0;
}

static int read_plain(struct column_read *column, const char *table, const char *columns,
		      struct err *err)
{
	struct sweep sweep = {3, plain_seek, plain_row, column};
	bool few = few_wanted(column);
	const char *index = file_textf(column->read, "sqlite_autoindex_%s_1", table);
	struct statement *statement;
	int failed;

	if (file_prepare(column->read, &statement, err, "SELECT %s FROM %s%s WHERE key = ?1 AND %s",
			 columns, table, file_by(column->read, table, index, "key,run_uuid"),
			 few ? "run_uuid = ?2" : "run_uuid > ?2 ORDER BY run_uuid LIMIT ?3"))
		return -1;
	failed = few ? look_up(column, statement, plain_look, err)
		     : store_sweep(statement, &sweep, err);
	statement_free(statement);
	return failed;
}

/* --- aggregates of the history ---------------------------------------------------------------- */

static void history_seek(void *context, struct statement *statement)
{
	struct column_read *column = context;

	statement_bind_text(statement, 1, column->key);
	statement_bind_int(statement, 2, column->time);
	statement_bind_int(statement, 3, column->step);
	statement_bind_text(statement, 4, cursor_text(column));
	statement_bind_double(statement, 5, column->value);
	statement_bind_int(statement, 6, column->nan);
}

/* Is the row past the one that the cursor stands on, in the order of the index? */
static bool is_past(const struct column_read *column, int64_t time, int64_t step, struct str run,
		    double value, int64_t nan)
{
	int order = str_compare(run, buf_str(&column->cursor));

	if (time != column->time)
		return time > column->time;
	if (step != column->step)
		return step > column->step;
	if (order)
		return order > 0;
	return value != column->value ? value > column->value : nan > column->nan;
}

static int history_row(void *context, struct statement *statement, struct err *err)
{
	struct column_read *column = context;
	int64_t time = statement_int(statement, 1, 0), step = statement_int(statement, 2, 0);
	int64_t nan = statement_int(statement, 4, 0);
	double value = statement_double(statement, 3);
	struct str run;
	uint32_t row;

	if (file_key(column->read, statement, 0, &run, err))
		return -1;
	if (isnan(value))
		return err_set(err, ERR_CORRUPT, "a row of its metrics is damaged");
	if (file_moves_on(is_past(column, time, step, run, value, nan), err))
		return -1;
	column->time = time;
	column->step = step;
	column->value = value;
	column->nan = nan;
	buf_clear(&column->cursor);
	buf_add_str(&column->cursor, run);
	if (column->cursor.over)
		return err_set(err, ERR_CORRUPT, "a run id in it is longer than 1 MB");
	if (map_get(&column->rows, run, &row)) {
		column->seen[row] = 1;
		tally_add(&column->tallies[row], column->step, column->time,
			  column->nan ? NAN : mlflow_value(column->value));
	}
	return file_progress(column->read, err);
}

static int read_history(struct column_read *column, struct err *err)
{
	struct sweep sweep = {7, history_seek, history_row, column};
	struct statement *statement;
	int failed;

	column->time = column->step = INT64_MIN;
	column->value = -INFINITY;
	column->nan = INT64_MIN;
	if (file_prepare(column->read, &statement, err,
			 "SELECT run_uuid, timestamp, step, value, is_nan FROM metrics%s "
			 "WHERE key = ?1 AND (timestamp, step, run_uuid, value, is_nan) > "
			 "(?2, ?3, ?4, ?5, ?6) ORDER BY timestamp, step, run_uuid, value, is_nan "
			 "LIMIT ?7",
			 file_by(column->read, "metrics", "sqlite_autoindex_metrics_1",
				 "key,timestamp,step,run_uuid,value,is_nan")))
		return -1;
	failed = store_sweep(statement, &sweep, err);
	statement_free(statement);
	return failed;
}

static void run_seek(void *context, struct statement *statement)
{
	struct column_read *column = context;

	statement_bind_text(statement, 1, run_at(column->table, column->row)->id);
	statement_bind_text(statement, 2, column->key);
	statement_bind_int(statement, 3, column->rowid);
	statement_bind_int(statement, 5, column->step);
}

static int run_row(void *context, struct statement *statement, struct err *err)
{
	struct column_read *column = context;
	int64_t rowid = statement_int(statement, 0, INT64_MIN);
	int64_t step = statement_int(statement, 2, 0);
	double value = statement_double(statement, 3);

	if (file_moves_on(file_is_past(column->by_step, step, column->step, rowid, column->rowid),
			  err))
		return -1;
	column->rowid = rowid;
	column->step = step;
	if (column->rowid <= column->newest && statement_int(statement, 5, 0)) {
		column->seen[column->row] = 1;
		tally_add(&column->tallies[column->row], column->step,
			  statement_int(statement, 1, 0),
			  statement_int(statement, 4, 0) ? NAN : mlflow_value(value));
	}
	return file_progress(column->read, err);
}

static int prepare_history(struct column_read *column, struct statement **statement, const char *by,
			   const char *where, struct err *err)
{
	return file_prepare(column->read, statement, err,
			    "SELECT rowid, timestamp, step, value, is_nan, key = ?2 FROM metrics%s "
			    "WHERE run_uuid = ?1 AND %s LIMIT ?4", by, where);
}

/* What is kept of this run and column, or NULL. */
static struct kept_tally *find_kept(struct column_read *column, struct str id)
{
	struct file_read *read = column->read;
	uint64_t run = file_mark(1, id);

	for (size_t i = 0; i < KEPT_TALLIES; i++)
		if (read->kept->items[i].query == read->mark && read->kept->items[i].run == run)
			return &read->kept->items[i];
	return NULL;
}

static void keep(struct column_read *column, struct kept_tally *kept, const struct run *run)
{
	struct kept_tallies *all = column->read->kept;

	if (!kept)
		kept = &all->items[all->next++ % KEPT_TALLIES];
	*kept = (struct kept_tally){
		.query = column->read->mark,
		.run = file_mark(1, run->id),
		.rowid = column->newest,
		.seen = column->seen[column->row],
		.tally = column->tallies[column->row],
	};
}

/* The history of one run: what came since it was last read, or all of it. */
static int read_one_history(struct column_read *column, struct statement *whole,
			    struct statement *tail, bool by_step, struct err *err)
{
	struct sweep sweep = {4, run_seek, run_row, column};
	const struct run *run = run_at(column->table, column->row);
	struct kept_tally *kept = find_kept(column, run->id);
	bool goes_on = kept && column->read->again && !column->read->query->sweep &&
		       kept->rowid <= column->newest;

	column->rowid = column->step = INT64_MIN;
	column->by_step = by_step && !goes_on;
	if (goes_on) {
		column->rowid = kept->rowid;
		column->tallies[column->row] = kept->tally;
		column->seen[column->row] = kept->seen;
	}
	if (store_sweep(goes_on ? tail : whole, &sweep, err))
		return -1;
	if (run->state == RUN_RUNNING)
		keep(column, kept, run);
	return 0;
}

/* The histories of a few runs, each by the index of its run. */
static int read_histories(struct column_read *column, struct err *err)
{
	static const char by_rowid[] = "rowid > ?3 AND ?5 IS NOT NULL ORDER BY rowid";
	static const char by_step[] = "key = ?2 AND (step, rowid) > (?5, ?3) ORDER BY step, rowid";
	struct file_read *read = column->read;
	const char *steps = file_by(read, "metrics", "index_metrics_run_uuid_key_step",
				    "run_uuid,key,step");
	const char *runs = file_by(read, "metrics", "index_metrics_run_uuid", "run_uuid");
	struct statement *whole = NULL, *tail = NULL;
	uint32_t row;
	int failed = file_newest_point(read, &column->newest, err);

	if (!failed)
		failed = prepare_history(column, &whole, *steps ? steps : runs,
					 *steps ? by_step : by_rowid, err);
	if (!failed)
		failed = prepare_history(column, &tail, runs, by_rowid, err);
	for (; column->row < column->table->rows && !failed; column->row++)
		if (map_get(&column->rows, run_at(column->table, column->row)->id, &row))
			failed = read_one_history(column, whole, tail, *steps, err);
	statement_free(whole);
	statement_free(tail);
	return failed;
}

static void set_aggregate(struct column_read *column, size_t row)
{
	struct metric metric = {.key = column->key};
	struct run_detail detail = {.metrics = &metric, .nmetrics = 1};
	struct value value;

	tally_fill(&column->tallies[row], &metric);
	value = column_of_detail(&column->read->query->column, &detail);
	column->seen[row] = value.state == CELL_NUMBER;
	if (value.state == CELL_NUMBER)
		build_column_number(column->read->build, row, value.number);
}

static int read_aggregates(struct column_read *column, struct err *err)
{
	int failed;

	if (!schema_has(&column->read->schema, "metrics", "step") ||
	    !schema_has(&column->read->schema, "metrics", "is_nan"))
		return err_set(err, ERR_UNSUPPORTED, "this store is from before MLflow 1.1");
	column->tallies = mem_zero(column->table->rows + 1, sizeof *column->tallies);
	failed = few_wanted(column) ? read_histories(column, err) : read_history(column, err);
	for (size_t row = 0; row < column->table->rows && !failed; row++)
		if (column->seen[row])
			set_aggregate(column, row);
	return failed;
}

/* --- datasets --------------------------------------------------------------------------------- */

struct use {
	uint32_t row;
	struct dataset_use dataset;
};

struct uses {
	struct column_read *column;
	struct statement *dataset; /* ?1: the dataset, ?2: the edge, where contexts are asked for */
	bool contexts;
	struct use *items;
	size_t n, cap;
};

static int compare_uses(const void *a, const void *b)
{
	const struct use *left = a, *right = b;
	int order = (left->row > right->row) - (left->row < right->row);

	if (!order)
		order = str_compare(left->dataset.name, right->dataset.name);
	if (!order)
		order = str_compare(left->dataset.digest, right->dataset.digest);
	return order ? order : str_compare(left->dataset.context, right->dataset.context);
}

/* An edge DATASET → RUN: its names are asked for at once, inside the same slice. */
static int use_row(void *context, struct statement *edge, struct err *err)
{
	struct uses *uses = context;
	struct file_read *read = uses->column->read;
	uint32_t row;
	int more;

	if (!str_equal(statement_text(edge, 2), STR("DATASET")) ||
	    !str_equal(statement_text(edge, 3), STR("RUN")) ||
	    !map_get(&uses->column->rows, statement_text(edge, 4), &row))
		return 0;
	statement_bind_text(uses->dataset, 1, statement_text(edge, 1));
	if (uses->contexts)
		statement_bind_text(uses->dataset, 2, statement_text(edge, 5));
	while ((more = statement_step(uses->dataset, err)) > 0) {
		MEM_GROW(uses->items, uses->n, uses->cap);
		uses->items[uses->n++] = (struct use){row, {file_text(read, uses->dataset, 0),
							    file_text(read, uses->dataset, 1),
							    file_text(read, uses->dataset, 2)}};
	}
	statement_reset(uses->dataset);
	return more;
}

/* The datasets of one run, the n items from `first` on. */
static void set_run(struct uses *uses, size_t first, size_t n, struct dataset_use *datasets)
{
	struct column_read *column = uses->column;
	uint32_t row = uses->items[first].row;
	struct buf text;

	for (size_t i = 0; i < n; i++)
		datasets[i] = uses->items[first + i].dataset;
	buf_init(&text, 1 << 20);
	column_datasets(&text, column->read->query->column.key, datasets, (uint32_t)n);
	build_column_text(column->read->build, row, buf_str(&text));
	column->seen[row] = 1;
	buf_release(&text);
}

static void set_uses(struct uses *uses)
{
	struct dataset_use *datasets = mem_zero(uses->n + 1, sizeof *datasets);

	if (uses->n)
		qsort(uses->items, uses->n, sizeof *uses->items, compare_uses);
	for (size_t i = 0, n; i < uses->n; i += n) {
		for (n = 1; i + n < uses->n && uses->items[i + n].row == uses->items[i].row;)
			n++;
		set_run(uses, i, n, datasets);
	}
	free(datasets);
}

static int read_datasets(struct column_read *column, struct err *err)
{
	struct uses uses = {.column = column};
	struct file_read *read = column->read;
	int failed;

	if (!schema_has_table(&read->schema, "inputs") ||
	    !schema_has_table(&read->schema, "datasets"))
		return 0;
	uses.contexts = str_equal(read->query->column.key, STR("context")) &&
			schema_has_table(&read->schema, "input_tags");
	if (file_prepare(read, &uses.dataset, err,
			 "SELECT name, digest, %s FROM datasets%s WHERE dataset_uuid = ?1",
			 uses.contexts ? "(SELECT t.value FROM input_tags t WHERE t.input_uuid = ?2 "
					 "AND t.name = '" MLFLOW_TAG_CONTEXT "')"
				       : "NULL",
			 file_by(read, "datasets", "index_datasets_dataset_uuid", "dataset_uuid")))
		return -1;
	failed = file_walk_table(
		read, "inputs",
		"source_id, source_type, destination_type, destination_id, input_uuid", use_row,
		&uses, err);
	if (!failed)
		set_uses(&uses);
	statement_free(uses.dataset);
	free(uses.items);
	return failed;
}

/* --- artifact URIs ---------------------------------------------------------------------------- */

static int uri_row(void *context, struct statement *run, struct err *err)
{
	struct column_read *column = context;
	struct str uri = statement_text(run, 2);
	uint32_t row;
	(void)err;

	if (!uri.n || !map_get(&column->rows, statement_text(run, 1), &row))
		return 0;
	column->seen[row] = 1;
	build_column_text(column->read->build, row, uri);
	return 0;
}

static int read_uris(struct column_read *column, struct err *err)
{
	struct file_read *read = column->read;
	const char *columns = file_textf(read, "run_uuid, %s",
					 file_column(read, "runs", "artifact_uri"));

	return file_walk_table(read, "runs", columns, uri_row, column, err);
}

/* --- all -------------------------------------------------------------------------------------- */

static int read_tag_column(struct column_read *column, struct str tag, struct err *err)
{
	column->key = tag;
	return schema_has_table(&column->read->schema, "tags")
		       ? read_plain(column, "tags", "run_uuid, value", err)
		       : 0;
}

static int read_metric_column(struct column_read *column, struct err *err)
{
	struct file_read *read = column->read;

	if (read->query->column.aggregate != AGGREGATE_LAST)
		return read_aggregates(column, err);
	if (!schema_has_table(&read->schema, "latest_metrics")) {
		build_warn(read->build,
			   "this store is from before MLflow 1.3 and keeps no last values");
		return 0;
	}
	return read_plain(column, "latest_metrics", "run_uuid, value, is_nan", err);
}

static int read_kind(struct column_read *column, struct err *err)
{
	switch (column->read->query->column.kind) {
	case COLUMN_METRIC:
		return read_metric_column(column, err);
	case COLUMN_PARAM:
		return read_plain(column, "params", "run_uuid, value", err);
	case COLUMN_TAG:
		return read_tag_column(column, column->key, err);
	case COLUMN_COMMIT:
		return read_tag_column(column, STR("mlflow.source.git.commit"), err);
	case COLUMN_PARENT:
		return read_tag_column(column, STR("mlflow.parentRunId"), err);
	case COLUMN_DATASETS:
		return read_datasets(column, err);
	case COLUMN_ARTIFACT_URI:
		return read_uris(column, err);
	}
	return 0;
}

int file_read_column(struct file_read *read, struct err *err)
{
	struct column_read column;
	int failed = 0;

	column_init(&column, read);
	if (column.wanted)
		failed = read_kind(&column, err);
	if (!failed)
		clear_unseen(&column);
	column_release(&column);
	return failed;
}
