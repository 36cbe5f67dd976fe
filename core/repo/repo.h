/*
 * Git repositories, read and never written: the only room that includes libgit2.
 *
 * A repository is foreign input. Whoever owns it may read it here (libgit2's owner check is off,
 * since nothing is executed), no configuration but the repository's own is looked at, no hook, no
 * filter, no remote, no submodule is touched, no process is started and no byte is written. Every
 * object is asked for its size before it is loaded, every walk has an end.
 *
 * Thread rule: a `struct repo` belongs to one thread at a time; different ones may be used at once.
 * Texts of a commit are raw (valid UTF-8 is not promised) and pass the text gate where they are
 * shown.
 */
#ifndef REPO_REPO_H
#define REPO_REPO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	REPO_ID_SIZE = 41,           /* 40 hexadecimal digits and a NUL */
	REPO_ID_MIN = 4,             /* digits that a shortened id needs */
	REPO_MAX_COMMIT = 1 << 20,   /* bytes of a commit object */
	REPO_MAX_PARENTS = 64,       /* more are counted, not kept */
	REPO_MAX_FILES = 1000,       /* changed files that are named; more are counted */
	REPO_MAX_DISTANCE = 10000,   /* commits looked at for the distance to HEAD */
};

struct repo;

enum repo_change { REPO_ADDED, REPO_CHANGED, REPO_DELETED };

struct repo_file {
	enum repo_change change;
	struct str path;
};

struct repo_commit {
	char id[REPO_ID_SIZE];
	struct str subject; /* the first paragraph on one line */
	struct str body;    /* the rest; STR_NONE if there is none */
	struct str author, email;
	int64_t time;       /* author's time, ms since the epoch */
	int offset;         /* of the author's clock, minutes east of UTC */
	size_t parents;     /* all of them; the first REPO_MAX_PARENTS are in `parent` */
	struct str *parent;
	/*
	 * What changed against the first parent, by path: repo_list_files() fills it in. files_known
	 * is false before that, and where a tree is not here (shallow or partial clones) or too much
	 * differs to be compared.
	 */
	bool files_known;
	size_t files;       /* all of them; the first REPO_MAX_FILES are in `file` */
	struct repo_file *file;
};

/* How far a commit is from what is checked out. */
enum repo_distance_state {
	REPO_DISTANCE_KNOWN,
	REPO_DISTANCE_CUT,    /* a shallow clone: the history between is not here; or too large */
	REPO_DISTANCE_FAR,    /* more than REPO_MAX_DISTANCE commits away */
	REPO_DISTANCE_NO_HEAD /* nothing is checked out yet, or HEAD cannot be read */
};

struct repo_distance {
	enum repo_distance_state state;
	int behind; /* commits of HEAD that the commit does not have; 0 unless KNOWN */
	int ahead;  /* commits of the commit that HEAD does not have; 0 unless KNOWN */
};

/*
 * Opens the repository that holds the path (a file or a folder), looking upwards as git does: a
 * working tree, a linked worktree, a bare repository or a `.git` folder itself. ERR_NOT_FOUND when
 * there is none, ERR_UNSUPPORTED for what libgit2 cannot read (SHA-256 ids, reftables).
 */
int repo_open(struct repo **out, const char *path, struct err *err);
void repo_close(struct repo *repo); /* NULL is fine */

/* The working folder, or the repository's own folder when it is bare. Lives as long as repo. */
const char *repo_place(const struct repo *repo);
bool repo_is_shallow(const struct repo *repo);

/*
 * Reads a commit by its id or a unique start of it (4 to 40 hexadecimal digits, either case).
 * Texts are copied into the arena. ERR_NOT_FOUND: no such commit here; ERR_USAGE: no id, or several
 * commits start like this.
 */
int repo_find_commit(struct repo *repo, struct str id, struct arena *arena,
		     struct repo_commit *out, struct err *err);

/* Adds what a commit that was found has changed. Never fails: what is unknown says so. */
void repo_list_files(struct repo *repo, struct arena *arena, struct repo_commit *commit);

/* From a full id as repo_find_commit() gives it. Never fails: what is unknown is a state. */
struct repo_distance repo_distance(struct repo *repo, const char id[REPO_ID_SIZE]);

/* "at HEAD", "3 behind HEAD", "2 ahead of HEAD", "history cut", … Returns out. */
const char *repo_distance_text(char out[64], const struct repo_distance *distance);

/* The version of libgit2 that runs, "1.5.1". Returns out. */
const char *repo_library(char out[32]);

#endif
