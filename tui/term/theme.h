/*
 * Themes: from roles to colours.
 *
 * A theme file has sections for terminals of 256, 16, 8 and no colours, and in each a line a role:
 *
 *     [256]
 *     good = 71
 *     selected = 231 24 bold
 *
 * that is: foreground, background, then any of bold, dim, reverse, underline; "-" is the terminal's
 * own colour. "#" starts a comment. A role without a line in a section looks as in the next poorer
 * section that has it (a background and attributes there included, colours beyond it never), and
 * plain when none has. Three themes are part of the program; a file may replace them.
 */
#ifndef TERM_THEME_H
#define TERM_THEME_H

#include "base/err.h"
#include "base/str.h"
#include "term/role.h"

#include <stdint.h>

enum { STYLE_BOLD = 1, STYLE_DIM = 2, STYLE_REVERSE = 4, STYLE_UNDERLINE = 8 };

struct style {
	int16_t fg, bg; /* an index, or -1 for the terminal's own */
	uint8_t attributes;
};

enum theme_depth { THEME_MONO, THEME_8, THEME_16, THEME_256, THEME_DEPTHS };

struct theme {
	struct style styles[THEME_DEPTHS][ROLE_COUNT];
};

/* Reads a theme file's bytes. An error names the line. */
int theme_parse(struct theme *theme, struct str bytes, struct err *err);

/* One of "dark", "light", "mono"; -1 with an error that lists them for another name. */
int theme_builtin(struct theme *theme, struct str name, struct err *err);

/* The richest section for a terminal with that many colours. */
enum theme_depth theme_depth(int colors);

/* What a cell of that role looks like, with the background of back under it (ROLE_NORMAL: none). */
struct style theme_style(const struct theme *theme, enum theme_depth depth, enum role role,
	enum role back);

#endif
