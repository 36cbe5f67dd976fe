/* Names of keys; see key.h. */
#include "input/key.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	uint32_t code;
} names[] = {
	{"space", ' '},
	{"enter", SYM_ENTER},
	{"esc", SYM_ESC},
	{"tab", SYM_TAB},
	{"backspace", SYM_BACKSPACE},
	{"up", SYM_UP},
	{"down", SYM_DOWN},
	{"left", SYM_LEFT},
	{"right", SYM_RIGHT},
	{"home", SYM_HOME},
	{"end", SYM_END},
	{"pgup", SYM_PAGE_UP},
	{"pgdn", SYM_PAGE_DOWN},
	{"insert", SYM_INSERT},
	{"delete", SYM_DELETE},
};

static void append(char out[KEY_NAME_SIZE], const char *text)
{
	strncat(out, text, KEY_NAME_SIZE - 1 - strlen(out));
}

static void append_code(char out[KEY_NAME_SIZE], uint32_t code)
{
	struct buf rune;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].code == code) {
			append(out, names[i].name);
			return;
		}
	}
	if (code >= SYM_F1 && code <= SYM_F12) {
		char number[8];

		snprintf(number, sizeof number, "F%u", (unsigned)(code - SYM_F1 + 1) % 100);
		append(out, number);
		return;
	}
	buf_init(&rune, 8);
	buf_add_rune(&rune, text_rune_width(code) > 0 ? code : TEXT_BAD);
	append(out, buf_cstr(&rune));
	buf_release(&rune);
}

const char *key_name(char out[KEY_NAME_SIZE], struct key key)
{
	out[0] = 0;
	if (key.mods & MOD_ALT)
		append(out, "A-");
	if (key.mods & MOD_CTRL)
		append(out, key.code > ' ' && key.code < 0x7F ? "^" : "C-");
	if (key.mods & MOD_SHIFT)
		append(out, "S-");
	append_code(out, key.code);
	return out;
}

/* A number 1-12 after the F; 0 when it is none. */
static uint32_t function_number(struct str digits)
{
	uint32_t number = 0;

	if (digits.n < 1 || digits.n > 2)
		return 0;
	for (size_t i = 0; i < digits.n; i++) {
		if (digits.s[i] < '0' || digits.s[i] > '9')
			return 0;
		number = number * 10 + (uint32_t)(digits.s[i] - '0');
	}
	return number <= 12 ? number : 0;
}

/* Takes one key from the front of *rest, which must use a name up: "up" is a key, not u and p. */
static bool take_named(struct str *rest, struct key *key)
{
	uint32_t number;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_equal(*rest, str_of(names[i].name))) {
			key->code = names[i].code;
			*rest = STR("");
			return true;
		}
	}
	if (rest->n < 2 || rest->s[0] != 'F')
		return false;
	number = function_number(str_slice(*rest, 1, rest->n));
	if (!number)
		return false;
	key->code = SYM_F1 + number - 1;
	*rest = STR("");
	return true;
}

static void take_mods(struct str *rest, struct key *key)
{
	for (;;) {
		uint8_t mod = 0;

		if (rest->n >= 3 && rest->s[1] == '-')
			mod = rest->s[0] == 'A' ? MOD_ALT
			    : rest->s[0] == 'C' ? MOD_CTRL
			    : rest->s[0] == 'S' ? MOD_SHIFT
						: 0;
		if (mod) {
			*rest = str_slice(*rest, 2, rest->n);
		} else if (rest->n >= 2 && rest->s[0] == '^') {
			mod = MOD_CTRL;
			*rest = str_slice(*rest, 1, rest->n);
		} else {
			return;
		}
		key->mods |= mod;
	}
}

static bool take_key(struct str *rest, struct key *key)
{
	struct text_glyph glyph;

	*key = (struct key){0, 0};
	take_mods(rest, key);
	if (take_named(rest, key))
		return true;
	if (!text_next(rest, &glyph) || glyph.rune <= ' ' || text_rune_width(glyph.rune) < 1)
		return false;
	key->code = glyph.rune;
	/* what a terminal sends for a shifted character is another character */
	return !(key->mods & MOD_SHIFT);
}

int keys_parse(struct str text, struct key keys[KEY_SEQUENCE_MAX])
{
	int n = 0;

	while (text.n) {
		if (n == KEY_SEQUENCE_MAX || !take_key(&text, &keys[n]))
			return 0;
		n++;
	}
	return n;
}
