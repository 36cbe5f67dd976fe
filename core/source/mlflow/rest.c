/*
 * The server reader; see rest.h. Here: requests, runs, keys. Experiments, histories and models are
 * in rest_experiments.c, rest_history.c, rest_series.c and rest_models.c, bytes to records in
 * decode_rest.c.
 */
#include "source/mlflow/rest_own.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/build.h"
#include "source/ask.h"

#include <stdlib.h>
#include <string.h>

static const char auth_hint[] =
	"set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD, or give `token:` "
	"for this source in the config file";

struct rest *rest_new(const struct http_settings *settings, struct err *err)
{
	struct http *http = http_new(settings, err);
	struct rest *rest;

	if (!http)
		return NULL;
	rest = mem_zero(1, sizeof *rest);
	rest->http = http;
	rest->page = REST_PAGE;
	arena_init(&rest->names, REST_NAMES_MAX);
	arena_init(&rest->key_names, REST_NAMES_MAX);
	map_init(&rest->by_id);
	arena_init(&rest->count_names, REST_NAMES_MAX);
	map_init(&rest->counted);
	for (size_t i = 0; i < 3; i++)
		map_init(&rest->keys[i]);
	return rest;
}

void rest_free(struct rest *rest)
{
	if (!rest)
		return;
	http_free(rest->http);
	arena_release(&rest->names);
	arena_release(&rest->key_names);
	arena_release(&rest->count_names);
	map_release(&rest->by_id);
	map_release(&rest->counted);
	for (size_t i = 0; i < 3; i++)
		map_release(&rest->keys[i]);
	rest_forget_tails(rest);
	free(rest->experiments);
	free(rest->counts);
	free(rest);
}

/* ---- requests ---- */

int rest_get(struct asking *ask_of, const char *url, struct http_response *response,
	     struct err *err)
{
	struct http_request request = {.url = str_of(url), .again = true};

	return ask(ask_of->io, ask_of->rest->http, &request, auth_hint, response, err);
}

/* Every POST of ours is a search: it changes nothing, and may be sent again. */
int rest_post(struct asking *ask_of, const char *url, struct str body,
	      struct http_response *response, struct err *err)
{
	struct http_request request = {.method = HTTP_POST, .url = str_of(url), .body = body,
				       .again = true};

	return ask(ask_of->io, ask_of->rest->http, &request, auth_hint, response, err);
}

void rest_quote(struct buf *out, struct str text)
{
	struct buf valid;

	buf_init(&valid, 3 * text.n + 1);
	text_valid(&valid, text);
	buf_addc(out, '"');
	for (size_t i = 0; i < valid.n; i++) {
		unsigned char c = (unsigned char)valid.s[i];

		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c < 0x20)
			buf_addf(out, "\\u%04x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
	buf_release(&valid);
}

/*
 * Asked once: what the note says. A server that does not tell is still read; one that cannot be
 * reached would only be waited for a second time.
 */
static int ask_version(struct asking *ask_of, struct err *err)
{
	struct rest *rest = ask_of->rest;
	struct http_request request = {.url = STR("/version"), .accept = "*/*", .max_body = 1024};
	struct http_response response;
	struct str text;

	if (rest->version[0])
		return 0;
	if (ask_any(ask_of->io, rest->http, &request, &response, err))
		return err->code == ERR_NETWORK || err->code == ERR_TLS ||
		       err->code == ERR_TIMEOUT ? -1 : 0;
	text = str_trim(buf_str(&response.body));
	if (response.status == 200 && text.n && text.n < sizeof rest->version &&
	    text_is_clean(text) && text.s[0] >= '0' && text.s[0] <= '9')
		memcpy(rest->version, text.s, text.n);
	http_response_release(&response);
	return 0;
}

/* ---- runs ---- */

static void add_experiment_ids(struct buf *body, const struct rest *rest)
{
	buf_adds(body, "{\"experiment_ids\":[");
	for (size_t i = 0; i < rest->n; i++) {
		if (i)
			buf_addc(body, ',');
		rest_quote(body, rest->experiments[i].id);
	}
	buf_addc(body, ']');
}

/* One page; the order is the server's own, newest start first. */
static int runs_page(struct asking *ask_of, const struct run_search *search, uint32_t size,
		     struct err *err)
{
	struct http_response response;
	struct buf body;
	int result;

	buf_init(&body, 4 << 20);
	add_experiment_ids(&body, ask_of->rest);
	buf_addf(&body, ",\"run_view_type\":\"%s\",\"max_results\":%u", search->view, size);
	if (search->filter.n) {
		buf_adds(&body, ",\"filter\":");
		rest_quote(&body, search->filter);
	}
	if (ask_of->next.n) {
		buf_adds(&body, ",\"page_token\":");
		rest_quote(&body, buf_str(&ask_of->next));
	}
	buf_addc(&body, '}');
	result = rest_post(ask_of, REST_API "runs/search", buf_str(&body), &response, err);
	buf_release(&body);
	if (result)
		return -1;
	result = decode_runs(buf_str(&response.body), search->each, search->ctx, &ask_of->next,
			     err);
	http_response_release(&response);
	return result;
}

/* Runs with many metrics make pages past the cap: then smaller ones are asked for, from here on. */
static int runs_page_that_fits(struct asking *ask_of, const struct run_search *search, bool first,
			       struct err *err)
{
	struct rest *rest = ask_of->rest;

	for (;;) {
		uint32_t start = search->first ? search->first : REST_FIRST_PAGE;
		uint32_t size = first && start < rest->page ? start : rest->page;

		if (!runs_page(ask_of, search, size, err))
			return 0;
		if (err->code != ERR_TOO_BIG || size <= REST_PAGE_MIN)
			return -1;
		rest->page = size / 2;
	}
}

int rest_search_runs(struct asking *ask_of, const struct run_search *search, struct err *err)
{
	bool first = true;

	buf_clear(&ask_of->next);
	if (ask_of->rest->n == 0)
		return 0;
	do {
		if (runs_page_that_fits(ask_of, search, first, err))
			return -1;
		if (io_progress(ask_of->io, ask_of->done, 0, err))
			return -1;
		first = false;
	} while (ask_of->next.n && (!search->more || search->more(search->ctx)));
	return 0;
}

static void add_id_list(struct buf *out, const struct str *ids, size_t n)
{
	buf_adds(out, "attributes.run_id IN (");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? ",'" : "'");
		buf_add_str(out, ids[i]);
		buf_addc(out, '\'');
	}
	buf_addc(out, ')');
}

/* Server versions differ in what an id may be; one with a quote in it is asked for by itself. */
static bool can_be_listed(const struct str *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find(ids[i], '\'') >= 0 || str_find(ids[i], '\\') >= 0)
			return false;
	return true;
}

static int one_run(struct asking *ask_of, struct str id, rest_on_run *each, void *ctx,
		   struct err *err)
{
	struct http_response response;
	struct buf url;
	int result;

	buf_init(&url, URL_MAX);
	buf_adds(&url, REST_API "runs/get");
	url_add_query(&url, "run_id", id);
	result = rest_get(ask_of, buf_cstr(&url), &response, err);
	buf_release(&url);
	if (result)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	result = decode_run(buf_str(&response.body), each, ctx, err);
	http_response_release(&response);
	return result;
}

static int runs_one_by_one(struct asking *ask_of, const struct str *ids, size_t n,
			   rest_on_run *each, void *ctx, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (one_run(ask_of, ids[i], each, ctx, err) ||
		    io_progress(ask_of->io, ask_of->done, 0, err))
			return -1;
	return 0;
}

int rest_runs_of(struct asking *ask_of, const struct str *ids, size_t n, rest_on_run *each,
		 void *ctx, struct err *err)
{
	struct run_search search = {.view = "ALL", .each = each, .ctx = ctx};
	struct rest *rest = ask_of->rest;
	struct buf filter;
	int result;

	if (n == 1 || rest->no_id_list || !can_be_listed(ids, n))
		return runs_one_by_one(ask_of, ids, n, each, ctx, err);
	buf_init(&filter, 1 << 20);
	add_id_list(&filter, ids, n);
	search.filter = buf_str(&filter);
	result = rest_search_runs(ask_of, &search, err);
	buf_release(&filter);
	if (result && err->native == 400) {
		rest->no_id_list = true;
		return runs_one_by_one(ask_of, ids, n, each, ctx, err);
	}
	return result;
}

/* ---- RECORD_RUNS ---- */

struct runs_read {
	struct asking *ask;
	int64_t known;     /* newest start that the previous snapshot has; TIME_NONE: none */
	bool met_known;    /* the page reached what is known */
};

static void note_key(struct rest *rest, enum column_kind kind, struct str key)
{
	uint32_t there;
	struct str kept;

	if (map_get(&rest->keys[kind], key, &there))
		return;
	kept = arena_str(&rest->key_names, key);
	if (kept.s)
		map_put(&rest->keys[kind], kept, 0);
}

void rest_note_keys(struct rest *rest, const struct run_detail *detail)
{
	for (uint32_t i = 0; i < detail->nmetrics; i++)
		note_key(rest, COLUMN_METRIC, detail->metrics[i].key);
	for (uint32_t i = 0; i < detail->nparams; i++)
		note_key(rest, COLUMN_PARAM, detail->params[i].key);
	for (uint32_t i = 0; i < detail->ntags; i++)
		note_key(rest, COLUMN_TAG, detail->tags[i].key);
}

static void name_experiment(const struct rest *rest, struct run *run)
{
	uint32_t at;

	if (map_get(&rest->by_id, run->experiment, &at))
		run->experiment_name = rest->experiments[at].name;
}

static void take_run(void *ctx, struct run_detail *detail)
{
	struct runs_read *read = ctx;
	struct asking *ask_of = read->ask;

	name_experiment(ask_of->rest, &detail->run);
	rest_note_keys(ask_of->rest, detail);
	if (detail->run.start <= read->known)
		read->met_known = true;
	build_run(ask_of->build, &detail->run, detail);
	ask_of->done++;
}

/* After a page: rows so far to whoever looks, and on unless the cap is reached. */
static bool show_and_go_on(void *ctx)
{
	struct runs_read *read = ctx;
	struct asking *ask_of = read->ask;

	if (ask_of->io->pages)
		ask_of->io->pages(ask_of->io, build_peek(ask_of->build));
	return !build_full(ask_of->build);
}

static bool until_known(void *ctx)
{
	return !((struct runs_read *)ctx)->met_known;
}

static int all_runs(struct runs_read *read, struct str filter, struct err *err)
{
	struct run_search search = {.filter = filter, .view = "ALL", .each = take_run, .ctx = read,
				    .more = show_and_go_on};
	struct asking *ask_of = read->ask;

	if (rest_search_runs(ask_of, &search, err))
		return -1;
	if (!ask_of->next.n && !build_full(ask_of->build)) {
		build_runs_whole(ask_of->build);
		ask_of->rest->keys_whole |= !filter.n;
	}
	return 0;
}

/* Runs that the previous snapshot holds as running: they may have ended since. */
static struct str *were_running(const struct run_table *table, size_t *n)
{
	struct str *ids = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t row = 0; row < table->rows; row++) {
		const struct run *run = run_at(table, row);

		if (run->gone || (run->state != RUN_RUNNING && run->state != RUN_QUEUED))
			continue;
		MEM_GROW(ids, *n, cap);
		ids[(*n)++] = run->id;
	}
	return ids;
}

static int64_t newest_start(const struct run_table *table)
{
	int64_t newest = TIME_NONE;

	for (size_t row = 0; row < table->rows; row++)
		if (run_at(table, row)->start > newest)
			newest = run_at(table, row)->start;
	return newest;
}

/* What is new, and what runs or ran at the last look. */
static int changed_runs(struct runs_read *read, const struct run_table *before, struct err *err)
{
	struct run_search newer = {.view = "ALL", .each = take_run, .ctx = read,
				   .more = until_known, .first = REST_POLL_PAGE};
	size_t n;
	struct str *ids = were_running(before, &n);
	int result;

	read->known = newest_start(before);
	result = rest_search_runs(read->ask, &newer, err);
	for (size_t i = 0; i < n && !result; i += REST_BATCH)
		result = rest_runs_of(read->ask, ids + i, n - i < REST_BATCH ? n - i : REST_BATCH,
				      take_run, read, err);
	free(ids);
	return result;
}

static void say_server(struct asking *ask_of, const char *more)
{
	const char *version = ask_of->rest->version;

	build_note(ask_of->build, "mlflow server%s%s%s", version[0] ? " " : "", version, more);
}

/* A server that does not know the filter's words gives everything; the filter is applied here. */
static int filtered_runs(struct runs_read *read, struct str filter, struct err *err)
{
	say_server(read->ask, ", filtered on the server");
	if (!all_runs(read, filter, err))
		return 0;
	if (err->native != 400)
		return -1;
	say_server(read->ask, ", filtered here");
	return all_runs(read, STR_NONE, err);
}

static int read_runs(struct asking *ask_of, const struct query *query, struct err *err)
{
	const struct snapshot *before = build_previous(ask_of->build);
	struct runs_read read = {.ask = ask_of, .known = TIME_NONE};
	int result;

	if (rest_list_experiments(ask_of, err))
		return -1;
	if (query->filter.n)
		return filtered_runs(&read, query->filter, err);
	if (before && before->u.runs.rows && !query->sweep)
		result = changed_runs(&read, &before->u.runs, err);
	else
		result = all_runs(&read, STR_NONE, err);
	if (!result)
		rest_count_runs(ask_of);
	return result;
}

/* ---- RECORD_KEYS ---- */

static void note_run(void *ctx, struct run_detail *detail)
{
	rest_note_keys(((struct asking *)ctx)->rest, detail);
	((struct asking *)ctx)->done++;
}

static bool one_page(void *ctx)
{
	(void)ctx;
	return false;
}

/* Keys come with the runs; before those were read, the newest page of them has to do. */
static int read_keys(struct asking *ask_of, struct err *err)
{
	struct run_search search = {.view = "ALL", .each = note_run, .ctx = ask_of,
				    .more = one_page};
	struct rest *rest = ask_of->rest;

	if (!rest->keys_whole) {
		if (rest_list_experiments(ask_of, err) || rest_search_runs(ask_of, &search, err))
			return -1;
		if (ask_of->next.n)
			build_partial(ask_of->build, "names of the newest %lld runs",
				      (long long)ask_of->done);
	}
	if (rest->key_names.over)
		build_partial(ask_of->build, "names past %d MB are left out", REST_NAMES_MAX >> 20);
	for (int kind = 0; kind < 3; kind++)
		for (size_t i = 0; i < rest->keys[kind].cap; i++)
			if (rest->keys[kind].slots[i].key.s)
				build_key(ask_of->build, (enum column_kind)kind,
					  rest->keys[kind].slots[i].key);
	return 0;
}

int rest_read(struct rest *rest, const struct query *query, struct io *io, struct build *build,
	      struct err *err)
{
	struct asking ask_of = {.rest = rest, .io = io, .build = build};
	int result;

	if (ask_version(&ask_of, err))
		return -1;
	buf_init(&ask_of.next, REST_TOKEN_MAX);
	say_server(&ask_of, "");
	switch (query->kind) {
	case RECORD_EXPERIMENTS:
		result = rest_read_experiments(&ask_of, query, err);
		break;
	case RECORD_RUNS:
		result = read_runs(&ask_of, query, err);
		break;
	case RECORD_KEYS:
		result = read_keys(&ask_of, err);
		break;
	case RECORD_COLUMN:
		result = rest_read_column(&ask_of, query, err);
		break;
	case RECORD_DETAILS:
		result = rest_read_details(&ask_of, query, err);
		break;
	case RECORD_SERIES:
		result = rest_read_series(&ask_of, query, err);
		break;
	case RECORD_MODELS:
		result = rest_read_models(&ask_of, err);
		break;
	default:
		result = err_set(err, ERR_UNSUPPORTED, "an MLflow server does not give this");
	}
	buf_release(&ask_of.next);
	return result;
}
