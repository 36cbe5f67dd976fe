/* Secrets; see secret.h. */
#include "config/secret.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Checks what was read and makes the string of it. */
static char *finish(const char *bytes, size_t n, const char *from, struct err *err)
{
	if (n > SECRET_MAX) {
		err_set(err, ERR_TOO_BIG, "the secret from %s is longer than 64 KB", from);
		return NULL;
	}
	n -= n && bytes[n - 1] == '\n';
	n -= n && bytes[n - 1] == '\r';
	if (!n || memchr(bytes, '\0', n)) {
		err_set(err, ERR_FORMAT, "the secret from %s is %s", from,
			n ? "binary" : "empty");
		return NULL;
	}
	return mem_copy(bytes, n);
}

static char *read_env(const char *name, struct err *err)
{
	const char *value = getenv(name);
	char from[128];

	if (!value) {
		err_set(err, ERR_NOT_FOUND, "the environment variable %s is not set", name);
		return NULL;
	}
	snprintf(from, sizeof from, "the variable %s", name);
	return finish(value, strlen(value), from, err);
}

/* Reads to the end or past the cap; -1 with errno. */
static ssize_t read_all(int fd, char *out, size_t cap)
{
	size_t n = 0;
	ssize_t got;

	while (n < cap && (got = read(fd, out + n, cap - n)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static int check_file(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_errno(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_FORMAT, "%s is no regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(err, ERR_DENIED, "%s belongs to another user", path);
	if (st.st_mode & 077) {
		err_set(err, ERR_DENIED, "others may read the secret in %s", path);
		return err_hint(err, "chmod 600 it");
	}
	return 0;
}

static char *read_file(const char *path, struct err *err)
{
	char *bytes, *secret = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n;

	if (fd < 0) {
		err_errno(err, errno, "%s", path);
		return NULL;
	}
	bytes = mem_alloc(SECRET_MAX + 3);
	if (check_file(fd, path, err) == 0) {
		n = read_all(fd, bytes, SECRET_MAX + 3);
		if (n < 0)
			err_errno(err, errno, "%s", path);
		else
			secret = finish(bytes, (size_t)n, path, err);
	}
	explicit_bzero(bytes, SECRET_MAX + 3);
	free(bytes);
	close(fd);
	return secret;
}

/* The helper gets what programs need to find their own things, and nothing of ours. */
static void helper_environment(char **out, size_t max)
{
	static const char *const names[] = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL",
					    "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "GNUPGHOME",
					    "PASSWORD_STORE_DIR", "DBUS_SESSION_BUS_ADDRESS",
					    "GPG_TTY", "SSH_AUTH_SOCK"};
	size_t n = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names && n + 1 < max; i++) {
		const char *value = getenv(names[i]);

		if (value && asprintf(&out[n], "%s=%s", names[i], value) >= 0)
			n++;
	}
	out[n] = NULL;
}

/* Starts the helper with its output in the pipe, in a process group of its own. */
static int spawn_helper(const char *const *argv, int output, pid_t *pid)
{
	char *environment[16];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int rc;

	helper_environment(environment, 16);
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE); /* which we ignore, and it should not */
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(pid, argv[0], &actions, &attributes, (char **)argv, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	for (char **variable = environment; *variable; variable++)
		free(*variable);
	return rc;
}

/* Collects the output until the helper closes it, the cap is passed, or time is up (-2). */
static ssize_t collect(int fd, char *out, size_t cap)
{
	int64_t end = clock_monotonic() + SECRET_SECONDS * 1000;
	size_t n = 0;

	while (n < cap) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left = end - clock_monotonic();
		ssize_t got;

		if (left <= 0)
			return -2;
		if (poll(&ready, 1, (int)left) <= 0)
			continue;
		got = read(fd, out + n, cap - n);
		if (got < 0 && errno != EINTR)
			return -1;
		if (got == 0)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)n;
}

/*
 * The exit status. A helper that goes on after its output ended, or whose output was given up, is
 * ended: it closed its output, so all it had to say was said.
 */
static int reap(pid_t pid)
{
	int status = 0;

	for (int tries = 0; tries < 100; tries++) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid || (got < 0 && errno == ECHILD))
			return status;
		poll(NULL, 0, 10);
	}
	kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static char *read_command(const char *const *argv, struct err *err)
{
	char *bytes, *secret = NULL;
	int pipes[2], rc, status;
	pid_t pid;
	ssize_t n;

	if (pipe2(pipes, O_CLOEXEC) < 0) {
		err_errno(err, errno, "%s", argv[0]);
		return NULL;
	}
	rc = spawn_helper(argv, pipes[1], &pid);
	close(pipes[1]);
	if (rc != 0) {
		close(pipes[0]);
		err_errno(err, rc, "the helper %s", argv[0]);
		return NULL;
	}
	bytes = mem_alloc(SECRET_MAX + 3);
	n = collect(pipes[0], bytes, SECRET_MAX + 3);
	close(pipes[0]);
	if (n < 0 || n == SECRET_MAX + 3)
		kill(-pid, SIGKILL);
	status = reap(pid);
	if (n == -2)
		err_set(err, ERR_TIMEOUT, "the helper %s gave no answer in %d s", argv[0],
			SECRET_SECONDS);
	else if (n == SECRET_MAX + 3)
		finish(bytes, (size_t)n, argv[0], err);
	else if (n < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		err_set(err, ERR_IO, "the helper %s failed", argv[0]);
	else
		secret = finish(bytes, (size_t)n, argv[0], err);
	explicit_bzero(bytes, SECRET_MAX + 3);
	free(bytes);
	return secret;
}

/* From now on the memory holds what a core file would show. */
static void leave_no_core(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) || !limit.rlim_cur)
		return;
	limit.rlim_cur = 0;
	setrlimit(RLIMIT_CORE, &limit);
}

char *secret_read(const struct secret_ref *ref, struct err *err)
{
	if (ref->kind != SECRET_NONE)
		leave_no_core();
	switch (ref->kind) {
	case SECRET_ENV:
		return read_env(ref->word, err);
	case SECRET_FILE:
		return read_file(ref->word, err);
	case SECRET_COMMAND:
		return read_command(ref->argv, err);
	case SECRET_NONE:
		break;
	}
	err_clear(err);
	return NULL;
}

void secret_free(char *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret, strlen(secret));
	free(secret);
}
