/* Inside net: what curl and the callbacks found, as sentences. */
#ifndef NET_HTTP_ERROR_H
#define NET_HTTP_ERROR_H

#include "base/err.h"
#include "net/url.h"

#include <curl/curl.h>

/* Why one of our own callbacks ended a transfer. */
enum http_stop {
	STOP_NONE,
	STOP_BODY_CAP,
	STOP_RATIO,
	STOP_HEADER_CAP,
	STOP_ENCODING,
};

/* How far a transfer had come when it failed. */
struct http_failure {
	const struct url *url;
	CURLcode code;
	enum http_stop stop;
	const char *detail;    /* curl's own words */
	long verify;           /* the certificate check's number (OpenSSL's X509_V_ERR_*) */
	bool tcp;              /* the connection was there */
	bool connected;        /* … and TLS on it, where it is https */
	bool head;             /* all headers were there */
	bool past_deadline;    /* the caller's deadline, not the idle rule */
	int idle_seconds;
	int64_t given_ms;      /* from the start of the try to that deadline */
	int64_t received;      /* bytes of the body, as sent */
	int64_t promised;      /* Content-Length, -1 when there was none */
	size_t max_body;
	const char *ca_file;
};

/* Always -1. */
int http_failure_err(const struct http_failure *failure, struct err *err);

#endif
