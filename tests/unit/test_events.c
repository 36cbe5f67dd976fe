/* The events source: stores of three kinds, as a sink sees them, and followed. */
#include "test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/num.h"
#include "source/events/decode_jsonl.h"
#include "source/events/events.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* --- a sink that writes down what it gets --------------------------------------------------- */

struct notes {
	struct buf text; /* "begin a b c\n" and a line a row: "time|cell|cell" */
	struct buf warnings;
	size_t ncolumns;
	enum event_want want;
	int again; /* passes still wanted */
	struct event_names names;
	struct event_mark mark;
	struct event_sink sink;
	struct io_world world;
	struct io io;
	char folder[64];
	char path[128];
	struct err err;
};

static int note_begin(void *ctx, const struct event_layout *layout, struct err *err)
{
	struct notes *notes = ctx;
	(void)err;

	notes->ncolumns = layout->ncolumns;
	buf_adds(&notes->text, "begin");
	for (size_t i = 0; i < layout->ncolumns; i++) {
		buf_addf(&notes->text, " %.*s%s", STR_ARG(layout->names[i]),
			 (int)i == layout->time ? "*" : (int)i == layout->version ? "+" : "");
		layout->want[i] = (uint8_t)notes->want;
	}
	buf_adds(&notes->text, "\n");
	return 0;
}

static void note_cell(struct notes *notes, const struct event_column *column, size_t row)
{
	char number[NUM_SIZE];

	switch (column->kind[row]) {
	case EVENT_NULL:
		buf_adds(&notes->text, "|-");
		break;
	case EVENT_INT:
		buf_addf(&notes->text, "|i%lld", (long long)column->integer[row]);
		break;
	case EVENT_REAL:
		buf_addf(&notes->text, "|r%s", num_shortest(number, column->number[row]));
		if (notes->want == EVENT_BOTH && column->text[row].s)
			buf_addf(&notes->text, "(%.*s)", STR_ARG(column->text[row]));
		break;
	case EVENT_TEXT:
		buf_addf(&notes->text, "|t%.*s", STR_ARG(column->text[row]));
		break;
	default:
		buf_adds(&notes->text, "|?");
		break;
	}
}

static int note_batch(void *ctx, const struct event_batch *batch, struct err *err)
{
	struct notes *notes = ctx;
	(void)err;

	for (size_t row = 0; row < batch->n; row++) {
		if (batch->time[row] == TIME_NONE)
			buf_adds(&notes->text, "none");
		else
			buf_addf(&notes->text, "%lld", (long long)batch->time[row]);
		for (size_t i = 0; i < notes->ncolumns; i++)
			note_cell(notes, &batch->columns[i], row);
		buf_adds(&notes->text, "\n");
	}
	return 0;
}

static bool note_again(void *ctx)
{
	struct notes *notes = ctx;

	return notes->again-- > 0;
}

static void note_warning(void *ctx, const char *text)
{
	struct notes *notes = ctx;

	buf_addf(&notes->warnings, "%s\n", text);
}

static int note_finish(void *ctx, struct build *build, struct err *err)
{
	(void)ctx, (void)build, (void)err;
	return 0;
}

static int set_up(void **state)
{
	struct notes *notes = calloc(1, sizeof *notes);

	buf_init(&notes->text, 1 << 20);
	buf_init(&notes->warnings, 1 << 16);
	notes->want = EVENT_BOTH;
	notes->sink = (struct event_sink){
		.ctx = notes,
		.names = &notes->names,
		.mark = &notes->mark,
		.begin = note_begin,
		.batch = note_batch,
		.again = note_again,
		.warn = note_warning,
	};
	io_world_init(&notes->world);
	io_init(&notes->io, &io_world_ops, &notes->world);
	strcpy(notes->folder, "/tmp/test_events.XXXXXX");
	assert_non_null(mkdtemp(notes->folder));
	snprintf(notes->path, sizeof notes->path, "%s/events", notes->folder);
	*state = notes;
	return 0;
}

static int tear_down(void **state)
{
	struct notes *notes = *state;

	if (notes->mark.place)
		notes->mark.free(notes->mark.place);
	unlink(notes->path);
	rmdir(notes->folder);
	io_world_release(&notes->world);
	buf_release(&notes->text);
	buf_release(&notes->warnings);
	free(notes);
	return 0;
}

static void put(struct notes *notes, const char *mode, const char *bytes, size_t n)
{
	FILE *file = fopen(notes->path, mode);

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

static void put_text(struct notes *notes, const char *text)
{
	put(notes, "w", text, strlen(text));
}

static void add_text(struct notes *notes, const char *text)
{
	put(notes, "a", text, strlen(text));
}

static int deliver(struct notes *notes, const char *table)
{
	struct query query = {
		.kind = RECORD_DRIFT, .sink = &notes->sink, .finish = note_finish};

	buf_clear(&notes->text);
	buf_clear(&notes->warnings);
	err_clear(&notes->err);
	return events_deliver(notes->path, str_of(table), &query, &notes->io, NULL, &notes->err);
}

static void expect(struct notes *notes, const char *table, const char *text)
{
	if (deliver(notes, table))
		fail_msg("%s", notes->err.message);
	assert_string_equal(buf_cstr(&notes->text), text);
}

static void expect_error(struct notes *notes, const char *table, enum err_code code,
			 const char *words)
{
	assert_int_equal(deliver(notes, table), -1);
	assert_int_equal(notes->err.code, code);
	if (!strstr(notes->err.message, words) && !strstr(notes->err.hint, words))
		fail_msg("\"%s\" is not in \"%s\"", words, notes->err.message);
}

static void sql(struct notes *notes, const char *text)
{
	sqlite3 *db;
	char *message = NULL;

	assert_int_equal(sqlite3_open(notes->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &message))
		fail_msg("%s", message);
	sqlite3_close(db);
}

/* --- CSV ------------------------------------------------------------------------------------ */

static void csv_cells(void **state)
{
	struct notes *notes = *state;

	put_text(notes, "\xef\xbb\xbfts,income,plan,model_version\r\n"
			"2026-01-01T00:00:00Z,1.50,gold,7\r\n"
			"1767225601,,\"a,\"\"b\"\"\",8\n"
			"soon,inf, 2,\n");
	expect(notes, NULL,
	       "begin ts* income plan model_version+\n"
	       "1767225600000|t2026-01-01T00:00:00Z|r1.5(1.50)|tgold|r7(7)\n"
	       "1767225601000|r1767225601(1767225601)|-|ta,\"b\"|r8(8)\n"
	       "none|tsoon|tinf|t 2|-\n");
}

static void csv_is_followed(void **state)
{
	struct notes *notes = *state;

	put_text(notes, "ts,x\n1,10\n2,20");
	expect(notes, NULL, "begin ts* x\n1000|r1(1)|r10(10)\n2000|r2(2)|r20(20)\n");
	expect(notes, NULL, "");
	add_text(notes, "\n3,30\n"); /* the last row had no end: all is read again, once */
	expect(notes, NULL, "begin ts* x\n1000|r1(1)|r10(10)\n2000|r2(2)|r20(20)\n"
			    "3000|r3(3)|r30(30)\n");
	add_text(notes, "4,");
	expect(notes, NULL, "");
	add_text(notes, "40\n");
	expect(notes, NULL, "4000|r4(4)|r40(40)\n");
	/* cut, and written anew */
	put_text(notes, "ts,x\n1,11\n");
	expect(notes, NULL, "begin ts* x\n1000|r1(1)|r11(11)\n");
	/* rotated: another header, and longer */
	put_text(notes, "ts,y,x\n1,11,12\n2,21,22\n");
	expect(notes, NULL, "begin ts* y x\n1000|r1(1)|r11(11)|r12(12)\n2000|r2(2)|r21(21)|r22(22)\n");
	/* an unended last row that went on is read again */
	put_text(notes, "ts,x\n1,1");
	expect(notes, NULL, "begin ts* x\n1000|r1(1)|r1(1)\n");
	add_text(notes, "7\n");
	expect(notes, NULL, "begin ts* x\n1000|r1(1)|r17(17)\n");
}

static void csv_read_twice_in_one_go(void **state)
{
	struct notes *notes = *state;

	put_text(notes, "ts,x\n1,10\n");
	notes->again = 1;
	expect(notes, NULL, "begin ts* x\n1000|r1(1)|r10(10)\nbegin ts* x\n1000|r1(1)|r10(10)\n");
	expect(notes, NULL, "");
}

static void csv_ragged_lines_are_told(void **state)
{
	struct notes *notes = *state;

	put_text(notes, "ts,x,y\n1,10\n2,20,21,22\n3,30,31\n\n");
	expect(notes, NULL, "begin ts* x y\n1000|r1(1)|r10(10)|-\n3000|r3(3)|r30(30)|r31(31)\n");
	assert_non_null(strstr(buf_cstr(&notes->warnings), "1 lines with more cells"));
	assert_non_null(strstr(buf_cstr(&notes->warnings), "1 lines with fewer cells"));
}

static void csv_refusals(void **state)
{
	struct notes *notes = *state;

	put_text(notes, "");
	expect_error(notes, NULL, ERR_FORMAT, "empty");
	put_text(notes, "1,2,3\n4,5,6\n");
	expect_error(notes, NULL, ERR_FORMAT, "no header");
	put_text(notes, "a,b\n1,2\n");
	expect_error(notes, NULL, ERR_USAGE, "--time");
	notes->names.time = STR("when");
	expect_error(notes, NULL, ERR_USAGE, "no column \"when\"");
	notes->names.time = STR("b");
	expect(notes, NULL, "begin a b*\n2000|r1(1)|r2(2)\n");
	notes->names.time = STR_NONE;
	put_text(notes, "[{\"a\": 1}]");
	expect_error(notes, NULL, ERR_FORMAT, "JSON array");
	put(notes, "w", "t\0s,\0x\0\n", 8);
	expect_error(notes, NULL, ERR_FORMAT, "UTF-8");
	unlink(notes->path);
	expect_error(notes, NULL, ERR_NOT_FOUND, "");
}

/* Whatever a file is cut at, a follower ends with the same rows. */
static void csv_cut_at_every_byte(void **state)
{
	static const char whole[] = "ts,x,p\n1,10,\"a\n,b\"\n2,20,c\r\n3,,\n";
	struct notes *notes = *state;

	for (size_t cut = 8; cut < sizeof whole - 1; cut++) {
		put(notes, "w", whole, cut);
		(void)deliver(notes, NULL);
		put(notes, "w", whole, sizeof whole - 1);
		(void)deliver(notes, NULL);
		notes->mark.free(notes->mark.place);
		notes->mark.place = NULL;
		expect(notes, NULL, "begin ts* x p\n1000|r1(1)|r10(10)|ta\n,b\n"
				    "2000|r2(2)|r20(20)|tc\n3000|r3(3)|-|-\n");
	}
}

/* --- JSON lines ----------------------------------------------------------------------------- */

static void jsonl_cells(void **state)
{
	struct notes *notes = *state;

	put_text(notes, "{\"ts\": 1, \"x\": 1.50, \"p\": \"a\\u00e9\\n\\ud83d\\ude00\"}\n"
			"\n"
			"{\"x\": null, \"ts\": \"2026-01-01\", \"p\": true, \"n\": {\"k\": [\"]\"]}}\n"
			"{\"ts\": 2, \"x\": -Infinity, \"n\": NaN}\n"
			"{\"ts\": 3, \"x\": \n"
			"oops\n");
	expect(notes, NULL,
	       "begin ts* x p n\n"
	       "1000|r1(1)|r1.5(1.50)|ta\xc3\xa9\n\xf0\x9f\x98\x80|-\n"
	       "1767225600000|t2026-01-01|-|ttrue|?\n"
	       "2000|r2(2)|t-Infinity|-|tNaN\n");
	assert_non_null(strstr(buf_cstr(&notes->warnings), "2 lines are no JSON objects"));
	assert_non_null(strstr(buf_cstr(&notes->warnings), "line 5"));
}

static void jsonl_new_keys_begin_anew(void **state)
{
	struct notes *notes = *state;

	put_text(notes, "{\"ts\":1,\"a\":1}\n");
	expect(notes, NULL, "begin ts* a\n1000|r1(1)|r1(1)\n");
	add_text(notes, "{\"ts\":2,\"a\":2}\n");
	expect(notes, NULL, "2000|r2(2)|r2(2)\n");
	add_text(notes, "{\"ts\":3,\"b\":3}\n");
	expect(notes, NULL, "begin ts* a b\n1000|r1(1)|r1(1)|-\n2000|r2(2)|r2(2)|-\n"
			    "3000|r3(3)|-|r3(3)\n");
}

static void jsonl_grammar(void **state)
{
	static const struct {
		const char *line;
		int members; /* -1: no object */
	} cases[] = {
		{"{}", 0},
		{" { \"a\" : 1 , \"b\" : [1, {\"c\": \"}\"}] } ", 2},
		{"{\"a\":1}x", -1},
		{"{\"a\":1,}", -1},
		{"{\"a\":[}]}", -1},
		{"{\"a\":\"\\x\"}", -1},
		{"{\"a\":\"\\ud800\"}", 1},
		{"{\"a\":\"\\u12\"}", -1},
		{"{\"a\"", -1},
		{"{\"a\":-}", -1},
		{"{\"a\":1e}", -1},
		{"{a:1}", -1},
		{"[1]", -1},
		{"", -1},
	};
	(void)state;

	TABLE_EACH(c, cases) {
		char scratch[128];
		struct jsonl jsonl;
		struct jsonl_member member;
		int n = 0, more;

		jsonl_init(&jsonl, str_of(c->line), scratch);
		while ((more = jsonl_next(&jsonl, &member)) > 0)
			n++;
		if ((more ? -1 : n) != c->members)
			fail_msg("%s: %d members", c->line, more ? -1 : n);
	}
}

/* --- SQLite --------------------------------------------------------------------------------- */

static void sqlite_cells(void **state)
{
	struct notes *notes = *state;

	sql(notes, "CREATE TABLE p (ts, x, \"odd \"\"name\");"
		   "INSERT INTO p VALUES (1, 1.5, 'a'), (1767225600000, 9007199254740993, NULL),"
		   "('2026-01-01', '7', x'00');");
	expect(notes, NULL, "begin ts* x odd \"name\n"
			    "1000|i1|r1.5|ta\n"
			    "1767225600000|i1767225600000|i9007199254740993|-\n"
			    "1767225600000|t2026-01-01|t7|?\n");
}

static void sqlite_is_followed_by_rowid(void **state)
{
	struct notes *notes = *state;

	sql(notes, "CREATE TABLE p (rowid, ts); INSERT INTO p VALUES (9, 1), (8, 2);");
	expect(notes, NULL, "begin rowid ts*\n1000|i9|i1\n2000|i8|i2\n");
	expect(notes, NULL, "");
	sql(notes, "INSERT INTO p VALUES (7, 3);");
	expect(notes, NULL, "3000|i7|i3\n");
	sql(notes, "DELETE FROM p WHERE ts = 3;");
	expect(notes, NULL, "begin rowid ts*\n1000|i9|i1\n2000|i8|i2\n");
	sql(notes, "DELETE FROM p; INSERT INTO p VALUES (1, 5), (2, 6), (3, 7);");
	expect(notes, NULL, "begin rowid ts*\n5000|i1|i5\n6000|i2|i6\n7000|i3|i7\n");
}

static void sqlite_finds_the_table(void **state)
{
	struct notes *notes = *state;

	sql(notes, "CREATE TABLE other (a); CREATE TABLE p (ts, x); INSERT INTO p VALUES (1, 2);"
		   "CREATE TABLE keyless (k PRIMARY KEY, x) WITHOUT ROWID;"
		   "INSERT INTO keyless VALUES (1, 2);");
	expect(notes, NULL, "begin ts* x\n1000|i1|i2\n");
	expect_error(notes, "absent", ERR_USAGE, "other, p, keyless");
	expect_error(notes, "other", ERR_USAGE, "--time");
	notes->names.time = STR("k");
	expect(notes, NULL, "begin k* x\n1000|i1|i2\n");
	expect(notes, NULL, "");
	notes->names.time = STR_NONE;
	sql(notes, "CREATE VIEW v AS SELECT ts, x + 1 AS y FROM p;");
	expect_error(notes, NULL, ERR_USAGE, "p, v");
	expect(notes, "v", "begin ts* y\n1000|i1|i3\n");
	sql(notes, "INSERT INTO p VALUES (2, 2);");
	expect(notes, "v", "begin ts* y\n1000|i1|i3\n2000|i2|i3\n");
	notes->names.timeless = true;
	expect_error(notes, NULL, ERR_USAGE, "several tables");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(csv_cells),
		CASE(csv_is_followed),
		CASE(csv_read_twice_in_one_go),
		CASE(csv_ragged_lines_are_told),
		CASE(csv_refusals),
		CASE(csv_cut_at_every_byte),
		CASE(jsonl_cells),
		CASE(jsonl_new_keys_begin_anew),
		CASE(sqlite_cells),
		CASE(sqlite_is_followed_by_rowid),
		CASE(sqlite_finds_the_table),
		cmocka_unit_test(jsonl_grammar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
