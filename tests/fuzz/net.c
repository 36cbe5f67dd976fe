/*
 * Addresses and what servers put into headers and errors. An address that is taken stands for one
 * place, however often it is taken apart, and holds no login; what is put below a base stays at its
 * origin; a wait is between nothing and a day; an error's words are clean. The first byte says
 * which.
 */
#include "fuzz.h"

#include "base/text.h"
#include "format/error_text.h"
#include "net/retry.h"
#include "net/url.h"

#include <string.h>

static void check_whole(const struct url *url)
{
	const char *host = strstr(url->whole, "://") + 3;
	struct url again;
	struct err err;

	assert(!memchr(host, '@', strcspn(host, "/?#")));
	assert(str_starts(str_of(url->whole), str_of(url->https ? "https://" : "http://")));
	for (const unsigned char *c = (const unsigned char *)url->whole; *c; c++)
		assert(*c > ' ' && *c != 0x7f && *c != '\\' && *c != '#');
	assert(url->path[0] == '/' && url->port > 0 && url->port < 65536);
	assert(!url_parse(&again, str_of(url->whole), &err));
	assert(url_same_origin(url, &again) && !strcmp(url->whole, again.whole));
	assert(!strcmp(url->origin, again.origin) && !strcmp(url->path, again.path));
	assert(url_is_loopback(url) == url_is_loopback(&again));
	url_release(&again);
}

static void check_addresses(struct str text)
{
	long end = str_find(text, '\n');
	struct str first = str_slice(text, 0, end < 0 ? text.n : (size_t)end);
	struct str rest = str_slice(text, first.n + 1, text.n);
	struct url base, below;
	struct err err = {0};

	if (url_parse(&base, first, &err)) {
		assert(err.code == ERR_USAGE && err.message[0] && !base.whole);
		return;
	}
	check_whole(&base);
	if (!url_below(&below, &base, rest, &err)) {
		check_whole(&below);
		assert(rest.s[0] != '/' || url_same_origin(&base, &below));
		url_release(&below);
	}
	if (!url_beside(&below, &base, 8082, "/metrics", &err)) {
		assert(!strcmp(below.host, base.host) && below.port == 8082);
		url_release(&below);
	}
	url_release(&base);
}

static void check_wait(struct str header)
{
	const int64_t wall = 1767225600000, day = 24 * 60 * 60 * 1000;
	int64_t wish = retry_after(header, wall);

	assert(wish == RETRY_NO_WISH || (wish >= 0 && wish <= day));
	for (int tries = 0; tries < 8; tries++)
		assert(retry_wait(tries, 503, wish, 1000, 12345) < 1000);
}

static void check_words(struct str body)
{
	struct buf words;

	buf_init(&words, 2 * ERROR_TEXT_MAX);
	error_text(&words, body);
	assert(words.n <= ERROR_TEXT_MAX && text_is_clean(buf_str(&words)));
	buf_release(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data + 1, n - 1};

	if (!n)
		return 0;
	if (data[0] % 3 == 0)
		check_addresses(text);
	else if (data[0] % 3 == 1)
		check_wait(text);
	else
		check_words(text);
	return 0;
}
