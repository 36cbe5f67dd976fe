/*
 * Printers: whatever a name holds, a table, TSV, CSV and Markdown are clean text with one line a
 * row, JSON reads back to the same text and its bytes are clean too, and CSV to the clean one.
 */
#include "fuzz.h"

#include "base/text.h"
#include "format/csv.h"
#include "format/json.h"
#include "sheet/grid.h"
#include "sheet/json_out.h"
#include "sheet/print.h"

#include <stdio.h>
#include <stdlib.h>

static const struct sheet_column columns[] = {
	{STR("name"), STR("name"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 30},
	{STR("state"), STR("state"), "", SHEET_STATE, DIRECTION_UNKNOWN, 8, 30},
};

static void check_lines(struct str text, enum print_format format)
{
	size_t lines = 0;

	while (text.n) {
		uint32_t rune;
		size_t used = text_decode(text.s, text.n, &rune);
		bool structure = rune == '\n' || (rune == '\t' && format == PRINT_TSV) ||
				 (rune == '\r' && format == PRINT_CSV);

		lines += rune == '\n';
		assert(structure || text_rune_width(rune) >= 0);
		text = str_slice(text, used, text.n);
	}
	assert(lines == (format == PRINT_MD ? 3 : 2));
}

static void check_csv(struct str text, struct str name)
{
	struct csv_row row;
	struct csv csv;
	struct buf clean;

	buf_init(&clean, 4 * name.n + 16);
	text_clean(&clean, name);
	csv_init(&csv, &csv_limits);
	csv_feed(&csv, text);
	csv_end(&csv);
	assert(csv_next(&csv, &row) && row.n == 2);
	assert(csv_next(&csv, &row) && row.n == 2 && !csv.cut);
	assert(str_equal(row.fields[0], buf_str(&clean)));
	csv_release(&csv);
	buf_release(&clean);
}

static void check_sheet(struct str name)
{
	static const enum print_format formats[] = {PRINT_TABLE, PRINT_TSV, PRINT_CSV, PRINT_MD};
	struct grid *grid = grid_new(columns, 2);

	grid_row(grid, name, NULL);
	grid_text(grid, name);
	grid_text(grid, name);
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		char *text = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&text, &n);

		assert(!print_sheet(&grid->sheet, formats[i], out, i ? 0 : 40, 0));
		fclose(out);
		check_lines((struct str){text, n}, formats[i]);
		if (formats[i] == PRINT_CSV)
			check_csv((struct str){text, n}, name);
		free(text);
	}
	grid_free(grid);
}

static void check_json(struct str name)
{
	struct json_limits limits = json_limits;
	struct json_out json;
	struct json *root;
	struct buf valid;
	struct err err;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	json_put_open(&json, out);
	json_put_object(&json, NULL);
	json_put_text(&json, "name", name);
	json_put_end(&json);
	assert(!json_put_close(&json));
	fclose(out);
	for (size_t at = 0; at < n;) {
		uint32_t rune;

		at += text_decode(text + at, n - at, &rune);
		assert(rune == '\n' || text_rune_width(rune) >= 0);
	}
	root = json_parse((struct str){text, n}, &limits, NULL, &err);
	assert(root);
	buf_init(&valid, 3 * name.n + 16);
	text_valid(&valid, name);
	assert(str_equal(json_get_text(root, "name"), buf_str(&valid)));
	buf_release(&valid);
	json_free(root);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str name = {(const char *)data, n};

	check_sheet(name);
	check_json(name);
	return 0;
}
