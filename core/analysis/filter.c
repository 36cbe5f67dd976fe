/* The filter's evaluation and what of it a server can be asked; see filter.h. */
#include "analysis/filter_parts.h"

#include "base/num.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool filter_field_is_time(const struct filter_field *field)
{
	if (field->entity == FILTER_COLUMN)
		return field->type == FILTER_TIME;
	return field->entity == FILTER_ATTRIBUTE &&
	       (field->attribute == FILTER_START || field->attribute == FILTER_END);
}

bool filter_field_is_number(const struct filter_field *field)
{
	if (field->entity == FILTER_COLUMN)
		return field->type != FILTER_TEXT;
	return field->entity == FILTER_METRIC || filter_field_is_time(field) ||
	       (field->entity == FILTER_ATTRIBUTE && field->attribute == FILTER_DURATION);
}

const char *filter_comparator_text(enum filter_comparator comparator)
{
	static const char *const texts[] = {
		[FILTER_EQ] = "=",          [FILTER_NE] = "!=",
		[FILTER_GT] = ">",          [FILTER_GE] = ">=",
		[FILTER_LT] = "<",          [FILTER_LE] = "<=",
		[FILTER_LIKE] = "LIKE",     [FILTER_ILIKE] = "ILIKE",
		[FILTER_IN] = "IN",         [FILTER_NOT_IN] = "NOT IN",
		[FILTER_IS_NULL] = "IS NULL", [FILTER_IS_NOT_NULL] = "IS NOT NULL",
	};

	return texts[comparator];
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	arena_release(&filter->arena);
	free(filter->fields);
	free(filter);
}

size_t filter_fields(const struct filter *filter, const struct filter_field **fields)
{
	*fields = filter->fields;
	return filter->nfields;
}

static bool same_char(char a, char b, bool fold)
{
	if (a == b)
		return true;
	return fold && tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * LIKE: % any run of characters, _ one byte-wise character; ASCII letters fold for ILIKE. The usual
 * two-pointer walk that goes back to the last % only, so hostile patterns stay O(text × pattern).
 */
static bool matches_pattern(struct str text, struct str pattern, bool fold)
{
	size_t t = 0, p = 0, star = SIZE_MAX, star_text = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.s[p] == '%') {
			star = p++;
			star_text = t;
		} else if (p < pattern.n &&
			   (pattern.s[p] == '_' || same_char(text.s[t], pattern.s[p], fold))) {
			bool any = pattern.s[p] == '_';

			t++;
			p++;
			/* one character, not one byte */
			while (any && t < text.n && ((unsigned char)text.s[t] & 0xC0) == 0x80)
				t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.s[p] == '%')
		p++;
	return p == pattern.n;
}

static bool compare_order(enum filter_comparator comparator, int order)
{
	switch (comparator) {
	case FILTER_EQ:
	case FILTER_IN:
		return order == 0;
	case FILTER_NE:
		return order != 0;
	case FILTER_GT:
		return order > 0;
	case FILTER_GE:
		return order >= 0;
	case FILTER_LT:
		return order < 0;
	case FILTER_LE:
		return order <= 0;
	default:
		return false;
	}
}

static bool compare_numbers(enum filter_comparator comparator, double value, double literal)
{
	if (isnan(value) || isnan(literal))
		return comparator == FILTER_NE;
	return compare_order(comparator, (value > literal) - (value < literal));
}

/* One value against one literal, for a comparator that is neither a list nor a NULL test. */
static bool compare_one(enum filter_comparator comparator, const struct value *value,
			const struct filter_literal *literal)
{
	double number;

	if (value->state == CELL_NUMBER)
		return literal->is_number &&
		       compare_numbers(comparator, value->number, literal->number);
	if (literal->is_number && !literal->relative)
		return num_parse(value->text, &number) &&
		       compare_numbers(comparator, number, literal->number);
	if (comparator == FILTER_LIKE || comparator == FILTER_ILIKE)
		return matches_pattern(value->text, literal->text, comparator == FILTER_ILIKE);
	return compare_order(comparator, str_compare(value->text, literal->text));
}

static bool in_list(const struct filter_node *node, const struct value *value)
{
	for (size_t i = 0; i < node->nliterals; i++)
		if (compare_one(FILTER_EQ, value, &node->literals[i]))
			return true;
	return false;
}

static bool test_value(const struct filter_node *node, const struct value *value)
{
	switch (node->comparator) {
	case FILTER_IN:
		return in_list(node, value);
	case FILTER_NOT_IN:
		return !in_list(node, value);
	default:
		return compare_one(node->comparator, value, &node->literals[0]);
	}
}

/* A run with several datasets matches when one of them does. */
static bool test_lines(const struct filter_node *node, struct str lines)
{
	while (lines.s) {
		long end = str_find(lines, '\n');
		struct value value = {.state = CELL_TEXT,
				      .text = end < 0 ? lines
						      : str_slice(lines, 0, (size_t)end)};

		if (test_value(node, &value))
			return true;
		lines = end < 0 ? STR_NONE : str_slice(lines, (size_t)end + 1, lines.n);
	}
	return false;
}

struct reader {
	const struct filter *filter;
	struct value (*get)(void *ctx, const struct filter_field *field);
	void *ctx;
};

static bool test_node(const struct reader *reader, const struct filter_node *node)
{
	const struct filter_field *field = &reader->filter->fields[node->field];
	struct value value = reader->get(reader->ctx, field);

	if (node->comparator == FILTER_IS_NULL)
		return value.state == CELL_MISSING;
	if (node->comparator == FILTER_IS_NOT_NULL)
		return value.state != CELL_MISSING;
	if (value.state == CELL_MISSING)
		return false;
	if (field->entity == FILTER_DATASET)
		return test_lines(node, value.text);
	return test_value(node, &value);
}

/* Recursion follows parentheses, NOT, and the left-leaning chains' right sides: bounded depth. */
static bool match_node(const struct reader *reader, const struct filter_node *node)
{
	enum filter_node_kind kind = node->kind;

	if (kind == NODE_TEST)
		return test_node(reader, node);
	if (kind == NODE_NOT)
		return !match_node(reader, node->left);
	/* walk down the left side of a chain of one kind without recursion */
	while (node->kind == kind) {
		bool right = match_node(reader, node->right);

		if (right == (kind == NODE_OR))
			return right;
		node = node->left;
	}
	return match_node(reader, node);
}

bool filter_match(const struct filter *filter,
		  struct value (*get)(void *ctx, const struct filter_field *field), void *ctx)
{
	struct reader reader = {filter, get, ctx};

	return match_node(&reader, filter->root);
}

/* The attribute's name in MLflow's grammar, or NULL when a server does not know it as we do. */
static const char *server_attribute(enum filter_attribute attribute)
{
	switch (attribute) {
	case FILTER_ID:
		return "run_id";
	case FILTER_NAME:
		return "run_name";
	case FILTER_STATUS:
		return "status";
	case FILTER_USER:
		return "user_id";
	case FILTER_ARTIFACT_URI:
		return "artifact_uri";
	case FILTER_START:
		return "start_time";
	case FILTER_END:
		return "end_time";
	default:
		return NULL;
	}
}

/* A text that stands in MLflow's quotes as it is, and that no database takes for an escape. */
static bool plain_text(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (strchr("'\"`\\", text.s[i]))
			return false;
	return true;
}

/* Can the server read the number, and does it compare it with what we would compare? */
static bool plain_number(const struct filter_field *field, double number)
{
	if (filter_field_is_time(field))
		return number == trunc(number) && fabs(number) < 1e15;
	/* infinities are kept as the largest number, which must not be met from below */
	return fabs(number) < DBL_MAX;
}

static bool pushable(const struct filter *filter, const struct filter_node *node)
{
	const struct filter_field *field = &filter->fields[node->field];

	if (node->comparator >= FILTER_IN || field->entity == FILTER_COLUMN)
		return false;
	if (field->entity == FILTER_METRIC)
		return node->comparator != FILTER_NE &&
		       plain_number(field, node->literals[0].number) && plain_text(field->key);
	if (field->entity == FILTER_ATTRIBUTE) {
		if (!server_attribute(field->attribute))
			return false;
		if (filter_field_is_time(field))
			return plain_number(field, node->literals[0].number);
	}
	/* texts: what MLflow's grammar has for them, with a quoted literal */
	return !node->literals[0].is_number &&
	       (node->comparator <= FILTER_NE || node->comparator == FILTER_LIKE ||
		node->comparator == FILTER_ILIKE) &&
	       plain_text(node->literals[0].text) && plain_text(field->key);
}

/* MLflow's parser knows 1e20 and 1e-05, but not 1e+20. */
static void push_number(struct buf *out, double value)
{
	char number[NUM_SIZE];

	for (const char *c = num_shortest(number, value); *c; c++)
		if (*c != '+')
			buf_addc(out, *c);
}

static void push_test(const struct filter *filter, const struct filter_node *node, struct buf *out)
{
	static const char *const prefixes[] = {
		[FILTER_METRIC] = "metrics",
		[FILTER_PARAM] = "params",
		[FILTER_TAG] = "tags",
		[FILTER_DATASET] = "datasets",
	};
	const struct filter_field *field = &filter->fields[node->field];
	const struct filter_literal *literal = &node->literals[0];

	if (out->n)
		buf_adds(out, " AND ");
	if (field->entity == FILTER_ATTRIBUTE)
		buf_addf(out, "attributes.%s", server_attribute(field->attribute));
	else if (field->entity == FILTER_DATASET)
		buf_addf(out, "datasets.%.*s", STR_ARG(field->key));
	else
		buf_addf(out, "%s.`%.*s`", prefixes[field->entity], STR_ARG(field->key));
	buf_addf(out, " %s ", filter_comparator_text(node->comparator));
	if (filter_field_is_time(field))
		buf_addf(out, "%.0f", literal->number);
	else if (literal->is_number)
		push_number(out, literal->number);
	else
		buf_addf(out, "'%.*s'", STR_ARG(literal->text));
}

bool filter_push(const struct filter *filter, struct buf *out)
{
	const struct filter_node *node = filter->root;
	size_t before = out->n;

	for (; node->kind == NODE_AND; node = node->left)
		if (node->right->kind == NODE_TEST && pushable(filter, node->right))
			push_test(filter, node->right, out);
	if (node->kind == NODE_TEST && pushable(filter, node))
		push_test(filter, node, out);
	return out->n > before;
}
