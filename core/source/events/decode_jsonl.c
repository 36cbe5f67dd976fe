/* Members of a flat JSON object; see decode_jsonl.h. */
#include "source/events/decode_jsonl.h"

#include "base/num.h"

#include <stdint.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

void jsonl_init(struct jsonl *jsonl, struct str line, char *scratch)
{
	*jsonl = (struct jsonl){.at = line.s, .end = line.s + line.n, .scratch = scratch};
}

static void skip_blanks(struct jsonl *jsonl)
{
	while (jsonl->at < jsonl->end && (*jsonl->at == ' ' || *jsonl->at == '\t' ||
					  *jsonl->at == '\r' || *jsonl->at == '\n'))
		jsonl->at++;
}

static bool take(struct jsonl *jsonl, char c)
{
	skip_blanks(jsonl);
	if (jsonl->at == jsonl->end || *jsonl->at != c)
		return false;
	jsonl->at++;
	return true;
}

static bool take_word(struct jsonl *jsonl, struct str word)
{
	if ((size_t)(jsonl->end - jsonl->at) < word.n || memcmp(jsonl->at, word.s, word.n))
		return false;
	jsonl->at += word.n;
	return true;
}

/* --- strings -------------------------------------------------------------------------------- */

static char *put_utf8(char *to, uint32_t rune)
{
	if (rune < 0x80) {
		*to++ = (char)rune;
	} else if (rune < 0x800) {
		*to++ = (char)(0xC0 | rune >> 6);
		*to++ = (char)(0x80 | (rune & 0x3F));
	} else if (rune < 0x10000) {
		*to++ = (char)(0xE0 | rune >> 12);
		*to++ = (char)(0x80 | (rune >> 6 & 0x3F));
		*to++ = (char)(0x80 | (rune & 0x3F));
	} else {
		*to++ = (char)(0xF0 | rune >> 18);
		*to++ = (char)(0x80 | (rune >> 12 & 0x3F));
		*to++ = (char)(0x80 | (rune >> 6 & 0x3F));
		*to++ = (char)(0x80 | (rune & 0x3F));
	}
	return to;
}

/* The code point after "\u" at *s, which is moved past it; false if it is none. */
static bool unicode_escape(const char **s, const char *end, uint32_t *rune)
{
	int high = num_hex4(*s, end), low;

	if (high < 0)
		return false;
	*s += 4;
	*rune = (uint32_t)high;
	if (high < 0xD800 || high > 0xDFFF)
		return true;
	*rune = 0xFFFD;
	if (high > 0xDBFF || end - *s < 6 || (*s)[0] != '\\' || (*s)[1] != 'u')
		return true;
	low = num_hex4(*s + 2, end);
	if (low < 0xDC00 || low > 0xDFFF)
		return true;
	*rune = 0x10000 + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
	*s += 6;
	return true;
}

/* One escape, *s after the backslash. NULL when it is none. */
static char *put_escape(char *to, const char **s, const char *end)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	char c = *(*s)++;
	const char *known = memchr(names, c, sizeof names - 1);
	uint32_t rune;

	if (known) {
		*to++ = values[known - names];
		return to;
	}
	if (c != 'u' || !unicode_escape(s, end, &rune))
		return NULL;
	return put_utf8(to, rune);
}

/* A string with escapes, from its first backslash on; what was before is copied. */
static bool decode_string(struct jsonl *jsonl, const char *from, struct str *text)
{
	char *start = jsonl->scratch, *to = start;
	const char *s = jsonl->at, *end = jsonl->end;

	memcpy(to, from, (size_t)(s - from));
	to += s - from;
	while (s < end && *s != '"') {
		if (*s != '\\') {
			*to++ = *s++;
			continue;
		}
		s++;
		to = s < end ? put_escape(to, &s, end) : NULL;
		if (!to)
			return false;
	}
	if (s == end)
		return false;
	jsonl->at = s + 1;
	jsonl->scratch = to;
	*text = (struct str){start, (size_t)(to - start)};
	return true;
}

/* A string whose opening quote is behind us. */
static bool take_string(struct jsonl *jsonl, struct str *text)
{
	const char *from = jsonl->at, *s = from;

	while (s < jsonl->end && *s != '"' && *s != '\\')
		s++;
	jsonl->at = s;
	if (s == jsonl->end)
		return false;
	if (*s == '\\')
		return decode_string(jsonl, from, text);
	*text = (struct str){from, (size_t)(s - from)};
	jsonl->at++;
	return true;
}

/* --- values --------------------------------------------------------------------------------- */

/* Past a string within a nested value. */
static bool skip_string(struct jsonl *jsonl)
{
	for (; jsonl->at < jsonl->end; jsonl->at++) {
		if (*jsonl->at == '\\' && jsonl->at + 1 < jsonl->end)
			jsonl->at++;
		else if (*jsonl->at == '"')
			return jsonl->at++, true;
	}
	return false;
}

static bool skip_nested(struct jsonl *jsonl)
{
	char closers[DEPTH_MAX];
	int depth = 0;

	while (jsonl->at < jsonl->end) {
		char c = *jsonl->at++;

		if (c == '{' || c == '[') {
			if (depth == DEPTH_MAX)
				return false;
			closers[depth++] = c == '{' ? '}' : ']';
		} else if (c == '}' || c == ']') {
			if (closers[--depth] != c)
				return false;
			if (!depth)
				return true;
		} else if (c == '"' && !skip_string(jsonl)) {
			return false;
		}
	}
	return false;
}

/* -? digits [. digits] [e±digits], or the words that Python writes. */
static bool take_number(struct jsonl *jsonl, struct str *text)
{
	const char *from = jsonl->at, *s = from, *end = jsonl->end;
	const char *digits;

	s += s < end && *s == '-';
	if (s < end && (*s == 'N' || *s == 'I')) {
		jsonl->at = s;
		if (!take_word(jsonl, STR("Infinity")) && (s != from || !take_word(jsonl, STR("NaN"))))
			return false;
		*text = (struct str){from, (size_t)(jsonl->at - from)};
		return true;
	}
	for (digits = s; s < end && *s >= '0' && *s <= '9';)
		s++;
	if (s == digits)
		return false;
	if (s < end && *s == '.')
		for (s++; s < end && *s >= '0' && *s <= '9';)
			s++;
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		s += s < end && (*s == '-' || *s == '+');
		for (digits = s; s < end && *s >= '0' && *s <= '9';)
			s++;
		if (s == digits)
			return false;
	}
	jsonl->at = s;
	*text = (struct str){from, (size_t)(s - from)};
	return true;
}

static bool take_value(struct jsonl *jsonl, struct jsonl_member *member)
{
	const char *from;

	skip_blanks(jsonl);
	from = jsonl->at;
	if (from == jsonl->end)
		return false;
	member->text = STR_NONE;
	if (*from == '"') {
		jsonl->at++;
		member->kind = JSONL_STRING;
		return take_string(jsonl, &member->text);
	}
	if (*from == '{' || *from == '[') {
		member->kind = JSONL_NESTED;
		return skip_nested(jsonl);
	}
	if (take_word(jsonl, STR("null"))) {
		member->kind = JSONL_NULL;
		return true;
	}
	if (take_word(jsonl, STR("true")) || take_word(jsonl, STR("false"))) {
		member->kind = JSONL_WORD;
		member->text = (struct str){from, (size_t)(jsonl->at - from)};
		return true;
	}
	member->kind = JSONL_NUMBER;
	return take_number(jsonl, &member->text);
}

/* Nothing but blanks may follow the object. */
static int end_of_line(struct jsonl *jsonl)
{
	skip_blanks(jsonl);
	return jsonl->at == jsonl->end ? 0 : -1;
}

int jsonl_next(struct jsonl *jsonl, struct jsonl_member *member)
{
	if (!jsonl->started) {
		jsonl->started = true;
		if (!take(jsonl, '{'))
			return -1;
		if (take(jsonl, '}'))
			return end_of_line(jsonl);
	} else if (take(jsonl, '}')) {
		return end_of_line(jsonl);
	} else if (!take(jsonl, ',')) {
		return -1;
	}
	if (!take(jsonl, '"') || !take_string(jsonl, &member->key) || !take(jsonl, ':') ||
	    !take_value(jsonl, member))
		return -1;
	return 1;
}
