/*
 * Is a loose object all there, and a file?
 *
 * libgit2 (1.5 at least) never returns from reading a loose object whose compressed stream ends too
 * early: it waits for output that cannot come. So the stream of such a file is run through first,
 * here. Objects in packs are not concerned; libgit2 knows their lengths. What is no file, a FIFO say,
 * would be waited for: it is broken too.
 */
#include "repo/repo_own.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
	MAX_OBJECT = 64 << 20,      /* bytes that a loose object may unpack to */
	MAX_ALTERNATES = 64 << 10,  /* bytes of the file that names other folders of objects */
	MAX_DEPTH = 5,              /* of folders that name others, as in git */
};

enum loose { LOOSE_ABSENT, LOOSE_WHOLE, LOOSE_BROKEN };

/* Runs through what is in the descriptor. */
static enum loose unpack(int fd)
{
	unsigned char packed[16384], bytes[16384];
	z_stream stream = {0};
	size_t total = 0;
	int answer = Z_OK;

	if (inflateInit(&stream) != Z_OK)
		return LOOSE_BROKEN;
	while (answer == Z_OK && total < MAX_OBJECT) {
		ssize_t n = 0;

		if (!stream.avail_in) {
			n = read(fd, packed, sizeof packed);
			stream.next_in = packed;
			stream.avail_in = n > 0 ? (unsigned)n : 0;
		}
		stream.next_out = bytes;
		stream.avail_out = sizeof bytes;
		/* at the end of the file this is Z_BUF_ERROR: no progress is possible */
		answer = inflate(&stream, Z_NO_FLUSH);
		total += sizeof bytes - stream.avail_out;
	}
	inflateEnd(&stream);
	return answer == Z_STREAM_END ? LOOSE_WHOLE : LOOSE_BROKEN;
}

/* -1 with errno; EINVAL when it is there and no file. */
static int open_regular(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

static enum loose look_in(const char *folder, const char *hex)
{
	char path[PATH_MAX];
	enum loose loose;
	int fd;

	if (snprintf(path, sizeof path, "%s/%.2s/%s", folder, hex, hex + 2) >= (int)sizeof path)
		return LOOSE_ABSENT;
	fd = open_regular(path);
	if (fd < 0)
		return errno == EINVAL || errno == ENXIO ? LOOSE_BROKEN : LOOSE_ABSENT;
	loose = unpack(fd);
	close(fd);
	return loose;
}

/* The other folders that this one names, a line each; NULL for none. */
static char *alternates_of(const char *folder)
{
	char path[PATH_MAX];
	char *text = NULL;
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof path, "%s/info/alternates", folder) >= (int)sizeof path)
		return NULL;
	fd = open_regular(path);
	if (fd < 0)
		return NULL;
	text = mem_alloc(MAX_ALTERNATES + 1);
	n = read(fd, text, MAX_ALTERNATES);
	text[n > 0 ? n : 0] = 0;
	close(fd);
	return text;
}

static enum loose look_around(const char *folder, const char *hex, int depth)
{
	enum loose loose = look_in(folder, hex);
	char *text, *line, *rest = NULL;

	if (loose != LOOSE_ABSENT || depth == MAX_DEPTH)
		return loose;
	text = alternates_of(folder);
	for (line = text ? strtok_r(text, "\n", &rest) : NULL; line && loose == LOOSE_ABSENT;
	     line = strtok_r(NULL, "\n", &rest)) {
		char other[PATH_MAX];

		/* a path that is not absolute starts from the folder that names it */
		if (snprintf(other, sizeof other, "%s%s%s", *line == '/' ? "" : folder,
			     *line == '/' ? "" : "/", line) < (int)sizeof other)
			loose = look_around(other, hex, depth + 1);
	}
	free(text);
	return loose;
}

bool repo_is_broken(struct repo *repo, const git_oid *id)
{
	char hex[REPO_ID_SIZE];
	git_buf folder = {0};
	bool broken = false;

	git_oid_tostr(hex, sizeof hex, id);
	if (git_repository_item_path(&folder, repo->git, GIT_REPOSITORY_ITEM_OBJECTS) == 0)
		broken = look_around(folder.ptr, hex, 0) == LOOSE_BROKEN;
	git_buf_dispose(&folder);
	return broken;
}
