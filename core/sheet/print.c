/* Sheets on a stream; see print.h. */
#include "sheet/print.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	CELL_BYTES = 4 << 20,
	MEASURED_ROWS = 1000, /* a table's widths are those of its first rows … */
	WIDEST_CELL = 60,     /* … and no column is wider than this */
	NARROWEST_TEXT = 8,   /* nor does a text give way to less than this */
};

bool print_format_of(const char *word, enum print_format *format)
{
	static const char *const words[] = {"table", "tsv", "csv", "json", "md"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!strcmp(words[i], word)) {
			*format = (enum print_format)i;
			return true;
		}
	}
	return false;
}

/* A sparkline is for the screen; no printer has it. */
static bool printed(const struct sheet *sheet, size_t column)
{
	return sheet->columns[column].type != SHEET_CURVE;
}

static bool right_aligned(const struct sheet_column *column)
{
	return column->type != SHEET_TEXT && column->type != SHEET_STATE &&
	       column->type != SHEET_TIME;
}

static int finish(FILE *out)
{
	return fflush(out) || ferror(out) ? -1 : 0;
}

/* Raw text of a text cell (for the escapes of tsv and csv), or the formatted value; then clean. */
static void exact_text(struct buf *out, const struct sheet *sheet, size_t row, size_t column)
{
	struct sheet_cell cell;

	buf_clear(out);
	sheet_cell(sheet, row, column, &cell);
	sheet_text(out, &sheet->columns[column], &cell, STYLE_EXACT, 0);
}

/* tsv's own escapes for what separates, and the gate for everything else. */
static void write_tsv_text(FILE *out, struct str raw, struct buf *scratch)
{
	size_t from = 0;

	for (size_t i = 0; i <= raw.n; i++) {
		char c = i < raw.n ? raw.s[i] : '\0';
		bool special = i < raw.n && (c == '\t' || c == '\n' || c == '\\');

		if (i < raw.n && !special)
			continue;
		buf_clear(scratch);
		text_clean(scratch, str_slice(raw, from, i));
		fwrite(buf_cstr(scratch), 1, scratch->n, out);
		if (special)
			fputs(c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\\\", out);
		from = i + 1;
	}
}

int print_tsv(const struct sheet *sheet, FILE *out)
{
	struct buf text;
	const char *gap = "";

	buf_init(&text, CELL_BYTES);
	for (size_t c = 0; c < sheet->ncolumns; c++) {
		if (!printed(sheet, c))
			continue;
		fputs(gap, out);
		write_tsv_text(out, sheet->columns[c].key, &text);
		gap = "\t";
	}
	fputc('\n', out);
	for (size_t row = 0; row < sheet->n && !ferror(out); row++) {
		gap = "";
		for (size_t c = 0; c < sheet->ncolumns; c++) {
			struct sheet_cell cell;

			if (!printed(sheet, c))
				continue;
			fputs(gap, out);
			gap = "\t";
			sheet_cell(sheet, row, c, &cell);
			if (cell.state == SHEET_VALUE && cell.text.s) {
				write_tsv_text(out, cell.text, &text);
				continue;
			}
			exact_text(&text, sheet, row, c);
			fwrite(buf_cstr(&text), 1, text.n, out);
		}
		fputc('\n', out);
	}
	buf_release(&text);
	return finish(out);
}

static void write_csv_text(FILE *out, struct str text)
{
	bool quote = text.n && (memchr(text.s, ',', text.n) || memchr(text.s, '"', text.n));

	if (!quote) {
		fwrite(text.s, 1, text.n, out);
		return;
	}
	fputc('"', out);
	for (size_t i = 0; i < text.n; i++) {
		if (text.s[i] == '"')
			fputc('"', out);
		fputc(text.s[i], out);
	}
	fputc('"', out);
}

int print_csv(const struct sheet *sheet, FILE *out)
{
	struct buf text;
	const char *gap = "";

	buf_init(&text, CELL_BYTES);
	for (size_t c = 0; c < sheet->ncolumns; c++) {
		if (!printed(sheet, c))
			continue;
		buf_clear(&text);
		text_clean(&text, sheet->columns[c].key);
		fputs(gap, out);
		write_csv_text(out, buf_str(&text));
		gap = ",";
	}
	fputs("\r\n", out);
	for (size_t row = 0; row < sheet->n && !ferror(out); row++) {
		gap = "";
		for (size_t c = 0; c < sheet->ncolumns; c++) {
			if (!printed(sheet, c))
				continue;
			exact_text(&text, sheet, row, c);
			fputs(gap, out);
			write_csv_text(out, buf_str(&text));
			gap = ",";
		}
		fputs("\r\n", out);
	}
	buf_release(&text);
	return finish(out);
}

/* A pipe in a cell would end it; the others would begin HTML, a link, a picture or code. */
static void write_md_text(FILE *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (memchr("|\\<[`", text.s[i], 5))
			fputc('\\', out);
		fputc(text.s[i], out);
	}
}

/* Written down, a local time says nothing: times are UTC, the rest is as in a table. */
static enum sheet_style md_style(const struct sheet *sheet, size_t column)
{
	return sheet->columns[column].type == SHEET_TIME ? STYLE_EXACT : STYLE_PEOPLE;
}

int print_md(const struct sheet *sheet, FILE *out, int64_t now)
{
	struct buf text;

	buf_init(&text, CELL_BYTES);
	for (size_t c = 0; c < sheet->ncolumns; c++) {
		if (!printed(sheet, c))
			continue;
		buf_clear(&text);
		text_clean(&text, sheet->columns[c].key);
		fputs("| ", out);
		write_md_text(out, buf_str(&text));
		fputc(' ', out);
	}
	fputs("|\n", out);
	for (size_t c = 0; c < sheet->ncolumns; c++)
		if (printed(sheet, c))
			fputs(right_aligned(&sheet->columns[c]) ? "| ---: " : "| --- ", out);
	fputs("|\n", out);
	for (size_t row = 0; row < sheet->n && !ferror(out); row++) {
		for (size_t c = 0; c < sheet->ncolumns; c++) {
			struct sheet_cell cell;

			if (!printed(sheet, c))
				continue;
			sheet_cell(sheet, row, c, &cell);
			buf_clear(&text);
			sheet_text(&text, &sheet->columns[c], &cell, md_style(sheet, c), now);
			fputs("| ", out);
			write_md_text(out, buf_str(&text));
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
	buf_release(&text);
	return finish(out);
}

/* The column whose header names the zone of all times; ncolumns when there are no times. */
static size_t zone_column(const struct sheet *sheet)
{
	size_t c = 0;

	while (c < sheet->ncolumns && sheet->columns[c].type != SHEET_TIME)
		c++;
	return c;
}

/* What stands over a column of a table. */
static void header_text(struct buf *out, const struct sheet *sheet, size_t column, int64_t now)
{
	char zone[CLOCK_ISO_SIZE];

	buf_clear(out);
	text_clean(out, sheet->columns[column].key);
	if (column != zone_column(sheet))
		return;
	clock_zone(zone, now);
	buf_addf(out, " (%s)", zone);
}

/* The width that the first rows of a column want. */
static int measure_column(const struct sheet *sheet, size_t column, int64_t now, struct buf *text)
{
	int widest;

	header_text(text, sheet, column, now);
	widest = text_width(buf_str(text));
	for (size_t row = 0; row < sheet->n && row < MEASURED_ROWS; row++) {
		struct sheet_cell cell;
		int wide;

		buf_clear(text);
		sheet_cell(sheet, row, column, &cell);
		sheet_text(text, &sheet->columns[column], &cell, STYLE_PEOPLE, now);
		wide = text_width(buf_str(text));
		widest = wide > widest ? wide : widest;
	}
	return widest < WIDEST_CELL ? widest : WIDEST_CELL;
}

/* The widest column of texts, of which something may be cut; ncolumns when there is none. */
static size_t widest_text(const struct sheet *sheet, const int *widths)
{
	size_t widest = sheet->ncolumns;

	for (size_t c = 0; c < sheet->ncolumns; c++)
		if (sheet->columns[c].type == SHEET_TEXT && widths[c] > NARROWEST_TEXT &&
		    (widest == sheet->ncolumns || widths[c] > widths[widest]))
			widest = c;
	return widest;
}

/* A table's column widths; texts give way when it is too wide, numbers and times never. */
static void measure(const struct sheet *sheet, int *widths, int width, int64_t now)
{
	struct buf text;
	int sum = 0;

	buf_init(&text, CELL_BYTES);
	for (size_t c = 0; c < sheet->ncolumns; c++) {
		if (!printed(sheet, c))
			continue;
		widths[c] = measure_column(sheet, c, now, &text);
		sum += widths[c] + 2;
	}
	buf_release(&text);
	for (; width > 0 && sum - 2 > width; sum--) {
		size_t widest = widest_text(sheet, widths);

		if (widest == sheet->ncolumns)
			break;
		widths[widest]--;
	}
}

static void write_padded(FILE *out, struct str text, int width, bool right, bool last)
{
	int used;
	struct str fit = text_fit(text, width, &used);

	if (fit.n < text.n) {
		fit = text_fit(text, width - 1, &used);
		fwrite(fit.s, 1, fit.n, out);
		fputs("…", out);
		used++;
	} else if (right) {
		fprintf(out, "%*s", width - used, "");
		fwrite(fit.s, 1, fit.n, out);
		used = width;
	} else {
		fwrite(fit.s, 1, fit.n, out);
	}
	if (!last)
		fprintf(out, "%*s", width - used + 2, "");
}

static size_t last_printed(const struct sheet *sheet)
{
	size_t last = 0;

	for (size_t c = 0; c < sheet->ncolumns; c++)
		if (printed(sheet, c))
			last = c;
	return last;
}

static void write_header(const struct sheet *sheet, FILE *out, const int *widths, int64_t now)
{
	size_t last = last_printed(sheet);
	struct buf text;

	buf_init(&text, CELL_BYTES);
	for (size_t c = 0; c < sheet->ncolumns; c++) {
		if (!printed(sheet, c))
			continue;
		header_text(&text, sheet, c, now);
		write_padded(out, buf_str(&text), widths[c], right_aligned(&sheet->columns[c]),
			     c == last);
	}
	fputc('\n', out);
	buf_release(&text);
}

int print_table(const struct sheet *sheet, FILE *out, int width, int64_t now)
{
	int *widths = mem_zero(sheet->ncolumns, sizeof *widths);
	size_t last = last_printed(sheet);
	struct buf text;

	measure(sheet, widths, width, now);
	write_header(sheet, out, widths, now);
	buf_init(&text, CELL_BYTES);
	for (size_t row = 0; row < sheet->n && !ferror(out); row++) {
		for (size_t c = 0; c < sheet->ncolumns; c++) {
			struct sheet_cell cell;

			if (!printed(sheet, c))
				continue;
			sheet_cell(sheet, row, c, &cell);
			buf_clear(&text);
			sheet_text(&text, &sheet->columns[c], &cell, STYLE_PEOPLE, now);
			write_padded(out, buf_str(&text), widths[c],
				     right_aligned(&sheet->columns[c]), c == last);
		}
		fputc('\n', out);
	}
	buf_release(&text);
	free(widths);
	return finish(out);
}

int print_sheet(const struct sheet *sheet, enum print_format format, FILE *out, int width,
		int64_t now)
{
	switch (format) {
	case PRINT_TSV:
		return print_tsv(sheet, out);
	case PRINT_CSV:
		return print_csv(sheet, out);
	case PRINT_MD:
		return print_md(sheet, out, now);
	default:
		return print_table(sheet, out, width, now);
	}
}
