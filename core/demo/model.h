/*
 * The demo's model: logistic regression by stochastic gradient descent, trained here for real.
 *
 * A model is its weights and what it needs to read a customer: mean and deviation of each input
 * over the training data. It is a plain struct: a copy is a model of its own.
 */
#ifndef DEMO_MODEL_H
#define DEMO_MODEL_H

#include "demo/customer.h"

#include <stddef.h>

enum {
	MODEL_INPUTS = 8, /* tenure spend tickets age income plus family card */
	MODEL_TRAIN = 3000,
	MODEL_HELD = 2000,
};

struct model {
	double mean[MODEL_INPUTS], scale[MODEL_INPUTS];
	double weight[MODEL_INPUTS];
	double bias;
};

struct model_settings {
	double lr, l2;
	int batch;
	int seed;
	bool scale; /* inputs brought to mean 0 and deviation 1 first; without it large lr diverges */
};

struct model_quality {
	double val_auc, val_loss, train_loss; /* NaN once the weights are */
};

/* A training run under way: data, the model so far, and the order of the next epoch. */
struct training {
	struct model model;
	struct model_settings settings;
	struct dice dice;
	struct customer *train, *held;
};

void training_init(struct training *training, const struct model_settings *settings);
void training_release(struct training *training);

/* One pass over the data, and how good the model is after it. */
struct model_quality training_epoch(struct training *training);

/* How likely the customer leaves, 0 … 1. A tenure that is not known counts as the mean. */
double model_score(const struct model *model, const struct customer *customer);

#endif
