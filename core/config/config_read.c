/* The configuration file: what its text says; see config.h. The table of settings leads. */
#include "config/config.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/num.h"
#include "config/suggest.h"
#include "format/yaml.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KEYS = 64 };

struct reader {
	struct config *config;
	const char *folder;
	struct err *err;
};

static int fail(struct reader *reader, const struct yml_node *node, const char *what)
{
	return err_set(reader->err, ERR_FORMAT, "line %d: %s%s%.*s", node->line, what,
		       str_none(node->key) ? "" : ": ", STR_ARG(node->key));
}

static void *new_items(struct reader *reader, size_t n, size_t size)
{
	/* when the arena is over, the document was too: one item more is never touched */
	return arena_zero(&reader->config->arena, n + 1, size);
}

static int out_of_room(struct reader *reader)
{
	return err_set(reader->err, ERR_TOO_BIG, "the configuration takes too much memory");
}

/* The word of a scalar as a C string of the arena. */
static int read_text(struct reader *reader, const struct yml_node *node, const char **out)
{
	if (node->kind != YML_SCALAR)
		return fail(reader, node, "a word is expected");
	if (str_find(node->text, '\0') >= 0)
		return fail(reader, node, "a NUL has no place here");
	*out = node->text.n ? node->text.s : NULL;
	return *out ? 0 : fail(reader, node, "a value is missing");
}

static bool is_address(const char *text)
{
	return strstr(text, "://") != NULL;
}

/* A path as an absolute one, seen from the file's folder; addresses stay as they are. */
static int read_place(struct reader *reader, const struct yml_node *node, const char **out)
{
	const char *home = getenv("HOME"), *text;
	struct buf path;

	if (read_text(reader, node, &text) < 0)
		return -1;
	*out = text;
	if (is_address(text) || text[0] == '/')
		return 0;
	buf_init(&path, 8192);
	if (strncmp(text, "~/", 2) == 0 && home)
		buf_addf(&path, "%s%s", home, text + 1);
	else if (reader->folder[0])
		buf_addf(&path, "%s/%s", reader->folder, text);
	else
		buf_adds(&path, text);
	*out = arena_str(&reader->config->arena, buf_str(&path)).s;
	buf_release(&path);
	return *out ? 0 : out_of_room(reader);
}

/* Which of the words split by '|' it is, or -1. */
static int word_index(const char *words, struct str text)
{
	int i = 0;

	for (const char *at = words; at; at = strchr(at, '|'), i++) {
		size_t n;

		at += *at == '|';
		n = strcspn(at, "|");
		if (n == text.n && memcmp(at, text.s, n) == 0)
			return i;
	}
	return -1;
}

static int check_word(struct reader *reader, const struct yml_node *node, const char *words)
{
	if (node->kind == YML_SCALAR && word_index(words, node->text) >= 0)
		return 0;
	return err_set(reader->err, ERR_FORMAT, "line %d: %.*s: one of %s is expected", node->line,
		       STR_ARG(node->key), words);
}

static int read_bool(struct reader *reader, const struct yml_node *node, bool *out)
{
	if (node->kind != YML_SCALAR || !node->plain || word_index("true|false", node->text) < 0)
		return fail(reader, node, "true or false is expected");
	*out = node->text.s[0] == 't';
	return 0;
}

static int read_number(struct reader *reader, const struct yml_node *node, double *out)
{
	if (node->kind != YML_SCALAR || !num_parse(node->text, out) || !(*out > 0) ||
	    !isfinite(*out))
		return fail(reader, node, "a number above 0 is expected");
	return 0;
}

static int read_count(struct reader *reader, const struct yml_node *node, int64_t *out)
{
	if (node->kind != YML_SCALAR || !num_parse_int(node->text, out) || *out < 1 ||
	    *out > 1000000)
		return fail(reader, node, "a whole number above 0 is expected");
	return 0;
}

static int read_seconds(struct reader *reader, const struct yml_node *node, double *out)
{
	if (read_number(reader, node, out) < 0)
		return -1;
	if (*out < 0.1 || *out > 86400)
		return fail(reader, node, "between 0.1 and 86400 seconds are expected");
	return 0;
}

static int read_span(struct reader *reader, const struct yml_node *node, int64_t *out)
{
	if (node->kind != YML_SCALAR || !clock_parse_duration(node->text, out))
		return fail(reader, node, "a duration such as 90s, 15m, 1h or 2d is expected");
	return 0;
}

/* "2 of 3" */
static int read_k_of_m(struct reader *reader, const struct yml_node *node,
		       struct config_k_of_m *out)
{
	struct str text = node->text;
	int64_t k, m;
	size_t at = 0;

	while (at + 4 <= text.n && memcmp(text.s + at, " of ", 4) != 0)
		at++;
	if (node->kind != YML_SCALAR || at + 4 > text.n ||
	    !num_parse_int(str_trim(str_slice(text, 0, at)), &k) ||
	    !num_parse_int(str_trim(str_slice(text, at + 4, text.n)), &m) || k < 1 || m < k ||
	    m > 1000)
		return fail(reader, node, "K of M is expected, such as 2 of 3");
	*out = (struct config_k_of_m){(int)k, (int)m};
	return 0;
}

static int read_list(struct reader *reader, const struct yml_node *node, struct config_list *out)
{
	if (node->kind != YML_SEQUENCE)
		return fail(reader, node, "a list in [ ] is expected");
	out->items = new_items(reader, node->n, sizeof *out->items);
	if (!out->items)
		return out_of_room(reader);
	for (const struct yml_node *item = node->first; item; item = item->next)
		if (read_text(reader, item, &out->items[out->n++]) < 0)
			return -1;
	return 0;
}

static int read_pairs(struct reader *reader, const struct yml_node *node, const char *words,
		      struct config_pairs *out)
{
	if (node->kind != YML_MAPPING)
		return fail(reader, node, "lines of `name: word` are expected");
	out->items = new_items(reader, node->n, sizeof *out->items);
	if (!out->items)
		return out_of_room(reader);
	for (const struct yml_node *item = node->first; item; item = item->next) {
		struct config_pair *pair = &out->items[out->n++];

		if (words && check_word(reader, item, words) < 0)
			return -1;
		pair->key = item->key.s;
		pair->line = item->line;
		if (read_text(reader, item, &pair->word) < 0)
			return -1;
	}
	return 0;
}

static int read_helper(struct reader *reader, const struct yml_node *node, struct secret_ref *out)
{
	struct config_list words = {0};

	if (read_list(reader, node, &words) < 0)
		return -1;
	if (!words.n || words.items[0][0] != '/')
		return fail(reader, node, "[/path/of/program, argument …] is expected");
	out->argv = words.items; /* with a NULL past its end, as new_items leaves it */
	return 0;
}

static int read_secret(struct reader *reader, const struct yml_node *node, struct secret_ref *out)
{
	const struct yml_node *way = node->first;

	if (node->kind != YML_MAPPING || node->n != 1) {
		fail(reader, node, "a secret never stands in the file");
		return err_hint(reader->err,
				"{env: NAME}, {file: PATH} or {command: [/path/of/program, …]}");
	}
	if (str_equal(way->key, STR("env"))) {
		out->kind = SECRET_ENV;
		return read_text(reader, way, &out->word);
	}
	if (str_equal(way->key, STR("file"))) {
		out->kind = SECRET_FILE;
		return read_place(reader, way, &out->word);
	}
	if (str_equal(way->key, STR("command"))) {
		out->kind = SECRET_COMMAND;
		return read_helper(reader, way, out);
	}
	return fail(reader, way, "env, file or command is expected, not");
}

static int read_section(struct reader *reader, const struct yml_node *node,
			enum config_section section, void *out);

static int read_version(struct reader *reader, const struct yml_node *node,
			struct config_version *out)
{
	regex_t compiled;

	if (node->kind == YML_SCALAR && str_equal(node->text, STR("reported")))
		return 0;
	if (node->kind == YML_SCALAR)
		return read_text(reader, node, &out->fixed);
	if (read_section(reader, node, SECTION_RULE, out) < 0)
		return -1;
	if (strlen(out->match) > 256 || regcomp(&compiled, out->match, REG_EXTENDED) != 0)
		return fail(reader, node, "the expression of match is none that can be used");
	regfree(&compiled);
	return strchr(out->match, '(') ? 0 : fail(reader, node, "match needs a group in ( )");
}

static int check_monitor(struct reader *reader, const struct yml_node *node,
			 const struct config_monitor *monitor)
{
	const struct config_reference *reference = &monitor->reference;

	if (!isnan(monitor->limit) && strcmp(monitor->recipe, "leeboard.psi") != 0)
		return fail(reader, yml_get(node, "limit"),
			    "only the recipe leeboard.psi is judged by a limit");
	if (!yml_get(node, "reference"))
		return 0;
	node = yml_get(node, "reference");
	if (reference->at ? reference->from || reference->to : !reference->from || !reference->to)
		return fail(reader, node, "either at, or from and to, are expected");
	return 0;
}

static int read_sources(struct reader *reader, const struct yml_node *node)
{
	struct config *config = reader->config;

	if (node->kind != YML_SEQUENCE)
		return fail(reader, node, "a list with a `-` before each entry is expected");
	config->sources = new_items(reader, node->n, sizeof *config->sources);
	if (!config->sources)
		return out_of_room(reader);
	for (const struct yml_node *item = node->first; item; item = item->next) {
		struct config_source *source = &config->sources[config->n_sources++];

		source->line = item->line;
		if (read_section(reader, item, SECTION_SOURCE, source) < 0)
			return -1;
		if ((source->user != NULL) != (source->password.kind != SECRET_NONE))
			return fail(reader, item, "user and password belong together");
	}
	return 0;
}

static int read_monitors(struct reader *reader, const struct yml_node *node)
{
	struct config *config = reader->config;

	if (node->kind != YML_SEQUENCE)
		return fail(reader, node, "a list with a `-` before each entry is expected");
	config->monitors = new_items(reader, node->n, sizeof *config->monitors);
	if (!config->monitors)
		return out_of_room(reader);
	for (const struct yml_node *item = node->first; item; item = item->next) {
		struct config_monitor *monitor = &config->monitors[config->n_monitors++];

		*monitor = (struct config_monitor){
			.line = item->line,
			.window = 3600 * 1000,
			.recipe = "leeboard.psi",
			.limit = NAN,
			.open = {2, 3},
			.close = 3,
		};
		if (read_section(reader, item, SECTION_MONITOR, monitor) < 0 ||
		    check_monitor(reader, item, monitor) < 0)
			return -1;
	}
	return 0;
}

/* One setting into its field. */
static int read_setting(struct reader *reader, const struct yml_node *node,
			const struct config_setting *setting, void *field)
{
	switch (setting->type) {
	case CONFIG_TEXT:
		if (setting->words && check_word(reader, node, setting->words) < 0)
			return -1;
		return read_text(reader, node, field);
	case CONFIG_PLACE:
		return read_place(reader, node, field);
	case CONFIG_CHOICE:
		if (check_word(reader, node, setting->words) < 0)
			return -1;
		*(unsigned *)field = (unsigned)word_index(setting->words, node->text);
		return 0;
	case CONFIG_BOOL:
		return read_bool(reader, node, field);
	case CONFIG_COUNT:
		return read_count(reader, node, field);
	case CONFIG_NUMBER:
		return read_number(reader, node, field);
	case CONFIG_SECONDS:
		return read_seconds(reader, node, field);
	case CONFIG_SPAN:
		return read_span(reader, node, field);
	case CONFIG_K_OF_M:
		return read_k_of_m(reader, node, field);
	case CONFIG_LIST:
		return read_list(reader, node, field);
	case CONFIG_PAIRS:
		return read_pairs(reader, node, setting->words, field);
	case CONFIG_SECRET:
		return read_secret(reader, node, field);
	case CONFIG_VERSION:
		return read_version(reader, node, field);
	case CONFIG_SECTION:
		return read_section(reader, node, setting->section, field);
	case CONFIG_SOURCES:
		return read_sources(reader, node);
	case CONFIG_MONITORS:
		return read_monitors(reader, node);
	}
	return 0;
}

static const struct config_setting *find_setting(enum config_section section, struct str key)
{
	for (size_t i = 0; i < config_n_settings; i++) {
		const struct config_setting *setting = &config_settings[i];

		if (setting->in == section && str_equal(str_of(setting->key), key))
			return setting;
	}
	return NULL;
}

static int unknown_key(struct reader *reader, const struct yml_node *node,
		       enum config_section section)
{
	const char *keys[MAX_KEYS], *near;
	size_t n = 0;

	for (size_t i = 0; i < config_n_settings && n < MAX_KEYS; i++)
		if (config_settings[i].in == section)
			keys[n++] = config_settings[i].key;
	near = suggest(node->key, keys, n);
	err_set(reader->err, ERR_FORMAT, "line %d: there is no setting '%.*s' here", node->line,
		STR_ARG(node->key));
	return near ? err_hint(reader->err, "did you mean '%s'?", near) : -1;
}

static int check_needed(struct reader *reader, const struct yml_node *node,
			enum config_section section)
{
	for (size_t i = 0; i < config_n_settings; i++)
		if (config_settings[i].in == section && config_settings[i].needed &&
		    !yml_get(node, config_settings[i].key))
			return err_set(reader->err, ERR_FORMAT, "line %d: '%s' is missing",
				       node->line, config_settings[i].key);
	return 0;
}

static int read_section(struct reader *reader, const struct yml_node *node,
			enum config_section section, void *out)
{
	if (node->kind != YML_MAPPING)
		return fail(reader, node, "lines of `key: value` are expected");
	for (const struct yml_node *item = node->first; item; item = item->next) {
		const struct config_setting *setting = find_setting(section, item->key);

		if (!setting)
			return unknown_key(reader, item, section);
		if (read_setting(reader, item, setting, (char *)out + setting->offset) < 0)
			return -1;
	}
	return check_needed(reader, node, section);
}

int config_parse(struct config *config, struct str text, const char *folder, struct err *err)
{
	struct reader reader = {.config = config, .folder = folder, .err = err};
	struct yml_node *root;

	if (yml_parse(text, &config->arena, &root, err) < 0)
		return -1;
	return root ? read_section(&reader, root, SECTION_TOP, config) : 0;
}
