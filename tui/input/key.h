/*
 * One key as a value, and its name.
 *
 * Names are what people write: "a", "G", "^d", "space", "enter", "esc", "tab", "S-tab", "up",
 * "pgdn", "F5", "A-x" (alt), "C-left", "S-F1". A sequence is two of them without a blank between
 * ("gg").
 */
#ifndef INPUT_KEY_H
#define INPUT_KEY_H

#include "base/str.h"
#include "term/keysym.h"

#include <stdbool.h>
#include <stdint.h>

struct key {
	uint32_t code; /* a Unicode character, or an enum keysym */
	uint8_t mods;  /* enum key_mod; never MOD_SHIFT with a character */
};

enum { KEY_NAME_SIZE = 24, KEY_SEQUENCE_MAX = 2 };

static inline bool key_equal(struct key a, struct key b)
{
	return a.code == b.code && a.mods == b.mods;
}

/* A character that a text field takes as text. */
static inline bool key_is_text(struct key key)
{
	return !key.mods && key.code >= ' ' && key.code < SYM_FIRST;
}

/* Writes the key's name. Returns out. */
const char *key_name(char out[KEY_NAME_SIZE], struct key key);

/* Parses one key or a sequence of two; returns how many keys, 0 when it is none. */
int keys_parse(struct str text, struct key keys[KEY_SEQUENCE_MAX]);

#endif
