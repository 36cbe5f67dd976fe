/* Dots and lines; see plot_dots.h. */
#include "widget/plot_dots.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dots_init(struct dots *dots, enum glyphs glyphs, int rows, int cols)
{
	size_t cells;

	dots->rows = rows > 0 ? rows : 0;
	dots->cols = cols > 0 ? cols : 0;
	dots->dots_y = glyphs == GLYPHS_BRAILLE ? 4 : glyphs == GLYPHS_QUADRANT ? 2 : 1;
	dots->dots_x = glyphs == GLYPHS_ASCII ? 1 : 2;
	cells = (size_t)dots->rows * (size_t)dots->cols;
	dots->lit = mem_zero(cells, sizeof *dots->lit);
	dots->own = mem_zero(cells, sizeof *dots->own);
	dots->weight = mem_zero(cells, sizeof *dots->weight);
	dots->owner = mem_zero(cells, sizeof *dots->owner);
	for (size_t i = 0; i < cells; i++)
		dots->owner[i] = DOTS_NOBODY;
}

void dots_release(struct dots *dots)
{
	free(dots->lit);
	free(dots->own);
	free(dots->weight);
	free(dots->owner);
	*dots = (struct dots){0};
}

int dots_height(const struct dots *dots)
{
	return dots->rows * dots->dots_y;
}

int dots_width(const struct dots *dots)
{
	return dots->cols * dots->dots_x;
}

/* Bits go row by row within the cell: bit = y × dots_x + x. */
static void light(struct dots *dots, int x, int y)
{
	int row = y / dots->dots_y, col = x / dots->dots_x;
	int bit = (y % dots->dots_y) * dots->dots_x + x % dots->dots_x;

	if (x < 0 || y < 0 || x >= dots_width(dots) || y >= dots_height(dots))
		return;
	dots->own[row * dots->cols + col] |= (uint8_t)(1u << bit);
}

static void bresenham(struct dots *dots, int x0, int y0, int x1, int y1)
{
	int dx = abs(x1 - x0), dy = -abs(y1 - y0);
	int step_x = x0 < x1 ? 1 : -1, step_y = y0 < y1 ? 1 : -1;
	int error = dx + dy;

	for (;;) {
		int twice = 2 * error;

		light(dots, x0, y0);
		if (x0 == x1 && y0 == y1)
			return;
		if (twice >= dy) {
			error += dy;
			x0 += step_x;
		}
		if (twice <= dx) {
			error += dx;
			y0 += step_y;
		}
	}
}

/* One border of Liang and Barsky's clipping: narrows the part [*from, *to] of the segment. */
static bool clip_side(double direction, double distance, double *from, double *to)
{
	double at;

	if (direction == 0)
		return distance >= 0;
	at = distance / direction;
	if (direction < 0)
		*from = fmax(*from, at);
	else
		*to = fmin(*to, at);
	return *from <= *to;
}

static bool clip(const struct dots *dots, double *x0, double *y0, double *x1, double *y1)
{
	double right = dots_width(dots) - 0.5, bottom = dots_height(dots) - 0.5;
	double dx = *x1 - *x0, dy = *y1 - *y0, from = 0, to = 1;

	if (!isfinite(dx) || !isfinite(dy))
		return false;
	if (!clip_side(-dx, *x0 + 0.5, &from, &to) || !clip_side(dx, right - *x0, &from, &to) ||
		!clip_side(-dy, *y0 + 0.5, &from, &to) || !clip_side(dy, bottom - *y0, &from, &to))
		return false;
	*x1 = *x0 + to * dx;
	*y1 = *y0 + to * dy;
	*x0 += from * dx;
	*y0 += from * dy;
	return true;
}

static int nearest(double value)
{
	return (int)floor(value + 0.5);
}

void dots_line(struct dots *dots, double x0, double y0, double x1, double y1)
{
	if (clip(dots, &x0, &y0, &x1, &y1))
		bresenham(dots, nearest(x0), nearest(y0), nearest(x1), nearest(y1));
}

void dots_point(struct dots *dots, double x, double y)
{
	dots_line(dots, x, y, x, y);
}

static int count_bits(unsigned bits)
{
	return __builtin_popcount(bits);
}

void dots_close(struct dots *dots, uint16_t line, enum dots_rank rank)
{
	size_t cells = (size_t)dots->rows * (size_t)dots->cols;

	for (size_t i = 0; i < cells; i++) {
		int weight = count_bits(dots->own[i]) + 16 * (int)rank;

		if (!dots->own[i])
			continue;
		dots->lit[i] |= dots->own[i];
		if (dots->owner[i] == DOTS_NOBODY || weight > dots->weight[i]) {
			dots->owner[i] = line;
			dots->weight[i] = (uint8_t)weight;
		}
		dots->own[i] = 0;
	}
}

/* Unicode numbers braille dots down the left column, then the right, the lowest row last. */
static uint32_t braille(unsigned bits)
{
	static const uint8_t places[8] = {0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80};
	uint32_t rune = 0x2800;

	for (int i = 0; i < 8; i++)
		if (bits & 1u << i)
			rune |= places[i];
	return rune;
}

uint32_t dots_rune(const struct dots *dots, int row, int col)
{
	/* by upper left 1, upper right 2, lower left 4, lower right 8 */
	static const uint16_t quadrants[16] = {0, 0x2598, 0x259D, 0x2580, 0x2596, 0x258C, 0x259E,
		0x259B, 0x2597, 0x259A, 0x2590, 0x259C, 0x2584, 0x2599, 0x259F, 0x2588};
	unsigned bits = dots->lit[row * dots->cols + col];

	if (!bits)
		return 0;
	if (dots->dots_y == 4)
		return braille(bits);
	return dots->dots_y == 2 ? quadrants[bits & 15] : '*';
}

uint16_t dots_owner(const struct dots *dots, int row, int col)
{
	return dots->owner[row * dots->cols + col];
}
