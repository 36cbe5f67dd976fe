/* Verdicts as a table; see check.h. */
#include "sheet/check.h"

#include "base/clock.h"
#include "base/mem.h"
#include "record/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct check {
	struct str monitor, feature;
	const char *kind, *state;
	double value, limit;
	struct str reason;
	int64_t since;
};

/* A state's place among the others, its exit code, and its tone. The order is that of the rows. */
static const struct state {
	const char *word;
	int code;
	enum sheet_tone tone;
} states[] = {
	{"failed", 2, TONE_BAD},           {"drift", 2, TONE_BAD},
	{"unknown", 3, TONE_DIM},          {"stale", 3, TONE_WARNING},
	{"degraded", 1, TONE_WARNING},     {"bad", 1, TONE_WARNING},
	{"insufficient", 1, TONE_WARNING}, {"rolling", 0, TONE_RUNNING},
	{"ok", 0, TONE_GOOD},
};

static const struct state *state_of(const char *word)
{
	size_t i = 0;

	while (i + 1 < sizeof states / sizeof *states && strcmp(states[i].word, word))
		i++;
	return &states[i];
}

struct checks {
	struct check *list;
	size_t n, cap;
	const char *const *names;
	size_t nnames;
	bool *met; /* of the names */
};

/* Is the row one of those that were asked for? */
static bool wanted(struct checks *checks, const struct check *check)
{
	bool found = !checks->nnames;

	for (size_t i = 0; i < checks->nnames; i++) {
		struct str name = str_of(checks->names[i]);

		if (!str_equal(name, check->monitor) && !str_equal(name, check->feature))
			continue;
		checks->met[i] = true;
		found = true;
	}
	return found;
}

static void add(struct checks *checks, struct check check)
{
	if (!wanted(checks, &check))
		return;
	MEM_GROW(checks->list, checks->n, checks->cap);
	checks->list[checks->n++] = check;
}

static void add_verdict(struct checks *checks, const struct drift_monitor *monitor,
			const char *kind, const struct drift_verdict *verdict)
{
	add(checks, (struct check){monitor->monitor, monitor->feature, kind, verdict->state,
				   verdict->value, verdict->limit, verdict->reason,
				   verdict->since});
}

static void add_source(struct checks *checks, const struct sheet_source *source)
{
	const struct snapshot *snapshot = source->snapshot;

	if (!snapshot) {
		bool events = !strcmp(source->kind, "events");

		add(checks, (struct check){source->name, STR_NONE, events ? "drift" : "deployment",
					   "unknown", NAN, NAN, str_of(source->err.message),
					   TIME_NONE});
	} else if (snapshot->kind == RECORD_DEPLOYMENTS) {
		for (size_t i = 0; i < snapshot->u.deployments.n; i++) {
			const struct deployment *d = &snapshot->u.deployments.deployments[i];

			add(checks, (struct check){d->name, STR_NONE, "deployment",
						   deployment_state_name(d->state), NAN, NAN,
						   d->reason, d->since});
		}
	} else if (snapshot->kind == RECORD_DRIFT && snapshot->u.drift) {
		for (size_t i = 0; i < snapshot->u.drift->n; i++) {
			const struct drift_monitor *monitor = &snapshot->u.drift->monitors[i];

			if (!monitor->judged)
				continue;
			add_verdict(checks, monitor, "drift", &monitor->drift_check);
			add_verdict(checks, monitor, "quality", &monitor->quality_check);
		}
	}
}

static int compare(const void *a, const void *b)
{
	const struct check *x = a, *y = b;
	const struct state *p = state_of(x->state), *q = state_of(y->state);
	int order;

	if (p != q)
		return p < q ? -1 : 1;
	order = str_compare(x->monitor, y->monitor);
	order = order ? order : str_compare(x->feature, y->feature);
	return order ? order : strcmp(x->kind, y->kind);
}

static void add_row(struct grid *grid, const struct check *check)
{
	struct buf id;

	buf_init(&id, 4096);
	buf_add_str(&id, check->monitor);
	buf_addc(&id, '\n');
	buf_add_str(&id, check->feature);
	buf_addf(&id, "\n%s", check->kind);
	grid_row(grid, buf_str(&id), NULL);
	buf_release(&id);
	grid_text(grid, check->monitor);
	grid_text(grid, check->feature);
	grid_words(grid, check->kind);
	grid_state(grid, check->state, state_of(check->state)->tone);
	grid_known(grid, check->value);
	grid_known(grid, check->limit);
	grid_text(grid, check->reason);
	grid_time(grid, check->since);
}

struct grid *check_grid(const struct sheet_source *sources, size_t nsources,
			const char *const *names, size_t nnames, const char **missing)
{
	static const struct sheet_column columns[] = {
		{STR("monitor"), STR("monitor"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 24},
		{STR("feature"), STR("feature"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 32},
		{STR("kind"), STR("kind"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 7, 10},
		{STR("state"), STR("state"), "", SHEET_STATE, DIRECTION_UNKNOWN, 8, 14},
		{STR("value"), STR("value"), "", SHEET_NUMBER, DIRECTION_UNKNOWN, 6, 10},
		{STR("limit"), STR("limit"), "", SHEET_NUMBER, DIRECTION_UNKNOWN, 5, 10},
		{STR("reason"), STR("reason"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 10, 80},
		{STR("since"), STR("since"), "", SHEET_TIME, DIRECTION_UNKNOWN, 4, 20},
	};
	struct grid *grid = grid_new(columns, sizeof columns / sizeof *columns);
	struct checks checks = {.names = names, .nnames = nnames,
				.met = mem_zero(nnames + 1, sizeof(bool))};

	for (size_t i = 0; i < nsources; i++)
		add_source(&checks, &sources[i]);
	if (checks.n)
		qsort(checks.list, checks.n, sizeof *checks.list, compare);
	for (size_t i = 0; i < checks.n; i++)
		add_row(grid, &checks.list[i]);
	*missing = NULL;
	for (size_t i = 0; i < nnames && !*missing; i++)
		*missing = checks.met[i] ? NULL : names[i];
	free(checks.list);
	free(checks.met);
	return grid;
}

enum { MONITOR, FEATURE, KIND, STATE, VALUE, LIMIT, REASON, SINCE };

static struct sheet_cell cell_at(const struct grid *grid, size_t row, size_t column)
{
	struct sheet_cell cell;

	sheet_cell(&grid->sheet, row, column, &cell);
	return cell;
}

static void write_number(struct json_out *json, const char *key, struct sheet_cell cell)
{
	json_put_known(json, key, cell.state == SHEET_VALUE ? cell.number : NAN);
}

void check_json(struct json_out *json, const struct grid *grid)
{
	json_put_array(json, "checks");
	for (size_t i = 0; i < grid->sheet.n; i++) {
		struct sheet_cell since = cell_at(grid, i, SINCE);

		json_put_object(json, NULL);
		json_put_text(json, "monitor", cell_at(grid, i, MONITOR).text);
		json_put_text(json, "feature", cell_at(grid, i, FEATURE).text);
		json_put_text(json, "kind", cell_at(grid, i, KIND).text);
		json_put_text(json, "state", cell_at(grid, i, STATE).text);
		write_number(json, "value", cell_at(grid, i, VALUE));
		write_number(json, "limit", cell_at(grid, i, LIMIT));
		json_put_text(json, "reason", cell_at(grid, i, REASON).text);
		json_put_time(json, "since", since.state == SHEET_VALUE ? since.integer : TIME_NONE);
		json_put_end(json);
	}
	json_put_end(json);
}

int check_code(const struct grid *grid)
{
	static const int worst_first[] = {2, 3, 1};

	if (!grid->sheet.n)
		return 3;
	for (size_t w = 0; w < sizeof worst_first / sizeof *worst_first; w++)
		for (size_t i = 0; i < grid->sheet.n; i++) {
			char word[32] = "";
			struct str state = cell_at(grid, i, STATE).text;

			if (state.n < sizeof word)
				memcpy(word, state.s, state.n);
			if (state_of(word)->code == worst_first[w])
				return worst_first[w];
		}
	return 0;
}
