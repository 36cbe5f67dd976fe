/* The text gate; see text.h. The treatment of each code point is a table made by text_table.py. */
#include "base/text.h"

#include <string.h>

enum text_treatment { TEXT_PLAIN, TEXT_WIDE, TEXT_MARK, TEXT_DROP, TEXT_REPLACE };

struct text_range {
	uint32_t first, last;
	enum text_treatment treatment;
};

#include "base/text_table.h"

enum {
	PICTURE_OF_NUL = 0x2400,
	PICTURE_OF_LF = 0x240A,
	PICTURE_OF_DEL = 0x2421,
	FIRST_REGIONAL = 0x1F1E6,
	LAST_REGIONAL = 0x1F1FF,
};

static enum text_treatment treatment_of(uint32_t rune)
{
	size_t low = 0, high = sizeof text_ranges / sizeof *text_ranges;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (rune > text_ranges[middle].last)
			low = middle + 1;
		else if (rune < text_ranges[middle].first)
			high = middle;
		else
			return text_ranges[middle].treatment;
	}
	return TEXT_PLAIN;
}

/* The length that a lead byte announces, its smallest value, and its own bits; 0 for a bad lead. */
static size_t lead_length(unsigned char lead, uint32_t *bits, uint32_t *least)
{
	if (lead >= 0xC2 && lead <= 0xDF) {
		*bits = lead & 0x1Fu;
		*least = 0x80;
		return 2;
	}
	if ((lead & 0xF0) == 0xE0) {
		*bits = lead & 0x0Fu;
		*least = 0x800;
		return 3;
	}
	if (lead >= 0xF0 && lead <= 0xF4) {
		*bits = lead & 0x07u;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

size_t text_decode(const char *s, size_t n, uint32_t *rune)
{
	const unsigned char *bytes = (const unsigned char *)s;
	uint32_t value, least;
	size_t length;

	*rune = TEXT_BAD;
	if (bytes[0] < 0x80) {
		*rune = bytes[0];
		return 1;
	}
	length = lead_length(bytes[0], &value, &least);
	if (!length || length > n)
		return 1;
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return 1;
		value = value << 6 | (bytes[i] & 0x3Fu);
	}
	if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return 1;
	*rune = value;
	return length;
}

int text_rune_width(uint32_t rune)
{
	if (rune < 0x80)
		return rune >= 0x20 && rune != 0x7F ? 1 : -1;
	switch (treatment_of(rune)) {
	case TEXT_PLAIN:
		return rune >= FIRST_REGIONAL && rune <= LAST_REGIONAL ? -1 : 1;
	case TEXT_WIDE:
		return 2;
	case TEXT_MARK:
		return 0;
	default:
		return -1;
	}
}

/* What the gate makes of a code point: 0 when it is dropped. */
static uint32_t pass(uint32_t rune)
{
	if (rune < 0x20)
		return PICTURE_OF_NUL + rune;
	if (rune < 0x7F)
		return rune;
	if (rune == 0x7F)
		return PICTURE_OF_DEL;
	if (rune == 0x2028 || rune == 0x2029)
		return PICTURE_OF_LF;
	/* two of them make a flag in some terminals and letters in others: letters everywhere */
	if (rune >= FIRST_REGIONAL && rune <= LAST_REGIONAL)
		return 'A' + (rune - FIRST_REGIONAL);
	switch (treatment_of(rune)) {
	case TEXT_DROP:
		return 0;
	case TEXT_REPLACE:
		return TEXT_BAD;
	default:
		return rune;
	}
}

/* Bytes from at on that are printable ASCII: the common case, copied in one piece. */
static size_t plain_run(struct str text, size_t at)
{
	size_t n = 0;

	while (at + n < text.n && text.s[at + n] >= 0x20 && text.s[at + n] < 0x7F)
		n++;
	return n;
}

void text_clean(struct buf *out, struct str text)
{
	int marks = TEXT_MAX_MARKS; /* a mark needs a character to stand on */

	/* a full buffer takes nothing more, however much there is */
	for (size_t at = 0; at < text.n && !out->over;) {
		size_t run = plain_run(text, at);
		uint32_t rune;

		if (run) {
			buf_add(out, text.s + at, run);
			at += run;
			marks = 0;
			continue;
		}
		at += text_decode(text.s + at, text.n - at, &rune);
		rune = pass(rune);
		if (!rune)
			continue;
		if (text_rune_width(rune) == 0) {
			if (marks++ >= TEXT_MAX_MARKS)
				continue;
		} else {
			marks = 0;
		}
		buf_add_rune(out, rune);
	}
}

void text_valid(struct buf *out, struct str text)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t rune;

		at += text_decode(text.s + at, text.n - at, &rune);
		buf_add_rune(out, rune);
	}
}

bool text_is_clean(struct str text)
{
	int marks = TEXT_MAX_MARKS;

	for (size_t at = 0; at < text.n;) {
		uint32_t rune;
		size_t used = text_decode(text.s + at, text.n - at, &rune);
		int width = text_rune_width(rune);

		if (width < 0 || (rune == TEXT_BAD && used == 1))
			return false;
		if (width == 0 && marks++ >= TEXT_MAX_MARKS)
			return false;
		if (width > 0)
			marks = 0;
		at += used;
	}
	return true;
}

struct str text_cut(struct str text, size_t max)
{
	if (text.n <= max)
		return text;
	while (max && ((unsigned char)text.s[max] & 0xC0) == 0x80)
		max--;
	return (struct str){text.s, max};
}

bool text_next(struct str *rest, struct text_glyph *glyph)
{
	size_t used;
	int width;

	if (!rest->n)
		return false;
	used = text_decode(rest->s, rest->n, &glyph->rune);
	width = text_rune_width(glyph->rune);
	glyph->width = width > 0 ? width : 1;
	while (used < rest->n) {
		uint32_t rune;
		size_t more = text_decode(rest->s + used, rest->n - used, &rune);

		if (rune < 0x80 || text_rune_width(rune) != 0)
			break;
		used += more;
	}
	glyph->bytes = (struct str){rest->s, used};
	*rest = (struct str){rest->s + used, rest->n - used};
	return true;
}

int text_width(struct str clean)
{
	struct text_glyph glyph;
	int columns = 0;

	while (text_next(&clean, &glyph))
		columns += glyph.width;
	return columns;
}

struct str text_fit(struct str clean, int columns, int *used)
{
	struct str rest = clean;
	struct text_glyph glyph;
	size_t bytes = 0;
	int taken = 0;

	while (text_next(&rest, &glyph) && taken + glyph.width <= columns) {
		taken += glyph.width;
		bytes += glyph.bytes.n;
	}
	if (used)
		*used = taken;
	return (struct str){clean.s, bytes};
}
