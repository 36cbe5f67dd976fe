/* The one worker thread: runs works in order, frees large snapshots; see engine.h. */
#include "engine/board.h"

#include <signal.h>

enum { FREES_MUCH = 256 << 10 }; /* bytes */

void work_add(struct work_list *list, struct work *work)
{
	if (!list->first)
		list->last = &list->first;
	work->next = NULL;
	*list->last = work;
	list->last = &work->next;
}

struct work *work_take(struct work_list *list)
{
	struct work *work = list->first;

	if (work)
		list->first = work->next;
	return work;
}

/* Runs one work; locked before and after. */
static void run(struct engine *engine, struct work *work)
{
	pthread_mutex_unlock(&engine->lock);
	work->work(work->ctx);
	pthread_mutex_lock(&engine->lock);
	if (!work->done) {
		free(work);
		return;
	}
	work_add(&engine->worker.done, work);
	engine_signal(engine);
}

static void *worker_main(void *ctx)
{
	struct engine *engine = ctx;
	struct worker *worker = &engine->worker;
	struct work *work;
	bool left;

	pthread_mutex_lock(&engine->lock);
	while (!engine->closing) {
		work = work_take(&worker->todo);
		if (work)
			run(engine, work);
		else
			pthread_cond_wait(&worker->wake, &engine->lock);
	}
	worker->ended = true;
	left = worker->left;
	pthread_cond_broadcast(&engine->ended);
	pthread_mutex_unlock(&engine->lock);
	if (left)
		engine_put(engine);
	return NULL;
}

static bool start(struct engine *engine)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	engine->worker.started =
		!pthread_create(&engine->worker.thread, NULL, worker_main, engine);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return engine->worker.started;
}

/* False when this machine has no thread left for it. */
static bool has_thread(struct engine *engine)
{
	return engine->worker.started || start(engine);
}

static void push(struct engine *engine, void (*work)(void *), void (*done)(void *), void *ctx)
{
	struct work *item = mem_alloc(sizeof *item);

	*item = (struct work){.work = work, .done = done, .ctx = ctx};
	work_add(&engine->worker.todo, item);
	pthread_cond_signal(&engine->worker.wake);
}

bool worker_collect(struct engine *engine)
{
	struct work *work;
	bool any = false;

	for (;;) {
		pthread_mutex_lock(&engine->lock);
		work = work_take(&engine->worker.done);
		pthread_mutex_unlock(&engine->lock);
		if (!work)
			return any;
		work->done(work->ctx);
		free(work);
		any = true;
	}
}

void engine_work(struct engine *engine, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx)
{
	bool queued;

	pthread_mutex_lock(&engine->lock);
	queued = has_thread(engine);
	if (queued)
		push(engine, work, done, ctx);
	pthread_mutex_unlock(&engine->lock);
	if (queued)
		return;
	work(ctx);
	done(ctx);
}

static void free_snapshot(void *ctx)
{
	snapshot_unref(ctx);
}

void unref_locked(struct engine *engine, struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	if (snapshot->bytes < FREES_MUCH || atomic_load(&snapshot->refs) > 1 ||
	    engine->closing || !has_thread(engine))
		snapshot_unref(snapshot);
	else
		push(engine, free_snapshot, NULL, snapshot);
}

void engine_unref(struct engine *engine, struct snapshot *snapshot)
{
	pthread_mutex_lock(&engine->lock);
	unref_locked(engine, snapshot);
	pthread_mutex_unlock(&engine->lock);
}
