/* See traffic.h. */
#include "demo/traffic.h"

#include "base/clock.h"
#include "demo/quote.h"
#include "demo/story.h"
#include "format/json.h"

#include <stdio.h>

enum { SECOND = 1000, LABEL_AFTER = 60 * STORY_RATE /* events */, MAX_BODY = 4096 };

static const char schema[] =
	"PRAGMA synchronous = OFF;"
	"CREATE TABLE predictions (request_id TEXT NOT NULL, ts TEXT NOT NULL, "
	"model_version TEXT NOT NULL, tenure REAL, spend REAL, tickets INTEGER, age INTEGER, "
	"income REAL, plan TEXT, has_card TEXT, score REAL, label INTEGER);"
	"CREATE INDEX predictions_ts ON predictions (ts)";

int traffic_init(struct traffic *traffic, const char *events, struct server *server,
		 uint64_t seed, int64_t story, struct err *err)
{
	char base[64];
	struct http_settings settings = {.base = base, .connect_seconds = 5, .idle_seconds = 10};

	*traffic = (struct traffic){.server = server, .story = story};
	dice_seed(&traffic->dice, seed);
	snprintf(base, sizeof base, "http://127.0.0.1:%d", server->port);
	traffic->http = http_new(&settings, err);
	if (!traffic->http)
		return -1;
	if (own_open(&traffic->own, events, err) != 0)
		return -1;
	return own_run(traffic->own, schema, err);
}

void traffic_release(struct traffic *traffic)
{
	http_free(traffic->http);
	own_close(traffic->own);
}

static struct customer_world world_at(const struct traffic *traffic, int64_t at)
{
	return story_world((double)(at - traffic->story) / SECOND);
}

static int write_event(struct traffic *traffic, const struct traffic_event *event, struct err *err)
{
	static const char with_tenure[] =
		"INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)";
	static const char without_tenure[] =
		"INSERT INTO predictions VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, NULL)";
	const struct customer *c = &event->customer;
	const char *card = c->has_card ? "true" : "false", *version = traffic->server->version;
	char id[32], at[CLOCK_ISO_SIZE];

	traffic->rows++;
	traffic->truth[traffic->rows % TRAFFIC_TRUTHS] = c->left;
	snprintf(id, sizeof id, "r%08lld", (long long)traffic->rows);
	clock_iso(at, event->at);
	if (!c->tenure_known)
		return own_do(traffic->own, err, without_tenure, "tttdiidttd", id, at, version, c->spend,
			      (int64_t)c->tickets, (int64_t)c->age, c->income, plan_name(c->plan), card,
			      event->score);
	return own_do(traffic->own, err, with_tenure, "tttddiidttd", id, at, version, c->tenure, c->spend,
		      (int64_t)c->tickets, (int64_t)c->age, c->income, plan_name(c->plan), card,
		      event->score);
}

/* Rows are never deleted, so an event's number is its row's. */
static int write_labels(struct traffic *traffic, struct err *err)
{
	int64_t known = traffic->rows - LABEL_AFTER;

	if (traffic->labelled < traffic->rows - TRAFFIC_TRUTHS)
		traffic->labelled = traffic->rows - TRAFFIC_TRUTHS;
	while (traffic->labelled < known) {
		int64_t row = ++traffic->labelled;

		if (own_do(traffic->own, err, "UPDATE predictions SET label = ? WHERE rowid = ?", "ii",
			   (int64_t)traffic->truth[row % TRAFFIC_TRUTHS], row) != 0)
			return -1;
	}
	return 0;
}

int traffic_flush(struct traffic *traffic, struct err *err)
{
	struct err ignored;
	int64_t rows = traffic->rows, labelled = traffic->labelled;
	int failed = own_run(traffic->own, "BEGIN IMMEDIATE", err);

	for (size_t i = 0; !failed && i < traffic->waiting && traffic->rows < TRAFFIC_MAX; i++)
		failed = write_event(traffic, &traffic->events[i], err);
	traffic->waiting = 0;
	if (!failed && write_labels(traffic, err) == 0 && own_run(traffic->own, "COMMIT", err) == 0)
		return 0;
	own_run(traffic->own, "ROLLBACK", &ignored);
	traffic->rows = rows;
	traffic->labelled = labelled;
	return -1;
}

int traffic_history(struct traffic *traffic, int64_t begin, int64_t now, struct err *err)
{
	const int64_t step = SECOND / STORY_RATE;
	int failed = own_run(traffic->own, "BEGIN IMMEDIATE", err);

	for (int64_t at = begin; !failed && at < now; at += step) {
		struct customer_world world = world_at(traffic, at);
		struct traffic_event event = {.at = at + dice_below(&traffic->dice, (int)step)};

		event.customer = customer_draw(&traffic->dice, &world);
		event.score = model_score(&traffic->server->model, &event.customer);
		failed = write_event(traffic, &event, err) != 0 ||
			 (traffic->rows % 1000 == 0 && write_labels(traffic, err) != 0);
	}
	return failed ? -1 : own_run(traffic->own, "COMMIT", err);
}

static void add_input(struct buf *out, const char *name, const char *type)
{
	buf_addf(out, "%s{\"name\":\"%s\",\"shape\":[1,1],\"datatype\":\"%s\",\"data\":[",
		 out->s[out->n - 1] == '[' ? "" : ",", name, type);
}

static void add_number(struct buf *out, const char *name, const char *type, double value)
{
	add_input(out, name, type);
	quote_number(out, value);
	buf_adds(out, "]}");
}

static void write_request(struct buf *out, const struct traffic *traffic,
			  const struct customer *c)
{
	buf_addf(out, "{\"id\":\"r%08lld\",\"inputs\":[",
		 (long long)(traffic->rows + (int64_t)traffic->waiting + 1));
	add_input(out, "tenure", "FP64");
	if (c->tenure_known)
		quote_number(out, c->tenure);
	else
		buf_adds(out, "null");
	buf_adds(out, "]}");
	add_number(out, "spend", "FP64", c->spend);
	add_number(out, "tickets", "INT64", c->tickets);
	add_number(out, "age", "INT64", c->age);
	add_number(out, "income", "FP64", c->income);
	add_input(out, "plan", "BYTES");
	buf_addf(out, "\"%s\"]}", plan_name(c->plan));
	add_input(out, "has_card", "BOOL");
	buf_addf(out, "%s]}]}", c->has_card ? "true" : "false");
}

static bool read_score(const struct http_response *reply, double *score)
{
	struct err err;
	struct json *root = json_parse(buf_str(&reply->body), &json_limits, NULL, &err);
	bool found = json_number(json_first(json_get(json_first(json_get(root, "outputs")), "data")),
				 score);

	json_free(root);
	return found;
}

/* A caller that does not know the plans: the server refuses it. */
static void spoil(struct buf *body)
{
	buf_clear(body);
	buf_adds(body, "{\"id\":\"x\",\"inputs\":[{\"name\":\"plan\",\"shape\":[1,1],\"datatype\":"
		       "\"BYTES\",\"data\":[\"gold\"]}]}");
}

int traffic_request(struct traffic *traffic, int64_t now, struct err *err)
{
	struct customer_world world = world_at(traffic, now);
	struct traffic_event event = {.at = now};
	char path[128];
	struct http_request request = {.method = HTTP_POST};
	struct http_response reply;
	struct buf body;
	int failed;

	event.customer = customer_draw(&traffic->dice, &world);
	buf_init(&body, MAX_BODY);
	write_request(&body, traffic, &event.customer);
	if (dice_share(&traffic->dice) < story_nonsense((double)(now - traffic->story) / SECOND))
		spoil(&body);
	snprintf(path, sizeof path, "/v2/models/%s/versions/%s/infer", traffic->server->name,
		 traffic->server->version);
	request.url = str_of(path);
	request.body = buf_str(&body);
	failed = http_fetch(traffic->http, &request, &reply, err);
	if (!failed && reply.status == 200 && read_score(&reply, &event.score) &&
	    traffic->waiting < sizeof traffic->events / sizeof *traffic->events)
		traffic->events[traffic->waiting++] = event;
	http_response_release(&reply);
	buf_release(&body);
	return failed;
}
