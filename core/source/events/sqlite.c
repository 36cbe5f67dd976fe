/*
 * Events from a SQLite table or view; see events.h.
 *
 * A table is read by rowid in short slices (db/slice.h), and followed by it: rows are only ever
 * expected to be added. When the last row that was delivered is gone or has another time, all is
 * read again. A view or a table WITHOUT ROWID has no such key and is read whole when its number of
 * rows changed.
 */
#include "source/events/events.h"

#include "base/clock.h"
#include "base/mem.h"
#include "db/schema.h"
#include "db/slice.h"

#include <string.h>
#include <strings.h>

enum { SQL_MAX = 1 << 20, PROGRESS_ROWS = 4096 };

struct sqlite_reading {
	struct events_read *read;
	struct store *store;
	struct schema schema;
	int64_t rows;
};

/* --- which table ---------------------------------------------------------------------------- */

struct table {
	struct str name;
	bool view;
	size_t first, n; /* of schema.columns */
};

/* The table that starts at *at, which is moved past it. */
static bool next_table(const struct schema *schema, size_t *at, struct table *table)
{
	if (*at >= schema->n)
		return false;
	*table = (struct table){schema->columns[*at].table, schema->columns[*at].view, *at, 0};
	while (*at < schema->n && str_equal(schema->columns[*at].table, table->name)) {
		(*at)++;
		table->n++;
	}
	return true;
}

static bool has_column(const struct schema *schema, const struct table *table, struct str name)
{
	for (size_t i = 0; i < table->n; i++)
		if (str_equal(schema->columns[table->first + i].name, name))
			return true;
	return false;
}

/* Could these be the events that the sink asks for? */
static bool fits(const struct events_read *read, const struct schema *schema,
		 const struct table *table)
{
	const struct event_names *names = read->sink->names;

	if (str_starts(table->name, STR("sqlite_")))
		return false;
	if (names->timeless)
		return true;
	if (!str_none(names->time))
		return has_column(schema, table, names->time);
	for (size_t i = 0; i < table->n; i++)
		if (events_is_time(schema->columns[table->first + i].name))
			return true;
	return false;
}

static void list_tables(const struct schema *schema, const struct events_read *read, bool fitting,
			struct buf *out)
{
	struct table table;

	for (size_t at = 0; next_table(schema, &at, &table) && out->n < 160;) {
		if (fitting && !fits(read, schema, &table))
			continue;
		buf_adds(out, out->n ? ", " : "");
		buf_add_str(out, table.name);
	}
}

static int no_table(const struct sqlite_reading *reading, size_t fitting, struct err *err)
{
	const struct events_read *read = reading->read;
	struct str time = read->sink->names->time;
	struct buf list;

	buf_init(&list, 400);
	list_tables(&reading->schema, read, fitting > 1, &list);
	if (!str_none(read->table)) {
		err_set(err, ERR_USAGE, "no table \"%.*s\"", STR_ARG(read->table));
		err_hint(err, "its tables: %s", buf_cstr(&list));
	} else if (fitting > 1) {
		err_set(err, ERR_USAGE, "several tables could hold the events: %s",
			buf_cstr(&list));
		err_hint(err, "name one: events:%s:TABLE, or table: in the configuration",
			 read->path);
	} else if (!str_none(time)) {
		err_set(err, ERR_USAGE, "no table has a column \"%.*s\"", STR_ARG(time));
		err_hint(err, "its tables: %s", list.n ? buf_cstr(&list) : "none");
	} else {
		err_set(err, ERR_USAGE, "no table has a column with the time of the events (looked "
					"for ts, time, timestamp, event_time, created_at)");
		err_hint(err, "name it: time: in a monitor of the configuration, or drift --time; its tables: %s",
			 list.n ? buf_cstr(&list) : "none");
	}
	buf_release(&list);
	return -1;
}

static int choose_table(const struct sqlite_reading *reading, struct table *chosen, struct err *err)
{
	const struct events_read *read = reading->read;
	struct table table;
	size_t fitting = 0;

	for (size_t at = 0; next_table(&reading->schema, &at, &table);) {
		bool good = str_none(read->table) ? fits(read, &reading->schema, &table)
						  : str_equal(table.name, read->table);

		if (good && !fitting++)
			*chosen = table;
	}
	return fitting == 1 ? 0 : no_table(reading, fitting, err);
}

/* A name of the rowid that no column hides. */
static const char *key_name(const struct schema *schema, const struct table *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		bool hidden = false;

		for (size_t k = 0; k < table->n; k++) {
			struct str name = schema->columns[table->first + k].name;

			hidden |= name.n == strlen(names[i]) &&
				  !strncasecmp(name.s, names[i], name.n);
		}
		if (!hidden)
			return names[i];
	}
	return NULL;
}

/* --- statements ----------------------------------------------------------------------------- */

static int prepare(struct store *store, struct buf *sql, struct statement **statement,
		   struct err *err)
{
	int result = sql->over ? err_set(err, ERR_TOO_BIG, "the names of the columns are too long")
			       : store_prepare(store, buf_cstr(sql), statement, err);

	buf_release(sql);
	return result;
}

/* Has the table a rowid? Asked once, by preparing a statement that names it. */
static bool answers_to(struct store *store, const char *key, struct str table)
{
	struct statement *statement;
	struct buf sql;
	struct err err;

	buf_init(&sql, SQL_MAX);
	buf_addf(&sql, "SELECT %s FROM ", key);
	store_identifier(&sql, table);
	if (prepare(store, &sql, &statement, &err))
		return false;
	statement_free(statement);
	return true;
}

/* The columns that somebody wants, the key first. */
static int prepare_rows(const struct sqlite_reading *reading, struct statement **statement,
			struct err *err)
{
	const struct events_place *place = reading->read->place;
	const struct events_batch *batch = &place->batch;
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	buf_addf(&sql, "SELECT %s", place->keyed ? place->key_name : "NULL");
	for (size_t i = 0; i < batch->nactive; i++) {
		buf_adds(&sql, ", ");
		store_identifier(&sql, batch->layout.names[batch->active[i]]);
	}
	buf_adds(&sql, " FROM ");
	store_identifier(&sql, place->table);
	if (place->keyed)
		buf_addf(&sql, " WHERE %s > ?1 ORDER BY %s LIMIT ?2", place->key_name,
			 place->key_name);
	else
		buf_adds(&sql, " LIMIT ?2 OFFSET ?1");
	return prepare(reading->store, &sql, statement, err);
}

/* --- rows ----------------------------------------------------------------------------------- */

static void seek(void *context, struct statement *statement)
{
	struct sqlite_reading *reading = context;
	const struct events_place *place = reading->read->place;

	statement_bind_int(statement, 1, place->keyed ? place->key : reading->rows);
}

static void take_cell(struct events_batch *batch, uint32_t column, struct statement *statement,
		      int from)
{
	double number;
	int64_t integer;

	switch (statement_value(statement, from, &number, &integer)) {
	case VALUE_DOUBLE:
		events_batch_real(batch, column, number);
		break;
	case VALUE_INT:
		events_batch_int(batch, column, integer);
		break;
	case VALUE_TEXT:
		events_batch_text(batch, column, statement_text(statement, from));
		break;
	case VALUE_BLOB:
		events_batch_other(batch, column);
		break;
	case VALUE_NULL:
		events_batch_null(batch, column);
		break;
	}
}

static int take_row(void *context, struct statement *statement, struct err *err)
{
	struct sqlite_reading *reading = context;
	struct events_place *place = reading->read->place;
	struct events_batch *batch = &place->batch;
	int64_t key = statement_int(statement, 0, INT64_MIN);

	/* what damage or a trick of the schema leads back would be read for ever */
	if (place->keyed && key <= place->key)
		return err_set(err, ERR_CORRUPT, "the rows of the table are out of order");
	if (events_batch_row(batch, err))
		return -1;
	for (size_t i = 0; i < batch->nactive; i++)
		take_cell(batch, batch->active[i], statement, (int)i + 1);
	events_batch_close(batch);
	place->key = key;
	place->key_time = batch->time[batch->n - 1];
	reading->rows++;
	if (reading->rows % PROGRESS_ROWS)
		return 0;
	return io_progress(reading->read->io, reading->rows, 0, err);
}

/* --- following ------------------------------------------------------------------------------ */

/* Is the last row that was delivered still there, with the time that it had? */
static int last_row_stands(const struct sqlite_reading *reading, bool *stands, struct err *err)
{
	const struct events_place *place = reading->read->place;
	const struct events_batch *batch = &place->batch;
	struct statement *statement;
	struct buf sql;
	int more, time = batch->layout.time;
	int64_t found = TIME_NONE;

	buf_init(&sql, SQL_MAX);
	buf_adds(&sql, "SELECT ");
	if (time < 0)
		buf_adds(&sql, "NULL");
	else
		store_identifier(&sql, batch->layout.names[time]);
	buf_adds(&sql, " FROM ");
	store_identifier(&sql, place->table);
	buf_addf(&sql, " WHERE %s = ?1", place->key_name);
	if (prepare(reading->store, &sql, &statement, err))
		return -1;
	statement_bind_int(statement, 1, place->key);
	more = statement_step(statement, err);
	if (more > 0 && time >= 0)
		found = events_time_of(statement_text(statement, 0));
	*stands = more > 0 && found == place->key_time;
	statement_free(statement);
	return more < 0 ? -1 : 0;
}

static int count_rows(const struct sqlite_reading *reading, int64_t *count, struct err *err)
{
	struct statement *statement;
	struct buf sql;
	int more;

	buf_init(&sql, SQL_MAX);
	buf_adds(&sql, "SELECT count(*) FROM ");
	store_identifier(&sql, reading->read->place->table);
	if (prepare(reading->store, &sql, &statement, err))
		return -1;
	more = statement_step(statement, err);
	*count = more > 0 ? statement_int(statement, 0, 0) : 0;
	statement_free(statement);
	return more < 0 ? -1 : 0;
}

/* The same columns, in the same order, as at the last begin? */
static bool same_columns(const struct sqlite_reading *reading, const struct table *table)
{
	const struct events_place *place = reading->read->place;
	const struct event_layout *layout = &place->batch.layout;

	if (table->n != layout->ncolumns || !str_equal(place->table, table->name))
		return false;
	for (size_t i = 0; i < table->n; i++)
		if (!str_equal(reading->schema.columns[table->first + i].name, layout->names[i]))
			return false;
	return true;
}

enum go { GO_NOTHING, GO_ON, GO_ANEW };

/* What of the store the sink has not seen. */
static int decide(const struct sqlite_reading *reading, const struct table *table, enum go *go,
		  struct err *err)
{
	struct events_place *place = reading->read->place;
	int64_t count;
	bool stands;

	*go = GO_ANEW;
	if (!place->begun || reading->read->sweep || !same_columns(reading, table))
		return 0;
	if (!place->keyed) {
		if (count_rows(reading, &count, err))
			return -1;
		*go = count == place->count ? GO_NOTHING : GO_ANEW;
		return 0;
	}
	*go = GO_ON;
	if (place->key == INT64_MIN)
		return 0;
	if (last_row_stands(reading, &stands, err))
		return -1;
	*go = stands ? GO_ON : GO_ANEW;
	return 0;
}

/* --- a read --------------------------------------------------------------------------------- */

static int begin(struct sqlite_reading *reading, const struct table *table, bool anew,
		 struct err *err)
{
	struct events_read *read = reading->read;
	struct events_place *place = read->place;
	struct str names[EVENT_COLUMNS];

	if (table->n > EVENT_COLUMNS)
		return err_set(err, ERR_TOO_BIG, "the table has more than %d columns",
			       EVENT_COLUMNS);
	for (size_t i = 0; i < table->n; i++)
		names[i] = reading->schema.columns[table->first + i].name;
	events_place_reset(place, read->sink, EVENTS_SQLITE);
	place->begun = true;
	place->table = arena_str(&place->batch.arena, table->name);
	place->key = INT64_MIN;
	place->key_time = TIME_NONE;
	place->key_name = table->view ? NULL : key_name(&reading->schema, table);
	place->keyed = place->key_name && answers_to(reading->store, place->key_name, table->name);
	return events_batch_begin(&place->batch, names, table->n, anew, err);
}

static int read_rows(struct sqlite_reading *reading, struct err *err)
{
	struct events_place *place = reading->read->place;
	const struct sweep sweep = {2, seek, take_row, reading};
	struct statement *statement;
	int result;

	if (!place->keyed && count_rows(reading, &place->count, err))
		return -1;
	if (prepare_rows(reading, &statement, err))
		return -1;
	result = store_sweep(statement, &sweep, err);
	statement_free(statement);
	if (result)
		return -1;
	if (!place->keyed && store_changed(reading->store))
		events_warn(reading->read, "it changed while it was read; rows may be missing or "
					   "doubled until the next read");
	return events_batch_flush(&place->batch, err);
}

static int read_table(struct sqlite_reading *reading, struct err *err)
{
	struct table table = {0};
	bool same;
	enum go go;

	if (schema_read(&reading->schema, reading->store, err))
		return -1;
	if (choose_table(reading, &table, err) || decide(reading, &table, &go, err))
		return -1;
	if (go == GO_NOTHING)
		return 0;
	same = reading->read->sweep && reading->read->place->begun && same_columns(reading, &table);
	if (go == GO_ANEW && begin(reading, &table, !same, err))
		return -1;
	return read_rows(reading, err);
}

int events_sqlite_read(struct events_read *read, struct err *err)
{
	struct sqlite_reading reading = {.read = read};
	int result;

	if (read->io->ops->open_store(read->io, read->path, true, &reading.store, err))
		return -1;
	result = read_table(&reading, err);
	schema_release(&reading.schema);
	if (store_close(reading.store, result ? &(struct err){0} : err))
		result = -1;
	if (result) /* what was delivered may not stand: the next read begins anew */
		read->place->begun = false;
	return result;
}
