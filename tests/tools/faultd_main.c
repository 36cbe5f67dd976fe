/*
 * faultd [--port N] [SCRIPT]: the misbehaving server as a program, for tests that run real
 * processes. Prints its address and serves until SIGTERM, SIGINT or the end of its input.
 *
 * SCRIPT holds an answer a line: METHOD PATH STATUS FILE, the file beside the script.
 */
#include "faultd.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 2;
}

static int add_answer(struct faultd *f, const char *folder, const char *line)
{
	char method[16], path[512], name[512], file[2048], what[600];
	char *body = NULL;
	size_t n = 0;
	int status;
	FILE *in;

	if (sscanf(line, "%15s %511s %d %511s", method, path, &status, name) != 4)
		return 0;
	snprintf(file, sizeof file, "%s/%s", folder, name);
	in = fopen(file, "r");
	if (!in)
		return fail(file);
	if (getdelim(&body, &n, EOF, in) < 0)
		body = strdup("");
	snprintf(what, sizeof what, "%s %s", method, path);
	faultd_answer(f, what, status, "", body, strlen(body));
	free(body);
	fclose(in);
	return 0;
}

static int read_script(struct faultd *f, const char *script)
{
	char *copy = strdup(script), *line = NULL;
	const char *folder = dirname(copy);
	FILE *in = fopen(script, "r");
	size_t size = 0;
	int bad = in ? 0 : fail(script);

	while (!bad && getline(&line, &size, in) > 0)
		bad = add_answer(f, folder, line);
	if (in)
		fclose(in);
	free(line);
	free(copy);
	return bad;
}

int main(int argc, char **argv)
{
	int port = 0, at = 1, bad = 0;
	struct faultd *f;
	char c;

	if (argc > at + 1 && !strcmp(argv[at], "--port")) {
		port = atoi(argv[at + 1]);
		at += 2;
	}
	f = faultd_start(port);
	if (!f)
		return fail("faultd");
	if (at < argc)
		bad = read_script(f, argv[at]);
	if (!bad) {
		printf("http://127.0.0.1:%d\n", faultd_port(f));
		fflush(stdout);
		while (read(STDIN_FILENO, &c, 1) > 0)
			;
	}
	faultd_stop(f);
	return bad;
}
