/* Kolmogorov-Smirnov; see drift_ks.h. */
#include "analysis/drift_ks.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_MAX = 10000 };

bool drift_ks_exact(size_t n, size_t m)
{
	return n <= EXACT_MAX && m <= EXACT_MAX;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* The largest gap in whole numbers: max |i·m − j·n|, at most n·m. */
static unsigned __int128 largest_gap(const double *r, size_t n, const double *c, size_t m)
{
	__int128 largest = 0;

	for (size_t i = 0, j = 0; i < n && j < m;) {
		double at = r[i] < c[j] ? r[i] : c[j];
		__int128 gap;

		while (i < n && r[i] == at)
			i++;
		while (j < m && c[j] == at)
			j++;
		gap = (__int128)i * (__int128)m - (__int128)j * (__int128)n;
		gap = gap < 0 ? -gap : gap;
		largest = gap > largest ? gap : largest;
	}
	return (unsigned __int128)largest;
}

double drift_ks(const double *r, size_t n, const double *c, size_t m, double *p)
{
	unsigned __int128 gap = largest_gap(r, n, c, m);
	double d = (double)gap / ((double)n * (double)m);
	double sum = (double)n + (double)m;

	if (!gap)
		*p = 1;
	else if (drift_ks_exact(n, m))
		*p = drift_ks_paths(n, m, (uint64_t)gap / gcd(n, m));
	else
		*p = drift_ks_survival((uint64_t)nearbyint((double)n * ((double)m / sum)), d);
	return d;
}

/* --- exact ---------------------------------------------------------------------------------- */

/* n = m: reflections, 2·(C(2n,n−h) − C(2n,n−2h) + …)/C(2n,n) by Horner's rule (Hodges 1958). */
static double paths_square(size_t n, uint64_t h)
{
	long double sum = 0;

	for (uint64_t k = n / h + 1; k-- > 0;) {
		long double term = 1;

		for (uint64_t j = 0; j < h && term > 0; j++)
			term *= (long double)(n - k * h - j) / (long double)(n + k * h + j + 1);
		sum = term * (1 - sum);
	}
	return (double)fminl(1, 2 * sum);
}

/*
 * n ≠ m: column by column, the share of the paths to a point that have left the strip (Viehmann,
 * arXiv:2102.08037). Points outside count 1; inside, the last step came from the left with odds
 * i : j. Only the strip is kept: column i holds rows [from, to).
 */
static double paths_strip(size_t n, size_t m, uint64_t h)
{
	uint64_t g = gcd(n, m), u = n / g, v = m / g; /* |i·v − j·u| < h is inside */
	long double *column = mem_zero(m + 2, sizeof *column);
	long double touched = 1;
	size_t from = 0, to = (size_t)((h + u - 1) / u);

	to = to < m + 1 ? to : m + 1;
	for (size_t i = 1; i <= n; i++) {
		size_t old_to = to;
		uint64_t middle = i * v;
		long double below;

		from = middle >= h ? (size_t)((middle - h) / u) + 1 : 0;
		to = (size_t)((middle + h + u - 1) / u);
		to = to < m + 1 ? to : m + 1;
		if (from >= to)
			break;
		for (size_t j = old_to; j < to; j++)
			column[j] = 1; /* left of these lies the outside */
		below = from ? 1 : 0;
		for (size_t j = from; j < to; j++) {
			long double inverse = 1 / (long double)(i + j); /* off the chain of waits */

			below = column[j] * ((long double)i * inverse) +
				below * ((long double)j * inverse);
			column[j] = below;
		}
		touched = below;
	}
	if (from >= to || to != m + 1)
		touched = 1;
	free(column);
	return (double)touched;
}

double drift_ks_paths(size_t n, size_t m, uint64_t h)
{
	if (!h)
		return 1;
	if (n == m)
		return h > n ? 0 : paths_square(n, h);
	return n > m ? paths_strip(n, m, h) : paths_strip(m, n, h);
}

/* --- the one-sided tail --------------------------------------------------------------------- */

/* ln n! less Stirling's main part, (n + ½)·ln n − n + ½·ln 2π. */
static double stirling_rest(double n)
{
	double square = n * n;

	if (n < 16)
		return (double)(lgammal(n + 1.0L) -
				((n + 0.5L) * logl(n) - n + 0.91893853320467274178032973640562L));
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / n;
}

/*
 * Pr(D_n+ >= d) = (1−d)^n + Σ d/p · binomial(v; n, p) with p = d + v/n, over v = 1 … ⌊n(1−d)⌋
 * (Birnbaum and Tingey 1951), the binomial by Loader's saddle point: no large logarithms cancel.
 */
static double one_sided(uint64_t n, double d)
{
	double total = (double)n, gap = total * d, rest = stirling_rest(total);
	double sum = exp(total * log1p(-d));
	uint64_t last = (uint64_t)floor(total - gap);

	for (uint64_t v = 1; v <= last && v < n; v++) {
		double a = (double)v, b = total - a;
		long double power;

		if (b <= gap)
			break;
		power = a * log1pl((long double)gap / a) + b * log1pl(-(long double)gap / b);
		power += rest - stirling_rest(a) - stirling_rest(b);
		sum += gap / (gap + a) * sqrt(total / (2 * M_PI * a * b)) * exp((double)power);
	}
	return sum;
}

/* --- the two-sided distribution ------------------------------------------------------------- */

/* A square matrix times a power of two: entries would leave a double's range. */
struct matrix {
	unsigned size;
	int exponent;
	double *cell;
};

#define SCALE 0x1p128

static void multiply(struct matrix *out, const struct matrix *a, const struct matrix *b)
{
	unsigned n = a->size;

	for (unsigned i = 0; i < n * n; i++)
		out->cell[i] = 0;
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++)
			for (unsigned j = 0; j < n; j++)
				out->cell[i * n + j] += a->cell[i * n + k] * b->cell[k * n + j];
	out->exponent = a->exponent + b->exponent;
	if (fabs(out->cell[(n / 2) * n + n / 2]) > SCALE) {
		for (unsigned i = 0; i < n * n; i++)
			out->cell[i] /= SCALE;
		out->exponent += 128;
	}
}

static void exchange(struct matrix *a, struct matrix *b)
{
	struct matrix kept = *a;

	*a = *b;
	*b = kept;
}

/* The transition matrix of Durbin, as Marsaglia, Tsang and Wang write it; h = k − n·d. */
static void fill_durbin(struct matrix *matrix, double h)
{
	unsigned m = matrix->size;
	double *cell = matrix->cell, factorial = 1;
	double corner = pow(fmax(2 * h - 1, 0), m) - 2 * pow(h, m);

	for (unsigned i = 0; i < m * m; i++)
		cell[i] = 0;
	/* 1/(distance)! on and below the diagonal right of the first column, 1 above it */
	for (unsigned step = 0; step < m; step++) {
		for (unsigned column = 1; column < m && column - 1 + step < m; column++)
			cell[(column - 1 + step) * m + column] = factorial;
		factorial /= step + 1;
		cell[step * m] = step + 1 < m ? (1 - pow(h, step + 1)) * factorial
					      : (1 + corner) * factorial;
	}
	for (unsigned i = 0; i < m; i++)
		cell[(m - 1) * m + i] = cell[(m - 1 - i) * m];
}

/* Pr(D_n < d) exactly: one cell of the n-th power of the matrix, times n!/n^n. */
static double durbin(uint64_t n, double d)
{
	double nd = (double)n * d, p;
	unsigned k = (unsigned)ceil(nd), m = 2 * k - 1;
	double *cells = mem_zero((size_t)3 * m * m, sizeof *cells);
	struct matrix power = {m, 0, cells};
	struct matrix base = {m, 0, cells + (size_t)m * m};
	struct matrix spare = {m, 0, cells + (size_t)2 * m * m};
	int exponent;

	for (unsigned i = 0; i < m; i++)
		power.cell[i * m + i] = 1;
	fill_durbin(&base, k - nd);
	for (uint64_t rest = n; rest; rest /= 2) {
		if (rest % 2) {
			multiply(&spare, &power, &base);
			exchange(&spare, &power);
		}
		multiply(&spare, &base, &base);
		exchange(&spare, &base);
	}
	p = power.cell[(k - 1) * m + k - 1];
	exponent = power.exponent;
	for (uint64_t i = 1; i <= n; i++) {
		p *= (double)i / (double)n;
		if (fabs(p) < 1 / SCALE) {
			p *= SCALE;
			exponent -= 128;
		}
	}
	free(cells);
	return ldexp(p, exponent);
}

/* The sums K0 … K3 over odd numbers, as polynomials in m² times q^(m²) (Pelz and Good 1976). */
static void pelz_good_odd(double z, int terms, double k[4])
{
	double z2 = z * z, z4 = z2 * z2, z6 = z4 * z2, z8 = z4 * z4;
	double pi2 = M_PI * M_PI, pi4 = pi2 * pi2, pi6 = pi4 * pi2;
	double q = exp(-pi2 / 8 / z2), root = sqrt(2 * M_PI);
	const double divisor[4] = {z, 6 * z4, 72 * z6 * z, 6480 * z8 * z2};

	for (int i = terms; i > 0; i--) {
		double m2 = (2.0 * i - 1) * (2.0 * i - 1), m4 = m2 * m2, m6 = m4 * m2;
		double power = pow(q, 8.0 * i);

		k[0] = k[0] * power + 1;
		k[1] = k[1] * power - z2 + pi2 / 4 * m2;
		k[2] = k[2] * power + 6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 +
		       pi4 * (1 - 2 * z2) / 16 * m4;
		k[3] = k[3] * power - 30 * z6 - 90 * z8 +
		       pi2 * (135 * z4 - 96 * z6) / 4 * m2 +
		       pi4 * (-60 * z2 + 212 * z4) / 16 * m4 + pi6 * (5 - 30 * z2) / 64 * m6;
	}
	for (int i = 0; i < 4; i++)
		k[i] *= q * root / divisor[i];
}

/* Pr(D_n < d) by the series of Pelz and Good. */
static double pelz_good(uint64_t n, double d)
{
	double total = (double)n, z = sqrt(total) * d, k[4] = {0}, sum = 0;
	double z2 = z * z, q = exp(-M_PI * M_PI / 2 / z2), second = 0, third = 0;
	double factor = M_PI * M_PI * sqrt(2 * M_PI);
	int terms = (int)ceil(16 * z / M_PI);

	if (M_PI * M_PI / 8 / z2 > 708) /* exp() would be 0 */
		return 0;
	pelz_good_odd(z, terms, k);
	for (int i = terms; i > 0; i--) {
		double square = (double)i * i, weight = square * pow(q, square);

		second += weight;
		third += (3 * z2 - M_PI * M_PI * square) * weight;
	}
	k[2] -= second * factor / (36 * z2 * z);
	k[3] += third * factor / (216 * z2 * z2 * z2);
	for (int i = 3; i >= 0; i--)
		sum += k[i] / pow(total, i / 2.0);
	return sum;
}

static double clip(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

/* n!·(2d − 1/n)^n: the distribution at 1/(2n) <= d <= 1/n (Ruben and Gambino). */
static double nearest_gap(uint64_t n, double t)
{
	double product = 1, total = (double)n;

	if (n > 140)
		return exp(stirling_rest(total) + 0.5 * log(2 * M_PI * total) - total +
			   total * log(2 * t - 1));
	for (uint64_t i = 1; i <= n; i++)
		product *= (double)i / total * (2 * t - 1);
	return product;
}

double drift_ks_survival(uint64_t n, double d)
{
	double t = (double)n * d, nd2 = t * d;

	if (!n || d >= 1)
		return n ? 0 : NAN;
	if (t <= 0.5)
		return 1;
	if (t <= 1)
		return clip(1 - nearest_gap(n, t));
	if (t >= (double)n - 1)
		return clip(2 * pow(1 - d, (double)n));
	if (d >= 0.5)
		return clip(2 * one_sided(n, d));
	if (n <= 140) /* the matrix stays small and is exact where Pomeranz's recursion is */
		return clip(nd2 <= 4 ? 1 - durbin(n, d) : 2 * one_sided(n, d));
	if (nd2 >= 370)
		return 0;
	if (nd2 >= 2.2)
		return clip(2 * one_sided(n, d));
	if (n <= 100000 && (double)n * pow(d, 1.5) <= 1.4)
		return clip(1 - durbin(n, d));
	return clip(1 - pelz_good(n, d));
}
