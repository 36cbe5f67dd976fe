/* The text gate: whatever comes in, what goes out is clean, stays clean, and is as wide as we say. */
#include "fuzz.h"

#include "base/text.h"

static int glyphs_width(struct str rest)
{
	struct text_glyph glyph;
	int width = 0;

	while (text_next(&rest, &glyph)) {
		assert(glyph.width == 1 || glyph.width == 2);
		width += glyph.width;
	}
	return width;
}

static void fits_and_cuts(struct str clean, int width)
{
	for (int columns = 0; columns <= width + 1; columns += 1 + width / 16) {
		int used;
		struct str part = text_fit(clean, columns, &used);

		assert(used <= columns && part.n <= clean.n && text_width(part) == used);
		assert(text_is_clean(part));
	}
	for (size_t max = 0; max <= clean.n; max += 1 + clean.n / 16)
		assert(text_cut(clean, max).n <= max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str raw = {(const char *)data, n};
	struct buf clean, again;

	buf_init(&clean, 3 * n + 1);
	buf_init(&again, 3 * n + 1);
	text_clean(&clean, raw);
	assert(!clean.over && text_is_clean(buf_str(&clean)));
	text_clean(&again, buf_str(&clean));
	assert(again.n == clean.n);
	assert(glyphs_width(buf_str(&clean)) == text_width(buf_str(&clean)));
	fits_and_cuts(buf_str(&clean), text_width(buf_str(&clean)));
	buf_clear(&again);
	text_valid(&again, raw);
	assert(!again.over);
	buf_release(&clean);
	buf_release(&again);
	return 0;
}
