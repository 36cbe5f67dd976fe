/*
 * A grid: the plain sheet, whose cells are worked out once and kept.
 *
 * For tables of modest size: experiments, models, compare, deployments, drift. Filled row by row,
 * cell by cell in the order of its columns:
 *
 *	struct grid *grid = grid_new(columns, 4);
 *	grid_row(grid, id);
 *	grid_text(grid, name); grid_number(grid, 0.9); grid_missing(grid); grid_time(grid, start);
 *	… grid_free(grid);
 *
 * Texts are copied. `row_data` is what the owner wants to find again by row (a record's address).
 */
#ifndef SHEET_GRID_H
#define SHEET_GRID_H

#include "base/arena.h"
#include "sheet/sheet.h"

struct grid {
	struct sheet sheet;
	struct arena arena;
	struct sheet_cell *cells; /* sheet.n × sheet.ncolumns */
	struct str *ids;
	const void **data;
	size_t cap;
	size_t at; /* the next cell of the last row */
	/* The tags of a row's record; NULL: such records have none. */
	const struct pair *(*tags)(const void *data, uint32_t *n);
	size_t named; /* the column that a filter calls "name", too, as MLflow does; 0: none */
};

/* The columns are copied, texts included. */
struct grid *grid_new(const struct sheet_column *columns, size_t ncolumns);
void grid_free(struct grid *grid); /* NULL is fine */

/* Starts a row; its cells are missing until they are added. sheet.total counts along. */
void grid_row(struct grid *grid, struct str id, const void *data);

void grid_text(struct grid *grid, struct str text);
void grid_words(struct grid *grid, const char *text);
void grid_textf(struct grid *grid, const char *format, ...) __attribute__((format(printf, 2, 3)));
void grid_state(struct grid *grid, const char *word, enum sheet_tone tone);
void grid_number(struct grid *grid, double number);
/* A duration in a column of numbers. */
void grid_seconds(struct grid *grid, double seconds);
/* As grid_number, but NaN (not known) is missing. Also for durations and shares. */
void grid_known(struct grid *grid, double number);
void grid_count(struct grid *grid, int64_t count);
void grid_time(struct grid *grid, int64_t time);
/* A sparkline; the values are copied. */
void grid_curve(struct grid *grid, const double *values, size_t n);
void grid_missing(struct grid *grid);
void grid_loading(struct grid *grid);

/* The tone of the cell added last. */
void grid_tone(struct grid *grid, enum sheet_tone tone);

/* What grid_row() was given. */
const void *grid_data(const struct grid *grid, size_t row);

/*
 * Leaves only the rows that match (analysis/filter.h, over the columns and tags); sheet.total stays.
 * ERR_USAGE for what is no filter.
 */
int grid_filter(struct grid *grid, struct str text, int64_t now, struct err *err);

/*
 * Orders the rows as `--sort` says ("[-]COLUMN[,…]"), NaN after numbers, missing last, ties as they
 * were. ERR_USAGE for a column that is not there.
 */
int grid_sort(struct grid *grid, struct str list, struct err *err);

/* Leaves only the columns of a list, in its order. ERR_USAGE for one that is not there. */
int grid_pick(struct grid *grid, struct str list, struct err *err);

/*
 * Are all columns of the list there? What JSON asks, whose records keep their shape; of records
 * with tags a tag is a column too.
 */
int grid_check(const struct grid *grid, struct str list, struct err *err);

/* Takes one column away, by its place. */
void grid_drop(struct grid *grid, size_t column);

/* Drops all rows but the first n. */
void grid_limit(struct grid *grid, size_t n);

#endif
