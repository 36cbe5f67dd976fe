/* leeboard help */
#include "command/context.h"

int command_help(const struct line *line);

int command_help(const struct line *line)
{
	const struct headless *command;

	if (!line->words.n) {
		line_help(NULL, stdout);
		return EXIT_OK;
	}
	command = headless_find(line->words.items[0]);
	if (!command) {
		fprintf(stderr, "leeboard: no such command: %s\n", line->words.items[0]);
		return EXIT_USAGE;
	}
	line_help(command, stdout);
	return EXIT_OK;
}
