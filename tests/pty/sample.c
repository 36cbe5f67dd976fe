/*
 * The smallest program on the driver: a list with a cursor, a line that says which key came, and
 * ways to die. tests/pty/test_driver.c runs it; it is also the shortest example of the loop that
 * term/driver.h describes.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "input/keymap.h"
#include "input/keys.h"
#include "term/driver.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct sample {
	struct driver *driver;
	struct surface surface;
	struct keys keys;
	struct keymap map;
	struct key_prefix prefix;
	char last[KEY_NAME_SIZE];
	int cursor;
	unsigned pasted, painted;
	bool done, dirty;
};

static void paint(struct sample *sample)
{
	struct surface *surface = &sample->surface;
	struct area all = {0, 0, surface->rows, surface->cols};

	surface_clear(surface);
	surface_box(surface, all, ROLE_BORDER_FOCUS, ROLE_TITLE, STR("sample · é 日本 ✓"));
	for (int y = 1; y < surface->rows - 2; y++) {
		surface_textf(surface, y, 2, surface->cols - 4, y % 3 ? ROLE_NORMAL : ROLE_GOOD,
			"row %d: ✓ naïve 日本 ⣿⡇ ▁▂▃▄▅▆▇█ e\xCC\x81 end", y);
		if (y - 1 == sample->cursor)
			surface_tint(surface, (struct area){y, 1, 1, surface->cols - 2},
				ROLE_SELECTED);
	}
	surface_textf(surface, surface->rows - 2, 2, surface->cols - 4, ROLE_STATUS,
		"size %dx%d key %s cursor %d pasted %u colors %d", surface->rows, surface->cols,
		sample->last, sample->cursor, sample->pasted, sample->driver->colors);
}

/* A real fault, which no sanitizer is to catch before it happens. */
__attribute__((no_sanitize("address", "undefined"))) static void crash(void)
{
	volatile int *nowhere = NULL;

	*nowhere = 1;
}

static void run(struct sample *sample, enum command command)
{
	if (command == CMD_DOWN)
		sample->cursor++;
	if (command == CMD_UP && sample->cursor)
		sample->cursor--;
	if (command == CMD_QUIT || command == CMD_CLOSE)
		sample->done = true;
	if (command == CMD_REDRAW)
		driver_redraw(sample->driver);
	if (command == CMD_SUSPEND)
		driver_suspend(sample->driver);
	if (command == CMD_COPY)
		driver_copy(sample->driver, STR("copied é"));
}

static void press(struct sample *sample, const struct key_event *event)
{
	if (event->kind == KEY_PASTE)
		sample->pasted += (unsigned)event->paste.n;
	if (event->kind != KEY_PRESS)
		return;
	if (event->key.code == '!')
		abort();
	if (event->key.code == '#')
		crash();
	key_name(sample->last, event->key);
	run(sample, keymap_find(&sample->map, IN_LIST, &sample->prefix, event->key, NULL));
}

static void take_keys(struct sample *sample)
{
	struct key_event event;

	while (keys_next(&sample->keys, clock_monotonic(), &event)) {
		press(sample, &event);
		sample->dirty = true;
	}
}

static void read_input(struct sample *sample)
{
	char bytes[512];
	size_t n, at;

	while ((n = driver_read(sample->driver, bytes, sizeof bytes))) {
		for (at = 0; at < n;) {
			at += keys_feed(&sample->keys, bytes + at, n - at, clock_monotonic());
			take_keys(sample);
		}
	}
}

static void turn(struct sample *sample)
{
	unsigned events = driver_pump(sample->driver);

	if (events & TERM_RESIZED)
		surface_resize(&sample->surface, sample->driver->rows, sample->driver->cols);
	if (events & (TERM_RESIZED | TERM_RESUMED))
		sample->dirty = true;
	if (events & TERM_INPUT)
		read_input(sample);
	take_keys(sample);
	if (events & TERM_QUIT)
		sample->done = true;
	if (sample->dirty && !sample->done && driver_ready(sample->driver)) {
		paint(sample);
		driver_show(sample->driver, &sample->surface);
		sample->dirty = false;
	}
}

static void rest(struct sample *sample)
{
	struct pollfd wait = {.fd = driver_fd(sample->driver), .events = POLLIN};
	int64_t deadline = keys_deadline(&sample->keys);
	int64_t left = deadline - clock_monotonic();

	if (deadline == INT64_MAX && !sample->dirty && driver_ready(sample->driver))
		driver_idle(sample->driver);
	poll(&wait, 1, deadline == INT64_MAX ? -1 : left < 0 ? 0 : (int)left);
}

int main(void)
{
	struct term_options options = {.glyphs = -1, .color = true};
	struct sample sample = {.dirty = true};
	struct err err;

	setlocale(LC_CTYPE, "");
	mem_on_exhausted(driver_emergency);
	if (theme_builtin(&options.theme, STR("dark"), &err) < 0)
		return 1;
	sample.driver = driver_open(&options, &err);
	if (!sample.driver) {
		fprintf(stderr, "sample: %s\n%s\n", err.message, err.hint);
		return 3;
	}
	keys_init(&sample.keys, sample.driver);
	keymap_init(&sample.map);
	surface_init(&sample.surface, sample.driver->glyphs, sample.driver->utf8);
	surface_resize(&sample.surface, sample.driver->rows, sample.driver->cols);
	for (turn(&sample); !sample.done; turn(&sample))
		rest(&sample);
	surface_release(&sample.surface);
	keymap_release(&sample.map);
	keys_release(&sample.keys);
	driver_close(sample.driver);
	return 0;
}
