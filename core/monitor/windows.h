/*
 * The windows of a monitor: one block of counts each, for all features, in the order of time.
 *
 * Windows are [start, start + span), aligned to the epoch. Only windows with events are kept, the
 * newest `most` of them.
 */
#ifndef MONITOR_WINDOWS_H
#define MONITOR_WINDOWS_H

#include "analysis/drift_counts.h"

/* What leeboard.psi says of a feature in a window. */
struct judgement {
	double value, floor_95;
	enum drift_state state;
	enum drift_why why;
};

struct window {
	int64_t start;
	uint64_t rows;
	int64_t newest; /* time of its newest event */
	char *version;  /* of the newest event; NULL without the column */
	struct judgement *judged; /* a feature each; NULL when a count changed since */
	unsigned char *block; /* counts of the features, at their offsets */
};

struct windows {
	int64_t span; /* ms */
	size_t block; /* bytes of one window's counts */
	size_t most;
	struct window **list; /* by start */
	size_t n, cap;
	uint64_t too_old; /* events of windows that are no longer kept */
	bool dropped;     /* older windows were let go */
};

void windows_init(struct windows *windows, int64_t span);
void windows_clear(struct windows *windows);

/* Empties it; from now on each window has counts of so many bytes. */
void windows_layout(struct windows *windows, size_t block);

/* The start of the window that holds the time. */
int64_t windows_start(const struct windows *windows, int64_t time);

/* The window that starts there, made when it is not there; NULL when it is too old to be kept. */
struct window *windows_at(struct windows *windows, int64_t start, bool *made);

/* The same, only looked for. */
struct window *windows_find(const struct windows *windows, int64_t start);

static inline struct drift_counts *window_counts(const struct window *window, size_t offset)
{
	return (struct drift_counts *)(window->block + offset);
}

#endif
