/*
 * The workbench on the memory driver, turned by a test.
 *
 *	stage_open(&stage, argc, argv, 36, 120, GLYPHS_BRAILLE, true);
 *	stage_type(&stage, "jj");
 *	if (stage_settle(&stage)) … stage_text() …
 *	stage_close(&stage);
 *
 * Nothing sleeps: the loop is turned as the program turns it, until it says itself that all is done
 * (app_idle) or a text is on the screen. What is never done is over after STAGE_PATIENCE and false.
 *
 * The wall clock stands still at stage_clock, so that ages are the same in every run: programs with
 * this file are linked with -Wl,--wrap=clock_wall,--wrap=clock_monotonic. Timers go by the monotonic
 * clock, which runs, and leaps when a test says so.
 */
#ifndef TESTS_TOOLS_STAGE_H
#define TESTS_TOOLS_STAGE_H

#include "app/app.h"
#include "term/memory.h"

/* 2026-11-20 18:40:00 UTC: three quarters of an hour after the shipped store's last point. */
#define STAGE_CLOCK INT64_C(1795200000000)

enum { STAGE_PATIENCE = 60 * 1000 };

struct stage {
	struct driver *driver;
	struct line line;
	struct app *app;
};

extern _Atomic int64_t stage_clock; /* ms since the epoch; starts at STAGE_CLOCK */
extern _Atomic int64_t stage_slept; /* ms that the monotonic clock is ahead */

/* argv as the program gets it, argv[0] first; the strings must live. False: said on stderr. */
bool stage_open(struct stage *stage, int argc, char **argv, int rows, int cols,
		enum glyphs glyphs, bool color);
void stage_close(struct stage *stage);

/*
 * Nothing is read again by itself from now on, only what is asked for: how often a slow machine has
 * polled before a key is typed is no part of what a test sees.
 */
void stage_hold_polls(struct stage *stage);

/* Both clocks leap: the machine has slept so long, or nobody has heard of a source for that time. */
void stage_sleep(int64_t ms);

/* One turn, after waiting for what the loop waits for (at most ms; 0: for nothing). */
void stage_turn(struct stage *stage, int ms);

/* Types bytes; they are taken in by the next turn. */
void stage_type(struct stage *stage, const char *bytes);

/* Turns until the app is idle. False: it never was. */
bool stage_settle(struct stage *stage);

/* Turns until the text is on the screen. False: it never was. */
bool stage_until(struct stage *stage, const char *text);

/* Is it on the screen now? */
bool stage_shows(const struct stage *stage, const char *text);

#endif
