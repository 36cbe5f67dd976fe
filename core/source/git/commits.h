/*
 * Commits by their ids, looked for in several places. Apart from the class (git.c), so that whoever
 * has places can ask.
 */
#ifndef SOURCE_GIT_COMMITS_H
#define SOURCE_GIT_COMMITS_H

#include "base/err.h"
#include "source/io.h"
#include "source/query.h"

struct build;

enum {
	GIT_MAX_IDS = 1024, /* of one query */
	/* Up to so many ids are read with their distance to HEAD and the files they changed. */
	GIT_MAX_CLOSE = 16,
};

struct git_place {
	const char *path; /* a repository is at it or around it; NULL or "": no such place */
	bool must;        /* the user named it: that nothing is there is an error */
};

/*
 * Adds a commit for each id of the query, in its order: from the first place that has it. Places
 * that do not exist are passed over, unless they must. An id that is nowhere is added as not found,
 * with a sentence that names every place that was looked at. -1 when a place that must be there is
 * no repository, or the read was stopped.
 */
int git_read_commits(const struct git_place *places, size_t n_places, const struct query *query,
		     struct io *io, struct build *build, struct err *err);

#endif
