/* Menus; see menu.h. */
#include "widget/menu.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_MAX = 200, TEXT_MAX = 1000, TYPED_MAX = 100, LEAST_WIDTH = 24 };

void menu_init(struct menu *menu)
{
	memset(menu, 0, sizeof *menu);
	buf_init(&menu->title, TITLE_MAX);
	buf_init(&menu->typed, TYPED_MAX);
}

static void clear(struct menu *menu)
{
	for (size_t i = 0; i < menu->n; i++) {
		free(menu->items[i].text);
		free(menu->items[i].note);
	}
	menu->n = menu->nshown = 0;
	menu->cursor = menu->top = 0;
}

void menu_release(struct menu *menu)
{
	clear(menu);
	free(menu->items);
	free(menu->shown);
	buf_release(&menu->title);
	buf_release(&menu->typed);
}

void menu_open(struct menu *menu, struct str title, bool checks)
{
	clear(menu);
	menu->checks = checks;
	buf_clear(&menu->typed);
	buf_clear(&menu->title);
	text_clean(&menu->title, text_cut(title, TITLE_MAX / 3));
}

static char *clean_copy(struct str text)
{
	struct buf clean;
	char *copy;

	buf_init(&clean, 3 * TEXT_MAX);
	text_clean(&clean, text_cut(text, TEXT_MAX));
	copy = mem_copy(buf_cstr(&clean), clean.n);
	buf_release(&clean);
	return copy;
}

void menu_add(struct menu *menu, struct str text, struct str note, bool checked)
{
	if (menu->n == MENU_MAX)
		return;
	if (menu->n == menu->cap) {
		menu->cap = menu->cap ? menu->cap * 2 : 16;
		menu->items = mem_resize(menu->items, menu->cap, sizeof *menu->items);
		menu->shown = mem_resize(menu->shown, menu->cap, sizeof *menu->shown);
	}
	menu->items[menu->n] = (struct menu_item){clean_copy(text), clean_copy(note), checked};
	menu->shown[menu->nshown++] = menu->n++;
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool fits(const char *text, struct str typed)
{
	size_t at = 0;

	for (; *text && at < typed.n; text++)
		at += fold(*text) == fold(typed.s[at]);
	return at == typed.n;
}

/* Those that contain what was typed as it is come first. */
static void narrow(struct menu *menu)
{
	struct str typed = menu->typed.n ? buf_str(&menu->typed) : STR("");

	menu->nshown = 0;
	menu->cursor = menu->top = 0;
	for (size_t i = 0; i < menu->n; i++)
		if (str_contains_fold(str_of(menu->items[i].text), typed))
			menu->shown[menu->nshown++] = i;
	for (size_t i = 0; i < menu->n; i++)
		if (fits(menu->items[i].text, typed) &&
			!str_contains_fold(str_of(menu->items[i].text), typed))
			menu->shown[menu->nshown++] = i;
}

void menu_move(struct menu *menu, long rows)
{
	long last = (long)menu->nshown - 1, to = (long)menu->cursor + rows;

	if (last < 0)
		return;
	menu->cursor = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

void menu_rune(struct menu *menu, uint32_t rune)
{
	if (text_rune_width(rune) <= 0)
		return;
	buf_add_rune(&menu->typed, rune);
	narrow(menu);
}

void menu_erase(struct menu *menu)
{
	struct str typed = menu->typed.n ? buf_str(&menu->typed) : STR("");
	struct str kept = text_fit(typed, text_width(typed) - 1, NULL);
	struct buf shorter;

	buf_init(&shorter, TYPED_MAX);
	buf_add_str(&shorter, kept);
	buf_release(&menu->typed);
	menu->typed = shorter;
	narrow(menu);
}

long menu_chosen(const struct menu *menu)
{
	return menu->cursor < menu->nshown ? (long)menu->shown[menu->cursor] : -1;
}

void menu_check(struct menu *menu)
{
	long item = menu_chosen(menu);

	if (item >= 0)
		menu->items[item].checked = !menu->items[item].checked;
}

static int item_width(const struct menu *menu, const struct menu_item *item)
{
	int note = text_width(str_of(item->note));

	return text_width(str_of(item->text)) + (note ? note + 2 : 0) + (menu->checks ? 2 : 0);
}

static struct area box_for(const struct menu *menu, struct area area)
{
	int width = LEAST_WIDTH, height = (int)(menu->n < 200 ? menu->n : 200) + 3;
	int title = text_width(buf_str(&menu->title)) + 2;

	width = title > width ? title : width;
	for (size_t i = 0; i < menu->n; i++) {
		int columns = item_width(menu, &menu->items[i]);

		width = columns > width ? columns : width;
	}
	width = width + 4 < area.w ? width + 4 : area.w;
	height = height < area.h ? height : area.h;
	return (struct area){
		area.y + (area.h - height) / 3, area.x + (area.w - width) / 2, height, width};
}

static void draw_item(const struct menu *menu, struct surface *surface, struct area at, size_t i)
{
	const struct menu_item *item = &menu->items[menu->shown[i]];
	int note = text_width(str_of(item->note)), x = at.x + 1;

	if (menu->checks) {
		if (item->checked)
			surface_rune(surface, at.y, x, ROLE_GOOD, 0x2713);
		x += 2;
	}
	surface_fit(surface, at.y, x, at.x + at.w - x - (note ? note + 2 : 0), ROLE_NORMAL,
		str_of(item->text));
	surface_right(surface, at.y, at.x + at.w - 1 - note, note, ROLE_DIM, str_of(item->note));
	if (i == menu->cursor)
		surface_tint(surface, at, ROLE_SELECTED);
}

void menu_draw(struct menu *menu, struct surface *surface, struct area area)
{
	struct area box = box_for(menu, area), inner = area_inner(box);
	size_t rows = inner.h > 1 ? (size_t)inner.h - 1 : 1;
	struct str typed = menu->typed.n ? buf_str(&menu->typed) : STR("");
	struct area old = surface_clip(surface, area);

	surface_fill(surface, box, ROLE_NORMAL, ' ');
	surface_box(surface, box, ROLE_BORDER_FOCUS, ROLE_TITLE, buf_str(&menu->title));
	surface_text(surface, inner.y, inner.x + 1, 2, ROLE_KEY, STR("> "));
	surface_fit(surface, inner.y, inner.x + 3, inner.w - 4, ROLE_NORMAL, typed);
	surface->cursor_y = inner.y;
	surface->cursor_x = inner.x + 3 + text_width(typed);
	if (surface->cursor_x >= inner.x + inner.w)
		surface->cursor_x = inner.x + inner.w - 1;
	if (menu->top > menu->cursor)
		menu->top = menu->cursor;
	if (menu->cursor - menu->top >= rows)
		menu->top = menu->cursor - rows + 1;
	for (size_t i = menu->top; i < menu->nshown && i - menu->top < rows; i++)
		draw_item(menu, surface,
			(struct area){inner.y + 1 + (int)(i - menu->top), inner.x, 1, inner.w}, i);
	if (!menu->nshown)
		surface_fit(surface, inner.y + 1, inner.x + 1, inner.w - 2, ROLE_DIM,
			STR("nothing fits"));
	surface_unclip(surface, old);
}
