/*
 * A menu: a list in a box over the screen, narrowed down by typing.
 *
 * Typed letters must occur in an item in their order, not side by side ("vac" finds "val_acc").
 */
#ifndef WIDGET_MENU_H
#define WIDGET_MENU_H

#include "base/buf.h"
#include "term/surface.h"

enum { MENU_MAX = 20000 };

struct menu_item {
	char *text; /* clean */
	char *note; /* at the right: a key, a count; may be empty */
	bool checked;
};

struct menu {
	struct buf title;
	struct menu_item *items;
	size_t n, cap;
	size_t *shown; /* items that fit what was typed, by index */
	size_t nshown;
	size_t cursor, top; /* in shown */
	bool checks;   /* items have check marks (choose columns) */
	struct buf typed;
};

void menu_init(struct menu *menu);
void menu_release(struct menu *menu);

/* Begins an empty menu. */
void menu_open(struct menu *menu, struct str title, bool checks);

/* Texts go through the gate. At most MENU_MAX items. */
void menu_add(struct menu *menu, struct str text, struct str note, bool checked);

void menu_move(struct menu *menu, long rows);
void menu_rune(struct menu *menu, uint32_t rune);
void menu_erase(struct menu *menu);

/* The item under the cursor, as it was added (0 first); -1 when nothing fits. */
long menu_chosen(const struct menu *menu);

/* Turns the check of the item under the cursor. */
void menu_check(struct menu *menu);

/* In the middle of the area, as large as it needs to be. */
void menu_draw(struct menu *menu, struct surface *surface, struct area area);

#endif
