/* The panes as text; see panes.h. Each pane is the report of its headless twin. */
#include "command/panes.h"

#include "command/context.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 30 };

static const struct {
	const char *command;
	unsigned can;
} panes[] = {
#define PANE(name, can, needs) {name, can},
#include "command/panes.def"
#undef PANE
};

/* The words are sources, for every pane. */
static struct line report_of(const struct line *line, const char *command, const char **sources,
			     size_t nsources)
{
	struct line report = *line;

	report.command = headless_find(command);
	report.sources = (struct words){.items = sources, .n = nsources};
	report.words = (struct words){0};
	report.filter = strcmp(command, "runs") ? NULL : line->filter;
	report.limit = line->limit < ROWS ? line->limit : ROWS;
	report.pane = true;
	if (!report.format_given)
		report.format = PRINT_TABLE;
	return report;
}

static int print_pane(const struct line *line, const char *name, bool first)
{
	const char **sources;
	size_t n = line_sources(line, &sources);
	struct line report = report_of(line, name, sources, n);
	int code;

	printf("%s── %s%s ──\n", first ? "" : "\n", name, line->demo ? " · demo data" : "");
	fflush(stdout);
	code = report.command->run(&report);
	fflush(stdout);
	free(sources);
	return code;
}

/* What the sources that the line names can give, or the exit code when there are none; and whether
 * they are a demo's. */
static int look(struct line *line, unsigned *can)
{
	struct context context;
	int code = context_open(&context, line, ~0u);

	*can = 0;
	for (size_t i = 0; !code && i < context.n; i++) {
		*can |= source_class_of(context.specs[i]->kind)->can;
		line->demo |= context.specs[i]->demo;
	}
	/* a monitor of the configuration brings its own events */
	if (!code && context.config.n_monitors)
		*can |= CAN_EVENTS;
	context_release(&context);
	return code;
}

/* Something is there, but it has no pane: a repository alone, say. */
static int nothing_to_show(void)
{
	struct err err;

	err_set(&err, ERR_NOT_FOUND, "none of the sources has something to show");
	err_hint(&err, "`leeboard doctor` says what would light each pane");
	return context_say(&err, EXIT_UNKNOWN);
}

int command_panes(const struct line *line)
{
	struct line any = *line;
	bool first = true;
	unsigned can;
	int worst;

	if (line->format_given && line->format == PRINT_JSON) {
		struct err err;

		err_set(&err, ERR_USAGE, "JSON is one document: name a command");
		err_hint(&err, "such as leeboard runs --json");
		return context_say(&err, EXIT_USAGE);
	}
	worst = look(&any, &can);
	if (worst)
		return worst;
	for (size_t i = 0; i < sizeof panes / sizeof *panes && worst != EXIT_INTERRUPTED; i++) {
		int code;

		if (!(can & panes[i].can))
			continue;
		code = print_pane(&any, panes[i].command, first);
		first = false;
		worst = code > worst ? code : worst;
	}
	return first && !worst ? nothing_to_show() : worst;
}
