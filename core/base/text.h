/*
 * The text gate: the one way by which foreign text gets to a terminal, a message or a file that a
 * terminal may show.
 *
 * Clean text is valid UTF-8 on one line that any terminal draws as we count it:
 *   - a byte that is no UTF-8 becomes U+FFFD, one for each bad byte;
 *   - C0 controls and DEL become their control pictures (ESC → U+241B, LF → U+240A); so nothing a
 *     terminal obeys is left, and the reader still sees that something was there;
 *   - C1 controls become U+FFFD;
 *   - bidirectional controls, zero-width characters, variation selectors, tags, the byte order mark
 *     and other format characters are dropped, since terminals disagree about them;
 *   - line and paragraph separators become U+240A; soft hyphen is dropped;
 *   - private use, unassigned and noncharacters (no width of their own) become U+FFFD;
 *   - at most four combining marks stay on a character; a mark at the start is dropped.
 * JSON output does not pass here: its own escapes carry raw text (text_valid only).
 *
 * Widths come from this module's own table (East Asian wide and emoji presentation: 2), so that
 * screen layout never depends on the C library's locale data.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

enum { TEXT_MAX_MARKS = 4, TEXT_BAD = 0xFFFD };

/*
 * Decodes one code point at s (n > 0 bytes): stores it, or TEXT_BAD for a bad byte, in *rune and
 * returns the bytes used (1 for a bad byte). Overlong forms, surrogates and values above U+10FFFF
 * are bad.
 */
size_t text_decode(const char *s, size_t n, uint32_t *rune);

/* Columns of a code point: 0 (combining), 1, 2, or -1 when the gate would not let it through. */
int text_rune_width(uint32_t rune);

/* Appends the clean form of text. Three bytes per byte of input are enough room. */
void text_clean(struct buf *out, struct str text);

/* Appends text with bad bytes as U+FFFD and nothing else changed: valid UTF-8 for JSON. */
void text_valid(struct buf *out, struct str text);

/* Is this what text_clean would give back unchanged? */
bool text_is_clean(struct str text);

/* The longest start of text that has at most max bytes and does not cut a character. */
struct str text_cut(struct str text, size_t max);

/* Columns of clean text. */
int text_width(struct str clean);

/*
 * The longest start of clean text that fits into the columns, cut between characters (a character
 * and its marks stay together). *used, if not NULL, gets the columns it takes.
 */
struct str text_fit(struct str clean, int columns, int *used);

/* One drawn character of clean text. */
struct text_glyph {
	struct str bytes; /* the base character and its marks */
	uint32_t rune;    /* the base character */
	int width;        /* 1 or 2 */
};

/* Takes the next glyph from *rest; false at the end. */
bool text_next(struct str *rest, struct text_glyph *glyph);

#endif
