/* The frame of every JSON document: document, version, generated, sources, then the body. */
#ifndef SHEET_FRAME_H
#define SHEET_FRAME_H

#include "sheet/json_out.h"
#include "sheet/sheet.h"

/* Opens the document's object and writes everything up to and with "sources". */
void frame_begin(struct json_out *json, const char *document, const struct sheet_source *sources,
		 size_t nsources, int64_t now);

/* "total" (null for SIZE_MAX) and "shown". */
void frame_counts(struct json_out *json, size_t total, size_t shown);

/* Closes the document; 0, or -1 when the stream failed. */
int frame_end(struct json_out *json);

#endif
