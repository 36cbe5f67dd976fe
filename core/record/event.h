/*
 * Prediction events: batches of typed cells, handed to a sink as a source reads them.
 *
 * Events are never kept whole: a source fills one batch, gives it to the sink of the query, and
 * fills it again. A batch is columnar. Feature cells are numbers or texts as the store has them;
 * what counts as null, invalid or a category is decided by analysis/drift_cell.h, not here.
 */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include "base/str.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EVENT_BATCH = 1024 };

enum event_cell {
	EVENT_NULL,   /* SQL NULL, JSON null, key missing, empty CSV cell */
	EVENT_INT,    /* number holds it (as a double); `integer` the exact value */
	EVENT_REAL,
	EVENT_TEXT,
	EVENT_OTHER,  /* BLOB, JSON object or array: invalid everywhere */
};

struct event_column {
	uint8_t *kind;     /* EVENT_BATCH of enum event_cell */
	double *number;    /* valid where kind is INT or REAL */
	int64_t *integer;  /* valid where kind is INT */
	struct str *text;  /* valid where kind is TEXT; for JSON numbers also the number as written */
};

/* The columns of a store, told to the sink once before the first batch and after each restart. */
struct event_layout {
	size_t ncolumns;
	const struct str *names;
	int time, prediction, label, version, id; /* column index or -1 */
};

struct event_batch {
	size_t n;                     /* rows, at most EVENT_BATCH */
	const int64_t *time;          /* n; TIME_NONE where it could not be read */
	const struct event_column *columns; /* as the layout */
};

/* Where the events go. Called on the source's thread only. */
struct event_sink {
	void *ctx;
	/* A new start: what was delivered before no longer counts. */
	int (*begin)(void *ctx, const struct event_layout *layout, struct err *err);
	/* The texts are valid during the call only. */
	int (*batch)(void *ctx, const struct event_batch *batch, struct err *err);
};

#endif
