/*
 * What tables, columns and indexes a store has.
 *
 * Sources never ask for a version: they look for the columns that they can read.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "base/arena.h"
#include "db/store.h"

enum { SCHEMA_MAX = 100000 }; /* columns of all tables together */

struct schema_column {
	struct str table;
	struct str name; /* a column; for an index its columns joined by "," */
	struct str type; /* as declared ("" if it is not); for an index its name */
	bool view;
};

struct schema {
	struct arena arena;
	struct schema_column *columns; /* table by table, in the order of the table */
	size_t n, cap;
	struct schema_column *indexes;
	size_t index_n, index_cap;
};

/* Views are listed only if the watch lets them be read. */
int schema_read(struct schema *schema, struct store *store, struct err *err);
void schema_release(struct schema *schema);

/* Names compare as SQLite's own: ASCII letters without case. */
bool schema_has_table(const struct schema *schema, const char *table);
bool schema_has(const struct schema *schema, const char *table, const char *column);

/* An index of that name on that table, and its columns as "a,b,c"; STR_NONE if there is none. */
struct str schema_index(const struct schema *schema, const char *table, const char *index);

#endif
