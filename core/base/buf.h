/*
 * A growable byte buffer with a ceiling, sticky on overflow.
 *
 * Invariants: once anything was added, s is NUL-terminated and n < cap; n never exceeds max. When
 * an addition would pass max the buffer keeps what it had, `over` is set, and every later addition
 * is ignored: a writer adds in straight lines and looks at `over` once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

struct buf {
	char *s;
	size_t n;
	size_t cap;
	size_t max; /* bytes, without the NUL */
	bool over;
};

void buf_init(struct buf *buf, size_t max);
void buf_release(struct buf *buf);

/* Empties the buffer and its overflow mark; keeps the memory. */
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_add_str(struct buf *buf, struct str text);
void buf_adds(struct buf *buf, const char *s);
void buf_addc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* n times the byte c. */
void buf_fill(struct buf *buf, char c, size_t n);

/* The code point as UTF-8; what is no scalar value becomes U+FFFD. */
void buf_add_rune(struct buf *buf, uint32_t rune);

/* The contents; valid until the next addition. */
struct str buf_str(const struct buf *buf);

/* The contents as a C string ("" when nothing was added). */
const char *buf_cstr(const struct buf *buf);

#endif
