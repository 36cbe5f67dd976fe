/*
 * A monitor: events go in through its sink, drift comes out as a snapshot.
 *
 * Time-ordered events are read once. They are kept as they are until the reference is complete;
 * then its layouts are made, and from there on events are only counted: per window, feature and bin
 * (windows.h). What that optimistic pass got wrong is told by `again` of the sink, and the source
 * delivers everything once more: an event that belongs to the reference and came late, events
 * before the reference, a column whose type was taken for another, more columns than fit in memory.
 *
 * A reference that is a store of its own is read first, into a sink of its own.
 *
 * Thread rule: one thread at a time; the snapshots are immutable.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "base/err.h"
#include "monitor/spec.h"
#include "source/query.h"

struct monitor;

/* The spec is copied; its texts must outlive the monitor. */
struct monitor *monitor_new(const struct monitor_spec *spec);
void monitor_free(struct monitor *monitor);

const struct monitor_spec *monitor_spec(const struct monitor *monitor);

/* The query that gives its drift, for the source that holds the events. */
struct query monitor_query(struct monitor *monitor);

/* The clock that windows are complete by; tests set their own. */
void monitor_set_clock(struct monitor *monitor, int64_t (*now)(void));

#endif
