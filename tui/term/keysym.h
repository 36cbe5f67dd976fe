/*
 * Names for keys that are no character. They lie above Unicode, so that one number says which key
 * was pressed.
 */
#ifndef TERM_KEYSYM_H
#define TERM_KEYSYM_H

enum keysym {
	SYM_FIRST = 0x110000,
	SYM_UP = SYM_FIRST,
	SYM_DOWN,
	SYM_LEFT,
	SYM_RIGHT,
	SYM_HOME,
	SYM_END,
	SYM_PAGE_UP,
	SYM_PAGE_DOWN,
	SYM_INSERT,
	SYM_DELETE,
	SYM_BACKSPACE,
	SYM_ENTER,
	SYM_ESC,
	SYM_TAB,
	SYM_F1,
	SYM_F12 = SYM_F1 + 11,
};

enum key_mod { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

#endif
