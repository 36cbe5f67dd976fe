/* See reader.h. */
#include "pane/reader.h"

bool reader_move(struct detail_view *view, enum command command)
{
	switch (command) {
	case CMD_DOWN:
		detail_move(view, 1);
		return true;
	case CMD_UP:
		detail_move(view, -1);
		return true;
	case CMD_LEFT:
		detail_across(view, -8);
		return true;
	case CMD_RIGHT:
		detail_across(view, 8);
		return true;
	case CMD_PAGE_DOWN:
		detail_page(view, 1);
		return true;
	case CMD_PAGE_UP:
		detail_page(view, -1);
		return true;
	case CMD_TOP:
		detail_to(view, 0);
		return true;
	case CMD_BOTTOM:
		detail_to(view, view->lines);
		return true;
	case CMD_SEARCH_NEXT:
		detail_again(view, 1);
		return true;
	case CMD_SEARCH_PREVIOUS:
		detail_again(view, -1);
		return true;
	case CMD_WRAP:
		detail_wrap(view);
		return true;
	default:
		return false;
	}
}

bool reader_command(struct pane *pane, struct detail_view *view, enum command command,
		    void (*found)(struct pane *pane, struct str text))
{
	struct question question = {.label = "/", .text = STR(""), .done = found};

	if (command != CMD_SEARCH)
		return reader_move(view, command);
	pane->host->ask(pane->host, &question);
	return true;
}
