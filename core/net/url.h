/*
 * Addresses, taken apart by curl's own parser, so that what is compared is what is connected to.
 *
 * Only http and https, only with a host, never with a name or password in them, never longer than
 * URL_MAX bytes; a fragment is dropped. The origin is scheme, host and port: it is what a secret is
 * bound to, and the only part of an address that errors show in full.
 */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum { URL_MAX = 8192 };

struct url {
	char *whole;  /* as sent: normalised, no credentials, no fragment */
	char *origin; /* "https://host" or "https://host:8443": lower case, no default port */
	char *host;   /* lower case, without brackets */
	char *path;   /* starts with '/', still percent-encoded */
	char *query;  /* without '?', still percent-encoded; NULL when there is none */
	int port;
	bool https;
};

/* Takes text apart; on an error *url is empty. Release it with url_release in either case. */
int url_parse(struct url *url, struct str text, struct err *err);

/*
 * The address of a reference as we use them: "/a/b?c" is put below the base's path
 * ("https://host/mlflow" + "/api" = "https://host/mlflow/api"); anything else must be a whole
 * address.
 */
int url_below(struct url *url, const struct url *base, struct str reference, struct err *err);

/* The same host with another port and path (a server's metrics beside it); no secrets go there. */
int url_beside(struct url *url, const struct url *base, int port, const char *path,
	       struct err *err);

void url_release(struct url *url);

bool url_same_origin(const struct url *a, const struct url *b);

/* Is the host this machine itself: localhost, 127.x.x.x or ::1? */
bool url_is_loopback(const struct url *url);

/* Appends text percent-encoded (all but letters, digits and "-._~"), for paths and queries. */
void url_encode(struct buf *out, struct str text);

/* Appends "?key=value" or "&key=value", the value encoded; `out` holds the reference so far. */
void url_add_query(struct buf *out, const char *key, struct str value);

#endif
