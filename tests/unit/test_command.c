/* The command line as data, and runs by the names that people type. tests/cli has the whole program. */
#include "test.h"

#include "command/line.h"
#include "command/names.h"
#include "record/build.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A line of words with one blank between them; `keep` holds them while the line is used. */
static int parse(struct line *line, const char *words, char *keep, size_t size, struct err *err)
{
	char *argv[32] = {(char *)"leeboard"}, *at;
	int argc = 1;

	snprintf(keep, size, "%s", words);
	for (char *word = strtok_r(keep, " ", &at); word && argc < 31; word = strtok_r(NULL, " ", &at))
		argv[argc++] = word;
	return line_parse(line, argc, argv, err);
}

static void wrong_usage_says_what_was_meant(void **state)
{
	static const struct {
		const char *words, *message, *hint;
	} cases[] = {
		{"runs --filtr x", "no such option: --filtr", "did you mean --filter?"},
		{"runs --jsn", "no such option: --jsn", "did you mean --json?"},
		{"runs --zzzzzz", "no such option: --zzzzzz", ""},
		{"runs -x", "no such option: -x", ""},
		{"runs --json=yes", "--json takes no value", ""},
		{"runs --filter", "--filter wants EXPR", ""},
		{"runs -s", "--source wants SOURCE", ""},
		{"runs --limit x", "--limit wants a whole number from 0 on, not \"x\"", ""},
		{"runs --limit -1", "--limit wants a whole number from 0 on, not \"-1\"", ""},
		{"series --points 0 a", "--points wants a whole number from 1 on, not \"0\"", ""},
		{"runs --timeout 0", "--timeout wants a number of seconds, not \"0\"", ""},
		{"runs --timeout nan", "--timeout wants a number of seconds, not \"nan\"", ""},
		{"runs --format xml", "--format is table, tsv, csv, json or md, not \"xml\"", ""},
		{"runs --points 3", "--points is not an option of runs", "it is one of series"},
		{"series --limit 3 a", "--limit is not an option of series",
		 "it is one of experiments, runs, models, deployments, drift, check"},
		{"compare --limit 3 a", "--limit is not an option of compare",
		 "it is one of experiments, runs, models, deployments, drift, check"},
		{"--aggregates", "--aggregates is not an option of the workbench",
		 "it is one of runs"},
		{"--aggregates models", "--aggregates is not an option of models", "it is one of runs"},
	};
	(void)state;

	TABLE_EACH(row, cases) {
		struct line line;
		struct err err;
		char keep[256];

		assert_int_equal(parse(&line, row->words, keep, sizeof keep, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_string_equal(err.message, row->message);
		assert_string_equal(err.hint, row->hint);
		line_release(&line);
	}
}

static void options_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"--json runs --limit 3 a.db -s b.db --sort=-start",
		"runs a.db -sb.db --limit=3 --sort -start --format json",
		"-s b.db --sort -start --limit 3 --json -- runs a.db",
		"--source=b.db runs --format=json --limit 3 --sort -start -- a.db",
	};
	(void)state;

	TABLE_EACH(text, lines) {
		struct line line;
		struct err err;
		const char **words;
		char keep[256];

		assert_int_equal(parse(&line, *text, keep, sizeof keep, &err), 0);
		assert_non_null(line.command);
		assert_string_equal(line.command->name, "runs");
		assert_int_equal(line.format, PRINT_JSON);
		assert_true(line.format_given);
		assert_int_equal(line.limit, 3);
		assert_string_equal(line.sort, "-start");
		assert_int_equal(line_sources(&line, &words), 2);
		assert_string_equal(words[0], "b.db");
		assert_string_equal(words[1], "a.db");
		free(words);
		line_release(&line);
	}
}

static void a_word_is_a_command_or_a_source_or_a_name(void **state)
{
	static const struct {
		const char *words, *command;
		size_t sources, names;
	} cases[] = {
		{"", NULL, 0, 0},
		{"mlflow.db", NULL, 1, 1},
		{"./runs", NULL, 1, 1},
		{"a.db runs", NULL, 2, 2},
		{"runs runs", "runs", 1, 1},
		{"compare a b -s x.db", "compare", 1, 2},
		{"series a", "series", 0, 1},
		{"models a", "models", 0, 1},
		{"check a", "check", 0, 1},
		{"drift a", "drift", 1, 1},
		{"- a", NULL, 2, 2},
	};
	(void)state;

	TABLE_EACH(row, cases) {
		struct line line;
		struct err err;
		const char **words;
		char keep[256];

		assert_int_equal(parse(&line, row->words, keep, sizeof keep, &err), 0);
		if (row->command)
			assert_string_equal(line.command->name, row->command);
		else
			assert_null(line.command);
		assert_int_equal(line_sources(&line, &words), row->sources);
		assert_int_equal(line.words.n, row->names);
		free(words);
		line_release(&line);
	}
}

static void every_command_has_a_help(void **state)
{
	(void)state;

	for (const struct headless *command = headless_commands; command->name; command++) {
		char *text = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&text, &n);

		line_help(command, out);
		fclose(out);
		assert_non_null(strstr(text, command->name));
		assert_non_null(strstr(text, "--no-config"));
		assert_ptr_equal(headless_find(command->name), command);
		free(text);
	}
	assert_null(headless_find("nope"));
}

/* ---- runs by name ---- */

static struct snapshot *runs_of(const char *const rows[][3])
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_RUNS, NULL, &limits);
	struct snapshot *snapshot;
	struct err err;

	for (size_t i = 0; rows[i][0]; i++) {
		struct run run = {.id = str_of(rows[i][0]), .name = str_of(rows[i][1]),
				  .start = TIME_NONE, .end = TIME_NONE, .deleted = rows[i][2] != NULL};

		build_run(build, &run, NULL);
	}
	snapshot = build_seal(build, &err);
	assert_non_null(snapshot);
	return snapshot;
}

/* What a command says goes to stderr, which is not what is tested here. */
static int quietly(const struct context *context, const char *word, struct named_run *run)
{
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY), code;

	dup2(null, STDERR_FILENO);
	code = names_find(context, word, run);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
	return code;
}

static void runs_are_found_by_what_people_type(void **state)
{
	static const char *const first[][3] = {
		{"abcdef01", "calm-lynx"}, {"abcdef02", "calm-lynx"}, {"12345678", "abcdef"},
		{"99990000", "odd:wren"},  {"dead0001", "gone", "deleted"}, {"shared00", "x"}, {0},
	};
	static const char *const second[][3] = {
		{"shared00", "y"}, {"beef0001", "dull-toad"}, {"zz", "tiny"}, {0},
	};
	static const struct {
		const char *word;
		int code;
		size_t source;
		const char *id;
	} cases[] = {
		{"abcdef01", EXIT_OK, 0, "abcdef01"},
		{"abcdef", EXIT_OK, 0, "12345678"},  /* two starts, but one name */
		{"abcd", EXIT_USAGE, 0, NULL},       /* two starts */
		{"1234", EXIT_OK, 0, "12345678"},
		{"123", EXIT_UNKNOWN, 0, NULL},      /* too short */
		{"calm-lynx", EXIT_USAGE, 0, NULL},  /* two names */
		{"dull-toad", EXIT_OK, 1, "beef0001"},
		{"odd:wren", EXIT_OK, 0, "99990000"},
		{"dead0001", EXIT_OK, 0, "dead0001"},
		{"dead", EXIT_OK, 0, "dead0001"},
		{"gone", EXIT_UNKNOWN, 0, NULL},     /* a deleted run by its name */
		{"shared00", EXIT_USAGE, 0, NULL},
		{"a.db:shared00", EXIT_OK, 0, "shared00"},
		{"host:80:shared00", EXIT_OK, 1, "shared00"},
		{"host:80:shar", EXIT_OK, 1, "shared00"},
		{"host:80:abcdef01", EXIT_UNKNOWN, 0, NULL},
		{"zz", EXIT_OK, 1, "zz"},
		{"", EXIT_UNKNOWN, 0, NULL},
	};
	struct sheet_source heads[2] = {
		{.name = STR("a.db"), .snapshot = runs_of(first)},
		{.name = STR("host:80"), .snapshot = runs_of(second)},
	};
	struct context context = {.n = 2, .heads = heads};
	(void)state;

	TABLE_EACH(row, cases) {
		struct named_run run;

		assert_int_equal(quietly(&context, row->word, &run), row->code);
		if (row->code != EXIT_OK)
			continue;
		assert_int_equal(run.source, row->source);
		assert_str(run.id, row->id);
	}
	snapshot_unref((struct snapshot *)heads[0].snapshot);
	snapshot_unref((struct snapshot *)heads[1].snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_usage_says_what_was_meant),
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(a_word_is_a_command_or_a_source_or_a_name),
		cmocka_unit_test(every_command_has_a_help),
		cmocka_unit_test(runs_are_found_by_what_people_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
