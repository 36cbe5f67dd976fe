/*
 * Which way a metric is better.
 *
 * First what the user and the experiment say (rules, in their order), then a shipped list of words:
 * loss, error, mse, rmse, mae, latency are better lower; acc, accuracy, auc, f1, r2, precision,
 * recall higher. A word counts when it stands alone between other characters than letters and
 * digits ("val_loss", "eval/f1"); of several the last one decides. Otherwise nobody knows, and
 * nothing is called best.
 */
#ifndef ANALYSIS_DIRECTION_H
#define ANALYSIS_DIRECTION_H

#include "base/str.h"

#include <stddef.h>

enum direction { DIRECTION_UNKNOWN, DIRECTION_HIGHER, DIRECTION_LOWER };

struct direction_rule {
	struct str key;
	enum direction direction;
};

enum direction direction_of(struct str key, const struct direction_rule *rules, size_t nrules);

#endif
