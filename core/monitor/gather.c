/* Raw cells of a column; see gather.h. */
#include "monitor/gather.h"

#include "base/mem.h"

#include <stdlib.h>

void gather_init(struct gather *gather, struct purse *purse)
{
	*gather = (struct gather){.purse = purse, .stride = 1};
	map_init(&gather->index);
	arena_init(&gather->texts, (size_t)1 << 30);
	gather->counts = mem_alloc(drift_counts_size(0));
	drift_counts_init(gather->counts, 0);
}

void gather_release(struct gather *gather)
{
	gather->purse->left += gather->spent;
	free(gather->values);
	free(gather->categories);
	free(gather->counts);
	map_release(&gather->index);
	arena_release(&gather->texts);
	*gather = (struct gather){.purse = gather->purse};
}

void gather_type(struct gather *gather, enum drift_type type)
{
	gather->typed = true;
	gather->type = type;
	gather->form = type == DRIFT_NUMERIC ? GATHER_NUMBERS : GATHER_TEXTS;
}

enum event_want gather_want(const struct gather *gather)
{
	if (gather->form == GATHER_UNDECIDED)
		return EVENT_BOTH;
	return gather->form == GATHER_NUMBERS ? EVENT_NUMBERS : EVENT_TEXTS;
}

static bool spend(struct gather *gather, size_t bytes)
{
	if (gather->purse->left < bytes) {
		gather->over = true;
		return false;
	}
	gather->purse->left -= bytes;
	gather->spent += bytes;
	return true;
}

/* --- cells ---------------------------------------------------------------------------------- */

struct str gather_text(const struct event_column *column, size_t row, char out[NUM_SIZE])
{
	switch (column->kind[row]) {
	case EVENT_TEXT:
		return column->text[row];
	case EVENT_INT:
		return drift_cell_integer_text(out, column->integer[row]);
	case EVENT_REAL:
		return drift_cell_real_text(out, column->number[row]);
	default:
		return STR_NONE;
	}
}

size_t gather_numbers(const struct event_column *column, size_t from, size_t to, double *values,
		      struct drift_counts *counts)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		double value = 0;
		enum drift_cell cell;

		switch (column->kind[i]) {
		case EVENT_INT:
		case EVENT_REAL:
			value = column->number[i];
			cell = drift_cell_number(value);
			break;
		case EVENT_TEXT:
			cell = drift_cell_parse(column->text[i], &value);
			break;
		case EVENT_NULL:
			cell = CELL_NULL;
			break;
		default:
			cell = CELL_INVALID;
			break;
		}
		if (cell == CELL_VALUE)
			values[n++] = value;
		else
			drift_counts_cell(counts, cell);
	}
	return n;
}

static void guess_cells(struct drift_guess *guess, const struct event_column *column, size_t from,
			size_t to)
{
	for (size_t i = from; i < to; i++) {
		switch (column->kind[i]) {
		case EVENT_INT:
			drift_guess_numbers(guess, 1);
			break;
		case EVENT_REAL:
			drift_guess_numbers(guess, !isnan(column->number[i]));
			break;
		case EVENT_TEXT:
			drift_guess_text(guess, column->text[i]);
			break;
		case EVENT_OTHER:
			drift_guess_invalid(guess, 1);
			break;
		default:
			break;
		}
	}
}

/* --- numbers -------------------------------------------------------------------------------- */

/* Every other value of those kept goes, and of those to come. */
static void thin(struct gather *gather)
{
	for (size_t i = 0; 2 * i < gather->n; i++)
		gather->values[i] = gather->values[2 * i];
	gather->n = (gather->n + 1) / 2;
	gather->stride *= 2;
}

static size_t every_so_many(struct gather *gather, double *values, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (gather->skip) {
			gather->skip--;
			continue;
		}
		values[kept++] = values[i];
		gather->skip = gather->stride - 1;
	}
	return kept;
}

static void keep_values(struct gather *gather, double *values, size_t n)
{
	if (gather->most && gather->n + n > gather->most)
		thin(gather);
	if (gather->stride > 1)
		n = every_so_many(gather, values, n);
	if (!spend(gather, n * sizeof *values))
		return;
	if (gather->n + n > gather->cap) {
		gather->cap = gather->cap ? gather->cap * 2 : 4096;
		gather->values = mem_resize(gather->values, gather->cap, sizeof *values);
	}
	for (size_t i = 0; i < n; i++)
		gather->values[gather->n + i] = values[i];
	gather->n += n;
}

static void take_numbers(struct gather *gather, const struct event_column *column, size_t from,
			 size_t to)
{
	double values[EVENT_BATCH];
	size_t n = gather_numbers(column, from, to, values, gather->counts);

	drift_counts_moments(gather->counts, values, n);
	keep_values(gather, values, n);
}

/* --- texts ---------------------------------------------------------------------------------- */

/* Room for a category that is new: about what the map, the list and the text take. */
static bool room_for(struct gather *gather, struct str text)
{
	return gather->ncategories < GATHER_CATEGORIES && spend(gather, text.n + 80);
}

static void count_category(struct gather *gather, struct str text)
{
	uint32_t at;

	gather->counts->n++;
	if (map_get(&gather->index, text, &at)) {
		gather->categories[at].count++;
		return;
	}
	if (!room_for(gather, text)) {
		gather->uncounted++;
		return;
	}
	text = arena_str(&gather->texts, text);
	MEM_GROW(gather->categories, gather->ncategories, gather->categories_cap);
	map_put(&gather->index, text, (uint32_t)gather->ncategories);
	gather->categories[gather->ncategories++] = (struct drift_category){text, 1};
}

static void take_texts(struct gather *gather, const struct event_column *column, size_t from,
		       size_t to)
{
	char number[NUM_SIZE];

	for (size_t i = from; i < to; i++) {
		struct str text = gather_text(column, i, number);

		if (column->kind[i] == EVENT_OTHER)
			gather->counts->invalid++;
		else if (str_none(text) || drift_cell_category(text) == CELL_NULL)
			gather->counts->null++;
		else
			count_category(gather, text);
	}
}

/* --- the form ------------------------------------------------------------------------------- */

static bool all_null(const struct event_column *column, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (column->kind[i] == EVENT_NULL)
			continue;
		if (column->kind[i] != EVENT_TEXT ||
		    drift_cell_category(column->text[i]) == CELL_VALUE)
			return false;
	}
	return true;
}

/* What the first cells that say anything look like. */
static void decide_form(struct gather *gather, const struct event_column *column, size_t from,
			size_t to)
{
	struct drift_guess guess = {0};

	guess_cells(&guess, column, from, to);
	gather->form = drift_guess_type(&guess) == DRIFT_NUMERIC ? GATHER_NUMBERS : GATHER_TEXTS;
}

void gather_cells(struct gather *gather, const struct event_column *column, size_t from, size_t to)
{
	if (gather->form == GATHER_UNDECIDED) {
		if (all_null(column, from, to)) {
			gather->counts->null += to - from;
			return;
		}
		decide_form(gather, column, from, to);
	}
	if (!gather->typed)
		guess_cells(&gather->guess, column, from, to);
	if (gather->form == GATHER_NUMBERS)
		take_numbers(gather, column, from, to);
	else
		take_texts(gather, column, from, to);
}

enum drift_type gather_decide(const struct gather *gather, bool *good)
{
	enum drift_type type = gather->typed ? gather->type : drift_guess_type(&gather->guess);

	*good = gather->form == GATHER_UNDECIDED ||
		(type == DRIFT_NUMERIC) == (gather->form == GATHER_NUMBERS);
	return type;
}
