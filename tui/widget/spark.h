/*
 * A sparkline: the course of a series in one row, eight heights a column.
 *
 * Each column shows the last finite value in its part of the steps; a part without one is a blank.
 */
#ifndef WIDGET_SPARK_H
#define WIDGET_SPARK_H

#include "sheet/chart.h"
#include "term/surface.h"

void spark_draw(struct surface *surface, int y, int x, int width, enum role role,
	const struct series *series);

/* The same for plain values, one after the other, oldest first; NaN is a blank. */
void spark_values(struct surface *surface, int y, int x, int width, enum role role,
	const double *values, size_t n);

#endif
