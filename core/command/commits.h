/*
 * The commits that runs name, where a repository is at hand: in a git: source, around the store,
 * around the current folder, around the script that ran.
 */
#ifndef COMMAND_COMMITS_H
#define COMMAND_COMMITS_H

#include "base/map.h"
#include "command/context.h"
#include "record/commit.h"
#include "record/detail.h"

struct commits {
	struct context *context;
	struct source **sources;     /* the git: ones, and one that stands in for none; NULL: failed */
	struct snapshot **snapshots; /* of each source, for the ids that were learnt last */
	size_t n;
	struct map by_id;            /* commit as the run names it → place in the snapshots */
};

void commits_init(struct commits *commits, struct context *context);
void commits_release(struct commits *commits);

/*
 * Looks for the commits of these runs (NULLs among them are passed over), at once. Forgets what was
 * learnt before; the details stay where they are until then.
 */
void commits_learn(struct commits *commits, const struct run_detail *const *details, size_t n);

/* NULL when it was found nowhere. */
const struct commit *commits_find(const struct commits *commits, const struct run_detail *detail);

#endif
