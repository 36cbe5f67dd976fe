/* The VFS that harms nothing; see vfs.h. */
#include "db/vfs.h"

#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct guarded {
	sqlite3_file base;
	/* the file of the VFS below follows */
};

static sqlite3_file *below(sqlite3_file *file)
{
	return (sqlite3_file *)((struct guarded *)file + 1);
}

static int guarded_close(sqlite3_file *file)
{
	return below(file)->pMethods->xClose(below(file));
}

static int guarded_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
	return below(file)->pMethods->xRead(below(file), bytes, n, at);
}

static int guarded_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	(void)file, (void)bytes, (void)n, (void)at;
	return SQLITE_READONLY;
}

static int guarded_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	(void)file, (void)size;
	return SQLITE_READONLY;
}

static int guarded_sync(sqlite3_file *file, int flags)
{
	(void)file, (void)flags;
	return SQLITE_OK;
}

static int guarded_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return below(file)->pMethods->xFileSize(below(file), size);
}

/* Everything past a shared lock is on the way to a write: a checkpoint at close, a rollback. */
static int guarded_lock(sqlite3_file *file, int level)
{
	if (level > SQLITE_LOCK_SHARED)
		return SQLITE_READONLY;
	return below(file)->pMethods->xLock(below(file), level);
}

static int guarded_unlock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xUnlock(below(file), level);
}

static int guarded_reserved(sqlite3_file *file, int *held)
{
	return below(file)->pMethods->xCheckReservedLock(below(file), held);
}

static int guarded_control(sqlite3_file *file, int op, void *arg)
{
	switch (op) {
	case SQLITE_FCNTL_LOCKSTATE:
	case SQLITE_FCNTL_LAST_ERRNO:
	case SQLITE_FCNTL_HAS_MOVED:
		return below(file)->pMethods->xFileControl(below(file), op, arg);
	default:
		return SQLITE_NOTFOUND;
	}
}

static int guarded_sector(sqlite3_file *file)
{
	return below(file)->pMethods->xSectorSize(below(file));
}

static int guarded_traits(sqlite3_file *file)
{
	return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int guarded_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **at)
{
	(void)extend;
	if (!below(file)->pMethods->xShmMap)
		return SQLITE_IOERR_SHMMAP;
	return below(file)->pMethods->xShmMap(below(file), page, size, 0, at);
}

static int guarded_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	if (!below(file)->pMethods->xShmLock)
		return SQLITE_IOERR_SHMLOCK;
	/* what nobody could take through a read-only descriptor is not even tried */
	if ((flags & SQLITE_SHM_EXCLUSIVE) && (flags & SQLITE_SHM_LOCK))
		return SQLITE_BUSY;
	return below(file)->pMethods->xShmLock(below(file), offset, n, flags);
}

static void guarded_shm_barrier(sqlite3_file *file)
{
	if (below(file)->pMethods->xShmBarrier)
		below(file)->pMethods->xShmBarrier(below(file));
}

static int guarded_shm_unmap(sqlite3_file *file, int remove)
{
	(void)remove;
	if (!below(file)->pMethods->xShmUnmap)
		return SQLITE_OK;
	return below(file)->pMethods->xShmUnmap(below(file), 0);
}

static const sqlite3_io_methods guarded_methods = {
	.iVersion = 2, /* no memory maps: a store that is cut short must not raise SIGBUS */
	.xClose = guarded_close,
	.xRead = guarded_read,
	.xWrite = guarded_write,
	.xTruncate = guarded_truncate,
	.xSync = guarded_sync,
	.xFileSize = guarded_size,
	.xLock = guarded_lock,
	.xUnlock = guarded_unlock,
	.xCheckReservedLock = guarded_reserved,
	.xFileControl = guarded_control,
	.xSectorSize = guarded_sector,
	.xDeviceCharacteristics = guarded_traits,
	.xShmMap = guarded_shm_map,
	.xShmLock = guarded_shm_lock,
	.xShmBarrier = guarded_shm_barrier,
	.xShmUnmap = guarded_shm_unmap,
};

static sqlite3_vfs *base_vfs(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int guarded_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	const int kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
	const int taken = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE |
			  SQLITE_OPEN_DELETEONCLOSE;
	int code;

	file->pMethods = NULL;
	if (!name || !(flags & kinds))
		return SQLITE_CANTOPEN; /* temporary files: sorts stay in memory */
	flags = (flags & ~taken) | SQLITE_OPEN_READONLY;
	code = base_vfs(vfs)->xOpen(base_vfs(vfs), name, below(file), flags, out);
	if (out)
		*out = flags;
	if (below(file)->pMethods)
		file->pMethods = &guarded_methods;
	return code;
}

static int guarded_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs, (void)name, (void)sync;
	return SQLITE_READONLY;
}

static int guarded_access(sqlite3_vfs *vfs, const char *name, int flags, int *answer)
{
	return base_vfs(vfs)->xAccess(base_vfs(vfs), name, flags, answer);
}

static int guarded_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	return base_vfs(vfs)->xFullPathname(base_vfs(vfs), name, size, out);
}

static void *guarded_dl_open(sqlite3_vfs *vfs, const char *name)
{
	(void)vfs, (void)name;
	return NULL;
}

static void guarded_dl_error(sqlite3_vfs *vfs, int n, char *message)
{
	(void)vfs;
	if (n > 0)
		message[0] = '\0';
}

static int guarded_randomness(sqlite3_vfs *vfs, int n, char *out)
{
	return base_vfs(vfs)->xRandomness(base_vfs(vfs), n, out);
}

static int guarded_sleep(sqlite3_vfs *vfs, int microseconds)
{
	return base_vfs(vfs)->xSleep(base_vfs(vfs), microseconds);
}

static int guarded_time(sqlite3_vfs *vfs, double *now)
{
	return base_vfs(vfs)->xCurrentTime(base_vfs(vfs), now);
}

static int guarded_last_error(sqlite3_vfs *vfs, int n, char *message)
{
	return base_vfs(vfs)->xGetLastError(base_vfs(vfs), n, message);
}

struct open_file {
	dev_t dev;
	ino_t ino;
	bool immutable;
	int connections;
};

/*
 * What the process shares, by nature: SQLite's list of VFSes is one a process, and so are POSIX
 * locks. The list of files is under the lock; the rest is written once.
 */
static struct {
	pthread_once_t once;
	int code;
	sqlite3_vfs vfs;
	pthread_mutex_t lock;
	struct open_file *files;
	size_t n, cap;
} shared = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

static void register_once(void)
{
	sqlite3_vfs *base;

	shared.code = sqlite3_initialize();
	base = shared.code ? NULL : sqlite3_vfs_find("unix");
	if (!base) {
		shared.code = shared.code ? shared.code : SQLITE_ERROR;
		return;
	}
	sqlite3_hard_heap_limit64(VFS_HEAP_LIMIT);
	shared.vfs = (sqlite3_vfs){
		.iVersion = 1,
		.szOsFile = (int)sizeof(struct guarded) + base->szOsFile,
		.mxPathname = base->mxPathname,
		.zName = VFS_NAME,
		.pAppData = base,
		.xOpen = guarded_open,
		.xDelete = guarded_delete,
		.xAccess = guarded_access,
		.xFullPathname = guarded_path,
		.xDlOpen = guarded_dl_open,
		.xDlError = guarded_dl_error,
		.xRandomness = guarded_randomness,
		.xSleep = guarded_sleep,
		.xCurrentTime = guarded_time,
		.xGetLastError = guarded_last_error,
	};
	shared.code = sqlite3_vfs_register(&shared.vfs, 0);
}

int vfs_register(void)
{
	pthread_once(&shared.once, register_once);
	return shared.code;
}

static long peek_open(sqlite3_file *file, void *bytes, size_t n)
{
	sqlite3_int64 size = 0;
	long got = -1;

	if (!file->pMethods->xFileSize(file, &size)) {
		got = size < (sqlite3_int64)n ? (long)size : (long)n;
		if (got && file->pMethods->xRead(file, bytes, (int)got, 0))
			got = -1;
	}
	if (got < 0)
		errno = EIO;
	file->pMethods->xClose(file);
	return got;
}

long vfs_peek(const char *path, void *bytes, size_t n)
{
	sqlite3_vfs *base;
	sqlite3_file *file;
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
	const char *name;
	long got = -1;
	int out;

	if (vfs_register()) {
		errno = ENOMEM;
		return -1;
	}
	base = shared.vfs.pAppData;
	file = mem_zero(1, (size_t)base->szOsFile);
	name = sqlite3_create_filename(path, "", "", 0, NULL);
	errno = ENOMEM;
	if (name && !base->xOpen(base, name, file, flags, &out))
		got = peek_open(file, bytes, n);
	else if (!errno)
		errno = EIO;
	sqlite3_free_filename((char *)name);
	free(file);
	return got;
}

static struct open_file *find_file(const struct stat *file)
{
	for (size_t i = 0; i < shared.n; i++)
		if (shared.files[i].dev == file->st_dev && shared.files[i].ino == file->st_ino)
			return &shared.files[i];
	return NULL;
}

bool vfs_join(const struct stat *file, bool immutable)
{
	struct open_file *found;
	bool fits;

	pthread_mutex_lock(&shared.lock);
	found = find_file(file);
	if (!found) {
		MEM_GROW(shared.files, shared.n, shared.cap);
		found = &shared.files[shared.n++];
		*found = (struct open_file){file->st_dev, file->st_ino, immutable, 0};
	}
	fits = found->immutable == immutable;
	found->connections += fits;
	pthread_mutex_unlock(&shared.lock);
	return fits;
}

void vfs_leave(const struct stat *file)
{
	struct open_file *found;

	pthread_mutex_lock(&shared.lock);
	found = find_file(file);
	if (found && --found->connections == 0)
		*found = shared.files[--shared.n];
	pthread_mutex_unlock(&shared.lock);
}
