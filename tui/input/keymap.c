/* Commands and their keys; see keymap.h. */
#include "input/keymap.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct command_info commands[CMD_COUNT] = {
	{"", "", "", 0, "", ""},
#define GROUP(title)
#define COMMAND(id, name, arguments, keys, contexts, hint, help)                                   \
	{name, arguments, keys, contexts, hint, help},
#include "input/commands.def"
#undef GROUP
#undef COMMAND
};

/* The table in its own order, group titles included. */
static const struct {
	const char *group; /* or NULL: a command */
	enum command command;
} items[] = {
#define GROUP(title) {title, CMD_NONE},
#define COMMAND(id, name, arguments, keys, contexts, hint, help) {NULL, CMD_##id},
#include "input/commands.def"
#undef GROUP
#undef COMMAND
};

/* Who is asked first. */
static const enum context order[] = {
	IN_FIELD, IN_CHART, IN_COMPARE, IN_TEXT, IN_TABLE, IN_SORTED, IN_LIST, IN_GLOBAL};

const struct command_info *command_info(enum command command)
{
	return &commands[command];
}

bool command_is_typed(enum command command)
{
	return command != CMD_NONE && commands[command].contexts != IN_FIELD;
}

enum command command_find(struct str name, bool *ambiguous)
{
	enum command found = CMD_NONE;
	int hits = 0;

	for (int i = 1; i < CMD_COUNT; i++) {
		struct str full = str_of(commands[i].name);

		if (!command_is_typed((enum command)i) || !name.n || !str_starts(full, name))
			continue;
		if (full.n == name.n)
			hits = -CMD_COUNT;
		if (hits <= 0 && found && full.n != name.n)
			continue;
		found = (enum command)i;
		hits++;
	}
	if (ambiguous)
		*ambiguous = hits > 1;
	return hits > 1 ? CMD_NONE : found;
}

/* The next word of keys; an empty text at the end. */
static struct str next_word(struct str *keys)
{
	struct str word;
	long blank;

	*keys = str_trim(*keys);
	blank = str_find(*keys, ' ');
	word = str_slice(*keys, 0, blank < 0 ? keys->n : (size_t)blank);
	*keys = str_slice(*keys, word.n, keys->n);
	return word;
}

/* Adds the keys of one command; the word that is no key is given back in *bad. */
static int add_keys(struct keymap *map, enum command command, struct str keys, struct str *bad)
{
	int nth = 0;

	for (struct str word = next_word(&keys); word.n; word = next_word(&keys)) {
		struct binding binding = {.command = command, .nth = nth++};

		binding.count = keys_parse(word, binding.keys);
		*bad = word;
		if (!binding.count)
			return -1;
		MEM_GROW(map->list, map->n, map->cap);
		map->list[map->n++] = binding;
	}
	return 0;
}

void keymap_init(struct keymap *map)
{
	*map = (struct keymap){0};
	for (int i = 1; i < CMD_COUNT; i++) {
		struct str bad;

		add_keys(map, (enum command)i, str_of(commands[i].keys), &bad);
	}
}

void keymap_release(struct keymap *map)
{
	free(map->list);
	*map = (struct keymap){0};
}

static void remove_keys(struct keymap *map, enum command command)
{
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++)
		if (map->list[i].command != command)
			map->list[n++] = map->list[i];
	map->n = n;
}

/* Would a key that is typed for one of them be taken by the other? */
static bool collide(const struct binding *a, const struct binding *b)
{
	int shorter = a->count < b->count ? a->count : b->count;

	if (a->command == b->command)
		return false;
	if (!(commands[a->command].contexts & commands[b->command].contexts))
		return false;
	for (int i = 0; i < shorter; i++)
		if (!key_equal(a->keys[i], b->keys[i]))
			return false;
	return true;
}

static const struct binding *find_collision(const struct keymap *map, enum command command)
{
	for (size_t i = 0; i < map->n; i++)
		for (size_t k = 0; map->list[i].command == command && k < map->n; k++)
			if (collide(&map->list[i], &map->list[k]))
				return &map->list[k];
	return NULL;
}

static enum command command_named(struct str name)
{
	for (int i = 1; i < CMD_COUNT; i++)
		if (str_equal(str_of(commands[i].name), name))
			return (enum command)i;
	return CMD_NONE;
}

int keymap_bind(struct keymap *map, struct str name, struct str keys, struct err *err)
{
	enum command command = command_named(name);
	const struct binding *other;
	struct str bad = STR("");

	if (command == CMD_NONE)
		return err_set(err, ERR_USAGE, "no command \"%.*s\"", STR_ARG(name));
	remove_keys(map, command);
	if (str_equal(str_trim(keys), STR("none")))
		return 0;
	if (add_keys(map, command, keys, &bad) < 0)
		return err_set(err, ERR_USAGE, "\"%.*s\" is no key", STR_ARG(bad));
	other = find_collision(map, command);
	if (other)
		return err_set(err, ERR_USAGE, "the keys \"%.*s\" for %s: %s has one of them",
			STR_ARG(str_trim(keys)), commands[command].name,
			commands[other->command].name);
	return 0;
}

/* The contexts that count for this key. */
static unsigned asked(unsigned contexts, struct key key)
{
	if (!(contexts & IN_FIELD))
		return contexts | IN_GLOBAL;
	return key_is_text(key) ? IN_FIELD : IN_FIELD | IN_GLOBAL;
}

static const struct binding *find_in(const struct keymap *map, unsigned context,
	const struct key *keys, int count)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct binding *binding = &map->list[i];

		if (!(commands[binding->command].contexts & context) || binding->count != count)
			continue;
		if (key_equal(binding->keys[0], keys[0]) &&
			(count == 1 || key_equal(binding->keys[1], keys[1])))
			return binding;
	}
	return NULL;
}

static const struct binding *find(const struct keymap *map, unsigned contexts,
	const struct key *keys, int count)
{
	const struct binding *found = NULL;

	for (size_t i = 0; !found && i < sizeof order / sizeof *order; i++)
		if (contexts & order[i])
			found = find_in(map, order[i], keys, count);
	return found;
}

static bool starts_sequence(const struct keymap *map, unsigned contexts, struct key key)
{
	for (size_t i = 0; i < map->n; i++)
		if (map->list[i].count == 2 && key_equal(map->list[i].keys[0], key) &&
			(commands[map->list[i].command].contexts & contexts))
			return true;
	return false;
}

enum command keymap_find(const struct keymap *map, unsigned contexts, struct key_prefix *prefix,
	struct key key, int *nth)
{
	struct key both[KEY_SEQUENCE_MAX] = {prefix->key, key};
	const struct binding *binding = NULL;

	contexts = asked(contexts, key);
	if (prefix->waiting) {
		prefix->waiting = false;
		if (key.code == SYM_ESC)
			return CMD_NONE;
		binding = find(map, contexts, both, 2);
	}
	if (!binding)
		binding = find(map, contexts, &key, 1);
	if (!binding) {
		*prefix = (struct key_prefix){key, starts_sequence(map, contexts, key)};
		return CMD_NONE;
	}
	if (nth)
		*nth = binding->nth;
	return binding->command;
}

bool keymap_uses_alt(const struct keymap *map)
{
	for (size_t i = 0; i < map->n; i++)
		for (int k = 0; k < map->list[i].count; k++)
			if (map->list[i].keys[k].mods & MOD_ALT && map->list[i].keys[k].code < SYM_FIRST)
				return true;
	return false;
}

static void add_binding(struct buf *out, const struct binding *binding)
{
	char name[KEY_NAME_SIZE];

	for (int i = 0; i < binding->count; i++)
		buf_adds(out, key_name(name, binding->keys[i]));
}

void keymap_first_key(const struct keymap *map, enum command command, struct buf *out)
{
	for (size_t i = 0; i < map->n; i++) {
		if (map->list[i].command == command) {
			add_binding(out, &map->list[i]);
			return;
		}
	}
}

void keymap_all_keys(const struct keymap *map, enum command command, struct buf *out)
{
	bool first = true;

	for (size_t i = 0; i < map->n; i++) {
		if (map->list[i].command != command)
			continue;
		if (!first)
			buf_addc(out, ' ');
		first = false;
		add_binding(out, &map->list[i]);
	}
}

static void add_item(const struct keymap *map, enum command command, struct buf *out)
{
	const struct command_info *info = &commands[command];

	keymap_all_keys(map, command, out);
	buf_addc(out, '\t');
	if (command_is_typed(command)) {
		buf_addf(out, ":%s", info->name);
		if (*info->arguments)
			buf_addf(out, " %s", info->arguments);
	}
	buf_addf(out, "\t%s\n", info->help);
}

void keymap_table(const struct keymap *map, struct buf *out)
{
	for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
		if (items[i].group)
			buf_addf(out, "%s\n", items[i].group);
		else
			add_item(map, items[i].command, out);
	}
}
