/* The chain on the screen; see chain.h. */
#include "app/chain.h"

#include "analysis/chain.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

void chain_init(struct chain *chain)
{
	*chain = (struct chain){.state = CHAIN_IDLE};
}

void chain_stop(struct chain *chain)
{
	for (size_t i = 0; i < chain->nwatches; i++)
		watch_release(chain->watches[i]);
	for (size_t i = 0; i < chain->ntargets; i++)
		subject_release(&chain->targets[i]);
	subject_release(&chain->from);
	chain->nwatches = chain->ntargets = 0;
	chain->state = CHAIN_IDLE;
}

void chain_release(struct chain *chain)
{
	chain_stop(chain);
}

static void add_target(struct chain *chain, struct subject subject)
{
	if (chain->ntargets == CHAIN_TARGETS)
		subject_release(&subject);
	else
		chain->targets[chain->ntargets++] = subject;
}

static void watch(struct chain *chain, struct engine *engine, size_t source,
		  const struct query *query)
{
	if (chain->nwatches == ENGINE_SOURCES)
		return;
	chain->sources[chain->nwatches] = source;
	chain->watches[chain->nwatches++] = engine_watch(engine, source, query, WATCH_ONCE, 0);
}

static void watch_all(struct chain *chain, struct engine *engine, enum source_can can,
		      enum record_kind kind)
{
	struct query query = {.kind = kind};

	for (size_t i = 0; i < engine_sources(engine); i++)
		if (engine_can(engine, i, can))
			watch(chain, engine, i, &query);
}

/* The source of that name that can what is asked; all of them without a name. */
static bool is_source(struct engine *engine, size_t i, const char *name)
{
	return !name || !strcmp(engine_source(engine, i)->name, name);
}

static void watch_run(struct chain *chain, struct engine *engine)
{
	struct str id = str_of(chain->from.id);
	struct query query = {.kind = RECORD_DETAILS, .ids = &id, .nids = 1};

	for (size_t i = 0; i < engine_sources(engine); i++)
		if (engine_can(engine, i, CAN_RUNS) && is_source(engine, i, chain->from.source))
			watch(chain, engine, i, &query);
}

static enum chain_state none(struct chain *chain, const char *why)
{
	snprintf(chain->why, sizeof chain->why, "%s", why);
	return chain->state = CHAIN_NONE;
}

void chain_start(struct chain *chain, struct engine *engine, const struct subject *from,
		 bool effect)
{
	chain_stop(chain);
	chain->from = subject_copy(from);
	chain->effect = effect;
	chain->state = CHAIN_WAITING;
	switch (from->kind) {
	case SUBJECT_DEPLOYMENT:
		if (effect)
			none(chain, "a deployment is the last of the chain");
		else
			watch_all(chain, engine, CAN_MODELS, RECORD_MODELS);
		break;
	case SUBJECT_MONITOR:
		if (effect)
			none(chain, "nothing follows from a monitor");
		else if (!from->model)
			none(chain, "the monitor names no model");
		else
			watch_all(chain, engine, CAN_MODELS, RECORD_MODELS);
		break;
	case SUBJECT_VERSION:
		if (effect)
			watch_all(chain, engine, CAN_DEPLOYMENTS, RECORD_DEPLOYMENTS);
		else
			watch_all(chain, engine, CAN_MODELS, RECORD_MODELS);
		break;
	case SUBJECT_RUN:
		if (effect)
			watch_all(chain, engine, CAN_MODELS, RECORD_MODELS);
		else
			watch_run(chain, engine);
		break;
	default:
		none(chain, effect ? "the way back is esc" : "a commit is the end of the chain");
	}
}

static bool waiting(const struct chain *chain)
{
	for (size_t i = 0; i < chain->nwatches; i++)
		if (watch_view(chain->watches[i])->loading)
			return true;
	return false;
}

static const struct snapshot *snapshot_of(const struct chain *chain, size_t i)
{
	return watch_view(chain->watches[i])->snapshot;
}

/* Nothing was found: because there is none, or because a source could not be read. */
static enum chain_state none_of(struct chain *chain, struct engine *engine, const char *why)
{
	for (size_t i = 0; i < chain->nwatches; i++) {
		const struct view *view = watch_view(chain->watches[i]);

		if (view->snapshot || view->err.code == ERR_NONE)
			continue;
		snprintf(chain->why, sizeof chain->why, "%.200s: %s",
			 engine_source(engine, chain->sources[i])->name, view->err.message);
		return chain->state = CHAIN_NONE;
	}
	return none(chain, why);
}

/* Registered models of that name; a link needs exactly one. */
static const struct model *only_model(const struct chain *chain, struct str name, size_t *where,
				      size_t *found)
{
	const struct model *only = NULL;

	*found = 0;
	for (size_t i = 0; i < chain->nwatches; i++) {
		const struct snapshot *snapshot = snapshot_of(chain, i);
		const struct model *model =
			snapshot ? model_find(&snapshot->u.models, name) : NULL;

		if (!model)
			continue;
		only = model;
		*where = i;
		(*found)++;
	}
	return only;
}

/* From what serves or watches a model to the version it is. */
static enum chain_state find_version(struct chain *chain, struct engine *engine)
{
	struct str name = str_of(chain->from.model ? chain->from.model : chain->from.id);
	struct str version = str_of(chain->from.version);
	size_t where = 0, found;
	const struct model *model = only_model(chain, name, &where, &found);
	const struct model_version *known;

	if (!found)
		return none_of(chain, engine, "no registry has a model of that name");
	if (found > 1)
		return none(chain, "several registries have a model of that name: the config's "
				   "model: says which");
	known = version.n ? chain_version(model, version) : NULL;
	if (version.n && !known)
		return none(chain, "the registry does not have that version");
	add_target(chain, subject_make(SUBJECT_VERSION,
				       str_of(engine_source(engine, chain->sources[where])->name),
				       model->name, known ? known->version : STR_NONE));
	return chain->state = CHAIN_FOUND;
}

static enum chain_state find_run_of_version(struct chain *chain, struct engine *engine)
{
	for (size_t i = 0; i < chain->nwatches; i++) {
		const struct snapshot *snapshot = snapshot_of(chain, i);
		const struct model_version *version;
		const struct model *model;

		if (!snapshot || !is_source(engine, chain->sources[i], chain->from.source))
			continue;
		model = model_find(&snapshot->u.models, str_of(chain->from.id));
		version = model ? chain_version(model, str_of(chain->from.version)) : NULL;
		if (!version)
			continue;
		if (!version->run.n)
			return none(chain, "the version names no run");
		add_target(chain,
			   subject_make(SUBJECT_RUN,
					str_of(engine_source(engine, chain->sources[i])->name),
					version->run, STR_NONE));
		return chain->state = CHAIN_FOUND;
	}
	return none_of(chain, engine, "the version is not there any more");
}

static enum chain_state find_commit(struct chain *chain, struct engine *engine)
{
	for (size_t i = 0; i < chain->nwatches; i++) {
		const struct snapshot *snapshot = snapshot_of(chain, i);
		const struct run_detail *detail;
		struct subject subject;

		if (!snapshot || snapshot->u.details.n == 0)
			continue;
		detail = &snapshot->u.details.details[0];
		if (!detail->commit.n)
			return none(chain, "the run names no commit");
		subject = subject_make(SUBJECT_COMMIT, str_of(chain->from.source), detail->commit,
				       STR_NONE);
		if (detail->source_file.n)
			subject.beside = mem_copy(detail->source_file.s, detail->source_file.n);
		add_target(chain, subject);
		return chain->state = CHAIN_FOUND;
	}
	return none_of(chain, engine, "the run is gone");
}

static void versions_of_run(struct chain *chain, const struct model *model, const char *source)
{
	for (uint32_t i = 0; i < model->nversions; i++)
		if (str_equal(model->versions[i].run, str_of(chain->from.id)))
			add_target(chain, subject_make(SUBJECT_VERSION, str_of(source), model->name,
						       model->versions[i].version));
}

static enum chain_state find_versions_of_run(struct chain *chain, struct engine *engine)
{
	for (size_t i = 0; i < chain->nwatches; i++) {
		const struct snapshot *snapshot = snapshot_of(chain, i);
		const char *source = engine_source(engine, chain->sources[i])->name;

		if (!snapshot || !is_source(engine, chain->sources[i], chain->from.source))
			continue;
		for (size_t m = 0; m < snapshot->u.models.n; m++)
			versions_of_run(chain, &snapshot->u.models.models[m], source);
	}
	if (!chain->ntargets)
		return none_of(chain, engine, "no model version was made from this run");
	return chain->state = CHAIN_FOUND;
}

static enum chain_state find_deployments(struct chain *chain, struct engine *engine)
{
	for (size_t i = 0; i < chain->nwatches; i++) {
		const struct snapshot *snapshot = snapshot_of(chain, i);

		for (size_t d = 0; snapshot && d < snapshot->u.deployments.n; d++) {
			const struct deployment *deployment =
				&snapshot->u.deployments.deployments[d];

			if (!chain_serves(deployment, str_of(chain->from.id),
					  str_of(chain->from.version)))
				continue;
			add_target(chain,
				   subject_make(SUBJECT_DEPLOYMENT,
						str_of(engine_source(engine, chain->sources[i])
							       ->name),
						deployment->name, STR_NONE));
		}
	}
	if (!chain->ntargets)
		return none_of(chain, engine, "no deployment is known to serve this version");
	return chain->state = CHAIN_FOUND;
}

enum chain_state chain_look(struct chain *chain, struct engine *engine)
{
	if (chain->state != CHAIN_WAITING || waiting(chain))
		return chain->state;
	switch (chain->from.kind) {
	case SUBJECT_DEPLOYMENT:
	case SUBJECT_MONITOR:
		return find_version(chain, engine);
	case SUBJECT_VERSION:
		return chain->effect ? find_deployments(chain, engine)
				     : find_run_of_version(chain, engine);
	case SUBJECT_RUN:
		return chain->effect ? find_versions_of_run(chain, engine)
				     : find_commit(chain, engine);
	default:
		return none(chain, "nothing there");
	}
}
