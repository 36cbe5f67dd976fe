/*
 * The metrics page of an endpoint: where it is, and what it says, into the rings; see oip.h.
 *
 * Looked for at the same origin's /metrics, then on the usual port beside it, unless its address is
 * given. A client for another origin never has the secret. What is wrong with a page is a warning:
 * the models are shown without signals.
 */
#include "source/endpoint/oip_own.h"

#include "base/clock.h"
#include "base/mem.h"
#include "record/build.h"
#include "source/ask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char accept[] = "text/plain;version=0.0.4,text/plain;q=0.5,*/*;q=0.1";

/* ---- rings ---- */

void served_release(struct served *served)
{
	for (uint32_t i = 0; i < served->n; i++)
		free(served->samples[i].buckets);
	free(served->samples);
	free(served->bounds);
	free((char *)served->name.s);
	free((char *)served->version.s);
	free((char *)served->platform.s);
}

static bool same_bounds(const struct served *served, const struct signal_row *row)
{
	return served->nbounds == row->nbounds &&
	       (!row->nbounds || !memcmp(served->bounds, row->bounds,
					 row->nbounds * sizeof *row->bounds));
}

/* Latencies of another kind cannot be compared with those that were taken before. */
static void change_latency(struct served *served, const struct signal_row *row)
{
	for (uint32_t i = 0; i < served->n; i++) {
		free(served->samples[i].buckets);
		served->samples[i].buckets = NULL;
		if (served->scope != row->scope)
			served->samples[i].latency_sum = served->samples[i].latency_count = NAN;
	}
	free(served->bounds);
	served->bounds = NULL;
	if (row->nbounds) {
		served->bounds = mem_alloc(row->nbounds * sizeof *served->bounds);
		memcpy(served->bounds, row->bounds, row->nbounds * sizeof *served->bounds);
	}
	served->nbounds = row->nbounds;
	served->scope = row->scope;
}

static void drop_oldest(struct served *served)
{
	free(served->samples[0].buckets);
	memmove(served->samples, served->samples + 1, --served->n * sizeof *served->samples);
}

void served_add_sample(struct served *served, const struct signal_row *row, size_t most)
{
	struct scrape_sample *sample;

	if (served->scope != row->scope || !same_bounds(served, row))
		change_latency(served, row);
	while (served->n >= most)
		drop_oldest(served);
	MEM_GROW(served->samples, served->n, served->cap);
	sample = &served->samples[served->n++];
	*sample = row->sample;
	if (row->sample.buckets) {
		sample->buckets = mem_alloc(row->nbounds * sizeof *sample->buckets);
		memcpy(sample->buckets, row->sample.buckets,
		       row->nbounds * sizeof *sample->buckets);
	}
}

/* ---- fetching a page ---- */

static int get_page(struct look *look, struct http *http, struct str url,
		    struct exposition *page, struct err *err)
{
	struct http_request request = {
		.url = url,
		.accept = accept,
		.max_body = EXPOSITION_BYTES,
		.deadline = clock_monotonic() + OIP_PATIENCE_MS,
	};
	struct http_response response;
	int result;

	if (ask(look->io, http, &request, NULL, &response, err))
		return -1;
	result = exposition_parse(page, buf_str(&response.body), err);
	http_response_release(&response);
	return result;
}

/* The client for the page's address: the server's own where the origin is the same. */
static struct http *client_of(struct oip *oip, const char *address, struct err *err)
{
	struct http_settings settings = {.base = address, .ca_file = oip->ca_file};
	struct http *http;
	struct url url;
	bool same;

	if (url_parse(&url, str_of(address), err))
		return NULL;
	same = url_same_origin(&url, http_base(oip->http));
	settings.base = url.origin;
	http = same ? oip->http : oip->side;
	if (!http)
		http = oip->side = http_new(&settings, err);
	url_release(&url);
	return http;
}

static int page_at(struct look *look, const char *address, struct exposition *page,
		   struct err *err)
{
	struct http *http = client_of(look->oip, address, err);

	return http ? get_page(look, http, str_of(address), page, err) : -1;
}

/* ---- looking for it ---- */

static void forget_side(struct oip *oip)
{
	http_free(oip->side);
	oip->side = NULL;
}

/* Tries one address; found when it is a page with metrics that we know. */
static bool try_place(struct look *look, enum metrics_place place, const struct url *url,
		      struct exposition *page, struct err *wrong)
{
	struct oip *oip = look->oip;
	struct err err;

	if (page_at(look, url->whole, page, &err)) {
		/* a page that is there and broken is worth a word, one that is not there is not */
		if (err.code == ERR_FORMAT || err.code == ERR_TOO_BIG)
			*wrong = err;
		return false;
	}
	if (!signal_table_of(page)) {
		exposition_release(page);
		return false;
	}
	oip->place = place;
	free(oip->metrics);
	oip->metrics = mem_copy(url->whole, strlen(url->whole));
	return true;
}

static bool search(struct look *look, struct exposition *page)
{
	static const int ports[] = {8082, 8002}; /* MLServer and KServe's pods, Triton */
	struct oip *oip = look->oip;
	struct err wrong = {0}, err;
	struct url url;
	bool found = false;

	if (!url_below(&url, http_base(oip->http), STR("/metrics"), &err)) {
		found = try_place(look, METRICS_SAME, &url, page, &wrong);
		url_release(&url);
	}
	for (size_t i = 0; i < 2 && !found; i++) {
		forget_side(oip);
		if (url_beside(&url, http_base(oip->http), ports[i], "/metrics", &err))
			continue;
		found = try_place(look, METRICS_SIDE, &url, page, &wrong);
		url_release(&url);
	}
	if (!found) {
		oip->place = METRICS_NONE;
		oip->look_again = clock_monotonic() + OIP_LOOK_AGAIN_MS;
		if (wrong.code)
			build_warn(look->build, "metrics page at %s: %s", wrong.origin[0] ?
				   wrong.origin : http_base(oip->http)->origin, wrong.message);
	}
	return found;
}

/* The page's address for people, without its query, in which some servers want a key. */
static struct str shown_address(const struct oip *oip)
{
	return (struct str){oip->metrics, strcspn(oip->metrics, "?")};
}

/* The page of this look, wherever it is. */
static bool find_page(struct look *look, struct exposition *page)
{
	struct oip *oip = look->oip;
	struct err err;

	if (oip->place == METRICS_NONE && clock_monotonic() >= oip->look_again)
		oip->place = METRICS_SEARCH;
	if (oip->place == METRICS_NONE)
		return false;
	if (oip->place == METRICS_SEARCH)
		return search(look, page);
	if (!page_at(look, oip->metrics, page, &err))
		return true;
	build_warn(look->build, "metrics page %.*s: %s", STR_ARG(shown_address(oip)), err.message);
	if (oip->place != METRICS_GIVEN && err.code == ERR_NOT_FOUND)
		oip->place = METRICS_SEARCH;
	return false;
}

/* ---- into the rings ---- */

static size_t ring_size(const struct oip *oip)
{
	size_t share = OIP_RING_ALL / (oip->n ? oip->n : 1);

	if (share > OIP_RING)
		return OIP_RING;
	return share < 24 ? 24 : share; /* two minutes at least */
}

static struct signal_row *rows_of(struct look *look, size_t *n)
{
	struct oip *oip = look->oip;
	struct signal_row *rows = arena_zero(&look->arena, oip->n, sizeof *rows);

	*n = 0;
	for (size_t i = 0; rows && i < oip->n; i++) {
		if (!oip->served[i].listed)
			continue;
		rows[*n].model = oip->served[i].name;
		rows[*n].sample = (struct scrape_sample){.requests = NAN, .errors = NAN,
							 .latency_sum = NAN, .latency_count = NAN};
		++*n;
	}
	return rows;
}

static void keep(struct look *look, struct signal_row *rows, size_t n)
{
	int64_t now = look->io->ops->now(look->io);
	size_t most = ring_size(look->oip);
	uint32_t at;

	for (size_t i = 0; i < n; i++) {
		rows[i].sample.time = now;
		rows[i].sample.probe = look->probe;
		if (map_get(&look->oip->by_name, rows[i].model, &at))
			served_add_sample(&look->oip->served[at], &rows[i], most);
	}
}

void oip_scrape(struct look *look)
{
	const struct signal_table *table;
	struct exposition page;
	struct signal_row *rows;
	size_t n;

	rows = rows_of(look, &n);
	if (!n)
		return;
	if (find_page(look, &page)) {
		table = signal_table_of(&page);
		if (table)
			signals_read(&page, table, rows, n, &look->arena);
		else
			build_warn(look->build, "metrics page %.*s: none of a known model server",
				   STR_ARG(shown_address(look->oip)));
		exposition_release(&page);
	}
	keep(look, rows, n);
}
