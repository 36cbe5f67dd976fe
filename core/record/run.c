/* Runs and their chunks; see run.h. */
#include "record/run.h"

#include "record/detail.h"

#include <math.h>
#include <stdlib.h>

const char *run_state_name(enum run_state state)
{
	static const char *const names[] = {
		[RUN_UNKNOWN] = "unknown",   [RUN_QUEUED] = "queued",
		[RUN_RUNNING] = "running",   [RUN_FINISHED] = "finished",
		[RUN_FAILED] = "failed",     [RUN_KILLED] = "killed",
		[RUN_STALLED] = "stalled",
	};

	return names[state];
}

const struct run_detail *run_detail_at(const struct run_table *table, size_t row)
{
	const struct run_chunk *chunk = table->chunks[row / RUN_CHUNK];

	return chunk->details ? chunk->details[row % RUN_CHUNK] : NULL;
}

long run_find(const struct run_table *table, struct str id)
{
	for (size_t row = 0; row < table->rows; row++)
		if (!run_at(table, row)->gone && str_equal(run_at(table, row)->id, id))
			return (long)row;
	return -1;
}

double run_duration(const struct run *run)
{
	if (run->start == TIME_NONE || run->end == TIME_NONE)
		return NAN;
	return ((double)run->end - (double)run->start) / 1000;
}

struct run_chunk *run_chunk_ref(struct run_chunk *chunk)
{
	atomic_fetch_add(&chunk->refs, 1);
	return chunk;
}

void run_chunk_unref(struct run_chunk *chunk)
{
	if (!chunk || atomic_fetch_sub(&chunk->refs, 1) != 1)
		return;
	arena_release(&chunk->text);
	free(chunk->runs);
	free(chunk->details);
	free(chunk);
}
