/*
 * The board: entries, the watches that hold them, their views; see engine.h.
 *
 * An entry is one query of one source. It is found again by its query, so that watches share it,
 * and a column by the entry of its table, whatever generation that has. Entries that nobody watches
 * stay while they fit under the cap; those with a sink go at once.
 */
#include "engine/board.h"

enum {
	LOOK_LOADING = 250, /* ms between two looks at a read that the user waits for */
	LOOK_LATE = 1000,
};

static void touch(struct entry *entry)
{
	entry->view.version++;
}

/* ---- finding and making entries ---- */

/* Locked. The entry whose snapshots this table is one of, or NULL. */
static struct entry *owner_of(const struct slot *slot, const struct snapshot *table)
{
	for (struct entry *entry = slot->entries; entry; entry = entry->next)
		if (entry->query->kind == RECORD_RUNS && !entry->dropped &&
		    (entry->view.snapshot == table || entry->last == table || entry->page == table))
			return entry;
	return NULL;
}

static bool same_query(const struct entry *entry, const struct query *query,
		       const struct entry *table_of)
{
	if (query->kind == RECORD_COLUMN && table_of && entry->table_of == table_of)
		return entry->query->kind == RECORD_COLUMN &&
		       column_id_equal(&entry->query->column, &query->column);
	return query_equal(entry->query, query);
}

/* Locked. */
static struct entry *find_entry(const struct slot *slot, const struct query *query,
				const struct entry *table_of)
{
	if (query->sink)
		return NULL;
	for (struct entry *entry = slot->entries; entry; entry = entry->next)
		if (!entry->dropped && same_query(entry, query, table_of))
			return entry;
	return NULL;
}

/* Locked. */
static struct entry *add_entry(struct slot *slot, const struct query *query, struct entry *table_of)
{
	struct entry *entry = mem_zero(1, sizeof *entry);

	entry->slot = slot;
	entry->query = query_copy(query);
	entry->table_of = table_of;
	entry->view.checked = TIME_NONE;
	entry->schedule.due = TIME_NEVER;
	entry->good = clock_monotonic();
	atomic_init(&entry->checked, TIME_NONE);
	entry->next = slot->entries;
	if (entry->next)
		entry->next->prev = entry;
	slot->entries = entry;
	return entry;
}

void entry_unlink(struct entry *entry)
{
	struct slot *slot = entry->slot;

	if (entry->prev)
		entry->prev->next = entry->next;
	else
		slot->entries = entry->next;
	if (entry->next)
		entry->next->prev = entry->prev;
	for (struct entry *other = slot->entries; other; other = other->next)
		if (other->table_of == entry)
			other->table_of = NULL;
}

void entry_end(struct engine *engine, struct entry *entry)
{
	struct query *query = entry->query;

	engine_unref(engine, entry->last);
	engine_unref(engine, entry->page);
	engine_unref(engine, entry->fresh);
	engine_unref(engine, entry->view.snapshot);
	engine_unref(engine, query->table);
	query->table = NULL;
	if (query->drop)
		query->drop(query->sink->ctx);
	query_free(query);
	free(entry);
}

void entry_free(struct entry *entry)
{
	struct engine *engine = entry->slot->engine;

	pthread_mutex_lock(&engine->lock);
	entry_unlink(entry);
	pthread_mutex_unlock(&engine->lock);
	entry_end(engine, entry);
}

/* ---- what nobody watches ---- */

/* Frees it now, or once its read has come back. */
static void drop_entry(struct entry *entry)
{
	struct engine *engine = entry->slot->engine;
	bool busy;

	pthread_mutex_lock(&engine->lock);
	slot_cancel(entry);
	busy = entry->reading || entry->ready;
	entry->dropped = true;
	pthread_mutex_unlock(&engine->lock);
	if (!busy)
		entry_free(entry);
}

static bool is_kept(const struct entry *entry)
{
	return !entry->watches && !entry->dropped;
}

/* The kept entry that was released first; what is kept in all goes into *n and *bytes. */
static struct entry *oldest_kept(const struct engine *engine, size_t *n, size_t *bytes)
{
	struct entry *oldest = NULL;

	*n = *bytes = 0;
	for (size_t i = 0; i < engine->nslots; i++) {
		for (struct entry *entry = engine->slots[i]->entries; entry; entry = entry->next) {
			if (!is_kept(entry))
				continue;
			*n += 1;
			*bytes += entry->view.snapshot ? entry->view.snapshot->bytes : 0;
			if (!oldest || entry->used < oldest->used)
				oldest = entry;
		}
	}
	return oldest;
}

/* Only the main thread adds and removes entries, so it walks the lists without the lock. */
static void evict(struct engine *engine)
{
	struct entry *oldest;
	size_t n, bytes;

	while ((oldest = oldest_kept(engine, &n, &bytes)) &&
	       (n > ENGINE_KEEP || bytes > ENGINE_KEEP_BYTES))
		drop_entry(oldest);
}

/* ---- watches ---- */

/* Locked. The entry polls when one of its watches does, at the shortest interval asked for. */
static void set_schedule(struct entry *entry)
{
	struct schedule *schedule = &entry->schedule;
	bool was = schedule->live;

	schedule->live = false;
	schedule->every = 0;
	entry->watched = entry->watches != NULL;
	for (struct watch *watch = entry->watches; watch; watch = watch->next) {
		if (watch->mode != WATCH_LIVE)
			continue;
		schedule->live = true;
		if (watch->every && (!schedule->every || watch->every < schedule->every))
			schedule->every = watch->every;
	}
	if (!schedule->live)
		schedule->due = TIME_NEVER;
	else if (!was)
		schedule->due = clock_monotonic();
	pthread_cond_signal(&entry->slot->wake);
}

static void set_loading(struct entry *entry, bool loading)
{
	if (loading && !entry->view.loading)
		entry->view.since = clock_monotonic();
	if (loading != entry->view.loading)
		touch(entry);
	entry->view.loading = loading;
}

/* Locked. */
static void want(struct entry *entry, enum want what, bool sweep)
{
	struct err err;

	if (slot_want(entry, what, sweep, &err)) {
		entry->view.err = err;
		touch(entry);
		return;
	}
	if (what == WANT_NOW) {
		set_loading(entry, true);
		entry->slot->engine->next_tick = 0;
	}
}

/* Locked. What a new watch asks of its entry. What others watch is as fresh as it gets. */
static void want_first(struct entry *entry, enum watch_mode mode, bool others)
{
	if (entry->whole && others)
		return;
	if (entry->whole)
		want(entry, mode == WATCH_QUIET ? WANT_QUIET : WANT_POLL, false);
	else if (mode == WATCH_QUIET)
		want(entry, WANT_QUIET, false);
	else if (!entry->reading || entry->wish != WANT_NOW || io_cancelled(&entry->io))
		want(entry, WANT_NOW, false);
}

struct watch *engine_watch(struct engine *engine, size_t source, const struct query *query,
			   enum watch_mode mode, int64_t every)
{
	struct slot *slot = engine->slots[source];
	struct watch *watch = mem_zero(1, sizeof *watch);
	struct entry *table_of = NULL;
	struct entry *entry;

	pthread_mutex_lock(&engine->lock);
	if (query->kind == RECORD_COLUMN)
		table_of = owner_of(slot, query->table);
	entry = find_entry(slot, query, table_of);
	if (!entry)
		entry = add_entry(slot, query, table_of);
	*watch = (struct watch){engine, entry, entry->watches, mode, every};
	entry->watches = watch;
	want_first(entry, mode, watch->next != NULL);
	set_schedule(entry);
	pthread_mutex_unlock(&engine->lock);
	return watch;
}

const struct view *watch_view(const struct watch *watch)
{
	struct view *view = &watch->entry->view;

	view->checked = atomic_load(&watch->entry->checked);
	return view;
}

void watch_set(struct watch *watch, enum watch_mode mode, int64_t every)
{
	pthread_mutex_lock(&watch->engine->lock);
	watch->mode = mode;
	watch->every = every;
	set_schedule(watch->entry);
	pthread_mutex_unlock(&watch->engine->lock);
	watch->engine->next_tick = 0;
}

void watch_refresh(struct watch *watch)
{
	pthread_mutex_lock(&watch->engine->lock);
	want(watch->entry, WANT_NOW, true);
	pthread_mutex_unlock(&watch->engine->lock);
}

void watch_cancel(struct watch *watch)
{
	struct entry *entry = watch->entry;

	if (!entry->view.loading)
		return;
	pthread_mutex_lock(&watch->engine->lock);
	slot_cancel(entry);
	pthread_mutex_unlock(&watch->engine->lock);
	set_loading(entry, false);
	err_set(&entry->view.err, ERR_CANCELLED, "stopped");
}

void watch_release(struct watch *watch)
{
	struct engine *engine;
	struct entry *entry;
	struct watch **at;

	if (!watch)
		return;
	engine = watch->engine;
	entry = watch->entry;
	for (at = &entry->watches; *at != watch; at = &(*at)->next)
		;
	*at = watch->next;
	free(watch);
	pthread_mutex_lock(&engine->lock);
	set_schedule(entry);
	if (!entry->watches)
		slot_cancel(entry);
	pthread_mutex_unlock(&engine->lock);
	if (entry->watches)
		return;
	set_loading(entry, false);
	entry->used = ++engine->releases;
	if (entry->query->sink || !entry->view.snapshot)
		drop_entry(entry);
	else
		evict(engine);
}

/* ---- views ---- */

static void show(struct entry *entry, struct snapshot *snapshot, bool whole)
{
	engine_unref(entry->slot->engine, entry->view.snapshot);
	entry->view.snapshot = snapshot;
	entry->whole = whole;
}

/* Locked. Takes how often a failing read is tried into the view; true if that has changed. */
static bool take_retry(struct entry *entry)
{
	const struct schedule *schedule = &entry->schedule;
	int64_t retry = schedule->live && !entry->slot->engine->paused ? schedule->wait : 0;
	bool other = retry != entry->view.retry;

	entry->view.retry = retry;
	return other;
}

bool entry_collect(struct entry *entry)
{
	struct engine *engine = entry->slot->engine;
	struct snapshot *page, *fresh;
	bool ended, more, dropped;
	struct err err;

	pthread_mutex_lock(&engine->lock);
	page = entry->page;
	fresh = entry->fresh;
	ended = entry->ended;
	err = entry->err;
	dropped = entry->dropped && !entry->reading;
	more = entry->want == WANT_NOW || (entry->reading && entry->wish == WANT_NOW);
	entry->page = entry->fresh = NULL;
	entry->ended = false;
	take_retry(entry);
	pthread_mutex_unlock(&engine->lock);

	if (page && !entry->whole)
		show(entry, page, false);
	else
		engine_unref(engine, page);
	if (fresh)
		show(entry, fresh, true);
	if (ended)
		entry->slot->about.hung = false;
	if (ended && !(more && err.code == ERR_CANCELLED)) {
		entry->view.err = err;
		/* wherever it was when it was told to: watch_cancel() has said the same */
		if (err.code == ERR_CANCELLED)
			err_set(&entry->view.err, ERR_CANCELLED, "stopped");
		entry->view.hung = false;
		set_loading(entry, more);
	}
	touch(entry);
	if (dropped)
		entry_free(entry);
	return !dropped;
}

/* Locked. Takes how far the read is into the view; true if it moved. */
static bool take_progress(struct entry *entry)
{
	int64_t done = entry->reading ? atomic_load(&entry->io.done) : 0;
	int64_t total = entry->reading ? atomic_load(&entry->io.total) : 0;

	if (done == entry->view.done && total == entry->view.total)
		return false;
	entry->view.done = done;
	entry->view.total = total;
	return true;
}

/* Locked. */
static bool is_late(const struct entry *entry, int64_t now, int64_t *next)
{
	int64_t patience, at;

	if (!entry->schedule.live || entry->slot->engine->paused || !entry->view.snapshot)
		return false;
	patience = schedule_patience(&entry->schedule, entry->slot);
	at = entry->good + patience;
	if (now >= at)
		at = now + LOOK_LATE;
	if (at < *next)
		*next = at;
	return now - entry->good >= patience;
}

bool entry_tick(struct entry *entry, int64_t now, int64_t *next)
{
	struct view *view = &entry->view;
	bool hung = entry->slot->about.hung && (view->loading || entry->schedule.live);
	bool late = is_late(entry, now, next);
	bool moved = take_retry(entry);

	if (view->loading) {
		moved |= take_progress(entry);
		if (now + LOOK_LOADING < *next)
			*next = now + LOOK_LOADING;
	}
	if (!moved && hung == view->hung && late == view->late)
		return false;
	view->hung = hung;
	view->late = late;
	touch(entry);
	return true;
}
