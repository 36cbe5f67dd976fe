/*
 * Filters: NOT is two-valued, what is pushed to a server lets every matching row through, an error
 * names a place inside the text, and completion knows a word wherever the cursor is.
 */
#include "fuzz.h"

#include "analysis/filter.h"

#include <math.h>

enum { NOW = 1700000000 };

/* Values that depend on the field and on the row only. */
static struct value get(void *ctx, const struct filter_field *field)
{
	static const double numbers[] = {0, 1, -1, 0.5, 1e300, INFINITY, NAN, 8};
	static const char *const texts[] = {"",		"8",	"a",	"Keep this",
					    "FINISHED", "it's", "a\nb", "%"};
	unsigned pick = *(const unsigned *)ctx + field->entity + field->attribute;
	bool number = field->entity == FILTER_METRIC || field->attribute == FILTER_START ||
		      field->attribute == FILTER_END || field->attribute == FILTER_DURATION;

	for (size_t i = 0; i < field->key.n; i++)
		pick = pick * 31 + (unsigned char)field->key.s[i];
	if (pick % 9 == 8)
		return (struct value){.state = CELL_MISSING};
	if (number)
		return (struct value){.state = CELL_NUMBER, .number = numbers[pick % 9]};
	return (struct value){.state = CELL_TEXT, .text = str_of(texts[pick % 9])};
}

static struct filter *parse(struct str text)
{
	struct err err = {0};
	size_t where = 0;
	struct filter *filter = filter_parse(text, NOW, &where, &err);

	assert(where <= text.n);
	assert(filter || (err.code == ERR_USAGE && err.message[0]));
	return filter;
}

static void check_not(struct str text, const struct filter *filter)
{
	struct filter *negated;
	struct buf not;

	buf_init(&not, text.n + 16);
	buf_adds(&not, "NOT (");
	buf_add_str(&not, text);
	buf_adds(&not, ")");
	negated = parse(buf_str(&not));
	for (unsigned row = 0; negated && row < 9; row++)
		assert(filter_match(negated, get, &row) != filter_match(filter, get, &row));
	filter_free(negated);
	buf_release(&not);
}

static void check_push(struct str text, const struct filter *filter)
{
	struct filter *pushed;
	struct buf out;

	buf_init(&out, 64 * text.n + 4096);
	if (filter_push(filter, &out)) {
		pushed = parse(buf_str(&out));
		assert(pushed);
		for (unsigned row = 0; row < 9; row++)
			assert(!filter_match(filter, get, &row) || filter_match(pushed, get, &row));
		filter_free(pushed);
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data, n < 2000 ? n : 2000};
	struct filter *filter;
	size_t from;

	for (size_t cursor = 0; cursor <= text.n; cursor += 1 + text.n / 50) {
		enum filter_expect expects = filter_expects(text, cursor, &from);

		assert(from <= cursor && expects <= FILTER_EXPECT_JOIN);
	}
	filter = parse(text);
	if (filter) {
		check_not(text, filter);
		check_push(text, filter);
	}
	filter_free(filter);
	return 0;
}
