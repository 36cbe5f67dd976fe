/* Cells and column types; see drift_cell.h. */
#include "analysis/drift_cell.h"

#include <stdio.h>
#include <strings.h>

static bool is_word(struct str text, const char *word, size_t n)
{
	return text.n == n && !strncasecmp(text.s, word, n);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str trim(struct str text)
{
	while (text.n && blank(text.s[0])) {
		text.s++;
		text.n--;
	}
	while (text.n && blank(text.s[text.n - 1]))
		text.n--;
	return text;
}

static bool is_null(struct str text)
{
	return !text.n || str_equal(text, STR("NULL")) || str_equal(text, STR("null"));
}

/* What a number's grammar does not cover: nulls and infinities. */
static enum drift_cell parse_word(struct str text)
{
	struct str rest = text;

	if (is_null(text) || is_word(text, "nan", 3))
		return CELL_NULL;
	if (rest.s[0] == '-' || rest.s[0] == '+') {
		rest.s++;
		rest.n--;
	}
	if (!is_word(rest, "inf", 3) && !is_word(rest, "infinity", 8))
		return CELL_INVALID;
	return text.s[0] == '-' ? CELL_NEG_INF : CELL_POS_INF;
}

enum drift_cell drift_cell_parse(struct str text, double *value)
{
	double number;

	text = trim(text);
	if (!num_parse(text, &number))
		return parse_word(text);
	if (isfinite(number))
		*value = number;
	return drift_cell_number(number);
}

enum drift_cell drift_cell_category(struct str text)
{
	bool null = is_null(text) || str_equal(text, STR("NaN")) || str_equal(text, STR("nan")) ||
		    str_equal(text, STR("NAN"));

	return null ? CELL_NULL : CELL_VALUE;
}

enum drift_cell drift_cell_boolean(struct str text, bool *value)
{
	static const struct {
		const char *word;
		size_t n;
		bool value;
	} words[] = {
		{"true", 4, true},   {"t", 1, true},  {"yes", 3, true}, {"1", 1, true},
		{"false", 5, false}, {"f", 1, false}, {"no", 2, false}, {"0", 1, false},
	};

	if (drift_cell_category(text) == CELL_NULL)
		return CELL_NULL;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (is_word(text, words[i].word, words[i].n)) {
			*value = words[i].value;
			return CELL_VALUE;
		}
	}
	return CELL_INVALID;
}

struct str drift_cell_integer_text(char out[NUM_SIZE], int64_t value)
{
	int n = snprintf(out, NUM_SIZE, "%lld", (long long)value);

	return (struct str){out, (size_t)n};
}

struct str drift_cell_real_text(char out[NUM_SIZE], double value)
{
	return str_of(num_shortest(out, value));
}

void drift_guess_text(struct drift_guess *guess, struct str text)
{
	double value;
	enum drift_cell cell = drift_cell_parse(text, &value);

	if (cell == CELL_NULL)
		return;
	guess->cells++;
	guess->numbers += cell != CELL_INVALID;
	guess->truths += is_word(text, "true", 4) || is_word(text, "false", 5);
}

void drift_guess_numbers(struct drift_guess *guess, uint64_t n)
{
	guess->cells += n;
	guess->numbers += n;
}

void drift_guess_invalid(struct drift_guess *guess, uint64_t n)
{
	guess->cells += n;
}

enum drift_type drift_guess_type(const struct drift_guess *guess)
{
	if (!guess->cells)
		return DRIFT_CATEGORICAL;
	if (guess->truths == guess->cells)
		return DRIFT_BOOLEAN;
	return guess->numbers * 20 >= guess->cells * 19 ? DRIFT_NUMERIC : DRIFT_CATEGORICAL;
}
