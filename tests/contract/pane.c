/*
 * What every pane promises, held for each one that is registered: whatever there is to show and
 * however little room, it paints within its area and nowhere else, takes any key, and comes to rest.
 *
 * States: empty, loading, failed, ill, vast, huge; in each every part, small and zoomed, at all sizes from
 * 1×1 to 20×20 and some large ones; then keys at random (the seed is fixed) with changes of size
 * between them. Meant for a build with sanitizers.
 */
#include "../tools/stage.h"
#include "../tools/world.h"

#include "app/app_parts.h"
#include "command/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SMALL = 20, MARGIN = 3, MONKEY_KEYS = 1500, PARTS = 5 };

struct state_of_things {
	const char *name;
	const char *world[8];
	const char *words[8]; /* $ at the end is the server's port */
	bool settles;
	int step; /* between two sizes, and so many times fewer keys: what is vast takes its time */
};

static const struct state_of_things states[] = {
	{"empty", {"empty", "void"}, {"empty.db", "events:void.csv", "vacant=endpoint:http://127.0.0.1:$"},
	 true, 1},
	{"loading", {"mute", "held"},
	 {"mlflow:http://127.0.0.1:$", "scorer=endpoint:http://127.0.0.1:$", "events:held.db"}, false, 1},
	{"failed", {"text", "lost"},
	 {"mlflow:text.db", "events:text.db", "scorer=endpoint:http://127.0.0.1:$"}, true, 1},
	{"ill", {"odd", "ill", "few"},
	 {"odd.db", "events:few.csv", "scorer=endpoint:http://127.0.0.1:$"}, true, 1},
	{"vast", {"vast", "vain"},
	 {"vast.db", "events:vain.csv", "scorer=endpoint:http://127.0.0.1:$"}, true, 19},
	{"huge", {"huge", "events", "server"},
	 {"huge.db", "events:events.csv", "scorer=endpoint:http://127.0.0.1:$"}, true, 1},
};

static void fail(const char *pane, const char *state, const char *what)
{
	fprintf(stderr, "%s, %s: %s\n", pane, state, what);
	exit(1);
}

static bool blank(const struct cell *cell)
{
	return (cell->n == 0 || (cell->n == 1 && cell->bytes[0] == ' ')) &&
	       cell->back == ROLE_NORMAL;
}

/* Paints the pane h×w large in the middle of a surface; nothing may be drawn around it. */
static bool paints_within(struct pane *pane, int h, int w, enum glyphs glyphs)
{
	struct area area = {MARGIN, MARGIN, h, w};
	struct surface surface;
	bool within = true;

	surface_init(&surface, glyphs, glyphs != GLYPHS_ASCII);
	surface_resize(&surface, h + 2 * MARGIN, w + 2 * MARGIN);
	pane_paint(pane, &surface, area);
	for (int y = 0; y < surface.rows && within; y++)
		for (int x = 0; x < surface.cols && within; x++)
			within = (y >= MARGIN && y < MARGIN + h && x >= MARGIN &&
				  x < MARGIN + w) ||
				 blank(surface_cell(&surface, y, x));
	surface_release(&surface);
	return within;
}

static void paint_all_sizes(struct stage *stage, const struct state_of_things *state)
{
	static const int large[][2] = {{9, 200}, {200, 9}, {58, 200}, {120, 300}, {10, 40}};
	struct pane *pane = active_pane(stage->app);
	char what[64];

	for (int h = 1; h <= SMALL; h += state->step) {
		for (int w = 1; w <= SMALL; w += state->step) {
			snprintf(what, sizeof what, "paints outside of %d×%d", w, h);
			if (!paints_within(pane, h, w, GLYPHS_BRAILLE))
				fail(pane->class->name, state->name, what);
		}
	}
	for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
		snprintf(what, sizeof what, "paints outside of %d×%d", large[i][1], large[i][0]);
		if (!paints_within(pane, large[i][0], large[i][1], GLYPHS_ASCII))
			fail(pane->class->name, state->name, what);
	}
}

/* Every part, as it is and zoomed. */
static void paint_all_parts(struct stage *stage, const struct state_of_things *state)
{
	for (int part = 0; part < PARTS; part++) {
		paint_all_sizes(stage, state);
		stage_type(stage, "z");
		stage_turn(stage, 0);
		paint_all_sizes(stage, state);
		stage_type(stage, "z\t");
		stage_turn(stage, 0);
	}
}

static unsigned throw(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* Everything but quitting and stopping: those end the test. */
static void monkey(struct stage *stage, unsigned seed, int n)
{
	static const char *const keys[] = {
		"j",      "k",      "h",	"l",	"G",	  "gg",     "\t",     "\033[Z",
		"\r",     "\033",   " ",	"v",	"U",	  "c",	    "x",      "p",
		"s",      "S",	    "m",	"C",	"/",	  "n",	    "N",      "w",
		"]",      "[",	    "e",	"E",	"z",	  "1",	    "2",      "3",
		"4",      "`",	    "+",	"-",	"{",	  "}",	    "0",      "f",
		"X",      "o",	    "O",	"H",	"L",	  "r",	    "Z",      "y",
		"Y",      ":",	    "?",	"M",	"\014",   "\004",   "\025",   "loss",
		"\033[A", "\033[B", "\033[5~", "\033[6~", "\177", "columns name\r", "sort x\r"};

	for (int i = 0; i < n && !app_done(stage->app); i++) {
		stage_type(stage, keys[throw(&seed) % (sizeof keys / sizeof *keys)]);
		if (throw(&seed) % 20 == 0)
			memory_resize(stage->driver, 1 + (int)(throw(&seed) % 70),
				      1 + (int)(throw(&seed) % 220));
		if (throw(&seed) % 3)
			stage_turn(stage, throw(&seed) % 8 == 0 ? 30 : 0);
	}
}

static void add_things(struct world *world, const struct state_of_things *state)
{
	for (size_t i = 0; i < 8 && state->world[i]; i++)
		if (!world_add(world, state->world[i]))
			fail("-", state->name, state->world[i]);
}

static void open_stage(struct stage *stage, const struct world *world,
		       const struct state_of_things *state)
{
	static char room[9][256];
	static char *argv[9];
	int argc = 1;

	snprintf(room[0], sizeof room[0], "leeboard");
	argv[0] = room[0];
	for (size_t i = 0; i < 8 && state->words[i]; i++, argc++) {
		int n = (int)strcspn(state->words[i], "$");

		if (state->words[i][n])
			snprintf(room[argc], sizeof room[argc], "%.*s%d", n, state->words[i],
				 world->port);
		else
			snprintf(room[argc], sizeof room[argc], "%s", state->words[i]);
		argv[argc] = room[argc];
	}
	if (!stage_open(stage, argc, argv, 36, 120, GLYPHS_BRAILLE, true))
		fail("-", state->name, "did not open");
}

/* The tab of that pane in front; false where no source lights it. */
static bool go_to(struct stage *stage, const char *pane)
{
	char typed[64];

	snprintf(typed, sizeof typed, ":tab %s\r", pane);
	stage_type(stage, typed);
	for (int i = 0; i < 3; i++)
		stage_turn(stage, 100);
	return active_pane(stage->app) && !strcmp(active_pane(stage->app)->class->name, pane);
}

static void hold(const struct pane_entry *entry, const struct state_of_things *state, unsigned seed)
{
	const char *name = entry->class->name;
	struct world world;
	struct stage stage;

	world_open(&world);
	add_things(&world, state);
	open_stage(&stage, &world, state);
	if (state->settles && !stage_settle(&stage))
		fail(name, state->name, "never came to rest");
	while (!state->settles && !active_pane(stage.app))
		stage_turn(&stage, 100);
	if (!go_to(&stage, name))
		fail(name, state->name, "nothing lights it");
	if (!state->settles && !active_pane(stage.app)->class->busy(active_pane(stage.app)))
		fail(name, state->name, "waits for nothing");
	paint_all_parts(&stage, state);
	monkey(&stage, seed, MONKEY_KEYS / state->step);
	memory_resize(stage.driver, 36, 120);
	if (state->settles && (!stage_settle(&stage) || app_done(stage.app)))
		fail(name, state->name, "never came to rest after all those keys");
	printf("ok %s, %s\n", name, state->name);
	stage_close(&stage);
	world_close(&world);
}

/* All panes in one state at a time, each in a process of its own. */
static int hold_all(size_t s, size_t *passed)
{
	int status, failed = 0;

	for (size_t p = 0; p < pane_entry_count; p++) {
		fflush(NULL);
		if (fork())
			continue;
		hold(&pane_entries[p], &states[s], 1 + (unsigned)(p * 31 + s));
		exit(0);
	}
	while (wait(&status) > 0) {
		if (status)
			printf("not ok: a pane that is %s\n", states[s].name);
		failed += status != 0;
		*passed += !status;
	}
	return failed;
}

/* The headless half knows the same panes, in the same order, lit by the same. */
static void hold_twins(void)
{
	static const struct {
		const char *name;
		unsigned can;
	} twins[] = {
#define PANE(name, can, needs) {name, can},
#include "command/panes.def"
#undef PANE
	};
	size_t n = sizeof twins / sizeof *twins;

	for (size_t i = 0; i < pane_entry_count; i++) {
		const struct pane_class *class = pane_entries[i].class;

		if (i >= n || strcmp(twins[i].name, class->twin) || twins[i].can != class->needs)
			fail(class->name, "headless", "not the line at its place in command/panes.def");
		if (!headless_find(class->twin))
			fail(class->name, "headless", "its twin is no command");
	}
	if (n != pane_entry_count)
		fail(twins[n - 1].name, "headless", "more lines in command/panes.def than tabs");
}

int main(void)
{
	size_t n = sizeof states / sizeof *states, passed = 0;
	int failed = 0;

	hold_twins();
	for (size_t s = 0; s < n; s++)
		failed += hold_all(s, &passed);
	printf("panes: %zu passed, %d failed\n", passed, failed);
	return failed != 0;
}
