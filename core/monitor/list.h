/*
 * Which monitors there are: those of the configuration, and one with the defaults for every source
 * of events.
 *
 * What a monitor reads is a source of its own (its `source`), so that whoever shows it can open it
 * like any other. Specs and sources stay where they are until the release.
 */
#ifndef MONITOR_LIST_H
#define MONITOR_LIST_H

#include "base/arena.h"
#include "config/config.h"
#include "config/sources.h"
#include "monitor/spec.h"

struct monitor_item {
	struct monitor_spec spec;
	const struct source_spec *source;
};

struct monitor_list {
	struct monitor_item **items;
	size_t n, cap;
	struct arena arena;
};

void monitor_list_init(struct monitor_list *list);
void monitor_list_release(struct monitor_list *list);

/* Every monitor of the configuration, which outlives the list. ERR_USAGE names the line. */
int monitor_list_config(struct monitor_list *list, const struct config *config, struct err *err);

/* The defaults for a source of events; the caller may change its spec before it is used. */
struct monitor_item *monitor_list_source(struct monitor_list *list,
					 const struct source_spec *source);

/* Comma-separated names, copied into the list's arena. NULL: none. */
struct monitor_names monitor_list_names(struct monitor_list *list, const char *text);

/*
 * Comma-separated recipe ids into the spec. ERR_USAGE names the ones there are.
 */
int monitor_spec_recipes(struct monitor_spec *spec, const char *text, struct err *err);

#endif
