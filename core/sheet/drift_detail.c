/* One monitor in detail: chart, bars, bin table, facts; see drift.h. */
#include "sheet/drift.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* --- the chart ------------------------------------------------------------------------------ */

static bool any_floor(const struct drift_monitor *monitor)
{
	for (size_t i = 0; i < monitor->npoints; i++)
		if (!isnan(monitor->points[i].floor_95))
			return true;
	return false;
}

void drift_chart_init(struct drift_chart *chart, const struct drift_monitor *monitor)
{
	size_t n = monitor->npoints;

	*chart = (struct drift_chart){
		.x = mem_alloc(n * sizeof(double)),
		.value = mem_alloc(n * sizeof(double)),
		.floor = mem_alloc(n * sizeof(double)),
		.level = {"limit", monitor->limit, true},
	};
	for (size_t i = 0; i < n; i++) {
		chart->x[i] = (double)monitor->points[i].to;
		chart->value[i] = monitor->points[i].value;
		chart->floor[i] = monitor->points[i].floor_95;
	}
	chart->lines[0] = (struct chart_line){.name = monitor->feature, .id = monitor->feature,
					      .x = chart->x, .y = chart->value, .n = n};
	chart->lines[1] = (struct chart_line){.name = STR("noise floor"), .id = STR("floor"),
					      .place = 1, .x = chart->x, .y = chart->floor,
					      .n = n, .dim = true};
	chart->chart = (struct chart){
		.title = monitor->recipe,
		.unit = "",
		.nlines = any_floor(monitor) ? 2 : 1,
		.lines = chart->lines,
		.nlevels = !isnan(monitor->limit),
		.levels = &chart->level,
		.x_is_time = true,
	};
}

void drift_chart_release(struct drift_chart *chart)
{
	free(chart->x);
	free(chart->value);
	free(chart->floor);
	*chart = (struct drift_chart){0};
}

/* --- bins ----------------------------------------------------------------------------------- */

/* "< 0", "= 0", "<= 1.7", "> 16.4", a category, "other" */
static void bin_label(const struct drift_bin_counts *bin, struct buf *out)
{
	static const char *const signs[] = {"< ", "= ", "<= ", "> "};
	char number[NUM_SIZE];

	if (bin->kind == BIN_CATEGORY)
		text_clean(out, bin->category);
	else if (bin->kind == BIN_OTHER)
		buf_adds(out, "other");
	else if (isinf(bin->at)) /* the one bin of a reference without values */
		buf_adds(out, "any");
	else
		buf_addf(out, "%s%s", signs[bin->kind], num_short(number, bin->at, 6));
}

static double share_of(uint64_t count, uint64_t n)
{
	return n ? (double)count / (double)n : 0;
}

void drift_bars_init(struct drift_bars *bars, const struct drift_monitor *monitor)
{
	struct buf label;

	*bars = (struct drift_bars){.list = mem_zero(monitor->nbins + 1, sizeof *bars->list)};
	arena_init(&bars->arena, (size_t)4 << 20);
	buf_init(&label, 4096);
	for (size_t i = 0; i < monitor->nbins; i++) {
		const struct drift_bin_counts *bin = &monitor->bins[i];

		buf_clear(&label);
		bin_label(bin, &label);
		bars->list[i] = (struct bar){arena_str(&bars->arena, buf_str(&label)),
					     share_of(bin->reference, monitor->reference.n),
					     share_of(bin->window, monitor->window.n)};
	}
	bars->bars = (struct bars){STR("reference"), STR("window"), monitor->nbins, bars->list};
	buf_release(&label);
}

void drift_bars_release(struct drift_bars *bars)
{
	free(bars->list);
	arena_release(&bars->arena);
	*bars = (struct drift_bars){0};
}

struct grid *drift_bins_grid(const struct drift_monitor *monitor)
{
	static const struct sheet_column columns[] = {
		{STR("bin"), STR("bin"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 6, 40},
		{STR("reference"), STR("reference"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 5, 10},
		{STR("reference_share"), STR("share"), "%", SHEET_SHARE, DIRECTION_UNKNOWN, 5, 8},
		{STR("window"), STR("window"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 5, 10},
		{STR("window_share"), STR("share"), "%", SHEET_SHARE, DIRECTION_UNKNOWN, 5, 8},
	};
	struct grid *grid = grid_new(columns, sizeof columns / sizeof *columns);
	struct buf label;

	buf_init(&label, 4096);
	for (size_t i = 0; i < monitor->nbins; i++) {
		const struct drift_bin_counts *bin = &monitor->bins[i];

		buf_clear(&label);
		bin_label(bin, &label);
		grid_row(grid, buf_str(&label), bin);
		grid_text(grid, buf_str(&label));
		grid_count(grid, (int64_t)bin->reference);
		grid_number(grid, share_of(bin->reference, monitor->reference.n));
		grid_count(grid, (int64_t)bin->window);
		grid_number(grid, share_of(bin->window, monitor->window.n));
	}
	buf_release(&label);
	return grid;
}

/* --- facts ---------------------------------------------------------------------------------- */

static void number_fact(struct facts *facts, const char *label, double number)
{
	char text[NUM_SIZE];

	if (!isnan(number))
		facts_add(facts, label, str_of(num_short(text, number, 6)));
}

static void sample_facts(struct facts *facts, const char *heading,
			 const struct drift_sample *sample, int64_t now)
{
	facts_heading(facts, heading);
	facts_add(facts, "what", sample->what);
	facts_time(facts, "from", sample->from, now);
	facts_time(facts, "to", sample->to, now);
	facts_addf(facts, "values", "%llu of %llu rows", (unsigned long long)sample->n,
		   (unsigned long long)sample->rows);
	if (sample->null)
		facts_addf(facts, "null", "%llu", (unsigned long long)sample->null);
	if (sample->invalid)
		facts_addf(facts, "invalid", "%llu", (unsigned long long)sample->invalid);
	if (sample->pos_inf || sample->neg_inf)
		facts_addf(facts, "infinite", "%llu up, %llu down",
			   (unsigned long long)sample->pos_inf,
			   (unsigned long long)sample->neg_inf);
	number_fact(facts, "min", sample->min);
	number_fact(facts, "max", sample->max);
	number_fact(facts, "mean", sample->mean);
	number_fact(facts, "std", sample->std);
}

static void share_fact(struct facts *facts, const char *label, double share)
{
	if (share > 0)
		facts_addf(facts, label, "%.2f %%", 100 * share);
}

static void quality_facts(struct facts *facts, const struct drift_quality *quality)
{
	if (!quality->known)
		return;
	facts_heading(facts, "data quality");
	facts_tone(facts, "state", quality->bad ? TONE_WARNING : TONE_GOOD,
		   quality->bad ? STR("bad") : STR("ok"));
	share_fact(facts, "null", quality->null_share);
	share_fact(facts, "invalid", quality->invalid_share);
	share_fact(facts, "unseen", quality->unseen_share);
	share_fact(facts, "out of range", quality->out_of_range_share);
}

void drift_facts(struct facts *facts, const struct drift_monitor *monitor, int64_t now)
{
	facts_tone(facts, "state", drift_tone(monitor->state),
		   str_of(drift_state_text(monitor->state)));
	facts_add(facts, "because", monitor->reason);
	facts_add(facts, "feature", monitor->feature);
	facts_add(facts, "type", str_of(drift_type_word(monitor->type)));
	facts_add(facts, "model", monitor->model);
	facts_add(facts, "version", monitor->version);
	facts_add(facts, "recipe", monitor->recipe);
	number_fact(facts, "value", monitor->value);
	number_fact(facts, "p", monitor->p);
	number_fact(facts, "noise, mean", monitor->floor_mean);
	number_fact(facts, "noise floor", monitor->floor_95);
	number_fact(facts, "limit", monitor->limit);
	if (monitor->judged) {
		facts_add(facts, "over time", str_of(monitor->drift_check.state));
		facts_time(facts, "since", monitor->drift_check.since, now);
	}
	sample_facts(facts, "reference", &monitor->reference, now);
	sample_facts(facts, "window", &monitor->window, now);
	quality_facts(facts, &monitor->quality);
}
