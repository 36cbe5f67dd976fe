/* See differences.h. */
#include "pane/runs/differences.h"

#include "base/mem.h"

#include <stdlib.h>

void differences_init(struct differences *differences, struct engine *engine)
{
	*differences = (struct differences){.engine = engine};
}

static void forget(struct differences *differences)
{
	grid_free(differences->grid);
	compare_free(differences->compare);
	differences->grid = NULL;
	differences->compare = NULL;
}

static void drop_runs(struct differences *differences)
{
	for (size_t i = 0; i < differences->n; i++) {
		watch_release(differences->watches[i]);
		free(differences->ids[i]);
	}
	differences->n = 0;
}

void differences_release(struct differences *differences)
{
	forget(differences);
	drop_runs(differences);
}

static bool shown(const struct differences *differences, const struct overlay_run *runs, size_t n)
{
	if (n != differences->n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (runs[i].source != differences->sources[i] ||
		    !str_equal(str_of(differences->ids[i]), runs[i].id))
			return false;
	return true;
}

void differences_show(struct differences *differences, const struct overlay_run *runs, size_t n,
		      const struct direction_rule *rules, size_t nrules)
{
	if (n > OVERLAY_MAX)
		n = OVERLAY_MAX;
	differences->rules = rules;
	differences->nrules = nrules;
	if (shown(differences, runs, n))
		return;
	forget(differences);
	drop_runs(differences);
	differences->n = n;
	for (size_t i = 0; i < n; i++) {
		struct query query = {.kind = RECORD_DETAILS, .ids = &runs[i].id, .nids = 1};

		differences->ids[i] = mem_copy(runs[i].id.s, runs[i].id.n);
		differences->sources[i] = runs[i].source;
		differences->watches[i] =
			engine_watch(differences->engine, runs[i].source, &query, WATCH_LIVE, 0);
		differences->seen[i] = 0;
	}
}

static void gather(struct differences *differences, const struct run_detail **details, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < differences->n; i++) {
		const struct snapshot *snapshot = watch_view(differences->watches[i])->snapshot;

		if (!snapshot || snapshot->u.details.n == 0)
			continue;
		details[*n] = &snapshot->u.details.details[0];
		differences->places[*n] = i;
		differences->runs[(*n)++] = (struct compare_run){
			str_of(engine_source(differences->engine, differences->sources[i])->name),
			&snapshot->u.details.details[0]};
	}
}

void differences_redo(struct differences *differences)
{
	const struct run_detail *details[OVERLAY_MAX];
	struct compare_options options = {.all = differences->all,
					  .rules = differences->rules,
					  .nrules = differences->nrules};
	size_t n;

	forget(differences);
	gather(differences, details, &n);
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		if (differences->places[i] == differences->baseline)
			options.baseline = i;
	differences->compare = compare_new(details, n, &options);
	differences->grid = compare_grid(differences->compare, differences->runs);
	if (differences->narrow)
		grid_drop(differences->grid, 0);
}

bool differences_update(struct differences *differences)
{
	bool changed = false;

	for (size_t i = 0; i < differences->n; i++) {
		uint64_t version = watch_view(differences->watches[i])->version;

		changed |= version != differences->seen[i];
		differences->seen[i] = version;
	}
	if (changed)
		differences_redo(differences);
	return changed;
}

bool differences_busy(const struct differences *differences)
{
	for (size_t i = 0; i < differences->n; i++)
		if (watch_view(differences->watches[i])->loading)
			return true;
	return false;
}
