/*
 * The runs pane, as its files share it: experiments, the run table, the curve of what is marked or
 * under the cursor, and beside it that run's facts or what differs between the marked ones.
 *
 *	runs.c        the class: opening, closing, commands
 *	runs_data.c   watches, sheets, what follows the cursor
 *	runs_pick.c   which columns a run table starts with
 *	runs_ask.c    filter, columns, sort, metric: what the user is asked
 *	runs_paint.c  the picture
 *	compare_view.c  marked runs as columns, a view of its own
 */
#ifndef PANE_RUNS_RUNS_PARTS_H
#define PANE_RUNS_RUNS_PARTS_H

#include "pane/pane.h"
#include "pane/runs/curves.h"
#include "pane/runs/differences.h"
#include "pane/runs/overlay.h"
#include "sheet/experiments.h"
#include "sheet/facts.h"
#include "sheet/runs.h"
#include "widget/detail.h"
#include "widget/plot.h"
#include "widget/table.h"

enum runs_focus { FOCUS_EXPERIMENTS, FOCUS_RUNS, FOCUS_CHART, FOCUS_SIDE, FOCUS_COUNT };

/* One source, and what is read of it. */
struct runs_source {
	struct runs_pane *pane;
	size_t index; /* in the engine */
	struct watch *experiments, *runs, *keys;
	struct watch *columns[RUNS_MAX_NEEDS];
	uint64_t seen_experiments, seen_runs, seen_columns;
};

struct runs_pane {
	struct pane pane;
	struct runs_source sources[ENGINE_SOURCES];
	size_t n;
	enum runs_focus focus;
	bool zoom;

	struct sheet_source experiment_heads[ENGINE_SOURCES];
	struct grid *experiments;
	struct table_view experiment_table;
	char *find;        /* what experiments are narrowed down to, or NULL */
	char *experiment_before; /* the row that comes back when that is cancelled */

	char *columns;     /* chosen by the user, comma list, or NULL: picked */
	char *picked;      /* picked for the experiment, or NULL while not known */
	char *filter;
	char *sort;
	char *experiment, *experiment_source; /* shown; NULL: all */
	bool deleted, started;
	struct runs_view *view;
	struct runs_part parts[ENGINE_SOURCES];
	struct snapshot *column_snapshots[ENGINE_SOURCES][RUNS_MAX_NEEDS];
	struct runs_sheet *sheet;
	size_t withheld;   /* new rows that wait for r */
	bool hold;         /* the cursor is in the table: rows keep their places */
	bool stale;        /* the view changed: make the sheet anew */
	struct table_view table;
	char *wanted;      /* an id that the cursor shall go to once it is there */

	struct curves curves;
	struct overlay lines;
	struct plot_view plot;
	struct differences differences;
	struct table_view differences_table;
	struct watch *detail; /* of the run under the cursor */
	uint64_t seen_detail;
	char *detail_of;
	size_t detail_source;
	struct facts facts;
	struct detail_view facts_view;

	struct direction_rule *rules;
	size_t nrules, rules_cap;
	struct arena rule_text;
	struct watch *pick; /* the details of the run that columns are picked by */
	char *pick_of;
	size_t pick_source;
	struct prompt_history filters;
	struct prompt *prompt; /* of the filter that is being typed; NULL: none is */
	char *typed;           /* what was typed and waits until typing rests */
	char *filter_before;   /* what comes back when it is cancelled */
	struct area table_area;
};

static inline struct runs_pane *runs_self(const struct pane *pane)
{
	return (struct runs_pane *)pane;
}

/* The name of the experiment that is shown; missing when all are, or while it is not known. */
struct str runs_experiment_name(const struct runs_pane *runs);

/* See pane.h: twin_words. */
void runs_twin_words(const struct pane *pane, struct buf *out);

/* The run under the cursor and the index of its source here; NULL without one. */
const struct run *runs_cursor(const struct runs_pane *runs, size_t *source);

/* The marked runs that are there, in the order of marking; without any, the one under the cursor. */
size_t runs_chosen(const struct runs_pane *runs, struct overlay_run *chosen, size_t most);

/* The metric that the chart shows: of the column under the cursor, else the first that is shown. */
struct str runs_metric(const struct runs_pane *runs);

/* ---- runs_data.c ---- */

void runs_data_open(struct runs_pane *runs);
void runs_data_close(struct runs_pane *runs);
/* Makes the view anew from columns, filter, sort; then the sheet. False and err: nothing changed. */
bool runs_rebuild(struct runs_pane *runs, struct err *err);
/* Takes in what was read. True: something on the screen changed. */
bool runs_data_update(struct runs_pane *runs);
/* The cursor moved: shows others' curves and facts once it has rested. True: changed. */
bool runs_follow(struct runs_pane *runs);
/* Shows everything of every experiment, so that the wanted run is among the rows. */
void runs_show_all(struct runs_pane *runs);

/* The same, but of the wanted run's experiment alone where that is known already. */
void runs_show_wanted(struct runs_pane *runs);
/* Goes to the experiment under the cursor of the list. */
void runs_choose_experiment(struct runs_pane *runs);
/* Asks for the curves of the rows that are seen; with the frame, which alone knows them. */
void runs_want_curves(struct runs_pane *runs);
bool runs_data_busy(const struct runs_pane *runs);
void runs_make_experiments(struct runs_pane *runs);

/* ---- runs_pick.c ---- */

/* Looks at a run of the experiment and picks the columns; true when they changed. */
bool runs_pick(struct runs_pane *runs);

/* ---- runs_ask.c ---- */

void runs_ask_filter(struct runs_pane *runs, struct str text);
/* Shows what the filter being typed would show, once typing rests. True: changed. */
bool runs_preview(struct runs_pane *runs);
/* Says how many runs fit, beside the filter being typed. */
void runs_preview_note(struct runs_pane *runs);
void runs_ask_find(struct runs_pane *runs);
void runs_ask_columns(struct runs_pane *runs, struct str list);
void runs_sort_here(struct runs_pane *runs, struct str column);
void runs_reverse(struct runs_pane *runs);
void runs_next_aggregate(struct runs_pane *runs, struct str name);

/* ---- runs_paint.c ---- */

void runs_paint(struct pane *pane, struct surface *surface, struct area area);
void runs_facts(struct facts *facts, const struct run_detail *detail, int64_t now);

/* ---- compare_view.c ---- */

struct pane *compare_view_open(struct host *host, const struct overlay_run *chosen, size_t n,
			       struct str metric, const struct direction_rule *rules,
			       size_t nrules);

#endif
