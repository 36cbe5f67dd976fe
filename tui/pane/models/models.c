/*
 * The models pane: registered models, the versions of one of them (holders of aliases and stages
 * first), and everything about the version under the cursor, with the metrics of the run that made
 * it.
 */
#include "base/mem.h"
#include "base/text.h"
#include "pane/feeds.h"
#include "pane/lister.h"
#include "pane/order.h"
#include "pane/pane.h"
#include "pane/reader.h"
#include "pane/source_heads.h"
#include "sheet/models.h"
#include "widget/detail.h"
#include "widget/frame.h"
#include "widget/table.h"

#include <stdlib.h>
#include <string.h>

extern const struct pane_class models_pane;
struct pane *models_pane_open(struct host *host);

enum models_focus { FOCUS_MODELS, FOCUS_VERSIONS, FOCUS_FACTS, FOCUS_COUNT };
enum { LIST_SHARE = 3, LOW = 18 };

struct models_pane {
	struct pane pane;
	struct feeds feeds;
	enum models_focus focus;
	bool zoom;
	struct grid *models, *versions;
	struct table_view model_table, version_table;
	struct order model_order, version_order;
	char *shown_model;    /* id of the row that the versions are of */
	char *wanted_model, *wanted_version; /* ids of rows to go to once they are there */
	struct watch *run;    /* details of the run behind the version */
	char *run_of;
	size_t run_source;
	uint64_t seen_run;
	char *facts_of;
	struct facts facts;
	struct detail_view facts_view;
};

static struct models_pane *self(const struct pane *pane)
{
	return (struct models_pane *)pane;
}

static void set(char **place, struct str text)
{
	char *fresh = text.s ? mem_copy(text.s, text.n) : NULL;

	free(*place);
	*place = fresh;
}

/* ---- what is under the cursors ---- */

static const struct model *cursor_model(const struct models_pane *models,
					const struct sheet_source **source)
{
	if (!models->models || models->model_table.cursor >= models->models->sheet.n)
		return NULL;
	return models_row(models->models, models->model_table.cursor, NULL, source);
}

static const struct model *cursor_version(const struct models_pane *models,
					  const struct model_version **version,
					  const struct sheet_source **source)
{
	if (!models->versions || models->version_table.cursor >= models->versions->sheet.n)
		return NULL;
	return models_row(models->versions, models->version_table.cursor, version, source);
}

/* ---- data ---- */

static bool models_busy(const struct pane *pane)
{
	const struct models_pane *models = self(pane);

	return feeds_busy(&models->feeds) || (models->run && watch_view(models->run)->loading);
}

/* Without the columns that every row would repeat: the model, and the source when there is one. */
static void trim_versions(struct grid *grid)
{
	struct err err;

	grid_pick(grid, STR("version,state,aliases,stage,created,user,run,description"), &err);
}

static void make_versions(struct models_pane *models)
{
	const struct sheet_source *source;
	const struct model *model = cursor_model(models, &source);
	struct models_choice choice = {.name = STR_NONE};

	grid_free(models->versions);
	models->versions = NULL;
	set(&models->shown_model, table_id(&models->model_table));
	if (!model)
		return;
	choice.name = model->name;
	models->versions = versions_grid(source, 1, &choice);
	trim_versions(models->versions);
	order_apply(&models->version_order, models->versions);
	table_sheet(&models->version_table, &models->versions->sheet);
	if (models->wanted_version &&
	    table_go(&models->version_table, &models->versions->sheet,
		     str_of(models->wanted_version)))
		set(&models->wanted_version, STR_NONE);
}

static void make_models(struct models_pane *models)
{
	struct models_choice choice = {.name = STR_NONE};
	struct err err;

	grid_free(models->models);
	models->models = models_grid(models->feeds.heads, models->feeds.n, &choice);
	grid_pick(models->models,
		  models->feeds.n > 1 ? STR("name,champion,latest,versions,updated,source")
				: STR("name,champion,latest,versions,updated"),
		  &err);
	order_apply(&models->model_order, models->models);
	table_sheet(&models->model_table, &models->models->sheet);
	if (models->wanted_model && table_go(&models->model_table, &models->models->sheet,
					     str_of(models->wanted_model)))
		set(&models->wanted_model, STR_NONE);
	make_versions(models);
	if (!models_busy(&models->pane)) { /* it is not there: nothing jumps to it later */
		set(&models->wanted_model, STR_NONE);
		set(&models->wanted_version, STR_NONE);
	}
}

static size_t source_index(const struct models_pane *models, const struct sheet_source *source)
{
	return models->feeds.sources[source - models->feeds.heads];
}

static void watch_run(struct models_pane *models, const struct model_version *version,
		      const struct sheet_source *source)
{
	struct query query = {.kind = RECORD_DETAILS, .ids = &version->run, .nids = 1};
	size_t index = source_index(models, source);

	if (str_equal(str_of(models->run_of), version->run) && models->run_source == index)
		return;
	watch_release(models->run);
	models->run = NULL;
	models->seen_run = 0;
	set(&models->run_of, version->run);
	models->run_source = index;
	if (version->run.n && engine_can(models->pane.host->engine, index, CAN_RUNS))
		models->run = engine_watch(models->pane.host->engine, index, &query, WATCH_ONCE, 0);
}

static void add_run(struct models_pane *models)
{
	const struct view *view = models->run ? watch_view(models->run) : NULL;
	const struct run_detail *run;

	if (!view)
		return;
	facts_heading(&models->facts, "the run that made it");
	if (!view->snapshot || view->snapshot->u.details.n == 0) {
		facts_add(&models->facts, "",
			  view->loading                 ? STR("reading …")
			  : view->err.code != ERR_NONE ? str_of(view->err.message)
						       : STR("the run is gone"));
		return;
	}
	run = &view->snapshot->u.details.details[0];
	facts_add(&models->facts, "name", run->run.name);
	facts_add(&models->facts, "experiment", run->run.experiment_name);
	facts_time(&models->facts, "started", run->run.start, models->pane.host->now);
	facts_add(&models->facts, "commit", run->commit);
	for (uint32_t i = 0; i < run->nmetrics; i++) {
		struct sheet_column column = {.type = SHEET_NUMBER};
		struct sheet_cell cell = {.state = SHEET_VALUE, .number = run->metrics[i].last};
		struct buf text;

		buf_init(&text, 128);
		sheet_text(&text, &column, &cell, STYLE_PEOPLE, 0);
		facts_pair(&models->facts, run->metrics[i].key, buf_str(&text));
		buf_release(&text);
	}
}

/* What is known of the version under the cursor; it follows once that has rested. */
static bool follow(struct models_pane *models, bool changed)
{
	const struct model_version *version;
	const struct sheet_source *source;
	const struct model *model = cursor_version(models, &version, &source);
	uint64_t seen;

	if (!pane_rested(&models->pane))
		return false;
	if (!model) {
		facts_clear(&models->facts);
		return changed;
	}
	watch_run(models, version, source);
	seen = models->run ? watch_view(models->run)->version : 0;
	if (!changed && seen == models->seen_run &&
	    str_equal(str_of(models->facts_of), table_id(&models->version_table)))
		return false;
	if (!str_equal(str_of(models->facts_of), table_id(&models->version_table)))
		detail_reset(&models->facts_view);
	models->seen_run = seen;
	set(&models->facts_of, table_id(&models->version_table));
	facts_clear(&models->facts);
	version_facts(&models->facts, model, version, models->pane.host->now);
	add_run(models);
	return true;
}

static bool models_update(struct pane *pane)
{
	struct models_pane *models = self(pane);
	bool changed = feeds_take(&models->feeds) || !models->models;

	if (changed) {
		make_models(models);
	} else if (!str_equal(str_of(models->shown_model), table_id(&models->model_table))) {
		make_versions(models);
		changed = true;
	}
	return follow(models, changed) || changed;
}

/* ---- the picture ---- */

static void paint_grid(struct models_pane *models, struct surface *surface, struct area area,
		       const struct grid *grid, enum models_focus part, struct str title)
{
	bool list = part == FOCUS_MODELS;
	struct table_look look = {.focus = models->focus == part, .now = models->pane.host->now};
	const char *nothing = list ? "no registered models\nregister one and it appears here"
				   : "no versions";
	struct buf scratch;

	buf_init(&scratch, 4096);
	frame_box(surface, area, look.focus, feeds_production(&models->feeds), title);
	if (grid && grid->sheet.n) {
		order_look(list ? &models->model_order : &models->version_order, &grid->sheet,
			   &look);
		table_draw(list ? &models->model_table : &models->version_table, surface,
			   area_inner(area), &grid->sheet, &look);
	} else {
		lister_say(surface, area_inner(area),
			   source_empty(models->feeds.heads, models->feeds.n, nothing, &scratch));
	}
	buf_release(&scratch);
}

static void paint_models(struct models_pane *models, struct surface *surface, struct area area)
{
	struct buf title;

	buf_init(&title, 256);
	buf_adds(&title, "models · ");
	if (models->models)
		table_counts(&models->model_table, &models->models->sheet, &title);
	paint_grid(models, surface, area, models->models, FOCUS_MODELS, buf_str(&title));
	buf_release(&title);
}

static void paint_versions(struct models_pane *models, struct surface *surface, struct area area)
{
	const struct model *model = cursor_model(models, NULL);
	struct buf title;

	buf_init(&title, 1 << 16);
	buf_adds(&title, "versions");
	if (model) {
		buf_adds(&title, " of ");
		text_clean(&title, model->name);
	}
	if (models->versions) {
		buf_adds(&title, " · ");
		table_counts(&models->version_table, &models->versions->sheet, &title);
	}
	paint_grid(models, surface, area, models->versions, FOCUS_VERSIONS, buf_str(&title));
	buf_release(&title);
}

static void paint_facts(struct models_pane *models, struct surface *surface, struct area area)
{
	frame_box(surface, area, models->focus == FOCUS_FACTS, false, STR("version"));
	if (models->facts.n)
		detail_draw(&models->facts_view, surface, area_inner(area), &models->facts);
	else
		lister_say(surface, area_inner(area), "no version");
}

static void models_paint(struct pane *pane, struct surface *surface, struct area area)
{
	struct models_pane *models = self(pane);
	int list = area.w / LIST_SHARE + 8, below = area.h < LOW ? 0 : area.h / 2;
	struct area right = {area.y, area.x + list, area.h - below, area.w - list};

	if (models->zoom && models->focus == FOCUS_MODELS) {
		paint_models(models, surface, area);
	} else if (models->zoom && models->focus == FOCUS_VERSIONS) {
		paint_versions(models, surface, area);
	} else if (models->zoom || (!below && models->focus == FOCUS_FACTS)) {
		paint_facts(models, surface, area);
	} else {
		paint_models(models, surface, (struct area){area.y, area.x, area.h, list});
		paint_versions(models, surface, right);
		if (below)
			paint_facts(models, surface,
				    (struct area){right.y + right.h, right.x, below, right.w});
	}
}

/* ---- commands ---- */

static unsigned models_contexts(const struct pane *pane)
{
	return self(pane)->focus == FOCUS_FACTS ? IN_TEXT : IN_LIST | IN_SORTED;
}

static void searched(struct pane *pane, struct str text)
{
	detail_search(&self(pane)->facts_view, text);
}

static bool part_command(struct models_pane *models, enum command command)
{
	switch (models->focus) {
	case FOCUS_MODELS:
		return models->models && lister_command(&models->model_table,
							&models->models->sheet, command, false);
	case FOCUS_VERSIONS:
		return models->versions && lister_command(&models->version_table,
							  &models->versions->sheet, command, false);
	default:
		return reader_command(&models->pane, &models->facts_view, command, searched);
	}
}

static bool back(struct models_pane *models)
{
	if (feeds_cancel(&models->feeds)) {
		models->pane.host->say(models->pane.host, TONE_DIM, "stopped: r reads again");
		return true;
	}
	if (models->zoom) {
		models->zoom = false;
		return true;
	}
	if (models->focus == FOCUS_MODELS)
		return false;
	models->focus--;
	return true;
}

static bool models_works(const struct pane *pane, enum command command)
{
	return command != CMD_BACK || self(pane)->zoom || self(pane)->focus != FOCUS_MODELS ||
	       feeds_busy(&self(pane)->feeds);
}

static void copy_version(struct models_pane *models)
{
	const struct model_version *version;
	const struct model *model = cursor_version(models, &version, NULL);
	struct buf text;

	buf_init(&text, 1 << 16);
	if (model)
		buf_addf(&text, "%.*s/%.*s", STR_ARG(model->name), STR_ARG(version->version));
	models->pane.host->copy(models->pane.host, buf_str(&text));
	buf_release(&text);
}

static bool has_failed(const struct grid *grid, size_t row)
{
	const struct model_version *version;

	models_row(grid, row, &version, NULL);
	return version->state == MODEL_FAILED;
}

static void next_fault(struct models_pane *models, int step)
{
	if (lister_next(&models->version_table, models->versions, step, has_failed))
		models->focus = FOCUS_VERSIONS;
	else
		models->pane.host->say(models->pane.host, TONE_DIM, "no failed version here");
}

static void sort(struct models_pane *models, enum command command, struct str argument)
{
	struct host *host = models->pane.host;

	if (models->focus == FOCUS_MODELS) {
		if (order_command(&models->model_order, host, &models->model_table, models->models,
				  command, argument))
			make_models(models);
	} else if (order_command(&models->version_order, host, &models->version_table,
				 models->versions, command, argument)) {
		make_versions(models);
	}
}

static bool models_command(struct pane *pane, enum command command, struct str argument)
{
	struct models_pane *models = self(pane);

	switch (command) {
	case CMD_NEXT_PART:
		models->focus = (models->focus + 1) % FOCUS_COUNT;
		return true;
	case CMD_PREVIOUS_PART:
		models->focus = (models->focus + FOCUS_COUNT - 1) % FOCUS_COUNT;
		return true;
	case CMD_ZOOM:
		models->zoom = !models->zoom;
		return true;
	case CMD_OPEN:
		if (models->focus < FOCUS_FACTS)
			models->focus++;
		return true;
	case CMD_BACK:
		return back(models);
	case CMD_REFRESH:
		feeds_refresh(&models->feeds);
		return true;
	case CMD_NEXT_FAULT:
	case CMD_PREVIOUS_FAULT:
		next_fault(models, command == CMD_NEXT_FAULT ? 1 : -1);
		return true;
	case CMD_SORT:
	case CMD_REVERSE:
		sort(models, command, argument);
		return true;
	case CMD_COPY:
		copy_version(models);
		return true;
	default:
		return part_command(models, command);
	}
}

static bool models_subject(const struct pane *pane, struct subject *subject)
{
	const struct model_version *version;
	const struct sheet_source *source;
	const struct model *model = cursor_version(self(pane), &version, &source);

	if (!model)
		return false;
	*subject = subject_make(SUBJECT_VERSION, source->name, model->name, version->version);
	return true;
}

static bool models_show(struct pane *pane, const struct subject *subject)
{
	struct models_pane *models = self(pane);

	if (subject->kind != SUBJECT_VERSION)
		return false;
	set(&models->wanted_model, STR_NONE);
	set(&models->wanted_version, STR_NONE);
	if (asprintf(&models->wanted_model, "%s:%s", subject->source, subject->id) < 0)
		models->wanted_model = NULL;
	if (subject->version && asprintf(&models->wanted_version, "%s:%s/%s", subject->source,
					 subject->id, subject->version) < 0)
		models->wanted_version = NULL;
	feeds_take(&models->feeds);
	make_models(models);
	models->focus = FOCUS_VERSIONS;
	models->zoom = false;
	return true;
}

static void models_status(const struct pane *pane, struct buf *out)
{
	feeds_status(&self(pane)->feeds, pane->host->now, out);
}

static const struct sheet *models_sheet(const struct pane *pane)
{
	const struct models_pane *models = self(pane);
	const struct grid *grid =
		models->focus == FOCUS_MODELS ? models->models : models->versions;

	return grid ? &grid->sheet : NULL;
}

static void models_close(struct pane *pane)
{
	struct models_pane *models = self(pane);

	grid_free(models->models);
	grid_free(models->versions);
	watch_release(models->run);
	feeds_release(&models->feeds);
	order_release(&models->model_order);
	order_release(&models->version_order);
	table_release(&models->model_table);
	table_release(&models->version_table);
	facts_release(&models->facts);
	detail_release(&models->facts_view);
	free(models->shown_model);
	free(models->wanted_model);
	free(models->wanted_version);
	free(models->run_of);
	free(models->facts_of);
	free(models);
}

static const struct table_view *models_table(const struct pane *pane)
{
	const struct models_pane *models = self(pane);

	return models->focus == FOCUS_MODELS ? &models->model_table : &models->version_table;
}

/* The list, or what is known of the one model whose versions have the focus. */
static void models_twin_words(const struct pane *pane, struct buf *out)
{
	const struct models_pane *models = self(pane);
	const struct model *model = cursor_model(models, NULL);

	if (models->focus == FOCUS_MODELS || !model) {
		order_twin_words(&models->model_order, out);
		return;
	}
	order_twin_words(&models->version_order, out);
	buf_addc(out, ' ');
	pane_quote(out, model->name);
}

const struct pane_class models_pane = {
	.name = "models",
	.needs = CAN_MODELS,
	.twin = "models",
	.twin_words = models_twin_words,
	.close = models_close,
	.update = models_update,
	.paint = models_paint,
	.contexts = models_contexts,
	.works = models_works,
	.command = models_command,
	.subject = models_subject,
	.show = models_show,
	.status = models_status,
	.busy = models_busy,
	.sheet = models_sheet,
	.table = models_table,
};

struct pane *models_pane_open(struct host *host)
{
	struct models_pane *models = mem_zero(1, sizeof *models);
	struct query query = {.kind = RECORD_MODELS};

	models->pane = (struct pane){&models_pane, host};
	table_init(&models->model_table);
	table_init(&models->version_table);
	facts_init(&models->facts);
	detail_init(&models->facts_view);
	feeds_init(&models->feeds, host->engine);
	feeds_add_all(&models->feeds, CAN_MODELS, &query);
	return &models->pane;
}
