/*
 * Which sources are meant: the words of the command line, the configuration, the environment.
 *
 *	sources_init(&sources, kinds, &config);
 *	sources_add_word(&sources, "mlflow.db", &err);       for each word; or, without any:
 *	sources_add_config(&sources); sources_add_environment(&sources, &err);
 *	sources_finish(&sources, &err);                      names, secrets; afterwards it is const
 *
 * A word is [NAME=][KIND:]LOCATION[:TABLE]. A word with an '=' or ':' that is a file's whole name
 * is that file. A word that is no file but the name of a configured source is that source, and an
 * address that is configured is read with what the configuration says of it.
 * What is the same (same real path or address, same kind, same table) is one source, the first.
 */
#ifndef CONFIG_SOURCES_H
#define CONFIG_SOURCES_H

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"
#include "config/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source_spec {
	const char *name;     /* unique among the sources; what every table shows */
	const char *kind;     /* NULL: to be found by looking */
	const char *location; /* the path or address as given, without NAME, KIND, TABLE */
	const char *place;    /* what to open: an absolute path, or the address */
	const char *table;    /* of an events source; NULL: not said */
	bool url;             /* place is an http(s) address */
	bool guessed;         /* the kind was not said, and nobody answered who could be asked */
	struct secret_ref token, password;
	const char *user;
	const char *ca;
	bool production;
	bool demo;            /* made up: its panes say "demo data" */
	double every;         /* seconds between polls; 0: as usual for the kind */
	const char *metrics;  /* address of the metrics page; NULL: beside the endpoint */
	struct config_model model;
	int line;             /* in the configuration; 0: not from there */
	bool named;           /* the name was given */
};

struct sources {
	struct source_spec **items; /* they stay where they are until the release */
	size_t n;
	char hint[240];             /* something to tell the user, "" for nothing */

	/* private */
	size_t cap;
	const char *const *kinds;
	const struct config *config;
	const char *metrics;
	struct arena arena;
};

/*
 * kinds: the words that may stand as KIND, NULL at the end; config may be NULL. Both, and the texts
 * of words, must outlive the sources.
 */
void sources_init(struct sources *sources, const char *const *kinds, const struct config *config);
void sources_release(struct sources *sources);

/*
 * One SOURCE word. ERR_USAGE for what is none (an unknown kind, a password in an address),
 * ERR_NOT_FOUND or ERR_DENIED for a path that is not there or cannot be read, ERR_UNSUPPORTED for
 * databases that only MLflow's own server can open.
 */
int sources_add_word(struct sources *sources, const char *word, struct err *err);

/* Every source of the configuration; their places are not looked at. */
int sources_add_config(struct sources *sources, struct err *err);

/* $MLFLOW_TRACKING_URI, if it is set and nothing was added yet. */
int sources_add_environment(struct sources *sources, struct err *err);

/* A place found by looking in the current folder. */
int sources_add_found(struct sources *sources, const char *path, const char *kind, struct err *err);

/* `--metrics URL`: for every endpoint without a metrics address of its own. */
void sources_set_metrics(struct sources *sources, const char *url);

/*
 * Gives names and MLflow's secrets of the environment: MLFLOW_TRACKING_USERNAME and _PASSWORD, else
 * MLFLOW_TRACKING_TOKEN, go to the origin of MLFLOW_TRACKING_URI; where that is not set, to the one
 * MLflow address there is; with several to none, which `hint` then says.
 * ERR_USAGE when two given names are equal.
 */
int sources_finish(struct sources *sources, struct err *err);

/* The source of that name, or NULL. */
const struct source_spec *sources_named(const struct sources *sources, struct str name);

#endif
