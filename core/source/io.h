/*
 * io: the outside world, as a source sees it.
 *
 * A source reads in straight lines and asks io for everything outside: HTTP, SQLite stores, Git
 * repositories, files, the time. Deadline, byte caps and cancel live behind these calls, so that a
 * source never thinks of them: when the user says stop, the call in progress returns -1 with
 * ERR_CANCELLED, and the source passes it on. Tests hand a source an io of recordings.
 *
 * Thread rule: one io serves one read on one thread; io_cancel() may be called from any thread.
 */
#ifndef SOURCE_IO_H
#define SOURCE_IO_H

#include "base/buf.h"
#include "base/err.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct http;
struct http_response;
struct http_request;
struct repo;
struct snapshot;
struct store;

struct io;

enum { IO_ENTRIES = 100000 };

struct io_entry {
	char *name;
	bool folder, file; /* what it is itself or links to; neither: a device, a FIFO, … */
	uint64_t size;     /* bytes of a file */
	int64_t mtime;     /* ns since the epoch */
};

/* Starts as {0}; io_list_release() when done. */
struct io_list {
	struct io_entry *entries;
	size_t n, cap;
	bool cut;
};

struct io_ops {
	/*
	 * http_fetch() and http_fetch_all() of net/http.h, under this read's deadline and cancel. The
	 * responses are the caller's to release.
	 */
	int (*fetch)(struct io *io, struct http *http, const struct http_request *request,
		     struct http_response *response, struct err *err);
	int (*fetch_all)(struct io *io, struct http *http, const struct http_request *requests,
			 struct http_response *responses, struct err *errs, size_t n);
	/* Opens a foreign SQLite store for this read (db/store.h); the source closes it. */
	int (*open_store)(struct io *io, const char *path, bool views, struct store **store,
			  struct err *err);
	/* Opens the Git repository at or around the path (repo/repo.h); the source closes it. */
	int (*open_repo)(struct io *io, const char *path, struct repo **repo, struct err *err);
	/*
	 * Appends up to `most` bytes of the file from `offset` on. Fewer (or none) means that the
	 * file ends there. Only regular files: a FIFO or a device is refused, never waited for.
	 */
	int (*read_file)(struct io *io, const char *path, uint64_t offset, size_t most,
			 struct buf *out, struct err *err);
	/*
	 * Adds what the folder holds, but for "." and "..", in byte order of the names: at most
	 * IO_ENTRIES; `cut` says that there are more. What goes away meanwhile is left out.
	 */
	int (*list_folder)(struct io *io, const char *path, struct io_list *list, struct err *err);
	int64_t (*now)(struct io *io); /* wall clock, ms */
	/* Wakes a call that waits, from any thread; NULL when no call ever waits. */
	void (*wake)(struct io *io);
};

struct io {
	const struct io_ops *ops;
	void *ctx;              /* of the ops */
	atomic_bool cancelled;
	int64_t deadline;       /* monotonic ms, 0 for none: for the whole read */
	int64_t stall;          /* ms without progress that end the read, 0 for none */
	atomic_llong moved;     /* monotonic ms of the last progress */
	atomic_llong done, total; /* progress in rows, pages or bytes; total 0 when not known */
	/*
	 * Rows so far, for reads that come in pages: called by the source after a page, with a
	 * snapshot made by build_peek() (the callee takes the reference). NULL: nobody looks.
	 */
	void (*pages)(struct io *io, struct snapshot *so_far);
	void *asker;            /* for pages */
};

/* Sets everything to "no deadline, nothing done"; ops and ctx are the caller's. */
void io_init(struct io *io, const struct io_ops *ops, void *ctx);

/* May be called from any thread; wakes a call that waits. */
void io_cancel(struct io *io);

bool io_cancelled(struct io *io);

/* How far the read is. Also where a long loop learns that it should end: -1 with err set. */
int io_progress(struct io *io, int64_t done, int64_t total, struct err *err);

/* -1 and err when cancelled, past the deadline or stalled. */
int io_check(struct io *io, struct err *err);

/* Gives back its memory; empty again. */
void io_list_release(struct io_list *list);

/*
 * The real outside world. The ctx of its ops is a struct io_world, which outlives the io; one world
 * serves one read after the other on one thread.
 */
extern const struct io_ops io_world_ops;

struct io_world {
	pthread_mutex_t lock;
	struct http *waiting; /* the client whose call is in progress, for io_cancel(); under lock */
};

void io_world_init(struct io_world *world);
void io_world_release(struct io_world *world);

/* Does a call wait for a server? Any thread. */
bool io_world_waits(struct io_world *world);

#endif
