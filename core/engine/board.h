/*
 * What the files of the engine share; nobody else includes this.
 *
 * Who may touch what:
 *   (main)   the main thread only
 *   (lock)   whoever holds engine->lock, which is never held across I/O
 *   (slot)   the slot's own thread only
 *   (read)   written by the slot's thread under the lock and only by it, so that it reads without
 * An entry is freed by the main thread, and not while it is read; with a thread that hangs, what it
 * reads is left to it.
 */
#ifndef ENGINE_BOARD_H
#define ENGINE_BOARD_H

#include "engine/engine.h"

#include "base/clock.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdlib.h>

#define TIME_NEVER INT64_MAX

struct slot;

enum want { WANT_NOTHING, WANT_QUIET, WANT_POLL, WANT_NOW };

/* When an entry is read again (lock); schedule.c has the rules. Times are monotonic ms. */
struct schedule {
	bool live;
	int64_t every;      /* ms asked for, 0: the source's rule */
	int64_t due;        /* next poll, TIME_NEVER: none */
	int64_t changed;    /* last time that a read brought something new */
	int64_t swept;      /* end of the last full read, 0: none */
	int64_t cost;       /* ms that the last read took */
	int64_t sweep_cost; /* and the last full one */
	int failures;       /* in a row */
	int64_t wait;       /* ms until the next try at most, after a failure; else 0 */
};

struct entry {
	struct slot *slot;
	struct entry *prev, *next; /* of the slot (lock) */

	/* (main) */
	struct watch *watches;
	struct view view;
	bool whole;    /* the view's snapshot is no page */
	uint64_t used; /* stamp of the last release */

	struct query *query;    /* its table: (read), the rest never changes */
	struct entry *table_of; /* (lock) the entry whose snapshots are the column's tables, or NULL */
	struct snapshot *last;  /* (read) what the next read starts from */
	struct io io;           /* (lock) but for its atomics */

	/* (lock) */
	bool watched;
	enum want want;
	uint64_t asked;     /* stamp of the wish: first come, first served */
	bool want_sweep;
	struct schedule schedule;
	bool reading;
	bool sweeping;
	enum want wish;     /* that the read under way answers; WANT_NOTHING: a poll that was due */
	bool preempted;     /* cancelled in favour of another entry: say nothing, try later */
	bool dropped;       /* the main thread frees it once it is not read any more */

	/* (lock) what the main thread has not seen yet */
	struct entry *next_ready;
	bool ready;
	struct snapshot *page, *fresh;
	bool ended;
	struct err err;     /* of the last read that ended */

	int64_t good;         /* (lock) monotonic ms of the last good read, or of the first wish */
	atomic_llong checked; /* wall clock of the last good read */
};

struct watch {
	struct engine *engine; /* (main), all */
	struct entry *entry;
	struct watch *next;
	enum watch_mode mode;
	int64_t every;
};

struct slot {
	struct engine *engine;
	struct engine_source about; /* (main) */
	pthread_t thread;
	pthread_cond_t wake;
	/* (lock) */
	struct entry *entries;
	struct entry *reading;
	int64_t cancelled; /* monotonic ms of a cancel that the read has not obeyed yet, 0: none */
	bool started, ended;
	bool left;         /* behind, by engine_free(): the thread frees the slot */
	/* (slot) */
	struct io_world world;
	struct source *source;
	struct err open_err;
};

struct work {
	struct work *next;
	void (*work)(void *ctx);
	void (*done)(void *ctx); /* NULL: the worker frees the work */
	void *ctx;
};

struct work_list {
	struct work *first, **last;
};

struct worker {
	pthread_t thread;
	pthread_cond_t wake;
	struct work_list todo, done; /* (lock) */
	bool started, ended, left;   /* (lock) */
};

struct engine {
	pthread_mutex_t lock;
	atomic_int refs; /* engine_free() and each thread that is left behind */
	pthread_cond_t ended;
	int fd;
	/* (lock) */
	bool signalled; /* fd was written to */
	bool closing;
	bool paused;
	uint64_t stamp;
	uint64_t dice; /* of the jitter */
	struct entry *ready, **ready_last;
	struct worker worker;
	/* (main) */
	struct slot *slots[ENGINE_SOURCES];
	size_t nslots;
	int64_t next_tick;
	uint64_t releases; /* stamps of entry->used */
};

void engine_put(struct engine *engine); /* one reference less */

/* Locked: puts the entry on the list for the main thread and wakes that. */
void ready_add(struct entry *entry);
void engine_signal(struct engine *engine);

/* Locked: unref, on the worker if it frees much. */
void unref_locked(struct engine *engine, struct snapshot *snapshot);

/* ---- thread.c ---- */

/* Locked: a read is wanted; starts the thread if need be. -1 and err if there can be none. */
int slot_want(struct entry *entry, enum want want, bool sweep, struct err *err);
/* Locked: ends the read of this entry, if it is the one under way, and any wish for one. */
void slot_cancel(struct entry *entry);
/* Frees the slot and what entries it still has; its thread is over. */
void slot_free(struct slot *slot);

/* ---- board.c ---- */

/* Takes the entry out of its slot and frees it. Not locked. */
void entry_free(struct entry *entry);
/* The two halves of that: locked, not locked. */
void entry_unlink(struct entry *entry);
void entry_end(struct engine *engine, struct entry *entry);
/* What is new of an entry into its view; the entry may be freed. Did the view change? */
bool entry_collect(struct entry *entry);
/* Late, hung, progress. Did the view change? Lowers *next to when to look again. */
bool entry_tick(struct entry *entry, int64_t now, int64_t *next);

/* ---- schedule.c (locked) ---- */

/* Should the next read of this entry be a full one? */
bool schedule_sweep_due(const struct schedule *schedule, int64_t now);
/* Books a read that ended, with a trouble or (NULL) without; sets when the next is due. */
void schedule_done(struct schedule *schedule, const struct slot *slot, int64_t began, int64_t now,
		   bool swept, const struct err *trouble, bool changed);
/* ms between polls as things are. */
int64_t schedule_interval(const struct schedule *schedule, const struct slot *slot);
/* ms after which a live view counts as late. */
int64_t schedule_patience(const struct schedule *schedule, const struct slot *slot);

/* ---- worker.c ---- */

void work_add(struct work_list *list, struct work *work);
struct work *work_take(struct work_list *list);
bool worker_collect(struct engine *engine);

#endif
