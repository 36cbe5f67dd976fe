/* See answer.h. The paths, the shapes and the errors are those of MLServer 1.3. */
#include "demo/answer.h"

#include "base/clock.h"
#include "demo/quote.h"
#include "format/json.h"

#include <math.h>
#include <string.h>

enum { MAX_BODY = 1 << 20, MAX_ROWS = 64, MAX_PARTS = 8, MAX_PATH = 512 };

/* A path in pieces: "/v2/models/m/infer" is v2, models, m, infer. */
struct parts {
	char text[MAX_PATH];
	const char *part[MAX_PARTS];
	int n;
};

static bool split(struct parts *parts, const char *path)
{
	char *rest;

	parts->n = 0;
	if (strlen(path) >= sizeof parts->text)
		return false;
	strcpy(parts->text, path);
	for (char *part = strtok_r(parts->text, "/", &rest); part; part = strtok_r(NULL, "/", &rest)) {
		if (parts->n == MAX_PARTS)
			return false;
		parts->part[parts->n++] = part;
	}
	return true;
}

static bool is(const struct parts *parts, int at, const char *word)
{
	return at < parts->n && strcmp(parts->part[at], word) == 0;
}

static void say(struct answer *answer, int status, const char *key, const char *text)
{
	answer->status = status;
	buf_clear(&answer->body);
	buf_addf(&answer->body, "{\"%s\": ", key);
	quote_add(&answer->body, str_of(text));
	buf_addc(&answer->body, '}');
}

/* ---- the prediction -------------------------------------------------------------------------- */

/* The value of a named input in that row, or NULL. */
static const struct json *cell(const struct json *inputs, const char *name, int row)
{
	for (const struct json *input = json_first(inputs); input; input = json_next(input)) {
		const struct json *value;

		if (!str_equal(json_get_text(input, "name"), str_of(name)))
			continue;
		value = json_first(json_get(input, "data"));
		while (value && row--)
			value = json_next(value);
		return value;
	}
	return NULL;
}

static bool read_number(const struct json *inputs, const char *name, int row, double *value)
{
	return json_number(cell(inputs, name, row), value) && isfinite(*value);
}

static bool read_customer(const struct json *inputs, int row, struct customer *customer)
{
	const struct json *tenure = cell(inputs, "tenure", row);
	struct str plan = json_text(cell(inputs, "plan", row));
	double tickets, age;
	char name[16];

	*customer = (struct customer){0};
	customer->tenure_known = json_number(tenure, &customer->tenure);
	if (!customer->tenure_known && json_type(tenure) != JSON_NULL)
		return false;
	if (!read_number(inputs, "spend", row, &customer->spend) ||
	    !read_number(inputs, "tickets", row, &tickets) || !read_number(inputs, "age", row, &age) ||
	    !read_number(inputs, "income", row, &customer->income) ||
	    !json_bool(cell(inputs, "has_card", row), &customer->has_card) || !plan.s ||
	    plan.n >= sizeof name || fabs(tickets) > 1e6 || fabs(age) > 1e6)
		return false;
	memcpy(name, plan.s, plan.n);
	name[plan.n] = 0;
	customer->tickets = (int)tickets;
	customer->age = (int)age;
	return plan_find(name, &customer->plan);
}

static int64_t rows_of(const struct json *inputs)
{
	int64_t rows;

	if (!json_int(json_first(json_get(json_first(inputs), "shape")), &rows))
		return 0;
	return rows > MAX_ROWS ? 0 : rows;
}

/* As MLServer does with what its model cannot take: 500, in plain text. */
static void refuse(struct answer *answer)
{
	answer->status = 500;
	answer->type = "text/plain; charset=utf-8";
	buf_clear(&answer->body);
	buf_adds(&answer->body, "Internal Server Error");
}

static void write_scores(struct server *server, const struct json *root, int64_t rows,
			 struct answer *answer)
{
	const struct json *inputs = json_get(root, "inputs");
	struct buf *out = &answer->body;
	struct customer customer;

	buf_addf(out, "{\"model_name\":\"%s\",\"model_version\":\"%s\",\"id\":", server->name,
		 server->version);
	quote_add(out, json_get_text(root, "id"));
	buf_addf(out,
		 ",\"parameters\":{},\"outputs\":[{\"name\":\"score\",\"shape\":[%d,1],"
		 "\"datatype\":\"FP64\",\"data\":[",
		 (int)rows);
	for (int i = 0; i < rows; i++) {
		if (!read_customer(inputs, i, &customer)) {
			refuse(answer);
			return;
		}
		if (i)
			buf_addc(out, ',');
		quote_number(out, model_score(&server->model, &customer));
	}
	buf_adds(out, "]}]}");
}

static void infer(struct server *server, const struct question *question, bool versioned,
		  struct answer *answer)
{
	struct err err;
	struct json *root;
	int64_t rows;

	root = json_parse(question->body, &json_limits, NULL, &err);
	if (!root) {
		say(answer, 422, "error", err.message);
		return;
	}
	answer->scored = true;
	rows = rows_of(json_get(root, "inputs"));
	if (rows > 0)
		write_scores(server, root, rows, answer);
	else
		refuse(answer);
	json_free(root);
	if (answer->status != 200)
		meter_inference(&server->meter, versioned, false, 0);
}

/* ---- everything else ------------------------------------------------------------------------- */

static void write_model(struct server *server, struct answer *answer)
{
	static const char *const inputs[][2] = {{"tenure", "FP64"}, {"spend", "FP64"},
						{"tickets", "INT64"}, {"age", "INT64"},
						{"income", "FP64"}, {"plan", "BYTES"},
						{"has_card", "BOOL"}};
	struct buf *out = &answer->body;

	buf_addf(out, "{\"name\":\"%s\",\"versions\":[\"%s\"],\"platform\":\"\",\"inputs\":[",
		 server->name, server->version);
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
		buf_addf(out, "%s{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[-1,1]}", i ? "," : "",
			 inputs[i][0], inputs[i][1]);
	buf_adds(out, "],\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP64\",\"shape\":[-1,1]}],"
		      "\"parameters\":{}}");
}

static void write_index(struct server *server, const struct question *question,
			struct answer *answer)
{
	if (!question->body.n) {
		answer->status = 422;
		buf_adds(&answer->body, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\","
					"\"type\":\"value_error.missing\"}]}");
		return;
	}
	buf_addf(&answer->body,
		 "[{\"name\":\"%s\",\"version\":\"%s\",\"state\":\"READY\",\"reason\":\"\"}]",
		 server->name, server->version);
}

enum route {
	ROUTE_NONE,
	ROUTE_SERVER,
	ROUTE_LIVE,
	ROUTE_READY,
	ROUTE_METRICS,
	ROUTE_INDEX,
	ROUTE_MODEL,
	ROUTE_MODEL_READY,
	ROUTE_INFER,
};

static const struct {
	bool post;
	const char *template[2]; /* without and with a version; NULL: not counted, as in MLServer */
} routes[] = {
	[ROUTE_SERVER] = {false, {"/v2", "/v2"}},
	[ROUTE_LIVE] = {false, {NULL, NULL}},
	[ROUTE_READY] = {false, {NULL, NULL}},
	[ROUTE_METRICS] = {false, {NULL, NULL}},
	[ROUTE_INDEX] = {true, {"/v2/repository/index", "/v2/repository/index"}},
	[ROUTE_MODEL] = {false,
			 {"/v2/models/{model_name}",
			  "/v2/models/{model_name}/versions/{model_version}"}},
	[ROUTE_MODEL_READY] = {false,
			       {"/v2/models/{model_name}/ready",
				"/v2/models/{model_name}/versions/{model_version}/ready"}},
	[ROUTE_INFER] = {true,
			 {"/v2/models/{model_name}/infer",
			  "/v2/models/{model_name}/versions/{model_version}/infer"}},
};

static enum route route_of(const struct parts *parts, bool versioned)
{
	int verb = versioned ? 5 : 3;

	if (parts->n == 1)
		return is(parts, 0, "v2") ? ROUTE_SERVER : is(parts, 0, "metrics") ? ROUTE_METRICS : ROUTE_NONE;
	if (!is(parts, 0, "v2"))
		return ROUTE_NONE;
	if (is(parts, 1, "health") && parts->n == 3)
		return is(parts, 2, "live") ? ROUTE_LIVE : is(parts, 2, "ready") ? ROUTE_READY : ROUTE_NONE;
	if (is(parts, 1, "repository") && is(parts, 2, "index") && parts->n == 3)
		return ROUTE_INDEX;
	if (!is(parts, 1, "models") || parts->n < verb || parts->n > verb + 1)
		return ROUTE_NONE;
	if (parts->n == verb)
		return ROUTE_MODEL;
	return is(parts, verb, "ready") ? ROUTE_MODEL_READY : is(parts, verb, "infer") ? ROUTE_INFER : ROUTE_NONE;
}

static bool knows(const struct server *server, const struct parts *parts, bool versioned)
{
	return is(parts, 2, server->name) && (!versioned || is(parts, 4, server->version));
}

static void fill(struct server *server, const struct question *question, enum route route,
		 bool versioned, struct answer *answer)
{
	switch (route) {
	case ROUTE_SERVER:
		buf_adds(&answer->body,
			 "{\"name\":\"leeboard-demo\",\"version\":\"" LEE_VERSION "\",\"extensions\":[]}");
		break;
	case ROUTE_METRICS:
		answer->type = "text/plain; version=0.0.4; charset=utf-8";
		meter_text(&server->meter, server->name, server->version, &answer->body);
		break;
	case ROUTE_INDEX:
		write_index(server, question, answer);
		break;
	case ROUTE_MODEL:
		write_model(server, answer);
		break;
	case ROUTE_INFER:
		infer(server, question, versioned, answer);
		break;
	default: /* the health paths: 200 and no body */
		break;
	}
}

void answer(struct server *server, const struct question *question, struct answer *answer)
{
	struct parts parts;
	bool post = strcmp(question->method, "POST") == 0, get = strcmp(question->method, "GET") == 0;
	bool fits = split(&parts, question->path), versioned = fits && is(&parts, 3, "versions");
	enum route route = fits ? route_of(&parts, versioned) : ROUTE_NONE;

	*answer = (struct answer){.status = 200, .type = "application/json"};
	buf_init(&answer->body, MAX_BODY);
	if (route == ROUTE_NONE) {
		say(answer, 404, "detail", "Not Found");
		return;
	}
	answer->template = routes[route].template[versioned];
	answer->counted = !answer->template ? NULL : post ? "POST" : get ? "GET" : NULL;
	if (routes[route].post ? !post : !get)
		say(answer, 405, "detail", "Method Not Allowed");
	else if (route >= ROUTE_MODEL && !knows(server, &parts, versioned))
		say(answer, 404, "error", "Model not found");
	else
		fill(server, question, route, versioned, answer);
}
