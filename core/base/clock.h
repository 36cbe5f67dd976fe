/*
 * Time: milliseconds since the epoch in 64 bits, and a monotonic clock for timers.
 *
 * TIME_NONE is "no time". Foreign times may be anything; what lies outside the years 0001 to 9999
 * is kept as a number but has no ISO form (clock_iso answers "").
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define TIME_NONE INT64_MIN

enum { CLOCK_ISO_SIZE = 32 };

int64_t clock_wall(void);      /* ms since the epoch */
int64_t clock_monotonic(void); /* ms from some start; never goes back */

/* "2026-01-31T10:15:02.123Z" in UTC; "" for TIME_NONE and years past four digits. Returns out. */
const char *clock_iso(char out[CLOCK_ISO_SIZE], int64_t time);

/* "2026-01-31 10:15:02" in local time; "" as above. Returns out. */
const char *clock_local(char out[CLOCK_ISO_SIZE], int64_t time);

/* The local zone's abbreviation at that time, such as "CET". Valid until the next call. */
void clock_zone(char out[CLOCK_ISO_SIZE], int64_t time);

/*
 * Reads ISO 8601: date, or date and time with 'T', 't' or a blank between; seconds and their
 * fraction (to the ms, more digits are cut) optional; offset Z, ±hh, ±hhmm or ±hh:mm, UTC without.
 * False if it is anything else or no valid date.
 */
bool clock_parse_iso(struct str text, int64_t *time);

/*
 * An epoch number as s, ms, µs or ns, told apart by magnitude: below 1e11 seconds, below 1e14
 * milliseconds, below 1e17 microseconds, else nanoseconds. TIME_NONE for NaN, infinite and beyond.
 */
int64_t clock_of_epoch(double number);

/* Like clock_of_epoch, or ISO text; false if it is neither. */
bool clock_parse_any(struct str text, int64_t *time);

/* "90s" "15m" "1h" "2d" "1w" (or a bare number of seconds) → ms; false if it is none or not > 0. */
bool clock_parse_duration(struct str text, int64_t *ms);

#endif
