/* What every sheet shares: look-ups and the text of cells; see sheet.h. */
#include "sheet/sheet.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SCREEN_BYTES = 2048 }; /* of a text that are looked at for the screen: wider than any column */

const char *sheet_source_state(const struct sheet_source *source)
{
	if (!source->snapshot)
		return source->err.code == ERR_NONE ? "ok" : "failed";
	/* a server that cannot be asked has rows that say so, and failed all the same */
	if (source->snapshot->kind == RECORD_DEPLOYMENTS && source->err.code != ERR_NONE)
		return "failed";
	if (source->stale)
		return "stale";
	if (source->snapshot->state == SNAPSHOT_PARTIAL || source->err.code != ERR_NONE)
		return "partial";
	return "ok";
}

void sheet_cell(const struct sheet *sheet, size_t row, size_t column, struct sheet_cell *cell)
{
	*cell = (struct sheet_cell){.state = SHEET_MISSING};
	sheet->class->cell(sheet, row, column, cell);
}

long sheet_find(const struct sheet *sheet, struct str id)
{
	for (size_t row = 0; row < sheet->n; row++)
		if (str_equal(sheet->class->id(sheet, row), id))
			return (long)row;
	return -1;
}

void sheet_duration(struct buf *out, double seconds)
{
	static const struct {
		double seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};

	if (!isfinite(seconds)) {
		buf_adds(out, "–");
		return;
	}
	if (seconds < 0) {
		buf_addc(out, '-');
		seconds = -seconds;
	}
	if (seconds < 1) {
		buf_addf(out, seconds < 0.001 ? "%.2gms" : "%.0fms", seconds * 1000);
		return;
	}
	if (seconds < 10) {
		buf_addf(out, "%.1fs", seconds);
		return;
	}
	seconds = floor(seconds + 0.5);
	for (size_t i = 0; i < 4; i++) {
		double whole = floor(seconds / units[i].seconds), rest;

		if (whole < 1)
			continue;
		buf_addf(out, "%.0f%s", whole, units[i].unit);
		rest = seconds - whole * units[i].seconds;
		if (i < 3 && floor(rest / units[i + 1].seconds) >= 1)
			buf_addf(out, "%.0f%s", floor(rest / units[i + 1].seconds),
				 units[i + 1].unit);
		return;
	}
}

void sheet_age(struct buf *out, int64_t time, int64_t now)
{
	static const struct {
		double seconds;
		char unit;
	} units[] = {{31557600, 'y'}, {604800, 'w'}, {86400, 'd'}, {3600, 'h'}, {60, 'm'}};
	double age = ((double)now - (double)time) / 1000;

	if (age < 0)
		buf_adds(out, age > -60 ? "" : "in ");
	age = fabs(age);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		/* weeks only from the third on: "13d" says more than "1w" */
		if (age < units[i].seconds * (units[i].unit == 'w' ? 3 : 1))
			continue;
		buf_addf(out, "%.0f%c", floor(age / units[i].seconds), units[i].unit);
		return;
	}
	buf_adds(out, "now");
}

static void add_number(struct buf *out, double number, enum sheet_style style)
{
	char text[NUM_SIZE];

	if (style == STYLE_EXACT || (style == STYLE_PEOPLE && !isfinite(number)))
		buf_adds(out, num_shortest(text, number));
	else
		buf_adds(out, num_short(text, number, style == STYLE_SCREEN ? 5 : 7));
}

static void add_time(struct buf *out, int64_t time, enum sheet_style style, int64_t now)
{
	char text[CLOCK_ISO_SIZE];

	if (style == STYLE_SCREEN)
		sheet_age(out, time, now);
	else
		buf_adds(out, style == STYLE_PEOPLE ? clock_local(text, time)
						    : clock_iso(text, time));
}

static void add_share(struct buf *out, double share, enum sheet_style style)
{
	double percent = share * 100;

	if (style == STYLE_EXACT) {
		add_number(out, share, style);
		return;
	}
	if (percent > 0 && percent < 0.1)
		buf_adds(out, "<0.1 %");
	else
		buf_addf(out, percent < 10 ? "%.1f %%" : "%.0f %%", percent);
}

static void add_duration(struct buf *out, double seconds, enum sheet_style style)
{
	if (style == STYLE_EXACT)
		add_number(out, seconds, style);
	else
		sheet_duration(out, seconds);
}

/* A frame measures and draws hundreds of cells: none takes longer because its text is a megabyte. */
static void add_text(struct buf *out, struct str text, enum sheet_style style)
{
	struct str part = style == STYLE_SCREEN ? text_cut(text, SCREEN_BYTES) : text;

	text_clean(out, part);
	if (part.n < text.n)
		buf_adds(out, "…");
}

static void add_value(struct buf *out, const struct sheet_column *column,
		      const struct sheet_cell *cell, enum sheet_style style, int64_t now)
{
	switch (column->type) {
	case SHEET_TEXT:
	case SHEET_STATE:
		add_text(out, cell->text, style);
		break;
	case SHEET_NUMBER:
		if (cell->text.s) /* compare: a parameter's text among numbers */
			add_text(out, cell->text, style);
		else if (cell->seconds)
			add_duration(out, cell->number, style);
		else
			add_number(out, cell->number, style);
		break;
	case SHEET_COUNT:
		buf_addf(out, "%lld", (long long)cell->integer);
		break;
	case SHEET_TIME:
		add_time(out, cell->integer, style, now);
		break;
	case SHEET_DURATION:
		add_duration(out, cell->number, style);
		break;
	case SHEET_SHARE:
		add_share(out, cell->number, style);
		break;
	case SHEET_CURVE:
		if (cell->curve_points)
			buf_addf(out, "%zu points", cell->curve_points);
		break;
	}
}

void sheet_text(struct buf *out, const struct sheet_column *column, const struct sheet_cell *cell,
		enum sheet_style style, int64_t now)
{
	if (cell->state == SHEET_VALUE)
		add_value(out, column, cell, style, now);
	else if (style == STYLE_SCREEN)
		buf_adds(out, cell->state == SHEET_LOADING ? "…" : "–");
}
