/* Runs by name; see names.h. */
#include "command/names.h"

#include <string.h>

enum { SHORTEST_START = 4 };

/* What a word may be to a run, the surest first. */
enum match { MATCH_ID, MATCH_START, MATCH_NAME, MATCH_DELETED_START, MATCH_NOT };

static enum match match_run(const struct run *run, struct str word)
{
	bool start = word.n >= SHORTEST_START && str_starts(run->id, word);

	if (run->gone)
		return MATCH_NOT;
	if (str_equal(run->id, word))
		return MATCH_ID;
	if (run->deleted)
		return start ? MATCH_DELETED_START : MATCH_NOT;
	if (start)
		return MATCH_START;
	return str_equal(run->name, word) ? MATCH_NAME : MATCH_NOT;
}

struct search {
	const struct context *context;
	size_t found[MATCH_NOT]; /* how many runs the word is that to … */
	struct named_run runs[MATCH_NOT]; /* … and the last of them */
};

static void search_source(struct search *search, size_t i, struct str word)
{
	const struct snapshot *snapshot = search->context->heads[i].snapshot;

	for (size_t row = 0; snapshot && row < snapshot->u.runs.rows; row++) {
		const struct run *run = run_at(&snapshot->u.runs, row);
		enum match match = match_run(run, word);

		if (match == MATCH_NOT)
			continue;
		search->found[match]++;
		search->runs[match] = (struct named_run){i, run->id};
	}
}

/* SOURCE:ID: a known source's name before the last ':'. */
static void search_named_source(struct search *search, struct str word)
{
	long colon = str_find_last(word, ':');

	for (size_t i = 0; colon > 0 && i < search->context->n; i++)
		if (str_equal(search->context->heads[i].name,
			      str_slice(word, 0, (size_t)colon)))
			search_source(search, i, str_slice(word, (size_t)colon + 1, word.n));
}

static size_t found_any(const struct search *search)
{
	size_t n = 0;

	for (int match = 0; match < MATCH_NOT; match++)
		n += search->found[match];
	return n;
}

static int not_one(const struct search *search, const char *word)
{
	size_t n = found_any(search);
	struct err err;

	if (n) {
		err_set(&err, ERR_USAGE, "%zu runs are meant by \"%s\"", n, word);
		err_hint(&err, "give the id, or SOURCE:ID where sources share it");
		return context_say(&err, EXIT_USAGE);
	}
	err_set(&err, ERR_NOT_FOUND, "no run \"%s\"", word);
	context_hint_name(word,
			  "a run is named by its id, a start of it (4 characters or more), or its name",
			  &err);
	return context_say(&err, EXIT_UNKNOWN);
}

int names_find(const struct context *context, const char *word, struct named_run *run)
{
	struct search search = {.context = context};

	for (size_t i = 0; i < context->n; i++)
		search_source(&search, i, str_of(word));
	if (!found_any(&search))
		search_named_source(&search, str_of(word));
	/* one run of the surest kind that has just one; an id that two sources share decides */
	for (int match = 0; match < MATCH_NOT; match++) {
		*run = search.runs[match];
		if (search.found[match] == 1)
			return EXIT_OK;
		if (match == MATCH_ID && search.found[match])
			break;
	}
	return not_one(&search, word);
}
