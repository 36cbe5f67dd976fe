/*
 * The demo's own folder: the only place it writes to.
 *
 *   mlflow.db       a copy of the shipped store, its times moved to now
 *   code/           the Git repository that its runs name
 *   predictions.db  the events
 *   leeboard.yaml   the config that shows all of it
 *   .leeboard-demo  the mark, and the lock of the demo that uses the folder
 *
 * A folder is used only if it is empty, new, or carries the mark; then the files above are made
 * afresh. Nothing else in it is touched.
 */
#ifndef DEMO_WORKSPACE_H
#define DEMO_WORKSPACE_H

#include "base/buf.h"
#include "base/err.h"
#include "repo/repo.h"

#include <stdbool.h>
#include <stdint.h>

enum { WORKSPACE_PATH = 1024 };

struct workspace {
	char folder[WORKSPACE_PATH - 64]; /* absolute */
	char store[WORKSPACE_PATH], events[WORKSPACE_PATH], config[WORKSPACE_PATH];
	char code[WORKSPACE_PATH];
	char commit[REPO_ID_SIZE]; /* the newest */
	int lock;                  /* held while the demo runs; -1: none */
	bool temporary;            /* goes at the end */
};

/*
 * Takes the folder, or where none is named $XDG_STATE_HOME/leeboard/demo, or a new one under
 * $TMPDIR when that is in use or cannot be written. -1 when a named folder is somebody else's.
 */
int workspace_open(struct workspace *workspace, const char *folder, struct err *err);
void workspace_close(struct workspace *workspace);

/* Makes store and repository; nothing in them is later than `end` (ms since the epoch). */
int workspace_fill(struct workspace *workspace, int64_t end, struct err *err);

/* The config that describes all sources, the server at that port among them. */
int workspace_write_config(const struct workspace *workspace, int port, struct err *err);

#endif
