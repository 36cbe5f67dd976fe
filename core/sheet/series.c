/* Points of series as a sheet; see series.h. */
#include "sheet/series.h"

#include "base/mem.h"
#include "sheet/chart.h"

#include <stdlib.h>

static const struct sheet_column columns[] = {
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

static void series_cell(const struct sheet *base, size_t row, size_t column,
			struct sheet_cell *cell)
{
	const struct series_entry *entry = entry_of((const struct series_sheet *)base, row);
	size_t i = point_of(entry, row - entry->first_row);

	cell->state = SHEET_VALUE;
	switch (column) {
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
		break;
	case 4:
		cell->integer = series_time(entry->series, i);
		if (cell->integer == TIME_NONE)
			cell->state = SHEET_MISSING;
		break;
	default:
		cell->number = series_value(entry->series, i);
	}
}

static struct str series_id(const struct sheet *base, size_t row)
{
	return entry_of((const struct series_sheet *)base, row)->series->key;
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
	sheet->sheet.columns = (struct sheet_column *)columns;
	sheet->sheet.ncolumns = sizeof columns / sizeof *columns;
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
