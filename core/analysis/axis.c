/* Axes; see axis.h. */
#include "analysis/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND 1e3
#define MINUTE 6e4
#define HOUR 3.6e6
#define DAY 8.64e7

/* Beyond this, sums of two ends would overflow; nothing measured lies there. */
#define AXIS_FAR 1e300

static double clamp(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

/* The smallest 1, 2 or 5 times a power of ten that is at least `least`. */
static double nice_step(double least)
{
	double power = pow(10, floor(log10(least)));

	for (int i = 0; i < 4; i++) {
		static const double nice[] = {1, 2, 5, 10};

		if (nice[i] * power >= least * (1 - 1e-9))
			return nice[i] * power;
	}
	return 10 * power;
}

static double nice_time_step(double least)
{
	static const double steps[] = {
		1 * SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
		1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
		1 * HOUR,   2 * HOUR,   3 * HOUR,   6 * HOUR,    12 * HOUR,   1 * DAY,
	};

	if (least <= SECOND / 2)
		return nice_step(least);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i] >= least)
			return steps[i];
	return DAY * nice_step(least / DAY);
}

/* Milliseconds that local time is ahead of UTC then; 0 where the calendar ends. */
static double zone_offset(double time)
{
	struct tm tm;
	time_t seconds;

	if (!(fabs(time) < 2.5e14))
		return 0;
	seconds = (time_t)floor(time / 1e3);
	return localtime_r(&seconds, &tm) ? (double)tm.tm_gmtoff * 1e3 : 0;
}

/* What ticks are counted from: local midnight for times, zero for all else. */
static double origin_of(const struct axis *axis)
{
	return axis->kind == AXIS_TIME ? -zone_offset(axis->lo) : 0;
}

static double step_for(enum axis_kind kind, double span, int wanted)
{
	return kind == AXIS_LINEAR ? nice_step(span / wanted) : nice_time_step(span / wanted);
}

static void fit_linear(struct axis *axis, double low, double high)
{
	double most = fmax(fabs(low), fabs(high)), origin, top;

	if (high - low <= fmax(most * 1e-12, 1 / AXIS_FAR)) {
		double half = axis->kind == AXIS_LINEAR ? most * 0.05 : fmax(SECOND, most * 1e-9);

		if (half <= 1 / AXIS_FAR) { /* nothing but 0: most such things are never negative */
			low = 0;
			high = 1;
		} else {
			low -= half;
			high += half;
		}
	}
	axis->lo = low;
	axis->step = step_for(axis->kind, high - low, axis->wanted);
	origin = origin_of(axis);
	axis->lo = origin + floor((low - origin) / axis->step + 1e-9) * axis->step;
	top = (high - origin) / axis->step;
	top = axis->live ? floor(top) + 1 : ceil(top - 1e-9);
	axis->hi = origin + top * axis->step;
	if (!(axis->lo < axis->hi))
		axis->hi = axis->lo + axis->step;
}

/* The 1, 2 or 5 of a decade at or below (above) a value. */
static double log_bound(double value, bool above)
{
	double power = pow(10, floor(log10(value) + 1e-12));
	static const double nice[] = {1, 2, 5, 10};

	if (above) {
		for (int i = 0; i < 4; i++)
			if (nice[i] * power >= value * (1 - 1e-9))
				return nice[i] * power;
		return 10 * power;
	}
	for (int i = 3; i > 0; i--)
		if (nice[i] * power <= value * (1 + 1e-9))
			return nice[i] * power;
	return power;
}

static double log_step(double lo, double hi, int wanted)
{
	double decades = log10(hi) - log10(lo);

	return decades * 3 <= wanted ? 0 : nice_step(fmax(decades / wanted, 1));
}

static void fit_log(struct axis *axis, double low, double high)
{
	low = clamp(low, 1 / AXIS_FAR, AXIS_FAR);
	high = clamp(high, low, AXIS_FAR);
	axis->lo = log_bound(low, false);
	axis->hi = log_bound(axis->live ? high * 1.05 : high, true);
	if (!(axis->hi > axis->lo * 1.5))
		axis->hi = log_bound(axis->lo * 1.6, true);
	axis->step = log_step(axis->lo, axis->hi, axis->wanted);
}

void axis_fit(struct axis *axis, enum axis_kind kind, double low, double high, int wanted,
	      bool live)
{
	*axis = (struct axis){.kind = kind, .wanted = wanted, .live = live};
	axis->wanted = wanted < 2 ? 2 : wanted > 32 ? 32 : wanted;
	if (!(low <= high) || !isfinite(low) || !isfinite(high) ||
	    (kind == AXIS_LOG && high <= 0)) {
		low = kind == AXIS_LOG ? 1 : 0;
		high = kind == AXIS_LOG ? 10 : 1;
	}
	if (kind == AXIS_LOG)
		fit_log(axis, low > 0 ? low : high, high);
	else
		fit_linear(axis, clamp(low, -AXIS_FAR, AXIS_FAR), clamp(high, -AXIS_FAR, AXIS_FAR));
}

bool axis_follow(struct axis *axis, double low, double high)
{
	struct axis before = *axis, fresh;
	double used = axis_place(axis, high) - axis_place(axis, low);

	if (low >= axis->lo && high <= axis->hi && used >= 0.5)
		return false;
	axis_fit(&fresh, axis->kind, low, high, axis->wanted, axis->live);
	*axis = fresh;
	return before.lo != fresh.lo || before.hi != fresh.hi || before.step != fresh.step;
}

bool axis_set(struct axis *axis, enum axis_kind kind, double lo, double hi, int wanted)
{
	struct axis set = {.kind = kind, .lo = lo, .hi = hi};

	if (!(fabs(lo) <= AXIS_FAR && fabs(hi) <= AXIS_FAR && lo < hi))
		return false;
	if (kind == AXIS_LOG ? !(lo > 0 && hi > lo * (1 + 1e-9))
			     : !(hi - lo > fmax(fabs(lo), fabs(hi)) * 1e-12))
		return false;
	set.wanted = wanted < 2 ? 2 : wanted > 32 ? 32 : wanted;
	set.step = kind == AXIS_LOG ? log_step(lo, hi, set.wanted)
				    : step_for(kind, hi - lo, set.wanted);
	*axis = set;
	return true;
}

static size_t log_ticks(const struct axis *axis, double *ticks, size_t max)
{
	static const double nice[] = {1, 2, 5};
	double step = axis->step > 0 ? axis->step : 1;
	double from = floor(log10(axis->lo) / step + 1e-9);
	size_t n = 0, each = axis->step > 0 ? 1 : 3;

	for (double k = from; n < max; k++) {
		double power = pow(10, k * step);

		if (!(power <= axis->hi * (1 + 1e-9)))
			break;
		for (size_t i = 0; i < each && n < max; i++) {
			double tick = nice[i] * power;

			if (tick >= axis->lo * (1 - 1e-9) && tick <= axis->hi * (1 + 1e-9))
				ticks[n++] = tick;
		}
	}
	return n;
}

size_t axis_ticks(const struct axis *axis, double *ticks, size_t max)
{
	double origin = origin_of(axis), slack = axis->step * 1e-6, from;
	size_t n = 0;

	if (axis->kind == AXIS_LOG)
		return log_ticks(axis, ticks, max);
	from = ceil((axis->lo - origin) / axis->step - 1e-6);
	for (double k = from; n < max && k - from < 1e6; k++) {
		double tick = origin + k * axis->step;

		/* a change to or from summer time moves the hours; ticks stay on whole ones */
		if (axis->kind == AXIS_TIME && axis->step >= HOUR)
			tick += -origin - zone_offset(tick);
		if (tick > axis->hi + slack)
			break;
		if (tick >= axis->lo - slack)
			ticks[n++] = tick == 0 ? 0 : tick;
	}
	return n;
}

double axis_place(const struct axis *axis, double value)
{
	if (axis->kind != AXIS_LOG)
		return (value - axis->lo) / (axis->hi - axis->lo);
	if (!(value > 0))
		return NAN;
	return (log10(value) - log10(axis->lo)) / (log10(axis->hi) - log10(axis->lo));
}

double axis_value(const struct axis *axis, double place)
{
	if (axis->kind != AXIS_LOG)
		return axis->lo * (1 - place) + axis->hi * place;
	return pow(10, log10(axis->lo) * (1 - place) + log10(axis->hi) * place);
}

/* Decimals that tell two neighbouring ticks apart. */
static int decimals_of(double step)
{
	int n = (int)ceil(-log10(step) - 1e-9);

	return n < 0 ? 0 : n;
}

static void label_number(double tick, double step, double most, char *out)
{
	static const struct {
		double size;
		const char *name;
	} units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}};

	/* what stands beside 0 on an axis may be a rest of adding up */
	if (fabs(tick) < step * 1e-6)
		tick = 0;
	if (most >= 1e15 || step < 1e-6 || (most < 1e-3 && step < 1e-4)) {
		int digits = (int)ceil(log10(fmax(most / step, 1)) - 1e-9) + 1;

		snprintf(out, AXIS_LABEL_SIZE, "%.*g", digits > 17 ? 17 : digits, tick);
		return;
	}
	for (int i = 0; i < 5; i++) {
		bool large = most >= 1e5 && most >= units[i].size;

		if (i < 4 && (!large || decimals_of(step / units[i].size) > 2))
			continue;
		if (tick == 0 && i < 4)
			strcpy(out, "0");
		else
			snprintf(out, AXIS_LABEL_SIZE, "%.*f%s", decimals_of(step / units[i].size),
				 tick / units[i].size, units[i].name);
		return;
	}
}

static void label_time(const struct axis *axis, double tick, char *out)
{
	bool has_date = fabs(tick) < 2.5e14;
	double seconds = has_date ? floor(tick / 1e3 + 1e-6) : 0;
	time_t whole = (time_t)seconds;
	struct tm tm;
	size_t n;

	if (!has_date || !localtime_r(&whole, &tm)) {
		snprintf(out, AXIS_LABEL_SIZE, "%.6g", tick);
		return;
	}
	if (axis->step < MINUTE)
		n = strftime(out, AXIS_LABEL_SIZE, "%H:%M:%S", &tm);
	else if (axis->step < DAY && (tm.tm_hour || tm.tm_min))
		n = strftime(out, AXIS_LABEL_SIZE, "%H:%M", &tm);
	else if (axis->hi - axis->lo > 300 * DAY)
		n = strftime(out, AXIS_LABEL_SIZE, "%Y-%m-%d", &tm);
	else
		n = strftime(out, AXIS_LABEL_SIZE, "%m-%d", &tm);
	if (axis->step < SECOND)
		snprintf(out + n, AXIS_LABEL_SIZE - n, ".%03d",
			 (int)lround(clamp(tick - seconds * 1e3, 0, 999)));
}

/* The two largest units that are not zero: "1h30m", "45s", "2d". */
static void label_duration(double tick, double step, char *out)
{
	static const struct {
		double size;
		const char *name;
	} units[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "m"}, {SECOND, "s"}};
	double rest = fabs(tick) + 1e-6;
	size_t n = 0;
	int parts = 0;

	if (rest < 1) {
		strcpy(out, "0");
		return;
	}
	if (rest >= 1e15) {
		snprintf(out, AXIS_LABEL_SIZE, "%.3gs", tick / SECOND);
		return;
	}
	if (step < SECOND) {
		snprintf(out, AXIS_LABEL_SIZE, "%.*fs", decimals_of(step / SECOND), tick / SECOND);
		return;
	}
	if (tick < 0)
		out[n++] = '-';
	for (int i = 0; i < 4 && parts < 2; i++) {
		double count = floor(rest / units[i].size);

		if (count < 1)
			continue;
		n += (size_t)snprintf(out + n, AXIS_LABEL_SIZE - n, "%.0f%s", count, units[i].name);
		rest -= count * units[i].size;
		parts++;
	}
}

const char *axis_label(const struct axis *axis, double tick, char out[AXIS_LABEL_SIZE])
{
	double most = fmax(fabs(axis->lo), fabs(axis->hi));

	switch (axis->kind) {
	case AXIS_TIME:
		label_time(axis, tick, out);
		break;
	case AXIS_DURATION:
		label_duration(tick, axis->step, out);
		break;
	case AXIS_LOG:
		snprintf(out, AXIS_LABEL_SIZE, tick >= 1e-3 && tick < 1e5 ? "%.6g" : "%.3g", tick);
		break;
	case AXIS_LINEAR:
		label_number(tick, axis->step, most, out);
		break;
	}
	return out;
}
