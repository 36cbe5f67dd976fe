/* A commit as a detail view: the end of the chain. */
#ifndef PANE_COMMIT_COMMIT_H
#define PANE_COMMIT_COMMIT_H

#include "pane/pane.h"

struct pane *commit_view_open(struct host *host, const struct subject *subject);

#endif
