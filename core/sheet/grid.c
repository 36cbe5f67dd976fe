/* The plain sheet; see grid.h. */
#include "sheet/grid.h"

#include "analysis/filter.h"
#include "analysis/order.h"
#include "base/mem.h"
#include "sheet/column_list.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GRID_BYTES = 256 << 20, GRID_TEXT = 4096, GRID_SORTS = 8 };

static void grid_cell(const struct sheet *base, size_t row, size_t column, struct sheet_cell *cell)
{
	const struct grid *grid = (const struct grid *)base;

	*cell = grid->cells[row * base->ncolumns + column];
}

static struct str grid_id(const struct sheet *base, size_t row)
{
	return ((const struct grid *)base)->ids[row];
}

struct grid *grid_new(const struct sheet_column *columns, size_t ncolumns)
{
	static const struct sheet_class class = {grid_cell, grid_id};
	struct grid *grid = mem_zero(1, sizeof *grid);

	arena_init(&grid->arena, GRID_BYTES);
	grid->sheet.class = &class;
	grid->sheet.ncolumns = ncolumns;
	grid->sheet.columns = mem_alloc(ncolumns * sizeof *columns);
	for (size_t c = 0; c < ncolumns; c++) {
		grid->sheet.columns[c] = columns[c];
		grid->sheet.columns[c].key = arena_str(&grid->arena, columns[c].key);
		grid->sheet.columns[c].title = arena_str(&grid->arena, columns[c].title);
		if (!columns[c].unit)
			grid->sheet.columns[c].unit = "";
	}
	return grid;
}

void grid_free(struct grid *grid)
{
	if (!grid)
		return;
	arena_release(&grid->arena);
	free(grid->sheet.columns);
	free(grid->cells);
	free(grid->ids);
	free(grid->data);
	free(grid);
}

void grid_row(struct grid *grid, struct str id, const void *data)
{
	size_t n = grid->sheet.n, width = grid->sheet.ncolumns;

	if (n == grid->cap) {
		grid->cap = grid->cap ? grid->cap * 2 : 32;
		grid->cells = mem_resize(grid->cells, grid->cap * width, sizeof *grid->cells);
		grid->ids = mem_resize(grid->ids, grid->cap, sizeof *grid->ids);
		grid->data = mem_resize(grid->data, grid->cap, sizeof *grid->data);
	}
	memset(grid->cells + n * width, 0, width * sizeof *grid->cells);
	grid->ids[n] = arena_str(&grid->arena, id);
	grid->data[n] = data;
	grid->at = n * width;
	grid->sheet.n++;
	grid->sheet.total++;
}

/* The next cell of the row; a spare one past its end. */
static struct sheet_cell *next_cell(struct grid *grid, enum sheet_cell_state state)
{
	struct sheet_cell *cell = &grid->cells[grid->at++];

	*cell = (struct sheet_cell){.state = state};
	return cell;
}

void grid_text(struct grid *grid, struct str text)
{
	struct sheet_cell *cell = next_cell(grid, text.s ? SHEET_VALUE : SHEET_MISSING);

	cell->text = arena_str(&grid->arena, text);
	if (text.s && !cell->text.s)
		cell->state = SHEET_MISSING; /* past the ceiling */
}

void grid_words(struct grid *grid, const char *text)
{
	grid_text(grid, str_of(text));
}

void grid_textf(struct grid *grid, const char *format, ...)
{
	char line[GRID_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	grid_text(grid, str_of(line));
}

void grid_state(struct grid *grid, const char *word, enum sheet_tone tone)
{
	grid_text(grid, str_of(word));
	grid_tone(grid, tone);
}

void grid_number(struct grid *grid, double number)
{
	next_cell(grid, SHEET_VALUE)->number = number;
}

void grid_seconds(struct grid *grid, double seconds)
{
	struct sheet_cell *cell = next_cell(grid, SHEET_VALUE);

	cell->number = seconds;
	cell->seconds = true;
}

void grid_known(struct grid *grid, double number)
{
	if (isnan(number))
		grid_missing(grid);
	else
		grid_number(grid, number);
}

void grid_count(struct grid *grid, int64_t count)
{
	struct sheet_cell *cell = next_cell(grid, SHEET_VALUE);

	cell->integer = count;
	cell->number = (double)count;
}

void grid_time(struct grid *grid, int64_t time)
{
	struct sheet_cell *cell =
		next_cell(grid, time == TIME_NONE ? SHEET_MISSING : SHEET_VALUE);

	cell->integer = time;
	cell->number = (double)time;
}

void grid_curve(struct grid *grid, const double *values, size_t n)
{
	double *copy = arena_zero(&grid->arena, n, sizeof *copy);
	struct sheet_cell *cell = next_cell(grid, copy && n ? SHEET_VALUE : SHEET_MISSING);

	for (size_t i = 0; copy && i < n; i++)
		copy[i] = values[i];
	cell->values = copy;
	cell->nvalues = copy ? n : 0;
}

void grid_missing(struct grid *grid)
{
	next_cell(grid, SHEET_MISSING);
}

void grid_loading(struct grid *grid)
{
	next_cell(grid, SHEET_LOADING);
}

void grid_tone(struct grid *grid, enum sheet_tone tone)
{
	grid->cells[grid->at - 1].tone = tone;
}

const void *grid_data(const struct grid *grid, size_t row)
{
	return grid->data[row];
}

static int hint_columns(const struct grid *grid, struct err *err)
{
	struct buf names;

	buf_init(&names, 4096);
	for (size_t c = 0; c < grid->sheet.ncolumns; c++)
		buf_addf(&names, "%s%.*s", c ? " " : "", STR_ARG(grid->sheet.columns[c].key));
	err_hint(err, "columns are %s", buf_cstr(&names));
	buf_release(&names);
	return -1;
}

/* The column of that name, or ERR_USAGE with the names that there are. */
static int find_column(const struct grid *grid, struct str name, size_t *column, struct err *err)
{
	for (size_t c = 0; c < grid->sheet.ncolumns; c++) {
		if (str_equal(grid->sheet.columns[c].key, name)) {
			*column = c;
			return 0;
		}
	}
	err_set(err, ERR_USAGE, "no such column: %.*s", STR_ARG(name));
	return hint_columns(grid, err);
}

/* --- filter --------------------------------------------------------------------------------- */

enum { GRID_COLUMNS = 64 };

static enum filter_type type_of(enum sheet_type type)
{
	if (type == SHEET_TEXT || type == SHEET_STATE)
		return FILTER_TEXT;
	return type == SHEET_TIME ? FILTER_TIME : FILTER_NUMBER;
}

static struct filter *parse_filter(const struct grid *grid, struct str text, int64_t now,
				   struct err *err)
{
	struct filter_column columns[GRID_COLUMNS + 1];
	struct filter *filter;
	size_t n = 0, where;

	for (; n < grid->sheet.ncolumns && n < GRID_COLUMNS; n++)
		columns[n] = (struct filter_column){grid->sheet.columns[n].key,
						    type_of(grid->sheet.columns[n].type)};
	if (grid->named)
		columns[n++] = (struct filter_column){STR("name"), FILTER_TEXT};
	filter = filter_parse_columns(text, now, columns, n, grid->tags != NULL, &where, err);
	if (!filter)
		hint_columns(grid, err);
	return filter;
}

struct filtered_row {
	const struct grid *grid;
	size_t row;
};

static struct value text_value(struct str text)
{
	return (struct value){.state = text.s ? CELL_TEXT : CELL_MISSING, .text = text};
}

static struct value field_value(void *ctx, const struct filter_field *field)
{
	const struct filtered_row *at = ctx;
	const struct grid *grid = at->grid;
	const struct sheet_cell *cell;
	size_t column = field->column;

	if (field->entity == FILTER_TAG) {
		uint32_t n;
		const struct pair *tags = grid->tags(grid->data[at->row], &n);

		return text_value(pair_get(tags, n, field->key));
	}
	if (column >= grid->sheet.ncolumns)
		column = grid->named;
	cell = &grid->cells[at->row * grid->sheet.ncolumns + column];
	if (cell->state != SHEET_VALUE)
		return (struct value){.state = CELL_MISSING};
	if (field->type == FILTER_TEXT)
		return text_value(cell->text);
	return (struct value){.state = CELL_NUMBER, .number = cell->number};
}

int grid_filter(struct grid *grid, struct str text, int64_t now, struct err *err)
{
	struct filter *filter = parse_filter(grid, text, now, err);
	size_t width = grid->sheet.ncolumns, kept = 0;

	if (!filter)
		return -1;
	for (size_t row = 0; row < grid->sheet.n; row++) {
		struct filtered_row at = {grid, row};

		if (!filter_match(filter, field_value, &at))
			continue;
		memmove(grid->cells + kept * width, grid->cells + row * width,
			width * sizeof *grid->cells);
		grid->ids[kept] = grid->ids[row];
		grid->data[kept++] = grid->data[row];
	}
	grid->sheet.n = kept;
	filter_free(filter);
	return 0;
}

/* --- order ---------------------------------------------------------------------------------- */

/* One sort key over all rows. */
static void extract(const struct grid *grid, size_t column, struct order_key *key)
{
	size_t n = grid->sheet.n, width = grid->sheet.ncolumns;
	enum sheet_type type = grid->sheet.columns[column].type;
	bool text = type == SHEET_TEXT || type == SHEET_STATE;
	double *numbers = text ? NULL : mem_alloc(n * sizeof *numbers);
	struct str *texts = text ? mem_alloc(n * sizeof *texts) : NULL;
	uint8_t *missing = mem_alloc(n);

	for (size_t row = 0; row < n; row++) {
		const struct sheet_cell *cell = &grid->cells[row * width + column];

		missing[row] = cell->state != SHEET_VALUE;
		if (text)
			texts[row] = cell->text;
		else
			numbers[row] = cell->number;
	}
	*key = (struct order_key){numbers, texts, missing, key->descending};
}

static void reorder(struct grid *grid, const uint32_t *rows)
{
	size_t n = grid->sheet.n, width = grid->sheet.ncolumns;
	struct sheet_cell *cells = mem_alloc(grid->cap * width * sizeof *cells);
	struct str *ids = mem_alloc(grid->cap * sizeof *ids);
	const void **data = mem_alloc(grid->cap * sizeof *data);

	for (size_t i = 0; i < n; i++) {
		memcpy(cells + i * width, grid->cells + rows[i] * width, width * sizeof *cells);
		ids[i] = grid->ids[rows[i]];
		data[i] = grid->data[rows[i]];
	}
	free(grid->cells);
	free(grid->ids);
	free(grid->data);
	grid->cells = cells;
	grid->ids = ids;
	grid->data = data;
}

int grid_sort(struct grid *grid, struct str list, struct err *err)
{
	struct order_key keys[GRID_SORTS] = {0};
	size_t columns[GRID_SORTS], nkeys = 0;
	uint32_t *rows;

	for (size_t at = 0; at <= list.n; nkeys++) {
		struct str name = column_list_next(list, &at);
		bool descending = str_starts(name, STR("-"));

		if (nkeys == GRID_SORTS)
			return err_set(err, ERR_USAGE, "more than %d sort keys", GRID_SORTS);
		keys[nkeys].descending = descending;
		if (find_column(grid, str_slice(name, descending, name.n), &columns[nkeys], err))
			return -1;
	}
	if (grid->sheet.n < 2)
		return 0;
	rows = mem_alloc(grid->sheet.n * sizeof *rows);
	for (size_t i = 0; i < grid->sheet.n; i++)
		rows[i] = (uint32_t)i;
	for (size_t k = 0; k < nkeys; k++)
		extract(grid, columns[k], &keys[k]);
	order_rows(rows, grid->sheet.n, keys, nkeys);
	reorder(grid, rows);
	for (size_t k = 0; k < nkeys; k++) {
		free((double *)keys[k].numbers);
		free((struct str *)keys[k].texts);
		free((uint8_t *)keys[k].missing);
	}
	free(rows);
	return 0;
}

int grid_pick(struct grid *grid, struct str list, struct err *err)
{
	size_t picked[128], n = 0, old = grid->sheet.ncolumns;
	struct sheet_column *columns;
	struct sheet_cell *cells;

	for (size_t at = 0; at <= list.n; n++) {
		if (n == sizeof picked / sizeof *picked)
			return err_set(err, ERR_USAGE, "more than %zu columns", n);
		if (find_column(grid, column_list_next(list, &at), &picked[n], err))
			return -1;
	}
	columns = mem_alloc(n * sizeof *columns);
	cells = mem_alloc((grid->cap ? grid->cap : 1) * n * sizeof *cells);
	for (size_t c = 0; c < n; c++) {
		columns[c] = grid->sheet.columns[picked[c]];
		for (size_t row = 0; row < grid->sheet.n; row++)
			cells[row * n + c] = grid->cells[row * old + picked[c]];
	}
	free(grid->sheet.columns);
	free(grid->cells);
	grid->sheet.columns = columns;
	grid->sheet.ncolumns = n;
	grid->cells = cells;
	return 0;
}

int grid_check(const struct grid *grid, struct str list, struct err *err)
{
	for (size_t at = 0; at <= list.n;) {
		struct str name = column_list_next(list, &at);
		size_t column;

		if (!(grid->tags && str_starts(name, STR("tags."))) &&
		    find_column(grid, name, &column, err))
			return -1;
	}
	return 0;
}

void grid_drop(struct grid *grid, size_t column)
{
	size_t width = grid->sheet.ncolumns, kept = 0;

	for (size_t i = 0; i < grid->sheet.n * width; i++)
		if (i % width != column)
			grid->cells[kept++] = grid->cells[i];
	for (size_t c = column; c + 1 < width; c++)
		grid->sheet.columns[c] = grid->sheet.columns[c + 1];
	grid->sheet.ncolumns--;
}

void grid_limit(struct grid *grid, size_t n)
{
	if (n < grid->sheet.n)
		grid->sheet.n = n;
}
