/*
 * Axes: the part of the numbers that a chart shows, where its ticks stand, and what they say.
 *
 * A domain starts and ends on ticks, and ticks stand at 1-2-5 steps (times: at 1, 2, 5, 10, 15, 30
 * seconds or minutes, 1, 2, 3, 6, 12 hours, whole days). A domain that follows live data leaves
 * room on its right and moves only when the data leave it or fill less than half of it, so that a
 * new point seldom costs more than its own dots.
 *
 *	axis_fit(&axis, AXIS_LINEAR, low, high, 5, true);      the first time
 *	axis_follow(&axis, low, high);                         whenever data came; true: redraw
 *	n = axis_ticks(&axis, ticks, AXIS_MAX_TICKS);
 *	axis_label(&axis, ticks[i], label);
 */
#ifndef ANALYSIS_AXIS_H
#define ANALYSIS_AXIS_H

#include <stdbool.h>
#include <stddef.h>

enum axis_kind {
	AXIS_LINEAR,
	AXIS_LOG,      /* base 10; data above zero */
	AXIS_TIME,     /* ms since the epoch, ticks and labels in local time */
	AXIS_DURATION, /* ms since some start */
};

enum { AXIS_LABEL_SIZE = 32, AXIS_MAX_TICKS = 64 };

struct axis {
	enum axis_kind kind;
	double lo, hi; /* the domain; lo < hi, finite */
	double step;   /* between ticks; log: in decades, 0 = at 1, 2 and 5 of each */
	int wanted;    /* about how many ticks */
	bool live;     /* room on the right */
};

/*
 * Chooses the domain that holds low … high and about `wanted` ticks (2 … 32). A range that is not
 * finite or unordered is shown as 0 … 1 (log: 1 … 10), one of a single value with room around it.
 */
void axis_fit(struct axis *axis, enum axis_kind kind, double low, double high, int wanted,
	      bool live);

/* Keeps the domain while low … high lies in it and fills half of it; true when fitted anew. */
bool axis_follow(struct axis *axis, double low, double high);

/*
 * A domain exactly as given (zoom and pan), with ticks inside it. False, and nothing changed, when
 * it is empty, not finite, or too narrow for doubles.
 */
bool axis_set(struct axis *axis, enum axis_kind kind, double lo, double hi, int wanted);

/* The ticks inside the domain, rising; at most max are written. Answers how many. */
size_t axis_ticks(const struct axis *axis, double *ticks, size_t max);

/* Where a value stands: 0 at lo, 1 at hi, outside below 0 or above 1; NaN for log of ≤ 0. */
double axis_place(const struct axis *axis, double value);

/* The value at a place. */
double axis_value(const struct axis *axis, double place);

/*
 * A tick's text, as exact as the step needs and no more: "0.90", "200", "1.5M", "1e-05", "10:15",
 * "10:15:30", "01-31", "2026-01-31", "90s", "1h30m". Returns out.
 */
const char *axis_label(const struct axis *axis, double tick, char out[AXIS_LABEL_SIZE]);

#endif
