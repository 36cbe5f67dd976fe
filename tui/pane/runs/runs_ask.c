/* What the user is asked in the runs pane: filter, experiment, columns; and sorting. */
#include "pane/runs/runs_parts.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void set(char **place, struct str text)
{
	char *fresh = text.n ? mem_copy(text.s, text.n) : NULL;

	free(*place);
	*place = fresh;
}

/* Makes the view anew; when it does not work the old setting comes back. */
static void apply(struct runs_pane *runs, char **place, struct str text)
{
	char *before = *place;
	struct err err;

	*place = text.n ? mem_copy(text.s, text.n) : NULL;
	runs->hold = false;
	if (runs_rebuild(runs, &err)) {
		free(before);
		return;
	}
	free(*place);
	*place = before;
	runs->pane.host->say(runs->pane.host, TONE_BAD, "%s", err.message);
}

/* ---- the filter ---- */

/* Every change is checked at once; it is tried when typing rests (runs_preview). */
static void check_filter(struct pane *pane, struct prompt *prompt)
{
	struct runs_pane *runs = runs_self(pane);
	struct str text = buf_str(&prompt->text);
	struct filter *filter = NULL;
	struct err err;
	size_t where;

	runs->prompt = prompt;
	set(&runs->typed, STR_NONE);
	if (str_trim(text).n) {
		filter = filter_parse(text, pane->host->now, &where, &err);
		if (!filter) {
			prompt_error(prompt, (long)where, str_of(err.message));
			return;
		}
		filter_free(filter);
	}
	prompt_note(prompt, STR("…"));
	runs->typed = mem_copy(text.s, text.n);
}

bool runs_preview(struct runs_pane *runs)
{
	struct err err;

	if (!runs->prompt || !runs->typed || !pane_rested(&runs->pane))
		return false;
	free(runs->filter);
	runs->filter = str_trim(str_of(runs->typed)).n ? runs->typed : NULL;
	if (!runs->filter)
		free(runs->typed);
	runs->typed = NULL;
	runs->hold = false;
	return runs_rebuild(runs, &err);
}

void runs_preview_note(struct runs_pane *runs)
{
	struct buf note;

	if (!runs->prompt || runs->typed || !runs->sheet || runs->prompt->error_at >= 0)
		return;
	buf_init(&note, 128);
	if (runs_data_busy(runs))
		buf_adds(&note, "reading …");
	else
		buf_addf(&note, "%zu of %zu fit", runs->sheet->sheet.n, runs->sheet->sheet.total);
	prompt_note(runs->prompt, buf_str(&note));
	buf_release(&note);
}

static void filter_over(struct runs_pane *runs)
{
	set(&runs->typed, STR_NONE);
	set(&runs->filter_before, STR_NONE);
	runs->prompt = NULL;
}

static void offer_keys(struct runs_pane *runs, struct prompt *prompt, enum filter_expect expect,
		       struct str typed)
{
	for (size_t i = 0; i < runs->n; i++) {
		const struct snapshot *snapshot = watch_view(runs->sources[i].keys)->snapshot;
		const struct key_list *keys = snapshot ? &snapshot->u.keys : NULL;
		const struct str *list = NULL;
		size_t n = 0;

		if (!keys)
			continue;
		if (expect == FILTER_EXPECT_METRIC_KEY) {
			list = keys->metrics;
			n = keys->nmetrics;
		} else if (expect == FILTER_EXPECT_PARAM_KEY) {
			list = keys->params;
			n = keys->nparams;
		} else if (expect == FILTER_EXPECT_TAG_KEY) {
			list = keys->tags;
			n = keys->ntags;
		}
		for (size_t k = 0; k < n; k++)
			if (str_starts(list[k], typed))
				prompt_choice(prompt, list[k]);
	}
}

static void offer_words(struct prompt *prompt, enum filter_expect expect, struct str typed)
{
	static const char *const fields[] = {"metrics.", "params.", "tags.", "datasets.",
					     "name", "status", "state", "start_time", "end_time",
					     "duration", "user", "experiment", "commit", NULL};
	static const char *const comparators[] = {"=", "!=", ">", ">=", "<", "<=", "LIKE",
						  "ILIKE", "IN", "IS NULL", "IS NOT NULL", NULL};
	static const char *const joins[] = {"AND", "OR", NULL};
	static const char *const datasets[] = {"name", "digest", "context", NULL};
	const char *const *words = expect == FILTER_EXPECT_FIELD         ? fields
				   : expect == FILTER_EXPECT_COMPARATOR  ? comparators
				   : expect == FILTER_EXPECT_JOIN        ? joins
				   : expect == FILTER_EXPECT_DATASET_KEY ? datasets
									 : NULL;

	for (; words && *words; words++)
		if (str_starts(str_of(*words), typed))
			prompt_choice(prompt, str_of(*words));
}

static void complete_filter(struct pane *pane, struct prompt *prompt)
{
	struct str text = buf_str(&prompt->text);
	size_t from;
	enum filter_expect expect = filter_expects(text, prompt->at, &from);
	struct str typed = str_slice(text, from, prompt->at);

	prompt_offer(prompt, from);
	offer_words(prompt, expect, typed);
	offer_keys(runs_self(pane), prompt, expect, typed);
}

static void filter_done(struct pane *pane, struct str text)
{
	struct runs_pane *runs = runs_self(pane);

	filter_over(runs);
	apply(runs, &runs->filter, str_trim(text));
}

static void filter_cancelled(struct pane *pane)
{
	struct runs_pane *runs = runs_self(pane);
	char *before = runs->filter_before;

	runs->filter_before = NULL;
	filter_over(runs);
	apply(runs, &runs->filter, before ? str_of(before) : STR(""));
	free(before);
}

void runs_ask_filter(struct runs_pane *runs, struct str text)
{
	struct question question = {
		.label = "filter: ",
		.text = str_of(runs->filter),
		.history = &runs->filters,
		.changed = check_filter,
		.complete = complete_filter,
		.done = filter_done,
		.cancelled = filter_cancelled,
	};

	if (text.n) {
		filter_done(&runs->pane, text);
		return;
	}
	set(&runs->filter_before, str_of(runs->filter));
	question.text = runs->filter_before ? str_of(runs->filter_before) : STR("");
	runs->pane.host->ask(runs->pane.host, &question);
}

/* ---- finding an experiment ---- */

static void find_changed(struct pane *pane, struct prompt *prompt)
{
	struct runs_pane *runs = runs_self(pane);

	set(&runs->find, buf_str(&prompt->text));
	runs_make_experiments(runs);
	table_to(&runs->experiment_table, &runs->experiments->sheet, 0);
}

static void find_done(struct pane *pane, struct str text)
{
	struct runs_pane *runs = runs_self(pane);
	struct str found = table_id(&runs->experiment_table);
	char *id = found.s ? mem_copy(found.s, found.n) : NULL;

	(void)text;
	set(&runs->find, STR_NONE);
	runs_make_experiments(runs);
	if (id && table_go(&runs->experiment_table, &runs->experiments->sheet, str_of(id)))
		runs_choose_experiment(runs);
	free(id);
}

static void find_cancelled(struct pane *pane)
{
	struct runs_pane *runs = runs_self(pane);

	set(&runs->find, STR_NONE);
	runs_make_experiments(runs);
	table_go(&runs->experiment_table, &runs->experiments->sheet,
		 str_of(runs->experiment_before));
}

void runs_ask_find(struct runs_pane *runs)
{
	struct question question = {
		.label = "experiment: ",
		.text = STR(""),
		.changed = find_changed,
		.done = find_done,
		.cancelled = find_cancelled,
	};

	set(&runs->experiment_before, table_id(&runs->experiment_table));
	runs->pane.host->ask(runs->pane.host, &question);
}

/* ---- columns ---- */

static bool has_column(const struct runs_pane *runs, const char *name)
{
	for (size_t c = 0; c < runs->view->ncolumns; c++)
		if (str_equal(runs->view->columns[c].key, str_of(name)))
			return true;
	return false;
}

/* Columns on offer, each once: what one source has another may have too. */
struct offer {
	struct menu *menu;
	struct map names;
	struct arena text;
};

static void offer_column(struct offer *offer, const char *prefix, struct str key, bool shown)
{
	struct buf name;
	struct str kept;
	bool added = false;

	buf_init(&name, 1 << 16);
	if (prefix[0])
		runs_column_name(&name, prefix, key);
	else
		buf_add_str(&name, key);
	kept = arena_str(&offer->text, buf_str(&name));
	if (kept.s)
		map_intern(&offer->names, kept, 0, &added);
	if (added)
		menu_add(offer->menu, kept, STR(""), shown);
	buf_release(&name);
}

static void offer_source(struct offer *offer, const struct key_list *keys)
{
	for (size_t k = 0; k < keys->nmetrics; k++)
		offer_column(offer, "metrics.", keys->metrics[k], false);
	for (size_t k = 0; k < keys->nparams; k++)
		offer_column(offer, "params.", keys->params[k], false);
	for (size_t k = 0; k < keys->nmetrics; k++)
		offer_column(offer, "curve.", keys->metrics[k], false);
	for (size_t k = 0; k < keys->ntags; k++)
		offer_column(offer, "tags.", keys->tags[k], false);
}

static void columns_chosen(struct pane *pane, struct menu *menu, long chosen)
{
	struct runs_pane *runs = runs_self(pane);
	struct buf list;

	(void)chosen;
	buf_init(&list, 1 << 20);
	/* what was shown keeps its order, then what is new */
	for (size_t c = 0; c < runs->view->ncolumns; c++)
		for (size_t i = 0; i < menu->n; i++)
			if (menu->items[i].checked &&
			    str_equal(str_of(menu->items[i].text), runs->view->columns[c].key))
				buf_addf(&list, "%s%s", list.n ? "," : "", menu->items[i].text);
	for (size_t i = 0; i < menu->n; i++)
		if (menu->items[i].checked && !has_column(runs, menu->items[i].text))
			buf_addf(&list, "%s%s", list.n ? "," : "", menu->items[i].text);
	apply(runs, &runs->columns, buf_str(&list));
	buf_release(&list);
}

void runs_ask_columns(struct runs_pane *runs, struct str list)
{
	static const char *const names[] = {"state", "name",   "id",      "experiment",
					    "start", "end",    "duration", "user",
					    "commit", "parent", "datasets", "source"};
	struct offer offer = {.menu = runs->pane.host->menu};

	if (list.n) {
		apply(runs, &runs->columns, list);
		return;
	}
	menu_open(offer.menu, STR("columns · space chooses, enter shows"), true);
	map_init(&offer.names);
	arena_init(&offer.text, 16 << 20);
	/* what is shown first: also what no list below has, such as another value of a metric */
	for (size_t c = 0; c < runs->view->ncolumns; c++)
		offer_column(&offer, "", runs->view->columns[c].key, true);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		offer_column(&offer, "", str_of(names[i]), false);
	for (size_t i = 0; i < runs->n; i++) {
		const struct snapshot *snapshot = watch_view(runs->sources[i].keys)->snapshot;

		if (snapshot)
			offer_source(&offer, &snapshot->u.keys);
	}
	map_release(&offer.names);
	arena_release(&offer.text);
	runs->pane.host->choose(runs->pane.host, columns_chosen);
}

/* ---- sorting ---- */

static void sort_by(struct runs_pane *runs, struct str name, bool descending)
{
	struct buf text;

	buf_init(&text, 1 << 16);
	buf_addf(&text, "%s%.*s", descending ? "-" : "", STR_ARG(name));
	apply(runs, &runs->sort, buf_str(&text));
	buf_release(&text);
}

/* What the one column is that the user ordered by, without its sign. */
static struct str sorted_by(const struct runs_pane *runs)
{
	struct str sort = str_of(runs->sort);

	return str_slice(sort, str_starts(sort, STR("-")), sort.n);
}

void runs_sort_here(struct runs_pane *runs, struct str column)
{
	const struct sheet_column *here = &runs->view->columns[runs->table.column];
	bool descending;

	if (column.n) {
		apply(runs, &runs->sort, column);
		return;
	}
	if (runs->table.column >= runs->view->ncolumns)
		return; /* the columns have changed in this turn */
	if (here->type == SHEET_CURVE) {
		runs->pane.host->say(runs->pane.host, TONE_DIM, "a curve is nothing to sort by");
		return;
	}
	descending = here->better == DIRECTION_HIGHER || here->type == SHEET_TIME;
	if (str_equal(sorted_by(runs), here->key))
		apply(runs, &runs->sort, STR_NONE);
	else /* the better side first; times newest first; texts from a to z */
		sort_by(runs, here->key, descending);
}

void runs_reverse(struct runs_pane *runs)
{
	struct str sort = str_of(runs->sort);

	if (!sort.n)
		sort_by(runs, STR("start"), false);
	else if (sort.s[0] == '-')
		sort_by(runs, str_slice(sort, 1, sort.n), false);
	else
		sort_by(runs, sort, true);
}

/* ---- which value of a metric ---- */

/* The column's name with the next aggregate in place of its own. */
static void next_name(const struct column_id *id, enum column_aggregate aggregate, struct buf *out)
{
	runs_column_name(out, "metrics.", id->key);
	if (aggregate != AGGREGATE_LAST)
		buf_addf(out, ":%s", column_aggregate_name(aggregate));
}

static enum column_aggregate next_aggregate(struct str column, struct str wanted)
{
	static const enum column_aggregate order[] = {AGGREGATE_LAST, AGGREGATE_BEST,
						      AGGREGATE_MIN, AGGREGATE_MAX,
						      AGGREGATE_MEAN};
	size_t n = sizeof order / sizeof *order, at = 0;

	for (size_t i = 0; i < n; i++) {
		struct str name = str_of(column_aggregate_name(order[i]));

		if (wanted.n && str_equal(wanted, name))
			return order[i];
		if (str_ends(column, name) && column.n > name.n &&
		    column.s[column.n - name.n - 1] == ':')
			at = i;
	}
	return order[(at + 1) % n];
}

void runs_next_aggregate(struct runs_pane *runs, struct str name)
{
	const struct runs_view *view = runs->view;
	size_t here = runs->table.column;
	struct buf list;

	if (here >= view->ncolumns || view->what[here].attribute != RUNS_RECORD ||
	    view->needs[view->what[here].need].kind != COLUMN_METRIC) {
		runs->pane.host->say(runs->pane.host, TONE_DIM, "the cursor is on no metric");
		return;
	}
	buf_init(&list, 1 << 20);
	for (size_t c = 0; c < view->ncolumns; c++) {
		buf_adds(&list, c ? "," : "");
		if (c == here)
			next_name(&view->needs[view->what[c].need],
				  next_aggregate(view->columns[c].key, name), &list);
		else
			buf_add_str(&list, view->columns[c].key);
	}
	apply(runs, &runs->columns, buf_str(&list));
	buf_release(&list);
}
