/* Looking for sources; see find.h. */
#include "engine/find.h"

#include "base/mem.h"
#include "base/str.h"
#include "source/io.h"
#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

void find_init(struct find *find, const atomic_bool *stop)
{
	*find = (struct find){.stop = stop};
}

void find_release(struct find *find)
{
	for (size_t i = 0; i < find->n; i++) {
		free(find->items[i].location);
		free(find->items[i].why);
	}
	free(find->items);
	find_init(find, NULL);
}

static char *copy_of(const char *text)
{
	return mem_copy(text, strlen(text));
}

static void add(struct find *find, const char *kind, const char *location, const char *why)
{
	if (find->n == FIND_MAX || (kind && find->found == FIND_SOURCES)) {
		find->cut = true;
		return;
	}
	MEM_GROW(find->items, find->n, find->cap);
	find->items[find->n++] = (struct find_item){kind, copy_of(location), copy_of(why)};
	find->found += kind != NULL;
}

/* ---- a folder ---- */

struct walk {
	struct find *find;
	size_t entries;
};

static void walk_folder(struct walk *walk, const char *folder, int depth);

/* Could a file of this name be something to read? Others are not opened. */
static bool has_likely_name(const char *path)
{
	static const char *const endings[] = {".db",  ".sqlite", ".sqlite3", ".db3",
					      ".csv", ".jsonl",  ".ndjson"};
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t length = strlen(endings[i]);

		if (n > length && !strcasecmp(path + n - length, endings[i]))
			return true;
	}
	return false;
}

static bool is_passed_over(const char *name)
{
	static const char *const names[] = {"node_modules", "site-packages", "__pycache__", "venv"};

	if (name[0] == '.')
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool is_environment(const char *folder)
{
	char path[4096];
	struct stat st;

	return snprintf(path, sizeof path, "%s/pyvenv.cfg", folder) < (int)sizeof path &&
	       stat(path, &st) == 0;
}

static void look_at_file(struct walk *walk, const char *path)
{
	const struct source_class *class;
	const char *why;

	if (!has_likely_name(path))
		return;
	class = source_find(path, &why);
	add(walk->find, class ? class->kind : NULL, path, why);
}

/* Is the folder a source as a whole? What it is itself is added; one with more in it is walked. */
static bool is_whole(struct find *find, const char *path)
{
	const char *why;
	const struct source_class *class = source_find(path, &why);

	if (class)
		add(find, class->kind, path, why);
	return class && class->whole_folder;
}

static void look_at_folder(struct walk *walk, const char *path, int depth)
{
	if (is_environment(path) || is_whole(walk->find, path))
		return;
	if (depth < FIND_DEPTH)
		walk_folder(walk, path, depth + 1);
	else
		walk->find->cut = true;
}

static void look_at(struct walk *walk, const char *folder, const char *name, int depth)
{
	char path[4096];
	struct stat st;

	/* below "." nobody wants to read "./" */
	if (snprintf(path, sizeof path, "%s%s%s", strcmp(folder, ".") ? folder : "",
		     strcmp(folder, ".") && strcmp(folder, "/") ? "/" : "", name) >=
	    (int)sizeof path)
		return;
	if (lstat(path, &st))
		return;
	if (S_ISDIR(st.st_mode))
		look_at_folder(walk, path, depth);
	else if (!stat(path, &st) && S_ISREG(st.st_mode))
		look_at_file(walk, path);
}

static bool is_over(struct walk *walk)
{
	bool over = walk->entries >= FIND_ENTRIES || walk->find->n == FIND_MAX;

	walk->find->cut |= over;
	return over;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder that are looked at, sorted: readdir's order is nobody's. */
static char **names_in(struct walk *walk, const char *folder, size_t *n)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char **names = NULL;
	size_t cap = 0;

	*n = 0;
	while (dir && !is_over(walk) && (entry = readdir(dir))) {
		walk->entries++;
		if (is_passed_over(entry->d_name))
			continue;
		MEM_GROW(names, *n, cap);
		names[(*n)++] = copy_of(entry->d_name);
	}
	if (dir)
		closedir(dir);
	else
		add(walk->find, NULL, folder, strerror(errno));
	if (*n)
		qsort(names, *n, sizeof *names, by_bytes);
	return names;
}

static void walk_folder(struct walk *walk, const char *folder, int depth)
{
	const atomic_bool *stop = walk->find->stop;
	size_t n;
	char **names = names_in(walk, folder, &n);

	for (size_t i = 0; i < n; i++) {
		if (!(stop && atomic_load(stop)) && walk->find->n < FIND_MAX)
			look_at(walk, folder, names[i], depth);
		free(names[i]);
	}
	free(names);
}

int find_in(struct find *find, const char *folder, struct err *err)
{
	struct walk walk = {.find = find};
	DIR *dir = opendir(folder);

	if (!dir)
		return err_errno(err, errno, "%s", folder);
	closedir(dir);
	if (!is_whole(find, folder))
		walk_folder(&walk, folder, 1);
	return 0;
}

/* ---- the sources ---- */

int find_url(struct find *find, struct source_spec *spec, struct err *err)
{
	const struct source_class *class = source_ask(spec, find->io, err);

	if (find->io && io_cancelled(find->io))
		return err_set(err, ERR_CANCELLED, "stopped");
	spec->guessed = err->code != ERR_NONE;
	spec->kind = class ? class->kind : NULL;
	return class ? 0 : err_set(err, ERR_UNSUPPORTED, "%s: of no known kind", spec->location);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What find has from `first` on becomes sources. */
static int add_found(struct find *find, size_t first, struct sources *sources, struct err *err)
{
	for (size_t i = first; i < find->n; i++) {
		const struct find_item *item = &find->items[i];

		if (item->kind && sources_add_found(sources, item->location, item->kind, err))
			return -1;
	}
	return 0;
}

static int open_folder(struct find *find, struct sources *sources, size_t index, struct err *err)
{
	struct source_spec *spec = sources->items[index];
	size_t first = find->n, found = find->found;

	if (find_in(find, spec->location, err))
		return -1;
	if (find->found == found) {
		err_set(err, ERR_NOT_FOUND, "%s: nothing in this folder that leeboard reads",
			spec->location);
		return err_hint(err, "leeboard doctor %s says what was looked at", spec->location);
	}
	memmove(&sources->items[index], &sources->items[index + 1],
		(--sources->n - index) * sizeof *sources->items);
	return add_found(find, first, sources, err);
}

static int find_kind(struct find *find, struct source_spec *spec, struct err *err)
{
	const struct source_class *class;
	const char *why;

	if (spec->url)
		return find_url(find, spec, err);
	/* of the configuration, whose places nobody looked at yet */
	if (access(spec->place, R_OK))
		return err_errno(err, errno, "%s", spec->location);
	class = source_find(spec->place, &why);
	add(find, class ? class->kind : NULL, spec->location, why);
	if (!class) {
		err_set(err, ERR_UNSUPPORTED, "%s: %s", spec->location, why);
		return err_hint(err, "KIND:%s says what it is meant to be", spec->location);
	}
	spec->kind = class->kind;
	return 0;
}

int find_sources(struct find *find, struct sources *sources, const char *folder, struct err *err)
{
	size_t i = 0;

	if (!sources->n && sources_add_config(sources, err))
		return -1;
	if (!sources->n && sources_add_environment(sources, err))
		return -1;
	if (!sources->n)
		return find_in(find, folder, err) ? -1 : add_found(find, 0, sources, err);
	while (i < sources->n) {
		struct source_spec *spec = sources->items[i];

		if (!spec->kind && !spec->url && is_folder(spec->place)) {
			if (open_folder(find, sources, i, err))
				return -1;
			continue;
		}
		if (!spec->kind && find_kind(find, spec, err))
			return -1;
		i++;
	}
	return 0;
}
