/*
 * The registry: models, versions, tags, aliases. These tables are small, so each is walked once by
 * rowid and put together here. A deleted version is a row without its secrets: its state says so,
 * and what MLflow overwrote ("REDACTED-…") is not shown as if it were true.
 */
#include "source/mlflow/file_parts.h"

#include "base/mem.h"
#include "source/mlflow/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of a model: which model, which version (INT64_MIN: the model itself), and what. */
struct piece {
	struct str space, name;
	int64_t version;
	union {
		struct model model;
		struct model_version item;
		struct pair pair;   /* a tag; for an alias its name and version */
	} u;
};

struct pieces {
	struct file_read *read;
	struct piece *items;
	size_t n, cap;
};

struct registry {
	struct file_read *read;
	struct pieces models, versions, model_tags, version_tags, aliases;
};

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *left = a, *right = b;
	int order = str_compare(left->space, right->space);

	if (!order)
		order = str_compare(left->name, right->name);
	if (!order)
		order = (left->version < right->version) - (left->version > right->version);
	return order;
}

/* By model only. */
static int compare_model(const struct piece *left, const struct piece *right)
{
	int order = str_compare(left->space, right->space);

	return order ? order : str_compare(left->name, right->name);
}

/* Columns 1 and 2 of every statement here are workspace and name. */
static struct piece *add_piece(struct pieces *pieces, struct statement *row)
{
	struct piece *piece;

	MEM_GROW(pieces->items, pieces->n, pieces->cap);
	piece = &pieces->items[pieces->n++];
	*piece = (struct piece){
		.space = file_text(pieces->read, row, 1),
		.name = file_text(pieces->read, row, 2),
		.version = INT64_MIN,
	};
	if (str_equal(piece->space, STR("default")))
		piece->space = STR_NONE;
	return piece;
}

static struct str some(struct str text)
{
	return text.n ? text : STR_NONE;
}

static int add_model(void *context, struct statement *row, struct err *err)
{
	struct pieces *pieces = context;
	struct piece *piece = add_piece(pieces, row);
	(void)err;

	piece->u.model = (struct model){
		.name = piece->name,
		.created = statement_int(row, 3, TIME_NONE),
		.updated = statement_int(row, 4, TIME_NONE),
		.description = some(file_text(pieces->read, row, 5)),
	};
	if (piece->space.n) /* names of 3.10 and later hold no "/" */
		piece->u.model.name =
			str_of(file_textf(pieces->read, "%.*s/%.*s", STR_ARG(piece->space),
					  STR_ARG(piece->name)));
	return 0;
}

static int add_version(void *context, struct statement *row, struct err *err)
{
	struct pieces *pieces = context;
	struct piece *piece = add_piece(pieces, row);
	struct str stage = file_text(pieces->read, row, 6);
	struct str state = file_text(pieces->read, row, 10);
	bool deleted = mlflow_version_state(state, stage) == MODEL_DELETED;
	(void)err;

	piece->version = statement_int(row, 3, INT64_MIN);
	piece->u.item = (struct model_version){
		.version = file_id(pieces->read, row, 3),
		.created = statement_int(row, 4, TIME_NONE),
		.updated = statement_int(row, 5, TIME_NONE),
		.state = mlflow_version_state(state, stage),
		.native_state = some(state),
		.stage = mlflow_stage(stage),
		.user = some(file_text(pieces->read, row, 7)),
		.uri = deleted ? STR_NONE : some(file_text(pieces->read, row, 8)),
		.run = deleted ? STR_NONE : some(file_text(pieces->read, row, 9)),
		.description = some(file_text(pieces->read, row, 11)),
	};
	return 0;
}

static int add_model_tag(void *context, struct statement *row, struct err *err)
{
	struct pieces *pieces = context;
	struct piece *piece = add_piece(pieces, row);
	(void)err;

	piece->u.pair = (struct pair){file_text(pieces->read, row, 3),
				      file_text(pieces->read, row, 4)};
	return 0;
}

static int add_version_tag(void *context, struct statement *row, struct err *err)
{
	struct pieces *pieces = context;
	struct piece *piece = add_piece(pieces, row);
	(void)err;

	piece->version = statement_int(row, 5, INT64_MIN);
	piece->u.pair = (struct pair){file_text(pieces->read, row, 3),
				      file_text(pieces->read, row, 4)};
	return 0;
}

static int add_alias(void *context, struct statement *row, struct err *err)
{
	struct pieces *pieces = context;
	struct piece *piece = add_piece(pieces, row);
	(void)err;

	piece->version = statement_int(row, 4, INT64_MIN);
	piece->u.pair = (struct pair){file_text(pieces->read, row, 3),
				      file_id(pieces->read, row, 4)};
	return 0;
}

static int walk_pieces(struct pieces *pieces, const char *table, const char *columns,
		       int (*add)(void *context, struct statement *row, struct err *err),
		       struct err *err)
{
	struct file_read *read = pieces->read;
	const char *all;

	if (!schema_has_table(&read->schema, table))
		return 0;
	all = file_textf(read, "%s, name, %s", file_column(read, table, "workspace"), columns);
	if (file_walk_table(read, table, all, add, pieces, err))
		return -1;
	if (pieces->n)
		qsort(pieces->items, pieces->n, sizeof *pieces->items, compare_pieces);
	return 0;
}

static int walk_registry(struct registry *all, struct err *err)
{
	const char *model = "creation_time, last_updated_time, description";
	const char *version = "version, creation_time, last_updated_time, current_stage, user_id, "
			      "source, run_id, status, description";

	if (walk_pieces(&all->models, "registered_models", model, add_model, err) ||
	    walk_pieces(&all->versions, "model_versions", version, add_version, err) ||
	    walk_pieces(&all->model_tags, "registered_model_tags", "key, value", add_model_tag,
			err) ||
	    walk_pieces(&all->version_tags, "model_version_tags", "key, value, version",
			add_version_tag, err) ||
	    walk_pieces(&all->aliases, "registered_model_aliases", "alias, version", add_alias,
			err))
		return -1;
	return 0;
}

/* The run of pieces of the same model, from *at on; *at moves past it. */
static struct pieces of_model(const struct pieces *all, size_t *at, const struct piece *model)
{
	struct pieces found = {0};

	while (*at < all->n && compare_model(&all->items[*at], model) < 0)
		++*at;
	found.items = all->items ? all->items + *at : NULL;
	while (*at < all->n && compare_model(&all->items[*at], model) == 0) {
		++*at;
		found.n++;
	}
	return found;
}

/*
 * The tags of one version out of those of its model, in a fresh array in the read's arena. Versions
 * are asked for from the highest down, as the tags are sorted; *at is where the last ones ended.
 */
static struct pair *pairs_of(struct file_read *read, const struct pieces *tags, size_t *at,
			     int64_t version, uint32_t *n)
{
	size_t first;
	struct pair *pairs;

	while (*at < tags->n && tags->items[*at].version > version)
		++*at;
	first = *at;
	while (*at < tags->n && tags->items[*at].version == version)
		++*at;
	*n = 0;
	pairs = arena_zero(&read->arena, *at - first, sizeof *pairs);
	for (size_t i = first; pairs && i < *at; i++)
		pairs[(*n)++] = tags->items[i].u.pair;
	return pairs;
}

static void name_aliases(struct file_read *read, struct model_version *version,
			 const struct pieces *aliases)
{
	version->aliases = arena_zero(&read->arena, aliases->n, sizeof *version->aliases);
	for (size_t i = 0; version->aliases && i < aliases->n; i++)
		if (str_equal(aliases->items[i].u.pair.value, version->version))
			version->aliases[version->naliases++] = aliases->items[i].u.pair.key;
}

/* Where in the sorted lists the models so far end. */
struct places {
	size_t versions, model_tags, version_tags, aliases;
};

static void deliver(struct registry *all, struct piece *piece, struct places *at)
{
	struct file_read *read = all->read;
	struct model *model = &piece->u.model;
	struct pieces versions = of_model(&all->versions, &at->versions, piece);
	struct pieces tags = of_model(&all->model_tags, &at->model_tags, piece);
	struct pieces version_tags = of_model(&all->version_tags, &at->version_tags, piece);
	struct pieces aliases = of_model(&all->aliases, &at->aliases, piece);
	size_t model_tag = 0, version_tag = 0;

	model->tags = pairs_of(read, &tags, &model_tag, INT64_MIN, &model->ntags);
	model->prompt = mlflow_is_prompt(model->tags, model->ntags);
	model->versions = arena_zero(&read->arena, versions.n, sizeof *model->versions);
	model->aliases = arena_zero(&read->arena, aliases.n, sizeof *model->aliases);
	for (size_t i = 0; model->aliases && i < aliases.n; i++)
		model->aliases[model->naliases++] = (struct alias){aliases.items[i].u.pair.key,
								   aliases.items[i].u.pair.value};
	for (size_t i = 0; model->versions && i < versions.n; i++) {
		struct model_version *version = &model->versions[model->nversions++];

		*version = versions.items[i].u.item;
		version->tags = pairs_of(read, &version_tags, &version_tag,
					 versions.items[i].version, &version->ntags);
		name_aliases(read, version, &aliases);
	}
	build_model(read->build, model);
}

int file_read_models(struct file_read *read, struct err *err)
{
	struct registry all = {.read = read,
			       .models = {.read = read},
			       .versions = {.read = read},
			       .model_tags = {.read = read},
			       .version_tags = {.read = read},
			       .aliases = {.read = read}};
	struct places at = {0};
	int failed = walk_registry(&all, err);

	for (size_t i = 0; i < all.models.n && !failed && !read->arena.over; i++)
		deliver(&all, &all.models.items[i], &at);
	free(all.models.items);
	free(all.versions.items);
	free(all.model_tags.items);
	free(all.version_tags.items);
	free(all.aliases.items);
	return failed;
}
