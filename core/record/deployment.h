/*
 * Deployments: what serves which model, in which state, and the samples of its signals.
 *
 * A source that scrapes keeps a short ring of samples and publishes it with every generation;
 * rates and quantiles are worked out from the samples by analysis/rate.h, so that screen, JSON and
 * check agree (P10). Signals that a server does not give are NaN, never 0.
 */
#ifndef RECORD_DEPLOYMENT_H
#define RECORD_DEPLOYMENT_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum deployment_state {
	DEPLOYMENT_OK,
	DEPLOYMENT_ROLLING,
	DEPLOYMENT_UNKNOWN,
	DEPLOYMENT_DEGRADED,
	DEPLOYMENT_FAILED,
};

enum known_by { KNOWN_NOT, KNOWN_REPORTED, KNOWN_LABELLED, KNOWN_CONFIGURED };

struct revision {
	struct str name, version;
	double wanted_share, observed_share; /* 0–1, or NAN */
	int ready, total;                    /* -1 when not known */
};

struct condition {
	struct str type, status, reason, message;
	int64_t since;
};

/* What the latency of a sample is about. */
enum signal_scope { SCOPE_NONE, SCOPE_MODEL, SCOPE_SERVER };

/*
 * Counters of one scrape, as the server counts them (they only grow, but for restarts).
 * Absent ones are NAN. `buckets` are cumulative counts of the latency histogram at the bounds of
 * the deployment (last bound +Inf); NULL without one.
 */
struct scrape_sample {
	int64_t time;       /* ms: when the answer was complete */
	double requests;    /* all inference requests */
	double errors;      /* those that the server failed */
	double latency_sum; /* seconds */
	double latency_count;
	double *buckets;
	double probe;       /* round trip of our own health request, seconds */
};

struct deployment {
	struct str name, namespace_name, platform, kind;
	enum deployment_state state;
	struct str native_state;
	struct str reason;       /* in words, one sentence; missing when all is well */
	struct str url;
	int64_t since;           /* when the state was first seen, or TIME_NONE */
	struct str model, version;
	struct str registry;     /* name of the source that has the model; missing: any */
	enum known_by known_by;
	int ready, wanted;       /* -1 when not known */
	struct revision *revisions;
	uint32_t nrevisions;
	struct condition *conditions;
	uint32_t nconditions;
	enum signal_scope latency_scope;
	double *bounds;          /* of the latency histogram, seconds, ascending, last +Inf */
	uint32_t nbounds;
	struct scrape_sample *samples; /* oldest first */
	uint32_t nsamples;
	bool signal_missing;     /* a metrics page was looked for and is not there */
	bool unasked;            /* the server could not be asked: what lacks here may be there */
	int64_t checked;
};

struct deployment_list {
	size_t n;
	struct deployment *deployments;
};

/* "ok", "rolling", "degraded", "failed", "unknown" */
const char *deployment_state_name(enum deployment_state state);

/* "reported", "labelled", "configured", or NULL */
const char *known_by_name(enum known_by known);

#endif
