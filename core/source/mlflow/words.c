/* MLflow's words; see words.h. */
#include "source/mlflow/words.h"

#include <float.h>
#include <math.h>
#include <strings.h>

enum run_state mlflow_run_state(struct str native)
{
	static const struct {
		const char *word;
		enum run_state state;
	} words[] = {
		{"RUNNING", RUN_RUNNING},   {"SCHEDULED", RUN_QUEUED}, {"FINISHED", RUN_FINISHED},
		{"FAILED", RUN_FAILED},     {"KILLED", RUN_KILLED},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_equal(native, str_of(words[i].word)))
			return words[i].state;
	return RUN_UNKNOWN;
}

static bool is_deleted(struct str stage)
{
	return str_equal(stage, STR("Deleted_Internal"));
}

enum model_state mlflow_version_state(struct str native, struct str stage)
{
	if (is_deleted(stage))
		return MODEL_DELETED;
	if (str_equal(native, STR("PENDING_REGISTRATION")))
		return MODEL_PENDING;
	if (str_equal(native, STR("FAILED_REGISTRATION")))
		return MODEL_FAILED;
	return MODEL_READY;
}

struct str mlflow_stage(struct str stage)
{
	if (!stage.n || str_equal(stage, STR("None")) || is_deleted(stage))
		return STR_NONE;
	return stage;
}

double mlflow_value(double stored)
{
	if (stored >= DBL_MAX)
		return INFINITY;
	return stored <= -DBL_MAX ? -INFINITY : stored;
}

struct str mlflow_tag(const struct pair *tags, uint32_t n, const char *key)
{
	struct str wanted = str_of(key);

	for (uint32_t i = 0; i < n; i++)
		if (str_equal(tags[i].key, wanted))
			return tags[i].value;
	return STR_NONE;
}

bool mlflow_is_prompt(const struct pair *tags, uint32_t n)
{
	struct str value = mlflow_tag(tags, n, MLFLOW_TAG_PROMPT);

	return value.n == 4 && !strncasecmp(value.s, "true", 4);
}

static int truth_of(struct str text)
{
	if (text.n == 4 && !strncasecmp(text.s, "true", 4))
		return 1;
	return text.n == 5 && !strncasecmp(text.s, "false", 5) ? 0 : -1;
}

bool mlflow_is_nobody(struct str user)
{
	return !user.n || str_equal(user, STR("unknown"));
}

/* The field, else the tag; what is empty is missing. */
static void fill(struct str *field, const struct run_detail *detail, const char *key)
{
	if (!field->n)
		*field = mlflow_tag(detail->tags, detail->ntags, key);
	if (!field->n)
		*field = STR_NONE;
}

void mlflow_read_tags(struct run_detail *detail)
{
	fill(&detail->run.name, detail, "mlflow.runName");
	if (mlflow_is_nobody(detail->run.user))
		detail->run.user = STR_NONE;
	fill(&detail->run.user, detail, "mlflow.user");
	fill(&detail->parent, detail, "mlflow.parentRunId");
	fill(&detail->commit, detail, "mlflow.source.git.commit");
	fill(&detail->source_file, detail, "mlflow.source.name");
	detail->dirty = truth_of(mlflow_tag(detail->tags, detail->ntags, "mlflow.source.git.dirty"));
}
