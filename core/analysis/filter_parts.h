/* What the files of the filter share (filter_parse.c, filter.c); nobody else includes this. */
#ifndef ANALYSIS_FILTER_PARTS_H
#define ANALYSIS_FILTER_PARTS_H

#include "analysis/filter.h"

#include "base/arena.h"

enum filter_comparator {
	FILTER_EQ,
	FILTER_NE,
	FILTER_GT,
	FILTER_GE,
	FILTER_LT,
	FILTER_LE,
	FILTER_LIKE,
	FILTER_ILIKE,
	FILTER_IN,
	FILTER_NOT_IN,
	FILTER_IS_NULL,
	FILTER_IS_NOT_NULL,
};

enum filter_node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TEST };

struct filter_literal {
	bool is_number;
	double number;
	struct str text;   /* of a number too: as written */
	bool relative;     /* a relative time: number is ms already */
};

struct filter_node {
	enum filter_node_kind kind;
	struct filter_node *left, *right; /* NOT: left only */
	size_t field;                     /* TEST: index into the filter's fields */
	enum filter_comparator comparator;
	struct filter_literal *literals;  /* one, or a list */
	size_t nliterals;
};

struct filter {
	struct arena arena;
	struct filter_node *root;
	struct filter_field *fields;
	size_t nfields, fields_cap;
};

/* Is the field a number of its own (metric, time, duration)? */
bool filter_field_is_number(const struct filter_field *field);
bool filter_field_is_time(const struct filter_field *field);

/* "= ", "LIKE", … as MLflow writes it. */
const char *filter_comparator_text(enum filter_comparator comparator);

#endif
