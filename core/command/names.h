/*
 * Runs by the names that people type: a whole id (deleted runs too), a unique start of one (≥ 4
 * characters), a name when only one run has it, or SOURCE:ID.
 */
#ifndef COMMAND_NAMES_H
#define COMMAND_NAMES_H

#include "command/context.h"

struct named_run {
	size_t source; /* index in the context */
	struct str id;
};

/* Finds the run among the heads' run tables. EXIT_OK, or says what is wrong and answers the code. */
int names_find(const struct context *context, const char *word, struct named_run *run);

#endif
