/* Series blocks; see series.h. */
#include "record/series.h"

#include <math.h>
#include <stdlib.h>

static int compare_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_double(double a, double b)
{
	return (a > b) - (a < b);
}

int series_point_compare(int64_t step_a, int64_t time_a, double value_a, int64_t step_b,
			 int64_t time_b, double value_b)
{
	int order = compare_int(step_a, step_b);

	if (!order)
		order = compare_int(time_a, time_b);
	if (order)
		return order;
	order = compare_double(isnan(value_a) ? 0 : value_a, isnan(value_b) ? 0 : value_b);
	return order ? order : (isnan(value_a) != 0) - (isnan(value_b) != 0);
}

struct series_block *series_block_ref(struct series_block *block)
{
	atomic_fetch_add(&block->refs, 1);
	return block;
}

void series_block_unref(struct series_block *block)
{
	if (block && atomic_fetch_sub(&block->refs, 1) == 1)
		free(block);
}
