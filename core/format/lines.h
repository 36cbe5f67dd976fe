/*
 * Text lines out of blocks of bytes, as they come from a file that is read or followed.
 *
 *	lines_init(&lines, limit);
 *	for each block: { lines_feed(&lines, block); while (lines_next(&lines, &line)) … }
 *	lines_end(&lines);  while (lines_next(&lines, &line)) …      only when the file is complete
 *
 * A line ends with LF or CRLF; a byte order mark at the start is dropped. A line within one block
 * is handed on without a copy. A line past the limit is dropped, and counted in `dropped`.
 * A file that is followed never calls lines_end: a last line without its end stays pending.
 */
#ifndef FORMAT_LINES_H
#define FORMAT_LINES_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct lines {
	uint64_t number;  /* of the line given last, counted from 1; dropped lines count */
	uint64_t dropped;
	struct str rest;  /* of the block */
	struct buf carry; /* the start of a line whose end has not come */
	bool fresh;       /* the carry was handed out, and is emptied by the next call */
	bool skipping, started, ended;
};

void lines_init(struct lines *lines, size_t limit);
void lines_release(struct lines *lines);

/* The block must stay as it is until lines_next has answered false. */
void lines_feed(struct lines *lines, struct str block);

/* No more blocks will come. */
void lines_end(struct lines *lines);

/* The next whole line, without its end; valid until the next call. */
bool lines_next(struct lines *lines, struct str *line);

/* Bytes of the line whose end has not come: what a follower has read past the last whole line. */
size_t lines_pending(const struct lines *lines);

#endif
