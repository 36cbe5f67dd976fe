/* Glyph levels and ASCII twins; see glyphs.h. */
#include "term/glyphs.h"

#include <string.h>

bool glyphs_parse(struct str word, int *level)
{
	static const struct {
		const char *word;
		int level;
	} words[] = {
		{"auto", -1},
		{"braille", GLYPHS_BRAILLE},
		{"quadrant", GLYPHS_QUADRANT},
		{"ascii", GLYPHS_ASCII},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (str_equal(word, str_of(words[i].word))) {
			*level = words[i].level;
			return true;
		}
	}
	return false;
}

/* Old hardware and the kernel's console: their fonts have neither braille nor round corners. */
static bool plain_terminal(const char *terminal)
{
	static const char *const names[] = {"linux", "vt100", "vt102", "vt220", "ansi", "dumb",
		"cons25"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strncmp(terminal, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

enum glyphs glyphs_pick(int setting, bool utf8, const char *terminal)
{
	if (!utf8)
		return GLYPHS_ASCII;
	if (setting >= 0)
		return (enum glyphs)setting;
	return plain_terminal(terminal) ? GLYPHS_ASCII : GLYPHS_BRAILLE;
}

/* Lines of boxes: ─━ and dashes lie, │┃ and dashes stand, all others are joints. */
static char box_ascii(uint32_t rune)
{
	if (rune == 0x2500 || rune == 0x2501 || rune == 0x2550)
		return '-';
	if (rune == 0x2502 || rune == 0x2503 || rune == 0x2551)
		return '|';
	if (rune >= 0x2504 && rune <= 0x250B)
		return rune & 2 ? '|' : '-';
	return '+';
}

static const struct {
	uint32_t rune;
	char twin;
} twins[] = {
	{0x00B1, '~'}, /* ± */
	{0x00B5, 'u'}, /* µ */
	{0x00B7, '.'}, /* · */
	{0x00D7, 'x'}, /* × */
	{0x0394, 'd'}, /* Δ */
	{0x03C3, 's'}, /* σ */
	{0x2013, '-'}, /* – */
	{0x2014, '-'}, /* — */
	{0x2018, '\''},
	{0x2019, '\''},
	{0x201C, '"'},
	{0x201D, '"'},
	{0x2022, '*'}, /* • */
	{0x2026, '.'}, /* … */
	{0x2190, '<'}, /* ← */
	{0x2191, '^'}, /* ↑ */
	{0x2192, '>'}, /* → */
	{0x2193, 'v'}, /* ↓ */
	{0x21E5, '>'}, /* ⇥ */
	{0x2212, '-'}, /* − */
	{0x221E, 'I'}, /* ∞ */
	{0x2248, '~'}, /* ≈ */
	{0x2260, '!'}, /* ≠ */
	{0x2264, '<'}, /* ≤ */
	{0x2265, '>'}, /* ≥ */
	{0x25A0, '#'}, /* ■ */
	{0x25A1, '#'}, /* □ */
	{0x25B2, '^'}, /* ▲ */
	{0x25B3, '^'}, /* △ */
	{0x25B6, '>'}, /* ▶ */
	{0x25B8, '>'}, /* ▸ */
	{0x25BC, 'v'}, /* ▼ */
	{0x25BD, 'v'}, /* ▽ */
	{0x25C0, '<'}, /* ◀ */
	{0x25C2, '<'}, /* ◂ */
	{0x25C6, '#'}, /* ◆ */
	{0x25C7, 'o'}, /* ◇ */
	{0x25CB, 'o'}, /* ○ */
	{0x25CC, 'o'}, /* ◌ */
	{0x25CF, '*'}, /* ● */
	{0x2605, '*'}, /* ★ */
	{0x2713, '+'}, /* ✓ */
	{0x2715, 'x'}, /* ✕ */
	{0x2717, 'x'}, /* ✗ */
	{0xFFFD, '?'},
};

char glyphs_ascii(uint32_t rune)
{
	if (rune >= 0x2500 && rune <= 0x257F)
		return box_ascii(rune);
	if (rune >= 0x2581 && rune <= 0x2588)
		return "_.:-=+*#"[rune - 0x2581];
	if (rune >= 0x2580 && rune <= 0x259F)
		return '#';
	if (rune >= 0x2800 && rune <= 0x28FF)
		return rune == 0x2800 ? ' ' : '*';
	for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
		if (twins[i].rune == rune)
			return twins[i].twin;
	return 0;
}
