/*
 * The cells of one column as they are, until its layout can be made of them.
 *
 * A column whose type nobody said is first taken for what its first cells look like: numbers are
 * kept as doubles, everything else as categories with their counts. When all cells were seen the
 * guess is checked; where it was wrong the column is gathered once more, with its type known.
 *
 * Memory comes out of a purse that all columns share; a purse that is empty makes the column
 * `over`, and it is gathered in a pass of its own (monitor.c).
 */
#ifndef MONITOR_GATHER_H
#define MONITOR_GATHER_H

#include "analysis/drift_cell.h"
#include "analysis/drift_counts.h"
#include "base/arena.h"
#include "base/map.h"
#include "record/event.h"

enum { GATHER_CATEGORIES = 300000 }; /* of one column; what comes after them is only counted */

struct purse {
	size_t left; /* bytes */
};

enum gather_form { GATHER_UNDECIDED, GATHER_NUMBERS, GATHER_TEXTS };

struct gather {
	enum gather_form form;
	bool typed; /* the type is known: no guess */
	enum drift_type type;
	struct drift_guess guess;
	struct purse *purse;
	size_t spent;
	bool over; /* the purse was empty */
	/* numbers */
	double *values;
	size_t n, cap;
	size_t most;   /* 0: no limit; else more values are thinned to every `stride`-th */
	size_t stride, skip;
	/* texts */
	struct map index;
	struct arena texts;
	struct drift_category *categories;
	size_t ncategories, categories_cap;
	uint64_t uncounted; /* values of categories past the cap */
	/* cells that are no value, as the form has them; and moments of numbers */
	struct drift_counts *counts;
};

void gather_init(struct gather *gather, struct purse *purse);
void gather_release(struct gather *gather); /* gives back to the purse */

/* The type is known. */
void gather_type(struct gather *gather, enum drift_type type);

/* Cells [from, to) of a batch's column. */
void gather_cells(struct gather *gather, const struct event_column *column, size_t from, size_t to);

/* All cells were seen: the type, and whether the column was gathered in a form that serves it. */
enum drift_type gather_decide(const struct gather *gather, bool *good);

/* What of a column's texts a source should deliver. */
enum event_want gather_want(const struct gather *gather);

/* The text of a value that is a category; `out` holds a number's digits. */
struct str gather_text(const struct event_column *column, size_t row, char out[NUM_SIZE]);

/*
 * Sorts cells [from, to) of a numeric column: the finite ones go to `values` (EVENT_BATCH of room),
 * the others are counted. Returns how many values there are.
 */
size_t gather_numbers(const struct event_column *column, size_t from, size_t to, double *values,
		      struct drift_counts *counts);

#endif
