/* Prometheus text format; see exposition.h. */
#include "format/exposition.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "format/json.h"

#include <stdlib.h>
#include <string.h>

/* The page is copied once; a line is read, and its escapes resolved, in that copy. */
struct reader {
	struct exposition *page;
	struct map names; /* of the families */
	char *at, *end;   /* of the line */
	struct str line;
	size_t number;
	struct exposition_label labels[EXPOSITION_LABELS];
	uint32_t n_labels;
	struct err *err;
};

static int fail(const struct reader *reader, const char *what)
{
	struct str shown = str_slice(reader->line, 0, 80);

	return err_set(reader->err, ERR_FORMAT, "line %zu: %s: %.*s", reader->number, what,
		       STR_ARG(shown));
}

static int too_big(const struct reader *reader, const char *what, int limit)
{
	return err_set(reader->err, ERR_TOO_BIG, "line %zu: more than %d %s", reader->number, limit,
		       what);
}

static void skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t'))
		reader->at++;
}

static bool take(struct reader *reader, char c)
{
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

static bool name_byte(char c, bool first, bool colon)
{
	char folded = (char)(c | 0x20);

	return (folded >= 'a' && folded <= 'z') || c == '_' || (colon && c == ':') ||
	       (!first && c >= '0' && c <= '9');
}

static struct str take_name(struct reader *reader, bool colon)
{
	char *from = reader->at;

	while (reader->at < reader->end && name_byte(*reader->at, reader->at == from, colon))
		reader->at++;
	return (struct str){from, (size_t)(reader->at - from)};
}

static struct str take_word(struct reader *reader)
{
	char *from = reader->at;

	while (reader->at < reader->end && *reader->at != ' ' && *reader->at != '\t')
		reader->at++;
	return (struct str){from, (size_t)(reader->at - from)};
}

/* Resolves \\ and \n, and \" where quotes are, from `from` on; other escapes stay as they are. */
static struct str unescape(char *from, char *end, bool quotes)
{
	char *to = from;

	for (char *s = from; s < end; s++) {
		bool known = *s == '\\' && s + 1 < end &&
			     (s[1] == '\\' || s[1] == 'n' || (quotes && s[1] == '"'));

		if (known)
			s++;
		*to++ = known && *s == 'n' ? '\n' : *s;
	}
	return (struct str){from, (size_t)(to - from)};
}

/* A text in quotes. */
static int take_quoted(struct reader *reader, struct str *text)
{
	char *from;

	if (!take(reader, '"'))
		return fail(reader, "expected a text in quotes");
	from = reader->at;
	while (reader->at < reader->end && *reader->at != '"')
		reader->at += *reader->at == '\\' && reader->at + 1 < reader->end ? 2 : 1;
	if (reader->at >= reader->end)
		return fail(reader, "a text without its closing quote");
	if (reader->at - from > EXPOSITION_VALUE)
		return too_big(reader, "bytes in a label", EXPOSITION_VALUE);
	*text = unescape(from, reader->at, true);
	reader->at++;
	return 0;
}

/* One name="value", or the metric's own name in quotes. */
static int take_label(struct reader *reader, struct str *metric)
{
	struct exposition_label label;

	if (reader->at < reader->end && *reader->at == '"') {
		if (take_quoted(reader, &label.name) < 0)
			return -1;
		skip_blanks(reader);
		if (reader->at < reader->end && *reader->at != '=') {
			if (metric->n)
				return fail(reader, "a second metric name");
			*metric = label.name;
			return 0;
		}
	} else {
		label.name = take_name(reader, false);
		if (!label.name.n)
			return fail(reader, "expected a label name");
		skip_blanks(reader);
	}
	if (!take(reader, '='))
		return fail(reader, "expected '='");
	skip_blanks(reader);
	if (take_quoted(reader, &label.value) < 0)
		return -1;
	if (reader->n_labels == EXPOSITION_LABELS)
		return too_big(reader, "labels", EXPOSITION_LABELS);
	reader->labels[reader->n_labels++] = label;
	return 0;
}

static int take_labels(struct reader *reader, struct str *metric)
{
	for (;;) {
		skip_blanks(reader);
		if (take(reader, '}'))
			return 0;
		if (take_label(reader, metric) < 0)
			return -1;
		skip_blanks(reader);
		if (take(reader, ','))
			continue;
		return take(reader, '}') ? 0 : fail(reader, "expected ',' or '}'");
	}
}

/* The number of the family, made untyped when it is new. */
static uint32_t intern_family(struct reader *reader, struct str name)
{
	struct exposition *page = reader->page;
	bool added = false;
	uint32_t at = map_intern(&reader->names, name, (uint32_t)page->n_families, &added);

	if (added) {
		MEM_GROW(page->families, page->n_families, page->families_cap);
		page->families[page->n_families++] = (struct exposition_family){.name = name};
	}
	return at;
}

/* A histogram or summary whose samples have this name, if one was declared. */
static bool find_compound(struct reader *reader, struct str name, uint32_t *family)
{
	static const struct {
		struct str suffix;
		bool summary;
	} parts[] = {{{"_bucket", 7}, false}, {{"_sum", 4}, true}, {{"_count", 6}, true}};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct str base = str_slice(name, 0, name.n - parts[i].suffix.n);
		enum exposition_type type;

		if (!str_ends(name, parts[i].suffix) || !map_get(&reader->names, base, family))
			continue;
		type = reader->page->families[*family].type;
		if (type == EXPOSITION_HISTOGRAM ||
		    (type == EXPOSITION_SUMMARY && parts[i].summary))
			return true;
	}
	return false;
}

static int take_value(struct reader *reader, struct exposition_sample *sample)
{
	struct str word;

	skip_blanks(reader);
	word = take_word(reader);
	if (!num_parse(word, &sample->value) && !json_special(word, &sample->value))
		return fail(reader, "expected a number");
	skip_blanks(reader);
	if (reader->at == reader->end)
		return 0;
	if (!num_parse_int(take_word(reader), &sample->time))
		return fail(reader, "expected a timestamp in ms");
	skip_blanks(reader);
	return reader->at < reader->end ? fail(reader, "expected the end of the line") : 0;
}

static int add_sample(struct reader *reader, struct exposition_sample *sample)
{
	struct exposition *page = reader->page;
	size_t size = reader->n_labels * sizeof *reader->labels;
	struct exposition_label *labels = arena_alloc(&page->arena, size);

	if (page->n_samples == EXPOSITION_SAMPLES)
		return too_big(reader, "samples", EXPOSITION_SAMPLES);
	if (labels && size)
		memcpy(labels, reader->labels, size);
	sample->labels = labels;
	sample->n_labels = reader->n_labels;
	if (!find_compound(reader, sample->name, &sample->family))
		sample->family = intern_family(reader, sample->name);
	MEM_GROW(page->samples, page->n_samples, page->samples_cap);
	page->samples[page->n_samples++] = *sample;
	return 0;
}

static int read_sample(struct reader *reader)
{
	struct exposition_sample sample = {.time = TIME_NONE};

	reader->n_labels = 0;
	sample.name = take_name(reader, true);
	skip_blanks(reader);
	if (take(reader, '{') && take_labels(reader, &sample.name) < 0)
		return -1;
	if (!sample.name.n)
		return fail(reader, "expected a metric name");
	if (take_value(reader, &sample) < 0)
		return -1;
	return add_sample(reader, &sample);
}

static int read_type(struct reader *reader, struct str name)
{
	static const struct str types[] = {
		[EXPOSITION_UNTYPED] = {"untyped", 7}, [EXPOSITION_COUNTER] = {"counter", 7},
		[EXPOSITION_GAUGE] = {"gauge", 5},     [EXPOSITION_HISTOGRAM] = {"histogram", 9},
		[EXPOSITION_SUMMARY] = {"summary", 7},
	};
	struct str word = take_word(reader);
	uint32_t family = intern_family(reader, name); /* may move the families */

	for (enum exposition_type type = EXPOSITION_UNTYPED; type <= EXPOSITION_SUMMARY; type++)
		if (str_equal(word, types[type])) {
			reader->page->families[family].type = type;
			return 0;
		}
	return fail(reader, "no such type");
}

/* HELP and TYPE; every other line that starts with # is a comment. */
static int read_comment(struct reader *reader)
{
	struct str word, name;
	uint32_t family;

	reader->at++;
	skip_blanks(reader);
	word = take_word(reader);
	if (!str_equal(word, STR("HELP")) && !str_equal(word, STR("TYPE")))
		return 0;
	skip_blanks(reader);
	if (reader->at < reader->end && *reader->at == '"') {
		if (take_quoted(reader, &name) < 0)
			return -1;
	} else {
		name = take_name(reader, true);
	}
	if (!name.n)
		return fail(reader, "expected a metric name");
	skip_blanks(reader);
	if (word.s[0] == 'T')
		return read_type(reader, name);
	family = intern_family(reader, name);
	reader->page->families[family].help = unescape(reader->at, reader->end, false);
	return 0;
}

static int read_line(struct reader *reader)
{
	if (reader->end - reader->at > EXPOSITION_LINE)
		return too_big(reader, "bytes in a line", EXPOSITION_LINE);
	if (reader->page->n_families > EXPOSITION_SAMPLES)
		return too_big(reader, "metric names", EXPOSITION_SAMPLES);
	reader->line = (struct str){reader->at, (size_t)(reader->end - reader->at)};
	skip_blanks(reader);
	if (reader->at == reader->end)
		return 0;
	return *reader->at == '#' ? read_comment(reader) : read_sample(reader);
}

static int read_page(struct reader *reader, struct str body)
{
	char *end = (char *)body.s + body.n;

	for (char *at = (char *)body.s; at < end; at = reader->end + 1) {
		char *stop = memchr(at, '\n', (size_t)(end - at));

		reader->at = at;
		reader->end = stop ? stop : end;
		reader->number++;
		if (read_line(reader) < 0)
			return -1;
	}
	return 0;
}

int exposition_parse(struct exposition *page, struct str body, struct err *err)
{
	struct reader reader = {.page = page, .err = err};
	int rc;

	*page = (struct exposition){0};
	if (body.n > EXPOSITION_BYTES)
		return err_set(err, ERR_TOO_BIG, "a metrics page of more than %d bytes",
			       EXPOSITION_BYTES);
	/* the copy, and the labels that its bytes can hold at most (five bytes each) */
	arena_init(&page->arena, 16 * (size_t)EXPOSITION_BYTES);
	map_init(&reader.names);
	rc = read_page(&reader, arena_str(&page->arena, body.n ? body : STR("")));
	if (rc == 0 && page->arena.over)
		rc = err_set(err, ERR_TOO_BIG, "a metrics page that takes too much memory");
	map_release(&reader.names);
	if (rc < 0)
		exposition_release(page);
	return rc;
}

void exposition_release(struct exposition *page)
{
	free(page->families);
	free(page->samples);
	arena_release(&page->arena);
	*page = (struct exposition){0};
}

struct str exposition_label(const struct exposition_sample *sample, const char *name)
{
	struct str wanted = str_of(name);

	for (uint32_t i = 0; i < sample->n_labels; i++)
		if (str_equal(sample->labels[i].name, wanted))
			return sample->labels[i].value;
	return STR_NONE;
}

const struct exposition_family *exposition_family(const struct exposition *page, const char *name)
{
	struct str wanted = str_of(name);

	for (size_t i = 0; i < page->n_families; i++)
		if (str_equal(page->families[i].name, wanted))
			return &page->families[i];
	return NULL;
}
