/*
 * Git repositories: any bytes as one of the files that Git keeps, or as a commit or a tree of a
 * sound repository. Opening and reading it gives a commit or one sentence, and nothing is written.
 * The first byte says which.
 */
#include "fuzz.h"

#include "repo/repo_own.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static const char *const files[] = {"config",  "HEAD",        "packed-refs",
				    "shallow", "commondir",   "objects/info/alternates",
				    "index",   "refs/heads/m"};

enum { FILES = sizeof files / sizeof *files, COMMIT = FILES, TREE, KINDS };

/* A folder of its own for this process, in memory: a bare repository but for its files. */
static const char *place(void)
{
	static const char *const folders[] = {"", "/objects", "/objects/info", "/objects/pack",
					      "/refs", "/refs/heads"};
	static char dir[64];
	char path[128];

	if (dir[0])
		return dir;
	snprintf(dir, sizeof dir, "/dev/shm/lee-repo-%ld", (long)getpid());
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s%s", dir, folders[i]);
		mkdir(path, 0700);
	}
	return dir;
}

static void put(const char *name, const void *bytes, size_t n)
{
	char path[192];
	int fd;

	snprintf(path, sizeof path, "%s/%s", place(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
}

static void put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

/* A loose object; its id in hex. */
static void put_object(const char *type, git_object_t kind, const void *bytes, size_t n,
		       char hex[REPO_ID_SIZE])
{
	unsigned char *raw = malloc(n + 64), *packed;
	int head = sprintf((char *)raw, "%s %zu", type, n) + 1;
	uLongf size = compressBound(n + 64);
	char name[128];
	git_oid id;

	memcpy(raw + head, bytes, n);
	packed = malloc(size);
	assert(compress(packed, &size, raw, (uLong)head + n) == Z_OK);
	assert(git_odb_hash(&id, bytes, n, kind) == 0);
	git_oid_tostr(hex, REPO_ID_SIZE, &id);
	snprintf(name, sizeof name, "%s/objects/%.2s", place(), hex);
	mkdir(name, 0700);
	snprintf(name, sizeof name, "objects/%.2s/%s", hex, hex + 2);
	put(name, packed, size);
	free(raw);
	free(packed);
}

static void remove_object(const char *hex)
{
	char name[128];

	snprintf(name, sizeof name, "%s/objects/%.2s/%s", place(), hex, hex + 2);
	unlink(name);
}

/* The commit of a tree, or the bytes themselves as one. */
static void put_commit(unsigned kind, const uint8_t *data, size_t n, char commit[REPO_ID_SIZE],
		       char tree[REPO_ID_SIZE])
{
	char text[256];

	put_object("tree", GIT_OBJECT_TREE, kind == TREE ? data : (const uint8_t *)"",
		   kind == TREE ? n : 0, tree);
	snprintf(text, sizeof text,
		 "tree %s\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n", tree);
	if (kind == COMMIT)
		put_object("commit", GIT_OBJECT_COMMIT, data, n, commit);
	else
		put_object("commit", GIT_OBJECT_COMMIT, text, strlen(text), commit);
}

static void read_repository(const char *commit)
{
	struct repo_commit found;
	struct arena arena;
	struct repo *repo;
	struct err err = {0};

	if (repo_open(&repo, place(), &err)) {
		assert(err.code != ERR_NONE && err.message[0]);
		return;
	}
	arena_init(&arena, 1 << 20);
	if (!repo_find_commit(repo, str_of(commit), &arena, &found, &err)) {
		repo_list_files(repo, &arena, &found);
		repo_distance(repo, found.id);
	} else {
		assert(err.code != ERR_NONE && err.message[0]);
	}
	arena_release(&arena);
	repo_close(repo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char commit[REPO_ID_SIZE], tree[REPO_ID_SIZE], head[REPO_ID_SIZE + 1];
	char path[192];
	struct err err;
	unsigned kind;

	if (!n || repo_library_start(&err))
		return 0;
	kind = data[0] % KINDS;
	put_text("config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
	put_text("HEAD", "ref: refs/heads/m\n");
	put_commit(kind, data + 1, n - 1, commit, tree);
	snprintf(head, sizeof head, "%s\n", commit);
	put_text("refs/heads/m", head);
	if (kind < FILES)
		put(files[kind], data + 1, n - 1);
	read_repository(commit);
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "%s/%s", place(), files[i]);
		unlink(path);
	}
	remove_object(commit);
	remove_object(tree);
	return 0;
}
