/*
 * The engine's life, its sources, and the main thread's turn; see engine.h.
 */
#include "engine/board.h"

#include "config/sources.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { QUIT_MS = 1000 }; /* that the threads have to end in */

static void cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

struct engine *engine_new(struct source_spec *const *specs, size_t n, struct err *err)
{
	struct engine *engine = mem_zero(1, sizeof *engine);

	engine->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_init(&engine->refs, 1);
	pthread_mutex_init(&engine->lock, NULL);
	cond_init(&engine->ended);
	cond_init(&engine->worker.wake);
	engine->ready_last = &engine->ready;
	engine->dice = (uint64_t)clock_wall() | 1;
	if (engine->fd < 0) {
		err_errno(err, errno, "no event descriptor");
		engine_free(engine);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		if (engine_add(engine, specs[i], err) < 0) {
			engine_free(engine);
			return NULL;
		}
	}
	return engine;
}

int engine_add(struct engine *engine, const struct source_spec *spec, struct err *err)
{
	const struct source_class *class = spec->kind ? source_class_of(spec->kind) : NULL;

	if (!class)
		return err_set(err, ERR_USAGE, "%s: of no known kind", spec->name);
	return engine_add_class(engine, class, spec, err);
}

int engine_add_class(struct engine *engine, const struct source_class *class,
		     const struct source_spec *spec, struct err *err)
{
	struct slot *slot;

	if (engine->nslots == ENGINE_SOURCES)
		return err_set(err, ERR_USAGE, "more than %d sources", ENGINE_SOURCES);
	slot = mem_zero(1, sizeof *slot);
	slot->engine = engine;
	slot->about = (struct engine_source){.name = spec->name,
					     .kind = class->kind,
					     .location = spec->location,
					     .class = class,
					     .spec = spec};
	cond_init(&slot->wake);
	engine->slots[engine->nslots] = slot;
	return (int)engine->nslots++;
}

size_t engine_sources(const struct engine *engine)
{
	return engine->nslots;
}

const struct engine_source *engine_source(const struct engine *engine, size_t i)
{
	return &engine->slots[i]->about;
}

bool engine_can(const struct engine *engine, size_t i, enum source_can what)
{
	return (engine->slots[i]->about.class->can & what) != 0;
}

bool engine_any_can(const struct engine *engine, enum source_can what)
{
	for (size_t i = 0; i < engine->nslots; i++)
		if (engine_can(engine, i, what))
			return true;
	return false;
}

/* ---- the end ---- */

void engine_put(struct engine *engine)
{
	if (atomic_fetch_sub(&engine->refs, 1) != 1)
		return;
	if (engine->fd >= 0)
		close(engine->fd);
	pthread_cond_destroy(&engine->ended);
	pthread_cond_destroy(&engine->worker.wake);
	pthread_mutex_destroy(&engine->lock);
	free(engine);
}

/* Locked. */
static void stop_all(struct engine *engine)
{
	engine->closing = true;
	for (size_t i = 0; i < engine->nslots; i++) {
		struct slot *slot = engine->slots[i];

		if (slot->reading)
			io_cancel(&slot->reading->io);
		pthread_cond_signal(&slot->wake);
	}
	pthread_cond_signal(&engine->worker.wake);
}

/* Locked. A thread that is known to hang is not waited for. */
static bool all_ended(const struct engine *engine)
{
	for (size_t i = 0; i < engine->nslots; i++) {
		const struct slot *slot = engine->slots[i];

		if (slot->started && !slot->ended && !(slot->about.hung && slot->reading))
			return false;
	}
	return !engine->worker.started || engine->worker.ended;
}

/* Locked. */
static void wait_for_threads(struct engine *engine)
{
	int64_t until = clock_monotonic() + QUIT_MS;
	struct timespec time = {until / 1000, until % 1000 * 1000000};

	while (!all_ended(engine))
		if (pthread_cond_timedwait(&engine->ended, &engine->lock, &time) == ETIMEDOUT)
			return;
}

/* Locked. The slot stays with its thread, and of the entries the one that it reads. */
static void leave_slot(struct slot *slot, struct entry **orphans)
{
	struct entry *entry, *next;

	for (entry = slot->entries; entry; entry = next) {
		next = entry->next;
		if (entry == slot->reading)
			continue;
		entry_unlink(entry);
		entry->next = *orphans;
		*orphans = entry;
	}
	if (slot->reading)
		slot->reading->query->drop = NULL;
	pthread_detach(slot->thread);
	slot->left = true;
	atomic_fetch_add(&slot->engine->refs, 1);
}

/*
 * Locked. What has not ended keeps its slot and the engine's frame until it does; it is no longer in
 * the engine's list afterwards.
 */
static size_t leave_behind(struct engine *engine, struct entry **orphans)
{
	struct worker *worker = &engine->worker;
	size_t kept = 0, left = 0;

	for (size_t i = 0; i < engine->nslots; i++) {
		struct slot *slot = engine->slots[i];

		if (!slot->started || slot->ended) {
			engine->slots[kept++] = slot;
			continue;
		}
		leave_slot(slot, orphans);
		left++;
	}
	engine->nslots = kept;
	worker->left = worker->started && !worker->ended;
	if (worker->left) {
		pthread_detach(worker->thread);
		atomic_fetch_add(&engine->refs, 1);
		left++;
	}
	return left;
}

static void end_slots(struct engine *engine, struct entry *orphans)
{
	struct entry *next;

	for (; orphans; orphans = next) {
		next = orphans->next;
		entry_end(engine, orphans);
	}
	for (size_t i = 0; i < engine->nslots; i++) {
		if (engine->slots[i]->started)
			pthread_join(engine->slots[i]->thread, NULL);
		slot_free(engine->slots[i]);
	}
}

/* Every work is told that it is over; only what still runs is not. */
static void end_works(struct engine *engine)
{
	struct worker *worker = &engine->worker;
	struct work *work;

	if (worker->started && !worker->left)
		pthread_join(worker->thread, NULL);
	worker_collect(engine);
	pthread_mutex_lock(&engine->lock);
	while ((work = work_take(&worker->todo))) {
		pthread_mutex_unlock(&engine->lock);
		if (work->done)
			work->done(work->ctx);
		else
			work->work(work->ctx);
		free(work);
		pthread_mutex_lock(&engine->lock);
	}
	pthread_mutex_unlock(&engine->lock);
}

size_t engine_free(struct engine *engine)
{
	struct entry *orphans = NULL;
	size_t left;

	if (!engine)
		return 0;
	pthread_mutex_lock(&engine->lock);
	stop_all(engine);
	wait_for_threads(engine);
	left = leave_behind(engine, &orphans);
	pthread_mutex_unlock(&engine->lock);
	end_slots(engine, orphans);
	end_works(engine);
	engine_put(engine);
	return left;
}

/* ---- the main thread's turn ---- */

int engine_fd(const struct engine *engine)
{
	return engine->fd;
}

void engine_signal(struct engine *engine)
{
	if (!engine->signalled)
		eventfd_write(engine->fd, 1);
	engine->signalled = true;
}

void ready_add(struct entry *entry)
{
	struct engine *engine = entry->slot->engine;

	if (entry->ready || engine->closing)
		return;
	entry->ready = true;
	entry->next_ready = NULL;
	*engine->ready_last = entry;
	engine->ready_last = &entry->next_ready;
	engine_signal(engine);
}

static struct entry *take_ready(struct engine *engine)
{
	struct entry *entry;

	pthread_mutex_lock(&engine->lock);
	entry = engine->ready;
	if (entry) {
		engine->ready = entry->next_ready;
		if (!engine->ready)
			engine->ready_last = &engine->ready;
		entry->ready = false;
	}
	pthread_mutex_unlock(&engine->lock);
	return entry;
}

static void clear_signal(struct engine *engine)
{
	eventfd_t count;

	pthread_mutex_lock(&engine->lock);
	if (engine->signalled)
		eventfd_read(engine->fd, &count);
	engine->signalled = false;
	pthread_mutex_unlock(&engine->lock);
}

bool engine_collect(struct engine *engine)
{
	struct entry *entry;
	bool changed = false;

	clear_signal(engine);
	while ((entry = take_ready(engine)))
		changed |= entry_collect(entry);
	changed |= worker_collect(engine);
	if (changed)
		engine->next_tick = 0;
	return changed;
}

int64_t engine_deadline(const struct engine *engine)
{
	return engine->next_tick;
}

/* Locked. A thread hangs when it neither moves nor obeys; one that waits for a server does not. */
static bool is_hung(struct slot *slot, int64_t now)
{
	const struct entry *reading = slot->reading;

	if (!reading)
		return false;
	if (slot->cancelled)
		return now - slot->cancelled > ENGINE_GRACE;
	return now - atomic_load(&reading->io.moved) > ENGINE_STALL + ENGINE_GRACE &&
	       !io_world_waits(&slot->world);
}

bool engine_tick(struct engine *engine, int64_t now)
{
	int64_t next = TIME_NEVER;
	bool changed = false;

	pthread_mutex_lock(&engine->lock);
	for (size_t i = 0; i < engine->nslots; i++) {
		struct slot *slot = engine->slots[i];

		slot->about.hung = is_hung(slot, now);
		for (struct entry *entry = slot->entries; entry; entry = entry->next)
			if (entry->watches)
				changed |= entry_tick(entry, now, &next);
	}
	pthread_mutex_unlock(&engine->lock);
	engine->next_tick = next;
	return changed;
}

void engine_pause(struct engine *engine, bool paused)
{
	pthread_mutex_lock(&engine->lock);
	engine->paused = paused;
	for (size_t i = 0; i < engine->nslots; i++)
		pthread_cond_signal(&engine->slots[i]->wake);
	pthread_mutex_unlock(&engine->lock);
	engine->next_tick = 0;
}
