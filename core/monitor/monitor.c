/* The passes of a monitor over its events; see monitor.h. */
#include "monitor/state.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raw cells of references, of all columns together; what does not fit takes further passes. */
#define PURSE ((size_t)168 << 20)

enum {
	RAW_VALUES = 4000000, /* kept for recipes on values, of all columns of a side together */
	RAW_LEAST = 20000,    /* … and of one column at the least */
	PASSES_MAX = 64,
};

void monitor_spec_init(struct monitor_spec *spec)
{
	*spec = (struct monitor_spec){
		.name = STR_NONE,
		.from = TIME_NONE,
		.to = TIME_NONE,
		.window = 3600000,
		.nrecipes = 1,
		.recipes = {RECIPE_PSI},
		.limit = 0.1,
		.open_k = 2,
		.open_m = 3,
		.close = 3,
	};
}

/* --- warnings ------------------------------------------------------------------------------- */

/* The same sentence, whatever its numbers? */
static bool same_sentence(const char *a, const char *b)
{
	while (*a || *b) {
		a += strspn(a, "0123456789");
		b += strspn(b, "0123456789");
		if (*a != *b)
			return false;
		a += *a != '\0';
		b += *b != '\0';
	}
	return true;
}

void monitor_warn(struct monitor *monitor, const char *format, ...)
{
	char line[400];
	va_list args;
	size_t i = 0;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	while (i < monitor->nwarnings && !same_sentence(monitor->warnings[i], line))
		i++;
	if (i == MONITOR_WARNINGS)
		return;
	if (i < monitor->nwarnings)
		free(monitor->warnings[i]);
	else
		monitor->nwarnings++;
	monitor->warnings[i] = mem_copy(line, strlen(line));
}

static void clear_warnings(struct monitor *monitor)
{
	while (monitor->nwarnings)
		free(monitor->warnings[--monitor->nwarnings]);
}

static void take_warning(void *ctx, const char *text)
{
	monitor_warn(ctx, "%s", text);
}

static void take_reference_warning(void *ctx, const char *text)
{
	struct monitor *monitor = ctx;

	monitor_warn(monitor, "%.*s: %s", STR_ARG(monitor->spec.reference_what), text);
}

/* --- columns -------------------------------------------------------------------------------- */

static bool listed(const struct monitor_names *list, struct str name)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_equal(list->names[i], name))
			return true;
	return false;
}

static bool special(const struct event_layout *layout, size_t column)
{
	int i = (int)column;

	return i == layout->time || i == layout->prediction || i == layout->label ||
	       i == layout->version || i == layout->id;
}

static struct feature *find_feature(struct monitor *monitor, struct str name)
{
	for (size_t i = 0; i < monitor->nfeatures; i++)
		if (str_equal(monitor->features[i].name, name))
			return &monitor->features[i];
	return NULL;
}

static struct feature *add_feature(struct monitor *monitor, struct str name, bool named)
{
	const struct monitor_spec *spec = &monitor->spec;
	struct feature *feature;

	MEM_GROW(monitor->features, monitor->nfeatures, monitor->features_cap);
	feature = &monitor->features[monitor->nfeatures++];
	feature_init(feature, arena_str(&monitor->arena, name), &monitor->purse);
	feature->named = named;
	feature->said = true;
	if (listed(&spec->numeric, name))
		feature->type = DRIFT_NUMERIC;
	else if (listed(&spec->boolean, name))
		feature->type = DRIFT_BOOLEAN;
	else if (listed(&spec->categorical, name))
		feature->type = DRIFT_CATEGORICAL;
	else
		feature->said = false;
	feature->typed = feature->said;
	feature_reset(feature);
	return feature;
}

static void drop_features(struct monitor *monitor)
{
	for (size_t i = 0; i < monitor->nfeatures; i++)
		feature_release(&monitor->features[i]);
	monitor->nfeatures = 0;
}

/* The features that were asked for, or every column that is not special. */
static void make_features(struct monitor *monitor, const struct event_layout *layout)
{
	const struct monitor_names *wanted = &monitor->spec.features;

	for (size_t i = 0; i < wanted->n; i++)
		if (!find_feature(monitor, wanted->names[i]))
			add_feature(monitor, wanted->names[i], true);
	for (size_t i = 0; !wanted->n && i < layout->ncolumns; i++) {
		struct str name = layout->names[i];

		if (special(layout, i) || !name.n)
			continue;
		if (!find_feature(monitor, name))
			add_feature(monitor, name, false);
		else if (!monitor->spec.reference_what.s)
			monitor_warn(monitor, "column \"%.*s\" occurs twice; the first is used",
				     STR_ARG(name));
	}
	monitor->raw = 0;
	for (size_t i = 0; i < monitor->spec.nrecipes; i++)
		if (drift_recipe_raw(monitor->spec.recipes[i]))
			monitor->raw = RAW_VALUES / (monitor->nfeatures + 1);
	if (monitor->raw && monitor->raw < RAW_LEAST)
		monitor->raw = RAW_LEAST;
}

static int column_of(const struct event_layout *layout, struct str name)
{
	for (size_t i = 0; i < layout->ncolumns; i++)
		if (str_equal(layout->names[i], name))
			return (int)i;
	return -1;
}

/* --- sealing the reference ------------------------------------------------------------------ */

static bool all_ready(const struct monitor *monitor)
{
	for (size_t i = 0; i < monitor->nfeatures; i++)
		if (!monitor->features[i].ready)
			return false;
	return true;
}

/* Where each feature's counts lie in a window's block; long doubles want their alignment. */
static void lay_out_windows(struct monitor *monitor)
{
	size_t block = 0, align = _Alignof(struct drift_counts);

	for (size_t i = 0; i < monitor->nfeatures; i++) {
		struct feature *feature = &monitor->features[i];

		feature->offset = block;
		block += drift_counts_size(feature->layout.bins);
		block = (block + align - 1) / align * align;
	}
	windows_layout(&monitor->windows, block);
	monitor->whole = NULL;
	monitor->counting = true;
	monitor->values_of = TIME_NONE;
}

/* Layouts of what was gathered. Where a column must be gathered again, counting has to wait. */
static void seal_reference(struct monitor *monitor)
{
	monitor->gathering = false;
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		struct feature *feature = &monitor->features[i];

		if (feature->ready || feature->deferred)
			continue;
		if (feature->gather.over)
			monitor_warn(monitor, "%.*s: the reference has more values than fit in "
					      "memory; the first %zu are used",
				     STR_ARG(feature->name), feature->gather.n);
		if (!feature_seal(feature, monitor->raw))
			feature->deferred = true;
		else if (feature->seen_cut)
			monitor_warn(monitor, "%.*s has more than %d categories; unseen ones are "
					      "not counted", STR_ARG(feature->name),
				     GATHER_CATEGORIES);
	}
	if (all_ready(monitor))
		lay_out_windows(monitor);
}

/*
 * The purse is empty: from now on at most half as many columns are gathered in one pass. Those past
 * them, and those that lost cells, start again in a later one.
 */
static void defer_columns(struct monitor *monitor, size_t active)
{
	size_t kept = 0;

	monitor->group = active / 2;
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		struct feature *feature = &monitor->features[i];

		if (feature->ready || feature->deferred)
			continue;
		if (!feature->gather.over && kept++ < monitor->group)
			continue;
		feature_reset(feature);
		feature->deferred = true;
	}
}

/* How many columns are gathered, and has one of them run out of memory? */
static size_t gathered_columns(const struct monitor *monitor, bool *over)
{
	size_t active = 0;

	*over = false;
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		const struct feature *feature = &monitor->features[i];

		if (feature->ready || feature->deferred)
			continue;
		active++;
		*over |= feature->gather.over;
	}
	return active;
}

static void gather_all(struct monitor *monitor, const struct event_batch *batch, size_t from,
		       size_t to, bool reference)
{
	size_t active;
	bool over;

	for (size_t i = 0; i < monitor->nfeatures; i++) {
		struct feature *feature = &monitor->features[i];
		int column = reference ? feature->reference_column : feature->column;

		if (column >= 0 && !feature->ready && !feature->deferred)
			gather_cells(&feature->gather, &batch->columns[column], from, to);
	}
	active = gathered_columns(monitor, &over);
	if (over && active > 1)
		defer_columns(monitor, active);
}

/* The columns that waited are gathered in the pass that begins, as many as fit. */
static void resume_deferred(struct monitor *monitor)
{
	size_t active = 0;

	for (size_t i = 0; i < monitor->nfeatures; i++) {
		struct feature *feature = &monitor->features[i];

		if (feature->ready)
			continue;
		feature_reset(feature);
		feature->deferred = active++ >= monitor->group;
	}
}

/* The reference is another one: nothing that was made of it stands. */
static void unseal(struct monitor *monitor)
{
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		monitor->features[i].typed = monitor->features[i].said;
		feature_reset(&monitor->features[i]);
	}
	monitor->counting = false;
	windows_clear(&monitor->windows);
	monitor->whole = NULL;
	monitor->late = 0;
}

/* --- what a source should deliver ----------------------------------------------------------- */

static void set_wants(const struct monitor *monitor, const struct event_layout *layout,
		      bool reference)
{
	bool rest = monitor->plan == PLAN_REFERENCE && !reference;

	memset(layout->want, EVENT_SKIP, layout->ncolumns);
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		const struct feature *feature = &monitor->features[i];
		int column = reference ? feature->reference_column : feature->column;

		if (column >= 0 && !((rest || reference) && feature->ready))
			layout->want[column] = (uint8_t)feature_want(feature);
	}
	if (layout->version >= 0 && !reference)
		layout->want[layout->version] = EVENT_TEXTS;
}

/* --- the reference as a store of its own ---------------------------------------------------- */

static int reference_begin(void *ctx, const struct event_layout *layout, struct err *err)
{
	struct monitor *monitor = ctx;
	(void)err;

	if (!monitor->asked || layout->anew) {
		drop_features(monitor);
		make_features(monitor, layout);
		unseal(monitor);
	}
	monitor->asked = false;
	resume_deferred(monitor);
	for (size_t i = 0; i < monitor->nfeatures; i++)
		monitor->features[i].reference_column =
			column_of(layout, monitor->features[i].name);
	monitor->gathering = true;
	monitor->recount = true;
	set_wants(monitor, layout, true);
	return 0;
}

static int reference_batch(void *ctx, const struct event_batch *batch, struct err *err)
{
	struct monitor *monitor = ctx;
	(void)err;

	if (monitor->gathering)
		gather_all(monitor, batch, 0, batch->n, true);
	else
		monitor->late += batch->n;
	return 0;
}

/* Asks for another pass, unless there were so many that something must be wrong. */
static bool ask(struct monitor *monitor)
{
	monitor->asked = ++monitor->passes < PASSES_MAX;
	if (!monitor->asked)
		monitor_warn(monitor, "the events keep changing while they are read");
	return monitor->asked;
}

static bool reference_again(void *ctx)
{
	struct monitor *monitor = ctx;

	if (monitor->late) /* the file has grown: all of it is the reference */
		unseal(monitor);
	else if (monitor->gathering)
		seal_reference(monitor);
	if (!all_ready(monitor))
		return ask(monitor);
	monitor->passes = 0;
	return false;
}

/* --- events: the reference's time ----------------------------------------------------------- */

bool monitor_in_reference(const struct monitor *monitor, int64_t start)
{
	if (monitor->spec.reference == REFERENCE_FILE || !monitor->range_known)
		return false;
	return start >= monitor->from && start + monitor->spec.window <= monitor->to;
}

/* Remembers the first windows that have events. True when that changed which those are. */
static bool note_first(struct monitor *monitor, int64_t start)
{
	size_t at = monitor->nfirst, most = MONITOR_FIRST_WINDOWS + 1;

	while (at && monitor->first[at - 1] >= start)
		at--;
	if (at == most || (at < monitor->nfirst && monitor->first[at] == start))
		return false;
	if (monitor->nfirst == most)
		monitor->nfirst--;
	memmove(monitor->first + at + 1, monitor->first + at,
		(monitor->nfirst - at) * sizeof *monitor->first);
	monitor->first[at] = start;
	monitor->nfirst++;
	return true;
}

static void set_range(struct monitor *monitor)
{
	monitor->range_known = true;
	monitor->from = monitor->first[0];
	monitor->to = monitor->first[MONITOR_FIRST_WINDOWS - 1] + monitor->spec.window;
}

/*
 * REFERENCE_FIRST: where does the window stand? When the 25th window appears, the first 24 are the
 * reference; should an earlier one appear after that, all was for nothing.
 */
static void place_window(struct monitor *monitor, int64_t start)
{
	bool known = monitor->range_known;

	if (!note_first(monitor, start) || monitor->nfirst <= MONITOR_FIRST_WINDOWS)
		return;
	if (known && start >= monitor->to)
		return;
	/* the 25th is the last of them, unless the events are out of order */
	monitor->late += known || start < monitor->first[MONITOR_FIRST_WINDOWS];
	set_range(monitor);
	if (monitor->gathering && monitor->plan == PLAN_FRESH)
		seal_reference(monitor);
}

/* --- events: counting ----------------------------------------------------------------------- */

static void note_version(struct monitor *monitor, struct window *window,
			 const struct event_batch *batch, size_t row)
{
	char number[NUM_SIZE];
	struct str text;

	window->newest = batch->time[row];
	if (monitor->version < 0)
		return;
	text = gather_text(&batch->columns[monitor->version], row, number);
	if (str_none(text) || (window->version && str_equal(str_of(window->version), text)))
		return;
	free(window->version);
	window->version = mem_copy(text.s, text.n < 200 ? text.n : 200);
}

static void count_cells(struct monitor *monitor, struct window *window,
			const struct event_batch *batch, size_t from, size_t to)
{
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		const struct feature *feature = &monitor->features[i];

		if (feature->column >= 0)
			feature_count(feature, &batch->columns[feature->column], from, to,
				      window_counts(window, feature->offset));
	}
	for (size_t row = from; row < to; row++)
		if (batch->time[row] >= window->newest)
			note_version(monitor, window, batch, row);
	monitor->changed |= window->start + monitor->spec.window <= monitor->reported;
	window->rows += to - from;
	free(window->judged);
	window->judged = NULL;
}

static struct window *open_window(struct monitor *monitor, int64_t start)
{
	bool made;
	struct window *window = windows_at(&monitor->windows, start, &made);

	for (size_t i = 0; made && i < monitor->nfeatures; i++)
		drift_counts_init(window_counts(window, monitor->features[i].offset),
				  monitor->features[i].layout.bins);
	return window;
}

/* The values of one window are kept from now on, for recipes that need them. */
static void begin_values(struct monitor *monitor)
{
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		struct feature *feature = &monitor->features[i];

		gather_release(&feature->window);
		gather_init(&feature->window, &monitor->purse);
		gather_type(&feature->window, feature->type);
		feature->window.most = monitor->raw;
	}
}

static void keep_values(struct monitor *monitor, const struct event_batch *batch, size_t from,
			size_t to)
{
	for (size_t i = 0; i < monitor->nfeatures; i++) {
		struct feature *feature = &monitor->features[i];

		if (feature->column >= 0 && feature->ready)
			gather_cells(&feature->window, &batch->columns[feature->column], from, to);
	}
}

/* Rows [from, to) of one window; `inside`: their time lies in the reference. */
static void take_run(struct monitor *monitor, const struct event_batch *batch, size_t from,
		     size_t to, int64_t start, bool inside)
{
	struct window *window;

	if (monitor->plan == PLAN_VALUES && start == monitor->values_of)
		keep_values(monitor, batch, from, to);
	if (monitor->plan == PLAN_VALUES)
		return;
	monitor->changed |= monitor->gathering;
	if (inside && monitor->gathering)
		gather_all(monitor, batch, from, to, false);
	else if (inside && monitor->plan != PLAN_RECOUNT)
		monitor->late += to - from;
	if (monitor_in_reference(monitor, start) || (inside && !monitor->range_known))
		return;
	if (!monitor->counting) {
		monitor->recount = true;
		return;
	}
	window = open_window(monitor, start);
	if (window)
		count_cells(monitor, window, batch, from, to);
	else
		monitor->windows.too_old += to - from;
}

static bool in_span(const struct monitor *monitor, int64_t time)
{
	return monitor->spec.reference == REFERENCE_SPAN && time >= monitor->from &&
	       time < monitor->to;
}

/* The end of the rows that share the window of row `from`, and their side of the reference. */
static size_t run_end(const struct monitor *monitor, const struct event_batch *batch, size_t from,
		      int64_t start)
{
	int64_t end = start + monitor->spec.window;
	bool inside = in_span(monitor, batch->time[from]);
	size_t to = from + 1;

	while (to < batch->n && batch->time[to] >= start && batch->time[to] < end &&
	       in_span(monitor, batch->time[to]) == inside)
		to++;
	return to;
}

static size_t take_rows(struct monitor *monitor, const struct event_batch *batch, size_t from)
{
	int64_t time = batch->time[from];
	int64_t start = windows_start(&monitor->windows, time);
	size_t to = run_end(monitor, batch, from, start);
	bool inside = in_span(monitor, time);

	for (size_t row = from; row < to; row++)
		monitor->newest = batch->time[row] > monitor->newest ? batch->time[row]
								     : monitor->newest;
	if (monitor->spec.reference == REFERENCE_FIRST) {
		place_window(monitor, start);
		inside = !monitor->range_known || monitor_in_reference(monitor, start);
	} else if (monitor->gathering && monitor->plan == PLAN_FRESH && time >= monitor->to) {
		seal_reference(monitor); /* time has passed the reference */
	}
	take_run(monitor, batch, from, to, start, inside);
	return to;
}

/* Times so far out that a window around them would leave the range of an integer. */
static bool usable(int64_t time)
{
	return time != TIME_NONE && time > INT64_MIN / 4 && time < INT64_MAX / 4;
}

static int events_batch(void *ctx, const struct event_batch *batch, struct err *err)
{
	struct monitor *monitor = ctx;
	(void)err;

	if (monitor->spec.plain) {
		if (monitor->raw)
			keep_values(monitor, batch, 0, batch->n);
		count_cells(monitor, monitor->whole, batch, 0, batch->n);
		return 0;
	}
	for (size_t row = 0; row < batch->n;) {
		if (usable(batch->time[row])) {
			row = take_rows(monitor, batch, row);
		} else {
			monitor->untimed++;
			row++;
		}
	}
	return 0;
}

/* --- events: passes ------------------------------------------------------------------------- */

static int no_column(const struct event_layout *layout, struct str name, struct err *err)
{
	struct buf list;

	buf_init(&list, 200);
	for (size_t i = 0; i < layout->ncolumns && list.n < 150; i++)
		buf_addf(&list, "%s%.*s", i ? ", " : "", STR_ARG(layout->names[i]));
	err_set(err, ERR_USAGE, "the events have no column \"%.*s\"", STR_ARG(name));
	err_hint(err, "their columns: %s", buf_cstr(&list));
	buf_release(&list);
	return -1;
}

/* Every column that the monitor names, as a feature or with its type, has to be there. */
static int missing_column(const struct monitor *monitor, const struct event_layout *layout,
			  struct err *err)
{
	const struct monitor_spec *spec = &monitor->spec;
	const struct monitor_names *lists[] = {&spec->features, &spec->numeric, &spec->categorical,
					       &spec->boolean};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			if (column_of(layout, lists[i]->names[k]) < 0)
				return no_column(layout, lists[i]->names[k], err);
	return 0;
}

static void begin_fresh(struct monitor *monitor, const struct event_layout *layout)
{
	bool file = monitor->spec.reference == REFERENCE_FILE;

	monitor->plan = file ? PLAN_RECOUNT : PLAN_FRESH;
	monitor->nfirst = 0;
	monitor->newest = INT64_MIN;
	monitor->range_known = monitor->spec.reference == REFERENCE_SPAN;
	monitor->from = monitor->spec.from;
	monitor->to = monitor->spec.to;
	monitor->recount = false;
	clear_warnings(monitor);
	if (file) {
		/* a column of the events alone cannot be judged, but is told of */
		if (!monitor->spec.plain)
			make_features(monitor, layout);
		return;
	}
	drop_features(monitor);
	unseal(monitor);
	make_features(monitor, layout);
	monitor->gathering = true;
}

static void begin_counting(struct monitor *monitor)
{
	for (size_t i = 0; i < monitor->nfeatures; i++)
		if (!monitor->features[i].ready) /* a column that the reference lacks */
			feature_seal(&monitor->features[i], 0);
	lay_out_windows(monitor);
	monitor->recount = false;
	if (!monitor->spec.plain)
		return;
	monitor->whole = open_window(monitor, 0);
	begin_values(monitor);
}

static int events_begin(void *ctx, const struct event_layout *layout, struct err *err)
{
	struct monitor *monitor = ctx;

	if (!monitor->asked || layout->anew)
		begin_fresh(monitor, layout);
	monitor->asked = false;
	monitor->untimed = 0;
	monitor->changed = true;
	monitor->version = layout->version;
	for (size_t i = 0; i < monitor->nfeatures; i++)
		monitor->features[i].column = column_of(layout, monitor->features[i].name);
	if (missing_column(monitor, layout, err))
		return -1;
	if (monitor->plan == PLAN_RECOUNT)
		begin_counting(monitor);
	if (monitor->plan == PLAN_REFERENCE) {
		resume_deferred(monitor);
		monitor->gathering = true;
	}
	set_wants(monitor, layout, false);
	return 0;
}

/* A span is over when time has passed it; the first windows, when there are enough. */
static bool reference_over(const struct monitor *monitor)
{
	if (monitor->plan == PLAN_REFERENCE)
		return true;
	return monitor->spec.reference == REFERENCE_SPAN &&
	       (monitor->newest >= monitor->to || monitor->now() >= monitor->to);
}

static bool values_wanted(struct monitor *monitor)
{
	struct window *window;

	if (!monitor->raw || monitor->spec.plain || !monitor->counting)
		return false;
	window = monitor_judged(monitor);
	if (!window || (window->start == monitor->values_of && window->rows == monitor->values_rows))
		return false;
	monitor->values_of = window->start;
	monitor->values_rows = window->rows;
	begin_values(monitor);
	return true;
}

/* What the next pass is for, if there has to be one. */
static bool plan_next(struct monitor *monitor)
{
	if (monitor->gathering && reference_over(monitor))
		seal_reference(monitor);
	if (monitor->late) {
		unseal(monitor);
		if (monitor->spec.reference == REFERENCE_FIRST &&
		    monitor->nfirst > MONITOR_FIRST_WINDOWS)
			set_range(monitor);
		monitor->recount = true;
		monitor->plan = PLAN_REFERENCE;
		return true;
	}
	if (!monitor->gathering && !all_ready(monitor)) {
		monitor->recount = true;
		monitor->plan = PLAN_REFERENCE;
		return true;
	}
	if (!monitor->gathering && monitor->recount) {
		monitor->plan = PLAN_RECOUNT;
		return true;
	}
	monitor->plan = PLAN_FRESH;
	if (values_wanted(monitor)) {
		monitor->plan = PLAN_VALUES;
		return true;
	}
	return false;
}

static bool events_again(void *ctx)
{
	struct monitor *monitor = ctx;

	if (plan_next(monitor))
		return ask(monitor);
	monitor->passes = 0;
	return false;
}

static int finish(void *ctx, struct build *build, struct err *err)
{
	return monitor_report(ctx, build, err);
}

/* --- life ----------------------------------------------------------------------------------- */

struct monitor *monitor_new(const struct monitor_spec *spec)
{
	struct monitor *monitor = mem_zero(1, sizeof *monitor);

	monitor->spec = *spec;
	monitor->now = clock_wall;
	monitor->purse.left = PURSE;
	monitor->values_of = TIME_NONE;
	monitor->newest = INT64_MIN;
	monitor->group = SIZE_MAX;
	monitor->reported = INT64_MIN;
	monitor->version = -1;
	arena_init(&monitor->arena, (size_t)64 << 20);
	windows_init(&monitor->windows, spec->window);
	monitor->reference_names = monitor->spec.columns;
	monitor->reference_names.timeless = true;
	if (spec->plain)
		monitor->spec.columns.timeless = true;
	monitor->reference = (struct event_sink){
		.ctx = monitor,
		.names = &monitor->reference_names,
		.mark = &monitor->reference_mark,
		.begin = reference_begin,
		.batch = reference_batch,
		.again = reference_again,
		.warn = take_reference_warning,
	};
	monitor->events = (struct event_sink){
		.ctx = monitor,
		.names = &monitor->spec.columns,
		.mark = &monitor->events_mark,
		.begin = events_begin,
		.batch = events_batch,
		.again = events_again,
		.warn = take_warning,
		.first = spec->reference == REFERENCE_FILE ? &monitor->reference : NULL,
		.first_at = spec->reference_at,
		.first_table = spec->reference_table,
	};
	return monitor;
}

static void mark_release(struct event_mark *mark)
{
	if (mark->place)
		mark->free(mark->place);
}

void monitor_free(struct monitor *monitor)
{
	if (!monitor)
		return;
	mark_release(&monitor->events_mark);
	mark_release(&monitor->reference_mark);
	drop_features(monitor);
	free(monitor->features);
	windows_clear(&monitor->windows);
	clear_warnings(monitor);
	arena_release(&monitor->arena);
	free(monitor);
}

const struct monitor_spec *monitor_spec(const struct monitor *monitor)
{
	return &monitor->spec;
}

struct query monitor_query(struct monitor *monitor)
{
	return (struct query){
		.kind = RECORD_DRIFT, .sink = &monitor->events, .finish = finish};
}

void monitor_set_clock(struct monitor *monitor, int64_t (*now)(void))
{
	monitor->now = now;
}
