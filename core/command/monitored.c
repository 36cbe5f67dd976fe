/* Monitors as commands read them; see monitored.h. */
#include "command/monitored.h"

#include "base/mem.h"
#include "monitor/monitor.h"

#include <stdlib.h>

void monitored_init(struct monitored *monitored)
{
	*monitored = (struct monitored){0};
	monitor_list_init(&monitored->list);
}

void monitored_release(struct monitored *monitored)
{
	monitor_list_release(&monitored->list);
	free(monitored->heads);
}

static void set_head(struct monitored *monitored, size_t head)
{
	size_t n = ++monitored->nheads;

	monitored->heads = mem_resize(monitored->heads, n, sizeof *monitored->heads);
	monitored->heads[n - 1] = head;
}

static bool named_on_line(const struct context *context)
{
	const char **words;
	size_t n = line_sources(context->line, &words);

	free(words);
	return n > 0;
}

int monitored_find(struct monitored *monitored, struct context *context)
{
	size_t sources = context->n, from;
	struct err err;

	for (size_t i = 0; i < sources; i++) {
		if (!(source_class_of(context->specs[i]->kind)->can & CAN_EVENTS))
			continue;
		monitor_list_source(&monitored->list, context->specs[i]);
		set_head(monitored, i);
	}
	from = monitored->list.n;
	if (named_on_line(context))
		return EXIT_OK;
	if (monitor_list_config(&monitored->list, &context->config, &err)) {
		err_origin(&err, "%s", context->config.path);
		return context_say(&err, EXIT_USAGE);
	}
	for (size_t i = from; i < monitored->list.n; i++)
		set_head(monitored, context_add(context, monitored->list.items[i]->source));
	return EXIT_OK;
}

int monitored_read(const struct monitored *monitored, struct context *context)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < monitored->list.n; i++) {
		struct monitor *monitor = monitor_new(&monitored->list.items[i]->spec);
		struct query query = monitor_query(monitor);
		size_t head = monitored->heads[i];

		context_head(context, head, &query);
		monitor_free(monitor);
		if (context->heads[head].err.code == ERR_USAGE)
			code = EXIT_USAGE;
	}
	return code;
}
