/*
 * Git as a source: commits by id for the chain, and nothing else; it has no pane.
 */
#include "base/mem.h"
#include "config/sources.h"
#include "source/git/commits.h"
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

extern const struct source_class git_source;

const struct source_spec git_stand_in = {
	.name = "git", .kind = "git", .location = "", .place = ""};

static bool has(const char *folder, const char *name)
{
	char path[4096];
	struct stat st;

	return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
	       stat(path, &st) == 0;
}

/* The top of a working tree, or a repository's own folder; what is below is somebody else's. */
static bool git_probe(const char *path, const char **why)
{
	if (has(path, ".git") || (has(path, "HEAD") && has(path, "objects") && has(path, "refs"))) {
		*why = "a Git repository";
		return true;
	}
	return false;
}

static int git_open(const struct source_spec *spec, struct source **source, struct err *err)
{
	if (spec->url) {
		err_set(err, ERR_UNSUPPORTED, "%s: nothing is fetched from an address", spec->location);
		return err_hint(err, "name a clone on this machine");
	}
	*source = mem_zero(1, sizeof **source);
	**source = (struct source){.class = &git_source, .spec = spec};
	return 0;
}

static int git_read(struct source *source, const struct query *query, struct io *io,
		    struct build *build, struct err *err)
{
	const char *place = source->spec->place;

	if (query->kind != RECORD_COMMITS)
		return err_set(err, ERR_UNSUPPORTED, "a Git repository has commits only");
	return git_read_commits(place && place[0] ? place : NULL, query, io, build, err);
}

static void git_close(struct source *source)
{
	free(source);
}

const struct source_class git_source = {
	.kind = "git",
	.about = "a Git repository: the commits that runs name",
	.can = CAN_COMMITS,
	.poll_ms = 60000,
	.probe = git_probe,
	.open = git_open,
	.read = git_read,
	.close = git_close,
};
