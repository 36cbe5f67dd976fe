/*
 * What a source gives so that the contract suite (source.c) can try it: a small place of its own.
 *
 * Every class of core/source/registry.def has a table of fixtures, named after the class:
 *
 *	const struct fixture mlflow_source_fixtures[] = { {.name = …}, …, {0} };
 *
 * in tests/contract/fixtures/KIND.c. Files or a server's answers, as real as can be, and *hostile*:
 * at least one text that the records carry holds an ESC and a bidi override. The suite cuts them,
 * flips their bytes, makes calls fail and cancels between them.
 */
#ifndef TESTS_CONTRACT_CONTRACT_H
#define TESTS_CONTRACT_CONTRACT_H

#include "../unit/test.h"

#include "record/snapshot.h"
#include "source/source.h"

/* The same hostile name in C, and in JSON. */
#define HOSTILE "n\033[31m\u202e\u200b\r\nx"
#define HOSTILE_JSON "n\\u001b[31m\\u202e\\u200b\\r\\nx"

/* What a server says to requests that start like this; the first that fits counts. */
struct answer {
	const char *request; /* "GET /path?query": the start of method and address without origin */
	const char *asks;    /* and the request's body holds this; NULL: whatever it holds */
	int status;          /* 0: 200 */
	const char *type;    /* NULL: application/json */
	const char *body;
};

struct fixture {
	const char *name; /* "mlflow, server"; NULL ends the table */
	/*
	 * Makes the place in an empty folder and writes where it is: a path below the folder. NULL:
	 * the source is a server with these answers.
	 */
	void (*make)(const char *folder, char *location, size_t size);
	const struct answer *answers;
	const char *metric, *param; /* CAN_RUNS: keys that its first run has */
	const char *commit;         /* CAN_COMMITS: an id that it has */
	bool untouched;             /* a second read of what did not change says "unchanged" */
};

#endif
