/* leeboard help */
#include "command/context.h"

int command_help(const struct line *line);

int command_help(const struct line *line)
{
	const struct headless *command;
	struct err err;

	if (!line->words.n) {
		line_help(NULL, stdout);
		return EXIT_OK;
	}
	command = headless_find(line->words.items[0]);
	if (line->words.n > 1)
		err_set(&err, ERR_USAGE, "help takes one command");
	else if (!command)
		err_set(&err, ERR_USAGE, "no such command: %s", line->words.items[0]);
	if (line->words.n > 1 || !command)
		return context_say(&err, EXIT_USAGE);
	line_help(command, stdout);
	return EXIT_OK;
}
