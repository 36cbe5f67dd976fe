/* Deployments as a sheet; see deployments.h. Their charts are in deployment_charts.c. */
#include "sheet/deployments.h"

#include "base/mem.h"
#include "sheet/row_ref.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct sheet_column columns[] = {
	{STR("state"), STR("state"), "", SHEET_STATE, DIRECTION_UNKNOWN, 8, 10},
	{STR("name"), STR("name"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 10, 30},
	{STR("version"), STR("version"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 7, 10},
	{STR("reason"), STR("reason"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 12, 60},
	{STR("requests_per_s"), STR("req/s"), "/s", SHEET_NUMBER, DIRECTION_UNKNOWN, 6, 8},
	{STR("error_share"), STR("errors"), "%", SHEET_SHARE, DIRECTION_LOWER, 6, 7},
	{STR("p50"), STR("p50"), "s", SHEET_DURATION, DIRECTION_LOWER, 6, 7},
	{STR("p95"), STR("p95"), "s", SHEET_DURATION, DIRECTION_LOWER, 6, 7},
	{STR("p99"), STR("p99"), "s", SHEET_DURATION, DIRECTION_LOWER, 6, 7},
	{STR("mean"), STR("mean"), "s", SHEET_DURATION, DIRECTION_LOWER, 6, 7},
	{STR("scope"), STR("of"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 6, 6},
	{STR("probe"), STR("probe"), "s", SHEET_DURATION, DIRECTION_LOWER, 6, 7},
	{STR("source"), STR("source"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 6, 20},
	{STR("platform"), STR("platform"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 16},
	{STR("url"), STR("url"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 10, 40},
};

/* ---- signals ---- */

/*
 * Rates divide by their window, so it must not reach back before the first sample. 1 ms more lets
 * that one in: a window is open at its start.
 */
struct rate_signals deployment_signals(const struct deployment *d)
{
	int64_t at = d->nsamples ? d->samples[d->nsamples - 1].time : 0, window;

	if (!d->nsamples)
		return rate_signals(d, at, DEPLOYMENT_WINDOW_MS);
	window = at - d->samples[0].time + 1;
	return rate_signals(d, at, window < DEPLOYMENT_WINDOW_MS ? window : DEPLOYMENT_WINDOW_MS);
}

/* What latencies are of; requests are always the model's. */
static const char *scope_name(const struct deployment *d, const struct rate_signals *signals)
{
	if (d->latency_scope == SCOPE_SERVER)
		return "server";
	return d->latency_scope == SCOPE_MODEL || !isnan(signals->requests_per_s) ? "model" : NULL;
}

/* ---- the registry's word ---- */

/* The one registered model that is served; NULL when there is none, or several could be. */
static const struct model *registered(const struct registries *registries,
				      const struct deployment *d)
{
	const struct model *found = NULL;

	for (size_t i = 0; registries && i < registries->n; i++) {
		const struct sheet_source *source = &registries->sources[i];
		const struct model *model = NULL;

		if (source->snapshot && (!d->registry.n || str_equal(d->registry, source->name)))
			model = model_find(&source->snapshot->u.models, d->model);
		if (model && found)
			return NULL;
		found = model ? model : found;
	}
	return found && !found->prompt ? found : NULL;
}

static bool is_registered(const struct model *model, struct str version)
{
	for (uint32_t i = 0; i < model->nversions; i++)
		if (model_version_same(model->versions[i].version, version))
			return true;
	return false;
}

static void add_contradiction(struct buf *out, const struct deployment *d,
			      const struct registries *registries)
{
	const struct model *model = registered(registries, d);
	const struct model_version *champion;
	struct str why;

	if (!model || str_none(d->version))
		return;
	if (!is_registered(model, d->version)) {
		buf_addf(out, "%sserves %.*s, which the registry does not have",
			 out->n ? "; " : "", STR_ARG(d->version));
		return;
	}
	champion = model_champion(model, &why);
	if (champion && !model_version_same(champion->version, d->version))
		buf_addf(out, "%sserves %.*s, %.*s is %.*s", out->n ? "; " : "",
			 STR_ARG(d->version), STR_ARG(why), STR_ARG(champion->version));
}

void deployment_reason(struct buf *out, const struct deployment *d,
		       const struct registries *registries)
{
	if (!str_none(d->reason))
		buf_add_str(out, d->reason);
	add_contradiction(out, d, registries);
}

/* ---- the table ---- */

/* A row before it has its place. */
struct ranked {
	const struct sheet_source *source;
	const struct deployment *deployment;
	struct rate_signals signals;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	double p = isnan(x->signals.error_share) ? -1 : x->signals.error_share;
	double q = isnan(y->signals.error_share) ? -1 : y->signals.error_share;
	int order;

	if (x->deployment->state != y->deployment->state)
		return x->deployment->state > y->deployment->state ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	order = str_compare(x->deployment->name, y->deployment->name);
	return order ? order : str_compare(x->source->name, y->source->name);
}

static enum sheet_tone tone_of(enum deployment_state state)
{
	static const enum sheet_tone tones[] = {
		[DEPLOYMENT_OK] = TONE_GOOD,
		[DEPLOYMENT_ROLLING] = TONE_RUNNING,
		[DEPLOYMENT_UNKNOWN] = TONE_DIM,
		[DEPLOYMENT_DEGRADED] = TONE_WARNING,
		[DEPLOYMENT_FAILED] = TONE_BAD,
	};

	return tones[state];
}

static void add_row(struct grid *grid, const struct ranked *ranked,
		    const struct registries *registries)
{
	const struct deployment *d = ranked->deployment;
	const struct rate_signals *s = &ranked->signals;
	struct row_ref *ref = row_ref_new(grid, ranked->source, d, NULL);
	const char *scope = scope_name(d, s);
	struct buf text;

	if (!ref)
		return;
	buf_init(&text, 1 << 16);
	buf_addf(&text, "%.*s:%.*s", STR_ARG(ranked->source->name), STR_ARG(d->name));
	grid_row(grid, buf_str(&text), ref);
	grid_state(grid, deployment_state_name(d->state), tone_of(d->state));
	grid_text(grid, d->name);
	grid_text(grid, d->version);
	buf_clear(&text);
	deployment_reason(&text, d, registries);
	grid_text(grid, text.n ? buf_str(&text) : STR_NONE);
	grid_known(grid, s->requests_per_s);
	grid_known(grid, s->error_share);
	if (s->error_share >= 0.01)
		grid_tone(grid, s->error_share >= 0.1 ? TONE_BAD : TONE_WARNING);
	grid_known(grid, s->p50.value);
	grid_known(grid, s->p95.value);
	grid_known(grid, s->p99.value);
	grid_known(grid, s->mean);
	grid_text(grid, str_of(scope));
	grid_known(grid, s->probe);
	grid_text(grid, ranked->source->name);
	grid_text(grid, d->platform);
	grid_text(grid, d->url);
	buf_release(&text);
}

static struct ranked *rank(const struct sheet_source *sources, size_t nsources, size_t *n)
{
	struct ranked *list = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t s = 0; s < nsources; s++) {
		const struct snapshot *snapshot = sources[s].snapshot;

		for (size_t i = 0; snapshot && i < snapshot->u.deployments.n; i++) {
			const struct deployment *d = &snapshot->u.deployments.deployments[i];

			MEM_GROW(list, *n, cap);
			list[(*n)++] = (struct ranked){&sources[s], d, deployment_signals(d)};
		}
	}
	if (*n)
		qsort(list, *n, sizeof *list, compare_ranked);
	return list;
}

struct grid *deployments_grid(const struct sheet_source *sources, size_t nsources,
			      const struct registries *registries)
{
	struct grid *grid = grid_new(columns, sizeof columns / sizeof *columns);
	size_t n;
	struct ranked *list = rank(sources, nsources, &n);

	grid->sheet.sources = sources;
	grid->sheet.nsources = nsources;
	for (size_t i = 0; i < n; i++)
		add_row(grid, &list[i], registries);
	free(list);
	return grid;
}

const struct deployment *deployments_row(const struct grid *grid, size_t row,
					 const struct sheet_source **source)
{
	const struct row_ref *ref = grid_data(grid, row);

	if (source)
		*source = ref->source;
	return ref->record;
}

/* ---- JSON ---- */

static void put_count(struct json_out *json, const char *key, int count)
{
	if (count < 0)
		json_put_null(json, key);
	else
		json_put_int(json, key, count);
}

static void put_revisions(struct json_out *json, const struct deployment *d)
{
	json_put_array(json, "revisions");
	for (uint32_t i = 0; i < d->nrevisions; i++) {
		const struct revision *revision = &d->revisions[i];

		json_put_object(json, NULL);
		json_put_text(json, "name", revision->name);
		json_put_text(json, "version", revision->version);
		json_put_known(json, "wanted_share", revision->wanted_share);
		json_put_known(json, "observed_share", revision->observed_share);
		put_count(json, "ready", revision->ready);
		put_count(json, "total", revision->total);
		json_put_end(json);
	}
	json_put_end(json);
}

static void put_signals(struct json_out *json, const struct deployment *d)
{
	struct rate_signals signals = deployment_signals(d);

	json_put_object(json, "signals");
	json_put_word(json, "scope", scope_name(d, &signals));
	json_put_known(json, "requests_per_s", signals.requests_per_s);
	json_put_known(json, "error_share", signals.error_share);
	json_put_known(json, "p50", signals.p50.value);
	json_put_known(json, "p95", signals.p95.value);
	json_put_known(json, "p99", signals.p99.value);
	json_put_known(json, "mean", signals.mean);
	json_put_known(json, "probe", signals.probe);
	json_put_end(json);
}

static void put_conditions(struct json_out *json, const struct deployment *d)
{
	json_put_array(json, "conditions");
	for (uint32_t i = 0; i < d->nconditions; i++) {
		const struct condition *condition = &d->conditions[i];

		json_put_object(json, NULL);
		json_put_text(json, "type", condition->type);
		json_put_text(json, "status", condition->status);
		json_put_text(json, "reason", condition->reason);
		json_put_text(json, "message", condition->message);
		json_put_time(json, "since", condition->since);
		json_put_end(json);
	}
	json_put_end(json);
}

static void put_model(struct json_out *json, const struct deployment *d)
{
	json_put_object(json, "model");
	json_put_text(json, "name", d->model);
	json_put_text(json, "version", d->version);
	json_put_word(json, "known_by", known_by_name(d->known_by));
	json_put_end(json);
}

static void put_deployment(struct json_out *json, const struct row_ref *ref,
			   const struct registries *registries)
{
	const struct deployment *d = ref->record;
	struct buf reason;

	buf_init(&reason, 1 << 16);
	deployment_reason(&reason, d, registries);
	json_put_object(json, NULL);
	json_put_text(json, "source", ref->source->name);
	json_put_text(json, "name", d->name);
	json_put_text(json, "namespace", d->namespace_name);
	json_put_text(json, "platform", d->platform);
	json_put_text(json, "kind", d->kind);
	json_put_word(json, "state", deployment_state_name(d->state));
	json_put_text(json, "native_state", d->native_state);
	json_put_text(json, "reason", reason.n ? buf_str(&reason) : STR_NONE);
	json_put_text(json, "url", d->url);
	json_put_time(json, "since", d->since);
	put_model(json, d);
	put_count(json, "ready", d->ready);
	put_count(json, "wanted", d->wanted);
	put_revisions(json, d);
	put_signals(json, d);
	put_conditions(json, d);
	json_put_time(json, "checked", d->checked);
	json_put_end(json);
	buf_release(&reason);
}

void deployments_json(struct json_out *json, const struct grid *grid,
		      const struct registries *registries)
{
	json_put_array(json, "deployments");
	for (size_t row = 0; row < grid->sheet.n; row++)
		put_deployment(json, grid_data(grid, row), registries);
	json_put_end(json);
}

/* ---- the detail ---- */

const char *deployment_no_signals(const struct deployment *d)
{
	if (d->signal_missing)
		return "no metrics page";
	if (d->unasked && !d->nsamples)
		return "the server could not be asked";
	return d->nsamples < 2 ? "a rate needs two looks" : "not counted by this server";
}

static void add_latency(struct facts *facts, const char *label, double seconds)
{
	if (!isnan(seconds))
		facts_addf(facts, label, "%.3g ms", 1000 * seconds);
}

/* A quantile is only as sure as its bucket is narrow. */
static void add_quantile(struct facts *facts, const char *label,
			 const struct rate_quantile *quantile)
{
	if (isnan(quantile->value))
		return;
	if (isinf(quantile->high))
		facts_addf(facts, label, "over %.4g ms", 1000 * quantile->low);
	else
		facts_addf(facts, label, "%.3g ms, between %.4g and %.4g", 1000 * quantile->value,
			   1000 * quantile->low, 1000 * quantile->high);
}

static void add_signals(struct facts *facts, const struct deployment *d)
{
	struct rate_signals signals = deployment_signals(d);
	const char *scope = scope_name(d, &signals);

	if (d->unasked && !d->nsamples)
		return;
	facts_heading(facts, "signals");
	if (d->signal_missing)
		facts_add(facts, "metrics",
			  STR("no metrics page was found; name it with --metrics"));
	facts_add(facts, "latency of", str_of(scope));
	if (!isnan(signals.requests_per_s))
		facts_addf(facts, "requests", "%.3g a second", signals.requests_per_s);
	if (!isnan(signals.error_share))
		facts_addf(facts, "errors", "%.3g %%", 100 * signals.error_share);
	add_quantile(facts, "p50", &signals.p50);
	add_quantile(facts, "p95", &signals.p95);
	add_quantile(facts, "p99", &signals.p99);
	add_latency(facts, "mean", signals.mean);
	add_latency(facts, "our probe", signals.probe);
}

void deployment_facts(struct facts *facts, const struct deployment *d,
		      const struct registries *registries, int64_t now)
{
	const char *known = known_by_name(d->known_by);
	struct buf text;

	buf_init(&text, 1 << 16);
	deployment_reason(&text, d, registries);
	facts_add(facts, "name", d->name);
	facts_tone(facts, "state", tone_of(d->state), str_of(deployment_state_name(d->state)));
	facts_add(facts, "reason", buf_str(&text));
	facts_add(facts, "the server says", d->native_state);
	facts_time(facts, "since", d->since, now);
	facts_add(facts, "model", d->model);
	if (str_none(d->version))
		facts_add(facts, "version", d->unasked ? STR("not known: the server could not be asked")
						       : STR("the server does not report one"));
	else
		facts_addf(facts, "version", "%.*s (%s)", STR_ARG(d->version),
			   known ? known : "not known how");
	facts_add(facts, "platform", d->platform);
	facts_add(facts, "namespace", d->namespace_name);
	facts_add(facts, "address", d->url);
	facts_time(facts, "looked at", d->checked, now);
	add_signals(facts, d);
	buf_release(&text);
}
