/* A server's own words; see error_text.h. */
#include "format/error_text.h"

#include "base/text.h"
#include "format/json.h"

#include <string.h>

enum { BODY_MAX = 64 << 10 };

static void add_clean(struct buf *out, struct str text)
{
	struct buf clean;

	buf_init(&clean, 3 * BODY_MAX);
	text_clean(&clean, text_cut(str_trim(text), BODY_MAX / 4));
	buf_add_str(out, text_cut(buf_str(&clean), ERROR_TEXT_MAX));
	buf_release(&clean);
}

/* FastAPI's list of what did not fit: "body.inputs: field required". */
static void add_details(struct buf *out, const struct json *list)
{
	const struct json *first = json_first(list);
	struct buf line;

	buf_init(&line, BODY_MAX);
	for (const struct json *at = json_first(json_get(first, "loc")); at; at = json_next(at)) {
		int64_t index;

		if (line.n)
			buf_addc(&line, '.');
		if (json_int(at, &index))
			buf_addf(&line, "%lld", (long long)index);
		else
			buf_add_str(&line, json_text(at));
	}
	if (line.n)
		buf_adds(&line, ": ");
	buf_add_str(&line, json_get_text(first, "msg"));
	add_clean(out, buf_str(&line));
	buf_release(&line);
}

static void add_json(struct buf *out, const struct json *root)
{
	static const char *const keys[] = {"error", "message", "detail", "msg"};

	if (json_type(root) == JSON_STRING) {
		add_clean(out, json_text(root));
		return;
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct json *value = json_get(root, keys[i]);

		if (json_type(value) == JSON_OBJECT)
			value = json_get(value, "message");
		if (json_type(value) == JSON_ARRAY) {
			add_details(out, value);
			return;
		}
		if (json_text(value).n) {
			add_clean(out, json_text(value));
			return;
		}
	}
}

static void add_plain(struct buf *out, struct str body)
{
	long end;

	if (body.s[0] == '<')
		return;
	if (str_starts(body, STR("Traceback")))
		end = str_find_last(body, '\n') + 1;
	else
		end = 0;
	body = str_slice(body, (size_t)end, body.n);
	end = str_find(body, '\n');
	add_clean(out, end < 0 ? body : str_slice(body, 0, (size_t)end));
}

void error_text(struct buf *out, struct str body)
{
	struct json *root;
	struct err err;

	body = str_trim(body);
	if (!body.n || body.n > BODY_MAX)
		return;
	root = json_parse(body, &json_limits, NULL, &err);
	if (root)
		add_json(out, root);
	else
		add_plain(out, body);
	json_free(root);
}
