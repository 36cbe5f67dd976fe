/* Growable buffers with a ceiling; see buf.h. */
#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.max = max};
}

void buf_release(struct buf *buf)
{
	free(buf->s);
	*buf = (struct buf){.max = buf->max};
}

void buf_clear(struct buf *buf)
{
	buf->n = 0;
	buf->over = false;
	if (buf->s)
		buf->s[0] = '\0';
}

/* Room for n more bytes and the NUL, or the overflow mark and false. */
static bool reserve(struct buf *buf, size_t n)
{
	size_t want;

	if (buf->over || n > buf->max - buf->n) {
		buf->over = true;
		return false;
	}
	if (buf->n + n < buf->cap)
		return true;
	want = buf->cap ? buf->cap * 2 : 64;
	if (want < buf->n + n + 1)
		want = buf->n + n + 1;
	buf->s = mem_resize(buf->s, want, 1);
	buf->cap = want;
	return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t n)
{
	if (!reserve(buf, n))
		return;
	if (n)
		memcpy(buf->s + buf->n, bytes, n);
	buf->n += n;
	buf->s[buf->n] = '\0';
}

void buf_add_str(struct buf *buf, struct str text)
{
	buf_add(buf, text.s, text.n);
}

void buf_adds(struct buf *buf, const char *s)
{
	buf_add(buf, s, strlen(s));
}

void buf_addc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !reserve(buf, (size_t)n))
		return;
	va_start(args, format);
	vsnprintf(buf->s + buf->n, (size_t)n + 1, format, args);
	va_end(args);
	buf->n += (size_t)n;
}

void buf_fill(struct buf *buf, char c, size_t n)
{
	if (!reserve(buf, n))
		return;
	memset(buf->s + buf->n, c, n);
	buf->n += n;
	buf->s[buf->n] = '\0';
}

void buf_add_rune(struct buf *buf, uint32_t rune)
{
	char out[4];
	size_t n;

	if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF))
		rune = 0xFFFD;
	if (rune < 0x80) {
		out[0] = (char)rune;
		n = 1;
	} else if (rune < 0x800) {
		out[0] = (char)(0xC0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3F));
		n = 2;
	} else if (rune < 0x10000) {
		out[0] = (char)(0xE0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3F));
		out[2] = (char)(0x80 | (rune & 0x3F));
		n = 3;
	} else {
		out[0] = (char)(0xF0 | rune >> 18);
		out[1] = (char)(0x80 | (rune >> 12 & 0x3F));
		out[2] = (char)(0x80 | (rune >> 6 & 0x3F));
		out[3] = (char)(0x80 | (rune & 0x3F));
		n = 4;
	}
	buf_add(buf, out, n);
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->s ? buf->s : "", buf->n};
}

const char *buf_cstr(const struct buf *buf)
{
	return buf->s ? buf->s : "";
}
