/*
 * Small worlds for tests of the screen: a temporary folder that is the current one, and in it the
 * stores, events, repositories and servers that a test names.
 *
 *	demo      mlflow.db, the store that ships with the demo
 *	repo      code/, the repository that its runs name
 *	odd       odd.db: every run state, NaN and infinities, spikes, hostile names, deleted, nested
 *	empty     empty.db: a store without a run
 *	huge      huge.db: 10,000 runs
 *	text      text.db: no database
 *	cut       cut.db: a database that ends in the middle
 *	newer     newer.db: a store without the table of runs
 *	events    events.csv: 40 hours of predictions; `income` shifts and `plan` has something new
 *	steady    steady.csv: the same without any shift
 *	few       few.csv: too few rows to judge
 *	config    leeboard.yaml: mlflow.db, the server and the events, tied together
 *	prod      leeboard.yaml: mlflow.db, marked as production
 *	slow      leeboard.yaml: mlflow.db, polled every ten minutes
 *	server    a healthy inference server with three models and a page of metrics
 *	ill       the same: one model unloaded, another refused
 *	lost      nothing listens at its address
 *	vast      vast.db: the demo's store with names of a megabyte that would do harm
 *	vain      vain.csv, and a server: names without end that would do harm
 *	void      void.csv: events of which only the header is there; a server that serves nothing
 *	mute      a server that takes connections and never answers
 *	pages     a tracking server that fails after the first page of runs
 *	held      held.db: events that another program has locked
 */
#ifndef TESTS_TOOLS_WORLD_H
#define TESTS_TOOLS_WORLD_H

#include "faultd.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct world {
	char folder[64];
	struct faultd *server;
	int port;     /* of the server; 0: none */
	pid_t holder; /* the program that has the lock; 0: none */
};

/* A new folder, made the current one; TZ, and what the environment would add to it, are set. */
void world_open(struct world *world);
void world_close(struct world *world);

/* False: there is no such thing. */
bool world_add(struct world *world, const char *what);

/* A store of that many runs with one metric each. */
void world_store(const char *path, int runs);

#endif
