/* See plotter.h. */
#include "pane/plotter.h"

#include "base/num.h"

/* None, some, more; or the number that was typed. */
static void smooth(struct chart *chart, struct str argument)
{
	double typed;

	if (argument.n && num_parse(argument, &typed) && typed >= 0 && typed < 1)
		chart->smoothing = typed;
	else
		chart->smoothing = chart->smoothing <= 0 ? 0.6 : chart->smoothing < 0.8 ? 0.9 : 0;
}

static bool settings_command(struct plot_view *view, struct chart *chart, enum command command,
			     struct str argument)
{
	switch (command) {
	case CMD_FOCUS:
		plot_focus(view, chart);
		return true;
	case CMD_X_AXIS:
		if (chart->x_is_time)
			return true; /* plain times have no steps */
		chart->x_kind = chart->x_kind == CHART_STEP   ? CHART_WALL
				: chart->x_kind == CHART_WALL ? CHART_RELATIVE
							      : CHART_STEP;
		plot_reset(view);
		return true;
	case CMD_LOG_Y:
		chart->log_y = !chart->log_y;
		return true;
	case CMD_SMOOTH:
		smooth(chart, argument);
		return true;
	case CMD_OUTLIERS:
		chart->clip = !chart->clip;
		return true;
	default:
		return false;
	}
}

bool plotter_command(struct plot_view *view, struct chart *chart, enum command command,
		     struct str argument)
{
	switch (command) {
	case CMD_CURSOR_LEFT:
		plot_move(view, -1);
		return true;
	case CMD_CURSOR_RIGHT:
		plot_move(view, 1);
		return true;
	case CMD_LEAP_LEFT:
		plot_leap(view, -0.1);
		return true;
	case CMD_LEAP_RIGHT:
		plot_leap(view, 0.1);
		return true;
	case CMD_ZOOM_IN:
		plot_zoom(view, 0.5);
		return true;
	case CMD_ZOOM_OUT:
		plot_zoom(view, 2);
		return true;
	case CMD_PAN_LEFT:
		plot_pan(view, -0.25);
		return true;
	case CMD_PAN_RIGHT:
		plot_pan(view, 0.25);
		return true;
	case CMD_WHOLE:
		plot_whole(view);
		return true;
	default:
		return settings_command(view, chart, command, argument);
	}
}
