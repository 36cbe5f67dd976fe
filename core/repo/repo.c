/*
 * Opening a repository and reading one commit.
 *
 * libgit2 loads an object whole before it looks at its type, so the object database is asked for
 * type and size first: an id that names a blob of a gigabyte costs a header.
 */
#include "repo/repo_own.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_CONFIG = 1 << 20, MAX_REFS = 64 << 20, MAX_BODY = 64 << 10, MAX_MESSAGE = 1 << 12 };

/* libgit2's start is per process and counted by itself; its options are set only once. */
static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void library_start(void)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
				     GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};

	if (git_libgit2_init() < 0)
		return;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)16 << 20);
}

int repo_library_start(struct err *err)
{
	int validates = 1;

	pthread_once(&library_once, library_start);
	if (git_libgit2_opts(GIT_OPT_GET_OWNER_VALIDATION, &validates) < 0 || validates)
		return err_set(err, ERR_IO, "libgit2 does not start");
	return 0;
}

static enum err_code code_of(int answer, const git_error *detail)
{
	if (detail && detail->message && strstr(detail->message, "unsupported"))
		return ERR_UNSUPPORTED;
	switch (answer) {
	case GIT_ENOTFOUND:
		return ERR_NOT_FOUND;
	case GIT_EAMBIGUOUS:
		return ERR_USAGE;
	default:
		return detail && detail->klass == GIT_ERROR_OS ? ERR_IO : ERR_CORRUPT;
	}
}

int repo_fail(struct err *err, int answer, const char *what)
{
	const git_error *detail = git_error_last();
	const char *said = detail && detail->message ? detail->message : "no reason given";

	err_set(err, code_of(answer, detail), "%s: %s", what, said);
	err->native = answer;
	if (err->code == ERR_UNSUPPORTED)
		err_hint(err, "libgit2 reads repositories with SHA-1 ids and plain references");
	return -1;
}

/* Files that libgit2 would read whole must be files, and of a size that Git itself would make. */
static int check_file(const char *folder, const char *name, int64_t max, struct err *err)
{
	char path[4096];
	struct stat st;

	if (snprintf(path, sizeof path, "%s%s", folder, name) >= (int)sizeof path)
		return err_set(err, ERR_TOO_BIG, "the repository's path is too long");
	if (stat(path, &st) != 0)
		return errno == ENOENT ? 0 : err_errno(err, errno, "%s cannot be read", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_CORRUPT, "%s is no file", path);
	if (st.st_size > max)
		return err_set(err, ERR_TOO_BIG, "%s is too large: %lld bytes", path,
			       (long long)st.st_size);
	return 0;
}

/* Packs and their indexes are opened by libgit2 as they come: nothing among them may wait. */
static int check_packs(const char *folder, struct err *err)
{
	char path[4096];
	const struct dirent *entry;
	struct stat st;
	DIR *packs;
	int failed = 0;

	if (snprintf(path, sizeof path, "%sobjects/pack", folder) >= (int)sizeof path)
		return err_set(err, ERR_TOO_BIG, "the repository's path is too long");
	packs = opendir(path);
	while (packs && !failed && (entry = readdir(packs)))
		if (!fstatat(dirfd(packs), entry->d_name, &st, 0) && !S_ISREG(st.st_mode) &&
		    !S_ISDIR(st.st_mode))
			failed = err_set(err, ERR_CORRUPT, "%s/%s is no file", path, entry->d_name);
	if (packs)
		closedir(packs);
	return failed;
}

static int check_config(const char *folder, const char *name, struct err *err)
{
	char path[4096];

	if (check_file(folder, name, MAX_CONFIG, err) != 0)
		return -1;
	if (snprintf(path, sizeof path, "%s%s", folder, name) >= (int)sizeof path)
		return err_set(err, ERR_TOO_BIG, "the repository's path is too long");
	return repo_check_includes(path, err);
}

static int check_folder(const char *folder, struct err *err)
{
	if (check_file(folder, "HEAD", MAX_CONFIG, err) != 0 ||
	    check_config(folder, "config", err) != 0 ||
	    check_config(folder, "config.worktree", err) != 0 ||
	    check_file(folder, "commondir", MAX_CONFIG, err) != 0 ||
	    check_file(folder, "shallow", MAX_REFS, err) != 0 ||
	    check_file(folder, "packed-refs", MAX_REFS, err) != 0 ||
	    check_file(folder, "objects/info/alternates", MAX_CONFIG, err) != 0)
		return -1;
	return check_packs(folder, err);
}

/* A working tree beside another shares that one's folder, and names it in a file. */
static int check_shared(const char *folder, struct err *err)
{
	char path[4096], named[2048], shared[8192];
	FILE *file;
	bool read;

	if (snprintf(path, sizeof path, "%scommondir", folder) >= (int)sizeof path)
		return err_set(err, ERR_TOO_BIG, "the repository's path is too long");
	file = fopen(path, "re");
	if (!file)
		return 0;
	read = fgets(named, sizeof named, file);
	fclose(file);
	if (!read)
		return 0;
	named[strcspn(named, "\n")] = '\0';
	snprintf(shared, sizeof shared, "%s%s/", named[0] == '/' ? "" : folder, named);
	return check_folder(shared, err);
}

/* Where the repository around the path is. libgit2 asks for a folder that exists. */
static int discover(git_buf *found, const char *path, struct err *err)
{
	struct stat st;
	char parent[4096];
	const char *start = path;
	int answer;

	if (stat(path, &st) != 0)
		return err_errno(err, errno, "%s", path);
	if (!S_ISDIR(st.st_mode)) {
		const char *slash = strrchr(path, '/');
		size_t n = slash ? (size_t)(slash - path) + 1 : 0;

		if (n >= sizeof parent)
			return err_set(err, ERR_TOO_BIG, "the path is too long");
		snprintf(parent, sizeof parent, "%.*s", (int)n, path);
		start = n ? parent : ".";
	}
	answer = git_repository_discover(found, start, 0, NULL);
	if (answer == GIT_ENOTFOUND)
		return err_set(err, ERR_NOT_FOUND, "no Git repository around %s", path);
	return answer < 0 ? repo_fail(err, answer, "looking for a Git repository") : 0;
}

int repo_open(struct repo **out, const char *path, struct err *err)
{
	git_buf found = GIT_BUF_INIT;
	git_repository *git = NULL;
	git_odb *objects = NULL;
	int answer, failed;

	*out = NULL;
	if (repo_library_start(err) != 0)
		return -1;
	failed = discover(&found, path, err) != 0 || check_folder(found.ptr, err) != 0 ||
		 check_shared(found.ptr, err) != 0;
	if (!failed) {
		answer = git_repository_open_ext(&git, found.ptr, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
		if (answer == 0)
			answer = git_repository_odb(&objects, git);
		if (answer < 0)
			failed = repo_fail(err, answer, "opening the Git repository");
	}
	git_buf_dispose(&found);
	if (failed) {
		git_repository_free(git);
		return err_origin(err, "%s", path);
	}
	*out = mem_zero(1, sizeof **out);
	(*out)->git = git;
	(*out)->objects = objects;
	return 0;
}

void repo_close(struct repo *repo)
{
	if (!repo)
		return;
	git_odb_free(repo->objects);
	git_repository_free(repo->git);
	free(repo);
}

const char *repo_place(const struct repo *repo)
{
	const char *folder = git_repository_workdir(repo->git);

	return folder ? folder : git_repository_path(repo->git);
}

int repo_head(struct repo *repo, git_oid *id)
{
	const char *folder = git_repository_commondir(repo->git), *target;
	char name[1024] = "HEAD";
	git_reference *reference;
	struct err ignored;
	int failed;

	/* a reference may name another one; libgit2 opens the file of each */
	for (int depth = 0; depth < 5; depth++) {
		if (git_reference_lookup(&reference, repo->git, name) < 0)
			return -1;
		target = git_reference_symbolic_target(reference);
		if (!target) {
			git_oid_cpy(id, git_reference_target(reference));
			git_reference_free(reference);
			return 0;
		}
		failed = snprintf(name, sizeof name, "%s", target) >= (int)sizeof name ||
			 check_file(folder, name, MAX_CONFIG, &ignored) != 0;
		git_reference_free(reference);
		if (failed)
			return -1;
	}
	return -1;
}

bool repo_is_shallow(const struct repo *repo)
{
	return git_repository_is_shallow(repo->git) == 1;
}

static bool is_hex(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!strchr("0123456789abcdefABCDEF", id.s[i]) || !id.s[i])
			return false;
	return true;
}

/* A whole id, or the one object that starts like it. */
static int resolve(struct repo *repo, struct str id, git_oid *out, struct err *err)
{
	git_oid prefix;
	int answer;

	if (id.n == 64 && is_hex(id))
		return err_set(err, ERR_UNSUPPORTED, "%.*s is a SHA-256 id, which libgit2 cannot read",
			       STR_ARG(id));
	if (id.n < REPO_ID_MIN || id.n >= REPO_ID_SIZE || !is_hex(id))
		return err_set(err, ERR_USAGE, "\"%.*s\" is no commit id", (int)(id.n < 80 ? id.n : 80),
			       id.s ? id.s : "");
	if (git_oid_fromstrn(&prefix, id.s, id.n) < 0)
		return err_set(err, ERR_USAGE, "\"%.*s\" is no commit id", STR_ARG(id));
	answer = git_odb_exists_prefix(out, repo->objects, &prefix, id.n);
	if (answer == GIT_ENOTFOUND)
		return err_set(err, ERR_NOT_FOUND, "no commit %.*s in %s", STR_ARG(id), repo_place(repo));
	if (answer == GIT_EAMBIGUOUS)
		return err_set(err, ERR_USAGE, "%.*s is the start of several ids in %s", STR_ARG(id),
			       repo_place(repo));
	return answer < 0 ? repo_fail(err, answer, "looking for the commit") : 0;
}

int repo_load_commit(git_commit **out, struct repo *repo, const git_oid *id, struct err *err)
{
	size_t size;
	git_object_t type;
	int answer;

	if (repo_is_broken(repo, id))
		return err_set(err, ERR_CORRUPT, "the commit's object in the repository is damaged");
	answer = git_odb_read_header(&size, &type, repo->objects, id);
	if (answer < 0)
		return repo_fail(err, answer, "reading the commit");
	if (type != GIT_OBJECT_COMMIT)
		return err_set(err, ERR_FORMAT, "the id names a %s, not a commit",
			       git_object_type2string(type));
	if (size > REPO_MAX_COMMIT)
		return err_set(err, ERR_TOO_BIG, "the commit is too large: %zu bytes", size);
	answer = git_commit_lookup(out, repo->git, id);
	return answer < 0 ? repo_fail(err, answer, "reading the commit") : 0;
}

static struct str keep(struct arena *arena, const char *text, size_t max)
{
	struct str view = str_of(text);

	return arena_str(arena, text ? str_slice(view, 0, max) : view);
}

static void keep_parents(git_commit *commit, struct arena *arena, struct repo_commit *out)
{
	size_t n = git_commit_parentcount(commit);

	out->parents = n;
	if (n > REPO_MAX_PARENTS)
		n = REPO_MAX_PARENTS;
	out->parent = arena_zero(arena, n, sizeof *out->parent);
	for (size_t i = 0; out->parent && i < n; i++) {
		char hex[REPO_ID_SIZE];

		git_oid_tostr(hex, sizeof hex, git_commit_parent_id(commit, (unsigned)i));
		out->parent[i] = arena_str(arena, str_of(hex));
	}
}

static void keep_author(git_commit *commit, struct arena *arena, struct repo_commit *out)
{
	enum { DAY = 86400 };
	const git_signature *author = git_commit_author(commit);
	int64_t last = (int64_t)DAY * 366 * 9999;

	out->author = keep(arena, author->name, MAX_MESSAGE);
	out->email = keep(arena, author->email, MAX_MESSAGE);
	out->offset = author->when.offset;
	out->time = author->when.time > -last && author->when.time < last ? author->when.time * 1000
									  : 0;
}

int repo_find_commit(struct repo *repo, struct str id, struct arena *arena,
		     struct repo_commit *out, struct err *err)
{
	git_oid oid;
	git_commit *commit = NULL;

	memset(out, 0, sizeof *out);
	if (resolve(repo, id, &oid, err) != 0 || repo_load_commit(&commit, repo, &oid, err) != 0)
		return err_origin(err, "%s", repo_place(repo));
	git_oid_tostr(out->id, sizeof out->id, &oid);
	out->subject = keep(arena, git_commit_summary(commit), MAX_MESSAGE);
	out->body = keep(arena, git_commit_body(commit), MAX_BODY);
	keep_author(commit, arena, out);
	keep_parents(commit, arena, out);
	git_commit_free(commit);
	if (arena->over)
		return err_set(err, ERR_TOO_BIG, "the commit's text is too large");
	return 0;
}

const char *repo_library(char out[32])
{
	int major, minor, patch;

	git_libgit2_version(&major, &minor, &patch);
	snprintf(out, 32, "%d.%d.%d", major, minor, patch);
	return out;
}
