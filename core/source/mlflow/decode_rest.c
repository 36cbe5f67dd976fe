/* MLflow's REST answers as records; see decode_rest.h. */
#include "source/mlflow/decode_rest.h"

#include "base/arena.h"
#include "base/clock.h"
#include "format/json.h"
#include "source/mlflow/words.h"

enum { ITEM_MAX = 64 << 20 }; /* arrays of one run or model */

/* ---- the frame of a page ---- */

/*
 * The token of the page that comes next takes the place of the one that brought this page. A server
 * that gives the same again would be asked for ever, and half a token means half the rows.
 */
static int take_token(const struct json *root, struct buf *next, struct err *err)
{
	struct str token = json_get_text(root, "next_page_token");

	if (token.n && str_equal(token, buf_str(next)))
		return err_set(err, ERR_FORMAT, "the server gives the same page again and again");
	buf_clear(next);
	buf_add_str(next, token);
	if (next->over)
		return err_set(err, ERR_FORMAT, "the name of the next page is longer than %d bytes",
			       REST_TOKEN_MAX);
	return 0;
}

static struct json *parse(struct str body, struct buf *next, struct err *err)
{
	struct json_limits limits = json_limits;
	struct json *root;

	limits.bare_nan = true;
	limits.text += 4; /* so that what is cut here is still too long for the builder, which says so */
	root = json_parse(body, &limits, NULL, err);
	if (root && json_type(root) != JSON_OBJECT) {
		json_free(root);
		err_set(err, ERR_FORMAT, "the answer is JSON, but not MLflow's");
		err_hint(err, "another service answers there");
		return NULL;
	}
	if (root && next && take_token(root, next, err)) {
		json_free(root);
		return NULL;
	}
	return root;
}

/* A text; what is empty or of another type is missing. */
static struct str word(const struct json *object, const char *key)
{
	struct str text = json_get_text(object, key);

	return text.n ? text : STR_NONE;
}

static int64_t time_of(const struct json *object, const char *key)
{
	int64_t time;

	return json_get_int(object, key, &time) ? time : TIME_NONE;
}

/* An id or version: a text, or a number in the hands of some servers. */
static struct str id_of(struct arena *arena, const struct json *object, const char *key)
{
	const struct json *value = json_get(object, key);
	struct buf digits;
	struct str text;
	int64_t number;

	if (json_type(value) != JSON_NUMBER || !json_int(value, &number))
		return word(object, key);
	buf_init(&digits, 32);
	buf_addf(&digits, "%lld", (long long)number);
	text = arena_str(arena, buf_str(&digits));
	buf_release(&digits);
	return text;
}

/* [{"key", "value"}] */
static struct pair *pairs_of(struct arena *arena, const struct json *list, uint32_t *n)
{
	size_t count = json_count(list);
	struct pair *pairs = arena_zero(arena, count, sizeof *pairs);

	*n = 0;
	if (!pairs)
		return NULL;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct pair *pair = &pairs[*n];

		pair->key = json_get_text(at, "key");
		pair->value = json_get_text(at, "value");
		if (str_none(pair->key))
			continue;
		if (str_none(pair->value))
			pair->value = STR("");
		++*n;
	}
	return pairs;
}

static void too_big(const struct arena *arena, struct err *err, int *result)
{
	if (arena->over)
		*result = err_set(err, ERR_TOO_BIG, "a record of the answer is too large");
}

/* ---- experiments ---- */

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b; /* TIME_NONE is the smallest */
}

static void read_experiment(struct arena *arena, const struct json *at,
			    struct experiment *experiment)
{
	*experiment = (struct experiment){
		.id = id_of(arena, at, "experiment_id"),
		.name = json_get_text(at, "name"),
		.deleted = str_equal(json_get_text(at, "lifecycle_stage"), STR("deleted")),
		.last_activity = later(time_of(at, "creation_time"),
				       time_of(at, "last_update_time")),
	};
	experiment->tags = pairs_of(arena, json_get(at, "tags"), &experiment->ntags);
}

int decode_experiments(struct str body, rest_on_experiment *each, void *ctx, struct buf *next,
		       struct err *err)
{
	struct json *root = parse(body, next, err);
	int result = 0;

	if (!root)
		return -1;
	for (const struct json *at = json_first(json_get(root, "experiments")); at && !result;
	     at = json_next(at)) {
		struct experiment experiment;
		struct arena arena;

		arena_init(&arena, ITEM_MAX);
		read_experiment(&arena, at, &experiment);
		too_big(&arena, err, &result);
		if (!result && experiment.id.n)
			each(ctx, &experiment);
		arena_release(&arena);
	}
	json_free(root);
	return result;
}

/* ---- runs ---- */

static bool read_value(const struct json *object, double *value)
{
	if (!json_get_number(object, "value", value))
		return false;
	*value = mlflow_value(*value);
	return true;
}

static void read_metrics(struct arena *arena, const struct json *list, struct run_detail *detail)
{
	detail->metrics = arena_zero(arena, json_count(list), sizeof *detail->metrics);
	if (!detail->metrics)
		return;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct metric *metric = &detail->metrics[detail->nmetrics];

		metric->key = json_get_text(at, "key");
		if (str_none(metric->key) || !read_value(at, &metric->last))
			continue;
		if (!json_get_int(at, "step", &metric->last_step))
			metric->last_step = 0;
		if (!json_get_int(at, "timestamp", &metric->last_time))
			metric->last_time = 0;
		detail->nmetrics++;
	}
}

/* The use's context is a tag of the input, not of the dataset. */
static struct str context_of(const struct json *input)
{
	for (const struct json *at = json_first(json_get(input, "tags")); at; at = json_next(at))
		if (str_equal(json_get_text(at, "key"), STR(MLFLOW_TAG_CONTEXT)))
			return word(at, "value");
	return STR_NONE;
}

static void read_datasets(struct arena *arena, const struct json *list, struct run_detail *detail)
{
	detail->datasets = arena_zero(arena, json_count(list), sizeof *detail->datasets);
	if (!detail->datasets)
		return;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		const struct json *dataset = json_get(at, "dataset");
		struct dataset_use *use = &detail->datasets[detail->ndatasets];

		use->name = json_get_text(dataset, "name");
		use->digest = json_get_text(dataset, "digest");
		use->context = context_of(at);
		detail->ndatasets += !str_none(use->name);
	}
}

static void read_info(struct arena *arena, const struct json *info, struct run_detail *detail)
{
	struct run *run = &detail->run;

	run->id = word(info, "run_id");
	if (str_none(run->id))
		run->id = word(info, "run_uuid");
	run->name = word(info, "run_name");
	run->experiment = id_of(arena, info, "experiment_id");
	run->user = word(info, "user_id");
	run->native_state = word(info, "status");
	run->state = mlflow_run_state(run->native_state);
	run->start = time_of(info, "start_time");
	run->end = time_of(info, "end_time");
	run->deleted = str_equal(json_get_text(info, "lifecycle_stage"), STR("deleted"));
	detail->artifact_uri = word(info, "artifact_uri");
}

/* One {"info", "data", "inputs"}. */
static int read_run(const struct json *at, rest_on_run *each, void *ctx, struct err *err)
{
	const struct json *data = json_get(at, "data");
	struct run_detail detail = {0};
	struct arena arena;
	int result = 0;

	arena_init(&arena, ITEM_MAX);
	read_info(&arena, json_get(at, "info"), &detail);
	detail.params = pairs_of(&arena, json_get(data, "params"), &detail.nparams);
	detail.tags = pairs_of(&arena, json_get(data, "tags"), &detail.ntags);
	read_metrics(&arena, json_get(data, "metrics"), &detail);
	read_datasets(&arena, json_get(json_get(at, "inputs"), "dataset_inputs"), &detail);
	too_big(&arena, err, &result);
	if (!result && detail.run.id.n) {
		mlflow_read_tags(&detail);
		detail_sort(&detail);
		each(ctx, &detail);
	}
	arena_release(&arena);
	return result;
}

int decode_runs(struct str body, rest_on_run *each, void *ctx, struct buf *next, struct err *err)
{
	struct json *root = parse(body, next, err);
	int result = 0;

	if (!root)
		return -1;
	for (const struct json *at = json_first(json_get(root, "runs")); at && !result;
	     at = json_next(at))
		result = read_run(at, each, ctx, err);
	json_free(root);
	return result;
}

int decode_run(struct str body, rest_on_run *each, void *ctx, struct err *err)
{
	struct json *root = parse(body, NULL, err);
	int result;

	if (!root)
		return -1;
	if (json_get(root, "run"))
		result = read_run(json_get(root, "run"), each, ctx, err);
	else
		result = err_set(err, ERR_FORMAT, "the answer holds no run");
	json_free(root);
	return result;
}

/* ---- histories ---- */

int decode_points(struct str body, rest_on_point *each, void *ctx, struct buf *next,
		  struct err *err)
{
	struct json *root = parse(body, next, err);
	const struct json *list = json_get(root, "metrics");

	if (!root)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct rest_point point = {
			.run = word(at, "run_id"),
			.key = json_get_text(at, "key"),
		};

		if (!read_value(at, &point.value))
			continue;
		json_get_int(at, "step", &point.step);
		json_get_int(at, "timestamp", &point.time);
		each(ctx, &point);
	}
	json_free(root);
	return 0;
}

/* ---- models ---- */

static void read_aliases(struct arena *arena, const struct json *list, struct model *model)
{
	model->aliases = arena_zero(arena, json_count(list), sizeof *model->aliases);
	if (!model->aliases)
		return;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct alias *alias = &model->aliases[model->naliases];

		alias->name = json_get_text(at, "alias");
		alias->version = id_of(arena, at, "version");
		model->naliases += alias->name.n && alias->version.n;
	}
}

int decode_models(struct str body, rest_on_model *each, void *ctx, struct buf *next,
		  struct err *err)
{
	struct json *root = parse(body, next, err);
	int result = 0;

	if (!root)
		return -1;
	for (const struct json *at = json_first(json_get(root, "registered_models")); at && !result;
	     at = json_next(at)) {
		struct model model = {
			.name = json_get_text(at, "name"),
			.description = word(at, "description"),
			.created = time_of(at, "creation_timestamp"),
			.updated = time_of(at, "last_updated_timestamp"),
		};
		struct arena arena;

		arena_init(&arena, ITEM_MAX);
		model.tags = pairs_of(&arena, json_get(at, "tags"), &model.ntags);
		read_aliases(&arena, json_get(at, "aliases"), &model);
		model.prompt = mlflow_is_prompt(model.tags, model.ntags);
		too_big(&arena, err, &result);
		if (!result && model.name.n)
			each(ctx, &model);
		arena_release(&arena);
	}
	json_free(root);
	return result;
}

static void read_version(struct arena *arena, const struct json *at,
			 struct model_version *version)
{
	struct str stage = json_get_text(at, "current_stage");

	*version = (struct model_version){
		.version = id_of(arena, at, "version"),
		.native_state = word(at, "status"),
		.stage = mlflow_stage(stage),
		.run = word(at, "run_id"),
		.uri = word(at, "source"),
		.user = word(at, "user_id"),
		.description = word(at, "description"),
		.created = time_of(at, "creation_timestamp"),
		.updated = time_of(at, "last_updated_timestamp"),
	};
	version->state = mlflow_version_state(version->native_state, stage);
	version->tags = pairs_of(arena, json_get(at, "tags"), &version->ntags);
}

int decode_versions(struct str body, rest_on_version *each, void *ctx, struct buf *next,
		    struct err *err)
{
	struct json *root = parse(body, next, err);
	int result = 0;

	if (!root)
		return -1;
	for (const struct json *at = json_first(json_get(root, "model_versions")); at && !result;
	     at = json_next(at)) {
		struct model_version version;
		struct arena arena;

		arena_init(&arena, ITEM_MAX);
		read_version(&arena, at, &version);
		too_big(&arena, err, &result);
		if (!result && version.version.n && json_get_text(at, "name").n)
			each(ctx, json_get_text(at, "name"), &version);
		arena_release(&arena);
	}
	json_free(root);
	return result;
}
