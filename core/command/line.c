/* The command line as data; see line.h. */
#include "command/line.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "config/suggest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADLESS(id, name, words, arguments, about) int command_##id(const struct line *line);
#include "command/commands.def"
#undef HEADLESS

const struct headless headless_commands[] = {
#define HEADLESS(id, name, words, arguments, about) {name, words, arguments, about, command_##id},
#include "command/commands.def"
#undef HEADLESS
	{0},
};

enum command_place {
	PLACE_TUI, /* no command */
#define HEADLESS(id, name, words, arguments, about) PLACE_##id,
#include "command/commands.def"
#undef HEADLESS
	PLACE_COUNT,
};

/* The commands as bits, and the groups that options are for. */
#define FOR(id) (1u << PLACE_##id)

enum {
	FOR_TUI = 1u << PLACE_TUI,
	FOR_ALL = (1u << PLACE_COUNT) - 1,
	/* those that print a table */
	FOR_TABLES = FOR_ALL & ~(FOR_TUI | FOR(doctor) | FOR(demo) | FOR(help)),
	/* --limit: the points of a curve and what differs are shown whole or not at all */
	FOR_ROWS = FOR_TABLES & ~(FOR(series) | FOR(compare)),
};

enum option_id {
#define OPTION(id, name, letter, argument, commands, help) OPT_##id,
#include "command/options.def"
#undef OPTION
	OPT_COUNT,
};

static const struct line_option options[] = {
#define OPTION(id, name, letter, argument, commands, help) {name, letter, argument, help},
#include "command/options.def"
#undef OPTION
};

/* Who takes them, as bits. */
static const unsigned takers_of[] = {
#define OPTION(id, name, letter, argument, commands, help) commands,
#include "command/options.def"
#undef OPTION
};

static unsigned bit_of(const struct headless *command)
{
	return command ? 1u << (PLACE_TUI + 1 + (command - headless_commands)) : FOR_TUI;
}

const struct line_option *line_option(size_t i)
{
	return i < OPT_COUNT ? &options[i] : NULL;
}

bool line_takes(const struct headless *command, size_t i)
{
	return i < OPT_COUNT && takers_of[i] & bit_of(command);
}

bool line_shared(size_t i)
{
	return i < OPT_COUNT && takers_of[i] == FOR_ALL;
}

const struct headless *headless_find(const char *name)
{
	for (const struct headless *command = headless_commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

static void add_word(struct words *words, const char *word)
{
	MEM_GROW(words->items, words->n, words->cap);
	words->items[words->n++] = word;
}

static int unknown_option(const char *word, size_t n, struct err *err)
{
	const char *names[OPT_COUNT];
	const char *near;

	for (int i = 0; i < OPT_COUNT; i++)
		names[i] = options[i].name;
	near = suggest((struct str){word, n}, names, OPT_COUNT);
	err_set(err, ERR_USAGE, "no such option: --%.*s", (int)n, word);
	if (near)
		err_hint(err, "did you mean --%s?", near);
	return -1;
}

static int find_option(const char *word, size_t n, enum option_id *id, struct err *err)
{
	for (int i = 0; i < OPT_COUNT; i++) {
		if (strlen(options[i].name) == n && !strncmp(options[i].name, word, n)) {
			*id = (enum option_id)i;
			return 0;
		}
	}
	return unknown_option(word, n, err);
}

/* Where a text option is kept; NULL for the others. */
static const char **option_place(struct line *line, enum option_id id)
{
	switch (id) {
	case OPT_FILTER: return &line->filter;
	case OPT_SORT: return &line->sort;
	case OPT_COLUMNS: return &line->columns;
	case OPT_CONFIG: return &line->config;
	case OPT_BASELINE: return &line->baseline;
	case OPT_METRICS: return &line->metrics_url;
	case OPT_REFERENCE: return &line->reference;
	case OPT_CURRENT: return &line->current;
	case OPT_TIME: return &line->time;
	case OPT_WINDOW: return &line->window;
	case OPT_FEATURES: return &line->features;
	case OPT_NUMERIC: return &line->numeric;
	case OPT_CATEGORICAL: return &line->categorical;
	case OPT_BOOLEAN: return &line->boolean;
	case OPT_RECIPE: return &line->recipe;
	case OPT_THRESHOLD: return &line->threshold;
	case OPT_DIR: return &line->dir;
	default: return NULL;
	}
}

static bool *option_switch(struct line *line, enum option_id id)
{
	switch (id) {
	case OPT_DELETED: return &line->deleted;
	case OPT_NO_CONFIG: return &line->no_config;
	case OPT_AGGREGATES: return &line->aggregates;
	case OPT_ALL: return &line->all;
	case OPT_PROMPTS: return &line->prompts;
	case OPT_HISTORY: return &line->history;
	case OPT_BINS: return &line->bins;
	case OPT_TEXT: return &line->text;
	case OPT_HELP: return &line->help;
	case OPT_VERSION: return &line->version;
	default: return NULL;
	}
}

static int take_count(const char *value, const char *name, int64_t least, size_t *count,
		      struct err *err)
{
	int64_t number;

	if (!num_parse_int(str_of(value), &number) || number < least)
		return err_set(err, ERR_USAGE, "--%s wants a whole number from %lld on, not \"%s\"",
			       name, (long long)least, value);
	*count = (size_t)number;
	return 0;
}

static int take_seconds(const char *value, const char *name, double *seconds, struct err *err)
{
	if (!num_parse(str_of(value), seconds) || !(*seconds > 0) || *seconds > 1e9)
		return err_set(err, ERR_USAGE, "--%s wants a number of seconds, not \"%s\"", name,
			       value);
	return 0;
}

static int take_format(struct line *line, const char *value, struct err *err)
{
	line->format_given = true;
	if (print_format_of(value, &line->format))
		return 0;
	return err_set(err, ERR_USAGE, "--format is table, tsv, csv, json or md, not \"%s\"", value);
}

static int set_option(struct line *line, enum option_id id, const char *value, struct err *err)
{
	const char **place = option_place(line, id);
	bool *on = option_switch(line, id);
	double seconds;

	if (place)
		*place = value;
	if (on)
		*on = true;
	switch (id) {
	case OPT_SOURCE:
		add_word(&line->sources, value);
		return 0;
	case OPT_METRIC:
		add_word(&line->metrics, value);
		return 0;
	case OPT_LIMIT:
		return take_count(value, "limit", 0, &line->limit, err);
	case OPT_POINTS:
		return take_count(value, "points", 1, &line->points, err);
	case OPT_FORMAT:
		return take_format(line, value, err);
	case OPT_JSON:
		return take_format(line, "json", err);
	case OPT_WATCH:
		return take_seconds(value, "watch", &line->watch, err);
	case OPT_TIMEOUT:
		if (take_seconds(value, "timeout", &seconds, err))
			return -1;
		line->timeout = (int64_t)(seconds * 1000);
		return 0;
	default:
		return 0;
	}
}

/* What was said before the command's name is known, too: options are checked at the end. */
struct parse {
	struct line *line;
	char **argv;
	int argc, at;
	unsigned long long given; /* bits of enum option_id */
};

_Static_assert(OPT_COUNT <= 64, "the options given are a set of bits");

static int take_value(struct parse *parse, enum option_id id, const char *joined, struct err *err)
{
	const char *value = joined;

	parse->given |= 1ull << id;
	if (!options[id].argument) {
		if (joined)
			return err_set(err, ERR_USAGE, "--%s takes no value", options[id].name);
		return set_option(parse->line, id, NULL, err);
	}
	if (!value) {
		if (parse->at == parse->argc)
			return err_set(err, ERR_USAGE, "--%s wants %s", options[id].name,
				       options[id].argument);
		value = parse->argv[parse->at++];
	}
	return set_option(parse->line, id, value, err);
}

static int take_long(struct parse *parse, const char *word, struct err *err)
{
	const char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);
	enum option_id id;

	if (find_option(word, n, &id, err))
		return -1;
	return take_value(parse, id, equals ? equals + 1 : NULL, err);
}

static int take_short(struct parse *parse, const char *word, struct err *err)
{
	for (int i = 0; i < OPT_COUNT; i++)
		if (options[i].letter && options[i].letter == word[1])
			return take_value(parse, (enum option_id)i, word[2] ? word + 2 : NULL, err);
	return err_set(err, ERR_USAGE, "no such option: -%c", word[1]);
}

static int take_word(struct parse *parse, const char *word, struct err *err)
{
	(void)err;
	if (!parse->line->command && !parse->line->words.n) {
		parse->line->command = headless_find(word);
		if (parse->line->command)
			return 0;
	}
	add_word(&parse->line->words, word);
	return 0;
}

/* "an option of runs, compare": the commands that take it. */
static void takers(unsigned commands, struct buf *out)
{
	for (const struct headless *command = headless_commands; command->name; command++)
		if (commands & bit_of(command))
			buf_addf(out, "%s%s", out->n ? ", " : "", command->name);
}

static int check_given(const struct parse *parse, struct err *err)
{
	unsigned bit = bit_of(parse->line->command);
	struct buf names;

	for (int i = 0; i < OPT_COUNT; i++) {
		if (!(parse->given >> i & 1) || takers_of[i] & bit)
			continue;
		err_set(err, ERR_USAGE, "--%s is not an option of %s", options[i].name,
			parse->line->command ? parse->line->command->name : "the workbench");
		buf_init(&names, 256);
		takers(takers_of[i], &names);
		err_hint(err, "it is one of %s", buf_cstr(&names));
		buf_release(&names);
		return -1;
	}
	return 0;
}

int line_parse(struct line *line, int argc, char **argv, struct err *err)
{
	struct parse parse = {.line = line, .argv = argv, .argc = argc, .at = 1};
	bool options_over = false;

	*line = (struct line){.limit = SIZE_MAX, .terminal.colors = -1};
	line->format = isatty(STDOUT_FILENO) ? PRINT_TABLE : PRINT_TSV;
	while (parse.at < argc) {
		const char *word = argv[parse.at++];
		int failed;

		if (!options_over && !strcmp(word, "--")) {
			options_over = true;
			continue;
		}
		if (options_over || word[0] != '-' || !word[1])
			failed = take_word(&parse, word, err);
		else if (word[1] == '-')
			failed = take_long(&parse, word + 2, err);
		else
			failed = take_short(&parse, word, err);
		if (failed)
			return -1;
	}
	return check_given(&parse, err);
}

void line_release(struct line *line)
{
	free(line->words.items);
	free(line->sources.items);
	free(line->metrics.items);
	*line = (struct line){0};
}

size_t line_sources(const struct line *line, const char ***words)
{
	bool bare = !line->command || line->command->words == SOURCES;
	size_t n = line->sources.n + (bare ? line->words.n : 0);

	*words = mem_alloc((n + 1) * sizeof **words);
	for (size_t i = 0; i < line->sources.n; i++)
		(*words)[i] = line->sources.items[i];
	for (size_t i = 0; bare && i < line->words.n; i++)
		(*words)[line->sources.n + i] = line->words.items[i];
	return n;
}

/* A column of 38 places; printf would count bytes. */
static void print_left(const char *text, FILE *out)
{
	int width = text_width(str_of(text));

	fprintf(out, "  %s%*s", text, width < 37 ? 37 - width : 1, "");
}

static void print_options(unsigned bit, bool others, FILE *out)
{
	for (int i = 0; i < OPT_COUNT; i++) {
		const struct line_option *option = &options[i];
		char letter[8] = "", left[64];

		if (!(takers_of[i] & bit) || (takers_of[i] == FOR_ALL) != others)
			continue;
		if (option->letter)
			snprintf(letter, sizeof letter, "-%c, ", option->letter);
		snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name,
			 option->argument ? " " : "", option->argument ? option->argument : "");
		print_left(left, out);
		fprintf(out, "%s\n", option->help);
	}
}

static void print_command(const struct headless *command, FILE *out)
{
	char left[64];

	snprintf(left, sizeof left, "%s%s%s", command->name, *command->arguments ? " " : "",
		 command->arguments);
	print_left(left, out);
	fprintf(out, "%s\n", command->about);
}

static void program_help(FILE *out)
{
	fputs("leeboard: a terminal workbench for MLOps\n\n"
	      "usage: leeboard [OPTION …] [SOURCE …]           the workbench\n"
	      "       leeboard COMMAND [OPTION …] [WORD …]     a report on stdout\n\n"
	      "A SOURCE is [NAME=][KIND:]LOCATION[:TABLE]: a file, a folder or an http(s) URL. Without\n"
	      "one: the sources of the configuration file, else $MLFLOW_TRACKING_URI, else what the\n"
	      "current folder holds.\n\ncommands:\n",
	      out);
	for (const struct headless *command = headless_commands; command->name; command++)
		print_command(command, out);
	fputs("\noptions:\n", out);
	print_options(FOR_TUI, false, out);
	print_options(FOR_TUI, true, out);
	fputs("\n`leeboard help COMMAND` lists the options of one; man leeboard has the rest.\n", out);
}

void line_version(FILE *out)
{
	fprintf(out, "leeboard %s\n", LEE_VERSION);
}

void line_help(const struct headless *command, FILE *out)
{
	if (!command) {
		program_help(out);
		return;
	}
	fprintf(out, "leeboard %s: %s\n\nusage: leeboard %s [OPTION …]%s%s\n\noptions:\n",
		command->name, command->about, command->name, *command->arguments ? " " : "",
		command->arguments);
	print_options(bit_of(command), false, out);
	print_options(bit_of(command), true, out);
}
