/* Aggregates over a history; see tally.h. */
#include "source/mlflow/tally.h"

#include "record/series.h"

#include <math.h>

static void add_sum(struct tally *tally, long double value)
{
	long double sum = tally->sum + value;

	/* Neumaier: what the larger of the two swallowed */
	if (fabsl(tally->sum) >= fabsl(value))
		tally->rest += (tally->sum - sum) + value;
	else
		tally->rest += (value - sum) + tally->sum;
	tally->sum = sum;
}

void tally_add(struct tally *tally, int64_t step, int64_t time, double value)
{
	if (!isfinite(value)) {
		tally->nan += isnan(value) != 0;
		return;
	}
	if (!tally->count ||
	    series_point_compare(step, time, value, tally->first_step, tally->first_time,
				 tally->first) < 0) {
		tally->first = value;
		tally->first_step = step;
		tally->first_time = time;
	}
	if (!tally->count || value < tally->min)
		tally->min = value;
	if (!tally->count || value > tally->max)
		tally->max = value;
	tally->count++;
	add_sum(tally, value);
}

void tally_fill(const struct tally *tally, struct metric *metric)
{
	bool any = tally->count > 0;

	metric->has_aggregates = true;
	metric->count = tally->count;
	metric->nan = tally->nan;
	metric->first = any ? tally->first : NAN;
	metric->min = any ? tally->min : NAN;
	metric->max = any ? tally->max : NAN;
	metric->mean = any ? (double)((tally->sum + tally->rest) / (long double)tally->count) : NAN;
}
