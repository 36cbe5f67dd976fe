/*
 * The workbench in a real terminal, on the store that ships with the demo: what it writes, and what
 * it does when the terminal changes, stops, is not read or goes away.
 *
 * The store is copied into a folder of the test, so that side files of SQLite would be seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pty.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IDLE_MS = 10000, CURSOR_BYTES = 600 };

static char program[4096], folder[] = "/tmp/leeboard-pty-XXXXXX", store[64], hostile[64];
static const char *const on_store[] = {program, "--no-config", store, NULL};
static const char *const on_hostile[] = {program, "--no-config", hostile, NULL};

/* A sanitizer's account of what curses and SQLite keep is no business of these tests. */
static const char *const no_leaks[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};

static void open_program(struct pty *pty, const char *const *argv, const char *term,
			 const char *locale, int rows, int cols)
{
	struct pty_options how = {
		.argv = argv, .rows = rows, .cols = cols, .term = term, .locale = locale,
		.settings = no_leaks};

	pty_open(pty, &how);
}

/* The demo's store, as it ships, under another path. */
static void copy_file(const char *path)
{
	const char *srcdir = getenv("srcdir");
	char shipped[4096], piece[65536];
	FILE *from, *to;
	size_t n;

	snprintf(shipped, sizeof shipped, "%s/core/demo/store/mlflow.db", srcdir ? srcdir : ".");
	from = fopen(shipped, "r");
	to = fopen(path, "w");
	assert_non_null(from);
	assert_non_null(to);
	while ((n = fread(piece, 1, sizeof piece, from)))
		fwrite(piece, 1, n, to);
	fclose(from);
	assert_int_equal(fclose(to), 0);
}

/* Once everything is there: rows follow the first frame, then curves and what follows the cursor. */
static void expect(struct pty *pty, const char *text)
{
	pty_settle(pty);
	if (pty_find(pty, text) < 0)
		for (int y = 0; y < pty->rows; y++)
			print_error("|%s\n", pty_row(pty, y));
	assert_true(pty_find(pty, text) >= 0);
}

static void quit(struct pty *pty)
{
	pty_send(pty, "Q");
	pty_wait(pty, PTY_ENDED);
	assert_true(WIFEXITED(pty->status));
	assert_int_equal(WEXITSTATUS(pty->status), 0);
	assert_true(pty_restored(pty));
	pty_close(pty);
}

static void idle_is_silent(void **state)
{
	struct pty pty;
	(void)state;

	open_program(&pty, on_store, NULL, NULL, 48, 160);
	expect(&pty, "churn-xgb");
	pty_forget(&pty);
	pty_listen(&pty, IDLE_MS);
	print_message("bytes in ten idle seconds: %zu\n", pty.raw.n);
	assert_int_equal(pty.raw.n, 0);
	quit(&pty);
}

/* The bytes up to the end of the first synchronised frame; 0: there is none. */
static size_t first_frame(const struct pty *pty)
{
	static const char end[] = "\033[?2026l";
	const char *at = memmem(pty->raw.s, pty->raw.n, end, sizeof end - 1);

	return at ? (size_t)(at - pty->raw.s) + sizeof end - 1 : 0;
}

static void a_cursor_move_costs_little(void **state)
{
	size_t most = 0;
	struct pty pty;
	(void)state;

	open_program(&pty, on_store, NULL, NULL, 48, 160);
	expect(&pty, "churn-xgb");
	for (int i = 0; i < 8; i++) {
		size_t frame;

		pty_forget(&pty);
		pty_type(&pty, i % 4 < 2 ? "j" : "k");
		/* the first frame: what follows the cursor comes when it has rested, and is not counted */
		frame = first_frame(&pty);
		assert_true(frame > 0);
		assert_int_equal(pty_count(&pty, "\033[2J"), 0);
		most = frame > most ? frame : most;
	}
	print_message("most bytes of a cursor move at 160x48: %zu\n", most);
	assert_true(most <= CURSOR_BYTES);
	quit(&pty);
}

static void frames_are_synchronised_and_never_cleared(void **state)
{
	struct pty pty;
	(void)state;

	open_program(&pty, on_store, NULL, NULL, 36, 120);
	expect(&pty, "churn-xgb");
	for (const char *keys = "jjj \tGgg2jj1:\033?jj\033z"; *keys; keys++) {
		char one[2] = {*keys, 0};

		pty_type(&pty, one);
	}
	assert_int_equal(pty_count(&pty, "\033[2J"), 1);
	assert_int_equal(pty_count(&pty, "\033[?2026h"), pty_count(&pty, "\033[?2026l"));
	quit(&pty);
}

static void terminals_and_locales(void **state)
{
	static const struct {
		const char *term, *locale, *corner;
	} cases[] = {
		{"xterm-256color", "C.UTF-8", "╭ "},
		{"tmux-256color", "C.UTF-8", "╭ "},
		{"screen-256color", "C.UTF-8", "╭ "},
		{"xterm", "C.UTF-8", "╭ "},
		{"linux", "C.UTF-8", "+ "},
		{"vt100", "C.UTF-8", "+ "},
		{"xterm-256color", "C", "+ "},
		{"vt100", "POSIX", "+ "},
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pty pty;

		open_program(&pty, on_store, cases[i].term, cases[i].locale, 24, 80);
		expect(&pty, "churn-xgb");
		expect(&pty, cases[i].corner);
		pty_type(&pty, "\tj\033[B\033OA");
		for (size_t b = 0; !pty.utf8 && b < pty.raw.n; b++)
			assert_true((unsigned char)pty.raw.s[b] < 0x80);
		quit(&pty);
	}
}

static void hopeless_terminals_are_refused(void **state)
{
	static const char *const terms[] = {"dumb", "no-such-terminal"};
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		struct pty pty;

		open_program(&pty, on_store, terms[i], NULL, 24, 80);
		pty_wait(&pty, PTY_ENDED);
		assert_true(WIFEXITED(pty.status) && WEXITSTATUS(pty.status) != 0);
		assert_true(pty_find(&pty, terms[i]) >= 0);
		assert_int_equal(pty_count(&pty, "\033"), 0);
		assert_true(pty_restored(&pty));
		pty_close(&pty);
	}
}

static void the_smallest_terminals_will_do(void **state)
{
	static const int sizes[][2] = {{1, 1}, {1, 200}, {60, 1}, {2, 2}};
	(void)state;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct pty pty;

		open_program(&pty, on_store, NULL, NULL, sizes[i][0], sizes[i][1]);
		pty_type(&pty, "jj2?\tq");
		pty_resize(&pty, 24, 80);
		pty_type(&pty, "1");
		expect(&pty, "churn-xgb");
		quit(&pty);
	}
}

static void every_size_is_survived(void **state)
{
	unsigned seed = 5;
	struct pty pty;
	(void)state;

	open_program(&pty, on_store, NULL, NULL, 24, 80);
	expect(&pty, "churn-xgb");
	for (int i = 0; i < 300; i++) {
		seed = seed * 1103515245u + 12345u;
		pty_resize(&pty, 1 + (int)(seed >> 16) % 60, 1 + (int)(seed >> 8) % 200);
		pty_send(&pty, i % 3 ? "j" : "\t");
		if (i % 20 == 0)
			pty_settle(&pty);
	}
	pty_resize(&pty, 9, 39);
	pty_settle(&pty);
	assert_true(pty_find(&pty, "40") >= 0);
	pty_resize(&pty, 36, 120);
	pty_settle(&pty);
	expect(&pty, "churn-xgb");
	quit(&pty);
}

static void stop_and_continue(void **state)
{
	struct pty pty;
	(void)state;

	open_program(&pty, on_store, NULL, NULL, 36, 120);
	expect(&pty, "churn-xgb");
	for (int i = 0; i < 5; i++) {
		if (i % 2)
			kill(pty.program, SIGTSTP);
		else
			pty_send(&pty, "\032");
		pty_wait(&pty, PTY_STOPPED);
		assert_true(pty_restored(&pty));
		pty_continue(&pty);
		expect(&pty, "churn-xgb");
	}
	quit(&pty);
}

static void a_lost_terminal_ends_it(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		struct pty_options how = {.argv = on_store, .rows = 24, .cols = 80,
					  .settings = no_leaks, .ignore_hangup = i % 2};
		struct pty pty;

		pty_open(&pty, &how);
		if (i > 1)
			expect(&pty, "churn-xgb");
		pty_hang_up(&pty);
		pty_wait(&pty, PTY_ENDED);
		assert_true(WIFEXITED(pty.status));
		pty_close(&pty);
	}
}

static void an_unread_terminal_does_not_stop_the_keys(void **state)
{
	struct pty pty;
	(void)state;

	open_program(&pty, on_store, NULL, NULL, 48, 160);
	expect(&pty, "churn-xgb");
	pty.unread = true;
	for (int i = 0; i < 200; i++)
		pty_send(&pty, "\014");
	pty_send(&pty, "?");
	pty.unread = false;
	pty_settle(&pty);
	assert_true(pty_find(&pty, "one row down") >= 0);
	pty_type(&pty, "\033");
	pty.unread = true;
	for (int i = 0; i < 200; i++)
		pty_send(&pty, "\014");
	pty_send(&pty, "Q");
	pty_wait(&pty, PTY_ENDED);
	assert_true(WIFEXITED(pty.status) && WEXITSTATUS(pty.status) == 0);
	assert_true(pty_restored(&pty));
	pty_close(&pty);
}

static void signals_put_the_terminal_back(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGABRT, SIGSEGV};
	(void)state;

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct pty pty;

		open_program(&pty, on_store, NULL, NULL, 24, 80);
		expect(&pty, "churn-xgb");
		kill(pty.program, signals[i]);
		pty_wait(&pty, PTY_ENDED);
		assert_true(pty_restored(&pty));
		assert_true(pty_count(&pty, "\033[?1049l") >= 1);
		pty_close(&pty);
	}
}

/* The sequences of a stream that are not of the kinds that a clean run sends. */
static int foreign_sequences(const struct pty *pty)
{
	int foreign = 0;

	for (size_t i = 0; i + 1 < pty->raw.n; i++) {
		unsigned char c = (unsigned char)pty->raw.s[i];
		unsigned char next = (unsigned char)pty->raw.s[i + 1];

		/* CSI, charset, keypad; never OSC, DCS, APC, PM, SOS or their 8-bit forms */
		if (c == 0x1B)
			foreign += !strchr("[()=>M78", next);
		else if (c < 0x20)
			foreign += !strchr("\b\t\n\r", c);
		else
			foreign += c == 0xC2 && next >= 0x80 && next < 0xA0;
	}
	return foreign;
}

/* Names that try every way to reach the terminal, in every text column that a screen shows. */
static void make_hostile(void)
{
	static const char *const names[] = {
		"\033]0;owned\a", "\033[2J", "\x9b" "31m", "\033P1$r\033\\", "\033]52;c;ZXZpbA==\a",
		"\xC2\x9B" "2J", "\xE2\x80\xAE" "evil", "\016\017", "\033c", "\177",
	};
	static const char *const updates[] = {
		"UPDATE runs SET name = 'n' || rowid || ?1 WHERE rowid % 10 = ?2",
		"UPDATE runs SET user_id = ?1 || rowid WHERE rowid % 10 = ?2",
		"UPDATE params SET value = ?1 || rowid WHERE rowid % 10 = ?2",
		"UPDATE tags SET value = ?1 || rowid WHERE rowid % 10 = ?2"
		" AND key NOT LIKE 'mlflow.%'",
		"UPDATE experiments SET name = 'e' || rowid || ?1 WHERE rowid % 10 = ?2",
		"UPDATE registered_models SET description = ?1 WHERE rowid % 10 = ?2",
		"UPDATE model_versions SET description = ?1 WHERE rowid % 10 = ?2",
	};
	sqlite3 *db = NULL;

	copy_file(hostile);
	assert_int_equal(sqlite3_open(hostile, &db), SQLITE_OK);
	for (size_t u = 0; u < sizeof updates / sizeof *updates; u++) {
		for (int i = 0; i < 10; i++) {
			sqlite3_stmt *statement = NULL;

			assert_int_equal(sqlite3_prepare_v2(db, updates[u], -1, &statement, NULL),
					 SQLITE_OK);
			sqlite3_bind_text(statement, 1, names[i], -1, SQLITE_STATIC);
			sqlite3_bind_int(statement, 2, i);
			assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
			sqlite3_finalize(statement);
		}
	}
	sqlite3_close(db);
}

static void nothing_foreign_reaches_the_terminal(void **state)
{
	struct pty pty;
	(void)state;

	make_hostile();
	open_program(&pty, on_hostile, NULL, NULL, 36, 120);
	expect(&pty, "e2");
	for (const char *keys = "jjj\tj\tj j c\tjj\033\rjj\0332jj\rj"; *keys; keys++) {
		char one[2] = {*keys, 0};

		pty_type(&pty, one);
	}
	assert_int_equal(foreign_sequences(&pty), 0);
	quit(&pty);
}

/* After all that, the folder holds what was put there and no more. */
static void the_folder_is_as_it_was(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	(void)state;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "mlflow.db") != 0 &&
		    strcmp(entry->d_name, "hostile.db") != 0)
			fail_msg("%s was left there", entry->d_name);
	closedir(dir);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(store, sizeof store, "%s/mlflow.db", folder);
	snprintf(hostile, sizeof hostile, "%s/hostile.db", folder);
	copy_file(store);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(store);
	unlink(hostile);
	return rmdir(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_is_silent),
		cmocka_unit_test(a_cursor_move_costs_little),
		cmocka_unit_test(frames_are_synchronised_and_never_cleared),
		cmocka_unit_test(terminals_and_locales),
		cmocka_unit_test(hopeless_terminals_are_refused),
		cmocka_unit_test(the_smallest_terminals_will_do),
		cmocka_unit_test(every_size_is_survived),
		cmocka_unit_test(stop_and_continue),
		cmocka_unit_test(a_lost_terminal_ends_it),
		cmocka_unit_test(an_unread_terminal_does_not_stop_the_keys),
		cmocka_unit_test(signals_put_the_terminal_back),
		cmocka_unit_test(nothing_foreign_reaches_the_terminal),
		cmocka_unit_test(the_folder_is_as_it_was),
	};
	char *slash;

	(void)argc;
	/* the program lies two folders above this one */
	snprintf(program, sizeof program - 32, "%s", argv[0]);
	slash = strrchr(program, '/');
	strcpy(slash ? slash + 1 : program, "../../leeboard");
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
