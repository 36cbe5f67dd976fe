/* See make.h. Objects and references are written; the index is not, as no one commits here. */
#include "repo/make.h"

#include "base/buf.h"
#include "repo/repo_own.h"

#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { MAX_TEXT = 1 << 16 };

static int make_tree(git_oid *out, git_repository *git, struct str text)
{
	git_oid blob;
	git_treebuilder *builder = NULL;
	int answer = git_blob_create_from_buffer(&blob, git, text.s, text.n);

	if (answer == 0)
		answer = git_treebuilder_new(&builder, git, NULL);
	if (answer == 0)
		answer = git_treebuilder_insert(NULL, builder, "train.py", &blob, GIT_FILEMODE_BLOB);
	if (answer == 0)
		answer = git_treebuilder_write(out, builder);
	git_treebuilder_free(builder);
	return answer;
}

/* One commit on top of *last (NULL for the first), which becomes the new one. */
static int make_commit(git_repository *git, const struct repo_plan *plan, struct str text,
		       git_commit **last)
{
	char email[128], message[512];
	git_signature *who = NULL;
	git_tree *tree = NULL;
	const git_commit *parents[1] = {*last};
	git_oid id;
	int answer;

	snprintf(email, sizeof email, "%s@example.com", plan->author);
	snprintf(message, sizeof message, "%s\n", plan->subject);
	answer = git_signature_new(&who, plan->author, email, plan->seconds, 0);
	if (answer == 0)
		answer = make_tree(&id, git, text);
	if (answer == 0)
		answer = git_tree_lookup(&tree, git, &id);
	if (answer == 0)
		answer = git_commit_create(&id, git, "HEAD", who, who, NULL, message, tree, *last != NULL,
					   parents);
	git_tree_free(tree);
	git_signature_free(who);
	if (answer != 0)
		return answer;
	git_commit_free(*last);
	return git_commit_lookup(last, git, &id);
}

/* The working tree's file, so that the folder looks as a clone does. */
static int write_file(const char *folder, struct str text, struct err *err)
{
	char path[4096];
	int fd, failed;

	if (snprintf(path, sizeof path, "%s/train.py", folder) >= (int)sizeof path)
		return err_set(err, ERR_TOO_BIG, "the path is too long");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	failed = fd < 0 || write(fd, text.s, text.n) != (ssize_t)text.n;
	if (failed)
		err_errno(err, errno, "%s", path);
	if (fd >= 0)
		close(fd);
	return failed ? -1 : 0;
}

int repo_make(const char *folder, const struct repo_plan *plans, size_t n,
	      char (*ids)[REPO_ID_SIZE], struct err *err)
{
	git_repository_init_options options;
	git_repository *git = NULL;
	git_commit *last = NULL;
	struct buf text;
	int answer, failed = 0;

	if (repo_library_start(err) != 0)
		return -1;
	git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	options.flags = GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
	options.initial_head = "main";
	buf_init(&text, MAX_TEXT);
	answer = git_repository_init_ext(&git, folder, &options);
	for (size_t i = 0; answer == 0 && i < n; i++) {
		buf_addf(&text, "# %s\n", plans[i].subject);
		answer = make_commit(git, &plans[i], buf_str(&text), &last);
		if (answer == 0)
			git_oid_tostr(ids[i], REPO_ID_SIZE, git_commit_id(last));
	}
	failed = answer != 0 ? repo_fail(err, answer, "making the demo's repository")
			     : write_file(folder, buf_str(&text), err);
	git_commit_free(last);
	git_repository_free(git);
	buf_release(&text);
	return failed;
}
