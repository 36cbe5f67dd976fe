/* The store's tables, columns and indexes; see schema.h. */
#include "db/schema.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool same_name(struct str a, const char *b)
{
	return a.n == strlen(b) && !strncasecmp(a.s, b, a.n);
}

static int add(struct schema *schema, struct statement *row, bool index, struct err *err)
{
	struct schema_column item = {
		.table = arena_str(&schema->arena, statement_text(row, 0)),
		.name = arena_str(&schema->arena, statement_text(row, 1)),
		.type = arena_str(&schema->arena, statement_text(row, 2)),
		.view = statement_int(row, 3, 0),
	};

	if (schema->arena.over || schema->n + schema->index_n >= SCHEMA_MAX)
		return err_set(err, ERR_TOO_BIG, "the schema has more than %d columns", SCHEMA_MAX);
	if (str_none(item.table) || str_none(item.name))
		return 0;
	if (index) {
		MEM_GROW(schema->indexes, schema->index_n, schema->index_cap);
		schema->indexes[schema->index_n++] = item;
	} else {
		MEM_GROW(schema->columns, schema->n, schema->cap);
		schema->columns[schema->n++] = item;
	}
	return 0;
}

static int read_part(struct schema *schema, struct store *store, const char *sql, bool index,
		     struct err *err)
{
	struct statement *statement;
	int more;

	if (store_prepare(store, sql, &statement, err))
		return -1;
	while ((more = statement_step(statement, err)) > 0)
		if (add(schema, statement, index, err)) {
			more = -1;
			break;
		}
	statement_free(statement);
	return more;
}

/* One by one: a view over a table that is gone only loses itself. */
static void read_views(struct schema *schema, struct store *store, struct err *err)
{
	struct statement *names, *columns;

	if (store_prepare(store, "SELECT name FROM sqlite_master WHERE type = 'view'", &names, err))
		return;
	while (statement_step(names, err) > 0) {
		if (store_prepare(store, "SELECT ?1, name, type, 1 FROM pragma_table_xinfo(?1)",
				  &columns, err))
			continue;
		statement_bind_text(columns, 1, statement_text(names, 0));
		while (statement_step(columns, err) > 0 && !add(schema, columns, false, err))
			;
		statement_free(columns);
	}
	statement_free(names);
}

int schema_read(struct schema *schema, struct store *store, struct err *err)
{
	struct err ignored;

	memset(schema, 0, sizeof *schema);
	arena_init(&schema->arena, 16 << 20);
	if (read_part(schema, store,
		      "SELECT m.name, c.name, c.type, 0 "
		      "FROM sqlite_master m, pragma_table_xinfo(m.name) c "
		      "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'", false, err) ||
	    read_part(schema, store,
		      "SELECT m.tbl_name, (SELECT group_concat(i.name, ',') "
		      "FROM pragma_index_info(m.name) i), m.name, 0 "
		      "FROM sqlite_master m WHERE m.type = 'index'", true, err)) {
		schema_release(schema);
		return -1;
	}
	if (store_views(store))
		read_views(schema, store, &ignored);
	return 0;
}

void schema_release(struct schema *schema)
{
	free(schema->columns);
	free(schema->indexes);
	arena_release(&schema->arena);
	memset(schema, 0, sizeof *schema);
}

bool schema_has_table(const struct schema *schema, const char *table)
{
	for (size_t i = 0; i < schema->n; i++)
		if (same_name(schema->columns[i].table, table))
			return true;
	return false;
}

bool schema_has(const struct schema *schema, const char *table, const char *column)
{
	for (size_t i = 0; i < schema->n; i++)
		if (same_name(schema->columns[i].table, table) &&
		    same_name(schema->columns[i].name, column))
			return true;
	return false;
}

struct str schema_index(const struct schema *schema, const char *table, const char *index)
{
	for (size_t i = 0; i < schema->index_n; i++)
		if (same_name(schema->indexes[i].table, table) &&
		    same_name(schema->indexes[i].type, index))
			return schema->indexes[i].name;
	return STR_NONE;
}
