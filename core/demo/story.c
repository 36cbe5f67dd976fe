/* See story.h. */
#include "demo/story.h"

static double within(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

struct customer_world story_world(double seconds)
{
	struct customer_world world = {0};

	/* a fifth of a deviation at 0, four fifths after three minutes */
	world.richer = within((seconds + 60) * 0.0015, 0, 0.36);
	if (seconds > -45)
		world.tenure_lost = 0.09;
	return world;
}

double story_nonsense(double seconds)
{
	return seconds > 110 && seconds < 170 ? 0.12 : 0.01;
}
