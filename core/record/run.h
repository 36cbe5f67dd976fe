/*
 * Runs: the base rows of a source's runs, in chunks that generations share.
 *
 * A run table is a spine of chunks of RUN_CHUNK rows in the order in which the source first listed
 * them. A row never moves: row i of one generation is row i of the next, so that columns
 * (record/column.h), marks and order indices stay valid. A run that its store has lost for good
 * stays in its place with `gone` set; every reader skips it.
 * A chunk is immutable once its table is sealed. A new generation shares the chunks that did not
 * change; a chunk's id is its identity for good: two tables that hold chunks of the same id hold the
 * same rows. Texts live in the chunk's arena.
 *
 * Only what every source has cheaply is here; parameters, tags, metrics are columns or details.
 * A source that gets everything at once anyway (REST pages) attaches the details to the chunk.
 */
#ifndef RECORD_RUN_H
#define RECORD_RUN_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct run_detail;

enum { RUN_CHUNK = 1024 };

enum run_state {
	RUN_UNKNOWN,
	RUN_QUEUED,
	RUN_RUNNING,
	RUN_FINISHED,
	RUN_FAILED,
	RUN_KILLED,
	RUN_STALLED,
};

struct run {
	struct str id;
	struct str name;            /* missing when the source has none */
	struct str experiment;      /* id; missing for a run outside of any */
	struct str experiment_name;
	struct str user;
	struct str native_state;    /* the source's own word */
	int64_t start, end;         /* ms since the epoch, or TIME_NONE */
	int64_t key;                /* the source's own row key, for its use only */
	enum run_state state;
	bool deleted;
	bool gone;
};

struct run_chunk {
	atomic_int refs;
	uint64_t id;                  /* unique in this process, never 0 */
	uint32_t n;
	struct run *runs;             /* n rows */
	struct run_detail **details;  /* n pointers, or NULL: ask the source */
	struct arena text;
};

struct run_index; /* id → row, for the builder only; handed on from generation to generation */

struct run_table {
	size_t rows;
	size_t nchunks;
	struct run_chunk **chunks;
	struct run_index *_Atomic index;
};

/* "running", "finished", … : the words of JSON and screen. */
const char *run_state_name(enum run_state state);

/* Row i of the table (i < rows). */
static inline const struct run *run_at(const struct run_table *table, size_t row)
{
	return &table->chunks[row / RUN_CHUNK]->runs[row % RUN_CHUNK];
}

/* The attached details of row i, or NULL. */
const struct run_detail *run_detail_at(const struct run_table *table, size_t row);

/* The row of the run with that id, or -1; a linear look, for single look-ups. */
long run_find(const struct run_table *table, struct str id);

/* end − start in seconds, or NAN when either is missing. */
double run_duration(const struct run *run);

struct run_chunk *run_chunk_ref(struct run_chunk *chunk);
void run_chunk_unref(struct run_chunk *chunk);

#endif
