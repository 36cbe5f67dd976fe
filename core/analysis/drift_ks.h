/*
 * The two-sample Kolmogorov-Smirnov test as scipy.stats.ks_2samp has it (drift-recipes part 6,
 * drift-and-governance 1.5).
 *
 * Up to 10,000 values a side p is exact: the share of lattice paths that leave a strip. Above, it
 * is the exact distribution of the one-sample test at round(n·m/(n+m)) values, by the selection of
 * methods of Simard and L'Ecuyer, "Computing the Two-Sided Kolmogorov-Smirnov Distribution" (2011).
 */
#ifndef ANALYSIS_DRIFT_KS_H
#define ANALYSIS_DRIFT_KS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* D of two ascending samples; *p by the method that scipy would choose. */
double drift_ks(const double *r, size_t n, const double *c, size_t m, double *p);

/* Does drift_ks() count paths for these sizes? Otherwise p is asymptotic. */
bool drift_ks_exact(size_t n, size_t m);

/* Share of paths from (0,0) to (n,m) that touch abs(i·m − j·n) >= h; h in steps of gcd(n,m). */
double drift_ks_paths(size_t n, size_t m, uint64_t h);

/* Pr(D_n >= d) of the one-sample, two-sided test. */
double drift_ks_survival(uint64_t n, double d);

#endif
