/*
 * Filling batches: what the readers of the events source share.
 *
 * A reader opens a row, gives each column that somebody wants its cell, and closes the row; the
 * batch goes to the sink whenever it is full. Texts are copied into the batch, because what the
 * decoders hand out does not live as long.
 */
#ifndef SOURCE_EVENTS_BATCH_H
#define SOURCE_EVENTS_BATCH_H

#include "base/arena.h"
#include "record/event.h"

struct events_batch {
	const struct event_sink *sink;
	struct arena arena; /* names and arrays */
	struct event_layout layout;
	struct event_column *columns;
	size_t nactive;
	uint32_t *active; /* columns that are not skipped, and the time column */
	size_t n;
	int64_t time[EVENT_BATCH];
	char *text; /* EVENTS_TEXT bytes, and what does not fit there */
	size_t text_n;
	struct arena spill;
	uint64_t untimed; /* rows whose time could not be read */
};

enum { EVENTS_TEXT = 1 << 18 };

void events_batch_init(struct events_batch *batch, const struct event_sink *sink);
void events_batch_release(struct events_batch *batch);

/*
 * Names the columns, finds the special ones and begins at the sink. `anew`: this is not the same
 * store as before. ERR_USAGE when a column that was asked for, or the time, is not there.
 */
int events_batch_begin(struct events_batch *batch, const struct str *names, size_t n,
		       bool anew, struct err *err);

/*
 * The same columns begin at the sink once more, or are served on. What the batch holds is dropped.
 */
int events_batch_restart(struct events_batch *batch, struct err *err);

/* Opens a row. */
int events_batch_row(struct events_batch *batch, struct err *err);

/* Cells of the open row. Each active column gets exactly one. */
static inline void events_batch_null(struct events_batch *batch, uint32_t column)
{
	batch->columns[column].kind[batch->n] = EVENT_NULL;
}

static inline void events_batch_other(struct events_batch *batch, uint32_t column)
{
	batch->columns[column].kind[batch->n] = EVENT_OTHER;
}

static inline void events_batch_real(struct events_batch *batch, uint32_t column, double number)
{
	struct event_column *to = &batch->columns[column];

	to->kind[batch->n] = EVENT_REAL;
	to->number[batch->n] = number;
	if (batch->layout.want[column] != EVENT_NUMBERS)
		to->text[batch->n] = STR_NONE;
}

static inline void events_batch_int(struct events_batch *batch, uint32_t column, int64_t integer)
{
	struct event_column *to = &batch->columns[column];

	to->kind[batch->n] = EVENT_INT;
	to->number[batch->n] = (double)integer;
	to->integer[batch->n] = integer;
	if (batch->layout.want[column] != EVENT_NUMBERS)
		to->text[batch->n] = STR_NONE;
}

/* A text of the store. */
void events_batch_text(struct events_batch *batch, uint32_t column, struct str text);

/* A cell of a store of texts: a number where one is wanted and it is one. Empty is null. */
void events_batch_written(struct events_batch *batch, uint32_t column, struct str text);

/* Closes the row; the time is read from its cell. */
void events_batch_close(struct events_batch *batch);

/* Gives the sink what is gathered. */
int events_batch_flush(struct events_batch *batch, struct err *err);

/* The time that a text or number stands for; TIME_NONE if it is none. */
int64_t events_time_of(struct str text);

/* Does that name mean the time of an event? */
bool events_is_time(struct str name);

#endif
