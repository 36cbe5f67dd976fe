/* The events source; see events.h. */
#include "source/events/events.h"

#include "base/mem.h"
#include "config/sources.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- places --------------------------------------------------------------------------------- */

static void place_free(void *ctx)
{
	struct events_place *place = ctx;

	events_batch_release(&place->batch);
	free(place);
}

void events_place_reset(struct events_place *place, const struct event_sink *sink,
			enum events_kind kind)
{
	events_batch_release(&place->batch);
	*place = (struct events_place){.kind = kind};
	events_batch_init(&place->batch, sink);
}

static struct events_place *place_of(const struct event_sink *sink)
{
	struct event_mark *mark = sink->mark;

	if (!mark->place) {
		struct events_place *place = mem_zero(1, sizeof *place);

		events_batch_init(&place->batch, sink);
		*mark = (struct event_mark){place, place_free};
	}
	return mark->place;
}

void events_warn(const struct events_read *read, const char *format, ...)
{
	char line[1000];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	read->sink->warn(read->sink->ctx, line);
}

/* --- what a file is ------------------------------------------------------------------------- */

enum events_kind events_kind_of(struct str head)
{
	static const char sqlite[] = "SQLite format 3";

	if (head.n >= sizeof sqlite && !memcmp(head.s, sqlite, sizeof sqlite))
		return EVENTS_SQLITE;
	if (str_starts(head, STR("\xef\xbb\xbf")))
		head = str_slice(head, 3, head.n);
	head = str_trim(head);
	return head.n && head.s[0] == '{' ? EVENTS_JSONL : EVENTS_CSV;
}

static int look(const struct events_read *read, enum events_kind *kind, struct err *err)
{
	struct buf head;
	int result;

	buf_init(&head, EVENTS_HEAD);
	result = read->io->ops->read_file(read->io, read->path, 0, EVENTS_HEAD, &head, err);
	*kind = events_kind_of(buf_str(&head));
	if (!result && str_starts(str_trim(buf_str(&head)), STR("["))) {
		err_set(err, ERR_FORMAT, "a JSON array, not JSON lines");
		result = err_hint(err, "write one object a line: jq -c '.[]' FILE");
	}
	buf_release(&head);
	return result;
}

static int read_once(struct events_read *read, struct err *err)
{
	struct events_place *place = read->place;
	enum events_kind kind;

	if (look(read, &kind, err))
		return -1;
	if (place->kind != kind)
		events_place_reset(place, read->sink, kind);
	if (kind == EVENTS_SQLITE)
		return events_sqlite_read(read, err);
	return kind == EVENTS_JSONL ? events_jsonl_read(read, err) : events_csv_read(read, err);
}

static int deliver_to(const struct event_sink *sink, const char *path, struct str table, bool sweep,
		      struct io *io, struct err *err)
{
	struct events_read read = {path, table, sink, place_of(sink), io, sweep};

	do {
		if (read_once(&read, err))
			return -1;
		read.sweep = true;
	} while (sink->again(sink->ctx));
	return 0;
}

static int deliver_first(const struct event_sink *sink, bool sweep, struct io *io, struct err *err)
{
	char *path = mem_copy(sink->first_at.s, sink->first_at.n);
	int result = deliver_to(sink->first, path, sink->first_table, sweep, io, err);

	if (result)
		err_origin(err, "%s", path);
	free(path);
	return result;
}

int events_deliver(const char *path, struct str table, const struct query *query, struct io *io,
		   struct build *build, struct err *err)
{
	const struct event_sink *sink = query->sink;

	if (sink->first && deliver_first(sink, query->sweep, io, err))
		return -1;
	if (deliver_to(sink, path, table, query->sweep, io, err))
		return -1;
	return query->finish(sink->ctx, build, err);
}

/* --- the class ------------------------------------------------------------------------------ */

static int events_open(const struct source_spec *spec, struct source **source, struct err *err)
{
	if (spec->url) {
		err_set(err, ERR_UNSUPPORTED, "events are read from files, not from addresses");
		return err_hint(err, "give a SQLite file, a CSV file or JSON lines");
	}
	*source = mem_zero(1, sizeof **source);
	**source = (struct source){.class = &events_source, .spec = spec};
	return 0;
}

static int events_read(struct source *source, const struct query *query, struct io *io,
		       struct build *build, struct err *err)
{
	const struct source_spec *spec = source->spec;

	if (query->kind != RECORD_DRIFT || !query->sink)
		return err_set(err, ERR_UNSUPPORTED, "it holds events only");
	return events_deliver(spec->place, str_of(spec->table), query, io, build, err);
}

static void events_close(struct source *source)
{
	free(source);
}

const struct source_class events_source = {
	.kind = "events",
	.about = "prediction events for drift: a SQLite table, CSV or JSON lines",
	.can = CAN_EVENTS,
	.poll_ms = 1000,
	.probe = events_probe,
	.open = events_open,
	.read = events_read,
	.close = events_close,
};
