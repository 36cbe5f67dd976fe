/* The runs pane: experiments, runs, curves, differences; see runs_parts.h. */
#include "pane/runs/runs_parts.h"

#include "base/mem.h"
#include "config/sources.h"
#include "pane/lister.h"
#include "pane/plotter.h"
#include "pane/reader.h"
#include "pane/source_heads.h"

#include <stdlib.h>

extern const struct pane_class runs_pane;
struct pane *runs_pane_open(struct host *host);

static void runs_close(struct pane *pane)
{
	struct runs_pane *runs = runs_self(pane);

	runs_data_close(runs);
	table_release(&runs->experiment_table);
	table_release(&runs->table);
	table_release(&runs->differences_table);
	facts_release(&runs->facts);
	detail_release(&runs->facts_view);
	prompt_history_release(&runs->filters);
	free(runs);
}

static bool runs_update(struct pane *pane)
{
	struct runs_pane *runs = runs_self(pane);
	bool changed = runs_preview(runs);

	changed |= runs_data_update(runs);
	runs_preview_note(runs);

	return runs_follow(runs) || changed;
}

/* ---- what is under the cursor ---- */

const struct run *runs_cursor(const struct runs_pane *runs, size_t *source)
{
	const struct runs_part *part;
	const struct run *run;

	if (!runs->sheet || runs->table.cursor >= runs->sheet->sheet.n)
		return NULL;
	run = runs_sheet_run(runs->sheet, runs->table.cursor, &part);
	*source = (size_t)(part - runs->parts);
	return run;
}

static struct overlay_run chosen_run(const struct runs_pane *runs, size_t row)
{
	const struct runs_part *part;
	const struct run *run = runs_sheet_run(runs->sheet, row, &part);

	return (struct overlay_run){runs->sources[part - runs->parts].index, run->id, run->name};
}

size_t runs_chosen(const struct runs_pane *runs, struct overlay_run *chosen, size_t most)
{
	size_t n = 0;

	if (!runs->sheet || !runs->sheet->sheet.n)
		return 0;
	for (size_t i = 0; i < table_marks(&runs->table) && n < most; i++) {
		long row = sheet_find(&runs->sheet->sheet, table_mark_at(&runs->table, i));

		if (row >= 0)
			chosen[n++] = chosen_run(runs, (size_t)row);
	}
	if (!n && runs->table.cursor < runs->sheet->sheet.n)
		chosen[n++] = chosen_run(runs, runs->table.cursor);
	return n;
}

struct str runs_metric(const struct runs_pane *runs)
{
	const struct runs_view *view = runs->view;
	size_t here = runs->table.column;

	for (size_t i = 0; i <= view->ncolumns; i++) {
		size_t c = i == 0 ? here : i - 1;

		if (c >= view->ncolumns)
			continue;
		if (view->what[c].attribute == RUNS_CURVE)
			return view->what[c].curve_key;
		if (view->what[c].attribute == RUNS_RECORD &&
		    view->needs[view->what[c].need].kind == COLUMN_METRIC)
			return view->needs[view->what[c].need].key;
	}
	return STR_NONE;
}

/* ---- commands ---- */

static unsigned runs_contexts(const struct pane *pane)
{
	switch (runs_self(pane)->focus) {
	case FOCUS_EXPERIMENTS:
	case FOCUS_RUNS:
		return IN_LIST | IN_TABLE;
	case FOCUS_CHART:
		return IN_CHART;
	default:
		return runs_self(pane)->differences.n > 1 ? IN_LIST : IN_TEXT;
	}
}

static void compare(struct runs_pane *runs)
{
	struct host *host = runs->pane.host;
	struct overlay_run chosen[OVERLAY_MAX];
	size_t n = runs_chosen(runs, chosen, OVERLAY_MAX);

	if (table_marks(&runs->table) < 2 || n < 2) {
		host->say(host, TONE_DIM, "mark two runs or more with space, then c compares them");
		return;
	}
	host->push(host, compare_view_open(host, chosen, n, runs_metric(runs), runs->rules,
					   runs->nrules));
}

static void refresh(struct runs_pane *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		watch_refresh(runs->sources[i].experiments);
		watch_refresh(runs->sources[i].runs);
	}
	runs->hold = false;
	runs->stale = true;
}

static bool cancel(struct runs_pane *runs)
{
	bool waited = false;

	for (size_t i = 0; i < runs->n; i++) {
		struct watch *watches[] = {runs->sources[i].experiments, runs->sources[i].runs};

		for (size_t w = 0; w < 2; w++) {
			waited |= watch_view(watches[w])->loading;
			watch_cancel(watches[w]);
		}
		for (size_t c = 0; c < runs->view->nneeds; c++) {
			if (!runs->sources[i].columns[c])
				continue;
			waited |= watch_view(runs->sources[i].columns[c])->loading;
			watch_cancel(runs->sources[i].columns[c]);
		}
	}
	return waited;
}

/* From the run under the cursor into what is known of it. */
static void open_run(struct runs_pane *runs)
{
	if (runs->focus == FOCUS_EXPERIMENTS) {
		runs_choose_experiment(runs);
		runs->focus = FOCUS_RUNS;
	} else if (runs->focus == FOCUS_RUNS) {
		runs->focus = FOCUS_SIDE;
		runs->zoom = true;
	}
}

static bool back(struct runs_pane *runs)
{
	if (cancel(runs)) {
		runs->pane.host->say(runs->pane.host, TONE_DIM, "stopped: r reads again");
		return true;
	}
	if (runs->zoom) {
		runs->zoom = false;
		runs->focus = runs->focus == FOCUS_EXPERIMENTS ? FOCUS_EXPERIMENTS : FOCUS_RUNS;
		return true;
	}
	if (runs->focus != FOCUS_RUNS) {
		runs->focus = FOCUS_RUNS;
		return true;
	}
	return false;
}

/* The next failed or killed run, from the cursor on. */
static void next_fault(struct runs_pane *runs, int step)
{
	size_t n = runs->sheet ? runs->sheet->sheet.n : 0;

	for (size_t i = 1; i <= n; i++) {
		size_t row = step > 0 ? (runs->table.cursor + i) % n
				      : (runs->table.cursor + n - i) % n;
		enum run_state state = runs_sheet_run(runs->sheet, row, NULL)->state;

		if (state != RUN_FAILED && state != RUN_KILLED && state != RUN_STALLED)
			continue;
		table_to(&runs->table, &runs->sheet->sheet, row);
		runs->focus = FOCUS_RUNS;
		return;
	}
	runs->pane.host->say(runs->pane.host, TONE_DIM, "no failed run here");
}

static void copy_id(struct runs_pane *runs)
{
	size_t source;
	const struct run *run = runs_cursor(runs, &source);

	runs->pane.host->copy(runs->pane.host, run ? run->id : STR_NONE);
}

static bool table_command(struct runs_pane *runs, enum command command, struct str argument)
{
	if (lister_command(&runs->table, runs->sheet ? &runs->sheet->sheet : NULL, command, true)) {
		runs->hold = true;
		return true;
	}
	switch (command) {
	case CMD_FILTER:
		runs_ask_filter(runs, argument);
		return true;
	case CMD_SORT:
		runs_sort_here(runs, argument);
		return true;
	case CMD_REVERSE:
		runs_reverse(runs);
		return true;
	case CMD_COLUMNS:
		runs_ask_columns(runs, argument);
		return true;
	case CMD_METRIC:
		runs_next_aggregate(runs, argument);
		return true;
	case CMD_COMPARE:
		compare(runs);
		return true;
	default:
		return false;
	}
}

static void searched(struct pane *pane, struct str text)
{
	detail_search(&runs_self(pane)->facts_view, text);
}

static bool part_command(struct runs_pane *runs, enum command command, struct str argument)
{
	switch (runs->focus) {
	case FOCUS_EXPERIMENTS:
		if (command == CMD_FILTER) {
			runs_ask_find(runs);
			return true;
		}
		return runs->experiments &&
		       lister_command(&runs->experiment_table, &runs->experiments->sheet, command,
				      false);
	case FOCUS_CHART:
		return plotter_command(&runs->plot, &runs->lines.chart, command, argument);
	case FOCUS_SIDE:
		if (runs->differences.n > 1)
			return runs->differences.grid &&
			       lister_command(&runs->differences_table,
					      &runs->differences.grid->sheet, command, false);
		return reader_command(&runs->pane, &runs->facts_view, command, searched);
	default:
		return false;
	}
}

static bool runs_command(struct pane *pane, enum command command, struct str argument)
{
	struct runs_pane *runs = runs_self(pane);

	runs->started = true; /* the user is at work: nothing is chosen any more */
	switch (command) {
	case CMD_NEXT_PART:
		runs->focus = (runs->focus + 1) % FOCUS_COUNT;
		return true;
	case CMD_PREVIOUS_PART:
		runs->focus = (runs->focus + FOCUS_COUNT - 1) % FOCUS_COUNT;
		return true;
	case CMD_ZOOM:
		runs->zoom = !runs->zoom;
		return true;
	case CMD_OPEN:
		open_run(runs);
		return true;
	case CMD_BACK:
		return back(runs);
	case CMD_REFRESH:
		refresh(runs);
		return true;
	case CMD_NEXT_FAULT:
	case CMD_PREVIOUS_FAULT:
		next_fault(runs, command == CMD_NEXT_FAULT ? 1 : -1);
		return true;
	case CMD_COPY:
		copy_id(runs);
		return true;
	default:
		break;
	}
	if (runs->focus != FOCUS_RUNS && part_command(runs, command, argument))
		return true;
	return table_command(runs, command, argument);
}

static bool runs_subject(const struct pane *pane, struct subject *subject)
{
	const struct runs_pane *runs = runs_self(pane);
	size_t source;
	const struct run *run = runs_cursor(runs, &source);

	if (!run)
		return false;
	*subject = subject_make(SUBJECT_RUN, runs->parts[source].source.name, run->id, STR_NONE);
	return true;
}

/* The id of its row: with several sources the name goes before it. */
static bool runs_show(struct pane *pane, const struct subject *subject)
{
	struct runs_pane *runs = runs_self(pane);
	char *id = NULL;

	if (subject->kind != SUBJECT_RUN)
		return false;
	if (runs->n > 1 && asprintf(&id, "%s:%s", subject->source, subject->id) < 0)
		return false;
	free(runs->wanted);
	runs->wanted = id ? id : mem_copy(subject->id, str_of(subject->id).n);
	runs->focus = FOCUS_RUNS;
	runs->zoom = false;
	runs->hold = false;
	if (runs->sheet && table_go(&runs->table, &runs->sheet->sheet, str_of(runs->wanted))) {
		free(runs->wanted);
		runs->wanted = NULL;
		return true;
	}
	runs_show_wanted(runs);
	return true;
}

static bool has_server(const struct runs_pane *runs)
{
	for (size_t i = 0; i < runs->n; i++)
		if (engine_source(runs->pane.host->engine, runs->sources[i].index)->spec->url)
			return true;
	return false;
}

static void runs_status(const struct pane *pane, struct buf *out)
{
	const struct runs_pane *runs = runs_self(pane);
	struct sheet_source heads[ENGINE_SOURCES];
	const struct view *views[ENGINE_SOURCES];

	for (size_t i = 0; i < runs->n; i++) {
		heads[i] = runs->parts[i].source;
		views[i] = watch_view(runs->sources[i].runs);
	}
	source_status(heads, views, runs->n, pane->host->now, out);
	/* the pane has read all runs; a headless command leaves the filter to a server where it can */
	if (runs->filter && has_server(runs))
		buf_adds(out, " · filtered here");
}

static bool runs_busy(const struct pane *pane)
{
	return runs_data_busy(runs_self(pane));
}

static const struct sheet *runs_shown_sheet(const struct pane *pane)
{
	const struct runs_pane *runs = runs_self(pane);

	return runs->sheet ? &runs->sheet->sheet : NULL;
}

static const struct chart *runs_shown_chart(const struct pane *pane)
{
	const struct runs_pane *runs = runs_self(pane);

	return runs->focus == FOCUS_CHART ? &runs->lines.chart : NULL;
}

static const struct table_view *runs_shown_table(const struct pane *pane)
{
	return &runs_self(pane)->table;
}

/* In the list of experiments only finding one does something. */
static bool runs_works(const struct pane *pane, enum command command)
{
	const struct runs_pane *runs = runs_self(pane);

	if (command == CMD_BACK)
		return runs->zoom || runs->focus != FOCUS_RUNS || runs_busy(pane);
	if (command == CMD_ZOOM || command == CMD_REFRESH)
		return true;
	if (runs->focus == FOCUS_EXPERIMENTS)
		return command == CMD_FILTER || command == CMD_OPEN;
	return command != CMD_OPEN || runs->focus == FOCUS_RUNS;
}

const struct pane_class runs_pane = {
	.name = "runs",
	.needs = CAN_RUNS,
	.twin = "runs",
	.twin_words = runs_twin_words,
	.close = runs_close,
	.update = runs_update,
	.paint = runs_paint,
	.contexts = runs_contexts,
	.works = runs_works,
	.command = runs_command,
	.subject = runs_subject,
	.show = runs_show,
	.status = runs_status,
	.busy = runs_busy,
	.sheet = runs_shown_sheet,
	.table = runs_shown_table,
	.chart = runs_shown_chart,
};

struct pane *runs_pane_open(struct host *host)
{
	struct runs_pane *runs = mem_zero(1, sizeof *runs);

	runs->pane = (struct pane){&runs_pane, host};
	runs->focus = FOCUS_RUNS;
	table_init(&runs->experiment_table);
	table_init(&runs->table);
	table_init(&runs->differences_table);
	plot_init(&runs->plot);
	facts_init(&runs->facts);
	detail_init(&runs->facts_view);
	runs_data_open(runs);
	return &runs->pane;
}
