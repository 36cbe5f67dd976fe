/*
 * One column under watch: how it is gathered, its layout and reference once they are made, and how
 * cells of a window are counted against them.
 */
#ifndef MONITOR_FEATURE_H
#define MONITOR_FEATURE_H

#include "analysis/drift_measure.h"
#include "monitor/gather.h"

struct feature {
	struct str name; /* in the monitor's arena */
	bool named;      /* the user asked for it; others vanish when a side lacks the column */
	int column, reference_column; /* in the two stores' layouts, or -1 */
	bool said;       /* the user said the type */
	bool typed;      /* said, or known from a first pass over the same reference */
	enum drift_type type;
	struct gather gather;
	bool deferred;   /* to be gathered in a pass of its own */
	/* once ready: */
	bool ready;
	struct drift_layout layout;
	struct drift_counts *reference;
	struct drift_noise noise;
	size_t offset;   /* of its counts in a window's block */
	struct map seen; /* categorical: every category of R → its bin */
	struct arena texts;
	bool seen_cut;   /* R has more categories than are kept: unseen is not known */
	size_t spent;    /* of the purse, by what stays after sealing */
	unsigned truth_bin[2];
	bool truth_seen[2];
	/* R itself, for recipes on values: ascending (every `stride`-th), or with counts */
	double *values;
	size_t nvalues, stride;
	struct drift_category *categories;
	size_t ncategories;
	struct gather window; /* the same of the window that is judged */
};

void feature_init(struct feature *feature, struct str name, struct purse *purse);
void feature_release(struct feature *feature);

/* Back to gathering, from nothing, but with the type if that is known. */
void feature_reset(struct feature *feature);

/*
 * Makes layout and reference of what was gathered. False when the type turned out to be another one
 * than the first cells looked like: it is known now, and the column must be gathered again.
 * raw: how many of the values themselves to keep too, thinned where there are more; 0: none.
 */
bool feature_seal(struct feature *feature, size_t raw);

/* Cells [from, to) of a batch's column into a window's counts. The feature is ready. */
void feature_count(const struct feature *feature, const struct event_column *column, size_t from,
		   size_t to, struct drift_counts *counts);

/* What the events' source should deliver of the column. */
enum event_want feature_want(const struct feature *feature);

#endif
