/*
 * The demo's traffic: customers are scored by the server over loopback, and each prediction becomes
 * an event in predictions.db; the truth follows a minute later as its label. What happened before
 * the program started is filled in at once, scored by the same model without the network.
 *
 * Table predictions: request_id, ts (ISO 8601, UTC), model_version, the features tenure, spend,
 * tickets, age, income, plan, has_card, then score and label.
 */
#ifndef DEMO_TRAFFIC_H
#define DEMO_TRAFFIC_H

#include "base/err.h"
#include "db/own.h"
#include "demo/model.h"
#include "demo/serve.h"
#include "net/http.h"

enum {
	TRAFFIC_TRUTHS = 8192,
	TRAFFIC_MAX = 2000000, /* events, a day and more: after that none are kept */
};

struct traffic {
	struct own *own;
	struct http *http;
	struct dice dice;
	struct server *server; /* asked over the network, but for its version and the history */
	int64_t story;         /* ms since the epoch: second 0 */
	int64_t rows;          /* events so far; the newest has this number */
	int64_t labelled;      /* up to this event */
	char truth[TRAFFIC_TRUTHS]; /* by event number, round and round */
	size_t waiting;        /* events not yet written */
	struct traffic_event {
		struct customer customer;
		int64_t at;
		double score;
	} events[64];
};

int traffic_init(struct traffic *traffic, const char *events, struct server *server,
		 uint64_t seed, int64_t story, struct err *err);
void traffic_release(struct traffic *traffic);

/* Fills in what happened from `begin` to `now`. */
int traffic_history(struct traffic *traffic, int64_t begin, int64_t now, struct err *err);

/* Sends one request and keeps what came of it. A refused one is no error. */
int traffic_request(struct traffic *traffic, int64_t now, struct err *err);

/* Writes the events that wait, and the labels that are due, in one transaction. */
int traffic_flush(struct traffic *traffic, struct err *err);

#endif
