/*
 * The model registry over REST; see rest_own.h.
 *
 * Models and versions are two searches, joined here by name. The searches leave prompts out unless
 * they are asked for by their tag, so each is made twice.
 */
#include "source/mlflow/rest_own.h"

#include "base/mem.h"
#include "base/num.h"
#include "record/build.h"
#include "source/mlflow/words.h"

#include <stdlib.h>

enum { REGISTRY_MAX = 256 << 20 };

struct owned {
	uint32_t model; /* index */
	struct model_version version;
};

struct registry {
	struct arena arena;
	struct model *models;
	size_t n, cap;
	struct owned *versions;
	size_t nversions, versions_cap;
	struct map by_name;
};

/* ---- copies ---- */

static struct pair *keep_pairs(struct arena *arena, const struct pair *pairs, uint32_t n)
{
	struct pair *copy = arena_zero(arena, n, sizeof *copy);

	for (uint32_t i = 0; copy && i < n; i++) {
		copy[i].key = arena_str(arena, pairs[i].key);
		copy[i].value = arena_str(arena, pairs[i].value);
	}
	return copy;
}

static void keep_model(void *ctx, const struct model *model)
{
	struct registry *registry = ctx;
	struct arena *arena = &registry->arena;
	struct model copy = *model;
	bool added;

	copy.name = arena_str(arena, model->name);
	copy.description = arena_str(arena, model->description);
	copy.tags = keep_pairs(arena, model->tags, model->ntags);
	copy.aliases = arena_zero(arena, model->naliases, sizeof *copy.aliases);
	for (uint32_t i = 0; copy.aliases && i < model->naliases; i++) {
		copy.aliases[i].name = arena_str(arena, model->aliases[i].name);
		copy.aliases[i].version = arena_str(arena, model->aliases[i].version);
	}
	if (arena->over)
		return;
	map_intern(&registry->by_name, copy.name, (uint32_t)registry->n, &added);
	if (!added)
		return;
	MEM_GROW(registry->models, registry->n, registry->cap);
	registry->models[registry->n++] = copy;
}

/* A version of a model that was not listed (made in between) comes with the next read. */
static void keep_version(void *ctx, struct str name, const struct model_version *version)
{
	struct registry *registry = ctx;
	struct arena *arena = &registry->arena;
	struct owned owned = {.version = *version};
	struct model_version *v = &owned.version;

	if (!map_get(&registry->by_name, name, &owned.model))
		return;
	v->version = arena_str(arena, v->version);
	v->native_state = arena_str(arena, v->native_state);
	v->stage = arena_str(arena, v->stage);
	v->run = arena_str(arena, v->run);
	v->uri = arena_str(arena, v->uri);
	v->user = arena_str(arena, v->user);
	v->description = arena_str(arena, v->description);
	v->tags = keep_pairs(arena, version->tags, version->ntags);
	if (arena->over)
		return;
	MEM_GROW(registry->versions, registry->nversions, registry->versions_cap);
	registry->versions[registry->nversions++] = owned;
}

/* ---- asking ---- */

static const char prompts_only[] = "tags.`" MLFLOW_TAG_PROMPT "` = 'true'";

static int models_page(struct asking *ask, const char *filter, struct registry *registry,
		       bool versions, struct err *err)
{
	struct http_response response;
	struct buf url;
	int result;

	buf_init(&url, URL_MAX);
	buf_adds(&url, versions ? REST_API "model-versions/search"
				: REST_API "registered-models/search");
	buf_addf(&url, "?max_results=%d", REST_MODELS);
	if (filter)
		url_add_query(&url, "filter", str_of(filter));
	if (ask->next.n)
		url_add_query(&url, "page_token", buf_str(&ask->next));
	result = rest_get(ask, buf_cstr(&url), &response, err);
	buf_release(&url);
	if (result)
		return -1;
	if (versions)
		result = decode_versions(buf_str(&response.body), keep_version, registry,
					 &ask->next, err);
	else
		result = decode_models(buf_str(&response.body), keep_model, registry, &ask->next,
				       err);
	http_response_release(&response);
	return result;
}

static int list(struct asking *ask, const char *filter, struct registry *registry, bool versions,
		struct err *err)
{
	buf_clear(&ask->next);
	do {
		if (models_page(ask, filter, registry, versions, err) ||
		    io_progress(ask->io, (int64_t)(registry->n + registry->nversions), 0, err))
			return -1;
	} while (ask->next.n && !registry->arena.over);
	return 0;
}

/* A server from before prompts may refuse the filter: then it has none. */
static int list_all(struct asking *ask, struct registry *registry, struct err *err)
{
	for (int versions = 0; versions < 2; versions++) {
		if (list(ask, NULL, registry, versions, err))
			return -1;
		if (list(ask, prompts_only, registry, versions, err) && err->native != 400)
			return -1;
	}
	if (registry->arena.over)
		return err_set(err, ERR_TOO_BIG, "the model registry is past %d MB",
			       REGISTRY_MAX >> 20);
	return 0;
}

/* ---- joining ---- */

static double number_of(struct str version)
{
	double number;

	return num_parse(version, &number) ? number : -1;
}

/* By model, then newest first: versions are numbers in texts. */
static int compare_owned(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;
	double m = number_of(x->version.version), n = number_of(y->version.version);

	if (x->model != y->model)
		return x->model < y->model ? -1 : 1;
	if (m != n)
		return m > n ? -1 : 1;
	return str_compare(y->version.version, x->version.version);
}

/* The aliases of a version, out of those of its model. */
static void give_aliases(struct arena *arena, const struct model *model,
			 struct model_version *version)
{
	version->aliases = arena_zero(arena, model->naliases, sizeof *version->aliases);
	version->naliases = 0;
	for (uint32_t i = 0; version->aliases && i < model->naliases; i++)
		if (str_equal(model->aliases[i].version, version->version))
			version->aliases[version->naliases++] = model->aliases[i].name;
}

static void build_models(struct asking *ask, struct registry *registry)
{
	struct model_version *flat =
		arena_zero(&registry->arena, registry->nversions, sizeof *flat);
	size_t at = 0;

	if (registry->nversions)
		qsort(registry->versions, registry->nversions, sizeof *registry->versions,
		      compare_owned);
	for (size_t i = 0; i < registry->n && flat; i++) {
		struct model *model = &registry->models[i];

		model->versions = flat + at;
		for (; at < registry->nversions && registry->versions[at].model == i; at++) {
			flat[at] = registry->versions[at].version;
			give_aliases(&registry->arena, model, &flat[at]);
			model->nversions++;
		}
		build_model(ask->build, model);
	}
}

int rest_read_models(struct asking *ask, struct err *err)
{
	struct registry registry = {0};
	int result;

	arena_init(&registry.arena, REGISTRY_MAX);
	map_init(&registry.by_name);
	result = list_all(ask, &registry, err);
	if (!result)
		build_models(ask, &registry);
	map_release(&registry.by_name);
	arena_release(&registry.arena);
	free(registry.models);
	free(registry.versions);
	return result;
}
