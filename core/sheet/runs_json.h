/* Runs as JSON: the records of `leeboard runs --json`, streamed in the order of the sheet. */
#ifndef SHEET_RUNS_JSON_H
#define SHEET_RUNS_JSON_H

#include "sheet/json_out.h"
#include "sheet/runs.h"

/* Where what a record holds beyond the table comes from. */
struct runs_json {
	/*
	 * The details of those runs of a part: a RECORD_DETAILS snapshot (the callee's reference goes
	 * to the caller), or NULL when they could not be read (said elsewhere): the rows are then
	 * printed with what the table has. At most RUN_CHUNK ids.
	 */
	struct snapshot *(*details)(void *ctx, const struct runs_part *part, const struct str *ids,
				    size_t n);
	/* The details of the rows that come next, NULLs among them: their commits may be looked for. */
	void (*learn)(void *ctx, const struct run_detail *const *details, size_t n);
	/* The commit that a run names, when a repository is at hand; else NULL. */
	const struct commit *(*commit)(void *ctx, const struct run_detail *detail);
	void *ctx;
	bool aggregates;
	/* Named keys only (from --columns): by kind; NULL for all. */
	const struct runs_view *only;
};

/* Writes the array "runs" with the first `limit` rows. */
void runs_json_write(struct json_out *json, const struct runs_sheet *sheet, size_t limit,
		     const struct runs_json *options);

#endif
