/* See source_heads.h. */
#include "pane/source_heads.h"

#include "base/text.h"
#include "config/sources.h"

void source_head(struct sheet_source *head, const struct engine_source *source,
		 const struct view *view)
{
	*head = (struct sheet_source){
		.name = str_of(source->name),
		.kind = source->kind,
		.location = str_of(source->location),
		.snapshot = view->snapshot,
		.err = view->err,
		.as_of = view->checked,
		.stale = view->snapshot && view->err.code != ERR_NONE,
		.loading = view->loading,
		.production = source->spec->production,
		.demo = source->spec->demo,
	};
}

/* "3m ago", "just now" */
static void add_ago(struct buf *out, int64_t time, int64_t now)
{
	if (now - time < 60 * 1000) {
		buf_adds(out, "just now");
		return;
	}
	sheet_age(out, time, now);
	buf_adds(out, " ago");
}

static void add_clean(struct buf *out, struct str text)
{
	text_clean(out, text);
}

/* Once is enough: a source may say its error as a note and a warning too. */
static void add_more(struct buf *out, const struct sheet_source *head, struct str text)
{
	if (!text.n || str_equal(text, str_of(head->err.message)))
		return;
	buf_adds(out, " · ");
	add_clean(out, text);
}

static void one_status(const struct sheet_source *head, const struct view *view, int64_t now,
		       struct buf *out)
{
	add_clean(out, head->name);
	if (view->hung) {
		buf_adds(out, " hangs: its disk or server does not answer");
	} else if (head->err.code != ERR_NONE) {
		buf_addf(out, ": %s", head->err.message);
		if (view->retry)
			buf_addf(out, " · next try within %llds",
				 (long long)(view->retry + 999) / 1000);
		if (head->stale && head->as_of != TIME_NONE) {
			buf_adds(out, " · shown as of ");
			add_ago(out, head->as_of, now);
		}
	} else if (view->loading && !head->snapshot) {
		buf_adds(out, " loading");
		if (view->total)
			buf_addf(out, " %lld of %lld", (long long)view->done,
				 (long long)view->total);
	} else if (view->late) {
		buf_adds(out, " late");
		if (head->as_of != TIME_NONE) {
			buf_adds(out, ", as of ");
			add_ago(out, head->as_of, now);
		}
	}
	if (head->snapshot)
		add_more(out, head, head->snapshot->note);
	if (head->snapshot && head->snapshot->state == SNAPSHOT_PARTIAL)
		buf_adds(out, " · not all rows");
	else if (head->snapshot && head->err.code == ERR_NONE)
		buf_adds(out, " · all rows");
	if (head->snapshot && head->snapshot->nwarnings)
		add_more(out, head, head->snapshot->warnings[0]);
}

void source_status(const struct sheet_source *heads, const struct view *const *views, size_t n,
		   int64_t now, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_adds(out, " │ ");
		one_status(&heads[i], views[i], now, out);
	}
}

const char *source_empty(const struct sheet_source *heads, size_t n, const char *nothing,
			 struct buf *scratch)
{
	buf_clear(scratch);
	for (size_t i = 0; i < n; i++)
		if (heads[i].loading && !heads[i].snapshot)
			return "reading … (esc stops)";
	for (size_t i = 0; i < n; i++) {
		if (heads[i].snapshot || heads[i].err.code == ERR_NONE)
			continue;
		add_clean(scratch, heads[i].name);
		buf_addf(scratch, ": %s", heads[i].err.message);
		if (heads[i].err.hint[0])
			buf_addf(scratch, "\n%s · r tries again", heads[i].err.hint);
		else
			buf_adds(scratch, "\nr tries again");
		return buf_cstr(scratch);
	}
	return nothing;
}
