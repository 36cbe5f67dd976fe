/* The inside of a monitor, shared by its passes (monitor.c) and its report (report.c). */
#ifndef MONITOR_STATE_H
#define MONITOR_STATE_H

#include "base/arena.h"
#include "monitor/feature.h"
#include "monitor/monitor.h"
#include "monitor/windows.h"

enum plan {
	PLAN_FRESH,     /* gather the reference, then count, in one go */
	PLAN_REFERENCE, /* only gather: its range is known */
	PLAN_RECOUNT,   /* only count: the layouts are there */
	PLAN_VALUES,    /* only keep the values of the judged window, for recipes on values */
};

enum { MONITOR_WARNINGS = 32 };

struct monitor {
	struct monitor_spec spec;
	struct arena arena;
	int64_t (*now)(void);
	struct event_sink events, reference;
	struct event_mark events_mark, reference_mark;
	struct event_names reference_names;

	struct purse purse;
	size_t raw; /* values to keep for recipes on values; 0: there is no such recipe */
	struct feature *features;
	size_t nfeatures, features_cap;

	/* the pass */
	enum plan plan;
	bool asked;     /* `again` was answered with true: the next begin is ours */
	int passes;     /* since the sink was last content */
	size_t group;   /* columns that are gathered in one pass */
	bool gathering; /* the reference is not complete */
	bool counting;  /* all layouts are there */
	bool recount;   /* a pass that only counts is due */
	uint64_t late;  /* events of a reference that was complete */

	/* the reference's time */
	bool range_known;
	int64_t from, to;
	int64_t first[MONITOR_FIRST_WINDOWS + 1]; /* the first windows with events */
	size_t nfirst;

	struct windows windows;
	struct window *whole; /* spec.plain: the one window */
	int64_t newest;       /* time of the newest event; INT64_MIN without one */
	int version;          /* column, or -1 */
	uint64_t untimed;
	int64_t values_of;    /* the window whose values are kept; TIME_NONE: none */
	uint64_t values_rows; /* … and the rows that it had then */

	bool changed;     /* since the last report, in what that showed */
	int64_t reported; /* the horizon of the last report */
	bool was_stale;

	char *warnings[MONITOR_WARNINGS];
	size_t nwarnings;
};

void monitor_warn(struct monitor *monitor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Windows that start before this end are complete: an event or the clock is past them. */
int64_t monitor_horizon(const struct monitor *monitor);

/* Is the window that starts there part of the reference? */
bool monitor_in_reference(const struct monitor *monitor, int64_t start);

/* The newest complete window with events that is not part of the reference, or NULL. */
struct window *monitor_judged(const struct monitor *monitor);

/* Builds the list (report.c). */
int monitor_report(struct monitor *monitor, struct build *build, struct err *err);

#endif
