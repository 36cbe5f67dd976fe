/*
 * Bytes from the terminal → keys, pasted text and mouse events.
 *
 * A pure state machine: it is fed with bytes and the monotonic time at which they came, and says
 * itself when it wants to be asked again. It knows the sequences of the terminal's own description
 * and the forms of xterm (CSI and SS3 with modifiers, "CSI … u"), bracketed paste, UTF-8 and, while
 * it is on, the mouse (SGR and X10).
 *
 * The one ambiguity of a terminal is ESC: a key, or the start of one. A lone ESC is the key after
 * 50 ms. On a slow link the rest of an arrow may come later than that: a "[" or "O" that follows
 * within 300 ms of such an ESC is held back, and if it completes an arrow or the like in that time
 * the whole is swallowed; if not, its bytes are typed characters. ESC followed at once by another
 * character is the two of them, since a slow link brings them together; it is Alt only where that
 * is asked for (`alt`: some key is bound so), and for backspace.
 *
 * Everything is bounded: an unfinished sequence is dropped after 32 bytes; pasted text is handed
 * out in pieces as it comes, and a paste that never ends is over after 5 silent seconds.
 */
#ifndef INPUT_KEYS_H
#define INPUT_KEYS_H

#include "base/str.h"
#include "input/key.h"
#include "term/driver.h"

#include <stdbool.h>
#include <stdint.h>

enum { KEYS_HELD_MAX = 4096 };

enum key_event_kind { KEY_PRESS, KEY_PASTE, KEY_MOUSE };

enum mouse_button { MOUSE_LEFT, MOUSE_MIDDLE, MOUSE_RIGHT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
	enum mouse_button button;
	bool release;
	int y, x; /* from 0 */
};

struct key_event {
	enum key_event_kind kind;
	struct key key;
	/* clean text, with line ends as U+240A; valid until the next keys_ call */
	struct str paste;
	struct mouse mouse;
};

struct keys {
	const struct term_key *table;
	size_t table_count;
	bool utf8;
	bool mouse;
	bool alt;
	bool pasting;
	char held[KEYS_HELD_MAX];
	size_t n;
	int64_t since; /* when the first held byte came */
	int64_t late;  /* an ESC acted, and until then a "[" or "O" may belong to it; 0: none */
	struct buf paste;
};

void keys_init(struct keys *keys, const struct driver *driver);
void keys_release(struct keys *keys);

/* Takes in at most as many bytes as there is room for; returns how many. Ask keys_next until it
 * says no, then feed the rest. */
size_t keys_feed(struct keys *keys, const char *bytes, size_t n, int64_t now);

/* The next event, if there is a whole one by now. */
bool keys_next(struct keys *keys, int64_t now, struct key_event *event);

/* When keys_next may have more to say without new bytes; INT64_MAX: never. */
int64_t keys_deadline(const struct keys *keys);

#endif
