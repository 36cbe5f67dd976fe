/*
 * Events: any bytes as CSV or JSON lines, read up to a place (the first byte says where) and then
 * followed to the end, into a monitor that reports both times. However the file came to be read,
 * the drift of the whole is the same.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "monitor/monitor.h"
#include "record/build.h"
#include "record/drift.h"
#include "source/events/events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct memory {
	struct str bytes;
	struct io io;
};

static int read_bytes(struct io *io, const char *path, uint64_t offset, size_t most,
		      struct buf *out, struct err *err)
{
	struct memory *memory = io->ctx;
	(void)path;
	(void)err;

	if (offset < memory->bytes.n)
		buf_add_str(out, str_slice(memory->bytes, (size_t)offset,
					   (size_t)offset + (most < 700 ? most : 700)));
	return 0;
}

static int64_t fixed_clock(void)
{
	return 1767225600000;
}

static const struct io_ops ops = {.read_file = read_bytes};

static struct monitor *new_monitor(uint8_t how)
{
	struct monitor_spec spec;
	struct monitor *monitor;

	monitor_spec_init(&spec);
	spec.columns.timeless = how & 1;
	spec.plain = false;
	spec.window = how & 2 ? 1000 : 3600000;
	spec.nrecipes = 0;
	for (unsigned i = 0; i < DRIFT_RECIPES; i++)
		spec.recipes[spec.nrecipes++] = (enum drift_recipe)i;
	if (how & 4) {
		spec.reference = REFERENCE_SPAN;
		spec.from = 0;
		spec.to = 100000;
	}
	monitor = monitor_new(&spec);
	monitor_set_clock(monitor, fixed_clock);
	return monitor;
}

static struct snapshot *report(struct memory *memory, struct monitor *monitor)
{
	struct build_limits limits = build_limits_default();
	struct build *build = build_new(RECORD_DRIFT, NULL, &limits);
	struct query query = monitor_query(monitor);
	struct err err;

	if (!events_deliver("file", STR_NONE, &query, &memory->io, build, &err))
		return build_seal(build, &err);
	assert(err.message[0]);
	build_free(build);
	return NULL;
}

static void check_rows(const struct drift_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct drift_monitor *row = &list->monitors[i];
		uint64_t reference = 0, window = 0;

		for (size_t k = 0; k < row->nbins; k++) {
			reference += row->bins[k].reference;
			window += row->bins[k].window;
		}
		assert(!row->nbins || (reference == row->reference.n && window == row->window.n));
		assert(isnan(row->p) || (row->p >= 0 && row->p <= 1));
	}
}

static void check_same(const struct drift_list *a, const struct drift_list *b)
{
	assert(a->n == b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct drift_monitor *x = &a->monitors[i], *y = &b->monitors[i];

		assert(str_equal(x->feature, y->feature) && x->state == y->state);
		assert(x->reference.n == y->reference.n && x->window.n == y->window.n);
		assert(x->npoints == y->npoints && x->type == y->type);
	}
}

/* A follower waits for the end of the last line, and in CSV for a quote that is open. */
static bool ended(struct str whole)
{
	bool open = events_kind_of(whole) == EVENTS_CSV && str_find(whole, '"') >= 0;

	return whole.n && whole.s[whole.n - 1] == '\n' && !open;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str whole = {(const char *)data + 2, size - 2};
	struct memory memory = {0};
	struct monitor *followed, *once;
	struct snapshot *first, *second, *third;

	if (size < 2 || events_kind_of(whole) == EVENTS_SQLITE)
		return 0;
	io_init(&memory.io, &ops, &memory);
	followed = new_monitor(data[1]);
	once = new_monitor(data[1]);
	memory.bytes = str_slice(whole, 0, whole.n * data[0] / 255);
	first = report(&memory, followed);
	memory.bytes = whole;
	second = report(&memory, followed);
	third = report(&memory, once);
	if (first)
		check_rows(first->u.drift);
	if (second)
		check_rows(second->u.drift);
	if (second && third && ended(whole))
		check_same(second->u.drift, third->u.drift);
	snapshot_unref(first);
	snapshot_unref(second);
	snapshot_unref(third);
	monitor_free(followed);
	monitor_free(once);
	return 0;
}
