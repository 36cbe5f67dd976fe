/* What the files of this room share: the handle, libgit2's start and its errors. */
#ifndef REPO_REPO_OWN_H
#define REPO_REPO_OWN_H

#include "repo/repo.h"

#include <git2.h>

struct repo {
	git_repository *git;
	git_odb *objects;
};

/* Starts libgit2 with owner check off and no configuration outside the repository. */
int repo_library_start(struct err *err);

/* Turns libgit2's answer into an error whose message starts with what was tried. Returns -1. */
int repo_fail(struct err *err, int answer, const char *what);

/* Is it a commit that is here and not too large? ERR_NOT_FOUND, ERR_FORMAT, ERR_TOO_BIG. */
int repo_load_commit(git_commit **out, struct repo *repo, const git_oid *id, struct err *err);

/* Is all that this configuration includes a file, of a sane size, and not too many of them? */
int repo_check_includes(const char *path, struct err *err);

/* What HEAD stands for; -1 when it stands for nothing that can be read without waiting. */
int repo_head(struct repo *repo, git_oid *id);

/* Is it a loose object that ends too early, or is no file? libgit2 must not be asked (loose.c). */
bool repo_is_broken(struct repo *repo, const git_oid *id);

#endif
