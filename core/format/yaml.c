/* YAML trees; see yaml.h. */
#include "format/yaml.h"

#include "base/map.h"

#include <string.h>
#include <yaml.h>

/* The open containers, the innermost last; `key` is the one that waits for its value. */
struct level {
	struct yml_node *node;
	struct str key;
	int line, column;
};

struct builder {
	struct arena *arena;
	struct yml_node *root;
	struct level levels[YML_MAX_DEPTH];
	int depth;
	int documents;
	bool done;
	struct err *err;
};

static int fail_at(struct builder *builder, enum err_code code, const yaml_mark_t *mark,
		   const char *what)
{
	return err_set(builder->err, code, "line %zu: %s", mark->line + 1, what);
}

/* A new node takes its place in the innermost open container. */
static struct yml_node *add_node(struct builder *builder, enum yml_kind kind,
				 const yaml_mark_t *mark)
{
	struct level *level = builder->depth ? &builder->levels[builder->depth - 1] : NULL;
	struct yml_node *node = arena_zero(builder->arena, 1, sizeof *node);

	if (!node)
		return NULL;
	node->kind = kind;
	node->line = (int)mark->line + 1;
	node->column = (int)mark->column + 1;
	if (!level) {
		builder->root = node;
		return node;
	}
	if (level->node->kind == YML_MAPPING) {
		node->key = level->key;
		node->line = level->line;
		node->column = level->column;
		level->key = STR_NONE;
	}
	if (level->node->last)
		level->node->last->next = node;
	else
		level->node->first = node;
	level->node->last = node;
	level->node->n++;
	return node;
}

static int out_of_room(struct builder *builder)
{
	return err_set(builder->err, ERR_TOO_BIG, "YAML that takes too much memory");
}

/* In a mapping the scalars at even places are keys. */
static bool key_expected(const struct builder *builder)
{
	const struct level *level = builder->depth ? &builder->levels[builder->depth - 1] : NULL;

	return level && level->node->kind == YML_MAPPING && str_none(level->key);
}

static int on_scalar(struct builder *builder, const yaml_event_t *event)
{
	struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
	struct level *level = builder->depth ? &builder->levels[builder->depth - 1] : NULL;
	struct yml_node *node;

	text = arena_str(builder->arena, text);
	if (key_expected(builder)) {
		level->key = text;
		level->line = (int)event->start_mark.line + 1;
		level->column = (int)event->start_mark.column + 1;
		return str_none(text) ? out_of_room(builder) : 0;
	}
	node = add_node(builder, YML_SCALAR, &event->start_mark);
	if (!node || str_none(text))
		return out_of_room(builder);
	node->text = text;
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return 0;
}

static int on_open(struct builder *builder, const yaml_event_t *event, enum yml_kind kind)
{
	struct yml_node *node;

	if (key_expected(builder))
		return fail_at(builder, ERR_UNSUPPORTED, &event->start_mark,
			       "a key that is no plain text");
	if (builder->depth == YML_MAX_DEPTH)
		return fail_at(builder, ERR_TOO_BIG, &event->start_mark,
			       "more than 32 levels of nesting");
	node = add_node(builder, kind, &event->start_mark);
	if (!node)
		return out_of_room(builder);
	builder->levels[builder->depth++] = (struct level){.node = node};
	return 0;
}

/* Two equal keys are an error, whichever a reader would have taken. */
static int on_close_mapping(struct builder *builder)
{
	const struct yml_node *mapping = builder->levels[--builder->depth].node;
	struct map seen;
	int rc = 0;

	map_init(&seen);
	for (const struct yml_node *node = mapping->first; node && rc == 0; node = node->next) {
		bool added;
		uint32_t line = map_intern(&seen, node->key, (uint32_t)node->line, &added);

		if (!added)
			rc = err_set(builder->err, ERR_FORMAT,
				     "line %d: '%.*s' was already given on line %u", node->line,
				     STR_ARG(node->key), line);
	}
	map_release(&seen);
	return rc;
}

static bool has_anchor_or_tag(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return true;
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor || event->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor || event->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor || event->data.mapping_start.tag;
	default:
		return false;
	}
}

static int on_event(struct builder *builder, const yaml_event_t *event)
{
	if (has_anchor_or_tag(event))
		return fail_at(builder, ERR_UNSUPPORTED, &event->start_mark,
			       "anchors, aliases and tags are not read");
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (builder->documents++)
			return fail_at(builder, ERR_FORMAT, &event->start_mark,
				       "a second document begins");
		return 0;
	case YAML_SCALAR_EVENT:
		return on_scalar(builder, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(builder, event, YML_SEQUENCE);
	case YAML_MAPPING_START_EVENT:
		return on_open(builder, event, YML_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
		builder->depth--;
		return 0;
	case YAML_MAPPING_END_EVENT:
		return on_close_mapping(builder);
	case YAML_STREAM_END_EVENT:
		builder->done = true;
		return 0;
	default:
		return 0;
	}
}

static int parse_failed(struct builder *builder, const yaml_parser_t *parser)
{
	const char *what = parser->problem ? parser->problem : "not YAML";

	if (parser->error == YAML_MEMORY_ERROR)
		return out_of_room(builder);
	if (parser->error == YAML_READER_ERROR)
		return err_set(builder->err, ERR_FORMAT, "byte %zu: %s", parser->problem_offset,
			       what);
	return fail_at(builder, ERR_FORMAT, &parser->problem_mark, what);
}

int yml_parse(struct str text, struct arena *arena, struct yml_node **root, struct err *err)
{
	struct builder builder = {.arena = arena, .err = err};
	yaml_parser_t parser;
	int rc = 0;

	*root = NULL;
	if (text.n > YML_MAX_BYTES)
		return err_set(err, ERR_TOO_BIG, "YAML of more than %d bytes", YML_MAX_BYTES);
	if (!yaml_parser_initialize(&parser))
		return out_of_room(&builder);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)(text.s ? text.s : ""),
				     text.n);
	while (rc == 0 && !builder.done) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			rc = parse_failed(&builder, &parser);
			break;
		}
		rc = on_event(&builder, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	if (rc == 0)
		*root = builder.root;
	return rc;
}

const struct yml_node *yml_get(const struct yml_node *node, const char *key)
{
	struct str wanted = str_of(key);

	if (!node || node->kind != YML_MAPPING)
		return NULL;
	for (const struct yml_node *member = node->first; member; member = member->next)
		if (str_equal(member->key, wanted))
			return member;
	return NULL;
}
