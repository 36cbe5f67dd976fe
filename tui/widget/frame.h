/* The lines around the panes: tabs and sources at the top, state and keys at the bottom. */
#ifndef WIDGET_FRAME_H
#define WIDGET_FRAME_H

#include "term/surface.h"

/* One piece of a line with its own role; clean text. */
struct piece {
	struct str text;
	enum role role;
};

struct hint {
	struct str key, word;
};

/* " leeboard │ 1 overview  2▸runs  3 models      prod live │ ▲2 faults": names by number, and
 * what is said at the right, which goes first when there is no room. */
void frame_top(struct surface *surface, struct area line, const struct str *tabs, size_t ntabs,
	size_t active, const struct piece *right, size_t nright);

/* The state on the left, the keys that work now on the right; as many of them as fit, and the last
 * one before the others. */
void frame_bottom(struct surface *surface, struct area line, const struct piece *left, size_t nleft,
	const struct hint *hints, size_t nhints);

/* A pane's frame, in the role that its state asks for; STR_NONE for no title. */
void frame_box(struct surface *surface, struct area area, bool focus, bool production,
	struct str title);

/* Words in the middle of an area, wrapped: what is going on, and below it what to press. */
void frame_say(struct surface *surface, struct area area, enum role role, struct str what,
	struct str press);

#endif
