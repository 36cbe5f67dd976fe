/*
 * Sources: the systems that leeboard reads.
 *
 * One folder per system, one struct source_class each, listed in registry.def. A class says what it
 * can give and has one read(), ordinary blocking code on the thread of its own source:
 * ask, decode, add to the builder, next page. What turns bytes into values is in the folder's
 * decode_*.c, pure files that are fuzzed. A source never includes another source.
 *
 * docs/ADDING-A-SOURCE.md walks through a new one.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/err.h"
#include "source/io.h"
#include "source/query.h"

#include <stdbool.h>
#include <stddef.h>

struct build;
struct source_spec; /* config/sources.h */

/* What a source can give. */
enum source_can {
	CAN_RUNS = 1 << 0,        /* experiments, runs, columns, details, keys */
	CAN_SERIES = 1 << 1,
	CAN_MODELS = 1 << 2,
	CAN_DEPLOYMENTS = 1 << 3,
	CAN_EVENTS = 1 << 4,      /* prediction events for drift */
	CAN_COMMITS = 1 << 5,
	CAN_FILTER = 1 << 6,      /* takes query.filter */
};

struct source {
	const struct source_class *class;
	const struct source_spec *spec; /* outlives the source */
	/* the class's own state follows in a struct that starts with this one */
};

struct source_class {
	const char *kind;    /* the word of configuration, command line and JSON */
	const char *about;   /* one line for doctor and the manual */
	unsigned can;        /* of enum source_can */
	int poll_ms;         /* usual time between polls when live */
	/*
	 * Is this location of our kind? Looks at the file or folder only (no network, no writing);
	 * *why gets a few words for doctor either way. NULL: never found by looking.
	 */
	bool (*probe)(const char *path, const char **why);
	/*
	 * A folder that the probe takes is one source: its files are not looked at one by one, nor
	 * what is below. Without it a folder may hold other sources too.
	 */
	bool whole_folder;
	bool takes_urls;     /* may a location be an http(s) URL? */
	/*
	 * Is what answers at this URL of our kind: 1 or 0; -1 and err when it did not answer. One small
	 * request with a deadline of its own, within those of io. NULL: what no other class calls its
	 * own may be ours.
	 */
	int (*answers)(const struct source_spec *spec, struct io *io, struct err *err);
	/* Makes the source; reads nothing yet. */
	int (*open)(const struct source_spec *spec, struct source **source, struct err *err);
	/*
	 * Adds what the query asks for to the builder: 0, or -1 and err. Of a RECORD_COLUMN the
	 * builder knows the column, the table and what the table's attached details say already;
	 * the rows that build_column_wants() are left to do.
	 */
	int (*read)(struct source *source, const struct query *query, struct io *io,
		    struct build *build, struct err *err);
	void (*close)(struct source *source);
};

/* Every class, in the order of registry.def, NULL at the end. */
extern const struct source_class *const source_classes[];

/* The class of that kind, or NULL. */
const struct source_class *source_class_of(const char *kind);

/* What a location is, found by looking: the first class whose probe says yes, or NULL and why. */
const struct source_class *source_find(const char *path, const char **why);

/*
 * What answers at the spec's URL: the first class that says so of its answer, else the first that
 * takes URLs and need not ask. NULL: none. `err` is ERR_NONE when the server did answer; io NULL: it
 * is not asked, as if it had not.
 */
const struct source_class *source_ask(const struct source_spec *spec, struct io *io, struct err *err);

/* What that source can give: its class's word. */
static inline bool source_can(const struct source *source, enum source_can what)
{
	return (source->class->can & what) != 0;
}

#endif
