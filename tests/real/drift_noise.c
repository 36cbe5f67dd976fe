/*
 * Does the noise floor of leeboard.psi hold, and is a shift found? A simulation, run by
 * scripts/check: windows without drift must pass floor_95 in about one of twenty, hardly ever be
 * called drift, and a window that did shift must be called so within a few windows.
 *
 * drift_noise [SEED]; the seed is printed. Results are lines that start with "ok " or "not ok ".
 */
#include "analysis/drift_counts.h"
#include "analysis/drift_layout.h"
#include "analysis/drift_measure.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LIMIT 0.1

/* splitmix64 */
static uint64_t next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static double uniform(uint64_t *seed)
{
	return (double)(next(seed) >> 11) * 0x1p-53;
}

/* Only the ranks matter, so a logistic value stands for any continuous column. */
static double continuous(uint64_t *seed)
{
	double u = uniform(seed);

	return u > 0 ? log(u / (1 - u)) : 0;
}

static double many_zeros(uint64_t *seed)
{
	double u = uniform(seed);

	return u < 0.6 ? 0 : u;
}

static double few_values(uint64_t *seed)
{
	double u = uniform(seed);

	return u < 0.05 ? 0 : u < 0.2 ? 1 : u < 0.42 ? 2 : u < 0.65 ? 3 : u < 0.82 ? 4 : 5;
}

struct column {
	const char *name;
	double (*draw)(uint64_t *seed);
};

struct outcome {
	struct drift_measure psi;
	struct drift_noise noise;
	enum drift_state state;
};

struct room {
	double *r, *c;
	struct drift_layout layout;
	struct drift_counts *r_counts, *c_counts;
};

static struct drift_counts *counts_new(void)
{
	return calloc(1, drift_counts_size(DRIFT_BINS));
}

static void reference(struct room *room, const struct column *column, size_t n, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++)
		room->r[i] = column->draw(seed);
	drift_layout_numeric(&room->layout, room->r, n);
	drift_counts_init(room->r_counts, room->layout.bins);
	drift_counts_values(room->r_counts, &room->layout, room->r, n);
}

static struct outcome window(struct room *room, const struct column *column, size_t m, double shift,
			     uint64_t *seed)
{
	struct drift_pair pair = {room->r_counts->bins, room->c_counts->bins, room->layout.bins,
				  room->r_counts->n, m};
	struct outcome out = {.noise = drift_noise_of(&room->layout, room->r_counts->bins)};
	enum drift_why why;

	for (size_t i = 0; i < m; i++)
		room->c[i] = column->draw(seed) + shift;
	drift_counts_init(room->c_counts, room->layout.bins);
	drift_counts_values(room->c_counts, &room->layout, room->c, m);
	drift_measure_bins(RECIPE_PSI, &pair, &out.noise, &out.psi);
	out.state = drift_judge(&pair, &out.noise, &out.psi, LIMIT, &why);
	return out;
}

/* The largest share of windows in state drift that is allowed: what noise alone explains. */
static double allowed(const struct outcome *last, size_t n, size_t m)
{
	double s = 1 / (double)n + 1 / (double)m;

	if (last->psi.floor_95 > LIMIT)
		return 0.003;
	return 0.003 + 1.5 * gsl_cdf_chisq_Q(LIMIT / s, last->noise.df);
}

static bool stationary(struct room *room, const struct column *column, size_t n, size_t m,
		       unsigned windows, uint64_t *seed)
{
	unsigned above = 0, drifted = 0;
	double above_share, drift_share, most;
	struct outcome out;
	bool good;

	for (unsigned i = 0; i < windows; i++) {
		reference(room, column, n, seed);
		out = window(room, column, m, 0, seed);
		above += out.psi.value > out.psi.floor_95;
		drifted += out.state == DRIFT_DRIFTED;
	}
	above_share = above / (double)windows;
	drift_share = drifted / (double)windows;
	most = allowed(&out, n, m);
	good = above_share >= 0.03 && above_share <= 0.08 && drift_share <= most;
	printf("%s drift noise: %s, %zu against %zu, %u windows: %.4f above floor_95, "
	       "%.4f in drift (at most %.4f)\n",
	       good ? "ok" : "not ok", column->name, m, n, windows, above_share, drift_share, most);
	return good;
}

/* Windows until two of the last three are in drift, of a column that shifts at once. */
static bool injected(struct room *room, const struct column *column, size_t m, double shift,
		     uint64_t *seed)
{
	enum { TRIES = 50, MOST = 10 };
	unsigned longest = 0, sum = 0;

	for (int i = 0; i < TRIES; i++) {
		unsigned recent = 0, delay = 0;

		reference(room, column, 10 * m, seed);
		while (delay < MOST && __builtin_popcount(recent & 7) < 2) {
			struct outcome out = window(room, column, m, shift, seed);

			recent = recent << 1 | (out.state == DRIFT_DRIFTED);
			delay++;
		}
		sum += delay;
		longest = delay > longest ? delay : longest;
	}
	printf("%s drift delay: %s shifted by %g, windows of %zu: found after %.1f windows, "
	       "at most %u\n",
	       longest < MOST ? "ok" : "not ok", column->name, shift, m, sum / (double)TRIES, longest);
	return longest < MOST;
}

int main(int argc, char **argv)
{
	static const struct column normal = {"continuous", continuous},
				   zeros = {"60 % zeros", many_zeros},
				   few = {"six values", few_values};
	struct room room = {.r = malloc(100000 * sizeof(double)),
			    .c = malloc(100000 * sizeof(double)),
			    .r_counts = counts_new(),
			    .c_counts = counts_new()};
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 20260131;
	bool good = true;

	printf("seed %llu\n", (unsigned long long)seed);
	good &= stationary(&room, &normal, 100, 100, 10000, &seed);
	good &= stationary(&room, &normal, 300, 300, 10000, &seed);
	good &= stationary(&room, &normal, 1000, 1000, 10000, &seed);
	good &= stationary(&room, &normal, 10000, 200, 10000, &seed);
	good &= stationary(&room, &normal, 10000, 10000, 10000, &seed);
	good &= stationary(&room, &normal, 100000, 100000, 1000, &seed);
	good &= stationary(&room, &zeros, 500, 500, 10000, &seed);
	good &= stationary(&room, &few, 400, 400, 10000, &seed);
	good &= injected(&room, &normal, 200, 1.0, &seed);
	good &= injected(&room, &normal, 1000, 0.6, &seed);
	good &= injected(&room, &zeros, 1000, 0.05, &seed);
	free(room.r);
	free(room.c);
	free(room.r_counts);
	free(room.c_counts);
	return good ? 0 : 1;
}
