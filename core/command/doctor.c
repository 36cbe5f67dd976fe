/*
 * leeboard doctor: what is found here, what would light each pane, what the terminal can do, and
 * which libraries are at work.
 */
#include "command/context.h"

#include "analysis/library.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/find.h"
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
	{"runs", CAN_RUNS, "an MLflow store or server: mlflow.db, https://mlflow.example"},
	{"models", CAN_MODELS, "an MLflow store or server with registered models"},
	{"deployments", CAN_DEPLOYMENTS, "a model server: endpoint:http://HOST:PORT"},
	{"drift", CAN_EVENTS, "prediction events: events:predictions.db, a CSV or JSON lines file"},
};

struct examination {
	const struct line *line;
	struct find find;
	unsigned can;
};

static void add_found(struct examination *doctor, const char *path, const char *kind,
		      const char *why)
{
	struct find *find = &doctor->find;

	MEM_GROW(find->items, find->n, find->cap);
	find->items[find->n++] = (struct find_item){kind, mem_copy(path, strlen(path)),
						    mem_copy(why, strlen(why))};
}

/* A source that was named: a folder is looked through, anything else is shown to the classes. */
static int look_at_word(struct examination *doctor, const char *word, struct err *err)
{
	const char *why = "an address: it is asked when it is shown";
	const struct source_class *class = NULL;
	struct stat about;

	if (stat(word, &about) == 0 && S_ISDIR(about.st_mode))
		return find_in(&doctor->find, word, err);
	if (stat(word, &about) == 0)
		class = source_find(word, &why);
	add_found(doctor, word, class ? class->kind : NULL, why);
	return 0;
}

static int look_around(struct examination *doctor, struct err *err)
{
	const char **words;
	size_t n = line_sources(doctor->line, &words);
	int failed = 0;

	if (!n)
		failed = find_in(&doctor->find, ".", err);
	for (size_t i = 0; i < n && !failed; i++)
		failed = look_at_word(doctor, words[i], err);
	free(words);
	for (size_t i = 0; i < doctor->find.n; i++)
		if (doctor->find.items[i].kind)
			doctor->can |= source_class_of(doctor->find.items[i].kind)->can;
	return failed;
}

/* Sources that need no looking: the configuration's. */
static int add_config(struct examination *doctor, struct config *config, struct err *err)
{
	if (doctor->line->no_config) {
		config_init(config);
		return 0;
	}
	if (config_load(config, doctor->line->config, err))
		return -1;
	for (size_t i = 0; i < config->n_sources; i++) {
		const struct config_source *source = &config->sources[i];
		const struct source_class *class =
			source->kind ? source_class_of(source->kind) : NULL;

		add_found(doctor, source->at, class ? class->kind : NULL,
			  class ? "the configuration names it" : "its kind is found when it is read");
		doctor->can |= class ? class->can : 0;
	}
	return 0;
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
	return grid;
}

int command_doctor(const struct line *line)
{
	struct examination doctor = {.line = line};
	struct config config;
	struct err err;
	int code;

	find_init(&doctor.find, NULL);
	if (add_config(&doctor, &config, &err))
		return context_say(&err, EXIT_USAGE);
	if (look_around(&doctor, &err)) {
		code = context_say(&err, EXIT_UNKNOWN);
	} else if (line->format == PRINT_JSON) {
		code = print_json(&doctor);
	} else {
		struct grid *grid = make_table(&doctor);

		code = print_sheet(&grid->sheet, line->format, stdout, context_width(),
				   clock_wall()) ? EXIT_UNKNOWN : EXIT_OK;
		grid_free(grid);
	}
	find_release(&doctor.find);
	config_release(&config);
	return code;
}
