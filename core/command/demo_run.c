/* See demo_run.h. */
#include "command/demo_run.h"

#include "base/buf.h"
#include "base/clock.h"
#include "format/json.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_MS = 60000, END_MS = 5000, MAX_LINE = 64 << 10 };

#define PROGRAM "leeboard-demo"

static int find_program(char *out, size_t size, struct err *err)
{
	ssize_t n = readlink("/proc/self/exe", out, size - sizeof "/" PROGRAM);
	char *slash;

	out[n > 0 ? n : 0] = 0;
	slash = strrchr(out, '/');
	if (slash) {
		strcpy(slash, "/" PROGRAM);
		if (access(out, X_OK) == 0)
			return 0;
	}
	snprintf(out, size, "%s", LEE_LIBEXECDIR "/" PROGRAM);
	if (access(out, X_OK) == 0)
		return 0;
	err_set(err, ERR_NOT_FOUND, PROGRAM " is neither beside this program nor in " LEE_LIBEXECDIR);
	return err_hint(err, "it is built and installed together with leeboard");
}

/* The three pipes of the child; in us, only our ends stay. */
struct ends {
	int in[2], out[2], talk; /* talk: a memory file for its stderr */
};

static void close_ends(struct ends *ends)
{
	const int fds[] = {ends->in[0], ends->in[1], ends->out[0], ends->out[1], ends->talk};

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int open_ends(struct ends *ends, struct err *err)
{
	*ends = (struct ends){{-1, -1}, {-1, -1}, -1};
	ends->talk = memfd_create(PROGRAM, MFD_CLOEXEC);
	if (ends->talk >= 0 && pipe2(ends->in, O_CLOEXEC) == 0 && pipe2(ends->out, O_CLOEXEC) == 0)
		return 0;
	err_errno(err, errno, "starting " PROGRAM);
	close_ends(ends);
	return -1;
}

/* In a process group of its own, so that the terminal's ^C and ^Z are ours alone to answer. */
static int spawn(pid_t *pid, const char *program, char *const *argv, const struct ends *ends)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, usual;
	int failed;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTERM);
	sigaddset(&usual, SIGHUP);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
					       POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &usual);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, ends->in[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, ends->out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, ends->talk, STDERR_FILENO);
	failed = posix_spawn(pid, program, &files, &how, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return failed;
}

/* One line from the child, or what it came to. */
static bool read_line(int fd, struct buf *line)
{
	int64_t end = clock_monotonic() + READY_MS;

	for (;;) {
		struct pollfd pollfd = {.fd = fd, .events = POLLIN};
		int64_t left = end - clock_monotonic();
		char piece[1024];
		ssize_t n;

		if (left <= 0 || line->over || (poll(&pollfd, 1, (int)left) < 0 && errno != EINTR))
			return false;
		if (!pollfd.revents)
			continue;
		n = read(fd, piece, sizeof piece);
		if (n <= 0)
			return false;
		buf_add(line, piece, (size_t)n);
		if (memchr(piece, '\n', (size_t)n))
			return true;
	}
}

/* "leeboard-demo: the reason", as it said it itself. */
static int why_not(int talk, struct err *err)
{
	char said[240];
	ssize_t n = pread(talk, said, sizeof said - 1, 0);

	said[n > 0 ? n : 0] = 0;
	said[strcspn(said, "\n")] = 0;
	return err_set(err, ERR_IO, "%s", said[0] ? said : PROGRAM " did not get ready in time");
}

static bool keep_text(const struct json *ready, const char *key, char out[DEMO_PATH])
{
	struct str text = json_get_text(ready, key);

	if (!text.n || text.n >= DEMO_PATH || memchr(text.s, 0, text.n))
		return false;
	memcpy(out, text.s, text.n);
	out[text.n] = 0;
	return true;
}

static int hear(struct demo_run *run, int talk, struct err *err)
{
	struct json *ready;
	struct buf line;
	int failed;

	buf_init(&line, MAX_LINE);
	if (!read_line(run->out, &line)) {
		buf_release(&line);
		return why_not(talk, err);
	}
	ready = json_parse(buf_str(&line), &json_limits, NULL, err);
	failed = !ready || !keep_text(ready, "dir", run->dir) || !keep_text(ready, "config", run->config);
	if (ready && failed)
		err_set(err, ERR_FORMAT, PROGRAM " said something unexpected");
	json_free(ready);
	buf_release(&line);
	return failed ? -1 : 0;
}

int demo_run_start(struct demo_run *run, const char *dir, int ahead, struct err *err)
{
	char program[DEMO_PATH], seconds[16];
	char *argv[6] = {(char *)PROGRAM, (char *)"--ahead", seconds, NULL};
	struct ends ends;
	int failed;

	*run = (struct demo_run){.hold = -1, .out = -1};
	snprintf(seconds, sizeof seconds, "%d", ahead);
	if (dir) {
		argv[3] = (char *)"--dir";
		argv[4] = (char *)dir;
	}
	if (find_program(program, sizeof program, err) != 0 || open_ends(&ends, err) != 0)
		return -1;
	failed = spawn(&run->pid, program, argv, &ends);
	if (failed) {
		close_ends(&ends);
		run->pid = 0;
		return err_errno(err, failed, "%s", program);
	}
	close(ends.in[0]);
	close(ends.out[1]);
	run->hold = ends.in[1];
	run->out = ends.out[0];
	failed = hear(run, ends.talk, err);
	close(ends.talk);
	if (failed)
		demo_run_end(run);
	return failed;
}

void demo_run_end(struct demo_run *run)
{
	struct pollfd pollfd = {.fd = run->out, .events = POLLIN};
	char bin[256];

	if (!run->pid)
		return;
	close(run->hold);
	while (poll(&pollfd, 1, END_MS) == 1 && read(run->out, bin, sizeof bin) > 0)
		;
	/* gone already, or about to be; what hangs is not waited for */
	if (pollfd.revents == 0)
		kill(run->pid, SIGKILL);
	waitpid(run->pid, NULL, 0);
	close(run->out);
	run->pid = 0;
}
