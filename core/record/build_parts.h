/*
 * What the files of the builder share (build.c, build_*.c); nobody else includes this.
 *
 * A builder makes its snapshot in place. Parts that generations share (run chunks, column chunks,
 * series blocks) start out shared with the previous snapshot; `own` marks those that this build has
 * made or copied and may write to.
 */
#ifndef RECORD_BUILD_PARTS_H
#define RECORD_BUILD_PARTS_H

#include "record/build.h"
#include "record/detail.h"

struct run_index;

struct runs_part {
	struct run_chunk **chunks;
	bool *own;
	size_t nchunks, cap;
	size_t rows;
	struct run_index *index;
	uint8_t *seen; /* a byte a row; only rows of the previous snapshot are asked for */
	size_t nseen;
	bool whole;
	bool changed;
};

struct column_part {
	struct snapshot *table;
	struct column_id id;
	struct column_chunk **chunks;
	bool *own;
	bool *fresh; /* the chunk was not read before: every row wants a value */
	size_t nchunks;
	bool stale;
	bool changed;
};

struct series_part {
	struct series_block **blocks;
	size_t nblocks, cap;
	size_t n;
	uint64_t nan, inf;
	struct str run, key;
	size_t most;     /* 0: all */
	uint64_t beyond; /* points past it */
	bool unsorted;
	bool restarted;
};

/* Growing arrays of whole records. */
struct list_part {
	char *items;
	size_t n, cap;
};

struct build {
	struct snapshot *previous;
	struct snapshot *next;
	struct build_limits limits;
	size_t spent; /* bytes of owned chunks and blocks, beside the arena */
	bool unchanged;
	bool full;
	size_t cut; /* texts that were too long */
	struct str *warnings;
	size_t nwarnings, warnings_cap, warnings_dropped;
	struct list_part list;
	struct runs_part runs;
	struct column_part column;
	struct series_part series;
	struct list_part keys[3]; /* metrics, parameters, tags */
};

/* A text under the length cap. */
struct str build_cut(struct build *build, struct str text);

/* The same for the parameters and tags of a detail, in place. */
void build_cut_detail(struct build *build, struct run_detail *detail);

/* Counts bytes towards the ceiling; false (and full) when they no longer fit. */
bool build_spend(struct build *build, size_t bytes);

/* Room for one more item in a list; NULL when full. */
void *build_list_add(struct build *build, struct list_part *list, size_t size);

void runs_start(struct build *build);
/* The seals publish when something changed or `must`, and answer whether something changed. */
void runs_finish(struct build *build); /* what was not seen in a whole read is gone */
bool runs_seal(struct build *build, bool must);
void runs_free(struct build *build);

void column_start(struct build *build);
bool column_seal(struct build *build, bool must);
void column_free(struct build *build);

void series_start(struct build *build);
bool series_seal(struct build *build, bool must);
void series_free(struct build *build);

void lists_seal(struct build *build);

#endif
