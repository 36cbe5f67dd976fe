/* See commits.h. A repository is opened once for all ids; nothing is fetched, nothing written. */
#include "source/git/commits.h"

#include "base/mem.h"
#include "record/build.h"
#include "record/commit.h"
#include "repo/repo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_TEXTS = 8 << 20, MAX_WHY = 2048 };

struct search {
	const struct query *query;
	struct io *io;
	struct build *build;
	struct arena arena;     /* of one place's texts, until they are copied */
	struct commit *commits; /* one for each id */
	size_t found;
	size_t places;          /* that were looked at */
	struct buf why;         /* why an id was not there, place after place */
};

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* The line that says where was looked in vain; the places are few. */
static void add_why(struct search *search, const char *sentence)
{
	buf_addf(&search->why, "%s%s", search->why.n ? "; " : "", sentence);
}

static void keep_distance(struct commit *commit, const struct repo_distance *distance)
{
	commit->behind_head = COMMIT_DISTANCE_UNKNOWN;
	commit->history_cut = distance->state == REPO_DISTANCE_CUT;
	if (distance->state == REPO_DISTANCE_FAR)
		commit->behind_head = COMMIT_DISTANCE_FAR;
	if (distance->state != REPO_DISTANCE_KNOWN)
		return;
	commit->behind_head = distance->behind;
	commit->ahead_of_head = distance->ahead;
}

/* "M path", as git names a change. */
static void keep_files(struct arena *arena, struct commit *commit, const struct repo_commit *read)
{
	size_t n = read->files < REPO_MAX_FILES ? read->files : REPO_MAX_FILES;
	struct buf line;

	if (!read->files_known)
		return;
	commit->more_files = n < read->files;
	commit->files = arena_zero(arena, n, sizeof *commit->files);
	buf_init(&line, 1 << 13);
	for (; commit->files && commit->nfiles < n; commit->nfiles++) {
		const struct repo_file *file = &read->file[commit->nfiles];

		buf_clear(&line);
		buf_addf(&line, "%c ", "AMD"[file->change]);
		buf_add_str(&line, file->path);
		commit->files[commit->nfiles] = arena_str(arena, buf_str(&line));
	}
	buf_release(&line);
}

static bool find(struct search *search, struct repo *repo, size_t at, struct err *why)
{
	struct str id = search->query->ids[at];
	struct commit *commit = &search->commits[at];
	struct repo_commit read;
	struct repo_distance distance = {.state = REPO_DISTANCE_NO_HEAD};

	if (repo_find_commit(repo, id, &search->arena, &read, why) != 0)
		return false;
	if (search->query->aggregates) {
		repo_list_files(repo, &search->arena, &read);
		distance = repo_distance(repo, read.id);
	}
	*commit = (struct commit){.found = true,
				  .subject = read.subject,
				  .body = read.body,
				  .author = read.author,
				  .email = read.email,
				  .time = read.time};
	commit->id = arena_str(&search->arena, str_of(read.id));
	commit->repository = arena_str(&search->arena, str_of(repo_place(repo)));
	keep_distance(commit, &distance);
	keep_files(&search->arena, commit, &read);
	search->found++;
	return true;
}

/* Asks one repository for every id that is still missing. */
static int look_into(struct search *search, struct repo *repo, struct err *err)
{
	struct err why = {0};
	bool missed = false;

	for (size_t i = 0; i < search->query->nids; i++) {
		if (io_progress(search->io, (int64_t)i, (int64_t)search->query->nids, err) != 0)
			return -1;
		if (!search->commits[i].found)
			missed |= !find(search, repo, i, &why);
	}
	if (missed)
		add_why(search, why.message);
	return 0;
}

static int look_at(struct search *search, const char *place, bool named, struct err *err)
{
	struct repo *repo;
	struct err why = {0};
	int failed;

	search->places++;
	if (search->io->ops->open_repo(search->io, place, &repo, &why) != 0) {
		if (named || why.code == ERR_CANCELLED || why.code == ERR_TIMEOUT) {
			*err = why;
			return -1;
		}
		add_why(search, why.message);
		return 0;
	}
	failed = look_into(search, repo, err);
	repo_close(repo);
	return failed;
}

/* A path that a run or a store names: it may be anything, an address too. */
static int look_beside(struct search *search, struct str beside, struct err *err)
{
	char *path;
	int failed = 0;

	if (!beside.n || search->found == search->query->nids)
		return 0;
	path = mem_copy(beside.s, beside.n);
	if (exists(path))
		failed = look_at(search, path, false, err);
	free(path);
	return failed;
}

static void add_commits(struct search *search)
{
	if (!search->places)
		add_why(search, "no repository is at hand");
	for (size_t i = 0; i < search->query->nids; i++) {
		struct commit *commit = &search->commits[i];

		if (!commit->found) {
			commit->id = search->query->ids[i];
			commit->time = TIME_NONE;
			commit->behind_head = COMMIT_DISTANCE_UNKNOWN;
			commit->why_not = buf_str(&search->why);
		}
		build_commit(search->build, commit);
	}
}

int git_read_commits(const char *place, const struct query *query, struct io *io,
		     struct build *build, struct err *err)
{
	struct search search = {.query = query, .io = io, .build = build};
	int failed;

	if (query->nids > GIT_MAX_IDS)
		return err_set(err, ERR_TOO_BIG, "more than %d commits asked for at once", GIT_MAX_IDS);
	arena_init(&search.arena, MAX_TEXTS);
	buf_init(&search.why, MAX_WHY);
	search.commits = mem_zero(query->nids, sizeof *search.commits);
	failed = place ? look_at(&search, place, true, err) : 0;
	for (size_t i = 0; !failed && i < query->nbeside; i++)
		failed = look_beside(&search, query->beside[i], err);
	if (!failed)
		add_commits(&search);
	free(search.commits);
	buf_release(&search.why);
	arena_release(&search.arena);
	return failed;
}
