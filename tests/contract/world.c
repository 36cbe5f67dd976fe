/* See world.h. */
#include "world.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/http.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERVER_PORT = 9, READ_LIMIT = 20 * 1000 };

/* ---- the io between ---- */

static struct world *world_of(struct io *io)
{
	return io->ctx;
}

/* A call begins: is it the one at which something happens? */
static int step(struct io *io, struct err *err)
{
	struct world *world = world_of(io);

	if (io_check(io, err))
		return -1;
	world->calls++;
	if (world->calls != world->call)
		return 0;
	if (world->deed == DEED_CANCEL) {
		io_cancel(io);
		return io_check(io, err);
	}
	if (world->deed == DEED_FAIL)
		return err_set(err, ERR_NETWORK, "the line is dead");
	return 0;
}

/* The address without its origin. */
static struct str path_of(struct str url)
{
	for (size_t i = 0; i + 3 < url.n; i++)
		if (!memcmp(url.s + i, "://", 3)) {
			struct str rest = str_slice(url, i + 3, url.n);
			long slash = str_find(rest, '/');

			return slash < 0 ? STR("/") : str_slice(rest, (size_t)slash, rest.n);
		}
	return url;
}

static bool holds(struct str text, const char *part)
{
	return !part || str_contains_fold(text, str_of(part));
}

static const struct answer *answer_to(const struct world *world, const struct http_request *request)
{
	struct str path = path_of(request->url);
	char line[4096];

	snprintf(line, sizeof line, "%s %.*s", request->method == HTTP_POST ? "POST" : "GET",
		 STR_ARG(path));
	for (const struct answer *answer = world->fixture->answers; answer->request; answer++)
		if (str_starts(str_of(line), str_of(answer->request)) &&
		    holds(request->body, answer->asks))
			return answer;
	return NULL;
}

/* What else a server may say. */
static void say_other(struct buf *body, size_t which)
{
	static const char *const others[WORLD_FOREIGN] = {
		"<!doctype html><html><body>log in</body></html>", "null", "[]", "{}", "true", "0", "-1e999",
		"\"text\"", "[[[[[[[[[[[[[[[[[[[[[[[[", "\177ELF\002\001\001", "\xff\xfe{\0}\0",
		"{\"runs\":{},\"experiments\":7,\"model_versions\":\"x\",\"metrics\":[null,[],{}]}",
		"{\"runs\":[null],\"experiments\":[[]],\"registered_models\":[1],\"run\":[]}",
		"[{\"name\":null,\"version\":{},\"state\":[]},{},7,\"x\",null]"};

	buf_clear(body);
	buf_adds(body, others[which]);
}

static void spoil(struct world *world, struct buf *body)
{
	if (world->calls != world->call)
		return;
	if (world->deed == DEED_OTHER) {
		say_other(body, world->at);
		return;
	}
	world->body = body->n;
	if (world->at >= body->n)
		return;
	if (world->deed == DEED_CUT) {
		body->n = world->at;
		body->s[body->n] = 0;
	}
	if (world->deed == DEED_FLIP)
		body->s[world->at] ^= (char)(1 << world->at % 8);
}

static int say(struct io *io, struct http *http, const struct http_request *request,
	       struct http_response *response, struct err *err)
{
	struct world *world = world_of(io);
	const struct answer *answer;

	(void)http;
	*response = (struct http_response){.wish = -1, .tries = 1, .seconds = 0.001};
	buf_init(&response->body, 1 << 20);
	if (step(io, err))
		return -1;
	answer = answer_to(world, request);
	response->status = !answer ? 404 : answer->status ? answer->status : 200;
	snprintf(response->type, sizeof response->type, "%s",
		 answer && answer->type ? answer->type : "application/json");
	buf_adds(&response->body, answer ? answer->body : "{}");
	spoil(world, &response->body);
	return 0;
}

static int say_all(struct io *io, struct http *http, const struct http_request *requests,
		   struct http_response *responses, struct err *errs, size_t n)
{
	int result = 0;

	for (size_t i = 0; i < n; i++)
		if (say(io, http, &requests[i], &responses[i], &errs[i]))
			result = -1;
	return result;
}

static int open_store(struct io *io, const char *path, bool views, struct store **store,
		      struct err *err)
{
	*store = NULL;
	return step(io, err) ? -1 : io_world_ops.open_store(io, path, views, store, err);
}

static int open_repo(struct io *io, const char *path, struct repo **repo, struct err *err)
{
	*repo = NULL;
	return step(io, err) ? -1 : io_world_ops.open_repo(io, path, repo, err);
}

static int read_file(struct io *io, const char *path, uint64_t offset, size_t most,
		     struct buf *out, struct err *err)
{
	return step(io, err) ? -1 : io_world_ops.read_file(io, path, offset, most, out, err);
}

static int list_folder(struct io *io, const char *path, struct io_list *list, struct err *err)
{
	return step(io, err) ? -1 : io_world_ops.list_folder(io, path, list, err);
}

static int64_t now(struct io *io)
{
	(void)io;
	return clock_wall();
}

static const struct io_ops contract_ops = {
	.fetch = say,
	.fetch_all = say_all,
	.open_store = open_store,
	.open_repo = open_repo,
	.read_file = read_file,
	.list_folder = list_folder,
	.now = now,
};

/* ---- the sink of drift ---- */

static int sink_begin(void *ctx, const struct event_layout *layout, struct err *err)
{
	struct world *world = ctx;

	(void)err;
	world->events = 0;
	for (size_t i = 0; i < layout->ncolumns; i++)
		world->hostile |= str_find(layout->names[i], '\033') >= 0;
	return 0;
}

static int sink_batch(void *ctx, const struct event_batch *batch, struct err *err)
{
	struct world *world = ctx;

	(void)err;
	assert_true(batch->n <= EVENT_BATCH);
	world->events += batch->n;
	return 0;
}

static bool sink_again(void *ctx)
{
	(void)ctx;
	return false;
}

static void sink_warn(void *ctx, const char *text)
{
	(void)ctx;
	assert_non_null(text);
}

static int sink_finish(void *ctx, struct build *build, struct err *err)
{
	struct world *world = ctx;

	(void)err;
	build_note(build, "%zu events", world->events);
	return 0;
}

static void forget_events(struct world *world)
{
	if (world->mark.place)
		world->mark.free(world->mark.place);
	world->mark = (struct event_mark){0};
}

/* ---- the place ---- */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void world_reopen(struct world *world)
{
	const struct source_class *class = source_class_of(world->spec.kind);

	forget_events(world);
	if (world->source)
		class->close(world->source);
	world->source = NULL;
	if (class->open(&world->spec, &world->source, &world->err))
		fail_msg("%s: does not open: %s", world->fixture->name, world->err.message);
}

static void take_ids(struct world *world)
{
	struct query query = {.kind = RECORD_RUNS};

	if (world->fixture->commit)
		world->ids[world->nids++] = str_of(world->fixture->commit);
	if (!source_can(world->source, CAN_RUNS))
		return;
	world->table = world_read(world, &query, NULL, NULL);
	if (!world->table)
		fail_msg("%s: its runs: %s", world->fixture->name, world->err.message);
	assert_true(world->table->u.runs.rows > 0);
	world->nids = 1;
	world->ids[0] = run_at(&world->table->u.runs, 0)->id;
}

void world_init(struct world *world, const struct fixture *fixture,
		const struct source_class *class)
{
	*world = (struct world){.fixture = fixture};
	strcpy(world->folder, "/tmp/leeboard-contract-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	if (fixture->make)
		fixture->make(world->folder, world->location, sizeof world->location);
	else
		snprintf(world->location, sizeof world->location, "http://127.0.0.1:%d",
			 SERVER_PORT);
	world->spec = (struct source_spec){.name = "fixture",
					   .kind = class->kind,
					   .location = world->location,
					   .place = world->location,
					   .url = !fixture->make};
	world->sink = (struct event_sink){.ctx = world,
					  .names = &world->names,
					  .mark = &world->mark,
					  .begin = sink_begin,
					  .batch = sink_batch,
					  .again = sink_again,
					  .warn = sink_warn};
	io_world_init(&world->outside);
	world_reopen(world);
	take_ids(world);
}

void world_release(struct world *world)
{
	snapshot_unref(world->table);
	forget_events(world);
	if (world->source)
		world->source->class->close(world->source);
	io_world_release(&world->outside);
	nftw(world->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- reading ---- */

size_t world_queries(struct world *world, unsigned what, struct query *queries)
{
	const struct fixture *fixture = world->fixture;
	struct query *q = queries;

	if (what & CAN_RUNS) {
		/* the maximum is in no run's details: the source must be asked for it */
		struct column_id metric = {.kind = COLUMN_METRIC, .aggregate = AGGREGATE_MAX,
					   .key = str_of(fixture->metric)};
		struct column_id param = {.kind = COLUMN_PARAM, .key = str_of(fixture->param)};

		*q++ = (struct query){.kind = RECORD_EXPERIMENTS};
		*q++ = (struct query){.kind = RECORD_RUNS};
		*q++ = (struct query){.kind = RECORD_KEYS};
		if (world->table) {
			*q++ = (struct query){.kind = RECORD_COLUMN, .column = metric,
					      .table = world->table};
			*q++ = (struct query){.kind = RECORD_COLUMN, .column = param,
					      .table = world->table};
		}
		*q++ = (struct query){.kind = RECORD_DETAILS, .ids = world->ids,
				      .nids = world->nids};
	}
	if (what & CAN_SERIES)
		*q++ = (struct query){.kind = RECORD_SERIES, .run = world->ids[0],
				      .key = str_of(fixture->metric)};
	if (what & CAN_MODELS)
		*q++ = (struct query){.kind = RECORD_MODELS};
	if (what & CAN_DEPLOYMENTS)
		*q++ = (struct query){.kind = RECORD_DEPLOYMENTS};
	if (what & CAN_COMMITS)
		*q++ = (struct query){.kind = RECORD_COMMITS, .ids = world->ids,
				      .nids = world->nids};
	if (what & CAN_EVENTS)
		*q++ = (struct query){.kind = RECORD_DRIFT, .sink = &world->sink,
				      .finish = sink_finish};
	return (size_t)(q - queries);
}

/* What an error says must be fit for a terminal, and something. */
static void check_err(const struct world *world)
{
	const struct err *err = &world->err;

	assert_true(err->code != ERR_NONE);
	assert_true(*err->message);
	assert_true(text_is_clean(str_of(err->message)));
	assert_true(text_is_clean(str_of(err->origin)));
	assert_true(text_is_clean(str_of(err->hint)));
}

struct snapshot *world_read(struct world *world, const struct query *query,
			    struct snapshot *previous, const struct build_limits *limits)
{
	struct build_limits usual = build_limits_default();
	struct build *build = build_new(query->kind, previous, limits ? limits : &usual);
	struct snapshot *snapshot = NULL;

	io_init(&world->io, &contract_ops, world);
	world->io.deadline = clock_monotonic() + (world->patience ? world->patience : READ_LIMIT);
	world->calls = 0;
	err_clear(&world->err);
	if (query->kind == RECORD_COLUMN)
		build_column(build, &query->column, query->table);
	world->asked = query->kind != RECORD_COLUMN || !build_column_fill(build);
	if (!world->asked)
		snapshot = build_seal(build, &world->err);
	else if (world->source->class->read(world->source, query, &world->io, build, &world->err))
		build_free(build);
	else
		snapshot = build_seal(build, &world->err);
	if (!snapshot)
		check_err(world);
	return snapshot;
}

static bool is_hostile(struct str text)
{
	return str_find(text, '\033') >= 0;
}

void world_look(struct world *world, const struct snapshot *snapshot)
{
	bool seen = false;

	if (snapshot->kind == RECORD_RUNS)
		for (size_t i = 0; i < snapshot->u.runs.rows; i++)
			seen |= is_hostile(run_at(&snapshot->u.runs, i)->name);
	if (snapshot->kind == RECORD_MODELS)
		for (size_t i = 0; i < snapshot->u.models.n; i++)
			seen |= is_hostile(snapshot->u.models.models[i].name);
	if (snapshot->kind == RECORD_DEPLOYMENTS)
		for (size_t i = 0; i < snapshot->u.deployments.n; i++)
			seen |= is_hostile(snapshot->u.deployments.deployments[i].name);
	if (snapshot->kind == RECORD_COMMITS)
		for (size_t i = 0; i < snapshot->u.commits.n; i++)
			seen |= is_hostile(snapshot->u.commits.commits[i].subject) ||
				is_hostile(snapshot->u.commits.commits[i].author);
	world->hostile |= seen;
}

/* ---- the folder ---- */

struct listing {
	char **paths;
	size_t n, most;
};

static struct listing *the_listing; /* nftw hands on no context */

static int list_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)at;
	if (kind == FTW_F && S_ISREG(st->st_mode) && the_listing->n < the_listing->most)
		the_listing->paths[the_listing->n++] = mem_copy(path, strlen(path));
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t world_files(const struct world *world, char **paths, size_t most)
{
	struct listing listing = {paths, 0, most};

	the_listing = &listing;
	nftw(world->folder, list_one, 16, FTW_PHYS);
	qsort(paths, listing.n, sizeof *paths, by_bytes);
	return listing.n;
}

static uint64_t mix(uint64_t digest, const void *bytes, size_t n)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < n; i++)
		digest = (digest ^ byte[i]) * 0x100000001B3u;
	return digest;
}

static uint64_t mix_file(uint64_t digest, const char *path)
{
	FILE *file = fopen(path, "r");
	char block[4096];
	struct stat st;
	size_t n;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	digest = mix(digest, path, strlen(path));
	digest = mix(digest, &st.st_size, sizeof st.st_size);
	digest = mix(digest, &st.st_mtim, sizeof st.st_mtim);
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		digest = mix(digest, block, n);
	fclose(file);
	return digest;
}

uint64_t world_digest(const struct world *world)
{
	uint64_t digest = 0xCBF29CE484222325u;
	char *paths[256];
	size_t n = world_files(world, paths, 256);

	for (size_t i = 0; i < n; i++) {
		digest = mix_file(digest, paths[i]);
		free(paths[i]);
	}
	return digest;
}
