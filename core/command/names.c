/* Runs by name; see names.h. */
#include "command/names.h"

#include "base/buf.h"

#include <string.h>

enum { SHORTEST_START = 4 };

enum match { MATCH_NOT, MATCH_NAME, MATCH_START, MATCH_ID };

static enum match match_run(const struct run *run, struct str word)
{
	if (run->gone)
		return MATCH_NOT;
	if (str_equal(run->id, word))
		return MATCH_ID;
	if (run->deleted)
		return MATCH_NOT;
	if (word.n >= SHORTEST_START && str_starts(run->id, word))
		return MATCH_START;
	return str_equal(run->name, word) ? MATCH_NAME : MATCH_NOT;
}

struct search {
	const struct context *context;
	struct str word;
	enum match best;
	size_t found; /* how many at that level */
	struct named_run run;
};

static void search_source(struct search *search, size_t i, struct str word)
{
	const struct snapshot *snapshot = search->context->heads[i].snapshot;

	for (size_t row = 0; snapshot && row < snapshot->u.runs.rows; row++) {
		const struct run *run = run_at(&snapshot->u.runs, row);
		enum match match = match_run(run, word);

		if (match == MATCH_NOT || match < search->best)
			continue;
		if (match > search->best)
			search->found = 0;
		search->best = match;
		search->found++;
		search->run = (struct named_run){i, run->id};
	}
}

/* SOURCE:ID: a known source's name before the last ':'. */
static bool search_named_source(struct search *search)
{
	long colon = str_find_last(search->word, ':');

	for (size_t i = 0; colon > 0 && i < search->context->n; i++) {
		if (!str_equal(search->context->heads[i].name,
			       str_slice(search->word, 0, (size_t)colon)))
			continue;
		search_source(search, i,
			      str_slice(search->word, (size_t)colon + 1, search->word.n));
		return search->found > 0;
	}
	return false;
}

int names_find(const struct context *context, const char *word, struct named_run *run)
{
	struct search search = {.context = context, .word = str_of(word)};
	struct err err;

	for (size_t i = 0; i < context->n; i++)
		search_source(&search, i, search.word);
	if (!search.found)
		search_named_source(&search);
	*run = search.run;
	if (search.found == 1)
		return EXIT_OK;
	if (search.found) {
		err_set(&err, ERR_USAGE, "%zu runs are meant by \"%s\"", search.found, word);
		err_hint(&err, "give the id, or SOURCE:ID where sources share it");
		return context_say(&err, EXIT_USAGE);
	}
	err_set(&err, ERR_NOT_FOUND, "no run \"%s\"", word);
	err_hint(&err, "a run is named by its id, a start of it (4 characters or more), or its name");
	return context_say(&err, EXIT_UNKNOWN);
}
