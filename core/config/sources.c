/* The sources that are meant; see sources.h. */
#include "config/sources.h"

#include "base/buf.h"
#include "base/mem.h"
#include "config/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOURCES_MEMORY = 4 << 20, NAME_PARTS = 64 };

/* A source word taken apart; views of the word. */
struct word {
	struct str name, kind, location, table;
};

void sources_init(struct sources *sources, const char *const *kinds, const struct config *config)
{
	*sources = (struct sources){.kinds = kinds, .config = config};
	arena_init(&sources->arena, SOURCES_MEMORY);
}

void sources_release(struct sources *sources)
{
	free(sources->items);
	arena_release(&sources->arena);
	*sources = (struct sources){0};
}

static bool is_file(struct str path)
{
	char *copy = mem_copy(path.s, path.n);
	struct stat st;
	bool there = path.n > 0 && stat(copy, &st) == 0;

	free(copy);
	return there;
}

/* Is it "http://…" or "https://…"? Schemes have no case. */
static bool is_url(struct str text)
{
	return (text.n > 7 && strncasecmp(text.s, "http://", 7) == 0) ||
	       (text.n > 8 && strncasecmp(text.s, "https://", 8) == 0);
}

/* The part between "://" and the next '/', '?' or '#'. */
static struct str authority_of(struct str url)
{
	struct str rest = str_slice(url, (size_t)str_find(url, ':') + 3, url.n);

	return str_slice(rest, 0, strcspn(rest.s, "/?#"));
}

/* The kind's own word, or NULL. */
static const char *kind_of(const struct sources *sources, struct str text)
{
	for (const char *const *kind = sources->kinds; *kind; kind++)
		if (str_equal(str_of(*kind), text))
			return *kind;
	return NULL;
}

/* Could this be a KIND: letters, digits, '-', '_' only, and no scheme of an address? */
static bool like_kind(struct str text, struct str after)
{
	if (text.n < 2 || str_starts(after, STR("//")))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!isalnum((unsigned char)text.s[i]) && text.s[i] != '-' && text.s[i] != '_')
			return false;
	return true;
}

static void hint_kind(const struct sources *sources, struct str kind, const char *after,
		      struct err *err)
{
	const char *near;
	size_t n = 0;

	while (sources->kinds[n])
		n++;
	near = suggest(kind, sources->kinds, n);
	if (near)
		err_hint(err, "did you mean %s%s?", near, after);
}

static int unknown_kind(const struct sources *sources, struct str kind, struct err *err)
{
	err_set(err, ERR_USAGE, "'%.*s' is no kind of source, and there is no such file",
		STR_ARG(kind));
	hint_kind(sources, kind, ":", err);
	return -1;
}

static void split_name(struct word *word)
{
	long equals = str_find(word->location, '=');
	struct str name = str_slice(word->location, 0, equals < 0 ? 0 : (size_t)equals);

	if (!name.n || str_find(name, ':') >= 0 || str_find(name, '/') >= 0 ||
	    is_file(word->location))
		return;
	word->name = name;
	word->location = str_slice(word->location, name.n + 1, word->location.n);
}

static int split_kind(const struct sources *sources, struct word *word, struct err *err)
{
	long colon = str_find(word->location, ':');
	struct str kind, after;

	if (colon < 0 || is_file(word->location))
		return 0;
	kind = str_slice(word->location, 0, (size_t)colon);
	after = str_slice(word->location, (size_t)colon + 1, word->location.n);
	if (!like_kind(kind, after) || str_equal(kind, STR("sqlite")) ||
	    str_equal(kind, STR("file")))
		return 0;
	if (!kind_of(sources, kind))
		return unknown_kind(sources, kind, err);
	word->kind = kind;
	word->location = after;
	return 0;
}

static void split_table(struct word *word)
{
	long colon = str_find_last(word->location, ':');

	if (!str_equal(word->kind, STR("events")) || colon < 0 || is_url(word->location) ||
	    is_file(word->location))
		return;
	word->table = str_slice(word->location, (size_t)colon + 1, word->location.n);
	word->location = str_slice(word->location, 0, (size_t)colon);
}

static int split_word(const struct sources *sources, const char *text, struct word *word,
		      struct err *err)
{
	*word = (struct word){.location = str_of(text)};
	split_name(word);
	if (split_kind(sources, word, err) < 0)
		return -1;
	split_table(word);
	if (!word->location.n || (word->table.s && !word->table.n))
		return err_set(err, ERR_USAGE, "'%s' names no place", text);
	return 0;
}

static const char *keep(struct sources *sources, struct str text)
{
	return arena_str(&sources->arena, text).s;
}

/* MLflow's own way to write files: sqlite:///relative, sqlite:////absolute, file:///absolute. */
static struct str plain_path(struct str location)
{
	if (str_starts(location, STR("sqlite:///")))
		return str_slice(location, 10, location.n);
	if (str_starts(location, STR("file:///")))
		return str_slice(location, 7, location.n);
	if (str_starts(location, STR("file:")))
		return str_slice(location, 5, location.n);
	return location;
}

static int check_url(struct str url, struct err *err)
{
	struct str authority = authority_of(url);
	long at = str_find_last(authority, '@');

	if (!authority.n)
		return err_set(err, ERR_USAGE, "an address without a host");
	if (at < 0)
		return 0;
	authority = str_slice(authority, (size_t)at + 1, authority.n);
	err_set(err, ERR_USAGE, "the address of %.*s holds a name or password for all to see",
		STR_ARG(authority));
	return err_hint(err, "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or write "
			     "user and password: {env: NAME} into the configuration");
}

static int unsupported_scheme(struct str location, struct err *err)
{
	struct str scheme = str_slice(location, 0, (size_t)str_find(location, ':'));

	err_set(err, ERR_UNSUPPORTED, "%.*s: is not read directly", STR_ARG(scheme));
	return err_hint(err, "give the http(s) address of the MLflow server in front of it");
}

/* A path as the file system has it; when it is looked at it must be there to be read. */
static int set_path(struct sources *sources, struct source_spec *spec, bool look, struct err *err)
{
	char *real = realpath(spec->location, NULL);
	int rc = 0;

	if (look && (!real || access(real, R_OK) < 0))
		rc = err_errno(err, errno, "%s", spec->location);
	if (real)
		spec->place = keep(sources, str_of(real));
	free(real);
	return rc;
}

/* Sets url, place and location. */
static int set_place(struct sources *sources, struct source_spec *spec, struct str location,
		     bool look, struct err *err)
{
	location = plain_path(location);
	spec->location = keep(sources, location);
	spec->place = spec->location;
	if (!spec->location)
		return err_set(err, ERR_TOO_BIG, "too many sources");
	if (!location.n)
		return err_set(err, ERR_USAGE, "a source without a place");
	spec->url = is_url(location);
	if (spec->url)
		return check_url(location, err);
	if (strstr(spec->location, "://") && !is_file(location))
		return unsupported_scheme(location, err);
	return set_path(sources, spec, look, err);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* One place read in one way is one source. A kind that nobody said may be any. */
static bool same_source(const struct source_spec *a, const struct source_spec *b)
{
	return same_text(a->place, b->place) && same_text(a->table, b->table) &&
	       (!a->kind || !b->kind || same_text(a->kind, b->kind));
}

static void add(struct sources *sources, struct source_spec *spec)
{
	for (size_t i = 0; i < sources->n; i++) {
		struct source_spec *known = sources->items[i];

		if (!same_source(known, spec))
			continue;
		if (!known->named && spec->named) {
			known->name = spec->name;
			known->named = true;
		}
		known->kind = known->kind ? known->kind : spec->kind;
		return;
	}
	MEM_GROW(sources->items, sources->n, sources->cap);
	sources->items[sources->n++] = spec;
}

static struct source_spec *new_spec(struct sources *sources, struct err *err)
{
	struct source_spec *spec = arena_zero(&sources->arena, 1, sizeof *spec);

	if (!spec)
		err_set(err, ERR_TOO_BIG, "too many sources");
	return spec;
}

/* The configured source as a spec. */
static struct source_spec *of_config(struct sources *sources, const struct config_source *from,
				     struct err *err)
{
	struct source_spec *spec = new_spec(sources, err);

	if (!spec)
		return NULL;
	*spec = (struct source_spec){
		.name = from->name,
		.named = from->name != NULL,
		.token = from->token,
		.password = from->password,
		.user = from->user,
		.ca = from->ca,
		.production = from->production,
		.demo = from->demo,
		.every = from->every,
		.metrics = from->metrics,
		.model = from->model,
		.line = from->line,
	};
	if (from->kind && !(spec->kind = kind_of(sources, str_of(from->kind)))) {
		err_set(err, ERR_USAGE, "line %d: '%s' is no kind of source", from->line,
			from->kind);
		hint_kind(sources, str_of(from->kind), "", err);
	} else if (set_place(sources, spec, str_of(from->at), false, err) == 0) {
		return spec;
	}
	if (sources->config->path)
		err_origin(err, "%s", sources->config->path);
	return NULL;
}

/* The configured source that a word means: by its name, or by its address. */
static const struct config_source *configured(const struct sources *sources,
					      const struct word *word)
{
	const struct config *config = sources->config;

	for (size_t i = 0; config && i < config->n_sources; i++) {
		const struct config_source *source = &config->sources[i];
		bool by_name = !word->kind.s && source->name &&
			       str_equal(str_of(source->name), word->location);
		bool by_address = is_url(word->location) &&
				  str_equal(str_of(source->at), word->location) &&
				  (!word->kind.s || !source->kind ||
				   str_equal(str_of(source->kind), word->kind));

		if ((by_name && !is_file(word->location)) || by_address)
			return source;
	}
	return NULL;
}

int sources_add_word(struct sources *sources, const char *text, struct err *err)
{
	const struct config_source *known;
	struct source_spec *spec;
	struct word word;

	if (split_word(sources, text, &word, err) < 0)
		return -1;
	known = configured(sources, &word);
	spec = known ? of_config(sources, known, err) : new_spec(sources, err);
	if (!spec)
		return -1;
	if (word.name.s) {
		spec->name = keep(sources, word.name);
		spec->named = true;
	}
	if (word.kind.s)
		spec->kind = kind_of(sources, word.kind);
	if (word.table.s)
		spec->table = keep(sources, word.table);
	if (!known && set_place(sources, spec, word.location, true, err) < 0)
		return -1;
	add(sources, spec);
	return 0;
}

int sources_add_config(struct sources *sources, struct err *err)
{
	const struct config *config = sources->config;

	for (size_t i = 0; config && i < config->n_sources; i++) {
		struct source_spec *spec = of_config(sources, &config->sources[i], err);

		if (!spec)
			return -1;
		add(sources, spec);
	}
	return 0;
}

int sources_add_found(struct sources *sources, const char *path, const char *kind, struct err *err)
{
	struct source_spec *spec = new_spec(sources, err);

	if (!spec || set_place(sources, spec, str_of(path), true, err) < 0)
		return -1;
	spec->kind = kind;
	add(sources, spec);
	return 0;
}

int sources_add_environment(struct sources *sources, struct err *err)
{
	const char *uri = getenv("MLFLOW_TRACKING_URI");
	struct source_spec *spec;

	if (sources->n || !uri || !*uri)
		return 0;
	spec = new_spec(sources, err);
	if (!spec)
		return -1;
	spec->kind = kind_of(sources, STR("mlflow"));
	if (set_place(sources, spec, str_of(uri), true, err) < 0)
		return err_origin(err, "MLFLOW_TRACKING_URI");
	add(sources, spec);
	return 0;
}

void sources_set_metrics(struct sources *sources, const char *url)
{
	sources->metrics = url;
}

/* Scheme, host and port, in one form: lower case, the port always there. */
static bool origin_of(const char *url, char *out, size_t size)
{
	struct str authority, text = str_of(url);
	bool secure;
	int n;

	if (!url || !is_url(text))
		return false;
	secure = (text.s[4] | 0x20) == 's';
	authority = authority_of(text);
	if (str_ends(authority, secure ? STR(":443") : STR(":80")))
		authority.n -= secure ? 4 : 3;
	n = snprintf(out, size, "%s://%.*s", secure ? "https" : "http", STR_ARG(authority));
	for (char *c = out; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return n > 0 && (size_t)n < size;
}

static bool same_origin(const char *a, const char *b)
{
	char one[512], other[512];

	return origin_of(a, one, sizeof one) && origin_of(b, other, sizeof other) &&
	       strcmp(one, other) == 0;
}

/* An MLflow server for which nobody said yet how to log in. */
static bool wants_login(const struct source_spec *spec)
{
	return spec->url && (!spec->kind || strcmp(spec->kind, "mlflow") == 0) &&
	       spec->token.kind == SECRET_NONE && spec->password.kind == SECRET_NONE;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

static void give_login(struct source_spec *spec)
{
	if (is_set("MLFLOW_TRACKING_USERNAME") && is_set("MLFLOW_TRACKING_PASSWORD")) {
		spec->user = getenv("MLFLOW_TRACKING_USERNAME");
		spec->password = (struct secret_ref){SECRET_ENV, "MLFLOW_TRACKING_PASSWORD", NULL};
	} else {
		spec->token = (struct secret_ref){SECRET_ENV, "MLFLOW_TRACKING_TOKEN", NULL};
	}
}

/* MLflow's secrets of the environment go to one origin, never to one that is guessed. */
static void give_logins(struct sources *sources)
{
	const char *uri = getenv("MLFLOW_TRACKING_URI");
	struct source_spec *only = NULL;
	size_t servers = 0;

	if (!is_set("MLFLOW_TRACKING_TOKEN") &&
	    !(is_set("MLFLOW_TRACKING_USERNAME") && is_set("MLFLOW_TRACKING_PASSWORD")))
		return;
	for (size_t i = 0; i < sources->n; i++) {
		struct source_spec *spec = sources->items[i];

		if (!spec->url || (spec->kind && strcmp(spec->kind, "mlflow") != 0))
			continue;
		servers++;
		only = spec;
		if (uri && *uri && wants_login(spec) && same_origin(spec->place, uri))
			give_login(spec);
	}
	if (uri && *uri)
		return;
	if (servers == 1 && wants_login(only))
		give_login(only);
	else if (servers > 1)
		snprintf(sources->hint, sizeof sources->hint,
			 "with several MLflow addresses the login of the environment is sent to "
			 "none; set MLFLOW_TRACKING_URI to the one that it is for");
}

/* host:port and `parts` parts of an address' path, or a path's last part and `parts` before it. */
static struct str tail_of(const struct source_spec *spec, int parts)
{
	struct str text = str_of(spec->place), authority;
	size_t at;

	while (text.n > 1 && text.s[text.n - 1] == '/')
		text.n--;
	if (text.n == 1)
		return text;
	if (!spec->url) {
		for (at = text.n; at > 0; at--)
			if (text.s[at - 1] == '/' && parts-- == 0)
				break;
		return str_slice(text, at, text.n);
	}
	authority = authority_of(text);
	text = str_slice(text, (size_t)(authority.s - text.s), text.n);
	for (at = authority.n; at < text.n && parts > 0; parts--)
		for (at++; at < text.n && text.s[at] != '/';)
			at++;
	return str_slice(text, 0, at);
}

/* The same place twice can only be told apart by how it is read. */
static bool place_is_shared(const struct sources *sources, const struct source_spec *spec)
{
	size_t n = 0;

	for (size_t i = 0; i < sources->n; i++)
		n += same_text(sources->items[i]->place, spec->place);
	return n > 1;
}

static const char *name_of(struct sources *sources, const struct source_spec *spec, int parts)
{
	bool shared = place_is_shared(sources, spec);
	struct buf name;
	const char *kept;

	buf_init(&name, PATH_MAX + 1024);
	if (shared && spec->kind && !spec->table)
		buf_addf(&name, "%s:", spec->kind);
	buf_add_str(&name, tail_of(spec, parts));
	if (shared && spec->table)
		buf_addf(&name, ":%s", spec->table);
	kept = keep(sources, buf_str(&name));
	buf_release(&name);
	return kept ? kept : "?";
}

static bool name_taken(const struct sources *sources, const struct source_spec *spec)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->items[i] != spec && same_text(sources->items[i]->name, spec->name))
			return true;
	return false;
}

/* Every name that is not unique gets one part more, until none is left. */
static void give_names(struct sources *sources)
{
	bool *again = mem_zero(sources->n + 1, sizeof *again);
	bool any = true;

	for (int parts = 0; any && parts < NAME_PARTS; parts++) {
		for (size_t i = 0; i < sources->n; i++) {
			struct source_spec *spec = sources->items[i];

			if (!spec->named && (parts == 0 || again[i]))
				spec->name = name_of(sources, spec, parts);
		}
		any = false;
		for (size_t i = 0; i < sources->n; i++) {
			const struct source_spec *spec = sources->items[i];

			again[i] = !spec->named && name_taken(sources, spec);
			any |= again[i];
		}
	}
	free(again);
}

static int check_names(const struct sources *sources, struct err *err)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->items[i]->named && name_taken(sources, sources->items[i]))
			return err_set(err, ERR_USAGE, "two sources are called '%s'",
				       sources->items[i]->name);
	return 0;
}

/* An address of another machine whose bytes anybody on the way can read. */
static bool is_open_way(const char *place)
{
	static const char *const near[] = {"127.", "localhost:", "localhost/", "[::1]"};
	struct str host = str_of(place);

	if (!str_starts(host, STR("http://")))
		return false;
	host = str_slice(host, strlen("http://"), host.n);
	for (size_t i = 0; i < sizeof near / sizeof *near; i++)
		if (str_starts(host, str_of(near[i])))
			return false;
	return !str_equal(host, STR("localhost"));
}

static void warn_of_open_logins(struct sources *sources)
{
	for (size_t i = 0; i < sources->n && !sources->hint[0]; i++) {
		const struct source_spec *spec = sources->items[i];

		if (spec->url && (spec->token.kind || spec->password.kind) &&
		    is_open_way(spec->place))
			snprintf(sources->hint, sizeof sources->hint,
				 "a login goes over plain http, where others on the way can read it");
	}
}

int sources_finish(struct sources *sources, struct err *err)
{
	for (size_t i = 0; i < sources->n; i++) {
		struct source_spec *spec = sources->items[i];

		if (!spec->metrics && spec->kind && strcmp(spec->kind, "endpoint") == 0)
			spec->metrics = sources->metrics;
	}
	give_names(sources);
	give_logins(sources);
	warn_of_open_logins(sources);
	if (sources->arena.over)
		return err_set(err, ERR_TOO_BIG, "too many sources");
	return check_names(sources, err);
}

const struct source_spec *sources_named(const struct sources *sources, struct str name)
{
	for (size_t i = 0; i < sources->n; i++)
		if (str_equal(str_of(sources->items[i]->name), name))
			return sources->items[i];
	return NULL;
}
