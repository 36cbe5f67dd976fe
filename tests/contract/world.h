/*
 * A fixture's place, a source opened on it, and an io between the two that counts the calls, and at
 * one of them cancels, fails, or spoils the answer.
 */
#ifndef TESTS_CONTRACT_WORLD_H
#define TESTS_CONTRACT_WORLD_H

#include "contract.h"

#include "config/sources.h"
#include "record/build.h"
#include "record/event.h"

enum deed {
	DEED_NONE,
	DEED_CANCEL, /* the user says stop while the call waits */
	DEED_FAIL,   /* ERR_NETWORK */
	DEED_CUT,    /* a server's answer ends after `at` bytes */
	DEED_FLIP,   /* a bit of its byte `at` is another one */
	DEED_OTHER,  /* it is the foreign text number `at` of WORLD_FOREIGN */
};

enum { WORLD_FOREIGN = 14 };

struct world {
	struct io_world outside; /* first: it is the ctx of io's ops */
	const struct fixture *fixture;
	char folder[64], location[256];
	struct source_spec spec;
	struct source *source;
	struct err err;
	struct io io; /* of the last read */
	/* what happens at call number `call` (from 1 on) of the next reads */
	enum deed deed;
	int call;
	size_t at;
	int calls;   /* io calls of the last read that came before a cancel */
	bool asked;  /* the last read came to the source: the table's details did not answer it */
	int64_t patience; /* ms that a read may take; 0: as long as is sensible */
	size_t body; /* bytes of the answer to call number `call` */
	/* what queries ask for */
	struct snapshot *table;
	struct str ids[4];
	size_t nids;
	/* the sink of drift */
	struct event_sink sink;
	struct event_mark mark;
	struct event_names names;
	size_t events;
	bool hostile; /* a text with an ESC in it was seen */
};

void world_init(struct world *world, const struct fixture *fixture,
		const struct source_class *class);
void world_release(struct world *world);

/* Opens the source anew (what it kept in memory is gone). */
void world_reopen(struct world *world);

/* The queries that a source which can do `what` must answer. Returns how many, at most 8. */
size_t world_queries(struct world *world, unsigned what, struct query *queries);

/* One read without second tries: the snapshot, or NULL and world->err. limits NULL: the usual. */
struct snapshot *world_read(struct world *world, const struct query *query,
			    struct snapshot *previous, const struct build_limits *limits);

/* Looks for the hostile text among the snapshot's. */
void world_look(struct world *world, const struct snapshot *snapshot);

/* Every file below the folder, in one order; the paths are the caller's to free. */
size_t world_files(const struct world *world, char **paths, size_t most);

/* Names, sizes, times and contents of all that is in the folder, as one number. */
uint64_t world_digest(const struct world *world);

#endif
