/*
 * The chain on the screen: from a record towards its cause, or back towards its effect.
 *
 *	deployment, monitor → model version → run → commit
 *
 * A step may need records that nobody shows yet (a registry, a run's details, a commit): the chain
 * asks the engine for them and goes on when they are there. Who belongs to whom is analysis/chain.h.
 */
#ifndef APP_CHAIN_H
#define APP_CHAIN_H

#include "engine/engine.h"
#include "pane/subject.h"

enum { CHAIN_TARGETS = 200 };

enum chain_state {
	CHAIN_IDLE,
	CHAIN_WAITING, /* for the engine */
	CHAIN_FOUND,   /* targets, one or more */
	CHAIN_NONE,    /* why says it in a word or two */
};

struct chain {
	enum chain_state state;
	bool effect;
	struct subject from;
	struct watch *watches[ENGINE_SOURCES];
	size_t nwatches;
	size_t sources[ENGINE_SOURCES]; /* of the watches */
	struct subject targets[CHAIN_TARGETS];
	size_t ntargets;
	char why[600];
};

void chain_init(struct chain *chain);
void chain_release(struct chain *chain);

/* Starts a step from the subject, which is copied. */
void chain_start(struct chain *chain, struct engine *engine, const struct subject *from,
		 bool effect);

/* Looks whether what it waits for is there. */
enum chain_state chain_look(struct chain *chain, struct engine *engine);

/* Forgets the step. */
void chain_stop(struct chain *chain);

#endif
