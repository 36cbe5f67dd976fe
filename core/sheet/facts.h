/*
 * Facts: label and text, in groups; the model of every detail view, and what `y` copies from.
 *
 * Filled once by the builder of a detail (facts_add in straight lines), painted with wrapping by
 * tui/widget/detail, printed as lines. Texts are copied and are clean already.
 */
#ifndef SHEET_FACTS_H
#define SHEET_FACTS_H

#include "base/arena.h"
#include "sheet/sheet.h"

struct fact {
	struct str label;   /* missing: a heading (text) */
	struct str text;
	enum sheet_tone tone;
};

struct facts {
	struct arena arena;
	struct fact *facts;
	size_t n, cap;
};

void facts_init(struct facts *facts);
void facts_release(struct facts *facts);
void facts_clear(struct facts *facts);

void facts_heading(struct facts *facts, const char *text);

/* A missing or empty text adds nothing: a detail shows what is known. Goes through the gate. */
void facts_add(struct facts *facts, const char *label, struct str text);
void facts_tone(struct facts *facts, const char *label, enum sheet_tone tone, struct str text);
void facts_addf(struct facts *facts, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Label and text both foreign (parameters, tags). */
void facts_pair(struct facts *facts, struct str label, struct str text);

/* A time in local form with its age; nothing for TIME_NONE. */
void facts_time(struct facts *facts, const char *label, int64_t time, int64_t now);

#endif
