/*
 * The thread of a source: picks what to read next, reads, tells.
 *
 * The thread sleeps until something is wanted or a poll is due. It alone replaces an entry's `last`
 * and a column's table, so it reads both without the lock. What it has to say is left in the entry
 * and put on the list for the main thread; a poll that found nothing new says nothing.
 */
#include "engine/board.h"

#include "engine/read.h"

#include <signal.h>
#include <string.h>
#include <time.h>

/* ---- what next ---- */

enum rank { RANK_ASKED, RANK_POLL, RANK_SWEEP, RANK_QUIET, RANK_NONE };

static enum rank rank_of(const struct entry *entry, int64_t now)
{
	const struct schedule *schedule = &entry->schedule;
	bool due = schedule->live && schedule->due <= now && !entry->slot->engine->paused;

	if (entry->dropped)
		return RANK_NONE;
	if (entry->want == WANT_NOW)
		return RANK_ASKED;
	if (entry->want == WANT_POLL)
		return RANK_POLL;
	if (due)
		return schedule_sweep_due(schedule, now) ? RANK_SWEEP : RANK_POLL;
	return entry->want == WANT_QUIET ? RANK_QUIET : RANK_NONE;
}

/* The entry to read now, or NULL and when the next poll is due. */
static struct entry *pick(const struct slot *slot, int64_t now, int64_t *until)
{
	enum rank best = RANK_NONE;
	struct entry *picked = NULL;

	*until = TIME_NEVER;
	for (struct entry *entry = slot->entries; entry; entry = entry->next) {
		enum rank rank = rank_of(entry, now);

		if (rank < best || (picked && rank == best && entry->asked < picked->asked)) {
			best = rank;
			picked = entry;
		}
		if (entry->schedule.live && !slot->engine->paused && entry->schedule.due < *until)
			*until = entry->schedule.due;
	}
	return picked;
}

static void wait_until(struct slot *slot, int64_t until)
{
	struct timespec time = {until / 1000, until % 1000 * 1000000};

	if (until == TIME_NEVER)
		pthread_cond_wait(&slot->wake, &slot->engine->lock);
	else
		pthread_cond_timedwait(&slot->wake, &slot->engine->lock, &time);
}

/* ---- a read ---- */

static void on_page(struct io *io, struct snapshot *so_far)
{
	struct entry *entry = io->asker;
	struct engine *engine = entry->slot->engine;

	pthread_mutex_lock(&engine->lock);
	unref_locked(engine, entry->page);
	entry->page = so_far;
	ready_add(entry);
	pthread_mutex_unlock(&engine->lock);
}

/* A column is read for its table's newest generation. */
static void take_table(struct entry *entry)
{
	struct snapshot *table = entry->table_of ? entry->table_of->last : NULL;

	if (!table || table == entry->query->table)
		return;
	unref_locked(entry->slot->engine, entry->query->table);
	entry->query->table = snapshot_ref(table);
}

static void begin(struct slot *slot, struct entry *entry, int64_t now)
{
	slot->reading = entry;
	slot->cancelled = 0;
	entry->reading = true;
	entry->preempted = false;
	entry->wish = entry->want;
	entry->sweeping = entry->want_sweep || !entry->last ||
			  (entry->schedule.live && schedule_sweep_due(&entry->schedule, now));
	entry->query->sweep = entry->sweeping;
	entry->want = WANT_NOTHING;
	entry->want_sweep = false;
	entry->asked = ++slot->engine->stamp; /* to the end of its rank */
	take_table(entry);
	io_init(&entry->io, &io_world_ops, &slot->world);
	entry->io.stall = ENGINE_STALL;
	entry->io.asker = entry;
	if (!entry->last)
		entry->io.pages = on_page;
}

static struct snapshot *read_entry(struct slot *slot, struct entry *entry, struct err *err)
{
	const struct engine_source *about = &slot->about;

	err_clear(err);
	if (!slot->source && about->class->open(about->spec, &slot->source, err)) {
		slot->source = NULL;
		return NULL;
	}
	return read_with(slot->source, entry->query, &entry->io, entry->last, false, err);
}

/* The columns of this table are read again, for its new generation. */
static void wake_columns(struct slot *slot, const struct entry *table)
{
	for (struct entry *entry = slot->entries; entry; entry = entry->next) {
		if (entry->table_of != table || !entry->watched || entry->want != WANT_NOTHING)
			continue;
		entry->want = WANT_POLL;
		entry->asked = ++slot->engine->stamp;
	}
}

static void take_good(struct slot *slot, struct entry *entry, struct snapshot *snapshot,
		      bool changed, int64_t now)
{
	struct engine *engine = slot->engine;

	atomic_store(&entry->checked, clock_wall());
	entry->good = now;
	if (!changed) {
		unref_locked(engine, snapshot);
		return;
	}
	unref_locked(engine, entry->last);
	unref_locked(engine, entry->fresh);
	entry->last = snapshot;
	entry->fresh = snapshot_ref(snapshot);
	wake_columns(slot, entry);
}

static bool same_trouble(const struct err *a, const struct err *b)
{
	return a->code == b->code && !strcmp(a->message, b->message);
}

/* Deployments whose server failed: their rows say that, and take the place of those before. */
static void take_failed(struct slot *slot, struct entry *entry, struct snapshot *rows)
{
	unref_locked(slot->engine, entry->last);
	unref_locked(slot->engine, entry->fresh);
	entry->last = rows;
	entry->fresh = snapshot_ref(rows);
}

/* Rows of a failed first read are shown as its pages were. */
static void take_part(struct slot *slot, struct entry *entry, struct snapshot *part)
{
	if (part && part->kind == RECORD_DEPLOYMENTS) {
		take_failed(slot, entry, part);
		return;
	}
	if (!part || entry->last) {
		unref_locked(slot->engine, part);
		return;
	}
	unref_locked(slot->engine, entry->page);
	entry->page = part;
}

/*
 * What came back for one read is there for the others: they do not wait for their own next try,
 * unless the server has asked them to.
 */
static void wake_failed(struct slot *slot, int64_t now)
{
	for (struct entry *entry = slot->entries; entry; entry = entry->next)
		if (entry->schedule.live && entry->schedule.failures && !entry->err.wait_ms)
			entry->schedule.due = now;
}

static void settle(struct slot *slot, struct entry *entry, struct snapshot *snapshot,
		   const struct err *err, int64_t began)
{
	bool good = snapshot && err->code == ERR_NONE;
	bool changed = good && snapshot != entry->last;
	bool failed_rows = !good && snapshot && snapshot->kind == RECORD_DEPLOYMENTS;
	bool news = changed || failed_rows || entry->wish == WANT_NOW || !same_trouble(err, &entry->err);
	int64_t now = clock_monotonic(), wait = entry->schedule.wait;

	slot->reading = NULL;
	slot->cancelled = 0;
	entry->reading = false;
	if (entry->preempted && err->code == ERR_CANCELLED) {
		if (entry->watched && entry->want < entry->wish)
			entry->want = entry->wish;
		if (entry->schedule.live)
			entry->schedule.due = now + schedule_interval(&entry->schedule, slot);
		unref_locked(slot->engine, snapshot);
		return;
	}
	if (good)
		take_good(slot, entry, snapshot, changed, now);
	else
		take_part(slot, entry, snapshot);
	entry->err = *err;
	if (good && entry->schedule.failures)
		wake_failed(slot, now);
	schedule_done(&entry->schedule, slot, began, now, entry->sweeping, good ? NULL : err,
		      changed);
	if (news || entry->schedule.wait != wait) {
		entry->ended = true;
		ready_add(entry);
	}
}

/* ---- the thread ---- */

static void read_next(struct slot *slot, struct entry *entry)
{
	struct engine *engine = slot->engine;
	int64_t began = clock_monotonic();
	struct snapshot *snapshot;
	struct err err;

	begin(slot, entry, began);
	pthread_mutex_unlock(&engine->lock);
	snapshot = read_entry(slot, entry, &err);
	pthread_mutex_lock(&engine->lock);
	settle(slot, entry, snapshot, &err, began);
	if (entry->dropped)
		ready_add(entry);
}

static void close_source(struct slot *slot)
{
	if (slot->source)
		slot->about.class->close(slot->source);
	io_world_release(&slot->world);
}

static void *slot_main(void *ctx)
{
	struct slot *slot = ctx;
	struct engine *engine = slot->engine;
	struct entry *entry;
	int64_t until;
	bool left;

	io_world_init(&slot->world);
	pthread_mutex_lock(&engine->lock);
	while (!engine->closing) {
		entry = pick(slot, clock_monotonic(), &until);
		if (entry)
			read_next(slot, entry);
		else
			wait_until(slot, until);
	}
	pthread_mutex_unlock(&engine->lock);
	close_source(slot);
	pthread_mutex_lock(&engine->lock);
	slot->ended = true;
	left = slot->left;
	pthread_cond_broadcast(&engine->ended);
	pthread_mutex_unlock(&engine->lock);
	if (left) {
		slot_free(slot);
		engine_put(engine);
	}
	return NULL;
}

/* Signals are the main thread's. */
static int start(struct slot *slot, struct err *err)
{
	sigset_t all, before;
	int result;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(&slot->thread, NULL, slot_main, slot);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (result)
		return err_errno(err, result, "no thread for this source");
	slot->started = true;
	return 0;
}

/* A background sweep under way gives way to what the user waits for. */
static void preempt(struct slot *slot, const struct entry *wanted)
{
	struct entry *reading = slot->reading;

	if (!reading || reading == wanted || reading->wish == WANT_NOW || !reading->sweeping)
		return;
	reading->preempted = true;
	slot->cancelled = clock_monotonic();
	io_cancel(&reading->io);
}

int slot_want(struct entry *entry, enum want want, bool sweep, struct err *err)
{
	struct slot *slot = entry->slot;

	if (!slot->started && start(slot, err))
		return -1;
	if (want > entry->want) {
		entry->want = want;
		entry->asked = ++slot->engine->stamp;
	}
	entry->want_sweep |= sweep;
	if (want == WANT_NOW)
		preempt(slot, entry);
	pthread_cond_signal(&slot->wake);
	return 0;
}

void slot_cancel(struct entry *entry)
{
	struct slot *slot = entry->slot;

	entry->want = WANT_NOTHING;
	entry->want_sweep = false;
	if (!entry->reading || io_cancelled(&entry->io))
		return;
	slot->cancelled = clock_monotonic();
	io_cancel(&entry->io);
}

void slot_free(struct slot *slot)
{
	while (slot->entries)
		entry_free(slot->entries);
	pthread_cond_destroy(&slot->wake);
	free(slot);
}
