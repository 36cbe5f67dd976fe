/* The repository room, on repositories that git itself makes in a temporary folder. */
#include "test.h"

#include "repo/repo.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char folder[64];
	struct arena arena;
	struct err err;
};

/* Runs a shell line in the folder, with a clean and dated git. Answers its first line of output. */
static const char *run(struct place *place, const char *line)
{
	static char answer[256];
	char command[2048];
	FILE *pipe;

	snprintf(command, sizeof command,
		 "cd %s && export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Ann "
		 "GIT_AUTHOR_EMAIL=ann@example.org GIT_COMMITTER_NAME=Ann "
		 "GIT_COMMITTER_EMAIL=ann@example.org GIT_AUTHOR_DATE='1700000000 +0100' "
		 "GIT_COMMITTER_DATE=\"${D:-1700000000} +0100\"; { %s; } 2>/dev/null",
		 place->folder, line);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	answer[0] = 0;
	if (fgets(answer, sizeof answer, pipe))
		answer[strcspn(answer, "\n")] = 0;
	while (fgetc(pipe) != EOF)
		;
	assert_int_equal(pclose(pipe), 0);
	return answer;
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	strcpy(place->folder, "/tmp/leeboard-repo-XXXXXX");
	if (!place || !mkdtemp(place->folder))
		return -1;
	arena_init(&place->arena, 1 << 20);
	run(place, "git init -q -b main tree && cd tree && mkdir sub && echo 1 > one && echo 1 > sub/two "
		   "&& git add . && git commit -qm first && echo 2 > one && git rm -q sub/two && echo 3 > "
		   "three && git add . && git commit -qm 'second: a subject\n\nthe body\nof it'");
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;

	run(place, "cd / && rm -rf \"$OLDPWD\"");
	arena_release(&place->arena);
	free(place);
	return 0;
}

static struct repo *open_at(struct place *place, const char *below)
{
	char path[128];
	struct repo *repo;

	snprintf(path, sizeof path, "%s/%s", place->folder, below);
	if (repo_open(&repo, path, &place->err) != 0)
		return NULL;
	return repo;
}

static struct repo_commit find(struct place *place, struct repo *repo, const char *id)
{
	struct repo_commit commit;

	if (repo_find_commit(repo, str_of(id), &place->arena, &commit, &place->err) != 0)
		fail_msg("%s", place->err.message);
	repo_list_files(repo, &place->arena, &commit);
	return commit;
}

static void test_a_commit_is_read_whole(void **state)
{
	struct place *place = *state;
	struct repo *repo = open_at(place, "tree/./one");
	char id[64];
	struct repo_commit commit;

	assert_non_null(repo);
	strcpy(id, run(place, "cd tree && git rev-parse HEAD"));
	commit = find(place, repo, id);
	assert_string_equal(commit.id, id);
	assert_str(commit.subject, "second: a subject");
	assert_str(commit.body, "the body\nof it");
	assert_str(commit.author, "Ann");
	assert_str(commit.email, "ann@example.org");
	assert_int_equal(commit.time, 1700000000000);
	assert_int_equal(commit.offset, 60);
	assert_int_equal(commit.parents, 1);
	assert_true(commit.files_known);
	assert_int_equal(commit.files, 3);
	assert_str(commit.file[0].path, "one");
	assert_int_equal(commit.file[0].change, REPO_CHANGED);
	assert_str(commit.file[1].path, "sub/two");
	assert_int_equal(commit.file[1].change, REPO_DELETED);
	assert_str(commit.file[2].path, "three");
	assert_int_equal(commit.file[2].change, REPO_ADDED);
	repo_close(repo);
}

static void test_an_id_may_be_short_and_must_be_one(void **state)
{
	static const struct {
		const char *id;
		enum err_code code;
	} cases[] = {
		{"", ERR_USAGE},
		{"abc", ERR_USAGE},
		{"HEAD", ERR_USAGE},
		{"main", ERR_USAGE},
		{"../..", ERR_USAGE},
		{"0123456789012345678901234567890123456789", ERR_NOT_FOUND},
		{"01234567890123456789012345678901234567890", ERR_USAGE},
		{"0123456789012345678901234567890123456789012345678901234567890123",
		 ERR_UNSUPPORTED},
	};
	struct place *place = *state;
	struct repo *repo = open_at(place, "tree");
	struct repo_commit commit;
	char id[64], tree[64];

	strcpy(id, run(place, "cd tree && git rev-parse HEAD~1"));
	strcpy(tree, run(place, "cd tree && git rev-parse HEAD^{tree}"));
	id[9] = 0;
	id[0] = id[0] >= 'a' ? id[0] - 32 : id[0];
	commit = find(place, repo, id);
	assert_str(commit.subject, "first");
	assert_int_equal(commit.parents, 0);
	assert_int_equal(commit.files, 2);
	TABLE_EACH(item, cases) {
		assert_int_equal(repo_find_commit(repo, str_of(item->id), &place->arena, &commit,
						  &place->err),
				 -1);
		assert_int_equal(place->err.code, item->code);
	}
	assert_int_equal(repo_find_commit(repo, STR_NONE, &place->arena, &commit, &place->err), -1);
	assert_int_equal(
		repo_find_commit(repo, str_of(tree), &place->arena, &commit, &place->err), -1);
	assert_int_equal(place->err.code, ERR_FORMAT);
	repo_close(repo);
}

static void check_distance(struct place *place, const char *below, const char *revision,
			   const char *expected)
{
	char line[128], text[64];
	struct repo *repo = open_at(place, below);
	struct repo_distance distance;

	assert_non_null(repo);
	snprintf(line, sizeof line, "cd %s && git rev-parse %s", below, revision);
	distance = repo_distance(repo, run(place, line));
	assert_string_equal(repo_distance_text(text, &distance), expected);
	repo_close(repo);
}

static void test_distance_to_head(void **state)
{
	struct place *place = *state;

	run(place, "cd tree && git checkout -qb side HEAD~1 && D=1600000000 && git commit -q "
		   "--allow-empty -m skewed && git commit -q --allow-empty -m s2 && git tag side2 && "
		   "git checkout -q main && for i in 1 2 3; do git commit -q --allow-empty -m m$i; done");
	check_distance(place, "tree", "HEAD", "at HEAD");
	check_distance(place, "tree", "HEAD~4", "4 behind HEAD");
	check_distance(place, "tree", "side2", "2 ahead, 4 behind HEAD");
	run(place, "cd tree && git merge -q --no-ff side2 -m merged");
	check_distance(place, "tree", "side2", "5 behind HEAD");
	check_distance(place, "tree", "HEAD~1", "3 behind HEAD");
	run(place, "cd tree && git checkout -q HEAD~1");
	check_distance(place, "tree", "main", "3 ahead of HEAD");
}

static void test_a_long_history_has_an_end(void **state)
{
	struct place *place = *state;

	run(place, "git init -q -b main long && cd long && for i in $(seq 10050); do echo 'commit "
		   "refs/heads/main'; echo \"committer A <a@b> $((1700000000+i)) +0000\"; echo 'data 1'; "
		   "echo x; done | git fast-import --quiet");
	check_distance(place, "long", "HEAD~10", "10 behind HEAD");
	check_distance(place, "long", "HEAD~10040", "more than 10000 commits from HEAD");
}

static void test_shallow_bare_and_worktree(void **state)
{
	struct place *place = *state;
	struct repo *repo;
	struct repo_commit commit;
	char line[256];

	run(place, "git clone -q --bare tree bare.git && git clone -q --depth 1 file://$PWD/tree "
		   "shallow && git -C tree worktree add -q ../linked HEAD~1");
	check_distance(place, "bare.git", "HEAD~1", "1 behind HEAD");
	check_distance(place, "linked", "main", "1 ahead of HEAD");
	check_distance(place, "linked", "HEAD", "at HEAD");
	check_distance(place, "shallow", "HEAD", "at HEAD");
	repo = open_at(place, "shallow");
	assert_true(repo_is_shallow(repo));
	commit = find(place, repo, run(place, "git -C shallow rev-parse HEAD"));
	assert_false(commit.files_known);
	assert_int_equal(commit.parents, 1);
	repo_close(repo);
	run(place, "git -C shallow fetch -q --depth 1 origin $(git -C tree rev-parse HEAD~1)");
	snprintf(line, sizeof line, "$(git -C ../tree rev-parse HEAD~1)");
	check_distance(place, "shallow", line, "history cut");
	run(place, "git init -q unborn");
	repo = open_at(place, "unborn");
	assert_int_equal(repo_distance(repo, commit.id).state, REPO_DISTANCE_NO_HEAD);
	repo_close(repo);
}

static void test_no_repository_is_said(void **state)
{
	struct place *place = *state;

	run(place, "mkdir plain && git init -q hollow && rm hollow/.git/HEAD");
	assert_null(open_at(place, "plain"));
	assert_int_equal(place->err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(place->err.message, "no Git repository around"));
	assert_null(open_at(place, "nothing"));
	assert_int_equal(place->err.code, ERR_NOT_FOUND);
	assert_null(open_at(place, "hollow"));
	assert_int_equal(place->err.code, ERR_NOT_FOUND);
}

static void test_sha256_is_a_named_limit(void **state)
{
	struct place *place = *state;

	run(place, "git init -q --object-format=sha256 long-ids");
	assert_null(open_at(place, "long-ids"));
	assert_int_equal(place->err.code, ERR_UNSUPPORTED);
	assert_non_null(strstr(place->err.hint, "SHA-1"));
}

/* Programs that a repository may name are not started, foreign files not read, nothing written. */
static void test_a_hostile_repository_runs_nothing(void **state)
{
	struct place *place = *state;
	struct repo *repo;
	struct repo_commit commit;
	char before[128], id[64];

	run(place, "cd tree && echo 'touch \"$(dirname \"$0\")/ran\"' > ../evil && chmod +x ../evil && "
		   "for k in core.fsmonitor core.sshCommand core.hooksPath core.editor core.pager "
		   "diff.x.textconv filter.x.smudge filter.x.clean diff.external credential.helper "
		   "gpg.program; do git config $k ../evil; done; echo '* diff=x filter=x' > "
		   ".git/info/attributes; cp ../evil .git/hooks/post-checkout");
	run(place, "cd tree && id=$(git -c core.fsmonitor= rev-parse HEAD) && for i in $(seq 10000); do "
		   "echo \"create refs/heads/b$i $id\"; done | git -c core.hooksPath=/ update-ref --stdin "
		   "&& git -c core.hooksPath=/ pack-refs --all");
	strcpy(id, run(place, "cd tree && git -c core.fsmonitor= rev-parse HEAD"));
	if (geteuid() == 0)
		run(place, "chown -R 12345:12345 tree");
	strcpy(before, run(place, "rm -f ran; find . -printf '%p %T@ %s\\n' | sort | sha1sum"));
	repo = open_at(place, "tree");
	assert_non_null(repo);
	commit = find(place, repo, id);
	assert_int_equal(commit.files, 3);
	assert_int_equal(repo_distance(repo, id).state, REPO_DISTANCE_KNOWN);
	repo_close(repo);
	assert_string_equal(run(place, "find . -printf '%p %T@ %s\\n' | sort | sha1sum"), before);
	assert_string_equal(run(place, "test -e ran || echo no"), "no");
}

/* A tree of trees, each naming the next a hundred times: 100^8 folders without a file. */
static void test_a_tree_bomb_ends(void **state)
{
	struct place *place = *state;
	struct repo *repo;
	struct repo_commit commit;

	run(place, "git init -q bomb && cd bomb && t=$(git mktree < /dev/null) && for level in $(seq 8); "
		   "do t=$(for i in $(seq 100); do printf '040000 tree %s\\tn%s\\n' $t $i; done | git "
		   "mktree); done && git update-ref HEAD $(git commit-tree -m boom $t)");
	repo = open_at(place, "bomb");
	commit = find(place, repo, run(place, "git -C bomb rev-parse HEAD"));
	assert_false(commit.files_known);
	assert_int_equal(commit.files, 0);
	repo_close(repo);
}

static void test_what_is_no_file_is_refused(void **state)
{
	struct place *place = *state;

	run(place, "mv tree/.git/config kept && mkfifo tree/.git/config");
	assert_null(open_at(place, "tree"));
	assert_int_equal(place->err.code, ERR_CORRUPT);
	run(place, "rm tree/.git/config && mv kept tree/.git/config && mkfifo tree/.git/packed-refs");
	assert_null(open_at(place, "tree"));
	run(place, "rm tree/.git/packed-refs && head -c 2000000 /dev/zero > tree/.git/config");
	assert_null(open_at(place, "tree"));
	assert_int_equal(place->err.code, ERR_TOO_BIG);
}

/* Nothing that libgit2 would open as it goes may be a FIFO, which would be waited for for ever. */
static void test_nothing_is_waited_for(void **state)
{
	struct place *place = *state;
	struct repo_commit commit;
	struct repo *repo;
	char id[64];

	strcpy(id, run(place, "cd tree && git rev-parse HEAD"));
	run(place, "cd tree && git worktree add -q ../beside && mkfifo .git/objects/pack/x.idx");
	assert_null(open_at(place, "tree"));
	assert_null(open_at(place, "beside"));
	assert_int_equal(place->err.code, ERR_CORRUPT);
	run(place, "cd tree && rm .git/objects/pack/x.idx && mkfifo .git/objects/info/alternates");
	assert_null(open_at(place, "tree"));
	run(place, "cd tree && rm .git/objects/info/alternates && rm .git/refs/heads/main && "
		   "mkfifo .git/refs/heads/main");
	repo = open_at(place, "tree");
	assert_int_equal(repo_distance(repo, id).state, REPO_DISTANCE_NO_HEAD);
	repo_close(repo);
	run(place, "cd tree && cd .git/objects && d=$(ls -d [0-9a-f]?) && for i in $d; do for f in $i/*; do "
		   "rm -f $f && mkfifo $f; done; done");
	repo = open_at(place, "tree");
	assert_int_equal(repo_find_commit(repo, str_of(id), &place->arena, &commit, &place->err), -1);
	assert_int_equal(place->err.code, ERR_CORRUPT);
	repo_close(repo);
}

/* What a configuration includes is opened by libgit2 too, as often as it is named. */
static void test_includes_are_looked_at(void **state)
{
	static const char *const waiting[] = {
		"[include] path = fifo", "[INCLUDE]\n\tPath = \"fi\\\nfo\"", "[include]\npath=./fi\\fo # x",
		"[includeIf \"gitdir:a]b\"] path = fifo", "[include]\npath = middle",
	};
	struct place *place = *state;
	struct repo *repo;
	char path[128];

	run(place, "mkfifo tree/.git/fifo; cd tree/.git; printf '[include]\npath = fifo\n' > middle; "
		   "cp config kept");
	for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++) {
		FILE *file;

		run(place, "cp tree/.git/kept tree/.git/config");
		snprintf(path, sizeof path, "%s/tree/.git/config", place->folder);
		file = fopen(path, "a");
		assert_non_null(file);
		fprintf(file, "%s\n", waiting[i]);
		fclose(file);
		assert_null(open_at(place, "tree"));
		assert_int_equal(place->err.code, ERR_CORRUPT);
	}
	run(place, "cd tree/.git && for i in $(seq 9); do for k in $(seq 50); do echo '[include]'; echo "
		   "\"path = level$i\"; done > level$((i - 1)); done; touch level9; cp level0 config");
	assert_null(open_at(place, "tree"));
	assert_int_equal(place->err.code, ERR_TOO_BIG);
	/* what is usual is fine: a file that is there, one that is not, another section's path */
	run(place, "cd tree/.git && cp kept config && touch more && printf '[include]\npath = more\npath = "
		   "none\n[x]\npath = fifo\n' >> config");
	repo = open_at(place, "tree");
	assert_non_null(repo);
	repo_close(repo);
}

/* Two hundred commits of almost a megabyte each are a few kilobytes in a pack. */
static void test_messages_like_bombs_end(void **state)
{
	struct place *place = *state;

	run(place, "git init -q -b main fat && cd fat && head -c 1000000 /dev/zero | tr '\\0' x > ../m "
		   "&& for i in $(seq 200); do echo 'commit refs/heads/main'; echo \"committer A <a@b> "
		   "$((1700000000+i)) +0000\"; echo 'data 1000000'; cat ../m; echo; done | "
		   "git fast-import --quiet");
	check_distance(place, "fat", "HEAD~10", "10 behind HEAD");
	check_distance(place, "fat", "HEAD~150", "history cut");
}

/* An object damaged on disk is an error with words, never a crash. */
static void test_a_damaged_object_is_said(void **state)
{
	struct place *place = *state;
	struct repo *repo;
	struct repo_commit commit;
	char id[64];

	strcpy(id, run(place, "cd tree && git rev-parse HEAD"));
	run(place, "cd tree && f=.git/objects/$(git rev-parse HEAD | sed 's:^..:&/:') && chmod +w $f && "
		   "head -c 20 $f > x && cat x > $f");
	repo = open_at(place, "tree");
	assert_int_equal(repo_find_commit(repo, str_of(id), &place->arena, &commit, &place->err), -1);
	assert_int_equal(place->err.code, ERR_CORRUPT);
	assert_true(place->err.message[0]);
	repo_close(repo);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		CASE(test_a_commit_is_read_whole),
		CASE(test_an_id_may_be_short_and_must_be_one),
		CASE(test_distance_to_head),
		CASE(test_a_long_history_has_an_end),
		CASE(test_shallow_bare_and_worktree),
		CASE(test_no_repository_is_said),
		CASE(test_sha256_is_a_named_limit),
		CASE(test_a_hostile_repository_runs_nothing),
		CASE(test_a_tree_bomb_ends),
		CASE(test_what_is_no_file_is_refused),
		CASE(test_nothing_is_waited_for),
		CASE(test_includes_are_looked_at),
		CASE(test_messages_like_bombs_end),
		CASE(test_a_damaged_object_is_said),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
