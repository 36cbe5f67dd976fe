/*
 * The real outside world for one piece of work on the calling thread: an io within limits, and beside
 * it a thread that waits for the user's word to stop.
 *
 *	outside_begin(&outside, &limits);
 *	… &outside.io …
 *	outside_end(&outside);
 */
#ifndef ENGINE_OUTSIDE_H
#define ENGINE_OUTSIDE_H

#include "source/io.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct read_limits {
	int64_t timeout; /* ms for the work, 0: none */
	int64_t stall;   /* ms without progress that end it, 0: none */
	/*
	 * A descriptor that becomes readable when the work shall stop (an eventfd that the handler
	 * of SIGINT writes to), or -1. It is not read from.
	 */
	int stop;
};

/* Stays where it is between begin and end. */
struct outside {
	struct io io;

	/* private */
	struct io_world world;
	int stop, done;
	pthread_t stopper;
	bool running;
};

void outside_begin(struct outside *outside, const struct read_limits *limits);
void outside_end(struct outside *outside);

#endif
