/*
 * The db room: every state a store can be in is either read right or refused in one sentence, and
 * nothing beside or in it is touched. A folder is compared before and after by names, sizes, times
 * and bytes.
 */
#include "test.h"

#include "base/buf.h"
#include "base/err.h"
#include "db/look.h"
#include "db/schema.h"
#include "db/slice.h"
#include "db/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
	char dir[64];
	char db[96];
};

static void place_init(struct place *place)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(place->dir, sizeof place->dir, "%.40s/lee-db-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(place->dir));
	snprintf(place->db, sizeof place->db, "%s/store.db", place->dir);
}

static void place_release(struct place *place)
{
	struct dirent *entry;
	DIR *dir;

	chmod(place->dir, 0700);
	dir = opendir(place->dir);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	assert_int_equal(rmdir(place->dir), 0);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_content(struct buf *print, int dir, const char *name)
{
	uint64_t hash = 14695981039346656037u;
	unsigned char bytes[4096];
	struct stat st;
	ssize_t n;
	int fd;

	assert_int_equal(fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	fd = openat(dir, name, O_RDONLY | O_NONBLOCK);
	while (fd >= 0 && (n = read(fd, bytes, sizeof bytes)) > 0)
		for (ssize_t i = 0; i < n; i++)
			hash = (hash ^ bytes[i]) * 1099511628211u;
	if (fd >= 0)
		close(fd);
	buf_addf(print, "%s %lld %lld.%ld %o %llx\n", name, (long long)st.st_size,
		 (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_mode,
		 (unsigned long long)hash);
}

/* Everything about a folder that a reader must leave alone. The -shm's bytes are the locks' own. */
static void print_place(struct buf *print, const struct place *place)
{
	struct dirent **names;
	int n = scandir(place->dir, &names, NULL, by_name);
	int dir = open(place->dir, O_RDONLY | O_DIRECTORY);

	buf_init(print, 1 << 20);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			add_content(print, dir, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	close(dir);
}

static void assert_untouched(const struct place *place, struct buf *before)
{
	struct buf after;

	print_place(&after, place);
	assert_string_equal(buf_cstr(&after), buf_cstr(before));
	buf_release(&after);
	buf_release(before);
}

static void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message))
		fail_msg("%s: %s", sql, message);
}

static sqlite3 *writer(const struct place *place, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->db, &db), 0);
	sqlite3_busy_timeout(db, 5000);
	run_sql(db, sql);
	return db;
}

static void make(const struct place *place, const char *sql)
{
	assert_int_equal(sqlite3_close(writer(place, sql)), 0);
}

#define TABLE "CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT);"
#define FILL                                                                                       \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) " \
	"INSERT INTO t SELECT i, 'value ' || i FROM n;"

/* A process that does something to the store; what it leaves behind at _exit is a crash's. */
struct child {
	pid_t pid;
	int go; /* closing it lets the child end */
};

static struct child child_start(const struct place *place, const char *const *sql)
{
	int ready[2], go[2];
	struct child child;
	char byte;

	assert_int_equal(pipe(ready) | pipe(go), 0);
	child.pid = fork();
	if (!child.pid) {
		sqlite3 *db;

		close(ready[0]);
		close(go[1]);
		if (sqlite3_open(place->db, &db))
			_exit(1);
		for (; *sql; sql++)
			if (sqlite3_exec(db, *sql, NULL, NULL, NULL))
				_exit(2);
		if (write(ready[1], "r", 1) != 1)
			_exit(3);
		while (read(go[0], &byte, 1) > 0)
			if (byte == 'c') /* a clean end instead of a crash */
				_exit(sqlite3_close(db));
		_exit(0);
	}
	close(ready[1]);
	close(go[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	child.go = go[1];
	return child;
}

static void child_close(const struct child *child)
{
	assert_int_equal(write(child->go, "c", 1), 1);
}

static void child_end(struct child *child)
{
	int status;

	close(child->go);
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	assert_int_equal(status, 0);
}

/* Opens, counts the rows of t, closes. -1 with the error of whichever step failed. */
static int64_t count_rows(const char *path, const struct store_watch *watch, struct err *err)
{
	struct statement *statement;
	struct store *store;
	int64_t n = -1;

	if (store_open(&store, path, watch, err))
		return -1;
	if (!store_prepare(store, "SELECT count(*), sum(length(v)) FROM t", &statement, err)) {
		if (statement_step(statement, err) > 0)
			n = statement_int(statement, 0, -1);
		statement_free(statement);
	}
	if (n < 0) {
		struct err ignored;

		store_close(store, &ignored);
		return -1;
	}
	return store_close(store, err) ? -1 : n;
}

static const struct store_watch hasty = {.patience = 30}, at_once = {.patience = 1};

static void rollback_store_is_read(void **state)
{
	struct place place;
	struct buf before;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, NULL, &err), 5000);
	assert_untouched(&place, &before);
	place_release(&place);
}

static void closed_wal_store_is_read_without_side_files(void **state)
{
	struct place place;
	struct buf before;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, "PRAGMA journal_mode=WAL;" TABLE FILL);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, NULL, &err), 5000);
	assert_untouched(&place, &before);
	place_release(&place);
}

static void live_wal_store_is_read_through_its_log(void **state)
{
	static const char *const sql[] = {"PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;",
					  TABLE FILL, NULL};
	struct place place;
	struct child child;
	struct buf before;
	struct err err;
	(void)state;

	place_init(&place);
	child = child_start(&place, sql);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, NULL, &err), 5000);
	assert_untouched(&place, &before);
	child_end(&child);
	place_release(&place);
}

/* A writer that closes after our read tidies up as if we had never been there. */
static void writers_clean_up_as_without_us(void **state)
{
	static const char *const sql[] = {"PRAGMA journal_mode=WAL;", TABLE FILL, NULL};
	struct place place;
	struct child child;
	char wal[128], shm[128];
	struct err err;
	(void)state;

	place_init(&place);
	snprintf(wal, sizeof wal, "%s-wal", place.db);
	snprintf(shm, sizeof shm, "%s-shm", place.db);
	child = child_start(&place, sql);
	assert_int_equal(access(wal, F_OK), 0);
	assert_int_equal(count_rows(place.db, NULL, &err), 5000);
	child_close(&child);
	child_end(&child);
	assert_int_equal(access(wal, F_OK), -1);
	assert_int_equal(access(shm, F_OK), -1);
	place_release(&place);
}

/* The writer was killed: both side files lie there, nobody holds them. */
static void crashed_wal_store_is_read_through_its_log(void **state)
{
	static const char *const sql[] = {"PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;",
					  TABLE FILL, NULL};
	struct place place;
	struct child child;
	struct buf before;
	struct err err;
	(void)state;

	place_init(&place);
	child = child_start(&place, sql);
	child_end(&child);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, NULL, &err), 5000);
	assert_untouched(&place, &before);
	place_release(&place);
}

static void log_without_index_is_refused_in_words(void **state)
{
	static const char *const sql[] = {"PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;",
					  TABLE FILL, NULL};
	struct place place;
	struct child child;
	struct buf before;
	char shm[128];
	struct err err;
	(void)state;

	place_init(&place);
	child = child_start(&place, sql);
	child_end(&child);
	snprintf(shm, sizeof shm, "%s-shm", place.db);
	assert_int_equal(unlink(shm), 0);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, &hasty, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	assert_true(err.retryable);
	assert_non_null(strstr(err.message, "write-ahead log"));
	assert_untouched(&place, &before);
	place_release(&place);
}

static void hot_journal_is_refused_in_words(void **state)
{
	static const char *const sql[] = {
		"PRAGMA cache_size=2; BEGIN; UPDATE t SET v = v || ' changed';", NULL};
	struct place place;
	struct child child;
	struct buf before;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	child = child_start(&place, sql);
	child_end(&child);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, &hasty, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "hot journal"));
	assert_untouched(&place, &before);
	make(&place, "SELECT 1 FROM t"); /* the writer's program mends it */
	assert_int_equal(count_rows(place.db, NULL, &err), 5000);
	place_release(&place);
}

/* A switch to WAL that died half way: the header may say 2 while the journal says "roll back". */
static void hot_journal_beats_the_wal_header(void **state)
{
	struct place place;
	struct buf before;
	char journal[128];
	struct err err;
	FILE *file;
	(void)state;

	place_init(&place);
	make(&place, "PRAGMA journal_mode=WAL;" TABLE FILL);
	snprintf(journal, sizeof journal, "%s-journal", place.db);
	file = fopen(journal, "w");
	fputs("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", file);
	fclose(file);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, &hasty, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	assert_untouched(&place, &before);
	place_release(&place);
}

static void live_rollback_writer_is_waited_for(void **state)
{
	static const char *const exclusive[] = {"BEGIN EXCLUSIVE; INSERT INTO t VALUES (0, 'x')",
		NULL};
	static const char *const reserved[] = {"BEGIN IMMEDIATE; INSERT INTO t VALUES (0, 'x')",
		NULL};
	struct place place;
	struct child child;
	struct buf before;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	child = child_start(&place, exclusive);
	print_place(&before, &place);
	assert_int_equal(count_rows(place.db, &hasty, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	assert_true(err.retryable);
	assert_untouched(&place, &before);
	child_end(&child);
	make(&place, "SELECT 1 FROM t");
	child = child_start(&place, reserved);
	assert_int_equal(count_rows(place.db, &hasty, &err), 5000);
	child_end(&child);
	place_release(&place);
}

static void read_only_folder_is_read(void **state)
{
	struct place place;
	struct buf before;
	struct err err;
	(void)state;

	for (int wal = 0; wal < 2; wal++) {
		place_init(&place);
		make(&place, wal ? "PRAGMA journal_mode=WAL;" TABLE FILL : TABLE FILL);
		chmod(place.db, 0400);
		chmod(place.dir, 0500);
		print_place(&before, &place);
		assert_int_equal(count_rows(place.db, NULL, &err), 5000);
		assert_untouched(&place, &before);
		place_release(&place);
	}
}

static void links_and_odd_names_are_followed(void **state)
{
	static const char *const names[] = {"a?b#c%20d.db", "\xff\x01.db", "mode=rw&x.db",
		"link.db"};
	struct place place, odd;
	struct err err;
	(void)state;

	place_init(&place);
	for (size_t i = 0; i < 4; i++) {
		odd = place;
		snprintf(odd.db, sizeof odd.db, "%s/%s", place.dir, names[i]);
		if (i < 3)
			make(&odd, "PRAGMA journal_mode=WAL;" TABLE FILL);
		else
			assert_int_equal(symlink("mode=rw&x.db", odd.db), 0);
		assert_int_equal(count_rows(odd.db, NULL, &err), 5000);
	}
	place_release(&place);
}

static void write_bytes(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static void what_is_no_store_is_said(void **state)
{
	struct place place;
	struct err err;
	(void)state;

	place_init(&place);
	assert_int_equal(count_rows(place.db, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(count_rows(place.dir, NULL, &err), -1);
	assert_int_equal(err.code, ERR_FORMAT);
	write_bytes(place.db, "", 0);
	assert_int_equal(count_rows(place.db, NULL, &err), -1);
	assert_string_equal(err.message, "the file is empty");
	write_bytes(place.db, "time,value\n1,2\n", 15);
	assert_int_equal(count_rows(place.db, NULL, &err), -1);
	assert_string_equal(err.message, "it is not an SQLite database");
	unlink(place.db);
	assert_int_equal(mkfifo(place.db, 0600), 0);
	assert_int_equal(count_rows(place.db, NULL, &err), -1);
	assert_string_equal(err.message, "it is not a regular file");
	place_release(&place);
}

static size_t load(const char *path, unsigned char **bytes)
{
	struct stat st;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0 && !fstat(fd, &st));
	*bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, *bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	return (size_t)st.st_size;
}

/* Either the right number of rows or one clear sentence; a shortened file never gives fewer. */
static void truncated_stores_fail_in_words(void **state)
{
	struct place place;
	unsigned char *bytes;
	struct err err;
	size_t size;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	size = load(place.db, &bytes);
	for (size_t cut = 0; cut < size; cut += cut < 200 ? 1 : 997) {
		int64_t n;

		write_bytes(place.db, bytes, cut);
		n = count_rows(place.db, &at_once, &err);
		assert_int_equal(n, -1);
		assert_true(err.code == ERR_FORMAT || err.code == ERR_CORRUPT ||
			    err.code == ERR_IO);
		assert_true(err.message[0]);
	}
	free(bytes);
	place_release(&place);
}

static void flipped_bits_never_crash(void **state)
{
	struct place place;
	unsigned char *bytes;
	struct buf before;
	struct err err;
	uint32_t seed = 1;
	size_t size;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL "CREATE INDEX i ON t (v);");
	size = load(place.db, &bytes);
	for (int round = 0; round < 400; round++) {
		size_t at = (seed = seed * 1664525 + 1013904223) % (round % 2 ? size : 4096);
		unsigned char old = bytes[at];

		bytes[at] ^= (unsigned char)(1 << (seed >> 29));
		write_bytes(place.db, bytes, size);
		print_place(&before, &place);
		count_rows(place.db, &at_once, &err);
		assert_untouched(&place, &before);
		bytes[at] = old;
	}
	free(bytes);
	place_release(&place);
}

static enum err_code stop_at_third(void *context)
{
	int *asked = context;

	return ++*asked > 3 ? ERR_CANCELLED : ERR_NONE;
}

#define ENDLESS                                                                                    \
	"CREATE VIEW t AS WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n) " \
	"SELECT k, 'x' AS v FROM n;"

static void evil_views_are_closed_or_stopped(void **state)
{
	int asked = 0;
	struct store_watch watch = {.ask = stop_at_third, .context = &asked, .views = true};
	struct place place;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, ENDLESS);
	assert_int_equal(count_rows(place.db, NULL, &err), -1);
	assert_int_equal(err.code, ERR_FORMAT);
	assert_int_equal(count_rows(place.db, &watch, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	place_release(&place);
}

/*
 * A table's text may be anything that SQLite can parse, also two blanks where its own writer puts
 * one; and a module reads whatever stands in its shadow tables.
 */
static void modules_are_not_there(void **state)
{
	struct store_watch watch = {.views = true};
	struct statement *statement;
	struct schema schema;
	struct store *store;
	struct place place;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE "INSERT INTO t VALUES (1, '[7]');"
			   "CREATE VIEW words AS SELECT * FROM f; CREATE VIEW parts AS SELECT j.value "
			   "FROM t, json_each(t.v) j; PRAGMA writable_schema=1; INSERT INTO "
			   "sqlite_master VALUES ('table', 'f', 'f', 0, "
			   "'CREATE  VIRTUAL TABLE f USING rtree(id, a, b)');");
	assert_int_equal(store_open(&store, place.db, &watch, &err), 0);
	assert_int_equal(store_prepare(store, "SELECT * FROM words", &statement, &err), -1);
	assert_non_null(strstr(err.message, "no such module"));
	assert_int_equal(schema_read(&schema, store, &err), -1);
	assert_int_equal(store_prepare(store, "SELECT * FROM parts", &statement, &err), 0);
	assert_int_equal(statement_step(statement, &err), 1);
	assert_int_equal(statement_int(statement, 0, 0), 7);
	statement_free(statement);
	assert_int_equal(store_close(store, &err), 0);
	place_release(&place);
}

static void only_reading_is_allowed(void **state)
{
	static const char *const forbidden[] = {
		"DELETE FROM t",
		"CREATE TABLE u (x)",
		"CREATE TEMP TABLE u (x)",
		"PRAGMA journal_mode=DELETE",
		"PRAGMA wal_checkpoint",
		"PRAGMA query_only=0",
		"ATTACH ':memory:' AS m",
		"VACUUM INTO '/tmp/stolen.db'",
		"SELECT load_extension('x')",
	};
	struct statement *statement;
	struct store *store;
	struct place place;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
	TABLE_EACH(sql, forbidden) {
		if (store_prepare(store, *sql, &statement, &err))
			continue;
		assert_int_equal(statement_step(statement, &err), -1);
		statement_free(statement);
	}
	assert_int_equal(store_close(store, &err), 0);
	place_release(&place);
}

static void huge_values_are_capped(void **state)
{
	struct statement *statement;
	struct store *store;
	struct place place;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE "INSERT INTO t VALUES (1, 'small'), (2, zeroblob(9000000)), (3, NULL),"
			   "(4, 'a' || char(0) || 'b');");
	assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
	assert_int_equal(store_prepare(store, "SELECT v FROM t WHERE k = ?1", &statement, &err), 0);
	statement_bind_int(statement, 1, 2);
	assert_int_equal(statement_step(statement, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	statement_reset(statement);
	statement_bind_int(statement, 1, 3);
	assert_int_equal(statement_step(statement, &err), 1);
	assert_null(statement_text(statement, 0).s);
	statement_reset(statement);
	statement_bind_int(statement, 1, 4);
	assert_int_equal(statement_step(statement, &err), 1);
	assert_int_equal(statement_text(statement, 0).n, 3);
	assert_int_equal(store_close(store, &err), 0);
	free(statement);
	place_release(&place);
}

static void immutable_reads_notice_a_writer(void **state)
{
	struct statement *statement;
	struct store *store;
	struct place place;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, "PRAGMA journal_mode=WAL;" TABLE FILL);
	assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
	assert_int_equal(store_mode(store), STORE_STILL);
	assert_int_equal(store_prepare(store, "SELECT count(*) FROM t", &statement, &err), 0);
	assert_int_equal(statement_step(statement, &err), 1);
	statement_free(statement);
	make(&place, "UPDATE t SET v = 'new' WHERE k = 1");
	assert_int_equal(store_close(store, &err), -1);
	assert_int_equal(err.code, ERR_CHANGED);
	assert_true(err.retryable);
	place_release(&place);
}

struct walk {
	int64_t last, rows, sum;
};

static void walk_seek(void *context, struct statement *statement)
{
	struct walk *walk = context;

	statement_bind_int(statement, 1, walk->last);
}

static int walk_row(void *context, struct statement *statement, struct err *err)
{
	struct walk *walk = context;
	(void)err;

	walk->last = statement_int(statement, 0, -1);
	walk->rows++;
	walk->sum += walk->last;
	return 0;
}

#define WALK "SELECT k FROM t WHERE k > ?1 ORDER BY k LIMIT ?2"

static void sweeps_read_every_row_once(void **state)
{
	struct walk walk = {.last = -1};
	struct sweep sweep = {2, walk_seek, walk_row, &walk};
	struct statement *statement;
	struct store *store;
	struct place place;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
	assert_int_equal(store_prepare(store, WALK, &statement, &err), 0);
	assert_int_equal(store_sweep(statement, &sweep, &err), 0);
	assert_int_equal(walk.rows, 5000);
	assert_int_equal(walk.sum, 12502500);
	assert_false(store_changed(store));
	statement_free(statement);
	assert_int_equal(store_close(store, &err), 0);
	place_release(&place);
}

static int one_slice(struct slice *slice, struct statement *statement, struct walk *walk)
{
	struct err err;
	int rows = 0;

	assert_int_equal(slice_begin(slice, &err), 0);
	walk_seek(walk, statement);
	statement_bind_int(statement, 2, slice->rows);
	while (statement_step(statement, &err) > 0) {
		walk_row(walk, statement, &err);
		rows++;
	}
	statement_reset(statement);
	return slice_end(slice, rows, &err);
}

/* The writer does not wait at all between two slices, and we say that the store changed. */
static void slices_leave_room_for_writers(void **state)
{
	struct walk walk = {.last = -1};
	struct statement *statement;
	struct slice slice;
	struct store *store;
	struct place place;
	struct err err;
	sqlite3 *db;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	db = writer(&place, "SELECT 1");
	sqlite3_busy_timeout(db, 0);
	assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
	assert_int_equal(store_prepare(store, WALK, &statement, &err), 0);
	slice_init(&slice, store);
	assert_int_equal(one_slice(&slice, statement, &walk), 1);
	assert_int_equal(walk.rows, SLICE_ROWS);
	run_sql(db, "INSERT INTO t VALUES (100000, 'late')");
	while (one_slice(&slice, statement, &walk) > 0)
		;
	assert_int_equal(walk.rows, 5001);
	assert_true(store_changed(store));
	statement_free(statement);
	assert_int_equal(store_close(store, &err), 0);
	sqlite3_close(db);
	place_release(&place);
}

enum trouble { TROUBLE_REPLACED, TROUBLE_DELETED, TROUBLE_CUT, TROUBLES };

/* Replaced or deleted: the file that was opened is read to its end. Cut short: one sentence. */
static void stores_may_move_under_a_read(void **state)
{
	struct statement *statement;
	struct store *store;
	struct place place;
	char other[128];
	struct err err;
	int step;
	(void)state;

	for (int trouble = 0; trouble < TROUBLES; trouble++) {
		place_init(&place);
		make(&place, TABLE FILL);
		assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
		assert_int_equal(store_prepare(store, "SELECT count(*), sum(length(v)) FROM t",
			&statement, &err), 0);
		snprintf(other, sizeof other, "%s/other", place.dir);
		if (trouble == TROUBLE_REPLACED) {
			write_bytes(other, "x", 1);
			assert_int_equal(rename(other, place.db), 0);
		} else if (trouble == TROUBLE_DELETED) {
			assert_int_equal(unlink(place.db), 0);
		} else {
			assert_int_equal(truncate(place.db, 8192), 0);
		}
		step = statement_step(statement, &err);
		if (trouble == TROUBLE_CUT) {
			assert_int_equal(step, -1);
			assert_true(err.code == ERR_CORRUPT && err.message[0]);
		} else {
			assert_int_equal(step, 1);
			assert_int_equal(statement_int(statement, 0, 0), 5000);
		}
		statement_free(statement);
		assert_int_equal(store_close(store, &err), 0);
		place_release(&place);
	}
}

static void fingerprints_tell_what_changed(void **state)
{
	static const char *const modes[] = {TABLE FILL, "PRAGMA journal_mode=WAL;" TABLE FILL};
	struct store_print before, after;
	struct place place;
	sqlite3 *db;
	struct err err;
	(void)state;

	TABLE_EACH(sql, modes) {
		place_init(&place);
		make(&place, *sql);
		do
			assert_int_equal(store_fingerprint(&before, place.db, &err), 0);
		while (before.racy);
		assert_int_equal(store_fingerprint(&after, place.db, &err), 0);
		assert_true(store_print_equal(&before, &after));
		db = writer(&place, "UPDATE t SET v = 'other' WHERE k = 1");
		assert_int_equal(store_fingerprint(&after, place.db, &err), 0);
		assert_false(store_print_equal(&before, &after));
		sqlite3_close(db);
		place_release(&place);
	}
}

/* A look must not drop the locks of a connection that the process has open. */
static void looking_keeps_locks(void **state)
{
	static const char *const sql[] = {"PRAGMA busy_timeout=0;", NULL};
	struct statement *statement;
	struct store_print print;
	struct place place;
	struct store *store;
	struct child child;
	char header[16];
	struct err err;
	int status;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	child = child_start(&place, sql);
	child_end(&child);
	assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
	assert_int_equal(store_prepare(store, "SELECT k FROM t", &statement, &err), 0);
	assert_int_equal(statement_step(statement, &err), 1);
	assert_int_equal(store_fingerprint(&print, place.db, &err), 0);
	assert_int_equal(store_sniff(place.db, header, sizeof header, &err), 16);
	if (!fork()) { /* an exclusive lock must be refused while the statement is under way */
		sqlite3 *db;

		sqlite3_open(place.db, &db);
		_exit(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_BUSY ? 0 : 1);
	}
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
	statement_free(statement);
	assert_int_equal(store_close(store, &err), 0);
	place_release(&place);
}

static void *read_often(void *path)
{
	struct err err;

	for (int i = 0; i < 40; i++)
		if (count_rows(path, NULL, &err) != 5000)
			return path;
	return NULL;
}

/* Threads of the program share SQLite's locks on a file: they must not take each other's away. */
static void threads_read_side_by_side(void **state)
{
	pthread_t threads[4];
	struct place place;
	void *failed;
	(void)state;

	for (int wal = 0; wal < 2; wal++) {
		place_init(&place);
		make(&place, wal ? "PRAGMA journal_mode=WAL;" TABLE FILL : TABLE FILL);
		for (int i = 0; i < 4; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, read_often, place.db), 0);
		for (int i = 0; i < 4; i++) {
			assert_int_equal(pthread_join(threads[i], &failed), 0);
			assert_null(failed);
		}
		place_release(&place);
	}
}

static void schemas_are_probed(void **state)
{
	struct store_watch watch = {.views = true};
	struct schema schema;
	struct place place;
	struct store *store;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, "CREATE TABLE spans (a, b AS (a + 1) STORED, PRIMARY KEY (a));"
		     "CREATE INDEX by_b ON spans (b, a);"
		     "CREATE VIEW good AS SELECT a AS x FROM spans;"
		     "CREATE VIEW broken AS SELECT * FROM gone;");
	assert_int_equal(store_open(&store, place.db, &watch, &err), 0);
	assert_int_equal(schema_read(&schema, store, &err), 0);
	assert_true(schema_has_table(&schema, "SPANS"));
	assert_true(schema_has(&schema, "spans", "b"));
	assert_false(schema_has(&schema, "spans", "c"));
	assert_true(schema_has(&schema, "good", "x"));
	assert_str(schema_index(&schema, "spans", "by_b"), "b,a");
	assert_null(schema_index(&schema, "spans", "other").s);
	schema_release(&schema);
	assert_int_equal(store_close(store, &err), 0);
	place_release(&place);
}

static void plans_can_be_read(void **state)
{
	struct place place;
	struct store *store;
	struct buf plan;
	struct err err;
	(void)state;

	place_init(&place);
	make(&place, TABLE FILL);
	buf_init(&plan, 1 << 16);
	assert_int_equal(store_open(&store, place.db, NULL, &err), 0);
	assert_int_equal(store_plan(store, "SELECT v FROM t WHERE k > ?1 ORDER BY k LIMIT ?2",
		&plan, &err), 0);
	assert_non_null(strstr(buf_cstr(&plan), "SEARCH t USING INTEGER PRIMARY KEY (rowid>?)"));
	assert_int_equal(store_close(store, &err), 0);
	buf_release(&plan);
	place_release(&place);
}

static void identifiers_are_quoted(void **state)
{
	struct buf sql;
	(void)state;

	buf_init(&sql, 100);
	assert_true(store_identifier(&sql, STR("my \"table\"")));
	assert_string_equal(buf_cstr(&sql), "\"my \"\"table\"\"\"");
	assert_false(store_identifier(&sql, STR("a\0b")));
	buf_release(&sql);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rollback_store_is_read),
		cmocka_unit_test(closed_wal_store_is_read_without_side_files),
		cmocka_unit_test(live_wal_store_is_read_through_its_log),
		cmocka_unit_test(writers_clean_up_as_without_us),
		cmocka_unit_test(crashed_wal_store_is_read_through_its_log),
		cmocka_unit_test(log_without_index_is_refused_in_words),
		cmocka_unit_test(hot_journal_is_refused_in_words),
		cmocka_unit_test(hot_journal_beats_the_wal_header),
		cmocka_unit_test(live_rollback_writer_is_waited_for),
		cmocka_unit_test(read_only_folder_is_read),
		cmocka_unit_test(links_and_odd_names_are_followed),
		cmocka_unit_test(what_is_no_store_is_said),
		cmocka_unit_test(truncated_stores_fail_in_words),
		cmocka_unit_test(flipped_bits_never_crash),
		cmocka_unit_test(evil_views_are_closed_or_stopped),
		cmocka_unit_test(modules_are_not_there),
		cmocka_unit_test(only_reading_is_allowed),
		cmocka_unit_test(huge_values_are_capped),
		cmocka_unit_test(immutable_reads_notice_a_writer),
		cmocka_unit_test(sweeps_read_every_row_once),
		cmocka_unit_test(slices_leave_room_for_writers),
		cmocka_unit_test(stores_may_move_under_a_read),
		cmocka_unit_test(fingerprints_tell_what_changed),
		cmocka_unit_test(looking_keeps_locks),
		cmocka_unit_test(threads_read_side_by_side),
		cmocka_unit_test(schemas_are_probed),
		cmocka_unit_test(plans_can_be_read),
		cmocka_unit_test(identifiers_are_quoted),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
