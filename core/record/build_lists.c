/* Lists of whole records, copied into the snapshot's arena: experiments, models, deployments,
 * commits, details, keys, drift; see build.h. */
#include "record/build_parts.h"

#include <stdlib.h>
#include <string.h>

/* A copy of an array in the arena; the texts in it are the caller's to copy. NULL for none. */
static void *copy_array(struct build *build, const void *items, size_t n, size_t size)
{
	void *copy = n ? arena_zero(build_arena(build), n, size) : NULL;

	if (copy)
		memcpy(copy, items, n * size);
	return copy;
}

/* Orders structs by the struct str that they start with. */
static int compare_first_text(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void sort_by_text(void *items, size_t n, size_t size)
{
	if (items && n > 1)
		qsort(items, n, size, compare_first_text);
}

static struct pair *copy_pairs(struct build *build, const struct pair *pairs, uint32_t n)
{
	struct pair *copy = copy_array(build, pairs, n, sizeof *pairs);

	for (uint32_t i = 0; copy && i < n; i++) {
		copy[i].key = build_text(build, pairs[i].key);
		copy[i].value = build_text(build, pairs[i].value);
	}
	sort_by_text(copy, n, sizeof *copy);
	return copy;
}

static struct str *copy_texts(struct build *build, const struct str *texts, uint32_t n)
{
	struct str *copy = copy_array(build, texts, n, sizeof *texts);

	for (uint32_t i = 0; copy && i < n; i++)
		copy[i] = build_text(build, texts[i]);
	return copy;
}

void build_experiment(struct build *build, const struct experiment *experiment)
{
	struct experiment *copy = build_list_add(build, &build->list, sizeof *copy);

	if (!copy)
		return;
	*copy = *experiment;
	copy->id = build_text(build, experiment->id);
	copy->name = build_text(build, experiment->name);
	copy->tags = copy_pairs(build, experiment->tags, experiment->ntags);
}

static struct model_version *copy_versions(struct build *build, const struct model *model)
{
	struct model_version *copy =
		copy_array(build, model->versions, model->nversions, sizeof *copy);

	for (uint32_t i = 0; copy && i < model->nversions; i++) {
		struct model_version *version = &copy[i];

		version->version = build_text(build, version->version);
		version->native_state = build_text(build, version->native_state);
		version->stage = build_text(build, version->stage);
		version->run = build_text(build, version->run);
		version->uri = build_text(build, version->uri);
		version->user = build_text(build, version->user);
		version->description = build_text(build, version->description);
		version->aliases = copy_texts(build, version->aliases, version->naliases);
		sort_by_text(version->aliases, version->naliases, sizeof *version->aliases);
		version->tags = copy_pairs(build, version->tags, version->ntags);
	}
	return copy;
}

static struct alias *copy_aliases(struct build *build, const struct model *model)
{
	struct alias *copy = copy_array(build, model->aliases, model->naliases, sizeof *copy);

	for (uint32_t i = 0; copy && i < model->naliases; i++) {
		copy[i].name = build_text(build, copy[i].name);
		copy[i].version = build_text(build, copy[i].version);
	}
	sort_by_text(copy, model->naliases, sizeof *copy);
	return copy;
}

void build_model(struct build *build, const struct model *model)
{
	struct model *copy = build_list_add(build, &build->list, sizeof *copy);

	if (!copy)
		return;
	*copy = *model;
	copy->name = build_text(build, model->name);
	copy->description = build_text(build, model->description);
	copy->tags = copy_pairs(build, model->tags, model->ntags);
	copy->aliases = copy_aliases(build, model);
	copy->versions = copy_versions(build, model);
}

static void copy_samples(struct build *build, struct deployment *copy)
{
	copy->bounds = copy_array(build, copy->bounds, copy->nbounds, sizeof *copy->bounds);
	copy->samples = copy_array(build, copy->samples, copy->nsamples, sizeof *copy->samples);
	for (uint32_t i = 0; copy->samples && i < copy->nsamples; i++)
		if (copy->samples[i].buckets)
			copy->samples[i].buckets = copy_array(build, copy->samples[i].buckets,
							      copy->nbounds, sizeof(double));
}

void build_deployment(struct build *build, const struct deployment *deployment)
{
	struct deployment *copy = build_list_add(build, &build->list, sizeof *copy);

	if (!copy)
		return;
	*copy = *deployment;
	copy->name = build_text(build, copy->name);
	copy->namespace_name = build_text(build, copy->namespace_name);
	copy->platform = build_text(build, copy->platform);
	copy->kind = build_text(build, copy->kind);
	copy->native_state = build_text(build, copy->native_state);
	copy->reason = build_text(build, copy->reason);
	copy->url = build_text(build, copy->url);
	copy->model = build_text(build, copy->model);
	copy->version = build_text(build, copy->version);
	copy->registry = build_text(build, copy->registry);
	copy->revisions =
		copy_array(build, copy->revisions, copy->nrevisions, sizeof *copy->revisions);
	for (uint32_t i = 0; copy->revisions && i < copy->nrevisions; i++) {
		copy->revisions[i].name = build_text(build, copy->revisions[i].name);
		copy->revisions[i].version = build_text(build, copy->revisions[i].version);
	}
	copy->conditions =
		copy_array(build, copy->conditions, copy->nconditions, sizeof *copy->conditions);
	for (uint32_t i = 0; copy->conditions && i < copy->nconditions; i++) {
		struct condition *condition = &copy->conditions[i];

		condition->type = build_text(build, condition->type);
		condition->status = build_text(build, condition->status);
		condition->reason = build_text(build, condition->reason);
		condition->message = build_text(build, condition->message);
	}
	copy_samples(build, copy);
}

void build_commit(struct build *build, const struct commit *commit)
{
	struct commit *copy = build_list_add(build, &build->list, sizeof *copy);

	if (!copy)
		return;
	*copy = *commit;
	copy->id = build_text(build, copy->id);
	copy->subject = build_text(build, copy->subject);
	copy->body = build_text(build, copy->body);
	copy->author = build_text(build, copy->author);
	copy->email = build_text(build, copy->email);
	copy->repository = build_text(build, copy->repository);
	copy->why_not = build_text(build, copy->why_not);
	copy->files = copy_texts(build, copy->files, copy->nfiles);
}

static void cut_pairs(struct build *build, struct pair *pairs, uint32_t n, bool *cut)
{
	for (uint32_t i = 0; i < n; i++) {
		struct str value = build_cut(build, pairs[i].value);

		*cut |= value.n != pairs[i].value.n;
		pairs[i].value = value;
	}
}

void build_cut_detail(struct build *build, struct run_detail *detail)
{
	cut_pairs(build, detail->params, detail->nparams, &detail->cut);
	cut_pairs(build, detail->tags, detail->ntags, &detail->cut);
}

void build_detail(struct build *build, const struct run_detail *detail)
{
	struct run_detail *copy = build_list_add(build, &build->list, sizeof *copy);
	struct run_detail *deep = copy ? detail_copy(build_arena(build), detail, NULL) : NULL;

	if (!deep) {
		build->list.n -= copy != NULL;
		return;
	}
	*copy = *deep;
	build_cut_detail(build, copy);
	detail_sort(copy);
}

void build_key(struct build *build, enum column_kind kind, struct str key)
{
	struct str *item = build_list_add(build, &build->keys[kind], sizeof *item);

	if (item)
		*item = build_text(build, key);
}

void build_drift(struct build *build, const struct drift_list *list)
{
	build->next->u.drift = list;
}

/* Sorted, each key once. */
static struct str *seal_keys(struct build *build, enum column_kind kind, size_t *n)
{
	struct list_part *list = &build->keys[kind];
	struct str *keys = (struct str *)list->items;
	size_t kept = 0;

	sort_by_text(keys, list->n, sizeof *keys);
	for (size_t i = 0; i < list->n; i++)
		if (keys[i].s && (kept == 0 || !str_equal(keys[kept - 1], keys[i])))
			keys[kept++] = keys[i];
	*n = kept;
	return copy_array(build, keys, kept, sizeof *keys);
}

void lists_seal(struct build *build)
{
	struct snapshot *next = build->next;
	size_t n = build->list.n;

	switch (next->kind) {
	case RECORD_EXPERIMENTS:
		next->u.experiments.experiments = copy_array(build, build->list.items, n,
							     sizeof(struct experiment));
		next->u.experiments.n = next->u.experiments.experiments ? n : 0;
		break;
	case RECORD_MODELS:
		next->u.models.models =
			copy_array(build, build->list.items, n, sizeof(struct model));
		next->u.models.n = next->u.models.models ? n : 0;
		sort_by_text(next->u.models.models, next->u.models.n, sizeof(struct model));
		break;
	case RECORD_DEPLOYMENTS:
		next->u.deployments.deployments = copy_array(build, build->list.items, n,
							     sizeof(struct deployment));
		next->u.deployments.n = next->u.deployments.deployments ? n : 0;
		break;
	case RECORD_COMMITS:
		next->u.commits.commits =
			copy_array(build, build->list.items, n, sizeof(struct commit));
		next->u.commits.n = next->u.commits.commits ? n : 0;
		break;
	case RECORD_DETAILS:
		next->u.details.details =
			copy_array(build, build->list.items, n, sizeof(struct run_detail));
		next->u.details.n = next->u.details.details ? n : 0;
		break;
	case RECORD_KEYS:
		next->u.keys.metrics = seal_keys(build, COLUMN_METRIC, &next->u.keys.nmetrics);
		next->u.keys.params = seal_keys(build, COLUMN_PARAM, &next->u.keys.nparams);
		next->u.keys.tags = seal_keys(build, COLUMN_TAG, &next->u.keys.ntags);
		break;
	default:
		break;
	}
}
