/*
 * A driver shows a surface and brings in what the user types.
 *
 * There are two: the real terminal (curses.c) and one that keeps the last frame in memory for tests
 * (memory.h). The main loop holds one descriptor of it and works in turns:
 *
 *	poll driver_fd (and the loop's own descriptors)
 *	events = driver_pump()            signals, hang-up, output that drained
 *	TERM_QUIT     → leave the loop    (a signal asked for it, or the terminal is gone)
 *	TERM_RESIZED  → surface_resize to driver->rows × driver->cols, lay out, paint
 *	TERM_INPUT    → driver_read, decode (input/keys.h)
 *	if driver_ready(): paint what changed, driver_show()
 *	if nothing is pending: driver_idle(), then poll again
 *
 * A frame is one synchronised update and is sent without blocking. Until the last one has drained
 * driver_ready() is false and no new frame is made, so that a terminal nobody reads costs nothing
 * and shows the newest state when it is read again.
 *
 * Suspending (^z and SIGTSTP) happens inside the driver; it returns when the program is continued,
 * and the next frame is painted whole. One driver at a time; main thread only.
 */
#ifndef TERM_DRIVER_H
#define TERM_DRIVER_H

#include "base/err.h"
#include "base/str.h"
#include "term/glyphs.h"
#include "term/keysym.h"
#include "term/surface.h"
#include "term/theme.h"

#include <stdbool.h>
#include <stdint.h>

enum term_event {
	TERM_RESIZED = 1,
	TERM_RESUMED = 2, /* continued after a stop: show a frame */
	TERM_INPUT = 4,
	TERM_DRAINED = 8, /* the frame before is out: driver_ready() is true again */
	TERM_QUIT = 16,
};

/* What a key sends, from the terminal's own description. */
struct term_key {
	char bytes[16];
	uint8_t n;
	uint8_t mods;    /* enum key_mod */
	uint32_t symbol; /* enum keysym */
};

struct term_options {
	int glyphs; /* enum glyphs, or -1 to choose by locale and terminal */
	bool color; /* false: as if the terminal had none (NO_COLOR does the same) */
	struct theme theme;
};

struct driver;

struct driver_ops {
	int (*fd)(const struct driver *driver);
	unsigned (*pump)(struct driver *driver);
	size_t (*read)(struct driver *driver, char *bytes, size_t n);
	bool (*ready)(const struct driver *driver);
	void (*show)(struct driver *driver, struct surface *surface);
	void (*redraw)(struct driver *driver);
	void (*suspend)(struct driver *driver);
	void (*mouse)(struct driver *driver, bool on);
	bool (*copy)(struct driver *driver, struct str text);
	void (*close)(struct driver *driver);
};

struct driver {
	const struct driver_ops *ops;
	int rows, cols;
	int colors;
	enum glyphs glyphs;
	bool utf8;
	char terminal[32]; /* TERM */
	const struct term_key *keys;
	size_t key_count;
	struct theme theme;
	uint64_t bytes_in, bytes_out, frames;
	int idle_fd; /* LEEBOARD_IDLE_FD, or -1 */
};

/* How many colors the kind of terminal of $TERM has; -1: not known. Leaves the terminal alone. */
int driver_colors(void);

/*
 * Takes the controlling terminal. setlocale(LC_CTYPE, "") comes before. Errors: no terminal, an
 * unknown terminal type, one that cannot place its cursor. After this and until driver_close the
 * terminal's modes are changed; a fatal signal puts them back.
 */
struct driver *driver_open(const struct term_options *options, struct err *err);

/* Puts the terminal back, waiting at most one second for one that is not read, and frees. */
void driver_close(struct driver *driver);

/* For mem_on_exhausted and the like: puts the terminal back at once, as a fatal signal does. */
void driver_emergency(void);

/* To be polled for reading; -1 when the driver has none (memory). */
int driver_fd(const struct driver *driver);

/* Takes in what happened since: a set of enum term_event. */
unsigned driver_pump(struct driver *driver);

/* Bytes that were typed, at most n; 0 when there are no more. */
size_t driver_read(struct driver *driver, char *bytes, size_t n);

/* May a frame be shown now? */
bool driver_ready(const struct driver *driver);

/* Shows what changed on the surface and marks its rows clean. Only when driver_ready(). */
void driver_show(struct driver *driver, struct surface *surface);

/* The next frame clears the screen and paints everything. */
void driver_redraw(struct driver *driver);

void driver_suspend(struct driver *driver);
void driver_mouse(struct driver *driver, bool on);

/*
 * Puts clean text on the user's clipboard (OSC 52, written only, at most 64 KB). False when the
 * terminal is of a kind that does not take it, the text is too long, or the last one has not left.
 */
bool driver_copy(struct driver *driver, struct str clean);

/* Changes the colors from the next frame on. */
void driver_theme(struct driver *driver, const struct theme *theme);

/*
 * A testing aid: tells the descriptor of LEEBOARD_IDLE_FD, if there is one, that everything that
 * came was dealt with and the frame is out: one line ".BYTES ROWS COLS" with the bytes typed so
 * far and the size that was painted. A test waits for the line with its own count and size, never
 * for time.
 */
void driver_idle(struct driver *driver);

/* For the drivers themselves: what they share. */
void driver_setup(struct driver *driver, const struct driver_ops *ops,
	const struct term_options *options);

#endif
