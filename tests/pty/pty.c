/* A program in a terminal of our own; see pty.h. */
#include "pty.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RAW_MAX = 64 << 20, PATIENCE_MS = 60000 };

/* What the shell reports of the program. */
struct pty_report {
	enum pty_state state;
	int status;
	pid_t pid;
	struct termios modes;
};

static void fail(const struct pty *pty, const char *what)
{
	fprintf(stderr, "pty: %s (state %d, typed %llu, mark %llu %d %d)\n", what, pty->state,
		(unsigned long long)pty->typed, (unsigned long long)pty->mark_typed, pty->mark_rows,
		pty->mark_cols);
	for (int y = 0; pty->screen && y < pty->rows; y++)
		fprintf(stderr, "|%s\n", pty_row((struct pty *)(uintptr_t)pty, y));
	abort();
}

/* --- the shell, in a process of its own --- */

static void exec_program(const struct pty_options *options, int idle)
{
	char number[16];

	setpgid(0, 0);
	tcsetpgrp(0, getpid());
	/* whoever started the tests in the background had these ignored */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
	signal(SIGHUP, options->ignore_hangup ? SIG_IGN : SIG_DFL);
	snprintf(number, sizeof number, "%d", idle);
	setenv("LEEBOARD_IDLE_FD", number, 1);
	setenv("TERM", options->term ? options->term : "xterm-256color", 1);
	setenv("LC_ALL", options->locale ? options->locale : "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	for (size_t i = 0; options->settings && options->settings[i]; i++)
		putenv((char *)(uintptr_t)options->settings[i]);
	execv(options->argv[0], (char *const *)(uintptr_t)options->argv);
	_exit(127);
}

static void report(int fd, enum pty_state state, int status, pid_t pid)
{
	struct pty_report report = {.state = state, .status = status, .pid = pid};

	tcgetattr(0, &report.modes);
	if (write(fd, &report, sizeof report) != sizeof report)
		_exit(1);
}

static void run_shell(const struct pty_options *options, int idle, int reports, int commands)
{
	pid_t pid;
	int status;
	char command;

	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	report(reports, PTY_RUNS, 0, 0);
	pid = fork();
	if (!pid)
		exec_program(options, idle);
	setpgid(pid, pid);
	tcsetpgrp(0, pid);
	report(reports, PTY_RUNS, 0, pid);
	while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		tcsetpgrp(0, getpgrp());
		report(reports, PTY_STOPPED, status, pid);
		if (read(commands, &command, 1) != 1)
			_exit(1);
		tcsetpgrp(0, pid);
		kill(-pid, SIGCONT);
	}
	report(reports, PTY_ENDED, status, pid);
	_exit(0);
}

/* --- the other end --- */

static void close_on_exec(int fd)
{
	fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void start_screen(struct pty *pty)
{
	pty->vterm = vterm_new(pty->rows, pty->cols);
	vterm_set_utf8(pty->vterm, pty->utf8);
	pty->screen = vterm_obtain_screen(pty->vterm);
	vterm_screen_enable_altscreen(pty->screen, 1);
	vterm_screen_reset(pty->screen, 1);
}

static void read_report(struct pty *pty)
{
	struct pty_report report;

	if (read(pty->report, &report, sizeof report) != sizeof report) {
		pty->state = PTY_ENDED;
		return;
	}
	pty->state = report.state;
	pty->status = report.status;
	if (report.pid)
		pty->program = report.pid;
	else
		pty->before = report.modes;
	pty->modes = report.modes;
}

static void read_marks(struct pty *pty)
{
	char bytes[4096];
	ssize_t n = read(pty->idle, bytes, sizeof bytes);

	for (ssize_t i = 0; i < n; i++) {
		unsigned long long typed;

		if (pty->mark_n + 1 < sizeof pty->mark)
			pty->mark[pty->mark_n++] = bytes[i];
		if (bytes[i] != '\n')
			continue;
		pty->mark[pty->mark_n] = 0;
		pty->mark_n = 0;
		pty->marks++;
		if (sscanf(pty->mark, ".%llu %d %d", &typed, &pty->mark_rows, &pty->mark_cols) == 3)
			pty->mark_typed = typed;
	}
}

static void read_screen(struct pty *pty)
{
	char bytes[65536];
	ssize_t n = read(pty->master, bytes, sizeof bytes);

	if (n <= 0)
		return;
	buf_add(&pty->raw, bytes, (size_t)n);
	vterm_input_write(pty->vterm, bytes, (size_t)n);
}

/* Takes in one round of what comes. False when nothing came in time. */
static bool pump(struct pty *pty, int ms)
{
	struct pollfd fds[] = {
		{.fd = pty->unread ? -1 : pty->master, .events = POLLIN},
		{.fd = pty->idle, .events = POLLIN},
		{.fd = pty->report, .events = POLLIN},
	};

	if (poll(fds, 3, ms) <= 0)
		return false;
	/* the screen first: the mark says that its bytes were written before */
	if (fds[0].revents & POLLIN)
		read_screen(pty);
	else if (fds[1].revents & POLLIN)
		read_marks(pty);
	else if (fds[2].revents)
		read_report(pty);
	else
		poll(NULL, 0, 1);
	return true;
}

static bool settled(const struct pty *pty)
{
	return pty->mark_typed == pty->typed && pty->mark_rows == pty->rows &&
	       pty->mark_cols == pty->cols;
}

static void drain_screen(struct pty *pty)
{
	struct pollfd master = {.fd = pty->master, .events = POLLIN};

	while (!pty->unread && poll(&master, 1, 0) > 0 && (master.revents & POLLIN))
		read_screen(pty);
}

void pty_settle(struct pty *pty)
{
	int64_t end = clock_monotonic() + PATIENCE_MS;

	while (pty->state == PTY_RUNS && !settled(pty))
		if (!pump(pty, 1000) && clock_monotonic() > end)
			fail(pty, "the program does not settle");
	drain_screen(pty);
}

void pty_open(struct pty *pty, const struct pty_options *options)
{
	struct winsize size = {
		.ws_row = (unsigned short)options->rows, .ws_col = (unsigned short)options->cols};
	int idle[2], reports[2], commands[2];

	*pty = (struct pty){.rows = options->rows, .cols = options->cols};
	pty->utf8 = !options->locale || strstr(options->locale, "UTF-8");
	buf_init(&pty->raw, RAW_MAX);
	if (pipe(idle) || pipe(reports) || pipe(commands))
		fail(pty, "no pipes");
	fcntl(idle[1], F_SETFL, O_NONBLOCK);
	pty->shell = forkpty(&pty->master, NULL, NULL, &size);
	if (pty->shell < 0)
		fail(pty, "no terminal");
	if (!pty->shell) {
		close_on_exec(reports[1]);
		close_on_exec(commands[0]);
		close(idle[0]);
		close(reports[0]);
		close(commands[1]);
		run_shell(options, idle[1], reports[1], commands[0]);
	}
	close(idle[1]);
	close(reports[1]);
	close(commands[0]);
	pty->idle = idle[0];
	pty->report = reports[0];
	pty->command = commands[1];
	close_on_exec(pty->master);
	close_on_exec(pty->idle);
	close_on_exec(pty->report);
	close_on_exec(pty->command);
	start_screen(pty);
	/* Who it is before anything else: a signal to process 0 would end the test and its parents. */
	while (!pty->program && pty->state == PTY_RUNS)
		read_report(pty);
	pty_settle(pty);
}

void pty_close(struct pty *pty)
{
	if (pty->state != PTY_ENDED && pty->program > 0)
		kill(pty->program, SIGKILL);
	kill(pty->shell, SIGKILL);
	waitpid(pty->shell, NULL, 0);
	if (pty->master >= 0)
		close(pty->master);
	close(pty->idle);
	close(pty->report);
	close(pty->command);
	vterm_free(pty->vterm);
	buf_release(&pty->raw);
}

void pty_send(struct pty *pty, const char *bytes)
{
	size_t n = strlen(bytes);

	if (write(pty->master, bytes, n) != (ssize_t)n)
		fail(pty, "cannot type");
	pty->typed += n;
}

void pty_type(struct pty *pty, const char *bytes)
{
	pty_send(pty, bytes);
	pty_settle(pty);
}

void pty_resize(struct pty *pty, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	vterm_set_size(pty->vterm, rows, cols);
	pty->rows = rows;
	pty->cols = cols;
	ioctl(pty->master, TIOCSWINSZ, &size);
}

void pty_continue(struct pty *pty)
{
	pty->state = PTY_RUNS;
	pty->mark_rows = -1;
	if (write(pty->command, "c", 1) != 1)
		fail(pty, "the shell is gone");
	pty_settle(pty);
}

void pty_hang_up(struct pty *pty)
{
	close(pty->master);
	pty->master = -1;
	pty->unread = true;
}

void pty_wait(struct pty *pty, enum pty_state state)
{
	int64_t end = clock_monotonic() + PATIENCE_MS;

	while (pty->state != state)
		if (!pump(pty, 1000) && clock_monotonic() > end)
			fail(pty, "the program neither stops nor ends");
	if (pty->master >= 0)
		drain_screen(pty);
}

void pty_listen(struct pty *pty, int ms)
{
	int64_t end = clock_monotonic() + ms, now;

	while ((now = clock_monotonic()) < end)
		pump(pty, (int)(end - now));
}

static size_t cell_text(const VTermScreenCell *cell, char *out, size_t room)
{
	struct buf text;
	size_t n;

	buf_init(&text, 64);
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		buf_add_rune(&text, cell->chars[i]);
	if (!text.n)
		buf_addc(&text, ' ');
	n = text.n < room ? text.n : 0;
	memcpy(out, text.s, n);
	buf_release(&text);
	return n;
}

const char *pty_row(struct pty *pty, int y)
{
	static char row[65536];
	size_t n = 0;

	for (int x = 0; x < pty->cols; x++) {
		VTermPos at = {.row = y, .col = x};
		VTermScreenCell cell;

		vterm_screen_get_cell(pty->screen, at, &cell);
		/* the right half of a wide glyph */
		if (cell.chars[0] == (uint32_t)-1)
			continue;
		n += cell_text(&cell, row + n, sizeof row - n - 1);
	}
	while (n && row[n - 1] == ' ')
		n--;
	row[n] = 0;
	return row;
}

int pty_find(struct pty *pty, const char *text)
{
	for (int y = 0; y < pty->rows; y++)
		if (strstr(pty_row(pty, y), text))
			return y;
	return -1;
}

void pty_forget(struct pty *pty)
{
	buf_clear(&pty->raw);
}

int pty_count(const struct pty *pty, const char *bytes)
{
	size_t n = strlen(bytes);
	int count = 0;

	for (size_t i = 0; i + n <= pty->raw.n; i++)
		count += memcmp(pty->raw.s + i, bytes, n) == 0;
	return count;
}

bool pty_restored(const struct pty *pty)
{
	return pty->modes.c_iflag == pty->before.c_iflag &&
	       pty->modes.c_oflag == pty->before.c_oflag &&
	       pty->modes.c_lflag == pty->before.c_lflag &&
	       memcmp(pty->modes.c_cc, pty->before.c_cc, sizeof pty->modes.c_cc) == 0;
}
