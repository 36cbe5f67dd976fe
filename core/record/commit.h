/* Commits, as far as the chain needs them. */
#ifndef RECORD_COMMIT_H
#define RECORD_COMMIT_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { COMMIT_DISTANCE_UNKNOWN = -1, COMMIT_DISTANCE_FAR = -2 };

struct commit {
	struct str id;         /* full id, or what was asked for when it was not found */
	bool found;
	struct str subject, body, author, email;
	int64_t time;          /* of authorship */
	struct str repository; /* where it was found */
	int32_t behind_head;   /* commits that HEAD has and it does not, or a COMMIT_DISTANCE_ value */
	int32_t ahead_of_head; /* the other way round, 0 when not known: it is on another branch */
	bool history_cut;      /* shallow clone: the distance cannot be known */
	struct str *files;     /* what it changed against its first parent: "M path" */
	uint32_t nfiles;
	bool more_files;       /* past the cap */
	struct str why_not;    /* when it was not found: one sentence */
};

struct commit_list {
	size_t n;
	struct commit *commits;
};

#endif
