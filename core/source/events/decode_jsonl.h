/*
 * One line of JSON lines: the members of a flat object, one after the other.
 *
 * Numbers keep the text they were written with, because a number in a categorical column is that
 * text. Nested objects and arrays are skipped over (their brackets counted, not trusted). NaN,
 * Infinity and -Infinity, which Python writes, count as numbers. Bytes are passed on as they are;
 * a lone surrogate becomes U+FFFD.
 */
#ifndef SOURCE_EVENTS_DECODE_JSONL_H
#define SOURCE_EVENTS_DECODE_JSONL_H

#include "base/str.h"

enum jsonl_kind { JSONL_NULL, JSONL_WORD, JSONL_NUMBER, JSONL_STRING, JSONL_NESTED };

struct jsonl_member {
	struct str key;
	enum jsonl_kind kind;
	struct str text; /* of WORD (true, false), NUMBER, STRING */
};

struct jsonl {
	const char *at, *end;
	char *scratch; /* where strings with escapes are decoded to */
	bool started;
};

/* scratch: as many bytes as the line has. */
void jsonl_init(struct jsonl *jsonl, struct str line, char *scratch);

/* 1: a member; 0: the object ended with the line; -1: this is no JSON object. */
int jsonl_next(struct jsonl *jsonl, struct jsonl_member *member);

#endif
