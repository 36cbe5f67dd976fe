/*
 * Monitors as commands read them: which there are, and their drift as heads of the context.
 */
#ifndef COMMAND_MONITORED_H
#define COMMAND_MONITORED_H

#include "command/context.h"
#include "monitor/list.h"

struct monitored {
	struct monitor_list list;
	size_t nheads;
	size_t *heads; /* of each item: its index in the context */
};

void monitored_init(struct monitored *monitored);
void monitored_release(struct monitored *monitored);

/*
 * The default monitor of each events source of the context, and, where the line names no sources,
 * the monitors of the configuration, whose stores become sources of the context. EXIT_OK, or what
 * is wrong, said.
 */
int monitored_find(struct monitored *monitored, struct context *context);

/*
 * Reads every monitor; its snapshot is its head's. EXIT_OK, or EXIT_USAGE when a column, table or
 * file that was named is not there (said).
 */
int monitored_read(const struct monitored *monitored, struct context *context);

#endif
