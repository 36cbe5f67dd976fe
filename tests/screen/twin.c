/* See twin.h. */
#include "twin.h"

#include "base/clock.h"
#include "command/line.h"
#include "format/json.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NUMBERS_MAX = 100000, FEWEST = 6, SHORT_ID = 6 };

struct facts_of {
	double numbers[NUMBERS_MAX];
	size_t n;
	struct buf texts; /* each between line ends */
};

static struct json *run_command(char **words, int n, struct buf *said)
{
	struct err err;
	struct line line;
	static char program[] = "leeboard", as_json[] = "--json";
	char *argv[64] = {program};
	int argc = 1, kept = dup(STDOUT_FILENO), file = memfd_create("twin", 0);
	struct json *document;
	off_t size;
	char *text;

	for (int i = 0; i < n && argc < 62; i++)
		argv[argc++] = words[i];
	argv[argc++] = as_json;
	if (line_parse(&line, argc, argv, &err) || !line.command) {
		buf_addf(said, "%s", err.message);
		return NULL;
	}
	fflush(stdout);
	dup2(file, STDOUT_FILENO);
	line.command->run(&line);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	line_release(&line);
	size = lseek(file, 0, SEEK_END);
	text = malloc((size_t)size + 1);
	if (!text || pread(file, text, (size_t)size, 0) != size)
		abort();
	close(file);
	document = json_parse((struct str){text, (size_t)size}, &json_limits, NULL, &err);
	if (!document)
		buf_addf(said, "%s: %.*s", err.message, (int)size, text);
	free(text);
	return document;
}

/* Every number below a value; texts that are a number or a time count too. */
static void gather(struct facts_of *facts, const struct json *value)
{
	struct str text = json_text(value);
	double number;
	int64_t time;

	buf_addf(&facts->texts, "\n%.*s\n", STR_ARG(json_key(value)));
	if (text.n)
		buf_addf(&facts->texts, "\n%.*s\n", STR_ARG(text));
	if (facts->n < NUMBERS_MAX && json_number(value, &number))
		facts->numbers[facts->n++] = number;
	else if (facts->n < NUMBERS_MAX && text.n && clock_parse_iso(text, &time))
		facts->numbers[facts->n++] = (double)(clock_wall() - time) / 1000;
	if (json_type(value) != JSON_OBJECT && json_type(value) != JSON_ARRAY)
		return;
	for (const struct json *item = json_first(value); item; item = json_next(item))
		gather(facts, item);
}

/* How far from the shown number the true one may be: half of its last digit, and a little. */
static double half_digit(const char *token, size_t n)
{
	double unit = 1, power = 0;
	bool point = false;

	for (size_t i = 0; i < n; i++) {
		if (token[i] == 'e' || token[i] == 'E') {
			power = atof(token + i + 1);
			break;
		}
		if (token[i] == '.')
			point = true;
		else if (point && isdigit((unsigned char)token[i]))
			unit /= 10;
	}
	return unit * pow(10, power) * 0.5000001;
}

static bool near_any(const struct facts_of *facts, double low, double high)
{
	for (size_t i = 0; i < facts->n; i++)
		if (facts->numbers[i] >= low && facts->numbers[i] <= high)
			return true;
	return false;
}

/* "4m12s", "2h", "3d": seconds, and how wide the last unit is. */
static bool is_duration(const char *token, double *seconds, double *width)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {{"ms", 0.001}, {"mo", 2629746}, {"s", 1}, {"m", 60}, {"h", 3600},
		     {"d", 86400}, {"w", 604800}, {"y", 31556952}};
	char *end;

	*seconds = 0;
	while (*token) {
		double number = strtod(token, &end);
		size_t u = 0;

		if (end == token)
			return false;
		for (; u < sizeof units / sizeof *units; u++)
			if (!strncmp(end, units[u].unit, strlen(units[u].unit)))
				break;
		if (u == sizeof units / sizeof *units)
			return false;
		*seconds += number * units[u].seconds;
		*width = units[u].seconds * (strchr(token, '.') && strchr(token, '.') < end ? 0.1 : 1);
		token = end + strlen(units[u].unit);
	}
	return true;
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '+';
}

/* A word of the record's texts, or the start of one: ids and commits are shown cut. */
static bool is_word(const struct facts_of *facts, const char *token)
{
	const char *texts = buf_cstr(&facts->texts), *at = texts;
	size_t n = strlen(token);

	while ((at = strstr(at, token)) != NULL) {
		if (at[-1] == '\n' && n >= SHORT_ID)
			return true;
		if (!is_word_byte(at[-1]) && !is_word_byte(at[n]))
			return true;
		at++;
	}
	return false;
}

/* Does the record know this word of the screen? *counted: it was a number. */
static bool known(const struct facts_of *facts, const char *token, bool *counted)
{
	double number, seconds, width = 0, half;
	char *end;

	*counted = false;
	if (!isdigit((unsigned char)token[strspn(token, "+-.")]))
		return true;
	number = strtod(token, &end);
	half = half_digit(token, (size_t)(end - token));
	*counted = true;
	if (!*end && near_any(facts, number - half, number + half))
		return true;
	if (!strcmp(end, "%") && near_any(facts, (number - half) / 100, (number + half) / 100))
		return true;
	if (strlen(end) == 1 && strchr("kMG", *end)) {
		double scale = *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1e9;

		return near_any(facts, (number - half) * scale, (number + half) * scale);
	}
	if (is_duration(token, &seconds, &width) &&
	    near_any(facts, seconds - width * 0.51, seconds + width))
		return true;
	*counted = false;
	/* a word of the record that starts with a digit: an id, a commit, a version */
	return is_word(facts, token);
}

/* The same number with another first digit: the record must not know that one. */
static bool wrong_one_is_known(const struct facts_of *facts, const char *token)
{
	char *wrong = strdup(token);
	char *digit = wrong + strcspn(wrong, "0123456789");
	bool known_too, counted;

	*digit = *digit == '9' ? '4' : (char)(*digit + 1);
	known_too = known(facts, wrong, &counted);
	free(wrong);
	return known_too;
}

/* How many numbers a screen has, and how many of them would have been found out if they were wrong. */
struct tally {
	size_t rows, numbers, sharp;
};

static bool check_row(const struct facts_of *facts, const char *row, struct tally *tally,
		      struct buf *said)
{
	char *copy = strdup(row), *save, *token, *share;
	bool good = true;

	/* "1.7 %" is one word */
	while ((share = strstr(copy, " %")) != NULL)
		memmove(share, share + 1, strlen(share));
	for (token = strtok_r(copy, " │|▸●", &save); token && good;
	     token = strtok_r(NULL, " │|▸●", &save)) {
		bool number;

		good = known(facts, token, &number);
		tally->numbers += number;
		tally->sharp += number && good && !wrong_one_is_known(facts, token);
		if (!good)
			buf_addf(said, "\"%s\" in \"%s\" is nowhere in its record", token, row);
	}
	free(copy);
	return good;
}

/* The text of a field as a whole word of the row; it is blanked, so that it is no number. */
static bool take_word(char *row, struct str word)
{
	char text[256];
	char *at = row;

	if (!word.n || word.n >= sizeof text)
		return false;
	memcpy(text, word.s, word.n);
	text[word.n] = '\0';
	while ((at = strstr(at, text)) != NULL) {
		char before = at == row ? ' ' : at[-1], after = at[word.n];

		if ((before == ' ' || before < 0) && (after == ' ' || after < 0 || !after)) {
			memset(at, ' ', word.n);
			return true;
		}
		at++;
	}
	return false;
}

static bool row_names(char *row, const struct json *record, const char *fields)
{
	char copy[128], *save, *field;

	snprintf(copy, sizeof copy, "%s", fields);
	for (field = strtok_r(copy, ",", &save); field; field = strtok_r(NULL, ",", &save))
		if (!take_word(row, json_get_text(record, field)))
			return false;
	return true;
}

/* The record that the row names, and the row without that name; NULL: none, *twice: more. */
static const struct json *record_of(const struct json *list, char *row, const char *fields,
				    bool *twice)
{
	const struct json *found = NULL;
	char kept[4096], best[4096];

	snprintf(kept, sizeof kept, "%s", row);
	*twice = false;
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		char trial[4096];

		snprintf(trial, sizeof trial, "%s", kept);
		if (!row_names(trial, item, fields))
			continue;
		*twice |= found != NULL;
		found = item;
		snprintf(best, sizeof best, "%s", trial);
	}
	if (found)
		snprintf(row, 4096, "%s", best);
	return found;
}

static bool check_screen(struct str screen, const struct json *list, const char *fields,
			 struct buf *said)
{
	struct facts_of *facts = malloc(sizeof *facts);
	char *text = strndup(screen.s, screen.n), *save, *line;
	struct tally tally = {0};
	bool good = true;

	buf_init(&facts->texts, 16 << 20);
	for (line = strtok_r(text, "\n", &save); line && good; line = strtok_r(NULL, "\n", &save)) {
		const struct json *record;
		char row[4096];
		bool twice;

		snprintf(row, sizeof row, "%s", line);
		record = record_of(list, row, fields, &twice);
		if (!record)
			continue;
		if (twice) {
			buf_addf(said, "two records fit the row \"%s\"", line);
			good = false;
			break;
		}
		facts->n = 0;
		buf_clear(&facts->texts);
		gather(facts, record);
		good = check_row(facts, row, &tally, said);
		tally.rows++;
	}
	if (good && tally.sharp < FEWEST) {
		buf_addf(said, "only %zu numbers in %zu rows could have been wrong", tally.sharp,
			 tally.rows);
		good = false;
	} else if (good) {
		buf_addf(said, "%zu numbers in %zu rows are those of the twin, %zu of them would be "
			       "found out with another digit",
			 tally.numbers, tally.rows, tally.sharp);
	}
	buf_release(&facts->texts);
	free(facts);
	free(text);
	return good;
}

bool twin_holds(struct str screen, char **words, int n, struct buf *said)
{
	struct json *document;
	bool good;

	if (n < 3) {
		buf_adds(said, "twin LIST FIELDS COMMAND …");
		return false;
	}
	document = run_command(words + 2, n - 2, said);
	if (!document)
		return false;
	good = check_screen(screen, json_get(document, words[0]), words[1], said);
	json_free(document);
	return good;
}
