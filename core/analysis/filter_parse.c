/*
 * The filter's parser: tokens, then recursive descent over OR, AND, NOT and tests; see filter.h.
 */
#include "analysis/filter_parts.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_KEY, TOKEN_SIGN, TOKEN_BAD };

struct token {
	enum token_kind kind;
	struct str text; /* without the quotes; a doubled quote inside stays doubled */
	size_t at, end;  /* bytes in the whole text */
	char quote;
};

struct lexer {
	struct str text;
	size_t at;
};

static bool word_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("_.-+/@:#$", c)) || (unsigned char)c >= 0x80;
}

static void skip_blanks(struct lexer *lexer)
{
	while (lexer->at < lexer->text.n && strchr(" \t\r\n", lexer->text.s[lexer->at]) &&
	       lexer->text.s[lexer->at])
		lexer->at++;
}

/* A quoted text up to its closing quote; unterminated is bad. */
static struct token quoted(struct lexer *lexer)
{
	size_t from = lexer->at, at = from + 1;
	char quote = lexer->text.s[from];
	struct token token = {.kind = TOKEN_BAD, .at = from, .quote = quote};

	for (; at < lexer->text.n; at++) {
		if (lexer->text.s[at] != quote)
			continue;
		if (at + 1 < lexer->text.n && lexer->text.s[at + 1] == quote) {
			at++;
			continue;
		}
		token.kind = quote == '`' ? TOKEN_KEY : TOKEN_QUOTED;
		break;
	}
	token.text = str_slice(lexer->text, from + 1, at);
	lexer->at = at < lexer->text.n ? at + 1 : at;
	token.end = lexer->at;
	return token;
}

static struct token sign(struct lexer *lexer)
{
	static const char *const signs[] = {"!=", ">=", "<=", "<>", "==", "=", ">",
					    "<",  "(",  ")",  ","};
	struct str rest = str_slice(lexer->text, lexer->at, lexer->text.n);

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		struct str text = str_of(signs[i]);

		if (str_starts(rest, text)) {
			struct token token = {TOKEN_SIGN, text, lexer->at, lexer->at + text.n, 0};

			lexer->at += text.n;
			return token;
		}
	}
	lexer->at++;
	return (struct token){TOKEN_BAD, str_slice(rest, 0, 1), lexer->at - 1, lexer->at, 0};
}

static struct token next_token(struct lexer *lexer)
{
	size_t from;

	skip_blanks(lexer);
	from = lexer->at;
	if (from >= lexer->text.n)
		return (struct token){.kind = TOKEN_END, .at = from, .end = from};
	if (strchr("'\"`", lexer->text.s[from]) && lexer->text.s[from])
		return quoted(lexer);
	if (!word_char(lexer->text.s[from]))
		return sign(lexer);
	while (lexer->at < lexer->text.n && word_char(lexer->text.s[lexer->at]))
		lexer->at++;
	return (struct token){TOKEN_WORD, str_slice(lexer->text, from, lexer->at), from, lexer->at,
			      0};
}

struct parser {
	struct lexer lexer;
	struct token token; /* the one looked at */
	struct filter *filter;
	const struct filter_column *columns; /* NULL: the table is of runs */
	size_t ncolumns;
	bool tags;
	int64_t now;
	int depth;
	size_t *where;
	struct err *err;
};

static void advance(struct parser *parser)
{
	parser->token = next_token(&parser->lexer);
}

static void *fail(struct parser *parser, const char *expected)
{
	*parser->where = parser->token.at;
	if (parser->token.kind == TOKEN_END)
		err_set(parser->err, ERR_USAGE, "filter ends where %s is expected", expected);
	else if (parser->token.kind == TOKEN_BAD && parser->token.quote)
		err_set(parser->err, ERR_USAGE, "filter: the quote at character %zu is not closed",
			parser->token.at + 1);
	else
		err_set(parser->err, ERR_USAGE, "filter: %s expected at character %zu, not \"%.*s\"",
			expected, parser->token.at + 1,
			(int)(parser->token.end - parser->token.at < 40
				      ? parser->token.end - parser->token.at
				      : 40),
			parser->lexer.text.s + parser->token.at);
	return NULL;
}

static bool is_word(const struct token *token, const char *word)
{
	return token->kind == TOKEN_WORD && token->text.n == strlen(word) &&
	       strncasecmp(token->text.s, word, token->text.n) == 0;
}

static bool is_sign(const struct token *token, const char *text)
{
	return token->kind == TOKEN_SIGN && str_equal(token->text, str_of(text));
}

static bool accept_word(struct parser *parser, const char *word)
{
	if (!is_word(&parser->token, word))
		return false;
	advance(parser);
	return true;
}

static const struct {
	const char *name;
	enum filter_attribute attribute;
} attributes[] = {
	{"run_id", FILTER_ID},         {"id", FILTER_ID},
	{"run_name", FILTER_NAME},     {"name", FILTER_NAME},
	{"run name", FILTER_NAME},     {"Run name", FILTER_NAME},
	{"Run Name", FILTER_NAME},     {"status", FILTER_STATUS},
	{"state", FILTER_STATE},       {"user_id", FILTER_USER},
	{"user", FILTER_USER},         {"artifact_uri", FILTER_ARTIFACT_URI},
	{"start_time", FILTER_START},  {"start", FILTER_START},
	{"created", FILTER_START},     {"Created", FILTER_START},
	{"end_time", FILTER_END},      {"end", FILTER_END},
	{"duration", FILTER_DURATION}, {"experiment", FILTER_EXPERIMENT},
	{"commit", FILTER_COMMIT},     {"parent", FILTER_PARENT},
	{"source", FILTER_SOURCE},
};

static const struct {
	const char *prefix;
	enum filter_entity entity;
} entities[] = {
	{"metrics.", FILTER_METRIC},       {"metric.", FILTER_METRIC},
	{"params.", FILTER_PARAM},         {"param.", FILTER_PARAM},
	{"parameters.", FILTER_PARAM},     {"parameter.", FILTER_PARAM},
	{"tags.", FILTER_TAG},             {"tag.", FILTER_TAG},
	{"datasets.", FILTER_DATASET},     {"dataset.", FILTER_DATASET},
	{"attributes.", FILTER_ATTRIBUTE}, {"attribute.", FILTER_ATTRIBUTE},
	{"attr.", FILTER_ATTRIBUTE},       {"run.", FILTER_ATTRIBUTE},
};

static bool find_attribute(struct str name, enum filter_attribute *attribute)
{
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		if (str_equal(str_of(attributes[i].name), name)) {
			*attribute = attributes[i].attribute;
			return true;
		}
	}
	return false;
}

/* The entity whose prefix the word has; its key is what follows. */
static bool find_entity(struct str word, enum filter_entity *entity, struct str *key)
{
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
		if (str_starts(word, str_of(entities[i].prefix))) {
			*entity = entities[i].entity;
			*key = str_slice(word, strlen(entities[i].prefix), word.n);
			return true;
		}
	}
	return false;
}

/* A doubled quote stands for one. */
static struct str unquote(struct parser *parser, const struct token *token)
{
	char *out = arena_alloc(&parser->filter->arena, token->text.n + 1);
	size_t n = 0;

	for (size_t i = 0; out && i < token->text.n; i++) {
		out[n++] = token->text.s[i];
		if (token->text.s[i] == token->quote)
			i++;
	}
	return out ? (struct str){out, n} : STR_NONE;
}

/* The number of the field among the filter's fields. */
static size_t add_field(struct parser *parser, const struct filter_field *field)
{
	struct filter *filter = parser->filter;

	for (size_t i = 0; i < filter->nfields; i++)
		if (filter->fields[i].entity == field->entity &&
		    filter->fields[i].attribute == field->attribute &&
		    filter->fields[i].column == field->column &&
		    str_equal(filter->fields[i].key, field->key))
			return i;
	MEM_GROW(filter->fields, filter->nfields, filter->fields_cap);
	filter->fields[filter->nfields] = *field;
	return filter->nfields++;
}

static bool valid_dataset_key(struct str key)
{
	return str_equal(key, STR("name")) || str_equal(key, STR("digest")) ||
	       str_equal(key, STR("context"));
}

static bool find_column(const struct parser *parser, struct str name, struct filter_field *field)
{
	for (size_t i = 0; i < parser->ncolumns; i++) {
		if (!str_equal(parser->columns[i].name, name))
			continue;
		field->entity = FILTER_COLUMN;
		field->column = i;
		field->type = parser->columns[i].type;
		return true;
	}
	return false;
}

/* Does the table have such a field? */
static bool check_field(struct parser *parser, struct str key, struct filter_field *field)
{
	bool attribute = field->entity == FILTER_ATTRIBUTE;

	if (parser->columns) {
		if (attribute ? find_column(parser, key, field)
			      : field->entity == FILTER_TAG && parser->tags)
			return true;
		return fail(parser, parser->tags ? "a column or tags.KEY" : "a column") != NULL;
	}
	if (attribute && !find_attribute(key, &field->attribute))
		return fail(parser, "metrics.KEY, params.KEY, tags.KEY, datasets.name or an "
				    "attribute such as status, name, start_time") != NULL;
	if (field->entity == FILTER_DATASET && !valid_dataset_key(key))
		return fail(parser, "datasets.name, datasets.digest or datasets.context") != NULL;
	return true;
}

static bool parse_field(struct parser *parser, size_t *index)
{
	struct filter_field field = {.entity = FILTER_ATTRIBUTE};
	struct token token = parser->token;
	struct str key = token.text;
	bool quoted_key = false;

	if (token.kind == TOKEN_KEY || (token.kind == TOKEN_QUOTED && token.quote == '"')) {
		key = unquote(parser, &token);
	} else if (token.kind != TOKEN_WORD) {
		return fail(parser, "a field") != NULL;
	} else if (find_entity(token.text, &field.entity, &key) && key.n == 0) {
		/* metrics.`val loss`: the key is a token of its own */
		advance(parser);
		token = parser->token;
		quoted_key = token.at == parser->lexer.at - (token.end - token.at);
		if (!quoted_key || (token.kind != TOKEN_KEY &&
				    !(token.kind == TOKEN_QUOTED && token.quote == '"')))
			return fail(parser, "a key") != NULL;
		key = unquote(parser, &token);
	}
	if (!check_field(parser, key, &field))
		return false;
	if (field.entity != FILTER_ATTRIBUTE)
		field.key = arena_str(&parser->filter->arena, key);
	*index = add_field(parser, &field);
	advance(parser);
	return true;
}

static bool parse_comparator(struct parser *parser, enum filter_comparator *comparator)
{
	static const struct {
		const char *sign;
		enum filter_comparator comparator;
	} signs[] = {{"=", FILTER_EQ},  {"==", FILTER_EQ}, {"!=", FILTER_NE}, {"<>", FILTER_NE},
		     {">=", FILTER_GE}, {"<=", FILTER_LE}, {">", FILTER_GT},  {"<", FILTER_LT}};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (is_sign(&parser->token, signs[i].sign)) {
			*comparator = signs[i].comparator;
			advance(parser);
			return true;
		}
	}
	if (accept_word(parser, "LIKE")) {
		*comparator = FILTER_LIKE;
	} else if (accept_word(parser, "ILIKE")) {
		*comparator = FILTER_ILIKE;
	} else if (accept_word(parser, "IN")) {
		*comparator = FILTER_IN;
	} else if (accept_word(parser, "NOT")) {
		*comparator = FILTER_NOT_IN;
		if (!accept_word(parser, "IN"))
			return fail(parser, "IN") != NULL;
	} else if (accept_word(parser, "IS")) {
		*comparator = accept_word(parser, "NOT") ? FILTER_IS_NOT_NULL : FILTER_IS_NULL;
		if (!accept_word(parser, "NULL"))
			return fail(parser, "NULL") != NULL;
	} else {
		return fail(parser, "a comparator (= != > >= < <= LIKE ILIKE IN IS)") != NULL;
	}
	return true;
}

/* "-2h", "-90m": a time before now, for time fields only. */
static bool relative_time(struct parser *parser, struct str text, double *ms)
{
	int64_t length;

	if (text.n < 3 || text.s[0] != '-' || !strchr("smhdw", text.s[text.n - 1]) ||
	    !clock_parse_duration(str_slice(text, 1, text.n), &length))
		return false;
	*ms = (double)(parser->now - length);
	return true;
}

static bool parse_literal(struct parser *parser, const struct filter_field *field,
			  struct filter_literal *literal)
{
	struct token *token = &parser->token;
	bool number_field = filter_field_is_number(field);
	int64_t time;

	*literal = (struct filter_literal){0};
	if (token->kind == TOKEN_QUOTED) {
		literal->text = unquote(parser, token);
		if (filter_field_is_time(field)) {
			if (!clock_parse_any(literal->text, &time))
				return fail(parser, "a time (ISO 8601 or ms)") != NULL;
			literal->is_number = true;
			literal->number = (double)time;
		} else if (number_field) {
			return fail(parser, "a number without quotes") != NULL;
		}
	} else if (token->kind == TOKEN_WORD && filter_field_is_time(field) &&
		   relative_time(parser, token->text, &literal->number)) {
		literal->is_number = literal->relative = true;
	} else if (token->kind == TOKEN_WORD && filter_field_is_time(field) &&
		   clock_parse_iso(token->text, &time)) {
		literal->is_number = true;
		literal->number = (double)time;
	} else if (token->kind == TOKEN_WORD && num_parse(token->text, &literal->number)) {
		literal->is_number = true;
		literal->text = arena_str(&parser->filter->arena, token->text);
	} else {
		return fail(parser, number_field ? "a number" : "a quoted text or a number") != NULL;
	}
	advance(parser);
	return true;
}

static bool add_literal(struct parser *parser, struct filter_node *node, size_t *cap)
{
	struct filter_literal literal;

	if (!parse_literal(parser, &parser->filter->fields[node->field], &literal))
		return false;
	if (node->nliterals == *cap) {
		size_t wider = *cap ? *cap * 2 : 1;
		struct filter_literal *list =
			arena_zero(&parser->filter->arena, wider, sizeof *list);

		if (!list)
			return fail(parser, "a shorter filter") != NULL;
		if (node->nliterals)
			memcpy(list, node->literals, node->nliterals * sizeof *list);
		node->literals = list;
		*cap = wider;
	}
	node->literals[node->nliterals++] = literal;
	return true;
}

static bool parse_list(struct parser *parser, struct filter_node *node)
{
	size_t cap = 0;

	if (!is_sign(&parser->token, "("))
		return fail(parser, "(") != NULL;
	do {
		advance(parser);
		if (!add_literal(parser, node, &cap))
			return false;
	} while (is_sign(&parser->token, ","));
	if (!is_sign(&parser->token, ")"))
		return fail(parser, ", or )") != NULL;
	advance(parser);
	return true;
}

static struct filter_node *node_new(struct parser *parser, enum filter_node_kind kind)
{
	struct filter_node *node = arena_zero(&parser->filter->arena, 1, sizeof *node);

	if (!node)
		return fail(parser, "a shorter filter");
	node->kind = kind;
	return node;
}

static bool like(enum filter_comparator comparator)
{
	return comparator == FILTER_LIKE || comparator == FILTER_ILIKE;
}

static struct filter_node *parse_test(struct parser *parser)
{
	struct filter_node *node = node_new(parser, NODE_TEST);
	size_t cap = 0;

	if (!node || !parse_field(parser, &node->field) ||
	    !parse_comparator(parser, &node->comparator))
		return NULL;
	if (node->comparator == FILTER_IS_NULL || node->comparator == FILTER_IS_NOT_NULL)
		return node;
	if (node->comparator == FILTER_IN || node->comparator == FILTER_NOT_IN)
		return parse_list(parser, node) ? node : NULL;
	if (like(node->comparator) && parser->token.kind != TOKEN_QUOTED)
		return fail(parser, "a quoted pattern");
	if (like(node->comparator) &&
	    filter_field_is_number(&parser->filter->fields[node->field]))
		return fail(parser, "a number's comparator before it (LIKE is for texts)");
	return add_literal(parser, node, &cap) ? node : NULL;
}

static struct filter_node *parse_or(struct parser *parser);

static struct filter_node *parse_not(struct parser *parser)
{
	struct filter_node *node;

	if (++parser->depth > FILTER_MAX_DEPTH)
		return fail(parser, "less nesting");
	if (accept_word(parser, "NOT")) {
		node = node_new(parser, NODE_NOT);
		if (node)
			node->left = parse_not(parser);
		node = node && node->left ? node : NULL;
	} else if (is_sign(&parser->token, "(")) {
		advance(parser);
		node = parse_or(parser);
		if (node && !is_sign(&parser->token, ")"))
			return fail(parser, "AND, OR or )");
		if (node)
			advance(parser);
	} else {
		node = parse_test(parser);
	}
	parser->depth--;
	return node;
}

/* left JOIN right JOIN right …, leaning left so that long chains need no deep recursion to parse */
static struct filter_node *parse_chain(struct parser *parser, const char *word,
				       enum filter_node_kind kind,
				       struct filter_node *(*operand)(struct parser *))
{
	struct filter_node *left = operand(parser);

	while (left && accept_word(parser, word)) {
		struct filter_node *node = node_new(parser, kind);

		if (!node)
			return NULL;
		node->left = left;
		node->right = operand(parser);
		left = node->right ? node : NULL;
	}
	return left;
}

static struct filter_node *parse_and(struct parser *parser)
{
	return parse_chain(parser, "AND", NODE_AND, parse_not);
}

static struct filter_node *parse_or(struct parser *parser)
{
	return parse_chain(parser, "OR", NODE_OR, parse_and);
}

static struct filter *parse_whole(struct parser *parser, struct str text)
{
	struct filter *filter = mem_zero(1, sizeof *filter);

	*parser->where = 0;
	parser->filter = filter;
	arena_init(&filter->arena, 32 * FILTER_MAX_BYTES);
	if (text.n > FILTER_MAX_BYTES) {
		err_set(parser->err, ERR_USAGE, "filter: longer than %d KB",
			FILTER_MAX_BYTES >> 10);
		filter_free(filter);
		return NULL;
	}
	parser->lexer.text = arena_str(&filter->arena, text.s ? text : STR(""));
	advance(parser);
	filter->root = parse_or(parser);
	if (filter->root && parser->token.kind != TOKEN_END)
		filter->root = fail(parser, "AND, OR or the end");
	if (filter->root && filter->arena.over)
		filter->root = fail(parser, "a shorter filter");
	if (filter->root)
		return filter;
	filter_free(filter);
	return NULL;
}

struct filter *filter_parse(struct str text, int64_t now, size_t *where, struct err *err)
{
	struct parser parser = {.now = now, .where = where, .err = err};

	return parse_whole(&parser, text);
}

struct filter *filter_parse_columns(struct str text, int64_t now,
				    const struct filter_column *columns, size_t ncolumns, bool tags,
				    size_t *where, struct err *err)
{
	struct parser parser = {.columns = columns, .ncolumns = ncolumns, .tags = tags,
				.now = now, .where = where, .err = err};

	return parse_whole(&parser, text);
}

static enum filter_expect key_expected(enum filter_entity entity)
{
	static const enum filter_expect expects[] = {
		[FILTER_METRIC] = FILTER_EXPECT_METRIC_KEY,
		[FILTER_PARAM] = FILTER_EXPECT_PARAM_KEY,
		[FILTER_TAG] = FILTER_EXPECT_TAG_KEY,
		[FILTER_DATASET] = FILTER_EXPECT_DATASET_KEY,
		[FILTER_ATTRIBUTE] = FILTER_EXPECT_FIELD,
	};

	return expects[entity];
}

/* What comes after a whole token, given what was expected in its place. */
static enum filter_expect after(enum filter_expect expected, const struct token *token, bool *list)
{
	if (is_word(token, "AND") || is_word(token, "OR") || is_word(token, "NOT"))
		return expected == FILTER_EXPECT_COMPARATOR ? expected : FILTER_EXPECT_FIELD;
	if (expected == FILTER_EXPECT_COMPARATOR) {
		if (is_word(token, "IS"))
			return FILTER_EXPECT_COMPARATOR;
		return is_word(token, "NULL") ? FILTER_EXPECT_JOIN : FILTER_EXPECT_VALUE;
	}
	if (is_sign(token, "(")) {
		*list = expected == FILTER_EXPECT_VALUE;
		return expected;
	}
	if (is_sign(token, ","))
		return FILTER_EXPECT_VALUE;
	if (is_sign(token, ")")) {
		*list = false;
		return FILTER_EXPECT_JOIN;
	}
	if (expected == FILTER_EXPECT_FIELD)
		return FILTER_EXPECT_COMPARATOR;
	return FILTER_EXPECT_JOIN;
}

enum filter_expect filter_expects(struct str text, size_t cursor, size_t *from)
{
	struct lexer lexer = {.text = str_slice(text, 0, cursor)};
	enum filter_expect expected = FILTER_EXPECT_FIELD;
	enum filter_entity entity;
	bool list = false;
	struct str key;

	for (;;) {
		struct token token = next_token(&lexer);

		*from = token.at;
		if (token.kind == TOKEN_END)
			return expected;
		if (expected == FILTER_EXPECT_FIELD && token.kind == TOKEN_WORD &&
		    find_entity(token.text, &entity, &key)) {
			if (token.end == lexer.text.n) {
				*from = token.end - key.n;
				return key_expected(entity);
			}
			if (key.n == 0) { /* the key is quoted and comes next */
				token = next_token(&lexer);
				if (token.end == lexer.text.n) {
					*from = token.at + (token.quote != 0);
					return key_expected(entity);
				}
			}
		} else if (token.end == lexer.text.n &&
			   (token.kind == TOKEN_WORD || token.kind == TOKEN_BAD)) {
			return expected;
		}
		expected = after(expected, &token, &list);
	}
}
