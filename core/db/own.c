/* See own.h. The connection is SQLite's plain one; the VFS of foreign stores has no part in it. */
#include "db/own.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct own {
	sqlite3 *db;
	size_t n;
	struct own_statement {
		const char *sql;
		sqlite3_stmt *raw;
	} statements[OWN_STATEMENTS];
};

static int fail(struct own *own, struct err *err)
{
	int code = sqlite3_extended_errcode(own->db);

	err_set(err, (code & 0xff) == SQLITE_BUSY ? ERR_BUSY : ERR_IO, "%s", sqlite3_errmsg(own->db));
	err->native = code;
	return err_origin(err, "%s", sqlite3_db_filename(own->db, "main"));
}

/* SQLite would make the file by the umask. */
static int make_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_errno(err, errno, "%s", path);
	close(fd);
	return 0;
}

int own_open(struct own **out, const char *path, struct err *err)
{
	struct own *own;

	*out = NULL;
	if (make_file(path, err) != 0)
		return -1;
	own = mem_zero(1, sizeof *own);
	if (sqlite3_open_v2(path, &own->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(own->db, OWN_PATIENCE) != SQLITE_OK ||
	    sqlite3_exec(own->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL) != SQLITE_OK) {
		fail(own, err);
		own_close(own);
		return -1;
	}
	*out = own;
	return 0;
}

void own_close(struct own *own)
{
	if (!own)
		return;
	for (size_t i = 0; i < own->n; i++)
		sqlite3_finalize(own->statements[i].raw);
	sqlite3_close(own->db);
	free(own);
}

int own_run(struct own *own, const char *sql, struct err *err)
{
	return sqlite3_exec(own->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(own, err);
}

static sqlite3_stmt *prepared(struct own *own, const char *sql, struct err *err)
{
	struct own_statement *statement = own->statements;

	for (size_t i = 0; i < own->n; i++, statement++)
		if (statement->sql == sql)
			return statement->raw;
	if (own->n == OWN_STATEMENTS) {
		err_set(err, ERR_TOO_BIG, "more than %d statements", OWN_STATEMENTS);
		return NULL;
	}
	if (sqlite3_prepare_v3(own->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->raw, NULL) !=
	    SQLITE_OK) {
		fail(own, err);
		return NULL;
	}
	statement->sql = sql;
	own->n++;
	return statement->raw;
}

static void bind(sqlite3_stmt *raw, const char *types, va_list values)
{
	for (int i = 0; types[i]; i++) {
		if (types[i] == 'i')
			sqlite3_bind_int64(raw, i + 1, va_arg(values, int64_t));
		else if (types[i] == 'd')
			sqlite3_bind_double(raw, i + 1, va_arg(values, double));
		else
			sqlite3_bind_text(raw, i + 1, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
	}
}

/* Binds and steps once. NULL and err on failure; *row says whether there is one. */
static sqlite3_stmt *start(struct own *own, bool *row, struct err *err, const char *sql,
			   const char *types, va_list values)
{
	sqlite3_stmt *raw = prepared(own, sql, err);
	int code;

	if (!raw)
		return NULL;
	bind(raw, types, values);
	code = sqlite3_step(raw);
	*row = code == SQLITE_ROW;
	if (code == SQLITE_ROW || code == SQLITE_DONE)
		return raw;
	fail(own, err);
	sqlite3_reset(raw);
	return NULL;
}

int own_do(struct own *own, struct err *err, const char *sql, const char *types, ...)
{
	va_list values;
	bool row;
	sqlite3_stmt *raw;

	va_start(values, types);
	raw = start(own, &row, err, sql, types, values);
	va_end(values);
	if (!raw)
		return -1;
	/* a step after the last one would start anew */
	while (row)
		row = sqlite3_step(raw) == SQLITE_ROW;
	return sqlite3_reset(raw) == SQLITE_OK ? 0 : fail(own, err);
}

int own_ask_int(struct own *own, int64_t *value, struct err *err, const char *sql,
		const char *types, ...)
{
	va_list values;
	bool row;
	sqlite3_stmt *raw;

	va_start(values, types);
	raw = start(own, &row, err, sql, types, values);
	va_end(values);
	if (!raw)
		return -1;
	*value = row ? sqlite3_column_int64(raw, 0) : 0;
	sqlite3_reset(raw);
	return row;
}

int own_ask_text(struct own *own, char *out, size_t size, struct err *err, const char *sql,
		 const char *types, ...)
{
	va_list values;
	bool row;
	sqlite3_stmt *raw;
	const unsigned char *text;

	va_start(values, types);
	raw = start(own, &row, err, sql, types, values);
	va_end(values);
	if (!raw)
		return -1;
	text = row ? sqlite3_column_text(raw, 0) : NULL;
	snprintf(out, size, "%s", text ? (const char *)text : "");
	sqlite3_reset(raw);
	return row;
}
