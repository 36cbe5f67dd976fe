/*
 * Panes: the views that a user moves between.
 *
 * A class in panes.def with a `needs` is a tab, shown when a source can give what it needs; other
 * views (compare, a detail) are pushed over a tab's pane by the pane itself, through the host. Each
 * pane has a folder; a pane never includes another one. What they share stands in this folder.
 *
 * A turn of the loop: the engine is collected, update() of the visible pane takes in what changed,
 * and if it (or a key) says so the pane is painted. A pane reads through watches of the engine and
 * never blocks; it paints from its sheets with widgets, and holds nothing that the next update could
 * not make again.
 *
 * Thread rule: main thread.
 */
#ifndef PANE_PANE_H
#define PANE_PANE_H

#include "base/buf.h"
#include "config/config.h"
#include "engine/engine.h"
#include "input/keymap.h"
#include "pane/subject.h"
#include "sheet/sheet.h"
#include "term/surface.h"
#include "widget/menu.h"
#include "widget/prompt.h"

struct host;
struct pane;
struct table_view;

struct pane_class {
	const char *name;  /* the tab's name, and what `:NAME` goes to */
	unsigned needs;    /* of enum source_can: any of them lights the tab of a class in panes.def */
	const char *twin;  /* the headless command that prints the same, "" for none */
	/* Its words beyond the sources, " --sort 'name'", so that it prints what is shown. May be NULL. */
	void (*twin_words)(const struct pane *pane, struct buf *out);
	void (*close)(struct pane *pane);
	/* Time passed or the engine changed something. True: paint again. */
	bool (*update)(struct pane *pane);
	void (*paint)(struct pane *pane, struct surface *surface, struct area area);
	/* What is active, of enum context, without IN_GLOBAL. */
	unsigned (*contexts)(const struct pane *pane);
	/* Would that command of an active context do something, and would ZOOM, REFRESH and BACK in this
	 * pane? NULL: all of them would, but BACK. The footer shows only what works. */
	bool (*works)(const struct pane *pane, enum command command);
	/* A command of the keymap. False: not for this pane now. argument: what was typed after its
	 * name, or "". */
	bool (*command)(struct pane *pane, enum command command, struct str argument);
	/* The record under the cursor, where the chain starts. False: there is none. May be NULL. */
	bool (*subject)(const struct pane *pane, struct subject *subject);
	/* Puts the cursor on that record, now or when it has been read. False: not of this pane. */
	bool (*show)(struct pane *pane, const struct subject *subject);
	/* Where the rows are from and whether they are all there: the line at the bottom. */
	void (*status)(const struct pane *pane, struct buf *out);
	/* Is it waiting for something that was asked for? */
	bool (*busy)(const struct pane *pane);
	/* How many things are ill here, for the header; may be NULL. */
	size_t (*faults)(const struct pane *pane);
	/* The table that has the focus, for W and the copy menu, and its cursor (may be NULL when there
	 * is no row). May be NULL. */
	const struct sheet *(*sheet)(const struct pane *pane);
	const struct table_view *(*table)(const struct pane *pane);
	/* Where what is under the cursor can be opened: an address; STR_NONE for none. May be NULL. */
	struct str (*url)(const struct pane *pane);
	/* The chart that has the focus, for W; NULL when a table has. May be NULL. */
	const struct chart *(*chart)(const struct pane *pane);
};

struct pane {
	const struct pane_class *class;
	struct host *host;
};

/* A text that the user is asked for. The callbacks get the pane; all but done may be NULL. */
struct question {
	const char *label;
	struct str text; /* to start from */
	struct prompt_history *history;
	void (*changed)(struct pane *pane, struct prompt *prompt);
	void (*complete)(struct pane *pane, struct prompt *prompt);
	void (*done)(struct pane *pane, struct str text);
	void (*cancelled)(struct pane *pane);
};

struct monitor_spec; /* monitor/spec.h */

/* A monitor to show, and the engine's source of its events. */
struct host_monitor {
	const struct monitor_spec *spec;
	size_t source;
};

/* What the program does for its panes. */
struct host {
	struct engine *engine;
	const struct config *config;
	const struct host_monitor *monitors;
	size_t nmonitors;
	int64_t now;          /* wall ms, of this turn */
	int64_t tick;         /* monotonic ms, of this turn */
	int64_t rested;       /* monotonic ms of the last key: followers wait until it has rested */
	enum glyphs glyphs;

	/* One line in place of the status, until the next key. */
	void (*say)(struct host *host, enum sheet_tone tone, const char *format, ...)
		__attribute__((format(printf, 3, 4)));
	/* Shows a view over the pane; it is closed with BACK or CLOSE. */
	void (*push)(struct host *host, struct pane *view);
	void (*ask)(struct host *host, const struct question *question);
	/* The menu to fill (menu_open first); then choose() shows it. done: index as added, in order. */
	struct menu *menu;
	void (*choose)(struct host *host,
		       void (*done)(struct pane *pane, struct menu *menu, long chosen));
	/* A turn at that time even if nothing happens (monotonic ms). */
	void (*wake)(struct host *host, int64_t tick);
	/* To a record in whichever tab shows it; BACK returns. False: no tab does. */
	bool (*go)(struct host *host, const struct subject *subject);
	/* To the clipboard, and says so. */
	void (*copy)(struct host *host, struct str text);
};

/* Paints it; what would lie outside of the area is not drawn. */
void pane_paint(struct pane *pane, struct surface *surface, struct area area);

/* Followers of the cursor act once it has rested so long (P5). */
enum { PANE_REST = 150 };

/* Has the cursor rested? If not, asks for a turn when it will have. */
bool pane_rested(struct pane *pane);

/* One word for a shell, quoted: whatever is in it, it stays one word. */
void pane_quote(struct buf *out, struct str text);

/* Every tab's class, in the order of panes.def, and how it is opened. */
struct pane_entry {
	const struct pane_class *class;
	struct pane *(*open)(struct host *host);
};
extern const struct pane_entry pane_entries[];
extern const size_t pane_entry_count;

#endif
