/*
 * Which metrics of a server mean what: a table, not code.
 *
 * A table fits a page that declares its `known` metric. A metric with a model label is of that
 * model; one without is of the whole server. Sources: MLServer 1.7.1 and 1.3.5 as observed,
 * KServe 0.21.0 as observed, Triton's docs/user_guide/metrics.md.
 */
#ifndef SOURCE_ENDPOINT_SIGNALS_H
#define SOURCE_ENDPOINT_SIGNALS_H

#include "base/arena.h"
#include "base/err.h"
#include "format/exposition.h"
#include "record/deployment.h"

/* A histogram with more is not kept: hundreds of looks are, each with its counts. */
enum { SIGNAL_BUCKETS = 1000 };

struct signal_metric {
	const char *name;  /* of the samples, or of the family (histogram); NULL: none */
	const char *label; /* only samples whose label … */
	const char *ends;  /* … ends with one of these, "|" between; NULL label: all of them */
};

struct signal_table {
	const char *server;               /* the server's own name */
	const char *known;                /* a family that only it has */
	const char *model;                /* the label that is the model */
	struct signal_metric requests[2]; /* counters that add up to all inference requests */
	struct signal_metric errors;      /* the counter of failed ones; NULL: no error signal */
	struct signal_metric sum, count;  /* of a model's latency */
	struct signal_metric histogram;   /* of latency */
	bool histogram_of_model;          /* the histogram has the model label */
	double unit;                      /* of all latencies, in seconds */
};

extern const struct signal_table signal_tables[];
extern const size_t n_signal_tables;

/* The table for a page, or NULL. */
const struct signal_table *signal_table_of(const struct exposition *page);

/* What a page says of one model (or of the server, where only that is counted). */
struct signal_row {
	struct str model;
	struct scrape_sample sample; /* buckets in the arena, at `bounds`; no time, no probe */
	enum signal_scope scope;
	double *bounds;              /* ascending, last +Inf; NULL without a histogram */
	uint32_t nbounds;
};

/*
 * Fills the rows, whose `model` is given, from the page. A counter that the page declares and has
 * no sample of is 0; what it does not declare is NAN. The server's histogram is given to a row only
 * if it is the only one; with several, a row has the model's own sum and count.
 */
void signals_read(const struct exposition *page, const struct signal_table *table,
		  struct signal_row *rows, size_t n, struct arena *arena);

#endif
