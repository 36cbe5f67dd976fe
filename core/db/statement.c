/* Statements: static text, bound values, columns checked by type; see store.h. */
#include "db/store_in.h"

#include "base/mem.h"
#include "base/num.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int prepare_raw(struct store *store, const char *sql, sqlite3_stmt **raw)
{
	int code;

	do {
		store->slice_over = false;
		code = sqlite3_prepare_v2(store->db, sql, -1, raw, NULL);
	} while (code && store_wait(store, code));
	store_calm(store);
	return code;
}

static void record_plan(struct store *store, const char *sql)
{
	struct buf *plans = store->plans;
	struct err ignored;

	store->plans = NULL;
	buf_addf(plans, "-- %s\n", sql);
	store_plan(store, sql, plans, &ignored);
	store->plans = plans;
}

void store_record_plans(struct store *store, struct buf *plans)
{
	store->plans = plans;
}

int store_prepare(struct store *store, const char *sql, struct statement **statement,
		  struct err *err)
{
	sqlite3_stmt *raw;
	int code = prepare_raw(store, sql, &raw);

	*statement = NULL;
	if (code)
		return store_error(store, code, err);
	*statement = mem_zero(1, sizeof **statement);
	**statement = (struct statement){store, raw};
	if (store->plans)
		record_plan(store, sql);
	return 0;
}

void statement_free(struct statement *statement)
{
	if (!statement)
		return;
	sqlite3_finalize(statement->raw);
	free(statement);
}

bool store_identifier(struct buf *sql, struct str name)
{
	if (name.n && memchr(name.s, 0, name.n))
		return false;
	buf_addc(sql, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.s[i] == '"')
			buf_addc(sql, '"');
		buf_addc(sql, name.s[i]);
	}
	buf_addc(sql, '"');
	return true;
}

void statement_bind_int(struct statement *statement, int parameter, int64_t value)
{
	sqlite3_bind_int64(statement->raw, parameter, value);
}

void statement_bind_double(struct statement *statement, int parameter, double value)
{
	sqlite3_bind_double(statement->raw, parameter, value);
}

void statement_bind_text(struct statement *statement, int parameter, struct str value)
{
	if (str_none(value))
		sqlite3_bind_null(statement->raw, parameter);
	else
		sqlite3_bind_text64(statement->raw, parameter, value.s, value.n, SQLITE_STATIC,
				    SQLITE_UTF8);
}

int statement_step(struct statement *statement, struct err *err)
{
	struct store *store = statement->store;
	bool first = !sqlite3_stmt_busy(statement->raw);
	int code;

	while ((code = sqlite3_step(statement->raw)) != SQLITE_ROW && code != SQLITE_DONE) {
		if (!first || !sqlite3_get_autocommit(store->db) || !store_wait(store, code))
			break;
		sqlite3_reset(statement->raw);
	}
	store_calm(store);
	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE || (code == SQLITE_INTERRUPT && store->slice_over))
		return 0;
	return store_error(store, code, err);
}

void statement_reset(struct statement *statement)
{
	sqlite3_reset(statement->raw);
}

enum value_kind statement_kind(struct statement *statement, int column)
{
	switch (sqlite3_column_type(statement->raw, column)) {
	case SQLITE_INTEGER:
		return VALUE_INT;
	case SQLITE_FLOAT:
		return VALUE_DOUBLE;
	case SQLITE_TEXT:
		return VALUE_TEXT;
	case SQLITE_BLOB:
		return VALUE_BLOB;
	default:
		return VALUE_NULL;
	}
}

enum value_kind statement_value(struct statement *statement, int column, double *number,
				int64_t *integer)
{
	enum value_kind kind = statement_kind(statement, column);

	if (kind == VALUE_DOUBLE)
		*number = sqlite3_column_double(statement->raw, column);
	else if (kind == VALUE_INT)
		*integer = sqlite3_column_int64(statement->raw, column);
	return kind;
}

int64_t statement_int(struct statement *statement, int column, int64_t missing)
{
	int64_t value;
	double number;

	switch (statement_kind(statement, column)) {
	case VALUE_INT:
		return sqlite3_column_int64(statement->raw, column);
	case VALUE_DOUBLE:
		number = sqlite3_column_double(statement->raw, column);
		return number >= -0x1p63 && number < 0x1p63 ? (int64_t)number : missing;
	case VALUE_TEXT:
		return num_parse_int(statement_text(statement, column), &value) ? value : missing;
	default:
		return missing;
	}
}

double statement_double(struct statement *statement, int column)
{
	double value;

	switch (statement_kind(statement, column)) {
	case VALUE_INT:
	case VALUE_DOUBLE:
		return sqlite3_column_double(statement->raw, column);
	case VALUE_TEXT:
		return num_parse(statement_text(statement, column), &value) ? value : NAN;
	default:
		return NAN;
	}
}

struct str statement_text(struct statement *statement, int column)
{
	const void *bytes;

	if (sqlite3_column_type(statement->raw, column) == SQLITE_NULL)
		return STR_NONE;
	bytes = sqlite3_column_text(statement->raw, column);
	if (!bytes)
		return STR("");
	return (struct str){bytes, (size_t)sqlite3_column_bytes(statement->raw, column)};
}

int store_plan(struct store *store, const char *sql, struct buf *plan, struct err *err)
{
	struct statement *statement;
	struct buf text;
	int more;

	buf_init(&text, 1 << 16);
	buf_adds(&text, "EXPLAIN QUERY PLAN ");
	buf_adds(&text, sql);
	more = store_prepare(store, buf_cstr(&text), &statement, err);
	buf_release(&text);
	if (more)
		return -1;
	while ((more = statement_step(statement, err)) > 0) {
		buf_add_str(plan, statement_text(statement, 3));
		buf_addc(plan, '\n');
	}
	statement_free(statement);
	return more;
}
