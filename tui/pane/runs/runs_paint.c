/* The runs pane's picture; see runs_parts.h. */
#include "pane/runs/runs_parts.h"

#include "base/text.h"
#include "pane/lister.h"
#include "pane/source_heads.h"
#include "widget/frame.h"
#include "widget/tone.h"

/* LIST_EDGES: beside an experiment's name, the gutter, the gap and the count */
enum { LIST_NARROW = 23, LIST_WIDTH = 26, LIST_WIDEST = 44, LIST_EDGES = 10 };
enum { NARROW = 100, SIDE_LEAST = 30, LOW = 20 };

static bool focused(const struct runs_pane *runs, enum runs_focus part)
{
	return runs->focus == part;
}

static bool production(const struct runs_pane *runs)
{
	for (size_t i = 0; i < runs->n; i++)
		if (runs->parts[i].source.production)
			return true;
	return false;
}

static void paint_experiments(struct runs_pane *runs, struct surface *surface, struct area area)
{
	struct table_look look = {.focus = focused(runs, FOCUS_EXPERIMENTS),
				  .now = runs->pane.host->now,
				  .sort_column = -1};
	struct area inner = area_inner(area);

	frame_box(surface, area, look.focus, false, STR("experiments"));
	/* a long name gives way to the count beside it */
	if (runs->experiments && inner.w > LIST_EDGES)
		runs->experiments->sheet.columns[0].most = inner.w - LIST_EDGES;
	if (runs->experiments && runs->experiments->sheet.n)
		table_draw(&runs->experiment_table, surface, inner, &runs->experiments->sheet,
			   &look);
	else
		lister_say(surface, inner, runs->find ? "none fits" : "no experiments");
}

struct str runs_experiment_name(const struct runs_pane *runs)
{
	struct str id = table_id(&runs->experiment_table);
	long row = runs->experiments ? sheet_find(&runs->experiments->sheet, id) : -1;
	struct sheet_cell cell;

	if (row < 0 || !runs->experiment)
		return STR_NONE;
	sheet_cell(&runs->experiments->sheet, (size_t)row, 0, &cell);
	return cell.text;
}

/* Before anything was read the number of runs is not 0 but not known. */
static bool any_read(const struct runs_pane *runs)
{
	for (size_t i = 0; i < runs->n; i++)
		if (runs->parts[i].source.snapshot)
			return true;
	return false;
}

static void table_title(const struct runs_pane *runs, struct buf *title)
{
	struct str experiment = runs_experiment_name(runs);

	buf_adds(title, "runs");
	if (experiment.s) {
		buf_adds(title, " · ");
		text_clean(title, experiment);
	}
	if (runs->sheet) {
		buf_adds(title, " · ");
		if (any_read(runs))
			table_counts(&runs->table, &runs->sheet->sheet, title);
		else
			buf_adds(title, "–");
	}
	if (runs->filter) {
		buf_adds(title, " · ");
		text_clean(title, str_of(runs->filter));
	}
	if (runs->withheld)
		buf_addf(title, " · %zu new · r", runs->withheld);
}

/* The same column, be its key quoted or not: metrics.`loss` is metrics.loss. */
static bool same_column(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.n && a.s[i] == '`')
			i++;
		while (k < b.n && b.s[k] == '`')
			k++;
		if (i == a.n || k == b.n || a.s[i] != b.s[k])
			return i == a.n && k == b.n;
		i++;
		k++;
	}
}

/* The first of the columns "-metrics.`a,b`,name". */
static struct str first_column(struct str list)
{
	bool quoted = false;

	for (size_t i = 0; i < list.n; i++) {
		if (list.s[i] == '`')
			quoted = !quoted;
		else if (list.s[i] == ',' && !quoted)
			return str_slice(list, 0, i);
	}
	return list;
}

/* The column that the order is by, if it is shown. */
static void sort_look(const struct runs_pane *runs, struct table_look *look)
{
	struct str sort = first_column(str_of(runs->sort ? runs->sort : "-start"));

	look->descending = sort.n && sort.s[0] == '-';
	sort = str_slice(sort, look->descending, sort.n);
	look->sort_column = -1;
	for (size_t c = 0; c < runs->view->ncolumns; c++)
		if (same_column(runs->view->columns[c].key, sort))
			look->sort_column = (long)c;
}

static const char *nothing_to_show(const struct runs_pane *runs)
{
	if (runs->filter)
		return "no run fits the filter\n/ changes it";
	if (runs->experiment)
		return "no runs in this experiment yet";
	return "no runs yet\nthey appear here as they are logged";
}

static void paint_table(struct runs_pane *runs, struct surface *surface, struct area area)
{
	struct table_look look = {.focus = focused(runs, FOCUS_RUNS),
				  .now = runs->pane.host->now};
	struct sheet_source heads[ENGINE_SOURCES];
	struct area inner = area_inner(area);
	struct buf title, scratch;

	buf_init(&title, 1 << 16);
	buf_init(&scratch, 4096);
	table_title(runs, &title);
	frame_box(surface, area, look.focus, production(runs), buf_str(&title));
	runs->table_area = inner;
	for (size_t i = 0; i < runs->n; i++)
		heads[i] = runs->parts[i].source;
	sort_look(runs, &look);
	if (runs->sheet && runs->sheet->sheet.n)
		table_draw(&runs->table, surface, inner, &runs->sheet->sheet, &look);
	else
		lister_say(surface, inner,
			   source_empty(heads, runs->n, nothing_to_show(runs), &scratch));
	runs_want_curves(runs);
	buf_release(&title);
	buf_release(&scratch);
}

static void chart_title(const struct runs_pane *runs, struct buf *title)
{
	static const char *const x[] = {"step", "time", "relative time"};

	if (!runs->lines.metric) {
		buf_adds(title, "curve");
		return;
	}
	text_clean(title, str_of(runs->lines.metric));
	buf_addf(title, " · %s", x[runs->lines.chart.x_kind]);
	if (focused(runs, FOCUS_CHART)) {
		buf_adds(title, " · ");
		plot_note(&runs->plot, &runs->lines.chart, title);
	}
}

static const char *no_curve(const struct runs_pane *runs)
{
	if (!runs->sheet || !runs->sheet->sheet.n)
		return "no run";
	return runs->lines.metric ? "no points yet" : "the runs shown have no metric";
}

static void paint_chart(struct runs_pane *runs, struct surface *surface, struct area area)
{
	struct plot_look look = {.focus = focused(runs, FOCUS_CHART),
				 .empty = no_curve(runs)};
	struct buf title;

	/* first: the title tells what of it was drawn */
	plot_draw(&runs->plot, surface, area_inner(area), &runs->lines.chart, &look);
	buf_init(&title, 4096);
	chart_title(runs, &title);
	frame_box(surface, area, look.focus, false, buf_str(&title));
	buf_release(&title);
}

static void paint_differences(struct runs_pane *runs, struct surface *surface, struct area area)
{
	struct table_look look = {.focus = focused(runs, FOCUS_SIDE),
				  .now = runs->pane.host->now,
				  .sort_column = -1};
	struct buf title;

	buf_init(&title, 256);
	buf_addf(&title, "differences · %zu marked", runs->differences.n);
	if (runs->differences.compare && runs->differences.compare->cut)
		buf_adds(&title, " · too large: rows are missing");
	if (runs->differences.compare && runs->differences.compare->hidden)
		buf_addf(&title, " · %zu equal hidden", runs->differences.compare->hidden);
	frame_box(surface, area, look.focus, false, buf_str(&title));
	if (runs->differences.grid && runs->differences.grid->sheet.n)
		table_draw(&runs->differences_table, surface, area_inner(area),
			   &runs->differences.grid->sheet, &look);
	else
		lister_say(surface, area_inner(area),
			   differences_busy(&runs->differences) ? "reading …"
								: "nothing differs");
	buf_release(&title);
}

static void paint_side(struct runs_pane *runs, struct surface *surface, struct area area)
{
	if (runs->differences.n > 1) {
		paint_differences(runs, surface, area);
		return;
	}
	frame_box(surface, area, focused(runs, FOCUS_SIDE), false, STR("run"));
	if (runs->facts.n)
		detail_draw(&runs->facts_view, surface, area_inner(area), &runs->facts);
	else
		lister_say(surface, area_inner(area), runs->detail ? "reading …" : "no run");
}

static void paint_part(struct runs_pane *runs, struct surface *surface, struct area area,
		       enum runs_focus part)
{
	switch (part) {
	case FOCUS_EXPERIMENTS:
		paint_experiments(runs, surface, area);
		break;
	case FOCUS_RUNS:
		paint_table(runs, surface, area);
		break;
	case FOCUS_CHART:
		paint_chart(runs, surface, area);
		break;
	default:
		paint_side(runs, surface, area);
	}
}

/* Of the experiments: their names have more room on a wide screen. */
static int list_width(int whole)
{
	if (whole < NARROW)
		return LIST_NARROW;
	if (whole / 6 > LIST_WIDEST)
		return LIST_WIDEST;
	return whole / 6 > LIST_WIDTH ? whole / 6 : LIST_WIDTH;
}

void runs_paint(struct pane *pane, struct surface *surface, struct area area)
{
	struct runs_pane *runs = runs_self(pane);
	int below = area.h < LOW ? 0 : area.h * 2 / 5, list = list_width(area.w);
	int side = area.w < 70 ? 0 : area.w * 9 / 20;
	struct area top = {area.y, area.x, area.h - below, area.w};
	struct area bottom = {area.y + top.h, area.x, below, area.w};
	bool seen = runs->focus <= FOCUS_RUNS || (below && (side || runs->focus != FOCUS_SIDE));

	if (runs->zoom || !seen) { /* there is no room for it beside the others */
		paint_part(runs, surface, area, runs->focus);
		return;
	}
	paint_experiments(runs, surface, (struct area){top.y, top.x, top.h, list});
	paint_table(runs, surface, (struct area){top.y, top.x + list, top.h, top.w - list});
	if (!below)
		return;
	paint_chart(runs, surface, (struct area){bottom.y, bottom.x, below, bottom.w - side});
	if (side)
		paint_side(runs, surface,
			   (struct area){bottom.y, bottom.x + bottom.w - side, below, side});
}

/* ---- facts ---- */

static void add_metrics(struct facts *facts, const struct run_detail *detail)
{
	if (detail->nmetrics)
		facts_heading(facts, "metrics");
	for (uint32_t i = 0; i < detail->nmetrics; i++) {
		const struct metric *metric = &detail->metrics[i];
		struct sheet_column column = {.type = SHEET_NUMBER};
		struct sheet_cell cell = {.state = SHEET_VALUE, .number = metric->last};
		struct buf text;

		buf_init(&text, 128);
		sheet_text(&text, &column, &cell, STYLE_PEOPLE, 0);
		if (metric->last_step != INT64_MIN)
			buf_addf(&text, "  at step %lld", (long long)metric->last_step);
		facts_pair(facts, metric->key, buf_str(&text));
		buf_release(&text);
	}
}

static void add_datasets(struct facts *facts, const struct run_detail *detail)
{
	if (detail->ndatasets)
		facts_heading(facts, "datasets");
	for (uint32_t i = 0; i < detail->ndatasets; i++) {
		const struct dataset_use *use = &detail->datasets[i];
		struct buf text;

		buf_init(&text, 4096);
		buf_addf(&text, "%.*s  %.*s", STR_ARG(use->digest), STR_ARG(use->context));
		facts_pair(facts, use->name, buf_str(&text));
		buf_release(&text);
	}
}

static enum sheet_tone tone_of(enum run_state state)
{
	return state == RUN_FAILED ? TONE_BAD : state == RUN_RUNNING ? TONE_RUNNING : TONE_PLAIN;
}

void runs_facts(struct facts *facts, const struct run_detail *detail, int64_t now)
{
	struct buf took;

	buf_init(&took, 64);
	if (detail->run.end != TIME_NONE && detail->run.start != TIME_NONE)
		sheet_duration(&took, run_duration(&detail->run));
	facts_add(facts, "name", detail->run.name);
	facts_add(facts, "id", detail->run.id);
	facts_tone(facts, "state", tone_of(detail->run.state),
		   str_of(run_state_name(detail->run.state)));
	facts_add(facts, "experiment", detail->run.experiment_name);
	facts_time(facts, "started", detail->run.start, now);
	facts_add(facts, "took", buf_str(&took));
	facts_add(facts, "user", detail->run.user);
	facts_add(facts, "commit", detail->commit);
	if (detail->dirty > 0)
		facts_tone(facts, "", TONE_WARNING, STR("with changes that were not committed"));
	facts_add(facts, "script", detail->source_file);
	facts_add(facts, "parent", detail->parent);
	add_metrics(facts, detail);
	if (detail->nparams)
		facts_heading(facts, "parameters");
	for (uint32_t i = 0; i < detail->nparams; i++)
		facts_pair(facts, detail->params[i].key, detail->params[i].value);
	add_datasets(facts, detail);
	if (detail->ntags)
		facts_heading(facts, "tags");
	for (uint32_t i = 0; i < detail->ntags; i++)
		facts_pair(facts, detail->tags[i].key, detail->tags[i].value);
	facts_add(facts, "artifacts", detail->artifact_uri);
	buf_release(&took);
}
