/* The texts of drift_words.h. */
#include "record/drift_words.h"

#include <stddef.h>

const char *drift_type_word(enum drift_type type)
{
	static const char *const words[] = {"numeric", "categorical", "boolean"};

	return words[type];
}

const char *drift_state_word(enum drift_state state)
{
	static const char *const words[] = {
		"drift", "insufficient", "unknown", "stale", "ok", NULL,
	};

	return words[state];
}

const char *drift_why_word(enum drift_why why)
{
	static const char *const words[] = {NULL, "empty", "few", "tail", "clear", "floor"};

	return words[why];
}

const char *drift_bin_word(enum drift_bin_kind kind)
{
	static const char *const words[] = {"lt", "eq", "le", "gt", "category", "other"};

	return words[kind];
}
