/*
 * Our own SQLite files: opened to be written, unlike a foreign store (db/store.h), which never is.
 *
 * A file is made when it is not there, readable by its owner only. Statements are the program's own
 * text; values are bound, by one letter each:
 *
 *   i  int64_t        d  double        t  const char * (NULL: SQL NULL)
 *
 * so that a row is written in one line: own_do(own, err, "INSERT INTO t VALUES (?, ?)", "ti", s, n).
 * A statement is prepared once and kept as long as the file is open, found again by its address: it
 * must be a string literal. Another writer's lock is waited for, OWN_PATIENCE at most.
 *
 * Thread rule: one thread at a time.
 */
#ifndef DB_OWN_H
#define DB_OWN_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { OWN_PATIENCE = 20000 /* ms */, OWN_STATEMENTS = 48 };

struct own;

/* On failure *own is NULL. */
int own_open(struct own **own, const char *path, struct err *err);
void own_close(struct own *own); /* NULL is fine; an open transaction is rolled back */

/* Statements without values and rows, several separated by ';': schemas, BEGIN, COMMIT. */
int own_run(struct own *own, const char *sql, struct err *err);

/* One statement with values; rows are passed over. */
int own_do(struct own *own, struct err *err, const char *sql, const char *types, ...);

/* The first row's first column: 1 a row, 0 none, -1 an error. NULL reads as 0 or "". */
int own_ask_int(struct own *own, int64_t *value, struct err *err, const char *sql,
		const char *types, ...);
int own_ask_text(struct own *own, char *out, size_t size, struct err *err, const char *sql,
		 const char *types, ...);

#endif
