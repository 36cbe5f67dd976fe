/*
 * HTTP for a thread that waits: ask, get the whole answer or one sentence, cancellable at once.
 *
 * A client belongs to one source and is bound to one origin (scheme, host, port); its secret goes
 * to that origin only. The calls block the source's own thread; underneath they are curl's multi
 * interface with a poll that http_cancel() wakes, and curl's resolver is left behind rather than
 * waited for, so that a cancel is at once whatever the network does.
 *
 * What always holds, and cannot be switched off:
 *   - certificates are verified, TLS 1.2 at least; a CA file may be named for private authorities;
 *   - redirects are not followed: a 3xx is an answer, and http_check names its target;
 *   - only http and https; no cookies, no .netrc, no Origin header; HTTP/1.1;
 *   - a proxy is used only if the environment's usual variables (https_proxy, http_proxy,
 *     all_proxy, no_proxy) name one, never to this machine itself, and never for a secret over
 *     plain http;
 *   - bodies are counted after decompression (gzip only), with a cap; past 1 MB a ratio over 200 is
 *     taken for a decompression bomb; headers are capped at 64 KB;
 *   - an answer that comes slower than 100 bytes a second for `idle_seconds` is given up.
 *
 * The program ignores SIGPIPE.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "net/url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HTTP_MAX_BODY = 32 << 20, /* the cap where a request names none */
	HTTP_MAX_HEADERS = 64 << 10,
	HTTP_MAX_RATIO = 200,
	HTTP_RATIO_FREE = 1 << 20, /* decoded bytes below which the ratio is not looked at */
	HTTP_TYPE_SIZE = 128,
};

struct http_settings {
	const char *base;     /* the address; its origin is the client's */
	const char *token;    /* bearer; NULL: none. Wins over user and password */
	const char *user;     /* basic, only with a password */
	const char *password;
	const char *ca_file;  /* PEM, in place of the system's authorities; NULL: the system's */
	int connect_seconds;  /* 0: 10 */
	int idle_seconds;     /* 0: 30 */
};

enum http_method { HTTP_GET, HTTP_POST };

struct http_request {
	enum http_method method;
	struct str url;     /* "/path?query" below the base, or a whole address of the origin */
	struct str body;    /* HTTP_POST; STR_NONE: an empty one */
	const char *type;   /* the body's content type; NULL: application/json */
	const char *accept; /* NULL: application/json */
	int64_t deadline;   /* clock_monotonic() ms; 0: none but the idle rule */
	size_t max_body;    /* decoded bytes; 0: HTTP_MAX_BODY */
	bool again;         /* send again by the rules of retry.h, after waits shorter than
	                       idle_seconds; only what changes nothing */
};

struct http_response {
	int status;
	struct buf body;             /* decoded */
	char type[HTTP_TYPE_SIZE];   /* Content-Type in lower case, "" when there is none */
	char target[URL_MAX / 8];    /* a 3xx: the origin it points to, "" when unreadable */
	int64_t wish;                /* Retry-After in ms, RETRY_NO_WISH when there is none */
	double seconds;              /* from sending the last try to its end */
	int tries;
};

struct http;

/* NULL on an error (bad address, a secret with a line break, unreadable CA file). */
struct http *http_new(const struct http_settings *settings, struct err *err);

/* Closes the connections and overwrites the secret. NULL is fine. */
void http_free(struct http *http);

const struct url *http_base(const struct http *http);

/*
 * Sends the request and waits for the whole answer, whatever its status: 0 means that there is one.
 * On -1 *err is a sentence with the origin and a hint, and the response is empty but for `tries`.
 * The response is initialised here; release it in either case. Source's thread only.
 */
int http_fetch(struct http *http, const struct http_request *request,
	       struct http_response *response, struct err *err);

/*
 * The same for n requests, at most six at a time on kept connections: responses[i] and errs[i]
 * belong to requests[i]. 0 when all have an answer, else -1.
 */
int http_fetch_all(struct http *http, const struct http_request *requests,
		   struct http_response *responses, struct err *errs, size_t n);

void http_response_release(struct http_response *response);

/*
 * Is the response what was hoped for? 0 for a 2xx that is no HTML page. Otherwise -1 and a
 * sentence: where a redirect points, what 401, 403, 404, 429 and 5xx mean. `says` is the server's
 * own sentence out of the body ("" or STR_NONE: none), `auth_hint` what to do about a 401 (NULL: a
 * general word).
 */
int http_check(const struct http *http, const struct http_response *response, struct str says,
	       const char *auth_hint, struct err *err);

/* Is this failure of a fetch a refused, reset or broken connection (and not mere silence)? */
bool http_was_refused(const struct err *err);

/*
 * Any thread: the fetch under way, and every one after it, ends with ERR_CANCELLED at once, until
 * the source's thread calls http_resume() (at the start of its next read).
 */
void http_cancel(struct http *http);
void http_resume(struct http *http);

#endif
