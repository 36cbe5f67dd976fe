/* A model registry: models and their versions. */
#ifndef RECORD_MODEL_H
#define RECORD_MODEL_H

#include "record/detail.h"

enum model_state { MODEL_READY, MODEL_PENDING, MODEL_FAILED, MODEL_DELETED };

struct model_version {
	struct str version;      /* text: versions are compared as text */
	enum model_state state;
	struct str native_state;
	struct str stage;        /* missing for none */
	struct str run;          /* source run id, or missing */
	struct str uri;
	struct str user, description;
	int64_t created, updated;
	struct str *aliases;     /* of this version, in byte order */
	uint32_t naliases;
	struct pair *tags;
	uint32_t ntags;
};

struct alias {
	struct str name, version;
};

struct model {
	struct str name, description;
	int64_t created, updated;
	struct pair *tags;
	uint32_t ntags;
	struct alias *aliases;   /* in byte order of their names */
	uint32_t naliases;
	struct model_version *versions; /* newest (highest number) first */
	uint32_t nversions;
	bool prompt;             /* a prompt template, not a model: shown only on request */
};

struct model_list {
	size_t n;
	struct model *models;    /* by name, in byte order */
};

/* "ready", "pending", "failed", "deleted" */
const char *model_state_name(enum model_state state);

/* The model with that name, or NULL. */
const struct model *model_find(const struct model_list *list, struct str name);

/* The version with that text, or NULL. */
const struct model_version *model_version_find(const struct model *model, struct str version);

/* Equal as text after a leading "v": what a server calls v6 is the registry's 6. */
bool model_version_same(struct str a, struct str b);

/*
 * The version that stands for the model: alias `champion`, else `production`, else the newest in
 * stage Production; NULL when none of them is there. *why (if not NULL) gets the word for it.
 */
const struct model_version *model_champion(const struct model *model, struct str *why);

#endif
