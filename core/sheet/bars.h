/*
 * Bars: two distributions side by side, bin by bin: reference and window.
 *
 * tui/widget/bars draws them; the bin table beside it reads the same struct.
 */
#ifndef SHEET_BARS_H
#define SHEET_BARS_H

#include "base/str.h"

#include <stddef.h>

struct bar {
	struct str label;        /* "≤ 41.5", "= 0", "gold", "other" */
	double reference, window; /* shares 0–1 */
};

struct bars {
	struct str reference_name, window_name;
	size_t n;
	const struct bar *bars;
};

#endif
