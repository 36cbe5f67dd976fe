/* Verdicts over time; see replay.h. */
#include "monitor/replay.h"

#include "base/clock.h"

enum { LEAST = 24, PER_M = 8, M_MAX = 64 };

static int of_m(const struct replay_rule *rule)
{
	return rule->open_m < 1 ? 1 : rule->open_m > M_MAX ? M_MAX : rule->open_m;
}

size_t replay_windows(const struct replay_rule *rule)
{
	size_t most = (size_t)of_m(rule) * PER_M;

	return most > LEAST ? most : LEAST;
}

struct replay replay_run(const struct replay_rule *rule, const struct replay_window *windows,
			 size_t n)
{
	struct replay replay = {false, TIME_NONE};
	int m = of_m(rule), quiet = 0;
	uint64_t mask = m == M_MAX ? UINT64_MAX : ((uint64_t)1 << m) - 1, recent = 0;

	for (size_t i = 0; i < n; i++) {
		if (windows[i].state != DRIFT_DRIFTED && windows[i].state != DRIFT_OK)
			continue;
		recent = (recent << 1 | (windows[i].state == DRIFT_DRIFTED)) & mask;
		quiet = windows[i].value < 0.8 * rule->limit ? quiet + 1 : 0;
		if (!replay.open && __builtin_popcountll(recent) >= rule->open_k) {
			replay = (struct replay){true, windows[i].start};
			quiet = 0;
		} else if (replay.open && quiet >= rule->close) {
			replay = (struct replay){false, windows[i].start};
			recent = 0; /* what closed it does not open it again */
		}
	}
	return replay;
}
