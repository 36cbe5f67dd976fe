/*
 * Run tables: upsert by id, chunks copied when a row in them changes; see build.h and run.h.
 *
 * The index from id to row is handed from snapshot to snapshot: it holds row numbers only and is
 * checked against the rows themselves, so it survives chunks being copied. Only one generation
 * owns it; a builder that finds none makes it anew.
 */
#include "record/build_parts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FREE_SLOT = UINT32_MAX };

struct run_index {
	uint64_t seed;
	size_t n, cap; /* cap is a power of two */
	uint32_t *slots;
};

static struct run_index *index_new(void)
{
	struct run_index *index = mem_zero(1, sizeof *index);

	if (getrandom(&index->seed, sizeof index->seed, GRND_NONBLOCK) != sizeof index->seed)
		index->seed = (uint64_t)(uintptr_t)index;
	return index;
}

static void index_free(struct run_index *index)
{
	if (!index)
		return;
	free(index->slots);
	free(index);
}

/* FNV-1a from a random start, finished with a multiply that spreads to the low bits. */
static size_t index_hash(const struct run_index *index, struct str id)
{
	uint64_t h = index->seed ^ 0xCBF29CE484222325u;

	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.s[i]) * 0x100000001B3u;
	h ^= h >> 32;
	return (size_t)((h * 0x9E3779B97F4A7C15u) >> 16);
}

static struct run *row_of(const struct runs_part *part, size_t row)
{
	return &part->chunks[row / RUN_CHUNK]->runs[row % RUN_CHUNK];
}

static uint32_t *index_slot(const struct runs_part *part, struct str id)
{
	const struct run_index *index = part->index;
	size_t at = index_hash(index, id) & (index->cap - 1);

	while (index->slots[at] != FREE_SLOT &&
	       !str_equal(row_of(part, index->slots[at])->id, id))
		at = (at + 1) & (index->cap - 1);
	return &index->slots[at];
}

static void index_grow(struct runs_part *part)
{
	struct run_index *index = part->index;

	free(index->slots);
	index->cap = 64;
	while (index->cap < (part->rows + 1) * 2)
		index->cap *= 2;
	index->slots = mem_alloc(index->cap * sizeof *index->slots);
	memset(index->slots, 0xFF, index->cap * sizeof *index->slots);
	for (size_t row = 0; row < part->rows; row++)
		*index_slot(part, row_of(part, row)->id) = (uint32_t)row;
	index->n = part->rows;
}

/* The row of that id, or -1. */
static long index_find(struct runs_part *part, struct str id)
{
	uint32_t row;

	if (!part->index->cap)
		return -1;
	row = *index_slot(part, id);
	return row == FREE_SLOT ? -1 : (long)row;
}

static void index_add(struct runs_part *part, size_t row)
{
	if ((part->index->n + 1) * 2 > part->index->cap) {
		index_grow(part); /* takes in the new row too */
		return;
	}
	*index_slot(part, row_of(part, row)->id) = (uint32_t)row;
	part->index->n++;
}

static void runs_release(struct snapshot *snapshot)
{
	struct run_table *table = &snapshot->u.runs;

	for (size_t i = 0; i < table->nchunks; i++)
		run_chunk_unref(table->chunks[i]);
	free(table->chunks);
	index_free(atomic_load(&table->index));
}

void runs_start(struct build *build)
{
	struct runs_part *part = &build->runs;
	struct run_table *old;

	if (build->next->kind != RECORD_RUNS)
		return;
	build->next->release = runs_release;
	if (build->previous) {
		old = &build->previous->u.runs;
		part->nchunks = part->cap = old->nchunks;
		part->rows = old->rows;
		part->chunks = mem_alloc(part->cap * sizeof *part->chunks);
		part->own = mem_zero(part->cap, sizeof *part->own);
		for (size_t i = 0; i < part->nchunks; i++)
			part->chunks[i] = run_chunk_ref(old->chunks[i]);
		part->index = atomic_exchange(&old->index, NULL);
		part->seen = mem_zero(part->rows, 1);
		part->nseen = part->rows;
	}
	if (!part->index) {
		part->index = index_new();
		index_grow(part);
	}
}

void runs_free(struct build *build)
{
	struct runs_part *part = &build->runs;

	for (size_t i = 0; i < part->nchunks; i++)
		run_chunk_unref(part->chunks[i]);
	free(part->chunks);
	free(part->own);
	free(part->seen);
	if (!part->index)
		return;
	/* an index that grew past the previous snapshot is of no use to it */
	if (build->previous && part->rows == build->previous->u.runs.rows &&
	    !atomic_load(&build->previous->u.runs.index))
		atomic_store(&build->previous->u.runs.index, part->index);
	else
		index_free(part->index);
}

static struct run_chunk *chunk_new(const struct build *build)
{
	static atomic_ullong last_id;
	struct run_chunk *chunk = mem_zero(1, sizeof *chunk);

	atomic_init(&chunk->refs, 1);
	chunk->id = atomic_fetch_add(&last_id, 1) + 1;
	chunk->runs = mem_alloc(RUN_CHUNK * sizeof *chunk->runs);
	arena_init(&chunk->text, build->limits.bytes);
	return chunk;
}

/* A text that equals its neighbour's is stored once. */
static struct str share(struct build *build, struct run_chunk *chunk, struct str text,
			const struct str *neighbour)
{
	if (neighbour && str_equal(*neighbour, text))
		return *neighbour;
	return arena_str(&chunk->text, build_cut(build, text));
}

static void set_row(struct build *build, struct run_chunk *chunk, uint32_t i,
		    const struct run *run, const struct run_detail *detail)
{
	const struct run *near = i ? &chunk->runs[i - 1] : NULL;
	size_t before = chunk->text.used;
	struct run *row = &chunk->runs[i];
	struct run copy = *run;

	copy.id = arena_str(&chunk->text, build_cut(build, run->id));
	copy.name = arena_str(&chunk->text, build_cut(build, run->name));
	copy.experiment = share(build, chunk, run->experiment, near ? &near->experiment : NULL);
	copy.experiment_name = share(build, chunk, run->experiment_name,
				     near ? &near->experiment_name : NULL);
	copy.user = share(build, chunk, run->user, near ? &near->user : NULL);
	copy.native_state = share(build, chunk, run->native_state,
				  near ? &near->native_state : NULL);
	*row = copy;
	if (detail) {
		if (!chunk->details)
			chunk->details = mem_zero(RUN_CHUNK, sizeof *chunk->details);
		chunk->details[i] = detail_copy(&chunk->text, detail,
						i ? chunk->details[i - 1] : NULL);
		if (chunk->details[i]) {
			chunk->details[i]->run = *row;
			build_cut_detail(build, chunk->details[i]);
		}
	}
	build_spend(build, chunk->text.used - before);
}

/* The chunk as one that this build may write to: shared ones are copied first. */
static struct run_chunk *own_chunk(struct build *build, size_t c)
{
	struct runs_part *part = &build->runs;
	struct run_chunk *old = part->chunks[c], *copy;

	if (part->own[c])
		return old;
	copy = chunk_new(build);
	for (uint32_t i = 0; i < old->n; i++)
		set_row(build, copy, i, &old->runs[i], old->details ? old->details[i] : NULL);
	copy->n = old->n;
	part->chunks[c] = copy;
	part->own[c] = true;
	part->changed = true;
	run_chunk_unref(old);
	return copy;
}

static void append_row(struct build *build, const struct run *run, const struct run_detail *detail)
{
	struct runs_part *part = &build->runs;
	struct run_chunk *chunk;

	if (part->rows >= build->limits.rows || part->rows >= FREE_SLOT ||
	    !build_spend(build, sizeof *run)) {
		build->full = true;
		return;
	}
	if (part->rows % RUN_CHUNK == 0) {
		if (part->nchunks == part->cap) {
			part->cap = part->cap ? part->cap * 2 : 16;
			part->chunks = mem_resize(part->chunks, part->cap, sizeof *part->chunks);
			part->own = mem_resize(part->own, part->cap, sizeof *part->own);
		}
		part->chunks[part->nchunks] = chunk_new(build);
		part->own[part->nchunks++] = true;
	}
	chunk = own_chunk(build, part->nchunks - 1);
	set_row(build, chunk, chunk->n, run, detail);
	chunk->n++;
	part->rows++;
	part->changed = true;
	index_add(part, part->rows - 1);
}

static bool same_run(const struct run *a, const struct run *b)
{
	return a->state == b->state && a->start == b->start && a->end == b->end &&
	       a->deleted == b->deleted && a->gone == b->gone && a->key == b->key &&
	       str_equal(a->name, b->name) && str_equal(a->experiment, b->experiment) &&
	       str_equal(a->experiment_name, b->experiment_name) && str_equal(a->user, b->user) &&
	       str_equal(a->native_state, b->native_state);
}

void build_run(struct build *build, const struct run *run, const struct run_detail *detail)
{
	struct runs_part *part = &build->runs;
	struct run_chunk *chunk;
	long row;

	if (build_full(build) || !run->id.s)
		return;
	row = index_find(part, run->id);
	if (row < 0) {
		append_row(build, run, detail);
		return;
	}
	if ((size_t)row < part->nseen)
		part->seen[row] = 1;
	chunk = part->chunks[row / RUN_CHUNK];
	if (same_run(&chunk->runs[row % RUN_CHUNK], run)) {
		struct run_detail *old = chunk->details ? chunk->details[row % RUN_CHUNK] : NULL;

		if (!detail || (old && detail_equal(old, detail)))
			return;
	}
	chunk = own_chunk(build, (size_t)row / RUN_CHUNK);
	set_row(build, chunk, (uint32_t)(row % RUN_CHUNK), run, detail);
}

void build_runs_whole(struct build *build)
{
	build->runs.whole = true;
}

static void mark_gone(struct build *build)
{
	struct runs_part *part = &build->runs;

	for (size_t row = 0; row < part->nseen; row++)
		if (!part->seen[row] && !row_of(part, row)->gone)
			own_chunk(build, row / RUN_CHUNK)->runs[row % RUN_CHUNK].gone = true;
}

/* The table of what is built so far; its chunks are shared from now on. */
static void publish(struct build *build, struct snapshot *snapshot)
{
	struct runs_part *part = &build->runs;
	struct run_table *table = &snapshot->u.runs;

	table->rows = part->rows;
	table->nchunks = part->nchunks;
	table->chunks = mem_alloc(part->nchunks * sizeof *table->chunks);
	for (size_t i = 0; i < part->nchunks; i++) {
		table->chunks[i] = run_chunk_ref(part->chunks[i]);
		part->own[i] = false;
	}
}

struct snapshot *build_peek(struct build *build)
{
	struct snapshot *peek = mem_zero(1, sizeof *peek);

	*peek = (struct snapshot){
		.kind = RECORD_RUNS,
		.state = SNAPSHOT_PARTIAL,
		.note = STR("loading"),
		.as_of = clock_wall(),
		.generation = build->previous ? build->previous->generation : 0,
		.release = runs_release,
	};
	atomic_init(&peek->refs, 1);
	arena_init(&peek->arena, 0);
	publish(build, peek);
	return peek;
}

void runs_finish(struct build *build)
{
	if (build->runs.whole && !build_full(build))
		mark_gone(build);
}

bool runs_seal(struct build *build, bool must)
{
	struct runs_part *part = &build->runs;
	bool changed = part->changed || !build->previous;

	if (!changed && !must)
		return false;
	publish(build, build->next);
	atomic_store(&build->next->u.runs.index, part->index);
	part->index = NULL;
	return changed;
}
