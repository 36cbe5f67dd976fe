/* Tones; see tone.h. */
#include "widget/tone.h"

static const struct {
	enum role role;
	uint32_t glyph;
} tones[] = {
	[TONE_PLAIN] = {ROLE_NORMAL, ' '},
	[TONE_DIM] = {ROLE_DIM, 0x25CB},      /* ○ */
	[TONE_GOOD] = {ROLE_GOOD, 0x2713},    /* ✓ */
	[TONE_RUNNING] = {ROLE_INFO, 0x25B6}, /* ▶ */
	[TONE_WARNING] = {ROLE_WARNING, '!'},
	[TONE_BAD] = {ROLE_BAD, 0x2717},      /* ✗ */
	[TONE_BEST] = {ROLE_GOOD, 0x25B2},    /* ▲ */
};

enum role tone_role(enum sheet_tone tone)
{
	return tones[tone].role;
}

uint32_t tone_glyph(enum sheet_tone tone)
{
	return tones[tone].glyph;
}
