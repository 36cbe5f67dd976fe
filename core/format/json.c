/* Checked JSON; see json.h. */
#include "format/json.h"

#include "base/buf.h"
#include "base/num.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <strings.h>

const struct json_limits json_limits = {
	.bytes = (size_t)32 << 20,
	.text = (size_t)1 << 20,
	.members = 200000,
	.values = 1000000,
};

/* Numbers up to this many characters fit cJSON's own buffer. */
enum { LONGEST_NUMBER = 40 };

#define EXACT 9007199254740992.0 /* 2^53 */

/*
 * The walk. What needs no change is not copied: `clean` holds the text up to `copied`, the rest
 * still stands in the body.
 */
struct walk {
	const char *s, *at, *end;
	const char *copied;
	struct buf clean;
	const struct json_limits *limits;
	uint64_t objects; /* one bit a level: 1 = object, 0 = array */
	int depth;
	size_t members[JSON_MAX_DEPTH];
	size_t values, cut, nuls;
	struct err *err;
};

static int fail(struct walk *walk, const char *what)
{
	size_t line = 1;
	const char *start = walk->s;

	for (const char *p = walk->s; p < walk->at; p++)
		if (*p == '\n') {
			line++;
			start = p + 1;
		}
	return err_set(walk->err, ERR_FORMAT, "not JSON: %s at line %zu, byte %zu", what, line,
		       (size_t)(walk->at - start) + 1);
}

static int too_big(struct walk *walk, const char *what, size_t limit)
{
	return err_set(walk->err, ERR_TOO_BIG, "JSON with more than %zu %s", limit, what);
}

/* The bytes [from, to) of the body are written as `text` instead. */
static void replace(struct walk *walk, const char *from, const char *to, struct str text)
{
	buf_add(&walk->clean, walk->copied, (size_t)(from - walk->copied));
	buf_add_str(&walk->clean, text);
	walk->copied = to;
}

static void skip_blanks(struct walk *walk)
{
	while (walk->at < walk->end && (*walk->at == ' ' || *walk->at == '\n' ||
					*walk->at == '\r' || *walk->at == '\t'))
		walk->at++;
}

static size_t utf8_size(int rune)
{
	return rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
}

/* One character of a string: the bytes it takes, and those it decodes to (0: a bad escape). */
struct character {
	size_t size, decoded;
	bool bad; /* stands for nothing that a text may hold: written as U+FFFD */
	bool nul; /* U+0000, which ends a text for cJSON */
};

static struct character bad_character(size_t size)
{
	return (struct character){.size = size, .decoded = 3, .bad = true};
}

static struct character read_escape(const char *s, const char *end)
{
	int high, low;

	if (end - s < 2)
		return (struct character){0};
	if (s[1] != 'u')
		return (struct character){.size = 2,
					  .decoded = s[1] && strchr("\"\\/bfnrt", s[1])};
	high = num_hex4(s + 2, end);
	if (high < 0)
		return (struct character){0};
	if (high == 0)
		return (struct character){.size = 6, .decoded = 1, .nul = true};
	if ((high < 0xD800 || high > 0xDFFF))
		return (struct character){.size = 6, .decoded = utf8_size(high)};
	if (high >= 0xD800 && high < 0xDC00 && end - s >= 12 && s[6] == '\\' && s[7] == 'u') {
		low = num_hex4(s + 8, end);
		if (low >= 0xDC00 && low <= 0xDFFF)
			return (struct character){.size = 12, .decoded = 4};
	}
	return bad_character(6);
}

static struct character read_character(const char *s, const char *end)
{
	uint32_t rune;
	size_t size;

	if (*s == '\\')
		return read_escape(s, end);
	size = text_decode(s, (size_t)(end - s), &rune);
	if (size == 1 && rune == TEXT_BAD)
		return bad_character(size);
	return (struct character){.size = size, .decoded = size, .nul = rune == 0};
}

/* Plain characters that need no look: printable ASCII but for quote and backslash. */
static size_t plain_run(const char *s, const char *end)
{
	const char *at = s;

	while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at < 0x80 && *at)
		at++;
	return (size_t)(at - s);
}

/*
 * What cJSON cannot carry. A U+0000 goes through it as the two bytes that no valid text holds, and
 * is put back in put_nuls(); a name has no room for its length, so there it is U+FFFD.
 */
static void rewrite(struct walk *walk, const struct character *c, bool name)
{
	const char *to = walk->at + c->size;

	if (c->bad || (c->nul && name)) {
		replace(walk, walk->at, to, STR("\xef\xbf\xbd"));
	} else if (c->nul) {
		replace(walk, walk->at, to, STR("\xc0\x80"));
		walk->nuls++;
	}
}

/* A string, from its opening quote to past its closing one. */
static int walk_string(struct walk *walk, bool name)
{
	size_t decoded = 0, limit = walk->limits->text;
	const char *stop = NULL; /* where a string that is too long was cut */

	for (walk->at++; walk->at < walk->end && *walk->at != '"';) {
		size_t run = plain_run(walk->at, walk->end);
		struct character c = {.size = run, .decoded = run};

		if (!run)
			c = read_character(walk->at, walk->end);
		if (!c.decoded)
			return fail(walk, "a bad escape");
		if (!stop && c.decoded > limit - decoded)
			stop = walk->at + (run ? limit - decoded : 0);
		if (!stop)
			rewrite(walk, &c, name);
		if (!stop)
			decoded += c.decoded;
		walk->at += c.size;
	}
	if (walk->at == walk->end)
		return fail(walk, "a string without end");
	if (stop) {
		replace(walk, stop, walk->at, STR(""));
		walk->cut++;
	}
	walk->at++;
	return 0;
}

static bool digit_at(const struct walk *walk)
{
	return walk->at < walk->end && *walk->at >= '0' && *walk->at <= '9';
}

static bool digits(struct walk *walk)
{
	const char *from = walk->at;

	while (digit_at(walk))
		walk->at++;
	return walk->at > from;
}

/* Is a whole number too large for a double to hold it exactly? */
static bool inexact(struct str number)
{
	double value;

	return number.n > 15 && num_parse(number, &value) && fabs(value) >= EXACT;
}

static void quote(struct walk *walk, const char *from)
{
	replace(walk, from, from, STR("\""));
	replace(walk, walk->at, walk->at, STR("\""));
}

static int walk_number(struct walk *walk)
{
	const char *from = walk->at;
	bool whole = true;
	struct str text;

	walk->at += *walk->at == '-';
	if (!digits(walk))
		return fail(walk, "a value is missing");
	if (walk->at - from > 1 + (*from == '-') && from[*from == '-'] == '0')
		return fail(walk, "a number with a leading zero");
	if (walk->at < walk->end && *walk->at == '.') {
		whole = false;
		walk->at++;
		if (!digits(walk))
			return fail(walk, "a number without digits after the point");
	}
	if (walk->at < walk->end && (*walk->at | 0x20) == 'e') {
		whole = false;
		walk->at++;
		if (walk->at < walk->end && (*walk->at == '+' || *walk->at == '-'))
			walk->at++;
		if (!digits(walk))
			return fail(walk, "a number without digits in its exponent");
	}
	text = (struct str){from, (size_t)(walk->at - from)};
	if (text.n > walk->limits->text)
		return too_big(walk, "digits in a number", walk->limits->text);
	if (text.n > LONGEST_NUMBER || (whole && inexact(text)))
		quote(walk, from);
	return 0;
}

static bool take(struct walk *walk, struct str word)
{
	struct str rest = {walk->at, (size_t)(walk->end - walk->at)};

	if (!str_starts(rest, word))
		return false;
	walk->at += word.n;
	return true;
}

static int walk_scalar(struct walk *walk)
{
	const char *from = walk->at;

	if (*walk->at == '"')
		return walk_string(walk, false);
	if (take(walk, STR("true")) || take(walk, STR("false")) || take(walk, STR("null")))
		return 0;
	if (walk->limits->bare_nan && (take(walk, STR("NaN")) || take(walk, STR("Infinity")) ||
				       take(walk, STR("-Infinity")))) {
		quote(walk, from);
		return 0;
	}
	if (*walk->at == '-' || digit_at(walk))
		return walk_number(walk);
	return fail(walk, "a value is missing");
}

static bool in_object(const struct walk *walk)
{
	return walk->objects >> (walk->depth - 1) & 1;
}

static int open_container(struct walk *walk)
{
	bool object = *walk->at == '{';

	if (walk->depth == JSON_MAX_DEPTH)
		return too_big(walk, "levels", JSON_MAX_DEPTH);
	walk->members[walk->depth++] = 0;
	walk->objects &= ~(1ull << (walk->depth - 1));
	walk->objects |= (uint64_t)object << (walk->depth - 1);
	walk->at++;
	return 0;
}

/* Before a value in a container: counts it, and takes its name in an object. */
static int walk_name(struct walk *walk)
{
	if (walk->members[walk->depth - 1]++ == walk->limits->members)
		return too_big(walk, "members", walk->limits->members);
	if (!in_object(walk))
		return 0;
	if (walk->at == walk->end || *walk->at != '"')
		return fail(walk, "a name in quotes is missing");
	if (walk_string(walk, true) < 0)
		return -1;
	skip_blanks(walk);
	if (!take(walk, STR(":")))
		return fail(walk, "':' is missing");
	skip_blanks(walk);
	return 0;
}

/* After a value: closes what ends here. *more says that another value follows. */
static int walk_after(struct walk *walk, bool *more)
{
	*more = false;
	for (; walk->depth; walk->depth--) {
		skip_blanks(walk);
		if (take(walk, STR(","))) {
			*more = true;
			skip_blanks(walk);
			return walk_name(walk);
		}
		if (!take(walk, in_object(walk) ? STR("}") : STR("]")))
			return fail(walk, in_object(walk) ? "',' or '}' is missing"
							  : "',' or ']' is missing");
	}
	return 0;
}

/* At the start of a value; containers are opened here and closed in walk_after. */
static int walk_value(struct walk *walk, bool *empty_or_scalar)
{
	*empty_or_scalar = true;
	if (walk->at == walk->end)
		return fail(walk, "the text ends too soon");
	if (walk->values++ == walk->limits->values)
		return too_big(walk, "values", walk->limits->values);
	if (*walk->at != '{' && *walk->at != '[')
		return walk_scalar(walk);
	if (open_container(walk) < 0)
		return -1;
	skip_blanks(walk);
	if (walk->at < walk->end && *walk->at == (in_object(walk) ? '}' : ']'))
		return 0; /* walk_after closes it */
	*empty_or_scalar = false;
	return walk_name(walk);
}

static int walk_document(struct walk *walk)
{
	bool done, more = true;

	take(walk, STR("\xef\xbb\xbf"));
	skip_blanks(walk);
	while (more) {
		if (walk_value(walk, &done) < 0)
			return -1;
		if (done && walk_after(walk, &more) < 0)
			return -1;
	}
	skip_blanks(walk);
	return walk->at < walk->end ? fail(walk, "something follows the end") : 0;
}

/* Its length goes where cJSON keeps a number's value; 0 where nothing was put back. */
static void put_nul(cJSON *item)
{
	char *from = item->valuestring, *to = from;

	for (; *from; to++) {
		bool nul = from[0] == '\xc0' && from[1] == '\x80';

		*to = nul ? '\0' : *from;
		from += 1 + nul;
	}
	*to = '\0';
	if (to != from)
		item->valueint = (int)(to - item->valuestring);
}

/* Recursion as deep as JSON_MAX_DEPTH at most. */
static void put_nuls(cJSON *item)
{
	for (; item; item = item->next) {
		if (cJSON_IsString(item))
			put_nul(item);
		put_nuls(item->child);
	}
}

struct json *json_parse(struct str body, const struct json_limits *limits, size_t *cut,
			struct err *err)
{
	struct walk walk = {.s = body.s, .at = body.s, .copied = body.s, .limits = limits,
			    .end = body.s + body.n, .err = err};
	struct str text = body;
	cJSON *root = NULL;

	if (!body.n) {
		err_set(err, ERR_FORMAT, "not JSON: the text is empty");
		return NULL;
	}
	if (body.n > limits->bytes) {
		err_set(err, ERR_TOO_BIG, "JSON of more than %zu bytes", limits->bytes);
		return NULL;
	}
	/* what is rewritten grows at most to three bytes a byte */
	buf_init(&walk.clean, 3 * body.n + 16);
	if (walk_document(&walk) == 0) {
		if (walk.copied != body.s) {
			replace(&walk, walk.end, walk.end, STR(""));
			text = buf_str(&walk.clean);
		}
		root = cJSON_ParseWithLength(text.s, text.n);
		if (!root)
			err_set(err, ERR_TOO_BIG, "JSON that does not fit into memory");
		if (walk.nuls)
			put_nuls(root);
	}
	buf_release(&walk.clean);
	if (cut)
		*cut = walk.cut;
	return (struct json *)root;
}

void json_free(struct json *root)
{
	cJSON_Delete((cJSON *)root);
}

static const cJSON *peek(const struct json *value)
{
	return (const cJSON *)value;
}

enum json_type json_type(const struct json *value)
{
	if (!value)
		return JSON_MISSING;
	switch (peek(value)->type & 0xFF) {
	case cJSON_True:
	case cJSON_False:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

const struct json *json_get(const struct json *object, const char *key)
{
	if (json_type(object) != JSON_OBJECT)
		return NULL;
	for (const cJSON *item = peek(object)->child; item; item = item->next)
		if (strcmp(item->string, key) == 0)
			return (const struct json *)item;
	return NULL;
}

const struct json *json_first(const struct json *container)
{
	return container ? (const struct json *)peek(container)->child : NULL;
}

const struct json *json_next(const struct json *item)
{
	return item ? (const struct json *)peek(item)->next : NULL;
}

struct str json_key(const struct json *item)
{
	return item ? str_of(peek(item)->string) : STR_NONE;
}

size_t json_count(const struct json *container)
{
	size_t n = 0;

	for (const struct json *item = json_first(container); item; item = json_next(item))
		n++;
	return n;
}

struct str json_text(const struct json *value)
{
	const cJSON *item = peek(value);

	if (json_type(value) != JSON_STRING)
		return STR_NONE;
	if (item->valueint)
		return (struct str){item->valuestring, (size_t)item->valueint};
	return str_of(item->valuestring);
}

bool json_special(struct str text, double *number)
{
	static const struct {
		const char *word;
		double value;
	} words[] = {{"nan", NAN}, {"inf", INFINITY}, {"infinity", INFINITY}};
	bool negative = text.n && text.s[0] == '-';
	size_t sign = text.n && (text.s[0] == '-' || text.s[0] == '+');

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (text.n - sign != strlen(words[i].word) ||
		    strncasecmp(text.s + sign, words[i].word, text.n - sign) != 0)
			continue;
		*number = negative ? -words[i].value : words[i].value;
		return true;
	}
	return false;
}

bool json_number(const struct json *value, double *number)
{
	struct str text = json_text(value);

	if (json_type(value) == JSON_NUMBER) {
		*number = peek(value)->valuedouble;
		return true;
	}
	return !str_none(text) && (num_parse(text, number) || json_special(text, number));
}

bool json_int(const struct json *value, int64_t *number)
{
	double inexact_value;

	if (json_type(value) == JSON_STRING)
		return num_parse_int(json_text(value), number);
	if (json_type(value) != JSON_NUMBER)
		return false;
	inexact_value = peek(value)->valuedouble;
	if (!(fabs(inexact_value) <= EXACT) || inexact_value != trunc(inexact_value))
		return false;
	*number = (int64_t)inexact_value;
	return true;
}

bool json_bool(const struct json *value, bool *truth)
{
	if (json_type(value) != JSON_BOOL)
		return false;
	*truth = (peek(value)->type & 0xFF) == cJSON_True;
	return true;
}

struct str json_get_text(const struct json *object, const char *key)
{
	return json_text(json_get(object, key));
}

bool json_get_number(const struct json *object, const char *key, double *number)
{
	return json_number(json_get(object, key), number);
}

bool json_get_int(const struct json *object, const char *key, int64_t *number)
{
	return json_int(json_get(object, key), number);
}

bool json_get_bool(const struct json *object, const char *key, bool *truth)
{
	return json_bool(json_get(object, key), truth);
}
