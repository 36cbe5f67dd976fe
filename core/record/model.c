/* Registry records; see model.h. */
#include "record/model.h"

#include <stdlib.h>

const char *model_state_name(enum model_state state)
{
	static const char *const names[] = {
		[MODEL_READY] = "ready",
		[MODEL_PENDING] = "pending",
		[MODEL_FAILED] = "failed",
		[MODEL_DELETED] = "deleted",
	};

	return names[state];
}

const struct model *model_find(const struct model_list *list, struct str name)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_equal(list->models[i].name, name))
			return &list->models[i];
	return NULL;
}

const struct model_version *model_version_find(const struct model *model, struct str version)
{
	for (uint32_t i = 0; i < model->nversions; i++)
		if (str_equal(model->versions[i].version, version))
			return &model->versions[i];
	return NULL;
}

static struct str without_v(struct str version)
{
	bool v = version.n > 1 && version.s[0] == 'v';

	return v ? str_slice(version, 1, version.n) : version;
}

bool model_version_same(struct str a, struct str b)
{
	return str_equal(without_v(a), without_v(b));
}

static const struct model_version *by_alias(const struct model *model, struct str name)
{
	for (uint32_t i = 0; i < model->naliases; i++)
		if (str_equal(model->aliases[i].name, name))
			return model_version_find(model, model->aliases[i].version);
	return NULL;
}

const struct model_version *model_champion(const struct model *model, struct str *why)
{
	static const struct str aliases[] = {{"champion", 8}, {"production", 10}};
	static const struct str stage = {"Production", 10};

	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		const struct model_version *version = by_alias(model, aliases[i]);

		if (version) {
			if (why)
				*why = aliases[i];
			return version;
		}
	}
	for (uint32_t i = 0; i < model->nversions; i++) {
		if (str_equal(model->versions[i].stage, stage)) {
			if (why)
				*why = stage;
			return &model->versions[i];
		}
	}
	return NULL;
}
