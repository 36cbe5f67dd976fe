/* Lines: the same lines, however the bytes are cut into blocks (the first byte says how). */
#include "fuzz.h"

#include "base/mem.h"
#include "format/lines.h"

#include <stdlib.h>
#include <string.h>

static uint64_t gather(struct str text, size_t block, struct buf *out)
{
	struct lines lines;
	struct str line;
	uint64_t dropped;

	lines_init(&lines, 32);
	for (bool end = false; !end; text = str_slice(text, block, text.n)) {
		size_t n = block < text.n ? block : text.n;
		char *exact = mem_copy(text.s ? text.s : "", n);

		end = n == text.n;
		lines_feed(&lines, (struct str){exact, n});
		if (end)
			lines_end(&lines);
		while (lines_next(&lines, &line)) {
			assert(line.n <= 32 && str_find(line, '\n') < 0);
			buf_add_str(out, line);
			buf_addc(out, '\n');
		}
		free(exact);
	}
	dropped = lines.dropped;
	lines_release(&lines);
	return dropped;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data + 1, n ? n - 1 : 0};
	struct buf whole, parts;

	if (!n)
		return 0;
	buf_init(&whole, n + 1);
	buf_init(&parts, n + 1);
	assert(gather(text, n, &whole) == gather(text, 1 + data[0] % 40, &parts));
	assert(str_equal(buf_str(&whole), buf_str(&parts)));
	buf_release(&whole);
	buf_release(&parts);
	return 0;
}
