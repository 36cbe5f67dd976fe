/* See workspace.h. */
#include "demo/workspace.h"

#include "base/num.h"
#include "db/own.h"
#include "demo/quote.h"
#include "demo/shipped.h"
#include "demo/story.h"
#include "demo/tracking.h"
#include "repo/make.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK ".leeboard-demo"

enum { MAX_COMMITS = 64, MAX_CONFIG = 1 << 16, DAY = 86400 };

static int write_file(const char *path, struct str text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600), failed;

	if (fd < 0)
		return err_errno(err, errno, "%s", path);
	for (ssize_t n; text.n; text = str_slice(text, (size_t)n, text.n)) {
		n = write(fd, text.s, text.n);
		if (n <= 0)
			break;
	}
	failed = text.n != 0;
	if (close(fd) != 0 || failed)
		return err_errno(err, errno, "%s", path);
	return 0;
}

/* ---- the folder ------------------------------------------------------------------------------ */

static int make_folders(const char *path, struct err *err)
{
	char part[WORKSPACE_PATH];

	for (size_t i = 1; path[i - 1]; i++) {
		if (path[i] && path[i] != '/')
			continue;
		snprintf(part, sizeof part, "%.*s", (int)i, path);
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_errno(err, errno, "%s", part);
	}
	return 0;
}

static bool is_empty(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool empty = dir != NULL;

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			empty = false;
	if (dir)
		closedir(dir);
	return empty;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

/* Symbolic links are removed, never followed. */
static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void clear(const struct workspace *workspace)
{
	static const char *const side[] = {"", "-journal", "-wal", "-shm"};
	const char *const databases[] = {workspace->store, workspace->events};
	char path[WORKSPACE_PATH + 16];

	for (size_t i = 0; i < sizeof side / sizeof *side; i++) {
		for (int k = 0; k < 2; k++) {
			snprintf(path, sizeof path, "%s%s", databases[k], side[i]);
			unlink(path);
		}
	}
	unlink(workspace->config);
	remove_tree(workspace->code);
}

static void name_files(struct workspace *workspace)
{
	const char *folder = workspace->folder;

	snprintf(workspace->store, sizeof workspace->store, "%s/mlflow.db", folder);
	snprintf(workspace->events, sizeof workspace->events, "%s/predictions.db", folder);
	snprintf(workspace->config, sizeof workspace->config, "%s/leeboard.yaml", folder);
	snprintf(workspace->code, sizeof workspace->code, "%s/code", folder);
}

/* Makes the folder ours for as long as we run. */
static int take(struct workspace *workspace, const char *folder, struct err *err)
{
	char real[PATH_MAX], mark[WORKSPACE_PATH];

	if (strlen(folder) >= sizeof workspace->folder)
		return err_set(err, ERR_TOO_BIG, "the folder's name is too long");
	if (make_folders(folder, err) != 0)
		return -1;
	if (!realpath(folder, real) || strlen(real) >= sizeof workspace->folder)
		return err_errno(err, errno ? errno : ENAMETOOLONG, "%s", folder);
	strcpy(workspace->folder, real);
	name_files(workspace);
	snprintf(mark, sizeof mark, "%s/" MARK, workspace->folder);
	if (access(mark, F_OK) != 0 && !is_empty(real)) {
		err_set(err, ERR_USAGE, "%s is not empty, and no demo made it", real);
		return err_hint(err, "name an empty or a new folder");
	}
	workspace->lock = open(mark, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (workspace->lock < 0)
		return err_errno(err, errno, "%s", mark);
	if (flock(workspace->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	close(workspace->lock);
	workspace->lock = -1;
	return err_set(err, ERR_BUSY, "another demo runs in %s", real);
}

static int take_temporary(struct workspace *workspace, struct err *err)
{
	const char *base = getenv("TMPDIR");
	char folder[sizeof workspace->folder];

	if (!base || base[0] != '/')
		base = "/tmp";
	if (snprintf(folder, sizeof folder, "%s/leeboard-demo-XXXXXX", base) >= (int)sizeof folder ||
	    !mkdtemp(folder))
		return err_errno(err, errno, "no folder for the demo under %s", base);
	workspace->temporary = true;
	return take(workspace, folder, err);
}

int workspace_open(struct workspace *workspace, const char *folder, struct err *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char usual[WORKSPACE_PATH];
	int n = -1;

	*workspace = (struct workspace){.lock = -1};
	if (folder) {
		if (take(workspace, folder, err) != 0)
			return -1;
	} else {
		if (state && state[0] == '/')
			n = snprintf(usual, sizeof usual, "%s/leeboard/demo", state);
		else if (home && home[0] == '/')
			n = snprintf(usual, sizeof usual, "%s/.local/state/leeboard/demo", home);
		if ((n < 0 || n >= (int)sizeof usual || take(workspace, usual, err) != 0) &&
		    take_temporary(workspace, err) != 0)
			return -1;
	}
	clear(workspace);
	return 0;
}

void workspace_close(struct workspace *workspace)
{
	if (workspace->temporary)
		remove_tree(workspace->folder);
	if (workspace->lock >= 0)
		close(workspace->lock);
}

/* ---- what is in it --------------------------------------------------------------------------- */

/* The shipped list of commits, taken apart. */
struct commits {
	char text[1 << 14]; /* what the plans point into */
	const char *old_ids[MAX_COMMITS];
	struct repo_plan plans[MAX_COMMITS];
	size_t n;
};

static void read_commits(struct commits *commits)
{
	struct str shipped = shipped_commits();
	char *lines, *line;

	commits->n = 0;
	snprintf(commits->text, sizeof commits->text, "%.*s", STR_ARG(shipped));
	for (lines = commits->text; (line = strsep(&lines, "\n")) && commits->n < MAX_COMMITS;) {
		const char *id = strsep(&line, "\t"), *seconds = strsep(&line, "\t");
		const char *author = strsep(&line, "\t");
		struct repo_plan *plan = &commits->plans[commits->n];

		if (!line || !num_parse_int(str_of(seconds), &plan->seconds))
			continue;
		plan->author = author;
		plan->subject = line;
		commits->old_ids[commits->n++] = id;
	}
}

/* By how many whole days everything moves so that the newest run ends within the day before `end`. */
static int days_to(struct own *own, int64_t end, int64_t *days, struct err *err)
{
	int64_t last, day = (int64_t)DAY * 1000;

	if (own_ask_int(own, &last, err, "SELECT max(coalesce(end_time, start_time)) FROM runs", "") != 1)
		return -1;
	*days = (end - last) / day - (end < last && (end - last) % day);
	return 0;
}

static int fill_store(struct workspace *workspace, struct own *own, int64_t end, struct err *err)
{
	struct commits commits;
	char ids[MAX_COMMITS][REPO_ID_SIZE];
	int64_t days;

	if (days_to(own, end, &days, err) != 0 ||
	    tracking_shift(own, days * DAY * 1000, err) != 0)
		return -1;
	read_commits(&commits);
	for (size_t i = 0; i < commits.n; i++)
		commits.plans[i].seconds += days * DAY;
	if (repo_make(workspace->code, commits.plans, commits.n, ids, err) != 0)
		return -1;
	for (size_t i = 0; i < commits.n; i++)
		if (tracking_rename_commit(own, commits.old_ids[i], ids[i], err) != 0)
			return -1;
	if (commits.n)
		memcpy(workspace->commit, ids[commits.n - 1], REPO_ID_SIZE);
	return 0;
}

int workspace_fill(struct workspace *workspace, int64_t end, struct err *err)
{
	struct own *own;
	int failed;

	if (write_file(workspace->store, shipped_store(), err) != 0 ||
	    own_open(&own, workspace->store, err) != 0)
		return -1;
	failed = own_run(own, "PRAGMA synchronous = OFF", err) != 0 ||
				 fill_store(workspace, own, end, err) != 0
			 ? -1
			 : 0;
	own_close(own);
	return failed;
}

int workspace_write_config(const struct workspace *workspace, int port, struct err *err)
{
	struct buf out;
	int failed;

	buf_init(&out, MAX_CONFIG);
	buf_adds(&out, "# Made by leeboard-demo: demo data, live while it runs.\n"
		       "sources:\n"
		       "  - name: mlflow.db\n    kind: mlflow\n    demo: true\n    every: 1\n    at: ");
	quote_add(&out, str_of(workspace->store));
	buf_addf(&out,
		 "\n  - name: scorer\n    kind: endpoint\n    demo: true\n"
		 "    at: http://127.0.0.1:%d\n"
		 "    model: {source: mlflow.db, name: %s, version: reported}\n",
		 port, DEMO_MODEL);
	buf_adds(&out, "  - name: code\n    kind: git\n    demo: true\n    at: ");
	quote_add(&out, str_of(workspace->code));
	buf_addf(&out, "\nmonitors:\n  - name: churn\n    model: %s\n    events: {at: ", DEMO_MODEL);
	quote_add(&out, str_of(workspace->events));
	buf_addf(&out,
		 ", table: predictions}\n"
		 "    time: ts\n    version: model_version\n    prediction: score\n"
		 "    label: label\n    id: request_id\n"
		 "    features: [age, has_card, income, plan, spend, tenure, tickets]\n"
		 "    numeric: [age, income, spend, tenure, tickets]\n"
		 "    categorical: [plan]\n    boolean: [has_card]\n"
		 "    window: %ds\n    limit: 0.1\n    open: 2 of 3\n    close: 3\n",
		 STORY_WINDOW);
	failed = out.over ? err_set(err, ERR_TOO_BIG, "the demo's config is too long")
			  : write_file(workspace->config, buf_str(&out), err);
	buf_release(&out);
	return failed;
}
