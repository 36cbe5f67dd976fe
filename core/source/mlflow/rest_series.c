/*
 * RECORD_SERIES over REST, polled without reading a long history again and again; see rest_own.h.
 *
 * A server's pages are ordered by time, so new points come behind the old ones. Between reads a tail
 * remembers the token of the last page, what was on it, and the metric's latest point as the run
 * says it. A poll asks for the run first: the same latest point means that nothing came. Else the
 * last page is asked for again; its known part must be what it was, or the whole history is read.
 * A point that was logged late, with an older time, is found by the minute's sweep, which reads all.
 */
#include "source/mlflow/rest_own.h"

#include "base/mem.h"
#include "record/build.h"

#include <stdlib.h>
#include <string.h>

/* ---- tails ---- */

static struct rest_tail *tail_find(struct rest *rest, const struct query *query)
{
	for (size_t i = 0; i < REST_TAILS; i++) {
		struct rest_tail *tail = &rest->tails[i];

		if (tail->run && str_equal(str_of(tail->run), query->run) &&
		    str_equal(str_of(tail->key), query->key))
			return tail;
	}
	return NULL;
}

static void tail_clear(struct rest_tail *tail)
{
	free(tail->run);
	free(tail->key);
	free(tail->token);
	*tail = (struct rest_tail){0};
}

/* The tail of this series, empty: the one that it had, or the one that was made first. */
static struct rest_tail *tail_anew(struct rest *rest, const struct query *query)
{
	struct rest_tail *tail = tail_find(rest, query);

	if (!tail)
		tail = &rest->tails[rest->next_tail++ % REST_TAILS];
	tail_clear(tail);
	tail->run = mem_copy(query->run.s, query->run.n);
	tail->key = mem_copy(query->key.s, query->key.n);
	return tail;
}

void rest_forget_tails(struct rest *rest)
{
	for (size_t i = 0; i < REST_TAILS; i++)
		tail_clear(&rest->tails[i]);
}

/* ---- points ---- */

/* FNV-1a over the words of a point: whether a page begins as it did. */
static uint64_t mix(uint64_t sum, const struct rest_point *point)
{
	uint64_t words[3] = {(uint64_t)point->step, (uint64_t)point->time};

	memcpy(&words[2], &point->value, sizeof point->value);
	for (size_t i = 0; i < 3; i++)
		sum = (sum ^ words[i]) * 1099511628211u;
	return sum;
}

/* The pages of one reading. */
struct pages {
	struct asking *ask;
	struct rest_tail *tail;
	size_t known;      /* points of this page that the builder has */
	uint64_t known_sum;
	size_t n;          /* points of this page so far */
	uint64_t sum;
	bool other;        /* its known part is not what it was */
};

static void take_point(void *ctx, const struct rest_point *point)
{
	struct pages *pages = ctx;

	pages->sum = mix(pages->sum, point);
	pages->n++;
	if (pages->n == pages->known)
		pages->other = pages->sum != pages->known_sum;
	if (pages->n <= pages->known || pages->other)
		return;
	build_point(pages->ask->build, point->step, point->time, point->value);
	pages->ask->done++;
}

/* From the page whose token is in ask->next to the last one, which the tail remembers. */
static int read_pages(struct pages *pages, const struct query *query, struct err *err)
{
	struct rest_tail *tail = pages->tail;
	struct asking *ask = pages->ask;

	do {
		free(tail->token);
		tail->token = mem_copy(buf_cstr(&ask->next), ask->next.n);
		pages->n = pages->sum = 0;
		if (rest_history_page(ask, query->run, query->key, take_point, pages, err) ||
		    io_progress(ask->io, ask->done, 0, err))
			return -1;
		if (pages->other || pages->n < pages->known)
			return 0;
		pages->known = 0;
		tail->before += ask->next.n ? pages->n : 0;
	} while (ask->next.n && !build_full(ask->build));
	tail->on_page = pages->n;
	tail->sum = pages->sum;
	tail->whole = !ask->next.n;
	return 0;
}

static int read_all(struct asking *ask, const struct query *query, struct err *err)
{
	struct pages pages = {.ask = ask, .tail = tail_anew(ask->rest, query)};

	build_series_restart(ask->build);
	buf_clear(&ask->next);
	return read_pages(&pages, query, err);
}

/* ---- what is new ---- */

struct latest {
	struct str key;
	bool found;
	struct rest_point point;
};

static void find_latest(void *ctx, struct run_detail *detail)
{
	struct latest *latest = ctx;
	const struct metric *metric = detail_metric(detail, latest->key);

	latest->found = metric != NULL;
	if (metric)
		latest->point = (struct rest_point){.step = metric->last_step,
						    .time = metric->last_time,
						    .value = metric->last};
}

/* Has the metric the latest point that it had at the last look? Remembers the one of now. */
static int ask_latest(struct asking *ask, const struct query *query, struct rest_tail *tail,
		      bool *same, struct err *err)
{
	struct latest latest = {.key = query->key};
	uint64_t sum;

	if (rest_runs_of(ask, &query->run, 1, find_latest, &latest, err))
		return -1;
	sum = mix(0, &latest.point);
	*same = latest.found && tail->has_latest && tail->latest == sum;
	tail->has_latest = latest.found;
	tail->latest = sum;
	return 0;
}

/* The tail, if it is that of the points that the builder starts from. */
static struct rest_tail *tail_of(struct asking *ask, const struct query *query)
{
	struct rest_tail *tail = query->sweep ? NULL : tail_find(ask->rest, query);

	if (!tail || !tail->whole || build_full(ask->build) ||
	    build_series_count(ask->build) != tail->before + tail->on_page)
		return NULL;
	return tail;
}

static int read_on(struct asking *ask, const struct query *query, struct rest_tail *tail,
		   struct err *err)
{
	struct pages pages = {.ask = ask, .tail = tail, .known = tail->on_page,
			      .known_sum = tail->sum};
	uint64_t latest = tail->latest;
	bool has_latest = tail->has_latest;
	int result;

	tail->whole = false;
	buf_clear(&ask->next);
	buf_adds(&ask->next, tail->token);
	if (read_pages(&pages, query, err))
		return err->native == 400 ? read_all(ask, query, err) : -1;
	if (tail->whole)
		return 0;
	result = read_all(ask, query, err);
	tail = tail_find(ask->rest, query);
	tail->latest = latest;
	tail->has_latest = has_latest;
	return result;
}

int rest_read_series(struct asking *ask, const struct query *query, struct err *err)
{
	struct rest_tail *tail;
	bool same;

	build_series(ask->build, query->run, query->key);
	tail = tail_of(ask, query);
	if (!tail)
		return read_all(ask, query, err);
	if (ask_latest(ask, query, tail, &same, err))
		return -1;
	return same ? 0 : read_on(ask, query, tail, err);
}
