/* Looking at a server of the Open Inference Protocol; see oip.h. Its metrics are in scrape.c. */
#include "source/endpoint/oip_own.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "format/error_text.h"
#include "record/build.h"
#include "source/ask.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *s)
{
	return s ? mem_copy(s, strlen(s)) : NULL;
}

/* A text past the cap is as good as none. */
static void own(struct str *field, struct str text)
{
	free((char *)field->s);
	*field = text.n && text.n <= OIP_TEXT ? (struct str){mem_copy(text.s, text.n), text.n} : STR_NONE;
}

/* Refused here, an address with a password in it comes into no warning. */
static int check_metrics(const char *address, struct err *err)
{
	struct url url;
	int failed = url_parse(&url, str_of(address), err);

	url_release(&url);
	return failed ? err_origin(err, "metrics") : 0;
}

struct oip *oip_new(const struct oip_settings *settings, struct err *err)
{
	struct http *http;
	struct oip *oip;

	if (settings->metrics && check_metrics(settings->metrics, err))
		return NULL;
	http = http_new(&settings->http, err);
	if (!http)
		return NULL;
	oip = mem_zero(1, sizeof *oip);
	oip->http = http;
	oip->name = copy_of(settings->name);
	oip->model = copy_of(settings->model);
	oip->registry = copy_of(settings->registry);
	oip->version_said = copy_of(settings->version);
	oip->ca_file = copy_of(settings->http.ca_file);
	oip->metrics = copy_of(settings->metrics);
	oip->place = oip->metrics ? METRICS_GIVEN : METRICS_SEARCH;
	map_init(&oip->by_name);
	if (settings->match) {
		oip->has_match = !regcomp(&oip->match, settings->match, REG_EXTENDED);
		if (!oip->has_match) {
			err_set(err, ERR_USAGE, "the version's expression is none: %s",
				settings->match);
			oip_free(oip);
			return NULL;
		}
	}
	return oip;
}

void oip_free(struct oip *oip)
{
	if (!oip)
		return;
	for (size_t i = 0; i < oip->n; i++)
		served_release(&oip->served[i]);
	free(oip->served);
	map_release(&oip->by_name);
	if (oip->has_match)
		regfree(&oip->match);
	http_free(oip->http);
	http_free(oip->side);
	free(oip->name);
	free(oip->model);
	free(oip->registry);
	free(oip->version_said);
	free(oip->ca_file);
	free(oip->metrics);
	free(oip);
}

/* ---- asking ---- */

static struct http_request patient(const char *path)
{
	return (struct http_request){
		.url = str_of(path),
		.accept = "application/json",
		.deadline = clock_monotonic() + OIP_PATIENCE_MS,
		.max_body = 4 << 20,
	};
}

int oip_ask(struct look *look, const char *path, struct http_response *response, struct err *err)
{
	struct http_request request = patient(path);

	return ask_any(look->io, look->oip->http, &request, response, err);
}

/* Is it alive? The round trip of this request is the probe. */
static int ask_health(struct look *look, struct err *err)
{
	struct http_response response;
	int result;

	if (oip_ask(look, "/v2/health/live", &response, err))
		return -1;
	look->probe = response.seconds;
	result = ask_check(look->oip->http, &response, NULL, err);
	if (result && response.status == 404) {
		err_set(err, ERR_NOT_FOUND, "%s does not speak the Open Inference Protocol (404)",
			http_base(look->oip->http)->host);
		err_hint(err, "is it the address of a model server such as MLServer or Triton?");
		err->native = 404;
	}
	http_response_release(&response);
	return result;
}

static void ask_ready(struct look *look)
{
	struct http_response response;
	struct buf says;
	struct err err;

	if (oip_ask(look, "/v2/health/ready", &response, &err))
		return;
	look->server_ready = response.status == 200;
	buf_init(&says, 2 * ERROR_TEXT_MAX);
	error_text(&says, buf_str(&response.body));
	if (!look->server_ready)
		snprintf(look->not_ready, sizeof look->not_ready, "%d%s%.100s", response.status,
			 says.n ? ": " : "", buf_cstr(&says));
	buf_release(&says);
	http_response_release(&response);
}

static void keep_server(void *ctx, const struct oip_server *server)
{
	struct oip *oip = ctx;

	if (server->name.n && server->name.n < 40 && server->version.n < 20)
		snprintf(oip->server, sizeof oip->server, "%.*s%s%.*s", STR_ARG(server->name),
			 server->version.n ? " " : "", STR_ARG(server->version));
}

/* Once: what kind of server it is. One that does not say is served all the same. */
static void ask_server(struct look *look)
{
	struct http_response response;
	struct err err;

	if (look->oip->asked_server || oip_ask(look, "/v2", &response, &err))
		return;
	look->oip->asked_server = true;
	if (response.status == 200)
		decode_oip_server(buf_str(&response.body), keep_server, look->oip, &err);
	http_response_release(&response);
}

static void see_name(void *ctx, const struct oip_server *server)
{
	*(bool *)ctx = server->name.n > 0;
}

/* What the whole work has left is mostly for reading what is found. */
static int64_t greeting_ends(const struct io *io)
{
	int64_t now = clock_monotonic(), most = OIP_GREET_MS;

	if (io->deadline && (io->deadline - now) / 4 < most)
		most = (io->deadline - now) / 4;
	return now + (most > 1 ? most : 1);
}

int oip_greet(struct oip *oip, struct io *io, struct err *err)
{
	struct http_request request = patient("/v2");
	struct http_response response;
	bool named = false;
	struct err none;

	request.deadline = greeting_ends(io);
	request.max_body = 64 << 10;
	if (ask_any(io, oip->http, &request, &response, err))
		return -1;
	if (response.status == 200)
		decode_oip_server(buf_str(&response.body), see_name, &named, &none);
	http_response_release(&response);
	return named;
}

/* ---- which models ---- */

static struct served *served_of(struct oip *oip, struct str name, uint32_t *at)
{
	struct served *served;

	if (map_get(&oip->by_name, name, at))
		return &oip->served[*at];
	if (oip->n >= OIP_MODELS || name.n > OIP_TEXT)
		return NULL;
	MEM_GROW(oip->served, oip->n, oip->cap);
	served = &oip->served[oip->n];
	*served = (struct served){.since = TIME_NONE};
	own(&served->name, name);
	*at = (uint32_t)oip->n++;
	map_put(&oip->by_name, served->name, *at);
	return served;
}

static void keep_row(void *ctx, const struct oip_model *row)
{
	struct look *look = ctx;
	struct found found;
	struct served *served = served_of(look->oip, row->name, &found.served);

	if (!served) {
		look->left_out++;
		return;
	}
	served->listed = true;
	found.row = (struct oip_model){
		.name = served->name,
		.version = arena_str(&look->arena, row->version),
		.state = arena_str(&look->arena, row->state),
		.reason = arena_str(&look->arena, row->reason),
	};
	MEM_GROW(look->found, look->nfound, look->found_cap);
	look->found[look->nfound++] = found;
}

static int list_names(struct look *look, struct err *err)
{
	struct http_response response;
	int result;

	if (oip_ask(look, "/v2/models", &response, err))
		return -1;
	result = ask_check(look->oip->http, &response, NULL, err);
	if (!result)
		result = decode_oip_names(buf_str(&response.body), keep_row, look, err);
	http_response_release(&response);
	return result;
}

/* The index where the server has that; its body is required, GET is refused. */
static int list_models(struct look *look, struct err *err)
{
	struct http_request request = patient("/v2/repository/index");
	struct oip *oip = look->oip;
	struct http_response response;
	int result;

	for (size_t i = 0; i < oip->n; i++)
		oip->served[i].listed = false;
	if (oip->no_index)
		return list_names(look, err);
	request.method = HTTP_POST;
	request.body = STR("{}");
	if (ask_any(look->io, oip->http, &request, &response, err))
		return -1;
	if (response.status == 404 || response.status == 405 || response.status == 501) {
		http_response_release(&response);
		oip->no_index = !list_names(look, err);
		return oip->no_index ? 0 : -1;
	}
	result = ask_check(oip->http, &response, NULL, err);
	if (!result)
		result = decode_oip_index(buf_str(&response.body), keep_row, look, err);
	http_response_release(&response);
	return result;
}

/* ---- what state each is in ---- */

/* The rows of one model, counted. */
struct standing {
	size_t rows, ready, moving, broken;
	struct str word, reason, version; /* the newest ready row's, else the newest one's */
	int check;                        /* status of its ready check; 0: not asked */
	char says[160];
};

static bool is_word(struct str state, const char *word)
{
	return str_equal(state, str_of(word));
}

static double number_of(struct str version)
{
	double number;

	return num_parse(version, &number) ? number : -1;
}

static void count_row(struct standing *standing, const struct oip_model *row)
{
	bool ready = is_word(row->state, "READY") || str_none(row->state);
	bool first = ready && !standing->ready;

	standing->rows++;
	standing->moving += is_word(row->state, "LOADING") || is_word(row->state, "UNLOADING");
	/* Triton says "unloaded" of versions that nobody wants */
	standing->broken += is_word(row->state, "UNAVAILABLE") && row->reason.n &&
			    !is_word(row->reason, "unloaded");
	if (first || standing->rows == 1 ||
	    (ready == (standing->ready > 0) &&
	     number_of(row->version) > number_of(standing->version))) {
		standing->word = row->state;
		standing->version = row->version;
	}
	if (row->reason.n && !ready)
		standing->reason = row->reason;
	standing->ready += ready;
}

static struct str path_of(struct look *look, struct str model, const char *after)
{
	struct str path;
	struct buf out;

	buf_init(&out, URL_MAX);
	buf_adds(&out, "/v2/models/");
	url_encode(&out, model);
	buf_adds(&out, after);
	path = arena_str(&look->arena, buf_str(&out));
	buf_release(&out);
	return path;
}

/* All ready checks at once: the models that the list calls ready. */
static void ask_models(struct look *look, struct standing *standings)
{
	struct oip *oip = look->oip;
	struct http_request *requests = mem_zero(oip->n, sizeof *requests);
	struct http_response *responses = mem_zero(oip->n, sizeof *responses);
	struct err *errs = mem_zero(oip->n, sizeof *errs);
	size_t *who = mem_zero(oip->n, sizeof *who), n = 0;

	for (size_t i = 0; i < oip->n; i++) {
		struct str path;

		if (!oip->served[i].listed || !standings[i].ready)
			continue;
		path = path_of(look, oip->served[i].name, "/ready");
		if (str_none(path))
			continue;
		requests[n] = patient(path.s);
		who[n++] = i;
	}
	if (n)
		look->io->ops->fetch_all(look->io, oip->http, requests, responses, errs, n);
	for (size_t i = 0; i < n; i++) {
		struct standing *standing = &standings[who[i]];
		struct buf says;

		buf_init(&says, 2 * ERROR_TEXT_MAX);
		error_text(&says, buf_str(&responses[i].body));
		standing->check = errs[i].code ? -1 : responses[i].status;
		snprintf(standing->says, sizeof standing->says, "%.150s",
			 errs[i].code ? errs[i].message : buf_cstr(&says));
		buf_release(&says);
		http_response_release(&responses[i]);
	}
	free(requests);
	free(responses);
	free(errs);
	free(who);
}

static enum deployment_state judge(const struct look *look, const struct served *served,
				   const struct standing *s, struct buf *why, size_t loaded)
{
	if (!served->listed) {
		buf_adds(why, "the server does not list it any more");
		return DEPLOYMENT_FAILED;
	}
	if (!s->ready && s->moving) {
		buf_addf(why, "it is being loaded (%.*s)", STR_ARG(s->word));
		return DEPLOYMENT_ROLLING;
	}
	if (!s->ready && is_word(s->word, "UNAVAILABLE")) {
		buf_addf(why, "not loaded: the server lists it as UNAVAILABLE%s%.*s",
			 s->reason.n ? ": " : "", STR_ARG(s->reason));
		if (!loaded)
			buf_adds(why, "; 0 models are loaded");
		return DEPLOYMENT_FAILED;
	}
	if (!s->ready) {
		buf_addf(why, "the server lists it as %.*s", STR_ARG(s->word));
		return DEPLOYMENT_UNKNOWN;
	}
	if (s->check == -1) {
		buf_addf(why, "no answer to its ready check: %s", s->says);
		return DEPLOYMENT_UNKNOWN;
	}
	if (s->check != 200 && s->check != 0) {
		buf_addf(why, "its ready check answers %d%s%s", s->check, s->says[0] ? ": " : "",
			 s->says);
		return DEPLOYMENT_FAILED;
	}
	if (s->broken) {
		buf_addf(why, "%zu of %zu versions failed: %.*s", s->broken, s->rows,
			 STR_ARG(s->reason));
		return DEPLOYMENT_DEGRADED;
	}
	if (s->moving) {
		buf_addf(why, "%zu of %zu versions are being loaded or unloaded", s->moving,
			 s->rows);
		return DEPLOYMENT_ROLLING;
	}
	if (!look->server_ready && look->not_ready[0]) {
		buf_addf(why, "the server says that it is not ready (%s)", look->not_ready);
		return DEPLOYMENT_DEGRADED;
	}
	return DEPLOYMENT_OK;
}

/* ---- versions ---- */

static void keep_metadata(void *ctx, const struct oip_metadata *metadata)
{
	struct served *served = ctx;

	own(&served->platform, metadata->platform);
	if (str_none(served->version))
		own(&served->version, metadata->version);
}

/* What the list does not say, the model itself may; once, and again after it was not ready. */
static void ask_metadata(struct look *look, struct served *served, const struct standing *s)
{
	struct http_response response;
	struct str path;
	struct err err;

	if (s->version.n)
		own(&served->version, s->version);
	if (served->asked || s->check != 200)
		return;
	path = path_of(look, served->name, "");
	if (str_none(path) || oip_ask(look, path.s, &response, &err))
		return;
	served->asked = true;
	if (response.status == 200)
		decode_oip_metadata(buf_str(&response.body), keep_metadata, served, &err);
	http_response_release(&response);
}

/* The version as the registry knows it: said by the user, or all or a part of the reported one. */
static struct str version_of(const struct oip *oip, const struct served *served,
			     enum known_by *known)
{
	struct str version = served->version;
	regmatch_t groups[2];

	*known = KNOWN_NOT;
	if (oip->version_said) {
		*known = KNOWN_CONFIGURED;
		return str_of(oip->version_said);
	}
	if (!version.n)
		return STR_NONE;
	if (oip->has_match) {
		/* the time that an expression takes may grow much faster than the text */
		if (version.n > OIP_MATCHED || regexec(&oip->match, version.s, 2, groups, 0) || groups[1].rm_so < 0)
			return STR_NONE;
		version = str_slice(version, (size_t)groups[1].rm_so, (size_t)groups[1].rm_eo);
	}
	*known = KNOWN_REPORTED;
	return version;
}

/* ---- rows ---- */

static void set_state(struct served *served, enum deployment_state state, int64_t now)
{
	if (served->judged && served->state != state)
		served->since = now;
	served->state = state;
	served->judged = true;
}

static void build_row(struct look *look, const struct served *served, struct str native,
		      struct str reason)
{
	struct oip *oip = look->oip;
	struct buf url;
	struct deployment d = {
		.name = served->name,
		.platform = oip->server[0] ? str_of(oip->server) : STR_NONE,
		.kind = STR("model"),
		.state = served->state,
		.native_state = native,
		.reason = reason.n ? reason : STR_NONE,
		.since = served->since,
		.model = oip->model ? str_of(oip->model) : served->name,
		.registry = str_of(oip->registry),
		.ready = -1,
		.wanted = -1,
		.latency_scope = served->scope,
		.bounds = served->bounds,
		.nbounds = served->nbounds,
		.samples = served->samples,
		.nsamples = served->n,
		.signal_missing = !look->failed && oip->place == METRICS_NONE,
		.unasked = look->failed,
		.checked = look->io->ops->now(look->io),
	};

	d.version = version_of(oip, served, &d.known_by);
	buf_init(&url, URL_MAX);
	buf_adds(&url, http_base(oip->http)->whole);
	d.url = buf_str(&url);
	build_deployment(look->build, &d);
	buf_release(&url);
}

/* One row for a server of which no model is known. */
static void build_nameless(struct look *look, enum deployment_state state, struct str reason)
{
	struct oip *oip = look->oip;
	struct deployment d = {
		.name = str_of(oip->name),
		.platform = oip->server[0] ? str_of(oip->server) : STR_NONE,
		.kind = STR("server"),
		.state = state,
		.reason = reason,
		.since = TIME_NONE,
		.url = str_of(http_base(oip->http)->whole),
		.model = oip->model ? str_of(oip->model) : STR_NONE,
		.registry = str_of(oip->registry),
		.ready = -1,
		.wanted = -1,
		.unasked = look->failed,
		.checked = look->io->ops->now(look->io),
	};

	if (oip->version_said) {
		d.version = str_of(oip->version_said);
		d.known_by = KNOWN_CONFIGURED;
	}
	build_deployment(look->build, &d);
}

/* The server cannot be asked: what is known is shown in the state that follows from the failure. */
static void build_failure(struct look *look, const struct err *err)
{
	enum deployment_state state =
		http_was_refused(err) ? DEPLOYMENT_FAILED : DEPLOYMENT_UNKNOWN;
	int64_t now = look->io->ops->now(look->io);
	struct oip *oip = look->oip;

	look->failed = true;
	if (!oip->n)
		build_nameless(look, state, str_of(err->message));
	for (size_t i = 0; i < oip->n; i++) {
		set_state(&oip->served[i], state, now);
		build_row(look, &oip->served[i], STR_NONE, str_of(err->message));
	}
}

static size_t count_loaded(const struct look *look, const struct standing *standings)
{
	size_t loaded = 0;

	for (size_t i = 0; i < look->oip->n; i++)
		loaded += look->oip->served[i].listed && standings[i].ready;
	return loaded;
}

static void build_rows(struct look *look, const struct standing *standings)
{
	size_t loaded = count_loaded(look, standings);
	int64_t now = look->io->ops->now(look->io);
	struct oip *oip = look->oip;

	if (!oip->n)
		build_nameless(look, DEPLOYMENT_FAILED,
			       STR("the server is up and has 0 models loaded"));
	for (size_t i = 0; i < oip->n; i++) {
		struct served *served = &oip->served[i];
		struct buf why;

		buf_init(&why, 1024);
		set_state(served, judge(look, served, &standings[i], &why, loaded), now);
		if (served->state != DEPLOYMENT_OK)
			served->asked = false;
		build_row(look, served, standings[i].word, buf_str(&why));
		buf_release(&why);
	}
}

/* ---- a look ---- */

static int look_at(struct look *look, struct err *err)
{
	struct oip *oip = look->oip;
	struct standing *standings;

	if (ask_health(look, err))
		return -1;
	ask_server(look);
	ask_ready(look);
	if (list_models(look, err) || io_check(look->io, err))
		return -1;
	standings = mem_zero(oip->n, sizeof *standings);
	for (size_t i = 0; i < look->nfound; i++)
		count_row(&standings[look->found[i].served], &look->found[i].row);
	ask_models(look, standings);
	for (size_t i = 0; i < oip->n; i++)
		ask_metadata(look, &oip->served[i], &standings[i]);
	oip_scrape(look);
	if (io_cancelled(look->io)) {
		free(standings);
		return io_check(look->io, err);
	}
	build_rows(look, standings);
	if (look->left_out)
		build_warn(look->build, "%zu models are left out: past %d of them, or names of more "
			   "than %d bytes", look->left_out, OIP_MODELS, OIP_TEXT);
	build_note(look->build, "%s%s", oip->server[0] ? oip->server : "open inference protocol",
		   oip->place == METRICS_NONE ? ", no metrics page" : "");
	free(standings);
	return 0;
}

int oip_read(struct oip *oip, struct io *io, struct build *build, struct err *err)
{
	struct look look = {.oip = oip, .io = io, .build = build, .probe = NAN};
	int result;

	arena_init(&look.arena, 64 << 20);
	result = look_at(&look, err);
	if (result && err->code != ERR_CANCELLED)
		build_failure(&look, err);
	free(look.found);
	arena_release(&look.arena);
	return result;
}
