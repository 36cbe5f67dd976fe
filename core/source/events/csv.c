/* Events from a CSV file with a header line; see events.h. */
#include "source/events/events.h"

#include "base/num.h"
#include "format/csv.h"

#include <string.h>

struct csv_reading {
	struct events_read *read;
	struct csv csv;
	struct buf block;
	uint64_t offset; /* of the next byte to read */
	bool header;     /* is behind us */
	uint64_t rows;
};

/* A first line of numbers is no header. */
static bool looks_like_data(const struct csv_row *row)
{
	double value;

	for (size_t i = 0; i < row->n; i++)
		if (num_parse(str_trim(row->fields[i]), &value))
			return true;
	return false;
}

static int take_header(struct csv_reading *reading, const struct csv_row *row, struct err *err)
{
	const struct events_read *read = reading->read;
	struct events_place *place = read->place;

	reading->header = true;
	if (row->n && row->fields[0].n && memchr(row->fields[0].s, 0, row->fields[0].n)) {
		err_set(err, ERR_FORMAT, "no text in UTF-8");
		return err_hint(err, "events are read from SQLite, CSV or JSON lines");
	}
	if (looks_like_data(row)) {
		err_set(err, ERR_FORMAT, "no header line: the first line holds numbers");
		return err_hint(err, "give the columns names in the first line");
	}
	place->longer = place->shorter = place->dropped = place->cut = 0;
	if (place->begun) {
		place->batch.layout.anew = false;
		return events_batch_restart(&place->batch, err);
	}
	place->begun = true;
	return events_batch_begin(&place->batch, row->fields, row->n, true, err);
}

static int take_row(struct csv_reading *reading, const struct csv_row *row, struct err *err)
{
	struct events_place *place = reading->read->place;
	struct events_batch *batch = &place->batch;

	if (row->n > batch->layout.ncolumns) {
		place->longer++; /* which cell belongs to which column? */
		return 0;
	}
	place->shorter += row->n < batch->layout.ncolumns;
	if (events_batch_row(batch, err))
		return -1;
	for (size_t i = 0; i < batch->nactive; i++) {
		uint32_t column = batch->active[i];

		if (column < row->n)
			events_batch_written(batch, column, row->fields[column]);
		else
			events_batch_null(batch, column);
	}
	events_batch_close(batch);
	reading->rows++;
	return 0;
}

static int take_rows(struct csv_reading *reading, struct err *err)
{
	struct csv_row row;

	while (csv_next(&reading->csv, &row)) {
		if (!reading->header ? take_header(reading, &row, err)
				     : take_row(reading, &row, err))
			return -1;
	}
	return 0;
}

/* Block by block to the end of the file. */
static int read_blocks(struct csv_reading *reading, struct err *err)
{
	struct io *io = reading->read->io;

	for (;;) {
		buf_clear(&reading->block);
		if (io->ops->read_file(io, reading->read->path, reading->offset, EVENTS_BLOCK,
				       &reading->block, err))
			return -1;
		if (!reading->block.n)
			return 0;
		reading->offset += reading->block.n;
		csv_feed(&reading->csv, buf_str(&reading->block));
		if (take_rows(reading, err) ||
		    io_progress(io, (int64_t)reading->offset, 0, err))
			return -1;
	}
}

/*
 * A last row without a line end counts at the first read; a follower, who saw the file grow, waits
 * for the line end.
 */
static int take_last(struct csv_reading *reading, bool follows, struct err *err)
{
	struct events_spot *spot = &reading->read->place->spot;
	size_t pending = csv_pending(&reading->csv);

	spot->offset = reading->offset;
	spot->unended = pending > 0 && !follows;
	if (!pending)
		return 0;
	if (follows) {
		spot->offset -= pending;
		return 0;
	}
	csv_end(&reading->csv);
	return take_rows(reading, err);
}

static void report(const struct csv_reading *reading)
{
	const struct events_read *read = reading->read;
	struct events_place *place = read->place;

	place->dropped += reading->csv.dropped;
	place->cut += reading->csv.cut;
	if (place->longer)
		events_warn(read, "%llu lines with more cells than the header are left out",
			    (unsigned long long)place->longer);
	if (place->shorter)
		events_warn(read, "%llu lines with fewer cells than the header; the rest of them "
				  "is taken as null",
			    (unsigned long long)place->shorter);
	if (place->dropped)
		events_warn(read, "%llu lines are too long and left out",
			    (unsigned long long)place->dropped);
	if (place->cut)
		events_warn(read, "%llu cells of more than 1 MB are cut",
			    (unsigned long long)place->cut);
}

static int read_all(struct csv_reading *reading, bool follows, struct err *err)
{
	if (read_blocks(reading, err) || take_last(reading, follows, err))
		return -1;
	if (!reading->header) {
		err_set(err, ERR_FORMAT, "the file is empty");
		return err_hint(err, "a CSV file of events starts with a header line");
	}
	if (events_batch_flush(&reading->read->place->batch, err))
		return -1;
	report(reading);
	return events_spot_note(reading->read, err);
}

int events_csv_read(struct events_read *read, struct err *err)
{
	struct events_place *place = read->place;
	struct csv_reading reading = {.read = read};
	bool same = false, grown = false, follows;
	int result = 0;

	if (place->begun && events_spot_check(read, &same, &grown, err))
		return -1;
	follows = same && !read->sweep;
	if (follows && !grown)
		return 0;
	if (!same && place->begun)
		events_place_reset(place, read->sink, EVENTS_CSV);
	csv_init(&reading.csv, &csv_limits);
	buf_init(&reading.block, EVENTS_BLOCK);
	if (follows) {
		reading.header = true;
		reading.offset = place->spot.offset;
		reading.csv.width = place->batch.layout.ncolumns;
	}
	result = read_all(&reading, follows, err);
	buf_release(&reading.block);
	csv_release(&reading.csv);
	return result;
}
