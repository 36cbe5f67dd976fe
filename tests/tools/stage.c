/* See stage.h. */
#include "stage.h"

#include "app/app_parts.h"
#include "base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

_Atomic int64_t stage_clock = STAGE_CLOCK, stage_slept;

int64_t __wrap_clock_wall(void);
int64_t __wrap_clock_monotonic(void);
int64_t __real_clock_monotonic(void);

int64_t __wrap_clock_wall(void)
{
	return stage_clock;
}

int64_t __wrap_clock_monotonic(void)
{
	return __real_clock_monotonic() + stage_slept;
}

bool stage_open(struct stage *stage, int argc, char **argv, int rows, int cols,
		enum glyphs glyphs, bool color)
{
	struct term_options options = {.glyphs = glyphs, .color = color};
	struct err err;

	*stage = (struct stage){0};
	if (line_parse(&stage->line, argc, argv, &err) ||
	    theme_builtin(&options.theme, STR("dark"), &err)) {
		fprintf(stderr, "%s\n", err.message);
		return false;
	}
	stage->driver = memory_open(rows, cols, &options);
	stage->app = app_new(stage->driver, &stage->line, &err);
	if (!stage->app)
		fprintf(stderr, "%s\n", err.message);
	return stage->app != NULL;
}

void stage_close(struct stage *stage)
{
	app_free(stage->app);
	if (stage->driver)
		driver_close(stage->driver);
	line_release(&stage->line);
}

void stage_turn(struct stage *stage, int ms)
{
	int64_t due = app_deadline(stage->app), now = clock_monotonic();
	struct pollfd polled[2] = {{.events = POLLIN}, {.events = POLLIN}};
	int fds[2];

	app_fds(stage->app, fds);
	polled[0].fd = fds[0];
	polled[1].fd = fds[1];
	if (due - now < ms)
		ms = due > now ? (int)(due - now) : 0;
	if (ms)
		poll(polled, 2, ms);
	app_turn(stage->app);
}

void stage_hold_polls(struct stage *stage)
{
	engine_pause(stage->app->engine, true);
}

void stage_sleep(int64_t ms)
{
	stage_clock += ms;
	stage_slept += ms;
}

void stage_type(struct stage *stage, const char *bytes)
{
	memory_type(stage->driver, str_of(bytes));
}

bool stage_settle(struct stage *stage)
{
	int64_t until = clock_monotonic() + STAGE_PATIENCE;

	stage_turn(stage, 0);
	while (!app_idle(stage->app) && !app_done(stage->app)) {
		if (clock_monotonic() > until)
			return false;
		stage_turn(stage, 1000);
	}
	return true;
}

bool stage_shows(const struct stage *stage, const char *text)
{
	struct buf screen;
	bool there;

	buf_init(&screen, 1 << 20);
	memory_text(stage->driver, &screen);
	there = strstr(buf_cstr(&screen), text) != NULL;
	buf_release(&screen);
	return there;
}

bool stage_until(struct stage *stage, const char *text)
{
	int64_t until = clock_monotonic() + STAGE_PATIENCE;

	stage_turn(stage, 0);
	while (!stage_shows(stage, text)) {
		if (clock_monotonic() > until || app_done(stage->app))
			return false;
		stage_turn(stage, 1000);
	}
	return true;
}
