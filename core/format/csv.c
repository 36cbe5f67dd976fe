/*
 * CSV rows out of blocks; see csv.h.
 *
 * The common row (whole in its block, no doubled quote) is split in place, eight bytes at a time.
 * Every other row is gathered in the carry first, by a small state machine that finds its end, and
 * then split there, where its quotes may be rewritten.
 */
#include "format/csv.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

const struct csv_limits csv_limits = {
	.row = (size_t)4 << 20,
	.field = (size_t)1 << 20,
	.fields = 4096,
};

void csv_init(struct csv *csv, const struct csv_limits *limits)
{
	*csv = (struct csv){.limits = limits, .line = 1};
	buf_init(&csv->carry, limits->row);
}

void csv_release(struct csv *csv)
{
	free(csv->fields);
	buf_release(&csv->carry);
	*csv = (struct csv){.limits = csv->limits};
}

void csv_feed(struct csv *csv, struct str block)
{
	csv->rest = block;
}

void csv_end(struct csv *csv)
{
	csv->ended = true;
}

size_t csv_pending(const struct csv *csv)
{
	return csv->fresh ? 0 : csv->carry.n;
}

/* A byte of 0x80 for each byte of v that is c, exact for every byte. */
static uint64_t bytes_equal(uint64_t v, uint64_t c)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7full;
	uint64_t x = v ^ (c * 0x0101010101010101ull);

	return ~(((x & low) + low) | x | low);
}

/* The first comma or line feed at or after s; end if there is none. */
static const char *find_stop(const char *s, const char *end)
{
	for (; end - s >= 8; s += 8) {
		uint64_t word, hits;

		memcpy(&word, s, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		word = __builtin_bswap64(word);
#endif
		hits = bytes_equal(word, ',') | bytes_equal(word, '\n');
		if (hits)
			return s + (__builtin_ctzll(hits) >> 3);
	}
	while (s < end && *s != ',' && *s != '\n')
		s++;
	return s;
}

static void add_field(struct csv *csv, const char *s, size_t n)
{
	if (n > csv->limits->field) {
		n = csv->limits->field;
		csv->row_cut++;
	}
	if (csv->n < csv->limits->fields) {
		MEM_GROW(csv->fields, csv->n, csv->cap);
		csv->fields[csv->n] = (struct str){s, n};
	}
	csv->n++;
}

enum split {
	SPLIT_WHOLE,   /* a row, and *used says how far it went */
	SPLIT_PARTIAL, /* no line end in the block */
	SPLIT_REWRITE, /* quotes that a view cannot show */
};

/* The end of a field that starts with a quote, without a copy. */
static enum split split_quoted(struct csv *csv, const char **at, const char *end)
{
	const char *close = memchr(*at + 1, '"', (size_t)(end - *at - 1));

	if (!close || close + 1 == end)
		return SPLIT_PARTIAL;
	if (close[1] == '\r' && close + 2 == end)
		return SPLIT_PARTIAL;
	if (close[1] != ',' && close[1] != '\n' && !(close[1] == '\r' && close[2] == '\n'))
		return SPLIT_REWRITE;
	csv->quoted = true;
	add_field(csv, *at + 1, (size_t)(close - *at - 1));
	*at = close + 1 + (close[1] == '\r');
	return SPLIT_WHOLE;
}

/* Splits the row at the start of the block in place. */
static enum split split_in_place(struct csv *csv, struct str block, size_t *used)
{
	const char *at = block.s, *end = block.s + block.n;

	csv->quoted = false;
	csv->row_cut = 0;
	for (csv->n = 0;; at++) {
		if (at < end && *at == '"') {
			enum split split = split_quoted(csv, &at, end);

			if (split != SPLIT_WHOLE)
				return split;
		} else {
			const char *from = at;
			bool cr;

			at = find_stop(at, end);
			if (at == end)
				return SPLIT_PARTIAL;
			cr = *at == '\n' && at > from && at[-1] == '\r';
			add_field(csv, from, (size_t)(at - from) - cr);
		}
		if (*at == '\n')
			break;
	}
	*used = (size_t)(at + 1 - block.s);
	return SPLIT_WHOLE;
}

static enum csv_state step(enum csv_state state, char c)
{
	switch (state) {
	case CSV_START:
		return c == '"' ? CSV_QUOTED : c == ',' ? CSV_START : CSV_PLAIN;
	case CSV_PLAIN:
		return c == ',' ? CSV_START : CSV_PLAIN;
	case CSV_QUOTED:
		return c == '"' ? CSV_QUOTE : CSV_QUOTED;
	case CSV_QUOTE:
		break;
	}
	return c == '"' ? CSV_QUOTED : c == ',' ? CSV_START : CSV_PLAIN;
}

enum gather { GATHER_END, GATHER_MORE, GATHER_OVER };

/* Moves bytes of the block into the carry up to the row's end or the limit. */
static enum gather gather(struct csv *csv)
{
	size_t n = 0, room = csv->limits->row - csv->carry.n;
	enum gather found = GATHER_MORE;

	for (; n < csv->rest.n && found == GATHER_MORE; n++) {
		char c = csv->rest.s[n];

		if (c == '\n' && csv->state != CSV_QUOTED)
			found = GATHER_END;
		else if (n == room)
			found = GATHER_OVER;
		csv->state = found == GATHER_MORE ? step(csv->state, c) : CSV_START;
	}
	n -= found == GATHER_OVER;
	buf_add(&csv->carry, csv->rest.s, n - (found == GATHER_END));
	csv->rest = str_slice(csv->rest, n, csv->rest.n);
	return found;
}

/* Drops the rest of a row that was too long, up to the next line end of any kind. */
static bool skip_row(struct csv *csv)
{
	long end = str_find(csv->rest, '\n');

	csv->line += end >= 0;
	csv->rest = str_slice(csv->rest, end < 0 ? csv->rest.n : (size_t)end + 1, csv->rest.n);
	return end >= 0;
}

/* Writes a field that starts with a quote at *at as plain text over itself. */
static void unquote(struct csv *csv, char **at, char *end)
{
	char *from = *at, *to = *at, *s = *at + 1;

	while (s < end) {
		char *quote = memchr(s, '"', (size_t)(end - s));
		size_t n = (size_t)((quote ? quote : end) - s);

		memmove(to, s, n);
		to += n;
		s += n;
		if (!quote)
			break;
		s++;
		if (s == end || *s != '"')
			break;
		*to++ = *s++;
	}
	/* text between the closing quote and the comma joins on */
	while (s < end && *s != ',')
		*to++ = *s++;
	csv->quoted = true;
	add_field(csv, from, (size_t)(to - from));
	*at = s;
}

/* Splits the gathered row, which has no line end of its own any more. */
static void split_carry(struct csv *csv)
{
	char *at = csv->carry.s, *end = at + csv->carry.n;

	csv->quoted = false;
	csv->row_cut = 0;
	for (csv->n = 0; at; at = at < end ? at + 1 : NULL) {
		if (at < end && *at == '"') {
			unquote(csv, &at, end);
		} else {
			char *stop = memchr(at, ',', (size_t)(end - at));

			stop = stop ? stop : end;
			add_field(csv, at, (size_t)(stop - at));
			at = stop;
		}
	}
}

static uint64_t line_ends(struct str text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.s[i] == '\n';
	return n;
}

static void finish_carry(struct csv *csv)
{
	struct buf *carry = &csv->carry;

	csv->lines = 1 + line_ends(buf_str(carry));
	if (carry->n && carry->s[carry->n - 1] == '\r')
		carry->n--;
	split_carry(csv);
	csv->state = CSV_START;
	csv->fresh = true;
}

static void drop_carry(struct csv *csv)
{
	csv->line += line_ends(buf_str(&csv->carry));
	csv->number++;
	csv->dropped++;
	csv->skipping = true;
	buf_clear(&csv->carry);
}

/* Takes a byte order mark off the start, whole or in pieces. */
static void skip_mark(struct csv *csv)
{
	static const char mark[] = "\xef\xbb\xbf";

	while (csv->mark < 3 && csv->rest.n && csv->rest.s[0] == mark[csv->mark]) {
		csv->mark++;
		csv->rest = str_slice(csv->rest, 1, csv->rest.n);
	}
	if (csv->mark < 3 && (csv->rest.n || csv->ended)) {
		buf_add(&csv->carry, mark, (size_t)csv->mark);
		csv->state = csv->mark ? CSV_PLAIN : CSV_START;
		csv->mark = 4;
	}
}

/* Splits the next row, empty ones too; false when the block does not hold it whole. */
static bool next_fields(struct csv *csv)
{
	size_t used;

	if (csv->carry.n == 0 && csv->state == CSV_START &&
	    split_in_place(csv, csv->rest, &used) == SPLIT_WHOLE && used <= csv->limits->row) {
		csv->lines = csv->quoted ? line_ends(str_slice(csv->rest, 0, used)) : 1;
		csv->rest = str_slice(csv->rest, used, csv->rest.n);
		return true;
	}
	switch (gather(csv)) {
	case GATHER_END:
		finish_carry(csv);
		return true;
	case GATHER_OVER:
		drop_carry(csv);
		break;
	case GATHER_MORE:
		break;
	}
	return false;
}

/* A row of any kind, or false when more bytes are needed. */
static bool next_any(struct csv *csv)
{
	if (csv->fresh)
		buf_clear(&csv->carry);
	csv->fresh = false;
	if (csv->mark < 3)
		skip_mark(csv);
	while (csv->rest.n) {
		if (csv->skipping && !skip_row(csv))
			return false;
		csv->skipping = false;
		if (csv->rest.n && next_fields(csv))
			return true;
	}
	if (!csv->ended || !csv->carry.n)
		return false;
	finish_carry(csv);
	return true;
}

bool csv_next(struct csv *csv, struct csv_row *row)
{
	size_t limit = csv->limits->fields;

	while (next_any(csv)) {
		uint64_t line = csv->line;

		csv->line += csv->lines;
		csv->cut += csv->row_cut;
		if (csv->n == 1 && csv->fields[0].n == 0 && !csv->quoted)
			continue;
		if (!csv->width)
			csv->width = csv->n;
		*row = (struct csv_row){
			.fields = csv->fields,
			.n = csv->n < limit ? csv->n : limit,
			.number = ++csv->number,
			.line = line,
			.ragged = csv->n != csv->width || csv->n > limit,
		};
		return true;
	}
	return false;
}
