/*
 * Asking a server: io's fetch, the status as a sentence with the server's own words in it.
 *
 * What both kinds of callers need: those who want data or an error (ask), and those for whom
 * another status is an answer too (ask_any).
 */
#ifndef SOURCE_ASK_H
#define SOURCE_ASK_H

#include "net/http.h"
#include "source/io.h"

/*
 * 0: the response is a 2xx and no web page; the caller releases it. -1: err says what happened, and
 * the response is released. `auth_hint` as in http_check.
 */
int ask(struct io *io, struct http *http, const struct http_request *request,
	const char *auth_hint, struct http_response *response, struct err *err);

/* 0: there is a whole answer of any status; the caller releases it. */
int ask_any(struct io *io, struct http *http, const struct http_request *request,
	    struct http_response *response, struct err *err);

/* http_check with the server's own words out of the body. */
int ask_check(const struct http *http, const struct http_response *response,
	      const char *auth_hint, struct err *err);

#endif
