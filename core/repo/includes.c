/*
 * What a repository's configuration includes.
 *
 * libgit2 opens every file that an `include` or `includeIf` names, ten deep and as often as it is
 * named, conditions or not being met. A FIFO among them would be waited for, and a few files that
 * include each other a hundred times keep it busy for ever. So they are looked through first, here.
 * Only the keys `path` of such sections are understood; where Git's grammar and this reading of it
 * differ, a file is looked at in vain.
 */
#include "repo/repo_own.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_CONFIG = 1 << 20, MAX_DEPTH = 10, MAX_FILES = 100 };

struct includes {
	int files; /* looked at so far */
	struct err *err;
};

static int check_config(struct includes *includes, const char *path, int depth);

/* 1: there is no such file. */
static int read_config(const char *path, struct buf *out, struct err *err)
{
	char bytes[8192];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return errno == ENXIO ? err_set(err, ERR_CORRUPT, "%s is no file", path) : 1;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return S_ISDIR(st.st_mode) ? 1 : err_set(err, ERR_CORRUPT, "%s is no file", path);
	}
	while ((n = read(fd, bytes, sizeof bytes)) > 0 && !out->over)
		buf_add(out, bytes, (size_t)n);
	close(fd);
	return out->over ? err_set(err, ERR_TOO_BIG, "%s is too large", path) : 0;
}

/* The value of a line, without its quotes, escapes and comment. */
static void take_value(struct buf *out, struct str value)
{
	bool quoted = false;

	value = str_trim(value);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.s[i];

		if (!quoted && (c == '#' || c == ';'))
			break;
		if (c == '"')
			quoted = !quoted;
		else if (c != '\\')
			buf_addc(out, c);
		else if (++i < value.n)
			buf_addc(out, value.s[i]);
	}
}

/* The file that a value means, seen from the file that it stands in. */
static int follow(struct includes *includes, const char *from, struct str value, int depth)
{
	const char *slash = strrchr(from, '/'), *home = getenv("HOME");
	struct buf path, name;
	struct str target;
	int failed;

	buf_init(&path, 8192);
	buf_init(&name, 4096);
	take_value(&name, value);
	target = str_trim(buf_str(&name));
	if (str_starts(target, STR("~/")) && home) {
		buf_adds(&path, home);
		target = str_slice(target, 1, target.n);
	} else if (target.n && target.s[0] != '/' && slash) {
		buf_add(&path, from, (size_t)(slash - from) + 1);
	}
	buf_add_str(&path, target);
	failed = check_config(includes, buf_cstr(&path), depth + 1);
	buf_release(&path);
	buf_release(&name);
	return failed;
}

/* What stands after a section's head on its line; the head may hold a bracket in quotes. */
static struct str after_head(struct str line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		quoted ^= line.s[i] == '"' && line.s[i - 1] != '\\';
		if (line.s[i] == ']' && !quoted)
			return str_trim(str_slice(line, i + 1, line.n));
	}
	return STR("");
}

static bool starts_folded(struct str text, struct str word)
{
	return text.n >= word.n && !strncasecmp(text.s, word.s, word.n);
}

/* The value of `path = …`; missing for any other line. */
static struct str path_value(struct str line)
{
	long equals = str_find(line, '=');
	struct str key = str_trim(str_slice(line, 0, equals < 0 ? 0 : (size_t)equals));

	if (key.n != 4 || !starts_folded(key, STR("path")))
		return STR_NONE;
	return str_slice(line, (size_t)equals + 1, line.n);
}

/* A backslash at the end of a line joins the next one to it. */
static void join_lines(struct buf *text)
{
	size_t to = 0;

	for (size_t i = 0; i < text->n; i++) {
		if (text->s[i] == '\\' && i + 1 < text->n && text->s[i + 1] == '\n')
			i++;
		else
			text->s[to++] = text->s[i];
	}
	text->n = to;
}

static int check_lines(struct includes *includes, const char *path, struct str text, int depth)
{
	bool including = false;
	int failed = 0;

	while (text.n && !failed) {
		long end = str_find(text, '\n');
		struct str line = str_trim(str_slice(text, 0, end < 0 ? text.n : (size_t)end));
		struct str value;

		text = str_slice(text, end < 0 ? text.n : (size_t)end + 1, text.n);
		if (line.n && line.s[0] == '[') {
			including = starts_folded(line, STR("[include"));
			line = after_head(line);
		}
		value = including ? path_value(line) : STR_NONE;
		if (!str_none(value))
			failed = follow(includes, path, value, depth);
	}
	return failed;
}

static int check_config(struct includes *includes, const char *path, int depth)
{
	struct buf text;
	int failed;

	if (depth > MAX_DEPTH)
		return 0;
	if (++includes->files > MAX_FILES)
		return err_set(includes->err, ERR_TOO_BIG,
			       "the configuration of the repository includes more than %d files",
			       MAX_FILES);
	buf_init(&text, MAX_CONFIG);
	failed = read_config(path, &text, includes->err);
	if (!failed) {
		join_lines(&text);
		failed = check_lines(includes, path, buf_str(&text), depth);
	}
	buf_release(&text);
	return failed < 0 ? -1 : 0;
}

int repo_check_includes(const char *path, struct err *err)
{
	struct includes includes = {.err = err};

	return check_config(&includes, path, 0);
}
