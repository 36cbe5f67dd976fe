/* The curses driver in a real terminal, through the sample program beside this file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pty.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char sample_path[4096];
static const char *const sample_argv[] = {sample_path, NULL};

/* How a crash ends is what these tests are about, so a sanitizer leaves it alone. */
static const char *const plain_crashes[] = {
	"ASAN_OPTIONS=detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0",
	NULL};

static struct pty_options options(const char *term, const char *locale)
{
	return (struct pty_options){.argv = sample_argv,
		.rows = 24,
		.cols = 80,
		.term = term,
		.locale = locale,
		.settings = plain_crashes};
}

static void open_sample(struct pty *pty, const char *term, const char *locale)
{
	struct pty_options how = options(term, locale);

	pty_open(pty, &how);
}

static void quit(struct pty *pty)
{
	pty_send(pty, "q");
	pty_wait(pty, PTY_ENDED);
	assert_true(WIFEXITED(pty->status));
	assert_int_equal(WEXITSTATUS(pty->status), 0);
	assert_true(pty_restored(pty));
	pty_close(pty);
}

/* Is every byte ASCII text, or part of an escape sequence? */
static bool seven_bits(const struct pty *pty)
{
	for (size_t i = 0; i < pty->raw.n; i++)
		if ((unsigned char)pty->raw.s[i] >= 0x80)
			return false;
	return true;
}

static void terminals_and_locales_show_the_same(void **state)
{
	static const struct {
		const char *term, *locale, *first, *row;
	} cases[] = {
#define UTF8_TITLE "╭ sample · é 日本 ✓ ──"
#define UTF8_ROW "│ row 1: ✓ naïve 日本 ⣿⡇ ▁▂▃▄▅▆▇█ e\xCC\x81 end"
		{"xterm-256color", "C.UTF-8", UTF8_TITLE, UTF8_ROW},
		{"tmux-256color", "C.UTF-8", UTF8_TITLE, UTF8_ROW},
		{"screen-256color", "C.UTF-8", UTF8_TITLE, UTF8_ROW},
		{"xterm", "C.UTF-8", UTF8_TITLE, UTF8_ROW},
		{"linux", "C.UTF-8", "+ sample . é 日本 + --",
			"| row 1: + naïve 日本 ** _.:-=+*# e\xCC\x81 end"},
		{"vt100", "C.UTF-8", "+ sample . é 日本 + --",
			"| row 1: + naïve 日本 ** _.:-=+*# e\xCC\x81 end"},
		{"xterm-256color", "C", "+ sample . ? ???? + --",
			"| row 1: + na?ve ???? ** _.:-=+*# e end"},
		{"vt100", "POSIX", "+ sample . ? ???? + --",
			"| row 1: + na?ve ???? ** _.:-=+*# e end"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pty pty;

		open_sample(&pty, cases[i].term, cases[i].locale);
		assert_int_equal(pty.state, PTY_RUNS);
		if (strncmp(pty_row(&pty, 0), cases[i].first, strlen(cases[i].first)) != 0)
			print_error("%s %s: %s\n", cases[i].term, cases[i].locale,
				pty_row(&pty, 0));
		assert_memory_equal(pty_row(&pty, 0), cases[i].first, strlen(cases[i].first));
		if (strncmp(pty_row(&pty, 1), cases[i].row, strlen(cases[i].row)) != 0)
			print_error("%s %s: %s\n", cases[i].term, cases[i].locale,
				pty_row(&pty, 1));
		assert_memory_equal(pty_row(&pty, 1), cases[i].row, strlen(cases[i].row));
		if (!pty.utf8)
			assert_true(seven_bits(&pty));
		pty_type(&pty, "jj\033[B\033OB");
		assert_true(pty_find(&pty, "key down cursor 4") > 0);
		quit(&pty);
	}
}

static void a_terminal_that_will_not_do_is_refused(void **state)
{
	static const struct {
		const char *term, *message;
	} cases[] = {
		{"dumb", "the terminal type \"dumb\" cannot place its cursor"},
		{"no-such-terminal", "the terminal type \"no-such-terminal\" is not known here"},
		{"", "is not known here"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pty pty;

		open_sample(&pty, cases[i].term, NULL);
		pty_wait(&pty, PTY_ENDED);
		assert_int_equal(WEXITSTATUS(pty.status), 3);
		assert_true(pty_find(&pty, cases[i].message) >= 0);
		assert_int_equal(pty_count(&pty, "\033"), 0);
		assert_true(pty_restored(&pty));
		pty_close(&pty);
	}
}

static void no_color_means_none(void **state)
{
	const char *settings[] = {"NO_COLOR=1", plain_crashes[0], NULL};
	struct pty_options how = options(NULL, NULL);
	struct pty pty;
	(void)state;

	how.settings = settings;
	pty_open(&pty, &how);
	assert_true(pty_find(&pty, "colors 0") > 0);
	assert_int_equal(pty_count(&pty, "38;5;"), 0);
	quit(&pty);
}

static void one_synchronised_frame_an_update(void **state)
{
	struct pty pty;
	(void)state;

	open_sample(&pty, NULL, NULL);
	pty_forget(&pty);
	pty_type(&pty, "j");
	assert_int_equal(pty_count(&pty, "\033[?2026h"), 1);
	assert_int_equal(pty_count(&pty, "\033[?2026l"), 1);
	assert_int_equal(pty_count(&pty, "\033[2J"), 0);
	assert_memory_equal(pty.raw.s, "\033[?2026h", 8);
	assert_memory_equal(pty.raw.s + pty.raw.n - 8, "\033[?2026l", 8);
	print_message("bytes of a cursor move at 80x24: %zu\n", pty.raw.n);
	assert_true(pty.raw.n <= 600);
	quit(&pty);
}

static void nothing_changed_is_no_byte(void **state)
{
	struct pty pty;
	(void)state;

	open_sample(&pty, NULL, NULL);
	pty_type(&pty, "g");
	pty_forget(&pty);
	pty_type(&pty, "g");
	pty_type(&pty, "g");
	assert_int_equal(pty.raw.n, 0);
	quit(&pty);
}

static void the_screen_is_cleared_only_when_it_must(void **state)
{
	struct pty pty;
	(void)state;

	open_sample(&pty, NULL, NULL);
	assert_int_equal(pty_count(&pty, "\033[2J"), 1);
	pty_forget(&pty);
	for (int i = 0; i < 10; i++)
		pty_type(&pty, "j");
	assert_int_equal(pty_count(&pty, "\033[2J"), 0);
	pty_type(&pty, "\014");
	assert_int_equal(pty_count(&pty, "\033[2J"), 1);
	pty_forget(&pty);
	pty_resize(&pty, 30, 100);
	pty_settle(&pty);
	assert_int_equal(pty_count(&pty, "\033[2J"), 1);
	assert_int_equal(pty_find(&pty, "size 30x100"), 28);
	quit(&pty);
}

static void a_resize_storm_ends_in_the_right_picture(void **state)
{
	struct pty pty, fresh;
	struct pty_options how = options(NULL, NULL);
	unsigned seed = 1;
	(void)state;

	open_sample(&pty, NULL, NULL);
	for (int i = 0; i < 1000; i++) {
		seed = seed * 1103515245u + 12345u;
		pty_resize(&pty, 1 + (int)(seed >> 16) % 200, 1 + (int)(seed >> 8) % 500);
		if (i % 50 == 0)
			pty_settle(&pty);
	}
	pty_resize(&pty, 33, 90);
	pty_settle(&pty);
	how.rows = 33;
	how.cols = 90;
	pty_open(&fresh, &how);
	for (int y = 0; y < 33; y++) {
		char row[4096];

		snprintf(row, sizeof row, "%s", pty_row(&fresh, y));
		assert_string_equal(pty_row(&pty, y), row);
	}
	quit(&fresh);
	quit(&pty);
}

static void tiny_terminals_do_not_hurt(void **state)
{
	static const int sizes[][2] = {{1, 1}, {2, 2}, {1, 500}, {500, 1}, {3, 3}};
	(void)state;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct pty_options how = options(NULL, NULL);
		struct pty pty;

		how.rows = sizes[i][0];
		how.cols = sizes[i][1];
		pty_open(&pty, &how);
		pty_type(&pty, "jjk");
		quit(&pty);
	}
}

static void stop_and_continue(void **state)
{
	struct pty pty;
	(void)state;

	open_sample(&pty, NULL, NULL);
	pty_type(&pty, "jj");
	for (int i = 0; i < 20; i++) {
		pty_forget(&pty);
		if (i % 2)
			kill(pty.program, SIGTSTP);
		else
			pty_send(&pty, "\032");
		pty_wait(&pty, PTY_STOPPED);
		assert_true(pty_restored(&pty));
		assert_int_equal(pty_count(&pty, "\033[?1049l"), 1);
		assert_int_equal(pty_count(&pty, "\033[?2004l"), 1);
		if (i == 7)
			pty_resize(&pty, 20, 70);
		pty_continue(&pty);
		assert_true(pty_find(&pty, i < 7 ? "size 24x80" : "size 20x70") > 0);
		assert_true(pty_find(&pty, "cursor 2") > 0);
		assert_int_equal(pty_count(&pty, "\033[2J"), 1);
	}
	kill(pty.program, SIGSTOP);
	pty_wait(&pty, PTY_STOPPED);
	pty_continue(&pty);
	pty_type(&pty, "j");
	assert_true(pty_find(&pty, "cursor 3") > 0);
	quit(&pty);
}

static void hang_up(bool ignore)
{
	struct pty_options how = options(NULL, NULL);
	struct pty pty;

	how.ignore_hangup = ignore;
	pty_open(&pty, &how);
	pty_type(&pty, "jj");
	pty_hang_up(&pty);
	pty_wait(&pty, PTY_ENDED);
	assert_true(WIFEXITED(pty.status));
	pty_close(&pty);
}

static void a_lost_terminal_ends_the_program(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		hang_up(i % 2);
}

static long resident_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = -1;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file && kb < 0 && fgets(line, sizeof line, file))
		sscanf(line, "VmRSS: %ld", &kb);
	if (file)
		fclose(file);
	return kb;
}

/* Types one key at a time, each taken in before the next: bytes that were read, not screen. */
static void type_unread(struct pty *pty, const char *bytes)
{
	char one[2] = {0};

	for (; *bytes; bytes++) {
		one[0] = *bytes;
		pty_send(pty, one);
	}
}

static void an_unread_terminal_costs_nothing(void **state)
{
	struct pty pty;
	long before;
	(void)state;

	open_sample(&pty, NULL, NULL);
	pty_type(&pty, "j");
	before = resident_kb(pty.program);
	pty.unread = true;
	/* redraws until the terminal's own buffer is full, and far beyond */
	for (int i = 0; i < 500; i++)
		type_unread(&pty, "\014j");
	for (int i = 0; i < 490; i++)
		type_unread(&pty, "\014k");
	pty.unread = false;
	pty_settle(&pty);
	assert_true(pty_find(&pty, "key k cursor 11") > 0);
	/* the frame that stuck, the newest one, and what the terminal's buffer held */
	print_message("bytes after 1980 unread keys: %zu\n", pty.raw.n);
	assert_true(resident_kb(pty.program) < before + 1024);
	quit(&pty);
}

static void quitting_an_unread_terminal(void **state)
{
	struct pty pty;
	(void)state;

	open_sample(&pty, NULL, NULL);
	pty.unread = true;
	for (int i = 0; i < 100; i++)
		type_unread(&pty, "\014j");
	type_unread(&pty, "q");
	pty_wait(&pty, PTY_ENDED);
	assert_true(WIFEXITED(pty.status));
	assert_int_equal(WEXITSTATUS(pty.status), 0);
	assert_true(pty_restored(&pty));
	pty_close(&pty);
}

static void signals_put_the_terminal_back(void **state)
{
	static const struct {
		int number;
		bool clean;
	} cases[] = {
		{SIGTERM, true},
		{SIGINT, true},
		{SIGHUP, true},
		{SIGABRT, false},
		{SIGSEGV, false},
		{SIGBUS, false},
		{SIGFPE, false},
		{SIGILL, false},
		{SIGQUIT, false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pty pty;

		open_sample(&pty, NULL, NULL);
		pty_forget(&pty);
		kill(pty.program, cases[i].number);
		pty_wait(&pty, PTY_ENDED);
		if (cases[i].clean)
			assert_true(WIFEXITED(pty.status));
		else
			assert_int_equal(WTERMSIG(pty.status), cases[i].number);
		assert_true(pty_restored(&pty));
		assert_true(pty_count(&pty, "\033[?1049l") >= 1);
		assert_true(pty_count(&pty, "\033[?2004l") >= 1);
		pty_close(&pty);
	}
}

static void crashes_put_the_terminal_back(void **state)
{
	static const struct {
		const char *key;
		int number;
	} cases[] = {{"!", SIGABRT}, {"#", SIGSEGV}};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pty pty;

		open_sample(&pty, NULL, NULL);
		pty_forget(&pty);
		pty_send(&pty, cases[i].key);
		pty_wait(&pty, PTY_ENDED);
		assert_true(WIFSIGNALED(pty.status));
		assert_int_equal(WTERMSIG(pty.status), cases[i].number);
		assert_true(pty_restored(&pty));
		assert_int_equal(pty_count(&pty, "\033[?1049l"), 1);
		pty_close(&pty);
	}
}

static void copies_only_when_asked(void **state)
{
	struct pty pty;
	(void)state;

	open_sample(&pty, NULL, NULL);
	assert_int_equal(pty_count(&pty, "\033]"), 0);
	pty_type(&pty, "y");
	assert_int_equal(pty_count(&pty, "\033]52;c;Y29waWVkIMOp\a"), 1);
	quit(&pty);
	open_sample(&pty, "linux", NULL);
	pty_type(&pty, "y");
	assert_int_equal(pty_count(&pty, "\033]"), 0);
	quit(&pty);
}

static void pasted_text_is_no_key(void **state)
{
	struct pty pty;
	(void)state;

	open_sample(&pty, NULL, NULL);
	assert_int_equal(pty_count(&pty, "\033[?2004h"), 1);
	pty_type(&pty, "\033[200~qqqq\033[201~");
	assert_true(pty_find(&pty, "pasted 4") > 0);
	quit(&pty);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminals_and_locales_show_the_same),
		cmocka_unit_test(a_terminal_that_will_not_do_is_refused),
		cmocka_unit_test(no_color_means_none),
		cmocka_unit_test(one_synchronised_frame_an_update),
		cmocka_unit_test(nothing_changed_is_no_byte),
		cmocka_unit_test(the_screen_is_cleared_only_when_it_must),
		cmocka_unit_test(a_resize_storm_ends_in_the_right_picture),
		cmocka_unit_test(tiny_terminals_do_not_hurt),
		cmocka_unit_test(stop_and_continue),
		cmocka_unit_test(a_lost_terminal_ends_the_program),
		cmocka_unit_test(an_unread_terminal_costs_nothing),
		cmocka_unit_test(quitting_an_unread_terminal),
		cmocka_unit_test(signals_put_the_terminal_back),
		cmocka_unit_test(crashes_put_the_terminal_back),
		cmocka_unit_test(copies_only_when_asked),
		cmocka_unit_test(pasted_text_is_no_key),
	};
	char *slash;

	(void)argc;
	/* the sample lies beside this program */
	snprintf(sample_path, sizeof sample_path - 16, "%s", argv[0]);
	slash = strrchr(sample_path, '/');
	strcpy(slash ? slash + 1 : sample_path, "sample");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
