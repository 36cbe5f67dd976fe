/* How a tone of a sheet looks: its role, and the glyph that says the same without colour. */
#ifndef WIDGET_TONE_H
#define WIDGET_TONE_H

#include "sheet/sheet.h"
#include "term/role.h"

enum role tone_role(enum sheet_tone tone);

/* ✓ ▶ ! ✗ ○ ▲, or a blank for a tone that says nothing. */
uint32_t tone_glyph(enum sheet_tone tone);

#endif
