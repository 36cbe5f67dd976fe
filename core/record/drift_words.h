/*
 * The words of drift that records, maths, screens and JSON share: column types, states, reasons and
 * kinds of bins (COMMANDS, `drift`). The texts are part of the JSON contract.
 */
#ifndef RECORD_DRIFT_WORDS_H
#define RECORD_DRIFT_WORDS_H

enum drift_type {
	DRIFT_NUMERIC,
	DRIFT_CATEGORICAL,
	DRIFT_BOOLEAN,
};

/* In the order of rows: the worst first, what is not judged last. */
enum drift_state {
	DRIFT_DRIFTED,
	DRIFT_INSUFFICIENT,
	DRIFT_UNKNOWN, /* not computed, the reason says why */
	DRIFT_STALE,   /* two windows without events */
	DRIFT_OK,
	DRIFT_UNJUDGED, /* a measure that has no limit */
};

/* Which rule of the recipe decided (drift-recipes 2.5); WHY_NONE: the plain one. */
enum drift_why {
	WHY_NONE,
	WHY_EMPTY, /* a side without a value */
	WHY_FEW,   /* fewer than five expected per bin */
	WHY_TAIL,  /* `other` holds more than half of the reference */
	WHY_CLEAR, /* past the limit though the floor is above it, and no chance finding */
	WHY_FLOOR, /* noise alone could pass the limit */
};

enum drift_bin_kind {
	BIN_LT, /* x < at */
	BIN_EQ, /* x = at */
	BIN_LE, /* previous < x <= at */
	BIN_GT, /* x > at */
	BIN_CATEGORY,
	BIN_OTHER,
};

/* The JSON words; NULL for DRIFT_UNJUDGED and WHY_NONE. */
const char *drift_type_word(enum drift_type type);
const char *drift_state_word(enum drift_state state);
const char *drift_why_word(enum drift_why why);
const char *drift_bin_word(enum drift_bin_kind kind);

#endif
