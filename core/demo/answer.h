/*
 * What the server answers, apart from how it is carried: a path and a body in, a status and a body
 * out. Pure but for the meter.
 */
#ifndef DEMO_ANSWER_H
#define DEMO_ANSWER_H

#include "demo/serve.h"

struct question {
	const char *method; /* as it came */
	const char *path;   /* decoded, without the query */
	struct str body;
};

struct answer {
	int status;
	const char *type;     /* of the body */
	const char *counted;  /* method and path template to be counted under; NULL: not counted */
	const char *template; /* as MLServer names it */
	bool scored;          /* a prediction was asked for: the look-up takes its time */
	struct buf body;
};

/* Initialises the answer; its body is to be released. */
void answer(struct server *server, const struct question *question, struct answer *answer);

#endif
