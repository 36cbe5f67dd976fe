/*
 * leeboard: a terminal workbench for MLOps.
 *
 * The command line decides between two halves that share everything below them: reports on stdout
 * (core/command) and the workbench on the terminal (tui/app/app.c).
 */
#include "app/app.h"
#include "command/demo.h"
#include "command/line.h"
#include "command/panes.h"
#include "term/driver.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int refuse(const struct err *err)
{
	fprintf(stderr, "leeboard: %s\n", err->message);
	if (err->hint[0])
		fprintf(stderr, "  %s\n", err->hint);
	fputs("  leeboard help lists commands and options\n", stderr);
	return EXIT_USAGE;
}

/* What there is to draw on, for doctor; nothing is sent to it. */
static void look_at_terminal(struct terminal *terminal)
{
	int fd = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct winsize size;

	if (fd < 0)
		return;
	terminal->term = getenv("TERM");
	terminal->colors = driver_colors();
	if (ioctl(fd, TIOCGWINSZ, &size) == 0) {
		terminal->rows = size.ws_row;
		terminal->cols = size.ws_col;
	}
	close(fd);
}

static int run(struct line *line)
{
	if (line->version) {
		line_version(stdout);
		return EXIT_OK;
	}
	if (line->help) {
		line_help(line->command, stdout);
		return EXIT_OK;
	}
	if (line->command && !strcmp(line->command->name, "demo"))
		return demo_show(line, app_run);
	if (line->command && !strcmp(line->command->name, "doctor"))
		look_at_terminal(&line->terminal);
	if (line->command)
		return line->command->run(line);
	if (!isatty(STDOUT_FILENO) || line->format_given)
		return command_panes(line);
	return app_run(line);
}

int main(int argc, char **argv)
{
	struct line line;
	struct err err;
	int code;

	/* only the character set: numbers use a point and text sorts by bytes, everywhere */
	setlocale(LC_CTYPE, "");
	if (line_parse(&line, argc, argv, &err))
		code = refuse(&err);
	else
		code = run(&line);
	line_release(&line);
	return code;
}
