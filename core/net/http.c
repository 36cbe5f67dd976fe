/*
 * The HTTP client; see http.h.
 *
 * A request is an `exchange`: an easy handle set up by begin(), run in the client's multi handle,
 * and finished by settle(), which makes a reply or a sentence of it, or says that it must be sent
 * again. Connections and names stay cached in the multi handle between calls.
 */
#include "net/http.h"

#include "base/clock.h"
#include "base/mem.h"
#include "net/http_error.h"
#include "net/retry.h"

#include <curl/curl.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	AT_ONCE = 6,
	CONNECT_SECONDS = 10,
	IDLE_SECONDS = 30,
	IDLE_BYTES = 100,
	POLL_MS = 10000, /* curl's own timers are shorter where it has something to wait for */
};

struct http {
	CURLM *multi;
	struct url base;
	char *authorization; /* the whole header line; NULL: none */
	char *ca_file;
	int connect_seconds;
	int idle_seconds;
	atomic_bool cancelled;
};

struct exchange {
	struct http *http;
	const struct http_request *request;
	struct http_response *reply;
	struct err *err;
	struct url url;
	CURL *easy;
	struct curl_slist *headers;
	size_t header_bytes;
	size_t max_body;
	enum http_stop stop;
	CURLcode code;
	int64_t given_ms; /* to the deadline, when the try began */
	bool head;   /* all headers are there */
	bool open;   /* no reply and no error yet */
	bool failed;
	char detail[CURL_ERROR_SIZE];
};

static void start_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ---- the client ---- */

static void add_base64(struct buf *out, struct str in)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < in.n; i += 3) {
		unsigned bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (i + k < in.n ? (unsigned char)in.s[i + k] : 0);
		buf_addc(out, digits[bits >> 18]);
		buf_addc(out, digits[bits >> 12 & 63]);
		buf_addc(out, i + 1 < in.n ? digits[bits >> 6 & 63] : '=');
		buf_addc(out, i + 2 < in.n ? digits[bits & 63] : '=');
	}
}

static void wipe(struct buf *buf)
{
	if (buf->s)
		explicit_bzero(buf->s, buf->cap);
	buf_release(buf);
}

/* A line break in a secret would be a header of its own. */
static bool is_one_line(const char *s)
{
	return !s || !strpbrk(s, "\r\n");
}

/* The header line that carries the secret; made once, so that no other copy of it is kept. */
static char *authorization_of(const struct http_settings *settings)
{
	struct buf line, pair;
	char *made = NULL;

	buf_init(&line, 64 << 10);
	buf_init(&pair, 32 << 10);
	if (settings->token && settings->token[0]) {
		buf_addf(&line, "Authorization: Bearer %s", settings->token);
	} else if (settings->user && settings->password) {
		buf_addf(&pair, "%s:%s", settings->user, settings->password);
		buf_adds(&line, "Authorization: Basic ");
		add_base64(&line, buf_str(&pair));
	}
	if (line.n)
		made = mem_copy(line.s, line.n);
	wipe(&line);
	wipe(&pair);
	return made;
}

struct http *http_new(const struct http_settings *settings, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct url base;
	struct http *http;

	pthread_once(&once, start_curl);
	if (url_parse(&base, str_of(settings->base), err))
		return NULL;
	if (!is_one_line(settings->token) || !is_one_line(settings->user) ||
	    !is_one_line(settings->password)) {
		err_set(err, ERR_USAGE, "the token or password for %s holds a line break",
			base.origin);
		url_release(&base);
		return NULL;
	}
	if (settings->ca_file && access(settings->ca_file, R_OK)) {
		err_errno(err, errno, "the CA file %s", settings->ca_file);
		url_release(&base);
		return NULL;
	}
	http = mem_zero(1, sizeof *http);
	http->base = base;
	http->authorization = authorization_of(settings);
	if (settings->ca_file)
		http->ca_file = mem_copy(settings->ca_file, strlen(settings->ca_file));
	http->connect_seconds = settings->connect_seconds ? settings->connect_seconds
							  : CONNECT_SECONDS;
	http->idle_seconds = settings->idle_seconds ? settings->idle_seconds : IDLE_SECONDS;
	http->multi = curl_multi_init();
	curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)AT_ONCE);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)AT_ONCE);
	return http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	curl_multi_cleanup(http->multi);
	if (http->authorization)
		explicit_bzero(http->authorization, strlen(http->authorization));
	free(http->authorization);
	free(http->ca_file);
	url_release(&http->base);
	free(http);
}

const struct url *http_base(const struct http *http)
{
	return &http->base;
}

void http_cancel(struct http *http)
{
	atomic_store(&http->cancelled, true);
	curl_multi_wakeup(http->multi);
}

void http_resume(struct http *http)
{
	atomic_store(&http->cancelled, false);
}

void http_response_release(struct http_response *reply)
{
	buf_release(&reply->body);
}

/* ---- what curl calls ---- */

static bool is_encoding_of_ours(struct str value)
{
	value = str_trim(value);
	return !value.n || (value.n == 4 && !strncasecmp(value.s, "gzip", 4)) ||
	       (value.n == 6 && !strncasecmp(value.s, "x-gzip", 6)) ||
	       (value.n == 8 && !strncasecmp(value.s, "identity", 8));
}

static size_t on_header(char *line, size_t size, size_t n, void *data)
{
	static const char encoding[] = "content-encoding:";
	struct exchange *x = data;
	size_t skip = sizeof encoding - 1;
	long status = 0;

	n *= size;
	x->header_bytes += n;
	if (x->header_bytes > HTTP_MAX_HEADERS) {
		x->stop = STOP_HEADER_CAP;
		return 0;
	}
	if (n > skip && !strncasecmp(line, encoding, skip) &&
	    !is_encoding_of_ours((struct str){line + skip, n - skip})) {
		x->stop = STOP_ENCODING;
		return 0;
	}
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && (line[0] == '\r' || line[0] == '\n'))
		x->head = true;
	return n;
}

static bool is_bomb(const struct exchange *x, size_t decoded)
{
	curl_off_t wire = 0;

	if (decoded <= HTTP_RATIO_FREE)
		return false;
	curl_easy_getinfo(x->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
	return decoded / HTTP_MAX_RATIO > (size_t)(wire > 0 ? wire : 1);
}

static size_t on_body(char *bytes, size_t size, size_t n, void *data)
{
	struct exchange *x = data;
	size_t decoded;

	n *= size;
	decoded = x->reply->body.n + n;
	if (is_bomb(x, decoded))
		x->stop = STOP_RATIO;
	else if (decoded > x->max_body)
		x->stop = STOP_BODY_CAP;
	if (x->stop)
		return 0;
	buf_add(&x->reply->body, bytes, n);
	return n;
}

/* ---- one exchange ---- */

static int64_t time_left(const struct http_request *request)
{
	return request->deadline ? request->deadline - clock_monotonic() : INT64_MAX;
}

static void add_header(struct exchange *x, const char *name, const char *value)
{
	struct buf line;

	buf_init(&line, 1024);
	buf_addf(&line, "%s:%s%s", name, value[0] ? " " : "", value);
	x->headers = curl_slist_append(x->headers, buf_cstr(&line));
	buf_release(&line);
}

static void set_headers(struct exchange *x)
{
	const struct http_request *request = x->request;

	add_header(x, "Accept", request->accept ? request->accept : "application/json");
	if (request->method == HTTP_POST) {
		add_header(x, "Content-Type", request->type ? request->type : "application/json");
		add_header(x, "Expect", ""); /* no waiting for "100 Continue" */
	}
	if (x->http->authorization)
		x->headers = curl_slist_append(x->headers, x->http->authorization);
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
}

static void set_limits(struct exchange *x)
{
	struct http *http = x->http;
	int64_t left = time_left(x->request);

	x->given_ms = left;
	if (left < LONG_MAX)
		curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	curl_easy_setopt(x->easy, CURLOPT_CONNECTTIMEOUT, (long)http->connect_seconds);
	curl_easy_setopt(x->easy, CURLOPT_LOW_SPEED_LIMIT, (long)IDLE_BYTES);
	curl_easy_setopt(x->easy, CURLOPT_LOW_SPEED_TIME, (long)http->idle_seconds);
	curl_easy_setopt(x->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(x->easy, CURLOPT_QUICK_EXIT, 1L);
}

static void set_security(struct exchange *x)
{
	struct http *http = x->http;

	curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(x->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(x->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (http->ca_file) {
		curl_easy_setopt(x->easy, CURLOPT_CAINFO, http->ca_file);
		curl_easy_setopt(x->easy, CURLOPT_CAPATH, NULL);
	}
	/* A proxy would read what plain http carries, and cannot reach this machine's own ports. */
	if (url_is_loopback(&x->url) || (!x->url.https && http->authorization))
		curl_easy_setopt(x->easy, CURLOPT_PROXY, "");
}

static void set_request(struct exchange *x)
{
	const struct http_request *request = x->request;

	curl_easy_setopt(x->easy, CURLOPT_URL, x->url.whole);
	curl_easy_setopt(x->easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(x->easy, CURLOPT_USERAGENT, "leeboard/" LEE_VERSION);
	curl_easy_setopt(x->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	if (request->method == HTTP_POST) {
		curl_easy_setopt(x->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
		curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS,
				 request->body.n ? request->body.s : "");
	}
	curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->detail);
	curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
}

static void fail(struct exchange *x)
{
	err_origin(x->err, "%s", x->http->base.origin);
	x->open = false;
	x->failed = true;
}

/* The address must be ours before anything is sent there. */
static void open_exchange(struct exchange *x)
{
	*x->reply = (struct http_response){.wish = RETRY_NO_WISH};
	x->max_body = x->request->max_body ? x->request->max_body : HTTP_MAX_BODY;
	buf_init(&x->reply->body, x->max_body);
	err_clear(x->err);
	x->open = true;
	if (url_below(&x->url, &x->http->base, x->request->url, x->err)) {
		fail(x);
	} else if (!url_same_origin(&x->url, &x->http->base)) {
		err_set(x->err, ERR_USAGE, "refused to ask %s in the place of %s", x->url.origin,
			x->http->base.origin);
		fail(x);
	}
}

static void begin(struct exchange *x)
{
	buf_clear(&x->reply->body);
	x->header_bytes = 0;
	x->stop = STOP_NONE;
	x->code = CURLE_OK;
	x->head = false;
	x->detail[0] = '\0';
	x->reply->tries++;
	x->easy = curl_easy_init();
	set_request(x);
	set_headers(x);
	set_limits(x);
	set_security(x);
	curl_multi_add_handle(x->http->multi, x->easy);
}

/* Our own list holds the secret as a copy of curl's making. */
static void end(struct exchange *x)
{
	if (!x->easy)
		return;
	curl_multi_remove_handle(x->http->multi, x->easy);
	curl_easy_cleanup(x->easy);
	x->easy = NULL;
	for (struct curl_slist *line = x->headers; line; line = line->next)
		explicit_bzero(line->data, strlen(line->data));
	curl_slist_free_all(x->headers);
	x->headers = NULL;
}

static void failed(struct exchange *x)
{
	struct http_failure f = {
		.url = &x->url,
		.code = x->code,
		.stop = x->stop,
		.detail = x->detail,
		.head = x->head,
		/* curl's timers are exact to a few milliseconds */
		.past_deadline = time_left(x->request) < 20,
		.idle_seconds = x->http->idle_seconds,
		.given_ms = x->given_ms,
		.max_body = x->max_body,
		.ca_file = x->http->ca_file,
	};
	curl_off_t ready = 0, tcp = 0, promised = -1, received = 0;
	long port = 0;

	curl_easy_getinfo(x->easy, CURLINFO_SSL_VERIFYRESULT, &f.verify);
	curl_easy_getinfo(x->easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
	curl_easy_getinfo(x->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &promised);
	curl_easy_getinfo(x->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
	curl_easy_getinfo(x->easy, CURLINFO_CONNECT_TIME_T, &tcp);
	/* curl times the connection when TLS is done too; it has our end of it before */
	curl_easy_getinfo(x->easy, CURLINFO_LOCAL_PORT, &port);
	f.tcp = tcp > 0 || port > 0;
	f.connected = ready > 0;
	f.promised = promised;
	f.received = received;
	http_failure_err(&f, x->err);
	buf_clear(&x->reply->body);
	fail(x);
}

static void read_head(struct exchange *x)
{
	struct http_response *reply = x->reply;
	struct curl_header *header;
	const char *type = NULL, *target = NULL;
	curl_off_t micros = 0;
	long status = 0;
	struct url url;
	struct err ignored;

	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(x->easy, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(x->easy, CURLINFO_REDIRECT_URL, &target);
	curl_easy_getinfo(x->easy, CURLINFO_TOTAL_TIME_T, &micros);
	reply->status = (int)status;
	reply->seconds = (double)micros / 1e6;
	snprintf(reply->type, sizeof reply->type, "%s", type ? type : "");
	for (char *c = reply->type; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
	if (target && !url_parse(&url, str_of(target), &ignored)) {
		snprintf(reply->target, sizeof reply->target, "%s", url.origin);
		url_release(&url);
	}
	if (curl_easy_header(x->easy, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
		reply->wish = retry_after(str_of(header->value), clock_wall());
}

/* A server may ask for a long wait; past the idle time it is told to the user instead. */
static int64_t patience(const struct exchange *x)
{
	int64_t left = time_left(x->request), idle = (int64_t)x->http->idle_seconds * 1000;

	return left < idle ? left : idle;
}

/* Makes a reply or an error of what came; or the wait in ms after which to send it again. */
static int64_t settle(struct exchange *x)
{
	int64_t wait = RETRY_GIVE_UP;
	uint32_t random = 0;

	if (x->code != CURLE_OK || x->stop) {
		failed(x);
	} else {
		read_head(x);
		if (x->request->again && getrandom(&random, sizeof random, GRND_NONBLOCK) >= 0)
			wait = retry_wait(x->reply->tries, x->reply->status, x->reply->wish,
					  patience(x), random);
		x->open = wait >= 0;
	}
	end(x);
	return wait;
}

/* ---- many exchanges ---- */

static bool is_cancelled(struct http *http)
{
	return atomic_load(&http->cancelled);
}

/* Takes what is finished out of curl's hands. */
static void collect(struct http *http)
{
	CURLMsg *message;
	int queued;

	while ((message = curl_multi_info_read(http->multi, &queued))) {
		struct exchange *x = NULL;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &x);
		x->code = message->data.result;
	}
}

static void run(struct http *http)
{
	int running = 1;

	while (!is_cancelled(http)) {
		curl_multi_perform(http->multi, &running);
		collect(http);
		if (!running)
			return;
		curl_multi_poll(http->multi, NULL, 0, POLL_MS, NULL);
	}
}

/* Waits without asking; a cancel ends it. */
static void pause_for(struct http *http, int64_t ms)
{
	int64_t until = clock_monotonic() + ms, left;

	while (!is_cancelled(http) && (left = until - clock_monotonic()) > 0)
		curl_multi_poll(http->multi, NULL, 0, left < POLL_MS ? (int)left : POLL_MS, NULL);
}

/* One round: sends all that is open. The longest wait before the next round, or RETRY_GIVE_UP. */
static int64_t run_round(struct http *http, struct exchange *all, size_t n)
{
	int64_t longest = RETRY_GIVE_UP;

	for (size_t i = 0; i < n; i++)
		if (all[i].open)
			begin(&all[i]);
	run(http);
	for (size_t i = 0; i < n; i++) {
		int64_t wait;

		if (!all[i].open || is_cancelled(http))
			continue;
		wait = settle(&all[i]);
		longest = wait > longest ? wait : longest;
	}
	return longest;
}

static void cancel_rest(struct exchange *x)
{
	if (!x->open)
		return;
	err_set(x->err, ERR_CANCELLED, "stopped before %s had answered", x->http->base.origin);
	buf_clear(&x->reply->body);
	fail(x);
	end(x);
}

int http_fetch_all(struct http *http, const struct http_request *requests,
		   struct http_response *replies, struct err *errs, size_t n)
{
	struct exchange *all = mem_zero(n, sizeof *all);
	int64_t wait = 0;
	int result = 0;

	for (size_t i = 0; i < n; i++) {
		all[i] = (struct exchange){.http = http, .request = &requests[i],
					   .reply = &replies[i], .err = &errs[i]};
		open_exchange(&all[i]);
	}
	while (wait >= 0 && !is_cancelled(http)) {
		pause_for(http, wait);
		wait = run_round(http, all, n);
	}
	for (size_t i = 0; i < n; i++) {
		cancel_rest(&all[i]);
		if (all[i].failed)
			result = -1;
		url_release(&all[i].url);
	}
	free(all);
	return result;
}

int http_fetch(struct http *http, const struct http_request *request, struct http_response *reply,
	       struct err *err)
{
	return http_fetch_all(http, request, reply, err, 1);
}
