/* Columns; see column.h. */
#include "record/column.h"

#include "record/detail.h"

#include <stdlib.h>

struct value column_at(const struct column *column, size_t row)
{
	const struct column_chunk *chunk;
	size_t i = row % RUN_CHUNK;

	if (row / RUN_CHUNK >= column->nchunks)
		return (struct value){.state = CELL_MISSING};
	chunk = column->chunks[row / RUN_CHUNK];
	if (i >= chunk->n || chunk->state[i] == CELL_MISSING)
		return (struct value){.state = CELL_MISSING};
	if (chunk->state[i] == CELL_NUMBER)
		return (struct value){.state = CELL_NUMBER, .number = chunk->number[i]};
	return (struct value){.state = CELL_TEXT, .text = chunk->text[i]};
}

bool column_id_equal(const struct column_id *a, const struct column_id *b)
{
	return a->kind == b->kind && a->aggregate == b->aggregate && str_equal(a->key, b->key);
}

const char *column_aggregate_name(enum column_aggregate aggregate)
{
	static const char *const names[] = {
		[AGGREGATE_LAST] = "last",   [AGGREGATE_FIRST] = "first",
		[AGGREGATE_MIN] = "min",     [AGGREGATE_MAX] = "max",
		[AGGREGATE_MEAN] = "mean",   [AGGREGATE_COUNT] = "count",
		[AGGREGATE_BEST] = "best",
	};

	return names[aggregate];
}

static struct value number_value(double number)
{
	return (struct value){.state = CELL_NUMBER, .number = number};
}

static struct value text_value(struct str text)
{
	return (struct value){.state = text.s ? CELL_TEXT : CELL_MISSING, .text = text};
}

static struct value metric_value(const struct metric *metric, enum column_aggregate aggregate)
{
	if (metric && aggregate == AGGREGATE_LAST)
		return number_value(metric->last);
	if (!metric || !metric->has_aggregates)
		return (struct value){.state = CELL_MISSING};
	if (aggregate == AGGREGATE_COUNT)
		return number_value((double)metric->count);
	if (metric->count == 0)
		return (struct value){.state = CELL_MISSING};
	switch (aggregate) {
	case AGGREGATE_FIRST:
		return number_value(metric->first);
	case AGGREGATE_MIN:
		return number_value(metric->min);
	case AGGREGATE_MAX:
		return number_value(metric->max);
	case AGGREGATE_MEAN:
		return number_value(metric->mean);
	default:
		return (struct value){.state = CELL_MISSING};
	}
}

struct value column_of_detail(const struct column_id *id, const struct run_detail *detail)
{
	switch (id->kind) {
	case COLUMN_METRIC:
		return metric_value(detail_metric(detail, id->key), id->aggregate);
	case COLUMN_PARAM:
		return text_value(pair_get(detail->params, detail->nparams, id->key));
	case COLUMN_TAG:
		return text_value(pair_get(detail->tags, detail->ntags, id->key));
	case COLUMN_COMMIT:
		return text_value(detail->commit);
	case COLUMN_PARENT:
		return text_value(detail->parent);
	case COLUMN_ARTIFACT_URI:
		return text_value(detail->artifact_uri);
	case COLUMN_DATASETS:
		break; /* joined text: made by the builder, which has room for it */
	}
	return (struct value){.state = CELL_MISSING};
}

/* The part that the key names; missing parts are empty lines, so that lines stay in step. */
static struct str dataset_part(struct str key, const struct dataset_use *dataset)
{
	if (str_equal(key, STR("digest")))
		return dataset->digest;
	if (str_equal(key, STR("context")))
		return dataset->context;
	return dataset->name;
}

void column_datasets(struct buf *out, struct str key, const struct dataset_use *datasets,
		     uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (key.n) {
			buf_adds(out, i ? "\n" : "");
			buf_add_str(out, dataset_part(key, &datasets[i]));
			continue;
		}
		buf_adds(out, i ? ", " : "");
		buf_add_str(out, datasets[i].name);
		if (datasets[i].digest.n) {
			buf_addc(out, '@');
			buf_add_str(out, datasets[i].digest);
		}
	}
}

struct column_chunk *column_chunk_ref(struct column_chunk *chunk)
{
	atomic_fetch_add(&chunk->refs, 1);
	return chunk;
}

void column_chunk_unref(struct column_chunk *chunk)
{
	if (!chunk || atomic_fetch_sub(&chunk->refs, 1) != 1)
		return;
	arena_release(&chunk->arena);
	free(chunk->state);
	free(chunk->number);
	free(chunk->text);
	free(chunk);
}
