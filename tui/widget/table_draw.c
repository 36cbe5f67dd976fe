/* What a table looks like; see table.h. */
#include "widget/table.h"

#include "widget/spark.h"
#include "widget/tone.h"

#include <string.h>

enum {
	GAP = 2,           /* between columns */
	SIGNS = 3,         /* mark, glyph, blank */
	MEASURED_ROWS = 200,
	TEXT_BYTES = 64 << 10,
	GLYPH_MARK = 0x25CF,  /* ● */
	GLYPH_PIN = 0x25C6,   /* ◆ */
	GLYPH_RISING = 0x25B2,
	GLYPH_FALLING = 0x25BC,
	GLYPH_BEFORE = 0x25C2, /* ◂: there are columns to the left */
	GLYPH_AFTER = 0x25B8,  /* ▸ */
};

/* Everything that drawing one frame needs. */
struct painter {
	struct table_view *view;
	struct surface *surface;
	struct area area;
	const struct sheet *sheet;
	const struct table_look *look;
	struct buf text;
	long state_column; /* whose glyph each row shows; -1: none */
	size_t pinned;     /* columns that do not scroll */
	/* what is visible: columns with their places */
	size_t columns[TABLE_MAX_COLUMNS];
	int places[TABLE_MAX_COLUMNS], widths[TABLE_MAX_COLUMNS];
	size_t n;
	bool before, after;
};

static bool shown(const struct sheet *sheet, size_t column)
{
	return column < TABLE_MAX_COLUMNS && sheet->columns[column].most > 0;
}

static bool right_aligned(const struct sheet_column *column)
{
	return column->type == SHEET_NUMBER || column->type == SHEET_COUNT ||
	       column->type == SHEET_DURATION || column->type == SHEET_SHARE;
}

/* --- widths --- */

/* A number for "the same columns in the same width", never 0 (FNV-1a). */
static uint64_t layout_of(const struct sheet *sheet, int width)
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)width;

	for (size_t c = 0; c < sheet->ncolumns; c++)
		for (size_t i = 0; i < sheet->columns[c].key.n; i++)
			hash = (hash ^ (unsigned char)sheet->columns[c].key.s[i]) * 1099511628211u;
	return hash | 1;
}

static int bound(int width, int least, int most)
{
	return width < least ? least : width > most ? most : width;
}

static int title_width(struct painter *painter, size_t column)
{
	buf_clear(&painter->text);
	text_clean(&painter->text, painter->sheet->columns[column].title);
	/* with room for the arrow of the order */
	return text_width(buf_str(&painter->text)) +
	       (painter->look->sort_column == (long)column ? 2 : 0);
}

/* What a cell says on the screen; valid until the next. */
static struct str cell_text(struct painter *painter, size_t column, const struct sheet_cell *cell)
{
	buf_clear(&painter->text);
	sheet_text(&painter->text, &painter->sheet->columns[column], cell, STYLE_SCREEN,
		painter->look->now);
	return buf_str(&painter->text);
}

/* Columns from the decimal point on: 0 for a whole number, -1 for what is no plain number. */
static int tail_of(struct str text)
{
	long point = str_find(text, '.');

	for (size_t i = 0; i < text.n; i++)
		if ((text.s[i] < '0' || text.s[i] > '9') && text.s[i] != '.' && text.s[i] != '-')
			return -1;
	return point < 0 ? 0 : (int)text.n - (int)point;
}

/* The widest parts of a column's cells. */
struct extent {
	int head, tail; /* of numbers: before the point and from it on */
	int whole;      /* of everything else */
};

static void extend(struct painter *painter, size_t row, size_t column, struct extent *extent)
{
	bool number = painter->sheet->columns[column].type == SHEET_NUMBER;
	struct sheet_cell cell;
	struct str text;
	int width, tail;

	sheet_cell(painter->sheet, row, column, &cell);
	text = cell_text(painter, column, &cell);
	width = text_width(text);
	tail = number ? tail_of(text) : -1;
	if (tail < 0) {
		extent->whole = width > extent->whole ? width : extent->whole;
		return;
	}
	extent->head = width - tail > extent->head ? width - tail : extent->head;
	extent->tail = tail > extent->tail ? tail : extent->tail;
}

/* Rows from all over the sheet, and those in the window: no number is ever cut. */
static struct extent measure_column(struct painter *painter, size_t column)
{
	const struct table_view *view = painter->view;
	size_t rows = painter->sheet->n, step = 1 + rows / MEASURED_ROWS;
	size_t end = view->top + (size_t)painter->area.h;
	struct extent extent = {.whole = title_width(painter, column)};

	for (size_t row = 0; row < rows; row += step)
		extend(painter, row, column, &extent);
	for (size_t row = view->top; step > 1 && row < end && row < rows; row++)
		extend(painter, row, column, &extent);
	return extent;
}

static void widen(struct painter *painter, size_t column)
{
	const struct sheet_column *info = &painter->sheet->columns[column];
	struct extent extent = measure_column(painter, column);
	int most = info->most > info->least ? info->most : info->least;
	int *width = &painter->view->widths[column], *tail = &painter->view->tails[column];
	int wanted;

	if (extent.tail > *tail)
		*tail = extent.tail;
	wanted = extent.head + *tail > extent.whole ? extent.head + *tail : extent.whole;
	wanted = bound(wanted, info->least, most);
	if (wanted > *width)
		*width = wanted;
}

/* Widths only grow while the columns are the same. */
static void measure(struct painter *painter)
{
	struct table_view *view = painter->view;
	uint64_t layout = layout_of(painter->sheet, painter->area.w);

	if (layout != view->measured) {
		memset(view->widths, 0, sizeof view->widths);
		memset(view->tails, 0, sizeof view->tails);
	}
	for (size_t c = 0; c < painter->sheet->ncolumns && c < TABLE_MAX_COLUMNS; c++)
		if (shown(painter->sheet, c))
			widen(painter, c);
	view->measured = layout;
}

/* --- which columns --- */

static void find_pinned(struct painter *painter)
{
	const struct sheet *sheet = painter->sheet;
	size_t first = 0;

	painter->state_column = -1;
	for (size_t c = sheet->ncolumns; c-- > 0;) {
		if (sheet->columns[c].type == SHEET_STATE)
			painter->state_column = (long)c;
		if (sheet->columns[c].type == SHEET_TEXT && shown(sheet, c))
			first = c + 1;
	}
	/* a first text far to the right would leave no room to scroll in */
	painter->pinned = first <= 3 ? first : 0;
}

static int right_edge(const struct painter *painter)
{
	return painter->area.x + painter->area.w;
}

/* Places columns from `from` on at x; returns where the next would start. */
static int place_columns(struct painter *painter, size_t from, size_t to, int x)
{
	for (size_t c = from; c < to; c++) {
		int width = painter->view->widths[c], room = right_edge(painter) - x;

		if (!shown(painter->sheet, c))
			continue;
		/* a cell at the edge of the table is left for the sign of the best */
		if (right_aligned(&painter->sheet->columns[c]))
			room--;
		if (room < width && (room < painter->sheet->columns[c].least || room < 4)) {
			painter->after = true;
			break;
		}
		painter->columns[painter->n] = c;
		painter->places[painter->n] = x;
		painter->widths[painter->n] = width < room ? width : room;
		painter->n++;
		x += width + GAP;
	}
	return x;
}

static bool is_placed(const struct painter *painter, size_t column)
{
	for (size_t i = 0; i < painter->n; i++)
		if (painter->columns[i] == column)
			return true;
	return false;
}

static void place(struct painter *painter)
{
	struct table_view *view = painter->view;
	size_t count = painter->sheet->ncolumns;
	int x;

	if (count > TABLE_MAX_COLUMNS)
		count = TABLE_MAX_COLUMNS;
	painter->n = 0;
	painter->after = false;
	x = place_columns(painter, 0, painter->pinned, painter->area.x + SIGNS);
	if (view->left < painter->pinned)
		view->left = painter->pinned;
	painter->before = false;
	for (size_t c = painter->pinned; c < view->left; c++)
		painter->before |= shown(painter->sheet, c);
	if (!painter->after)
		place_columns(painter, view->left, count, x);
}

/* Scrolls sideways until the column under the cursor is there. */
static void place_with_cursor(struct painter *painter)
{
	struct table_view *view = painter->view;

	if (view->column >= painter->pinned && view->column < view->left)
		view->left = view->column;
	place(painter);
	while (view->column >= painter->pinned && !is_placed(painter, view->column) &&
	       view->left < view->column) {
		view->left++;
		place(painter);
	}
}

/* --- the header --- */

static void draw_title(struct painter *painter, size_t i)
{
	const struct sheet_column *column = &painter->sheet->columns[painter->columns[i]];
	int y = painter->area.y, x = painter->places[i], width = painter->widths[i];
	bool sorted = painter->look->sort_column == (long)painter->columns[i];
	bool under = painter->look->focus && painter->view->column == painter->columns[i];
	enum role role = sorted ? ROLE_ACCENT : ROLE_HEADER;
	int used;

	buf_clear(&painter->text);
	text_clean(&painter->text, column->title);
	used = text_width(buf_str(&painter->text)) + (sorted ? 2 : 0);
	if (right_aligned(column) && used < width)
		x += width - used;
	used = surface_fit(painter->surface, y, x, width - (sorted ? 2 : 0), role,
		buf_str(&painter->text));
	if (sorted)
		surface_rune(painter->surface, y, x + used + 1, role,
			painter->look->descending ? GLYPH_FALLING : GLYPH_RISING);
	if (under)
		surface_tint(painter->surface,
			(struct area){y, painter->places[i], 1, painter->widths[i]},
			ROLE_SELECTED_IDLE);
}

static void draw_header(struct painter *painter)
{
	for (size_t i = 0; i < painter->n; i++)
		draw_title(painter, i);
	if (painter->before)
		surface_rune(painter->surface, painter->area.y, painter->area.x, ROLE_DIM,
			GLYPH_BEFORE);
	if (painter->after)
		surface_rune(painter->surface, painter->area.y, right_edge(painter) - 1, ROLE_DIM,
			GLYPH_AFTER);
}

/* --- rows --- */

static enum role cell_role(const struct sheet_cell *cell)
{
	if (cell->state != SHEET_VALUE)
		return ROLE_DIM;
	return tone_role(cell->tone);
}

static void draw_curve(struct painter *painter, int y, size_t i, const struct sheet_cell *cell)
{
	if (cell->state == SHEET_VALUE && cell->nvalues)
		spark_values(painter->surface, y, painter->places[i], painter->widths[i], ROLE_INFO,
			cell->values, cell->nvalues);
	else if (cell->state == SHEET_VALUE && cell->curve)
		spark_draw(painter->surface, y, painter->places[i], painter->widths[i], ROLE_INFO,
			cell->curve);
	else if (cell->state == SHEET_LOADING ||
			(cell->state == SHEET_VALUE && !cell->curve_points))
		surface_rune(painter->surface, y, painter->places[i], ROLE_DIM, 0x2026);
	else if (cell->state == SHEET_VALUE)
		surface_textf(painter->surface, y, painter->places[i], painter->widths[i], ROLE_DIM,
			"%zu pts", cell->curve_points);
}

/* At the right, with the decimal point where the column has it. */
static void draw_right(struct painter *painter, int y, size_t i, enum role role, struct str text)
{
	size_t column = painter->columns[i];
	bool number = painter->sheet->columns[column].type == SHEET_NUMBER;
	int tail = number ? tail_of(text) : -1, width = painter->widths[i];
	int blanks = tail < 0 ? 0 : painter->view->tails[column] - tail;

	if (text_width(text) + blanks > width)
		blanks = 0;
	surface_right(painter->surface, y, painter->places[i], width - blanks, role, text);
}

static void draw_cell(struct painter *painter, size_t row, int y, size_t i)
{
	const struct sheet_column *column = &painter->sheet->columns[painter->columns[i]];
	int x = painter->places[i], width = painter->widths[i];
	struct sheet_cell cell;
	struct str text;

	sheet_cell(painter->sheet, row, painter->columns[i], &cell);
	if (column->type == SHEET_CURVE) {
		draw_curve(painter, y, i, &cell);
		return;
	}
	text = cell_text(painter, painter->columns[i], &cell);
	if (right_aligned(column))
		draw_right(painter, y, i, cell_role(&cell), text);
	else
		surface_fit(painter->surface, y, x, width, cell_role(&cell), text);
	/* the best is said in the gap, so that numbers stay aligned */
	if (cell.state == SHEET_VALUE && cell.tone == TONE_BEST && x + width < right_edge(painter))
		surface_rune(painter->surface, y, x + width, ROLE_GOOD, tone_glyph(TONE_BEST));
}

static void draw_signs(struct painter *painter, size_t row, int y, bool pin)
{
	struct str id = painter->sheet->class->id(painter->sheet, row);
	struct sheet_cell cell;

	if (table_marked(painter->view, id))
		surface_rune(painter->surface, y, painter->area.x, ROLE_MARKED, GLYPH_MARK);
	else if (pin)
		surface_rune(painter->surface, y, painter->area.x, ROLE_ACCENT, GLYPH_PIN);
	if (painter->state_column < 0)
		return;
	sheet_cell(painter->sheet, row, (size_t)painter->state_column, &cell);
	if (cell.state == SHEET_VALUE)
		surface_rune(painter->surface, y, painter->area.x + 1, cell_role(&cell),
			tone_glyph(cell.tone));
}

static bool in_range(const struct table_view *view, size_t row)
{
	size_t from = view->range_from, to = view->cursor;

	if (!view->ranging)
		return false;
	return from <= to ? row >= from && row <= to : row >= to && row <= from;
}

static void draw_row(struct painter *painter, size_t row, int y, bool pin)
{
	struct area line = {y, painter->area.x, 1, painter->area.w};

	draw_signs(painter, row, y, pin);
	for (size_t i = 0; i < painter->n; i++)
		draw_cell(painter, row, y, i);
	if (row == painter->view->cursor && !pin)
		surface_tint(painter->surface, line,
			painter->look->focus ? ROLE_SELECTED : ROLE_SELECTED_IDLE);
	else if (in_range(painter->view, row) && !pin)
		surface_tint(painter->surface, line, ROLE_SELECTED_IDLE);
}

/* The pinned rows, one under the other. Returns how many lines they take. */
static int draw_pins(struct painter *painter)
{
	const struct table_ids *pins = &painter->view->pins;
	int lines = 0;

	for (size_t i = 0; i < pins->n && lines < painter->area.h / 2; i++) {
		struct str id = {pins->list[i], pins->lengths[i]};
		long row = sheet_find(painter->sheet, id);

		if (row >= 0)
			draw_row(painter, (size_t)row, painter->area.y + 1 + lines++, true);
	}
	return lines;
}

/* Brings the window to the cursor; the last page is a full one. */
static void scroll(struct table_view *view, const struct sheet *sheet, int lines)
{
	size_t page = lines > 0 ? (size_t)lines : 1;

	view->page = lines;
	if (view->top > view->cursor)
		view->top = view->cursor;
	if (view->cursor - view->top >= page)
		view->top = view->cursor - page + 1;
	if (view->top + page > sheet->n)
		view->top = sheet->n > page ? sheet->n - page : 0;
}

void table_draw(struct table_view *view, struct surface *surface, struct area area,
	const struct sheet *sheet, const struct table_look *look)
{
	struct painter painter = {
		.view = view, .surface = surface, .area = area, .sheet = sheet, .look = look};
	struct area old = surface_clip(surface, area);
	size_t row;
	int first;

	buf_init(&painter.text, TEXT_BYTES);
	find_pinned(&painter);
	measure(&painter);
	place_with_cursor(&painter);
	draw_header(&painter);
	first = 1 + draw_pins(&painter);
	scroll(view, sheet, area.h - first);
	row = view->top;
	for (int line = first; line < area.h && row < sheet->n; line++)
		draw_row(&painter, row++, area.y + line, false);
	if (!sheet->n && look->empty)
		surface_fit(surface, area.y + (area.h > 3 ? 2 : 1), area.x + SIGNS, area.w - SIGNS,
			ROLE_DIM, str_of(look->empty));
	buf_release(&painter.text);
	surface_unclip(surface, old);
}
