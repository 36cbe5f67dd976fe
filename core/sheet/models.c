/* The registry as sheets; see models.h. */
#include "sheet/models.h"

#include "sheet/column_list.h"
#include "sheet/row_ref.h"

#include <stdlib.h>

#define COLUMN(key, title, type, least, most)                                                      \
	{STR(key), STR(title), "", type, DIRECTION_UNKNOWN, least, most}

static const struct sheet_column model_columns[] = {
	COLUMN("source", "source", SHEET_TEXT, 6, 20),
	COLUMN("name", "name", SHEET_TEXT, 10, 40),
	COLUMN("versions", "versions", SHEET_COUNT, 8, 8),
	COLUMN("latest", "latest", SHEET_TEXT, 6, 10),
	COLUMN("champion", "champion", SHEET_TEXT, 8, 12),
	COLUMN("updated", "updated", SHEET_TIME, 7, 7),
};

static const struct sheet_column version_columns[] = {
	COLUMN("source", "source", SHEET_TEXT, 6, 20),
	COLUMN("model", "model", SHEET_TEXT, 8, 30),
	COLUMN("version", "version", SHEET_TEXT, 7, 10),
	COLUMN("state", "state", SHEET_STATE, 7, 9),
	COLUMN("aliases", "aliases", SHEET_TEXT, 8, 24),
	COLUMN("stage", "stage", SHEET_TEXT, 6, 12),
	COLUMN("run", "run", SHEET_TEXT, 8, 12),
	COLUMN("created", "age", SHEET_TIME, 4, 6),
	COLUMN("user", "user", SHEET_TEXT, 4, 14),
	COLUMN("description", "description", SHEET_TEXT, 8, 40),
};

enum { VERSION_MODEL = 1 }; /* the place of "model" among them */

static enum sheet_tone state_tone(enum model_state state)
{
	static const enum sheet_tone tones[] = {
		[MODEL_READY] = TONE_GOOD,
		[MODEL_PENDING] = TONE_RUNNING,
		[MODEL_FAILED] = TONE_BAD,
		[MODEL_DELETED] = TONE_DIM,
	};

	return tones[state];
}

static bool shown(const struct model *model, const struct models_choice *choice)
{
	return model->prompt == choice->prompts &&
	       (!choice->name.s || str_equal(model->name, choice->name));
}

static bool has_alias(const struct model_version *version, struct str alias)
{
	for (uint32_t i = 0; i < version->naliases; i++)
		if (str_equal(version->aliases[i], alias))
			return true;
	return false;
}

static bool shown_version(const struct model_version *version, const struct models_choice *choice)
{
	if (choice->version.s && !str_equal(version->version, choice->version))
		return false;
	if (choice->alias.s && !has_alias(version, choice->alias))
		return false;
	return version->state != MODEL_DELETED || choice->deleted;
}

static uint32_t count_versions(const struct model *model, const struct models_choice *choice)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < model->nversions; i++)
		n += shown_version(&model->versions[i], choice);
	return n;
}

/* Is there a model, or, where the choice names one, a version of it? */
static bool any_chosen(const struct sheet_source *sources, size_t nsources,
		       const struct models_choice *choice)
{
	bool versions = choice->version.s || choice->alias.s;

	for (size_t s = 0; s < nsources; s++) {
		const struct model_list *list =
			sources[s].snapshot ? &sources[s].snapshot->u.models : NULL;

		for (size_t i = 0; list && i < list->n; i++)
			if (shown(&list->models[i], choice) &&
			    (!versions || count_versions(&list->models[i], choice)))
				return true;
	}
	return false;
}

bool models_choose(const struct sheet_source *sources, size_t nsources, struct str word,
		   struct models_choice *choice)
{
	long at = str_find_last(word, '@'), slash = str_find_last(word, '/');

	choice->name = word;
	choice->version = choice->alias = STR_NONE;
	if (any_chosen(sources, nsources, choice))
		return true;
	if (at > 0) {
		choice->name = str_slice(word, 0, (size_t)at);
		choice->alias = str_slice(word, (size_t)at + 1, word.n);
		if (any_chosen(sources, nsources, choice))
			return true;
	}
	choice->alias = STR_NONE;
	if (slash <= 0)
		return false;
	choice->name = str_slice(word, 0, (size_t)slash);
	choice->version = str_slice(word, (size_t)slash + 1, word.n);
	return any_chosen(sources, nsources, choice);
}

static struct str latest(const struct model *model)
{
	for (uint32_t i = 0; i < model->nversions; i++)
		if (model->versions[i].state != MODEL_DELETED)
			return model->versions[i].version;
	return STR_NONE;
}

static void add_model(struct grid *grid, const struct sheet_source *source,
		      const struct model *model, const struct models_choice *choice)
{
	struct row_ref *ref = row_ref_new(grid, source, model, NULL);
	const struct model_version *champion = model_champion(model, NULL);
	struct buf id;

	if (!ref)
		return;
	buf_init(&id, 1 << 16);
	buf_addf(&id, "%.*s:%.*s", STR_ARG(source->name), STR_ARG(model->name));
	grid_row(grid, buf_str(&id), ref);
	buf_release(&id);
	grid_text(grid, source->name);
	grid_text(grid, model->name);
	grid_count(grid, count_versions(model, choice));
	grid_text(grid, latest(model));
	grid_text(grid, champion ? champion->version : STR_NONE);
	grid_time(grid, model->updated);
}

static const struct pair *model_tags(const void *data, uint32_t *n)
{
	const struct model *model = ((const struct row_ref *)data)->record;

	*n = model->ntags;
	return model->tags;
}

struct grid *models_grid(const struct sheet_source *sources, size_t nsources,
			 const struct models_choice *choice)
{
	struct grid *grid =
		grid_new(model_columns, sizeof model_columns / sizeof *model_columns);
	struct err err;

	grid->sheet.sources = sources;
	grid->sheet.nsources = nsources;
	grid->tags = model_tags;
	for (size_t s = 0; s < nsources; s++) {
		const struct model_list *list;

		if (!sources[s].snapshot)
			continue;
		list = &sources[s].snapshot->u.models;
		for (size_t i = 0; i < list->n; i++)
			if (shown(&list->models[i], choice) &&
			    (!(choice->version.s || choice->alias.s) ||
			     count_versions(&list->models[i], choice)))
				add_model(grid, &sources[s], &list->models[i], choice);
	}
	grid_sort(grid, STR("name,source"), &err);
	return grid;
}

static void join(struct buf *out, const struct str *texts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(out, i ? ", " : "");
		buf_add_str(out, texts[i]);
	}
}

static void add_version(struct grid *grid, const struct sheet_source *source,
			const struct model *model, const struct model_version *version)
{
	struct row_ref *ref = row_ref_new(grid, source, model, version);
	struct buf text;

	if (!ref)
		return;
	buf_init(&text, 1 << 16);
	buf_addf(&text, "%.*s:%.*s/%.*s", STR_ARG(source->name), STR_ARG(model->name),
		 STR_ARG(version->version));
	grid_row(grid, buf_str(&text), ref);
	grid_text(grid, source->name);
	grid_text(grid, model->name);
	grid_text(grid, version->version);
	grid_state(grid, model_state_name(version->state), state_tone(version->state));
	buf_clear(&text);
	join(&text, version->aliases, version->naliases);
	grid_text(grid, version->naliases ? buf_str(&text) : STR_NONE);
	grid_text(grid, version->stage);
	grid_text(grid, version->run);
	grid_time(grid, version->created);
	grid_text(grid, version->user);
	grid_text(grid, version->description.n ? version->description : STR_NONE);
	buf_release(&text);
}

/* Holders of an alias, then of a stage, then the others; each as the model lists them: newest first. */
static void add_versions(struct grid *grid, const struct sheet_source *source,
			 const struct model *model, const struct models_choice *choice)
{
	for (int rank = 0; rank < 3; rank++) {
		for (uint32_t i = 0; i < model->nversions; i++) {
			const struct model_version *version = &model->versions[i];
			bool held = version->naliases > 0;
			int of = held ? 0 : version->stage.s ? 1 : 2;

			if (of == rank && shown_version(version, choice))
				add_version(grid, source, model, version);
		}
	}
}

static const struct pair *version_tags(const void *data, uint32_t *n)
{
	const struct model_version *version = ((const struct row_ref *)data)->part;

	*n = version->ntags;
	return version->tags;
}

struct grid *versions_grid(const struct sheet_source *sources, size_t nsources,
			   const struct models_choice *choice)
{
	struct grid *models = models_grid(sources, nsources, choice);
	struct grid *grid =
		grid_new(version_columns, sizeof version_columns / sizeof *version_columns);

	grid->sheet.sources = sources;
	grid->sheet.nsources = nsources;
	grid->tags = version_tags;
	grid->named = VERSION_MODEL;
	for (size_t row = 0; row < models->sheet.n; row++) {
		const struct row_ref *ref = grid_data(models, row);

		add_versions(grid, ref->source, ref->record, choice);
	}
	grid_free(models);
	return grid;
}

const struct model *models_row(const struct grid *grid, size_t row,
			       const struct model_version **version,
			       const struct sheet_source **source)
{
	const struct row_ref *ref = grid_data(grid, row);

	if (version)
		*version = ref->part;
	if (source)
		*source = ref->source;
	return ref->record;
}

static void write_tags(struct json_out *json, const struct pair *tags, uint32_t n,
		       struct str columns)
{
	json_put_object(json, "tags");
	for (uint32_t i = 0; i < n; i++)
		if (column_list_has(columns, "tags.", tags[i].key))
			json_put_key_text(json, tags[i].key, tags[i].value);
	json_put_end(json);
}

static void write_version(struct json_out *json, const struct model_version *version,
			  struct str columns)
{
	json_put_object(json, NULL);
	json_put_text(json, "version", version->version);
	json_put_word(json, "state", model_state_name(version->state));
	json_put_text(json, "native_state", version->native_state);
	json_put_text(json, "stage", version->stage);
	json_put_array(json, "aliases");
	for (uint32_t i = 0; i < version->naliases; i++)
		json_put_text(json, NULL, version->aliases[i]);
	json_put_end(json);
	json_put_text(json, "run", version->run);
	json_put_text(json, "uri", version->uri);
	json_put_time(json, "created", version->created);
	json_put_time(json, "updated", version->updated);
	json_put_text(json, "user", version->user);
	json_put_text(json, "description", version->description);
	write_tags(json, version->tags, version->ntags, columns);
	json_put_end(json);
}

static void write_model(struct json_out *json, const struct row_ref *ref,
			const struct models_choice *choice)
{
	const struct model *model = ref->record;

	json_put_object(json, NULL);
	json_put_text(json, "source", ref->source->name);
	json_put_text(json, "name", model->name);
	json_put_text(json, "description", model->description);
	json_put_time(json, "created", model->created);
	json_put_time(json, "updated", model->updated);
	write_tags(json, model->tags, model->ntags, choice->columns);
	json_put_object(json, "aliases");
	for (uint32_t i = 0; i < model->naliases; i++)
		json_put_key_text(json, model->aliases[i].name, model->aliases[i].version);
	json_put_end(json);
	json_put_array(json, "versions");
	for (uint32_t i = 0; i < model->nversions; i++)
		if (shown_version(&model->versions[i], choice))
			write_version(json, &model->versions[i], choice->columns);
	json_put_end(json);
	json_put_end(json);
}

void models_json(struct json_out *json, const struct grid *models,
		 const struct models_choice *choice)
{
	json_put_array(json, "models");
	for (size_t row = 0; row < models->sheet.n; row++)
		write_model(json, grid_data(models, row), choice);
	json_put_end(json);
}

void version_facts(struct facts *facts, const struct model *model,
		   const struct model_version *version, int64_t now)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	join(&text, version->aliases, version->naliases);
	facts_add(facts, "model", model->name);
	facts_add(facts, "version", version->version);
	facts_tone(facts, "state", state_tone(version->state),
		   str_of(model_state_name(version->state)));
	facts_add(facts, "aliases", buf_str(&text));
	facts_add(facts, "stage", version->stage);
	facts_add(facts, "run", version->run);
	facts_add(facts, "uri", version->uri);
	facts_time(facts, "created", version->created, now);
	facts_time(facts, "updated", version->updated, now);
	facts_add(facts, "by", version->user);
	facts_add(facts, "description", version->description);
	facts_add(facts, "about the model", model->description);
	if (version->ntags)
		facts_heading(facts, "tags");
	for (uint32_t i = 0; i < version->ntags; i++)
		facts_pair(facts, version->tags[i].key, version->tags[i].value);
	if (model->ntags)
		facts_heading(facts, "model tags");
	for (uint32_t i = 0; i < model->ntags; i++)
		facts_pair(facts, model->tags[i].key, model->tags[i].value);
	buf_release(&text);
}
