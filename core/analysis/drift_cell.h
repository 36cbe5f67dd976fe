/*
 * What a cell of an event counts as: a value, a null, an invalid cell or an infinity, by the type
 * of its column (drift-recipes part 1), and which type a column is when nobody said.
 *
 * A numeric cell's text is read without the blanks and tabs around it; a categorical one is its
 * bytes. Pure functions: any thread.
 */
#ifndef ANALYSIS_DRIFT_CELL_H
#define ANALYSIS_DRIFT_CELL_H

#include "base/num.h"
#include "base/str.h"
#include "record/drift_words.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum drift_cell {
	CELL_VALUE,
	CELL_NULL,
	CELL_INVALID,
	CELL_POS_INF,
	CELL_NEG_INF,
};

/* A number in a numeric column. */
static inline enum drift_cell drift_cell_number(double value)
{
	if (isfinite(value))
		return CELL_VALUE;
	return isnan(value) ? CELL_NULL : value > 0 ? CELL_POS_INF : CELL_NEG_INF;
}

/* A text in a numeric column; a missing one is null. *value is set for CELL_VALUE only. */
enum drift_cell drift_cell_parse(struct str text, double *value);

/* A text in a categorical column: CELL_VALUE or CELL_NULL. */
enum drift_cell drift_cell_category(struct str text);

/* A text in a boolean column. *value is set for CELL_VALUE only. */
enum drift_cell drift_cell_boolean(struct str text, bool *value);

/* The category that a number is. */
struct str drift_cell_integer_text(char out[NUM_SIZE], int64_t value);
struct str drift_cell_real_text(char out[NUM_SIZE], double value);

/* Counts of the cells of R that are not null; what a column's type is guessed from. */
struct drift_guess {
	uint64_t cells;
	uint64_t numbers; /* infinities too */
	uint64_t truths;  /* `true` and `false` in any case */
};

void drift_guess_text(struct drift_guess *guess, struct str text);

/* n cells that are numbers, and n that are of no use in any type (a BLOB, a JSON object). */
void drift_guess_numbers(struct drift_guess *guess, uint64_t n);
void drift_guess_invalid(struct drift_guess *guess, uint64_t n);

/* Boolean when all are truths, numeric when 95 in 100 are numbers, else (also of none) categorical. */
enum drift_type drift_guess_type(const struct drift_guess *guess);

#endif
