/*
 * Which columns a run table starts with: those that the newest run of the experiment has, the metric
 * that the experiment calls its primary one first, then the metrics whose better side is known, and
 * the first parameters.
 */
#include "pane/runs/runs_parts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { PICK_METRICS = 3, PICK_PARAMS = 4 };

/* The newest run that is shown, preferring one that has ended well; NULL without any. */
static const struct run *newest(const struct runs_pane *runs, size_t *source)
{
	const struct run *found = NULL;

	for (size_t i = 0; i < runs->n; i++) {
		const struct snapshot *snapshot = runs->parts[i].source.snapshot;

		for (size_t row = 0; snapshot && row < snapshot->u.runs.rows; row++) {
			const struct run *run = run_at(&snapshot->u.runs, row);
			bool better;

			if (run->gone || run->deleted ||
			    (runs->experiment &&
			     (!str_equal(run->experiment, str_of(runs->experiment)) ||
			      !str_equal(runs->parts[i].source.name,
					 str_of(runs->experiment_source)))))
				continue;
			better = !found || (run->state == RUN_FINISHED) > (found->state == RUN_FINISHED) ||
				 ((run->state == RUN_FINISHED) == (found->state == RUN_FINISHED) &&
				  run->start > found->start);
			if (better) {
				found = run;
				*source = i;
			}
		}
	}
	return found;
}

static void add_column(struct buf *list, const char *prefix, struct str key)
{
	buf_addc(list, ',');
	runs_column_name(list, prefix, key);
}

static bool quotable(struct str key)
{
	return key.n && str_find(key, '`') < 0 && !str_starts(key, STR("system/"));
}

/* How early a metric comes: rules are the experiments' primary metrics. */
static int rank(const struct runs_pane *runs, struct str key)
{
	for (size_t i = 0; i < runs->nrules; i++)
		if (str_equal(runs->rules[i].key, key))
			return 0;
	if (direction_of(key, NULL, 0) == DIRECTION_HIGHER)
		return 1;
	return direction_of(key, NULL, 0) == DIRECTION_LOWER ? 2 : 3;
}

static void pick_metrics(const struct runs_pane *runs, const struct run_detail *detail,
			 struct buf *list)
{
	size_t picked = 0;

	for (int r = 0; r <= 3; r++) {
		for (uint32_t i = 0; i < detail->nmetrics && picked < PICK_METRICS; i++) {
			struct str key = detail->metrics[i].key;

			if (rank(runs, key) != r || !quotable(key))
				continue;
			add_column(list, "metrics.", key);
			if (picked++ == 0)
				add_column(list, "curve.", key);
		}
	}
}

static char *make_list(const struct runs_pane *runs, const struct run_detail *detail)
{
	size_t picked = 0;
	struct buf list;
	char *text;

	buf_init(&list, 1 << 16);
	buf_adds(&list, "state,name,start,duration");
	if (detail) {
		pick_metrics(runs, detail, &list);
		for (uint32_t i = 0; i < detail->nparams && picked < PICK_PARAMS; i++) {
			if (!quotable(detail->params[i].key))
				continue;
			add_column(&list, "params.", detail->params[i].key);
			picked++;
		}
		if (detail->commit.n)
			buf_adds(&list, ",commit");
	}
	if (!runs->experiment)
		buf_adds(&list, ",experiment");
	if (runs->n > 1)
		buf_adds(&list, ",source");
	text = mem_copy(buf_cstr(&list), list.n);
	buf_release(&list);
	return text;
}

bool runs_pick(struct runs_pane *runs)
{
	struct query query = {.kind = RECORD_DETAILS, .nids = 1};
	const struct run *run;
	const struct view *view;
	size_t source;

	if (runs->picked || runs->columns)
		return false;
	run = newest(runs, &source);
	if (!run)
		return false;
	if (!str_equal(str_of(runs->pick_of), run->id) || runs->pick_source != source) {
		watch_release(runs->pick);
		query.ids = &run->id;
		runs->pick = engine_watch(runs->pane.host->engine, runs->sources[source].index,
					  &query, WATCH_ONCE, 0);
		free(runs->pick_of);
		runs->pick_of = mem_copy(run->id.s, run->id.n);
		runs->pick_source = source;
	}
	view = watch_view(runs->pick);
	if (!view->snapshot || view->loading)
		return false;
	runs->picked = make_list(runs, view->snapshot->u.details.n
					       ? &view->snapshot->u.details.details[0]
					       : NULL);
	return true;
}
