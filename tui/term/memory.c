/* The driver without a terminal; see memory.h. */
#include "term/memory.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { TYPED_MAX = 1 << 20, COPY_MAX = 64 << 10 };

struct memory {
	struct driver base;
	struct surface frame;
	struct buf typed;
	size_t taken; /* of typed */
	struct buf copied;
	unsigned events;
	bool unread;
};

static struct memory *memory_of(const struct driver *driver)
{
	return (struct memory *)(uintptr_t)driver;
}

static int memory_fd(const struct driver *driver)
{
	(void)driver;
	return -1;
}

static unsigned memory_pump(struct driver *driver)
{
	struct memory *memory = memory_of(driver);
	unsigned events = memory->events;

	memory->events = 0;
	if (memory->taken < memory->typed.n)
		events |= TERM_INPUT;
	return events;
}

static size_t memory_read(struct driver *driver, char *bytes, size_t n)
{
	struct memory *memory = memory_of(driver);
	size_t left = memory->typed.n - memory->taken;

	if (n > left)
		n = left;
	if (n)
		memcpy(bytes, memory->typed.s + memory->taken, n);
	memory->taken += n;
	if (memory->taken == memory->typed.n) {
		buf_clear(&memory->typed);
		memory->taken = 0;
	}
	return n;
}

static bool memory_ready(const struct driver *driver)
{
	return !memory_of(driver)->unread;
}

static void memory_show(struct driver *driver, struct surface *surface)
{
	struct memory *memory = memory_of(driver);
	struct surface *frame = &memory->frame;
	size_t row = (size_t)surface->cols * sizeof(struct cell);
	bool changed = false;

	if (frame->rows != surface->rows || frame->cols != surface->cols) {
		surface_resize(frame, surface->rows, surface->cols);
		changed = true;
	}
	for (int y = 0; y < surface->rows; y++) {
		struct cell *to = frame->cells + (size_t)y * (size_t)frame->cols;
		const struct cell *from = surface_cell(surface, y, 0);

		if (!surface->dirty[y] || memcmp(to, from, row) == 0)
			continue;
		memcpy(to, from, row);
		changed = true;
	}
	frame->cursor_y = surface->cursor_y;
	frame->cursor_x = surface->cursor_x;
	driver->frames += changed;
}

static void memory_nothing(struct driver *driver)
{
	(void)driver;
}

static void memory_mouse(struct driver *driver, bool on)
{
	(void)driver;
	(void)on;
}

static bool memory_copy(struct driver *driver, struct str text)
{
	struct memory *memory = memory_of(driver);

	if (text.n > COPY_MAX)
		return false;
	buf_clear(&memory->copied);
	buf_add_str(&memory->copied, text);
	return true;
}

static void memory_close(struct driver *driver)
{
	struct memory *memory = memory_of(driver);

	surface_release(&memory->frame);
	buf_release(&memory->typed);
	buf_release(&memory->copied);
	free(memory);
}

static const struct driver_ops memory_ops = {
	.fd = memory_fd,
	.pump = memory_pump,
	.read = memory_read,
	.ready = memory_ready,
	.show = memory_show,
	.redraw = memory_nothing,
	.suspend = memory_nothing,
	.mouse = memory_mouse,
	.copy = memory_copy,
	.close = memory_close,
};

struct driver *memory_open(int rows, int cols, const struct term_options *options)
{
	struct memory *memory = mem_zero(1, sizeof *memory);

	driver_setup(&memory->base, &memory_ops, options);
	/* the picture must not depend on where the test runs */
	memory->base.utf8 = options->glyphs != GLYPHS_ASCII;
	memory->base.glyphs = (enum glyphs)options->glyphs;
	memory->base.colors = options->color ? 256 : 0;
	memory->base.rows = rows;
	memory->base.cols = cols;
	memory->base.idle_fd = -1;
	surface_init(&memory->frame, memory->base.glyphs, memory->base.utf8);
	buf_init(&memory->typed, TYPED_MAX);
	buf_init(&memory->copied, COPY_MAX);
	return &memory->base;
}

void memory_type(struct driver *driver, struct str bytes)
{
	buf_add_str(&memory_of(driver)->typed, bytes);
}

void memory_resize(struct driver *driver, int rows, int cols)
{
	driver->rows = rows;
	driver->cols = cols;
	memory_of(driver)->events |= TERM_RESIZED;
}

void memory_unread(struct driver *driver, bool unread)
{
	memory_of(driver)->unread = unread;
	if (!unread)
		memory_of(driver)->events |= TERM_DRAINED;
}

const struct surface *memory_frame(const struct driver *driver)
{
	return &memory_of(driver)->frame;
}

void memory_text(const struct driver *driver, struct buf *out)
{
	const struct surface *frame = memory_frame(driver);

	for (int y = 0; y < frame->rows; y++) {
		surface_row(frame, y, out);
		buf_addc(out, '\n');
	}
}

static bool plain(const struct cell *cell)
{
	return cell->role == ROLE_NORMAL && cell->back == ROLE_NORMAL;
}

void memory_roles(const struct driver *driver, struct buf *out)
{
	const struct surface *frame = memory_frame(driver);

	for (int y = 0; y < frame->rows; y++) {
		int end = frame->cols;

		while (end && plain(surface_cell(frame, y, end - 1)))
			end--;
		for (int x = 0; x < end; x++) {
			const struct cell *cell = surface_cell(frame, y, x);
			enum role role = (enum role)(cell->back ? cell->back : cell->role);

			buf_addc(out, role_letter(role));
		}
		buf_addc(out, '\n');
	}
}

struct str memory_copied(const struct driver *driver)
{
	return memory_of(driver)->copied.n ? buf_str(&memory_of(driver)->copied) : STR_NONE;
}
