/*
 * What every headless command stands on: the configuration, the sources it names, reading them with
 * the command's time, and the exit code that comes of it.
 */
#ifndef COMMAND_CONTEXT_H
#define COMMAND_CONTEXT_H

#include "analysis/direction.h"
#include "command/line.h"
#include "config/config.h"
#include "config/sources.h"
#include "engine/read.h"
#include "sheet/sheet.h"

struct context {
	const struct line *line;
	struct config config;
	struct sources sources;
	size_t n;                    /* sources that can what the command needs */
	struct source **open;        /* n; opened when first read */
	const struct source_spec **specs; /* n */
	struct sheet_source *heads;  /* n: for the sheet and the frame */
	int64_t now;                 /* wall clock at the start: "generated", relative times */
	int64_t deadline;            /* monotonic ms, 0: none */
	int stop;                    /* readable once the user interrupted */
	bool failed;                 /* a source failed or is partial: exit code 3 */
	size_t beyond;               /* rows that --limit cut off */
	struct arena text;
};

/*
 * Loads the configuration, finds the sources and keeps those that can `can` (enum source_can, any
 * of the bits). Says what is wrong on stderr and answers the exit code, or EXIT_OK.
 */
int context_open(struct context *context, const struct line *line, unsigned can);

/*
 * The same for what is monitored: without words the sources of the configuration alone where it has
 * monitors, and none at all is no failure then.
 */
int context_open_monitored(struct context *context, const struct line *line, unsigned can);

/* One more source, which a monitor brings with it. Its index. */
size_t context_add(struct context *context, const struct source_spec *spec);

void context_release(struct context *context);

/* What is left of the command's time, for one read. */
struct read_limits context_limits(const struct context *context);

/*
 * Reads one query of source i. NULL when it failed; said in heads[i].err, on stderr, and in
 * `failed`. The snapshot is the caller's.
 */
struct snapshot *context_read(struct context *context, size_t i, const struct query *query,
			      struct snapshot *previous);

/* The same, kept as heads[i].snapshot, for the query whose rows the command prints. */
void context_head(struct context *context, size_t i, const struct query *query);

/* Says the warnings of a snapshot of source i on stderr. */
void context_warn(const struct context *context, size_t i, const struct snapshot *snapshot);

/* Says partial notes and warnings of the heads on stderr (not where JSON carries them). */
void context_talk(const struct context *context);

/* The exit code of a report: interrupted, 3 when something failed, else 0. */
int context_exit(const struct context *context);

/* Says an error on stderr: "leeboard: origin: message (hint)". Returns the code given. */
int context_say(const struct err *err, int code);

/* What to do about a name that means nothing: `hint`, unless it is a file, and so meant as a source. */
void context_hint_name(const char *word, const char *hint, struct err *err);

/* Which way metrics are better: experiments' primary metrics, then the configuration's. In `text`. */
const struct direction_rule *context_directions(struct context *context, size_t *n);

/* The terminal's width, 0 when stdout is none. */
int context_width(void);

/* Prints a sheet as --format says, but JSON. Answers the exit code. */
int context_print(struct context *context, const struct sheet *sheet);

/* Ends the frame of a document. Answers the exit code. */
struct json_out;
int context_json_end(struct context *context, struct json_out *json);

/* Takes away the rows past --limit, and counts them in `beyond`. */
void context_limit(struct context *context, struct sheet *sheet);

/*
 * Filters, sorts, picks columns (for JSON: checks them) and limits a grid as the line says; or the
 * first of these only. EXIT_OK or what went wrong, said.
 */
struct grid;
int context_filter(struct context *context, struct grid *grid);
int context_order(struct context *context, struct grid *grid);
int context_arrange(struct context *context, struct grid *grid);

#endif
