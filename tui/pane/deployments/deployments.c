/*
 * The deployments pane: what serves which model, worst first, with the reason in words; the signals
 * of the one under the cursor as live charts, and everything else about it beside them.
 *
 * The registries of all sources are read too, so that what is served can be compared with what
 * should be.
 */
#include "base/mem.h"
#include "base/text.h"
#include "pane/feeds.h"
#include "pane/lister.h"
#include "pane/order.h"
#include "pane/pane.h"
#include "pane/plotter.h"
#include "pane/reader.h"
#include "pane/source_heads.h"
#include "sheet/deployments.h"
#include "widget/detail.h"
#include "widget/frame.h"
#include "widget/plot.h"
#include "widget/table.h"

#include <stdlib.h>
#include <string.h>

extern const struct pane_class deployments_pane;
struct pane *deployments_pane_open(struct host *host);

enum deployments_focus {
	FOCUS_TABLE,
	FOCUS_RATE,
	FOCUS_ERRORS,
	FOCUS_LATENCY,
	FOCUS_FACTS,
	FOCUS_COUNT
};

enum { CHARTS = 3, LEAST_CHART = 3, LOW = 20, NARROW = 90 };

struct deployments_pane {
	struct pane pane;
	struct feeds feeds;  /* what is served */
	struct feeds models; /* the registries, to compare with */
	struct registries registries;
	enum deployments_focus focus;
	bool zoom;
	struct grid *grid;
	struct table_view table;
	struct order order;
	struct subject wanted; /* that the cursor shall go to once it is there; or nothing */
	char *shown; /* id of the row that charts and facts are of */
	struct deployment_charts charts;
	bool has_charts;
	const char *no_signals; /* in words; a constant */
	struct plot_view plots[CHARTS];
	struct chart settings[CHARTS]; /* what the keys set, kept when charts are made anew */
	struct facts facts;
	struct detail_view facts_view;
};

static struct deployments_pane *self(const struct pane *pane)
{
	return (struct deployments_pane *)pane;
}

static struct chart *chart_at(struct deployments_pane *deployments, size_t i)
{
	struct chart *charts[CHARTS] = {&deployments->charts.rate, &deployments->charts.errors,
					&deployments->charts.latency};

	return charts[i];
}

static bool on_chart(const struct deployments_pane *deployments)
{
	return deployments->focus >= FOCUS_RATE && deployments->focus <= FOCUS_LATENCY;
}

/* ---- data ---- */

static bool take(struct deployments_pane *deployments)
{
	bool changed = feeds_take(&deployments->feeds) || !deployments->grid;

	changed |= feeds_take(&deployments->models);
	deployments->registries =
		(struct registries){deployments->models.heads, deployments->models.n};
	return changed;
}

static const struct deployment *cursor_deployment(const struct deployments_pane *deployments,
						  const struct sheet_source **source)
{
	if (!deployments->grid || deployments->table.cursor >= deployments->grid->sheet.n)
		return NULL;
	return deployments_row(deployments->grid, deployments->table.cursor, source);
}

static void make_charts(struct deployments_pane *deployments, const struct deployment *deployment)
{
	if (deployments->has_charts)
		deployment_charts_release(&deployments->charts);
	deployments->has_charts = deployment != NULL;
	if (!deployment)
		return;
	deployment_charts_init(&deployments->charts, deployment);
	for (size_t i = 0; i < CHARTS; i++) {
		struct chart *chart = chart_at(deployments, i);

		chart->log_y = deployments->settings[i].log_y;
		chart->clip = deployments->settings[i].clip;
		chart->smoothing = deployments->settings[i].smoothing;
	}
}

/* Charts and facts of the row under the cursor. */
static void make_details(struct deployments_pane *deployments)
{
	const struct deployment *deployment = cursor_deployment(deployments, NULL);
	struct str id = table_id(&deployments->table);

	if (!str_equal(str_of(deployments->shown), id)) {
		free(deployments->shown);
		deployments->shown = id.s ? mem_copy(id.s, id.n) : NULL;
		detail_reset(&deployments->facts_view);
		for (size_t i = 0; i < CHARTS; i++)
			plot_reset(&deployments->plots[i]);
	}
	make_charts(deployments, deployment);
	deployments->no_signals = deployment ? deployment_no_signals(deployment) : "";
	facts_clear(&deployments->facts);
	if (deployment)
		deployment_facts(&deployments->facts, deployment, &deployments->registries,
				 deployments->pane.host->now);
}

static bool go_to_wanted(struct deployments_pane *deployments)
{
	for (size_t row = 0; row < deployments->grid->sheet.n; row++) {
		const struct sheet_source *source;
		const struct deployment *deployment =
			deployments_row(deployments->grid, row, &source);

		if (!str_equal(source->name, str_of(deployments->wanted.source)) ||
		    !str_equal(deployment->name, str_of(deployments->wanted.id)))
			continue;
		table_to(&deployments->table, &deployments->grid->sheet, row);
		return true;
	}
	return false;
}

static bool deployments_busy(const struct pane *pane)
{
	const struct deployments_pane *deployments = self(pane);

	/* the registries too: what they say of a model stands in its row */
	return feeds_busy(&deployments->feeds) || feeds_busy(&deployments->models);
}

static void make_grid(struct deployments_pane *deployments)
{
	grid_free(deployments->grid);
	deployments->grid = deployments_grid(deployments->feeds.heads, deployments->feeds.n,
					     &deployments->registries);
	order_apply(&deployments->order, deployments->grid);
	table_sheet(&deployments->table, &deployments->grid->sheet);
	if (deployments->wanted.kind != SUBJECT_NONE &&
	    (go_to_wanted(deployments) || !deployments_busy(&deployments->pane)))
		subject_release(&deployments->wanted);
}

static bool deployments_update(struct pane *pane)
{
	struct deployments_pane *deployments = self(pane);
	bool changed = take(deployments);

	if (changed)
		make_grid(deployments);
	if (!changed && str_equal(str_of(deployments->shown), table_id(&deployments->table)))
		return false;
	if (!changed && !pane_rested(pane))
		return false;
	make_details(deployments);
	return true;
}

/* ---- the picture ---- */

static void paint_table(struct deployments_pane *deployments, struct surface *surface,
			struct area area)
{
	struct table_look look = {.focus = deployments->focus == FOCUS_TABLE,
				  .now = deployments->pane.host->now};
	struct buf title, scratch;

	buf_init(&title, 256);
	buf_init(&scratch, 4096);
	buf_adds(&title, deployments->order.list ? "deployments · " : "deployments, worst first · ");
	if (deployments->grid)
		table_counts(&deployments->table, &deployments->grid->sheet, &title);
	frame_box(surface, area, look.focus, feeds_production(&deployments->feeds),
		  buf_str(&title));
	if (deployments->grid && deployments->grid->sheet.n) {
		order_look(&deployments->order, &deployments->grid->sheet, &look);
		table_draw(&deployments->table, surface, area_inner(area),
			   &deployments->grid->sheet, &look);
	} else {
		lister_say(surface, area_inner(area),
			   source_empty(deployments->feeds.heads, deployments->feeds.n,
					"nothing is served", &scratch));
	}
	buf_release(&title);
	buf_release(&scratch);
}

static void paint_chart(struct deployments_pane *deployments, struct surface *surface,
			struct area area, size_t i)
{
	const struct chart *chart = chart_at(deployments, i);
	struct plot_look look = {.focus = deployments->focus == FOCUS_RATE + i,
				 .empty = deployments->no_signals};
	struct buf title;

	if (!deployments->has_charts) {
		frame_box(surface, area, look.focus, false, STR(""));
		return;
	}
	buf_init(&title, 1024);
	text_clean(&title, chart->title);
	if (chart->unit[0])
		buf_addf(&title, " · %s", chart->unit);
	frame_box(surface, area, look.focus, false, buf_str(&title));
	plot_draw(&deployments->plots[i], surface, area_inner(area), chart, &look);
	buf_release(&title);
}

static void paint_facts(struct deployments_pane *deployments, struct surface *surface,
			struct area area)
{
	frame_box(surface, area, deployments->focus == FOCUS_FACTS, false, STR("deployment"));
	if (deployments->facts.n)
		detail_draw(&deployments->facts_view, surface, area_inner(area),
			    &deployments->facts);
	else
		lister_say(surface, area_inner(area), "no deployment");
}

static void paint_part(struct deployments_pane *deployments, struct surface *surface,
		       struct area area, enum deployments_focus part)
{
	if (part == FOCUS_TABLE)
		paint_table(deployments, surface, area);
	else if (part == FOCUS_FACTS)
		paint_facts(deployments, surface, area);
	else
		paint_chart(deployments, surface, area, part - FOCUS_RATE);
}

/* The table on top; below it three charts under each other, and the facts at their right. */
static void deployments_paint(struct pane *pane, struct surface *surface, struct area area)
{
	struct deployments_pane *deployments = self(pane);
	int rows = deployments->grid ? (int)deployments->grid->sheet.n : 1;
	int top = rows + 3 < area.h / 3 ? rows + 3 : area.h / 3;
	int below, facts = area.w < NARROW ? area.w / 2 : area.w * 2 / 5, y, charts = CHARTS;

	if (top < 5)
		top = area.h < LOW ? area.h / 2 : 5;
	below = area.h - top;
	if (below < LEAST_CHART * CHARTS) { /* no room: one is there when it has the focus */
		charts = 0;
		facts = area.w;
	}
	if (deployments->zoom || (!charts && on_chart(deployments))) {
		paint_part(deployments, surface, area, deployments->focus);
		return;
	}
	y = area.y + top;
	paint_table(deployments, surface, (struct area){area.y, area.x, top, area.w});
	for (int i = 0; i < charts; i++) {
		int h = below * (i + 1) / CHARTS - below * i / CHARTS;

		paint_chart(deployments, surface, (struct area){y, area.x, h, area.w - facts},
			    (size_t)i);
		y += h;
	}
	paint_facts(deployments, surface,
		    (struct area){area.y + top, area.x + area.w - facts, below, facts});
}

/* ---- commands ---- */

static unsigned deployments_contexts(const struct pane *pane)
{
	switch (self(pane)->focus) {
	case FOCUS_TABLE:
		return IN_LIST | IN_SORTED;
	case FOCUS_FACTS:
		return IN_TEXT;
	default:
		return IN_CHART;
	}
}

static void searched(struct pane *pane, struct str text)
{
	detail_search(&self(pane)->facts_view, text);
}

static bool chart_command(struct deployments_pane *deployments, enum command command,
			  struct str argument)
{
	size_t i = deployments->focus - FOCUS_RATE;

	if (!deployments->has_charts ||
	    !plotter_command(&deployments->plots[i], chart_at(deployments, i), command, argument))
		return false;
	deployments->settings[i] = *chart_at(deployments, i);
	return true;
}

static bool is_ill(const struct grid *grid, size_t row)
{
	return deployments_row(grid, row, NULL)->state >= DEPLOYMENT_UNKNOWN;
}

static void next_fault(struct deployments_pane *deployments, int step)
{
	if (lister_next(&deployments->table, deployments->grid, step, is_ill))
		deployments->focus = FOCUS_TABLE;
	else
		deployments->pane.host->say(deployments->pane.host, TONE_DIM, "no ill deployment");
}

static bool cancel(struct deployments_pane *deployments)
{
	bool waited = feeds_cancel(&deployments->feeds);

	return feeds_cancel(&deployments->models) || waited;
}

static bool back(struct deployments_pane *deployments)
{
	if (cancel(deployments)) {
		deployments->pane.host->say(deployments->pane.host, TONE_DIM,
					    "stopped: r reads again");
		return true;
	}
	if (!deployments->zoom && deployments->focus == FOCUS_TABLE)
		return false;
	deployments->zoom = false;
	deployments->focus = FOCUS_TABLE;
	return true;
}

static bool deployments_works(const struct pane *pane, enum command command)
{
	return command != CMD_BACK || self(pane)->zoom || self(pane)->focus != FOCUS_TABLE ||
	       deployments_busy(pane);
}

static void copy_name(struct deployments_pane *deployments)
{
	const struct deployment *deployment = cursor_deployment(deployments, NULL);

	deployments->pane.host->copy(deployments->pane.host,
				     deployment ? deployment->name : STR_NONE);
}

static bool part_command(struct deployments_pane *deployments, enum command command,
			 struct str argument)
{
	if (deployments->focus == FOCUS_TABLE)
		return deployments->grid && lister_command(&deployments->table,
							   &deployments->grid->sheet, command,
							   false);
	if (deployments->focus == FOCUS_FACTS)
		return reader_command(&deployments->pane, &deployments->facts_view, command,
				      searched);
	return chart_command(deployments, command, argument);
}

static bool deployments_command(struct pane *pane, enum command command, struct str argument)
{
	struct deployments_pane *deployments = self(pane);

	switch (command) {
	case CMD_NEXT_PART:
		deployments->focus = (deployments->focus + 1) % FOCUS_COUNT;
		return true;
	case CMD_PREVIOUS_PART:
		deployments->focus = (deployments->focus + FOCUS_COUNT - 1) % FOCUS_COUNT;
		return true;
	case CMD_ZOOM:
		deployments->zoom = !deployments->zoom;
		return true;
	case CMD_OPEN:
		deployments->focus = FOCUS_FACTS;
		return true;
	case CMD_BACK:
		return back(deployments);
	case CMD_REFRESH:
		feeds_refresh(&deployments->feeds);
		feeds_refresh(&deployments->models);
		return true;
	case CMD_NEXT_FAULT:
	case CMD_PREVIOUS_FAULT:
		next_fault(deployments, command == CMD_NEXT_FAULT ? 1 : -1);
		return true;
	case CMD_SORT:
	case CMD_REVERSE:
		if (order_command(&deployments->order, pane->host, &deployments->table,
				  deployments->grid, command, argument))
			make_grid(deployments);
		return true;
	case CMD_COPY:
		copy_name(deployments);
		return true;
	default:
		return part_command(deployments, command, argument);
	}
}

static bool deployments_subject(const struct pane *pane, struct subject *subject)
{
	const struct sheet_source *source;
	const struct deployment *deployment = cursor_deployment(self(pane), &source);
	struct str model;

	if (!deployment)
		return false;
	*subject = subject_make(SUBJECT_DEPLOYMENT, source->name, deployment->name,
				deployment->version);
	model = deployment->model.n ? deployment->model : deployment->name;
	subject->model = mem_copy(model.s, model.n);
	return true;
}

static bool deployments_show(struct pane *pane, const struct subject *subject)
{
	struct deployments_pane *deployments = self(pane);

	if (subject->kind != SUBJECT_DEPLOYMENT)
		return false;
	subject_release(&deployments->wanted);
	deployments->wanted = subject_copy(subject);
	take(deployments);
	make_grid(deployments);
	make_details(deployments);
	deployments->focus = FOCUS_TABLE;
	deployments->zoom = false;
	return true;
}

static void deployments_status(const struct pane *pane, struct buf *out)
{
	feeds_status(&self(pane)->feeds, pane->host->now, out);
}

/* Read from the views, which are valid whether this pane is on the screen or not. */
static size_t deployments_faults(const struct pane *pane)
{
	const struct deployments_pane *deployments = self(pane);
	size_t faults = 0;

	for (size_t i = 0; i < deployments->feeds.n; i++) {
		const struct snapshot *snapshot = feeds_snapshot(&deployments->feeds, i);

		for (size_t d = 0; snapshot && d < snapshot->u.deployments.n; d++)
			faults += snapshot->u.deployments.deployments[d].state >=
				  DEPLOYMENT_DEGRADED;
	}
	return faults;
}

static const struct sheet *deployments_sheet(const struct pane *pane)
{
	const struct deployments_pane *deployments = self(pane);

	return deployments->grid ? &deployments->grid->sheet : NULL;
}

static const struct chart *deployments_chart(const struct pane *pane)
{
	struct deployments_pane *deployments = self(pane);

	if (!deployments->has_charts || !on_chart(deployments))
		return NULL;
	return chart_at(deployments, deployments->focus - FOCUS_RATE);
}

static const struct table_view *deployments_table(const struct pane *pane)
{
	return &self(pane)->table;
}

static struct str deployments_url(const struct pane *pane)
{
	const struct deployment *deployment = cursor_deployment(self(pane), NULL);

	return deployment ? deployment->url : STR_NONE;
}

static void deployments_close(struct pane *pane)
{
	struct deployments_pane *deployments = self(pane);

	make_charts(deployments, NULL);
	grid_free(deployments->grid);
	feeds_release(&deployments->feeds);
	feeds_release(&deployments->models);
	order_release(&deployments->order);
	table_release(&deployments->table);
	facts_release(&deployments->facts);
	detail_release(&deployments->facts_view);
	subject_release(&deployments->wanted);
	free(deployments->shown);
	free(deployments);
}

static void deployments_twin_words(const struct pane *pane, struct buf *out)
{
	order_twin_words(&self(pane)->order, out);
}

const struct pane_class deployments_pane = {
	.name = "deployments",
	.needs = CAN_DEPLOYMENTS,
	.twin = "deployments",
	.twin_words = deployments_twin_words,
	.close = deployments_close,
	.update = deployments_update,
	.paint = deployments_paint,
	.contexts = deployments_contexts,
	.works = deployments_works,
	.command = deployments_command,
	.subject = deployments_subject,
	.show = deployments_show,
	.status = deployments_status,
	.busy = deployments_busy,
	.faults = deployments_faults,
	.sheet = deployments_sheet,
	.table = deployments_table,
	.url = deployments_url,
	.chart = deployments_chart,
};

struct pane *deployments_pane_open(struct host *host)
{
	struct deployments_pane *deployments = mem_zero(1, sizeof *deployments);
	struct query served = {.kind = RECORD_DEPLOYMENTS}, registered = {.kind = RECORD_MODELS};

	deployments->pane = (struct pane){&deployments_pane, host};
	table_init(&deployments->table);
	for (size_t i = 0; i < CHARTS; i++)
		plot_init(&deployments->plots[i]);
	facts_init(&deployments->facts);
	detail_init(&deployments->facts_view);
	feeds_init(&deployments->feeds, host->engine);
	feeds_add_all(&deployments->feeds, CAN_DEPLOYMENTS, &served);
	feeds_init(&deployments->models, host->engine);
	feeds_add_all(&deployments->models, CAN_MODELS, &registered);
	return &deployments->pane;
}
