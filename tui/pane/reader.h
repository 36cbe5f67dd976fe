/* The keys of a part that shows facts: scrolling, searching, wrapping. */
#ifndef PANE_READER_H
#define PANE_READER_H

#include "pane/pane.h"
#include "widget/detail.h"

/* Moving, wrapping, going on with a search. True: the command was one of these. */
bool reader_move(struct detail_view *view, enum command command);

/* True: the command was for the text. CMD_SEARCH asks, and `found` is called with what was typed. */
bool reader_command(struct pane *pane, struct detail_view *view, enum command command,
		    void (*found)(struct pane *pane, struct str text));

#endif
