/*
 * The dots of a chart: lines as Bresenham polylines on a grid finer than cells.
 *
 * A cell has 2×4 dots (braille), 2×2 (quadrants) or one (ASCII). Dots of all lines are united; the
 * cell belongs, for its colour, to the focused line if that has a dot there, else to the line with
 * the most dots in it, dim lines last.
 */
#ifndef WIDGET_PLOT_DOTS_H
#define WIDGET_PLOT_DOTS_H

#include "term/glyphs.h"

#include <stdbool.h>
#include <stdint.h>

enum { DOTS_NOBODY = 0xFFFF };

/* How much a line's dots weigh when a cell is given away. */
enum dots_rank { DOTS_DIM, DOTS_PLAIN, DOTS_FOCUS };

struct dots {
	int rows, cols;         /* cells */
	int dots_y, dots_x;     /* in a cell */
	uint8_t *lit;           /* the union, a bit each */
	uint8_t *own;           /* of the line that is being drawn */
	uint16_t *owner;        /* of a cell, or DOTS_NOBODY */
	uint8_t *weight;        /* the owner's */
};

void dots_init(struct dots *dots, enum glyphs glyphs, int rows, int cols);
void dots_release(struct dots *dots);

int dots_height(const struct dots *dots);
int dots_width(const struct dots *dots);

/* Draws between dots given as doubles, so that ends far outside are clipped without loss. */
void dots_line(struct dots *dots, double x0, double y0, double x1, double y1);
void dots_point(struct dots *dots, double x, double y);

/* Gives the cells of what was drawn since the last call to that line. */
void dots_close(struct dots *dots, uint16_t line, enum dots_rank rank);

/* The character for a cell's dots; 0 when none is lit. */
uint32_t dots_rune(const struct dots *dots, int row, int col);
uint16_t dots_owner(const struct dots *dots, int row, int col);

#endif
