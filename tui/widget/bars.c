/* Bars of two distributions; see bars.h. */
#include "widget/bars.h"

#include <math.h>

enum { LABEL_LEAST = 6, LABEL_MOST = 18, SHARE_WIDTH = 7, EIGHTHS = 8, FULL = 0x2588 };

static int label_width(const struct bars *bars)
{
	int widest = LABEL_LEAST;

	for (size_t i = 0; i < bars->n; i++) {
		int width = bars->bars[i].label.s ? text_width(bars->bars[i].label) : 0;

		widest = width > widest ? width : widest;
	}
	return widest < LABEL_MOST ? widest : LABEL_MOST;
}

static double highest(const struct bars *bars)
{
	double most = 0;

	for (size_t i = 0; i < bars->n; i++)
		most = fmax(most, fmax(bars->bars[i].reference, bars->bars[i].window));
	return most > 0 ? most : 1;
}

/* A bar of eighths: U+2588 is full, U+258F one eighth. A share above zero is always seen. */
static void draw_bar(struct surface *surface, int y, int x, int width, enum role role, double part)
{
	int eighths = (int)floor(part * width * EIGHTHS + 0.5);

	if (eighths < 1 && part > 0)
		eighths = 1;
	for (int i = 0; i < width && eighths > 0; i++, eighths -= EIGHTHS)
		surface_rune(surface, y, x + i, role,
			(uint32_t)(eighths >= EIGHTHS ? FULL : FULL + EIGHTHS - eighths));
}

/* A bar with its share in the columns right of it. */
static void draw_half(struct surface *surface, struct area at, enum role role, double share,
	double most)
{
	int width = at.w - SHARE_WIDTH;

	if (width > 0)
		draw_bar(surface, at.y, at.x, width, role, share / most);
	surface_textf(surface, at.y, at.x + (width > 0 ? width : 0), SHARE_WIDTH, ROLE_NORMAL,
		"%5.1f %%", share * 100);
}

static struct area half(struct area area, int label, int which)
{
	int room = area.w - label - 2, width = (room - 1) / 2;

	return (struct area){area.y, area.x + label + 1 + which * (width + 1), 1, width};
}

static void draw_names(struct surface *surface, struct area area, const struct bars *bars,
	int label)
{
	struct area left = half(area, label, 0), right = half(area, label, 1);

	surface_fit(surface, area.y, left.x, left.w, ROLE_REFERENCE, bars->reference_name);
	surface_fit(surface, area.y, right.x, right.w, ROLE_CURRENT, bars->window_name);
}

void bars_draw(struct surface *surface, struct area area, const struct bars *bars, size_t *top)
{
	struct area old = surface_clip(surface, area);
	size_t rows = area.h > 1 ? (size_t)area.h - 1 : 0;
	double most = highest(bars);
	int label = label_width(bars);

	if (*top + rows > bars->n)
		*top = bars->n > rows ? bars->n - rows : 0;
	draw_names(surface, area, bars, label);
	for (size_t i = 0; i < rows && *top + i < bars->n; i++) {
		const struct bar *bar = &bars->bars[*top + i];
		struct area line = {area.y + 1 + (int)i, area.x, 1, area.w};

		surface_right(surface, line.y, line.x, label, ROLE_DIM, bar->label);
		draw_half(surface, half(line, label, 0), ROLE_REFERENCE, bar->reference, most);
		draw_half(surface, half(line, label, 1), ROLE_CURRENT, bar->window, most);
	}
	surface_unclip(surface, old);
}
