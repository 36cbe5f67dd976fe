/*
 * Twin counter: a writer process commits one number to two tables, opening, closing, checkpointing
 * and changing the journal mode at random, while this process reads through core/db. No read may
 * see the two differ, miss a number that was committed before it began, or find a row too few; and
 * the writer must never have been kept waiting for longer than one slice.
 *
 *   twin_counter [READS [SEED]]      default 400 reads in each of three modes; the seed is printed
 *
 * A read that core/db itself withdraws (ERR_CHANGED, ERR_BUSY) is tried again and counted apart.
 */
#include "base/err.h"
#include "db/slice.h"
#include "db/store.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum mode { MODE_ROLLBACK, MODE_WAL, MODE_BOTH, MODES };

static const char *const mode_names[] = {"rollback", "wal", "both by turns"};

/* Seen by both processes. */
struct board {
	_Atomic int64_t started;   /* the number that the writer is about to commit */
	_Atomic int64_t committed; /* the last number that is surely in the file */
	_Atomic int64_t longest;   /* ns that one commit took at most */
	_Atomic bool stop;
};

struct tally {
	int64_t reads, again, still, shared, last;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static uint32_t chance(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* --- the writer ------------------------------------------------------------------------------- */

static void must(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message)) {
		fprintf(stderr, "writer: %s: %s\n", sql, message);
		_exit(1);
	}
}

static sqlite3 *writer_open(const char *path, bool wal)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db))
		_exit(1);
	sqlite3_busy_timeout(db, 20000);
	/* a switch needs the file alone, at once: while we read, the old mode stays */
	sqlite3_exec(db, wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE", NULL, NULL,
		     NULL);
	must(db, "PRAGMA synchronous=OFF");
	return db;
}

static void writer_commit(sqlite3 *db, struct board *board, int64_t n)
{
	char sql[256];
	int64_t start;

	snprintf(sql, sizeof sql,
		 "BEGIN IMMEDIATE; UPDATE a SET n = %lld; INSERT INTO log VALUES (%lld, "
			"hex(randomblob(100)));"
		 "UPDATE b SET n = %lld; COMMIT", (long long)n, (long long)n, (long long)n);
	atomic_store(&board->started, n);
	start = now();
	must(db, sql);
	atomic_store(&board->committed, n);
	start = now() - start;
	if (start > atomic_load(&board->longest))
		atomic_store(&board->longest, start);
}

static void writer_checkpoint(sqlite3 *db, uint32_t which)
{
	static const int kinds[] = {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL,
				    SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE};

	sqlite3_busy_timeout(db, 50);
	sqlite3_wal_checkpoint_v2(db, NULL, kinds[which % 4], NULL, NULL);
	sqlite3_busy_timeout(db, 20000);
}

static void writer_run(const char *path, struct board *board, enum mode mode, uint64_t seed)
{
	int64_t n = 0;

	while (!atomic_load(&board->stop)) {
		bool wal = mode == MODE_WAL || (mode == MODE_BOTH && chance(&seed) % 2);
		sqlite3 *db = writer_open(path, wal);
		uint32_t commits = chance(&seed) % 12;

		for (uint32_t i = 0; i < commits && !atomic_load(&board->stop); i++) {
			writer_commit(db, board, ++n);
			if (chance(&seed) % 4 == 0)
				writer_checkpoint(db, chance(&seed));
			if (chance(&seed) % 3 == 0)
				usleep(chance(&seed) % 500);
		}
		if (chance(&seed) % 2 == 0)
			usleep(chance(&seed) % 1000);
		sqlite3_close(db);
		if (chance(&seed) % 3 == 0)
			usleep(chance(&seed) % 3000);
	}
	_exit(0);
}

/* --- the reader ------------------------------------------------------------------------------- */

static int read_number(struct store *store, const char *sql, int64_t *n, struct err *err)
{
	struct statement *statement;
	int got;

	if (store_prepare(store, sql, &statement, err))
		return -1;
	got = statement_step(statement, err);
	*n = got > 0 ? statement_int(statement, 0, -1) : -1;
	statement_free(statement);
	return got < 0 ? -1 : 0;
}

static int read_twins(struct store *store, int64_t twins[3], struct err *err)
{
	struct slice slice;

	slice_init(&slice, store);
	if (slice_begin(&slice, err))
		return -1;
	if (read_number(store, "SELECT n FROM a", &twins[0], err) ||
	    read_number(store, "SELECT count(*) FROM log WHERE n > 0", &twins[1], err) ||
	    read_number(store, "SELECT n FROM b", &twins[2], err)) {
		slice_abort(&slice);
		return -1;
	}
	return slice_end(&slice, 1, err) < 0 ? -1 : 0;
}

static int read_once(const char *path, int64_t twins[3], struct tally *tally, struct err *err)
{
	struct store_watch watch = {.patience = 10000};
	struct err ignored;
	struct store *store;

	if (store_open(&store, path, &watch, err))
		return -1;
	*(store_mode(store) == STORE_STILL ? &tally->still : &tally->shared) += 1;
	if (read_twins(store, twins, err)) {
		store_close(store, &ignored);
		return -1;
	}
	return store_close(store, err);
}

static int judge(const int64_t twins[3], int64_t before, int64_t after, struct tally *tally)
{
	if (twins[0] == twins[2] && twins[0] == twins[1] && twins[0] >= before &&
	    twins[0] <= after && twins[0] >= tally->last) {
		tally->last = twins[0];
		return 0;
	}
	fprintf(stderr, "a %lld, rows %lld, b %lld; committed before %lld, begun after %lld, last "
		"%lld\n",
		(long long)twins[0], (long long)twins[1], (long long)twins[2], (long long)before,
		(long long)after, (long long)tally->last);
	return -1;
}

static int reader_run(const char *path, struct board *board, int64_t reads, struct tally *tally)
{
	int64_t twins[3];
	struct err err;

	while (tally->reads < reads) {
		int64_t before = atomic_load(&board->committed);

		if (!read_once(path, twins, tally, &err)) {
			tally->reads++;
			if (judge(twins, before, atomic_load(&board->started), tally))
				return -1;
		} else if (err.code == ERR_CHANGED || err.code == ERR_BUSY) {
			tally->again++;
		} else {
			fprintf(stderr, "reader: %s (%s, %d)\n", err.message, err_name(err.code),
				err.native);
			return -1;
		}
	}
	return 0;
}

static int run_mode(enum mode mode, int64_t reads, uint64_t seed)
{
	struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char dir[] = "/tmp/lee-twin-XXXXXX", path[64], command[96];
	struct tally tally = {0};
	int status = 1, failed;
	sqlite3 *db;
	pid_t pid;

	if (board == MAP_FAILED || !mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/twin.db", dir);
	db = writer_open(path, mode == MODE_WAL);
	must(db, "CREATE TABLE a (n); CREATE TABLE b (n); CREATE TABLE log (n INTEGER PRIMARY "
		"KEY, pad);"
		 "INSERT INTO a VALUES (0); INSERT INTO b VALUES (0)");
	sqlite3_close(db);
	pid = fork();
	if (!pid)
		writer_run(path, board, mode, seed);
	failed = reader_run(path, board, reads, &tally);
	atomic_store(&board->stop, true);
	waitpid(pid, &status, 0);
	printf("%-14s %lld reads (%lld opened still, %lld shared, %lld taken back), %lld commits, "
	       "longest commit %.1f ms\n", mode_names[mode], (long long)tally.reads,
	       (long long)tally.still, (long long)tally.shared, (long long)tally.again,
	       (long long)board->committed, (double)board->longest / 1e6);
	snprintf(command, sizeof command, "rm -r %s", dir);
	if (!failed && !status && system(command))
		failed = -1;
	munmap(board, sizeof *board);
	return failed || status;
}

int main(int argc, char **argv)
{
	int64_t reads = argc > 1 ? atoll(argv[1]) : 400;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)now();
	int failed = 0;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int mode = 0; mode < MODES && !failed; mode++)
		failed = run_mode(mode, reads, seed + (uint64_t)mode);
	return failed ? 1 : 0;
}
