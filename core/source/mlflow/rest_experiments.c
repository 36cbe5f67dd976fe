/*
 * Experiments over REST, and how many runs each has; see rest_own.h.
 *
 * The server does not count, and counting means reading every run. So the counts are taken from the
 * last reading of the runs, where there was one; a first look that others wait for goes without
 * them, and only who asks for nothing else makes the server list its runs.
 */
#include "source/mlflow/rest_own.h"

#include "base/mem.h"
#include "record/build.h"

#include <stdlib.h>

static void keep_experiment(void *ctx, const struct experiment *experiment)
{
	struct rest *rest = ((struct asking *)ctx)->rest;
	struct experiment *kept;
	bool added;

	if (rest->n == rest->cap) {
		rest->cap = rest->cap ? 2 * rest->cap : 64;
		rest->experiments = mem_resize(rest->experiments, rest->cap,
					       sizeof *rest->experiments);
	}
	kept = &rest->experiments[rest->n];
	*kept = *experiment;
	kept->id = arena_str(&rest->names, experiment->id);
	kept->name = arena_str(&rest->names, experiment->name);
	kept->tags = arena_zero(&rest->names, experiment->ntags, sizeof *kept->tags);
	for (uint32_t i = 0; kept->tags && i < experiment->ntags; i++) {
		kept->tags[i].key = arena_str(&rest->names, experiment->tags[i].key);
		kept->tags[i].value = arena_str(&rest->names, experiment->tags[i].value);
	}
	if (rest->names.over)
		return;
	map_intern(&rest->by_id, kept->id, (uint32_t)rest->n, &added);
	rest->n += added;
}

static int experiments_page(struct asking *ask, struct err *err)
{
	struct http_response response;
	struct buf url;
	int result;

	buf_init(&url, URL_MAX);
	buf_adds(&url, REST_API "experiments/search?max_results=1000&view_type=ALL");
	if (ask->next.n)
		url_add_query(&url, "page_token", buf_str(&ask->next));
	result = rest_get(ask, buf_cstr(&url), &response, err);
	buf_release(&url);
	if (result && err->code == ERR_NOT_FOUND)
		err_hint(err, "is that an MLflow server, and does its address lack a prefix?");
	if (result)
		return -1;
	result = decode_experiments(buf_str(&response.body), keep_experiment, ask,
				    &ask->next, err);
	http_response_release(&response);
	return result;
}

int rest_list_experiments(struct asking *ask, struct err *err)
{
	struct rest *rest = ask->rest;

	rest->n = 0;
	map_release(&rest->by_id);
	map_init(&rest->by_id);
	arena_release(&rest->names);
	arena_init(&rest->names, REST_NAMES_MAX);
	buf_clear(&ask->next);
	do {
		if (experiments_page(ask, err))
			return -1;
		if (io_progress(ask->io, ask->done, 0, err))
			return -1;
	} while (ask->next.n && !rest->names.over);
	if (rest->names.over)
		return err_set(err, ERR_TOO_BIG, "the experiments' names and tags are past %d MB",
			       REST_NAMES_MAX >> 20);
	return 0;
}

/* ---- counts ---- */

/* Starts anew. */
static void clear_counts(struct rest *rest)
{
	map_release(&rest->counted);
	map_init(&rest->counted);
	arena_release(&rest->count_names);
	arena_init(&rest->count_names, REST_NAMES_MAX);
	rest->ncounts = 0;
	rest->counts_whole = false;
}

static struct run_count *count_of(struct rest *rest, struct str experiment)
{
	struct str id;
	uint32_t at;

	if (str_none(experiment))
		return NULL;
	if (map_get(&rest->counted, experiment, &at))
		return &rest->counts[at];
	id = arena_str(&rest->count_names, experiment);
	if (str_none(id))
		return NULL;
	MEM_GROW(rest->counts, rest->ncounts, rest->counts_cap);
	rest->counts[rest->ncounts] = (struct run_count){.activity = TIME_NONE};
	map_put(&rest->counted, id, (uint32_t)rest->ncounts);
	return &rest->counts[rest->ncounts++];
}

static void count_run(struct rest *rest, const struct run *run)
{
	int64_t last = run->end > run->start ? run->end : run->start;
	struct run_count *count = run->deleted ? NULL : count_of(rest, run->experiment);

	if (!count)
		return;
	count->runs++;
	count->activity = last > count->activity ? last : count->activity;
}

void rest_count_runs(struct asking *ask)
{
	struct snapshot *rows = build_peek(ask->build);
	const struct run_table *table = &rows->u.runs;

	clear_counts(ask->rest);
	for (size_t row = 0; row < table->rows; row++)
		if (!run_at(table, row)->gone)
			count_run(ask->rest, run_at(table, row));
	ask->rest->counts_whole = !ask->rest->count_names.over;
	snapshot_unref(rows);
}

static void count_detail(void *ctx, struct run_detail *detail)
{
	struct asking *ask = ctx;

	rest_note_keys(ask->rest, detail);
	count_run(ask->rest, &detail->run);
	ask->done++;
}

static int count_all(struct asking *ask, struct err *err)
{
	struct run_search search = {.view = "ACTIVE_ONLY", .each = count_detail, .ctx = ask};

	clear_counts(ask->rest);
	if (rest_search_runs(ask, &search, err))
		return -1;
	ask->rest->counts_whole = !ask->rest->count_names.over;
	return 0;
}

/* ---- RECORD_EXPERIMENTS ---- */

static void build_counted(struct asking *ask, struct experiment experiment)
{
	struct rest *rest = ask->rest;
	uint32_t at;

	experiment.runs = rest->counts_whole ? 0 : EXPERIMENT_UNCOUNTED;
	if (rest->counts_whole && map_get(&rest->counted, experiment.id, &at)) {
		experiment.runs = rest->counts[at].runs;
		if (rest->counts[at].activity > experiment.last_activity)
			experiment.last_activity = rest->counts[at].activity;
	}
	build_experiment(ask->build, &experiment);
}

int rest_read_experiments(struct asking *ask, const struct query *query, struct err *err)
{
	struct rest *rest = ask->rest;
	bool hurry = query->uncounted || ask->io->pages;

	if (rest_list_experiments(ask, err))
		return -1;
	if (!rest->counts_whole && !hurry && count_all(ask, err))
		return -1;
	for (size_t i = 0; i < rest->n; i++)
		build_counted(ask, rest->experiments[i]);
	return 0;
}
