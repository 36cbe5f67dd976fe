/*
 * The real outside world behind io: curl, SQLite, libgit2 and the file system, each under the
 * deadline and the cancel of the read. See io.h.
 */
#include "source/io.h"

#include "base/clock.h"
#include "base/mem.h"
#include "db/store.h"
#include "net/http.h"
#include "repo/repo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_STEP = 256 << 10 }; /* bytes between two looks at the deadline */

void io_world_init(struct io_world *world)
{
	pthread_mutex_init(&world->lock, NULL);
	world->waiting = NULL;
}

void io_world_release(struct io_world *world)
{
	pthread_mutex_destroy(&world->lock);
}

bool io_world_waits(struct io_world *world)
{
	bool waits;

	pthread_mutex_lock(&world->lock);
	waits = world->waiting != NULL;
	pthread_mutex_unlock(&world->lock);
	return waits;
}

/* ---- HTTP ---- */

/*
 * From here until leave_http() a cancel reaches the client. The lock is held for a few instructions
 * only; it keeps the client from being closed while a cancel talks to it.
 */
static int enter_http(struct io *io, struct http *http, struct err *err)
{
	struct io_world *world = io->ctx;

	pthread_mutex_lock(&world->lock);
	http_resume(http);
	world->waiting = http;
	pthread_mutex_unlock(&world->lock);
	/* a cancel before this point did not see the client, a later one does */
	return io_check(io, err);
}

static void leave_http(struct io *io)
{
	struct io_world *world = io->ctx;

	pthread_mutex_lock(&world->lock);
	world->waiting = NULL;
	pthread_mutex_unlock(&world->lock);
	atomic_store(&io->moved, clock_monotonic());
}

static void world_wake(struct io *io)
{
	struct io_world *world = io->ctx;

	pthread_mutex_lock(&world->lock);
	if (world->waiting)
		http_cancel(world->waiting);
	pthread_mutex_unlock(&world->lock);
}

static struct http_request with_deadline(const struct io *io, const struct http_request *request)
{
	struct http_request timed = *request;

	if (io->deadline && (!timed.deadline || timed.deadline > io->deadline))
		timed.deadline = io->deadline;
	return timed;
}

static int world_fetch(struct io *io, struct http *http, const struct http_request *request,
		       struct http_response *response, struct err *err)
{
	struct http_request timed = with_deadline(io, request);
	int result;

	*response = (struct http_response){0};
	result = enter_http(io, http, err);
	if (!result)
		result = http_fetch(http, &timed, response, err);
	leave_http(io);
	return result;
}

static int world_fetch_all(struct io *io, struct http *http, const struct http_request *requests,
			   struct http_response *responses, struct err *errs, size_t n)
{
	struct http_request *timed = mem_zero(n, sizeof *timed);
	struct err err;
	int result;

	for (size_t i = 0; i < n; i++) {
		timed[i] = with_deadline(io, &requests[i]);
		responses[i] = (struct http_response){0};
	}
	result = enter_http(io, http, &err);
	if (!result)
		result = http_fetch_all(http, timed, responses, errs, n);
	else
		for (size_t i = 0; i < n; i++)
			errs[i] = err;
	leave_http(io);
	free(timed);
	return result;
}

/* ---- stores and repositories ---- */

static enum err_code ask(void *context)
{
	struct err err;

	return io_check(context, &err) ? err.code : ERR_NONE;
}

static int world_open_store(struct io *io, const char *path, bool views, struct store **store,
			    struct err *err)
{
	struct store_watch watch = {.ask = ask, .context = io, .views = views};

	*store = NULL;
	if (io_check(io, err))
		return -1;
	return store_open(store, path, &watch, err);
}

static int world_open_repo(struct io *io, const char *path, struct repo **repo, struct err *err)
{
	*repo = NULL;
	if (io_check(io, err))
		return -1;
	return repo_open(repo, path, err);
}

/* ---- files ---- */

/*
 * The start of a SQLite file: closing a descriptor of our own on it would drop the locks of a
 * connection that another source has open, so it is read SQLite's way, and only to tell what it is.
 */
static int read_start(const char *path, size_t most, struct buf *out, struct err *err)
{
	size_t step = most < FILE_STEP ? most : FILE_STEP;
	char *bytes = mem_alloc(step);
	long n = store_sniff(path, bytes, step, err);

	if (n > 0)
		buf_add(out, bytes, (size_t)n);
	free(bytes);
	return n < 0 ? -1 : 0;
}

static int is_store(const char *path, struct err *err)
{
	char magic[16];
	long n = store_sniff(path, magic, sizeof magic, err);

	if (n < 0)
		return -1;
	return n == sizeof magic && !memcmp(magic, "SQLite format 3", sizeof magic);
}

/* Opens what is a regular file; nothing else is opened in a way that could wait. */
static int open_regular(const char *path, struct err *err)
{
	struct stat status;
	/* it was one when it was looked at; O_NONBLOCK keeps a FIFO in its place from waiting */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_errno(err, errno, "cannot be read");
	if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
		close(fd);
		return err_set(err, ERR_UNSUPPORTED, "not a regular file");
	}
	return fd;
}

static int read_step(struct io *io, int fd, uint64_t offset, size_t most, struct buf *out,
		     size_t *got, struct err *err)
{
	size_t step = most < FILE_STEP ? most : FILE_STEP;
	char *bytes = mem_alloc(step);
	ssize_t n;

	do
		n = pread(fd, bytes, step, (off_t)offset);
	while (n < 0 && errno == EINTR && !io_check(io, err));
	*got = n > 0 ? (size_t)n : 0;
	if (n < 0 && errno != EINTR)
		err_errno(err, errno, "cannot be read");
	buf_add(out, bytes, *got);
	free(bytes);
	if (n >= 0 && out->over)
		return err_set(err, ERR_TOO_BIG, "more than %zu MB at once", out->max >> 20);
	return n < 0 ? -1 : io_check(io, err);
}

static int world_read_file(struct io *io, const char *path, uint64_t offset, size_t most,
			   struct buf *out, struct err *err)
{
	size_t got = 1;
	int result = 0;
	int store, fd;

	if (io_check(io, err))
		return -1;
	store = is_store(path, err);
	if (store < 0)
		return err_origin(err, "%s", path);
	if (store)
		return offset ? 0 : read_start(path, most, out, err);
	fd = open_regular(path, err);
	if (fd < 0)
		return err_origin(err, "%s", path);
	if (offset > INT64_MAX)
		most = 0;
	while (most && got && !result) {
		result = read_step(io, fd, offset, most, out, &got, err);
		offset += got;
		most -= got;
		atomic_store(&io->moved, clock_monotonic());
	}
	close(fd);
	return result ? err_origin(err, "%s", path) : 0;
}

/* ---- folders ---- */

static int by_name(const void *a, const void *b)
{
	const struct io_entry *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void add_entry(struct io_list *list, DIR *folder, const char *name)
{
	struct stat status;

	if (!strcmp(name, ".") || !strcmp(name, "..") || fstatat(dirfd(folder), name, &status, 0))
		return;
	if (list->n == IO_ENTRIES) {
		list->cut = true;
		return;
	}
	MEM_GROW(list->entries, list->n, list->cap);
	list->entries[list->n++] = (struct io_entry){
		.name = mem_copy(name, strlen(name)),
		.folder = S_ISDIR(status.st_mode),
		.file = S_ISREG(status.st_mode),
		.size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0,
		/* unsigned: a file's time may be any number */
		.mtime = (int64_t)((uint64_t)status.st_mtim.tv_sec * 1000000000 +
				   (uint64_t)status.st_mtim.tv_nsec),
	};
}

static int read_entries(struct io *io, DIR *folder, struct io_list *list, struct err *err)
{
	const struct dirent *entry;

	while (!list->cut) {
		if (io_check(io, err))
			return -1;
		errno = 0;
		entry = readdir(folder);
		if (!entry)
			return errno ? err_errno(err, errno, "cannot be listed") : 0;
		add_entry(list, folder, entry->d_name);
		atomic_store(&io->moved, clock_monotonic());
	}
	return 0;
}

static int world_list_folder(struct io *io, const char *path, struct io_list *list,
			     struct err *err)
{
	DIR *folder;
	int result;

	if (io_check(io, err))
		return -1;
	folder = opendir(path);
	if (!folder) {
		err_errno(err, errno, "cannot be listed");
		return err_origin(err, "%s", path);
	}
	result = read_entries(io, folder, list, err);
	closedir(folder);
	if (list->n)
		qsort(list->entries, list->n, sizeof *list->entries, by_name);
	return result ? err_origin(err, "%s", path) : 0;
}

static int64_t world_now(struct io *io)
{
	(void)io;
	return clock_wall();
}

const struct io_ops io_world_ops = {
	.fetch = world_fetch,
	.fetch_all = world_fetch_all,
	.open_store = world_open_store,
	.open_repo = world_open_repo,
	.read_file = world_read_file,
	.list_folder = world_list_folder,
	.now = world_now,
	.wake = world_wake,
};
