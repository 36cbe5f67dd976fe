/*
 * The demo's customers: who may leave within a month, and why. Drawn, not real; the same law as in
 * store/make_store.py, so that what was trained there and what is trained here compare.
 */
#ifndef DEMO_CUSTOMER_H
#define DEMO_CUSTOMER_H

#include <stdbool.h>
#include <stdint.h>

/* xoshiro256**: small, good, and the same on every machine. */
struct dice {
	uint64_t s[4];
};

void dice_seed(struct dice *dice, uint64_t seed);
double dice_share(struct dice *dice);             /* uniform in [0, 1) */
int dice_below(struct dice *dice, int n);         /* 0 … n − 1 */
double dice_normal(struct dice *dice);
double dice_exponential(struct dice *dice);       /* mean 1 */

enum plan { PLAN_BASIC, PLAN_PLUS, PLAN_FAMILY, PLANS };

struct customer {
	double tenure;      /* months */
	bool tenure_known;
	double spend;       /* a month */
	double income;      /* a year */
	int tickets;        /* open complaints */
	int age;
	enum plan plan;
	bool has_card;
	bool left;          /* the truth, known later */
};

/* What changes in the world while the demo runs. All zero: as the training data was. */
struct customer_world {
	double richer;       /* added to the logarithm of income */
	double tenure_lost;  /* share of requests that come without tenure, beyond the usual */
};

struct customer customer_draw(struct dice *dice, const struct customer_world *world);

const char *plan_name(enum plan plan);

/* False if it is none of the three. */
bool plan_find(const char *name, enum plan *plan);

#endif
