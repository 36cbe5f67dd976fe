/*
 * Prediction events: a SQLite table or view, a CSV file or JSON lines, found by content.
 *
 * read() delivers to the sink of the query what came since that sink's last read (record/event.h).
 * A place is what the sink's mark holds between reads: which store, how far, and the batch with its
 * columns. Nothing is kept in the source itself, so that several sinks follow one store.
 */
#ifndef SOURCE_EVENTS_EVENTS_H
#define SOURCE_EVENTS_EVENTS_H

#include "source/events/batch.h"
#include "source/source.h"

enum events_kind { EVENTS_NONE, EVENTS_SQLITE, EVENTS_CSV, EVENTS_JSONL };

enum {
	EVENTS_BLOCK = 1 << 18, /* bytes of a file read at once */
	EVENTS_HEAD = 4096,     /* bytes at its start that say whether it is the same file */
	EVENTS_TAIL = 64,       /* … and bytes before the place */
};

/* Where a file was read to, and what was there, so that a rotated or rewritten file is noticed. */
struct events_spot {
	uint64_t offset; /* after the last row that was delivered */
	uint64_t head, head_n, tail, tail_n; /* digests, and of how many bytes */
	bool unended;    /* the last row had no line end: more of it may come */
};

struct events_place {
	enum events_kind kind;
	bool begun; /* the sink has seen a `begin` */
	struct events_batch batch;
	struct events_spot spot;
	/* lines that were not taken as they are, since the begin */
	uint64_t longer, shorter, dropped, cut, bad, first_bad;
	/* of SQLite */
	struct str table;      /* in the batch's arena */
	bool keyed;            /* the table has a rowid; otherwise it is read whole each time */
	const char *key_name;  /* "rowid" or another name of it */
	int64_t key, key_time; /* of the last row that was delivered */
	int64_t count;         /* of rows, when it has no rowid */
};

extern const struct source_class events_source;

/* What a file is, by its first bytes. Never EVENTS_NONE. */
enum events_kind events_kind_of(struct str head);

/* Is it a store of events, by a column with the name of a time? The class's probe. */
bool events_probe(const char *path, const char **why);

/* What one read has in hand. */
struct events_read {
	const char *path;
	struct str table; /* STR_NONE: found by looking */
	const struct event_sink *sink;
	struct events_place *place;
	struct io *io;
	bool sweep; /* from the start, whatever was delivered */
};

/* Each delivers what is new, from `begin` on where nothing of the old stands. */
int events_sqlite_read(struct events_read *read, struct err *err);
int events_csv_read(struct events_read *read, struct err *err);
int events_jsonl_read(struct events_read *read, struct err *err);

/*
 * Serves the sink of the query from the store at the path, as often as it asks for, and finishes.
 * What the source's read() does once it knows the location.
 */
int events_deliver(const char *path, struct str table, const struct query *query, struct io *io,
		   struct build *build, struct err *err);

/* A new place in a store of that kind, as before the first read. */
void events_place_reset(struct events_place *place, const struct event_sink *sink,
			enum events_kind kind);

/* Tells the sink, in words. */
void events_warn(const struct events_read *read, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Is the file still the one that was read up to the spot? `*grown`: it has bytes past it. Bytes
 * after an unended last row make it another one: how much of them belongs to the row?
 */
int events_spot_check(const struct events_read *read, bool *same, bool *grown, struct err *err);

/* Digests of the file at the spot's offset; the offset is set already. */
int events_spot_note(const struct events_read *read, struct err *err);

#endif
