/*
 * When a live entry is read again: polling that knows what changed.
 *
 * A file every second, every five after a quiet minute; HTTP every five; what the spec or the pane
 * asks for before that. Never more than a fifth of the time is spent reading, a full sweep comes
 * once a minute and takes 5 % of the time at most, and failures wait longer each time, with jitter
 * so that many clients of one server do not return at once.
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

/* Xorshift: four fifths to six fifths of ms. */
static int64_t jitter(struct engine *engine, int64_t ms)
{
	uint64_t x = engine->dice;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	engine->dice = x;
	return ms - ms / 5 + (int64_t)(x % (uint64_t)(2 * ms / 5 + 1));
}

static int64_t back_off(const struct schedule *schedule, const struct slot *slot)
{
	int64_t wait = schedule_interval(schedule, slot);

	for (int i = 1; i < schedule->failures && wait < BACK_OFF_MAX; i++)
		wait *= 2;
	if (wait > BACK_OFF_MAX && schedule_interval(schedule, slot) < BACK_OFF_MAX)
		wait = BACK_OFF_MAX;
	return jitter(slot->engine, wait);
}

/* Polls of a second and more fall together, so that the thread wakes once for all of them. */
static int64_t next_poll(int64_t now, int64_t interval)
{
	return interval < GRID ? now + interval : (now + interval + GRID / 2) / GRID * GRID;
}

void schedule_done(struct schedule *schedule, const struct slot *slot, int64_t began, int64_t now,
		   bool swept, bool good, bool changed)
{
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
	if (!schedule->live)
		schedule->due = TIME_NEVER;
	else if (good)
		schedule->due = next_poll(now, schedule_interval(schedule, slot));
	else
		schedule->due = now + back_off(schedule, slot);
}
