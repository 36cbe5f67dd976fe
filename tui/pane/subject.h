/*
 * A subject: which record the chain is at. Owns its texts.
 *
 *	run         source, id
 *	version     source (NULL: any), id = model, version
 *	deployment  source, id = name
 *	commit      id; source = the run's source, beside = the run's source file
 *	monitor     source, id = feature; model and version where known
 */
#ifndef PANE_SUBJECT_H
#define PANE_SUBJECT_H

#include "base/str.h"

enum subject_kind {
	SUBJECT_NONE,
	SUBJECT_RUN,
	SUBJECT_VERSION,
	SUBJECT_DEPLOYMENT,
	SUBJECT_COMMIT,
	SUBJECT_MONITOR,
};

struct subject {
	enum subject_kind kind;
	char *source, *id, *version, *model, *beside; /* NULL where there is none */
};

/* Missing texts stay NULL. */
struct subject subject_make(enum subject_kind kind, struct str source, struct str id,
			    struct str version);
struct subject subject_copy(const struct subject *subject);
void subject_release(struct subject *subject);

/* "run", "model version", … */
const char *subject_kind_name(enum subject_kind kind);

#endif
