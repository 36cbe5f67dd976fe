/* What `--columns` and `--sort` say: a comma list of column names. */
#ifndef SHEET_COLUMN_LIST_H
#define SHEET_COLUMN_LIST_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* The item at *at, trimmed, and *at behind its comma; commas within `…` or "…" belong to it. */
struct str column_list_next(struct str list, size_t *at);

/* A key as MLflow quotes it: `…` or "…", or bare. */
struct str column_key(struct str key);

/* Does the list name the key ("tags." and "team": tags.team)? A missing list names all. */
bool column_list_has(struct str list, const char *prefix, struct str key);

#endif
