/*
 * Roles: what a cell means. Panes and widgets draw in roles; only a theme knows colours.
 *
 * Each role has a name (used in theme files) and a letter (used in the role maps of screen tests).
 */
#ifndef TERM_ROLE_H
#define TERM_ROLE_H

#include "base/str.h"

/* ROLE(enum suffix, name in theme files, letter in role maps) */
#define ROLES(ROLE)                                                                                \
	ROLE(NORMAL, "normal", '.')                                                                \
	ROLE(DIM, "dim", 'd')                                                                      \
	ROLE(TITLE, "title", 't')                                                                  \
	ROLE(BORDER, "border", '-')                                                                \
	ROLE(BORDER_FOCUS, "border-focus", '=')                                                    \
	ROLE(BORDER_PRODUCTION, "border-production", 'P')                                          \
	ROLE(HEADER, "header", 'h')                                                                \
	ROLE(SELECTED, "selected", 's')                                                            \
	ROLE(SELECTED_IDLE, "selected-idle", 'u')                                                  \
	ROLE(MARKED, "marked", 'm')                                                                \
	ROLE(MATCH, "match", 'f')                                                                  \
	ROLE(GOOD, "good", 'g')                                                                    \
	ROLE(WARNING, "warning", 'w')                                                              \
	ROLE(BAD, "bad", 'b')                                                                      \
	ROLE(INFO, "info", 'i')                                                                    \
	ROLE(ACCENT, "accent", 'a')                                                                \
	ROLE(KEY, "key", 'k')                                                                      \
	ROLE(TAB, "tab", 'n')                                                                      \
	ROLE(TAB_ACTIVE, "tab-active", 'N')                                                        \
	ROLE(STATUS, "status", 'l')                                                                \
	ROLE(PROMPT, "prompt", 'p')                                                                \
	ROLE(AXIS, "axis", 'x')                                                                    \
	ROLE(LIMIT, "limit", 'L')                                                                  \
	ROLE(EVENT, "event", 'e')                                                                  \
	ROLE(REFERENCE, "reference", 'r')                                                          \
	ROLE(CURRENT, "current", 'c')                                                              \
	ROLE(SERIES0, "series0", '0')                                                              \
	ROLE(SERIES1, "series1", '1')                                                              \
	ROLE(SERIES2, "series2", '2')                                                              \
	ROLE(SERIES3, "series3", '3')                                                              \
	ROLE(SERIES4, "series4", '4')                                                              \
	ROLE(SERIES5, "series5", '5')                                                              \
	ROLE(SERIES6, "series6", '6')                                                              \
	ROLE(SERIES7, "series7", '7')

enum role {
#define ROLE_ENUM(id, name, letter) ROLE_##id,
	ROLES(ROLE_ENUM)
#undef ROLE_ENUM
		ROLE_COUNT,
};

enum { ROLE_SERIES_COUNT = 8 };

char role_letter(enum role role);

/* The role of that name; ROLE_COUNT when there is none. */
enum role role_find(struct str name);

#endif
