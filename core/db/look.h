/*
 * What a store looks like from outside: is it SQLite, how was it left, did it change?
 *
 * Nothing here opens a connection or takes a lock; it may be called at any time, connections open
 * or not (see vfs.h for why that is not self-evident).
 */
#ifndef DB_LOOK_H
#define DB_LOOK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { STORE_HEADER = 100 };

/* What a file system says of one file; all zero when it is not there. */
struct file_print {
	uint64_t dev, ino;
	int64_t size;
	int64_t mtime, ctime; /* ns */
};

/*
 * "Did anything change?" for a few microseconds: the three files and the header's change counter.
 * Two prints are equal only if no write fell between them; `racy` says that the last write is so
 * young that a later one could carry the same time, and then the prints never compare equal.
 */
struct store_print {
	struct file_print db, wal, journal;
	uint32_t changes; /* the header's change counter */
	bool racy;
};

struct store_look {
	struct stat db;
	struct store_print print;
	bool wal_mode;   /* by the header, or because a -wal lies there */
	bool wal_filled; /* the -wal is not empty */
	bool shm;        /* the -shm is there */
	bool utf8;       /* texts are stored as UTF-8, so that they come back as they are bound */
	bool too_short;  /* fewer pages than the header counts: cut off, or about to grow */
	bool journal;    /* a rollback journal with content: a write in progress, or a crash */
};

/* Fails with one sentence when it is no regular file, cannot be read, or is no SQLite database. */
int store_look(struct store_look *look, const char *path, struct err *err);

/* The print alone. Fails as store_look() does. */
int store_fingerprint(struct store_print *print, const char *path, struct err *err);
bool store_print_equal(const struct store_print *a, const struct store_print *b);

/*
 * The file's first bytes (at most n), for telling what it is, safe while a connection is open.
 * Returns how many there were, or -1. Refuses what is not a regular file.
 */
long store_sniff(const char *path, void *bytes, size_t n, struct err *err);

/* "NFS", "SMB", …: a network file system, where locks cannot be trusted; or NULL. */
const char *store_network(const char *path);

#endif
