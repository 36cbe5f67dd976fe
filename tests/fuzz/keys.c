/*
 * Typed bytes: whatever is typed at whatever times, the decoder comes to rest, its pastes are clean
 * and every key has a name. Each input byte above 0xF7 is a pause before the next.
 */
#include "fuzz.h"

#include "base/text.h"
#include "input/keys.h"

static const struct term_key table[] = {
	{"\033OA", 3, 0, SYM_UP},
	{"\033[[A", 4, 0, SYM_F1},
	{"\033[[AB", 5, 0, SYM_F1 + 1},
	{"\177", 1, 0, SYM_BACKSPACE},
};

static void drain(struct keys *keys, int64_t now)
{
	struct key_event event;
	char name[KEY_NAME_SIZE];
	size_t count = 0;

	while (keys_next(keys, now, &event)) {
		assert(++count <= 2 * KEYS_HELD_MAX);
		if (event.kind == KEY_PASTE)
			assert(event.paste.n && text_is_clean(event.paste));
		if (event.kind == KEY_PRESS)
			assert(key_name(name, event.key)[0]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct driver driver = {.keys = table, .key_count = 4, .utf8 = n && data[0] & 1};
	struct keys keys;
	int64_t now = 1000;

	keys_init(&keys, &driver);
	keys.mouse = n && data[0] & 2;
	for (size_t i = 1; i < n; i++) {
		if (data[i] > 0xF7) {
			now += 20 * (data[i] - 0xF7);
			drain(&keys, now);
			continue;
		}
		if (!keys_feed(&keys, (const char *)&data[i], 1, now)) {
			drain(&keys, now);
			assert(keys_feed(&keys, (const char *)&data[i], 1, now) == 1);
		}
	}
	drain(&keys, now);
	for (int turns = 0; keys_deadline(&keys) != INT64_MAX; turns++) {
		assert(turns < 10);
		now = keys_deadline(&keys);
		drain(&keys, now);
	}
	keys_release(&keys);
	return 0;
}
