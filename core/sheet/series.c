/* Points of series as a sheet; see series.h. */
#include "sheet/series.h"

#include "analysis/order.h"
#include "base/mem.h"
#include "sheet/chart.h"

#include <stdlib.h>

static const struct sheet_column columns[SERIES_COLUMNS] = {
	{STR("source"), STR("source"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 6, 20},
	{STR("run"), STR("run"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 36},
	{STR("metric"), STR("metric"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 30},
	{STR("step"), STR("step"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 6, 12},
	{STR("time"), STR("time"), "", SHEET_TIME, DIRECTION_UNKNOWN, 6, 24},
	{STR("value"), STR("value"), "", SHEET_NUMBER, DIRECTION_UNKNOWN, 8, 24},
};

/* The entry that a row of the table belongs to. */
static const struct series_entry *entry_of(const struct series_sheet *sheet, size_t row)
{
	size_t low = 0, high = sheet->nentries;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (sheet->entries[middle].first_row <= row)
			low = middle;
		else
			high = middle;
	}
	return &sheet->entries[low];
}

static size_t point_of(const struct series_entry *entry, size_t i)
{
	return entry->indices ? entry->indices[i] : i;
}

static size_t row_of(const struct series_sheet *sheet, size_t row)
{
	return sheet->order ? sheet->order[row] : row;
}

/* The cell of a point, by its own row and which of the six columns it is. */
static void point_cell(const struct series_sheet *sheet, size_t row, size_t what,
		       struct sheet_cell *cell)
{
	const struct series_entry *entry = entry_of(sheet, row);
	size_t i = point_of(entry, row - entry->first_row);

	cell->state = SHEET_VALUE;
	switch (what) {
	case 0:
		cell->text = entry->source;
		break;
	case 1:
		cell->text = entry->series->run;
		break;
	case 2:
		cell->text = entry->series->key;
		break;
	case 3:
		cell->integer = series_step(entry->series, i);
		cell->number = (double)cell->integer;
		break;
	case 4:
		cell->integer = series_time(entry->series, i);
		cell->number = (double)cell->integer;
		if (cell->integer == TIME_NONE)
			cell->state = SHEET_MISSING;
		break;
	default:
		cell->number = series_value(entry->series, i);
	}
}

static void series_cell(const struct sheet *base, size_t row, size_t column,
			struct sheet_cell *cell)
{
	const struct series_sheet *sheet = (const struct series_sheet *)base;

	point_cell(sheet, row_of(sheet, row), sheet->what[column], cell);
}

static struct str series_id(const struct sheet *base, size_t row)
{
	const struct series_sheet *sheet = (const struct series_sheet *)base;

	return entry_of(sheet, row_of(sheet, row))->series->key;
}

/* ---- columns and order ---- */

static int find_column(struct str name, size_t *column, struct err *err)
{
	for (size_t c = 0; c < SERIES_COLUMNS; c++) {
		if (str_equal(columns[c].key, name)) {
			*column = c;
			return 0;
		}
	}
	err_set(err, ERR_USAGE, "no such column: %.*s", STR_ARG(name));
	return err_hint(err, "columns are source run metric step time value");
}

static struct str next_item(struct str list, size_t *at)
{
	long comma = str_find(str_slice(list, *at, list.n), ',');
	size_t end = comma < 0 ? list.n : *at + (size_t)comma;
	struct str item = str_trim(str_slice(list, *at, end));

	*at = end + 1;
	return item;
}

int series_sheet_pick(struct series_sheet *sheet, struct str list, struct err *err)
{
	size_t n = 0;

	for (size_t at = 0; at <= list.n; n++) {
		size_t column;

		if (n == SERIES_MAX_PICKED)
			return err_set(err, ERR_USAGE, "more than %d columns", SERIES_MAX_PICKED);
		if (find_column(next_item(list, &at), &column, err))
			return -1;
		sheet->picked[n] = columns[column];
		sheet->what[n] = column;
	}
	sheet->sheet.ncolumns = n;
	return 0;
}

/* One sort key over all rows. */
static void extract(const struct series_sheet *sheet, size_t what, struct order_key *key)
{
	size_t n = sheet->sheet.n;
	bool text = columns[what].type == SHEET_TEXT;
	double *numbers = text ? NULL : mem_alloc(n * sizeof *numbers);
	struct str *texts = text ? mem_alloc(n * sizeof *texts) : NULL;
	uint8_t *missing = mem_alloc(n);

	for (size_t row = 0; row < n; row++) {
		struct sheet_cell cell = {0};

		point_cell(sheet, row, what, &cell);
		missing[row] = cell.state != SHEET_VALUE;
		if (text)
			texts[row] = cell.text;
		else
			numbers[row] = cell.number;
	}
	*key = (struct order_key){numbers, texts, missing, key->descending};
}

int series_sheet_sort(struct series_sheet *sheet, struct str list, struct err *err)
{
	struct order_key keys[SERIES_MAX_PICKED] = {0};
	size_t what[SERIES_MAX_PICKED], nkeys = 0, n = sheet->sheet.n;

	for (size_t at = 0; at <= list.n; nkeys++) {
		struct str name = next_item(list, &at);
		bool descending = str_starts(name, STR("-"));

		if (nkeys == SERIES_MAX_PICKED)
			return err_set(err, ERR_USAGE, "more than %d sort keys", SERIES_MAX_PICKED);
		keys[nkeys].descending = descending;
		if (find_column(str_slice(name, descending, name.n), &what[nkeys], err))
			return -1;
	}
	if (n < 2 || n > UINT32_MAX)
		return 0;
	sheet->order = mem_alloc(n * sizeof *sheet->order);
	for (size_t i = 0; i < n; i++)
		sheet->order[i] = (uint32_t)i;
	for (size_t k = 0; k < nkeys; k++)
		extract(sheet, what[k], &keys[k]);
	order_rows(sheet->order, n, keys, nkeys);
	for (size_t k = 0; k < nkeys; k++) {
		free((double *)keys[k].numbers);
		free((struct str *)keys[k].texts);
		free((uint8_t *)keys[k].missing);
	}
	return 0;
}

static void reduce(struct series_entry *entry, size_t columns_wanted)
{
	struct chart_line line = {.series = entry->series};
	struct chart chart = {.nlines = 1, .lines = &line};
	double lo, hi;
	struct m4 m4;

	if (!columns_wanted || entry->series->n <= 4 * columns_wanted ||
	    !chart_x_range(&chart, &lo, &hi))
		return;
	chart_reduce(&chart, &line, lo, hi, columns_wanted, &m4);
	entry->indices = mem_alloc(m4.n * sizeof *entry->indices);
	for (size_t i = 0; i < m4.n; i++)
		entry->indices[i] = m4.points[i].index;
	entry->n = m4.n;
	m4_release(&m4);
}

struct series_sheet *series_sheet_new(const struct series_part *parts, size_t n,
				      size_t columns_wanted)
{
	static const struct sheet_class class = {series_cell, series_id};
	struct series_sheet *sheet = mem_zero(1, sizeof *sheet);

	sheet->sheet.class = &class;
	sheet->sheet.columns = sheet->picked;
	sheet->sheet.ncolumns = SERIES_COLUMNS;
	for (size_t c = 0; c < SERIES_COLUMNS; c++) {
		sheet->picked[c] = columns[c];
		sheet->what[c] = c;
	}
	sheet->entries = mem_zero(n, sizeof *sheet->entries);
	sheet->nentries = n;
	for (size_t i = 0; i < n; i++) {
		struct series_entry *entry = &sheet->entries[i];

		*entry = (struct series_entry){.source = parts[i].source,
					       .series = parts[i].series,
					       .n = parts[i].series->n,
					       .first_row = sheet->sheet.n};
		reduce(entry, columns_wanted);
		sheet->sheet.n += entry->n;
	}
	sheet->sheet.total = sheet->sheet.n;
	return sheet;
}

void series_sheet_free(struct series_sheet *sheet)
{
	if (!sheet)
		return;
	for (size_t i = 0; i < sheet->nentries; i++)
		free(sheet->entries[i].indices);
	free(sheet->entries);
	free(sheet->order);
	free(sheet);
}

static void write_entry(struct json_out *json, const struct series_entry *entry)
{
	const struct series *series = entry->series;

	json_put_object(json, NULL);
	json_put_text(json, "source", entry->source);
	json_put_text(json, "run", series->run);
	json_put_text(json, "metric", series->key);
	json_put_int(json, "count", (int64_t)series->n);
	json_put_int(json, "nan", (int64_t)series->nan);
	json_put_int(json, "inf", (int64_t)series->inf);
	json_put_bool(json, "reduced", entry->indices != NULL);
	json_put_array(json, "steps");
	for (size_t i = 0; i < entry->n; i++)
		json_put_int(json, NULL, series_step(series, point_of(entry, i)));
	json_put_end(json);
	json_put_array(json, "times");
	for (size_t i = 0; i < entry->n; i++)
		json_put_time(json, NULL, series_time(series, point_of(entry, i)));
	json_put_end(json);
	json_put_array(json, "values");
	for (size_t i = 0; i < entry->n; i++)
		json_put_number(json, NULL, series_value(series, point_of(entry, i)));
	json_put_end(json);
	json_put_end(json);
}

void series_json(struct json_out *json, const struct series_sheet *sheet)
{
	json_put_array(json, "series");
	for (size_t i = 0; i < sheet->nentries; i++)
		write_entry(json, &sheet->entries[i]);
	json_put_end(json);
}
