/*
 * The drift pane: the features of all monitors, worst first; of the one under the cursor the value
 * over time with limit and noise floor, both distributions side by side, and everything else.
 *
 * Each monitor is a read of its own (core/monitor): the source delivers events, the monitor counts
 * them, and what comes out is the same record that `leeboard drift --json` prints.
 */
#include "base/mem.h"
#include "base/text.h"
#include "monitor/monitor.h"
#include "pane/feeds.h"
#include "pane/lister.h"
#include "pane/order.h"
#include "pane/pane.h"
#include "pane/plotter.h"
#include "pane/reader.h"
#include "pane/source_heads.h"
#include "sheet/drift.h"
#include "widget/bars.h"
#include "widget/detail.h"
#include "widget/frame.h"
#include "widget/plot.h"
#include "widget/table.h"

#include <stdlib.h>
#include <string.h>

extern const struct pane_class drift_pane;
struct pane *drift_pane_open(struct host *host);

enum drift_focus { FOCUS_TABLE, FOCUS_CHART, FOCUS_BARS, FOCUS_FACTS, FOCUS_COUNT };

enum { LOW = 20, NARROW = 90 };

struct drift_pane {
	struct pane pane;
	struct feeds feeds; /* one for each monitor */
	enum drift_focus focus;
	bool zoom;
	struct grid *grid;
	struct table_view table;
	struct order order;
	char *shown; /* id of the row that the details are of */
	const struct drift_monitor *record;
	struct drift_chart chart;
	struct drift_bars bars;
	struct grid *bins;
	struct table_view bins_table;
	size_t bars_top;
	struct plot_view plot;
	struct chart settings; /* what the keys set, kept when the chart is made anew */
	struct facts facts;
	struct detail_view facts_view;
};

static struct drift_pane *self(const struct pane *pane)
{
	return (struct drift_pane *)pane;
}

/* ---- data ---- */

static void make_grid(struct drift_pane *drift)
{
	struct err err;

	grid_free(drift->grid);
	drift->grid = drift_grid(drift->feeds.heads, drift->feeds.n, true);
	grid_pick(drift->grid,
		  STR("state,feature,curve,value,floor_95,limit,n,quality,null_share,unseen_share,"
		      "out_of_range_share,model,version,recipe,reason"),
		  &err);
	order_apply(&drift->order, drift->grid);
	/* glyph and word: the state is what this pane is about */
	table_sheet(&drift->table, &drift->grid->sheet);
}

static const struct drift_monitor *cursor_record(const struct drift_pane *drift)
{
	if (!drift->grid || drift->table.cursor >= drift->grid->sheet.n)
		return NULL;
	return drift_row(drift->grid, drift->table.cursor);
}

static void drop_details(struct drift_pane *drift)
{
	if (drift->record) {
		drift_chart_release(&drift->chart);
		drift_bars_release(&drift->bars);
	}
	grid_free(drift->bins);
	drift->bins = NULL;
	drift->record = NULL;
	facts_clear(&drift->facts);
}

static void make_details(struct drift_pane *drift)
{
	struct str id = table_id(&drift->table);

	drop_details(drift);
	drift->record = cursor_record(drift);
	if (!str_equal(str_of(drift->shown), id)) {
		free(drift->shown);
		drift->shown = id.s ? mem_copy(id.s, id.n) : NULL;
		drift->bars_top = 0;
		detail_reset(&drift->facts_view);
		plot_reset(&drift->plot);
	}
	if (!drift->record)
		return;
	drift_chart_init(&drift->chart, drift->record);
	drift->chart.chart.log_y = drift->settings.log_y;
	drift->chart.chart.clip = drift->settings.clip;
	drift->chart.chart.smoothing = drift->settings.smoothing;
	drift_bars_init(&drift->bars, drift->record);
	drift->bins = drift_bins_grid(drift->record);
	table_sheet(&drift->bins_table, &drift->bins->sheet);
	drift_facts(&drift->facts, drift->record, drift->pane.host->now);
}

static bool drift_update(struct pane *pane)
{
	struct drift_pane *drift = self(pane);
	bool changed = feeds_take(&drift->feeds) || !drift->grid;

	if (changed) {
		/* the details point into the old snapshot */
		drop_details(drift);
		make_grid(drift);
	} else if (str_equal(str_of(drift->shown), table_id(&drift->table)) || !pane_rested(pane)) {
		return false;
	}
	make_details(drift);
	return true;
}

static bool drift_busy(const struct pane *pane)
{
	return feeds_busy(&self(pane)->feeds);
}

/* ---- the picture ---- */

static void paint_table(struct drift_pane *drift, struct surface *surface, struct area area)
{
	struct table_look look = {.focus = drift->focus == FOCUS_TABLE,
				  .now = drift->pane.host->now};
	struct buf title, scratch;

	buf_init(&title, 256);
	buf_init(&scratch, 4096);
	buf_adds(&title, drift->order.list ? "drift · " : "drift, worst first · ");
	if (drift->grid)
		table_counts(&drift->table, &drift->grid->sheet, &title);
	frame_box(surface, area, look.focus, feeds_production(&drift->feeds), buf_str(&title));
	if (drift->grid && drift->grid->sheet.n) {
		order_look(&drift->order, &drift->grid->sheet, &look);
		table_draw(&drift->table, surface, area_inner(area), &drift->grid->sheet, &look);
	} else {
		lister_say(surface, area_inner(area),
			   source_empty(drift->feeds.heads, drift->feeds.n,
					"no feature to judge yet\nevents are counted as they come",
					&scratch));
	}
	buf_release(&title);
	buf_release(&scratch);
}

static void paint_chart(struct drift_pane *drift, struct surface *surface, struct area area)
{
	struct plot_look look = {.focus = drift->focus == FOCUS_CHART,
				 .empty = "no complete window after the reference yet"};
	struct buf title;

	if (!drift->record) {
		frame_box(surface, area, look.focus, false, STR("over time"));
		return;
	}
	buf_init(&title, 4096);
	text_clean(&title, drift->record->feature);
	buf_adds(&title, " · ");
	text_clean(&title, drift->record->recipe);
	buf_adds(&title, " over time");
	frame_box(surface, area, look.focus, false, buf_str(&title));
	plot_draw(&drift->plot, surface, area_inner(area), &drift->chart.chart, &look);
	buf_release(&title);
}

/* Why there is no distribution: in the record's own words, which are foreign text in part. */
static void say_no_bins(const struct drift_pane *drift, struct surface *surface, struct area area)
{
	struct buf text;

	buf_init(&text, 4096);
	if (drift->record && drift->record->reason.n)
		text_clean(&text, drift->record->reason);
	else
		buf_adds(&text, "no bins yet");
	lister_say(surface, area, buf_cstr(&text));
	buf_release(&text);
}

static void paint_bars(struct drift_pane *drift, struct surface *surface, struct area area)
{
	frame_box(surface, area, drift->focus == FOCUS_BARS, false, STR("distribution"));
	if (drift->record && drift->bars.bars.n)
		bars_draw(surface, area_inner(area), &drift->bars.bars, &drift->bars_top);
	else
		say_no_bins(drift, surface, area_inner(area));
}

/* The bars large, and their bins as a table. */
static void paint_bars_zoomed(struct drift_pane *drift, struct surface *surface, struct area area)
{
	struct table_look look = {.now = drift->pane.host->now, .sort_column = -1};
	struct area left = {area.y, area.x, area.h, area.w / 2};
	struct area right = {area.y, area.x + left.w, area.h, area.w - left.w};

	paint_bars(drift, surface, left);
	frame_box(surface, right, false, false, STR("bins"));
	if (drift->bins && drift->bins->sheet.n)
		table_draw(&drift->bins_table, surface, area_inner(right), &drift->bins->sheet,
			   &look);
}

static void paint_facts(struct drift_pane *drift, struct surface *surface, struct area area)
{
	frame_box(surface, area, drift->focus == FOCUS_FACTS, false, STR("feature"));
	if (drift->facts.n)
		detail_draw(&drift->facts_view, surface, area_inner(area), &drift->facts);
	else
		lister_say(surface, area_inner(area), "no feature");
}

static void paint_zoomed(struct drift_pane *drift, struct surface *surface, struct area area)
{
	switch (drift->focus) {
	case FOCUS_TABLE:
		paint_table(drift, surface, area);
		break;
	case FOCUS_CHART:
		paint_chart(drift, surface, area);
		break;
	case FOCUS_BARS:
		paint_bars_zoomed(drift, surface, area);
		break;
	default:
		paint_facts(drift, surface, area);
	}
}

/* The table on top; below it the chart and the bars, and the facts where there is room. */
static void drift_paint(struct pane *pane, struct surface *surface, struct area area)
{
	struct drift_pane *drift = self(pane);
	int rows = drift->grid ? (int)drift->grid->sheet.n : 1;
	int top = rows + 3 < area.h * 2 / 5 ? rows + 3 : area.h * 2 / 5;
	int below, facts = area.w < NARROW ? 0 : area.w * 3 / 10, chart;

	/* a part that has the focus is seen, even where there is room for one only */
	if (drift->zoom || (area.h < LOW && drift->focus != FOCUS_TABLE)) {
		paint_zoomed(drift, surface, area);
		return;
	}
	if (top < 6)
		top = 6;
	below = area.h < LOW ? 0 : area.h - top;
	paint_table(drift, surface, (struct area){area.y, area.x, area.h - below, area.w});
	if (!below)
		return;
	chart = (area.w - facts) * 11 / 20;
	paint_chart(drift, surface, (struct area){area.y + top, area.x, below, chart});
	paint_bars(drift, surface,
		   (struct area){area.y + top, area.x + chart, below, area.w - facts - chart});
	if (facts)
		paint_facts(drift, surface,
			    (struct area){area.y + top, area.x + area.w - facts, below, facts});
}

/* ---- commands ---- */

static unsigned drift_contexts(const struct pane *pane)
{
	switch (self(pane)->focus) {
	case FOCUS_CHART:
		return IN_CHART;
	case FOCUS_FACTS:
		return IN_TEXT;
	case FOCUS_TABLE:
		return IN_LIST | IN_SORTED;
	default:
		return IN_LIST;
	}
}

static void searched(struct pane *pane, struct str text)
{
	detail_search(&self(pane)->facts_view, text);
}

static bool bars_command(struct drift_pane *drift, enum command command)
{
	if (command == CMD_DOWN)
		drift->bars_top++;
	else if (command == CMD_UP)
		drift->bars_top -= drift->bars_top > 0;
	else
		return false;
	return true;
}

static bool chart_command(struct drift_pane *drift, enum command command, struct str argument)
{
	if (!drift->record ||
	    !plotter_command(&drift->plot, &drift->chart.chart, command, argument))
		return false;
	drift->settings = drift->chart.chart;
	return true;
}

static bool part_command(struct drift_pane *drift, enum command command, struct str argument)
{
	switch (drift->focus) {
	case FOCUS_TABLE:
		return drift->grid &&
		       lister_command(&drift->table, &drift->grid->sheet, command, false);
	case FOCUS_CHART:
		return chart_command(drift, command, argument);
	case FOCUS_BARS:
		return bars_command(drift, command);
	default:
		return reader_command(&drift->pane, &drift->facts_view, command, searched);
	}
}

static bool is_fault(const struct drift_monitor *monitor)
{
	return monitor->state == DRIFT_DRIFTED || (monitor->quality.known && monitor->quality.bad);
}

static bool is_fault_row(const struct grid *grid, size_t row)
{
	return is_fault(drift_row(grid, row));
}

static void next_fault(struct drift_pane *drift, int step)
{
	if (lister_next(&drift->table, drift->grid, step, is_fault_row))
		drift->focus = FOCUS_TABLE;
	else
		drift->pane.host->say(drift->pane.host, TONE_DIM, "nothing has drifted");
}

/* The details point at the grid's records: they are made anew with it. */
static void sort(struct drift_pane *drift, enum command command, struct str argument)
{
	if (!order_command(&drift->order, drift->pane.host, &drift->table, drift->grid, command,
			   argument))
		return;
	make_grid(drift);
	make_details(drift);
}

static bool back(struct drift_pane *drift)
{
	if (feeds_cancel(&drift->feeds)) {
		drift->pane.host->say(drift->pane.host, TONE_DIM, "stopped: r reads again");
		return true;
	}
	if (!drift->zoom && drift->focus == FOCUS_TABLE)
		return false;
	drift->zoom = false;
	drift->focus = FOCUS_TABLE;
	return true;
}

static bool drift_works(const struct pane *pane, enum command command)
{
	if (command == CMD_OPEN)
		return self(pane)->focus != FOCUS_BARS || !self(pane)->zoom;
	return command != CMD_BACK || self(pane)->zoom || self(pane)->focus != FOCUS_TABLE ||
	       drift_busy(pane);
}

static bool drift_command(struct pane *pane, enum command command, struct str argument)
{
	struct drift_pane *drift = self(pane);

	switch (command) {
	case CMD_NEXT_PART:
		drift->focus = (drift->focus + 1) % FOCUS_COUNT;
		return true;
	case CMD_PREVIOUS_PART:
		drift->focus = (drift->focus + FOCUS_COUNT - 1) % FOCUS_COUNT;
		return true;
	case CMD_ZOOM:
		drift->zoom = !drift->zoom;
		return true;
	case CMD_OPEN:
		drift->focus = FOCUS_BARS;
		drift->zoom = true;
		return true;
	case CMD_BACK:
		return back(drift);
	case CMD_REFRESH:
		feeds_refresh(&drift->feeds);
		return true;
	case CMD_NEXT_FAULT:
	case CMD_PREVIOUS_FAULT:
		next_fault(drift, command == CMD_NEXT_FAULT ? 1 : -1);
		return true;
	case CMD_SORT:
	case CMD_REVERSE:
		sort(drift, command, argument);
		return true;
	case CMD_COPY:
		pane->host->copy(pane->host,
				 cursor_record(drift) ? cursor_record(drift)->feature : STR_NONE);
		return true;
	default:
		return part_command(drift, command, argument);
	}
}

static bool drift_subject(const struct pane *pane, struct subject *subject)
{
	const struct drift_pane *drift = self(pane);
	const struct drift_monitor *record = cursor_record(drift);

	if (!record)
		return false;
	*subject = subject_make(SUBJECT_MONITOR, record->monitor, record->feature, record->version);
	if (record->model.n)
		subject->model = mem_copy(record->model.s, record->model.n);
	return true;
}

static bool drift_show(struct pane *pane, const struct subject *subject)
{
	struct drift_pane *drift = self(pane);

	if (subject->kind != SUBJECT_MONITOR)
		return false;
	for (size_t row = 0; drift->grid && row < drift->grid->sheet.n; row++) {
		const struct drift_monitor *record = drift_row(drift->grid, row);

		if (str_equal(record->feature, str_of(subject->id)) &&
		    str_equal(record->monitor, str_of(subject->source)))
			table_to(&drift->table, &drift->grid->sheet, row);
	}
	drift->focus = FOCUS_TABLE;
	drift->zoom = false;
	return true;
}

static void drift_status(const struct pane *pane, struct buf *out)
{
	feeds_status(&self(pane)->feeds, pane->host->now, out);
}

/* Read from the views, which are valid whether this pane is on the screen or not. */
static size_t drift_faults(const struct pane *pane)
{
	const struct drift_pane *drift = self(pane);
	size_t faults = 0;

	for (size_t i = 0; i < drift->feeds.n; i++) {
		const struct snapshot *snapshot = feeds_snapshot(&drift->feeds, i);

		for (size_t m = 0; snapshot && m < snapshot->u.drift->n; m++)
			faults += is_fault(&snapshot->u.drift->monitors[m]);
	}
	return faults;
}

static const struct sheet *drift_sheet(const struct pane *pane)
{
	const struct drift_pane *drift = self(pane);

	if (drift->focus == FOCUS_BARS && drift->bins)
		return &drift->bins->sheet;
	return drift->grid ? &drift->grid->sheet : NULL;
}

static const struct chart *drift_shown_chart(const struct pane *pane)
{
	const struct drift_pane *drift = self(pane);

	return drift->record && drift->focus == FOCUS_CHART ? &drift->chart.chart : NULL;
}

static const struct table_view *drift_table(const struct pane *pane)
{
	const struct drift_pane *drift = self(pane);

	return drift->focus == FOCUS_BARS && drift->bins ? &drift->bins_table : &drift->table;
}

static void drift_close(struct pane *pane)
{
	struct drift_pane *drift = self(pane);

	drop_details(drift);
	grid_free(drift->grid);
	feeds_release(&drift->feeds);
	order_release(&drift->order);
	table_release(&drift->table);
	table_release(&drift->bins_table);
	facts_release(&drift->facts);
	detail_release(&drift->facts_view);
	free(drift->shown);
	free(drift);
}

static void drift_twin_words(const struct pane *pane, struct buf *out)
{
	order_twin_words(&self(pane)->order, out);
}

const struct pane_class drift_pane = {
	.name = "drift",
	.needs = CAN_EVENTS,
	.twin = "drift",
	.twin_words = drift_twin_words,
	.close = drift_close,
	.update = drift_update,
	.paint = drift_paint,
	.contexts = drift_contexts,
	.works = drift_works,
	.command = drift_command,
	.subject = drift_subject,
	.show = drift_show,
	.status = drift_status,
	.busy = drift_busy,
	.faults = drift_faults,
	.sheet = drift_sheet,
	.table = drift_table,
	.chart = drift_shown_chart,
};

static void drop_monitor(void *ctx)
{
	monitor_free(ctx);
}

struct pane *drift_pane_open(struct host *host)
{
	struct drift_pane *drift = mem_zero(1, sizeof *drift);

	drift->pane = (struct pane){&drift_pane, host};
	table_init(&drift->table);
	table_init(&drift->bins_table);
	plot_init(&drift->plot);
	facts_init(&drift->facts);
	detail_init(&drift->facts_view);
	feeds_init(&drift->feeds, host->engine);
	for (size_t i = 0; i < host->nmonitors; i++) {
		struct monitor *monitor = monitor_new(host->monitors[i].spec);
		struct query query = monitor_query(monitor);

		/* the engine says when no read uses the monitor any more */
		query.drop = drop_monitor;
		feeds_add(&drift->feeds, host->monitors[i].source, &query);
	}
	return &drift->pane;
}
