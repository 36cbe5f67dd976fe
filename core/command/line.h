/*
 * The command line as data: which command, its options, its words.
 *
 * Two tables say everything: commands.def and options.def. From them come parsing, help, shell
 * completions and the manual. Nothing here opens or reads anything.
 */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include "base/err.h"
#include "base/str.h"
#include "sheet/print.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct line;

/* Exit codes; those of monitoring plug-ins, so that any scheduler understands `check`. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_WARNING = 1,
	EXIT_CRITICAL = 2,
	EXIT_UNKNOWN = 3,
	EXIT_USAGE = 64,
	EXIT_INTERRUPTED = 130,
};

enum words_are { SOURCES, NAMES };

struct headless {
	const char *name;
	enum words_are words;
	const char *arguments;
	const char *about;
	/* Runs it and answers the exit code. Reports go to stdout, talk to stderr. */
	int (*run)(const struct line *line);
};

/* Every headless command, in the order of the help; NULL name at the end. */
extern const struct headless headless_commands[];

/* What the terminal can do, as the screen's half of the program found out; for doctor. */
struct terminal {
	const char *term; /* NULL: none */
	int colors;       /* -1: not known */
	int rows, cols;   /* 0: no terminal */
};

struct words {
	const char **items;
	size_t n, cap;
};

struct line {
	struct terminal terminal;       /* set by the program, not by parsing */
	const struct headless *command; /* NULL: the workbench */
	struct words words;             /* bare words */
	struct words sources;           /* -s */
	struct words metrics;           /* --metric */
	const char *filter, *sort, *columns, *config, *baseline, *metrics_url;
	const char *reference, *current, *time, *window, *features, *numeric, *categorical,
		*boolean, *recipe, *threshold, *dir;
	size_t limit;                   /* SIZE_MAX: none */
	size_t points;                  /* 0: every one */
	int64_t timeout;                /* ms, 0: none */
	double watch;                   /* seconds, 0: not given */
	enum print_format format;
	bool format_given;
	bool pane;                      /* one of several panes as text: it says what it leaves out */
	bool demo;                      /* the sources are the demo's: every header says so */
	bool deleted, no_config, aggregates, all, prompts, history, bins, text, help, version;
};

/* Fills the line; ERR_USAGE with what is wrong and, where it helps, what was meant. */
int line_parse(struct line *line, int argc, char **argv, struct err *err);
void line_release(struct line *line);

/* The help of the program, or of one command. */
void line_help(const struct headless *command, FILE *out);

/* "leeboard 1.0" */
void line_version(FILE *out);

/* The words that name sources: -s first, then bare words where they are sources. */
size_t line_sources(const struct line *line, const char ***words);

/* An option as the manual and the shells' completions have it. */
struct line_option {
	const char *name;
	char letter;          /* 0: it has no short form */
	const char *argument; /* NULL: a switch */
	const char *help;
};

/* Option i of all, or NULL past the last. */
const struct line_option *line_option(size_t i);

/* Does the command take option i? NULL: the workbench. */
bool line_takes(const struct headless *command, size_t i);

/* Is it an option of every command? */
bool line_shared(size_t i);

/* The command of that name, or NULL. */
const struct headless *headless_find(const char *name);

#endif
