/*
 * A snapshot: what one read of one query gave, sealed, immutable and reference-counted.
 *
 * The head says where the rows come from, when, and whether they are all there (P4); the payload is
 * one of the record types. Any thread may hold a reference; the last one frees. Readers never lock.
 */
#ifndef RECORD_SNAPSHOT_H
#define RECORD_SNAPSHOT_H

#include "base/err.h"
#include "record/column.h"
#include "record/commit.h"
#include "record/deployment.h"
#include "record/detail.h"
#include "record/experiment.h"
#include "record/model.h"
#include "record/run.h"
#include "record/series.h"

#include <stdatomic.h>

enum record_kind {
	RECORD_EXPERIMENTS,
	RECORD_RUNS,
	RECORD_COLUMN,
	RECORD_DETAILS,
	RECORD_SERIES,
	RECORD_KEYS,
	RECORD_MODELS,
	RECORD_DEPLOYMENTS,
	RECORD_COMMITS,
	RECORD_DRIFT,
};

/* The state word of a source in JSON; "stale" and "failed" are given by who shows an old snapshot. */
enum snapshot_state { SNAPSHOT_OK, SNAPSHOT_PARTIAL };

/* Names of metrics, parameters and tags, each in byte order. */
struct key_list {
	size_t nmetrics, nparams, ntags;
	struct str *metrics, *params, *tags;
};

struct drift_list; /* record/drift.h */

struct snapshot {
	atomic_int refs;
	enum record_kind kind;
	uint64_t generation;         /* 1 for the first of its query, +1 each time something changed */
	enum snapshot_state state;
	int64_t as_of;               /* wall clock when the read ended */
	struct str note;             /* "sqlite, schema b7e4c1a"; why it is partial; missing if none */
	struct str *warnings;        /* what did not stop the work */
	size_t nwarnings;
	struct arena arena;          /* everything but chunks and blocks */
	size_t bytes;                /* what it costs, shared chunks included */
	void (*release)(struct snapshot *snapshot); /* frees the payload's shared parts; may be NULL */
	union {
		struct experiment_list experiments;
		struct run_table runs;
		struct column column;
		struct detail_list details;
		struct series series;
		struct key_list keys;
		struct model_list models;
		struct deployment_list deployments;
		struct commit_list commits;
		const struct drift_list *drift;
	} u;
};

struct snapshot *snapshot_ref(struct snapshot *snapshot);
void snapshot_unref(struct snapshot *snapshot); /* NULL is fine */

#endif
