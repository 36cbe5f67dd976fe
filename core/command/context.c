/* What every headless command stands on; see context.h. */
#include "command/context.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/suggest.h"
#include "engine/find.h"
#include "sheet/frame.h"
#include "sheet/grid.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CONTEXT_TEXT = 16 << 20, MAX_KINDS = 32 };

/* A signal's flag: the descriptor that an interrupt makes readable. */
static volatile sig_atomic_t interrupt_fd = -1;

static void on_interrupt(int number)
{
	uint64_t one = 1;
	int saved = errno;

	(void)number;
	if (interrupt_fd >= 0 && write(interrupt_fd, &one, sizeof one) < 0)
		_exit(EXIT_INTERRUPTED);
	errno = saved;
}

static void catch_interrupts(struct context *context)
{
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};

	context->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	interrupt_fd = context->stop;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int context_say(const struct err *err, int code)
{
	fprintf(stderr, "leeboard: %s%s%s\n", err->origin, err->origin[0] ? ": " : "", err->message);
	if (err->hint[0])
		fprintf(stderr, "  %s\n", err->hint);
	return code;
}

void context_hint_name(const char *word, const char *hint, struct err *err)
{
	if (access(word, F_OK) == 0)
		err_hint(err, "it is a file: sources come with -s, as in -s %s", word);
	else
		err_hint(err, "%s", hint);
}

static void kinds(const char *list[MAX_KINDS + 1])
{
	size_t n = 0;

	for (; source_classes[n] && n < MAX_KINDS; n++)
		list[n] = source_classes[n]->kind;
	list[n] = NULL;
}

static int name_sources(struct context *context, bool monitored, struct err *err)
{
	struct sources *sources = &context->sources;
	const char **words;
	size_t n = line_sources(context->line, &words);
	struct read_limits limits = context_limits(context);
	struct outside outside;
	struct find find;
	int failed = 0;

	outside_begin(&outside, &limits);
	find_init(&find, NULL);
	find.io = &outside.io;
	for (size_t i = 0; i < n && !failed; i++)
		failed = sources_add_word(sources, words[i], err);
	free(words);
	if (monitored && !n)
		failed = sources_add_config(sources, err);
	if (context->line->metrics_url)
		sources_set_metrics(sources, context->line->metrics_url);
	/* monitors bring their own sources: nothing is looked for beside them */
	if (!failed && (sources->n || !monitored))
		failed = find_sources(&find, sources, ".", err);
	find_release(&find);
	outside_end(&outside);
	return failed ? -1 : sources_finish(sources, err);
}

size_t context_add(struct context *context, const struct source_spec *spec)
{
	size_t i = context->n++;

	context->open = mem_resize(context->open, context->n, sizeof *context->open);
	context->specs = mem_resize(context->specs, context->n, sizeof *context->specs);
	context->heads = mem_resize(context->heads, context->n, sizeof *context->heads);
	context->open[i] = NULL;
	context->specs[i] = spec;
	context->heads[i] = (struct sheet_source){
		.name = str_of(spec->name),
		.kind = source_class_of(spec->kind)->kind,
		.location = str_of(spec->location),
		.as_of = TIME_NONE,
		.production = spec->production,
		.demo = spec->demo,
	};
	return i;
}

static void keep_able(struct context *context, unsigned can)
{
	const struct sources *sources = &context->sources;

	for (size_t i = 0; i < sources->n; i++) {
		const struct source_class *class = source_class_of(sources->items[i]->kind);

		if (class && (class->can & can))
			context_add(context, sources->items[i]);
	}
}

/* Nothing there: say what would be shown, and how. */
static int nothing_found(const struct context *context)
{
	struct err err;

	if (context->sources.n)
		err_set(&err, ERR_NOT_FOUND, "none of the sources has what %s shows",
			context->line->command ? context->line->command->name : "the workbench");
	else
		err_set(&err, ERR_NOT_FOUND, "nothing here that leeboard reads");
	err_hint(&err, "name a source, such as mlflow.db or https://mlflow.example; "
		       "`leeboard doctor` says what was looked at");
	for (size_t i = 0; i < context->sources.n; i++)
		if (context->sources.items[i]->guessed)
			err_hint(&err, "nothing answers there; a model server is meant by endpoint:%s",
				 context->sources.items[i]->location);
	return context_say(&err, EXIT_UNKNOWN);
}

/* A source that is not there may have been meant as a command: "leeboard rnus". */
static void hint_command(const struct line *line, struct err *err)
{
	const char *names[32], *near;
	size_t n = 0;

	if (line->command || !line->words.n || err->code != ERR_NOT_FOUND || err->hint[0])
		return;
	for (; headless_commands[n].name && n < sizeof names / sizeof *names; n++)
		names[n] = headless_commands[n].name;
	near = suggest(str_of(line->words.items[0]), names, n);
	if (near)
		err_hint(err, "did you mean the command %s?", near);
}

static int open_context(struct context *context, const struct line *line, unsigned can,
			bool monitored)
{
	static const char *kind_list[MAX_KINDS + 1];
	struct err err;
	int failed = 0;

	*context = (struct context){.line = line, .now = clock_wall()};
	arena_init(&context->text, CONTEXT_TEXT);
	catch_interrupts(context);
	if (line->timeout)
		context->deadline = clock_monotonic() + line->timeout;
	if (line->no_config)
		config_init(&context->config);
	else if (config_load(&context->config, line->config, &err))
		return context_say(&err, EXIT_USAGE);
	kinds(kind_list);
	sources_init(&context->sources, kind_list, &context->config);
	monitored = monitored && context->config.n_monitors;
	failed = name_sources(context, monitored, &err);
	if (failed && err.code == ERR_CANCELLED)
		return EXIT_INTERRUPTED;
	if (failed) {
		hint_command(line, &err);
		return context_say(&err, err.code == ERR_USAGE ? EXIT_USAGE : EXIT_UNKNOWN);
	}
	if (context->sources.hint[0])
		fprintf(stderr, "leeboard: %s\n", context->sources.hint);
	keep_able(context, can);
	return context->n || monitored ? EXIT_OK : nothing_found(context);
}

int context_open(struct context *context, const struct line *line, unsigned can)
{
	return open_context(context, line, can, false);
}

int context_open_monitored(struct context *context, const struct line *line, unsigned can)
{
	return open_context(context, line, can, true);
}

void context_release(struct context *context)
{
	for (size_t i = 0; i < context->n; i++) {
		if (context->open[i])
			context->open[i]->class->close(context->open[i]);
		snapshot_unref((struct snapshot *)context->heads[i].snapshot);
	}
	free(context->open);
	free(context->specs);
	free(context->heads);
	sources_release(&context->sources);
	config_release(&context->config);
	arena_release(&context->text);
	interrupt_fd = -1;
	close(context->stop);
}

static struct source *open_source(struct context *context, size_t i, struct err *err)
{
	const struct source_class *class = source_class_of(context->specs[i]->kind);

	if (!context->open[i] && class->open(context->specs[i], &context->open[i], err))
		context->open[i] = NULL;
	return context->open[i];
}

struct read_limits context_limits(const struct context *context)
{
	struct read_limits limits = {.stall = READ_STALL, .stop = context->stop};

	if (context->deadline) {
		limits.timeout = context->deadline - clock_monotonic();
		limits.timeout = limits.timeout > 0 ? limits.timeout : 1;
	}
	return limits;
}

struct snapshot *context_read(struct context *context, size_t i, const struct query *query,
			      struct snapshot *previous)
{
	struct read_limits limits = context_limits(context);
	struct sheet_source *head = &context->heads[i];
	struct snapshot *snapshot = NULL;
	struct err err;
	struct source *source = open_source(context, i, &err);

	if (source)
		snapshot = engine_read(source, query, &limits, previous, &err);
	if (!snapshot || err.code != ERR_NONE) {
		err_origin(&err, "%s", context->specs[i]->name);
		/* page after page of one report may fail for one and the same reason */
		if (err.code != ERR_CANCELLED && strcmp(err.message, head->err.message))
			context_say(&err, 0);
		head->err = err;
		context->failed = true;
	} else {
		head->as_of = snapshot->as_of;
	}
	if (snapshot && snapshot->state == SNAPSHOT_PARTIAL)
		context->failed = true;
	return snapshot;
}

void context_head(struct context *context, size_t i, const struct query *query)
{
	struct snapshot *snapshot = context_read(context, i, query, NULL);

	snapshot_unref((struct snapshot *)context->heads[i].snapshot);
	context->heads[i].snapshot = snapshot;
}

/* One line about source i; neither its name nor the text need be clean. */
static void say_of(const struct context *context, size_t i, const char *what, struct str text)
{
	struct buf line;

	buf_init(&line, 1 << 16);
	text_clean(&line, context->heads[i].name);
	buf_adds(&line, what);
	text_clean(&line, text);
	fprintf(stderr, "leeboard: %s\n", buf_cstr(&line));
	buf_release(&line);
}

void context_warn(const struct context *context, size_t i, const struct snapshot *snapshot)
{
	for (size_t w = 0; snapshot && w < snapshot->nwarnings; w++)
		say_of(context, i, ": ", snapshot->warnings[w]);
}

void context_talk(const struct context *context)
{
	if (context->line->format == PRINT_JSON)
		return;
	for (size_t i = 0; i < context->n; i++) {
		const struct snapshot *snapshot = context->heads[i].snapshot;

		if (snapshot && snapshot->state == SNAPSHOT_PARTIAL &&
		    context->heads[i].err.code == ERR_NONE)
			say_of(context, i, ": not everything was read: ", snapshot->note);
		context_warn(context, i, snapshot);
	}
}

int context_exit(const struct context *context)
{
	struct pollfd stop = {.fd = context->stop, .events = POLLIN};

	if (poll(&stop, 1, 0) > 0)
		return EXIT_INTERRUPTED;
	return context->failed ? EXIT_UNKNOWN : EXIT_OK;
}

static void add_rule(struct arena *arena, struct direction_rule **rules, size_t *n, size_t *cap,
		     struct str key, bool higher)
{
	if (!key.n)
		return;
	MEM_GROW(*rules, *n, *cap);
	(*rules)[(*n)++] = (struct direction_rule){
		arena_str(arena, key), higher ? DIRECTION_HIGHER : DIRECTION_LOWER};
}

/* The experiments' own hint, as MLflow's tags have it. */
static void experiment_rules(struct context *context, size_t i, struct direction_rule **rules,
			     size_t *n, size_t *cap)
{
	struct query query = {.kind = RECORD_EXPERIMENTS, .uncounted = true};
	struct snapshot *snapshot = context_read(context, i, &query, NULL);

	for (size_t e = 0; snapshot && e < snapshot->u.experiments.n; e++) {
		const struct experiment *experiment = &snapshot->u.experiments.experiments[e];
		struct str key = pair_get(experiment->tags, experiment->ntags,
					  STR("mlflow.experiment.primaryMetric.name"));
		struct str greater = pair_get(experiment->tags, experiment->ntags,
					      STR("mlflow.experiment.primaryMetric.greaterIsBetter"));

		if (greater.s)
			add_rule(&context->text, rules, n, cap, key,
				 str_equal(greater, STR("True")) || str_equal(greater, STR("true")));
	}
	snapshot_unref(snapshot);
}

const struct direction_rule *context_directions(struct context *context, size_t *n)
{
	struct direction_rule *rules = NULL, *kept;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < context->n; i++)
		experiment_rules(context, i, &rules, n, &cap);
	for (size_t i = 0; i < context->config.metrics.n; i++)
		add_rule(&context->text, &rules, n, &cap,
			 str_of(context->config.metrics.items[i].key),
			 !strcmp(context->config.metrics.items[i].word, "higher"));
	kept = arena_zero(&context->text, *n, sizeof *kept);
	if (kept && *n)
		memcpy(kept, rules, *n * sizeof *kept);
	free(rules);
	*n = kept ? *n : 0;
	return kept;
}

int context_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

/* A reader that went away (head, a pager) is no failure of ours. */
static int not_written(void)
{
	char reason[128];

	if (errno == EPIPE)
		return EXIT_OK;
	fprintf(stderr, "leeboard: the output could not be written: %s\n",
		strerror_r(errno, reason, sizeof reason));
	return EXIT_UNKNOWN;
}

int context_print(struct context *context, const struct sheet *sheet)
{
	errno = 0;
	if (print_sheet(sheet, context->line->format, stdout, context_width(), context->now))
		return not_written();
	if (context->line->pane && context->beyond)
		printf("… %zu more: leeboard %s\n", context->beyond, context->line->command->name);
	context_talk(context);
	return context_exit(context);
}

int context_json_end(struct context *context, struct json_out *json)
{
	errno = 0;
	return frame_end(json) ? not_written() : context_exit(context);
}

void context_limit(struct context *context, struct sheet *sheet)
{
	size_t limit = context->line->limit;

	context->beyond = sheet->n > limit ? sheet->n - limit : 0;
	sheet->n -= context->beyond;
}

int context_filter(struct context *context, struct grid *grid)
{
	const char *filter = context->line->filter;
	struct err err;

	return filter && *filter && grid_filter(grid, str_of(filter), context->now, &err)
		       ? context_say(&err, EXIT_USAGE)
		       : EXIT_OK;
}

int context_order(struct context *context, struct grid *grid)
{
	const char *sort = context->line->sort;
	struct err err;

	if (context_filter(context, grid))
		return EXIT_USAGE;
	return sort && grid_sort(grid, str_of(sort), &err) ? context_say(&err, EXIT_USAGE) : EXIT_OK;
}

/* The document keeps its shape; what is no column is wrong there, too. */
static int choose_columns(struct context *context, struct grid *grid)
{
	const struct line *line = context->line;
	struct str list = str_of(line->columns);
	struct err err;
	int failed = 0;

	if (line->columns)
		failed = line->format == PRINT_JSON ? grid_check(grid, list, &err)
						    : grid_pick(grid, list, &err);
	return failed ? context_say(&err, EXIT_USAGE) : EXIT_OK;
}

int context_arrange(struct context *context, struct grid *grid)
{
	int code = context_order(context, grid);

	if (!code)
		code = choose_columns(context, grid);
	if (code)
		return code;
	context_limit(context, &grid->sheet);
	return EXIT_OK;
}
