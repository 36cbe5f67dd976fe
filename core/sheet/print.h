/*
 * Printers: a sheet as table, tsv, csv or md on a stream, row by row, nothing held.
 *
 * Everything but JSON passes the text gate. All answer 0, or -1 when the stream failed.
 */
#ifndef SHEET_PRINT_H
#define SHEET_PRINT_H

#include "sheet/sheet.h"

#include <stdio.h>

enum print_format { PRINT_TABLE, PRINT_TSV, PRINT_CSV, PRINT_JSON, PRINT_MD };

/* "table", "tsv", "csv", "json", "md"; false for another word. */
bool print_format_of(const char *word, enum print_format *format);

/*
 * Aligned columns for people. `width` is the terminal's (0: as wide as it gets); when it is too
 * small, wide texts are cut with "…". Times are local and the zone is named in the header. The
 * number of rows and what is missing are not printed here.
 */
int print_table(const struct sheet *sheet, FILE *out, int width, int64_t now);
int print_tsv(const struct sheet *sheet, FILE *out);
int print_csv(const struct sheet *sheet, FILE *out);
int print_md(const struct sheet *sheet, FILE *out, int64_t now);

/* Any of the four but JSON. */
int print_sheet(const struct sheet *sheet, enum print_format format, FILE *out, int width,
		int64_t now);

#endif
