/*
 * Commits by their ids, looked for in several places. Apart from the class (git.c), which only says
 * what a Git source is.
 */
#ifndef SOURCE_GIT_COMMITS_H
#define SOURCE_GIT_COMMITS_H

#include "base/err.h"
#include "source/io.h"
#include "source/query.h"

struct build;

struct source_spec;

/*
 * What stands in where the user named no repository: it has no place of its own and looks around
 * the paths of the query only.
 */
extern const struct source_spec git_stand_in;

enum { GIT_MAX_IDS = 1024 /* of one query */ };

/*
 * Adds a commit for each id of the query, in its order: from the first place that has it, which is
 * `place` (the repository that the user named; NULL: none), then those of query.beside. A place is
 * a path with a repository at it or around it. That `place` is no repository is an error; of the
 * others, those that do not exist are passed over. An id that is nowhere is added as not found, with
 * a sentence that names every place that was looked at. Distance to HEAD and changed files are read
 * with query.aggregates only: both cost a walk, and a table of runs needs neither.
 */
int git_read_commits(const char *place, const struct query *query, struct io *io,
		     struct build *build, struct err *err);

#endif
