/*
 * The builder: how a source makes a snapshot.
 *
 * Sticky: adding returns nothing; over a cap the rest is ignored, and the snapshot says so
 * (partial, with a note). All texts are copied. One thread, one read.
 *
 * Upsert. A builder starts from the previous snapshot of the same query (or NULL). build_run()
 * finds the run by its id: unchanged rows cost nothing and share their chunk, changed rows make a
 * copy of their chunk, new rows are appended. build_runs_whole() says that everything was listed,
 * so that runs not seen in this read are gone. When nothing changed at all the seal gives back the
 * previous snapshot (a new reference) with as_of renewed by the board.
 */
#ifndef RECORD_BUILD_H
#define RECORD_BUILD_H

#include "record/snapshot.h"

struct build;

/* Ceilings; build_limits_default() fits the program's memory promises. */
struct build_limits {
	size_t bytes;    /* of text and rows in all */
	size_t text;     /* of one text: longer ones are cut, with a warning */
	size_t rows;     /* runs, models, versions, keys, points each */
};

struct build_limits build_limits_default(void);

/* previous: the last snapshot of the same query, or NULL. It is referenced while building. */
struct build *build_new(enum record_kind kind, struct snapshot *previous,
			const struct build_limits *limits);
void build_free(struct build *build);

/* The snapshot this one starts from, or NULL: what a source needs to read only what changed. */
const struct snapshot *build_previous(const struct build *build);

/* A place for anything else in the snapshot's arena. NULL when over a cap. */
struct arena *build_arena(struct build *build);
struct str build_text(struct build *build, struct str text);
struct str build_textf(struct build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void build_note(struct build *build, const char *format, ...) __attribute__((format(printf, 2, 3)));
void build_warn(struct build *build, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The rows are not all there, and why. */
void build_partial(struct build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Note, warnings and state of the previous snapshot: who reads only a part says the same again. */
void build_keep_head(struct build *build);
/* Nothing changed since the previous snapshot: the seal gives it back. */
void build_unchanged(struct build *build);
/* Is it over a cap? A source may stop reading then. */
bool build_full(const struct build *build);

/* RECORD_RUNS. Texts of `run` are copied; detail (may be NULL) is copied and attached. */
void build_run(struct build *build, const struct run *run, const struct run_detail *detail);
void build_runs_whole(struct build *build);
/* Streaming: what was built so far as a snapshot of its own (state partial "loading"), for pages. */
struct snapshot *build_peek(struct build *build);

/* RECORD_EXPERIMENTS, RECORD_MODELS, RECORD_DEPLOYMENTS, RECORD_COMMITS: all texts and arrays are copied. */
void build_experiment(struct build *build, const struct experiment *experiment);
void build_model(struct build *build, const struct model *model);
void build_deployment(struct build *build, const struct deployment *deployment);
void build_commit(struct build *build, const struct commit *commit);

/*
 * RECORD_COLUMN of `table` (a RECORD_RUNS snapshot): build_column() names it and carries over the values of chunks that the
 * previous column was read for and that did not change; build_column_wants(row) says whether that
 * row still needs a value (its chunk is new, or the run is running); build_column_stale() makes
 * every row want one (the minute's sweep). Rows never set stay missing. A column that has been named
 * stays so: naming it again does nothing.
 */
void build_column(struct build *build, const struct column_id *id, struct snapshot *table);
void build_column_stale(struct build *build);
bool build_column_wants(const struct build *build, size_t row);
void build_column_number(struct build *build, size_t row, double number);
void build_column_text(struct build *build, size_t row, struct str text);
/* Back to missing: a wanted row that has no value any more. */
void build_column_none(struct build *build, size_t row);
/*
 * Takes what the table's attached details say for the wanted rows. True when that answered every
 * one of them, so that the source need not be asked.
 */
bool build_column_fill(struct build *build);

/* RECORD_DETAILS: copied and sorted. */
void build_detail(struct build *build, const struct run_detail *detail);

/*
 * RECORD_SERIES: points in the order of series_point_compare(). build_series() names it; points of
 * the previous snapshot are kept (continue after build_series_count()), unless
 * build_series_restart() drops them. A point that sorts before the last one is put in its place.
 */
void build_series(struct build *build, struct str run, struct str key);
/* With more points than that only their number is kept (series.beyond). The engine says it. */
void build_series_most(struct build *build, size_t most);
size_t build_series_count(const struct build *build);
void build_series_restart(struct build *build);
void build_point(struct build *build, int64_t step, int64_t time, double value);

/* RECORD_KEYS: in any order, twice is once. */
void build_key(struct build *build, enum column_kind kind, struct str key);

/* RECORD_DRIFT: the list lives in build_arena(). */
void build_drift(struct build *build, const struct drift_list *list);

/*
 * Ends the build: sorts what wants sorting, reads the sticky state, and gives the snapshot (one
 * reference), or NULL and err (ERR_TOO_BIG when not even a part could be kept). Frees the builder.
 */
struct snapshot *build_seal(struct build *build, struct err *err);

#endif
