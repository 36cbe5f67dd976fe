/* Bytes to keys; see keys.h. */
#include "input/keys.h"

#include "base/text.h"

#include <string.h>

enum {
	ESC = 0x1B,
	ESC_MS = 50,
	LATE_MS = 300,
	PASTE_MS = 5000,
	UTF8_MS = 50,
	SEQUENCE_MAX = 32,
	PARAMS_MAX = 4,
};

#define PASTE_BEGIN_CODE 200
static const char paste_end[] = "\033[201~";

enum outcome {
	NEED_MORE, /* the bytes are the start of something */
	NOTHING,   /* bytes were used up, and no event came of them */
	EVENT,
};

void keys_init(struct keys *keys, const struct driver *driver)
{
	memset(keys, 0, sizeof *keys);
	keys->table = driver->keys;
	keys->table_count = driver->key_count;
	keys->utf8 = driver->utf8;
	buf_init(&keys->paste, 3 * KEYS_HELD_MAX);
}

void keys_release(struct keys *keys)
{
	buf_release(&keys->paste);
}

size_t keys_feed(struct keys *keys, const char *bytes, size_t n, int64_t now)
{
	size_t room = sizeof keys->held - keys->n;

	if (n > room)
		n = room;
	if (!n)
		return 0;
	/* within a sequence only the first byte's time counts; a paste is timed by its last */
	if (!keys->n || keys->pasting)
		keys->since = now;
	memcpy(keys->held + keys->n, bytes, n);
	keys->n += n;
	return n;
}

static void drop(struct keys *keys, size_t n, int64_t now)
{
	keys->n -= n;
	memmove(keys->held, keys->held + n, keys->n);
	keys->since = now;
}

static enum outcome press(struct keys *keys, struct key_event *event, size_t used, uint32_t code,
	unsigned mods, int64_t now)
{
	drop(keys, used, now);
	event->kind = KEY_PRESS;
	event->key = (struct key){code, (uint8_t)mods};
	return EVENT;
}

/* --- the terminal's own sequences --- */

/* The longest that matches; NEED_MORE through *partial when the held bytes may become one. */
static const struct term_key *match_table(const struct keys *keys, bool *partial)
{
	const struct term_key *best = NULL;

	*partial = false;
	for (size_t i = 0; i < keys->table_count; i++) {
		const struct term_key *key = &keys->table[i];
		size_t n = key->n < keys->n ? key->n : keys->n;

		if (memcmp(key->bytes, keys->held, n) != 0)
			continue;
		if (key->n > keys->n)
			*partial = true;
		else if (!best || key->n > best->n)
			best = key;
	}
	return best;
}

/* --- CSI and SS3 --- */

struct sequence {
	int params[PARAMS_MAX];
	int count;
	char intro;  /* '[' or 'O' */
	char prefix; /* '<', '?', '>', '=', '[' (the Linux console's F1) or 0 */
	char final;
	size_t length;
};

static const struct {
	char final;
	uint32_t symbol;
} letters[] = {
	{'A', SYM_UP},
	{'B', SYM_DOWN},
	{'C', SYM_RIGHT},
	{'D', SYM_LEFT},
	{'F', SYM_END},
	{'H', SYM_HOME},
	{'P', SYM_F1},
	{'Q', SYM_F1 + 1},
	{'R', SYM_F1 + 2},
	{'S', SYM_F1 + 3},
	{'Z', SYM_TAB},
};

static const struct {
	int code;
	uint32_t symbol;
} tildes[] = {
	{1, SYM_HOME},
	{2, SYM_INSERT},
	{3, SYM_DELETE},
	{4, SYM_END},
	{5, SYM_PAGE_UP},
	{6, SYM_PAGE_DOWN},
	{7, SYM_HOME},
	{8, SYM_END},
	{11, SYM_F1},
	{12, SYM_F1 + 1},
	{13, SYM_F1 + 2},
	{14, SYM_F1 + 3},
	{15, SYM_F1 + 4},
	{17, SYM_F1 + 5},
	{18, SYM_F1 + 6},
	{19, SYM_F1 + 7},
	{20, SYM_F1 + 8},
	{21, SYM_F1 + 9},
	{23, SYM_F1 + 10},
	{24, SYM_F12},
};

static uint32_t symbol_of_letter(char final)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i].final == final)
			return letters[i].symbol;
	return 0;
}

/* The keypad in application mode; these look like letters. */
static uint32_t symbol_of_keypad(char final)
{
	if (final == 'M')
		return SYM_ENTER;
	if (final == 'X')
		return '=';
	return final >= 'j' && final <= 'y' ? (uint32_t)"*+,-./0123456789"[final - 'j'] : 0;
}

static uint32_t symbol_of_tilde(int code)
{
	for (size_t i = 0; i < sizeof tildes / sizeof *tildes; i++)
		if (tildes[i].code == code)
			return tildes[i].symbol;
	return 0;
}

/* xterm's parameter: 1 + shift + 2 alt + 4 control. */
static unsigned mods_of(int param)
{
	return param > 1 ? (unsigned)(param - 1) & (MOD_SHIFT | MOD_ALT | MOD_CTRL) : 0;
}

static void add_digit(struct sequence *sequence, char c)
{
	int *param;

	if (!sequence->count)
		sequence->count = 1;
	param = &sequence->params[sequence->count - 1];
	if (*param < 100000)
		*param = *param * 10 + (c - '0');
}

static void parse_param(struct sequence *sequence, char c, bool first)
{
	if (c >= '0' && c <= '9')
		add_digit(sequence, c);
	else if (c == ';' && sequence->count < PARAMS_MAX)
		sequence->count += sequence->count ? 1 : 2;
	else if (c >= '<' && first)
		sequence->prefix = c;
}

/*
 * Reads ESC [ … final, or ESC O … final, at the start of bytes. NEED_MORE: unfinished. NOTHING:
 * broken, `length` bytes are to be dropped. EVENT: whole.
 */
static enum outcome parse_sequence(const char *bytes, size_t n, struct sequence *sequence)
{
	memset(sequence, 0, sizeof *sequence);
	sequence->intro = n > 1 ? bytes[1] : 0;
	for (size_t i = 2; i < n; i++) {
		char c = bytes[i];

		sequence->length = i;
		if (c < 0x20 || c > 0x7E || i >= SEQUENCE_MAX)
			return NOTHING;
		if (c >= 0x40 && !(c == '[' && i == 2)) {
			sequence->final = c;
			sequence->length = i + 1;
			return EVENT;
		}
		parse_param(sequence, c, i == 2);
	}
	return NEED_MORE;
}

static bool plain_character(int code)
{
	return code >= ' ' && code != 0x7F && code < SYM_FIRST;
}

/* A key given by its code: "CSI code ; mods u" and "CSI 27 ; mods ; code ~". */
static uint32_t symbol_of_code(int code)
{
	switch (code) {
	case '\r':
		return SYM_ENTER;
	case '\t':
		return SYM_TAB;
	case ESC:
		return SYM_ESC;
	case 0x7F:
	case 0x08:
		return SYM_BACKSPACE;
	default:
		return plain_character(code) ? (uint32_t)code : 0;
	}
}

/* Which key a whole sequence is; 0 when we know none. */
static uint32_t symbol_of(const struct sequence *sequence, unsigned *mods)
{
	uint32_t symbol;

	*mods = mods_of(sequence->params[1]);
	if (sequence->prefix)
		return 0;
	if (sequence->final == 'u' || (sequence->final == '~' && sequence->params[0] == 27)) {
		symbol = symbol_of_code(sequence->params[sequence->final == 'u' ? 0 : 2]);
		if (symbol && symbol < SYM_FIRST)
			*mods &= ~(unsigned)MOD_SHIFT;
		return symbol;
	}
	if (sequence->final == '~')
		return symbol_of_tilde(sequence->params[0]);
	if (sequence->final == 'Z')
		*mods |= MOD_SHIFT;
	/* "ESC O 5 A" has its modifier in the first place */
	if (sequence->count == 1 && sequence->params[0] > 1)
		*mods = mods_of(sequence->params[0]);
	symbol = symbol_of_letter(sequence->final);
	return symbol || sequence->intro == '[' ? symbol : symbol_of_keypad(sequence->final);
}

static bool fill_mouse(struct key_event *event, int button, int x, int y, bool release)
{
	static const enum mouse_button buttons[] = {MOUSE_LEFT, MOUSE_MIDDLE, MOUSE_RIGHT};

	event->kind = KEY_MOUSE;
	event->mouse.x = x > 0 ? x - 1 : 0;
	event->mouse.y = y > 0 ? y - 1 : 0;
	event->mouse.release = release;
	if (button & 32)
		return false;
	if (button & 64) {
		event->mouse.button = button & 1 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
		return !(button & 2);
	}
	if ((button & 3) == 3)
		return false;
	event->mouse.button = buttons[button & 3];
	return true;
}

static enum outcome x10_mouse(struct keys *keys, struct key_event *event, int64_t now)
{
	const unsigned char *at = (const unsigned char *)keys->held + 3;
	bool known;

	if (keys->n < 6)
		return NEED_MORE;
	known = fill_mouse(event, at[0] - 32, at[1] - 32, at[2] - 32, false);
	drop(keys, 6, now);
	return known ? EVENT : NOTHING;
}

static enum outcome csi(struct keys *keys, struct key_event *event, int64_t now)
{
	struct sequence sequence;
	unsigned mods;
	uint32_t symbol;
	enum outcome outcome;

	if (keys->mouse && keys->n >= 3 && keys->held[1] == '[' && keys->held[2] == 'M')
		return x10_mouse(keys, event, now);
	outcome = parse_sequence(keys->held, keys->n, &sequence);
	if (outcome == NEED_MORE)
		return NEED_MORE;
	if (outcome == NOTHING) {
		drop(keys, sequence.length, now);
		return NOTHING;
	}
	if (sequence.final == '~' && sequence.params[0] == PASTE_BEGIN_CODE) {
		drop(keys, sequence.length, now);
		keys->pasting = true;
		return NOTHING;
	}
	if (sequence.prefix == '<' && (sequence.final == 'M' || sequence.final == 'm')) {
		bool known = keys->mouse && fill_mouse(event, sequence.params[0],
			sequence.params[1], sequence.params[2], sequence.final == 'm');

		drop(keys, sequence.length, now);
		return known ? EVENT : NOTHING;
	}
	symbol = symbol_of(&sequence, &mods);
	if (symbol)
		return press(keys, event, sequence.length, symbol, mods, now);
	drop(keys, sequence.length, now);
	return NOTHING;
}

/* --- single characters --- */

static enum outcome character(struct keys *keys, struct key_event *event, size_t at, unsigned mods,
	int64_t now)
{
	unsigned char c = (unsigned char)keys->held[at];
	size_t lead = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;
	uint32_t rune, symbol;
	size_t used;

	if (c == 0)
		return press(keys, event, at + 1, ' ', mods | MOD_CTRL, now);
	symbol = c == '\n' ? SYM_ENTER : c < ' ' || c == 0x7F ? symbol_of_code(c) : 0;
	if (symbol)
		return press(keys, event, at + 1, symbol, mods, now);
	if (c < ' ')
		return press(keys, event, at + 1, c + (c < 0x1B ? 0x60u : 0x40u), mods | MOD_CTRL,
			now);
	used = text_decode(keys->held + at, keys->n - at, &rune);
	if (used == 1 && c >= 0x80) {
		if (keys->utf8 && keys->n - at < lead && now < keys->since + UTF8_MS)
			return NEED_MORE;
		drop(keys, at + 1, now);
		return NOTHING;
	}
	if (c >= 0x80 && !keys->utf8) {
		drop(keys, at + used, now);
		return NOTHING;
	}
	return press(keys, event, at + used, rune, mods, now);
}

/* --- ESC --- */

static bool is_sequence(char c)
{
	return c == '[' || c == 'O';
}

static bool is_backspace(char c)
{
	return c == 0x7F || c == 0x08;
}

static enum outcome escape(struct keys *keys, struct key_event *event, int64_t now)
{
	const struct term_key *key;
	bool partial;
	enum outcome outcome = NEED_MORE;

	key = match_table(keys, &partial);
	if (key && (!partial || now >= keys->since + ESC_MS))
		return press(keys, event, key->n, key->symbol, key->mods, now);
	if (keys->n >= 2 && !partial) {
		char next = keys->held[1];

		if (next == ESC || !(is_sequence(next) || keys->alt || is_backspace(next)))
			return press(keys, event, 1, SYM_ESC, 0, now);
		outcome = is_sequence(next) ? csi(keys, event, now)
					    : character(keys, event, 1, MOD_ALT, now);
	}
	if (outcome != NEED_MORE || now < keys->since + ESC_MS)
		return outcome;
	/* it has been alone for long enough: the key; what follows late may still belong to it */
	keys->late = keys->since + LATE_MS;
	outcome = press(keys, event, 1, SYM_ESC, 0, now);
	keys->since = keys->late - LATE_MS;
	return outcome;
}

/* After an ESC that acted: "[" or "O" and what may complete it. EVENT never comes of this. */
static enum outcome late_rest(struct keys *keys, int64_t now)
{
	char bytes[1 + SEQUENCE_MAX + 1] = {ESC};
	size_t n = keys->n < SEQUENCE_MAX ? keys->n : SEQUENCE_MAX;
	struct sequence sequence;
	enum outcome outcome;
	unsigned mods;

	if (!is_sequence(keys->held[0])) {
		keys->late = 0;
		return EVENT;
	}
	memcpy(bytes + 1, keys->held, n);
	outcome = parse_sequence(bytes, n + 1, &sequence);
	if (outcome == NEED_MORE && now < keys->late)
		return NEED_MORE;
	keys->late = 0;
	if (outcome != EVENT || symbol_of(&sequence, &mods) < SYM_FIRST)
		return EVENT;
	drop(keys, sequence.length - 1, now);
	return NOTHING;
}

/* --- paste --- */

/* How many of the held bytes are pasted text for certain; *ended when the end mark follows them. */
static size_t pasted_bytes(const struct keys *keys, bool *ended)
{
	size_t mark = sizeof paste_end - 1;

	*ended = false;
	for (size_t i = 0; i < keys->n; i++) {
		size_t left = keys->n - i < mark ? keys->n - i : mark;

		if (memcmp(keys->held + i, paste_end, left) != 0)
			continue;
		*ended = left == mark;
		return i;
	}
	return keys->n;
}

/* Without a character at the end whose last bytes are still to come. */
static size_t whole_characters(const struct keys *keys, size_t n)
{
	size_t start = n;

	while (start && n - start < 3 && ((unsigned char)keys->held[start - 1] & 0xC0) == 0x80)
		start--;
	if (start && (unsigned char)keys->held[start - 1] >= 0xC2) {
		unsigned char lead = (unsigned char)keys->held[start - 1];
		size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

		if (n - start + 1 < wanted)
			return start - 1;
	}
	return n;
}

static enum outcome pasted(struct keys *keys, struct key_event *event, int64_t now)
{
	bool ended;
	size_t n = pasted_bytes(keys, &ended);
	bool silent = now >= keys->since + PASTE_MS;

	if (!ended && !silent)
		n = whole_characters(keys, n);
	buf_clear(&keys->paste);
	for (size_t i = 0; i < n; i++)
		if (keys->held[i] == '\r')
			keys->held[i] = '\n';
	text_clean(&keys->paste, (struct str){keys->held, n});
	if (ended || silent)
		keys->pasting = false;
	if (!n && !ended && !silent)
		return NEED_MORE;
	drop(keys, ended ? n + sizeof paste_end - 1 : n, now);
	event->kind = KEY_PASTE;
	event->paste = buf_str(&keys->paste);
	return keys->paste.n ? EVENT : NOTHING;
}

/* --- */

static enum outcome step(struct keys *keys, struct key_event *event, int64_t now)
{
	const struct term_key *key;
	bool partial;

	if (keys->pasting)
		return pasted(keys, event, now);
	if (keys->late) {
		enum outcome outcome = EVENT;

		if (now >= keys->late && !keys->n)
			keys->late = 0;
		else if (keys->n)
			outcome = late_rest(keys, now);
		if (outcome != EVENT)
			return outcome;
	}
	if (!keys->n)
		return NEED_MORE;
	if (keys->held[0] == ESC)
		return escape(keys, event, now);
	key = match_table(keys, &partial);
	if (key)
		return press(keys, event, key->n, key->symbol, key->mods, now);
	return character(keys, event, 0, 0, now);
}

bool keys_next(struct keys *keys, int64_t now, struct key_event *event)
{
	enum outcome outcome;

	memset(event, 0, sizeof *event);
	do
		outcome = step(keys, event, now);
	while (outcome == NOTHING);
	return outcome == EVENT;
}

int64_t keys_deadline(const struct keys *keys)
{
	if (keys->pasting)
		return keys->since + PASTE_MS;
	if (!keys->n)
		return INT64_MAX;
	if (keys->late)
		return keys->late;
	return keys->since + ESC_MS;
}
