/* A store from outside; see look.h. */
#include "db/look.h"

#include "db/vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static const char magic[16] = "SQLite format 3";

/* A file's times may be any number; those past the range only have to differ. */
static int64_t nanoseconds(struct timespec time)
{
	return (int64_t)((uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec);
}

/* The clock that file systems stamp with: it stands still for a tick, up to 10 ms. */
static int64_t stamp_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return nanoseconds(now);
}

static struct file_print print_of(const struct stat *file)
{
	return (struct file_print){
		.dev = file->st_dev,
		.ino = file->st_ino,
		.size = file->st_size,
		.mtime = nanoseconds(file->st_mtim),
		.ctime = nanoseconds(file->st_ctim),
	};
}

static bool stat_beside(const char *path, const char *suffix, struct stat *file)
{
	char name[4096 + 16];

	if (snprintf(name, sizeof name, "%s%s", path, suffix) >= (int)sizeof name)
		return false;
	return !stat(name, file) && S_ISREG(file->st_mode);
}

/* A journal that was finished is deleted, emptied, or has a zeroed head. */
static bool journal_filled(const char *path)
{
	char name[4096 + 16];
	char first = 0;
	int fd;

	snprintf(name, sizeof name, "%s-journal", path);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno != ENOENT;
	if (read(fd, &first, 1) < 0)
		first = 1;
	close(fd);
	return first;
}

static int stat_regular(const char *path, struct stat *file, struct err *err)
{
	if (strlen(path) > 4096)
		return err_set(err, ERR_TOO_BIG, "the path is too long");
	if (stat(path, file))
		return err_errno(err, errno, "cannot open it");
	if (S_ISDIR(file->st_mode))
		return err_set(err, ERR_FORMAT, "it is a folder, not a file");
	if (!S_ISREG(file->st_mode))
		return err_set(err, ERR_FORMAT, "it is not a regular file");
	return 0;
}

long store_sniff(const char *path, void *bytes, size_t n, struct err *err)
{
	struct stat file;
	long got;

	if (stat_regular(path, &file, err))
		return -1;
	if (access(path, R_OK)) /* SQLite would only say that it cannot open */
		return err_errno(err, errno, "cannot open it");
	got = vfs_peek(path, bytes, n);
	if (got < 0)
		return err_errno(err, errno, "cannot read it");
	return got;
}

static int check_header(const unsigned char *header, long n, struct err *err)
{
	if (n == 0) {
		err_set(err, ERR_FORMAT, "the file is empty");
		err->retryable = true; /* a store that is being made begins like this */
		return -1;
	}
	if (n < STORE_HEADER || memcmp(header, magic, sizeof magic))
		return err_set(err, ERR_FORMAT, "it is not an SQLite database");
	return 0;
}

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* The page count holds only if the change counter was written together with it. */
static bool is_short(const unsigned char *header, int64_t size)
{
	int64_t page = header[16] << 8 | header[17];

	if (big_endian(header + 24) != big_endian(header + 92))
		return false;
	return size < (page == 1 ? 65536 : page) * big_endian(header + 28);
}

static bool is_young(const struct file_print *file, int64_t now)
{
	const int64_t tick = 100 * 1000000; /* a stamp from further ahead is another clock's */
	int64_t last = file->mtime > file->ctime ? file->mtime : file->ctime;

	return file->ino && last >= now && last <= now + tick;
}

int store_look(struct store_look *look, const char *path, struct err *err)
{
	unsigned char header[STORE_HEADER];
	struct stat wal, shm, journal;
	int64_t now = stamp_clock();
	long n;

	memset(look, 0, sizeof *look);
	if (stat_regular(path, &look->db, err))
		return -1;
	n = store_sniff(path, header, sizeof header, err);
	if (n < 0 || check_header(header, n, err))
		return -1;
	look->print.db = print_of(&look->db);
	look->print.changes = big_endian(header + 24);
	look->utf8 = big_endian(header + 56) <= 1;
	look->too_short = is_short(header, look->db.st_size);
	if (stat_beside(path, "-journal", &journal)) {
		look->print.journal = print_of(&journal);
		look->journal = journal.st_size > 0 && journal_filled(path);
	}
	look->wal_mode = header[19] == 2;
	if (stat_beside(path, "-wal", &wal)) {
		look->print.wal = print_of(&wal);
		look->wal_filled = wal.st_size > 0;
		look->wal_mode = true;
	}
	look->shm = stat_beside(path, "-shm", &shm);
	look->print.racy = is_young(&look->print.db, now) || is_young(&look->print.wal, now) ||
			   is_young(&look->print.journal, now);
	return 0;
}

int store_fingerprint(struct store_print *print, const char *path, struct err *err)
{
	struct store_look look;

	if (store_look(&look, path, err))
		return -1;
	*print = look.print;
	return 0;
}

static bool same_file(const struct file_print *a, const struct file_print *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime == b->mtime && a->ctime == b->ctime;
}

bool store_print_equal(const struct store_print *a, const struct store_print *b)
{
	return !a->racy && !b->racy && a->changes == b->changes && same_file(&a->db, &b->db) &&
	       same_file(&a->wal, &b->wal) && same_file(&a->journal, &b->journal);
}

const char *store_network(const char *path)
{
	static const struct {
		uint32_t magic;
		const char *name;
	} known[] = {
		{0x00006969, "NFS"},  {0xff534d42, "SMB"},    {0xfe534d42, "SMB"},
		{0x0000517b, "SMB"},  {0x01021997, "9P"},     {0x00c36400, "Ceph"},
		{0x0bd00bd0, "Lustre"}, {0x5346414f, "AFS"},  {0x6b414653, "AFS"},
		{0x65735546, "FUSE"}, {0x47504653, "GPFS"},   {0x7461636f, "OCFS2"},
	};
	struct statfs system;

	if (statfs(path, &system))
		return NULL;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if ((uint32_t)system.f_type == known[i].magic)
			return known[i].name;
	return NULL;
}
