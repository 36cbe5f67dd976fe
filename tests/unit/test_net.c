/*
 * The net room, against a server that misbehaves: each fault gives its sentence, a secret never
 * reaches a second origin, and a cancel from another thread ends a wait.
 */
#include "test.h"

#include "../tools/faultd.h"

#include "base/clock.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define SECRET "s3cr3t-canary"

/* ---- addresses ---- */

static void addresses_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *origin, *host, *path;
		int port;
	} cases[] = {
		{"http://h", "http://h", "h", "/", 80},
		{"https://H.Example/a/b?c=d#e", "https://h.example", "h.example", "/a/b", 443},
		{"HTTP://h:80/", "http://h", "h", "/", 80},
		{"https://h:80/", "https://h:80", "h", "/", 80},
		{"http://[::1]:5000/x", "http://[::1]:5000", "::1", "/x", 5000},
		{"http://2130706433/", "http://127.0.0.1", "127.0.0.1", "/", 80},
		{"http://0177.0.0.1/", "http://127.0.0.1", "127.0.0.1", "/", 80},
		{"http://0x7f.1/", "http://127.0.0.1", "127.0.0.1", "/", 80},
		{"http://h/%2e%2e/a", "http://h", "h", "/%2e%2e/a", 80},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct url url;
		struct err err;

		assert_int_equal(url_parse(&url, str_of(c->text), &err), 0);
		assert_string_equal(url.origin, c->origin);
		assert_string_equal(url.host, c->host);
		assert_string_equal(url.path, c->path);
		assert_int_equal(url.port, c->port);
		url_release(&url);
	}
}

static void bad_addresses_are_refused(void **state)
{
	static const char *const cases[] = {
		"", "h", "/x", "//h/x", "ftp://h/", "file:///etc/passwd", "http://", "http:///x",
		"http:/x",
		"http://h:99999/", "http://h:x/", "http://h/a b", "http://h\\@evil/",
		"http://h/\x01",
		"http://user@h/", "http://user:password@h/", "http://:p@h/", "javascript:alert(1)",
		"http://[::1", "http://h\r\nX: y/", "models:/m/1", "gopher://h/", "http://h/\x7f",
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct url url;
		struct err err;

		assert_int_equal(url_parse(&url, str_of(*c), &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_true(err.message[0]);
		assert_null(url.whole);
	}
}

static void a_password_in_an_address_is_not_repeated(void **state)
{
	struct url url;
	struct err err;
	(void)state;

	assert_int_equal(url_parse(&url, STR("https://ann:" SECRET "@h/"), &err), -1);
	assert_null(strstr(err.message, SECRET));
	assert_null(strstr(err.hint, SECRET));
	assert_non_null(strstr(err.hint, "config"));
}

static void references_stay_below_the_base(void **state)
{
	static const struct {
		const char *base, *reference, *whole;
	} cases[] = {
		{"http://h", "/api/x?y=1", "http://h/api/x?y=1"},
		{"http://h/", "/api", "http://h/api"},
		{"http://h/ml/", "/api", "http://h/ml/api"},
		{"http://h/ml?a=b", "/api", "http://h/ml/api"},
		{"http://[::1]:80/ml", "/api", "http://[::1]/ml/api"},
		{"http://h", "http://other/x", "http://other/x"},
		{"http://h", "//other/x", "http://h//other/x"},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct url base, url;
		struct err err;

		assert_int_equal(url_parse(&base, str_of(c->base), &err), 0);
		assert_int_equal(url_below(&url, &base, str_of(c->reference), &err), 0);
		assert_string_equal(url.whole, c->whole);
		url_release(&url);
		url_release(&base);
	}
}

static void the_port_beside_is_the_same_host(void **state)
{
	struct url base, url;
	struct err err;
	(void)state;

	assert_int_equal(url_parse(&base, STR("http://[::1]:8080/x"), &err), 0);
	assert_int_equal(url_beside(&url, &base, 8082, "/metrics", &err), 0);
	assert_string_equal(url.whole, "http://[::1]:8082/metrics");
	assert_false(url_same_origin(&url, &base));
	assert_true(url_is_loopback(&url));
	url_release(&url);
	url_release(&base);
}

static void only_this_machine_is_loopback(void **state)
{
	static const struct {
		const char *address;
		bool loopback;
	} cases[] = {
		{"http://localhost:8080", true}, {"http://LOCALHOST", true},
		{"http://127.0.0.1", true},      {"http://127.1.2.3:5", true},
		{"http://[::1]/", true},         {"http://127.evil.example", false},
		{"http://127.0.0.1.nip.io", false}, {"http://localhost.example", false},
		{"http://128.0.0.1", false},     {"http://[::2]/", false},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct url url;
		struct err err;

		assert_int_equal(url_parse(&url, str_of(c->address), &err), 0);
		assert_int_equal(url_is_loopback(&url), c->loopback);
		url_release(&url);
	}
}

static void queries_are_encoded(void **state)
{
	struct buf out;
	(void)state;

	buf_init(&out, 1000);
	buf_adds(&out, "/x");
	url_add_query(&out, "run_id", STR("a-1"));
	url_add_query(&out, "metric_key", STR("val loss/\xc3\xa9&="));
	assert_string_equal(buf_cstr(&out), "/x?run_id=a-1&metric_key=val%20loss%2F%C3%A9%26%3D");
	buf_release(&out);
}

/* ---- sending again ---- */

static void only_passing_troubles_are_tried_again(void **state)
{
	static const int yes[] = {408, 429, 500, 502, 503, 504};
	(void)state;

	for (int status = 100, k = 0; status < 600; status++) {
		bool expected = k < 6 && yes[k] == status;

		k += expected;
		assert_int_equal(retry_is_worth(status), expected);
	}
	assert_int_equal(retry_wait(RETRY_TRIES, 503, RETRY_NO_WISH, INT64_MAX, 0), RETRY_GIVE_UP);
	assert_int_equal(retry_wait(1, 404, 0, INT64_MAX, 0), RETRY_GIVE_UP);
}

static void waits_grow_and_keep_the_deadline(void **state)
{
	(void)state;

	assert_int_equal(retry_wait(1, 503, RETRY_NO_WISH, INT64_MAX, 0), 125);
	assert_int_equal(retry_wait(1, 503, RETRY_NO_WISH, INT64_MAX, 250), 375);
	assert_int_equal(retry_wait(4, 503, RETRY_NO_WISH, INT64_MAX, 0), 1000);
	assert_int_equal(retry_wait(1, 429, 3000, INT64_MAX, 7), 3000);
	assert_int_equal(retry_wait(1, 429, 3000, 2000, 7), RETRY_GIVE_UP);
	assert_int_equal(retry_wait(1, 503, RETRY_NO_WISH, -5, 7), RETRY_GIVE_UP);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
	int64_t wall = 1792567680000; /* 2026-10-21 07:28:00 UTC */
	(void)state;

	assert_int_equal(retry_after(STR("120"), wall), 120000);
	assert_int_equal(retry_after(STR(" 0 "), wall), 0);
	assert_int_equal(retry_after(STR("Wed, 21 Oct 2026 07:28:30 GMT"), wall), 30000);
	assert_int_equal(retry_after(STR("Wed, 21 Oct 2026 07:27:30 GMT"), wall), 0);
	assert_int_equal(retry_after(STR("999999999"), wall), 86400000);
	assert_int_equal(retry_after(STR(""), wall), RETRY_NO_WISH);
	assert_int_equal(retry_after(STR("-1"), wall), RETRY_NO_WISH);
	assert_int_equal(retry_after(STR("1.5"), wall), RETRY_NO_WISH);
	assert_int_equal(retry_after(STR("soon"), wall), RETRY_NO_WISH);
	assert_int_equal(retry_after(STR("Wed, 21 Foo 2026 07:28:30 GMT"), wall), RETRY_NO_WISH);
}

/* ---- a client and a server ---- */

struct world {
	struct faultd *server;
	struct http *http;
	char base[64];
};

static int set_up(void **state)
{
	static struct world world;
	struct http_settings settings = {.token = SECRET, .idle_seconds = 1};
	struct err err;

	world.server = faultd_start(0);
	snprintf(world.base, sizeof world.base, "http://127.0.0.1:%d",
		 faultd_port(world.server));
	settings.base = world.base;
	world.http = http_new(&settings, &err);
	*state = &world;
	return world.http ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	http_free(w->http);
	faultd_stop(w->server);
	return 0;
}

static int get(struct world *w, const char *path, struct http_response *reply, struct err *err)
{
	struct http_request request = {.url = str_of(path)};

	return http_fetch(w->http, &request, reply, err);
}

/* What http_check says about the answer at path. */
static void check(struct world *w, const char *path, struct err *err)
{
	struct http_response reply;

	assert_int_equal(get(w, path, &reply, err), 0);
	http_check(w->http, &reply, STR_NONE, NULL, err);
	http_response_release(&reply);
}

static void a_sound_answer_comes_whole(void **state)
{
	struct world *w = *state;
	struct http_response reply;
	struct err err;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(get(w, i == 1 ? "/gzip" : "/ok", &reply, &err), 0);
		assert_int_equal(reply.status, 200);
		assert_string_equal(buf_cstr(&reply.body), "{\"ok\":true}");
		assert_string_equal(reply.type, "application/json");
		assert_true(reply.seconds > 0);
		assert_int_equal(reply.tries, 1);
		assert_int_equal(http_check(w->http, &reply, STR_NONE, NULL, &err), 0);
		http_response_release(&reply);
	}
	assert_true(faultd_heard(w->server, "User-Agent: leeboard/"));
	assert_true(faultd_heard(w->server, "Authorization: Bearer " SECRET "\r\n"));
	assert_true(faultd_heard(w->server, "Accept-Encoding: gzip\r\n"));
	assert_false(faultd_heard(w->server, "Origin:"));
	assert_false(faultd_heard(w->server, "Cookie:"));
}

static void a_body_is_posted(void **state)
{
	struct world *w = *state;
	struct http_request request = {.method = HTTP_POST, .url = STR("/ok"),
				       .body = STR("{\"a\":1}")};
	struct http_response reply;
	struct err err;

	assert_int_equal(http_fetch(w->http, &request, &reply, &err), 0);
	assert_true(faultd_heard(w->server, "POST /ok HTTP/1.1\r\n"));
	assert_true(faultd_heard(w->server, "Content-Type: application/json\r\n"));
	assert_true(faultd_heard(w->server, "\r\n\r\n{\"a\":1}"));
	assert_false(faultd_heard(w->server, "Expect:"));
	http_response_release(&reply);
}

static void each_fault_has_its_sentence(void **state)
{
	static const struct {
		const char *path;
		enum err_code code;
		const char *says;
	} cases[] = {
		{"/reset", ERR_NETWORK, "reset the connection before it had answered"},
		{"/close", ERR_NETWORK, "closed the connection before it had answered"},
		{"/reset/body", ERR_NETWORK, "reset the connection after 6 bytes"},
		{"/short", ERR_NETWORK, "promised 100 bytes and closed the connection after 11"},
		{"/short/chunk", ERR_NETWORK, "closed the connection within the answer, after "},
		{"/bomb", ERR_TOO_BIG, "decompression bomb"},
		{"/encoding", ERR_UNSUPPORTED, "compressed in a way"},
		{"/huge", ERR_TOO_BIG, "larger than the cap of 32 MB"},
		{"/headers", ERR_TOO_BIG, "headers are larger than 64 KB"},
		{"/headers/one", ERR_TOO_BIG, "headers are larger than 64 KB"},
		{"/garbage", ERR_FORMAT, "does not speak HTTP"},
		{"/drip", ERR_TIMEOUT, "stalled after "},
		{"/hang", ERR_TIMEOUT, "sent no answer within 1.0 s"},
		{"/hang/headers", ERR_TIMEOUT, "sent no answer within 1.0 s"},
		{"/hang/body", ERR_TIMEOUT, "stalled after 6 bytes"},
	};
	struct world *w = *state;

	TABLE_EACH(c, cases) {
		struct http_response reply;
		struct err err;

		assert_int_equal(get(w, c->path, &reply, &err), -1);
		assert_int_equal(err.code, c->code);
		assert_non_null(strstr(err.message, c->says));
		assert_string_equal(err.origin, w->base);
		assert_true(*err.hint);
		assert_null(strstr(err.message, SECRET));
		assert_int_equal(reply.body.n, 0);
		http_response_release(&reply);
	}
}

static void a_deadline_ends_a_wait(void **state)
{
	struct world *w = *state;
	struct http_request request = {.url = STR("/hang/body")};
	struct http_response reply;
	struct err err;

	request.deadline = clock_monotonic() + 50;
	assert_int_equal(http_fetch(w->http, &request, &reply, &err), -1);
	assert_int_equal(err.code, ERR_TIMEOUT);
	/* on a busy machine it may come before the first byte of the answer */
	assert_true(strstr(err.message, "time is up") || strstr(err.message, "no answer"));
	http_response_release(&reply);
}

static void the_cap_is_the_requests_own(void **state)
{
	struct world *w = *state;
	struct http_request request = {.url = STR("/ok"), .max_body = 11};
	struct http_response reply;
	struct err err;

	assert_int_equal(http_fetch(w->http, &request, &reply, &err), 0);
	http_response_release(&reply);
	request.max_body = 10;
	assert_int_equal(http_fetch(w->http, &request, &reply, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	http_response_release(&reply);
}

static void a_longer_body_than_promised_poisons_nothing(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 3; i++) {
		struct http_response reply;
		struct err err;

		assert_int_equal(get(w, i % 2 ? "/ok" : "/long", &reply, &err), 0);
		assert_string_equal(buf_cstr(&reply.body), "{\"ok\":true}");
		http_response_release(&reply);
	}
}

static void statuses_have_their_sentences(void **state)
{
	static const struct {
		const char *path;
		enum err_code code;
		const char *says, *hint;
	} cases[] = {
		{"/html", ERR_FORMAT, "a web page", "login page or another service"},
		{"/status/401", ERR_AUTH, "asks for a login", "token:"},
		{"/status/403", ERR_AUTH, "forbids this", "account"},
		{"/status/404", ERR_NOT_FOUND, "no such path", "prefix"},
		{"/status/429/120", ERR_RATE, "wait 120 s", "every:"},
		{"/status/429", ERR_RATE, "too many requests", "every:"},
		{"/status/500", ERR_SERVER, "answers 500", "log"},
		{"/status/502", ERR_SERVER, "answers 502", "proxy"},
		{"/status/503", ERR_SERVER, "answers 503", "busy"},
		{"/status/418", ERR_SERVER, "answers 418", ""},
		{"/redirect//login", ERR_SERVER, "redirects to http://127.0.0.1", "login page"},
		{"/redirect/https://sso.example/x", ERR_SERVER, "to https://sso.example (302)",
		 "use its address"},
		{"/redirect/file:///etc/passwd", ERR_SERVER, "points to no http address",
		 "not followed"},
	};
	struct world *w = *state;

	TABLE_EACH(c, cases) {
		struct err err;

		check(w, c->path, &err);
		assert_int_equal(err.code, c->code);
		assert_non_null(strstr(err.message, c->says));
		assert_non_null(strstr(err.hint, c->hint));
		assert_string_equal(err.origin, w->base);
	}
}

static void the_wait_that_is_asked_for_is_passed_on(void **state)
{
	struct world *w = *state;
	struct err err;

	check(w, "/status/429/120", &err);
	assert_int_equal(err.wait_ms, 120000);
	check(w, "/status/503/7", &err);
	assert_int_equal(err.wait_ms, 7000);
	check(w, "/status/429", &err);
	assert_int_equal(err.wait_ms, 0);
}

static void the_servers_words_and_hosts_are_passed_on(void **state)
{
	struct world *w = *state;
	struct http_response reply;
	struct err err;

	faultd_answer(w->server, "GET /x", 403, "Content-Type: text/plain\r\n",
		      "Invalid Host header - possible DNS rebinding attack detected", 60);
	assert_int_equal(get(w, "/x", &reply, &err), 0);
	assert_int_equal(http_check(w->http, &reply, STR("no \x1b[31m"), NULL, &err), -1);
	assert_non_null(strstr(err.hint, "--allowed-hosts 127.0.0.1"));
	assert_non_null(strstr(err.message, "(403): no \xe2\x90\x9b[31m"));
	http_response_release(&reply);
	check(w, "/status/401", &err);
	assert_int_equal(get(w, "/status/401", &reply, &err), 0);
	http_check(w->http, &reply, STR_NONE, "set MLFLOW_TRACKING_TOKEN", &err);
	assert_string_equal(err.hint, "set MLFLOW_TRACKING_TOKEN");
	http_response_release(&reply);
}

static void it_is_asked_again_until_it_answers(void **state)
{
	struct world *w = *state;
	struct http_request request = {.url = STR("/later"), .again = true};
	struct http_response reply;
	struct err err;

	faultd_answer(w->server, "GET /later", 503, "Retry-After: 0\r\n", "{}", 2);
	faultd_answer(w->server, "GET /later", 429, "Retry-After: 0\r\n", "{}", 2);
	faultd_answer(w->server, "GET /later", 200, "", "[7]", 3);
	assert_int_equal(http_fetch(w->http, &request, &reply, &err), 0);
	assert_int_equal(reply.status, 200);
	assert_int_equal(reply.tries, 3);
	assert_string_equal(buf_cstr(&reply.body), "[7]");
	http_response_release(&reply);
}

static void at_most_five_tries_and_none_past_the_deadline(void **state)
{
	struct world *w = *state;
	struct http_request request = {.url = STR("/status/503/0"), .again = true};
	struct http_response reply;
	struct err err;

	assert_int_equal(http_fetch(w->http, &request, &reply, &err), 0);
	assert_int_equal(reply.status, 503);
	assert_int_equal(reply.tries, 5);
	http_response_release(&reply);
	request.url = STR("/status/429/600");
	request.deadline = clock_monotonic() + 60000;
	assert_int_equal(http_fetch(w->http, &request, &reply, &err), 0);
	assert_int_equal(reply.tries, 1);
	assert_int_equal(reply.wish, 600000);
	http_response_release(&reply);
	request.url = STR("/status/404");
	assert_int_equal(http_fetch(w->http, &request, &reply, &err), 0);
	assert_int_equal(reply.tries, 1);
	http_response_release(&reply);
}

static void the_secret_never_reaches_a_second_origin(void **state)
{
	struct world *w = *state;
	struct faultd *other = faultd_start(0);
	char url[200];
	struct http_response reply;
	struct err err;

	snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", faultd_port(other));
	assert_int_equal(get(w, url, &reply, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	http_response_release(&reply);
	snprintf(url, sizeof url, "http://localhost:%d/ok", faultd_port(w->server));
	assert_int_equal(get(w, url, &reply, &err), -1);
	http_response_release(&reply);
	for (int i = 0; i < 2; i++) {
		snprintf(url, sizeof url, "/redirect/http://%s:%d/ok",
			 i ? "localhost" : "127.0.0.1", faultd_port(other));
		assert_int_equal(get(w, url, &reply, &err), 0);
		assert_int_equal(reply.status, 302);
		http_response_release(&reply);
	}
	assert_int_equal(faultd_wait(other, 0), 0);
	assert_true(faultd_heard(w->server, SECRET));
	faultd_stop(other);
}

static void basic_is_sent_as_basic(void **state)
{
	struct world *w = *state;
	struct http_settings settings = {.base = w->base, .user = "ann", .password = "pa:ss"};
	struct http_request request = {.url = STR("/ok")};
	struct http_response reply;
	struct err err;
	struct http *http = http_new(&settings, &err);

	assert_int_equal(http_fetch(http, &request, &reply, &err), 0);
	assert_true(faultd_heard(w->server, "Authorization: Basic YW5uOnBhOnNz\r\n"));
	http_response_release(&reply);
	http_free(http);
}

static void a_secret_with_a_line_break_is_refused(void **state)
{
	struct world *w = *state;
	struct http_settings settings = {.base = w->base, .token = "a\r\nX-Evil: 1"};
	struct err err;

	assert_null(http_new(&settings, &err));
	assert_int_equal(err.code, ERR_USAGE);
	settings = (struct http_settings){.base = w->base, .ca_file = "/nonexistent/ca.pem"};
	assert_null(http_new(&settings, &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void refused_and_unknown_hosts_differ(void **state)
{
	struct world *w = *state;
	struct faultd *gone = faultd_start(0);
	struct http_settings settings = {0};
	struct http_request request = {.url = STR("/ok")};
	struct http_response reply;
	struct http *http;
	struct err err;
	char base[64];
	(void)w;

	snprintf(base, sizeof base, "http://127.0.0.1:%d", faultd_port(gone));
	faultd_stop(gone);
	settings.base = base;
	http = http_new(&settings, &err);
	assert_int_equal(http_fetch(http, &request, &reply, &err), -1);
	assert_non_null(strstr(err.message, "refuses connections on port"));
	assert_non_null(strstr(err.hint, "is the server running"));
	http_response_release(&reply);
	http_free(http);
	settings.base = "http://no-such-host.invalid";
	http = http_new(&settings, &err);
	assert_int_equal(http_fetch(http, &request, &reply, &err), -1);
	assert_non_null(strstr(err.message, "no such host: no-such-host.invalid"));
	http_response_release(&reply);
	http_free(http);
}

static void tls_on_a_plain_port_is_named(void **state)
{
	struct world *w = *state;
	struct http_settings settings = {0};
	struct http_request request = {.url = STR("/ok")};
	struct http_response reply;
	struct http *http;
	struct err err;
	char base[64];

	snprintf(base, sizeof base, "https://127.0.0.1:%d", faultd_port(w->server));
	settings.base = base;
	settings.connect_seconds = 1;
	http = http_new(&settings, &err);
	assert_int_equal(http_fetch(http, &request, &reply, &err), -1);
	assert_non_null(strstr(err.message, "TLS handshake"));
	assert_non_null(strstr(err.hint, "http://"));
	http_response_release(&reply);
	request.deadline = clock_monotonic() + 200; /* … also where it is the time that is up */
	assert_int_equal(http_fetch(http, &request, &reply, &err), -1);
	assert_non_null(strstr(err.message, "TLS handshake"));
	http_response_release(&reply);
	http_free(http);
}

static void many_at_once_keep_their_places(void **state)
{
	static const char *const paths[] = {"/ok", "/status/404", "/reset", "/gzip", "/ok",
					    "/status/500", "/ok", "/ok", "/short", "/ok"};
	enum { N = sizeof paths / sizeof *paths };
	struct world *w = *state;
	struct http_request requests[N] = {{0}};
	struct http_response replies[N];
	struct err errs[N];

	for (size_t i = 0; i < N; i++)
		requests[i].url = str_of(paths[i]);
	assert_int_equal(http_fetch_all(w->http, requests, replies, errs, N), -1);
	for (size_t i = 0; i < N; i++) {
		bool sound = strcmp(paths[i], "/reset") && strcmp(paths[i], "/short");

		assert_int_equal(errs[i].code, sound ? ERR_NONE : ERR_NETWORK);
		if (!strcmp(paths[i], "/ok") || !strcmp(paths[i], "/gzip"))
			assert_string_equal(buf_cstr(&replies[i].body), "{\"ok\":true}");
		http_response_release(&replies[i]);
	}
}

/* ---- cancel ---- */

struct caller {
	struct world *w;
	const char *path;
	bool again;
	int result;
	struct err err;
};

static void *call(void *data)
{
	struct caller *caller = data;
	struct http_request request = {.url = str_of(caller->path), .again = caller->again};
	struct http_response reply;

	caller->result = http_fetch(caller->w->http, &request, &reply, &caller->err);
	http_response_release(&reply);
	return NULL;
}

/* The server still holds the request when the call comes back: only the cancel can have done it. */
static void a_cancel_ends_any_wait(void **state)
{
	static const char *const paths[] = {"/hang", "/hang/headers", "/hang/body",
					    "/status/503/3600"};
	struct world *w = *state;
	size_t before = faultd_wait(w->server, 0);
	struct http_settings settings = {.base = w->base, .idle_seconds = 7200};
	struct err err;

	http_free(w->http);
	w->http = http_new(&settings, &err);
	for (size_t i = 0; i < 4; i++) {
		struct caller caller = {.w = w, .path = paths[i], .again = true};
		pthread_t thread;

		http_resume(w->http);
		pthread_create(&thread, NULL, call, &caller);
		faultd_wait(w->server, before + i + 1);
		http_cancel(w->http);
		pthread_join(thread, NULL);
		assert_int_equal(caller.result, -1);
		assert_int_equal(caller.err.code, ERR_CANCELLED);
	}
}

static void a_cancel_before_the_call_holds(void **state)
{
	struct world *w = *state;
	struct http_response reply;
	struct err err;

	http_cancel(w->http);
	assert_int_equal(get(w, "/ok", &reply, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_int_equal(faultd_wait(w->server, 0), 0);
	http_response_release(&reply);
	http_resume(w->http);
	assert_int_equal(get(w, "/ok", &reply, &err), 0);
	http_response_release(&reply);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_taken_apart),
		cmocka_unit_test(bad_addresses_are_refused),
		cmocka_unit_test(a_password_in_an_address_is_not_repeated),
		cmocka_unit_test(references_stay_below_the_base),
		cmocka_unit_test(the_port_beside_is_the_same_host),
		cmocka_unit_test(only_this_machine_is_loopback),
		cmocka_unit_test(queries_are_encoded),
		cmocka_unit_test(only_passing_troubles_are_tried_again),
		cmocka_unit_test(waits_grow_and_keep_the_deadline),
		cmocka_unit_test(retry_after_is_seconds_or_a_date),
		WITH_SERVER(a_sound_answer_comes_whole),
		WITH_SERVER(a_body_is_posted),
		WITH_SERVER(each_fault_has_its_sentence),
		WITH_SERVER(a_deadline_ends_a_wait),
		WITH_SERVER(the_cap_is_the_requests_own),
		WITH_SERVER(a_longer_body_than_promised_poisons_nothing),
		WITH_SERVER(statuses_have_their_sentences),
		WITH_SERVER(the_wait_that_is_asked_for_is_passed_on),
		WITH_SERVER(the_servers_words_and_hosts_are_passed_on),
		WITH_SERVER(it_is_asked_again_until_it_answers),
		WITH_SERVER(at_most_five_tries_and_none_past_the_deadline),
		WITH_SERVER(the_secret_never_reaches_a_second_origin),
		WITH_SERVER(basic_is_sent_as_basic),
		WITH_SERVER(a_secret_with_a_line_break_is_refused),
		WITH_SERVER(refused_and_unknown_hosts_differ),
		WITH_SERVER(tls_on_a_plain_port_is_named),
		WITH_SERVER(many_at_once_keep_their_places),
		WITH_SERVER(a_cancel_ends_any_wait),
		WITH_SERVER(a_cancel_before_the_call_holds),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
