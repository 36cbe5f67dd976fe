/*
 * A second opinion: the workbench in tmux, and in our own terminal (pty.h, libvterm), shows the same.
 *
 * Both get the same keys; then every cell is compared, its text, colours and attributes. tmux takes in
 * what is written when it likes, so its picture is asked for until it is the one wanted. Ages may have
 * moved on by then: what differs is compared once more with a picture made after it.
 *
 * tmux has a socket and a folder of its own, and no configuration. Without tmux the test is skipped,
 * but with CI=true it fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pty.h"

#include "base/buf.h"
#include "base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 10000, PAUSE = 20, ROWS = 36, COLS = 120, MOST_ROWS = 60, MOST_COLS = 200 };

static const char term[] = "tmux-256color";
static char program[4096], folder[] = "/tmp/leeboard-tmux-XXXXXX", store[64], tmux[128];
static const char *const argv_here[] = {program, "--no-config", store, NULL};
static const char *const no_leaks[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};

/* A cell as both can tell it: its text, the colours as 0..255 or -1 for the terminal's own. */
struct cell {
	char text[40];
	int fore, back;
	bool bold, dim, italic, underline, reverse;
};

struct picture {
	int rows, cols;
	struct cell cells[MOST_ROWS][MOST_COLS];
};

/* ---- as our terminal has it ---- */

static int colour_of(const VTermColor *colour, bool fore)
{
	if (fore ? VTERM_COLOR_IS_DEFAULT_FG(colour) : VTERM_COLOR_IS_DEFAULT_BG(colour))
		return -1;
	return VTERM_COLOR_IS_INDEXED(colour) ? colour->indexed.idx : -2;
}

static void take_cell(struct cell *cell, const VTermScreenCell *from)
{
	struct buf text;

	buf_init(&text, 64);
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && from->chars[i]; i++)
		if (from->chars[i] != (uint32_t)-1)
			buf_add_rune(&text, from->chars[i]);
	if (!text.n && from->chars[0] != (uint32_t)-1)
		buf_addc(&text, ' ');
	snprintf(cell->text, sizeof cell->text, "%s", buf_cstr(&text));
	buf_release(&text);
	cell->fore = colour_of(&from->fg, true);
	cell->back = colour_of(&from->bg, false);
	cell->bold = from->attrs.bold;
	cell->italic = from->attrs.italic;
	cell->underline = from->attrs.underline != 0;
	cell->reverse = from->attrs.reverse;
}

static void take_here(struct picture *picture, const struct pty *pty)
{
	picture->rows = pty->rows;
	picture->cols = pty->cols;
	for (int y = 0; y < pty->rows; y++) {
		for (int x = 0; x < pty->cols; x++) {
			VTermScreenCell cell;

			vterm_screen_get_cell(pty->screen, (VTermPos){.row = y, .col = x}, &cell);
			picture->cells[y][x] = (struct cell){0};
			take_cell(&picture->cells[y][x], &cell);
		}
	}
}

/* ---- as tmux has it ---- */

/* Runs `tmux WORDS` on our own server; what it prints goes into out (may be NULL). */
static void run_tmux(const char *words, struct buf *out)
{
	char line[8192], piece[4096];
	size_t n;
	FILE *from;

	snprintf(line, sizeof line, "%s %s", tmux, words);
	from = popen(line, "r");
	assert_non_null(from);
	while ((n = fread(piece, 1, sizeof piece, from)) > 0)
		if (out)
			buf_add(out, piece, n);
	if (pclose(from) != 0)
		fail_msg("tmux has failed: %s", words);
}

/* One parameter of SGR, with what follows a 38 or 48. */
static const char *take_attribute(struct cell *style, const char *at)
{
	int code = (int)strtol(at, (char **)(uintptr_t)&at, 10), colour = -2;

	if (code == 38 || code == 48) {
		int used = 0;

		if (sscanf(at, "%*1[;:]5%*1[;:]%d%n", &colour, &used) == 1)
			at += used;
		*(code == 38 ? &style->fore : &style->back) = colour;
	} else if (code == 0) {
		*style = (struct cell){.fore = -1, .back = -1};
	} else if (code >= 30 && code <= 37) {
		style->fore = code - 30;
	} else if (code >= 90 && code <= 97) {
		style->fore = code - 90 + 8;
	} else if (code >= 40 && code <= 47) {
		style->back = code - 40;
	} else if (code >= 100 && code <= 107) {
		style->back = code - 100 + 8;
	} else if (code == 39) {
		style->fore = -1;
	} else if (code == 49) {
		style->back = -1;
	} else if (code == 1) {
		style->bold = true;
	} else if (code == 2) {
		style->dim = true;
	} else if (code == 3) {
		style->italic = true;
	} else if (code == 4) {
		style->underline = true;
	} else if (code == 7) {
		style->reverse = true;
	}
	return at + (*at == ';');
}

/* One sequence of `capture-pane -e`; gives what is behind it. */
static const char *take_sequence(struct cell *style, const char *at)
{
	const char *end = at + 2 + strspn(at + 2, "0123456789;:");

	assert_true(at[1] == '[' && *end == 'm');
	if (end == at + 2)
		*style = (struct cell){.fore = -1, .back = -1};
	for (at += 2; at < end;)
		at = take_attribute(style, at);
	return end + 1;
}

static size_t rune_size(const char *at)
{
	size_t n = 1;

	while ((at[n] & 0xC0) == 0x80)
		n++;
	return n;
}

static bool combines(const char *at)
{
	return (unsigned char)at[0] == 0xCC || ((unsigned char)at[0] == 0xCD && (at[1] & 0xFF) < 0xB0);
}

/* East Asian wide characters, as far as the tests have any. */
static bool is_wide(const char *at)
{
	return (unsigned char)at[0] >= 0xE3 && (unsigned char)at[0] <= 0xE9;
}

static const char *take_row(struct picture *picture, int y, struct cell *style, const char *at)
{
	int x = 0;

	while (*at && *at != '\n') {
		size_t n = rune_size(at);

		if (*at == '\033') {
			at = take_sequence(style, at);
			continue;
		}
		if (combines(at) && x) {
			strncat(picture->cells[y][x - 1].text, at, n);
		} else if (x < picture->cols) {
			picture->cells[y][x] = *style;
			memcpy(picture->cells[y][x].text, at, n);
			if (is_wide(at) && ++x < picture->cols)
				picture->cells[y][x] = *style;
			x++;
		}
		at += n;
	}
	/* blanks of the terminal's own colour at the end are left out */
	for (; x < picture->cols; x++)
		picture->cells[y][x] = (struct cell){.text = " ", .fore = -1, .back = -1};
	return at + (*at == '\n');
}

static void take_tmux(struct picture *picture, int rows, int cols)
{
	struct cell style = {.fore = -1, .back = -1};
	const char *at;
	struct buf out;

	buf_init(&out, 4 << 20);
	run_tmux("capture-pane -p -e -t 0", &out);
	picture->rows = rows;
	picture->cols = cols;
	at = buf_cstr(&out);
	for (int y = 0; y < rows; y++)
		at = take_row(picture, y, &style, at);
	buf_release(&out);
}

/* ---- the same? ---- */

/* A blank has no colour of its own but its ground. */
static bool same_cell(const struct cell *a, const struct cell *b)
{
	bool blank = !strcmp(a->text, " ") && !a->reverse && !b->reverse && !a->underline;

	return !strcmp(a->text, b->text) && a->back == b->back && a->reverse == b->reverse &&
	       a->underline == b->underline &&
	       (blank || (a->fore == b->fore && a->bold == b->bold && a->italic == b->italic));
}

static bool same(const struct picture *a, const struct picture *b, int *row, int *col)
{
	for (*row = 0; *row < a->rows; ++*row)
		for (*col = 0; *col < a->cols; ++*col)
			if (!same_cell(&a->cells[*row][*col], &b->cells[*row][*col]))
				return false;
	return true;
}

static void print_difference(const struct picture *here, const struct picture *there, int y, int x)
{
	const struct cell *a = &here->cells[y][x], *b = &there->cells[y][x];

	print_error("row %d, column %d: \"%s\" %d on %d%s%s%s here, \"%s\" %d on %d%s%s%s in tmux\n", y,
		    x, a->text, a->fore, a->back, a->bold ? " bold" : "", a->reverse ? " reverse" : "",
		    a->underline ? " underline" : "", b->text, b->fore, b->back, b->bold ? " bold" : "",
		    b->reverse ? " reverse" : "", b->underline ? " underline" : "");
	for (int i = 0; i < 2; i++) {
		print_error("%s |", i ? "tmux" : "here");
		for (x = 0; x < here->cols; x++)
			print_error("%s", (i ? there : here)->cells[y][x].text);
		print_error("\n");
	}
}

/* Until tmux has taken in all that was written. */
static bool comes_to_be(const struct picture *wanted, struct picture *got)
{
	int64_t end = clock_monotonic() + PATIENCE;
	int row, col;

	do {
		take_tmux(got, wanted->rows, wanted->cols);
		if (same(wanted, got, &row, &col))
			return true;
		poll(NULL, 0, PAUSE);
	} while (clock_monotonic() < end);
	return false;
}

/* ---- the play ---- */

struct act {
	const char *what;
	const char *bytes;   /* typed here */
	const char *keys;    /* the same as words of `tmux send-keys` */
	int rows, cols;      /* 0: as before */
	const char *shows;   /* so that what is compared is what is meant */
};

static const struct act acts[] = {
	{"the runs", "", "", 0, 0, "churn-xgb"},
	{"two marks", "jj j ", "j j Space j Space", 0, 0, "2 marked"},
	{"compare", "c", "c", 0, 0, "baseline"},
	{"its curves", "\t", "Tab", 0, 0, "baseline"},
	{"back", "\033", "Escape", 0, 0, "churn-xgb"},
	{"the help", "?", "'?'", 0, 0, "The chain"},
	{"the help's middle", "\033[6~", "PageDown", 0, 0, "help"},
	{"the models", "q2", "q 2", 0, 0, "versions of"},
	{"80 columns", "", "", 24, 80, "versions of"},
	{"runs on 80 columns", "1G", "1 G", 0, 0, "experiments"},
	{"a filter being typed", "/metrics.val_auc > 0.7", "/ 'metrics.val_auc > 0.7'", 0, 0, "fit"},
	{"a wide terminal", "\r", "Enter", 50, 180, "experiments"},
};

/* A terminal of ours after the first n acts. */
static void play_here(struct pty *pty, size_t n)
{
	struct pty_options how = {
		.argv = argv_here, .rows = ROWS, .cols = COLS, .term = term, .settings = no_leaks};

	pty_open(pty, &how);
	for (size_t i = 0; i < n; i++) {
		if (acts[i].rows)
			pty_resize(pty, acts[i].rows, acts[i].cols);
		pty_type(pty, acts[i].bytes);
	}
}

static void act_there(const struct act *act)
{
	char words[512];

	if (act->rows) {
		snprintf(words, sizeof words, "resize-window -t 0 -x %d -y %d", act->cols, act->rows);
		run_tmux(words, NULL);
	}
	if (*act->keys) {
		snprintf(words, sizeof words, "send-keys -t 0 %s", act->keys);
		run_tmux(words, NULL);
	}
}

static void compare_act(struct pty *pty, size_t i)
{
	static struct picture here, there;
	struct pty again;
	int row, col;

	if (acts[i].rows)
		pty_resize(pty, acts[i].rows, acts[i].cols);
	pty_type(pty, acts[i].bytes);
	if (pty_find(pty, acts[i].shows) < 0)
		fail_msg("%s: our own terminal does not show \"%s\"", acts[i].what, acts[i].shows);
	act_there(&acts[i]);
	take_here(&here, pty);
	if (comes_to_be(&here, &there))
		return;
	play_here(&again, i + 1);
	take_here(&here, &again);
	pty_close(&again);
	take_tmux(&there, here.rows, here.cols);
	if (same(&here, &there, &row, &col))
		return;
	print_difference(&here, &there, row, col);
	fail_msg("%s: not the same in tmux", acts[i].what);
}

static void tmux_shows_the_same(void **state)
{
	char words[6000];
	struct pty pty;
	(void)state;

	if (system("command -v tmux >/dev/null 2>&1") != 0) {
		const char *ci = getenv("CI");

		if (ci && !strcmp(ci, "true"))
			fail_msg("tmux is not installed");
		print_message("tmux is not installed\n");
		skip();
	}
	snprintf(words, sizeof words,
		 "start-server ';' set -g default-terminal %s ';' set -g status off ';'"
		 " set -s escape-time 0 ';' new-session -d -x %d -y %d"
		 " \"LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=0 exec '%s' --no-config '%s'\" ';'"
		 " resize-window -t 0 -x %d -y %d",
		 term, COLS, ROWS, program, store, COLS, ROWS);
	run_tmux(words, NULL);
	play_here(&pty, 0);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		compare_act(&pty, i);
	pty_close(&pty);
}

static int make_folder(void **state)
{
	const char *srcdir = getenv("srcdir");
	char copy[4300];
	(void)state;

	if (!mkdtemp(folder))
		return -1;
	unsetenv("TMUX");
	unsetenv("NO_COLOR");
	snprintf(store, sizeof store, "%s/mlflow.db", folder);
	snprintf(tmux, sizeof tmux, "LC_ALL=C.UTF-8 tmux -u -S %s/socket -f /dev/null", folder);
	snprintf(copy, sizeof copy, "cp '%s/core/demo/store/mlflow.db' %s", srcdir ? srcdir : ".", store);
	return system(copy);
}

/* Whatever has happened, no server of ours is left. */
static int remove_folder(void **state)
{
	char line[256];
	(void)state;

	snprintf(line, sizeof line, "%s kill-server 2>/dev/null; rm -rf %s", tmux, folder);
	return system(line);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(tmux_shows_the_same)};
	char here[3900];
	char *slash;

	(void)argc;
	/* the program lies two folders above this one */
	if (argv[0][0] != '/' && !getcwd(here, sizeof here))
		return 1;
	if (snprintf(program, sizeof program - 32, "%s%s%s", argv[0][0] == '/' ? "" : here,
		     argv[0][0] == '/' ? "" : "/", argv[0]) >= (int)sizeof program - 32)
		return 1;
	slash = strrchr(program, '/');
	strcpy(slash + 1, "../../leeboard");
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
