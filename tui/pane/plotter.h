/* The keys of a part that shows a chart. */
#ifndef PANE_PLOTTER_H
#define PANE_PLOTTER_H

#include "pane/pane.h"
#include "sheet/chart.h"
#include "widget/plot.h"

/* True: the command was for the chart. argument: of `smooth`. */
bool plotter_command(struct plot_view *view, struct chart *chart, enum command command,
		     struct str argument);

#endif
