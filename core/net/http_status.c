/* What an HTTP status means for the person who waits; see http.h, http_check. */
#include "net/http.h"

#include "base/text.h"

#include <string.h>

static bool is_html(struct str body)
{
	body = str_trim(body);
	if (str_starts(body, STR("\xef\xbb\xbf")))
		body = str_slice(body, 3, body.n);
	return body.n && body.s[0] == '<';
}

/* ": what the server says", as far as it says something. */
struct tail {
	char text[200];
};

static const char *tail_of(struct tail *tail, struct str says)
{
	says = text_cut(says, sizeof tail->text - 3);
	tail->text[0] = '\0';
	if (says.n) {
		memcpy(tail->text, ": ", 2);
		memcpy(tail->text + 2, says.s, says.n);
		tail->text[says.n + 2] = '\0';
	}
	return tail->text;
}

static int redirected(const struct http *http, const struct http_response *reply, struct err *err)
{
	const char *host = http_base(http)->host;

	if (!reply->target[0]) {
		err_set(err, ERR_SERVER, "%s answers %d and points to no http address", host,
			reply->status);
		return err_hint(err, "redirects are not followed");
	}
	err_set(err, ERR_SERVER, "%s redirects to %s (%d), which is not followed", host,
		reply->target, reply->status);
	if (!strcmp(reply->target, http_base(http)->origin))
		return err_hint(err, "a login page, or a path that the address lacks");
	return err_hint(err, "if that is the right place, use its address; it may be a login page");
}

static int forbidden(const struct http *http, const struct http_response *reply, const char *tail,
		     struct err *err)
{
	const char *host = http_base(http)->host;

	err_set(err, ERR_AUTH, "%s forbids this (403)%s", host, tail);
	if (str_contains_fold(buf_str(&reply->body), STR("Invalid Host header")))
		return err_hint(err, "that server takes only the host names it was started with: "
				     "start it with --allowed-hosts %s, or reach it as localhost "
				     "through a tunnel", host);
	return err_hint(err, "the account that the token or password stands for may not read it");
}

static int slow_down(const struct http *http, const struct http_response *reply, const char *tail,
		     struct err *err)
{
	const char *host = http_base(http)->host;

	if (reply->wish >= 0)
		err_set(err, ERR_RATE, "%s asks to wait %lld s before the next request (429)%s",
			host, (long long)(reply->wish + 999) / 1000, tail);
	else
		err_set(err, ERR_RATE, "%s has had too many requests (429)%s", host, tail);
	err->wait_ms = reply->wish > 0 ? reply->wish : 0;
	return err_hint(err, "poll less often: `every:` in the config file");
}

static int server_trouble(const struct http *http, const struct http_response *reply,
			  const char *tail, struct err *err)
{
	err_set(err, ERR_SERVER, "%s answers %d%s", http_base(http)->host, reply->status, tail);
	err->retryable = reply->status >= 500;
	err->wait_ms = reply->wish > 0 ? reply->wish : 0;
	if (reply->status == 502 || reply->status == 504)
		return err_hint(err, "the proxy before the server gets no answer from it");
	if (reply->status == 503)
		return err_hint(err, "the server is busy or starting; it is asked again");
	if (reply->status >= 500)
		return err_hint(err, "the server's own log has the cause");
	return -1;
}

static int not_ok(const struct http *http, const struct http_response *reply, const char *tail,
		  const char *auth_hint, struct err *err)
{
	const char *host = http_base(http)->host;

	if (reply->status >= 300 && reply->status < 400)
		return redirected(http, reply, err);
	switch (reply->status) {
	case 401:
		err_set(err, ERR_AUTH, "%s asks for a login, or refuses the one given (401)%s",
			host, tail);
		return err_hint(err, "%s", auth_hint ? auth_hint :
				"give `token:`, or `user:` and `password:`, for this source in the "
				"config file");
	case 403:
		return forbidden(http, reply, tail, err);
	case 404:
		err_set(err, ERR_NOT_FOUND, "%s has no such path (404)%s", host, tail);
		return err_hint(err, "does the address lack a part, such as a prefix?");
	case 429:
		return slow_down(http, reply, tail, err);
	default:
		return server_trouble(http, reply, tail, err);
	}
}

int http_check(const struct http *http, const struct http_response *reply, struct str says,
	       const char *auth_hint, struct err *err)
{
	bool ok = reply->status >= 200 && reply->status < 300;
	struct tail tail;

	if (ok && !is_html(buf_str(&reply->body)))
		return 0;
	if (ok) {
		err_set(err, ERR_FORMAT, "%s answers with a web page, not with data",
			http_base(http)->host);
		err_hint(err, "a login page or another service answers there");
	} else {
		not_ok(http, reply, tail_of(&tail, says), auth_hint, err);
	}
	err->native = reply->status;
	return err_origin(err, "%s", http_base(http)->origin);
}
