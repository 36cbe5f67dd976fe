/*
 * A commit as a detail view: looked for in every Git source, and around the store, the current folder
 * and the script that ran; see core/source/git.
 */
#include "pane/commit/commit.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/sources.h"
#include "pane/reader.h"
#include "sheet/facts.h"
#include "widget/frame.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct commit_view {
	struct pane pane;
	struct subject subject;
	struct watch *watches[ENGINE_SOURCES];
	uint64_t seen[ENGINE_SOURCES];
	size_t n;
	struct facts facts;
	struct detail_view view;
};

static struct commit_view *self(const struct pane *pane)
{
	return (struct commit_view *)pane;
}

/* The commit, from the first source that found it; else the first that said why not. */
static const struct commit *best(const struct commit_view *commit)
{
	const struct commit *found = NULL;

	for (size_t i = 0; i < commit->n; i++) {
		const struct snapshot *snapshot = watch_view(commit->watches[i])->snapshot;

		if (!snapshot || snapshot->u.commits.n == 0)
			continue;
		if (snapshot->u.commits.commits[0].found)
			return &snapshot->u.commits.commits[0];
		if (!found)
			found = &snapshot->u.commits.commits[0];
	}
	return found;
}

static void add_distance(struct facts *facts, const struct commit *commit)
{
	if (commit->ahead_of_head > 0)
		facts_addf(facts, "HEAD", "on another branch: %d ahead of it, %d behind",
			   commit->ahead_of_head, commit->behind_head);
	else if (commit->behind_head == 0)
		facts_add(facts, "HEAD", STR("this is HEAD"));
	else if (commit->behind_head > 0)
		facts_addf(facts, "HEAD", "%d commit%s ahead of it", commit->behind_head,
			   commit->behind_head == 1 ? "" : "s");
	else if (commit->history_cut)
		facts_add(facts, "HEAD", STR("history cut: a shallow clone"));
	else if (commit->behind_head == COMMIT_DISTANCE_FAR)
		facts_add(facts, "HEAD", STR("more than 10,000 commits away"));
	else
		facts_add(facts, "HEAD", STR("not known"));
}

static void add_body(struct facts *facts, struct str body)
{
	facts_heading(facts, "message");
	while (body.n) {
		long end = str_find(body, '\n');
		struct str line = end < 0 ? body : str_slice(body, 0, (size_t)end);

		if (line.n)
			facts_pair(facts, STR(""), line);
		body = end < 0 ? STR_NONE : str_slice(body, (size_t)end + 1, body.n);
	}
}

static void fill(struct commit_view *view, const struct commit *commit)
{
	struct facts *facts = &view->facts;

	facts_clear(facts);
	if (!commit)
		return;
	facts_add(facts, "commit", commit->id);
	if (!commit->found) {
		facts_tone(facts, "not found", TONE_WARNING, commit->why_not);
		return;
	}
	facts_add(facts, "subject", commit->subject);
	facts_addf(facts, "author", "%.*s <%.*s>", STR_ARG(commit->author), STR_ARG(commit->email));
	facts_time(facts, "time", commit->time, view->pane.host->now);
	add_distance(facts, commit);
	facts_add(facts, "repository", commit->repository);
	if (commit->body.n)
		add_body(facts, commit->body);
	if (commit->nfiles)
		facts_heading(facts, "files changed");
	for (uint32_t i = 0; i < commit->nfiles; i++)
		facts_pair(facts, STR(""), commit->files[i]);
	if (commit->more_files)
		facts_add(facts, "", STR("… and more"));
}

static bool commit_update(struct pane *pane)
{
	struct commit_view *view = self(pane);
	bool changed = false;

	for (size_t i = 0; i < view->n; i++) {
		uint64_t version = watch_view(view->watches[i])->version;

		changed |= version != view->seen[i];
		view->seen[i] = version;
	}
	if (changed)
		fill(view, best(view));
	return changed;
}

static bool commit_busy(const struct pane *pane)
{
	for (size_t i = 0; i < self(pane)->n; i++)
		if (watch_view(self(pane)->watches[i])->loading)
			return true;
	return false;
}

static void commit_paint(struct pane *pane, struct surface *surface, struct area area)
{
	struct commit_view *view = self(pane);
	struct area inner = area_inner(area);

	frame_box(surface, area, true, false, STR("commit"));
	if (view->facts.n)
		detail_draw(&view->view, surface, inner, &view->facts);
	else if (commit_busy(pane))
		frame_say(surface, inner, ROLE_NORMAL, STR("looking for the commit …"),
			  STR("esc goes back"));
	else
		frame_say(surface, inner, ROLE_NORMAL, STR("no Git repository was found"),
			  STR("name one: leeboard SOURCE git:PATH · esc goes back"));
}

static unsigned commit_contexts(const struct pane *pane)
{
	(void)pane;
	return IN_TEXT;
}

static void searched(struct pane *pane, struct str text)
{
	detail_search(&self(pane)->view, text);
}

static bool commit_command(struct pane *pane, enum command command, struct str argument)
{
	(void)argument;
	if (command == CMD_COPY) {
		pane->host->copy(pane->host, str_of(self(pane)->subject.id));
		return true;
	}
	return reader_command(pane, &self(pane)->view, command, searched);
}

static bool commit_subject(const struct pane *pane, struct subject *subject)
{
	*subject = subject_copy(&self(pane)->subject);
	return true;
}

static void commit_status(const struct pane *pane, struct buf *out)
{
	const struct commit *commit = best(self(pane));

	if (commit && commit->found) {
		buf_adds(out, "git · ");
		text_clean(out, commit->repository);
	} else {
		buf_adds(out, commit_busy(pane) ? "git · looking" : "git");
	}
}

static void commit_close(struct pane *pane)
{
	struct commit_view *view = self(pane);

	for (size_t i = 0; i < view->n; i++)
		watch_release(view->watches[i]);
	subject_release(&view->subject);
	facts_release(&view->facts);
	detail_release(&view->view);
	free(view);
}

static bool commit_works(const struct pane *pane, enum command command)
{
	(void)pane;
	return command != CMD_BACK && command != CMD_ZOOM && command != CMD_REFRESH;
}

static const struct pane_class commit_pane = {
	.name = "commit",
	.twin = "",
	.close = commit_close,
	.update = commit_update,
	.paint = commit_paint,
	.contexts = commit_contexts,
	.works = commit_works,
	.command = commit_command,
	.subject = commit_subject,
	.status = commit_status,
	.busy = commit_busy,
};

/* The run's own source, where that is a path; a repository may be around it. */
static const char *place_of(const struct engine *engine, const char *name)
{
	for (size_t i = 0; name && i < engine_sources(engine); i++) {
		const struct engine_source *source = engine_source(engine, i);

		if (!strcmp(source->name, name) && !source->spec->url)
			return source->spec->place;
	}
	return NULL;
}

struct pane *commit_view_open(struct host *host, const struct subject *subject)
{
	struct commit_view *view = mem_zero(1, sizeof *view);
	const char *store = place_of(host->engine, subject->source);
	char *here = getcwd(NULL, 0);
	struct str id = str_of(subject->id), beside[3];
	struct query query = {.kind = RECORD_COMMITS,
			      .ids = &id,
			      .nids = 1,
			      .beside = beside,
			      .aggregates = true};

	view->pane = (struct pane){&commit_pane, host};
	view->subject = subject_copy(subject);
	facts_init(&view->facts);
	detail_init(&view->view);
	if (store)
		beside[query.nbeside++] = str_of(store);
	if (here)
		beside[query.nbeside++] = str_of(here);
	if (subject->beside)
		beside[query.nbeside++] = str_of(subject->beside);
	for (size_t i = 0; i < engine_sources(host->engine); i++)
		if (engine_source(host->engine, i)->class->can & CAN_COMMITS)
			view->watches[view->n++] =
				engine_watch(host->engine, i, &query, WATCH_ONCE, 0);
	free(here);
	return &view->pane;
}
