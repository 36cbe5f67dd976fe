/*
 * A YAML document as a small tree whose every node knows its place, on top of libyaml.
 *
 * Only what a configuration needs: one document, mappings with scalar keys, sequences, scalars.
 * Anchors, aliases and tags are refused, and so are two equal keys in a mapping. Limits: 1 MB of
 * text, YML_MAX_DEPTH levels, so that time and memory are bounded.
 * Scalars stay text; what `plain` ones mean (numbers, true, null) is the reader's to say.
 */
#ifndef FORMAT_YAML_H
#define FORMAT_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum { YML_MAX_BYTES = 1 << 20, YML_MAX_DEPTH = 32 };

enum yml_kind { YML_SCALAR, YML_SEQUENCE, YML_MAPPING };

struct yml_node {
	enum yml_kind kind;
	bool plain;        /* a scalar without quotes */
	int line, column;  /* counted from 1; of the key for a member of a mapping */
	struct str key;    /* of a member of a mapping, else STR_NONE */
	struct str text;   /* of a scalar */
	struct yml_node *first, *last, *next; /* the members, and the one after this */
	size_t n;          /* members */
};

/*
 * Parses text into the arena. An empty document gives *root = NULL.
 * -1: ERR_FORMAT with the line, ERR_TOO_BIG, ERR_UNSUPPORTED for anchors, aliases and tags.
 */
int yml_parse(struct str text, struct arena *arena, struct yml_node **root, struct err *err);

/* The member of that name of a mapping, or NULL (also where node is NULL or no mapping). */
const struct yml_node *yml_get(const struct yml_node *node, const char *key);

#endif
