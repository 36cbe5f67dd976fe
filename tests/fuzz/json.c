/* JSON: what is accepted can be walked, holds valid text, and is within the limits. */
#include "fuzz.h"

#include "base/text.h"
#include "format/json.h"

#include <math.h>

static const struct json_limits limits = {
	.bytes = 1 << 16, .text = 64, .members = 100, .values = 500, .bare_nan = true,
};

static void check_text(struct str text, bool name)
{
	while (text.n) {
		uint32_t rune;
		size_t used = text_decode(text.s, text.n, &rune);

		assert(!(used == 1 && rune == TEXT_BAD) && (rune || !name));
		text = str_slice(text, used, text.n);
	}
}

static size_t walk(const struct json *value, int depth)
{
	size_t n = 1, members = 0;
	double number;
	int64_t whole;

	assert(depth <= JSON_MAX_DEPTH);
	if (json_int(value, &whole) && json_number(value, &number))
		assert(fabs(number - (double)whole) <= fabs(number) * 1e-15);
	if (!str_none(json_text(value)))
		check_text(json_text(value), false);
	for (const struct json *item = json_first(value); item; item = json_next(item)) {
		if (json_type(value) == JSON_OBJECT) {
			check_text(json_key(item), true);
			assert(json_get(value, json_key(item).s));
		}
		n += walk(item, depth + 1);
		members++;
	}
	assert(members == json_count(value) && members <= limits.members);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err err = {0};
	size_t cut = 0;
	struct json *root = json_parse((struct str){(const char *)data, n}, &limits, &cut, &err);

	assert(root ? err.code == ERR_NONE : err.code == ERR_FORMAT || err.code == ERR_TOO_BIG);
	if (root)
		assert(walk(root, 0) <= limits.values);
	json_free(root);
	return 0;
}
