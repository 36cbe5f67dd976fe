/* Queries as plain data; see query.h. */
#include "source/query.h"

#include "base/mem.h"

#include <stdlib.h>

static bool texts_equal(const struct str *a, const struct str *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!str_equal(a[i], b[i]))
			return false;
	return true;
}

bool query_equal(const struct query *a, const struct query *b)
{
	if (a->kind != b->kind || a->table != b->table || a->nids != b->nids ||
	    a->nbeside != b->nbeside || a->aggregates != b->aggregates || a->most != b->most ||
	    a->uncounted != b->uncounted || a->sink != b->sink)
		return false;
	if (a->kind == RECORD_COLUMN && !column_id_equal(&a->column, &b->column))
		return false;
	return texts_equal(a->ids, b->ids, a->nids) &&
	       texts_equal(a->beside, b->beside, a->nbeside) && str_equal(a->run, b->run) &&
	       str_equal(a->key, b->key) && str_equal(a->filter, b->filter);
}

static struct str own(struct str text)
{
	return text.s ? (struct str){mem_copy(text.s, text.n), text.n} : STR_NONE;
}

static const struct str *own_texts(const struct str *texts, size_t n)
{
	struct str *copy = n ? mem_zero(n, sizeof *copy) : NULL;

	for (size_t i = 0; i < n; i++)
		copy[i] = own(texts[i]);
	return copy;
}

static void free_texts(const struct str *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)texts[i].s);
	if (n)
		free((struct str *)texts);
}

struct query *query_copy(const struct query *query)
{
	struct query *copy = mem_alloc(sizeof *copy);

	*copy = *query;
	copy->column.key = own(query->column.key);
	copy->run = own(query->run);
	copy->key = own(query->key);
	copy->filter = own(query->filter);
	copy->ids = own_texts(query->ids, query->nids);
	copy->beside = own_texts(query->beside, query->nbeside);
	if (query->table)
		snapshot_ref(query->table);
	return copy;
}

void query_free(struct query *query)
{
	if (!query)
		return;
	free_texts(query->ids, query->nids);
	free_texts(query->beside, query->nbeside);
	free((char *)query->column.key.s);
	free((char *)query->run.s);
	free((char *)query->key.s);
	free((char *)query->filter.s);
	snapshot_unref(query->table);
	free(query);
}
