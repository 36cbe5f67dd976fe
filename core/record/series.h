/*
 * A series: every point of one metric of one run, ordered by step, then time, then value.
 *
 * Append-only blocks of SERIES_BLOCK points that never move. A generation of a series is the list of
 * blocks and a count; the next one shares the blocks and counts further, so points behind the count
 * of an older generation may be written while it is being read, and nothing else may.
 * When a point arrives that does not belong at the end, the source starts the series anew.
 */
#ifndef RECORD_SERIES_H
#define RECORD_SERIES_H

#include "base/str.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_BLOCK = 4096 };

struct series_block {
	atomic_int refs;
	int64_t step[SERIES_BLOCK];
	int64_t time[SERIES_BLOCK]; /* ms since the epoch, or TIME_NONE */
	double value[SERIES_BLOCK]; /* NaN and ±infinity included */
};

struct series {
	struct str run, key;
	size_t n;
	size_t nblocks;
	struct series_block **blocks;
	uint64_t nan, inf;
	uint64_t beyond; /* how many points there are, when so many were not wanted; then n is 0 */
};

static inline int64_t series_step(const struct series *series, size_t i)
{
	return series->blocks[i / SERIES_BLOCK]->step[i % SERIES_BLOCK];
}

static inline int64_t series_time(const struct series *series, size_t i)
{
	return series->blocks[i / SERIES_BLOCK]->time[i % SERIES_BLOCK];
}

static inline double series_value(const struct series *series, size_t i)
{
	return series->blocks[i / SERIES_BLOCK]->value[i % SERIES_BLOCK];
}

/*
 * Order of two points: step, then time, then value (NaN counts as 0, as MLflow has it, and follows
 * 0).
 */
int series_point_compare(int64_t step_a, int64_t time_a, double value_a, int64_t step_b,
			 int64_t time_b, double value_b);

struct series_block *series_block_ref(struct series_block *block);
void series_block_unref(struct series_block *block);

#endif
