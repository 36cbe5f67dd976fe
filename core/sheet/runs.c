/* The run table; see runs.h. What the user asked for is in runs_view.c, the JSON in runs_json.c. */
#include "sheet/runs.h"

#include "analysis/order.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

enum { IDS_BYTES = 64 << 20 };

static const struct run_table *table_of(const struct runs_part *part)
{
	return part->source.snapshot ? &part->source.snapshot->u.runs : NULL;
}

const struct run *runs_sheet_run(const struct runs_sheet *sheet, size_t row,
				 const struct runs_part **part)
{
	uint64_t place = sheet->order[row];
	const struct runs_part *of = &sheet->parts[place >> 32];

	if (part)
		*part = of;
	return run_at(table_of(of), (uint32_t)place);
}

static struct value number(double value)
{
	if (isnan(value))
		return (struct value){.state = CELL_MISSING};
	return (struct value){.state = CELL_NUMBER, .number = value};
}

static struct value time_value(int64_t time)
{
	if (time == TIME_NONE)
		return (struct value){.state = CELL_MISSING};
	return (struct value){.state = CELL_NUMBER, .number = (double)time};
}

static struct value text(struct str value)
{
	return (struct value){.state = value.s ? CELL_TEXT : CELL_MISSING, .text = value};
}

/* The column of that need as this part has it; NULL while it is loading. */
static const struct column *column_of(const struct runs_part *part, size_t need)
{
	return part->columns && part->columns[need] ? &part->columns[need]->u.column : NULL;
}

static struct value value_of(const struct runs_part *part, size_t row,
			     const struct runs_column *what)
{
	const struct run *run = run_at(table_of(part), row);
	const struct column *column;

	switch (what->attribute) {
	case RUNS_SOURCE:
		return text(part->source.name);
	case RUNS_ID:
		return text(run->id);
	case RUNS_NAME:
		return text(run->name);
	case RUNS_EXPERIMENT:
		return text(run->experiment_name);
	case RUNS_STATE:
		return text(str_of(run_state_name(run->state)));
	case RUNS_START:
		return time_value(run->start);
	case RUNS_END:
		return time_value(run->end);
	case RUNS_DURATION:
		return number(run_duration(run));
	case RUNS_USER:
		return text(run->user);
	case RUNS_RECORD:
		column = column_of(part, what->need);
		return column ? column_at(column, row) : (struct value){.state = CELL_MISSING};
	case RUNS_CURVE:
		break;
	}
	return (struct value){.state = CELL_MISSING};
}

/* What the filter asks of one row. */
struct asked {
	const struct runs_view *view;
	const struct runs_part *part;
	size_t row;
	const struct filter_field *fields;
};

static struct value filter_value(void *ctx, const struct filter_field *field)
{
	static const enum runs_attribute attributes[] = {
		[FILTER_ID] = RUNS_ID,
		[FILTER_NAME] = RUNS_NAME,
		[FILTER_STATE] = RUNS_STATE,
		[FILTER_USER] = RUNS_USER,
		[FILTER_START] = RUNS_START,
		[FILTER_END] = RUNS_END,
		[FILTER_DURATION] = RUNS_DURATION,
		[FILTER_EXPERIMENT] = RUNS_EXPERIMENT,
		[FILTER_SOURCE] = RUNS_SOURCE,
	};
	const struct asked *asked = ctx;
	size_t need = asked->view->field_needs[field - asked->fields];
	struct runs_column what = {.attribute = RUNS_RECORD, .need = need};

	if (need == RUNS_NO_NEED) {
		if (field->attribute == FILTER_STATUS)
			return text(run_at(table_of(asked->part), asked->row)->native_state);
		what.attribute = attributes[field->attribute];
	}
	return value_of(asked->part, asked->row, &what);
}

/* Are all columns that the filter reads there? Until then it does not filter. */
static bool filter_ready(const struct runs_view *view, const struct runs_part *part)
{
	const struct filter_field *fields;
	size_t n = filter_fields(view->filter, &fields);

	for (size_t i = 0; i < n; i++)
		if (view->field_needs[i] != RUNS_NO_NEED && !column_of(part, view->field_needs[i]))
			return false;
	return true;
}

static bool belongs(const struct runs_view *view, const struct runs_part *part,
		    const struct run *run)
{
	if (run->gone || (run->deleted && !view->deleted))
		return false;
	if (!view->experiment.s)
		return true;
	return str_equal(run->experiment, view->experiment) &&
	       (!view->experiment_source.s ||
		str_equal(part->source.name, view->experiment_source));
}

/* The rows of one part that the view shows, appended to the order. */
static void gather(struct runs_sheet *sheet, size_t p)
{
	const struct runs_view *view = sheet->view;
	const struct runs_part *part = &sheet->parts[p];
	const struct run_table *table = table_of(part);
	bool filtered = view->filter && filter_ready(view, part);
	struct asked asked = {.view = view, .part = part};

	if (filtered)
		filter_fields(view->filter, &asked.fields);
	for (size_t row = 0; row < table->rows; row++) {
		if (!belongs(view, part, run_at(table, row)))
			continue;
		sheet->sheet.total++;
		asked.row = row;
		if (filtered && !filter_match(view->filter, filter_value, &asked))
			continue;
		sheet->order[sheet->sheet.n++] = (uint64_t)p << 32 | row;
	}
}

/* The values of one sort key for every gathered row, as order_rows() wants them. */
struct extract {
	double *numbers;
	struct str *texts;
	uint8_t *missing;
};

static bool sorts_numbers(const struct runs_view *view, const struct runs_column *what)
{
	switch (what->attribute) {
	case RUNS_START:
	case RUNS_END:
	case RUNS_DURATION:
		return true;
	case RUNS_RECORD:
		return view->needs[what->need].kind == COLUMN_METRIC;
	default:
		return false;
	}
}

static void extract_key(const struct runs_sheet *sheet, const struct runs_column *what,
			struct extract *extract)
{
	bool numbers = sorts_numbers(sheet->view, what);
	size_t n = sheet->sheet.n;

	extract->missing = mem_alloc(n);
	if (numbers)
		extract->numbers = mem_alloc(n * sizeof *extract->numbers);
	else
		extract->texts = mem_alloc(n * sizeof *extract->texts);
	for (size_t i = 0; i < n; i++) {
		const struct runs_part *part = &sheet->parts[sheet->order[i] >> 32];
		struct value value = value_of(part, (uint32_t)sheet->order[i], what);

		extract->missing[i] = value.state == CELL_MISSING;
		if (numbers)
			extract->numbers[i] = value.number;
		else
			extract->texts[i] = value.text;
	}
}

/* The user's order, then newest start, then id. */
static void arrange(struct runs_sheet *sheet)
{
	static const struct runs_sort last[] = {{{.attribute = RUNS_START}, true},
						{{.attribute = RUNS_ID}, false}};
	const struct runs_view *view = sheet->view;
	struct extract extracts[RUNS_MAX_SORTS + 2] = {0};
	struct order_key keys[RUNS_MAX_SORTS + 2];
	size_t n = sheet->sheet.n, nkeys = view->nsorts + 2;
	uint32_t *rows = mem_alloc(n * sizeof *rows);
	uint64_t *ordered = mem_alloc(n * sizeof *ordered);

	for (size_t k = 0; k < nkeys; k++) {
		const struct runs_sort *sort =
			k < view->nsorts ? &view->sorts[k] : &last[k - view->nsorts];

		extract_key(sheet, &sort->by, &extracts[k]);
		keys[k] = (struct order_key){extracts[k].numbers, extracts[k].texts,
					     extracts[k].missing, sort->descending};
	}
	for (size_t i = 0; i < n; i++)
		rows[i] = (uint32_t)i;
	order_rows(rows, n, keys, nkeys);
	for (size_t i = 0; i < n; i++)
		ordered[i] = sheet->order[rows[i]];
	free(sheet->order);
	sheet->order = ordered;
	for (size_t k = 0; k < nkeys; k++) {
		free(extracts[k].numbers);
		free(extracts[k].texts);
		free(extracts[k].missing);
	}
	free(rows);
}

static enum sheet_tone state_tone(enum run_state state)
{
	switch (state) {
	case RUN_FINISHED:
		return TONE_GOOD;
	case RUN_RUNNING:
		return TONE_RUNNING;
	case RUN_FAILED:
		return TONE_BAD;
	case RUN_KILLED:
	case RUN_STALLED:
		return TONE_WARNING;
	default:
		return TONE_DIM;
	}
}

static void curve_cell(const struct runs_part *part, const struct run *run, struct str key,
		       struct sheet_cell *cell)
{
	if (!part->curve)
		return;
	cell->curve = part->curve(part->curve_ctx, run, key, &cell->curve_points);
	cell->state = cell->curve || cell->curve_points ? SHEET_VALUE : SHEET_LOADING;
}

static void runs_cell(const struct sheet *base, size_t row, size_t c, struct sheet_cell *cell)
{
	const struct runs_sheet *sheet = (const struct runs_sheet *)base;
	const struct runs_column *what = &sheet->view->what[c];
	const struct runs_part *part;
	const struct run *run = runs_sheet_run(sheet, row, &part);
	struct value value;

	if (what->attribute == RUNS_CURVE) {
		curve_cell(part, run, what->curve_key, cell);
		return;
	}
	if (what->attribute == RUNS_RECORD && !column_of(part, what->need)) {
		bool hopeless = sheet->view->needs[what->need].aggregate == AGGREGATE_BEST;

		cell->state = hopeless ? SHEET_MISSING : SHEET_LOADING;
		return;
	}
	value = value_of(part, (uint32_t)sheet->order[row], what);
	if (value.state == CELL_MISSING)
		return;
	cell->state = SHEET_VALUE;
	cell->number = value.number;
	/* a count; any other number may be past every integer */
	cell->integer = fabs(value.number) < 0x1p63 ? (int64_t)value.number : 0;
	cell->text = value.text;
	if (what->attribute == RUNS_STATE)
		cell->tone = state_tone(run->state);
	else if (run->deleted)
		cell->tone = TONE_DIM;
	if (what->attribute == RUNS_START)
		cell->integer = run->start;
	else if (what->attribute == RUNS_END)
		cell->integer = run->end;
}

static struct str runs_id(const struct sheet *base, size_t row)
{
	const struct runs_sheet *sheet = (const struct runs_sheet *)base;

	return sheet->ids ? sheet->ids[row] : runs_sheet_run(sheet, row, NULL)->id;
}

/* With several sources the same id may stand for two runs: the source's name goes before it. */
static void name_ids(struct runs_sheet *sheet)
{
	struct buf id;

	if (sheet->nparts < 2)
		return;
	buf_init(&id, 4096);
	sheet->ids = mem_zero(sheet->sheet.n, sizeof *sheet->ids);
	for (size_t row = 0; row < sheet->sheet.n; row++) {
		const struct runs_part *part;
		const struct run *run = runs_sheet_run(sheet, row, &part);

		buf_clear(&id);
		buf_add_str(&id, part->source.name);
		buf_addc(&id, ':');
		buf_add_str(&id, run->id);
		sheet->ids[row] = arena_str(&sheet->text, buf_str(&id));
	}
	buf_release(&id);
}

struct runs_sheet *runs_sheet_new(const struct runs_view *view, const struct runs_part *parts,
				  size_t nparts)
{
	static const struct sheet_class class = {runs_cell, runs_id};
	struct runs_sheet *sheet = mem_zero(1, sizeof *sheet);
	size_t rows = 0;

	sheet->sheet.class = &class;
	sheet->sheet.ncolumns = view->ncolumns;
	sheet->sheet.columns = (struct sheet_column *)view->columns;
	sheet->view = view;
	sheet->parts = parts;
	sheet->nparts = nparts;
	arena_init(&sheet->text, IDS_BYTES);
	for (size_t p = 0; p < nparts; p++)
		rows += table_of(&parts[p]) ? table_of(&parts[p])->rows : 0;
	sheet->order = mem_alloc(rows * sizeof *sheet->order);
	for (size_t p = 0; p < nparts; p++)
		if (table_of(&parts[p]))
			gather(sheet, p);
	arrange(sheet);
	name_ids(sheet);
	return sheet;
}

static void drop_ids(struct runs_sheet *sheet)
{
	free(sheet->ids);
	sheet->ids = NULL;
	arena_release(&sheet->text);
}

size_t runs_sheet_hold(struct runs_sheet *sheet, const struct runs_sheet *old)
{
	uint8_t **shown = mem_zero(sheet->nparts, sizeof *shown);
	size_t n = 0, all = sheet->sheet.n;

	for (size_t p = 0; p < sheet->nparts; p++)
		if (table_of(&sheet->parts[p]))
			shown[p] = mem_zero(table_of(&sheet->parts[p])->rows, 1);
	for (size_t i = 0; i < all; i++)
		shown[sheet->order[i] >> 32][(uint32_t)sheet->order[i]] = 1;
	/* what is shown now is at most what was: the order has room for it */
	for (size_t i = 0; i < old->sheet.n && n < all; i++) {
		uint64_t place = old->order[i];

		if (shown[place >> 32] && shown[place >> 32][(uint32_t)place])
			sheet->order[n++] = place;
	}
	for (size_t p = 0; p < sheet->nparts; p++)
		free(shown[p]);
	free(shown);
	sheet->sheet.n = n;
	drop_ids(sheet);
	name_ids(sheet);
	return all - n;
}

void runs_sheet_free(struct runs_sheet *sheet)
{
	if (!sheet)
		return;
	arena_release(&sheet->text);
	free(sheet->ids);
	free(sheet->order);
	free(sheet);
}
