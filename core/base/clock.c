/* Clocks and the text form of times; see clock.h. */
#include "base/clock.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t now_of(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall(void)
{
	return now_of(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
	return now_of(CLOCK_MONOTONIC);
}

/* Floor division, so that times before the epoch have a positive rest. */
static void split(int64_t time, time_t *seconds, int *ms)
{
	int64_t rest = time % 1000;

	if (rest < 0)
		rest += 1000;
	*ms = (int)rest;
	*seconds = (time_t)((time - rest) / 1000);
}

/* 0001-01-01 and 9999-12-31T23:59:59.999Z */
static bool has_iso_form(int64_t time)
{
	return time >= -62135596800000 && time <= 253402300799999;
}

const char *clock_iso(char out[CLOCK_ISO_SIZE], int64_t time)
{
	struct tm tm;
	time_t seconds;
	int ms;

	out[0] = '\0';
	if (!has_iso_form(time))
		return out;
	split(time, &seconds, &ms);
	gmtime_r(&seconds, &tm);
	snprintf(out, CLOCK_ISO_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		 (tm.tm_year + 1900) % 10000, (tm.tm_mon + 1) % 100, tm.tm_mday % 100,
		 tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100, ms % 1000);
	return out;
}

const char *clock_local(char out[CLOCK_ISO_SIZE], int64_t time)
{
	struct tm tm;
	time_t seconds;
	int ms;

	out[0] = '\0';
	if (!has_iso_form(time))
		return out;
	split(time, &seconds, &ms);
	localtime_r(&seconds, &tm);
	strftime(out, CLOCK_ISO_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
	return out;
}

void clock_zone(char out[CLOCK_ISO_SIZE], int64_t time)
{
	struct tm tm;
	time_t seconds;
	int ms;

	split(has_iso_form(time) ? time : 0, &seconds, &ms);
	localtime_r(&seconds, &tm);
	strftime(out, CLOCK_ISO_SIZE, "%Z", &tm);
}

/* Reads exactly n digits at *at; false if they are not there. */
static bool take_digits(struct str text, size_t *at, int n, int *value)
{
	*value = 0;
	for (int i = 0; i < n; i++, (*at)++) {
		if (*at >= text.n || text.s[*at] < '0' || text.s[*at] > '9')
			return false;
		*value = *value * 10 + (text.s[*at] - '0');
	}
	return true;
}

static bool take_char(struct str text, size_t *at, const char *set)
{
	if (*at >= text.n || !text.s[*at] || !strchr(set, text.s[*at]))
		return false;
	(*at)++;
	return true;
}

/* Days since the epoch of a proleptic Gregorian date (Howard Hinnant's days_from_civil). */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static bool valid_date(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap);
}

/* hh[:]mm[[:]ss[.fraction]] in ms of the day. */
static bool take_time(struct str text, size_t *at, int64_t *ms)
{
	int hour, minute, second = 0, fraction = 0, scale = 100;

	if (!take_digits(text, at, 2, &hour) || !take_char(text, at, ":") ||
	    !take_digits(text, at, 2, &minute))
		return false;
	if (take_char(text, at, ":")) {
		if (!take_digits(text, at, 2, &second))
			return false;
		if (take_char(text, at, ".,")) {
			size_t first = *at;

			for (; *at < text.n && text.s[*at] >= '0' && text.s[*at] <= '9'; (*at)++) {
				fraction += (text.s[*at] - '0') * scale;
				scale /= 10;
			}
			if (*at == first)
				return false;
		}
	}
	/* a leap second counts as the next second's start */
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*ms = ((int64_t)hour * 3600 + minute * 60 + second) * 1000 + fraction;
	return true;
}

static bool take_offset(struct str text, size_t *at, int64_t *ms)
{
	int hours, minutes = 0;
	bool west;

	*ms = 0;
	if (*at == text.n || take_char(text, at, "Zz"))
		return true;
	west = text.s[*at] == '-';
	if (!take_char(text, at, "+-") || !take_digits(text, at, 2, &hours))
		return false;
	if (take_char(text, at, ":") || *at < text.n)
		if (!take_digits(text, at, 2, &minutes))
			return false;
	if (hours > 23 || minutes > 59)
		return false;
	*ms = (hours * 60 + minutes) * (west ? -60000 : 60000);
	return true;
}

bool clock_parse_iso(struct str text, int64_t *time)
{
	int year, month, day;
	int64_t of_day = 0, offset = 0;
	size_t at = 0;

	if (!take_digits(text, &at, 4, &year) || !take_char(text, &at, "-") ||
	    !take_digits(text, &at, 2, &month) || !take_char(text, &at, "-") ||
	    !take_digits(text, &at, 2, &day) || !valid_date(year, month, day))
		return false;
	if (at < text.n) {
		if (!take_char(text, &at, "Tt ") || !take_time(text, &at, &of_day) ||
		    !take_offset(text, &at, &offset))
			return false;
	}
	if (at != text.n)
		return false;
	*time = days_of(year, month, day) * 86400000 + of_day - offset;
	return true;
}

int64_t clock_of_epoch(double number)
{
	double size = fabs(number);

	if (!(size < 9.2e18))
		return TIME_NONE;
	if (size < 1e11)
		return (int64_t)floor(number * 1e3);
	if (size < 1e14)
		return (int64_t)floor(number);
	if (size < 1e17)
		return (int64_t)floor(number / 1e3);
	return (int64_t)floor(number / 1e6);
}

bool clock_parse_any(struct str text, int64_t *time)
{
	double number;

	if (clock_parse_iso(text, time))
		return true;
	if (!num_parse(text, &number))
		return false;
	*time = clock_of_epoch(number);
	return *time != TIME_NONE;
}

bool clock_parse_duration(struct str text, int64_t *ms)
{
	static const struct {
		char unit;
		double ms;
	} units[] = {{'s', 1e3}, {'m', 6e4}, {'h', 3.6e6}, {'d', 8.64e7}, {'w', 6.048e8}};
	double scale = 1e3, number;

	if (!text.n)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (text.s[text.n - 1] == units[i].unit) {
			scale = units[i].ms;
			text.n--;
			break;
		}
	}
	if (!num_parse(text, &number) || !(number * scale >= 1) || number * scale > 9e15)
		return false;
	*ms = (int64_t)(number * scale);
	return true;
}
