/* Batches of events on their way to the sink; see batch.h. */
#include "source/events/batch.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Texts past the block, of one batch; a batch with any is flushed after the row. */
#define SPILL_MAX ((size_t)64 << 20)

/* The usual names, the likeliest first. */
static const char *const time_names[] = {"ts", "time", "timestamp",
					 "event_time", "created_at", NULL};
static const char *const prediction_names[] = {"prediction", "score", "y_pred", NULL};
static const char *const label_names[] = {"label", "target", "y", "y_true", NULL};
static const char *const version_names[] = {"model_version", "version", NULL};
static const char *const id_names[] = {"id", "request_id", NULL};

void events_batch_init(struct events_batch *batch, const struct event_sink *sink)
{
	*batch = (struct events_batch){.sink = sink};
	arena_init(&batch->arena, (size_t)256 << 20);
	arena_init(&batch->spill, SPILL_MAX);
	batch->text = mem_alloc(EVENTS_TEXT);
}

void events_batch_release(struct events_batch *batch)
{
	arena_release(&batch->arena);
	arena_release(&batch->spill);
	free(batch->text);
	*batch = (struct events_batch){0};
}

/* --- columns by name ------------------------------------------------------------------------ */

static int find_name(const struct event_layout *layout, struct str name)
{
	for (size_t i = 0; i < layout->ncolumns; i++)
		if (str_equal(layout->names[i], name))
			return (int)i;
	return -1;
}

static bool is_word(struct str name, const char *word)
{
	return name.n == strlen(word) && !strncasecmp(name.s, word, name.n);
}

static int find_usual(const struct event_layout *layout, const char *const *usual)
{
	for (; *usual; usual++)
		for (size_t i = 0; i < layout->ncolumns; i++)
			if (is_word(layout->names[i], *usual))
				return (int)i;
	return -1;
}

bool events_is_time(struct str name)
{
	for (size_t i = 0; time_names[i]; i++)
		if (is_word(name, time_names[i]))
			return true;
	return false;
}

static void list_columns(const struct event_layout *layout, struct buf *out)
{
	for (size_t i = 0; i < layout->ncolumns && out->n < 160; i++) {
		buf_adds(out, i ? ", " : "");
		buf_add_str(out, layout->names[i]);
	}
}

static int no_such_column(const struct event_layout *layout, struct str name, struct err *err)
{
	struct buf list;

	buf_init(&list, 400);
	list_columns(layout, &list);
	err_set(err, ERR_USAGE, "the events have no column \"%.*s\"", STR_ARG(name));
	err_hint(err, "its columns: %s", buf_cstr(&list));
	buf_release(&list);
	return -1;
}

/* The column that was asked for, else one with a usual name. A plain sample may lack either. */
static int find_column(const struct event_layout *layout, const struct event_names *names,
		       struct str name, const char *const *usual, int *column, struct err *err)
{
	*column = str_none(name) ? find_usual(layout, usual) : find_name(layout, name);
	if (*column < 0 && !str_none(name) && !names->timeless)
		return no_such_column(layout, name, err);
	return 0;
}

static int find_special(struct event_layout *layout, const struct event_names *names,
			struct err *err)
{
	if (find_column(layout, names, names->time, time_names, &layout->time, err) ||
	    find_column(layout, names, names->prediction, prediction_names, &layout->prediction,
			err) ||
	    find_column(layout, names, names->label, label_names, &layout->label, err) ||
	    find_column(layout, names, names->version, version_names, &layout->version, err) ||
	    find_column(layout, names, names->id, id_names, &layout->id, err))
		return -1;
	if (layout->time >= 0 || names->timeless)
		return 0;
	err_set(err, ERR_USAGE, "no column with the time of the events (looked for ts, time, "
				"timestamp, event_time, created_at)");
	return err_hint(err, "name it: time: in a monitor of the configuration, or drift --time");
}

/* Arrays for the columns that somebody looks at. */
static int make_columns(struct events_batch *batch, struct err *err)
{
	struct event_layout *layout = &batch->layout;

	batch->nactive = 0;
	for (size_t i = 0; i < layout->ncolumns; i++) {
		struct event_column *column = &batch->columns[i];
		bool time = (int)i == layout->time;

		if (time && layout->want[i] == EVENT_SKIP)
			layout->want[i] = EVENT_NUMBERS;
		if (layout->want[i] == EVENT_SKIP)
			continue;
		batch->active[batch->nactive++] = (uint32_t)i;
		if (column->kind)
			continue;
		column->kind = arena_alloc(&batch->arena, EVENT_BATCH);
		column->number = arena_alloc(&batch->arena, EVENT_BATCH * sizeof(double));
		column->integer = arena_alloc(&batch->arena, EVENT_BATCH * sizeof(int64_t));
		column->text = arena_alloc(&batch->arena, EVENT_BATCH * sizeof(struct str));
	}
	if (batch->arena.over)
		return err_set(err, ERR_TOO_BIG, "too many columns");
	return 0;
}

int events_batch_begin(struct events_batch *batch, const struct str *names, size_t n,
		       bool anew, struct err *err)
{
	struct str *copies = arena_zero(&batch->arena, n, sizeof *copies);

	if (n > EVENT_COLUMNS)
		return err_set(err, ERR_TOO_BIG, "%zu columns, more than %d", n, EVENT_COLUMNS);
	for (size_t i = 0; copies && i < n; i++)
		copies[i] = arena_str(&batch->arena, names[i]);
	batch->layout = (struct event_layout){
		.ncolumns = n, .names = copies, .anew = anew,
		.want = arena_zero(&batch->arena, n, 1)};
	batch->columns = arena_zero(&batch->arena, n, sizeof *batch->columns);
	batch->active = arena_zero(&batch->arena, n, sizeof *batch->active);
	if (batch->arena.over)
		return err_set(err, ERR_TOO_BIG, "the names of the columns are too long");
	if (find_special(&batch->layout, batch->sink->names, err))
		return -1;
	return events_batch_restart(batch, err);
}

int events_batch_restart(struct events_batch *batch, struct err *err)
{
	batch->n = batch->text_n = 0;
	batch->untimed = 0;
	memset(batch->layout.want, EVENT_BOTH, batch->layout.ncolumns);
	if (batch->sink->begin(batch->sink->ctx, &batch->layout, err))
		return -1;
	return make_columns(batch, err);
}

/* --- rows ----------------------------------------------------------------------------------- */

int events_batch_row(struct events_batch *batch, struct err *err)
{
	bool full = batch->n == EVENT_BATCH || batch->text_n > EVENTS_TEXT / 2 ||
		    batch->spill.used;

	return full ? events_batch_flush(batch, err) : 0;
}

static struct str keep(struct events_batch *batch, struct str text)
{
	char *to = batch->text + batch->text_n;

	if (text.n > EVENTS_TEXT - batch->text_n)
		return arena_str(&batch->spill, text);
	if (text.n)
		memcpy(to, text.s, text.n);
	batch->text_n += text.n;
	return (struct str){to, text.n};
}

void events_batch_text(struct events_batch *batch, uint32_t column, struct str text)
{
	struct event_column *to = &batch->columns[column];

	text = keep(batch, text);
	/* a text past every cap is as good as a BLOB */
	to->kind[batch->n] = str_none(text) ? EVENT_OTHER : EVENT_TEXT;
	to->text[batch->n] = text;
}

void events_batch_written(struct events_batch *batch, uint32_t column, struct str text)
{
	struct event_column *to = &batch->columns[column];
	uint8_t want = batch->layout.want[column];
	size_t row = batch->n;

	if (!text.n) {
		to->kind[row] = EVENT_NULL;
		return;
	}
	if (want == EVENT_TEXTS || !num_parse(text, &to->number[row])) {
		events_batch_text(batch, column, text);
		return;
	}
	to->kind[row] = EVENT_REAL;
	if (want == EVENT_BOTH)
		to->text[row] = keep(batch, text);
}

int64_t events_time_of(struct str text)
{
	int64_t time;

	return clock_parse_any(str_trim(text), &time) ? time : TIME_NONE;
}

static int64_t time_of(const struct event_column *column, size_t row)
{
	switch (column->kind[row]) {
	case EVENT_INT:
	case EVENT_REAL:
		return clock_of_epoch(column->number[row]);
	case EVENT_TEXT:
		return events_time_of(column->text[row]);
	default:
		return TIME_NONE;
	}
}

void events_batch_close(struct events_batch *batch)
{
	int column = batch->layout.time;
	int64_t time = column < 0 ? TIME_NONE : time_of(&batch->columns[column], batch->n);

	batch->untimed += column >= 0 && time == TIME_NONE;
	batch->time[batch->n++] = time;
}

int events_batch_flush(struct events_batch *batch, struct err *err)
{
	struct event_batch out = {batch->n, batch->time, batch->columns};
	int result = batch->n ? batch->sink->batch(batch->sink->ctx, &out, err) : 0;

	batch->n = batch->text_n = 0;
	if (batch->spill.used) {
		arena_release(&batch->spill);
		arena_init(&batch->spill, SPILL_MAX);
	}
	return result;
}
