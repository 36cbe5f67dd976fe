/* What both drivers share; see driver.h. */
#include "term/driver.h"

#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool locale_is_utf8(void)
{
	const char *codeset = nl_langinfo(CODESET);

	return strcasecmp(codeset, "UTF-8") == 0 || strcasecmp(codeset, "utf8") == 0;
}

/* The descriptor that LEEBOARD_IDLE_FD names, if it is open; -1 otherwise. */
static int idle_descriptor(void)
{
	const char *word = getenv("LEEBOARD_IDLE_FD");
	long fd;
	char *end;

	if (!word || !*word)
		return -1;
	fd = strtol(word, &end, 10);
	if (*end || fd < 3 || fd > 1 << 20 || fcntl((int)fd, F_GETFD) < 0)
		return -1;
	return (int)fd;
}

void driver_setup(struct driver *driver, const struct driver_ops *ops,
	const struct term_options *options)
{
	const char *terminal = getenv("TERM");

	driver->ops = ops;
	driver->utf8 = locale_is_utf8();
	snprintf(driver->terminal, sizeof driver->terminal, "%s", terminal ? terminal : "");
	driver->glyphs = glyphs_pick(options->glyphs, driver->utf8, driver->terminal);
	driver->theme = options->theme;
	driver->idle_fd = idle_descriptor();
}

void driver_close(struct driver *driver)
{
	driver->ops->close(driver);
}

int driver_fd(const struct driver *driver)
{
	return driver->ops->fd(driver);
}

unsigned driver_pump(struct driver *driver)
{
	return driver->ops->pump(driver);
}

size_t driver_read(struct driver *driver, char *bytes, size_t n)
{
	size_t got = driver->ops->read(driver, bytes, n);

	driver->bytes_in += got;
	return got;
}

bool driver_ready(const struct driver *driver)
{
	return driver->ops->ready(driver);
}

void driver_show(struct driver *driver, struct surface *surface)
{
	driver->ops->show(driver, surface);
	memset(surface->dirty, false, (size_t)surface->rows);
}

void driver_redraw(struct driver *driver)
{
	driver->ops->redraw(driver);
}

void driver_suspend(struct driver *driver)
{
	driver->ops->suspend(driver);
}

void driver_mouse(struct driver *driver, bool on)
{
	driver->ops->mouse(driver, on);
}

bool driver_copy(struct driver *driver, struct str clean)
{
	return driver->ops->copy(driver, clean);
}

void driver_theme(struct driver *driver, const struct theme *theme)
{
	driver->theme = *theme;
	driver_redraw(driver);
}

void driver_idle(struct driver *driver)
{
	char line[64];
	int n;

	if (driver->idle_fd < 0)
		return;
	n = snprintf(line, sizeof line, ".%llu %d %d\n", (unsigned long long)driver->bytes_in,
		driver->rows, driver->cols);
	/* a tester that does not read loses marks, and nothing else */
	if (write(driver->idle_fd, line, (size_t)n) < 0)
		return;
}
