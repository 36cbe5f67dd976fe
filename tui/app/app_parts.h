/* What the files of the workbench share; nobody else includes this. */
#ifndef APP_APP_PARTS_H
#define APP_APP_PARTS_H

#include "app/app.h"
#include "app/chain.h"
#include "config/sources.h"
#include "input/keys.h"
#include "monitor/list.h"
#include "pane/pane.h"
#include "sheet/facts.h"
#include "source/io.h"
#include "widget/detail.h"
#include "widget/menu.h"
#include "widget/prompt.h"

#include <stdatomic.h>

enum { APP_TABS = 9, APP_DEPTH = 8, APP_TRAIL = 64, APP_MESSAGE = 512, APP_MONITORS = 64 };

struct tab {
	const struct pane_entry *entry;
	struct pane *stack[APP_DEPTH]; /* [0] is the tab's own pane, opened when first shown */
	size_t depth;
	bool heard; /* its pane had what it first asked for, or a reason why not */
};

/* Where a jump came from: what BACK returns to. */
struct step {
	size_t tab;
	struct subject subject;
};

enum modal { MODAL_NONE, MODAL_PROMPT, MODAL_MENU, MODAL_HELP };

/* Sources are looked for on the worker, which owns this until it is done. */
struct search {
	struct app *app; /* NULL: the app went away first */
	struct sources sources;
	const struct config *config;
	const char **words;
	size_t nwords;
	const char *metrics;
	struct err err;
	bool failed;
	atomic_bool stop;
	struct io io; /* for servers that are asked what they are */
	struct io_world world;
};

struct app {
	struct host host;
	const struct line *line;
	struct driver *driver;
	struct surface surface;
	struct keys keys;
	struct keymap keymap;
	struct key_prefix prefix;
	struct config config;
	struct search *search; /* while it runs, and after: the specs live in it */
	bool searching;
	struct engine *engine;
	struct monitor_list monitor_list;
	struct host_monitor monitors[APP_MONITORS];

	struct tab tabs[APP_TABS];
	size_t ntabs, active, last;
	struct step trail[APP_TRAIL];
	size_t ntrail;
	struct chain chain;

	enum modal modal;
	struct pane *asker;    /* whose prompt or menu it is; NULL: the app's own */
	struct question question;
	struct prompt prompt;
	struct menu menu;
	void (*chosen)(struct pane *pane, struct menu *menu, long chosen);
	struct prompt_history commands;
	struct facts help;
	struct detail_view help_view;

	char message[APP_MESSAGE];
	enum sheet_tone message_tone;
	bool paint, quit, paused, mouse;
	int code;
	int64_t wake;
};

static inline struct tab *active_tab(struct app *app)
{
	return app->ntabs ? &app->tabs[app->active] : NULL;
}

/* The view on top; NULL before there is one. */
struct pane *active_pane(struct app *app);

/* ---- tabs.c ---- */

/* Tabs for what the engine's sources can give. */
void tabs_make(struct app *app);
void tabs_free(struct app *app);
void tabs_go(struct app *app, size_t tab);
/* The tab that shows subjects of that kind, by asking each open or openable pane. */
bool tabs_show(struct app *app, const struct subject *subject);
void tabs_push(struct app *app, struct pane *view);
/* Closes the view on top; false when it is the tab's own pane. */
bool tabs_pop(struct app *app);
/* The faults of all tabs that were opened. */
size_t tabs_faults(struct app *app);
/* Opens, one after the other, the tabs that know of faults, so that the header tells of faults that
 * nobody has looked at yet; each once the one before was heard. */
void tabs_hear(struct app *app);
bool tabs_heard(const struct app *app);
/* To the first tab with faults, unless the one shown has some. */
void tabs_to_fault(struct app *app);
/* One step back along the trail of jumps; false when it is empty. */
bool tabs_retrace(struct app *app);

/* ---- dispatch.c ---- */

void dispatch_event(struct app *app, const struct key_event *event);
void dispatch_command(struct app *app, enum command command, int nth, struct str argument);
unsigned dispatch_contexts(struct app *app);

/* ---- modal.c ---- */

void modal_close(struct app *app);
void modal_command_line(struct app *app);
void modal_help(struct app *app);
/* A key while a prompt, menu or the help has the keyboard. True: it was taken. */
bool modal_key(struct app *app, struct key key, enum command command);
void modal_host(struct app *app); /* the host's ask and choose */

/* ---- frame.c ---- */

void frame_paint(struct app *app);

/* ---- output.c ---- */

void output_copy(struct app *app, struct str text);
void output_copy_menu(struct app *app);
/* "" asks for the name. */
void output_write(struct app *app, struct str name);

/* ---- app.c ---- */

void app_say(struct host *host, enum sheet_tone tone, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
