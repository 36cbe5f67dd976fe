/*
 * The driver of the real terminal, and the only file that knows curses.
 *
 * curses is used for one thing: to find the fewest bytes from one frame to the next. It writes into
 * a memory file and reads from /dev/null; the bytes, the terminal's modes, its size and all signals
 * are ours. That way a frame is bracketed as one synchronised update, sent without blocking, and
 * the next one is made only when the last has drained.
 *
 * What was measured on ncurses 6.4 and decides the order of things here:
 *   - it installs handlers for SIGTSTP, SIGINT, SIGTERM and SIGWINCH unless there are some: ours
 *     come first;
 *   - a memory file has no size, so LINES and COLUMNS are set while newterm looks;
 *   - resizeterm() sends SIGWINCH keys and redraws as it likes: resize_term and clearok instead;
 *   - it looks for typed characters in the middle of an update: typeahead(-1);
 *   - it sleeps for the padding of old terminals: NCURSES_NO_PADDING;
 *   - it repeats ASCII characters with REP where the description has it, which Apple's Terminal
 *     does not know and libvterm (Neovim's terminal) does wrongly at the right edge: written out.
 * The widths of curses are wcwidth's. Where those differ from the text gate's, the cell becomes
 * U+FFFD, so that what curses counts is what we count.
 *
 * One self-pipe takes all signals, one epoll descriptor holds the pipe and the terminal.
 */
#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "term/driver.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <term.h> /* last: its macros have names that headers use */

enum {
	PENDING_MAX = 8 << 20, /* a whole frame of the largest terminal is about 1 MB */
	QUIT_WAIT_MS = 1000,
	COPY_MAX = 64 << 10,
	KEYS_MAX = 64,
	FATAL_STACK = 64 << 10,
	ROWS_MAX = 1000,
	COLS_MAX = 2000,
};

#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
/* ends a sequence that was cut in its middle */
#define CANCEL "\030"

static const int pipe_signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGTERM, SIGINT};
static const int fatal_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT};
enum {
	PIPE_SIGNALS = sizeof pipe_signals / sizeof *pipe_signals,
	FATAL_SIGNALS = sizeof fatal_signals / sizeof *fatal_signals,
};

struct tty {
	struct driver base;
	int fd;     /* /dev/tty, opened afresh, non-blocking, for reading and writing */
	int epoll;  /* what driver_fd gives out */
	int memory; /* what curses writes to */
	FILE *out, *in;
	SCREEN *screen;
	struct termios saved, raw;
	struct buf pending; /* bytes that have not left */
	size_t sent;        /* of pending */
	bool watching;      /* epoll tells when the terminal takes bytes again */
	bool lost;          /* hung up: no more reading or writing */
	bool clear;         /* the next frame paints everything */
	bool ansi;          /* speaks ESC [: modes that terminfo does not know may be set */
	bool copying;       /* the clipboard's bytes are in pending */
	bool mouse;
	int cursor_y;
	struct term_key keys[KEYS_MAX];
	short pairs[ROLE_COUNT][ROLE_COUNT]; /* of role and back; -1: not made yet */
	struct sigaction old_pipe[PIPE_SIGNALS];
	void *stack;
};

/* What signal handlers need. */
static int signal_pipe[2] = {-1, -1};
static struct {
	volatile sig_atomic_t armed;
	int fd;
	struct termios saved;
	char bytes[256];
	size_t n;
	struct sigaction old[FATAL_SIGNALS];
} last_resort;

static struct tty *tty_of(const struct driver *driver)
{
	return (struct tty *)(uintptr_t)driver;
}

/* --- signals --- */

static void on_signal(int number)
{
	int saved_errno = errno;
	unsigned char byte = (unsigned char)number;

	/* a full pipe means that the loop is about to look anyway */
	if (write(signal_pipe[1], &byte, 1) < 0)
		errno = saved_errno;
	errno = saved_errno;
}

void driver_emergency(void)
{
	if (!last_resort.armed)
		return;
	last_resort.armed = 0;
	if (write(last_resort.fd, last_resort.bytes, last_resort.n) < 0)
		errno = 0;
	tcsetattr(last_resort.fd, TCSANOW, &last_resort.saved);
}

static void on_fatal(int number, siginfo_t *info, void *context)
{
	(void)context;
	driver_emergency();
	for (int i = 0; i < FATAL_SIGNALS; i++)
		if (fatal_signals[i] == number)
			sigaction(number, &last_resort.old[i], NULL);
	/* a fault happens again when we return, with its own context; a signal is sent again */
	if (info->si_code <= 0)
		raise(number);
}

static int make_signal_pipe(struct err *err)
{
	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_errno(err, errno, "cannot make a pipe for signals");
	return 0;
}

static void catch_signals(struct tty *tty)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct sigaction fatal = {.sa_sigaction = on_fatal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	stack_t stack = {.ss_size = FATAL_STACK};

	sigfillset(&action.sa_mask);
	for (int i = 0; i < PIPE_SIGNALS; i++)
		sigaction(pipe_signals[i], &action, &tty->old_pipe[i]);
	stack.ss_sp = tty->stack = mem_alloc(FATAL_STACK);
	sigaltstack(&stack, NULL);
	for (int i = 0; i < FATAL_SIGNALS; i++)
		sigaction(fatal_signals[i], &fatal, &last_resort.old[i]);
}

static void release_signals(struct tty *tty)
{
	stack_t none = {.ss_flags = SS_DISABLE};

	for (int i = 0; i < PIPE_SIGNALS; i++)
		sigaction(pipe_signals[i], &tty->old_pipe[i], NULL);
	for (int i = 0; i < FATAL_SIGNALS; i++)
		sigaction(fatal_signals[i], &last_resort.old[i], NULL);
	sigaltstack(&none, NULL);
	free(tty->stack);
	close(signal_pipe[0]);
	close(signal_pipe[1]);
	signal_pipe[0] = signal_pipe[1] = -1;
}

/* --- bytes out --- */

static void watch(struct tty *tty, bool output)
{
	struct epoll_event event = {.events = EPOLLIN | (output ? EPOLLOUT : 0)};

	event.data.fd = tty->fd;
	if (tty->watching == output)
		return;
	epoll_ctl(tty->epoll, EPOLL_CTL_MOD, tty->fd, &event);
	tty->watching = output;
}

static void lose(struct tty *tty)
{
	if (tty->lost)
		return;
	tty->lost = true;
	last_resort.armed = 0;
	epoll_ctl(tty->epoll, EPOLL_CTL_DEL, tty->fd, NULL);
	buf_clear(&tty->pending);
	tty->sent = 0;
}

/* Sends what the terminal takes. True when nothing is left. */
static bool flush(struct tty *tty)
{
	while (tty->sent < tty->pending.n) {
		ssize_t n = write(tty->fd, tty->pending.s + tty->sent, tty->pending.n - tty->sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			watch(tty, true);
			return false;
		}
		if (n < 0) {
			lose(tty);
			return false;
		}
		tty->sent += (size_t)n;
		tty->base.bytes_out += (size_t)n;
	}
	buf_clear(&tty->pending);
	tty->sent = 0;
	tty->copying = false;
	watch(tty, false);
	return true;
}

/* The same, waiting until the deadline for a terminal that does not take it. */
static bool flush_until(struct tty *tty, int64_t deadline)
{
	while (!flush(tty)) {
		struct pollfd wait = {.fd = tty->fd, .events = POLLOUT};
		int64_t left = deadline - clock_monotonic();

		if (tty->lost || left <= 0)
			return false;
		poll(&wait, 1, (int)left);
	}
	return true;
}

/* The count of a REP at bytes (ESC [ count b), with its length; 0 when there is none. */
static size_t repeat_at(struct str bytes, size_t *length)
{
	size_t count = 0, i = 2;

	if (bytes.n < 4 || bytes.s[0] != '\033' || bytes.s[1] != '[')
		return 0;
	while (i < bytes.n && bytes.s[i] >= '0' && bytes.s[i] <= '9' && count <= COLS_MAX)
		count = count * 10 + (size_t)(bytes.s[i++] - '0');
	*length = i + 1;
	return i < bytes.n && bytes.s[i] == 'b' && count <= COLS_MAX ? count : 0;
}

/* Adds what curses wrote, each REP written out as the characters it stands for. */
static void add_written_out(struct buf *out, struct str bytes)
{
	size_t length;

	for (size_t i = 0; i < bytes.n; i++) {
		size_t count = repeat_at(str_slice(bytes, i, bytes.n), &length);

		if (count && i) {
			buf_fill(out, bytes.s[i - 1], count);
			i += length - 1;
		} else {
			buf_addc(out, bytes.s[i]);
		}
	}
}

/* Moves what curses wrote to the end of pending. Returns how many bytes there were. */
static size_t collect(struct tty *tty)
{
	char piece[4096];
	struct buf written;
	size_t total;
	ssize_t n;

	fflush(tty->out);
	buf_init(&written, PENDING_MAX);
	while ((n = pread(tty->memory, piece, sizeof piece, (off_t)written.n)) > 0)
		buf_add(&written, piece, (size_t)n);
	add_written_out(&tty->pending, buf_str(&written));
	total = written.n;
	buf_release(&written);
	if (total && ftruncate(tty->memory, 0) < 0)
		lose(tty);
	return total;
}

static const char *capability(const char *name)
{
	char *bytes = tigetstr(name);

	return bytes && bytes != (char *)-1 ? bytes : "";
}

/* A capability for a terminal that takes no padding: without its "$<…>". */
static void add_capability(struct buf *out, const char *name)
{
	for (const char *s = capability(name); *s;) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end)
			s = end + 1;
		else
			buf_addc(out, *s++);
	}
}

/* What curses does not set: sent when the screen is taken. */
static void enter(struct tty *tty)
{
	add_capability(&tty->pending, "smkx");
	if (tty->ansi)
		buf_adds(&tty->pending, PASTE_ON);
	if (tty->mouse)
		buf_adds(&tty->pending, MOUSE_ON);
	flush(tty);
}

/* The other way round. */
static void add_leave(const struct tty *tty, struct buf *out)
{
	if (tty->ansi)
		buf_adds(out, MOUSE_OFF PASTE_OFF);
	add_capability(out, "rmkx");
}

/* Everything that puts a terminal back from any state. */
static void arm_last_resort(struct tty *tty)
{
	struct buf bytes;

	buf_init(&bytes, sizeof last_resort.bytes);
	buf_adds(&bytes, CANCEL);
	if (tty->ansi)
		buf_adds(&bytes, SYNC_END);
	add_leave(tty, &bytes);
	add_capability(&bytes, "sgr0");
	add_capability(&bytes, "cnorm");
	add_capability(&bytes, "rmcup");
	buf_adds(&bytes, "\r");
	last_resort.fd = tty->fd;
	last_resort.saved = tty->saved;
	last_resort.n = bytes.n;
	memcpy(last_resort.bytes, bytes.s, bytes.n);
	buf_release(&bytes);
	last_resort.armed = 1;
}

/* --- modes and size --- */

static void set_raw(struct tty *tty)
{
	tcsetattr(tty->fd, TCSANOW, &tty->raw);
}

static void make_raw(struct tty *tty)
{
	tty->raw = tty->saved;
	tty->raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP);
	tty->raw.c_iflag &= ~(tcflag_t)(INLCR | IGNCR | ICRNL | IXON);
	tty->raw.c_oflag &= ~(tcflag_t)OPOST;
	tty->raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	tty->raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	tty->raw.c_cflag |= CS8;
	tty->raw.c_cc[VMIN] = 1;
	tty->raw.c_cc[VTIME] = 0;
}

static int bound(long value, int fallback, int max)
{
	if (value <= 0)
		return fallback;
	return value > max ? max : (int)value;
}

static void ask_size(struct tty *tty, int *rows, int *cols)
{
	struct winsize size = {0};

	ioctl(tty->fd, TIOCGWINSZ, &size);
	*rows = bound(size.ws_row, 24, ROWS_MAX);
	*cols = bound(size.ws_col, 80, COLS_MAX);
}

/* True when the size is another one than before. */
static bool resized(struct tty *tty)
{
	int rows, cols;

	ask_size(tty, &rows, &cols);
	if (rows == tty->base.rows && cols == tty->base.cols)
		return false;
	tty->base.rows = rows;
	tty->base.cols = cols;
	resize_term(rows, cols);
	tty->clear = true;
	return true;
}

/* --- painting --- */

static attr_t attributes_of(uint8_t style)
{
	attr_t attributes = A_NORMAL;

	if (style & STYLE_BOLD)
		attributes |= A_BOLD;
	if (style & STYLE_DIM)
		attributes |= A_DIM;
	if (style & STYLE_REVERSE)
		attributes |= A_REVERSE;
	if (style & STYLE_UNDERLINE)
		attributes |= A_UNDERLINE;
	return attributes;
}

static short pair_of(struct tty *tty, enum role role, enum role back, const struct style *style)
{
	short *pair = &tty->pairs[role][back];

	if (style->fg < 0 && style->bg < 0)
		return 0;
	if (*pair < 0) {
		int made = alloc_pair(style->fg, style->bg);

		*pair = made < 0 ? 0 : (short)made;
	}
	return *pair;
}

/*
 * The base character and its marks for curses; what it would count otherwise becomes U+FFFD.
 * Returns the columns.
 */
static int wide_of(const struct cell *cell, wchar_t wide[1 + TEXT_MAX_MARKS + 1])
{
	size_t at = 0, n = 0;

	while (at < cell->n && n <= TEXT_MAX_MARKS) {
		uint32_t rune;

		at += text_decode(cell->bytes + at, cell->n - at, &rune);
		if (n == 0 || wcwidth((wchar_t)rune) == 0)
			wide[n++] = (wchar_t)rune;
	}
	wide[n] = 0;
	if (wcwidth(wide[0]) == cell->width)
		return cell->width;
	wide[0] = wcwidth(TEXT_BAD) == 1 ? TEXT_BAD : L'?';
	wide[1] = 0;
	return 1;
}

static int curses_cell(struct tty *tty, const struct cell *cell, cchar_t *out)
{
	enum theme_depth depth = theme_depth(tty->base.colors);
	enum role role = (enum role)cell->role, back = (enum role)cell->back;
	struct style style = theme_style(&tty->base.theme, depth, role, back);
	wchar_t wide[1 + TEXT_MAX_MARKS + 1];
	int width = wide_of(cell, wide);

	setcchar(out, wide, attributes_of(style.attributes), pair_of(tty, role, back, &style),
		NULL);
	return width;
}

static void paint_row(struct tty *tty, const struct surface *surface, int y, cchar_t *row)
{
	static const struct cell filler = {.bytes = " ", .n = 1, .width = 1};
	int n = 0;

	for (int x = 0; x < surface->cols; x++) {
		const struct cell *cell = surface_cell(surface, y, x);

		if (!cell->width)
			continue;
		if (curses_cell(tty, cell, &row[n++]) < cell->width)
			curses_cell(tty, &filler, &row[n++]);
	}
	mvwadd_wchnstr(stdscr, y, 0, row, n);
}

static void place_cursor(struct tty *tty, const struct surface *surface)
{
	bool on = surface->cursor_y >= 0;

	if (on)
		wmove(stdscr, surface->cursor_y, surface->cursor_x);
	if (on == (tty->cursor_y >= 0))
		return;
	leaveok(stdscr, !on);
	curs_set(on);
	tty->cursor_y = surface->cursor_y;
}

static void paint(struct tty *tty, const struct surface *surface)
{
	cchar_t *row = mem_zero((size_t)surface->cols + 1, sizeof *row);
	int rows = surface->rows < tty->base.rows ? surface->rows : tty->base.rows;

	for (int y = 0; y < rows; y++)
		if (surface->dirty[y] || tty->clear)
			paint_row(tty, surface, y, row);
	free(row);
	place_cursor(tty, surface);
}

/* --- the driver's table --- */

static int tty_fd(const struct driver *driver)
{
	return tty_of(driver)->epoll;
}

static bool tty_ready(const struct driver *driver)
{
	const struct tty *tty = tty_of(driver);

	return !tty->lost && tty->sent == tty->pending.n;
}

static void tty_show(struct driver *driver, struct surface *surface)
{
	struct tty *tty = tty_of(driver);
	size_t before;

	paint(tty, surface);
	if (tty->clear)
		clearok(curscr, TRUE);
	tty->clear = false;
	before = tty->pending.n;
	if (tty->ansi)
		buf_adds(&tty->pending, SYNC_BEGIN);
	wnoutrefresh(stdscr);
	doupdate();
	if (!collect(tty)) {
		/* nothing to say: no brackets either */
		tty->pending.n = before;
		return;
	}
	if (tty->ansi)
		buf_adds(&tty->pending, SYNC_END);
	driver->frames++;
	flush(tty);
}

static void tty_redraw(struct driver *driver)
{
	struct tty *tty = tty_of(driver);

	for (int role = 0; role < ROLE_COUNT; role++)
		for (int back = 0; back < ROLE_COUNT; back++)
			tty->pairs[role][back] = -1;
	tty->clear = true;
}

static size_t tty_read(struct driver *driver, char *bytes, size_t n)
{
	struct tty *tty = tty_of(driver);
	ssize_t got;

	if (tty->lost)
		return 0;
	do
		got = read(tty->fd, bytes, n);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		return (size_t)got;
	if (got == 0 || errno != EAGAIN)
		lose(tty);
	return 0;
}

/* Leaves the screen to whoever comes next. False when the terminal did not take it in time. */
static bool leave(struct tty *tty)
{
	int64_t deadline = clock_monotonic() + QUIT_WAIT_MS;

	if (tty->lost || !flush_until(tty, deadline))
		return false;
	endwin();
	collect(tty);
	add_leave(tty, &tty->pending);
	return flush_until(tty, deadline);
}

/*
 * Stops the whole job, as the terminal would: the others of the group by kill, ourselves by raise,
 * which does not return before we are continued.
 */
static void stop_group(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, normal = {.sa_handler = SIG_DFL};
	struct sigaction stop, carry_on;

	sigaction(SIGCONT, &ignore, &carry_on);
	sigaction(SIGTSTP, &ignore, &stop);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &normal, NULL);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &stop, NULL);
	sigaction(SIGCONT, &carry_on, NULL);
}

/* The screen is ours again, whatever was drawn there meanwhile. */
static void take_back(struct tty *tty)
{
	if (tty->lost)
		return;
	tcgetattr(tty->fd, &tty->saved);
	make_raw(tty);
	last_resort.saved = tty->saved;
	set_raw(tty);
	enter(tty);
	tty->clear = true;
}

static void tty_suspend(struct driver *driver)
{
	struct tty *tty = tty_of(driver);

	if (!leave(tty))
		driver_emergency();
	tcsetattr(tty->fd, TCSANOW, &tty->saved);
	stop_group();
	if (!tty->lost)
		last_resort.armed = 1;
	take_back(tty);
}

static unsigned handle_signal(struct tty *tty, int number)
{
	switch (number) {
	case SIGWINCH:
		return resized(tty) ? TERM_RESIZED : 0;
	case SIGTSTP:
		tty_suspend(&tty->base);
		return TERM_RESUMED | (resized(tty) ? TERM_RESIZED : 0);
	case SIGCONT:
		/* stopped by SIGSTOP: the shell has set its own modes */
		set_raw(tty);
		enter(tty);
		tty->clear = true;
		return TERM_RESUMED | (resized(tty) ? TERM_RESIZED : 0);
	default:
		return TERM_QUIT;
	}
}

static unsigned read_signals(struct tty *tty)
{
	unsigned char bytes[64];
	bool seen[NSIG] = {false};
	unsigned events = 0;
	ssize_t n;

	/* a storm of one signal is one signal */
	while ((n = read(signal_pipe[0], bytes, sizeof bytes)) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (bytes[i] < NSIG)
				seen[bytes[i]] = true;
	for (int i = 0; i < PIPE_SIGNALS; i++)
		if (seen[pipe_signals[i]])
			events |= handle_signal(tty, pipe_signals[i]);
	return events;
}

static unsigned tty_pump(struct driver *driver)
{
	struct tty *tty = tty_of(driver);
	bool was_ready = tty_ready(driver);
	struct epoll_event ready[2];
	unsigned events = 0;
	int n = epoll_wait(tty->epoll, ready, 2, 0);

	for (int i = 0; i < n; i++) {
		if (ready[i].data.fd == signal_pipe[0])
			events |= read_signals(tty);
		else if (ready[i].events & (EPOLLHUP | EPOLLERR))
			lose(tty);
		else if (ready[i].events & EPOLLIN)
			events |= TERM_INPUT;
	}
	if (!tty->lost && !was_ready && flush(tty))
		events |= TERM_DRAINED;
	return tty->lost ? events | TERM_QUIT : events;
}

static void tty_mouse(struct driver *driver, bool on)
{
	struct tty *tty = tty_of(driver);

	if (!tty->ansi || tty->mouse == on)
		return;
	tty->mouse = on;
	buf_adds(&tty->pending, on ? MOUSE_ON : MOUSE_OFF);
	flush(tty);
}

static void add_base64(struct buf *out, struct str text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < text.n; i += 3) {
		uint32_t three = 0;

		for (size_t k = 0; k < 3; k++)
			three = three << 8 | (i + k < text.n ? (unsigned char)text.s[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_addc(out, i + k > text.n ? '=' : digits[three >> (18 - 6 * k) & 63]);
	}
}

static bool tty_copy(struct driver *driver, struct str text)
{
	struct tty *tty = tty_of(driver);

	if (!tty->ansi || driver->glyphs == GLYPHS_ASCII || text.n > COPY_MAX)
		return false;
	if (tty->lost || tty->copying || !text_is_clean(text))
		return false;
	buf_adds(&tty->pending, "\033]52;c;");
	add_base64(&tty->pending, text);
	buf_adds(&tty->pending, "\a");
	tty->copying = true;
	flush(tty);
	return true;
}

static void release(struct tty *tty)
{
	if (tty->stack)
		release_signals(tty);
	if (tty->screen)
		delscreen(tty->screen);
	if (tty->out)
		fclose(tty->out);
	else if (tty->memory >= 0)
		close(tty->memory);
	if (tty->in)
		fclose(tty->in);
	if (tty->epoll >= 0)
		close(tty->epoll);
	if (tty->fd >= 0)
		close(tty->fd);
	buf_release(&tty->pending);
	free(tty);
}

static void tty_close(struct driver *driver)
{
	struct tty *tty = tty_of(driver);

	if (!leave(tty))
		driver_emergency();
	last_resort.armed = 0;
	if (!tty->lost)
		tcsetattr(tty->fd, TCSANOW, &tty->saved);
	release(tty);
}

static const struct driver_ops tty_ops = {
	.fd = tty_fd,
	.pump = tty_pump,
	.read = tty_read,
	.ready = tty_ready,
	.show = tty_show,
	.redraw = tty_redraw,
	.suspend = tty_suspend,
	.mouse = tty_mouse,
	.copy = tty_copy,
	.close = tty_close,
};

/* --- opening --- */

static int open_tty(struct tty *tty, struct err *err)
{
	tty->fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (tty->fd < 0 || tcgetattr(tty->fd, &tty->saved) < 0) {
		err_errno(err, errno, "there is no terminal to draw on");
		return err_hint(err,
			"use a command such as \"leeboard runs\" for a report without one");
	}
	tty->memory = memfd_create("leeboard-screen", MFD_CLOEXEC);
	tty->out = tty->memory >= 0 ? fdopen(tty->memory, "a") : NULL;
	tty->in = fopen("/dev/null", "re");
	if (!tty->out || !tty->in)
		return err_errno(err, errno, "cannot prepare the screen");
	return 0;
}

static int watch_all(struct tty *tty, struct err *err)
{
	struct epoll_event terminal = {.events = EPOLLIN}, signals = {.events = EPOLLIN};

	tty->epoll = epoll_create1(EPOLL_CLOEXEC);
	terminal.data.fd = tty->fd;
	signals.data.fd = signal_pipe[0];
	if (tty->epoll < 0 || epoll_ctl(tty->epoll, EPOLL_CTL_ADD, tty->fd, &terminal) < 0 ||
		epoll_ctl(tty->epoll, EPOLL_CTL_ADD, signal_pipe[0], &signals) < 0)
		return err_errno(err, errno, "cannot watch the terminal");
	return 0;
}

/* newterm with the terminal's size in the environment, as it was before afterwards. */
static SCREEN *start_curses(struct tty *tty)
{
	static const char *const names[] = {"LINES", "COLUMNS"};
	const int values[] = {tty->base.rows, tty->base.cols};
	char *old[2];
	SCREEN *screen;

	for (int i = 0; i < 2; i++) {
		const char *value = getenv(names[i]);
		char number[16];

		old[i] = value ? mem_copy(value, strlen(value)) : NULL;
		snprintf(number, sizeof number, "%d", values[i]);
		setenv(names[i], number, 1);
	}
	setenv("NCURSES_NO_PADDING", "1", 1);
	screen = newterm(NULL, tty->out, tty->in);
	for (int i = 0; i < 2; i++) {
		if (old[i])
			setenv(names[i], old[i], 1);
		else
			unsetenv(names[i]);
		free(old[i]);
	}
	return screen;
}

static int refuse(struct tty *tty, struct err *err, const char *why)
{
	err_set(err, ERR_UNSUPPORTED, "the terminal type \"%s\" %s", tty->base.terminal, why);
	return err_hint(err,
		"set TERM to what the terminal is, for instance xterm-256color, or use a "
			     "command such as \"leeboard runs\"");
}

static void start_colors(struct tty *tty, bool wanted)
{
	const char *no_color = getenv("NO_COLOR");

	if (!wanted || (no_color && *no_color) || !has_colors())
		return;
	start_color();
	use_default_colors();
	tty->base.colors = COLORS;
}

static const struct {
	const char *name;
	uint32_t symbol;
	uint8_t mods;
} key_capabilities[] = {
	{"kcuu1", SYM_UP, 0},
	{"kcud1", SYM_DOWN, 0},
	{"kcub1", SYM_LEFT, 0},
	{"kcuf1", SYM_RIGHT, 0},
	{"khome", SYM_HOME, 0},
	{"kend", SYM_END, 0},
	{"kpp", SYM_PAGE_UP, 0},
	{"knp", SYM_PAGE_DOWN, 0},
	{"kich1", SYM_INSERT, 0},
	{"kdch1", SYM_DELETE, 0},
	{"kbs", SYM_BACKSPACE, 0},
	{"kcbt", SYM_TAB, MOD_SHIFT},
	{"kent", SYM_ENTER, 0},
	{"kind", SYM_DOWN, MOD_SHIFT},
	{"kri", SYM_UP, MOD_SHIFT},
	{"kLFT", SYM_LEFT, MOD_SHIFT},
	{"kRIT", SYM_RIGHT, MOD_SHIFT},
	{"kHOM", SYM_HOME, MOD_SHIFT},
	{"kEND", SYM_END, MOD_SHIFT},
	{"kf1", SYM_F1, 0},
	{"kf2", SYM_F1 + 1, 0},
	{"kf3", SYM_F1 + 2, 0},
	{"kf4", SYM_F1 + 3, 0},
	{"kf5", SYM_F1 + 4, 0},
	{"kf6", SYM_F1 + 5, 0},
	{"kf7", SYM_F1 + 6, 0},
	{"kf8", SYM_F1 + 7, 0},
	{"kf9", SYM_F1 + 8, 0},
	{"kf10", SYM_F1 + 9, 0},
	{"kf11", SYM_F1 + 10, 0},
	{"kf12", SYM_F12, 0},
};

static void read_keys(struct tty *tty)
{
	for (size_t i = 0; i < sizeof key_capabilities / sizeof *key_capabilities; i++) {
		const char *bytes = capability(key_capabilities[i].name);
		struct term_key *key = &tty->keys[tty->base.key_count];
		size_t n = strlen(bytes);

		if (!n || n > sizeof key->bytes)
			continue;
		memcpy(key->bytes, bytes, n);
		key->n = (uint8_t)n;
		key->mods = key_capabilities[i].mods;
		key->symbol = key_capabilities[i].symbol;
		tty->base.key_count++;
	}
	tty->base.keys = tty->keys;
}

static int start(struct tty *tty, const struct term_options *options, struct err *err)
{
	if (open_tty(tty, err) < 0)
		return -1;
	ask_size(tty, &tty->base.rows, &tty->base.cols);
	if (make_signal_pipe(err) < 0)
		return -1;
	catch_signals(tty);
	tty->screen = start_curses(tty);
	if (!tty->screen)
		return refuse(tty, err, "is not known here");
	if (!*capability("cup"))
		return refuse(tty, err, "cannot place its cursor");
	if (watch_all(tty, err) < 0)
		return -1;
	tty->ansi = strncmp(capability("cup"), "\033[", 2) == 0;
	read_keys(tty);
	start_colors(tty, options->color);
	typeahead(-1);
	nonl();
	leaveok(stdscr, TRUE);
	curs_set(0);
	make_raw(tty);
	arm_last_resort(tty);
	set_raw(tty);
	enter(tty);
	return 0;
}

int driver_colors(void)
{
	int unknown, colors;

	if (setupterm(NULL, STDOUT_FILENO, &unknown) == ERR)
		return -1;
	colors = tigetnum("colors");
	del_curterm(cur_term);
	return colors > 0 ? colors : 0;
}

struct driver *driver_open(const struct term_options *options, struct err *err)
{
	struct tty *tty = mem_zero(1, sizeof *tty);

	tty->fd = tty->epoll = tty->memory = -1;
	tty->cursor_y = -1;
	buf_init(&tty->pending, PENDING_MAX);
	driver_setup(&tty->base, &tty_ops, options);
	tty_redraw(&tty->base);
	if (start(tty, options, err) < 0) {
		release(tty);
		return NULL;
	}
	return &tty->base;
}
