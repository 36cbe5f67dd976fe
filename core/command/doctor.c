/*
 * leeboard doctor: what is found here, what would light each pane, what the terminal can do, and
 * which libraries are at work.
 */
#include "command/context.h"

#include "analysis/library.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/find.h"
#include "engine/read.h"
#include "sheet/frame.h"
#include "sheet/grid.h"
#include "source/libraries.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int command_doctor(const struct line *line);

static const struct {
	const char *name;
	unsigned can;
	const char *needs;
} panes[] = {
#define PANE(name, can, needs) {name, can, needs},
#include "command/panes.def"
#undef PANE
};

enum { MAX_KINDS = 32 };

struct examination {
	const struct line *line;
	struct find find;
	unsigned can;
};

static void add_found(struct examination *doctor, const char *path,
		      const struct source_class *class, const char *why)
{
	struct find *find = &doctor->find;

	MEM_GROW(find->items, find->n, find->cap);
	find->items[find->n++] = (struct find_item){class ? class->kind : NULL,
						    mem_copy(path, strlen(path)),
						    mem_copy(why, strlen(why))};
}

/* An address of which nobody said more: its server is asked. */
static int look_at_url(struct examination *doctor, struct source_spec *spec, struct err *err)
{
	if (find_url(&doctor->find, spec, err))
		return -1;
	add_found(doctor, spec->location, source_class_of(spec->kind),
		  spec->guessed ? "its server does not answer: taken for the usual kind"
				: "by what its server answers");
	return 0;
}

/* A source that was named: a folder is looked through, other places are shown to the classes. */
static int look_at_spec(struct examination *doctor, struct source_spec *spec, struct err *err)
{
	const struct source_class *class = spec->kind ? source_class_of(spec->kind) : NULL;
	const char *why = spec->line ? "the configuration names it" : "as it was named";
	struct stat about;
	bool there = !spec->url && stat(spec->place, &about) == 0;

	if (!class && spec->url)
		return look_at_url(doctor, spec, err);
	if (!class && there && S_ISDIR(about.st_mode))
		return find_in(&doctor->find, spec->location, err);
	if (!class && there)
		class = source_find(spec->place, &why);
	else if (!there && !spec->url)
		why = "it is not there";
	add_found(doctor, spec->location, there || spec->url ? class : NULL, why);
	return 0;
}

static int add_words(struct examination *doctor, struct sources *sources, struct err *err)
{
	const char **words;
	size_t n = line_sources(doctor->line, &words);
	int failed = 0;

	for (size_t i = 0; i < n && !failed; i++)
		failed = sources_add_word(sources, words[i], err);
	free(words);
	return failed;
}

/* What was named; without that the configuration, the environment and what lies around here. */
static int look_around(struct examination *doctor, const struct config *config, struct err *err)
{
	static const char *kinds[MAX_KINDS + 1];
	struct sources sources;
	bool named;
	int failed;

	for (size_t i = 0; source_classes[i] && i < MAX_KINDS; i++)
		kinds[i] = source_classes[i]->kind;
	sources_init(&sources, kinds, config);
	failed = add_words(doctor, &sources, err);
	named = sources.n > 0;
	if (!failed && !named)
		failed = sources_add_config(&sources, err) ||
			 sources_add_environment(&sources, err);
	for (size_t i = 0; i < sources.n && !failed; i++)
		failed = look_at_spec(doctor, sources.items[i], err);
	if (!failed && !named)
		failed = find_in(&doctor->find, ".", err);
	sources_release(&sources);
	for (size_t i = 0; i < doctor->find.n; i++)
		if (doctor->find.items[i].kind)
			doctor->can |= source_class_of(doctor->find.items[i].kind)->can;
	if (!named && config->n_monitors)
		doctor->can |= CAN_EVENTS;
	return failed;
}

static void write_items(struct json_out *json, const char *name, const struct find *find,
			bool found)
{
	json_put_array(json, name);
	for (size_t i = 0; i < find->n; i++) {
		if ((find->items[i].kind != NULL) != found)
			continue;
		json_put_object(json, NULL);
		json_put_word(json, "kind", find->items[i].kind);
		json_put_word(json, "location", find->items[i].location);
		json_put_word(json, "why", find->items[i].why);
		json_put_end(json);
	}
	json_put_end(json);
}

static bool is_unicode(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static void write_terminal(struct json_out *json, const struct terminal *terminal)
{
	json_put_object(json, "terminal");
	json_put_word(json, "term", terminal->term);
	if (terminal->colors < 0)
		json_put_null(json, "colors");
	else
		json_put_int(json, "colors", terminal->colors);
	json_put_bool(json, "unicode", is_unicode());
	if (terminal->cols) {
		char size[32];

		snprintf(size, sizeof size, "%dx%d", terminal->cols, terminal->rows);
		json_put_word(json, "size", size);
	} else {
		json_put_null(json, "size");
	}
	json_put_end(json);
}

static void write_library(void *ctx, const char *name, const char *version)
{
	json_put_word(ctx, name, version);
}

static int print_json(const struct examination *doctor)
{
	struct json_out json;

	json_put_open(&json, stdout);
	frame_begin(&json, "doctor", NULL, 0, clock_wall());
	frame_counts(&json, doctor->find.n, doctor->find.n);
	write_items(&json, "found", &doctor->find, true);
	write_items(&json, "skipped", &doctor->find, false);
	json_put_array(&json, "panes");
	for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
		json_put_object(&json, NULL);
		json_put_word(&json, "name", panes[i].name);
		json_put_bool(&json, "lit", (doctor->can & panes[i].can) != 0);
		json_put_word(&json, "needs", panes[i].needs);
		json_put_end(&json);
	}
	json_put_end(&json);
	write_terminal(&json, &doctor->line->terminal);
	json_put_object(&json, "libraries");
	source_libraries(write_library, &json);
	json_put_word(&json, "gsl", analysis_library());
	json_put_end(&json);
	return frame_end(&json) ? EXIT_UNKNOWN : EXIT_OK;
}

static void add_terminal(struct grid *grid, const struct terminal *terminal)
{
	grid_row(grid, STR("terminal"), NULL);
	grid_words(grid, "terminal");
	grid_words(grid, terminal->term ? terminal->term : "none");
	if (terminal->cols)
		grid_textf(grid, "%d columns, %d rows", terminal->cols, terminal->rows);
	else
		grid_missing(grid);
	if (terminal->colors >= 0)
		grid_textf(grid, "%d colors, %s", terminal->colors,
			   is_unicode() ? "Unicode" : "no Unicode");
	else
		grid_words(grid, is_unicode() ? "Unicode" : "no Unicode");
}

static void add_library(void *ctx, const char *name, const char *version)
{
	struct grid *grid = ctx;

	grid_row(grid, str_of(name), NULL);
	grid_words(grid, "library");
	grid_words(grid, name);
	grid_words(grid, version);
}

static struct grid *make_table(const struct examination *doctor)
{
	static const struct sheet_column columns[] = {
		{STR("what"), STR("what"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 10},
		{STR("kind"), STR("kind"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 6, 12},
		{STR("location"), STR("location"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 10, 60},
		{STR("why"), STR("why"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 10, 60},
	};
	struct grid *grid = grid_new(columns, sizeof columns / sizeof *columns);

	for (int found = 1; found >= 0; found--) {
		for (size_t i = 0; i < doctor->find.n; i++) {
			const struct find_item *item = &doctor->find.items[i];

			if ((item->kind != NULL) != found)
				continue;
			grid_row(grid, str_of(item->location), NULL);
			grid_words(grid, found ? "found" : "skipped");
			grid_words(grid, item->kind);
			grid_words(grid, item->location);
			grid_words(grid, item->why);
		}
	}
	for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
		bool lit = (doctor->can & panes[i].can) != 0;

		grid_row(grid, str_of(panes[i].name), NULL);
		grid_words(grid, "pane");
		grid_words(grid, panes[i].name);
		grid_words(grid, lit ? "lit" : "dark");
		grid_words(grid, lit ? "" : panes[i].needs);
	}
	add_terminal(grid, &doctor->line->terminal);
	source_libraries(add_library, grid);
	add_library(grid, "gsl", analysis_library());
	return grid;
}

static int print(const struct examination *doctor)
{
	struct grid *grid;
	int code;

	if (doctor->line->format == PRINT_JSON)
		return print_json(doctor);
	grid = make_table(doctor);
	code = print_sheet(&grid->sheet, doctor->line->format, stdout, context_width(), clock_wall())
		       ? EXIT_UNKNOWN
		       : EXIT_OK;
	grid_free(grid);
	return code;
}

int command_doctor(const struct line *line)
{
	struct examination doctor = {.line = line};
	struct read_limits limits = {.timeout = line->timeout, .stall = READ_STALL, .stop = -1};
	struct outside outside;
	struct config config;
	struct err err;
	int code;

	if (line->no_config)
		config_init(&config);
	else if (config_load(&config, line->config, &err))
		return context_say(&err, EXIT_USAGE);
	outside_begin(&outside, &limits);
	find_init(&doctor.find, NULL);
	doctor.find.io = &outside.io;
	if (look_around(&doctor, &config, &err))
		code = context_say(&err, err.code == ERR_USAGE ? EXIT_USAGE : EXIT_UNKNOWN);
	else
		code = print(&doctor);
	find_release(&doctor.find);
	outside_end(&outside);
	config_release(&config);
	return code;
}
