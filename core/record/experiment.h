/* Experiments of a source. */
#ifndef RECORD_EXPERIMENT_H
#define RECORD_EXPERIMENT_H

#include "record/detail.h"

/* A server that does not count runs, before they were read. */
#define EXPERIMENT_UNCOUNTED UINT64_MAX

struct experiment {
	struct str id, name;
	bool deleted;
	uint64_t runs;         /* not deleted ones, or EXPERIMENT_UNCOUNTED */
	int64_t last_activity; /* newest start or end of a run, or of the experiment; or TIME_NONE */
	struct pair *tags;     /* in byte order of their keys */
	uint32_t ntags;
};

struct experiment_list {
	size_t n;
	struct experiment *experiments; /* as the source lists them */
};

#endif
