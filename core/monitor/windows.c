/* Windows in the order of time; see windows.h. */
#include "monitor/windows.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Of all windows' counts together. */
#define BLOCKS_MAX ((size_t)128 << 20)

enum { WINDOWS_MAX = 100000, WINDOWS_LEAST = 32 };

void windows_init(struct windows *windows, int64_t span)
{
	*windows = (struct windows){.span = span, .most = WINDOWS_MAX};
}

static void window_free(struct window *window)
{
	free(window->version);
	free(window->judged);
	free(window->block);
	free(window);
}

void windows_clear(struct windows *windows)
{
	for (size_t i = 0; i < windows->n; i++)
		window_free(windows->list[i]);
	free(windows->list);
	windows->list = NULL;
	windows->n = windows->cap = 0;
	windows->too_old = 0;
	windows->dropped = false;
}

void windows_layout(struct windows *windows, size_t block)
{
	size_t most = block ? BLOCKS_MAX / block : WINDOWS_MAX;

	windows_clear(windows);
	windows->block = block;
	windows->most = most > WINDOWS_MAX ? WINDOWS_MAX : most;
	if (windows->most < WINDOWS_LEAST)
		windows->most = WINDOWS_LEAST;
}

int64_t windows_start(const struct windows *windows, int64_t time)
{
	int64_t rest = time % windows->span;

	return time - (rest < 0 ? rest + windows->span : rest);
}

/* The index of the first window that does not start before. */
static size_t place_of(const struct windows *windows, int64_t start)
{
	size_t low = 0, high = windows->n;

	/* mostly the newest is asked for */
	if (high && windows->list[high - 1]->start < start)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (windows->list[middle]->start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct window *windows_find(const struct windows *windows, int64_t start)
{
	size_t at = place_of(windows, start);

	if (at == windows->n || windows->list[at]->start != start)
		return NULL;
	return windows->list[at];
}

static struct window *window_new(const struct windows *windows, int64_t start)
{
	struct window *window = mem_zero(1, sizeof *window);

	window->start = start;
	window->newest = INT64_MIN;
	window->block = mem_alloc(windows->block);
	return window;
}

struct window *windows_at(struct windows *windows, int64_t start, bool *made)
{
	size_t at = place_of(windows, start);

	*made = false;
	if (at < windows->n && windows->list[at]->start == start)
		return windows->list[at];
	if (windows->n == windows->most) {
		if (!at)
			return NULL;
		window_free(windows->list[0]);
		memmove(windows->list, windows->list + 1, --windows->n * sizeof *windows->list);
		windows->dropped = true;
		at--;
	} else if (windows->dropped && !at) {
		return NULL; /* it may have been let go before */
	}
	MEM_GROW(windows->list, windows->n, windows->cap);
	memmove(windows->list + at + 1, windows->list + at,
		(windows->n++ - at) * sizeof *windows->list);
	*made = true;
	return windows->list[at] = window_new(windows, start);
}
