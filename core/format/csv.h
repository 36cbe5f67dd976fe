/*
 * CSV by RFC 4180, fed in blocks of bytes, given back row by row.
 *
 *	csv_init(&csv, &csv_limits);
 *	for each block: { csv_feed(&csv, block); while (csv_next(&csv, &row)) … }
 *	csv_end(&csv);  while (csv_next(&csv, &row)) …      only when the file is complete
 *	csv_release(&csv);
 *
 * The first row sets the width; a row with another number of fields is `ragged` and handed on as it
 * is. Fields may be quoted and then hold commas, line ends and doubled quotes; rows end with LF or
 * CRLF; a byte order mark is dropped; empty lines are skipped. What RFC 4180 does not allow is read
 * as Python's csv does: a quote inside a plain field is itself, text after a closing quote joins.
 * A row past the limit of bytes is given up and counted in `dropped` (a quote that is never closed
 * ends there: reading goes on at the next line end). Fields past the limit of columns are left out
 * and the row is ragged; a field past the limit of bytes is cut, and counted in `cut`.
 * Rows that lie in one block and hold no doubled quote are handed on without a copy.
 * A file that is followed never calls csv_end: a last row without its end stays pending.
 */
#ifndef FORMAT_CSV_H
#define FORMAT_CSV_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv_limits {
	size_t row;    /* bytes */
	size_t field;  /* bytes */
	size_t fields; /* of one row */
};

/* 4 MB a row, 1 MB a field, 4,096 fields. */
extern const struct csv_limits csv_limits;

struct csv_row {
	const struct str *fields; /* valid until the next call */
	size_t n;
	uint64_t number; /* counted from 1, the header line included, empty lines not */
	uint64_t line;   /* where it starts, counted from 1 */
	bool ragged;
};

enum csv_state { CSV_START, CSV_PLAIN, CSV_QUOTED, CSV_QUOTE };

struct csv {
	uint64_t dropped, cut; /* rows given up; fields cut */
	size_t width;          /* of the first row, 0 before it */

	/* private */
	const struct csv_limits *limits;
	struct str *fields;
	size_t n, cap;
	struct str rest;       /* of the block */
	struct buf carry;      /* a row that began in an earlier block, or is rewritten */
	enum csv_state state;  /* at the end of the carry */
	uint64_t number, line; /* line: of the row that comes next */
	uint64_t lines;        /* that the row split last took */
	uint64_t row_cut;      /* fields cut in it */
	int mark;              /* bytes of a byte order mark seen; 4 once the text has begun */
	bool quoted;           /* the row split last holds a quoted field */
	bool fresh, skipping, ended;
};

void csv_init(struct csv *csv, const struct csv_limits *limits);
void csv_release(struct csv *csv);

/* The block must stay as it is until csv_next has answered false. */
void csv_feed(struct csv *csv, struct str block);

/* No more blocks will come. */
void csv_end(struct csv *csv);

bool csv_next(struct csv *csv, struct csv_row *row);

/* Bytes of the row whose end has not come: what a follower has read past the last whole row. */
size_t csv_pending(const struct csv *csv);

#endif
