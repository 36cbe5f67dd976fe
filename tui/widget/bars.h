/* Two distributions side by side, bin by bin, as bars with their shares; see sheet/bars.h. */
#ifndef WIDGET_BARS_H
#define WIDGET_BARS_H

#include "sheet/bars.h"
#include "term/surface.h"

/* Draws from the bin `top` on, which is brought into range: what is shown starts there. */
void bars_draw(struct surface *surface, struct area area, const struct bars *bars, size_t *top);

#endif
