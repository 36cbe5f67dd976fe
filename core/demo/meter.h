/*
 * What the demo's server counts about itself, and its `/metrics` page in MLServer's names (text
 * exposition 0.0.4): requests and their durations by path template and status, inferences by model
 * and version. As there, an inference whose path names no version counts as version "None".
 *
 * Thread rule: every function may be called on any thread.
 */
#ifndef DEMO_METER_H
#define DEMO_METER_H

#include "base/buf.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { METER_PATHS = 32, METER_EDGES = 14 };

struct meter {
	pthread_mutex_t lock;
	size_t n;
	struct meter_path {
		const char *method, *path; /* literals */
		int status;
		int64_t count, bucket[METER_EDGES];
		double seconds;
	} paths[METER_PATHS];
	struct meter_model {
		int64_t success, failure;
		double seconds;
	} models[2]; /* without a version in the path, with one */
};

void meter_init(struct meter *meter);
void meter_release(struct meter *meter);

void meter_request(struct meter *meter, const char *method, const char *path, int status,
		   double seconds);
void meter_inference(struct meter *meter, bool versioned, bool success, double seconds);

void meter_text(struct meter *meter, const char *model, const char *version, struct buf *out);

#endif
