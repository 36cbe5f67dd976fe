/* See rows_json.h. */
#include "sheet/rows_json.h"

#include "sheet/frame.h"

static void write_cell(struct json_out *json, const struct sheet_column *column,
		       const struct sheet_cell *cell)
{
	bool text = column->type == SHEET_TEXT || column->type == SHEET_STATE || cell->text.s;

	if (cell->state != SHEET_VALUE || text)
		json_put_key_text(json, column->key,
				  cell->state == SHEET_VALUE ? cell->text : STR_NONE);
	else if (column->type == SHEET_COUNT)
		json_put_key_number(json, column->key, (double)cell->integer);
	else if (column->type == SHEET_TIME)
		json_put_key_time(json, column->key, cell->integer);
	else
		json_put_key_number(json, column->key, cell->number);
}

int rows_json_write(const struct sheet *sheet, const char *document, FILE *out, int64_t now)
{
	struct json_out json;

	json_put_open(&json, out);
	frame_begin(&json, document, sheet->sources, sheet->nsources, now);
	frame_counts(&json, sheet->total, sheet->n);
	json_put_array(&json, "rows");
	for (size_t row = 0; row < sheet->n && !ferror(out); row++) {
		json_put_object(&json, NULL);
		for (size_t c = 0; c < sheet->ncolumns; c++) {
			struct sheet_cell cell;

			if (sheet->columns[c].type == SHEET_CURVE)
				continue;
			sheet_cell(sheet, row, c, &cell);
			write_cell(&json, &sheet->columns[c], &cell);
		}
		json_put_end(&json);
	}
	json_put_end(&json);
	return frame_end(&json);
}

int chart_json_write(const struct chart *chart, const char *document, FILE *out, int64_t now)
{
	struct json_out json;

	json_put_open(&json, out);
	frame_begin(&json, document, NULL, 0, now);
	json_put_text(&json, "y", chart->title);
	json_put_array(&json, "lines");
	for (size_t l = 0; l < chart->nlines && !ferror(out); l++) {
		const struct chart_line *line = &chart->lines[l];
		size_t n = chart_points(line);

		json_put_object(&json, NULL);
		json_put_text(&json, "name", line->name);
		json_put_array(&json, "x");
		for (size_t i = 0; i < n; i++)
			json_put_number(&json, NULL, chart_x_at(chart, line, i));
		json_put_end(&json);
		json_put_array(&json, "y");
		for (size_t i = 0; i < n; i++)
			json_put_number(&json, NULL, chart_y_at(line, i));
		json_put_end(&json);
		json_put_end(&json);
	}
	json_put_end(&json);
	return frame_end(&json);
}
