/*
 * What happens in the demo, and when: pure functions of the seconds since the story began.
 *
 * Before 0 lies the history that is there when the program starts; only its last minute begins to
 * change. Then income creeps up and passes the limit of its drift within about a minute and a half,
 * tenure goes missing in some requests, a caller sends nonsense for a while, and the champion moves
 * on while the old version is still served.
 */
#ifndef DEMO_STORY_H
#define DEMO_STORY_H

#include "demo/customer.h"

enum {
	STORY_WINDOW = 15,    /* seconds: the monitor's window */
	STORY_WINDOWS = 48,   /* complete ones at the start: 24 of reference, 24 judged */
	STORY_RATE = 20,      /* requests a second */
	STORY_RUN = 45,       /* epochs, one a second, of a run */
	STORY_PROMOTE = 75,   /* seconds after which the champion may move */
};

struct customer_world story_world(double seconds);

/* The share of requests that are no good: a caller's fault, answered with an error. */
double story_nonsense(double seconds);

#endif
