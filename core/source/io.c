/* What every io has: deadline, stall, cancel, progress; see io.h. */
#include "source/io.h"

#include "base/clock.h"

#include <stdlib.h>

void io_init(struct io *io, const struct io_ops *ops, void *ctx)
{
	*io = (struct io){.ops = ops, .ctx = ctx};
	atomic_init(&io->moved, clock_monotonic());
}

void io_cancel(struct io *io)
{
	atomic_store(&io->cancelled, true);
	if (io->ops->wake)
		io->ops->wake(io);
}

bool io_cancelled(struct io *io)
{
	return atomic_load(&io->cancelled);
}

int io_check(struct io *io, struct err *err)
{
	int64_t now;

	if (io_cancelled(io))
		return err_set(err, ERR_CANCELLED, "stopped");
	now = clock_monotonic();
	if (io->deadline && now >= io->deadline) {
		err_set(err, ERR_TIMEOUT, "not done within the time given");
		return err_hint(err, "its server or disk may be slow or stopped; or give it longer");
	}
	if (io->stall && now - atomic_load(&io->moved) >= io->stall) {
		err_set(err, ERR_TIMEOUT, "no progress for %lld s", (long long)io->stall / 1000);
		return err_hint(err, "its server or disk may be stopped");
	}
	return 0;
}

int io_progress(struct io *io, int64_t done, int64_t total, struct err *err)
{
	atomic_store(&io->done, done);
	atomic_store(&io->total, total);
	atomic_store(&io->moved, clock_monotonic());
	return io_check(io, err);
}

void io_list_release(struct io_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->entries[i].name);
	free(list->entries);
	*list = (struct io_list){0};
}
