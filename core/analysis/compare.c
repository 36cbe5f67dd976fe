/* Comparing runs; see compare.h. */
#include "analysis/compare.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COMPARE_BYTES = 256 << 20 };

struct gather {
	struct compare *compare;
	const struct compare_options *options;
	size_t cap;
	struct map index; /* key → row, of the kind at hand */
	enum compare_kind kind;
};

const char *compare_kind_name(enum compare_kind kind)
{
	static const char *const names[] = {
		[COMPARE_PARAM] = "param",     [COMPARE_METRIC] = "metric",
		[COMPARE_TAG] = "tag",         [COMPARE_DATASET] = "dataset",
		[COMPARE_ATTRIBUTE] = "attribute",
	};

	return names[kind];
}

static struct compare_row *row_for(struct gather *gather, struct str key)
{
	struct compare *compare = gather->compare;
	uint32_t at = (uint32_t)compare->nrows;
	struct compare_row *row;
	bool added;

	at = map_intern(&gather->index, key, at, &added);
	if (!added)
		return at < compare->nrows ? &compare->rows[at] : NULL;
	MEM_GROW(compare->rows, compare->nrows, gather->cap);
	row = &compare->rows[compare->nrows++];
	*row = (struct compare_row){.kind = gather->kind, .key = key};
	row->values = arena_zero(&compare->arena, compare->nruns, sizeof *row->values);
	row->best = arena_zero(&compare->arena, compare->nruns, sizeof *row->best);
	row->delta = arena_zero(&compare->arena, compare->nruns, sizeof *row->delta);
	row->has_delta = arena_zero(&compare->arena, compare->nruns, sizeof *row->has_delta);
	if (!row->has_delta) { /* past the ceiling: the rows so far stand */
		compare->nrows--;
		return NULL;
	}
	return row;
}

static void set_text(struct gather *gather, size_t run, struct str key, struct str text)
{
	struct compare_row *row = text.s ? row_for(gather, key) : NULL;

	if (row)
		row->values[run] = (struct value){.state = CELL_TEXT, .text = text};
}

static void set_number(struct gather *gather, size_t run, struct str key, double number)
{
	struct compare_row *row = row_for(gather, key);

	if (row)
		row->values[run] = (struct value){.state = CELL_NUMBER, .number = number};
}

static void add_pairs(struct gather *gather, size_t run, const struct pair *pairs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (gather->kind == COMPARE_TAG && !gather->options->all &&
		    str_starts(pairs[i].key, STR("mlflow.")))
			continue;
		set_text(gather, run, pairs[i].key, pairs[i].value);
	}
}

/* A name that a run uses with several digests has them all, comma between. */
static void add_datasets(struct gather *gather, size_t run, const struct run_detail *detail)
{
	for (uint32_t i = 0; i < detail->ndatasets; i++) {
		const struct dataset_use *use = &detail->datasets[i];
		struct str digest = use->digest.s ? use->digest : STR("");
		struct compare_row *row = row_for(gather, use->name);
		struct value *value = row ? &row->values[run] : NULL;
		char *both;

		if (!value)
			return;
		if (value->state == CELL_MISSING) {
			*value = (struct value){.state = CELL_TEXT, .text = digest};
			continue;
		}
		if (str_equal(value->text, digest))
			continue;
		both = arena_alloc(&gather->compare->arena, value->text.n + 2 + digest.n);
		if (!both)
			return;
		memcpy(both, value->text.s, value->text.n);
		memcpy(both + value->text.n, ", ", 2);
		memcpy(both + value->text.n + 2, digest.s, digest.n);
		value->text = (struct str){both, value->text.n + 2 + digest.n};
	}
}

static void add_attributes(struct gather *gather, size_t run, const struct run_detail *detail)
{
	double duration = run_duration(&detail->run);

	set_text(gather, run, STR("commit"), detail->commit);
	if (!isnan(duration))
		set_number(gather, run, STR("duration"), duration);
	set_text(gather, run, STR("experiment"), detail->run.experiment_name);
	set_text(gather, run, STR("state"), str_of(run_state_name(detail->run.state)));
	set_text(gather, run, STR("user"), detail->run.user);
}

static void add_run(struct gather *gather, size_t run, const struct run_detail *detail)
{
	switch (gather->kind) {
	case COMPARE_PARAM:
		add_pairs(gather, run, detail->params, detail->nparams);
		break;
	case COMPARE_METRIC:
		for (uint32_t i = 0; i < detail->nmetrics; i++)
			set_number(gather, run, detail->metrics[i].key, detail->metrics[i].last);
		break;
	case COMPARE_TAG:
		add_pairs(gather, run, detail->tags, detail->ntags);
		break;
	case COMPARE_DATASET:
		add_datasets(gather, run, detail);
		break;
	case COMPARE_ATTRIBUTE:
		add_attributes(gather, run, detail);
		break;
	}
}

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->state != b->state)
		return false;
	if (a->state == CELL_NUMBER)
		return a->number == b->number || (isnan(a->number) && isnan(b->number));
	return a->state == CELL_MISSING || str_equal(a->text, b->text);
}

static bool all_equal(const struct compare_row *row, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!same_value(&row->values[0], &row->values[i]))
			return false;
	return true;
}

static bool number_of(const struct compare_row *row, size_t run, double *number)
{
	const struct value *value = &row->values[run];

	if (value->state == CELL_NUMBER)
		*number = value->number;
	return value->state == CELL_NUMBER || (row->kind == COMPARE_PARAM &&
					       value->state == CELL_TEXT &&
					       num_parse(value->text, number));
}

static void fill_deltas(struct compare_row *row, size_t n, size_t baseline)
{
	double base, number;

	if (!number_of(row, baseline, &base))
		return;
	for (size_t i = 0; i < n; i++) {
		if (i == baseline || !number_of(row, i, &number))
			continue;
		row->delta[i] = number - base;
		row->has_delta[i] = true;
	}
}

static void fill_best(struct compare_row *row, size_t n, enum direction direction)
{
	double best = NAN;

	row->direction = direction;
	if (direction == DIRECTION_UNKNOWN)
		return;
	for (size_t i = 0; i < n; i++) {
		double number = row->values[i].number;

		if (row->values[i].state != CELL_NUMBER || isnan(number))
			continue;
		if (isnan(best) || (direction == DIRECTION_HIGHER ? number > best : number < best))
			best = number;
	}
	for (size_t i = 0; i < n; i++)
		row->best[i] = row->values[i].state == CELL_NUMBER && row->values[i].number == best;
}

static int compare_rows(const void *a, const void *b)
{
	const struct compare_row *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return str_compare(left->key, right->key);
}

/* Drops equal rows (counting them) unless all are wanted, and finishes the others. */
static void finish_rows(struct compare *compare, const struct compare_options *options)
{
	size_t kept = 0;

	for (size_t i = 0; i < compare->nrows; i++) {
		struct compare_row *row = &compare->rows[i];

		row->equal = all_equal(row, compare->nruns);
		if (row->equal && !options->all) {
			compare->hidden++;
			continue;
		}
		fill_deltas(row, compare->nruns, compare->baseline);
		if (row->kind == COMPARE_METRIC)
			fill_best(row, compare->nruns,
				  direction_of(row->key, options->rules, options->nrules));
		compare->rows[kept++] = *row;
	}
	compare->nrows = kept;
	if (kept > 1)
		qsort(compare->rows, kept, sizeof *compare->rows, compare_rows);
}

struct compare *compare_new(const struct run_detail *const *details, size_t n,
			    const struct compare_options *options)
{
	struct compare *compare = mem_zero(1, sizeof *compare);
	struct gather gather = {.compare = compare, .options = options};

	compare->nruns = n;
	compare->baseline = options->baseline < n ? options->baseline : 0;
	arena_init(&compare->arena, COMPARE_BYTES);
	for (int kind = COMPARE_PARAM; kind <= COMPARE_ATTRIBUTE; kind++) {
		gather.kind = (enum compare_kind)kind;
		map_init(&gather.index);
		for (size_t run = 0; run < n; run++)
			add_run(&gather, run, details[run]);
		map_release(&gather.index);
	}
	finish_rows(compare, options);
	compare->cut = compare->arena.over;
	return compare;
}

void compare_free(struct compare *compare)
{
	if (!compare)
		return;
	arena_release(&compare->arena);
	free(compare->rows);
	free(compare);
}
