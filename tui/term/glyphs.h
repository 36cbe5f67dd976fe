/*
 * Which characters the terminal can be trusted with.
 *
 * Two questions are kept apart: whether the terminal takes UTF-8 at all (the locale says so), and
 * how rich a font leeboard's own drawings may use (the level). Below GLYPHS_QUADRANT our symbols
 * are written with ASCII; without UTF-8 foreign text is too, a '?' for each character that has no
 * ASCII twin.
 */
#ifndef TERM_GLYPHS_H
#define TERM_GLYPHS_H

#include "base/str.h"

#include <stdint.h>

enum glyphs {
	GLYPHS_ASCII,
	GLYPHS_QUADRANT, /* boxes, blocks, 2×2 quadrants */
	GLYPHS_BRAILLE,  /* the same and 2×4 braille dots: the default */
};

/* Parses "auto", "braille", "quadrant", "ascii"; *level is -1 for auto. False for another word. */
bool glyphs_parse(struct str word, int *level);

/* The level for a terminal type when the setting is -1 (auto), else the setting; ASCII without
 * UTF-8 whatever is set. */
enum glyphs glyphs_pick(int setting, bool utf8, const char *terminal);

/* The ASCII twin of one of our own symbols; 0 when rune is not one of them. */
char glyphs_ascii(uint32_t rune);

#endif
