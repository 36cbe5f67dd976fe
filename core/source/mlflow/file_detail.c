/*
 * Details: everything about a set of runs, each by the index of its run.
 *
 * A run is read whole inside one slice, or read again in the next one; only then it goes to the
 * builder. The history behind aggregates may be long: it has slices of its own.
 */
#include "source/mlflow/file_parts.h"

#include "base/map.h"
#include "base/mem.h"
#include "source/mlflow/tally.h"
#include "source/mlflow/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct detail_read {
	struct file_read *read;
	struct run_rows rows;
	struct statement *run, *params, *tags, *metrics, *datasets, *history;
	/* the run that is being read; its texts live in `texts` */
	struct run_detail detail;
	struct arena texts;
	size_t param_cap, tag_cap, metric_cap, dataset_cap;
	struct tally *tallies; /* beside detail.metrics */
	size_t tally_cap;
	struct map keys;       /* metric key → place, for the history */
	int64_t rowid;
};

static int prepare_part(struct detail_read *all, struct statement **statement, const char *table,
			const char *columns, struct err *err)
{
	const char *index = file_textf(all->read, "index_%s_run_uuid", table);

	if (!schema_has_table(&all->read->schema, table))
		return 0;
	return file_prepare(all->read, statement, err, "SELECT %s FROM %s%s WHERE run_uuid = ?1",
			    columns, table, file_by(all->read, table, index, "run_uuid"));
}

static int prepare_datasets(struct detail_read *all, struct err *err)
{
	struct file_read *read = all->read;
	bool contexts = schema_has_table(&read->schema, "input_tags");

	if (!schema_has_table(&read->schema, "inputs") ||
	    !schema_has_table(&read->schema, "datasets"))
		return 0;
	return file_prepare(read, &all->datasets, err,
			    "SELECT d.name, d.digest, %s FROM inputs i%s CROSS JOIN datasets d%s "
			    "ON d.dataset_uuid = i.source_id WHERE i.destination_type = 'RUN' AND "
			    "i.destination_id = ?1 AND i.source_type = 'DATASET'",
			    contexts ? "(SELECT t.value FROM input_tags t WHERE t.input_uuid = "
				       "i.input_uuid AND t.name = '" MLFLOW_TAG_CONTEXT "')"
				     : "NULL",
			    file_by(read, "inputs",
				    "index_inputs_destination_type_destination_id_source_type",
				    "destination_type,destination_id,source_type"),
			    file_by(read, "datasets", "index_datasets_dataset_uuid",
				    "dataset_uuid"));
}

static int prepare_all(struct detail_read *all, struct err *err)
{
	struct file_read *read = all->read;

	if (file_prepare(read, &all->run, err, "SELECT %s FROM runs%s WHERE run_uuid = ?1",
			 run_rows_columns(read),
			 file_by(read, "runs", "sqlite_autoindex_runs_1", "run_uuid")) ||
	    prepare_part(all, &all->params, "params", "key, value", err) ||
	    prepare_part(all, &all->tags, "tags", "key, value", err) ||
	    prepare_part(all, &all->metrics, "latest_metrics",
			 "key, value, is_nan, step, timestamp", err) ||
	    prepare_datasets(all, err))
		return -1;
	if (!read->query->aggregates)
		return 0;
	return file_prepare(read, &all->history, err,
			    "SELECT rowid, key, timestamp, step, value, is_nan FROM metrics%s "
			    "WHERE run_uuid = ?1 AND rowid > ?2 ORDER BY rowid LIMIT ?3",
			    file_by(read, "metrics", "index_metrics_run_uuid", "run_uuid"));
}

static void detail_release(struct detail_read *all)
{
	statement_free(all->run);
	statement_free(all->params);
	statement_free(all->tags);
	statement_free(all->metrics);
	statement_free(all->datasets);
	statement_free(all->history);
	run_rows_release(&all->rows);
	free(all->detail.params);
	free(all->detail.tags);
	free(all->detail.metrics);
	free(all->detail.datasets);
	free(all->tallies);
	map_release(&all->keys);
	arena_release(&all->texts);
}

/* Empties the record, keeps the arrays. */
static void start_run(struct detail_read *all)
{
	struct run_detail *detail = &all->detail;

	arena_release(&all->texts);
	*detail = (struct run_detail){
		.params = detail->params,
		.tags = detail->tags,
		.metrics = detail->metrics,
		.datasets = detail->datasets,
		.dirty = -1,
	};
}

static struct str text_of(struct detail_read *all, struct statement *statement, int column)
{
	return arena_str(&all->texts, statement_text(statement, column));
}

/* Steps through the rows of one part of the run; adds up how many there were. */
static int read_part(struct detail_read *all, struct statement *statement, struct str id,
		     void (*add)(struct detail_read *all, struct statement *statement), int *rows,
		     struct err *err)
{
	int more;

	if (!statement)
		return 0;
	statement_bind_text(statement, 1, id);
	while ((more = statement_step(statement, err)) > 0) {
		++*rows;
		add(all, statement);
		if (file_progress(all->read, err)) {
			more = -1;
			break;
		}
	}
	statement_reset(statement);
	return more;
}

static void add_param(struct detail_read *all, struct statement *statement)
{
	struct run_detail *detail = &all->detail;

	MEM_GROW(detail->params, detail->nparams, all->param_cap);
	detail->params[detail->nparams++] =
		(struct pair){text_of(all, statement, 0), text_of(all, statement, 1)};
}

static void add_tag(struct detail_read *all, struct statement *statement)
{
	struct run_detail *detail = &all->detail;

	MEM_GROW(detail->tags, detail->ntags, all->tag_cap);
	detail->tags[detail->ntags++] =
		(struct pair){text_of(all, statement, 0), text_of(all, statement, 1)};
}

static void add_metric(struct detail_read *all, struct statement *statement)
{
	struct run_detail *detail = &all->detail;
	double value = statement_double(statement, 1);

	MEM_GROW(detail->metrics, detail->nmetrics, all->metric_cap);
	detail->metrics[detail->nmetrics++] = (struct metric){
		.key = text_of(all, statement, 0),
		.last = statement_int(statement, 2, 0) ? NAN : mlflow_value(value),
		.last_step = statement_int(statement, 3, INT64_MIN),
		.last_time = statement_int(statement, 4, TIME_NONE),
	};
}

static void add_dataset(struct detail_read *all, struct statement *statement)
{
	struct run_detail *detail = &all->detail;

	MEM_GROW(detail->datasets, detail->ndatasets, all->dataset_cap);
	detail->datasets[detail->ndatasets++] =
		(struct dataset_use){text_of(all, statement, 0), text_of(all, statement, 1),
				     text_of(all, statement, 2)};
}

static void copy_run(struct detail_read *all, const struct run *run, struct statement *statement)
{
	struct run *copy = &all->detail.run;

	*copy = *run;
	copy->id = arena_str(&all->texts, run->id);
	copy->name = arena_str(&all->texts, run->name);
	copy->user = arena_str(&all->texts, run->user);
	copy->native_state = arena_str(&all->texts, run->native_state);
	all->detail.artifact_uri = text_of(all, statement, RUN_ARTIFACT_URI);
}

/* 1: the run is there; 0: no such run (any more), or cut short. */
static int read_base(struct detail_read *all, struct str id, struct err *err)
{
	struct run run;
	int more;

	statement_bind_text(all->run, 1, id);
	more = statement_step(all->run, err);
	if (more > 0 && run_rows_get(&all->rows, all->run, &run, err))
		more = -1;
	if (more > 0)
		copy_run(all, &run, all->run);
	statement_reset(all->run);
	return more;
}

/* One run inside a slice. Returns -1, or how far it came: 0 no such run, 1 read. */
static int read_run(struct detail_read *all, struct str id, int *rows, struct err *err)
{
	int there;

	start_run(all);
	there = read_base(all, id, err);
	if (there <= 0)
		return there;
	++*rows;
	if (read_part(all, all->params, id, add_param, rows, err) ||
	    read_part(all, all->tags, id, add_tag, rows, err) ||
	    read_part(all, all->metrics, id, add_metric, rows, err) ||
	    read_part(all, all->datasets, id, add_dataset, rows, err))
		return -1;
	if (all->texts.over)
		return err_set(err, ERR_TOO_BIG, "one run's texts are too large");
	return 1;
}

/* --- aggregates ------------------------------------------------------------------------------- */

static void history_seek(void *context, struct statement *statement)
{
	struct detail_read *all = context;

	statement_bind_text(statement, 1, all->detail.run.id);
	statement_bind_int(statement, 2, all->rowid);
}

static int history_row(void *context, struct statement *statement, struct err *err)
{
	struct detail_read *all = context;
	int64_t rowid = statement_int(statement, 0, INT64_MIN);
	double value = statement_double(statement, 4);
	uint32_t place;

	if (file_moves_on(rowid > all->rowid, err))
		return -1;
	all->rowid = rowid;
	if (map_get(&all->keys, statement_text(statement, 1), &place))
		tally_add(&all->tallies[place], statement_int(statement, 3, 0),
			  statement_int(statement, 2, 0),
			  statement_int(statement, 5, 0) ? NAN : mlflow_value(value));
	return file_progress(all->read, err);
}

static int read_aggregates(struct detail_read *all, struct err *err)
{
	struct sweep sweep = {3, history_seek, history_row, all};
	struct run_detail *detail = &all->detail;
	int failed;

	if (!all->history || !detail->nmetrics)
		return 0;
	if (all->tally_cap < detail->nmetrics) {
		all->tally_cap = detail->nmetrics;
		all->tallies = mem_resize(all->tallies, all->tally_cap, sizeof *all->tallies);
	}
	memset(all->tallies, 0, detail->nmetrics * sizeof *all->tallies);
	map_init(&all->keys);
	for (uint32_t i = 0; i < detail->nmetrics; i++)
		map_put(&all->keys, detail->metrics[i].key, i);
	all->rowid = INT64_MIN;
	failed = store_sweep(all->history, &sweep, err);
	for (uint32_t i = 0; i < detail->nmetrics && !failed; i++)
		tally_fill(&all->tallies[i], &detail->metrics[i]);
	map_release(&all->keys);
	return failed;
}

/* --- all -------------------------------------------------------------------------------------- */

static void deliver(struct detail_read *all)
{
	mlflow_read_tags(&all->detail);
	build_detail(all->read->build, &all->detail);
}

/*
 * Runs from *next on until the slice has had its rows. With aggregates a slice ends after each run,
 * since its history follows in slices of its own.
 */
static int read_slice(struct detail_read *all, struct slice *slice, size_t *next, struct err *err)
{
	const struct query *query = all->read->query;
	int rows = 0, there = 0;

	while (*next < query->nids && rows < slice->rows) {
		there = read_run(all, query->ids[*next], &rows, err);
		if (there < 0) {
			slice_abort(slice);
			return -1;
		}
		if (slice_over(slice))
			break; /* cut short: once more in the next slice */
		++*next;
		if (there && query->aggregates)
			break;
		if (there)
			deliver(all);
	}
	if (slice_over(slice))
		rows = rows ? rows - 1 : 0, there = 0;
	if (slice_end(slice, rows, err) < 0)
		return -1;
	if (!there || !query->aggregates)
		return 0;
	if (read_aggregates(all, err))
		return -1;
	deliver(all);
	return 0;
}

int file_read_details(struct file_read *read, struct err *err)
{
	struct detail_read all = {.read = read};
	struct slice slice;
	size_t next = 0;
	int failed = run_rows_init(&all.rows, read, err);

	if (failed)
		return -1;
	arena_init(&all.texts, 64 << 20);
	map_init(&all.keys);
	failed = prepare_all(&all, err);
	slice_init(&slice, read->store);
	while (!failed && next < read->query->nids) {
		failed = slice_begin(&slice, err);
		if (!failed)
			failed = read_slice(&all, &slice, &next, err);
	}
	detail_release(&all);
	return failed;
}
