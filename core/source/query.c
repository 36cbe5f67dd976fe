/* Queries as plain data; see query.h. */
#include "source/query.h"

#include "base/mem.h"

#include <stdlib.h>

bool query_equal(const struct query *a, const struct query *b)
{
	if (a->kind != b->kind || a->table != b->table || a->nids != b->nids ||
	    a->aggregates != b->aggregates || a->sink != b->sink)
		return false;
	if (a->kind == RECORD_COLUMN && !column_id_equal(&a->column, &b->column))
		return false;
	for (size_t i = 0; i < a->nids; i++)
		if (!str_equal(a->ids[i], b->ids[i]))
			return false;
	return str_equal(a->run, b->run) && str_equal(a->key, b->key) &&
	       str_equal(a->filter, b->filter) && str_equal(a->beside, b->beside);
}

static struct str own(struct str text)
{
	return text.s ? (struct str){mem_copy(text.s, text.n), text.n} : STR_NONE;
}

struct query *query_copy(const struct query *query)
{
	struct query *copy = mem_alloc(sizeof *copy);

	*copy = *query;
	copy->column.key = own(query->column.key);
	copy->beside = own(query->beside);
	copy->run = own(query->run);
	copy->key = own(query->key);
	copy->filter = own(query->filter);
	if (query->nids) {
		struct str *ids = mem_zero(query->nids, sizeof *ids);

		for (size_t i = 0; i < query->nids; i++)
			ids[i] = own(query->ids[i]);
		copy->ids = ids;
	}
	if (query->table)
		snapshot_ref(query->table);
	return copy;
}

void query_free(struct query *query)
{
	if (!query)
		return;
	for (size_t i = 0; i < query->nids; i++)
		free((char *)query->ids[i].s);
	if (query->nids)
		free((struct str *)query->ids);
	free((char *)query->column.key.s);
	free((char *)query->beside.s);
	free((char *)query->run.s);
	free((char *)query->key.s);
	free((char *)query->filter.s);
	snapshot_unref(query->table);
	free(query);
}
