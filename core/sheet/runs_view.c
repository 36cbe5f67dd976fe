/* What the user asked of the run table: columns, order, filter, and the needs they have; see runs.h. */
#include "sheet/runs.h"

#include "base/mem.h"
#include "sheet/column_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { VIEW_BYTES = 4 << 20 };

static const struct {
	const char *name;
	enum runs_attribute attribute;
	enum sheet_type type;
	const char *title;
	int least, most;
} attributes[] = {
	{"source", RUNS_SOURCE, SHEET_TEXT, "source", 6, 20},
	{"id", RUNS_ID, SHEET_TEXT, "id", 8, 36},
	{"name", RUNS_NAME, SHEET_TEXT, "name", 8, 28},
	{"experiment", RUNS_EXPERIMENT, SHEET_TEXT, "experiment", 8, 24},
	{"state", RUNS_STATE, SHEET_STATE, "state", 8, 10},
	{"start", RUNS_START, SHEET_TIME, "age", 4, 6},
	{"end", RUNS_END, SHEET_TIME, "ended", 5, 6},
	{"duration", RUNS_DURATION, SHEET_DURATION, "took", 6, 7},
	{"user", RUNS_USER, SHEET_TEXT, "user", 4, 14},
};

void runs_view_init(struct runs_view *view)
{
	*view = (struct runs_view){0};
	arena_init(&view->arena, VIEW_BYTES);
}

void runs_view_release(struct runs_view *view)
{
	filter_free(view->filter);
	free(view->field_needs);
	arena_release(&view->arena);
	*view = (struct runs_view){0};
}

/* The number of the record column among the needs; RUNS_NO_NEED when there are too many. */
static size_t add_need(struct runs_view *view, const struct column_id *id)
{
	for (size_t i = 0; i < view->nneeds; i++)
		if (column_id_equal(&view->needs[i], id))
			return i;
	if (view->nneeds == RUNS_MAX_NEEDS)
		return RUNS_NO_NEED;
	view->needs[view->nneeds] = *id;
	view->needs[view->nneeds].key = arena_str(&view->arena, id->key);
	return view->nneeds++;
}

/* A key that needs no quotes, as in MLflow. */
static bool is_plain(struct str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!isalnum((unsigned char)key.s[i]) && !memchr("_-./", key.s[i], 4))
			return false;
	return true;
}

void runs_column_name(struct buf *out, const char *prefix, struct str key)
{
	const char *quote = is_plain(key) ? "" : str_find(key, '`') < 0 ? "`" : "\"";

	buf_addf(out, "%s%s%.*s%s", prefix, quote, STR_ARG(key), quote);
}

/* Takes ":max" and the like off the end of a metric's name. */
static enum column_aggregate take_aggregate(struct str *key)
{
	long colon = str_find_last(*key, ':');

	for (int a = AGGREGATE_LAST; colon >= 0 && a <= AGGREGATE_BEST; a++) {
		const char *name = column_aggregate_name((enum column_aggregate)a);

		if (str_equal(str_slice(*key, (size_t)colon + 1, key->n), str_of(name))) {
			*key = str_slice(*key, 0, (size_t)colon);
			return (enum column_aggregate)a;
		}
	}
	return AGGREGATE_LAST;
}

/* A parsed column name: what it is, and how it looks. */
struct named {
	struct runs_column what;
	struct column_id id;
	struct sheet_column column;
};

static bool parse_attribute(struct str name, struct named *named)
{
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		if (!str_equal(name, str_of(attributes[i].name)))
			continue;
		named->what.attribute = attributes[i].attribute;
		named->column.title = str_of(attributes[i].title);
		named->column.type = attributes[i].type;
		named->column.least = attributes[i].least;
		named->column.most = attributes[i].most;
		return true;
	}
	return false;
}

static bool parse_keyless(struct str name, struct named *named)
{
	static const struct {
		const char *name;
		enum column_kind kind;
		int most;
	} kinds[] = {{"commit", COLUMN_COMMIT, 8},
		     {"parent", COLUMN_PARENT, 12},
		     {"datasets", COLUMN_DATASETS, 24},
		     {"artifact_uri", COLUMN_ARTIFACT_URI, 30}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!str_equal(name, str_of(kinds[i].name)))
			continue;
		named->what.attribute = RUNS_RECORD;
		named->id.kind = kinds[i].kind;
		named->column.title = str_of(kinds[i].name);
		named->column.least = 6;
		named->column.most = kinds[i].most;
		return true;
	}
	return false;
}

static bool parse_keyed(struct str name, struct named *named)
{
	static const struct {
		const char *prefix;
		enum column_kind kind;
	} kinds[] = {{"metrics.", COLUMN_METRIC}, {"params.", COLUMN_PARAM}, {"tags.", COLUMN_TAG}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct str key = str_slice(name, strlen(kinds[i].prefix), name.n);

		if (!str_starts(name, str_of(kinds[i].prefix)) || !key.n)
			continue;
		named->what.attribute = RUNS_RECORD;
		named->id.kind = kinds[i].kind;
		if (kinds[i].kind == COLUMN_METRIC)
			named->id.aggregate = take_aggregate(&key);
		named->id.key = column_key(key);
		named->column.title = named->id.key;
		named->column.type =
			kinds[i].kind == COLUMN_METRIC ? SHEET_NUMBER : SHEET_TEXT;
		named->column.least = kinds[i].kind == COLUMN_METRIC ? 8 : 5;
		named->column.most = kinds[i].kind == COLUMN_METRIC ? 14 : 18;
		return true;
	}
	return false;
}

static bool parse_curve(struct str name, struct named *named)
{
	struct str prefix = STR("curve.");

	if (!str_starts(name, prefix) || name.n == prefix.n)
		return false;
	named->what.attribute = RUNS_CURVE;
	named->what.curve_key = column_key(str_slice(name, prefix.n, name.n));
	named->column.title = STR("curve");
	named->column.type = SHEET_CURVE;
	named->column.least = named->column.most = 8;
	return true;
}

static int parse_name(struct str name, struct named *named, struct err *err)
{
	*named = (struct named){0};
	if (parse_attribute(name, named) || parse_keyless(name, named) ||
	    parse_keyed(name, named) || parse_curve(name, named))
		return 0;
	err_set(err, ERR_USAGE, "no such column: %.*s", STR_ARG(name));
	return err_hint(err, "columns are source id name experiment state start end duration user "
			     "commit parent datasets artifact_uri metrics.KEY[:max] params.KEY tags.KEY");
}

/* The column's needs; -1 when there are too many. */
static int settle(struct runs_view *view, struct named *named, struct err *err)
{
	if (named->what.attribute == RUNS_CURVE)
		named->what.curve_key = arena_str(&view->arena, named->what.curve_key);
	if (named->what.attribute != RUNS_RECORD)
		return 0;
	named->what.need = add_need(view, &named->id);
	if (named->what.need == RUNS_NO_NEED)
		return err_set(err, ERR_USAGE, "more than %d columns, filters and sort keys",
			       RUNS_MAX_NEEDS);
	return 0;
}

/* "val_auc", or "val_auc max" when it is not the last value. */
static struct str title_of(struct runs_view *view, const struct named *named)
{
	struct str title = named->column.title;
	struct buf text;

	if (named->what.attribute != RUNS_RECORD || named->id.aggregate == AGGREGATE_LAST)
		return arena_str(&view->arena, title);
	buf_init(&text, 1 << 20);
	buf_addf(&text, "%.*s %s", STR_ARG(title), column_aggregate_name(named->id.aggregate));
	title = arena_str(&view->arena, buf_str(&text));
	buf_release(&text);
	return title;
}

int runs_view_add(struct runs_view *view, struct str name, struct err *err)
{
	struct named named;

	if (parse_name(name, &named, err))
		return -1;
	if (view->ncolumns == RUNS_MAX_COLUMNS)
		return err_set(err, ERR_USAGE, "more than %d columns", RUNS_MAX_COLUMNS);
	if (settle(view, &named, err))
		return -1;
	named.column.key = arena_str(&view->arena, name);
	named.column.title = title_of(view, &named);
	named.column.unit = "";
	view->columns[view->ncolumns] = named.column;
	view->what[view->ncolumns++] = named.what;
	return 0;
}

int runs_view_add_list(struct runs_view *view, struct str list, struct err *err)
{
	for (size_t at = 0; at <= list.n;)
		if (runs_view_add(view, column_list_next(list, &at), err))
			return -1;
	return 0;
}

void runs_view_default(struct runs_view *view)
{
	static const char *const names[] = {"source", "experiment", "name",     "state",
					    "start",  "duration",   "user"};
	struct err err;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		runs_view_add(view, str_of(names[i]), &err);
}

void runs_view_clear_columns(struct runs_view *view)
{
	view->ncolumns = 0;
}

int runs_view_sort(struct runs_view *view, struct str list, struct err *err)
{
	view->nsorts = 0;
	for (size_t at = 0; at <= list.n;) {
		struct str name = column_list_next(list, &at);
		bool descending = str_starts(name, STR("-"));
		struct named named;

		if (view->nsorts == RUNS_MAX_SORTS)
			return err_set(err, ERR_USAGE, "more than %d sort keys", RUNS_MAX_SORTS);
		if (parse_name(str_slice(name, descending, name.n), &named, err) ||
		    settle(view, &named, err))
			return -1;
		if (named.what.attribute == RUNS_CURVE)
			return err_set(err, ERR_USAGE, "a curve is nothing to sort by");
		view->sorts[view->nsorts++] = (struct runs_sort){named.what, descending};
	}
	return 0;
}

/* The record column that a field of the filter reads; false for base attributes. */
static bool field_column(const struct filter_field *field, struct column_id *id)
{
	static const enum column_kind kinds[] = {
		[FILTER_METRIC] = COLUMN_METRIC,
		[FILTER_PARAM] = COLUMN_PARAM,
		[FILTER_TAG] = COLUMN_TAG,
		[FILTER_DATASET] = COLUMN_DATASETS,
	};

	*id = (struct column_id){.key = field->key};
	if (field->entity != FILTER_ATTRIBUTE) {
		id->kind = kinds[field->entity];
		return true;
	}
	id->key = STR_NONE;
	if (field->attribute == FILTER_COMMIT)
		id->kind = COLUMN_COMMIT;
	else if (field->attribute == FILTER_PARENT)
		id->kind = COLUMN_PARENT;
	else if (field->attribute == FILTER_ARTIFACT_URI)
		id->kind = COLUMN_ARTIFACT_URI;
	else
		return false;
	return true;
}

int runs_view_filter(struct runs_view *view, struct str filter_text, int64_t now, size_t *where,
		     struct err *err)
{
	const struct filter_field *fields;
	struct filter *filter = NULL;
	size_t *needs = NULL, n = 0;

	if (str_trim(filter_text).n) {
		filter = filter_parse(filter_text, now, where, err);
		if (!filter)
			return -1;
		n = filter_fields(filter, &fields);
		needs = mem_alloc(n * sizeof *needs);
	}
	for (size_t i = 0; i < n; i++) {
		struct column_id id;

		needs[i] = RUNS_NO_NEED;
		if (!field_column(&fields[i], &id))
			continue;
		needs[i] = add_need(view, &id);
		if (needs[i] == RUNS_NO_NEED) {
			*where = 0;
			filter_free(filter);
			free(needs);
			return err_set(err, ERR_USAGE, "filter: more than %d fields",
				       RUNS_MAX_NEEDS);
		}
	}
	filter_free(view->filter);
	free(view->field_needs);
	view->filter = filter;
	view->field_needs = needs;
	return 0;
}
