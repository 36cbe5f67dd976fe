/* leeboard drift: two samples, a store of events, or every monitor of the configuration */
#include "command/monitored.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "sheet/drift.h"
#include "sheet/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int command_drift(const struct line *line);

static int usage(const char *message, const char *hint)
{
	struct err err;

	err_set(&err, ERR_USAGE, "%s", message);
	if (hint)
		err_hint(&err, "%s", hint);
	return context_say(&err, EXIT_USAGE);
}

/* --- what the options say ------------------------------------------------------------------- */

/* FROM..TO, when both sides are times. */
static bool set_span(struct monitor_spec *spec, const char *text)
{
	const char *dots = strstr(text, "..");

	if (!dots ||
	    !clock_parse_any((struct str){text, (size_t)(dots - text)}, &spec->from) ||
	    !clock_parse_any(str_of(dots + 2), &spec->to))
		return false;
	spec->reference = REFERENCE_SPAN;
	spec->reference_what = str_of(text);
	return true;
}

/* FILE[:TABLE]; the last colon parts them, unless a file has the whole name. */
static int set_file(struct monitor_spec *spec, const char *text)
{
	struct str at = str_of(text);
	struct err err;
	long colon;
	char *path;
	int missing;

	if (!strncmp(text, "events:", 7) && access(text, F_OK))
		at = str_slice(at, 7, at.n);
	colon = str_find_last(at, ':');
	spec->reference = REFERENCE_FILE;
	spec->reference_what = at;
	if (colon > 0 && access(at.s, F_OK)) {
		spec->reference_table = str_slice(at, (size_t)colon + 1, at.n);
		at = str_slice(at, 0, (size_t)colon);
	}
	spec->reference_at = at;
	path = mem_copy(at.s, at.n);
	missing = access(path, R_OK) ? err_errno(&err, errno, "%s", path) : 0;
	free(path);
	return missing ? context_say(&err, EXIT_UNKNOWN) : EXIT_OK;
}

static int set_reference(struct monitor_spec *spec, const struct line *line)
{
	if (!line->reference)
		return EXIT_OK;
	if (!line->current && set_span(spec, line->reference)) {
		if (spec->from < spec->to)
			return EXIT_OK;
		return usage("--reference FROM..TO: TO is not after FROM", NULL);
	}
	return set_file(spec, line->reference);
}

static int set_numbers(struct monitor_spec *spec, const struct line *line)
{
	if (line->window && !clock_parse_duration(str_of(line->window), &spec->window))
		return usage("--window takes a duration", "such as 15m, 1h or 1d");
	if (line->threshold &&
	    (!num_parse(str_of(line->threshold), &spec->limit) || !(spec->limit > 0)))
		return usage("--threshold takes a number above 0", NULL);
	return EXIT_OK;
}

/* The options of the line, on top of what a monitor has. */
static int set_options(struct monitor_list *list, struct monitor_spec *spec,
		       const struct line *line)
{
	struct err err;
	int code;

	if (line->time)
		spec->columns.time = str_of(line->time);
	if (line->features)
		spec->features = monitor_list_names(list, line->features);
	if (line->numeric)
		spec->numeric = monitor_list_names(list, line->numeric);
	if (line->categorical)
		spec->categorical = monitor_list_names(list, line->categorical);
	if (line->boolean)
		spec->boolean = monitor_list_names(list, line->boolean);
	if (line->recipe && monitor_spec_recipes(spec, line->recipe, &err))
		return context_say(&err, EXIT_USAGE);
	spec->plain = line->current != NULL;
	code = set_numbers(spec, line);
	return code ? code : set_reference(spec, line);
}

/* --- the report ----------------------------------------------------------------------------- */

static int print_json(struct context *context, const struct grid *grid)
{
	const struct line *line = context->line;
	struct json_out json;

	json_put_open(&json, stdout);
	frame_begin(&json, "drift", context->heads, context->n, context->now);
	frame_counts(&json, grid->sheet.total, grid->sheet.n);
	drift_json(&json, grid, line->bins, line->history);
	return context_json_end(context, &json);
}

static int print(struct context *context)
{
	bool json = context->line->format == PRINT_JSON;
	struct grid *grid = context->line->history && !json
				    ? drift_history_grid(context->heads, context->n)
				    : drift_grid(context->heads, context->n, false);
	int code = context_arrange(context, grid);

	if (!code)
		code = json ? print_json(context, grid) : context_print(context, &grid->sheet);
	grid_free(grid);
	return code;
}

static int report(struct context *context)
{
	struct monitored monitored;
	int code;

	monitored_init(&monitored);
	code = monitored_find(&monitored, context);
	for (size_t i = 0; !code && i < monitored.list.n; i++)
		code = set_options(&monitored.list, &monitored.list.items[i]->spec, context->line);
	if (!code)
		code = monitored_read(&monitored, context);
	if (!code)
		code = print(context);
	monitored_release(&monitored);
	return code;
}

/* --current FILE is the source. */
static int two_samples(const struct line *line)
{
	struct context context;
	struct line samples = *line;
	const char *words[1];
	struct buf word;
	int code;

	buf_init(&word, 1 << 16);
	buf_addf(&word, "%s%s", strncmp(line->current, "events:", 7) ? "events:" : "",
		 line->current);
	words[0] = buf_cstr(&word);
	samples.words = (struct words){words, 1, 0};
	samples.sources = (struct words){0};
	code = context_open(&context, &samples, CAN_EVENTS);
	if (!code)
		code = report(&context);
	context_release(&context);
	buf_release(&word);
	return code;
}

static int one_store(const struct line *line)
{
	struct context context;
	int code = context_open_monitored(&context, line, CAN_EVENTS);

	if (!code)
		code = report(&context);
	context_release(&context);
	return code;
}

int command_drift(const struct line *line)
{
	if (!line->current)
		return one_store(line);
	if (!line->reference)
		return usage("--current needs something to compare with", "name it with --reference");
	if (line->words.n || line->sources.n)
		return usage("--current is the source: no other one goes with it", NULL);
	if (line->history)
		return usage("--history goes with a store of events, not with --current", NULL);
	return two_samples(line);
}
