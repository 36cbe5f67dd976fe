/*
 * Events from JSON lines; see events.h.
 *
 * The columns are the keys of the first block of the file. When a line brings another key, the
 * whole file is looked through for keys once, and the read begins again with all of them.
 */
#include "source/events/decode_jsonl.h"
#include "source/events/events.h"

#include "base/map.h"
#include "base/mem.h"
#include "format/lines.h"

#include <stdlib.h>

enum { LINE_MAX_BYTES = 4 << 20 };

struct jsonl_reading {
	struct events_read *read;
	struct lines lines;
	struct buf block;
	struct buf scratch; /* as long as the longest line */
	struct map columns; /* name → column; the names live in `names` or in the batch */
	struct arena names;
	struct str *list;
	size_t n, cap;
	uint64_t offset;
	uint64_t rows, ignored;
	bool all_keys; /* the whole file was looked through */
	bool new_key;
	bool anew;     /* the file is not the one that was read before */
};

typedef int take_line(struct jsonl_reading *reading, struct str line, struct err *err);

static char *scratch_for(struct jsonl_reading *reading, struct str line)
{
	buf_clear(&reading->scratch);
	buf_fill(&reading->scratch, 0, line.n + 1);
	return reading->scratch.s;
}

static void add_key(struct jsonl_reading *reading, struct str key)
{
	uint32_t column;

	if (map_get(&reading->columns, key, &column))
		return;
	if (reading->n == EVENT_COLUMNS) {
		reading->ignored++;
		return;
	}
	key = arena_str(&reading->names, key);
	if (str_none(key))
		return;
	map_put(&reading->columns, key, (uint32_t)reading->n);
	MEM_GROW(reading->list, reading->n, reading->cap);
	reading->list[reading->n++] = key;
}

/* Only the keys of a line that is whole. */
static int take_keys(struct jsonl_reading *reading, struct str line, struct err *err)
{
	struct jsonl jsonl;
	struct jsonl_member member;
	int more;
	(void)err;

	jsonl_init(&jsonl, line, scratch_for(reading, line));
	while ((more = jsonl_next(&jsonl, &member)) > 0)
		;
	if (more < 0)
		return 0;
	jsonl_init(&jsonl, line, reading->scratch.s);
	while (jsonl_next(&jsonl, &member) > 0)
		add_key(reading, member.key);
	return 0;
}

static void put_member(struct events_batch *batch, uint32_t column,
		       const struct jsonl_member *member)
{
	if (member->kind == JSONL_NULL)
		events_batch_null(batch, column);
	else if (member->kind == JSONL_NESTED)
		events_batch_other(batch, column);
	else
		events_batch_written(batch, column, member->text);
}

/* The column of a key; most lines have the same keys in the same order, so `guess` is tried. */
static bool column_of(struct jsonl_reading *reading, struct str key, uint32_t guess,
		      uint32_t *column)
{
	if (guess < reading->n && str_equal(reading->list[guess], key)) {
		*column = guess;
		return true;
	}
	return map_get(&reading->columns, key, column);
}

static int take_row(struct jsonl_reading *reading, struct str line, struct err *err)
{
	struct events_place *place = reading->read->place;
	struct events_batch *batch = &place->batch;
	struct jsonl jsonl;
	struct jsonl_member member;
	uint32_t column = UINT32_MAX;
	bool new_key = false;
	int more;

	if (events_batch_row(batch, err))
		return -1;
	for (size_t i = 0; i < batch->nactive; i++)
		events_batch_null(batch, batch->active[i]);
	jsonl_init(&jsonl, line, scratch_for(reading, line));
	while ((more = jsonl_next(&jsonl, &member)) > 0) {
		if (!column_of(reading, member.key, column + 1, &column))
			new_key = true;
		else if (batch->layout.want[column] != EVENT_SKIP)
			put_member(batch, column, &member);
	}
	if (more < 0) {
		if (!place->bad++)
			place->first_bad = reading->lines.number;
		return 0;
	}
	/* looking through the file would find it, so it is worth a look */
	reading->new_key = new_key && !reading->all_keys && reading->n < EVENT_COLUMNS;
	events_batch_close(batch);
	reading->rows++;
	return 0;
}

static bool blank_line(struct str line)
{
	return !str_trim(line).n;
}

static int take_lines(struct jsonl_reading *reading, take_line *take, struct err *err)
{
	struct str line;

	while (!reading->new_key && lines_next(&reading->lines, &line))
		if (!blank_line(line) && take(reading, line, err))
			return -1;
	return 0;
}

/* Blocks from the reading's offset on: all of them, or `most` bytes. */
static int read_blocks(struct jsonl_reading *reading, take_line *take, uint64_t most,
		       struct err *err)
{
	struct io *io = reading->read->io;
	uint64_t until = most ? reading->offset + most : UINT64_MAX;

	while (reading->offset < until && !reading->new_key) {
		buf_clear(&reading->block);
		if (io->ops->read_file(io, reading->read->path, reading->offset, EVENTS_BLOCK,
				       &reading->block, err))
			return -1;
		if (!reading->block.n)
			return 0;
		reading->offset += reading->block.n;
		lines_feed(&reading->lines, buf_str(&reading->block));
		if (take_lines(reading, take, err) ||
		    io_progress(io, (int64_t)reading->offset, 0, err))
			return -1;
	}
	return 0;
}

static void start_lines(struct jsonl_reading *reading, uint64_t offset)
{
	lines_release(&reading->lines);
	lines_init(&reading->lines, LINE_MAX_BYTES);
	reading->offset = offset;
	reading->rows = 0;
}

/* The columns are the keys of the first block, or of the whole file. */
static int find_keys(struct jsonl_reading *reading, bool whole, struct err *err)
{
	start_lines(reading, 0);
	if (read_blocks(reading, take_keys, whole ? 0 : EVENTS_BLOCK, err))
		return -1;
	lines_end(&reading->lines);
	if (take_lines(reading, take_keys, err))
		return -1;
	reading->all_keys = whole;
	return 0;
}

/* As in csv.c: an unended last line counts at the first read, and is waited for by a follower. */
static int take_last(struct jsonl_reading *reading, bool follows, struct err *err)
{
	struct events_spot *spot = &reading->read->place->spot;
	size_t pending = lines_pending(&reading->lines);

	spot->offset = reading->offset - (follows ? pending : 0);
	spot->unended = pending > 0 && !follows;
	if (follows)
		return 0;
	lines_end(&reading->lines);
	return take_lines(reading, take_row, err);
}

static int begin(struct jsonl_reading *reading, struct err *err)
{
	struct events_read *read = reading->read;
	struct events_place *place = read->place;

	if (!reading->n)
		return err_set(err, ERR_FORMAT, "no JSON object with a key in it");
	events_place_reset(place, read->sink, EVENTS_JSONL);
	place->begun = true;
	return events_batch_begin(&place->batch, reading->list, reading->n, reading->anew,
				  err);
}

/* Everything from the start, with the columns that are known. */
static int read_whole(struct jsonl_reading *reading, struct err *err)
{
	reading->new_key = false;
	if (begin(reading, err))
		return -1;
	start_lines(reading, 0);
	if (read_blocks(reading, take_row, 0, err))
		return -1;
	return reading->new_key ? 0 : take_last(reading, false, err);
}

static int read_on(struct jsonl_reading *reading, struct err *err)
{
	struct events_place *place = reading->read->place;

	start_lines(reading, place->spot.offset);
	if (read_blocks(reading, take_row, 0, err))
		return -1;
	return reading->new_key ? 0 : take_last(reading, true, err);
}

static void report(const struct jsonl_reading *reading)
{
	const struct events_read *read = reading->read;
	struct events_place *place = read->place;

	place->dropped += reading->lines.dropped;
	if (place->bad)
		events_warn(read, "%llu lines are no JSON objects and left out (line %llu is the "
				  "first)", (unsigned long long)place->bad,
			    (unsigned long long)place->first_bad);
	if (place->dropped)
		events_warn(read, "%llu lines are too long and left out",
			    (unsigned long long)place->dropped);
	if (reading->ignored)
		events_warn(read, "only the first %d keys are read", EVENT_COLUMNS);
}

static int read_lines(struct jsonl_reading *reading, bool follows, struct err *err)
{
	const struct event_layout *known = &reading->read->place->batch.layout;

	/* the keys of the last read, so that a repetition finds none that is new */
	for (size_t i = 0; !reading->anew && i < known->ncolumns; i++)
		add_key(reading, known->names[i]);
	if (follows) {
		if (read_on(reading, err))
			return -1;
	} else if (find_keys(reading, false, err) || read_whole(reading, err)) {
		return -1;
	}
	if (reading->new_key) {
		reading->new_key = false;
		if (find_keys(reading, true, err) || read_whole(reading, err))
			return -1;
	}
	if (events_batch_flush(&reading->read->place->batch, err))
		return -1;
	report(reading);
	return events_spot_note(reading->read, err);
}

int events_jsonl_read(struct events_read *read, struct err *err)
{
	struct jsonl_reading reading = {.read = read, .anew = true};
	bool same = false, grown = false;
	int result;

	if (read->place->begun && events_spot_check(read, &same, &grown, err))
		return -1;
	if (same && !grown && !read->sweep)
		return 0;
	reading.anew = !same;
	lines_init(&reading.lines, LINE_MAX_BYTES);
	buf_init(&reading.block, EVENTS_BLOCK);
	buf_init(&reading.scratch, LINE_MAX_BYTES + 1);
	map_init(&reading.columns);
	arena_init(&reading.names, (size_t)16 << 20);
	result = read_lines(&reading, same && !read->sweep, err);
	lines_release(&reading.lines);
	buf_release(&reading.block);
	buf_release(&reading.scratch);
	map_release(&reading.columns);
	arena_release(&reading.names);
	free(reading.list);
	return result;
}
