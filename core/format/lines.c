/* Lines out of blocks; see lines.h. */
#include "format/lines.h"

void lines_init(struct lines *lines, size_t limit)
{
	*lines = (struct lines){0};
	buf_init(&lines->carry, limit);
}

void lines_release(struct lines *lines)
{
	buf_release(&lines->carry);
}

void lines_feed(struct lines *lines, struct str block)
{
	lines->rest = block;
}

void lines_end(struct lines *lines)
{
	lines->ended = true;
}

size_t lines_pending(const struct lines *lines)
{
	return lines->fresh ? 0 : lines->carry.n;
}

/* What comes before the line end is added to the carry; past the limit the line is given up. */
static void carry(struct lines *lines, struct str part)
{
	if (lines->skipping)
		return;
	buf_add_str(&lines->carry, part);
	if (lines->carry.over) {
		buf_clear(&lines->carry);
		lines->skipping = true;
	}
}

static bool finish(struct lines *lines, struct str text, struct str *line)
{
	lines->number++;
	if (lines->skipping || text.n > lines->carry.max) {
		lines->skipping = false;
		lines->dropped++;
		return false;
	}
	if (text.n && text.s[text.n - 1] == '\r')
		text.n--;
	if (!lines->started && str_starts(text, STR("\xef\xbb\xbf")))
		text = str_slice(text, 3, text.n);
	lines->started = true;
	*line = text;
	return true;
}

bool lines_next(struct lines *lines, struct str *line)
{
	if (lines->fresh)
		buf_clear(&lines->carry);
	lines->fresh = false;
	while (lines->rest.n) {
		long end = str_find(lines->rest, '\n');
		struct str part = str_slice(lines->rest, 0, end < 0 ? lines->rest.n : (size_t)end);
		bool carried = lines->carry.n || lines->skipping;

		lines->rest = str_slice(lines->rest, part.n + (end >= 0), lines->rest.n);
		if (end < 0 || carried)
			carry(lines, part);
		if (end < 0)
			break;
		lines->fresh = carried;
		if (finish(lines, carried ? buf_str(&lines->carry) : part, line))
			return true;
		buf_clear(&lines->carry);
		lines->fresh = false;
	}
	if (!lines->ended || !(lines->carry.n || lines->skipping))
		return false;
	lines->fresh = true;
	return finish(lines, buf_str(&lines->carry), line);
}
