/*
 * The demo's training: one run after the other with other settings, an epoch a second, into the
 * store; a new version now and then, and the champion that moves on. Everything has a due time, so
 * that a start in the middle of the story catches up at once.
 */
#ifndef DEMO_TRAINER_H
#define DEMO_TRAINER_H

#include "demo/tracking.h"

struct trainer {
	struct tracking tracking;
	struct training training;
	struct tracking_run run;
	int64_t story;    /* ms since the epoch: second 0 */
	int runs;         /* begun in the story */
	int epoch;        /* of the current run, -1 between runs */
	int64_t champion; /* that shall be named champion once its time has come; 0: none */
};

/*
 * Trains the version that is served, before the history of the events begins: a whole run, ended
 * at `end`, registered and named champion. The model and its version's number are handed out.
 */
int trainer_init(struct trainer *trainer, const char *store, uint64_t seed, const char *commit,
		 int64_t story, int64_t end, struct model *served, int64_t *version, struct err *err);
void trainer_release(struct trainer *trainer);

/* Does what is due at `now`; *next is when to come again. */
int trainer_step(struct trainer *trainer, int64_t now, int64_t *next, struct err *err);

#endif
