/*
 * Prediction events: batches of typed cells, handed to a sink as a source reads them.
 *
 * Events are never kept whole: a source fills one batch, gives it to the sink of the query, and
 * fills it again. A batch is columnar. Feature cells are numbers or texts as the store has them;
 * what counts as null, invalid or a category is decided by analysis/drift_cell.h, not here.
 *
 * A sink is followed: the source keeps in its mark how far the sink was served, and a later read of
 * the same sink delivers only what came since. When what was delivered no longer stands (the file
 * was rotated, cut or replaced, a table lost rows) it begins anew.
 */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include "base/str.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	EVENT_BATCH = 512,
	EVENT_COLUMNS = 2000, /* of one store */
};

enum event_cell {
	EVENT_NULL,   /* SQL NULL, JSON null, key missing, empty CSV cell */
	EVENT_INT,    /* number holds it (as a double); `integer` the exact value */
	EVENT_REAL,
	EVENT_TEXT,
	EVENT_OTHER,  /* BLOB, JSON object or array: invalid everywhere */
};

/*
 * What a sink wants of a column. With EVENT_NUMBERS a cell that reads as a number comes as INT or
 * REAL without its text; a number that is text in the store (a CSV cell) comes as REAL.
 */
enum event_want {
	EVENT_SKIP, /* its cells are not looked at */
	EVENT_NUMBERS,
	EVENT_TEXTS, /* cells as the store has them */
	EVENT_BOTH,  /* as EVENT_NUMBERS, but with the text as written where the store has one */
};

struct event_column {
	uint8_t *kind;     /* EVENT_BATCH of enum event_cell */
	double *number;    /* valid where kind is INT or REAL */
	int64_t *integer;  /* valid where kind is INT */
	struct str *text;  /* valid where kind is TEXT; of INT and REAL the number as written, or
			      missing, unless the want is EVENT_NUMBERS */
};

/* The columns of a store, told to the sink once before the first batch and after each restart. */
struct event_layout {
	size_t ncolumns;
	const struct str *names;
	int time, prediction, label, version, id; /* column index or -1 */
	bool anew; /* the store is not the one of the last pass, even if the sink asked for it again */
	uint8_t *want; /* ncolumns of enum event_want, EVENT_BOTH at first: for the sink to change */
};

struct event_batch {
	size_t n;                     /* rows, at most EVENT_BATCH */
	const int64_t *time;          /* n; TIME_NONE where it could not be read */
	const struct event_column *columns; /* as the layout */
};

/* Columns by name; missing: found by the usual names (COMMANDS, `drift`). */
struct event_names {
	struct str time, prediction, label, version, id;
	bool timeless; /* a plain sample: no time column is needed */
};

/* How far a sink was served; zero at first. The source's own to read and write. */
struct event_mark {
	void *place;
	void (*free)(void *place);
};

/* Where the events go. Called on the source's thread only. */
struct event_sink {
	void *ctx;
	const struct event_names *names;
	struct event_mark *mark;
	/* A new start: what was delivered before no longer counts. */
	int (*begin)(void *ctx, const struct event_layout *layout, struct err *err);
	/* The texts are valid during the call only. */
	int (*batch)(void *ctx, const struct event_batch *batch, struct err *err);
	/* Asked when all events were delivered: true to get all of them once more, from `begin` on. */
	bool (*again)(void *ctx);
	/* Something in the store that did not stop the work ("3 ragged lines"). */
	void (*warn)(void *ctx, const char *text);
	/* Another store that is read first each time, into a sink of its own; NULL: none. */
	const struct event_sink *first;
	struct str first_at, first_table;
};

#endif
