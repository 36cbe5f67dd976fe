/*
 * A sheet: records as a table that anybody can show.
 *
 * The pane paints a window of it, the printers stream it (print.h); both read the same cells, so
 * the numbers are the same everywhere (P10). A sheet does not own records: whoever made it keeps
 * the snapshots alive, and frees it through its own type (sheet/runs.h, sheet/models.h, …), whose
 * struct starts with this one.
 *
 * Texts in cells are raw: painters and printers send them through the gate.
 */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include "analysis/direction.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "record/series.h"
#include "record/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sheet_type {
	SHEET_TEXT,
	SHEET_NUMBER,   /* a double */
	SHEET_COUNT,    /* a whole number */
	SHEET_TIME,     /* ms since the epoch; on the screen an age */
	SHEET_DURATION, /* seconds */
	SHEET_SHARE,    /* 0–1; a percentage for people */
	SHEET_STATE,    /* a word with a tone: a glyph and the word */
	SHEET_CURVE,    /* a sparkline; the screen only */
};

/* What a cell means to the reader; themes give it a colour, glyphs say it without one. */
enum sheet_tone {
	TONE_PLAIN,
	TONE_DIM,
	TONE_GOOD,
	TONE_RUNNING,
	TONE_WARNING,
	TONE_BAD,
	TONE_BEST, /* the best of its row or column */
};

struct sheet_column {
	struct str key;   /* as in --columns and in a header line: "metrics.val_auc:max" */
	struct str title; /* on the screen: "val_auc max" */
	const char *unit; /* "s", "%", "/s"; "" for none. Shown once, in the screen's header */
	enum sheet_type type;
	enum direction better;
	int least, most;  /* columns of the screen, without gaps */
};

enum sheet_cell_state { SHEET_MISSING, SHEET_LOADING, SHEET_VALUE };

struct sheet_cell {
	enum sheet_cell_state state;
	enum sheet_tone tone;
	double number;      /* NUMBER, DURATION, SHARE */
	bool seconds;       /* NUMBER: this one is a duration */
	int64_t integer;    /* COUNT, TIME */
	struct str text;    /* TEXT, STATE */
	const struct series *curve; /* CURVE: NULL while it is loading or too long */
	size_t curve_points;        /* CURVE that is too long to load: how many points there are */
	const double *values;       /* CURVE of plain values, evenly spaced, instead of a series */
	size_t nvalues;
};

/* Where rows are from and whether they are all there; one per source. The "sources" of JSON. */
struct sheet_source {
	struct str name;
	const char *kind;
	struct str location;           /* without credentials */
	const struct snapshot *snapshot; /* NULL: nothing read yet */
	struct err err;                /* of the last read; code ERR_NONE when it went well */
	int64_t as_of;                 /* of the last good read, or TIME_NONE */
	bool stale;                    /* older data is shown after a failure */
	bool loading;
	bool production, demo;
};

/* "ok", "stale", "partial", "failed" */
const char *sheet_source_state(const struct sheet_source *source);

struct sheet;

struct sheet_class {
	void (*cell)(const struct sheet *sheet, size_t row, size_t column, struct sheet_cell *cell);
	/* What anchors selection and marks: stays the same while the record lives. */
	struct str (*id)(const struct sheet *sheet, size_t row);
};

struct sheet {
	const struct sheet_class *class;
	size_t ncolumns;
	struct sheet_column *columns;
	size_t n;     /* rows shown, in order */
	size_t total; /* rows before the filter; SIZE_MAX when nobody knows (a server filtered) */
	size_t nsources;
	const struct sheet_source *sources;
};

/* The cell of a row (in the order shown) and a column. */
void sheet_cell(const struct sheet *sheet, size_t row, size_t column, struct sheet_cell *cell);

/* The row with that id, or -1. */
long sheet_find(const struct sheet *sheet, struct str id);

/* How a cell becomes text. */
enum sheet_style {
	STYLE_SCREEN, /* short: "0.9412", "2h", "4m12s", "34 %"; loading "…", missing "–"; of a text
			 the first kilobytes, and "…" where there is more */
	STYLE_PEOPLE, /* table and md: seven digits, local time; missing "" */
	STYLE_EXACT,  /* tsv and csv: numbers read back, ISO times in UTC, shares 0–1; missing "" */
};

/* Appends the clean text of a cell. `now` (wall ms) is for ages. */
void sheet_text(struct buf *out, const struct sheet_column *column, const struct sheet_cell *cell,
		enum sheet_style style, int64_t now);

/* "4m12s", "2h", "3d4h": two units at most, for people; whole seconds from 10 s on. */
void sheet_duration(struct buf *out, double seconds);

/* The age of a time in one unit: "now", "5m", "3h", "2d", "5w", "3y"; "in 5m" for the future. */
void sheet_age(struct buf *out, int64_t time, int64_t now);

#endif
