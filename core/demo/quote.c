#include "demo/quote.h"

#include "base/num.h"
#include "base/text.h"

void quote_add(struct buf *out, struct str text)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < text.n;) {
		uint32_t rune;

		i += text_decode(text.s + i, text.n - i, &rune);
		if (rune == '"' || rune == '\\')
			buf_addf(out, "\\%c", (int)rune);
		else if (rune < 0x20 || rune == 0x7f)
			buf_addf(out, "\\u%04x", (unsigned)rune);
		else
			buf_add_rune(out, rune);
	}
	buf_addc(out, '"');
}

void quote_number(struct buf *out, double value)
{
	char text[NUM_SIZE];

	buf_adds(out, num_shortest(text, value));
}
