/*
 * Makes prediction events for the bench, the same rows as an SQLite table and as CSV:
 *
 *   make_events FOLDER [ROWS [FEATURES]]     FOLDER/events.db and FOLDER/events.csv
 *
 * ROWS (1,000,000) over a hundred hours, FEATURES (50): four of five numeric, the others categories of
 * twelve words. The last fifth of the time the first feature has moved.
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORDS = 12, HOURS = 100 };

static const int64_t epoch = 1700000000;

struct maker {
	sqlite3 *db;
	sqlite3_stmt *insert;
	FILE *csv;
	uint64_t seed;
	long rows, features;
};

static void must(struct maker *maker, int code)
{
	if (code == SQLITE_OK || code == SQLITE_DONE)
		return;
	fprintf(stderr, "make_events: %s\n", sqlite3_errmsg(maker->db));
	exit(1);
}

static double chance(struct maker *maker)
{
	maker->seed = maker->seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(maker->seed >> 11) * 0x1p-53;
}

static void open_table(struct maker *maker, const char *folder)
{
	char path[4096];
	sqlite3_str *create = sqlite3_str_new(NULL), *insert = sqlite3_str_new(NULL);
	char *sql;

	snprintf(path, sizeof path, "%s/events.db", folder);
	remove(path);
	must(maker, sqlite3_open(path, &maker->db));
	sqlite3_str_appendall(create, "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; BEGIN;"
				      "CREATE TABLE predictions (ts INTEGER");
	sqlite3_str_appendall(insert, "INSERT INTO predictions VALUES (?");
	for (long f = 0; f < maker->features; f++) {
		sqlite3_str_appendf(create, ", f%02d %s", (int)f, f % 5 == 4 ? "TEXT" : "REAL");
		sqlite3_str_appendall(insert, ", ?");
	}
	sqlite3_str_appendall(create, ")");
	sqlite3_str_appendall(insert, ")");
	sql = sqlite3_str_finish(create);
	must(maker, sqlite3_exec(maker->db, sql, NULL, NULL, NULL));
	sqlite3_free(sql);
	sql = sqlite3_str_finish(insert);
	must(maker, sqlite3_prepare_v2(maker->db, sql, -1, &maker->insert, NULL));
	sqlite3_free(sql);
}

static void open_csv(struct maker *maker, const char *folder)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/events.csv", folder);
	maker->csv = fopen(path, "w");
	if (!maker->csv) {
		perror(path);
		exit(1);
	}
	fputs("ts", maker->csv);
	for (long f = 0; f < maker->features; f++)
		fprintf(maker->csv, ",f%02d", (int)f);
	fputc('\n', maker->csv);
}

static void add_feature(struct maker *maker, long row, int f)
{
	bool moved = f == 0 && row > maker->rows / 5 * 4;
	double value = chance(maker) + chance(maker) + (moved ? 0.3 : 0);
	char text[32];

	if (f % 5 == 4) {
		snprintf(text, sizeof text, "word-%d", (int)(value * WORDS / 2));
		sqlite3_bind_text(maker->insert, f + 2, text, -1, SQLITE_TRANSIENT);
	} else {
		snprintf(text, sizeof text, "%.6f", value);
		sqlite3_bind_double(maker->insert, f + 2, atof(text));
	}
	fprintf(maker->csv, ",%s", text);
}

int main(int argc, char **argv)
{
	struct maker maker = {.seed = 1, .rows = argc > 2 ? atol(argv[2]) : 1000000,
			      .features = argc > 3 ? atol(argv[3]) : 50};

	if (argc < 2) {
		fprintf(stderr, "usage: make_events FOLDER [ROWS [FEATURES]]\n");
		return 64;
	}
	open_table(&maker, argv[1]);
	open_csv(&maker, argv[1]);
	for (long row = 0; row < maker.rows; row++) {
		int64_t time = epoch + (int64_t)((double)row / (double)maker.rows * HOURS * 3600);

		sqlite3_bind_int64(maker.insert, 1, time);
		fprintf(maker.csv, "%lld", (long long)time);
		for (int f = 0; f < maker.features; f++)
			add_feature(&maker, row, f);
		fputc('\n', maker.csv);
		must(&maker, sqlite3_step(maker.insert));
		must(&maker, sqlite3_reset(maker.insert));
	}
	sqlite3_finalize(maker.insert);
	must(&maker, sqlite3_exec(maker.db, "COMMIT", NULL, NULL, NULL));
	must(&maker, sqlite3_close(maker.db));
	return fclose(maker.csv) ? 1 : 0;
}
