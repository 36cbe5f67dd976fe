/*
 * What a commit changed: two trees compared by the ids of their entries, no blob loaded.
 *
 * libgit2's own diff has no bound that a caller can set. A tree may name one subtree a thousand
 * times over, ten levels deep, so the comparison counts what it looks at and stops.
 */
#include "repo/repo_own.h"

#include <string.h>

enum { MAX_TREE = 8 << 20, MAX_TREES = 4000, MAX_DEPTH = 64, MAX_PATH = 4096, MAX_BYTES = 64 << 20 };

struct compare {
	struct repo *repo;
	struct arena *arena;
	struct repo_commit *out;
	struct buf path; /* of the folder that is compared, "" or "a/b/" */
	int trees;       /* looked at so far */
	size_t bytes;    /* of them */
	bool stopped;
};

static void compare_trees(struct compare *compare, const git_oid *before, const git_oid *after,
			  int depth);

/* NULL for an absent side; a tree that is not here, or too much of them, stops the comparison. */
static git_tree *load(struct compare *compare, const git_oid *id, int depth)
{
	size_t size;
	git_object_t type;
	git_tree *tree = NULL;

	/* the trees on the way down are all held at once, so that their sum has a ceiling too */
	if (!id || compare->stopped)
		return NULL;
	if (depth > MAX_DEPTH || ++compare->trees > MAX_TREES ||
	    repo_is_broken(compare->repo, id) ||
	    git_odb_read_header(&size, &type, compare->repo->objects, id) < 0 ||
	    type != GIT_OBJECT_TREE || size > MAX_TREE || (compare->bytes += size) > MAX_BYTES ||
	    git_tree_lookup(&tree, compare->repo->git, id) < 0)
		compare->stopped = true;
	return tree;
}

static bool is_tree(const git_tree_entry *entry)
{
	return git_tree_entry_type(entry) == GIT_OBJECT_TREE;
}

static bool same(const git_tree_entry *a, const git_tree_entry *b)
{
	return git_oid_equal(git_tree_entry_id(a), git_tree_entry_id(b)) &&
	       git_tree_entry_filemode_raw(a) == git_tree_entry_filemode_raw(b);
}

static void add_file(struct compare *compare, enum repo_change change)
{
	struct repo_commit *out = compare->out;

	if (out->file && out->files < REPO_MAX_FILES) {
		out->file[out->files].change = change;
		out->file[out->files].path = arena_str(compare->arena, buf_str(&compare->path));
	}
	out->files++;
}

/* One name of the folder that is not the same on both sides; NULL where it is absent. */
static void compare_entry(struct compare *compare, const git_tree_entry *before,
			  const git_tree_entry *after, int depth)
{
	size_t kept = compare->path.n;
	bool folder = is_tree(before ? before : after);

	buf_adds(&compare->path, git_tree_entry_name(before ? before : after));
	if (folder) {
		buf_addc(&compare->path, '/');
		compare_trees(compare, before ? git_tree_entry_id(before) : NULL,
			      after ? git_tree_entry_id(after) : NULL, depth + 1);
	} else {
		add_file(compare, !before ? REPO_ADDED : !after ? REPO_DELETED : REPO_CHANGED);
	}
	if (compare->path.over)
		compare->stopped = true;
	compare->path.n = kept;
}

static void compare_trees(struct compare *compare, const git_oid *before, const git_oid *after,
			  int depth)
{
	git_tree *old_tree = load(compare, before, depth), *new_tree = load(compare, after, depth);
	size_t i = 0, j = 0, n = old_tree ? git_tree_entrycount(old_tree) : 0;
	size_t m = new_tree ? git_tree_entrycount(new_tree) : 0;

	while (!compare->stopped && (i < n || j < m)) {
		const git_tree_entry *a = i < n ? git_tree_entry_byindex(old_tree, i) : NULL;
		const git_tree_entry *b = j < m ? git_tree_entry_byindex(new_tree, j) : NULL;
		int order = !a ? 1 : !b ? -1 : git_tree_entry_cmp(a, b);

		i += order <= 0;
		j += order >= 0;
		if (order == 0 && same(a, b))
			continue;
		compare_entry(compare, order <= 0 ? a : NULL, order >= 0 ? b : NULL, depth);
	}
	git_tree_free(old_tree);
	git_tree_free(new_tree);
}

void repo_list_files(struct repo *repo, struct arena *arena, struct repo_commit *out)
{
	struct compare compare = {.repo = repo, .arena = arena, .out = out};
	struct err ignored = {0};
	git_commit *commit = NULL, *parent = NULL;
	git_oid id;

	out->files = 0;
	if (git_oid_fromstr(&id, out->id) < 0 || repo_load_commit(&commit, repo, &id, &ignored) != 0)
		return;
	if (!out->parents ||
	    repo_load_commit(&parent, repo, git_commit_parent_id(commit, 0), &ignored) == 0) {
		buf_init(&compare.path, MAX_PATH);
		out->file = arena_zero(arena, REPO_MAX_FILES, sizeof *out->file);
		compare_trees(&compare, parent ? git_commit_tree_id(parent) : NULL,
			      git_commit_tree_id(commit), 0);
		out->files_known = !compare.stopped;
		if (compare.stopped)
			out->files = 0;
		buf_release(&compare.path);
	}
	git_commit_free(parent);
	git_commit_free(commit);
}
