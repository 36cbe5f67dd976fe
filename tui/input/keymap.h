/*
 * Commands and the keys that call them.
 *
 * commands.def is the one table: from it come the key map with its defaults, the footer's hints,
 * the help screen, completion after ":" and the manual's table of keys. The user may rebind
 * everything (config `keys:`).
 *
 * What is on the screen says which contexts are active, as a set. A key is looked up in the order
 * field, chart, compare, text, table, sorted,
 * list, global, and the first that knows it wins: so "h" moves
 * a chart's cursor while a chart has the focus. While a text field is active (IN_FIELD), only its
 * own keys work, and global ones that are no printable character.
 */
#ifndef INPUT_KEYMAP_H
#define INPUT_KEYMAP_H

#include "base/buf.h"
#include "base/err.h"
#include "input/key.h"

#include <stdbool.h>
#include <stddef.h>

enum context {
	IN_GLOBAL = 1,
	IN_LIST = 2,    /* anything with a cursor on rows: tables, menus */
	IN_TABLE = 4,   /* beside IN_LIST: a sheet with columns to choose, filter, order and mark */
	IN_TEXT = 8,    /* detail views and help */
	IN_COMPARE = 16,
	IN_CHART = 32,
	IN_FIELD = 64,
	IN_SORTED = 128, /* beside IN_LIST: rows that can only be put in another order */
};

enum command {
	CMD_NONE,
#define GROUP(title)
#define COMMAND(id, name, arguments, keys, contexts, hint, help) CMD_##id,
#include "input/commands.def"
#undef GROUP
#undef COMMAND
	CMD_COUNT,
};

struct command_info {
	const char *name;
	const char *arguments;
	const char *keys;
	unsigned contexts;
	const char *hint;
	const char *help;
};

const struct command_info *command_info(enum command command);

/* Can it be typed after ":"? All but what edits a text field. */
bool command_is_typed(enum command command);

/* A typed command by name, or by a start of it that only one has; CMD_NONE otherwise, with
 * *ambiguous set if it fits several (may be NULL). */
enum command command_find(struct str name, bool *ambiguous);

struct binding {
	struct key keys[KEY_SEQUENCE_MAX];
	int count;
	enum command command;
	int nth; /* which of the command's keys, from 0: the number of a tab */
};

struct keymap {
	struct binding *list;
	size_t n, cap;
};

/* The defaults. */
void keymap_init(struct keymap *map);
void keymap_release(struct keymap *map);

/*
 * Gives a command other keys (separated by blanks; "none" takes all away). Errors: no such command,
 * no such key, a key that another command has in a context where both are at home.
 */
int keymap_bind(struct keymap *map, struct str command, struct str keys, struct err *err);

/* The first half of a sequence, kept by the caller between two keys. */
struct key_prefix {
	struct key key;
	bool waiting;
};

/*
 * What this key does in these contexts: a command, with *nth; or CMD_NONE, with prefix->waiting
 * when it may be the first of a sequence. When a sequence goes wrong its second key counts alone.
 */
enum command keymap_find(const struct keymap *map, unsigned contexts, struct key_prefix *prefix,
	struct key key, int *nth);

/* Is some character bound with Alt? (keys.h: alt) */
bool keymap_uses_alt(const struct keymap *map);

/* The command's first key ("" when it has none), or all of them with a blank between. */
void keymap_first_key(const struct keymap *map, enum command command, struct buf *out);
void keymap_all_keys(const struct keymap *map, enum command command, struct buf *out);

/* The table of keys as lines "keys<TAB>:name<TAB>help", groups as lines of one field: for help,
 * the manual and the documentation. */
void keymap_table(const struct keymap *map, struct buf *out);

#endif
