/* See commits.h. */
#include "command/commits.h"

#include "base/mem.h"
#include "source/git/commits.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BESIDE = 16, MAX_IDS = RUN_CHUNK };

static bool is_git(const struct source_spec *spec)
{
	return spec->kind && !strcmp(spec->kind, "git");
}

static void add_source(struct commits *commits, const struct source_spec *spec)
{
	const struct source_class *class = source_class_of("git");
	struct source **source = &commits->sources[commits->n++];
	struct err err;

	if (class->open(spec, source, &err)) {
		*source = NULL;
		context_say(&err, 0);
		commits->context->failed = true;
	}
}

void commits_init(struct commits *commits, struct context *context)
{
	const struct sources *sources = &context->sources;

	*commits = (struct commits){.context = context};
	commits->sources = mem_zero(sources->n + 1, sizeof *commits->sources);
	commits->snapshots = mem_zero(sources->n + 1, sizeof *commits->snapshots);
	map_init(&commits->by_id);
	for (size_t i = 0; i < sources->n; i++)
		if (is_git(sources->items[i]))
			add_source(commits, sources->items[i]);
	add_source(commits, &git_stand_in);
}

static void forget(struct commits *commits)
{
	for (size_t i = 0; i < commits->n; i++) {
		snapshot_unref(commits->snapshots[i]);
		commits->snapshots[i] = NULL;
	}
	map_release(&commits->by_id);
	map_init(&commits->by_id);
}

void commits_release(struct commits *commits)
{
	forget(commits);
	for (size_t i = 0; i < commits->n; i++)
		if (commits->sources[i])
			commits->sources[i]->class->close(commits->sources[i]);
	map_release(&commits->by_id);
	free(commits->sources);
	free(commits->snapshots);
}

static void add_beside(struct str *beside, size_t *n, struct str path)
{
	for (size_t i = 0; i < *n; i++)
		if (str_equal(beside[i], path))
			return;
	if (path.n && *n < MAX_BESIDE)
		beside[(*n)++] = path;
}

/* In the order of the chain: stores, the current folder, scripts. */
static size_t find_beside(const struct commits *commits, const struct run_detail *const *details,
			  size_t n, struct str *beside)
{
	const struct sources *sources = &commits->context->sources;
	size_t found = 0;

	for (size_t i = 0; i < sources->n && found < MAX_BESIDE / 2; i++)
		if (!sources->items[i]->url && !is_git(sources->items[i]))
			add_beside(beside, &found, str_of(sources->items[i]->place));
	add_beside(beside, &found, STR("."));
	for (size_t i = 0; i < n; i++)
		if (details[i])
			add_beside(beside, &found, details[i]->source_file);
	return found;
}

static void ask(struct commits *commits, size_t at, const struct query *query)
{
	struct context *context = commits->context;
	struct read_limits limits = context_limits(context);
	struct source *source = commits->sources[at];
	struct err err;

	commits->snapshots[at] = engine_read(source, query, &limits, NULL, &err);
	if (commits->snapshots[at])
		return;
	/* said once; it would fail for the next rows too */
	err_origin(&err, "%s", source->spec->name);
	context_say(&err, 0);
	context->failed = true;
	source->class->close(source);
	commits->sources[at] = NULL;
}

void commits_learn(struct commits *commits, const struct run_detail *const *details, size_t n)
{
	struct str *ids = mem_zero(MAX_IDS, sizeof *ids), beside[MAX_BESIDE];
	struct query query = {.kind = RECORD_COMMITS, .ids = ids, .beside = beside};
	bool added;

	forget(commits);
	for (size_t i = 0; i < n && query.nids < MAX_IDS; i++) {
		if (!details[i] || !details[i]->commit.n)
			continue;
		added = false;
		map_intern(&commits->by_id, details[i]->commit, (uint32_t)query.nids, &added);
		if (added)
			ids[query.nids++] = details[i]->commit;
	}
	query.nbeside = find_beside(commits, details, n, beside);
	for (size_t i = 0; query.nids && i < commits->n; i++)
		if (commits->sources[i])
			ask(commits, i, &query);
	free(ids);
}

const struct commit *commits_find(const struct commits *commits, const struct run_detail *detail)
{
	uint32_t at;

	if (!map_get(&commits->by_id, detail->commit, &at))
		return NULL;
	for (size_t i = 0; i < commits->n; i++) {
		const struct snapshot *snapshot = commits->snapshots[i];

		if (snapshot && at < snapshot->u.commits.n && snapshot->u.commits.commits[at].found)
			return &snapshot->u.commits.commits[at];
	}
	return NULL;
}
