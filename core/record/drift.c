/* The order of drift's rows; see drift.h. */
#include "record/drift.h"

#include <math.h>

int drift_monitor_compare(const struct drift_monitor *x, const struct drift_monitor *y)
{
	double p = isnan(x->excess) ? -1 : x->excess, q = isnan(y->excess) ? -1 : y->excess;
	int order;

	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	order = str_compare(x->model, y->model);
	order = order ? order : str_compare(x->feature, y->feature);
	order = order ? order : str_compare(x->recipe, y->recipe);
	return order ? order : str_compare(x->monitor, y->monitor);
}
