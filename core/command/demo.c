/* leeboard demo: a small world of its own to look at (core/demo), as long as somebody looks. */
#include "command/demo.h"

#include "command/context.h"
#include "command/demo_run.h"
#include "command/panes.h"

#include <unistd.h>

/* What is printed is one look, so it is taken when something has happened already (demo/story.h). */
enum { TEXT_AHEAD = 150 };

int command_demo(const struct line *line);

int demo_show(const struct line *line, int (*open)(const struct line *line))
{
	bool text = line->text || !isatty(STDOUT_FILENO);
	struct line view = {.demo = true,
			    .format = line->format,
			    .format_given = line->format_given,
			    .timeout = line->timeout,
			    .limit = line->limit};
	struct demo_run run;
	struct err err;
	int code;

	if (line->words.n) {
		err_set(&err, ERR_USAGE, "demo takes no words: %s", line->words.items[0]);
		return context_say(&err, EXIT_USAGE);
	}
	if (demo_run_start(&run, line->dir, text ? TEXT_AHEAD : 0, &err) != 0)
		return context_say(&err, EXIT_UNKNOWN);
	view.config = run.config;
	code = text ? command_panes(&view) : open(&view);
	demo_run_end(&run);
	return code;
}

int command_demo(const struct line *line)
{
	return demo_show(line, command_panes);
}
