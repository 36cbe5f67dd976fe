/* The panes as text; see panes.h. Each pane is the report of its headless twin. */
#include "command/panes.h"

#include "command/context.h"

#include <string.h>

enum { ROWS = 30 };

static const struct {
	const char *command;
	unsigned can;
} panes[] = {
	{"runs", CAN_RUNS},
	{"models", CAN_MODELS},
	{"deployments", CAN_DEPLOYMENTS},
	{"drift", CAN_EVENTS},
};

static int print_pane(const struct line *line, const char *name, bool *first)
{
	struct line report = *line;
	int code;

	report.command = headless_find(name);
	if (!report.command)
		return EXIT_OK;
	report.sources = report.sources.n ? report.sources : report.words;
	report.words = report.command->words == SOURCES ? report.words : (struct words){0};
	if (report.sources.items == report.words.items)
		report.sources = (struct words){0};
	report.filter = strcmp(name, "runs") ? NULL : line->filter;
	report.limit = line->limit < ROWS ? line->limit : ROWS;
	if (!report.format_given)
		report.format = PRINT_TABLE;
	printf("%s── %s%s ──\n", *first ? "" : "\n", name, line->demo ? " · demo data" : "");
	*first = false;
	fflush(stdout);
	code = report.command->run(&report);
	fflush(stdout);
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

int command_panes(const struct line *line)
{
	struct line any = *line;
	bool first = true;
	unsigned can;
	int worst;

	if (line->format_given && line->format == PRINT_JSON) {
		fprintf(stderr, "leeboard: JSON is one document: name a command\n"
				"  such as leeboard runs --json\n");
		return EXIT_USAGE;
	}
	worst = look(&any, &can);
	if (worst)
		return worst;
	for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
		int code;

		if (!(can & panes[i].can))
			continue;
		code = print_pane(&any, panes[i].command, &first);
		worst = code > worst ? code : worst;
	}
	return worst;
}
