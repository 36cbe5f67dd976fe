/*
 * The columns that a run table needs, read from the sources: for `leeboard runs`.
 *
 * A column that a source cannot give stays NULL: its cells are missing.
 */
#ifndef COMMAND_COLUMNS_H
#define COMMAND_COLUMNS_H

#include "command/context.h"
#include "sheet/runs.h"

/* `KEY:best` becomes min or max by direction; what nobody knows stays, and is said on stderr. */
void columns_resolve(struct context *context, struct runs_view *view);

/* One part per source of the context, with its columns; free with columns_release(). */
struct runs_part *columns_read(struct context *context, const struct runs_view *view);
void columns_release(struct runs_part *parts, size_t nparts, const struct runs_view *view);

#endif
