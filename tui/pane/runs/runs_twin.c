/* The words that make `leeboard runs` print what the run table shows. */
#include "pane/runs/runs_parts.h"

/* In the filter's language a quote within a text is written twice. */
static void add_text(struct buf *out, struct str text)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.s[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, text.s[i]);
	}
	buf_addc(out, '"');
}

/* The chosen experiment, which the command has no option for, and what was typed. */
static void add_filter(const struct runs_pane *runs, struct buf *out)
{
	struct str experiment = runs_experiment_name(runs);
	struct buf filter;

	if (!experiment.s && !runs->filter)
		return;
	buf_init(&filter, 1 << 17);
	if (experiment.s) {
		buf_adds(&filter, "experiment = ");
		add_text(&filter, experiment);
	}
	if (runs->filter)
		buf_addf(&filter, experiment.s ? " and (%s)" : "%s", runs->filter);
	buf_adds(out, " --filter ");
	pane_quote(out, buf_str(&filter));
	buf_release(&filter);
}

/* A curve is for the screen only. */
static void add_columns(const struct runs_view *view, struct buf *out)
{
	struct buf list;

	buf_init(&list, 1 << 17);
	for (size_t c = 0; c < view->ncolumns; c++) {
		if (view->columns[c].type == SHEET_CURVE)
			continue;
		buf_adds(&list, list.n ? "," : "");
		buf_add_str(&list, view->columns[c].key);
	}
	buf_adds(out, " --columns ");
	pane_quote(out, buf_str(&list));
	buf_release(&list);
}

void runs_twin_words(const struct pane *pane, struct buf *out)
{
	const struct runs_pane *runs = runs_self(pane);

	if (runs->deleted)
		buf_adds(out, " --deleted");
	add_filter(runs, out);
	if (runs->sort) {
		buf_adds(out, " --sort ");
		pane_quote(out, str_of(runs->sort));
	}
	if (runs->view)
		add_columns(runs->view, out);
}
