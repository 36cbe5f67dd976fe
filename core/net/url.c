/* Addresses; see url.h. */
#include "net/url.h"

#include "base/mem.h"

#include <curl/curl.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One part in our own memory (curl's is given back); NULL when it is not there. */
static char *part_of(CURLU *parts, CURLUPart what, unsigned flags)
{
	char *theirs = NULL, *ours;

	if (curl_url_get(parts, what, &theirs, flags) != CURLUE_OK || !theirs)
		return NULL;
	ours = mem_copy(theirs, strlen(theirs));
	curl_free(theirs);
	return ours;
}

static void lower(char *s)
{
	for (; *s; s++)
		*s = (char)tolower((unsigned char)*s);
}

/* curl keeps the brackets of an IPv6 host. */
static void strip_brackets(char *host)
{
	size_t n = strlen(host);

	if (n >= 2 && host[0] == '[' && host[n - 1] == ']') {
		memmove(host, host + 1, n - 2);
		host[n - 2] = '\0';
	}
}

static char *origin_of(const struct url *url)
{
	bool plain_port = url->port == (url->https ? 443 : 80);
	bool v6 = strchr(url->host, ':');
	struct buf out;
	char *origin;

	buf_init(&out, URL_MAX);
	buf_addf(&out, "%s://%s%s%s", url->https ? "https" : "http", v6 ? "[" : "", url->host,
		 v6 ? "]" : "");
	if (!plain_port)
		buf_addf(&out, ":%d", url->port);
	origin = mem_copy(out.s, out.n);
	buf_release(&out);
	return origin;
}

/* Credentials in an address end in shell histories, process lists and logs. */
static int refuse_credentials(CURLU *parts, struct err *err)
{
	char *user = part_of(parts, CURLUPART_USER, 0);
	char *password = part_of(parts, CURLUPART_PASSWORD, 0);
	bool found = user || password;

	if (password)
		explicit_bzero(password, strlen(password));
	free(password);
	free(user);
	if (!found)
		return 0;
	err_set(err, ERR_USAGE, "the address holds a user name or password");
	return err_hint(err, "leave it out of the address; give `user` and `password` in the "
			     "config file, or set the source's environment variables");
}

static int take_parts(struct url *url, CURLU *parts, struct err *err)
{
	char *scheme = part_of(parts, CURLUPART_SCHEME, 0);
	char *port = part_of(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	bool known = scheme && (!strcmp(scheme, "http") || !strcmp(scheme, "https"));

	url->https = known && !strcmp(scheme, "https");
	url->port = port ? atoi(port) : 0;
	free(scheme);
	free(port);
	if (!known)
		return err_set(err, ERR_USAGE, "the address is neither http:// nor https://");
	if (refuse_credentials(parts, err))
		return -1;
	curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
	url->host = part_of(parts, CURLUPART_HOST, 0);
	url->path = part_of(parts, CURLUPART_PATH, 0);
	url->query = part_of(parts, CURLUPART_QUERY, 0);
	url->whole = part_of(parts, CURLUPART_URL, 0);
	if (!url->host || !url->host[0] || !url->path || !url->whole || url->port <= 0)
		return err_set(err, ERR_USAGE, "the address names no host");
	lower(url->host);
	strip_brackets(url->host);
	url->origin = origin_of(url);
	return 0;
}

/* curl's parser takes C strings and lets some bytes pass that have no place in an address. */
static bool has_foreign_bytes(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.s[i] <= ' ' || text.s[i] == 0x7f || text.s[i] == '\\')
			return true;
	return false;
}

/* curl takes "http:/h" and "http:///h" for "http://h"; a person who writes that errs. */
static bool has_two_slashes(struct str text)
{
	long colon = str_find(text, ':');

	return colon > 0 && text.n > (size_t)colon + 3 && !memcmp(text.s + colon, "://", 3) &&
	       text.s[colon + 3] != '/';
}

int url_parse(struct url *url, struct str text, struct err *err)
{
	char *copy;
	CURLU *parts;
	int failed;

	*url = (struct url){0};
	if (text.n > URL_MAX)
		return err_set(err, ERR_USAGE, "the address is longer than %d bytes", URL_MAX);
	if (str_none(text) || has_foreign_bytes(text))
		return err_set(err, ERR_USAGE, "the address holds blanks, control characters or "
					       "backslashes");
	if (!has_two_slashes(text))
		return err_set(err, ERR_USAGE, "this is no http:// or https:// address");
	copy = mem_copy(text.s, text.n);
	parts = curl_url();
	if (!parts || curl_url_set(parts, CURLUPART_URL, copy, 0) != CURLUE_OK)
		failed = err_set(err, ERR_USAGE, "this is no http:// or https:// address");
	else
		failed = take_parts(url, parts, err);
	curl_url_cleanup(parts);
	explicit_bzero(copy, text.n);
	free(copy);
	if (failed)
		url_release(url);
	return failed;
}

int url_below(struct url *url, const struct url *base, struct str reference, struct err *err)
{
	struct str path = str_of(base->path);
	struct buf whole;
	int failed;

	if (!reference.n || reference.s[0] != '/')
		return url_parse(url, reference, err);
	while (path.n && path.s[path.n - 1] == '/')
		path.n--;
	buf_init(&whole, 2 * URL_MAX);
	buf_adds(&whole, base->origin);
	buf_add_str(&whole, path);
	buf_add_str(&whole, reference);
	failed = url_parse(url, buf_str(&whole), err);
	buf_release(&whole);
	return failed;
}

int url_beside(struct url *url, const struct url *base, int port, const char *path,
	       struct err *err)
{
	bool v6 = strchr(base->host, ':');
	struct buf whole;
	int failed;

	buf_init(&whole, URL_MAX);
	buf_addf(&whole, "%s://%s%s%s:%d%s", base->https ? "https" : "http", v6 ? "[" : "",
		 base->host, v6 ? "]" : "", port, path);
	failed = url_parse(url, buf_str(&whole), err);
	buf_release(&whole);
	return failed;
}

void url_release(struct url *url)
{
	free(url->whole);
	free(url->origin);
	free(url->host);
	free(url->path);
	free(url->query);
	*url = (struct url){0};
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	return a->https == b->https && a->port == b->port && !strcmp(a->host, b->host);
}

bool url_is_loopback(const struct url *url)
{
	struct in_addr four;

	if (inet_pton(AF_INET, url->host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return !strcmp(url->host, "localhost") || !strcmp(url->host, "::1");
}

void url_encode(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.s[i];

		if ((c < 0x80 && isalnum(c)) || (c && strchr("-._~", c)))
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

void url_add_query(struct buf *out, const char *key, struct str value)
{
	buf_addc(out, str_find(buf_str(out), '?') < 0 ? '?' : '&');
	buf_adds(out, key);
	buf_addc(out, '=');
	url_encode(out, value);
}
