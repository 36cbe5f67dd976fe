/* Runs as JSON; see runs_json.h. Details are read a few hundred rows at a time and let go again. */
#include "sheet/runs_json.h"

#include "base/map.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

enum { BATCH = 512 };

/* Is the key one of those that --columns names? Without any of its kind: all or nothing. */
static bool wanted(const struct runs_json *options, enum column_kind kind, struct str key)
{
	const struct runs_view *only = options->only;

	if (!only)
		return true;
	for (size_t i = 0; i < only->ncolumns; i++) {
		const struct column_id *id = &only->needs[only->what[i].need];

		if (only->what[i].attribute == RUNS_RECORD && id->kind == kind &&
		    str_equal(id->key, key))
			return true;
	}
	return false;
}

static void write_pairs(struct json_out *json, const char *name, const struct pair *pairs,
			uint32_t n, enum column_kind kind, const struct runs_json *options)
{
	json_put_object(json, name);
	for (uint32_t i = 0; i < n; i++)
		if (wanted(options, kind, pairs[i].key))
			json_put_key_text(json, pairs[i].key, pairs[i].value);
	json_put_end(json);
}

static void write_aggregates(struct json_out *json, const struct metric *metric)
{
	bool any = metric->has_aggregates && metric->count > 0;

	json_put_key_object(json, metric->key);
	json_put_number(json, "last", metric->last);
	json_put_known(json, "first", any ? metric->first : NAN);
	json_put_known(json, "min", any ? metric->min : NAN);
	json_put_known(json, "max", any ? metric->max : NAN);
	json_put_known(json, "mean", any ? metric->mean : NAN);
	json_put_int(json, "count", (int64_t)metric->count);
	json_put_int(json, "nan", (int64_t)metric->nan);
	if (metric->last_step == INT64_MIN)
		json_put_null(json, "last_step");
	else
		json_put_int(json, "last_step", metric->last_step);
	json_put_time(json, "last_time", metric->last_time);
	json_put_end(json);
}

static void write_metrics(struct json_out *json, const struct run_detail *detail,
			  const struct runs_json *options)
{
	json_put_object(json, "metrics");
	for (uint32_t i = 0; i < detail->nmetrics; i++) {
		const struct metric *metric = &detail->metrics[i];

		if (!wanted(options, COLUMN_METRIC, metric->key))
			continue;
		if (options->aggregates)
			write_aggregates(json, metric);
		else
			json_put_key_number(json, metric->key, metric->last);
	}
	json_put_end(json);
}

static void write_datasets(struct json_out *json, const struct run_detail *detail)
{
	json_put_array(json, "datasets");
	for (uint32_t i = 0; i < detail->ndatasets; i++) {
		json_put_object(json, NULL);
		json_put_text(json, "name", detail->datasets[i].name);
		json_put_text(json, "digest", detail->datasets[i].digest);
		json_put_text(json, "context", detail->datasets[i].context);
		json_put_end(json);
	}
	json_put_end(json);
}

static void write_commit(struct json_out *json, const struct run_detail *detail,
			 const struct runs_json *options)
{
	const struct commit *commit;

	if (!detail->commit.n) {
		json_put_null(json, "commit");
		return;
	}
	commit = options->commit ? options->commit(options->ctx, detail) : NULL;
	json_put_object(json, "commit");
	json_put_text(json, "id", detail->commit);
	if (detail->dirty < 0)
		json_put_null(json, "dirty");
	else
		json_put_bool(json, "dirty", detail->dirty);
	json_put_text(json, "subject", commit && commit->found ? commit->subject : STR_NONE);
	json_put_text(json, "author", commit && commit->found ? commit->author : STR_NONE);
	json_put_time(json, "time", commit && commit->found ? commit->time : TIME_NONE);
	json_put_end(json);
}

static void write_base(struct json_out *json, const struct runs_part *part, const struct run *run)
{
	json_put_text(json, "source", part->source.name);
	json_put_text(json, "id", run->id);
	json_put_text(json, "name", run->name);
	if (run->experiment.s) {
		json_put_object(json, "experiment");
		json_put_text(json, "id", run->experiment);
		json_put_text(json, "name", run->experiment_name);
		json_put_end(json);
	} else {
		json_put_null(json, "experiment");
	}
	json_put_word(json, "state", run_state_name(run->state));
	json_put_text(json, "native_state", run->native_state);
	json_put_bool(json, "deleted", run->deleted);
	json_put_time(json, "start", run->start);
	json_put_time(json, "end", run->end);
	json_put_known(json, "duration", run_duration(run));
	json_put_text(json, "user", run->user);
}

static void write_run(struct json_out *json, const struct runs_part *part, const struct run *run,
		      const struct run_detail *detail, const struct runs_json *options)
{
	static const struct run_detail unknown = {.dirty = -1};

	if (!detail)
		detail = &unknown;
	json_put_object(json, NULL);
	write_base(json, part, run);
	json_put_text(json, "parent", detail->parent);
	write_commit(json, detail, options);
	write_pairs(json, "params", detail->params, detail->nparams, COLUMN_PARAM, options);
	write_pairs(json, "tags", detail->tags, detail->ntags, COLUMN_TAG, options);
	write_metrics(json, detail, options);
	write_datasets(json, detail);
	json_put_text(json, "artifact_uri", detail->artifact_uri);
	json_put_end(json);
}

/* The details of a batch of rows, by row. */
struct batch {
	const struct run_detail *details[BATCH];
	struct snapshot **snapshots; /* one per part that was asked */
	size_t nsnapshots;
};

static void take_details(struct batch *batch, const struct runs_sheet *sheet, size_t from,
			 size_t n, const struct runs_part *part, const struct snapshot *snapshot)
{
	const struct detail_list *list = &snapshot->u.details;
	struct map rows;
	uint32_t row;

	map_init(&rows);
	for (size_t i = 0; i < n; i++) {
		const struct runs_part *of;
		const struct run *run = runs_sheet_run(sheet, from + i, &of);

		if (of == part)
			map_put(&rows, run->id, (uint32_t)i);
	}
	for (size_t i = 0; i < list->n; i++)
		if (map_get(&rows, list->details[i].run.id, &row))
			batch->details[row] = &list->details[i];
	map_release(&rows);
}

/* Attached details need no asking, unless aggregates are wanted. */
static const struct run_detail *attached(const struct runs_sheet *sheet, size_t row,
					 const struct runs_part *part,
					 const struct runs_json *options)
{
	if (options->aggregates)
		return NULL;
	return run_detail_at(&part->source.snapshot->u.runs, (uint32_t)sheet->order[row]);
}

static void read_batch(struct batch *batch, const struct runs_sheet *sheet, size_t from, size_t n,
		       const struct runs_json *options)
{
	struct str ids[BATCH];

	*batch = (struct batch){.snapshots = mem_zero(sheet->nparts, sizeof *batch->snapshots)};
	for (size_t p = 0; p < sheet->nparts; p++) {
		const struct runs_part *part = &sheet->parts[p];
		struct snapshot *snapshot;
		size_t asked = 0;

		for (size_t i = 0; i < n; i++) {
			const struct runs_part *of;
			const struct run *run = runs_sheet_run(sheet, from + i, &of);

			if (of != part)
				continue;
			batch->details[i] = attached(sheet, from + i, part, options);
			if (!batch->details[i])
				ids[asked++] = run->id;
		}
		if (!asked)
			continue;
		snapshot = options->details(options->ctx, part, ids, asked);
		if (!snapshot)
			continue;
		batch->snapshots[batch->nsnapshots++] = snapshot;
		take_details(batch, sheet, from, n, part, snapshot);
	}
}

static void release_batch(struct batch *batch)
{
	for (size_t i = 0; i < batch->nsnapshots; i++)
		snapshot_unref(batch->snapshots[i]);
	free(batch->snapshots);
}

void runs_json_write(struct json_out *json, const struct runs_sheet *sheet, size_t limit,
		     const struct runs_json *options)
{
	size_t rows = sheet->sheet.n < limit ? sheet->sheet.n : limit;
	struct batch batch;

	json_put_array(json, "runs");
	for (size_t from = 0; from < rows && !ferror(json->file); from += BATCH) {
		size_t n = rows - from < BATCH ? rows - from : BATCH;

		read_batch(&batch, sheet, from, n, options);
		if (options->learn)
			options->learn(options->ctx, batch.details, n);
		for (size_t i = 0; i < n; i++) {
			const struct runs_part *part;
			const struct run *run = runs_sheet_run(sheet, from + i, &part);

			write_run(json, part, run, batch.details[i], options);
		}
		release_batch(&batch);
	}
	json_put_end(json);
}
