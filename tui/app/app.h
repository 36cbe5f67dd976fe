/*
 * The workbench: tabs of panes over one engine, on one driver.
 *
 *	app_run()          the whole thing on the real terminal: what main calls
 *
 * or in turns, for tests on the memory driver:
 *
 *	app_new(); while (!app_done(app)) { poll app_fds() until app_deadline(); app_turn(app); } app_free()
 *
 * One turn: what the driver, the engine and the clock brought is taken in, keys are handled, the
 * visible pane takes in what changed, and at most one frame goes out. The first turn draws the frame
 * before any source is looked for (P1); looking for sources happens on the worker.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "command/line.h"
#include "term/driver.h"

struct app;

/* Opens the terminal, runs until the user quits, puts the terminal back. The exit code. */
int app_run(const struct line *line);

/* The driver stays the caller's. The line outlives the app. NULL and err for a bad configuration. */
struct app *app_new(struct driver *driver, const struct line *line, struct err *err);
void app_free(struct app *app);

/* The two descriptors to poll for reading; -1 where there is none. */
void app_fds(const struct app *app, int fds[2]);

/* When the next turn is due without anything to read: monotonic ms, INT64_MAX for never. */
int64_t app_deadline(const struct app *app);

/* One turn of the loop. */
void app_turn(struct app *app);

/* Nothing is being read, worked out or waited for: what the screen shows is final. */
bool app_idle(const struct app *app);

bool app_done(const struct app *app);
int app_code(const struct app *app);

#endif
