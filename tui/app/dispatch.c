/* From a key to what it does: modal things first, then the pane, then the program. */
#include "app/app_parts.h"

#include <string.h>

unsigned dispatch_contexts(struct app *app)
{
	struct pane *pane = active_pane(app);

	switch (app->modal) {
	case MODAL_PROMPT:
		return IN_FIELD;
	case MODAL_MENU:
		return IN_FIELD | IN_LIST;
	case MODAL_HELP:
		return IN_GLOBAL | IN_TEXT;
	default:
		return IN_GLOBAL | (pane ? pane->class->contexts(pane) : 0);
	}
}

static size_t tab_of(const struct app *app, int nth, struct str name)
{
	if (!name.n)
		return (size_t)nth;
	for (size_t t = 0; t < app->ntabs; t++)
		if (str_equal(str_of(app->tabs[t].entry->class->name), name))
			return t;
	return APP_TABS;
}

static void chain_go(struct app *app, bool effect)
{
	struct pane *pane = active_pane(app);
	struct subject subject = {0};

	if (!pane || !pane->class->subject || !pane->class->subject(pane, &subject)) {
		app_say(&app->host, TONE_DIM, "nothing here to start from");
		return;
	}
	chain_start(&app->chain, app->engine, &subject, effect);
	subject_release(&subject);
	if (app->chain.state == CHAIN_WAITING)
		app_say(&app->host, TONE_DIM, "looking … (esc stops)");
}

/* esc: stops a wait, closes a view, goes back along the trail. */
static void go_back(struct app *app)
{
	if (app->chain.state == CHAIN_WAITING) {
		chain_stop(&app->chain);
		app_say(&app->host, TONE_DIM, "stopped");
		return;
	}
	if (!tabs_pop(app) && !tabs_retrace(app))
		app_say(&app->host, TONE_DIM, "q quits");
}

static void close_view(struct app *app)
{
	if (!tabs_pop(app))
		app->quit = true;
}

static void set_theme(struct app *app, struct str name)
{
	struct theme theme;
	struct err err;

	if (theme_builtin(&theme, name, &err)) {
		app_say(&app->host, TONE_BAD, "%s", err.message);
		return;
	}
	driver_theme(app->driver, &theme);
	app->paint = true;
}

static void set_paused(struct app *app)
{
	app->paused = !app->paused;
	engine_pause(app->engine, app->paused);
	app_say(&app->host, TONE_DIM, app->paused ? "paused: Z follows again" : "following");
}

static void set_mouse(struct app *app)
{
	app->mouse = !app->mouse;
	app->keys.mouse = app->mouse;
	driver_mouse(app->driver, app->mouse);
	app_say(&app->host, TONE_DIM, app->mouse ? "mouse on" : "mouse off");
}

static void program_command(struct app *app, enum command command, int nth, struct str argument)
{
	switch (command) {
	case CMD_TAB:
		if (tab_of(app, nth, argument) >= app->ntabs)
			app_say(&app->host, TONE_DIM, "no such tab");
		tabs_go(app, tab_of(app, nth, argument));
		break;
	case CMD_LAST:
		tabs_go(app, app->last);
		break;
	case CMD_BACK:
		go_back(app);
		break;
	case CMD_CAUSE:
	case CMD_EFFECT:
		chain_go(app, command == CMD_EFFECT);
		break;
	case CMD_COPY_MENU:
		output_copy_menu(app);
		break;
	case CMD_WRITE:
		output_write(app, argument);
		break;
	case CMD_COMMAND_LINE:
		modal_command_line(app);
		break;
	case CMD_HELP:
		modal_help(app);
		break;
	case CMD_THEME:
		set_theme(app, argument);
		break;
	case CMD_PAUSE:
		set_paused(app);
		break;
	case CMD_MOUSE:
		set_mouse(app);
		break;
	case CMD_REDRAW:
		driver_redraw(app->driver);
		app->paint = true;
		break;
	case CMD_SUSPEND:
		driver_suspend(app->driver);
		break;
	case CMD_CLOSE:
		close_view(app);
		break;
	case CMD_QUIT:
		app->quit = true;
		break;
	default:
		app_say(&app->host, TONE_DIM, "%s does nothing here", command_info(command)->name);
	}
}

void dispatch_command(struct app *app, enum command command, int nth, struct str argument)
{
	struct pane *pane = active_pane(app);

	if (command == CMD_NEXT_FAULT || command == CMD_PREVIOUS_FAULT) {
		tabs_to_fault(app);
		pane = active_pane(app);
	}
	/* going back stops a wait of the program before a pane hears of it */
	if (command == CMD_BACK && app->chain.state == CHAIN_WAITING)
		go_back(app);
	else if (!pane || !pane->class->command(pane, command, argument))
		program_command(app, command, nth, argument);
	app->paint = true;
}

static void press(struct app *app, struct key key)
{
	enum command command;
	int nth = 0;

	app->host.rested = app->host.tick;
	app->message[0] = '\0';
	app->paint = true;
	command = keymap_find(&app->keymap, dispatch_contexts(app), &app->prefix, key, &nth);
	if (app->modal != MODAL_NONE && modal_key(app, key, command))
		return;
	if (command != CMD_NONE)
		dispatch_command(app, command, nth, STR(""));
}

void dispatch_event(struct app *app, const struct key_event *event)
{
	switch (event->kind) {
	case KEY_PRESS:
		press(app, event->key);
		break;
	case KEY_PASTE:
		if (app->modal == MODAL_PROMPT) {
			prompt_insert(&app->prompt, event->paste);
			if (app->question.changed)
				app->question.changed(app->asker, &app->prompt);
			app->paint = true;
		}
		break;
	case KEY_MOUSE:
		if (event->mouse.button == MOUSE_WHEEL_UP)
			dispatch_command(app, CMD_UP, 0, STR(""));
		else if (event->mouse.button == MOUSE_WHEEL_DOWN)
			dispatch_command(app, CMD_DOWN, 0, STR(""));
		break;
	}
}
