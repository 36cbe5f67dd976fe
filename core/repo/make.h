/*
 * Makes a small repository out of a list of commits: the demo's, which goes with its store.
 *
 * Apart from repo.h, which never writes. The commits are a line of history of one file, train.py:
 * at each commit it holds "# SUBJECT\n" of every commit up to it. Author and committer are
 * AUTHOR <AUTHOR@example.com> at that time in UTC, the message is "SUBJECT\n"; so the ids follow
 * from the list alone, and git makes the same ones (core/demo/store/make_store.py does).
 */
#ifndef REPO_MAKE_H
#define REPO_MAKE_H

#include "base/err.h"
#include "repo/repo.h"

struct repo_plan {
	int64_t seconds; /* since the epoch */
	const char *author;
	const char *subject;
};

/*
 * In a folder that is not there yet, with a working tree; HEAD is the last commit. ids[i] becomes
 * the id of plans[i].
 */
int repo_make(const char *folder, const struct repo_plan *plans, size_t n,
	      char (*ids)[REPO_ID_SIZE], struct err *err);

#endif
