/*
 * The driver without a terminal: keeps the last frame as cells, takes typed bytes from the test.
 *
 * Everything above the driver runs the same as on a terminal; a test types, turns the loop, and
 * reads the frame as text and as a map of roles.
 */
#ifndef TERM_MEMORY_H
#define TERM_MEMORY_H

#include "term/driver.h"

/* A driver of that size; options->glyphs must be a level (not -1), and utf8 is what it implies. */
struct driver *memory_open(int rows, int cols, const struct term_options *options);

/* What the user does: types bytes, changes the size, stops reading. */
void memory_type(struct driver *driver, struct str bytes);
void memory_resize(struct driver *driver, int rows, int cols);
void memory_unread(struct driver *driver, bool unread);

/* The last frame; 0×0 before the first. */
const struct surface *memory_frame(const struct driver *driver);

/* The last frame's rows, each with its line end, blanks at the end left out. */
void memory_text(const struct driver *driver, struct buf *out);

/* The same shape with a letter (term/role.h) for each cell: of the role that was laid under it,
 * otherwise of its own. */
void memory_roles(const struct driver *driver, struct buf *out);

/* What was copied last; STR_NONE when nothing was. */
struct str memory_copied(const struct driver *driver);

#endif
