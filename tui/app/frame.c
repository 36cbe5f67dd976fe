/* One frame: the header, the pane, the footer, and what lies over them. */
#include "app/app_parts.h"

#include "base/text.h"
#include "config/sources.h"
#include "widget/frame.h"
#include "widget/tone.h"

#include <string.h>

enum { SMALLEST_ROWS = 10, SMALLEST_COLS = 40, MAX_HINTS = 16 };

static bool any_demo(struct app *app)
{
	for (size_t i = 0; i < engine_sources(app->engine); i++)
		if (engine_source(app->engine, i)->spec->demo)
			return true;
	return app->line->demo;
}

static void paint_top(struct app *app)
{
	struct str names[APP_TABS];
	struct piece right[3];
	size_t n = 0, faults = tabs_faults(app);
	struct buf text;

	buf_init(&text, 256);
	for (size_t t = 0; t < app->ntabs; t++)
		names[t] = str_of(app->tabs[t].entry->class->name);
	if (any_demo(app))
		right[n++] = (struct piece){STR("demo data"), ROLE_INFO};
	if (app->paused)
		right[n++] = (struct piece){STR("paused"), ROLE_WARNING};
	if (faults) {
		buf_addf(&text, "▲%zu fault%s", faults, faults == 1 ? "" : "s");
		right[n++] = (struct piece){buf_str(&text), ROLE_BAD};
	}
	frame_top(&app->surface, (struct area){0, 0, 1, app->surface.cols}, names, app->ntabs,
		  app->active, right, n);
	buf_release(&text);
}

static bool leads_back(struct app *app, struct pane *pane)
{
	return app->modal != MODAL_NONE || app->chain.state == CHAIN_WAITING || app->ntrail ||
	       (pane && active_tab(app)->depth > 1) ||
	       (pane && pane->class->works && pane->class->works(pane, CMD_BACK));
}

/* A deployment has nothing it leads to, a commit nothing that led to it. */
static bool on_chain(struct pane *pane, enum command command)
{
	enum subject_kind end = command == CMD_CAUSE ? SUBJECT_COMMIT : SUBJECT_DEPLOYMENT;
	struct subject subject = {0};
	bool is = pane->class->subject && pane->class->subject(pane, &subject) &&
		  subject.kind != end;

	subject_release(&subject);
	return is;
}

static bool works(struct app *app, enum command command, const struct command_info *info)
{
	struct pane *pane = active_pane(app);

	if (command == CMD_BACK)
		return leads_back(app, pane);
	if (app->modal == MODAL_MENU)
		return command == CMD_FIELD_ACCEPT || command == CMD_FIELD_CANCEL;
	if (app->modal != MODAL_NONE)
		return !(info->contexts & IN_GLOBAL);
	if (!pane)
		return false;
	if (command == CMD_CAUSE || command == CMD_EFFECT)
		return on_chain(pane, command);
	if (command == CMD_NEXT_FAULT)
		return tabs_faults(app) > 0;
	return !pane->class->works || pane->class->works(pane, command);
}

/* One hint; its key is in keys, from starts on. False: it has no key. */
static bool add_hint(struct app *app, enum command command, struct hint *hint, struct buf *keys)
{
	size_t start = keys->n;

	keymap_first_key(&app->keymap, command, keys);
	*hint = (struct hint){{NULL, keys->n - start}, str_of(command_info(command)->hint)};
	return keys->n > start;
}

/* The hints of what works now: the pane's own commands first, and the help last. */
static size_t gather_hints(struct app *app, struct hint *hints, struct buf *keys)
{
	static const unsigned order[] = {IN_COMPARE, IN_CHART, IN_TEXT,   IN_TABLE,
					 IN_LIST,    IN_FIELD, IN_GLOBAL, IN_SORTED};
	unsigned active = dispatch_contexts(app);
	bool seen[CMD_COUNT] = {[CMD_HELP] = true};
	size_t at = 0, n = 0;

	for (size_t o = 0; o < sizeof order / sizeof *order; o++) {
		if (!(active & order[o]))
			continue;
		for (int c = CMD_NONE + 1; c < CMD_COUNT && n < MAX_HINTS - 1; c++) {
			const struct command_info *info = command_info((enum command)c);

			if (!(info->contexts & order[o]) || !info->hint[0] || seen[c] ||
			    !works(app, (enum command)c, info))
				continue;
			seen[c] = true;
			n += add_hint(app, (enum command)c, &hints[n], keys);
		}
	}
	if (active & IN_GLOBAL && app->modal == MODAL_NONE)
		n += add_hint(app, CMD_HELP, &hints[n], keys);
	for (size_t i = 0; i < n; i++) {
		hints[i].key.s = keys->s + at;
		at += hints[i].key.n;
	}
	return n;
}

static void paint_bottom(struct app *app)
{
	struct area line = {app->surface.rows - 1, 0, 1, app->surface.cols};
	struct pane *pane = active_pane(app);
	struct hint hints[MAX_HINTS];
	struct buf status, keys;
	struct piece left;
	size_t n;

	buf_init(&status, 1 << 16);
	buf_init(&keys, 4096);
	if (app->message[0]) {
		left = (struct piece){str_of(app->message), tone_role(app->message_tone)};
	} else {
		if (pane)
			pane->class->status(pane, &status);
		left = (struct piece){buf_str(&status), ROLE_STATUS};
	}
	n = gather_hints(app, hints, &keys);
	frame_bottom(&app->surface, line, &left, 1, hints, n);
	buf_release(&status);
	buf_release(&keys);
}

static void paint_empty(struct app *app, struct area area)
{
	if (!app->search || app->searching)
		frame_say(&app->surface, area, ROLE_NORMAL, STR("looking for sources …"), STR(""));
	else if (app->search->failed)
		frame_say(&app->surface, area, ROLE_BAD, str_of(app->search->err.message),
			  app->search->err.hint[0] ? str_of(app->search->err.hint)
						   : STR("q quits"));
	else
		frame_say(&app->surface, area, ROLE_NORMAL,
			  STR("nothing here that leeboard reads"),
			  STR("name it: leeboard mlflow.db, leeboard https://… · leeboard doctor "
			      "says what was looked at · leeboard demo shows it at work · q quits"));
}

static void paint_small(struct app *app)
{
	surface_textf(&app->surface, 0, 0, app->surface.cols, ROLE_WARNING,
		      "too small: %dx%d, %dx%d wanted", app->surface.cols, app->surface.rows,
		      SMALLEST_COLS, SMALLEST_ROWS);
}

static void paint_modal(struct app *app, struct area area)
{
	struct area whole = {0, 0, app->surface.rows, app->surface.cols};

	switch (app->modal) {
	case MODAL_PROMPT:
		prompt_draw(&app->prompt, &app->surface, whole);
		break;
	case MODAL_MENU:
		menu_draw(&app->menu, &app->surface, area);
		break;
	case MODAL_HELP:
		surface_fill(&app->surface, area, ROLE_NORMAL, ' ');
		frame_box(&app->surface, area, true, false, STR("help"));
		detail_draw(&app->help_view, &app->surface, area_inner(area), &app->help);
		break;
	default:
		break;
	}
}

void frame_paint(struct app *app)
{
	struct area area = {1, 0, app->surface.rows - 2, app->surface.cols};
	struct pane *pane = active_pane(app);

	surface_clear(&app->surface);
	if (app->surface.rows < SMALLEST_ROWS || app->surface.cols < SMALLEST_COLS) {
		paint_small(app);
		return;
	}
	paint_top(app);
	if (pane)
		pane_paint(pane, &app->surface, area);
	else
		paint_empty(app, area);
	paint_bottom(app);
	paint_modal(app, area);
}
