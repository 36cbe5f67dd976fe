/*
 * The filter language of panes and --filter: MLflow's search grammar and more.
 *
 *	metrics.val_auc > 0.9 AND (params.depth = '8' OR NOT tags.team IS NULL)
 *
 * A field is `metrics.K`, `params.K`, `tags.K` (and MLflow's spellings metric. param. parameter.
 * parameters. tag.), `datasets.name|digest|context`, or an attribute, with or without `attributes.`
 * `attribute.` `attr.` `run.` before it. A key with other characters stands in `…` or "…".
 * Comparators: = != > >= < <= LIKE ILIKE IN NOT IN IS NULL IS NOT NULL; joined by AND, OR, NOT and
 * parentheses. Texts are quoted with ' or "; a bare number compares numbers, and for a parameter
 * or tag it holds only where the text is a number. Times are ms, quoted ISO 8601, or relative
 * to now: -2h.
 *
 * A missing key makes a comparison false, != too; NOT is two-valued; NaN matches only !=.
 */
#ifndef ANALYSIS_FILTER_H
#define ANALYSIS_FILTER_H

#include "base/buf.h"
#include "base/err.h"
#include "record/column.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum filter_entity {
	FILTER_METRIC,
	FILTER_PARAM,
	FILTER_TAG,
	FILTER_DATASET,   /* key: "name", "digest" or "context" */
	FILTER_ATTRIBUTE, /* attribute says which */
	FILTER_COLUMN,    /* of another table than of runs: column says which, type what it holds */
};

enum filter_attribute {
	FILTER_ID,
	FILTER_NAME,
	FILTER_STATUS, /* the source's own word */
	FILTER_STATE,  /* the normalised one */
	FILTER_USER,
	FILTER_ARTIFACT_URI,
	FILTER_START,
	FILTER_END,
	FILTER_DURATION, /* seconds */
	FILTER_EXPERIMENT, /* name */
	FILTER_COMMIT,
	FILTER_PARENT,
	FILTER_SOURCE,
};

enum filter_type { FILTER_TEXT, FILTER_NUMBER, FILTER_TIME };

struct filter_column {
	struct str name;
	enum filter_type type;
};

struct filter_field {
	enum filter_entity entity;
	enum filter_attribute attribute;
	struct str key;
	size_t column;
	enum filter_type type;
};

struct filter;

enum { FILTER_MAX_BYTES = 64 * 1024, FILTER_MAX_DEPTH = 64 };

/*
 * Parses; NULL and err (ERR_USAGE) when it is no filter, with *where the byte at which it stops
 * being one. The text is copied. `now` (wall ms) is what relative times are relative to.
 */
struct filter *filter_parse(struct str text, int64_t now, size_t *where, struct err *err);
/*
 * The same for another table than of runs: its fields are the columns (with or without
 * `attributes.`), and tags where `tags`. The columns have to live as long as the call.
 */
struct filter *filter_parse_columns(struct str text, int64_t now,
				    const struct filter_column *columns, size_t ncolumns, bool tags,
				    size_t *where, struct err *err);

void filter_free(struct filter *filter);

/* The fields that are used, each once. */
size_t filter_fields(const struct filter *filter, const struct filter_field **fields);

/*
 * Does a row match? `get` answers the value of a field for that row: a number for metrics,
 * durations and times (ms), a text for the rest; datasets one per line.
 */
bool filter_match(const struct filter *filter,
		  struct value (*get)(void *ctx, const struct filter_field *field), void *ctx);

/*
 * Appends what an MLflow server can be asked, as its own grammar: the conditions joined by AND at the
 * top that it understands as we do, never != on metrics (a server keeps NaN as 0). The rest has to
 * be applied here; so is the whole again. False when there is nothing to push.
 */
bool filter_push(const struct filter *filter, struct buf *out);

/* What may stand at a place of a filter that is being typed. */
enum filter_expect {
	FILTER_EXPECT_FIELD,      /* "metrics." "params." … attributes, NOT, ( */
	FILTER_EXPECT_METRIC_KEY,
	FILTER_EXPECT_PARAM_KEY,
	FILTER_EXPECT_TAG_KEY,
	FILTER_EXPECT_DATASET_KEY,
	FILTER_EXPECT_COMPARATOR,
	FILTER_EXPECT_VALUE,
	FILTER_EXPECT_JOIN,       /* AND, OR, ) */
};

/* *from: where the word under the cursor starts; [from, cursor) is the prefix to complete. */
enum filter_expect filter_expects(struct str text, size_t cursor, size_t *from);

#endif
