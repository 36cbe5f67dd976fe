/*
 * From windows to a verdict: k of m windows open it, a row of quiet ones closes it (COMMANDS,
 * `check`). A pure function of the windows: cron and the pane agree without stored state.
 */
#ifndef MONITOR_REPLAY_H
#define MONITOR_REPLAY_H

#include "record/drift_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct replay_window {
	int64_t start;
	double value; /* NaN without one */
	enum drift_state state;
};

struct replay_rule {
	int open_k, open_m, close;
	double limit;
};

struct replay {
	bool open;
	int64_t since; /* start of the window that opened or closed it; TIME_NONE if none did */
};

/* How many of the newest complete windows are looked at: max(24, 8·m). */
size_t replay_windows(const struct replay_rule *rule);

/* Oldest first, beginning with `ok`. `insufficient` windows neither count nor reset. */
struct replay replay_run(const struct replay_rule *rule, const struct replay_window *windows,
			 size_t n);

#endif
