/* Reads cut into short transactions; see slice.h. */
#include "db/slice.h"

#include "db/store_in.h"

enum { BARREN_MAX = 5 };

static const int64_t millisecond = 1000000;

/*
 * How long this transaction may last, in ns; 0: nobody waits for it. In WAL mode, where a reader
 * stops no writer, a slice in which not one row came in time is given twice as long the next time.
 */
static int64_t slice_span(const struct slice *slice)
{
	const struct store *store = slice->store;
	int64_t span = SLICE_END * millisecond;

	if (store->mode == STORE_STILL)
		return 0;
	return store->look.wal_mode ? span << slice->barren : span;
}

void slice_init(struct slice *slice, struct store *store)
{
	*slice = (struct slice){.store = store, .rows = SLICE_ROWS};
}

static void rollback(struct store *store)
{
	sqlite3_reset(store->version);
	if (!sqlite3_get_autocommit(store->db)) {
		sqlite3_step(store->commit);
		sqlite3_reset(store->commit);
	}
}

/* BEGIN alone takes no lock; asking for the data version does, and says whether anyone wrote. */
static int begin_once(struct store *store)
{
	int64_t version;
	int code;

	sqlite3_step(store->begin);
	code = sqlite3_reset(store->begin);
	if (code)
		return code;
	if (sqlite3_step(store->version) != SQLITE_ROW)
		return sqlite3_reset(store->version);
	version = sqlite3_column_int64(store->version, 0);
	sqlite3_reset(store->version);
	if (store->data_version >= 0 && store->data_version != version)
		store->changed = true;
	store->data_version = version;
	return SQLITE_OK;
}

int slice_begin(struct slice *slice, struct err *err)
{
	struct store *store = slice->store;
	int64_t span = slice_span(slice);
	int code;

	while ((code = begin_once(store))) {
		rollback(store);
		if (!store_wait(store, code))
			return store_error(store, code, err);
	}
	store_calm(store);
	slice->started = store_clock();
	store->slice_over = false;
	store->slice_until = span ? slice->started + span : 0;
	return 0;
}

void slice_abort(struct slice *slice)
{
	slice->store->slice_until = 0;
	rollback(slice->store);
}

bool slice_over(const struct slice *slice)
{
	return slice->store->slice_over;
}

int slice_end(struct slice *slice, int rows, struct err *err)
{
	struct store *store = slice->store;
	int64_t took = store_clock() - slice->started;
	bool full = rows >= slice->rows;
	bool over = store->slice_over;

	slice_abort(slice);
	store->slice_over = false;
	slice->barren = over && !rows ? slice->barren + 1 : 0;
	if (slice->barren == BARREN_MAX) {
		err_set(err, ERR_TIMEOUT, "a single step of the read takes longer than %d ms",
			(int)(slice_span(slice) / millisecond));
		return err_hint(err, "the disk is slow, or a view computes for long; longer reads "
				     "would hold up the writer");
	}
	if (over)
		slice->rows = rows / 2 > 64 ? rows / 2 : 64;
	else if (full && took < SLICE_CALM * millisecond && slice->rows < SLICE_ROWS_MAX)
		slice->rows *= 2;
	return over || full;
}

static int sweep_slice(struct statement *statement, const struct sweep *sweep, struct slice *slice,
		       struct err *err)
{
	int rows = 0;
	int more;

	if (slice_begin(slice, err))
		return -1;
	sweep->seek(sweep->context, statement);
	statement_bind_int(statement, sweep->limit, slice->rows);
	while ((more = statement_step(statement, err)) > 0) {
		rows++;
		more = sweep->row(sweep->context, statement, err);
		if (more)
			break;
	}
	statement_reset(statement);
	if (more) {
		slice_abort(slice);
		return -1;
	}
	return slice_end(slice, rows, err);
}

int store_sweep(struct statement *statement, const struct sweep *sweep, struct err *err)
{
	struct slice slice;
	int more;

	slice_init(&slice, statement->store);
	do
		more = sweep_slice(statement, sweep, &slice, err);
	while (more > 0);
	return more;
}
