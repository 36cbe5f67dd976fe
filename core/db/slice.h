/*
 * A long read as a row of short ones.
 *
 * In rollback mode a reader keeps writers from committing, so no transaction of ours lasts longer
 * than SLICE_END: a slice starts with SLICE_ROWS rows, grows while it stays under SLICE_CALM, and
 * is ended by the progress handler at SLICE_END; the next one goes on after the last key. Between
 * slices the connection holds no lock. A store that stands still is read without an end to slices.
 *
 * store_sweep() does all that for one statement. slice_begin() and slice_end() are for reads that
 * need several statements of one snapshot.
 */
#ifndef DB_SLICE_H
#define DB_SLICE_H

#include "db/store.h"

enum {
	SLICE_ROWS = 2000,
	SLICE_ROWS_MAX = 1 << 18,
	SLICE_CALM = 25, /* ms */
	SLICE_END = 100, /* ms */
};

struct slice {
	struct store *store;
	int rows; /* how many rows the next transaction may ask for: its LIMIT */
	int barren;
	int64_t started;
};

void slice_init(struct slice *slice, struct store *store);

/* Opens a transaction, waiting for writers. After a failure no transaction is open. */
int slice_begin(struct slice *slice, struct err *err);

/*
 * Ends it; statements must be reset. `rows` is how many came. 1: there is more, go on after the
 * last key; 0: that was all; -1: not one row came in time, several times in a row.
 */
int slice_end(struct slice *slice, int rows, struct err *err);

/* Did the slice run out of time? The last statement then ended as if there were no more rows. */
bool slice_over(const struct slice *slice);

/* Ends it after an error that `err` already tells of. */
void slice_abort(struct slice *slice);

struct sweep {
	int limit;                                                    /* the LIMIT's parameter */
	void (*seek)(void *context, struct statement *statement);     /* binds where to go on */
	int (*row)(void *context, struct statement *statement, struct err *err);
	void *context;
};

/*
 * Reads all rows of a statement that is ordered by a key and begins after one: before each slice
 * `seek` binds the last key seen, `row` takes a row and remembers its key.
 */
int store_sweep(struct statement *statement, const struct sweep *sweep, struct err *err);

#endif
