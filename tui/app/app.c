/* The workbench's life and its turns; see app.h. */
#include "app/app_parts.h"

#include "base/mem.h"
#include "base/text.h"
#include "engine/find.h"
#include "source/git/commits.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KINDS = 32 };

static const char *const *source_kinds(void)
{
	static const char *kinds[MAX_KINDS + 1];

	for (size_t i = 0; source_classes[i] && i < MAX_KINDS; i++)
		kinds[i] = source_classes[i]->kind;
	return kinds;
}

void app_say(struct host *host, enum sheet_tone tone, const char *format, ...)
{
	struct app *app = (struct app *)host;
	char raw[APP_MESSAGE];
	struct buf clean;
	struct str cut;
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof raw, format, args);
	va_end(args);
	buf_init(&clean, 4 * sizeof raw);
	text_clean(&clean, str_of(raw));
	cut = text_cut(buf_str(&clean), sizeof app->message - 1);
	memcpy(app->message, cut.s, cut.n);
	app->message[cut.n] = '\0';
	app->message_tone = tone;
	app->paint = true;
	buf_release(&clean);
}

static void host_push(struct host *host, struct pane *view)
{
	tabs_push((struct app *)host, view);
}

static void host_wake(struct host *host, int64_t tick)
{
	struct app *app = (struct app *)host;

	if (tick < app->wake)
		app->wake = tick;
}

static bool host_go(struct host *host, const struct subject *subject)
{
	return tabs_show((struct app *)host, subject);
}

static void host_copy(struct host *host, struct str text)
{
	output_copy((struct app *)host, text);
}

/* ---- looking for sources, on the worker ---- */

static void search_free(struct search *search)
{
	if (!search)
		return;
	sources_release(&search->sources);
	io_world_release(&search->world);
	free(search->words);
	free(search);
}

static void search_work(void *ctx)
{
	struct search *search = ctx;
	struct find find;

	find_init(&find, &search->stop);
	find.io = &search->io;
	for (size_t i = 0; i < search->nwords && !search->failed; i++)
		search->failed = sources_add_word(&search->sources, search->words[i],
						  &search->err);
	if (search->metrics)
		sources_set_metrics(&search->sources, search->metrics);
	if (!search->failed)
		search->failed = find_sources(&find, &search->sources, ".", &search->err);
	if (!search->failed)
		search->failed = sources_finish(&search->sources, &search->err);
	find_release(&find);
}

/* One more monitor to show, when there is a place for it. */
static void add_monitor(struct app *app, const struct monitor_item *item, int source)
{
	if (source < 0 || app->host.nmonitors == APP_MONITORS)
		return;
	app->monitors[app->host.nmonitors++] =
		(struct host_monitor){&item->spec, (size_t)source};
}

/* The default monitor of each source of events, and, where no source was named, the config's. */
static void add_monitors(struct app *app)
{
	struct monitor_list *list = &app->monitor_list;
	struct err err;
	size_t from;

	for (size_t i = 0; i < engine_sources(app->engine); i++)
		if (engine_can(app->engine, i, CAN_EVENTS))
			add_monitor(app,
				    monitor_list_source(list,
							engine_source(app->engine, i)->spec),
				    (int)i);
	from = list->n;
	if (app->search->nwords)
		return;
	if (monitor_list_config(list, &app->config, &err)) {
		app_say(&app->host, TONE_BAD, "%s", err.message);
		return;
	}
	for (size_t i = from; i < list->n; i++)
		add_monitor(app, list->items[i],
			    engine_add(app->engine, list->items[i]->source, &err));
}

static void search_done(void *ctx)
{
	struct search *search = ctx;
	struct app *app = search->app;
	struct err err;

	if (!app) {
		search_free(search);
		return;
	}
	app->searching = false;
	app->paint = true;
	if (search->failed) {
		app_say(&app->host, TONE_BAD, "%s%s%s%s%s", search->err.origin,
			search->err.origin[0] ? ": " : "", search->err.message,
			search->err.hint[0] ? " · " : "", search->err.hint);
		app->code = search->err.code == ERR_USAGE ? EXIT_USAGE : EXIT_UNKNOWN;
		return;
	}
	for (size_t i = 0; i < search->sources.n; i++)
		if (engine_add(app->engine, search->sources.items[i], &err) < 0)
			app_say(&app->host, TONE_BAD, "%s", err.message);
	if (!engine_any_can(app->engine, CAN_COMMITS) &&
	    engine_add(app->engine, &git_stand_in, &err) < 0)
		app_say(&app->host, TONE_BAD, "%s", err.message);
	if (search->sources.hint[0])
		app_say(&app->host, TONE_WARNING, "%s", search->sources.hint);
	add_monitors(app);
	tabs_make(app);
}

static void search_start(struct app *app)
{
	struct search *search = mem_zero(1, sizeof *search);

	search->app = app;
	search->config = &app->config;
	search->nwords = line_sources(app->line, &search->words);
	search->metrics = app->line->metrics_url;
	sources_init(&search->sources, source_kinds(), &app->config);
	io_world_init(&search->world);
	io_init(&search->io, &io_world_ops, &search->world);
	app->search = search;
	app->searching = true;
	engine_work(app->engine, search_work, search_done, search);
}

/* ---- life ---- */

static void bind_keys(struct app *app)
{
	struct err err;

	keymap_init(&app->keymap);
	for (size_t i = 0; i < app->config.keys.n; i++) {
		const struct config_pair *pair = &app->config.keys.items[i];

		if (keymap_bind(&app->keymap, str_of(pair->key), str_of(pair->word), &err))
			app_say(&app->host, TONE_BAD, "%s: line %d: keys: %s",
				app->config.path ? app->config.path : "", pair->line, err.message);
	}
	app->keys.alt = keymap_uses_alt(&app->keymap);
}

static int load_config(struct app *app, struct err *err)
{
	if (!app->line->no_config)
		return config_load(&app->config, app->line->config, err);
	config_init(&app->config);
	return 0;
}

struct app *app_new(struct driver *driver, const struct line *line, struct err *err)
{
	struct app *app = mem_zero(1, sizeof *app);

	app->line = line;
	app->driver = driver;
	app->wake = INT64_MAX;
	if (load_config(app, err)) {
		free(app);
		return NULL;
	}
	app->engine = engine_new(NULL, 0, err);
	if (!app->engine) {
		config_release(&app->config);
		free(app);
		return NULL;
	}
	app->host = (struct host){
		.engine = app->engine,
		.config = &app->config,
		.now = clock_wall(),
		.tick = clock_monotonic(),
		.glyphs = driver->glyphs,
		.say = app_say,
		.push = host_push,
		.wake = host_wake,
		.go = host_go,
		.copy = host_copy,
		.menu = &app->menu,
		.monitors = app->monitors,
	};
	modal_host(app);
	surface_init(&app->surface, driver->glyphs, driver->utf8);
	surface_resize(&app->surface, driver->rows, driver->cols);
	keys_init(&app->keys, driver);
	prompt_init(&app->prompt);
	menu_init(&app->menu);
	detail_init(&app->help_view);
	facts_init(&app->help);
	chain_init(&app->chain);
	monitor_list_init(&app->monitor_list);
	bind_keys(app);
	app->mouse = app->config.mouse;
	app->paint = true;
	return app;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	chain_release(&app->chain);
	tabs_free(app);
	if (app->search) {
		atomic_store(&app->search->stop, true);
		io_cancel(&app->search->io);
		if (app->searching)
			app->search->app = NULL;
	}
	engine_free(app->engine);
	monitor_list_release(&app->monitor_list);
	if (!app->searching)
		search_free(app->search);
	prompt_release(&app->prompt);
	prompt_history_release(&app->commands);
	menu_release(&app->menu);
	detail_release(&app->help_view);
	facts_release(&app->help);
	keymap_release(&app->keymap);
	keys_release(&app->keys);
	surface_release(&app->surface);
	config_release(&app->config);
	free(app);
}

/* ---- turns ---- */

void app_fds(const struct app *app, int fds[2])
{
	fds[0] = driver_fd(app->driver);
	fds[1] = engine_fd(app->engine);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t app_deadline(const struct app *app)
{
	int64_t due = least(engine_deadline(app->engine), keys_deadline(&app->keys));

	return least(due, app->wake);
}

static void update_pane(struct app *app)
{
	struct pane *pane = active_pane(app);

	if (pane && pane->class->update(pane))
		app->paint = true;
}

/* What comes at once is obeyed one by one: each key meets what the one before it has brought. */
static void obey_keys(struct app *app)
{
	struct key_event event;

	while (keys_next(&app->keys, app->host.tick, &event)) {
		dispatch_event(app, &event);
		update_pane(app);
	}
}

static void take_keys(struct app *app)
{
	char bytes[1024];
	size_t n;

	while ((n = driver_read(app->driver, bytes, sizeof bytes)) > 0) {
		size_t taken = 0;

		while (taken < n) {
			taken += keys_feed(&app->keys, bytes + taken, n - taken, app->host.tick);
			obey_keys(app);
		}
	}
	obey_keys(app);
}

static void take_events(struct app *app)
{
	unsigned events = driver_pump(app->driver);

	if (events & TERM_QUIT)
		app->quit = true;
	if (events & TERM_RESIZED)
		surface_resize(&app->surface, app->driver->rows, app->driver->cols);
	if (events & (TERM_RESIZED | TERM_RESUMED | TERM_DRAINED))
		app->paint = true;
	take_keys(app);
}

static void show_target(struct app *app)
{
	struct chain *chain = &app->chain;

	if (chain->state == CHAIN_NONE) {
		app_say(&app->host, TONE_DIM, "%s", chain->why);
		chain_stop(chain);
	} else if (chain->state == CHAIN_FOUND && chain->ntargets == 1) {
		struct subject target = subject_copy(&chain->targets[0]);

		chain_stop(chain);
		app->message[0] = '\0';
		if (!tabs_show(app, &target))
			app_say(&app->host, TONE_DIM, "no pane shows that %s",
				subject_kind_name(target.kind));
		subject_release(&target);
	}
}

static void chosen_target(struct pane *pane, struct menu *menu, long chosen)
{
	struct app *app = (struct app *)pane->host;
	struct subject target;

	(void)menu;
	if (chosen < 0 || (size_t)chosen >= app->chain.ntargets)
		return;
	target = subject_copy(&app->chain.targets[chosen]);
	chain_stop(&app->chain);
	tabs_show(app, &target);
	subject_release(&target);
}

static void choose_target(struct app *app)
{
	struct chain *chain = &app->chain;

	menu_open(&app->menu, STR("to which?"), false);
	for (size_t i = 0; i < chain->ntargets; i++) {
		const struct subject *target = &chain->targets[i];
		struct buf text;

		buf_init(&text, 4096);
		buf_addf(&text, "%s %s", subject_kind_name(target->kind), target->id);
		if (target->version)
			buf_addf(&text, " %s", target->version);
		menu_add(&app->menu, buf_str(&text), str_of(target->source), false);
		buf_release(&text);
	}
	chain->state = CHAIN_IDLE; /* its targets stay until the choice */
	app->message[0] = '\0';
	app->host.choose(&app->host, chosen_target);
}

static void walk_chain(struct app *app)
{
	/* a field or a menu that is open belongs to the pane under it: the step waits */
	if (app->modal != MODAL_NONE)
		return;
	if (app->chain.state != CHAIN_WAITING && app->chain.state != CHAIN_FOUND &&
	    app->chain.state != CHAIN_NONE)
		return;
	chain_look(&app->chain, app->engine);
	if (app->chain.state == CHAIN_FOUND && app->chain.ntargets > 1)
		choose_target(app);
	else
		show_target(app);
}

static void update_panes(struct app *app)
{
	update_pane(app);
	tabs_hear(app);
}

void app_turn(struct app *app)
{
	bool first = !app->search;

	app->host.now = clock_wall();
	app->host.tick = clock_monotonic();
	app->wake = INT64_MAX;
	take_events(app);
	if (!first) {
		if (engine_collect(app->engine))
			app->paint = true;
		if (engine_tick(app->engine, app->host.tick))
			app->paint = true;
		update_panes(app); /* first: the chain asks a pane for what its sheet shows */
		walk_chain(app);
	}
	if (app->paint && !app->quit && driver_ready(app->driver)) {
		app->paint = false;
		frame_paint(app);
		driver_show(app->driver, &app->surface);
	}
	if (first) { /* the frame is out: now the disk may be looked at */
		search_start(app);
		driver_mouse(app->driver, app->mouse);
	}
}

static bool pane_busy(const struct app *app)
{
	struct pane *pane = active_pane((struct app *)app);

	return pane && pane->class->busy(pane);
}

bool app_idle(const struct app *app)
{
	return app->search && !app->searching && !app->paint && app->wake == INT64_MAX &&
	       app->chain.state != CHAIN_WAITING && driver_ready(app->driver) &&
	       keys_deadline(&app->keys) == INT64_MAX && !pane_busy(app) && tabs_heard(app);
}

bool app_done(const struct app *app)
{
	return app->quit;
}

int app_code(const struct app *app)
{
	return app->code;
}

static void wait_for_turn(struct app *app)
{
	int64_t due = app_deadline(app), now = clock_monotonic();
	int fds[2], timeout = -1;
	struct pollfd polled[2];

	app_fds(app, fds);
	polled[0] = (struct pollfd){.fd = fds[0], .events = POLLIN};
	polled[1] = (struct pollfd){.fd = fds[1], .events = POLLIN};
	if (app->paint && driver_ready(app->driver))
		timeout = 0;
	else if (due != INT64_MAX)
		timeout = due <= now ? 0 : due - now > 3600000 ? 3600000 : (int)(due - now);
	if (app_idle(app))
		driver_idle(app->driver);
	poll(polled, 2, timeout);
}

static int theme_for(struct theme *theme, const struct config *config, struct err *err)
{
	static const char *const names[] = {"dark", "light", "mono"};

	return theme_builtin(theme, str_of(names[config->theme]), err);
}

/* The terminal's options come from the configuration, which the app loads again for itself. */
static int read_options(const struct line *line, struct term_options *options, struct err *err)
{
	static const int levels[] = {-1, GLYPHS_BRAILLE, GLYPHS_ASCII};
	struct config config;
	int failed;

	config_init(&config);
	if (!line->no_config && config_load(&config, line->config, err))
		return -1;
	*options = (struct term_options){.glyphs = levels[config.glyphs], .color = true};
	failed = theme_for(&options->theme, &config, err);
	config_release(&config);
	return failed;
}

static int refuse(const struct err *err, int code)
{
	fprintf(stderr, "leeboard: %s%s%s\n", err->origin, err->origin[0] ? ": " : "",
		err->message);
	if (err->hint[0])
		fprintf(stderr, "  %s\n", err->hint);
	return code;
}

int app_run(const struct line *line)
{
	struct term_options options;
	struct driver *driver;
	struct app *app;
	struct err err;
	int code;

	if (read_options(line, &options, &err))
		return refuse(&err, EXIT_USAGE);
	driver = driver_open(&options, &err);
	if (!driver)
		return refuse(&err, EXIT_UNKNOWN);
	mem_on_exhausted(driver_emergency);
	app = app_new(driver, line, &err);
	if (!app) {
		driver_close(driver);
		return refuse(&err, EXIT_USAGE);
	}
	for (app_turn(app); !app_done(app); app_turn(app))
		wait_for_turn(app);
	code = app_code(app);
	app_free(app);
	driver_close(driver);
	return code;
}
