/* The format room: JSON, lines, CSV, metrics pages, YAML. */
#include "test.h"

#include "base/clock.h"
#include "base/mem.h"
#include "format/csv.h"
#include "format/exposition.h"
#include "format/json.h"
#include "format/lines.h"
#include "format/yaml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct json *parse(const char *text)
{
	struct err err;

	return json_parse(str_of(text), &json_limits, NULL, &err);
}

static void json_reads_what_it_should(void **state)
{
	struct json *root = parse("\xef\xbb\xbf{\"a\":[1,2.5e1,\"x\\u00e9\\ud83d\\ude00\\n\"],\"A\":true,"
				  "\"a\":0,\"n\":null,\"o\":{\"k\":{}}, \"e\":[]}\n");
	const struct json *list;
	int64_t whole;
	double number;
	bool truth;
	(void)state;

	assert_non_null(root);
	assert_int_equal(json_count(root), 6);
	list = json_get(root, "a");
	assert_int_equal(json_type(list), JSON_ARRAY);
	assert_true(json_int(json_first(list), &whole) && whole == 1);
	list = json_next(json_first(list));
	assert_true(json_number(list, &number) && number == 25);
	assert_str(json_text(json_next(list)), "x\xc3\xa9\xf0\x9f\x98\x80\n");
	assert_true(json_get_bool(root, "A", &truth) && truth);
	assert_int_equal(json_type(json_get(root, "n")), JSON_NULL);
	assert_int_equal(json_type(json_get(root, "none")), JSON_MISSING);
	assert_null(json_get(json_get(json_get(root, "none"), "x"), "y"));
	assert_str(json_key(json_first(json_get(root, "o"))), "k");
	assert_int_equal(json_count(json_get(root, "e")), 0);
	json_free(root);
}

static void json_refuses_what_it_should(void **state)
{
	static const char *const cases[] = {
		"",	   " ",	      "{",	 "}",	    "[1,]",	"{\"a\":1,}", "{\"a\"}",
		"{a:1}",   "[1 2]",   "[01]",	 "[1.]",    "[.5]",	"[1e]",	      "[+1]",
		"\"a",	   "\"\\x\"", "\"\\u12\"", "tru",   "nul",	"NaN",	      "[-]",
		"1 2",	   "[]]",     "{]",	 "[}",	    "<html>",	"[\"a\":1]",  "'a'",
		"[1,,2]",  "{,}",     "[-Infinity]", "{\"a\":}", "\\",  "[\"\\",
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct err err = {0};

		assert_null(json_parse(str_of(*c), &json_limits, NULL, &err));
		assert_int_equal(err.code, ERR_FORMAT);
	}
}

static void json_errors_name_the_place(void **state)
{
	struct err err;
	(void)state;

	assert_null(json_parse(STR("{\n  \"a\": x}"), &json_limits, NULL, &err));
	assert_string_equal(err.message, "not JSON: a value is missing at line 2, byte 8");
}

static void json_repairs_text(void **state)
{
	static const struct {
		const char *in, *out;
		size_t n;
	} cases[] = {
		{"\"\xff\xfe\"", "\xef\xbf\xbd\xef\xbf\xbd", 4},
		{"\"\\ud800\"", "\xef\xbf\xbd", 8},
		{"\"\\ud800\\u0041\"", "\xef\xbf\xbd" "A", 14},
		{"\"\\udc00\"", "\xef\xbf\xbd", 8},
		{"\"\\ud800\\ud800\\udc00\"", "\xef\xbf\xbd\xf0\x90\x80\x80", 20},
		{"\"\xc3\xa9\x1b\"", "\xc3\xa9\x1b", 5},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct err err;
		struct json *root =
			json_parse((struct str){c->in, c->n}, &json_limits, NULL, &err);

		assert_non_null(root);
		assert_str(json_text(root), c->out);
		json_free(root);
	}
}

static void json_keeps_nul_in_values(void **state)
{
	static const char body[] = "{\"k\\u0000\":\"\\u0000a\\u0000\",\"r\":[\"x\0\"],\"p\":\"q\"}";
	struct err err;
	struct str text = {body, sizeof body - 1};
	struct json *root = json_parse(text, &json_limits, NULL, &err);
	(void)state;

	assert_non_null(root);
	assert_str(json_key(json_first(root)), "k\xef\xbf\xbd");
	assert_int_equal(json_text(json_first(root)).n, 3);
	assert_memory_equal(json_text(json_first(root)).s, "\0a", 4);
	assert_int_equal(json_text(json_first(json_get(root, "r"))).n, 2);
	assert_str(json_get_text(root, "p"), "q");
	json_free(root);
}

static void json_keeps_whole_numbers_exact(void **state)
{
	static const struct {
		const char *text;
		bool whole;
		int64_t value;
	} cases[] = {
		{"9007199254740991", true, 9007199254740991},
		{"9007199254740993", true, 9007199254740993},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"\"9223372036854775807\"", true, INT64_MAX},
		{"1.5", false, 0},
		{"2.0", true, 2},
		{"-0", true, 0},
		{"1e999", false, 0},
		{"\"x\"", false, 0},
		{"true", false, 0},
	};
	double number;
	struct json *root;
	(void)state;

	TABLE_EACH(c, cases) {
		int64_t value = 0;

		root = parse(c->text);
		assert_non_null(root);
		assert_int_equal(json_int(root, &value), c->whole);
		if (c->whole)
			assert_int_equal(value, c->value);
		json_free(root);
	}
	root = parse("[0.10000000000000000555111512312578270211815834045410156250000000000001,1e999]");
	assert_true(json_number(json_first(root), &number) && number == 0.1);
	assert_true(json_number(json_next(json_first(root)), &number) && isinf(number));
	json_free(root);
}

static void json_knows_numbers_that_are_none(void **state)
{
	struct json_limits limits = json_limits;
	struct err err;
	struct json *root;
	double number;
	int i = 0;
	(void)state;

	limits.bare_nan = true;
	root = json_parse(STR("[NaN,Infinity,-Infinity,\"NaN\",\"Infinity\",\"-Infinity\"]"), &limits,
			  NULL, &err);
	assert_non_null(root);
	for (const struct json *item = json_first(root); item; item = json_next(item), i++) {
		assert_true(json_number(item, &number));
		assert_true(i % 3 ? isinf(number) && (number < 0) == (i % 3 == 2) : isnan(number));
	}
	json_free(root);
}

/* n times a piece, between a start and an end. */
static char *repeat(const char *start, const char *piece, size_t n, const char *end)
{
	size_t size = strlen(start) + n * strlen(piece) + strlen(end) + 1;
	char *text = mem_alloc(size), *at = stpcpy(text, start);

	for (size_t i = 0; i < n; i++)
		at = stpcpy(at, piece);
	strcpy(at, end);
	return text;
}

static enum err_code json_code(const char *text, const struct json_limits *limits, size_t *cut)
{
	struct err err = {0};

	json_free(json_parse(str_of(text), limits, cut, &err));
	return err.code;
}

static void json_keeps_its_limits(void **state)
{
	const struct json_limits limits = {.bytes = 400, .text = 10, .members = 20, .values = 30};
	size_t cut;
	(void)state;

	for (int i = -1; i <= 1; i++) {
		enum err_code expected = i > 0 ? ERR_TOO_BIG : ERR_NONE;
		char *deep = repeat("", "[", (size_t)(64 + i), ""), *text;

		text = repeat(deep, "]", (size_t)(64 + i), "");
		assert_int_equal(json_code(text, &json_limits, NULL), expected);
		free(text);
		free(deep);
		text = repeat("[0", ",0", (size_t)(19 + i), "]");
		assert_int_equal(json_code(text, &limits, NULL), expected);
		free(text);
		text = repeat("[[0,0,0,0,0,0,0,0,0],[0", ",0", (size_t)(17 + i), "]]");
		assert_int_equal(json_code(text, &limits, NULL), expected);
		free(text);
		text = repeat("[", " ", (size_t)(398 + i), "]");
		assert_int_equal(json_code(text, &limits, NULL), expected);
		free(text);
		text = repeat("\"", "x", (size_t)(10 + i), "\"");
		assert_int_equal(json_code(text, &limits, &cut), ERR_NONE);
		assert_int_equal(cut, i > 0);
		free(text);
	}
}

static void json_cuts_between_characters(void **state)
{
	const struct json_limits limits = {.bytes = 400, .text = 4, .members = 20, .values = 30};
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"\"abc\xc3\xa9\"", "abc"},
		{"\"ab\xc3\xa9\"", "ab\xc3\xa9"},
		{"\"abcd\\n\\n\xff\"", "abcd"},
		{"\"abc\\ud83d\\ude00z\"", "abc"},
		{"\"\xff\xff\"", "\xef\xbf\xbd"},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct err err;
		struct json *root = json_parse(str_of(c->in), &limits, NULL, &err);

		assert_non_null(root);
		assert_str(json_text(root), c->out);
		json_free(root);
	}
}

/* Every prefix of a document fails in words, and nothing past its end is touched. */
static void json_survives_every_cut(void **state)
{
	static const char text[] = "{\"run\":{\"m\":[{\"k\":\"a\\u00e9\\ud83d\\ude00\",\"v\":-1.5e-3},"
				   "true,false,null,\"\xc3\xa9\",90071992547409931]}}";
	(void)state;

	for (size_t n = 0; n < sizeof text - 1; n++) {
		struct err err = {0};
		char *copy = mem_copy(text, n), *exact = mem_alloc(n ? n : 1);

		memcpy(exact, copy, n);
		assert_null(json_parse((struct str){exact, n}, &json_limits, NULL, &err));
		assert_int_equal(err.code, ERR_FORMAT);
		assert_true(err.message[0] != '\0');
		free(copy);
		free(exact);
	}
}

static void json_walks_large_objects_once(void **state)
{
	char *text = repeat("{\"first\":1", ",\"key\":\"value\"", 199999, "}");
	struct json *root = parse(text);
	size_t n = 0;
	(void)state;

	assert_non_null(root);
	for (const struct json *item = json_first(root); item; item = json_next(item))
		n += json_key(item).n;
	assert_int_equal(n, 5 + 3 * 199999);
	json_free(root);
	free(text);
}

/* All lines of a text fed in blocks of a size, joined with '|'. */
static void join_lines(const char *text, size_t block, size_t limit, struct buf *out,
		       uint64_t *dropped)
{
	size_t n = strlen(text);
	struct lines lines;
	struct str line;

	lines_init(&lines, limit);
	buf_clear(out);
	for (size_t at = 0; at <= n; at += block) {
		if (at < n)
			lines_feed(&lines, (struct str){text + at, block < n - at ? block : n - at});
		if (at + block >= n + 1 || at == n)
			lines_end(&lines);
		while (lines_next(&lines, &line)) {
			buf_add_str(out, line);
			buf_addc(out, '|');
		}
	}
	*dropped = lines.dropped;
	lines_release(&lines);
}

static void lines_come_whole_from_any_block(void **state)
{
	static const struct {
		const char *text, *lines;
		uint64_t dropped;
	} cases[] = {
		{"a\nbc\n\nd\n", "a|bc||d|", 0},     {"a\r\nb", "a|b|", 0},
		{"\xef\xbb\xbf{}\n{}\n", "{}|{}|", 0}, {"", "", 0},
		{"0123456789\nx\n", "0123456789|x|", 0}, {"0123456789a\nx\n", "x|", 1},
		{"0123456789abcdefghijklmnop\nx", "x|", 1}, {"a\n0123456789abcdefgh", "a|", 1},
	};
	struct buf out;
	uint64_t dropped;
	(void)state;

	buf_init(&out, 1000);
	TABLE_EACH(c, cases)
		for (size_t block = 1; block < 12; block++) {
			join_lines(c->text, block, 10, &out, &dropped);
			assert_string_equal(buf_cstr(&out), c->lines);
			assert_int_equal(dropped, c->dropped);
		}
	buf_release(&out);
}

static void lines_without_end_stay_pending(void **state)
{
	struct lines lines;
	struct str line;
	(void)state;

	lines_init(&lines, 100);
	lines_feed(&lines, STR("a\nhal"));
	assert_true(lines_next(&lines, &line));
	assert_false(lines_next(&lines, &line));
	assert_int_equal(lines_pending(&lines), 3);
	lines_feed(&lines, STR("f\n"));
	assert_true(lines_next(&lines, &line));
	assert_str(line, "half");
	assert_int_equal(lines_pending(&lines), 0);
	assert_int_equal(lines.number, 2);
	lines_release(&lines);
}

/* A CSV text as "[a|b][c|d]", '!' after a ragged row, '@' and its line before a row. */
static void show_csv(struct str text, size_t block, const struct csv_limits *limits,
		     struct buf *out, struct csv *csv)
{
	struct csv_row row;

	csv_init(csv, limits);
	buf_clear(out);
	for (size_t at = 0; at <= text.n; at += block) {
		struct str part = str_slice(text, at, at + block);
		char *exact = mem_alloc(part.n + 1);

		memcpy(exact, part.s, part.n);
		csv_feed(csv, (struct str){exact, part.n});
		if (at + block > text.n)
			csv_end(csv);
		while (csv_next(csv, &row)) {
			buf_addf(out, "@%llu[", (unsigned long long)row.line);
			for (size_t i = 0; i < row.n; i++) {
				buf_adds(out, i ? "|" : "");
				buf_add_str(out, row.fields[i]);
			}
			buf_adds(out, row.ragged ? "]!" : "]");
		}
		free(exact);
	}
}

static void csv_follows_the_rfc(void **state)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{"a,b\n1,2\n", "@1[a|b]@2[1|2]"},
		{"a,b\r\n1,2\r\n", "@1[a|b]@2[1|2]"},
		{"a,b\n1,2", "@1[a|b]@2[1|2]"},
		{"\xef\xbb\xbf" "a,b\n", "@1[a|b]"},
		{"\xef\xbb\xbf\"a\nz\",b\n", "@1[a\nz|b]"},
		{"\xef\xbb" "a,b\n", "@1[\xef\xbb" "a|b]"},
		{"\"a,1\",\"b\"\"q\"\n\"l\nm\",\n", "@1[a,1|b\"q]@2[l\nm|]"},
		{"a\n\n\n1\n\"\"\n", "@1[a]@4[1]@5[]"},
		{"a,b\n1\n1,2,3\n,\n", "@1[a|b]@2[1]!@3[1|2|3]!@4[|]"},
		{"a,\"b\"x,c\n", "@1[a|bx|c]"},
		{"a\"b,\"c\"\"\"\n", "@1[a\"b|c\"]"},
		{"\"a\"\r\n\"b\"", "@1[a]@2[b]"},
		{"\"a\"\"\n\",2\n3,4\n", "@1[a\"\n|2]@3[3|4]"},
		{"x,\"open\nmore", "@1[x|open\nmore]"},
		{"", ""},
		{"\n\r\n", ""},
		{"12345678,12345678,1\n1234567,\n", "@1[12345678|12345678|1]@2[1234567|]!"},
	};
	struct buf out;
	struct csv csv;
	(void)state;

	buf_init(&out, 1000);
	TABLE_EACH(c, cases)
		for (size_t block = 1; block < 40; block++) {
			show_csv(str_of(c->text), block, &csv_limits, &out, &csv);
			assert_string_equal(buf_cstr(&out), c->rows);
			csv_release(&csv);
		}
	buf_release(&out);
}

static void csv_keeps_its_limits(void **state)
{
	const struct csv_limits limits = {.row = 12, .field = 5, .fields = 3};
	static const struct {
		const char *text, *rows;
		uint64_t dropped, cut;
	} cases[] = {
		{"1234,1234,12\nx\n", "@1[1234|1234|12]@2[x]!", 0, 0},
		{"1234,1234,123\nx\n", "@2[x]", 1, 0},
		{"1234,1234,123456789012345\nx\n", "@2[x]", 1, 0},
		{"12345\n", "@1[12345]", 0, 0},
		{"123456\n", "@1[12345]", 0, 1},
		{"\"123456\"\n", "@1[12345]", 0, 1},
		{"a,b,c\n", "@1[a|b|c]", 0, 0},
		{"a,b,c,d\n", "@1[a|b|c]!", 0, 0},
		{"a\n\"open\nopen\nopen\nopen\nb\n", "@1[a]@5[open]@6[b]", 1, 0},
	};
	struct buf out;
	struct csv csv;
	(void)state;

	buf_init(&out, 1000);
	TABLE_EACH(c, cases)
		for (size_t block = 1; block < 40; block++) {
			show_csv(str_of(c->text), block, &limits, &out, &csv);
			assert_string_equal(buf_cstr(&out), c->rows);
			assert_int_equal(csv.dropped, c->dropped);
			assert_int_equal(csv.cut, c->cut);
			csv_release(&csv);
		}
	buf_release(&out);
}

/* Random bytes of the grammar: however they are cut into blocks, the rows are the same. */
static void csv_does_not_depend_on_blocks(void **state)
{
	static const char bytes[] = "a,\"\n\r1";
	struct buf whole, cut;
	uint32_t seed = 7;
	struct csv csv;
	(void)state;

	buf_init(&whole, 10000);
	buf_init(&cut, 10000);
	for (int round = 0; round < 2000; round++) {
		char text[64];
		size_t n = (size_t)round % sizeof text;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = bytes[(seed >> 16) % 6];
		}
		show_csv((struct str){text, n}, n + 1, &csv_limits, &whole, &csv);
		csv_release(&csv);
		for (size_t block = 1; block < 8; block++) {
			show_csv((struct str){text, n}, block, &csv_limits, &cut, &csv);
			assert_string_equal(buf_cstr(&whole), buf_cstr(&cut));
			csv_release(&csv);
		}
	}
	buf_release(&whole);
	buf_release(&cut);
}

static const char page_text[] =
	"# HELP req_total Requests\\nso far.\n"
	"# TYPE req_total counter\n"
	"req_total{method=\"post\",code=\"200\",} 1027 1395066363000\n"
	"# a comment\n"
	"\n"
	"# TYPE lat histogram\n"
	"lat_bucket{le=\"0.1\"} 5\n"
	"lat_bucket{le=\"+Inf\"} 7\n"
	"lat_sum 1.25e1\n"
	"lat_count 7\n"
	"# TYPE rpc summary\n"
	"rpc{quantile=\"0.5\"} NaN\n"
	"rpc_sum 1\n"
	"rpc_bucket 1\n"
	"free { path = \"C:\\\\x\\n\\\"q\\\" \\z\" }\t+Inf -5\n"
	"{\"my.name\", k=\"v\"} 3\n"
	"last -Inf";

static void exposition_reads_a_page(void **state)
{
	struct exposition page;
	struct err err;
	(void)state;

	assert_int_equal(exposition_parse(&page, STR(page_text), &err), 0);
	assert_int_equal(page.n_samples, 11);
	assert_str(page.samples[0].name, "req_total");
	assert_int_equal(page.samples[0].n_labels, 2);
	assert_str(exposition_label(&page.samples[0], "code"), "200");
	assert_true(str_none(exposition_label(&page.samples[0], "none")));
	assert_true(page.samples[0].value == 1027 && page.samples[0].time == 1395066363000);
	assert_str(exposition_family(&page, "req_total")->help, "Requests\nso far.");
	assert_int_equal(exposition_family(&page, "req_total")->type, EXPOSITION_COUNTER);
	for (int i = 1; i < 5; i++)
		assert_str(page.families[page.samples[i].family].name, "lat");
	assert_int_equal(page.samples[3].time, TIME_NONE);
	assert_true(isnan(page.samples[5].value));
	assert_str(page.families[page.samples[6].family].name, "rpc");
	assert_str(page.families[page.samples[7].family].name, "rpc_bucket");
	assert_str(exposition_label(&page.samples[8], "path"), "C:\\x\n\"q\" \\z");
	assert_true(isinf(page.samples[8].value) && page.samples[8].time == -5);
	assert_str(page.samples[9].name, "my.name");
	assert_true(page.samples[10].value < -1e308);
	exposition_release(&page);
}

static void exposition_fails_with_line_and_text(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"a 1\nb{c 1\n", "line 2: expected '=': b{c 1"},
		{"a{INVALID 1", "line 1: expected '=': a{INVALID 1"},
		{"a{1=\"x\"} 1", "line 1: expected a label name: a{1=\"x\"} 1"},
		{"a{b=x} 1", "line 1: expected a text in quotes: a{b=x} 1"},
		{"a{b=\"x} 1", "line 1: a text without its closing quote: a{b=\"x} 1"},
		{"a{b=\"x\"c=\"y\"} 1", "line 1: expected ',' or '}': a{b=\"x\"c=\"y\"} 1"},
		{"a", "line 1: expected a number: a"},
		{"a x", "line 1: expected a number: a x"},
		{"a 1 2.5", "line 1: expected a timestamp in ms: a 1 2.5"},
		{"a 1 2 3", "line 1: expected the end of the line: a 1 2 3"},
		{"9 1", "line 1: expected a metric name: 9 1"},
		{"<html>", "line 1: expected a metric name: <html>"},
		{"# TYPE a gauges", "line 1: no such type: # TYPE a gauges"},
		{"# TYPE 1a gauge", "line 1: expected a metric name: # TYPE 1a gauge"},
		{"{\"a\",\"b\"} 1", "line 1: a second metric name: {\"a\",\"b\"} 1"},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct exposition page;
		struct err err = {0};

		assert_int_equal(exposition_parse(&page, str_of(c->text), &err), -1);
		assert_string_equal(err.message, c->message);
		assert_int_equal(err.code, ERR_FORMAT);
	}
}

static int exposition_code(char *text)
{
	struct exposition page;
	struct err err = {0};

	if (exposition_parse(&page, str_of(text), &err) == 0)
		exposition_release(&page);
	free(text);
	return err.code;
}

static void exposition_keeps_its_limits(void **state)
{
	(void)state;
	for (int i = -1; i <= 1; i++) {
		int expected = i > 0 ? ERR_TOO_BIG : ERR_NONE;

		assert_int_equal(exposition_code(repeat("a{", "b=\"\",", (size_t)(64 + i), "} 1")),
				 expected);
		assert_int_equal(exposition_code(repeat("a{b=\"", "x", (size_t)(4096 + i), "\"} 1")),
				 expected);
		assert_int_equal(exposition_code(repeat("#", "x", (size_t)(65535 + i), "\na 1")),
				 expected);
		assert_int_equal(exposition_code(repeat("", "a 1\n", (size_t)(200000 + i), "")),
				 expected);
	}
}

static void exposition_survives_every_cut(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof page_text - 1; n++) {
		char *exact = mem_alloc(n ? n : 1);
		struct exposition page;
		struct err err = {0};

		memcpy(exact, page_text, n);
		if (exposition_parse(&page, (struct str){exact, n}, &err) == 0)
			exposition_release(&page);
		else
			assert_int_equal(err.code, ERR_FORMAT);
		free(exact);
	}
}

static const char yaml_text[] = "sources:\n"
				"  - name: prod\n"
				"    token: {env: \"X\", n: [1, 'two']}\n"
				"empty:\n"
				"theme: dark # as the night\n";

static void yaml_gives_a_tree(void **state)
{
	const struct yml_node *node;
	struct yml_node *root;
	struct arena arena;
	struct err err;
	(void)state;

	arena_init(&arena, 1 << 20);
	assert_int_equal(yml_parse(STR(yaml_text), &arena, &root, &err), 0);
	assert_int_equal(root->n, 3);
	node = yml_get(root, "sources");
	assert_int_equal(node->kind, YML_SEQUENCE);
	node = yml_get(node->first, "token");
	assert_int_equal(node->line, 3);
	assert_int_equal(node->column, 5);
	assert_str(yml_get(node, "env")->text, "X");
	assert_false(yml_get(node, "env")->plain);
	assert_str(yml_get(node, "n")->last->text, "two");
	assert_str(yml_get(root, "empty")->text, "");
	assert_true(yml_get(root, "empty")->plain);
	assert_null(yml_get(root, "none"));
	assert_int_equal(yml_parse(STR("# nothing\n"), &arena, &root, &err), 0);
	assert_null(root);
	arena_release(&arena);
}

static void yaml_refuses_what_it_should(void **state)
{
	static const struct {
		const char *text;
		enum err_code code;
		const char *message;
	} cases[] = {
		{"a: &x 1\nb: *x\n", ERR_UNSUPPORTED, "line 1: anchors, aliases and tags are not read"},
		{"a: !!str 1\n", ERR_UNSUPPORTED, "line 1: anchors, aliases and tags are not read"},
		{"a: 1\na: 2\n", ERR_FORMAT, "line 2: 'a' was already given on line 1"},
		{"a: 1\n---\nb: 1\n", ERR_FORMAT, "line 2: a second document begins"},
		{"? [a]\n: 1\n", ERR_UNSUPPORTED, "line 1: a key that is no plain text"},
		{"a: [1\nb: 2\n", ERR_FORMAT, NULL},
		{"a: \x01\n", ERR_FORMAT, NULL},
		{"a: \xff\n", ERR_FORMAT, NULL},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		struct yml_node *root;
		struct arena arena;
		struct err err = {0};

		arena_init(&arena, 1 << 20);
		assert_int_equal(yml_parse(str_of(c->text), &arena, &root, &err), -1);
		assert_int_equal(err.code, c->code);
		if (c->message)
			assert_string_equal(err.message, c->message);
		arena_release(&arena);
	}
}

static int yaml_code(char *text)
{
	struct yml_node *root;
	struct arena arena;
	struct err err = {0};

	arena_init(&arena, 64 << 20);
	yml_parse(str_of(text), &arena, &root, &err);
	arena_release(&arena);
	free(text);
	return err.code;
}

static void yaml_keeps_its_limits(void **state)
{
	(void)state;
	for (int i = -1; i <= 1; i++) {
		int expected = i > 0 ? ERR_TOO_BIG : ERR_NONE;
		char *deep = repeat("a: ", "[", (size_t)(31 + i), "");

		assert_int_equal(yaml_code(repeat(deep, "]", (size_t)(31 + i), "")), expected);
		free(deep);
		assert_int_equal(yaml_code(repeat("#", "x", (size_t)((1 << 20) - 1 + i), "")),
				 expected);
	}
	assert_int_equal(yaml_code(repeat("", "[", 100000, "")), ERR_TOO_BIG);
	assert_int_equal(yaml_code(repeat("", "{a: ", 100000, "")), ERR_TOO_BIG);
	assert_int_equal(yaml_code(repeat("", "- ", 100000, "")), ERR_TOO_BIG);
}

static void yaml_survives_every_cut(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof yaml_text; n++)
		yaml_code(mem_copy(yaml_text, n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_reads_what_it_should),
		cmocka_unit_test(json_refuses_what_it_should),
		cmocka_unit_test(json_errors_name_the_place),
		cmocka_unit_test(json_repairs_text),
		cmocka_unit_test(json_keeps_nul_in_values),
		cmocka_unit_test(json_keeps_whole_numbers_exact),
		cmocka_unit_test(json_knows_numbers_that_are_none),
		cmocka_unit_test(json_keeps_its_limits),
		cmocka_unit_test(json_cuts_between_characters),
		cmocka_unit_test(json_survives_every_cut),
		cmocka_unit_test(json_walks_large_objects_once),
		cmocka_unit_test(lines_come_whole_from_any_block),
		cmocka_unit_test(lines_without_end_stay_pending),
		cmocka_unit_test(csv_follows_the_rfc),
		cmocka_unit_test(csv_keeps_its_limits),
		cmocka_unit_test(csv_does_not_depend_on_blocks),
		cmocka_unit_test(exposition_reads_a_page),
		cmocka_unit_test(exposition_fails_with_line_and_text),
		cmocka_unit_test(exposition_keeps_its_limits),
		cmocka_unit_test(exposition_survives_every_cut),
		cmocka_unit_test(yaml_gives_a_tree),
		cmocka_unit_test(yaml_refuses_what_it_should),
		cmocka_unit_test(yaml_keeps_its_limits),
		cmocka_unit_test(yaml_survives_every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
