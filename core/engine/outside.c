/* The outside world within limits; see outside.h. */
#include "engine/outside.h"

#include "base/clock.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Waits beside the work for the word to stop. */
static void *stopper_main(void *ctx)
{
	struct outside *outside = ctx;
	struct pollfd fds[2] = {
		{.fd = outside->stop, .events = POLLIN},
		{.fd = outside->done, .events = POLLIN},
	};

	while (poll(fds, 2, -1) < 0)
		;
	if (fds[0].revents)
		io_cancel(&outside->io);
	return NULL;
}

static void stopper_start(struct outside *outside)
{
	sigset_t all, before;

	if (outside->stop < 0)
		return;
	outside->done = eventfd(0, EFD_CLOEXEC);
	if (outside->done < 0)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	outside->running = !pthread_create(&outside->stopper, NULL, stopper_main, outside);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void outside_begin(struct outside *outside, const struct read_limits *limits)
{
	*outside = (struct outside){.stop = limits->stop, .done = -1};
	io_world_init(&outside->world);
	io_init(&outside->io, &io_world_ops, &outside->world);
	outside->io.stall = limits->stall;
	if (limits->timeout)
		outside->io.deadline = clock_monotonic() + limits->timeout;
	stopper_start(outside);
}

void outside_end(struct outside *outside)
{
	if (outside->running) {
		eventfd_write(outside->done, 1);
		pthread_join(outside->stopper, NULL);
	}
	if (outside->done >= 0)
		close(outside->done);
	io_world_release(&outside->world);
}
