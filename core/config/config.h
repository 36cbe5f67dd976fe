/*
 * The configuration file: what it may hold, and what it held.
 *
 * One table, config_settings, describes every setting: from it come the parsing, the errors for
 * unknown keys, and the manual. A file is refused when others may write it or it belongs to someone
 * else; it is never looked for in the current folder. Paths in it are taken from its own folder,
 * `~/` is the home folder. Every error names the line.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "config/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_theme { CONFIG_THEME_DARK, CONFIG_THEME_LIGHT, CONFIG_THEME_MONO };
enum config_glyphs { CONFIG_GLYPHS_AUTO, CONFIG_GLYPHS_BRAILLE, CONFIG_GLYPHS_ASCII };

struct config_list {
	const char **items;
	size_t n;
};

/* `key: word`, as in metrics and keys. */
struct config_pair {
	const char *key, *word;
	int line;
};

struct config_pairs {
	struct config_pair *items;
	size_t n;
};

/* How the version of a served model is known; a rule takes it out of another text. */
struct config_version {
	const char *fixed; /* NULL: as the server reports it */
	const char *from;  /* a rule: "index", the version in the server's repository index */
	const char *match; /* POSIX extended expression; its first group is the version */
};

/* Which registered model a source serves; everything NULL when not said. */
struct config_model {
	const char *source, *name;
	struct config_version version;
};

/* One entry of `sources:`. */
struct config_source {
	const char *name, *kind, *at;
	struct secret_ref token, password;
	const char *user, *ca, *metrics;
	bool production;
	bool demo; /* made up: every header says so */
	double every; /* seconds between polls; 0: as usual for the kind */
	struct config_model model;
	int line;
};

struct config_events {
	const char *at, *table;
};

/* Another sample, or a span of the same events. */
struct config_reference {
	const char *at, *table, *from, *to;
};

/* `open: 2 of 3` */
struct config_k_of_m {
	int k, m;
};

/* One entry of `monitors:`; NULL and 0 are "not said", but for the defaults of the table. */
struct config_monitor {
	const char *name, *model;
	struct config_events events;
	const char *time, *version, *prediction, *label, *id;
	struct config_list features, numeric, categorical, boolean;
	struct config_reference reference;
	int64_t window; /* ms */
	const char *recipe;
	double limit; /* NaN: not said */
	struct config_k_of_m open;
	int64_t close;
	int line;
};

struct config {
	const char *path; /* of the file, NULL when there is none */
	struct config_source *sources;
	size_t n_sources;
	struct config_monitor *monitors;
	size_t n_monitors;
	struct config_pairs metrics; /* name → "higher" or "lower" */
	enum config_theme theme;
	enum config_glyphs glyphs;
	bool mouse;
	struct config_pairs keys; /* command → key */
	struct arena arena;
};

/* The part of the file that a setting belongs to: the mapping in which its key stands. */
enum config_section {
	SECTION_TOP,
	SECTION_SOURCE,    /* an entry of sources */
	SECTION_MODEL,     /* its model */
	SECTION_RULE,      /* the model's version, when it is a rule */
	SECTION_MONITOR,   /* an entry of monitors */
	SECTION_EVENTS,    /* its events */
	SECTION_REFERENCE, /* its reference */
};

enum config_type {
	CONFIG_TEXT,
	CONFIG_PLACE,   /* a file, made absolute, or an address */
	CONFIG_CHOICE,  /* one of `words`, split by '|' */
	CONFIG_BOOL,
	CONFIG_COUNT,   /* a whole number above 0 */
	CONFIG_NUMBER,  /* above 0 */
	CONFIG_SECONDS, /* 0.1 … 86400 */
	CONFIG_SPAN,    /* 90s 15m 1h 2d; kept in ms */
	CONFIG_K_OF_M,
	CONFIG_LIST,    /* of texts */
	CONFIG_PAIRS,   /* key: word; the words are one of `words` when there are any */
	CONFIG_SECRET,
	CONFIG_VERSION,
	CONFIG_SECTION, /* a mapping: `section` says of what */
	CONFIG_SOURCES,
	CONFIG_MONITORS,
};

struct config_setting {
	enum config_section in;
	size_t offset; /* in the struct of its section */
	const char *key;
	enum config_type type;
	const char *words; /* what may be said, split by '|'; NULL: anything of the type */
	const char *usual; /* the default as it would be written, NULL: none */
	const char *help;
	bool needed;
	enum config_section section; /* CONFIG_SECTION: what stands in it */
};

extern const struct config_setting config_settings[];
extern const size_t config_n_settings;

/* An empty configuration: the defaults. */
void config_init(struct config *config);
void config_release(struct config *config);

/*
 * Reads the file; path NULL means $XDG_CONFIG_HOME/leeboard/config.yaml (or ~/.config/…), and then
 * a missing one is an empty one. config is initialised here; on -1 nothing needs to be released.
 */
int config_load(struct config *config, const char *path, struct err *err);

/*
 * The same from text; relative paths start from `folder` ("": the current one). config must be
 * initialised, and is released by the caller in either case.
 */
int config_parse(struct config *config, struct str text, const char *folder, struct err *err);

#endif
