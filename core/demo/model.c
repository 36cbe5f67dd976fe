/* See model.h. */
#include "demo/model.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

enum { TRAIN_SEED = 1, HELD_SEED = 2 };

static void inputs_of(const struct model *model, const struct customer *c, double x[MODEL_INPUTS])
{
	const double raw[MODEL_INPUTS] = {c->tenure,
					  c->spend,
					  c->tickets,
					  c->age,
					  c->income,
					  c->plan == PLAN_PLUS,
					  c->plan == PLAN_FAMILY,
					  c->has_card};

	for (int i = 0; i < MODEL_INPUTS; i++)
		x[i] = (raw[i] - model->mean[i]) / model->scale[i];
	if (!c->tenure_known)
		x[0] = 0;
}

static double score_inputs(const struct model *model, const double x[MODEL_INPUTS])
{
	double z = model->bias;

	for (int i = 0; i < MODEL_INPUTS; i++)
		z += model->weight[i] * x[i];
	return 1 / (1 + exp(-z));
}

double model_score(const struct model *model, const struct customer *customer)
{
	double x[MODEL_INPUTS];

	inputs_of(model, customer, x);
	return score_inputs(model, x);
}

/* Mean 0 and deviation 1 over the training data, or the inputs as they are. */
static void fit_scale(struct model *model, const struct customer *train, bool wanted)
{
	double x[MODEL_INPUTS], sum[MODEL_INPUTS] = {0}, squares[MODEL_INPUTS] = {0};

	for (int i = 0; i < MODEL_INPUTS; i++)
		model->scale[i] = 1;
	for (int k = 0; wanted && k < MODEL_TRAIN; k++) {
		inputs_of(model, &train[k], x);
		for (int i = 0; i < MODEL_INPUTS; i++) {
			sum[i] += x[i];
			squares[i] += x[i] * x[i];
		}
	}
	for (int i = 0; wanted && i < MODEL_INPUTS; i++) {
		model->mean[i] = sum[i] / MODEL_TRAIN;
		model->scale[i] = sqrt(squares[i] / MODEL_TRAIN - model->mean[i] * model->mean[i]);
	}
}

static struct customer *draw(int n, uint64_t seed)
{
	const struct customer_world as_usual = {0};
	struct customer *customers = mem_zero((size_t)n, sizeof *customers);
	struct dice dice;

	dice_seed(&dice, seed);
	for (int i = 0; i < n; i++) {
		customers[i] = customer_draw(&dice, &as_usual);
		customers[i].tenure_known = true;
	}
	return customers;
}

void training_init(struct training *training, const struct model_settings *settings)
{
	*training = (struct training){.settings = *settings};
	training->train = draw(MODEL_TRAIN, TRAIN_SEED);
	training->held = draw(MODEL_HELD, HELD_SEED);
	dice_seed(&training->dice, (uint64_t)settings->seed);
	fit_scale(&training->model, training->train, settings->scale);
}

void training_release(struct training *training)
{
	free(training->train);
	free(training->held);
}

static void shuffle(struct dice *dice, int *order, int n)
{
	for (int i = n - 1; i > 0; i--) {
		int j = dice_below(dice, i + 1), kept = order[i];

		order[i] = order[j];
		order[j] = kept;
	}
}

/* One step along the gradient of the mean loss over n customers. */
static void descend(struct training *training, const int *chosen, int n)
{
	struct model *model = &training->model;
	double x[MODEL_INPUTS], gradient[MODEL_INPUTS] = {0}, bias = 0;
	double lr = training->settings.lr, l2 = training->settings.l2;

	for (int k = 0; k < n; k++) {
		const struct customer *customer = &training->train[chosen[k]];
		double rest;

		inputs_of(model, customer, x);
		rest = score_inputs(model, x) - customer->left;
		for (int i = 0; i < MODEL_INPUTS; i++)
			gradient[i] += rest * x[i];
		bias += rest;
	}
	for (int i = 0; i < MODEL_INPUTS; i++)
		model->weight[i] -= lr * (gradient[i] / n + l2 * model->weight[i]);
	model->bias -= lr * bias / n;
}

struct scored {
	double score;
	bool left;
};

static int by_score(const void *a, const void *b)
{
	double x = ((const struct scored *)a)->score, y = ((const struct scored *)b)->score;

	return (x > y) - (x < y);
}

/* Area under the ROC curve from ranks; tied scores share the mean of theirs. */
static double auc_of(struct scored *scored, int n)
{
	double ranks = 0, positive = 0;

	qsort(scored, (size_t)n, sizeof *scored, by_score);
	for (int from = 0, to; from < n; from = to) {
		for (to = from; to < n && scored[to].score == scored[from].score; to++)
			;
		for (int i = from; i < to; i++) {
			ranks += scored[i].left * (from + 1 + to) / 2.0;
			positive += scored[i].left;
		}
	}
	return (ranks - positive * (positive + 1) / 2) / (positive * (n - positive));
}

/* Mean logistic loss; fills in the scores. As in the store, log(0) makes it infinite or NaN. */
static double loss_of(const struct model *model, const struct customer *customers,
		      struct scored *scored, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++) {
		double p = model_score(model, &customers[i]), y = customers[i].left;

		scored[i] = (struct scored){p, customers[i].left};
		sum -= y * log(p) + (1 - y) * log(1 - p);
	}
	return sum / n;
}

struct model_quality training_epoch(struct training *training)
{
	int *order = mem_zero(MODEL_TRAIN, sizeof *order), batch = training->settings.batch;
	struct scored *scored = mem_zero(MODEL_TRAIN, sizeof *scored);
	struct model_quality quality;

	for (int i = 0; i < MODEL_TRAIN; i++)
		order[i] = i;
	shuffle(&training->dice, order, MODEL_TRAIN);
	for (int i = 0; i < MODEL_TRAIN; i += batch)
		descend(training, &order[i], MODEL_TRAIN - i < batch ? MODEL_TRAIN - i : batch);
	quality.train_loss = loss_of(&training->model, training->train, scored, MODEL_TRAIN);
	quality.val_loss = loss_of(&training->model, training->held, scored, MODEL_HELD);
	quality.val_auc = isnan(quality.val_loss) ? NAN : auc_of(scored, MODEL_HELD);
	free(scored);
	free(order);
	return quality;
}
