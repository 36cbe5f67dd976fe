/* CSV: the same rows, however the bytes are cut into blocks (the first byte says how). */
#include "fuzz.h"

#include "base/mem.h"
#include "format/csv.h"

#include <stdlib.h>

static const struct csv_limits limits = {.row = 48, .field = 20, .fields = 8};

static void show_row(const struct csv_row *row, struct buf *out)
{
	buf_addf(out, "%llu %llu %d", (unsigned long long)row->number,
		 (unsigned long long)row->line, row->ragged);
	assert(row->n <= limits.fields);
	for (size_t i = 0; i < row->n; i++) {
		assert(row->fields[i].n <= limits.field);
		buf_addf(out, " %zu:", row->fields[i].n);
		buf_add_str(out, row->fields[i]);
	}
	buf_addc(out, '\n');
}

static void gather(struct str text, size_t block, struct buf *out)
{
	struct csv_row row;
	struct csv csv;

	csv_init(&csv, &limits);
	for (bool end = false; !end; text = str_slice(text, block, text.n)) {
		size_t n = block < text.n ? block : text.n;
		char *exact = mem_copy(text.s ? text.s : "", n);

		end = n == text.n;
		csv_feed(&csv, (struct str){exact, n});
		if (end)
			csv_end(&csv);
		while (csv_next(&csv, &row))
			show_row(&row, out);
		free(exact);
	}
	buf_addf(out, "%llu %llu", (unsigned long long)csv.dropped, (unsigned long long)csv.cut);
	csv_release(&csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data + 1, n ? n - 1 : 0};
	struct buf whole, parts;

	if (!n)
		return 0;
	buf_init(&whole, 64 * n + 64);
	buf_init(&parts, 64 * n + 64);
	gather(text, n, &whole);
	gather(text, 1 + data[0] % 60, &parts);
	assert(!whole.over && str_equal(buf_str(&whole), buf_str(&parts)));
	buf_release(&whole);
	buf_release(&parts);
	return 0;
}
