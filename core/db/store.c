/*
 * Opening, closing, waiting and what goes wrong; see store.h.
 *
 * The order at opening: look from outside, choose the mode, connect, harden, touch. Every step may
 * find that the writer has moved on meanwhile; then the look is taken anew, for as long as the
 * watch has patience. What SQLite's own locks do not guard (mode STORE_STILL) is compared again at
 * closing.
 */
#include "db/store_in.h"

#include "base/clock.h"
#include "base/mem.h"
#include "db/vfs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	WATCH_OPS = 1000,    /* virtual machine steps between two questions to the watch */
	REFUSE_AFTER = 300,  /* ms that a state which a closing writer passes through may last */
};

int64_t store_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool watch_stops(struct store *store)
{
	if (store->stopped == ERR_NONE && store->watch.ask)
		store->stopped = store->watch.ask(store->watch.context);
	return store->stopped != ERR_NONE;
}

static int on_progress(void *context)
{
	struct store *store = context;

	if (store->slice_until && store_clock() > store->slice_until)
		store->slice_over = true;
	return store->slice_over || watch_stops(store);
}

/* --- waiting ---------------------------------------------------------------------------------- */

/* How long a fault of this kind is waited for, in ms; 0: it does not go away. */
static int64_t patience_for(const struct store *store, int code)
{
	int64_t patience = store->watch.patience ? store->watch.patience : STORE_PATIENCE;
	int64_t passing = patience < REFUSE_AFTER ? patience : REFUSE_AFTER;

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return patience;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY: /* a hot journal, an index being rebuilt: or so it looks */
		return passing;
	case SQLITE_IOERR:
		return code == SQLITE_IOERR_SHORT_READ ? passing : 0;
	default:
		return 0;
	}
}

static bool wait_for(struct store *store, int64_t patience)
{
	int64_t now = clock_monotonic();
	int64_t waited;
	struct timespec nap = {0, 1000000};

	if (!store->wait_until)
		store->wait_until = now + patience;
	if (now >= store->wait_until || watch_stops(store))
		return false;
	waited = patience - (store->wait_until - now);
	if (waited > 20)
		nap.tv_nsec *= waited > 200 ? 10 : 4;
	nanosleep(&nap, NULL);
	return true;
}

bool store_wait(struct store *store, int code)
{
	int64_t patience = patience_for(store, code);

	return patience && wait_for(store, patience);
}

void store_calm(struct store *store)
{
	store->wait_until = 0;
}

/* --- errors ----------------------------------------------------------------------------------- */

static int error_stopped(struct store *store, struct err *err)
{
	if (store->stopped == ERR_CANCELLED)
		return err_set(err, ERR_CANCELLED, "the read was cancelled");
	return err_set(err, store->stopped, "the read took too long");
}

static int error_read_only(int code, struct err *err)
{
	if (code == SQLITE_READONLY_ROLLBACK) {
		err_set(err, ERR_UNSUPPORTED,
			"a writer stopped in the middle of a write and left a hot journal");
		err_hint(err, "let the program that writes it open it once; leeboard never repairs "
			      "a store");
	} else {
		err_set(err, ERR_UNSUPPORTED,
			"it has a write-ahead log without its index (a crash, or a bare copy)");
		err_hint(err, "let the program that writes it open it once; reading it here would "
			      "write beside it");
	}
	err->retryable = true;
	return -1;
}

static int error_input(struct store *store, int code, struct err *err)
{
	int number = sqlite3_system_errno(store->db);

	if (number == EIO || code == SQLITE_IOERR_READ)
		return err_set(err, ERR_IO, "the disk could not be read (%s)",
			       number ? strerror(number) : "I/O error");
	if (code == SQLITE_IOERR_SHORT_READ) {
		err_set(err, ERR_CORRUPT, "the file is shorter than it says");
		return err_hint(err, "it was cut off, or is still being copied");
	}
	return err_set(err, ERR_IO, "reading failed (%s)", sqlite3_errstr(code));
}

static int error_words(struct store *store, int code, struct err *err)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		err_set(err, ERR_BUSY, "another program has it locked");
		return err_hint(err, "a writer is at work; it is tried again");
	case SQLITE_READONLY:
		return error_read_only(code, err);
	case SQLITE_CORRUPT:
		err_set(err, ERR_CORRUPT, "the database is damaged (%s)",
			sqlite3_errmsg(store->db));
		return err_hint(err, "`sqlite3 FILE 'PRAGMA integrity_check'` says where");
	case SQLITE_NOTADB:
		err_set(err, ERR_FORMAT, "it is not an SQLite database, or an encrypted one");
		return err_hint(err, "is it the right file?");
	case SQLITE_CANTOPEN:
		err_set(err, ERR_CHANGED, "it cannot be opened, or was moved away just now");
		return -1;
	case SQLITE_IOERR:
		return error_input(store, code, err);
	case SQLITE_NOMEM:
		return err_set(err, ERR_TOO_BIG, "reading it takes more than %d MB of memory",
			       VFS_HEAP_LIMIT >> 20);
	case SQLITE_TOOBIG:
		return err_set(err, ERR_TOO_BIG, "a value in it is larger than %d MB",
			       STORE_VALUE_MAX >> 20);
	case SQLITE_AUTH:
		return err_set(err, ERR_UNSUPPORTED, "the schema asks for what is not allowed (%s)",
			       sqlite3_errmsg(store->db));
	default:
		return err_set(err, ERR_FORMAT, "the schema is not as expected (%s)",
			       sqlite3_errmsg(store->db));
	}
}

/* Whatever a read of a file that moved under us ran into is the move's fault. */
static bool still_disturbed(const struct store *store)
{
	struct store_look now;
	struct err ignored;

	if (store_look(&now, store->path, &ignored))
		return true;
	return memcmp(&now.print.db, &store->look.print.db, sizeof now.print.db) ||
	       now.wal_filled || now.journal;
}

int store_error(struct store *store, int code, struct err *err)
{
	if (store->stopped != ERR_NONE)
		return error_stopped(store, err);
	if (store->mode == STORE_STILL && store->joined && still_disturbed(store))
		return err_set(err, ERR_CHANGED, "it was written while it was read");
	error_words(store, code, err);
	err->native = code;
	return -1;
}

/* --- opening ---------------------------------------------------------------------------------- */

/* Only reading, only functions that compute. */
static int on_authorize(void *context, int action, const char *one, const char *two,
			const char *schema, const char *inner)
{
	static const char *const pragmas[] = {"data_version", "table_info", "table_xinfo",
					      "index_list", "index_info"};
	static const char *const banned[] = {"load_extension", "fts3_tokenizer", "readfile",
					     "writefile", "edit"};
	(void)context, (void)schema, (void)inner;

	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
	case SQLITE_TRANSACTION:
		return SQLITE_OK;
	case SQLITE_UPDATE: /* so SQLite declares its own pragma tables; nobody may really do it */
		return one && !strcmp(one, "sqlite_master") ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_PRAGMA:
		for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++)
			if (one && !strcmp(one, pragmas[i]))
				return SQLITE_OK;
		return SQLITE_DENY;
	case SQLITE_FUNCTION:
		for (size_t i = 0; i < sizeof banned / sizeof *banned; i++)
			if (two && !sqlite3_stricmp(two, banned[i]))
				return SQLITE_DENY;
		return SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

static void harden(struct store *store)
{
	static const struct {
		int what, value;
	} switches[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
	};
	/* an index of words or places that a stranger made is no table to read: only pure functions */
	static const char *modules[] = {"json_each", "json_tree", NULL};
	static const struct {
		int what, value;
	} limits[] = {
		{SQLITE_LIMIT_LENGTH, STORE_VALUE_MAX},
		{SQLITE_LIMIT_SQL_LENGTH, 256 << 10},
		{SQLITE_LIMIT_EXPR_DEPTH, 200},
		{SQLITE_LIMIT_COMPOUND_SELECT, 50},
		{SQLITE_LIMIT_VDBE_OP, 250000},
		{SQLITE_LIMIT_ATTACHED, 0},
		{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
		{SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{SQLITE_LIMIT_WORKER_THREADS, 0},
	};

	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
		sqlite3_db_config(store->db, switches[i].what, switches[i].value, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, (int)store->watch.views, NULL);
	sqlite3_drop_modules(store->db, modules);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		sqlite3_limit(store->db, limits[i].what, limits[i].value);
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_progress_handler(store->db, WATCH_OPS, on_progress, store);
	sqlite3_set_authorizer(store->db, on_authorize, store);
}

/* file:///a/b.db?… with everything escaped that could mean something in a URI */
static char *uri_of(const char *path, enum store_mode mode)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789/._-";
	struct buf uri;
	char *text;

	buf_init(&uri, 1 << 16);
	buf_adds(&uri, "file://");
	for (const char *p = path; *p; p++) {
		if (strchr(plain, *p))
			buf_addc(&uri, *p);
		else
			buf_addf(&uri, "%%%02X", (unsigned char)*p);
	}
	buf_adds(&uri, mode == STORE_STILL ? "?mode=ro&immutable=1" : "?mode=ro&readonly_shm=1");
	text = mem_copy(uri.s, uri.n);
	buf_release(&uri);
	return text;
}

/* Statements of our own, and the schema read once: here a lock, a crash or damage shows. */
static int touch(struct store *store)
{
	sqlite3_stmt *probe = NULL;
	int code = sqlite3_exec(store->db,
				"PRAGMA query_only=1; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
				"PRAGMA cell_size_check=1", NULL, NULL, NULL);

	if (code)
		return code;
	harden(store);
	code = sqlite3_prepare_v2(store->db, "SELECT 1 FROM sqlite_master LIMIT 1", -1, &probe,
				  NULL);
	if (!code)
		sqlite3_step(probe);
	if (!code)
		code = sqlite3_reset(probe);
	sqlite3_finalize(probe);
	if (!code)
		code = sqlite3_prepare_v2(store->db, "BEGIN", -1, &store->begin, NULL);
	if (!code)
		code = sqlite3_prepare_v2(store->db, "COMMIT", -1, &store->commit, NULL);
	if (!code)
		code = sqlite3_prepare_v2(store->db, "PRAGMA data_version", -1, &store->version,
					  NULL);
	return code;
}

static void disconnect(struct store *store)
{
	sqlite3_stmt *left;

	while (store->db && (left = sqlite3_next_stmt(store->db, NULL)))
		sqlite3_finalize(left);
	sqlite3_close(store->db);
	store->db = NULL;
	store->begin = store->commit = store->version = NULL;
	if (store->joined)
		vfs_leave(&store->look.db);
	store->joined = false;
}

static int connect_store(struct store *store)
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW |
			  SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	char *uri = uri_of(store->path, store->mode);
	struct stat now;
	int code;

	store->joined = true;
	code = sqlite3_open_v2(uri, &store->db, flags, VFS_NAME);
	free(uri);
	if (!code)
		code = touch(store);
	if (!code && (stat(store->path, &now) || now.st_ino != store->look.db.st_ino ||
		      now.st_dev != store->look.db.st_dev))
		code = SQLITE_CANTOPEN; /* replaced between the look and the opening */
	return code;
}

/*
 * What the look says that needs no connection: SQLITE_OK and the mode, or a code for "wait, it may
 * pass". The -shm goes before the -wal when a writer closes, so none of this is final at once.
 */
static int choose_mode(struct store *store)
{
	const struct store_look *look = &store->look;

	store->mode = look->wal_mode && !look->wal_filled ? STORE_STILL : STORE_SHARED;
	if (look->wal_filled && !look->shm)
		return SQLITE_READONLY_CANTINIT;
	if (store->mode == STORE_STILL && look->journal)
		return SQLITE_READONLY_ROLLBACK;
	if (look->too_short && !look->wal_filled)
		return SQLITE_IOERR_SHORT_READ;
	if (store->mode == STORE_STILL && look->print.racy)
		return SQLITE_BUSY;
	return vfs_join(&look->db, store->mode == STORE_STILL) ? SQLITE_OK : SQLITE_BUSY;
}

static int open_until(struct store *store, struct err *err)
{
	int code;

	do {
		disconnect(store);
		if (store_look(&store->look, store->path, err))
			return -1;
		code = choose_mode(store);
		if (!code)
			code = connect_store(store);
	} while (code && store_wait(store, code));
	store_calm(store);
	return code ? store_error(store, code, err) : 0;
}

static void store_free(struct store *store)
{
	disconnect(store);
	free(store->path);
	free(store);
}

int store_open(struct store **out, const char *path, const struct store_watch *watch,
	       struct err *err)
{
	struct store *store;
	char *real;

	*out = NULL;
	if (vfs_register())
		return err_set(err, ERR_UNSUPPORTED, "this SQLite library cannot be used");
	real = realpath(path, NULL);
	if (!real)
		return err_errno(err, errno, "cannot open it");
	store = mem_zero(1, sizeof *store);
	store->path = real;
	store->data_version = -1;
	if (watch)
		store->watch = *watch;
	if (open_until(store, err)) {
		store_free(store);
		return -1;
	}
	*out = store;
	return 0;
}

int store_close(struct store *store, struct err *err)
{
	bool disturbed;

	if (!store)
		return 0;
	disturbed = store->mode == STORE_STILL && still_disturbed(store);
	store_free(store);
	return disturbed ? err_set(err, ERR_CHANGED, "it was written while it was read") : 0;
}

enum store_mode store_mode(const struct store *store)
{
	return store->mode;
}

const char *store_path(const struct store *store)
{
	return store->path;
}

bool store_changed(const struct store *store)
{
	return store->changed;
}

bool store_views(const struct store *store)
{
	return store->watch.views;
}

bool store_utf8(const struct store *store)
{
	return store->look.utf8;
}
