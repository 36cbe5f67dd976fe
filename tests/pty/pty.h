/*
 * A program in a terminal of our own: what it writes goes through libvterm, what is typed reaches
 * it as bytes, and between the two stands a small shell that does job control, so that stop and
 * continue are the real ones.
 *
 * Nothing here sleeps. The program says through LEEBOARD_IDLE_FD when it has dealt with everything
 * (term/driver.h: driver_idle), with the number of bytes that it was given and the size that it
 * painted; pty_settle waits for exactly that. A wait that gets no answer for a minute is a failed
 * test.
 */
#ifndef TESTS_PTY_PTY_H
#define TESTS_PTY_PTY_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

struct pty_options {
	const char *const *argv;
	int rows, cols;
	const char *term;            /* TERM; NULL: xterm-256color */
	const char *locale;          /* LC_ALL; NULL: C.UTF-8 */
	const char *const *settings; /* more "NAME=value", ended by NULL; may be NULL */
	bool ignore_hangup;          /* start it with SIGHUP ignored */
};

enum pty_state { PTY_RUNS, PTY_STOPPED, PTY_ENDED };

struct pty {
	int master, idle, report, command;
	pid_t shell, program;
	int rows, cols;
	bool utf8;
	bool unread; /* do not read what the program writes */
	VTerm *vterm;
	VTermScreen *screen;
	struct buf raw; /* all bytes that the program wrote since the last pty_forget */
	uint64_t typed;
	char mark[64]; /* the idle mark, while it comes in */
	size_t mark_n;
	uint64_t marks;         /* how many came */
	uint64_t mark_typed;    /* of the last mark */
	int mark_rows, mark_cols;
	enum pty_state state;
	int status;             /* of waitpid, once it has ended */
	struct termios modes;   /* of the terminal, when it stopped or ended */
	struct termios before;  /* the same, before it started */
};

/* Starts the program and waits until it is idle or has ended. */
void pty_open(struct pty *pty, const struct pty_options *options);

/* Kills what is left and frees. */
void pty_close(struct pty *pty);

void pty_send(struct pty *pty, const char *bytes);

/* Waits until the program is idle, has been given all that was sent and has painted the size. */
void pty_settle(struct pty *pty);

/* pty_send and pty_settle. */
void pty_type(struct pty *pty, const char *bytes);

/* Changes the terminal's size; pty_settle waits for the new picture. */
void pty_resize(struct pty *pty, int rows, int cols);

/* The user's fg: continues a stopped program. */
void pty_continue(struct pty *pty);

/* Closes the terminal. */
void pty_hang_up(struct pty *pty);

/* Waits until the program has stopped or ended. */
void pty_wait(struct pty *pty, enum pty_state state);

/* Takes in what comes within ms; the one way to say "nothing came". */
void pty_listen(struct pty *pty, int ms);

/* A row of the screen, blanks at its end left out; valid until the next call. */
const char *pty_row(struct pty *pty, int y);

/* The row that holds the text, or -1. */
int pty_find(struct pty *pty, const char *text);

/* Forgets the raw bytes, to count those of what follows. */
void pty_forget(struct pty *pty);

/* How often a string of bytes occurs among the raw bytes. */
int pty_count(const struct pty *pty, const char *bytes);

/* Are the terminal's modes as they were before the program started? */
bool pty_restored(const struct pty *pty);

#endif
