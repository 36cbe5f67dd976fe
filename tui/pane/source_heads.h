/*
 * Where a pane's rows are from, made from the views of its watches: the sheet_source of each source
 * that can give them, and the words that the status line and an empty table need.
 */
#ifndef PANE_SOURCE_HEADS_H
#define PANE_SOURCE_HEADS_H

#include "engine/engine.h"
#include "sheet/sheet.h"

/* Fills one head from the engine's source and a view of it. */
void source_head(struct sheet_source *head, const struct engine_source *source,
		 const struct view *view);

/*
 * "mlflow.db · sqlite, schema b7e4c1a · all rows", and what is wrong: late, hung, failed (with
 * the hint), partial. Quiet: no ages unless late.
 */
void source_status(const struct sheet_source *heads, const struct view *const *views, size_t n,
		   int64_t now, struct buf *out);

/* What an empty table says: loading, failed and why, or `nothing` when all is read. Clean text. */
const char *source_empty(const struct sheet_source *heads, size_t n, const char *nothing,
			 struct buf *scratch);

#endif
