/* Asking a server; see ask.h. */
#include "source/ask.h"

#include "format/error_text.h"

int ask_check(const struct http *http, const struct http_response *response,
	      const char *auth_hint, struct err *err)
{
	struct buf says;
	int result;

	buf_init(&says, 2 * ERROR_TEXT_MAX);
	if (response->status >= 400)
		error_text(&says, buf_str(&response->body));
	result = http_check(http, response, buf_str(&says), auth_hint, err);
	buf_release(&says);
	return result;
}

int ask_any(struct io *io, struct http *http, const struct http_request *request,
	    struct http_response *response, struct err *err)
{
	*response = (struct http_response){0};
	if (!io->ops->fetch(io, http, request, response, err))
		return 0;
	http_response_release(response);
	return -1;
}

int ask(struct io *io, struct http *http, const struct http_request *request,
	const char *auth_hint, struct http_response *response, struct err *err)
{
	if (ask_any(io, http, request, response, err))
		return -1;
	if (!ask_check(http, response, auth_hint, err))
		return 0;
	http_response_release(response);
	return -1;
}
