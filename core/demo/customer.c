/* See customer.h. */
#include "demo/customer.h"

#include <math.h>
#include <string.h>

static const char *const plan_names[PLANS] = {"basic", "plus", "family"};

static uint64_t rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

/* splitmix64 fills the state, as the generator's authors advise. */
void dice_seed(struct dice *dice, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15u;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		dice->s[i] = z ^ z >> 31;
	}
}

static uint64_t roll(struct dice *dice)
{
	uint64_t *s = dice->s, answer = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return answer;
}

double dice_share(struct dice *dice)
{
	return (double)(roll(dice) >> 11) * 0x1p-53;
}

int dice_below(struct dice *dice, int n)
{
	return (int)(dice_share(dice) * n);
}

double dice_exponential(struct dice *dice)
{
	return -log(1 - dice_share(dice));
}

double dice_normal(struct dice *dice)
{
	double radius = sqrt(2 * dice_exponential(dice));

	return radius * cos(2 * M_PI * dice_share(dice));
}

static int dice_poisson(struct dice *dice, double mean)
{
	double limit = exp(-mean), product = dice_share(dice);
	int n = 0;

	for (; product > limit; n++)
		product *= dice_share(dice);
	return n;
}

static int whole_within(double value, int low, int high)
{
	return value < low ? low : value > high ? high : (int)lround(value);
}

static double cents(double value)
{
	return round(value * 100) / 100;
}

/* How likely the customer leaves, as log odds; what no feature tells is left to chance. */
static double log_odds(const struct customer *c, struct dice *dice)
{
	double z = -0.6 - 0.05 * c->tenure + 0.55 * c->tickets + 0.012 * c->spend;

	if (c->plan == PLAN_FAMILY)
		z -= 0.9;
	if (c->plan == PLAN_BASIC)
		z += 0.35 * c->tickets;
	if (c->income < 30000)
		z -= 0.02 * (c->age - 44);
	return z + 1.1 * dice_normal(dice);
}

struct customer customer_draw(struct dice *dice, const struct customer_world *world)
{
	struct customer c = {0};

	c.tenure = round((dice_exponential(dice) + dice_exponential(dice)) * 140) / 10;
	c.spend = cents(exp(3.6 + 0.5 * dice_normal(dice)));
	c.income = cents(exp(10.4 + 0.45 * dice_normal(dice) + world->richer));
	c.tickets = dice_poisson(dice, 1.2);
	c.age = whole_within(44 + 13 * dice_normal(dice), 18, 90);
	c.plan = (enum plan)dice_below(dice, PLANS);
	c.has_card = dice_share(dice) < 0.62;
	c.left = dice_share(dice) < 1 / (1 + exp(-log_odds(&c, dice)));
	c.tenure_known = dice_share(dice) >= 0.004 + world->tenure_lost;
	return c;
}

const char *plan_name(enum plan plan)
{
	return plan_names[plan];
}

bool plan_find(const char *name, enum plan *plan)
{
	for (int i = 0; i < PLANS; i++) {
		if (strcmp(plan_names[i], name) == 0) {
			*plan = (enum plan)i;
			return true;
		}
	}
	return false;
}
