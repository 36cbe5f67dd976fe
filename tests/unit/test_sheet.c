/*
 * The sheets: how cells become text, the printers, the plain grid, the run table, JSON, curves and
 * compared runs. Records are made here, so that each case says what it is about.
 */
#include "test.h"

#include "base/clock.h"
#include "base/text.h"
#include "record/build.h"
#include "sheet/compare.h"
#include "sheet/frame.h"
#include "sheet/grid.h"
#include "sheet/models.h"
#include "sheet/print.h"
#include "sheet/runs.h"
#include "sheet/runs_json.h"
#include "sheet/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* What a function wrote to a stream. */
struct written {
	char *text;
	size_t n;
	FILE *file;
};

static FILE *write_start(struct written *written)
{
	*written = (struct written){0};
	written->file = open_memstream(&written->text, &written->n);
	assert_non_null(written->file);
	return written->file;
}

static void write_end(struct written *written)
{
	assert_int_equal(fclose(written->file), 0);
}

/* ---- cells as text ---- */

static void durations_and_ages_are_short(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} durations[] = {
		{0, "0ms"},       {0.0004, "0.4ms"},  {0.25, "250ms"},     {1, "1.0s"},
		{9.94, "9.9s"},   {10, "10s"},        {59.6, "1m"},        {252, "4m12s"},
		{3600, "1h"},     {3661, "1h1m"},     {90061, "1d1h"},     {-252, "-4m12s"},
		{86400, "1d"},    {INFINITY, "–"},    {NAN, "–"},
	};
	static const struct {
		int64_t age; /* seconds */
		const char *text;
	} ages[] = {
		{0, "now"},          {59, "now"},         {60, "1m"},         {3599, "59m"},
		{3600, "1h"},        {86399, "23h"},      {86400, "1d"},      {20 * 86400, "20d"},
		{21 * 86400, "3w"},  {364 * 86400, "52w"}, {31557600, "1y"},  {-300, "in 5m"},
		{-30, "now"},
	};
	struct buf out;
	(void)state;

	buf_init(&out, 256);
	TABLE_EACH(row, durations) {
		buf_clear(&out);
		sheet_duration(&out, row->seconds);
		assert_string_equal(buf_cstr(&out), row->text);
	}
	TABLE_EACH(row, ages) {
		buf_clear(&out);
		sheet_age(&out, 1000000000000, 1000000000000 + row->age * 1000);
		assert_string_equal(buf_cstr(&out), row->text);
	}
	buf_release(&out);
}

static void a_cell_is_exact_for_programs_and_short_on_the_screen(void **state)
{
	static const struct {
		enum sheet_type type;
		struct sheet_cell cell;
		const char *screen, *people, *exact;
	} cases[] = {
		{SHEET_NUMBER, {.state = SHEET_VALUE, .number = 0.1 + 0.2}, "0.3", "0.3", "0.30000000000000004"},
		{SHEET_NUMBER, {.state = SHEET_VALUE, .number = NAN}, "NaN", "NaN", "NaN"},
		{SHEET_COUNT, {.state = SHEET_VALUE, .integer = 12}, "12", "12", "12"},
		{SHEET_TIME, {.state = SHEET_VALUE, .integer = 1769854502123}, "2h",
		 "2026-01-31 10:15:02", "2026-01-31T10:15:02.123Z"},
		{SHEET_DURATION, {.state = SHEET_VALUE, .number = 252.1}, "4m12s", "4m12s", "252.1"},
		{SHEET_SHARE, {.state = SHEET_VALUE, .number = 0.345}, "34 %", "34 %", "0.345"},
		{SHEET_SHARE, {.state = SHEET_VALUE, .number = 0.0004}, "<0.1 %", "<0.1 %", "0.0004"},
		{SHEET_TEXT, {.state = SHEET_MISSING}, "–", "", ""},
		{SHEET_TEXT, {.state = SHEET_LOADING}, "…", "", ""},
	};
	struct buf out;
	(void)state;

	setenv("TZ", "UTC", 1);
	tzset();
	buf_init(&out, 256);
	TABLE_EACH(row, cases) {
		struct sheet_column column = {.type = row->type};
		const char *wanted[] = {row->screen, row->people, row->exact};

		for (int style = STYLE_SCREEN; style <= STYLE_EXACT; style++) {
			buf_clear(&out);
			sheet_text(&out, &column, &row->cell, (enum sheet_style)style,
				   1769854502123 + 2 * 3600 * 1000);
			assert_string_equal(buf_cstr(&out), wanted[style]);
		}
	}
	buf_release(&out);
}

/* What is drawn thirty times a second must not be worked out of megabytes. */
static void a_long_text_is_cut_on_the_screen_only(void **state)
{
	struct sheet_column column = {.type = SHEET_TEXT};
	struct sheet_cell cell = {.state = SHEET_VALUE};
	struct buf text, out;
	(void)state;

	buf_init(&text, 1 << 20);
	buf_init(&out, 1 << 21);
	buf_fill(&text, 'x', 1 << 20);
	cell.text = buf_str(&text);
	sheet_text(&out, &column, &cell, STYLE_SCREEN, 0);
	assert_in_range(out.n, 1000, 4096);
	assert_true(str_ends(buf_str(&out), STR("…")));
	buf_clear(&out);
	sheet_text(&out, &column, &cell, STYLE_EXACT, 0);
	assert_int_equal(out.n, 1 << 20);
	buf_release(&out);
	buf_release(&text);
}

/* ---- printers ---- */

static const struct sheet_column two_columns[] = {
	{.key = STR("name"), .title = STR("name"), .type = SHEET_TEXT},
	{.key = STR("when"), .title = STR("age"), .type = SHEET_TIME},
	{.key = STR("value"), .title = STR("value"), .type = SHEET_NUMBER},
};

static struct grid *grid_of_names(const char *const *names, size_t n)
{
	struct grid *grid = grid_new(two_columns, 3);

	for (size_t i = 0; i < n; i++) {
		grid_row(grid, str_of(names[i]), NULL);
		grid_words(grid, names[i]);
		grid_time(grid, 1769854502123 + (int64_t)i);
		grid_known(grid, i ? (double)i / 4 : NAN);
	}
	return grid;
}

static void print_as(const struct grid *grid, enum print_format format, int width,
		     struct written *written)
{
	assert_int_equal(print_sheet(&grid->sheet, format, write_start(written), width,
				     1769854502123), 0);
	write_end(written);
}

static void each_format_is_as_the_contract_has_it(void **state)
{
	static const char *const names[] = {"plain", "a\tb\nc\\d", "quo\"te, com|ma"};
	static const struct {
		enum print_format format;
		const char *text;
	} formats[] = {
		{PRINT_TSV, "name\twhen\tvalue\n"
			    "plain\t2026-01-31T10:15:02.123Z\t\n"
			    "a\\tb\\nc\\\\d\t2026-01-31T10:15:02.124Z\t0.25\n"
			    "quo\"te, com|ma\t2026-01-31T10:15:02.125Z\t0.5\n"},
		{PRINT_CSV, "name,when,value\r\n"
			    "plain,2026-01-31T10:15:02.123Z,\r\n"
			    "a␉b␊c\\d,2026-01-31T10:15:02.124Z,0.25\r\n"
			    "\"quo\"\"te, com|ma\",2026-01-31T10:15:02.125Z,0.5\r\n"},
		{PRINT_MD, "| name | when | value |\n| --- | --- | ---: |\n"
			   "| plain | 2026-01-31T10:15:02.123Z |  |\n"
			   "| a␉b␊c\\\\d | 2026-01-31T10:15:02.124Z | 0.25 |\n"
			   "| quo\"te, com\\|ma | 2026-01-31T10:15:02.125Z | 0.5 |\n"},
		{PRINT_TABLE, "name            when (UTC)           value\n"
			      "plain           2026-01-31 10:15:02       \n"
			      "a␉b␊c\\d         2026-01-31 10:15:02   0.25\n"
			      "quo\"te, com|ma  2026-01-31 10:15:02    0.5\n"},
	};
	struct grid *grid = grid_of_names(names, 3);
	(void)state;

	setenv("TZ", "UTC", 1);
	tzset();
	TABLE_EACH(row, formats) {
		struct written written;

		print_as(grid, row->format, 0, &written);
		assert_string_equal(written.text, row->text);
		free(written.text);
	}
	grid_free(grid);
}

static void a_narrow_table_cuts_texts_only(void **state)
{
	static const char *const names[] = {"a name that is much too long for this terminal", "b"};
	struct grid *grid = grid_of_names(names, 2);
	struct written written;
	(void)state;

	print_as(grid, PRINT_TABLE, 40, &written);
	assert_string_equal(written.text, "name          when (UTC)           value\n"
					  "a name that…  2026-01-31 10:15:02       \n"
					  "b             2026-01-31 10:15:02   0.25\n");
	free(written.text);
	grid_free(grid);
}

static void the_zone_is_named_once(void **state)
{
	static const struct sheet_column columns[] = {
		{.key = STR("start"), .type = SHEET_TIME},
		{.key = STR("end"), .type = SHEET_TIME},
	};
	struct grid *grid = grid_new(columns, 2);
	struct written written;
	(void)state;

	setenv("TZ", "CET-1", 1);
	tzset();
	grid_row(grid, STR("a"), NULL);
	grid_time(grid, 1769854502123);
	grid_time(grid, TIME_NONE);
	print_as(grid, PRINT_TABLE, 0, &written);
	assert_string_equal(written.text, "start (CET)          end\n2026-01-31 11:15:02  \n");
	free(written.text);
	setenv("TZ", "UTC", 1);
	tzset();
	grid_free(grid);
}

/* Names that try to reach the terminal, or to break out of their cell. */
static const char *const hostile[] = {
	"\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "a\r\nb", "\x9b" "31m", "\xc2\x9b" "31m", "\x7f\x08\x08",
	"\xe2\x80\xae" "evil", "\xef\xbb\xbf" "bom", "\xe2\x80\x8b", "bad \xff\xfe bytes", "\xed\xa0\x80",
	"tab\there", "a|b", "a,b\"c", "=cmd|' /C calc'!A0", "\xe2\x80\xa8line", "\xf3\xa0\x81\x81tag",
};

static void assert_harmless(const struct written *written, enum print_format format, size_t rows)
{
	struct str rest = {written->text, written->n};
	size_t lines = 0;

	while (rest.n) {
		uint32_t rune;
		size_t used = text_decode(rest.s, rest.n, &rune);
		bool structure = rune == '\n' || (rune == '\t' && format == PRINT_TSV) ||
				 (rune == '\r' && format == PRINT_CSV);

		lines += rune == '\n';
		if (!structure)
			assert_true(text_rune_width(rune) >= 0);
		rest = str_slice(rest, used, rest.n);
	}
	assert_int_equal(lines, rows + 1 + (format == PRINT_MD));
}

static void hostile_text_reaches_no_terminal(void **state)
{
	static const enum print_format formats[] = {PRINT_TABLE, PRINT_TSV, PRINT_CSV, PRINT_MD};
	size_t n = sizeof hostile / sizeof *hostile;
	struct sheet_column columns[sizeof hostile / sizeof *hostile] = {0};
	(void)state;

	for (size_t i = 0; i < n; i++)
		columns[i] = (struct sheet_column){.key = str_of(hostile[i]),
						   .title = str_of(hostile[i]),
						   .type = i % 2 ? SHEET_STATE : SHEET_TEXT};
	TABLE_EACH(format, formats) {
		struct grid *grid = grid_new(columns, n);
		struct written written;

		for (size_t i = 0; i < n; i++) {
			grid_row(grid, str_of(hostile[i]), NULL);
			for (size_t c = 0; c < n; c++)
				grid_words(grid, hostile[(i + c) % n]);
		}
		print_as(grid, *format, 100, &written);
		assert_harmless(&written, *format, n);
		free(written.text);
		grid_free(grid);
	}
}

/* Names end in issues and wikis, where Markdown may hold HTML, links and pictures. */
static void markdown_is_text_only(void **state)
{
	static const char *const names[] = {"<img src=x>", "![p](http://x)", "`rm`", "a_b|c\\"};
	struct grid *grid = grid_of_names(names, 4);
	struct written written;
	(void)state;

	print_as(grid, PRINT_MD, 0, &written);
	assert_non_null(strstr(written.text, "| \\<img src=x> |"));
	assert_non_null(strstr(written.text, "| !\\[p](http://x) |"));
	assert_non_null(strstr(written.text, "| \\`rm\\` |"));
	assert_non_null(strstr(written.text, "| a_b\\|c\\\\ |"));
	free(written.text);
	grid_free(grid);
}

static void a_stream_that_fails_is_noticed(void **state)
{
	static const char *const names[] = {"a"};
	struct grid *grid = grid_of_names(names, 1);
	FILE *full = fopen("/dev/full", "w");
	(void)state;

	assert_non_null(full);
	assert_int_equal(print_sheet(&grid->sheet, PRINT_TSV, full, 0, 0), -1);
	fclose(full);
	grid_free(grid);
}

/* ---- the grid ---- */

static void add_value(struct grid *grid, const char *name, double value, bool missing)
{
	grid_row(grid, str_of(name), name);
	grid_words(grid, name);
	if (missing)
		grid_missing(grid);
	else
		grid_number(grid, value);
}

static void assert_order(const struct grid *grid, const char *const *names, size_t n)
{
	assert_int_equal(grid->sheet.n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(grid_data(grid, i), names[i]);
}

static void sorting_puts_nan_after_numbers_and_missing_last(void **state)
{
	static const struct sheet_column columns[] = {
		{.key = STR("name"), .type = SHEET_TEXT},
		{.key = STR("value"), .type = SHEET_NUMBER},
	};
	static const char *const up[] = {"low", "high", "inf", "nan", "none"};
	static const char *const down[] = {"inf", "high", "low", "nan", "none"};
	struct grid *grid = grid_new(columns, 2);
	struct err err;
	(void)state;

	add_value(grid, "none", 0, true);
	add_value(grid, "nan", NAN, false);
	add_value(grid, "high", 2, false);
	add_value(grid, "inf", INFINITY, false);
	add_value(grid, "low", -1, false);
	assert_int_equal(grid_sort(grid, STR("value"), &err), 0);
	assert_order(grid, up, 5);
	assert_int_equal(grid_sort(grid, STR("-value"), &err), 0);
	assert_order(grid, down, 5);
	assert_int_equal(grid_sort(grid, STR("-value,name"), &err), 0);
	assert_order(grid, down, 5);
	assert_int_equal(grid_sort(grid, STR("name"), &err), 0);
	assert_string_equal(grid_data(grid, 0), "high");
	assert_int_equal(grid_sort(grid, STR("nope"), &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_string_equal(err.hint, "columns are name value");
	assert_int_equal(grid_pick(grid, STR("value,nope"), &err), -1);
	assert_int_equal(grid_pick(grid, STR(" value , name "), &err), 0);
	assert_str(grid->sheet.columns[0].key, "value");
	grid_limit(grid, 2);
	assert_int_equal(grid->sheet.n, 2);
	assert_int_equal(grid->sheet.total, 5);
	grid_free(grid);
}

static void rows_are_filtered_by_their_columns(void **state)
{
	static const struct sheet_column columns[] = {
		{.key = STR("name"), .type = SHEET_TEXT},
		{.key = STR("value"), .type = SHEET_NUMBER},
	};
	struct grid *grid = grid_new(columns, 2);
	struct err err;
	(void)state;

	add_value(grid, "none", 0, true);
	add_value(grid, "nan", NAN, false);
	add_value(grid, "high", 2, false);
	add_value(grid, "inf", INFINITY, false);
	add_value(grid, "low", -1, false);
	assert_int_equal(grid_check(grid, STR("value, name"), &err), 0);
	assert_int_equal(grid_check(grid, STR("tags.x"), &err), -1);
	assert_int_equal(grid_filter(grid, STR("value > 'x'"), 0, &err), -1);
	assert_int_equal(grid_filter(grid, STR("tags.x = 'y'"), 0, &err), -1);
	assert_string_equal(err.hint, "columns are name value");
	/* a missing value makes a comparison false; NaN matches only != */
	assert_int_equal(grid_filter(grid, STR("value != 2 OR attributes.name = 'none'"), 0, &err), 0);
	assert_int_equal(grid->sheet.n, 4);
	assert_int_equal(grid->sheet.total, 5);
	assert_int_equal(grid_filter(grid, STR("value < 3"), 0, &err), 0);
	assert_int_equal(grid->sheet.n, 1);
	assert_string_equal(grid_data(grid, 0), "low");
	grid_free(grid);
}

/* ---- the run table ---- */

struct fake_run {
	const char *id, *name;
	int64_t start;
	double auc; /* -1: the run has none */
	const char *lr;
	bool deleted;
};

static const struct fake_run fakes[] = {
	{"aaaa1", "one", 3000, 0.7, "1e-3", false},
	{"bbbb2", "two", 3000, 0.9, "3e-4", false},
	{"cccc3", "three", TIME_NONE, NAN, NULL, false},
	{"dddd4", "four", 9000, -1, "10", false},
	{"eeee5", "five", 8000, 0.95, "1e-3", true},
};

static struct snapshot *fake_runs(void)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_RUNS, NULL, &limits);
	struct snapshot *snapshot;
	struct err err;

	TABLE_EACH(fake, fakes) {
		struct pair lr = {STR("lr"), str_of(fake->lr)};
		struct metric auc = {.key = STR("val auc"), .last = fake->auc,
				     .last_step = 3, .last_time = 5000};
		struct run_detail detail = {
			.run = {.id = str_of(fake->id), .name = str_of(fake->name),
				.experiment = STR("1"), .experiment_name = STR("churn"),
				.state = RUN_FINISHED, .native_state = STR("FINISHED"),
				.start = fake->start, .end = TIME_NONE, .deleted = fake->deleted},
			.dirty = -1,
			.params = &lr,
			.nparams = fake->lr != NULL,
			.metrics = &auc,
			.nmetrics = fake->auc != -1,
		};

		build_run(build, &detail.run, &detail);
	}
	snapshot = build_seal(build, &err);
	assert_non_null(snapshot);
	return snapshot;
}

static struct snapshot *fake_column(struct snapshot *runs, const struct column_id *id)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_COLUMN, NULL, &limits);
	struct err err;
	struct snapshot *snapshot;

	build_column(build, id, runs);
	assert_true(build_column_fill(build));
	snapshot = build_seal(build, &err);
	assert_non_null(snapshot);
	return snapshot;
}

/* A view over the fake runs of one or two sources. */
struct table {
	struct runs_view view;
	struct snapshot *runs;
	struct runs_part parts[2];
	size_t nparts;
	struct runs_sheet *sheet;
	struct err err;
};

static void table_init(struct table *table, size_t nparts)
{
	*table = (struct table){.nparts = nparts, .runs = fake_runs()};
	runs_view_init(&table->view);
}

static void table_show(struct table *table)
{
	for (size_t p = 0; p < table->nparts; p++) {
		struct snapshot **columns = calloc(table->view.nneeds + 1, sizeof *columns);

		for (size_t c = 0; c < table->view.nneeds; c++)
			columns[c] = fake_column(table->runs, &table->view.needs[c]);
		table->parts[p] = (struct runs_part){
			.source = {.name = p ? STR("b") : STR("a"), .kind = "mlflow",
				   .location = STR("x"), .snapshot = table->runs, .as_of = 5},
			.columns = columns};
	}
	table->sheet = runs_sheet_new(&table->view, table->parts, table->nparts);
}

static void table_release(struct table *table)
{
	runs_sheet_free(table->sheet);
	for (size_t p = 0; p < table->nparts && table->parts[p].columns; p++) {
		for (size_t c = 0; c < table->view.nneeds; c++)
			snapshot_unref(table->parts[p].columns[c]);
		free(table->parts[p].columns);
	}
	runs_view_release(&table->view);
	snapshot_unref(table->runs);
}

/* "dab": the first letters of the ids shown, in order. */
static void assert_shown(const struct table *table, const char *letters)
{
	char shown[16] = "";

	for (size_t row = 0; row < table->sheet->sheet.n; row++)
		shown[row] = runs_sheet_run(table->sheet, row, NULL)->id.s[0];
	assert_string_equal(shown, letters);
}

static void runs_are_filtered_and_ordered(void **state)
{
	static const struct {
		const char *sort, *filter;
		bool deleted;
		const char *shown;
		size_t total;
	} cases[] = {
		{NULL, NULL, false, "dabc", 4},
		{NULL, NULL, true, "deabc", 5},
		{"metrics.`val auc`", NULL, false, "abcd", 4},
		{"-metrics.`val auc`", NULL, false, "bacd", 4},
		{"-metrics.`val auc`:last", NULL, true, "ebacd", 5},
		{"name", NULL, false, "dacb", 4},
		{"-start,-id", NULL, false, "dbac", 4},
		{"params.lr,-id", NULL, false, "dabc", 4},
		{NULL, "metrics.`val auc` > 0.8", false, "b", 4},
		{NULL, "metrics.`val auc` > 0.8", true, "eb", 5},
		{NULL, "metrics.`val auc` != 0.7", false, "bc", 4},
		{NULL, "NOT metrics.`val auc` = 0.7", false, "dbc", 4},
		{NULL, "params.lr IS NULL", false, "c", 4},
		{NULL, "params.lr > 1", false, "d", 4},
	};
	(void)state;

	TABLE_EACH(row, cases) {
		struct table table;
		size_t where;

		table_init(&table, 1);
		table.view.deleted = row->deleted;
		runs_view_default(&table.view);
		if (row->sort)
			assert_int_equal(runs_view_sort(&table.view, str_of(row->sort),
							&table.err), 0);
		if (row->filter)
			assert_int_equal(runs_view_filter(&table.view, str_of(row->filter), 0,
							  &where, &table.err), 0);
		table_show(&table);
		assert_shown(&table, row->shown);
		assert_int_equal(table.sheet->sheet.total, row->total);
		table_release(&table);
	}
}

static void columns_are_named_as_in_the_contract(void **state)
{
	static const char *const good[] = {
		"source", "id", "name", "experiment", "state", "start", "end", "duration", "user",
		"commit", "parent", "datasets", "metrics.auc", "metrics.auc:min", "metrics.auc:max",
		"metrics.auc:mean", "metrics.auc:first", "metrics.auc:count", "metrics.auc:best",
		"params.lr", "tags.mlflow.user", "metrics.`val loss`:max", "metrics.\"a,b\"",
	};
	static const char *const bad[] = {"", "nope", "metrics.", "metric.auc", "Name"};
	struct runs_view view;
	struct err err;
	(void)state;

	runs_view_init(&view);
	TABLE_EACH(name, good)
		assert_int_equal(runs_view_add(&view, str_of(*name), &err), 0);
	assert_int_equal(view.ncolumns, sizeof good / sizeof *good);
	TABLE_EACH(name, bad) {
		assert_int_equal(runs_view_add(&view, str_of(*name), &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_true(*err.hint);
	}
	runs_view_clear_columns(&view);
	assert_int_equal(runs_view_add_list(&view, STR("metrics.`a,b:max`:min, name"), &err), 0);
	assert_int_equal(view.ncolumns, 2);
	assert_str(view.needs[view.what[0].need].key, "a,b:max");
	assert_int_equal(view.needs[view.what[0].need].aggregate, AGGREGATE_MIN);
	assert_int_equal(runs_view_sort(&view, STR("curve.x"), &err), -1);
	runs_view_release(&view);
}

static void two_sources_with_one_id_are_two_rows(void **state)
{
	struct table table;
	struct sheet_cell cell;
	(void)state;

	table_init(&table, 2);
	runs_view_default(&table.view);
	table_show(&table);
	assert_shown(&table, "ddaabbcc");
	assert_int_equal(sheet_find(&table.sheet->sheet, STR("b:aaaa1")), 3);
	sheet_cell(&table.sheet->sheet, 3, 0, &cell);
	assert_str(cell.text, "b");
	table_release(&table);
}

static void what_is_still_loading_does_not_filter(void **state)
{
	struct table table;
	struct sheet_cell cell;
	size_t where;
	(void)state;

	table_init(&table, 1);
	assert_int_equal(runs_view_add(&table.view, STR("metrics.`val auc`"), &table.err), 0);
	assert_int_equal(runs_view_filter(&table.view, STR("metrics.`val auc` > 0.8"), 0, &where,
					  &table.err), 0);
	table.parts[0].source = (struct sheet_source){.name = STR("a"), .snapshot = table.runs};
	table.sheet = runs_sheet_new(&table.view, table.parts, 1);
	assert_int_equal(table.sheet->sheet.n, 4);
	sheet_cell(&table.sheet->sheet, 0, 0, &cell);
	assert_int_equal(cell.state, SHEET_LOADING);
	table_release(&table);
}

/* ---- JSON ---- */

static void json_escapes_what_it_must(void **state)
{
	static const struct {
		struct str text;
		const char *json;
	} cases[] = {
		{STR("plain"), "\"plain\""},
		{STR("\"\\/"), "\"\\\"\\\\/\""},
		{STR("a\nb\tc\rd"), "\"a\\nb\\tc\\rd\""},
		{STR("\x1b[31m\x7f"), "\"\\u001b[31m\\u007f\""},
		{STR("\xc2\x9b"), "\"\\u009b\""},
		{STR("\0x"), "\"\\u0000x\""},
		{STR("\xff\xc3\xa9\xf0\x9f\x98\x80"), "\"\xef\xbf\xbd\xc3\xa9\xf0\x9f\x98\x80\""},
		{STR("\xef\xbf\xbd"), "\"\xef\xbf\xbd\""},
		{STR("\xe2\x80\xa8"), "\"\\u2028\""},
		{STR("a\xe2\x80\xae" "b\xe2\x80\x8b" "c"), "\"a\\u202eb\\u200bc\""},
		{STR("\xf3\xa0\x81\x81"), "\"\\udb40\\udc41\""},
		{{NULL, 0}, "null"},
	};
	(void)state;

	TABLE_EACH(row, cases) {
		struct written written;
		struct json_out json;

		json_put_open(&json, write_start(&written));
		json_put_text(&json, NULL, row->text);
		assert_int_equal(json_put_close(&json), 0);
		write_end(&written);
		written.text[written.n - 1] = '\0';
		assert_string_equal(written.text, row->json);
		free(written.text);
	}
}

static void json_numbers_read_back(void **state)
{
	static const struct {
		double number;
		const char *json;
	} cases[] = {
		{0, "0"},        {-0.0, "-0"},      {0.1, "0.1"},   {1.0 / 3, "0.3333333333333333"},
		{NAN, "\"NaN\""}, {INFINITY, "\"Infinity\""}, {-INFINITY, "\"-Infinity\""},
		{5e-324, NULL},  {1.7976931348623157e308, NULL}, {123456789012345680, NULL},
	};
	(void)state;

	TABLE_EACH(row, cases) {
		struct written written;
		struct json_out json;

		json_put_open(&json, write_start(&written));
		json_put_number(&json, NULL, row->number);
		json_put_close(&json);
		write_end(&written);
		written.text[written.n - 1] = '\0';
		if (row->json)
			assert_string_equal(written.text, row->json);
		else
			assert_true(strtod(written.text, NULL) == row->number);
		free(written.text);
	}
}

static void a_missing_key_is_still_a_key(void **state)
{
	struct written written;
	struct json_out json;
	(void)state;

	json_put_open(&json, write_start(&written));
	json_put_object(&json, NULL);
	json_put_key_text(&json, STR_NONE, STR("x"));
	json_put_array(&json, "list");
	json_put_int(&json, NULL, 1);
	json_put_bool(&json, NULL, true);
	json_put_time(&json, NULL, TIME_NONE);
	json_put_end(&json);
	json_put_end(&json);
	json_put_close(&json);
	write_end(&written);
	assert_string_equal(written.text, "{\n\"\": \"x\",\n\"list\": [\n1,\ntrue,\nnull]}\n");
	free(written.text);
}

static void the_frame_says_how_each_source_fared(void **state)
{
	struct snapshot *runs = fake_runs();
	struct sheet_source sources[] = {
		{.name = STR("a"), .kind = "mlflow", .location = STR("a.db"), .snapshot = runs, .as_of = 0},
		{.name = STR("b"), .kind = "mlflow", .location = STR("b"), .as_of = TIME_NONE},
		{.name = STR("c"), .kind = "mlflow", .location = STR("c"), .snapshot = runs, .as_of = 0,
		 .stale = true},
		{.name = STR("d"), .kind = "mlflow", .location = STR("d"), .snapshot = runs, .as_of = 0},
	};
	static const char *const states[] = {"ok", "failed", "stale", "partial"};
	struct written written;
	struct json_out json;
	(void)state;

	err_set(&sources[1].err, ERR_NOT_FOUND, "gone");
	err_hint(&sources[1].err, "look elsewhere");
	err_set(&sources[3].err, ERR_TIMEOUT, "slow");
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(sheet_source_state(&sources[i]), states[i]);
	json_put_open(&json, write_start(&written));
	frame_begin(&json, "runs", sources, 2, 1769854502123);
	frame_counts(&json, SIZE_MAX, 3);
	assert_int_equal(frame_end(&json), 0);
	write_end(&written);
	assert_string_equal(
		written.text,
		"{\n\"document\": \"runs\",\n\"version\": 1,\n\"generated\": "
		"\"2026-01-31T10:15:02.123Z\",\n\"sources\": [\n{\"name\": \"a\",\"kind\": \"mlflow\","
		"\"location\": \"a.db\",\"state\": \"ok\",\"as_of\": \"1970-01-01T00:00:00.000Z\","
		"\"complete\": true,\"note\": null,\"error\": null,\"warnings\": []},\n{\"name\": \"b\","
		"\"kind\": \"mlflow\",\"location\": \"b\",\"state\": \"failed\",\"as_of\": null,"
		"\"complete\": false,\"note\": null,\"error\": {\"code\": \"not_found\",\"origin\": null,"
		"\"message\": \"gone\",\"hint\": \"look elsewhere\"},\"warnings\": []}],\n"
		"\"total\": null,\n\"shown\": 3}\n");
	free(written.text);
	snapshot_unref(runs);
}

static void named_columns_are_the_keys_that_json_keeps(void **state)
{
	struct runs_view keys;
	struct runs_json options = {.only = &keys};
	struct table table;
	struct written written;
	struct json_out json;
	(void)state;

	runs_view_init(&keys);
	table_init(&table, 1);
	assert_int_equal(runs_view_add_list(&keys, STR("name,params.lr"), &table.err), 0);
	table_show(&table);
	json_put_open(&json, write_start(&written));
	runs_json_write(&json, table.sheet, 1, &options);
	json_put_close(&json);
	write_end(&written);
	assert_string_equal(
		written.text,
		"[\n{\n\"source\": \"a\",\n\"id\": \"dddd4\",\n\"name\": \"four\",\n\"experiment\": "
		"{\"id\": \"1\",\"name\": \"churn\"},\n\"state\": \"finished\",\n\"native_state\": "
		"\"FINISHED\",\n\"deleted\": false,\n\"start\": \"1970-01-01T00:00:09.000Z\",\n\"end\": null,"
		"\n\"duration\": null,\n\"user\": null,\n\"parent\": null,\n\"commit\": null,\n\"params\": "
		"{\"lr\": \"10\"},\n\"tags\": {},\n\"metrics\": {},\n\"datasets\": [],\n"
		"\"artifact_uri\": null}]\n");
	free(written.text);
	runs_view_release(&keys);
	table_release(&table);
}

/* ---- curves ---- */

static struct snapshot *fake_series(size_t n, size_t spike)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_SERIES, NULL, &limits);
	struct snapshot *snapshot;
	struct err err;

	build_series(build, STR("aaaa1"), STR("loss"));
	for (size_t i = 0; i < n; i++)
		build_point(build, (int64_t)i, (int64_t)i * 1000,
			    i == spike ? 1e6 : i % 1000 == 999 ? NAN : 1.0 / (double)(i + 1));
	snapshot = build_seal(build, &err);
	assert_non_null(snapshot);
	return snapshot;
}

static void a_reduced_curve_keeps_its_ends_and_its_spike(void **state)
{
	struct snapshot *series = fake_series(50000, 31234);
	struct series_part part = {STR("a"), &series->u.series};
	struct series_sheet *sheet = series_sheet_new(&part, 1, 100);
	struct sheet_cell step, value;
	bool spike = false;
	int64_t last = -1;
	(void)state;

	assert_true(sheet->sheet.n <= 400);
	for (size_t row = 0; row < sheet->sheet.n; row++) {
		sheet_cell(&sheet->sheet, row, 3, &step);
		sheet_cell(&sheet->sheet, row, 5, &value);
		assert_true(step.integer > last);
		assert_true(isfinite(value.number));
		last = step.integer;
		spike |= step.integer == 31234 && value.number == 1e6;
	}
	assert_true(spike);
	assert_int_equal(last, 49998);
	sheet_cell(&sheet->sheet, 0, 3, &step);
	assert_int_equal(step.integer, 0);
	series_sheet_free(sheet);
	sheet = series_sheet_new(&part, 1, 0);
	assert_int_equal(sheet->sheet.n, 50000);
	series_sheet_free(sheet);
	snapshot_unref(series);
}

static void a_curve_says_what_it_counts(void **state)
{
	struct snapshot *series = fake_series(3, 1);
	struct series_part part = {STR("a"), &series->u.series};
	struct series_sheet *sheet = series_sheet_new(&part, 1, 5);
	struct written written;
	struct json_out json;
	(void)state;

	json_put_open(&json, write_start(&written));
	series_json(&json, sheet);
	json_put_close(&json);
	write_end(&written);
	assert_string_equal(written.text,
			    "[\n{\n\"source\": \"a\",\n\"run\": \"aaaa1\",\n\"metric\": \"loss\",\n"
			    "\"count\": 3,\n\"nan\": 0,\n\"inf\": 0,\n\"reduced\": false,\n\"steps\": "
			    "[0,1,2],\n\"times\": [\"1970-01-01T00:00:00.000Z\","
			    "\"1970-01-01T00:00:01.000Z\",\"1970-01-01T00:00:02.000Z\"],\n\"values\": "
			    "[1,1000000,0.3333333333333333]}]\n");
	free(written.text);
	series_sheet_free(sheet);
	snapshot_unref(series);
}

/* ---- compared runs ---- */

static void compared_runs_have_deltas_and_a_best(void **state)
{
	struct pair params[2] = {{STR("lr"), STR("0.5")}, {STR("lr"), STR("0.25")}};
	struct metric metrics[2][2] = {
		{{.key = STR("loss"), .last = 0.5}, {.key = STR("odd"), .last = 1}},
		{{.key = STR("loss"), .last = 0.25}, {.key = STR("odd"), .last = 2}},
	};
	struct run_detail details[2] = {0};
	const struct run_detail *list[2] = {&details[0], &details[1]};
	struct compare_run runs[2];
	struct compare_options options = {.baseline = 1};
	struct compare *compare;
	struct grid *grid;
	struct written written;
	struct json_out json;
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		details[i].run = (struct run){.id = i ? STR("b") : STR("a"), .start = TIME_NONE,
					      .end = TIME_NONE, .state = RUN_FINISHED};
		details[i].params = &params[i];
		details[i].nparams = 1;
		details[i].metrics = metrics[i];
		details[i].nmetrics = 2;
		runs[i] = (struct compare_run){STR("s"), &details[i]};
	}
	compare = compare_new(list, 2, &options);
	json_put_open(&json, write_start(&written));
	json_put_object(&json, NULL);
	grid = compare_grid(compare, runs);
	compare_json(&json, compare, runs, grid);
	grid_free(grid);
	json_put_end(&json);
	json_put_close(&json);
	write_end(&written);
	assert_string_equal(
		written.text,
		"{\n\"baseline\": 1,\n\"runs\": [\n{\"source\": \"s\",\"id\": \"a\",\"name\": null,"
		"\"experiment\": null},\n{\"source\": \"s\",\"id\": \"b\",\"name\": null,\"experiment\": "
		"null}],\n\"rows\": [\n"
		"{\"kind\": \"param\",\"key\": \"lr\",\"values\": [\"0.5\",\"0.25\"],\"equal\": false,"
		"\"best\": [],\"delta\": [0.25,0]},\n"
		"{\"kind\": \"metric\",\"key\": \"loss\",\"values\": [0.5,0.25],\"equal\": false,"
		"\"best\": [1],\"delta\": [0.25,0]},\n"
		"{\"kind\": \"metric\",\"key\": \"odd\",\"values\": [1,2],\"equal\": false,\"best\": [],"
		"\"delta\": [-1,0]}],\n\"hidden\": 1}\n");
	free(written.text);
	compare_free(compare);
}

/* ---- models ---- */

static struct snapshot *fake_models(void)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_MODELS, NULL, &limits);
	struct str champion = STR("champion");
	struct alias alias = {STR("champion"), STR("2")};
	struct model_version versions[2] = {
		{.version = STR("3"), .created = TIME_NONE, .updated = TIME_NONE},
		{.version = STR("2"), .created = TIME_NONE, .updated = TIME_NONE,
		 .aliases = &champion, .naliases = 1},
	};
	struct model model = {.name = STR("team/churn@v1"), .created = TIME_NONE,
			      .updated = TIME_NONE, .versions = versions, .nversions = 2,
			      .aliases = &alias, .naliases = 1};
	struct snapshot *snapshot;
	struct err err;

	build_model(build, &model);
	snapshot = build_seal(build, &err);
	assert_non_null(snapshot);
	return snapshot;
}

static void a_model_is_named_with_version_or_alias(void **state)
{
	static const struct {
		const char *word;
		size_t rows;
		const char *first;
	} cases[] = {
		{"team/churn@v1", 2, "2"},   {"team/churn@v1/3", 1, "3"},
		{"team/churn@v1@champion", 1, "2"}, {"team/churn@v1/4", 0, NULL},
		{"team/churn", 0, NULL},     {"nope", 0, NULL},
		{"team/churn@v1@nobody", 0, NULL},
	};
	struct snapshot *models = fake_models();
	struct sheet_source source = {.name = STR("a"), .snapshot = models};
	(void)state;

	TABLE_EACH(row, cases) {
		struct models_choice choice = {0};
		struct sheet_cell cell;
		struct grid *grid;

		assert_int_equal(models_choose(&source, 1, str_of(row->word), &choice), row->rows > 0);
		if (!row->rows)
			continue;
		grid = versions_grid(&source, 1, &choice);
		assert_int_equal(grid->sheet.n, row->rows);
		sheet_cell(&grid->sheet, 0, 2, &cell);
		assert_str(cell.text, row->first);
		grid_free(grid);
	}
	snapshot_unref(models);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_and_ages_are_short),
		cmocka_unit_test(a_cell_is_exact_for_programs_and_short_on_the_screen),
		cmocka_unit_test(a_long_text_is_cut_on_the_screen_only),
		cmocka_unit_test(each_format_is_as_the_contract_has_it),
		cmocka_unit_test(a_narrow_table_cuts_texts_only),
		cmocka_unit_test(the_zone_is_named_once),
		cmocka_unit_test(hostile_text_reaches_no_terminal),
		cmocka_unit_test(markdown_is_text_only),
		cmocka_unit_test(a_stream_that_fails_is_noticed),
		cmocka_unit_test(sorting_puts_nan_after_numbers_and_missing_last),
		cmocka_unit_test(rows_are_filtered_by_their_columns),
		cmocka_unit_test(runs_are_filtered_and_ordered),
		cmocka_unit_test(columns_are_named_as_in_the_contract),
		cmocka_unit_test(two_sources_with_one_id_are_two_rows),
		cmocka_unit_test(what_is_still_loading_does_not_filter),
		cmocka_unit_test(json_escapes_what_it_must),
		cmocka_unit_test(json_numbers_read_back),
		cmocka_unit_test(a_missing_key_is_still_a_key),
		cmocka_unit_test(the_frame_says_how_each_source_fared),
		cmocka_unit_test(named_columns_are_the_keys_that_json_keeps),
		cmocka_unit_test(a_reduced_curve_keeps_its_ends_and_its_spike),
		cmocka_unit_test(a_curve_says_what_it_counts),
		cmocka_unit_test(compared_runs_have_deltas_and_a_best),
		cmocka_unit_test(a_model_is_named_with_version_or_alias),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
