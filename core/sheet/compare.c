/* Compared runs as a sheet; see compare.h. */
#include "sheet/compare.h"

#include "base/mem.h"
#include "base/num.h"

#include <stdlib.h>

static struct str heading(const struct compare_run *run)
{
	return run->detail->run.name.n ? run->detail->run.name : run->detail->run.id;
}

static struct sheet_column *make_columns(const struct compare *compare,
					 const struct compare_run *runs, size_t *n)
{
	struct sheet_column *columns = mem_zero(compare->nruns + 3, sizeof *columns);

	*n = compare->nruns + 2 + (compare->nruns == 2);
	columns[0] = (struct sheet_column){.key = STR("kind"), .title = STR("kind"),
					   .least = 6, .most = 9};
	columns[1] = (struct sheet_column){.key = STR("key"), .title = STR("key"),
					   .least = 8, .most = 30};
	for (size_t i = 0; i < compare->nruns; i++)
		columns[i + 2] = (struct sheet_column){.key = heading(&runs[i]),
						       .title = heading(&runs[i]),
						       .type = SHEET_NUMBER,
						       .least = 8,
						       .most = 22};
	if (compare->nruns == 2)
		columns[4] = (struct sheet_column){.key = STR("delta"), .title = STR("Δ"),
						   .type = SHEET_NUMBER, .least = 8, .most = 12};
	return columns;
}

/* The only attribute that is a number is the duration. */
static void add_number(struct grid *grid, const struct compare_row *row, double number)
{
	if (row->kind == COMPARE_ATTRIBUTE)
		grid_seconds(grid, number);
	else
		grid_number(grid, number);
}

static void add_value(struct grid *grid, const struct compare_row *row, size_t run)
{
	const struct value *value = &row->values[run];

	if (value->state == CELL_NUMBER)
		add_number(grid, row, value->number);
	else
		grid_text(grid, value->state == CELL_TEXT ? value->text : STR_NONE);
	if (row->best[run])
		grid_tone(grid, TONE_BEST);
	else if (row->equal)
		grid_tone(grid, TONE_DIM);
}

struct grid *compare_grid(const struct compare *compare, const struct compare_run *runs)
{
	size_t ncolumns;
	struct sheet_column *columns = make_columns(compare, runs, &ncolumns);
	struct grid *grid = grid_new(columns, ncolumns);
	struct buf id;

	buf_init(&id, 1 << 21);
	for (size_t r = 0; r < compare->nrows; r++) {
		const struct compare_row *row = &compare->rows[r];
		size_t other = compare->baseline == 0;

		buf_clear(&id);
		buf_addf(&id, "%s ", compare_kind_name(row->kind));
		buf_add_str(&id, row->key);
		grid_row(grid, buf_str(&id), row);
		grid_words(grid, compare_kind_name(row->kind));
		grid_text(grid, row->key);
		for (size_t run = 0; run < compare->nruns; run++)
			add_value(grid, row, run);
		if (compare->nruns == 2 && row->has_delta[other])
			add_number(grid, row, row->delta[other]);
	}
	buf_release(&id);
	free(columns);
	return grid;
}

static void write_runs(struct json_out *json, const struct compare *compare,
		       const struct compare_run *runs)
{
	json_put_array(json, "runs");
	for (size_t i = 0; i < compare->nruns; i++) {
		const struct run *run = &runs[i].detail->run;

		json_put_object(json, NULL);
		json_put_text(json, "source", runs[i].source);
		json_put_text(json, "id", run->id);
		json_put_text(json, "name", run->name);
		if (run->experiment.s) {
			json_put_object(json, "experiment");
			json_put_text(json, "id", run->experiment);
			json_put_text(json, "name", run->experiment_name);
			json_put_end(json);
		} else {
			json_put_null(json, "experiment");
		}
		json_put_end(json);
	}
	json_put_end(json);
}

/* The baseline's own difference is nothing, or NaN; the table leaves it out. */
static void write_delta(struct json_out *json, const struct compare_row *row, size_t run,
			size_t baseline)
{
	const struct value *value = &row->values[run];
	double number = value->number;
	bool is_number = value->state == CELL_NUMBER ||
			 (row->kind == COMPARE_PARAM && value->state == CELL_TEXT &&
			  num_parse(value->text, &number));

	if (row->has_delta[run])
		json_put_number(json, NULL, row->delta[run]);
	else if (run == baseline && is_number)
		json_put_number(json, NULL, number - number);
	else
		json_put_null(json, NULL);
}

static void write_row(struct json_out *json, const struct compare_row *row, size_t n,
		      size_t baseline)
{
	json_put_object(json, NULL);
	json_put_word(json, "kind", compare_kind_name(row->kind));
	json_put_text(json, "key", row->key);
	json_put_array(json, "values");
	for (size_t i = 0; i < n; i++) {
		if (row->values[i].state == CELL_NUMBER)
			json_put_number(json, NULL, row->values[i].number);
		else
			json_put_text(json, NULL,
				  row->values[i].state == CELL_TEXT ? row->values[i].text
								    : STR_NONE);
	}
	json_put_end(json);
	json_put_bool(json, "equal", row->equal);
	json_put_array(json, "best");
	for (size_t i = 0; i < n; i++)
		if (row->best[i])
			json_put_int(json, NULL, (int64_t)i);
	json_put_end(json);
	json_put_array(json, "delta");
	for (size_t i = 0; i < n; i++)
		write_delta(json, row, i, baseline);
	json_put_end(json);
	json_put_end(json);
}

void compare_json(struct json_out *json, const struct compare *compare,
		  const struct compare_run *runs, const struct grid *grid)
{
	json_put_int(json, "baseline", (int64_t)compare->baseline);
	write_runs(json, compare, runs);
	json_put_array(json, "rows");
	for (size_t r = 0; r < grid->sheet.n; r++)
		write_row(json, grid_data(grid, r), compare->nruns, compare->baseline);
	json_put_end(json);
	json_put_int(json, "hidden", (int64_t)compare->hidden);
}
