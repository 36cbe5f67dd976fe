/*
 * The builder's frame: limits, texts, notes, the seal; see build.h. What belongs to one kind of
 * record is in build_runs.c, build_column.c, build_series.c and build_lists.c.
 */
#include "record/build_parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_WARNINGS = 50, WARNING_SIZE = 400 };

struct build_limits build_limits_default(void)
{
	return (struct build_limits){
		.bytes = (size_t)512 << 20,
		.text = (size_t)1 << 20,
		.rows = 20 * 1000 * 1000,
	};
}

struct build *build_new(enum record_kind kind, struct snapshot *previous,
			const struct build_limits *limits)
{
	struct build *build = mem_zero(1, sizeof *build);

	build->limits = *limits;
	build->previous = previous ? snapshot_ref(previous) : NULL;
	build->next = mem_zero(1, sizeof *build->next);
	build->next->kind = kind;
	atomic_init(&build->next->refs, 1);
	arena_init(&build->next->arena, limits->bytes);
	runs_start(build);
	column_start(build);
	series_start(build);
	return build;
}

void build_free(struct build *build)
{
	if (!build)
		return;
	runs_free(build);
	column_free(build);
	series_free(build);
	free(build->list.items);
	for (int i = 0; i < 3; i++)
		free(build->keys[i].items);
	free(build->warnings);
	snapshot_unref(build->next);
	snapshot_unref(build->previous);
	free(build);
}

const struct snapshot *build_previous(const struct build *build)
{
	return build->previous;
}

struct arena *build_arena(struct build *build)
{
	return &build->next->arena;
}

struct str build_cut(struct build *build, struct str text)
{
	if (text.n <= build->limits.text)
		return text;
	build->cut++;
	return text_cut(text, build->limits.text);
}

struct str build_text(struct build *build, struct str text)
{
	return arena_str(&build->next->arena, build_cut(build, text));
}

static struct str __attribute__((format(printf, 2, 0)))
format_text(struct build *build, const char *format, va_list args)
{
	char line[WARNING_SIZE];

	vsnprintf(line, sizeof line, format, args);
	return build_text(build, str_of(line));
}

struct str build_textf(struct build *build, const char *format, ...)
{
	struct str text;
	va_list args;

	va_start(args, format);
	text = format_text(build, format, args);
	va_end(args);
	return text;
}

void build_note(struct build *build, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	build->next->note = format_text(build, format, args);
	va_end(args);
}

void build_warn(struct build *build, const char *format, ...)
{
	va_list args;

	if (build->nwarnings == MAX_WARNINGS) {
		build->warnings_dropped++;
		return;
	}
	va_start(args, format);
	MEM_GROW(build->warnings, build->nwarnings, build->warnings_cap);
	build->warnings[build->nwarnings++] = format_text(build, format, args);
	va_end(args);
}

void build_partial(struct build *build, const char *format, ...)
{
	va_list args;

	build->next->state = SNAPSHOT_PARTIAL;
	va_start(args, format);
	build->next->note = format_text(build, format, args);
	va_end(args);
}

void build_keep_head(struct build *build)
{
	const struct snapshot *old = build->previous;

	if (!old)
		return;
	build->next->note = build_text(build, old->note);
	build->next->state = old->state;
	for (size_t i = 0; i < old->nwarnings; i++)
		build_warn(build, "%.*s", STR_ARG(old->warnings[i]));
}

void build_unchanged(struct build *build)
{
	build->unchanged = true;
}

bool build_full(const struct build *build)
{
	return build->full || build->next->arena.over;
}

bool build_spend(struct build *build, size_t bytes)
{
	if (build->full || bytes > build->limits.bytes - build->spent) {
		build->full = true;
		return false;
	}
	build->spent += bytes;
	return true;
}

void *build_list_add(struct build *build, struct list_part *list, size_t size)
{
	if (build_full(build) || list->n >= build->limits.rows) {
		build->full = true;
		return NULL;
	}
	if (list->n == list->cap) {
		list->cap = list->cap ? list->cap * 2 : 16;
		list->items = mem_resize(list->items, list->cap, size);
	}
	return list->items + list->n++ * size;
}

/* Sums up what the caps did, once. */
static void say_limits(struct build *build)
{
	if (build->cut)
		build_warn(build, "%zu text%s over %zu KB cut", build->cut,
			   build->cut == 1 ? "" : "s", build->limits.text >> 10);
	if (build->warnings_dropped)
		build->warnings[MAX_WARNINGS - 1] = build_textf(
			build, "%zu more warnings", build->warnings_dropped + 1);
	if (build_full(build)) {
		/* the arena takes no more text, so the words are constant */
		build->next->state = SNAPSHOT_PARTIAL;
		build->next->note = STR("too large to hold at once: the rest is not shown");
	}
}

static void finish(struct build *build)
{
	struct snapshot *next = build->next;

	next->warnings = arena_zero(&next->arena, build->nwarnings, sizeof *next->warnings);
	if (next->warnings && build->nwarnings) {
		for (size_t i = 0; i < build->nwarnings; i++)
			next->warnings[i] = build->warnings[i];
		next->nwarnings = build->nwarnings;
	}
	next->as_of = clock_wall();
	next->generation = build->previous ? build->previous->generation + 1 : 1;
	next->bytes = next->arena.used + build->spent;
}

/* Would the reader see the same head? */
static bool same_head(const struct build *build)
{
	const struct snapshot *old = build->previous, *next = build->next;

	if (old->state != next->state || !str_equal(old->note, next->note) ||
	    old->nwarnings != build->nwarnings)
		return false;
	for (size_t i = 0; i < old->nwarnings; i++)
		if (!str_equal(old->warnings[i], build->warnings[i]))
			return false;
	return true;
}

/* Puts what generations share into the snapshot when it changed, or when it must be a new one. */
static bool parts_seal(struct build *build, bool must)
{
	switch (build->next->kind) {
	case RECORD_RUNS:
		return runs_seal(build, must);
	case RECORD_COLUMN:
		return column_seal(build, must);
	case RECORD_SERIES:
		return series_seal(build, must);
	default:
		return true;
	}
}

struct snapshot *build_seal(struct build *build, struct err *err)
{
	struct snapshot *sealed;
	bool same, changed;

	if (build->unchanged && build->previous) {
		sealed = snapshot_ref(build->previous);
		build_free(build);
		return sealed;
	}
	if (build->next->kind == RECORD_RUNS)
		runs_finish(build);
	lists_seal(build);
	say_limits(build);
	same = build->previous && same_head(build);
	changed = !same | parts_seal(build, !same);
	if (!changed) {
		sealed = snapshot_ref(build->previous);
	} else {
		finish(build);
		sealed = snapshot_ref(build->next);
	}
	err_clear(err);
	build_free(build);
	return sealed;
}
