/* The runs pane's data: watches, sheets, what follows the cursor; see runs_parts.h. */
#include "pane/runs/runs_parts.h"

#include "base/mem.h"
#include "pane/source_heads.h"

#include <stdlib.h>
#include <string.h>

static char *own(struct str text)
{
	return text.s ? mem_copy(text.s, text.n) : NULL;
}

static void replace(char **place, struct str text)
{
	char *fresh = own(text);

	free(*place);
	*place = fresh;
}

/* ---- curves in cells ---- */

static const struct series *curve_of(void *ctx, const struct run *run, struct str key,
				     size_t *points)
{
	const struct runs_source *source = ctx;

	return curves_get(&source->pane->curves, source->index, run, key, points);
}

void runs_want_curves(struct runs_pane *runs)
{
	size_t from = runs->table.top, to = from + (size_t)runs->table_area.h;

	if (!runs->sheet)
		return;
	for (size_t c = 0; c < runs->view->ncolumns; c++) {
		if (runs->view->what[c].attribute != RUNS_CURVE)
			continue;
		for (size_t row = from; row < to && row < runs->sheet->sheet.n; row++) {
			const struct runs_part *part;
			const struct run *run = runs_sheet_run(runs->sheet, row, &part);
			const struct runs_source *source = part->curve_ctx;

			if (curves_want(&runs->curves, source->index, run,
					runs->view->what[c].curve_key))
				runs->pane.host->wake(runs->pane.host, runs->pane.host->tick);
		}
	}
}

/* ---- life ---- */

void runs_data_open(struct runs_pane *runs)
{
	struct engine *engine = runs->pane.host->engine;
	struct err err;

	for (size_t i = 0; i < engine_sources(engine); i++) {
		struct runs_source *source = &runs->sources[runs->n];
		struct query experiments = {.kind = RECORD_EXPERIMENTS};
		struct query table = {.kind = RECORD_RUNS};
		struct query keys = {.kind = RECORD_KEYS};

		if (!engine_can(engine, i, CAN_RUNS))
			continue;
		source->pane = runs;
		source->index = i;
		source->experiments = engine_watch(engine, i, &experiments, WATCH_LIVE, 0);
		source->runs = engine_watch(engine, i, &table, WATCH_LIVE, 0);
		source->keys = engine_watch(engine, i, &keys, WATCH_QUIET, 0);
		runs->n++;
	}
	curves_init(&runs->curves, engine);
	overlay_init(&runs->lines, engine);
	differences_init(&runs->differences, engine);
	runs->differences.narrow = true;
	arena_init(&runs->rule_text, 1 << 20);
	runs_rebuild(runs, &err);
}

static void release_columns(struct runs_pane *runs, struct watch **columns)
{
	(void)runs;
	for (size_t c = 0; c < RUNS_MAX_NEEDS; c++)
		watch_release(columns[c]);
}

void runs_data_close(struct runs_pane *runs)
{
	runs_sheet_free(runs->sheet);
	grid_free(runs->experiments);
	differences_release(&runs->differences);
	overlay_release(&runs->lines);
	curves_release(&runs->curves);
	watch_release(runs->detail);
	watch_release(runs->pick);
	for (size_t i = 0; i < runs->n; i++) {
		release_columns(runs, runs->sources[i].columns);
		watch_release(runs->sources[i].experiments);
		watch_release(runs->sources[i].runs);
		watch_release(runs->sources[i].keys);
	}
	if (runs->view) {
		runs_view_release(runs->view);
		free(runs->view);
	}
	arena_release(&runs->rule_text);
	free(runs->rules);
	free(runs->find);
	free(runs->columns);
	free(runs->picked);
	free(runs->filter);
	free(runs->sort);
	free(runs->experiment);
	free(runs->experiment_source);
	free(runs->wanted);
	free(runs->detail_of);
	free(runs->pick_of);
	free(runs->typed);
	free(runs->filter_before);
	free(runs->experiment_before);
}

/* ---- the view and its columns ---- */

static int fill_view(struct runs_pane *runs, struct runs_view *view, struct err *err)
{
	const char *list = runs->columns ? runs->columns : runs->picked;
	size_t where;

	view->deleted = runs->deleted;
	view->experiment = arena_str(&view->arena, str_of(runs->experiment));
	view->experiment_source = arena_str(&view->arena, str_of(runs->experiment_source));
	if (runs_view_add_list(view, str_of(list ? list : "state,name,start,duration"), err))
		return -1;
	/* the state is a glyph before the name: its word would say it twice */
	for (size_t c = 0; c < view->ncolumns; c++)
		if (view->what[c].attribute == RUNS_STATE)
			view->columns[c].least = view->columns[c].most = 0;
	if (runs->filter && runs_view_filter(view, str_of(runs->filter), runs->pane.host->now,
					     &where, err))
		return -1;
	return runs->sort ? runs_view_sort(view, str_of(runs->sort), err) : 0;
}

/* `KEY:best` is min or max by direction. */
static void resolve_best(struct runs_pane *runs, struct runs_view *view)
{
	for (size_t i = 0; i < view->nneeds; i++) {
		struct column_id *need = &view->needs[i];
		enum direction direction;

		if (need->kind != COLUMN_METRIC)
			continue;
		direction = direction_of(need->key, runs->rules, runs->nrules);
		if (need->aggregate == AGGREGATE_BEST && direction != DIRECTION_UNKNOWN)
			need->aggregate = direction == DIRECTION_HIGHER ? AGGREGATE_MAX
									: AGGREGATE_MIN;
	}
	for (size_t c = 0; c < view->ncolumns; c++)
		if (view->what[c].attribute == RUNS_RECORD)
			view->columns[c].better = direction_of(view->needs[view->what[c].need].key,
							       runs->rules, runs->nrules);
}

/* Watches for what the view needs and has none; tables that are not read yet come later. */
static void watch_columns(struct runs_pane *runs, struct runs_source *source)
{
	struct snapshot *table = watch_view(source->runs)->snapshot;

	for (size_t c = 0; table && c < runs->view->nneeds; c++) {
		struct query query = {.kind = RECORD_COLUMN,
				      .column = runs->view->needs[c],
				      .table = table};

		if (!source->columns[c] && query.column.aggregate != AGGREGATE_BEST)
			source->columns[c] = engine_watch(runs->pane.host->engine, source->index,
							  &query, WATCH_LIVE, 0);
	}
}

bool runs_rebuild(struct runs_pane *runs, struct err *err)
{
	struct runs_view *view = mem_zero(1, sizeof *view), *old = runs->view;
	struct watch *columns[RUNS_MAX_NEEDS];

	runs_view_init(view);
	if (fill_view(runs, view, err)) {
		runs_view_release(view);
		free(view);
		return false;
	}
	resolve_best(runs, view);
	runs_sheet_free(runs->sheet);
	runs->sheet = NULL;
	runs->view = view;
	for (size_t i = 0; i < runs->n; i++) {
		struct runs_source *source = &runs->sources[i];

		memcpy(columns, source->columns, sizeof columns);
		memset(source->columns, 0, sizeof source->columns);
		watch_columns(runs, source);
		release_columns(runs, columns);
	}
	if (old) {
		runs_view_release(old);
		free(old);
	}
	runs->stale = true;
	return true;
}

/* ---- the sheet ---- */

/* Takes the newest snapshots into the parts; true when any is new. */
static bool take_parts(struct runs_pane *runs)
{
	bool changed = false;

	for (size_t i = 0; i < runs->n; i++) {
		struct runs_source *source = &runs->sources[i];
		const struct view *view = watch_view(source->runs);
		uint64_t versions = 0;

		watch_columns(runs, source);
		for (size_t c = 0; c < runs->view->nneeds; c++) {
			const struct view *column =
				source->columns[c] ? watch_view(source->columns[c]) : NULL;

			runs->column_snapshots[i][c] = column ? column->snapshot : NULL;
			versions += column ? column->version : 0;
		}
		changed |= view->version != source->seen_runs || versions != source->seen_columns;
		source->seen_runs = view->version;
		source->seen_columns = versions;
		source_head(&runs->parts[i].source,
			    engine_source(runs->pane.host->engine, source->index), view);
		runs->parts[i].columns = runs->column_snapshots[i];
		runs->parts[i].curve = curve_of;
		runs->parts[i].curve_ctx = source;
	}
	return changed;
}

static void make_sheet(struct runs_pane *runs)
{
	struct runs_sheet *sheet = runs_sheet_new(runs->view, runs->parts, runs->n);

	runs->withheld = 0;
	if (runs->hold && runs->sheet && !runs->stale && !runs->wanted)
		runs->withheld = runs_sheet_hold(sheet, runs->sheet);
	runs_sheet_free(runs->sheet);
	runs->sheet = sheet;
	runs->stale = false;
	table_sheet(&runs->table, &sheet->sheet);
	if (runs->wanted && table_go(&runs->table, &sheet->sheet, str_of(runs->wanted)))
		replace(&runs->wanted, STR_NONE);
}

/* ---- experiments ---- */

static void take_rules(struct runs_pane *runs, const struct experiment *experiment)
{
	struct str key = pair_get(experiment->tags, experiment->ntags,
				  STR("mlflow.experiment.primaryMetric.name"));
	struct str greater = pair_get(experiment->tags, experiment->ntags,
				      STR("mlflow.experiment.primaryMetric.greaterIsBetter"));

	if (!key.n || !greater.s)
		return;
	MEM_GROW(runs->rules, runs->nrules, runs->rules_cap);
	runs->rules[runs->nrules++] = (struct direction_rule){
		arena_str(&runs->rule_text, key),
		str_equal(greater, STR("True")) || str_equal(greater, STR("true"))
			? DIRECTION_HIGHER
			: DIRECTION_LOWER};
}

static void make_rules(struct runs_pane *runs)
{
	const struct config *config = runs->pane.host->config;

	arena_release(&runs->rule_text);
	runs->nrules = 0;
	for (size_t i = 0; i < runs->n; i++) {
		const struct snapshot *snapshot =
			watch_view(runs->sources[i].experiments)->snapshot;

		for (size_t e = 0; snapshot && e < snapshot->u.experiments.n; e++)
			take_rules(runs, &snapshot->u.experiments.experiments[e]);
	}
	for (size_t i = 0; i < config->metrics.n; i++) {
		MEM_GROW(runs->rules, runs->nrules, runs->rules_cap);
		runs->rules[runs->nrules++] = (struct direction_rule){
			str_of(config->metrics.items[i].key),
			strcmp(config->metrics.items[i].word, "higher") ? DIRECTION_LOWER
									: DIRECTION_HIGHER};
	}
}

/* Letters in their order, not side by side: "cxg" finds "churn-xgb". */
static bool fits(struct str name, const char *typed)
{
	size_t at = 0;

	for (; *typed; typed++) {
		while (at < name.n && (name.s[at] | 32) != (*typed | 32))
			at++;
		if (at == name.n)
			return false;
		at++;
	}
	return true;
}

/* What no source has told yet is not none: a server counts once all its runs were read. */
static void count_runs(struct grid *grid, uint64_t count)
{
	if (count == EXPERIMENT_UNCOUNTED)
		grid_missing(grid);
	else
		grid_count(grid, (int64_t)count);
}

static uint64_t count_all(const struct runs_pane *runs, const struct grid *all)
{
	uint64_t sum = 0;
	bool read = false;

	for (size_t i = 0; i < runs->n; i++)
		read |= runs->experiment_heads[i].snapshot != NULL;
	for (size_t row = 0; row < all->sheet.n; row++) {
		uint64_t count = experiments_row(all, row, NULL)->runs;

		if (count == EXPERIMENT_UNCOUNTED)
			return count;
		sum += count;
	}
	return read ? sum : EXPERIMENT_UNCOUNTED;
}

void runs_make_experiments(struct runs_pane *runs)
{
	struct grid *all =
		experiments_grid(runs->experiment_heads, runs->n, runs->deleted);
	static const struct sheet_column columns[] = {
		{STR("name"), STR("experiment"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 40},
		{STR("runs"), STR("runs"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 4, 7},
	};
	struct grid *grid = grid_new(columns, 2);

	if (!runs->find) {
		grid_row(grid, STR(""), NULL);
		grid_words(grid, "all");
		count_runs(grid, count_all(runs, all));
	}
	for (size_t row = 0; row < all->sheet.n; row++) {
		const struct sheet_source *source;
		const struct experiment *experiment = experiments_row(all, row, &source);

		if (runs->find && !fits(experiment->name, runs->find))
			continue;
		/* the record, which the view keeps: what `all` has of its rows goes with it */
		grid_row(grid, all->sheet.class->id(&all->sheet, row), experiment);
		if (runs->n > 1)
			grid_textf(grid, "%.*s · %.*s", STR_ARG(experiment->name),
				   STR_ARG(source->name));
		else
			grid_text(grid, experiment->name);
		count_runs(grid, experiment->runs);
	}
	grid_free(runs->experiments);
	grid_free(all);
	runs->experiments = grid;
	table_sheet(&runs->experiment_table, &grid->sheet);
}

static bool take_experiments(struct runs_pane *runs)
{
	bool changed = !runs->experiments;

	for (size_t i = 0; i < runs->n; i++) {
		struct runs_source *source = &runs->sources[i];
		const struct view *view = watch_view(source->experiments);

		changed |= view->version != source->seen_experiments;
		source->seen_experiments = view->version;
		source_head(&runs->experiment_heads[i],
			    engine_source(runs->pane.host->engine, source->index), view);
	}
	if (changed) {
		make_rules(runs);
		runs_make_experiments(runs);
	}
	return changed;
}

/* The experiment whose id ("source:id") that is; "" for all of them. */
static void set_experiment(struct runs_pane *runs, struct str id)
{
	replace(&runs->experiment, STR_NONE);
	replace(&runs->experiment_source, STR_NONE);
	for (size_t i = 0; i < runs->n && id.n; i++) {
		struct str name = runs->experiment_heads[i].name;

		if (id.n > name.n && str_starts(id, name) && id.s[name.n] == ':') {
			replace(&runs->experiment_source, name);
			replace(&runs->experiment, str_slice(id, name.n + 1, id.n));
		}
	}
}

void runs_choose_experiment(struct runs_pane *runs)
{
	struct err err;

	set_experiment(runs, table_id(&runs->experiment_table));
	replace(&runs->picked, STR_NONE);
	runs->hold = false;
	if (!runs_rebuild(runs, &err))
		runs->pane.host->say(runs->pane.host, TONE_BAD, "%s", err.message);
}

/* ---- the wanted run ---- */

void runs_show_all(struct runs_pane *runs)
{
	struct err err;

	replace(&runs->experiment, STR_NONE);
	replace(&runs->experiment_source, STR_NONE);
	replace(&runs->filter, STR_NONE);
	replace(&runs->find, STR_NONE);
	runs->started = true; /* nobody shall go to another experiment now */
	if (runs->experiments) {
		runs_make_experiments(runs);
		table_to(&runs->experiment_table, &runs->experiments->sheet, 0);
	}
	if (!runs_rebuild(runs, &err))
		runs->pane.host->say(runs->pane.host, TONE_BAD, "%s", err.message);
}

/* The id of the wanted run, if it is one of that part; a missing text if not. */
static struct str wanted_of(const struct runs_pane *runs, size_t part)
{
	struct str wanted = str_of(runs->wanted), name = runs->parts[part].source.name;

	if (runs->n < 2)
		return wanted;
	if (wanted.n <= name.n || !str_starts(wanted, name) || wanted.s[name.n] != ':')
		return STR_NONE;
	return str_slice(wanted, name.n + 1, wanted.n);
}

/* The id of the experiment that the wanted run is of: "source:id", "" while that is not known. */
static void wanted_home(const struct runs_pane *runs, struct buf *out)
{
	for (size_t i = 0; i < runs->n; i++) {
		const struct snapshot *snapshot = watch_view(runs->sources[i].runs)->snapshot;
		struct str id = wanted_of(runs, i);
		long row = snapshot && id.s ? run_find(&snapshot->u.runs, id) : -1;
		const struct run *run = row < 0 ? NULL : run_at(&snapshot->u.runs, (size_t)row);

		if (!run || run->gone || run->deleted || !run->experiment.s)
			continue;
		buf_addf(out, "%.*s:%.*s", STR_ARG(runs->parts[i].source.name),
			 STR_ARG(run->experiment));
		return;
	}
}

void runs_show_wanted(struct runs_pane *runs)
{
	struct buf home;

	buf_init(&home, 1 << 16);
	wanted_home(runs, &home);
	runs_show_all(runs);
	if (home.n && runs->experiments &&
	    table_go(&runs->experiment_table, &runs->experiments->sheet, buf_str(&home)))
		runs_choose_experiment(runs);
	buf_release(&home);
}

static void give_up(struct runs_pane *runs, const char *why)
{
	runs->pane.host->say(runs->pane.host, TONE_WARNING, "run %s %s", runs->wanted, why);
	replace(&runs->wanted, STR_NONE);
}

/*
 * The wanted run is not among the rows although everything is shown: it is deleted, which can be
 * shown, or not there, which is said once the runs have all been read.
 */
static bool look_for_wanted(struct runs_pane *runs)
{
	bool waiting = false;

	for (size_t i = 0; i < runs->n; i++) {
		const struct view *view = watch_view(runs->sources[i].runs);
		struct str id = wanted_of(runs, i);
		const struct run_table *table = view->snapshot ? &view->snapshot->u.runs : NULL;
		long row = table && id.s ? run_find(table, id) : -1;

		waiting |= id.s && (view->loading || (!table && view->err.code == ERR_NONE));
		if (row < 0 || run_at(table, (size_t)row)->gone)
			continue;
		if (!run_at(table, (size_t)row)->deleted || runs->deleted)
			return false;
		runs->deleted = true;
		runs_show_all(runs);
		runs->pane.host->say(runs->pane.host, TONE_DIM,
				     "the run is deleted: deleted runs are shown now");
		return true;
	}
	if (!waiting)
		give_up(runs, "is not there any more");
	return false;
}

/* ---- turns ---- */

/* At first, the experiment that somebody works on: the one with the newest activity. */
static void start_somewhere(struct runs_pane *runs)
{
	int64_t newest = TIME_NONE;
	size_t at = 0;

	if (runs->started || !runs->experiments->sheet.n)
		return;
	for (size_t row = 1; row < runs->experiments->sheet.n; row++) {
		const struct experiment *experiment = grid_data(runs->experiments, row);

		if (experiment->last_activity > newest && experiment->runs) {
			newest = experiment->last_activity;
			at = row;
		}
	}
	/* whichever source was quicker: the choice stands once all have answered */
	runs->started = true;
	for (size_t i = 0; i < runs->n; i++)
		runs->started &= !watch_view(runs->sources[i].experiments)->loading;
	if (!at && !runs->started)
		return;
	table_to(&runs->experiment_table, &runs->experiments->sheet, at);
	runs_choose_experiment(runs);
}

static bool chosen_experiment(const struct runs_pane *runs, struct str id)
{
	struct str source = str_of(runs->experiment_source);

	if (!runs->experiment)
		return id.n == 0;
	return id.n == source.n + 1 + strlen(runs->experiment) && str_starts(id, source) &&
	       str_ends(id, str_of(runs->experiment));
}

/* What has come of the chosen runs: their curves, and what differs. */
static bool take_chosen(struct runs_pane *runs)
{
	bool changed = overlay_update(&runs->lines);

	changed |= differences_update(&runs->differences);
	if (!differences_busy(&runs->differences) && runs->differences.grid)
		table_sheet(&runs->differences_table, &runs->differences.grid->sheet);
	return changed;
}

bool runs_data_update(struct runs_pane *runs)
{
	bool changed = take_experiments(runs), parts;
	struct err err;

	if (!runs->wanted)
		start_somewhere(runs);
	if (runs->experiments->sheet.n && !runs->wanted &&
	    !chosen_experiment(runs, table_id(&runs->experiment_table))) {
		if (pane_rested(&runs->pane) || runs->focus != FOCUS_EXPERIMENTS) {
			runs_choose_experiment(runs);
			changed = true;
		}
	}
	parts = take_parts(runs);
	if (runs_pick(runs)) {
		runs_rebuild(runs, &err);
		parts = true;
		take_parts(runs);
	}
	if (parts || runs->stale || !runs->sheet) {
		make_sheet(runs);
		changed = true;
	}
	if (runs->wanted && look_for_wanted(runs)) {
		take_parts(runs);
		make_sheet(runs);
	}
	changed |= curves_changed(&runs->curves);
	changed |= take_chosen(runs);
	return changed;
}

/* ---- following the cursor ---- */

static bool follow_detail(struct runs_pane *runs)
{
	size_t s;
	const struct run *run = runs_cursor(runs, &s);
	struct query query = {.kind = RECORD_DETAILS, .nids = 1};
	const struct view *view;

	if (!run) {
		watch_release(runs->detail);
		runs->detail = NULL;
		replace(&runs->detail_of, STR_NONE);
		facts_clear(&runs->facts);
		return false;
	}
	if (!str_equal(str_of(runs->detail_of), run->id) || runs->detail_source != s) {
		struct watch *old = runs->detail;

		query.ids = &run->id;
		runs->detail = engine_watch(runs->pane.host->engine, runs->sources[s].index, &query,
					    WATCH_LIVE, 0);
		watch_release(old);
		replace(&runs->detail_of, run->id);
		runs->detail_source = s;
		runs->seen_detail = 0;
		detail_reset(&runs->facts_view);
	}
	view = watch_view(runs->detail);
	if (view->version == runs->seen_detail)
		return false;
	runs->seen_detail = view->version;
	facts_clear(&runs->facts);
	if (view->snapshot && view->snapshot->u.details.n)
		runs_facts(&runs->facts, &view->snapshot->u.details.details[0],
			   runs->pane.host->now);
	return true;
}

bool runs_follow(struct runs_pane *runs)
{
	struct overlay_run chosen[OVERLAY_MAX];
	bool changed;
	size_t n;

	if (!runs->sheet || !pane_rested(&runs->pane))
		return false;
	n = runs_chosen(runs, chosen, OVERLAY_MAX);
	overlay_show(&runs->lines, chosen, n, runs_metric(runs));
	differences_show(&runs->differences, chosen, table_marks(&runs->table) > 1 ? n : 0,
			 runs->rules, runs->nrules);
	/* what was read before is there at once: no read will end that tells of it */
	changed = take_chosen(runs);
	return follow_detail(runs) || changed;
}

/* Names to choose from: read once, after the runs. */
static bool keys_awaited(const struct runs_source *source)
{
	const struct view *view = watch_view(source->keys);

	return watch_view(source->runs)->snapshot && !view->snapshot &&
	       view->err.code == ERR_NONE;
}

bool runs_data_busy(const struct runs_pane *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		const struct runs_source *source = &runs->sources[i];

		if (watch_view(source->experiments)->loading ||
		    watch_view(source->runs)->loading || keys_awaited(source))
			return true;
		for (size_t c = 0; c < runs->view->nneeds; c++)
			if (source->columns[c] && watch_view(source->columns[c])->loading)
				return true;
	}
	if (runs->detail && watch_view(runs->detail)->loading)
		return true;
	if (curves_busy(&runs->curves))
		return true;
	return (runs->pick && watch_view(runs->pick)->loading) || overlay_busy(&runs->lines) ||
	       differences_busy(&runs->differences);
}
