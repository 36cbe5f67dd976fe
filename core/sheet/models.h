/*
 * The model registry: models, their versions, and the JSON of `leeboard models`.
 *
 * The pane shows two tables: models (one row each) and the versions of one of them. The reports
 * show versions (one row each, over all models), and JSON the models with their versions inside.
 */
#ifndef SHEET_MODELS_H
#define SHEET_MODELS_H

#include "sheet/facts.h"
#include "sheet/grid.h"
#include "sheet/json_out.h"

struct models_choice {
	bool prompts;      /* prompts instead of models */
	bool deleted;      /* deleted versions too */
	struct str name;   /* one model only, or missing for all */
	struct str version; /* of that model this version only, or the holder of … */
	struct str alias;   /* … this alias; both missing: all of them */
	struct str columns; /* of JSON: the tags that this list names; missing: every tag */
};

/* The sources' snapshots are RECORD_MODELS ones (or NULL). Rows by name. */
struct grid *models_grid(const struct sheet_source *sources, size_t nsources,
			 const struct models_choice *choice);

/* Versions of the chosen models: holders of aliases and stages first, then newest first. */
struct grid *versions_grid(const struct sheet_source *sources, size_t nsources,
			   const struct models_choice *choice);

/*
 * What a word means: the model of that name, else MODEL/VERSION or MODEL@ALIAS (the last '@' or '/'),
 * whose texts are views of the word. False when there is no such model or version.
 */
bool models_choose(const struct sheet_source *sources, size_t nsources, struct str word,
		   struct models_choice *choice);

/* The array "models" in the order of models_grid(). */
void models_json(struct json_out *json, const struct grid *models,
		 const struct models_choice *choice);

/* What a row is of. Of models_grid() the version is NULL. */
const struct model *models_row(const struct grid *grid, size_t row,
			       const struct model_version **version,
			       const struct sheet_source **source);

/* Everything about one version. */
void version_facts(struct facts *facts, const struct model *model,
		   const struct model_version *version, int64_t now);

#endif
