/* The monitors of configuration and command line; see list.h. */
#include "monitor/list.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void monitor_list_init(struct monitor_list *list)
{
	*list = (struct monitor_list){0};
	arena_init(&list->arena, (size_t)16 << 20);
}

void monitor_list_release(struct monitor_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i]);
	free(list->items);
	arena_release(&list->arena);
	*list = (struct monitor_list){0};
}

static struct monitor_item *add_item(struct monitor_list *list)
{
	struct monitor_item *item = mem_zero(1, sizeof *item);

	monitor_spec_init(&item->spec);
	MEM_GROW(list->items, list->n, list->cap);
	list->items[list->n++] = item;
	return item;
}

struct monitor_item *monitor_list_source(struct monitor_list *list,
					 const struct source_spec *source)
{
	struct monitor_item *item = add_item(list);

	item->source = source;
	item->spec.name = str_of(source->name);
	return item;
}

struct monitor_names monitor_list_names(struct monitor_list *list, const char *text)
{
	struct monitor_names names = {0};
	struct str *items, rest = str_of(text);
	size_t most = 1;

	if (!text)
		return names;
	for (size_t i = 0; i < rest.n; i++)
		most += rest.s[i] == ',';
	items = arena_zero(&list->arena, most, sizeof *items);
	while (items && rest.n) {
		long comma = str_find(rest, ',');
		struct str name = str_slice(rest, 0, comma < 0 ? rest.n : (size_t)comma);

		rest = str_slice(rest, name.n + (comma >= 0), rest.n);
		if (name.n)
			items[names.n++] = arena_str(&list->arena, name);
	}
	names.names = items;
	return names;
}

/* --- recipes -------------------------------------------------------------------------------- */

static int no_such_recipe(struct str id, struct err *err)
{
	struct buf list;

	buf_init(&list, 230);
	for (unsigned i = 0; i < DRIFT_RECIPES; i++)
		buf_addf(&list, "%s%s", i ? " " : "", drift_recipe_id((enum drift_recipe)i));
	err_set(err, ERR_USAGE, "no recipe \"%.*s\"", STR_ARG(id));
	err_hint(err, "%s", buf_cstr(&list));
	buf_release(&list);
	return -1;
}

static bool has_recipe(const struct monitor_spec *spec, enum drift_recipe recipe)
{
	for (size_t i = 0; i < spec->nrecipes; i++)
		if (spec->recipes[i] == recipe)
			return true;
	return false;
}

int monitor_spec_recipes(struct monitor_spec *spec, const char *text, struct err *err)
{
	struct str rest = str_of(text);

	spec->nrecipes = 0;
	do {
		long comma = str_find(rest, ',');
		struct str id = str_slice(rest, 0, comma < 0 ? rest.n : (size_t)comma);
		enum drift_recipe recipe;

		rest = str_slice(rest, id.n + (comma >= 0), rest.n);
		if (!drift_recipe_of(id, &recipe))
			return no_such_recipe(id, err);
		if (!has_recipe(spec, recipe)) /* at most all of them, each once */
			spec->recipes[spec->nrecipes++] = recipe;
	} while (rest.n);
	return 0;
}

/* --- the configuration ---------------------------------------------------------------------- */

static struct monitor_names names_of(struct monitor_list *list, const struct config_list *from)
{
	struct str *names = arena_zero(&list->arena, from->n, sizeof *names);

	for (size_t i = 0; names && i < from->n; i++)
		names[i] = str_of(from->items[i]);
	return (struct monitor_names){names, names ? from->n : 0};
}

static int read_time(const char *text, int64_t *time, const struct config_monitor *config,
		     struct err *err)
{
	if (text && clock_parse_any(str_of(text), time))
		return 0;
	return err_set(err, ERR_USAGE, "line %d: the reference of monitor \"%s\" needs two times, "
				       "`from` and `to`", config->line, config->name);
}

static int set_reference(struct monitor_list *list, const struct config_monitor *config,
			 struct monitor_spec *spec, struct err *err)
{
	const struct config_reference *from = &config->reference;
	struct buf what;

	if (from->at) {
		spec->reference = REFERENCE_FILE;
		spec->reference_at = spec->reference_what = str_of(from->at);
		spec->reference_table = str_of(from->table);
		return 0;
	}
	if (!from->from && !from->to)
		return 0;
	if (read_time(from->from, &spec->from, config, err) ||
	    read_time(from->to, &spec->to, config, err))
		return -1;
	spec->reference = REFERENCE_SPAN;
	buf_init(&what, 200);
	buf_addf(&what, "%s..%s", from->from, from->to);
	spec->reference_what = arena_str(&list->arena, buf_str(&what));
	buf_release(&what);
	return 0;
}

/* The store as a source of its own, under the monitor's name. */
static const struct source_spec *source_of(struct monitor_list *list,
					   const struct config_monitor *config)
{
	struct source_spec *source = arena_zero(&list->arena, 1, sizeof *source);

	if (source)
		*source = (struct source_spec){
			.name = config->name,
			.kind = "events",
			.location = config->events.at,
			.place = config->events.at,
			.table = config->events.table,
			.line = config->line,
			.named = true,
		};
	return source;
}

static int set_rules(const struct config_monitor *config, struct monitor_spec *spec,
		     struct err *err)
{
	if (config->recipe && monitor_spec_recipes(spec, config->recipe, err))
		return -1;
	if (!isnan(config->limit) && !has_recipe(spec, RECIPE_PSI)) {
		err_set(err, ERR_USAGE, "line %d: monitor \"%s\" has a limit, but %s is not judged",
			config->line, config->name, config->recipe);
		return err_hint(err, "a limit goes with leeboard.psi");
	}
	if (!isnan(config->limit))
		spec->limit = config->limit;
	if (config->window)
		spec->window = config->window;
	if (config->open.m) {
		spec->open_k = config->open.k;
		spec->open_m = config->open.m;
	}
	if (config->close)
		spec->close = (int)config->close;
	return 0;
}

static int add_config(struct monitor_list *list, const struct config_monitor *config,
		      struct err *err)
{
	struct monitor_item *item = add_item(list);
	struct monitor_spec *spec = &item->spec;

	item->source = source_of(list, config);
	spec->name = str_of(config->name);
	spec->model = str_of(config->model);
	spec->columns = (struct event_names){
		.time = str_of(config->time),
		.prediction = str_of(config->prediction),
		.label = str_of(config->label),
		.version = str_of(config->version),
		.id = str_of(config->id),
	};
	spec->features = names_of(list, &config->features);
	spec->numeric = names_of(list, &config->numeric);
	spec->categorical = names_of(list, &config->categorical);
	spec->boolean = names_of(list, &config->boolean);
	if (set_rules(config, spec, err))
		return -1;
	return set_reference(list, config, spec, err);
}

int monitor_list_config(struct monitor_list *list, const struct config *config, struct err *err)
{
	for (size_t i = 0; i < config->n_monitors; i++) {
		const struct config_monitor *monitor = &config->monitors[i];

		for (size_t k = 0; k < i; k++)
			if (!strcmp(config->monitors[k].name, monitor->name))
				return err_set(err, ERR_USAGE, "line %d: two monitors are called '%s'",
					       monitor->line, monitor->name);
		if (add_config(list, monitor, err))
			return -1;
	}
	return 0;
}
