/* What the parts of the MLflow file reader share (file*.c); nobody else includes this. */
#ifndef SOURCE_MLFLOW_FILE_PARTS_H
#define SOURCE_MLFLOW_FILE_PARTS_H

#include "base/arena.h"
#include "db/schema.h"
#include "db/slice.h"
#include "db/store.h"
#include "record/build.h"
#include "source/io.h"
#include "source/mlflow/tally.h"
#include "source/query.h"

struct file_read;

enum { KEPT_TALLIES = 256 };

/*
 * The aggregates of runs that had not ended, kept from poll to poll, so that a long curve is not
 * read again for each point that is added to it.
 */
struct kept_tallies {
	struct kept_tally {
		uint64_t query, run; /* marks */
		int64_t rowid;       /* rows up to here are in it */
		bool seen;
		struct tally tally;
	} items[KEPT_TALLIES];
	unsigned next;
};

/* A 64-bit mark of a text, mixed with another one. */
uint64_t file_mark(uint64_t mark, struct str text);

/* The largest rowid of metrics: what is logged later has a larger one. */
int file_newest_point(struct file_read *read, int64_t *rowid, struct err *err);

/* One read of one query, on an open store. */
struct file_read {
	struct store *store;
	struct schema schema;
	const struct query *query;
	struct io *io;
	struct build *build;
	struct arena arena;  /* for this read; given back at its end */
	int64_t rows;        /* read so far, for progress */
	int64_t cursor;      /* RECORD_SERIES: rowid that the previous read reached, or -1; and
	                        after the read the one that this read reached */
	struct kept_tallies *kept;
	uint64_t mark;       /* of the query */
	bool again;          /* the previous snapshot is of this store and may be continued */
};

/* " INDEXED BY index", or "" when the table has no index of that name on just these columns. */
const char *file_by(struct file_read *read, const char *table, const char *index,
		    const char *columns);

/* The column's name, or "NULL" when the table has none. */
const char *file_column(const struct file_read *read, const char *table, const char *column);

/* Prepares text that is put together from the program's own pieces: "%s" takes no foreign text. */
int file_prepare(struct file_read *read, struct statement **statement, struct err *err,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * What a sweep goes on from must move with every row: a column that is called rowid, a type that is
 * none of MLflow's or a damaged tree could send it round in circles. 0, or -1 and ERR_CORRUPT.
 */
int file_moves_on(bool forward, struct err *err);

/* Is a point past another in the order of its history: by step and rowid, or by rowid alone? */
static inline bool file_is_past(bool by_step, int64_t step, int64_t last_step, int64_t rowid,
				int64_t last_rowid)
{
	if (by_step && step != last_step)
		return step > last_step;
	return rowid > last_rowid;
}

/* One more row was read: progress, cancel, every thousand rows; and the memory of the read. */
int file_progress(struct file_read *read, struct err *err);

/* A copy of a column's text in the read's arena. */
struct str file_text(struct file_read *read, struct statement *statement, int column);

/* A key column must be text: anything else is damage, and could make a read go in circles. */
int file_key(struct file_read *read, struct statement *statement, int column, struct str *key,
	     struct err *err);

/* Decimal text of an id, in the read's arena; missing when the column is no number. */
struct str file_id(struct file_read *read, struct statement *statement, int column);

/*
 * Every row of a table in the order of its rowid, in slices: `row` gets "SELECT rowid, columns …".
 * Returns -1 when `row` does.
 */
int file_walk_table(struct file_read *read, const char *table, const char *columns,
		    int (*row)(void *context, struct statement *statement, struct err *err),
		    void *context, struct err *err);

/* One text out of pieces, in the read's arena: column lists. */
const char *file_textf(struct file_read *read, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

int file_read_experiments(struct file_read *read, struct err *err);
int file_read_runs(struct file_read *read, struct err *err);
int file_read_column(struct file_read *read, struct err *err);
int file_read_details(struct file_read *read, struct err *err);
int file_read_series(struct file_read *read, struct err *err);
int file_read_keys(struct file_read *read, struct err *err);
int file_read_models(struct file_read *read, struct err *err);

/* --- rows of the table runs (file_runs.c), for runs and details ------------------------------- */

struct experiment_name {
	int64_t id;
	struct str name;
};

struct run_rows {
	struct file_read *read;
	struct statement *tag; /* one tag of one run, or NULL */
	struct experiment_name *experiments; /* by id */
	size_t nexperiments, cap;
};

int run_rows_init(struct run_rows *rows, struct file_read *read, struct err *err);
void run_rows_release(struct run_rows *rows);

/* What to select from runs, in the order that run_rows_get() and file_detail.c count on. */
const char *run_rows_columns(struct file_read *read);
enum { RUN_ARTIFACT_URI = 9 };

/* The current row as a run; its texts are views that last until the next step or call. */
int run_rows_get(struct run_rows *rows, struct statement *statement, struct run *run,
		 struct err *err);

#endif
