/*
 * How far a commit is from HEAD, with an end.
 *
 * Both histories are painted at once, newest commit first, as git's merge-base does: what HEAD
 * reaches gets one colour, what the commit reaches the other. When only commits with both colours
 * wait, and all of them are older than what one side alone has, that was seen whole, but for wrong
 * clocks; for their sake a while longer is walked. libgit2's own git_graph_ahead_behind has no
 * bound, and a history of a million commits would be loaded for one number; here the walk gives up
 * after REPO_MAX_DISTANCE commits, or when those that it has met take MAX_BYTES of memory (which
 * takes messages such as nobody writes).
 */
#include "repo/repo_own.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum { OF_HEAD = 1, OF_COMMIT = 2, OF_BOTH = 3 };

enum {
	SLOP = 1000,          /* commits walked for the sake of wrong clocks */
	MAX_BYTES = 64 << 20, /* of commits that are held at once */
};

struct node {
	git_oid id;
	int64_t time;
	git_commit *commit;
	int colour;
	bool waits;
};

/* A heap of nodes by time, newest on top, and every node that was ever met. */
struct walk {
	struct repo *repo;
	struct map by_id;
	struct node *nodes; /* room for all of them from the start: the map keys point into it */
	uint32_t n;
	uint32_t *heap;
	size_t waiting;
	size_t one_sided; /* waiting nodes that have one colour only */
	int64_t oldest;   /* time of the oldest node that had one colour when its turn came */
	size_t slop;      /* commits walked since everything should have been seen */
	size_t bytes;     /* of the commits met so far */
	bool broken;
	bool far;
};

static bool newer(const struct walk *walk, size_t a, size_t b)
{
	return walk->nodes[walk->heap[a]].time > walk->nodes[walk->heap[b]].time;
}

static void swap(struct walk *walk, size_t a, size_t b)
{
	uint32_t kept = walk->heap[a];

	walk->heap[a] = walk->heap[b];
	walk->heap[b] = kept;
}

static void push(struct walk *walk, uint32_t node)
{
	size_t i = walk->waiting++;

	walk->heap[i] = node;
	walk->nodes[node].waits = true;
	walk->one_sided += walk->nodes[node].colour != OF_BOTH;
	for (; i && newer(walk, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(walk, i, (i - 1) / 2);
}

static uint32_t pop(struct walk *walk)
{
	uint32_t top = walk->heap[0];
	size_t i = 0;

	walk->heap[0] = walk->heap[--walk->waiting];
	for (size_t child = 1; child < walk->waiting; child = 2 * i + 1) {
		if (child + 1 < walk->waiting && newer(walk, child + 1, child))
			child++;
		if (!newer(walk, child, i))
			break;
		swap(walk, i, child);
		i = child;
	}
	walk->nodes[top].waits = false;
	if (walk->nodes[top].colour != OF_BOTH) {
		walk->one_sided--;
		if (walk->nodes[top].time < walk->oldest)
			walk->oldest = walk->nodes[top].time;
	}
	return top;
}

/* Ends the walk: what was seen counts only if it was all. */
static bool give_up(struct walk *walk, bool *why)
{
	*why = !walk->slop;
	walk->slop = SLOP;
	return false;
}

static bool add_node(struct walk *walk, const git_oid *id, int colour)
{
	struct err ignored = {0};
	struct node *node = &walk->nodes[walk->n];

	if (walk->n == REPO_MAX_DISTANCE)
		return give_up(walk, &walk->far);
	node->id = *id;
	if (walk->bytes > MAX_BYTES ||
	    repo_load_commit(&node->commit, walk->repo, id, &ignored) != 0)
		return give_up(walk, &walk->broken);
	walk->bytes += strlen(git_commit_raw_header(node->commit)) +
		       strlen(git_commit_message_raw(node->commit));
	node->time = git_commit_time(node->commit);
	node->colour = colour;
	map_put(&walk->by_id, (struct str){(const char *)node->id.id, GIT_OID_RAWSZ}, walk->n);
	push(walk, walk->n++);
	return true;
}

/* Gives the commit one more colour; what changes waits (again) so that its parents get it too. */
static bool paint(struct walk *walk, const git_oid *id, int colour)
{
	uint32_t at;
	struct node *node;

	if (!map_get(&walk->by_id, (struct str){(const char *)id->id, GIT_OID_RAWSZ}, &at))
		return add_node(walk, id, colour);
	node = &walk->nodes[at];
	if ((node->colour | colour) == node->colour)
		return true;
	if (node->waits)
		walk->one_sided--;
	node->colour |= colour;
	if (!node->waits)
		push(walk, at);
	return true;
}

static void paint_parents(struct walk *walk, uint32_t at)
{
	git_commit *commit = walk->nodes[at].commit;
	unsigned n = git_commit_parentcount(commit);

	for (unsigned i = 0; i < n; i++)
		if (!paint(walk, git_commit_parent_id(commit, i), walk->nodes[at].colour))
			return;
}

/* Clocks are equal or wrong often enough that a shared commit may be met after its own ancestors. */
static bool unfinished(struct walk *walk)
{
	if (walk->far || walk->broken || !walk->waiting)
		return false;
	if (walk->one_sided || walk->nodes[walk->heap[0]].time >= walk->oldest)
		return true;
	return walk->slop++ < SLOP;
}

static struct repo_distance count(const struct walk *walk)
{
	struct repo_distance distance = {0};

	if (walk->far || walk->broken) {
		distance.state = walk->far ? REPO_DISTANCE_FAR : REPO_DISTANCE_CUT;
		return distance;
	}
	for (uint32_t i = 0; i < walk->n; i++) {
		distance.behind += walk->nodes[i].colour == OF_HEAD;
		distance.ahead += walk->nodes[i].colour == OF_COMMIT;
	}
	return distance;
}

static struct repo_distance measure(struct repo *repo, const git_oid *head, const git_oid *id)
{
	struct walk walk = {.repo = repo, .oldest = INT64_MAX};
	struct repo_distance distance;

	map_init(&walk.by_id);
	walk.nodes = mem_zero(REPO_MAX_DISTANCE, sizeof *walk.nodes);
	walk.heap = mem_zero(REPO_MAX_DISTANCE, sizeof *walk.heap);
	if (paint(&walk, head, OF_HEAD) && paint(&walk, id, OF_COMMIT))
		while (unfinished(&walk))
			paint_parents(&walk, pop(&walk));
	distance = count(&walk);
	for (uint32_t i = 0; i < walk.n; i++)
		git_commit_free(walk.nodes[i].commit);
	free(walk.heap);
	free(walk.nodes);
	map_release(&walk.by_id);
	return distance;
}

struct repo_distance repo_distance(struct repo *repo, const char id[REPO_ID_SIZE])
{
	git_oid head, commit;

	if (repo_head(repo, &head) != 0 ||
	    git_oid_fromstr(&commit, id) < 0)
		return (struct repo_distance){.state = REPO_DISTANCE_NO_HEAD};
	if (!git_oid_equal(&head, &commit) && repo_is_shallow(repo))
		return (struct repo_distance){.state = REPO_DISTANCE_CUT};
	return measure(repo, &head, &commit);
}

const char *repo_distance_text(char out[64], const struct repo_distance *distance)
{
	int ahead = distance->ahead, behind = distance->behind;

	if (distance->state == REPO_DISTANCE_CUT)
		snprintf(out, 64, "history cut");
	else if (distance->state == REPO_DISTANCE_FAR)
		snprintf(out, 64, "more than %d commits from HEAD", REPO_MAX_DISTANCE);
	else if (distance->state == REPO_DISTANCE_NO_HEAD)
		snprintf(out, 64, "no HEAD");
	else if (ahead && behind)
		snprintf(out, 64, "%d ahead, %d behind HEAD", ahead, behind);
	else if (ahead)
		snprintf(out, 64, "%d ahead of HEAD", ahead);
	else if (behind)
		snprintf(out, 64, "%d behind HEAD", behind);
	else
		snprintf(out, 64, "at HEAD");
	return out;
}
