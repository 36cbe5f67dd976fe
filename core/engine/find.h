/*
 * What there is to read: a folder looked through, and sources whose kind nobody said.
 *
 * Looking reads the start of files that could be a store or a table by their name, and nothing
 * else; it writes nothing. A server is asked what it is (one small request) only where its address
 * was given without a kind, and through `io` alone. Hidden folders, Python environments and packages are
 * passed over, symbolic links to folders not followed, and there are ceilings: FIND_DEPTH folders
 * deep, FIND_ENTRIES names, FIND_MAX results, FIND_SOURCES of them sources.
 *
 * Thread rule: a disk may hang, so the workbench calls this on the worker (engine_work).
 */
#ifndef ENGINE_FIND_H
#define ENGINE_FIND_H

#include "base/err.h"
#include "config/sources.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { FIND_DEPTH = 4, FIND_ENTRIES = 20000, FIND_MAX = 500, FIND_SOURCES = 32 };

struct io; /* source/io.h */
struct source_class; /* source/source.h */

struct find_item {
	const char *kind; /* what it is, or NULL: skipped */
	char *location;
	char *why;        /* a few words: what was recognised, or why it is none */
};

struct find {
	struct find_item *items; /* in the order of their paths */
	size_t n, cap;
	size_t found;            /* of them, with a kind */
	bool cut;                /* a ceiling was met: there may be more */
	const atomic_bool *stop; /* the caller's word to stop early, or NULL */
	struct io *io;           /* the caller's, to ask servers through; NULL: none is asked */
};

void find_init(struct find *find, const atomic_bool *stop);
void find_release(struct find *find);

/* Adds what the folder holds, the folder itself included. Fails when it cannot be listed. */
int find_in(struct find *find, const char *folder, struct err *err);

/*
 * Asks the server at an address of which nobody said more what it is, and sets the spec's kind. One
 * that does not answer is taken for the usual kind, and marked as guessed. Fails when the caller's io
 * was cancelled.
 */
int find_url(struct find *find, struct source_spec *spec, struct err *err);

/*
 * Makes the sources ready but for their names (sources_finish() is the caller's). Without any: those
 * of the configuration; none there: $MLFLOW_TRACKING_URI; else what the folder holds. Then finds the
 * kind of each that has none; a folder is replaced by what it holds. What was looked at is added to
 * `find`.
 *
 * Fails with one sentence when something that was named is nothing leeboard reads. That the current
 * folder holds nothing is no failure: sources->n is 0 then.
 */
int find_sources(struct find *find, struct sources *sources, const char *folder, struct err *err);

#endif
