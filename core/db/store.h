/*
 * Somebody else's SQLite store, read without harm.
 *
 * No byte is written beside or into it, no file is created, and a read is cut into transactions so
 * short that a writer hardly notices (slice.h). How the file is opened follows from how it was
 * left:
 *
 *   rollback mode, or WAL with a -wal and a -shm   STORE_SHARED: read-only, by SQLite's locks
 *   WAL with no -wal or an empty one               STORE_STILL: immutable; store_close() says
 *                                                  whether it really stood still
 *   a filled -wal without a -shm                   refused in words: a crash or a bare copy
 *   a hot rollback journal                         refused in words: only a writer may mend it
 *
 * A store is used by one thread, opened for one read and closed again, so that a writer's own
 * clean-up at its last close works as without us. Results count only if store_close() returns 0.
 *
 * Errors: ERR_BUSY a writer holds it (the wait is over), ERR_CHANGED it changed where it must not
 * have, ERR_FORMAT no SQLite or not the tables asked for, ERR_CORRUPT, ERR_UNSUPPORTED sound but
 * not readable without a write, ERR_TOO_BIG past a cap, ERR_CANCELLED and ERR_TIMEOUT by the watch.
 */
#ifndef DB_STORE_H
#define DB_STORE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "db/look.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	STORE_VALUE_MAX = 8 << 20, /* bytes of one value, and of one row */
	STORE_PATIENCE = 2000,     /* ms that a lock is waited for; the watch may say otherwise */
};

enum store_mode { STORE_SHARED, STORE_STILL };

/* How a caller stops a read; asked every few milliseconds of work, on the reading thread. */
struct store_watch {
	enum err_code (*ask)(void *context); /* ERR_NONE: go on; ERR_CANCELLED, ERR_TIMEOUT: stop */
	void *context;
	int64_t patience; /* ms; 0: STORE_PATIENCE */
	bool views;       /* let views be read (they may compute for as long as the watch allows) */
};

struct store;
struct statement;

/* watch may be NULL; it is copied. On failure *store is NULL. */
int store_open(struct store **store, const char *path, const struct store_watch *watch,
	       struct err *err);

/*
 * Ends every statement and closes. In mode STORE_STILL it fails with ERR_CHANGED (retryable) when
 * the file did not stand still meanwhile: what was read does not count. NULL is fine.
 */
int store_close(struct store *store, struct err *err);

enum store_mode store_mode(const struct store *store);

/* The file that is read, with symbolic links followed. */
const char *store_path(const struct store *store);

/* Are texts stored as UTF-8? In UTF-16 a text may not sort where its bytes do. */
bool store_utf8(const struct store *store);

/* May views be read? */
bool store_views(const struct store *store);

/* Did a writer commit between two slices of this connection? Sticky. */
bool store_changed(const struct store *store);

/*
 * One SELECT, written in the program's own text: foreign values are bound, never pasted. Where a
 * foreign *name* is needed (a user's table), store_identifier() quotes it.
 */
int store_prepare(struct store *store, const char *sql, struct statement **statement,
		  struct err *err);
void statement_free(struct statement *statement);

/* Adds the name as a quoted identifier. False, and nothing added, if it holds a NUL byte. */
bool store_identifier(struct buf *sql, struct str name);

/* Parameters count from 1. The text must outlive the steps. */
void statement_bind_int(struct statement *statement, int parameter, int64_t value);
void statement_bind_double(struct statement *statement, int parameter, double value);
void statement_bind_text(struct statement *statement, int parameter, struct str value);

/* 1: a row; 0: no more; -1: an error. Waits for writers as long as the watch allows. */
int statement_step(struct statement *statement, struct err *err);

/* Back to the start; bindings stay. The connection holds no lock after it. */
void statement_reset(struct statement *statement);

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_DOUBLE, VALUE_TEXT, VALUE_BLOB };

/*
 * Columns of the current row, from 0, valid until the next step. SQLite is typed by value: a column
 * of numbers may hold text. A number where there is none is `missing` or NaN; a number asked for as
 * text is its digits; NULL is STR_NONE. Texts are byte counted and may hold NUL bytes.
 */
enum value_kind statement_kind(struct statement *statement, int column);
/* The kind, and the value of an INT or DOUBLE, in one go: for reads of many numbers. */
enum value_kind statement_value(struct statement *statement, int column, double *number,
				int64_t *integer);
int64_t statement_int(struct statement *statement, int column, int64_t missing);
double statement_double(struct statement *statement, int column);
struct str statement_text(struct statement *statement, int column);

/* For tests: the plan of a statement, one step a line. */
int store_plan(struct store *store, const char *sql, struct buf *plan, struct err *err);

/* For tests: from now on each prepared statement adds its text and its plan; NULL ends that. */
void store_record_plans(struct store *store, struct buf *plans);

#endif
