/*
 * One read of one query: what the source threads run, and what headless commands call directly.
 */
#ifndef ENGINE_READ_H
#define ENGINE_READ_H

#include "base/err.h"
#include "engine/outside.h"
#include "record/snapshot.h"
#include "source/query.h"
#include "source/source.h"

/* A command's whole time (COMMANDS, --timeout); a read's timeout is what is left of it. */
enum { READ_STALL = 30 * 1000 };

/*
 * Reads on the calling thread with the real outside world. previous: the last snapshot of the same
 * query, or NULL. A store that is locked or that changed is tried again within the limits.
 *
 * Three outcomes: a snapshot and err->code ERR_NONE; a partial snapshot and the reason in err (rows
 * were read before it failed or ran out of time); NULL and err.
 */
struct snapshot *engine_read(struct source *source, const struct query *query,
			     const struct read_limits *limits, struct snapshot *previous,
			     struct err *err);

/*
 * The same under an io of the caller's. `patient`: a locked store is tried again until the io says
 * stop; otherwise its ERR_BUSY is passed on.
 */
struct snapshot *read_with(struct source *source, const struct query *query, struct io *io,
			   struct snapshot *previous, bool patient, struct err *err);

#endif
