/*
 * The only way leeboard opens a file of somebody else's SQLite store: a VFS over SQLite's own
 * "unix" that cannot create, write, lengthen, shorten, delete or lock for writing.
 *
 * It is a second fence: the connection is opened read-only as well. What SQLite opens beside the
 * store without asking a VFS (the -shm file) is held by the URI parameter readonly_shm, which every
 * connection here carries.
 *
 * SQLite's file locks are POSIX locks: they are dropped when *any* descriptor of the process on
 * that file is closed. So nothing in the process may open a store's file by itself while a
 * connection is open. vfs_peek() reads through SQLite's own bookkeeping, which defers such a close,
 * and vfs_join() keeps connections that lock and connections that do not (immutable) apart.
 *
 * Thread rule: every function may be called on any thread.
 */
#ifndef DB_VFS_H
#define DB_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#define VFS_NAME "leeboard"

enum {
	VFS_HEAP_LIMIT = 256 << 20, /* bytes; all of SQLite in this process */
};

/* Registers the VFS once and sets the heap limit. 0, or SQLite's error code. */
int vfs_register(void);

/*
 * The first n bytes of the file, read without harm to open connections. Returns how many there
 * were, or -1 with errno set. Only for regular files: the caller has looked.
 */
long vfs_peek(const char *path, void *bytes, size_t n);

/*
 * Notes that a connection to this file begins. False when one of the other kind (locking or
 * immutable) is open in this process; closing either would disturb the other, so the caller waits.
 */
bool vfs_join(const struct stat *file, bool immutable);
void vfs_leave(const struct stat *file);

#endif
