/*
 * When a live entry is read again: polling that knows what changed.
 *
 * A file every second, every five after a quiet minute; HTTP every five; what the spec or the pane
 * asks for before that. Never more than a fifth of the time is spent reading, a full sweep comes
 * once a minute and takes 5 % of the time at most.
 *
 * Failures wait longer each time, with jitter so that many clients of one server do not return at
 * once. A trouble that passes by itself (a server that is started again, a lock) is looked at soon
 * and then at least every 15 s, so that its end is seen; others (a login, a wrong address) every
 * 30. The interval asked for, where it is longer, is kept, and so is what a server asks for
 * (Retry-After), up to an hour.
 */
#include "engine/board.h"

#include "config/sources.h"

enum {
	EVERY_FILE = 1000,
	EVERY_QUIET = 5000,
	EVERY_HTTP = 5000,
	QUIET_AFTER = 60 * 1000,
	GRID = 1000,
	SWEEP_EVERY = 60 * 1000,
	SWEEP_SHARE = 20,   /* times its cost between two sweeps */
	READ_SHARE = 5,     /* times its cost between the starts of two reads */
	BACK_OFF_MAX = 30 * 1000,
	PASSING_FIRST = 1000,
	PASSING_MAX = 15 * 1000,
	SLOW_STEP = 5 * 1000,
	ASKED_MAX = 60 * 60 * 1000,
	PATIENCE_POLLS = 3,
	PATIENCE_MIN = 15 * 1000,
};

static int64_t wished_interval(const struct schedule *schedule, const struct slot *slot)
{
	const struct engine_source *about = &slot->about;
	int64_t quiet = clock_monotonic() - schedule->changed;
	int64_t usual = quiet > QUIET_AFTER ? EVERY_QUIET : EVERY_FILE;

	if (about->spec->every > 0)
		return (int64_t)(about->spec->every * 1000);
	if (schedule->every > 0)
		return schedule->every;
	if (about->spec->url)
		usual = EVERY_HTTP;
	return usual > about->class->poll_ms ? usual : about->class->poll_ms;
}

int64_t schedule_interval(const struct schedule *schedule, const struct slot *slot)
{
	int64_t wished = wished_interval(schedule, slot);
	int64_t least = schedule->cost * (READ_SHARE - 1);

	return wished > least ? wished : least;
}

int64_t schedule_patience(const struct schedule *schedule, const struct slot *slot)
{
	int64_t polls = PATIENCE_POLLS * schedule_interval(schedule, slot) + schedule->cost;

	return polls > PATIENCE_MIN ? polls : PATIENCE_MIN;
}

bool schedule_sweep_due(const struct schedule *schedule, int64_t now)
{
	int64_t wait = schedule->sweep_cost * SWEEP_SHARE;

	if (wait < SWEEP_EVERY)
		wait = SWEEP_EVERY;
	return !schedule->swept || now - schedule->swept >= wait;
}

/* Xorshift: two thirds of ms to all of it. */
static int64_t jitter(struct engine *engine, int64_t ms)
{
	uint64_t x = engine->dice;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	engine->dice = x;
	return ms - (int64_t)(x % (uint64_t)(ms / 3 + 1));
}

static int64_t least_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A server that says "too often" is not asked more often. */
static bool passes_by_itself(const struct err *trouble)
{
	return trouble->retryable && trouble->code != ERR_RATE;
}

/* The longest wait until the next try. A try that took long costs more, but not without end. */
static int64_t back_off(const struct schedule *schedule, const struct slot *slot, bool passing)
{
	int64_t usual = wished_interval(schedule, slot);
	int64_t most = most_of(usual, passing ? PASSING_MAX : BACK_OFF_MAX);
	int64_t wait = passing ? least_of(usual, PASSING_FIRST) : usual;
	/* in steps: the screen says how long it is */
	int64_t slow = schedule->cost * (READ_SHARE - 1) / SLOW_STEP * SLOW_STEP;

	for (int i = 1; i < schedule->failures && wait < most; i++)
		wait *= 2;
	wait = least_of(wait, most);
	return most_of(wait, least_of(slow, BACK_OFF_MAX));
}

/* Polls of a second and more fall together, so that the thread wakes once for all of them. */
static int64_t next_poll(int64_t now, int64_t interval)
{
	return interval < GRID ? now + interval : (now + interval + GRID / 2) / GRID * GRID;
}

void schedule_done(struct schedule *schedule, const struct slot *slot, int64_t began, int64_t now,
		   bool swept, const struct err *trouble, bool changed)
{
	bool good = !trouble;
	int64_t asked = 0;

	schedule->cost = now - began;
	if (good && swept) {
		schedule->swept = now;
		schedule->sweep_cost = schedule->cost;
		/* a sweep is rare: it does not slow the polls down */
		schedule->cost = 0;
	}
	if (changed)
		schedule->changed = now;
	schedule->failures = good ? 0 : schedule->failures + 1;
	schedule->wait = good ? 0 : back_off(schedule, slot, passes_by_itself(trouble));
	if (!good && trouble->wait_ms > schedule->wait)
		schedule->wait = asked = least_of(trouble->wait_ms, ASKED_MAX);
	if (!schedule->live)
		schedule->due = TIME_NEVER;
	else if (good)
		schedule->due = next_poll(now, schedule_interval(schedule, slot));
	else
		schedule->due = now + (asked ? asked : jitter(slot->engine, schedule->wait));
}
