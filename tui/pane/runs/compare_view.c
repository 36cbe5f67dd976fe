/*
 * Compared runs: a column each, only what differs unless asked, best values marked, the curves of
 * one metric below. The baseline is the first run; `p` on a column makes that run the baseline.
 */
#include "pane/runs/runs_parts.h"

#include "base/mem.h"
#include "base/text.h"
#include "pane/lister.h"
#include "pane/order.h"
#include "pane/plotter.h"
#include "widget/frame.h"

#include <stdlib.h>

struct compare_view {
	struct pane pane;
	struct overlay_run runs[OVERLAY_MAX];
	char *texts[OVERLAY_MAX][2]; /* what the runs point into */
	size_t n;
	struct differences differences;
	struct table_view table;
	struct order order;
	struct overlay lines;
	struct plot_view plot;
	bool chart_focus, zoom;
	struct direction_rule *rules;
	size_t nrules;
	struct arena rule_text;
};

/* "kind" and "key" come before the runs' columns. */
enum { FIRST_RUN_COLUMN = 2 };

static struct compare_view *self(const struct pane *pane)
{
	return (struct compare_view *)pane;
}

static void compare_close(struct pane *pane)
{
	struct compare_view *view = self(pane);

	differences_release(&view->differences);
	overlay_release(&view->lines);
	order_release(&view->order);
	table_release(&view->table);
	arena_release(&view->rule_text);
	free(view->rules);
	for (size_t i = 0; i < view->n; i++) {
		free(view->texts[i][0]);
		free(view->texts[i][1]);
	}
	free(view);
}

static struct grid *grid_of(const struct compare_view *view)
{
	return view->differences.grid;
}

/* The metric of the row under the cursor is the one that is drawn. */
/* The differences have been made anew. */
static void show_grid(struct compare_view *view)
{
	if (!grid_of(view))
		return;
	order_apply(&view->order, grid_of(view));
	table_sheet(&view->table, &grid_of(view)->sheet);
}

static void follow(struct compare_view *view)
{
	const struct compare_row *row;

	if (!grid_of(view) || view->table.cursor >= grid_of(view)->sheet.n ||
	    !pane_rested(&view->pane))
		return;
	row = grid_data(grid_of(view), view->table.cursor);
	if (row->kind == COMPARE_METRIC)
		overlay_show(&view->lines, view->runs, view->n, row->key);
}

static bool compare_update(struct pane *pane)
{
	struct compare_view *view = self(pane);
	bool changed = differences_update(&view->differences);

	if (changed)
		show_grid(view);
	follow(view);
	return overlay_update(&view->lines) || changed;
}

static bool compare_busy(const struct pane *pane)
{
	return differences_busy(&self(pane)->differences) || overlay_busy(&self(pane)->lines);
}

static void paint_table(struct compare_view *view, struct surface *surface, struct area area)
{
	struct table_look look = {.focus = !view->chart_focus,
				  .now = view->pane.host->now};
	const struct compare *compare = view->differences.compare;
	struct buf title;

	buf_init(&title, 4096);
	buf_addf(&title, "compare · %zu runs", view->n);
	if (compare && view->differences.baseline < view->n) {
		struct str name = view->runs[view->differences.baseline].name;

		buf_adds(&title, " · baseline ");
		text_clean(&title, name.n ? name : view->runs[view->differences.baseline].id);
	}
	if (compare && compare->cut)
		buf_adds(&title, " · too large: rows are missing");
	if (compare && compare->hidden)
		buf_addf(&title, " · %zu equal row%s hidden (x)", compare->hidden,
			 compare->hidden == 1 ? "" : "s");
	frame_box(surface, area, look.focus, false, buf_str(&title));
	if (grid_of(view) && grid_of(view)->sheet.n) {
		order_look(&view->order, &grid_of(view)->sheet, &look);
		table_draw(&view->table, surface, area_inner(area), &grid_of(view)->sheet, &look);
	} else {
		lister_say(surface, area_inner(area),
			   compare_busy(&view->pane) ? "reading the runs …"
						     : "nothing differs\nx shows everything");
	}
	buf_release(&title);
}

static void paint_chart(struct compare_view *view, struct surface *surface, struct area area)
{
	struct plot_look look = {.focus = view->chart_focus,
				 .empty = view->lines.metric ? "no points"
							     : "no metric: put the cursor on one"};
	struct buf title;

	/* first: the title tells what of it was drawn */
	plot_draw(&view->plot, surface, area_inner(area), &view->lines.chart, &look);
	buf_init(&title, 4096);
	text_clean(&title, str_of(view->lines.metric ? view->lines.metric : "curves"));
	if (view->chart_focus && view->lines.metric) {
		buf_adds(&title, " · ");
		plot_note(&view->plot, &view->lines.chart, &title);
	}
	frame_box(surface, area, look.focus, false, buf_str(&title));
	buf_release(&title);
}

static void compare_paint(struct pane *pane, struct surface *surface, struct area area)
{
	struct compare_view *view = self(pane);
	int below = view->zoom ? 0 : area.h * 2 / 5;

	if (view->zoom && view->chart_focus) {
		paint_chart(view, surface, area);
		return;
	}
	paint_table(view, surface, (struct area){area.y, area.x, area.h - below, area.w});
	if (below)
		paint_chart(view, surface,
			    (struct area){area.y + area.h - below, area.x, below, area.w});
}

static unsigned compare_contexts(const struct pane *pane)
{
	return self(pane)->chart_focus ? IN_CHART | IN_COMPARE : IN_LIST | IN_SORTED | IN_COMPARE;
}

static void set_baseline(struct compare_view *view)
{
	size_t column = view->table.column;

	if (column < FIRST_RUN_COLUMN || column - FIRST_RUN_COLUMN >= view->n) {
		view->pane.host->say(view->pane.host, TONE_DIM,
				     "put the cursor on a run's column to make it the baseline");
		return;
	}
	view->differences.baseline = column - FIRST_RUN_COLUMN;
	differences_redo(&view->differences);
	show_grid(view);
}

static void toggle_all(struct compare_view *view)
{
	view->differences.all = !view->differences.all;
	differences_redo(&view->differences);
	show_grid(view);
}

static bool table_keys(struct compare_view *view, enum command command, struct str argument)
{
	switch (command) {
	case CMD_SORT:
	case CMD_REVERSE:
		if (order_command(&view->order, view->pane.host, &view->table, grid_of(view), command,
				  argument)) {
			differences_redo(&view->differences);
			show_grid(view);
		}
		return true;
	default:
		return lister_command(&view->table, grid_of(view) ? &grid_of(view)->sheet : NULL,
				      command, false);
	}
}

static bool compare_command(struct pane *pane, enum command command, struct str argument)
{
	struct compare_view *view = self(pane);

	switch (command) {
	case CMD_NEXT_PART:
	case CMD_PREVIOUS_PART:
		view->chart_focus = !view->chart_focus;
		return true;
	case CMD_ZOOM:
		view->zoom = !view->zoom;
		return true;
	case CMD_DIFFERENCES:
		toggle_all(view);
		return true;
	case CMD_PIN:
		set_baseline(view);
		return true;
	case CMD_OPEN:
		return true;
	default:
		break;
	}
	if (view->chart_focus)
		return plotter_command(&view->plot, &view->lines.chart, command, argument);
	return table_keys(view, command, argument);
}

/* The run of the column under the cursor; the baseline where the cursor is on none. */
static bool compare_subject(const struct pane *pane, struct subject *subject)
{
	const struct compare_view *view = self(pane);
	size_t column = view->table.column, at = view->differences.baseline;

	if (column >= FIRST_RUN_COLUMN && column - FIRST_RUN_COLUMN < view->n)
		at = column - FIRST_RUN_COLUMN;
	*subject = subject_make(
		SUBJECT_RUN, str_of(engine_source(pane->host->engine, view->runs[at].source)->name),
		view->runs[at].id, STR_NONE);
	return true;
}

/* How far the value under the cursor is from the baseline's, and whether that is to the good. */
static void add_delta(const struct compare_view *view, struct buf *out)
{
	size_t column = view->table.column, run = column - FIRST_RUN_COLUMN;
	const struct grid *grid = grid_of(view);
	const struct compare_row *row;
	bool better;

	if (!grid || view->table.cursor >= grid->sheet.n || column < FIRST_RUN_COLUMN ||
	    run >= view->differences.compare->nruns)
		return;
	row = grid_data(grid, view->table.cursor);
	if (!row->has_delta[run])
		return;
	better = (row->delta[run] > 0) == (row->direction == DIRECTION_HIGHER);
	buf_addf(out, " · %+.5g to the baseline", row->delta[run]);
	if (row->direction != DIRECTION_UNKNOWN && row->delta[run] != 0)
		buf_adds(out, better ? ", better" : ", worse");
}

static void compare_status(const struct pane *pane, struct buf *out)
{
	buf_addf(out, "%zu runs compared", self(pane)->n);
	if (compare_busy(pane))
		buf_adds(out, " · reading");
	add_delta(self(pane), out);
}

static const struct sheet *compare_sheet(const struct pane *pane)
{
	return grid_of(self(pane)) ? &grid_of(self(pane))->sheet : NULL;
}

static const struct chart *compare_chart(const struct pane *pane)
{
	return self(pane)->chart_focus ? &self(pane)->lines.chart : NULL;
}

static const struct table_view *compare_table(const struct pane *pane)
{
	return &self(pane)->table;
}

static bool compare_works(const struct pane *pane, enum command command)
{
	(void)pane;
	return command != CMD_REFRESH && command != CMD_BACK && command != CMD_OPEN;
}

static void compare_twin_words(const struct pane *pane, struct buf *out)
{
	const struct compare_view *view = self(pane);
	size_t baseline = view->differences.baseline;

	if (view->differences.all)
		buf_adds(out, " --all");
	if (baseline && baseline < view->n) {
		buf_adds(out, " --baseline ");
		pane_quote(out, view->runs[baseline].id);
	}
	order_twin_words(&view->order, out);
	for (size_t i = 0; i < view->n; i++) {
		buf_addc(out, ' ');
		pane_quote(out, view->runs[i].id);
	}
}

static const struct pane_class compare_pane = {
	.name = "compare",
	.needs = CAN_RUNS,
	.twin = "compare",
	.twin_words = compare_twin_words,
	.close = compare_close,
	.update = compare_update,
	.paint = compare_paint,
	.contexts = compare_contexts,
	.works = compare_works,
	.command = compare_command,
	.subject = compare_subject,
	.status = compare_status,
	.busy = compare_busy,
	.sheet = compare_sheet,
	.table = compare_table,
	.chart = compare_chart,
};

static void copy_rules(struct compare_view *view, const struct direction_rule *rules, size_t n)
{
	arena_init(&view->rule_text, 1 << 20);
	view->rules = mem_zero(n, sizeof *view->rules);
	view->nrules = n;
	for (size_t i = 0; i < n; i++)
		view->rules[i] = (struct direction_rule){
			arena_str(&view->rule_text, rules[i].key), rules[i].direction};
}

struct pane *compare_view_open(struct host *host, const struct overlay_run *chosen, size_t n,
			       struct str metric, const struct direction_rule *rules, size_t nrules)
{
	struct compare_view *view = mem_zero(1, sizeof *view);

	view->pane = (struct pane){&compare_pane, host};
	view->n = n;
	for (size_t i = 0; i < n; i++) {
		struct str name = chosen[i].name.s ? chosen[i].name : STR("");

		view->texts[i][0] = mem_copy(chosen[i].id.s, chosen[i].id.n);
		view->texts[i][1] = mem_copy(name.s, name.n);
		view->runs[i] = (struct overlay_run){chosen[i].source, str_of(view->texts[i][0]),
						   str_of(view->texts[i][1])};
	}
	copy_rules(view, rules, nrules);
	table_init(&view->table);
	plot_init(&view->plot);
	differences_init(&view->differences, host->engine);
	overlay_init(&view->lines, host->engine);
	differences_show(&view->differences, view->runs, n, view->rules, view->nrules);
	overlay_show(&view->lines, view->runs, n, metric);
	return &view->pane;
}
