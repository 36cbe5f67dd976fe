/* The configuration file: finding it, and whether to trust it; see config.h. */
#include "config/config.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_MAX_BYTES = 1 << 20, CONFIG_MAX_MEMORY = 16 << 20 };

void config_init(struct config *config)
{
	*config = (struct config){.theme = CONFIG_THEME_DARK, .glyphs = CONFIG_GLYPHS_AUTO};
	arena_init(&config->arena, CONFIG_MAX_MEMORY);
}

void config_release(struct config *config)
{
	arena_release(&config->arena);
	*config = (struct config){0};
}

/* Many systems give each user a group of the same name, with nobody else in it. */
static bool is_own_group(gid_t gid)
{
	const struct passwd *user = getpwuid(geteuid());
	const struct group *group = user ? getgrgid(gid) : NULL;

	if (!group || strcmp(group->gr_name, user->pw_name) != 0)
		return false;
	for (char **member = group->gr_mem; *member; member++)
		if (strcmp(*member, user->pw_name) != 0)
			return false;
	return true;
}

/* Only what the user, and nobody else, can have written is obeyed. */
static int check_file(int fd, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_errno(err, errno, "the configuration cannot be read");
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_FORMAT, "the configuration is no regular file");
	if (st.st_uid != geteuid() && st.st_uid != 0) {
		err_set(err, ERR_DENIED, "the configuration belongs to another user");
		return err_hint(err, "make a copy of your own, or use --no-config");
	}
	if (st.st_mode & S_IWOTH) {
		err_set(err, ERR_DENIED, "the configuration may be written by anyone");
		return err_hint(err, "chmod o-w it");
	}
	if (st.st_mode & S_IWGRP && !is_own_group(st.st_gid)) {
		err_set(err, ERR_DENIED, "the configuration may be written by a group");
		return err_hint(err, "chmod g-w it");
	}
	if (st.st_size > CONFIG_MAX_BYTES)
		return err_set(err, ERR_TOO_BIG, "the configuration is larger than 1 MB");
	return 0;
}

static int read_fd(int fd, struct buf *out, struct err *err)
{
	char block[8192];
	ssize_t n;

	while ((n = read(fd, block, sizeof block)) != 0 && !out->over) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, "the configuration cannot be read");
		buf_add(out, block, (size_t)n);
	}
	return out->over ? err_set(err, ERR_TOO_BIG, "the configuration is larger than 1 MB") : 0;
}

/* 1 when there is no such file. */
static int read_trusted(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), rc;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? 1
			       : err_errno(err, errno, "the configuration cannot be read");
	rc = check_file(fd, err);
	if (rc == 0)
		rc = read_fd(fd, out, err);
	close(fd);
	return rc;
}

/* Where it is looked for when nobody says; NULL without a home. */
static char *usual_path(void)
{
	const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int n = -1;

	if (folder && folder[0] == '/')
		n = asprintf(&path, "%s/leeboard/config.yaml", folder);
	else if (home && home[0] == '/')
		n = asprintf(&path, "%s/.config/leeboard/config.yaml", home);
	return n < 0 ? NULL : path;
}

static int load(struct config *config, const char *path, bool asked, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct buf text;
	char *folder;
	int rc;

	buf_init(&text, CONFIG_MAX_BYTES);
	rc = read_trusted(path, &text, err);
	if (rc == 1)
		rc = asked ? err_set(err, ERR_NOT_FOUND, "there is no such configuration file") : 0;
	else if (rc == 0) {
		config->path = arena_str(&config->arena, str_of(path)).s;
		folder = strndup(path, slash ? (size_t)(slash - path) + (slash == path) : 0);
		rc = config_parse(config, buf_str(&text), folder ? folder : "", err);
		free(folder);
	}
	buf_release(&text);
	return rc < 0 ? err_origin(err, "%s", path) : 0;
}

int config_load(struct config *config, const char *path, struct err *err)
{
	char *usual = path ? NULL : usual_path();
	int rc = 0;

	config_init(config);
	if (path || usual)
		rc = load(config, path ? path : usual, path != NULL, err);
	free(usual);
	if (rc < 0)
		config_release(config);
	return rc;
}
