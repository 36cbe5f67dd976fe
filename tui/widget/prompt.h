/*
 * A prompt: one line of text that is being typed, with history, completion and a place for errors.
 *
 * Whoever opened it reads buf_str(&prompt->text) after each change, validates it, and says what it
 * found: prompt_error with the place, or prompt_note ("37 of 1,204"). The text is clean always.
 */
#ifndef WIDGET_PROMPT_H
#define WIDGET_PROMPT_H

#include "base/buf.h"
#include "term/surface.h"

enum { PROMPT_MAX = 4096, PROMPT_HISTORY = 100, PROMPT_CHOICES = 200 };

/* What was typed in earlier prompts of one kind; the newest last. */
struct prompt_history {
	char *lines[PROMPT_HISTORY];
	size_t n;
};

struct prompt {
	struct buf text;
	size_t at;      /* the cursor: a byte, at the start of a character */
	struct buf label; /* ":" "/" "export to" */
	struct prompt_history *history; /* borrowed; may be NULL */
	size_t older;   /* how far back in it; 0: the line being typed */
	struct buf typed; /* … which is kept here meanwhile */
	long error_at;  /* byte of the error, or -1 */
	struct buf message; /* error or note */
	char *choices[PROMPT_CHOICES]; /* of the completion */
	size_t nchoices;
	long choice;    /* the one that stands in the text; -1: none */
	size_t from, to; /* the bytes that a choice stands for */
};

void prompt_init(struct prompt *prompt);
void prompt_release(struct prompt *prompt);
void prompt_history_release(struct prompt_history *history);

/* Begins, with a text to start from. */
void prompt_open(struct prompt *prompt, struct str label, struct str text,
	struct prompt_history *history);

/* Typed or pasted text; passes the gate here, line ends become blanks. */
void prompt_insert(struct prompt *prompt, struct str text);
void prompt_rune(struct prompt *prompt, uint32_t rune);

void prompt_left(struct prompt *prompt);
void prompt_right(struct prompt *prompt);
void prompt_start(struct prompt *prompt);
void prompt_end(struct prompt *prompt);
void prompt_erase(struct prompt *prompt);       /* before the cursor */
void prompt_delete(struct prompt *prompt);      /* under it */
void prompt_erase_word(struct prompt *prompt);
void prompt_erase_start(struct prompt *prompt);
void prompt_erase_end(struct prompt *prompt);

void prompt_older(struct prompt *prompt);
void prompt_newer(struct prompt *prompt);
/* When it was accepted: the line goes into the history, once. */
void prompt_keep(struct prompt *prompt);

/*
 * Completion: offer what may stand for the bytes [from, cursor), then step through with
 * prompt_complete (1 on, -1 back). Any other change forgets the choices.
 */
void prompt_offer(struct prompt *prompt, size_t from);
void prompt_choice(struct prompt *prompt, struct str choice);
void prompt_complete(struct prompt *prompt, int direction);

void prompt_error(struct prompt *prompt, long at, struct str message);
void prompt_note(struct prompt *prompt, struct str note);

/* Draws the line at the bottom of the area, the choices above it (as many as the area has room
 * for) and shows the terminal's cursor. */
void prompt_draw(const struct prompt *prompt, struct surface *surface, struct area area);

#endif
