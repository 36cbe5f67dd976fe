/* Series: blocks that are shared and appended to; see build.h and series.h. */
#include "record/build_parts.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void release_series(struct snapshot *snapshot)
{
	struct series *series = &snapshot->u.series;

	for (size_t i = 0; i < series->nblocks; i++)
		series_block_unref(series->blocks[i]);
	free(series->blocks);
}

void series_start(struct build *build)
{
	struct series_part *part = &build->series;
	const struct series *old;

	if (build->next->kind != RECORD_SERIES || !build->previous)
		return;
	old = &build->previous->u.series;
	part->nblocks = part->cap = old->nblocks;
	part->blocks = mem_alloc(part->cap * sizeof *part->blocks);
	for (size_t i = 0; i < part->nblocks; i++)
		part->blocks[i] = series_block_ref(old->blocks[i]);
	part->n = old->n;
	part->nan = old->nan;
	part->inf = old->inf;
}

static void drop_blocks(struct series_part *part)
{
	for (size_t i = 0; i < part->nblocks; i++)
		series_block_unref(part->blocks[i]);
	part->nblocks = 0;
}

void series_free(struct build *build)
{
	drop_blocks(&build->series);
	free(build->series.blocks);
}

void build_series(struct build *build, struct str run, struct str key)
{
	build->series.run = build_text(build, run);
	build->series.key = build_text(build, key);
}

void build_series_most(struct build *build, size_t most)
{
	build->series.most = most;
}

size_t build_series_count(const struct build *build)
{
	return build->series.n;
}

void build_series_restart(struct build *build)
{
	struct series_part *part = &build->series;

	drop_blocks(part);
	part->n = 0;
	part->nan = part->inf = 0;
	part->beyond = 0;
	part->restarted = true;
}

static struct series_block *block_new(struct build *build)
{
	struct series_block *block;

	if (!build_spend(build, sizeof *block))
		return NULL;
	block = mem_alloc(sizeof *block);
	atomic_init(&block->refs, 1);
	return block;
}

/* The block that takes the next point; NULL when full. */
static struct series_block *last_block(struct build *build)
{
	struct series_part *part = &build->series;
	struct series_block *block;

	if (part->n < part->nblocks * SERIES_BLOCK)
		return part->blocks[part->nblocks - 1];
	block = block_new(build);
	if (!block)
		return NULL;
	MEM_GROW(part->blocks, part->nblocks, part->cap);
	part->blocks[part->nblocks++] = block;
	return block;
}

static bool sorts_before_last(const struct series_part *part, int64_t step, int64_t time,
			      double value)
{
	const struct series_block *block;
	size_t i;

	if (part->n == 0)
		return false;
	block = part->blocks[(part->n - 1) / SERIES_BLOCK];
	i = (part->n - 1) % SERIES_BLOCK;
	return series_point_compare(step, time, value, block->step[i], block->time[i],
				    block->value[i]) < 0;
}

void build_point(struct build *build, int64_t step, int64_t time, double value)
{
	struct series_part *part = &build->series;
	struct series_block *block;
	size_t i = part->n % SERIES_BLOCK;

	if (part->most && part->n >= part->most) {
		part->beyond++;
		return;
	}
	if (build_full(build) || part->n >= build->limits.rows) {
		build->full = true;
		return;
	}
	part->unsorted |= sorts_before_last(part, step, time, value);
	block = last_block(build);
	if (!block)
		return;
	block->step[i] = step;
	block->time[i] = time;
	block->value[i] = value;
	part->nan += isnan(value) != 0;
	part->inf += isinf(value) != 0;
	part->n++;
}

struct point {
	int64_t step, time;
	double value;
};

static int compare_points(const void *a, const void *b)
{
	const struct point *left = a, *right = b;

	return series_point_compare(left->step, left->time, left->value, right->step,
				    right->time, right->value);
}

/* Late points: every point goes into new blocks, in order. */
static void sort_points(struct build *build)
{
	struct series_part *part = &build->series;
	struct point *points = mem_alloc(part->n * sizeof *points);

	for (size_t i = 0; i < part->n; i++) {
		const struct series_block *block = part->blocks[i / SERIES_BLOCK];

		points[i] = (struct point){block->step[i % SERIES_BLOCK],
					   block->time[i % SERIES_BLOCK],
					   block->value[i % SERIES_BLOCK]};
	}
	qsort(points, part->n, sizeof *points, compare_points);
	for (size_t b = 0; b < part->nblocks; b++) {
		struct series_block *block = mem_alloc(sizeof *block);

		atomic_init(&block->refs, 1);
		for (size_t i = 0; i < SERIES_BLOCK && b * SERIES_BLOCK + i < part->n; i++) {
			block->step[i] = points[b * SERIES_BLOCK + i].step;
			block->time[i] = points[b * SERIES_BLOCK + i].time;
			block->value[i] = points[b * SERIES_BLOCK + i].value;
		}
		series_block_unref(part->blocks[b]);
		part->blocks[b] = block;
	}
	free(points);
}

/* Read again from the start, but nothing is another than before. */
static bool same_points(const struct series_part *part, const struct series *old)
{
	if (part->n != old->n)
		return false;
	for (size_t b = 0; b * SERIES_BLOCK < part->n; b++) {
		const struct series_block *now = part->blocks[b], *then = old->blocks[b];
		size_t left = part->n - b * SERIES_BLOCK;
		size_t n = left < SERIES_BLOCK ? left : SERIES_BLOCK;

		/* values as bits: NaN is a value like any other */
		if (memcmp(now->step, then->step, n * sizeof *now->step) ||
		    memcmp(now->time, then->time, n * sizeof *now->time) ||
		    memcmp(now->value, then->value, n * sizeof *now->value))
			return false;
	}
	return true;
}

/* More points than were wanted: their number is all that stays. */
static uint64_t drop_beyond(struct series_part *part)
{
	uint64_t beyond = part->beyond ? part->n + part->beyond : 0;

	if (!beyond)
		return 0;
	drop_blocks(part);
	part->n = 0;
	part->nan = part->inf = 0;
	part->unsorted = false;
	return beyond;
}

/* Points were only kept or found the same again. */
static bool same_as_before(const struct build *build, uint64_t beyond)
{
	const struct series_part *part = &build->series;
	const struct series *old;

	if (!build->previous)
		return false;
	old = &build->previous->u.series;
	if (beyond != old->beyond || part->n != old->n)
		return false;
	return (!part->restarted && !part->unsorted) || same_points(part, old);
}

bool series_seal(struct build *build, bool must)
{
	struct series_part *part = &build->series;
	struct snapshot *next = build->next;
	uint64_t beyond = drop_beyond(part);
	bool changed;

	if (part->unsorted)
		sort_points(build);
	changed = !same_as_before(build, beyond);
	if (!changed && !must)
		return false;
	next->release = release_series;
	next->u.series = (struct series){
		.run = part->run,
		.key = part->key,
		.n = part->n,
		.nblocks = part->nblocks,
		.blocks = part->blocks,
		.nan = part->nan,
		.inf = part->inf,
		.beyond = beyond,
	};
	part->blocks = NULL;
	part->nblocks = 0;
	return changed;
}
