/*
 * A column: one value per run of a table, loaded when first shown, sorted or filtered on.
 *
 * Chunked like its table: chunk c of the column has the values of chunk c's rows, and remembers
 * which chunk it was read for (`of`), so that a new generation shares the chunks of unchanged runs.
 * A value is missing, a number (NaN is a value) or a text. Immutable once sealed.
 */
#ifndef RECORD_COLUMN_H
#define RECORD_COLUMN_H

#include "base/arena.h"
#include "base/buf.h"
#include "record/run.h"

struct dataset_use;

enum column_kind {
	COLUMN_METRIC,   /* number; key and aggregate */
	COLUMN_PARAM,    /* text */
	COLUMN_TAG,      /* text */
	COLUMN_COMMIT,   /* text: the commit that the run names */
	COLUMN_PARENT,   /* text: the parent's run id */
	COLUMN_DATASETS, /* text: "name@digest", comma between; with the key "name", "digest" or
	                    "context" that part alone, one dataset a line */
	COLUMN_ARTIFACT_URI,
};

enum column_aggregate {
	AGGREGATE_LAST,
	AGGREGATE_FIRST,
	AGGREGATE_MIN,
	AGGREGATE_MAX,
	AGGREGATE_MEAN,
	AGGREGATE_COUNT,
	AGGREGATE_BEST, /* min or max by the direction of the key; resolved before a source is asked */
};

/* What a column is of. `key` is missing for kinds without one. */
struct column_id {
	enum column_kind kind;
	enum column_aggregate aggregate;
	struct str key;
};

enum cell_state { CELL_MISSING, CELL_NUMBER, CELL_TEXT };

struct column_chunk {
	atomic_int refs;
	uint32_t n;
	uint64_t of;                /* id of the run chunk that it was read for */
	uint8_t *state;             /* n of enum cell_state */
	double *number;             /* n, or NULL in a text column */
	struct str *text;           /* n, or NULL in a number column */
	struct arena arena;
};

struct column {
	struct column_id id; /* key lives in the column's own arena */
	size_t nchunks;
	struct column_chunk **chunks;
	size_t bytes; /* what it costs, for the board's budget */
};

/* A value of a column. */
struct value {
	enum cell_state state;
	double number;
	struct str text;
};

/* Row i; missing for rows past the end. */
struct value column_at(const struct column *column, size_t row);

bool column_id_equal(const struct column_id *a, const struct column_id *b);

/* "last", "min", … */
const char *column_aggregate_name(enum column_aggregate aggregate);

/*
 * The value that the column would have for that run: for tables with attached details. Not for
 * COLUMN_DATASETS, whose text is joined: column_datasets().
 */
struct value column_of_detail(const struct column_id *id, const struct run_detail *detail);

/* Appends a run's datasets as COLUMN_DATASETS has them for that key. */
void column_datasets(struct buf *out, struct str key, const struct dataset_use *datasets,
		     uint32_t n);

struct column_chunk *column_chunk_ref(struct column_chunk *chunk);
void column_chunk_unref(struct column_chunk *chunk);

#endif
