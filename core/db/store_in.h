/* What the files of the db room share with each other, and nobody else. */
#ifndef DB_STORE_IN_H
#define DB_STORE_IN_H

#include "db/store.h"

#include <sqlite3.h>

struct store {
	sqlite3 *db;
	char *path;
	enum store_mode mode;
	struct store_watch watch;
	struct store_look look; /* as it was opened */
	bool joined;
	int64_t wait_until;     /* monotonic ms; 0: no wait is going on */
	int64_t slice_until;    /* monotonic ns; 0: no slice is open */
	bool slice_over;        /* the progress handler ended the slice */
	enum err_code stopped;  /* what the watch answered */
	sqlite3_stmt *begin, *commit, *version;
	int64_t data_version;   /* of the last slice; -1 before the first */
	bool changed;
	struct buf *plans;      /* of store_record_plans(), or NULL */
};

struct statement {
	struct store *store;
	sqlite3_stmt *raw;
};

int64_t store_clock(void); /* monotonic ns */

/* The code as an error in words. (A step that only ended its slice is none: statement_step.) */
int store_error(struct store *store, int code, struct err *err);

/*
 * Is this code one that goes away by itself, and is there patience left? Sleeps a little and
 * answers true if so. Begins the wait at the first call; store_calm() ends it.
 */
bool store_wait(struct store *store, int code);
void store_calm(struct store *store);

#endif
