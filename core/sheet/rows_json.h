/*
 * Any sheet or chart as JSON, for `W`: what is on the screen, keyed by column.
 *
 * Not one of the documents of the reports, whose records have shapes of their own; it has their
 * frame, so that where the rows are from stands beside them.
 */
#ifndef SHEET_ROWS_JSON_H
#define SHEET_ROWS_JSON_H

#include "sheet/chart.h"
#include "sheet/sheet.h"

#include <stdio.h>

/* "rows": one object a row; numbers as numbers, times in ISO form, missing as null. 0 or -1. */
int rows_json_write(const struct sheet *sheet, const char *document, FILE *out, int64_t now);

/* "lines": name, x[], y[] of each. 0 or -1. */
int chart_json_write(const struct chart *chart, const char *document, FILE *out, int64_t now);

#endif
