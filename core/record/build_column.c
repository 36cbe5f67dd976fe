/* Columns: values by row, chunks shared with the previous generation; see build.h and column.h. */
#include "record/build_parts.h"

#include "base/buf.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct run_table *table_of(const struct build *build)
{
	return &build->column.table->u.runs;
}

void column_start(struct build *build)
{
	(void)build; /* a column starts when its table is named: build_column() */
}

static void release_column(struct snapshot *snapshot)
{
	struct column *column = &snapshot->u.column;

	for (size_t i = 0; i < column->nchunks; i++)
		column_chunk_unref(column->chunks[i]);
	free(column->chunks);
}

void column_free(struct build *build)
{
	struct column_part *part = &build->column;

	for (size_t i = 0; i < part->nchunks; i++)
		column_chunk_unref(part->chunks[i]);
	free(part->chunks);
	free(part->own);
	free(part->fresh);
	snapshot_unref(part->table);
}

static bool is_number(const struct column_id *id)
{
	return id->kind == COLUMN_METRIC;
}

static struct column_chunk *chunk_new(struct build *build, const struct run_chunk *of)
{
	struct column_chunk *chunk = mem_zero(1, sizeof *chunk);
	bool number = is_number(&build->column.id);

	atomic_init(&chunk->refs, 1);
	chunk->n = of->n;
	chunk->of = of->id;
	chunk->state = mem_zero(of->n, 1);
	if (number)
		chunk->number = mem_zero(of->n, sizeof *chunk->number);
	else
		chunk->text = mem_zero(of->n, sizeof *chunk->text);
	arena_init(&chunk->arena, build->limits.bytes);
	build_spend(build, of->n * (1 + (number ? sizeof(double) : sizeof(struct str))));
	return chunk;
}

/* The previous column's chunk for the same rows, or NULL. */
static struct column_chunk *carried(const struct build *build, size_t c, uint64_t of)
{
	const struct column *old;

	if (!build->previous || build->previous->kind != RECORD_COLUMN)
		return NULL;
	old = &build->previous->u.column;
	if (c >= old->nchunks || old->chunks[c]->of != of)
		return NULL;
	return old->chunks[c];
}

void build_column(struct build *build, const struct column_id *id, struct snapshot *table)
{
	struct column_part *part = &build->column;
	size_t n = table->u.runs.nchunks;

	if (part->table)
		return;
	part->table = snapshot_ref(table);
	part->id = *id;
	part->id.key = build_text(build, id->key);
	part->nchunks = n;
	part->chunks = mem_alloc(n * sizeof *part->chunks);
	part->own = mem_zero(n, sizeof *part->own);
	part->fresh = mem_zero(n, sizeof *part->fresh);
	for (size_t c = 0; c < n; c++) {
		const struct run_chunk *rows = table->u.runs.chunks[c];
		struct column_chunk *old = carried(build, c, rows->id);

		part->chunks[c] = old ? column_chunk_ref(old) : chunk_new(build, rows);
		part->own[c] = part->fresh[c] = !old;
		part->changed |= !old;
	}
}

void build_column_stale(struct build *build)
{
	build->column.stale = true;
}

bool build_column_wants(const struct build *build, size_t row)
{
	const struct column_part *part = &build->column;

	return part->stale || part->fresh[row / RUN_CHUNK] ||
	       run_at(table_of(build), row)->state == RUN_RUNNING;
}

static struct column_chunk *own_chunk(struct build *build, size_t c)
{
	struct column_part *part = &build->column;
	struct column_chunk *old = part->chunks[c], *copy;

	if (part->own[c])
		return old;
	copy = chunk_new(build, table_of(build)->chunks[c]);
	memcpy(copy->state, old->state, old->n);
	if (old->number)
		memcpy(copy->number, old->number, old->n * sizeof *old->number);
	for (uint32_t i = 0; old->text && i < old->n; i++)
		copy->text[i] = arena_str(&copy->arena, old->text[i]);
	build_spend(build, copy->arena.used);
	part->chunks[c] = copy;
	part->own[c] = true;
	part->changed = true;
	column_chunk_unref(old);
	return copy;
}

/* Is the row one of the column's? */
static bool has_row(const struct build *build, size_t row)
{
	return row < table_of(build)->rows && !build_full(build);
}

void build_column_number(struct build *build, size_t row, double number)
{
	struct column_chunk *chunk;
	size_t i = row % RUN_CHUNK;

	if (!has_row(build, row))
		return;
	chunk = build->column.chunks[row / RUN_CHUNK];
	/* compared as bits: NaN is a value like any other */
	if (chunk->state[i] == CELL_NUMBER &&
	    memcmp(&chunk->number[i], &number, sizeof number) == 0)
		return;
	chunk = own_chunk(build, row / RUN_CHUNK);
	chunk->state[i] = CELL_NUMBER;
	chunk->number[i] = number;
}

void build_column_text(struct build *build, size_t row, struct str text)
{
	struct column_chunk *chunk;
	size_t i = row % RUN_CHUNK, before;

	if (!has_row(build, row) || !text.s)
		return;
	text = build_cut(build, text);
	chunk = build->column.chunks[row / RUN_CHUNK];
	if (chunk->state[i] == CELL_TEXT && str_equal(chunk->text[i], text))
		return;
	chunk = own_chunk(build, row / RUN_CHUNK);
	before = chunk->arena.used;
	/* neighbours often have the same parameter: store it once */
	chunk->text[i] = i && chunk->state[i - 1] == CELL_TEXT &&
					 str_equal(chunk->text[i - 1], text)
				 ? chunk->text[i - 1]
				 : arena_str(&chunk->arena, text);
	chunk->state[i] = CELL_TEXT;
	build_spend(build, chunk->arena.used - before);
}

void build_column_none(struct build *build, size_t row)
{
	if (!has_row(build, row) ||
	    build->column.chunks[row / RUN_CHUNK]->state[row % RUN_CHUNK] == CELL_MISSING)
		return;
	own_chunk(build, row / RUN_CHUNK)->state[row % RUN_CHUNK] = CELL_MISSING;
}

static void fill_datasets(struct build *build, size_t row, const struct run_detail *detail)
{
	struct buf text;

	buf_init(&text, build->limits.text);
	column_datasets(&text, build->column.id.key, detail->datasets, detail->ndatasets);
	if (detail->ndatasets)
		build_column_text(build, row, buf_str(&text));
	buf_release(&text);
}

static void fill_row(struct build *build, size_t row, const struct run_detail *detail)
{
	struct value value;

	if (build->column.id.kind == COLUMN_DATASETS) {
		fill_datasets(build, row, detail);
		return;
	}
	value = column_of_detail(&build->column.id, detail);
	if (value.state == CELL_NUMBER)
		build_column_number(build, row, value.number);
	else if (value.state == CELL_TEXT)
		build_column_text(build, row, value.text);
	else
		build_column_none(build, row);
}

bool build_column_fill(struct build *build)
{
	const struct run_table *table = table_of(build);
	bool whole = build->column.id.aggregate == AGGREGATE_LAST;

	for (size_t row = 0; row < table->rows && whole; row++) {
		const struct run_detail *detail;

		if (!build_column_wants(build, row))
			continue;
		detail = run_detail_at(table, row);
		if (detail)
			fill_row(build, row, detail);
		else
			whole = run_at(table, row)->gone;
	}
	return whole;
}

bool column_seal(struct build *build, bool must)
{
	struct column_part *part = &build->column;
	struct snapshot *next = build->next;

	bool changed = part->changed || !build->previous ||
		       build->previous->u.column.nchunks != part->nchunks;

	if (!changed && !must)
		return false;
	next->release = release_column;
	next->u.column = (struct column){
		.id = part->id,
		.nchunks = part->nchunks,
		.chunks = part->chunks,
		.bytes = build->spent,
	};
	part->chunks = NULL;
	part->nchunks = 0;
	return changed;
}
