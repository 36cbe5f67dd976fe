/* Points of series: the JSON and the long table of `leeboard series`. */
#ifndef SHEET_SERIES_H
#define SHEET_SERIES_H

#include "record/series.h"
#include "sheet/json_out.h"
#include "sheet/sheet.h"

struct series_part {
	struct str source;
	const struct series *series;
};

struct series_entry {
	struct str source;
	const struct series *series;
	size_t n;         /* points shown */
	size_t *indices;  /* of the points that the reduction kept; NULL: all of them */
	size_t first_row; /* in the table */
};

enum { SERIES_COLUMNS = 6, SERIES_MAX_PICKED = 16 };

/* One row a point: source, run, metric, step, time, value. */
struct series_sheet {
	struct sheet sheet;
	struct sheet_column picked[SERIES_MAX_PICKED];
	size_t what[SERIES_MAX_PICKED]; /* which of the six each column is */
	uint32_t *order;                /* of rows; NULL: as they come */
	size_t nentries;
	struct series_entry *entries;
};

/*
 * columns > 0: every series with more than 4 × columns points is reduced by M4 to that many columns
 * over its steps (points that are not finite are then left out, and counted in the JSON).
 */
struct series_sheet *series_sheet_new(const struct series_part *parts, size_t n, size_t columns);
void series_sheet_free(struct series_sheet *sheet);

/*
 * `--columns` and `--sort` for the table, as grid_pick() and grid_sort(); the columns of the order
 * need not be picked. ERR_USAGE for a column that is not there.
 */
int series_sheet_pick(struct series_sheet *sheet, struct str list, struct err *err);
int series_sheet_sort(struct series_sheet *sheet, struct str list, struct err *err);

/* The array "series". */
void series_json(struct json_out *json, const struct series_sheet *sheet);

#endif
