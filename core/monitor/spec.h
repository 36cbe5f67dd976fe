/*
 * What a monitor judges, and by which rules: the settings of the config file, or of `drift` and
 * `check` on the command line. Plain data; every text is the maker's to keep alive.
 */
#ifndef MONITOR_SPEC_H
#define MONITOR_SPEC_H

#include "analysis/drift_measure.h"
#include "record/event.h"

enum monitor_reference {
	REFERENCE_FIRST, /* the first 24 complete windows that have events */
	REFERENCE_SPAN,  /* the events of [from, to) */
	REFERENCE_FILE,  /* another store, which is read first */
};

enum { MONITOR_FIRST_WINDOWS = 24 };

struct monitor_names {
	const struct str *names;
	size_t n;
};

struct monitor_spec {
	struct str name, model; /* model: missing if nobody said */
	struct event_names columns;
	struct monitor_names features; /* none: all columns but the special ones */
	struct monitor_names numeric, categorical, boolean; /* types that are not to be guessed */
	enum monitor_reference reference;
	struct str reference_what; /* as it was written; missing for REFERENCE_FIRST */
	int64_t from, to;          /* REFERENCE_SPAN */
	struct str reference_at, reference_table; /* REFERENCE_FILE */
	bool plain;     /* two samples: the events are one window, whatever their time */
	int64_t window; /* ms */
	size_t nrecipes;
	enum drift_recipe recipes[DRIFT_RECIPES];
	double limit;
	int open_k, open_m; /* k of m windows in drift open it */
	int close;          /* windows in a row below 80 % of the limit close it */
};

/* The defaults: leeboard.psi against 0.1, windows of an hour, 2 of 3, 3. */
void monitor_spec_init(struct monitor_spec *spec);

#endif
