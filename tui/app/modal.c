/* What takes the keyboard for a while: prompts, menus, the help. */
#include "app/app_parts.h"

#include "pane/reader.h"
#include "widget/help.h"

#include <stdlib.h>
#include <string.h>

void modal_close(struct app *app)
{
	app->modal = MODAL_NONE;
	app->paint = true;
}

static void host_ask(struct host *host, const struct question *question)
{
	struct app *app = (struct app *)host;

	app->question = *question;
	app->asker = active_pane(app);
	app->modal = MODAL_PROMPT;
	prompt_open(&app->prompt, str_of(question->label), question->text, question->history);
	if (question->changed)
		question->changed(app->asker, &app->prompt);
	app->paint = true;
}

static void host_choose(struct host *host,
			void (*done)(struct pane *pane, struct menu *menu, long chosen))
{
	struct app *app = (struct app *)host;

	app->chosen = done;
	app->asker = active_pane(app);
	app->modal = MODAL_MENU;
	app->paint = true;
}

void modal_host(struct app *app)
{
	app->host.ask = host_ask;
	app->host.choose = host_choose;
}

/* ---- the command line ---- */

static void run_typed(struct app *app, struct str text)
{
	long blank = str_find(text, ' ');
	struct str name = blank < 0 ? text : str_slice(text, 0, (size_t)blank);
	struct str argument = blank < 0 ? STR("")
					: str_trim(str_slice(text, (size_t)blank + 1, text.n));
	enum command command;
	bool ambiguous = false;

	if (!name.n)
		return;
	for (size_t t = 0; t < app->ntabs; t++) {
		if (str_equal(str_of(app->tabs[t].entry->class->name), name)) {
			tabs_go(app, t);
			return;
		}
	}
	command = command_find(name, &ambiguous);
	if (command == CMD_NONE)
		app_say(&app->host, TONE_BAD,
			ambiguous ? "\"%.*s\" fits several commands: ? lists them"
				  : "no command \"%.*s\": ? lists them",
			STR_ARG(name));
	else
		dispatch_command(app, command, 0, argument);
}

static void command_done(struct pane *pane, struct str text)
{
	struct app *app = (struct app *)pane->host;

	run_typed(app, str_trim(text));
}

static void command_complete(struct pane *pane, struct prompt *prompt)
{
	struct app *app = (struct app *)pane->host;
	struct str typed = str_slice(buf_str(&prompt->text), 0, prompt->at);

	if (str_find(typed, ' ') >= 0)
		return;
	prompt_offer(prompt, 0);
	for (size_t t = 0; t < app->ntabs; t++)
		if (str_starts(str_of(app->tabs[t].entry->class->name), typed))
			prompt_choice(prompt, str_of(app->tabs[t].entry->class->name));
	for (int c = CMD_NONE + 1; c < CMD_COUNT; c++)
		if (command_is_typed((enum command)c) &&
		    str_starts(str_of(command_info((enum command)c)->name), typed))
			prompt_choice(prompt, str_of(command_info((enum command)c)->name));
}

void modal_command_line(struct app *app)
{
	struct question question = {
		.label = ":",
		.text = STR(""),
		.history = &app->commands,
		.complete = command_complete,
		.done = command_done,
	};

	if (active_pane(app))
		host_ask(&app->host, &question);
}

/* ---- help ---- */

void modal_help(struct app *app)
{
	struct buf table;

	buf_init(&table, 1 << 20);
	keymap_table(&app->keymap, &table);
	facts_clear(&app->help);
	help_facts(&app->help, buf_str(&table));
	buf_release(&table);
	detail_reset(&app->help_view);
	app->modal = MODAL_HELP;
	app->paint = true;
}

static void help_searched(struct pane *pane, struct str text)
{
	struct app *app = (struct app *)pane->host;

	app->modal = MODAL_HELP;
	detail_search(&app->help_view, text);
}

static void help_back(struct pane *pane)
{
	((struct app *)pane->host)->modal = MODAL_HELP;
}

static bool help_key(struct app *app, enum command command)
{
	if (reader_move(&app->help_view, command))
		return true;
	if (command == CMD_SEARCH) {
		struct question question = {.label = "/",
					    .text = STR(""),
					    .done = help_searched,
					    .cancelled = help_back};

		host_ask(&app->host, &question);
		return true;
	}
	if (command == CMD_BACK || command == CMD_CLOSE || command == CMD_HELP) {
		modal_close(app);
		return true;
	}
	return command != CMD_QUIT && command != CMD_REDRAW && command != CMD_SUSPEND;
}

/* ---- prompts ---- */

static void changed(struct app *app)
{
	if (app->question.changed)
		app->question.changed(app->asker, &app->prompt);
}

static void complete(struct app *app, int direction)
{
	if (!app->prompt.nchoices && app->question.complete)
		app->question.complete(app->asker, &app->prompt);
	prompt_complete(&app->prompt, direction);
	changed(app);
}

static void accept(struct app *app)
{
	char *text = strdup(buf_cstr(&app->prompt.text));

	prompt_keep(&app->prompt);
	modal_close(app);
	app->question.done(app->asker, str_of(text));
	free(text);
}

static void cancel(struct app *app)
{
	modal_close(app);
	if (app->question.cancelled)
		app->question.cancelled(app->asker);
}

static bool edit(struct prompt *prompt, enum command command)
{
	static const struct {
		enum command command;
		void (*edit)(struct prompt *prompt);
	} edits[] = {
		{CMD_FIELD_LEFT, prompt_left},
		{CMD_FIELD_RIGHT, prompt_right},
		{CMD_FIELD_START, prompt_start},
		{CMD_FIELD_END, prompt_end},
		{CMD_FIELD_ERASE, prompt_erase},
		{CMD_FIELD_DELETE, prompt_delete},
		{CMD_FIELD_ERASE_WORD, prompt_erase_word},
		{CMD_FIELD_ERASE_START, prompt_erase_start},
		{CMD_FIELD_ERASE_END, prompt_erase_end},
		{CMD_FIELD_OLDER, prompt_older},
		{CMD_FIELD_NEWER, prompt_newer},
	};

	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		if (edits[i].command == command) {
			edits[i].edit(prompt);
			return true;
		}
	}
	return false;
}

static bool prompt_key(struct app *app, struct key key, enum command command)
{
	if (command == CMD_FIELD_ACCEPT) {
		accept(app);
	} else if (command == CMD_FIELD_CANCEL) {
		cancel(app);
	} else if (command == CMD_FIELD_COMPLETE || command == CMD_FIELD_COMPLETE_BACK) {
		complete(app, command == CMD_FIELD_COMPLETE ? 1 : -1);
	} else if (edit(&app->prompt, command)) {
		changed(app);
	} else if (key_is_text(key)) {
		prompt_rune(&app->prompt, key.code);
		changed(app);
	} else {
		return command == CMD_NONE;
	}
	return true;
}

/* ---- menus ---- */

static bool menu_key(struct app *app, struct key key, enum command command)
{
	switch (command) {
	case CMD_FIELD_ACCEPT:
		modal_close(app);
		app->chosen(app->asker, &app->menu, menu_chosen(&app->menu));
		return true;
	case CMD_FIELD_CANCEL:
		modal_close(app);
		return true;
	case CMD_FIELD_OLDER:
		menu_move(&app->menu, -1);
		return true;
	case CMD_FIELD_NEWER:
		menu_move(&app->menu, 1);
		return true;
	case CMD_FIELD_ERASE:
		menu_erase(&app->menu);
		return true;
	default:
		break;
	}
	if (app->menu.checks && key.code == ' ' && !key.mods)
		menu_check(&app->menu);
	else if (key_is_text(key))
		menu_rune(&app->menu, key.code);
	else
		return command == CMD_NONE;
	return true;
}

bool modal_key(struct app *app, struct key key, enum command command)
{
	app->paint = true;
	switch (app->modal) {
	case MODAL_PROMPT:
		return prompt_key(app, key, command);
	case MODAL_MENU:
		return menu_key(app, key, command);
	case MODAL_HELP:
		return help_key(app, command);
	default:
		return false;
	}
}
