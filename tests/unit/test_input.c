/* Bytes to keys, names of keys, the key map. */
#include "test.h"

#include "base/buf.h"
#include "input/keymap.h"
#include "input/keys.h"

#include <stdio.h>
#include <string.h>

/* What a Linux console calls its keys, and what an xterm does. */
static const struct term_key table[] = {
	{"\033OA", 3, 0, SYM_UP},
	{"\033[[A", 4, 0, SYM_F1},
	{"\033[3~", 4, 0, SYM_DELETE},
	{"\177", 1, 0, SYM_BACKSPACE},
};

static void start(struct keys *keys, bool utf8)
{
	const struct driver driver = {.keys = table, .key_count = 4, .utf8 = utf8};

	keys_init(keys, &driver);
}

static void add_event(struct buf *out, const struct key_event *event)
{
	char name[KEY_NAME_SIZE];

	if (out->n)
		buf_addc(out, ' ');
	if (event->kind == KEY_PRESS)
		buf_adds(out, key_name(name, event->key));
	else if (event->kind == KEY_PASTE)
		buf_addf(out, "paste(%.*s)", STR_ARG(event->paste));
	else
		buf_addf(out, "mouse(%d%s %d,%d)", event->mouse.button,
			event->mouse.release ? "u" : "", event->mouse.y, event->mouse.x);
}

static void drain(struct keys *keys, int64_t now, struct buf *out)
{
	struct key_event event;

	while (keys_next(keys, now, &event))
		add_event(out, &event);
}

/* Feeds the bytes; a '|' in the script is a pause of the given length. */
static void play(struct keys *keys, struct str script, int64_t pause, struct buf *out)
{
	int64_t now = 1000;
	size_t at = 0;

	while (at < script.n) {
		size_t n = 0;

		while (at + n < script.n && script.s[at + n] != '|')
			n++;
		assert_int_equal(keys_feed(keys, script.s + at, n, now), n);
		drain(keys, now, out);
		at += n + 1;
		if (at > script.n)
			break;
		for (int64_t end = now + pause; now < end;) {
			int64_t deadline = keys_deadline(keys);

			now = deadline < end ? deadline : end;
			drain(keys, now, out);
		}
	}
	drain(keys, now + 100000, out);
}

static void bytes_become_keys(void **state)
{
	static const struct {
		const char *bytes;
		int64_t pause;
		const char *keys;
	} cases[] = {
		{"jk", 0, "j k"},
		{"\r\n\t\x7f\x08 ", 0, "enter enter tab backspace backspace space"},
		{"\x01\x03\x1a\x1c", 0, "^a ^c ^z ^\\"},
		{"\xC3\xA9\xE6\x97\xA5", 0, "é 日"},
		{"\xC3|\xA9", 10, "é"},
		{"\xC3|a", 60, "a"},
		{"\xff\xfe" "a\x9b" "b", 0, "a b"},
		/* the terminal's own, xterm's, with modifiers */
		{"\033OA\033[A\033[[A\033[3~", 0, "up up F1 delete"},
		{"\033[1;5D\033[1;2C\033[5;3~\033O5A", 0, "C-left S-right A-pgup C-up"},
		{"\033[Z\033[H\033[F\033[15~\033OP", 0, "S-tab home end F5 F1"},
		{"\033OM\033Op\033Ok", 0, "enter 0 +"},
		{"\033[97;5u\033[27;2;65~\033[13u", 0, "^a A enter"},
		/* what we do not know is one unit, not typed characters */
		{"\033[99;99;99Wx", 0, "x"},
		{"\033[?1;2cx\033[>0ny\033[Iz", 0, "x y z"},
		{"\033[1;2\x01y", 0, "^a y"},
		/* Alt, and ESC alone */
		{"\033x\033\x7f", 0, "esc x A-backspace"},
		{"\033", 0, "esc"},
		{"\033\033", 0, "esc esc"},
		{"\033|j", 60, "esc j"},
		{"\033|j", 40, "esc j"},
		{"\033\033[A", 0, "esc up"},
		/* a slow arrow: within 50 ms a key, within 300 swallowed, later typed */
		{"\033|[A", 40, "up"},
		{"\033|[|A", 20, "up"},
		{"\033|[|Ax", 100, "esc x"},
		{"\033|OBx", 250, "esc x"},
		{"\033|[1;5Cx", 100, "esc x"},
		{"\033|[A", 350, "esc [ A"},
		{"\033|[", 100, "esc ["},
		{"\033|[j", 100, "esc [ j"},
		{"\033|[|x", 150, "esc [ x"},
		{"\033|Oj", 100, "esc O j"},
		{"\033|\033[A", 100, "esc up"},
		/* paste */
		{"a\033[200~x\ry\033[201~b", 0, "a paste(x␊y) b"},
		{"\033[200~\033[A\033[201~", 0, "paste(␛[A)"},
		{"\033[200~ab\xC3|\xA9\033[20|1~c", 10, "paste(ab) paste(é) c"},
		{"\033[200~ab|c", 6000, "paste(ab) c"},
		{"\033[200~ab|c", 4000, "paste(ab) paste(c)"},
		/* a mouse that is off says nothing */
		{"\033[<0;5;6Mx", 0, "x"},
	};
	(void)state;

	TABLE_EACH(c, cases)
	{
		struct keys keys;
		struct buf out;

		start(&keys, true);
		buf_init(&out, 10000);
		play(&keys, str_of(c->bytes), c->pause, &out);
		if (strcmp(buf_cstr(&out), c->keys) != 0)
			print_error("case %zu\n", c_i);
		assert_string_equal(buf_cstr(&out), c->keys);
		assert_true(keys_deadline(&keys) == INT64_MAX);
		buf_release(&out);
		keys_release(&keys);
	}
}

static void every_cut_gives_the_same_keys(void **state)
{
	static const char bytes[] =
		"j\033[A\xE6\x97\xA5\033OB\033[1;5Dk\033[200~pa\rste\033[201~\033[3~x";
	(void)state;

	for (size_t cut = 0; cut < sizeof bytes; cut++) {
		struct keys keys;
		struct buf out;

		start(&keys, true);
		buf_init(&out, 10000);
		keys_feed(&keys, bytes, cut, 1000);
		drain(&keys, 1000, &out);
		keys_feed(&keys, bytes + cut, sizeof bytes - 1 - cut, 1010);
		drain(&keys, 1010, &out);
		assert_non_null(strstr(buf_cstr(&out), "j up 日 down C-left k paste("));
		assert_non_null(strstr(buf_cstr(&out), "e) delete x"));
		buf_release(&out);
		keys_release(&keys);
	}
}

static void alt_where_it_is_asked_for(void **state)
{
	struct keymap map;
	struct keys keys;
	struct buf out;
	struct err err;
	(void)state;

	start(&keys, true);
	keymap_init(&map);
	assert_false(keymap_uses_alt(&map));
	assert_int_equal(keymap_bind(&map, STR("zoom"), STR("A-z"), &err), 0);
	keys.alt = keymap_uses_alt(&map);
	assert_true(keys.alt);
	buf_init(&out, 10000);
	play(&keys, STR("\033z\033\xC3\xA9\033|x"), 60, &out);
	assert_string_equal(buf_cstr(&out), "A-z A-é esc x");
	buf_release(&out);
	keymap_release(&map);
	keys_release(&keys);
}

static void the_mouse_speaks_when_it_is_on(void **state)
{
	struct keys keys;
	struct buf out;
	(void)state;

	start(&keys, true);
	keys.mouse = true;
	buf_init(&out, 10000);
	play(&keys, STR("\033[<0;5;6M\033[<0;5;6m\033[<65;1;1M\033[M !!\033[<35;2;2M"), 0, &out);
	assert_string_equal(buf_cstr(&out),
		"mouse(0 5,4) mouse(0u 5,4) mouse(4 0,0) mouse(0 0,0)");
	buf_release(&out);
	keys_release(&keys);
}

static void without_utf8_high_bytes_are_no_keys(void **state)
{
	struct keys keys;
	struct buf out;
	(void)state;

	start(&keys, false);
	buf_init(&out, 10000);
	play(&keys, STR("a\xC3\xA9\xff" "b"), 0, &out);
	assert_string_equal(buf_cstr(&out), "a b");
	buf_release(&out);
	keys_release(&keys);
}

static void names_of_keys_read_back(void **state)
{
	static const char *const names[] = {"a", "G", "^d", "space", "enter", "esc", "tab", "S-tab",
		"up", "pgdn", "F5", "F12", "A-x", "C-left", "S-F1", "`", "-", "é", "C-space",
		"A-backspace"};
	static const char *const bad[] = {"", "S-a", "abc", "F13x", "\033", "upx", "\xCC\x81"};
	struct key keys[KEY_SEQUENCE_MAX];
	char name[KEY_NAME_SIZE];
	(void)state;

	TABLE_EACH(text, names)
	{
		assert_int_equal(keys_parse(str_of(*text), keys), 1);
		assert_string_equal(key_name(name, keys[0]), *text);
	}
	TABLE_EACH(wrong, bad)
	assert_int_equal(keys_parse(str_of(*wrong), keys), 0);
	assert_int_equal(keys_parse(STR("gg"), keys), 2);
	assert_int_equal(keys_parse(STR("g^d"), keys), 2);
}

static enum command look(const struct keymap *map, unsigned contexts, struct key_prefix *prefix,
	const char *name, int *nth)
{
	struct key keys[KEY_SEQUENCE_MAX];

	assert_int_equal(keys_parse(str_of(name), keys), 1);
	return keymap_find(map, contexts, prefix, keys[0], nth);
}

static void keys_call_commands(void **state)
{
	static const struct {
		unsigned contexts;
		const char *first, *second;
		enum command command;
		int nth;
	} cases[] = {
		{IN_LIST | IN_TABLE, "j", NULL, CMD_DOWN, 0},
		{IN_LIST | IN_TABLE, "down", NULL, CMD_DOWN, 1},
		{IN_LIST | IN_TABLE, "/", NULL, CMD_FILTER, 0},
		{IN_TEXT, "/", NULL, CMD_SEARCH, 0},
		{IN_TEXT, "w", NULL, CMD_WRAP, 0},
		{IN_CHART, "w", NULL, CMD_SMOOTH, 0},
		{IN_LIST | IN_TABLE | IN_CHART, "h", NULL, CMD_CURSOR_LEFT, 0},
		{IN_TABLE, "g", "g", CMD_NONE, 0},
		{IN_LIST, "g", "g", CMD_TOP, 0},
		{IN_LIST, "g", "j", CMD_DOWN, 0},
		{IN_LIST, "g", "esc", CMD_NONE, 0},
		{IN_LIST, "g", NULL, CMD_NONE, 0},
		{0, "3", NULL, CMD_TAB, 2},
		{IN_FIELD | IN_LIST, "j", NULL, CMD_NONE, 0},
		{IN_FIELD | IN_LIST, "q", NULL, CMD_NONE, 0},
		{IN_FIELD | IN_LIST, "^c", NULL, CMD_QUIT, 1},
		{IN_FIELD | IN_LIST, "esc", NULL, CMD_FIELD_CANCEL, 0},
		{IN_FIELD | IN_LIST, "tab", NULL, CMD_FIELD_COMPLETE, 0},
		{IN_FIELD | IN_LIST, "down", NULL, CMD_FIELD_NEWER, 0},
		{IN_LIST, "T", NULL, CMD_NONE, 0},
	};
	struct keymap map;
	(void)state;

	keymap_init(&map);
	TABLE_EACH(c, cases)
	{
		struct key_prefix prefix = {0};
		int nth = 0;
		enum command found = look(&map, c->contexts, &prefix, c->first, &nth);

		if (c->second)
			found = look(&map, c->contexts, &prefix, c->second, &nth);
		assert_int_equal(found, c->command);
		if (found)
			assert_int_equal(nth, c->nth);
	}
	keymap_release(&map);
}

static void the_table_has_no_conflicts(void **state)
{
	struct keymap map;
	(void)state;

	keymap_init(&map);
	for (int i = 1; i < CMD_COUNT; i++) {
		const struct command_info *info = command_info((enum command)i);
		struct err err = {0};
		int result;

		if (!*info->keys)
			continue;
		result = keymap_bind(&map, str_of(info->name), str_of(info->keys), &err);
		if (result < 0)
			print_error("%s\n", err.message);
		assert_int_equal(result, 0);
		assert_true(text_is_clean(str_of(info->help)));
	}
	keymap_release(&map);
}

static void commands_are_found_by_name(void **state)
{
	bool ambiguous;
	(void)state;

	assert_int_equal(command_find(STR("sort"), &ambiguous), CMD_SORT);
	assert_int_equal(command_find(STR("filt"), &ambiguous), CMD_FILTER);
	assert_int_equal(command_find(STR("search"), &ambiguous), CMD_SEARCH);
	assert_false(ambiguous);
	assert_int_equal(command_find(STR("s"), &ambiguous), CMD_NONE);
	assert_true(ambiguous);
	assert_int_equal(command_find(STR("erase"), &ambiguous), CMD_NONE);
	assert_int_equal(command_find(STR(""), &ambiguous), CMD_NONE);
	assert_false(ambiguous);
}

static void keys_can_be_rebound(void **state)
{
	struct key_prefix prefix = {0};
	struct keymap map;
	struct buf text;
	struct err err;
	(void)state;

	keymap_init(&map);
	buf_init(&text, 100000);
	assert_int_equal(keymap_bind(&map, STR("mark"), STR("t  ins"), &err), -1);
	assert_string_equal(err.message, "\"ins\" is no key");
	assert_int_equal(keymap_bind(&map, STR("mark"), STR("t insert"), &err), 0);
	assert_int_equal(look(&map, IN_TABLE, &prefix, "t", NULL), CMD_MARK);
	assert_int_equal(look(&map, IN_TABLE, &prefix, "space", NULL), CMD_NONE);
	keymap_all_keys(&map, CMD_MARK, &text);
	assert_string_equal(buf_cstr(&text), "t insert");
	assert_int_equal(keymap_bind(&map, STR("mark"), STR("s"), &err), -1);
	assert_string_equal(err.message, "the keys \"s\" for mark: sort has one of them");
	assert_int_equal(keymap_bind(&map, STR("down"), STR("g"), &err), -1);
	assert_int_equal(keymap_bind(&map, STR("mark"), STR("none"), &err), 0);
	assert_int_equal(keymap_bind(&map, STR("nothing"), STR("x"), &err), -1);
	assert_string_equal(err.message, "no command \"nothing\"");
	buf_clear(&text);
	keymap_table(&map, &text);
	assert_non_null(strstr(buf_cstr(&text), "\nTables\n"));
	assert_non_null(strstr(buf_cstr(&text), "\ngg home\t:top\tto the first row\n"));
	buf_release(&text);
	keymap_release(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_become_keys),
		cmocka_unit_test(every_cut_gives_the_same_keys),
		cmocka_unit_test(alt_where_it_is_asked_for),
		cmocka_unit_test(the_mouse_speaks_when_it_is_on),
		cmocka_unit_test(without_utf8_high_bytes_are_no_keys),
		cmocka_unit_test(names_of_keys_read_back),
		cmocka_unit_test(keys_call_commands),
		cmocka_unit_test(the_table_has_no_conflicts),
		cmocka_unit_test(commands_are_found_by_name),
		cmocka_unit_test(keys_can_be_rebound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
