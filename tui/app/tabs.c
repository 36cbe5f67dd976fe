/* Tabs and the views stacked on them; jumps and the way back. */
#include "app/app_parts.h"

#include "pane/commit/commit.h"

#include <string.h>

struct pane *active_pane(struct app *app)
{
	struct tab *tab = active_tab(app);

	return tab && tab->depth ? tab->stack[tab->depth - 1] : NULL;
}

static void open_tab(struct app *app, size_t t)
{
	struct tab *tab = &app->tabs[t];

	if (!tab->depth)
		tab->stack[tab->depth++] = tab->entry->open(&app->host);
}

/*
 * A pane that was not seen holds sheets of snapshots that the engine has replaced since: before it
 * is asked anything it takes in the new ones.
 */
static void wake_pane(struct pane *pane)
{
	if (pane)
		pane->class->update(pane);
}

void tabs_make(struct app *app)
{
	for (size_t i = 0; i < pane_entry_count && app->ntabs < APP_TABS; i++) {
		bool lit = false;

		for (size_t s = 0; s < engine_sources(app->engine); s++)
			lit |= (engine_source(app->engine, s)->class->can &
				pane_entries[i].class->needs) != 0;
		if (lit)
			app->tabs[app->ntabs++].entry = &pane_entries[i];
	}
	if (app->ntabs)
		open_tab(app, 0);
}

static size_t faults_of(const struct tab *tab)
{
	struct pane *pane = tab->depth ? tab->stack[0] : NULL;

	return pane && pane->class->faults ? pane->class->faults(pane) : 0;
}

size_t tabs_faults(struct app *app)
{
	size_t faults = 0;

	for (size_t t = 0; t < app->ntabs; t++)
		faults += faults_of(&app->tabs[t]);
	return faults;
}

void tabs_hear(struct app *app)
{
	struct pane *pane = active_pane(app);

	if (!pane || pane->class->busy(pane))
		return;
	for (size_t t = 0; t < app->ntabs; t++) {
		struct tab *tab = &app->tabs[t];

		if (!tab->entry->class->faults || tab->heard)
			continue;
		open_tab(app, t);
		tab->heard = !tab->stack[0]->class->busy(tab->stack[0]);
		if (!tab->heard)
			return;
		app->paint = true; /* the header counts its faults */
	}
}

bool tabs_heard(const struct app *app)
{
	for (size_t t = 0; t < app->ntabs; t++)
		if (app->tabs[t].entry->class->faults && !app->tabs[t].heard)
			return false;
	return true;
}

/* What leads to the first fault, with the worst at the top: from the last row on to the next. */
void tabs_to_fault(struct app *app)
{
	struct pane *pane;
	size_t t = 0;

	while (t < app->ntabs && !faults_of(&app->tabs[t]))
		t++;
	if (t == app->ntabs || faults_of(active_tab(app)))
		return;
	tabs_go(app, t);
	pane = active_pane(app);
	pane->class->update(pane);
	pane->class->command(pane, CMD_BOTTOM, STR(""));
}

void tabs_free(struct app *app)
{
	for (size_t t = 0; t < app->ntabs; t++)
		while (app->tabs[t].depth) {
			struct pane *pane = app->tabs[t].stack[--app->tabs[t].depth];

			pane->class->close(pane);
		}
	for (size_t i = 0; i < app->ntrail; i++)
		subject_release(&app->trail[i].subject);
	app->ntabs = app->ntrail = 0;
}

void tabs_go(struct app *app, size_t t)
{
	if (t >= app->ntabs || t == app->active)
		return;
	app->last = app->active;
	app->active = t;
	open_tab(app, t);
	wake_pane(active_pane(app));
	app->paint = true;
}

void tabs_push(struct app *app, struct pane *view)
{
	struct tab *tab = active_tab(app);

	if (tab->depth == APP_DEPTH) {
		view->class->close(view);
		app_say(&app->host, TONE_DIM, "too many views: esc closes one");
		return;
	}
	tab->stack[tab->depth++] = view;
	wake_pane(view);
	app->paint = true;
}

bool tabs_pop(struct app *app)
{
	struct tab *tab = active_tab(app);
	struct pane *pane;

	if (!tab || tab->depth <= 1)
		return false;
	pane = tab->stack[--tab->depth];
	pane->class->close(pane);
	wake_pane(active_pane(app));
	app->paint = true;
	return true;
}

/* Where we are, to come back to. */
static struct step here(struct app *app)
{
	struct pane *pane = active_pane(app);
	struct step step = {.tab = app->active};

	if (!pane->class->subject || !pane->class->subject(pane, &step.subject))
		step.subject = (struct subject){0};
	return step;
}

static void remember(struct app *app, const struct step *step)
{
	if (app->ntrail == APP_TRAIL) {
		subject_release(&app->trail[0].subject);
		memmove(app->trail, app->trail + 1, --app->ntrail * sizeof *app->trail);
	}
	app->trail[app->ntrail++] = *step;
}

/* The tab whose kind of pane shows such subjects. */
static bool show_in_tab(struct app *app, size_t t, const struct subject *subject)
{
	struct tab *tab = &app->tabs[t];
	struct step step = here(app); /* before the cursor moves, which may be in the same pane */
	struct pane *pane;

	open_tab(app, t);
	pane = tab->stack[0];
	wake_pane(pane);
	if (!pane->class->show || !pane->class->show(pane, subject)) {
		subject_release(&step.subject);
		return false;
	}
	remember(app, &step);
	while (tab->depth > 1) {
		pane = tab->stack[--tab->depth];
		pane->class->close(pane);
	}
	tabs_go(app, t);
	app->paint = true;
	return true;
}

bool tabs_show(struct app *app, const struct subject *subject)
{
	if (subject->kind == SUBJECT_COMMIT) {
		tabs_push(app, commit_view_open(&app->host, subject));
		return true;
	}
	for (size_t t = 0; t < app->ntabs; t++)
		if (show_in_tab(app, t, subject))
			return true;
	return false;
}

bool tabs_retrace(struct app *app)
{
	struct step *step;
	struct pane *pane;

	if (!app->ntrail)
		return false;
	step = &app->trail[--app->ntrail];
	tabs_go(app, step->tab);
	pane = active_pane(app);
	if (step->subject.kind != SUBJECT_NONE && pane->class->show)
		pane->class->show(pane, &step->subject);
	subject_release(&step->subject);
	app->paint = true;
	return true;
}
