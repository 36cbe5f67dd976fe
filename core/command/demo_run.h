/*
 * The demo's live part as a child: leeboard-demo, started, heard to be ready, ended.
 *
 * It is looked for beside this program, then in libexec. It ends when `hold` is closed, so that
 * whatever happens to us, it does not stay behind.
 */
#ifndef COMMAND_DEMO_RUN_H
#define COMMAND_DEMO_RUN_H

#include "base/err.h"

#include <sys/types.h>

enum { DEMO_PATH = 4096 };

struct demo_run {
	pid_t pid; /* 0: not running */
	int hold;  /* its stdin */
	int out;   /* its stdout: ends when it does */
	char dir[DEMO_PATH];    /* the workspace */
	char config[DEMO_PATH]; /* the configuration that shows it */
};

/*
 * dir: where the workspace is made, NULL for the usual place. ahead: seconds of the story that have
 * passed already. Waits until everything is there, a second or two. On -1 nothing runs.
 */
int demo_run_start(struct demo_run *run, const char *dir, int ahead, struct err *err);

/* Ends it and waits, five seconds at most. Not running is fine. */
void demo_run_end(struct demo_run *run);

#endif
