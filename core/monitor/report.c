/* What a monitor says: counts become rows of drift; see monitor.h and record/drift.h. */
#include "monitor/state.h"

#include "base/clock.h"
#include "base/mem.h"
#include "monitor/replay.h"
#include "record/build.h"
#include "record/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct report {
	struct monitor *monitor;
	struct build *build;
	struct arena *arena;
	int64_t horizon;
	struct window *window; /* that is judged; NULL: none */
	bool stale;
	struct drift_monitor *rows;
	size_t n, cap;
};

/* --- windows -------------------------------------------------------------------------------- */

int64_t monitor_horizon(const struct monitor *monitor)
{
	int64_t span = monitor->spec.window;
	int64_t clock = windows_start(&monitor->windows, monitor->now() - span);
	int64_t events = monitor->newest == INT64_MIN
				 ? INT64_MIN
				 : windows_start(&monitor->windows, monitor->newest);

	return clock > events ? clock : events;
}

static bool complete(const struct monitor *monitor, const struct window *window, int64_t horizon)
{
	return window->rows && window->start + monitor->spec.window <= horizon &&
	       !monitor_in_reference(monitor, window->start);
}

struct window *monitor_judged(const struct monitor *monitor)
{
	int64_t horizon = monitor_horizon(monitor);

	for (size_t i = monitor->windows.n; i-- > 0;)
		if (complete(monitor, monitor->windows.list[i], horizon))
			return monitor->windows.list[i];
	return NULL;
}

static bool has_events(const struct monitor *monitor, int64_t start)
{
	return monitor_in_reference(monitor, start) || windows_find(&monitor->windows, start);
}

/* Two complete windows without events. */
static bool is_stale(const struct report *report)
{
	const struct monitor *monitor = report->monitor;
	int64_t span = monitor->spec.window;

	return report->window && !monitor->spec.plain &&
	       !has_events(monitor, report->horizon - span) &&
	       !has_events(monitor, report->horizon - 2 * span);
}

/* --- measures ------------------------------------------------------------------------------- */

static struct drift_pair pair_of(const struct feature *feature, const struct drift_counts *counts)
{
	return (struct drift_pair){feature->reference->bins, counts->bins, feature->layout.bins,
				   feature->reference->n, counts->n};
}

static struct judgement judge(const struct monitor *monitor, const struct feature *feature,
			      const struct drift_counts *counts, struct drift_measure *psi)
{
	struct drift_pair pair = pair_of(feature, counts);
	struct judgement judgement;

	drift_measure_bins(RECIPE_PSI, &pair, &feature->noise, psi);
	judgement.state = drift_judge(&pair, &feature->noise, psi, monitor->spec.limit,
				      &judgement.why);
	judgement.value = psi->value;
	judgement.floor_95 = psi->floor_95;
	return judgement;
}

/* What leeboard.psi says of every feature in the window; kept until a count changes. */
static const struct judgement *judgements(const struct monitor *monitor, struct window *window)
{
	if (window->judged)
		return window->judged;
	window->judged = mem_zero(monitor->nfeatures, sizeof *window->judged);
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		const struct feature *feature = &monitor->features[i];
		struct drift_measure psi;

		window->judged[i] = judge(monitor, feature,
					  window_counts(window, feature->offset), &psi);
	}
	return window->judged;
}

static double share(uint64_t part, uint64_t rows)
{
	return rows ? (double)part / (double)rows : NAN;
}

static double outside_share(const struct drift_counts *counts)
{
	return share(counts->out_of_range + counts->pos_inf + counts->neg_inf,
		     drift_counts_rows(counts));
}

/* The first share that is worse than the reference's allows; 0 when all are well. */
enum quality_fault { QUALITY_FINE, QUALITY_NULL, QUALITY_INVALID, QUALITY_UNSEEN, QUALITY_RANGE };

struct quality_rule {
	const char *what;
	double value, limit;
};

static void quality_rules(const struct feature *feature, const struct drift_counts *counts,
			  struct quality_rule rules[4])
{
	const struct drift_counts *r = feature->reference;
	uint64_t rows = drift_counts_rows(counts), r_rows = drift_counts_rows(r);
	double r_null = r_rows ? share(r->null, r_rows) : 0;
	double r_invalid = r_rows ? share(r->invalid, r_rows) : 0;
	double r_outside = r_rows ? outside_share(r) : 0;

	rules[0] = (struct quality_rule){"null", share(counts->null, rows), r_null + 0.05};
	rules[1] = (struct quality_rule){"invalid", share(counts->invalid, rows), r_invalid + 0.01};
	rules[2] = (struct quality_rule){"unseen", share(counts->unseen, rows), 0.01};
	rules[3] = (struct quality_rule){"out of range", outside_share(counts), r_outside + 0.01};
}

/* The rule that is broken the most, or NULL. */
static const struct quality_rule *worst_rule(const struct quality_rule rules[4])
{
	const struct quality_rule *worst = NULL;

	for (int i = 0; i < 4; i++)
		if (rules[i].value > rules[i].limit &&
		    (!worst || rules[i].value - rules[i].limit > worst->value - worst->limit))
			worst = &rules[i];
	return worst;
}

static struct drift_quality quality_of(const struct feature *feature,
				       const struct drift_counts *counts)
{
	struct quality_rule rules[4];

	quality_rules(feature, counts, rules);
	return (struct drift_quality){
		.known = drift_counts_rows(counts) > 0,
		.bad = worst_rule(rules) != NULL,
		.null_share = rules[0].value,
		.invalid_share = rules[1].value,
		.unseen_share = rules[2].value,
		.out_of_range_share = rules[3].value,
	};
}

/* --- samples -------------------------------------------------------------------------------- */

static void no_sample(struct drift_sample *sample)
{
	*sample = (struct drift_sample){
		.from = TIME_NONE, .to = TIME_NONE, .min = NAN, .max = NAN, .mean = NAN, .std = NAN};
}

static void set_sample(struct drift_sample *sample, const struct feature *feature,
		       const struct drift_counts *counts)
{
	sample->rows = drift_counts_rows(counts);
	sample->n = counts->n;
	sample->null = counts->null;
	sample->invalid = counts->invalid;
	sample->pos_inf = counts->pos_inf;
	sample->neg_inf = counts->neg_inf;
	if (feature->type != DRIFT_NUMERIC || !counts->n)
		return;
	sample->min = counts->min;
	sample->max = counts->max;
	sample->mean = drift_counts_mean(counts);
	sample->std = drift_counts_std(counts);
}

static void set_reference(const struct report *report, const struct feature *feature,
			  struct drift_sample *sample)
{
	const struct monitor *monitor = report->monitor;

	no_sample(sample);
	sample->what = build_text(report->build, monitor->spec.reference_what);
	if (monitor->spec.reference == REFERENCE_FIRST)
		sample->what = build_textf(report->build, "first %d windows",
					   MONITOR_FIRST_WINDOWS);
	if (monitor->range_known) {
		sample->from = monitor->from;
		sample->to = monitor->to;
	}
	if (feature->ready && !monitor->gathering)
		set_sample(sample, feature, feature->reference);
}

static void set_window(const struct report *report, const struct feature *feature,
		       struct drift_sample *sample)
{
	const struct monitor *monitor = report->monitor;

	no_sample(sample);
	if (!report->window)
		return;
	if (!monitor->spec.plain) {
		sample->from = report->window->start;
		sample->to = report->window->start + monitor->spec.window;
	}
	set_sample(sample, feature, window_counts(report->window, feature->offset));
}

/* --- recipes on values ---------------------------------------------------------------------- */

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure_numbers(struct report *report, enum drift_recipe recipe,
			    struct feature *feature, struct drift_monitor *row)
{
	struct gather *window = &feature->window;
	struct drift_measure measure;

	if (window->n)
		qsort(window->values, window->n, sizeof *window->values, compare_doubles);
	drift_measure_values(recipe, feature->values, feature->nvalues, window->values, window->n,
			     &measure);
	row->value = measure.value;
	row->p = measure.p;
	row->dof = measure.dof;
	if (feature->stride > 1 || window->stride > 1)
		row->reason = build_textf(report->build,
					  "on a sample: %zu of %llu values against %zu of %llu",
					  window->n, (unsigned long long)row->window.n,
					  feature->nvalues, (unsigned long long)row->reference.n);
}

/* Adds the count of a category to one side of the common table. */
static void tabulate(struct map *index, uint64_t *counts, size_t *n, struct str text,
		     uint64_t count)
{
	bool added;
	uint32_t at = map_intern(index, text, (uint32_t)*n, &added);

	*n += added;
	counts[at] += count;
}

static struct str spelling(const struct feature *feature, struct str text)
{
	bool truth = false;

	if (feature->type != DRIFT_BOOLEAN)
		return text;
	if (drift_cell_boolean(text, &truth) != CELL_VALUE)
		return STR_NONE;
	return truth ? STR("true") : STR("false");
}

static void measure_categories(struct report *report, struct feature *feature,
			       struct drift_monitor *row)
{
	struct gather *window = &feature->window;
	size_t most = feature->ncategories + window->ncategories, n = 0;
	uint64_t *r = mem_zero(most + 1, sizeof *r), *c = mem_zero(most + 1, sizeof *c);
	struct drift_pair pair = {r, c, 0, row->reference.n, row->window.n};
	struct drift_measure measure;
	struct map index;

	map_init(&index);
	for (size_t i = 0; i < feature->ncategories; i++)
		tabulate(&index, r, &n, feature->categories[i].text, feature->categories[i].count);
	for (size_t i = 0; i < window->ncategories; i++) {
		struct str text = spelling(feature, window->categories[i].text);

		if (!str_none(text))
			tabulate(&index, c, &n, text, window->categories[i].count);
	}
	pair.bins = (unsigned)n;
	if (feature->seen_cut || window->uncounted) {
		row->reason = build_textf(report->build, "more than %d categories",
					  GATHER_CATEGORIES);
	} else {
		drift_measure_categories(&pair, &measure);
		row->value = measure.value;
		row->p = measure.p;
		row->dof = measure.dof;
	}
	map_release(&index);
	free(r);
	free(c);
}

/* --- words ---------------------------------------------------------------------------------- */

static struct str why_words(const struct report *report, const struct feature *feature,
			    const struct drift_monitor *row)
{
	struct build *build = report->build;
	uint64_t n = row->window.n, needed = 5 * ((uint64_t)feature->noise.df + 1);
	const char *side = row->reference.n < n ? "reference" : "window";

	switch (row->why) {
	case WHY_EMPTY:
		return build_textf(build, "no value in the %s", row->reference.n ? "window"
										 : "reference");
	case WHY_FEW:
		return build_textf(build, "%llu of %llu values needed in the %s",
				   (unsigned long long)(row->reference.n < n ? row->reference.n : n),
				   (unsigned long long)needed, side);
	case WHY_TAIL:
		return build_textf(build, "rare categories are more than half of the reference");
	case WHY_FLOOR:
		return build_textf(build, "noise alone reaches %.3g; the limit is %.3g",
				   row->floor_95, row->limit);
	case WHY_CLEAR:
		return build_textf(build, "few values, but clear: PSI %.3g", row->value);
	case WHY_NONE:
		break;
	}
	return STR_NONE;
}

/* Why there is nothing to compare, or STR_NONE. */
static struct str missing_words(const struct report *report, const struct feature *feature)
{
	struct monitor *monitor = report->monitor;
	struct build *build = report->build;

	if (monitor->spec.reference == REFERENCE_FILE && feature->reference_column < 0)
		return build_textf(build, "the reference has no such column");
	if (!monitor->gathering && report->window)
		return STR_NONE;
	if (monitor->spec.reference == REFERENCE_FIRST) {
		size_t whole = 0;

		for (size_t i = 0; i < monitor->nfirst; i++)
			whole += monitor->first[i] + monitor->spec.window <= report->horizon;
		if (whole <= MONITOR_FIRST_WINDOWS)
			return build_textf(build, "%zu of %d complete windows needed; %zu are missing",
					   whole, MONITOR_FIRST_WINDOWS + 1,
					   MONITOR_FIRST_WINDOWS + 1 - whole);
	}
	if (monitor->gathering)
		return build_textf(build, "the reference has not ended yet");
	return build_textf(build, "no complete window beside the reference yet");
}

/* --- verdicts ------------------------------------------------------------------------------- */

static struct drift_verdict no_verdict(const char *state, struct str reason)
{
	return (struct drift_verdict){state, NAN, NAN, reason, TIME_NONE};
}

/* Start of the first window of the run of equal states that ends with the newest. */
static int64_t run_start(const struct replay_window *windows, size_t n)
{
	size_t at = n - 1;

	while (at && windows[at - 1].state == windows[n - 1].state)
		at--;
	return windows[at].start;
}

static struct drift_verdict drift_verdict(const struct report *report,
					  const struct drift_monitor *row,
					  const struct replay_window *windows, size_t n)
{
	const struct monitor_spec *spec = &report->monitor->spec;
	struct replay_rule rule = {spec->open_k, spec->open_m, spec->close, spec->limit};
	size_t most = replay_windows(&rule);
	int64_t oldest = report->horizon - (int64_t)most * spec->window;
	struct replay replay;
	struct drift_verdict verdict = {"ok", row->value, row->limit, row->reason, TIME_NONE};
	bool insufficient = windows[n - 1].state == DRIFT_INSUFFICIENT;
	int64_t run = run_start(windows, n);

	while (n && windows->start < oldest) {
		windows++;
		n--;
	}
	replay = replay_run(&rule, windows, n);
	verdict.since = replay.since;
	if (replay.open) {
		verdict.state = "drift";
		verdict.reason = build_textf(report->build, "PSI %.3g, limit %.3g, noise %.3g",
					     row->value, row->limit, row->floor_95);
	} else if (report->stale) {
		verdict.state = "stale";
		verdict.since = report->window->start + spec->window;
	} else if (insufficient) {
		verdict.state = "insufficient";
		verdict.since = run;
	}
	return verdict;
}

static bool bad_quality(const struct feature *feature, const struct window *window)
{
	struct quality_rule rules[4];

	quality_rules(feature, window_counts(window, feature->offset), rules);
	return worst_rule(rules) != NULL;
}

static struct drift_verdict quality_verdict(const struct report *report,
					    const struct feature *feature)
{
	const struct monitor *monitor = report->monitor;
	const struct windows *windows = &monitor->windows;
	struct quality_rule rules[4];
	const struct quality_rule *worst;
	struct drift_verdict verdict = no_verdict("ok", STR_NONE);
	bool changed = false;

	quality_rules(feature, window_counts(report->window, feature->offset), rules);
	worst = worst_rule(rules);
	for (size_t i = windows->n; i-- > 0;) {
		const struct window *window = windows->list[i];

		if (!complete(monitor, window, report->horizon))
			continue;
		changed = bad_quality(feature, window) != (worst != NULL);
		if (changed)
			break;
		verdict.since = window->start;
	}
	if (!worst && !changed) /* it has been well from the start */
		verdict.since = TIME_NONE;
	if (worst) {
		verdict.state = "bad";
		verdict.value = worst->value;
		verdict.limit = worst->limit;
		verdict.reason = build_textf(report->build, "%.1f %% %s, at most %.1f %%",
					     100 * worst->value, worst->what, 100 * worst->limit);
	} else if (report->stale) {
		verdict.state = "stale";
		verdict.since = report->window->start + monitor->spec.window;
	}
	return verdict;
}

/* --- rows ----------------------------------------------------------------------------------- */

static void add_bins(const struct report *report, const struct feature *feature,
		     struct drift_monitor *row)
{
	const struct drift_counts *counts = window_counts(report->window, feature->offset);
	unsigned n = feature->layout.bins;
	struct drift_bin_counts *bins = arena_zero(report->arena, n, sizeof *bins);

	for (unsigned i = 0; bins && i < n; i++) {
		struct drift_bin bin = drift_layout_describe(&feature->layout, i);

		bins[i] = (struct drift_bin_counts){bin.kind, bin.at,
						    build_text(report->build, bin.category),
						    feature->reference->bins[i], counts->bins[i]};
	}
	row->bins = bins;
	row->nbins = bins ? n : 0;
}

/* What the recipe says of one window of the past. */
static struct drift_point point_of(const struct monitor *monitor, size_t at,
				   enum drift_recipe recipe, struct window *window)
{
	const struct feature *feature = &monitor->features[at];
	const struct drift_counts *counts = window_counts(window, feature->offset);
	struct drift_pair pair = pair_of(feature, counts);
	struct drift_point point = {window->start, window->start + monitor->spec.window, counts->n,
				    NAN, NAN, DRIFT_UNJUDGED};
	struct drift_measure measure;

	if (recipe == RECIPE_PSI) {
		const struct judgement *psi = &judgements(monitor, window)[at];

		point.value = psi->value;
		point.floor_95 = psi->floor_95;
		point.state = psi->state;
		return point;
	}
	drift_measure_bins(recipe, &pair, &feature->noise, &measure);
	point.value = measure.value;
	point.floor_95 = measure.floor_95;
	return point;
}

static void add_points(const struct report *report, size_t at, enum drift_recipe recipe,
		       struct drift_monitor *row)
{
	const struct monitor *monitor = report->monitor;
	const struct windows *windows = &monitor->windows;
	struct drift_point *points;

	if (monitor->spec.plain || drift_recipe_raw(recipe))
		return;
	points = arena_zero(report->arena, windows->n, sizeof *points);
	for (size_t i = 0; points && i < windows->n; i++)
		if (complete(monitor, windows->list[i], report->horizon))
			points[row->npoints++] = point_of(monitor, at, recipe, windows->list[i]);
	row->points = points;
}

/* The verdicts of `check`, from the windows of the past. */
static void add_verdicts(const struct report *report, const struct feature *feature,
			 struct drift_monitor *row)
{
	struct replay_window *windows = mem_zero(row->npoints + 1, sizeof *windows);

	for (size_t i = 0; i < row->npoints; i++)
		windows[i] = (struct replay_window){row->points[i].from, row->points[i].value,
						    row->points[i].state};
	if (row->npoints) {
		row->drift_check = drift_verdict(report, row, windows, row->npoints);
		row->quality_check = quality_verdict(report, feature);
	}
	free(windows);
}

static void measure_row(struct report *report, struct feature *feature, enum drift_recipe recipe,
			struct drift_monitor *row)
{
	const struct drift_counts *counts = window_counts(report->window, feature->offset);
	struct drift_pair pair = pair_of(feature, counts);
	struct drift_measure measure;

	if (drift_recipe_raw(recipe)) {
		if (feature->type == DRIFT_NUMERIC)
			measure_numbers(report, recipe, feature, row);
		else
			measure_categories(report, feature, row);
		return;
	}
	drift_measure_bins(recipe, &pair, &feature->noise, &measure);
	row->value = measure.value;
	row->p = measure.p;
	row->dof = measure.dof;
	row->floor_mean = measure.floor_mean;
	row->floor_95 = measure.floor_95;
	row->excess = measure.excess;
}

static void judge_row(struct report *report, struct feature *feature, struct drift_monitor *row)
{
	const struct drift_counts *counts = window_counts(report->window, feature->offset);
	struct drift_measure psi;
	struct judgement judgement = judge(report->monitor, feature, counts, &psi);

	row->state = judgement.state;
	row->why = judgement.why;
	row->reason = why_words(report, feature, row);
	if (!report->stale)
		return;
	row->state = DRIFT_STALE;
	row->why = WHY_NONE;
	row->reason = build_textf(report->build, "no events since this window");
}

/* Before the reference is whole its type is what the cells so far look like. */
static enum drift_type type_of(const struct feature *feature)
{
	bool good;

	return feature->ready || feature->typed ? feature->type
						: gather_decide(&feature->gather, &good);
}

static struct drift_monitor empty_row(const struct report *report, const struct feature *feature,
				      enum drift_recipe recipe)
{
	const struct monitor_spec *spec = &report->monitor->spec;
	bool judged = recipe == RECIPE_PSI;

	return (struct drift_monitor){
		.monitor = build_text(report->build, spec->name),
		.model = build_text(report->build, spec->model),
		.feature = build_text(report->build, feature->name),
		.type = type_of(feature),
		.recipe = str_of(drift_recipe_id(recipe)),
		.value = NAN, .p = NAN, .dof = NAN,
		.floor_mean = NAN, .floor_95 = NAN, .excess = NAN,
		.limit = judged ? spec->limit : NAN,
		.state = judged ? DRIFT_UNKNOWN : DRIFT_UNJUDGED,
		.judged = judged,
		.quality = {.null_share = NAN, .invalid_share = NAN, .unseen_share = NAN,
			    .out_of_range_share = NAN},
		.drift_check = no_verdict("unknown", STR_NONE),
		.quality_check = no_verdict("unknown", STR_NONE),
	};
}

static void add_row(struct report *report, size_t at, enum drift_recipe recipe)
{
	struct feature *feature = &report->monitor->features[at];
	struct drift_monitor *row;
	struct str missing = missing_words(report, feature);

	MEM_GROW(report->rows, report->n, report->cap);
	row = &report->rows[report->n++];
	*row = empty_row(report, feature, recipe);
	set_reference(report, feature, &row->reference);
	no_sample(&row->window);
	if (!str_none(missing)) {
		row->reason = row->drift_check.reason = row->quality_check.reason = missing;
		return;
	}
	row->version = build_text(report->build, str_of(report->window->version));
	set_window(report, feature, &row->window);
	row->quality = quality_of(feature, window_counts(report->window, feature->offset));
	add_bins(report, feature, row);
	measure_row(report, feature, recipe, row);
	add_points(report, at, recipe, row);
	if (!row->judged)
		return;
	judge_row(report, feature, row);
	add_verdicts(report, feature, row);
}

/* A column that one side lacks, and that nobody asked for, is left out. */
static bool left_out(const struct monitor *monitor, const struct feature *feature)
{
	if (feature->named)
		return false;
	return feature->column < 0 ||
	       (monitor->spec.reference == REFERENCE_FILE && feature->reference_column < 0);
}

static void add_rows(struct report *report)
{
	const struct monitor *monitor = report->monitor;

	for (size_t i = 0; i < monitor->nfeatures; i++) {
		const struct feature *feature = &monitor->features[i];

		if (left_out(monitor, feature)) {
			/* a training file has more columns than the events, and may */
			if (feature->column < 0 && !monitor->spec.plain)
				continue;
			build_warn(report->build, "column \"%.*s\" is left out: %s has none",
				   STR_ARG(feature->name),
				   feature->column < 0 ? "the current side" : "the reference");
			continue;
		}
		for (size_t k = 0; k < monitor->spec.nrecipes; k++)
			if (!feature->ready ||
			    drift_recipe_takes(monitor->spec.recipes[k], feature->type))
				add_row(report, i, monitor->spec.recipes[k]);
	}
}

static int compare_rows(const void *a, const void *b)
{
	return drift_monitor_compare(a, b);
}

static void add_warnings(const struct report *report)
{
	const struct monitor *monitor = report->monitor;

	for (size_t i = 0; i < monitor->nwarnings; i++)
		build_warn(report->build, "%s", monitor->warnings[i]);
	if (monitor->untimed)
		build_warn(report->build, "%llu events have no time that can be read and are left "
					  "out", (unsigned long long)monitor->untimed);
	if (monitor->windows.dropped || monitor->windows.too_old)
		build_warn(report->build, "only the newest %zu windows are kept",
			   monitor->windows.most);
}

static void seal_rows(struct report *report)
{
	struct drift_list *list = arena_zero(report->arena, 1, sizeof *list);
	struct drift_monitor *rows = arena_zero(report->arena, report->n, sizeof *rows);

	if (report->n)
		qsort(report->rows, report->n, sizeof *rows, compare_rows);
	if (rows && report->n)
		memcpy(rows, report->rows, report->n * sizeof *rows);
	if (!list)
		return; /* over the cap: the seal says so */
	*list = (struct drift_list){rows ? report->n : 0, rows};
	build_drift(report->build, list);
}

int monitor_report(struct monitor *monitor, struct build *build, struct err *err)
{
	struct report report = {.monitor = monitor, .build = build, .arena = build_arena(build)};
	(void)err;

	report.horizon = monitor_horizon(monitor);
	report.window = monitor->spec.plain ? monitor->whole : monitor_judged(monitor);
	if (!monitor->counting)
		report.window = NULL;
	report.stale = is_stale(&report);
	if (!monitor->changed && report.horizon == monitor->reported &&
	    report.stale == monitor->was_stale && build_previous(build)) {
		build_unchanged(build);
		return 0;
	}
	monitor->changed = false;
	monitor->reported = report.horizon;
	monitor->was_stale = report.stale;
	add_rows(&report);
	add_warnings(&report);
	seal_rows(&report);
	free(report.rows);
	return 0;
}
