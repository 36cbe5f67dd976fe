/*
 * leeboard's rates and quantiles on samples from stdin, for prometheus.py. A line is a question, and
 * gets one number:
 *
 *   rate AT WINDOW N TIME VALUE …       times in ms
 *   quantile Q N BOUND COUNT …          bounds ascending, the last inf
 */
#include "analysis/rate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 4096 };

static int answer_rate(void)
{
	static int64_t times[MOST];
	static double values[MOST];
	int64_t at, window;
	size_t n;

	if (scanf("%" SCNd64 " %" SCNd64 " %zu", &at, &window, &n) != 3 || n > MOST)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (scanf("%" SCNd64 " %lf", &times[i], &values[i]) != 2)
			return -1;
	printf("%.17g\n", rate_of(times, values, n, at, window));
	return 0;
}

static int answer_quantile(void)
{
	static double bounds[MOST], counts[MOST];
	double q;
	size_t n;

	if (scanf("%lf %zu", &q, &n) != 2 || n > MOST)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (scanf("%lf %lf", &bounds[i], &counts[i]) != 2)
			return -1;
	printf("%.17g\n", rate_quantile(q, bounds, counts, n).value);
	return 0;
}

int main(void)
{
	char word[16];

	while (scanf("%15s", word) == 1)
		if ((strcmp(word, "rate") == 0 ? answer_rate() : answer_quantile()) != 0) {
			fprintf(stderr, "rates: not understood\n");
			return 1;
		}
	return 0;
}
