/*
 * The run table: runs of several sources with the columns that the user chose, filtered and sorted.
 *
 * A view (struct runs_view) is what the user asked for: columns, filter, order. It says which
 * record columns it needs (needs); whoever shows it gets those from the sources, puts them into one
 * struct runs_part per source, and makes the sheet. A column that is still loading shows so, and
 * does not filter or sort until it is there.
 */
#ifndef SHEET_RUNS_H
#define SHEET_RUNS_H

#include "analysis/filter.h"
#include "sheet/sheet.h"

enum runs_attribute {
	RUNS_SOURCE,
	RUNS_ID,
	RUNS_NAME,
	RUNS_EXPERIMENT,
	RUNS_STATE,
	RUNS_START,
	RUNS_END,
	RUNS_DURATION,
	RUNS_USER,
	RUNS_RECORD, /* a record column: needs[need] */
	RUNS_CURVE,  /* sparkline of the series of `curve_key` */
};

struct runs_column {
	enum runs_attribute attribute;
	size_t need;       /* RUNS_RECORD */
	struct str curve_key; /* RUNS_CURVE */
};

struct runs_sort {
	struct runs_column by;
	bool descending;
};

enum { RUNS_MAX_COLUMNS = 200, RUNS_MAX_SORTS = 8, RUNS_MAX_NEEDS = 256 };

enum { RUNS_NO_NEED = RUNS_MAX_NEEDS };

struct runs_view {
	struct arena arena;
	size_t ncolumns;
	struct sheet_column columns[RUNS_MAX_COLUMNS];
	struct runs_column what[RUNS_MAX_COLUMNS];
	size_t nsorts;
	struct runs_sort sorts[RUNS_MAX_SORTS];
	struct filter *filter;       /* NULL for none */
	bool deleted;                /* show what the store marks as deleted */
	struct str experiment;       /* show one experiment only (its id), or missing */
	struct str experiment_source; /* … of this source */
	size_t nneeds;
	struct column_id needs[RUNS_MAX_NEEDS];
	size_t *field_needs; /* by field of the filter; RUNS_NO_NEED for base attributes */
};

/* Nothing shown, nothing filtered, newest start first. */
void runs_view_init(struct runs_view *view);
void runs_view_release(struct runs_view *view);

/*
 * Adds a column by its name: an attribute ("name"), `metrics.KEY[:aggregate]`, `params.KEY`,
 * `tags.KEY`, `commit`, `parent`, `datasets`, or `curve.KEY`. ERR_USAGE with the names that exist
 * when it is none.
 */
int runs_view_add(struct runs_view *view, struct str name, struct err *err);

/* Appends the one name that a column of that kind ("metrics.", "curve.", …) and key goes by:
 * quoted only where it must be. */
void runs_column_name(struct buf *out, const char *prefix, struct str key);

/* All of a comma list; commas within backticks or quotes do not separate. */
int runs_view_add_list(struct runs_view *view, struct str list, struct err *err);

/* The columns of a list that nobody chose: source name experiment state start duration user. */
void runs_view_default(struct runs_view *view);

void runs_view_clear_columns(struct runs_view *view);

/* "[-]COLUMN[,…]"; replaces the order. */
int runs_view_sort(struct runs_view *view, struct str list, struct err *err);

/*
 * Sets the filter from its text; empty or missing for none. `now` is what relative times mean;
 * *where gets the byte at which a wrong one goes wrong.
 */
int runs_view_filter(struct runs_view *view, struct str text, int64_t now, size_t *where,
		     struct err *err);

/* What one source gives to the sheet. */
struct runs_part {
	struct sheet_source source; /* its snapshot is the RECORD_RUNS one, or NULL */
	struct snapshot **columns;  /* view->nneeds of RECORD_COLUMN; NULL: loading or not there */
	/* The curve of a run for RUNS_CURVE cells; NULL: no curves here. */
	const struct series *(*curve)(void *ctx, const struct run *run, struct str key,
				      size_t *points);
	void *curve_ctx;
};

struct runs_sheet {
	struct sheet sheet;
	const struct runs_view *view;
	const struct runs_part *parts;
	size_t nparts;
	uint64_t *order;    /* sheet.n of part << 32 | row */
	struct arena text;  /* ids with their source's name, where there are several sources */
	struct str *ids;    /* sheet.n, or NULL with one source */
};

/*
 * Filters and orders; the view and the parts outlive the sheet. Which way is better for `KEY:best`
 * is resolved by the caller, in view->needs. 100,000 rows by a loaded column: about 20 ms.
 */
struct runs_sheet *runs_sheet_new(const struct runs_view *view, const struct runs_part *parts,
				  size_t nparts);
void runs_sheet_free(struct runs_sheet *sheet);

/*
 * Gives the sheet the order of an older one over the same parts: rows that both show, as they stood
 * there. Answers how many rows are left out because the older one did not show them.
 */
size_t runs_sheet_hold(struct runs_sheet *sheet, const struct runs_sheet *old);

/* The run of a shown row, and its part. */
const struct run *runs_sheet_run(const struct runs_sheet *sheet, size_t row,
				 const struct runs_part **part);

#endif
