/* A line being typed; see prompt.h. */
#include "widget/prompt.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL_MAX = 64, MESSAGE_MAX = 400, CHOICES_SHOWN = 8 };

void prompt_init(struct prompt *prompt)
{
	memset(prompt, 0, sizeof *prompt);
	buf_init(&prompt->text, PROMPT_MAX);
	buf_init(&prompt->typed, PROMPT_MAX);
	buf_init(&prompt->label, LABEL_MAX);
	buf_init(&prompt->message, MESSAGE_MAX);
	prompt->error_at = -1;
	prompt->choice = -1;
}

static void forget_choices(struct prompt *prompt)
{
	for (size_t i = 0; i < prompt->nchoices; i++)
		free(prompt->choices[i]);
	prompt->nchoices = 0;
	prompt->choice = -1;
}

void prompt_release(struct prompt *prompt)
{
	forget_choices(prompt);
	buf_release(&prompt->text);
	buf_release(&prompt->typed);
	buf_release(&prompt->label);
	buf_release(&prompt->message);
}

void prompt_history_release(struct prompt_history *history)
{
	for (size_t i = 0; i < history->n; i++)
		free(history->lines[i]);
	history->n = 0;
}

/* Puts bytes in the place of [from, to); the cursor comes to stand behind them. */
static void replace(struct prompt *prompt, size_t from, size_t to, struct str with)
{
	const char *old = buf_cstr(&prompt->text);
	struct buf text;

	buf_init(&text, PROMPT_MAX);
	buf_add(&text, old, from);
	buf_add_str(&text, with);
	buf_add(&text, old + to, prompt->text.n - to);
	/* what does not fit whole is not taken */
	if (text.over) {
		buf_release(&text);
		return;
	}
	prompt->at = from + with.n;
	buf_release(&prompt->text);
	prompt->text = text;
}

static void set_text(struct prompt *prompt, struct str text)
{
	replace(prompt, 0, prompt->text.n, text);
}

/* The user changed something: choices and what was said about the text are about another one. */
static void touched(struct prompt *prompt)
{
	forget_choices(prompt);
	prompt->error_at = -1;
	buf_clear(&prompt->message);
}

void prompt_open(struct prompt *prompt, struct str label, struct str text,
	struct prompt_history *history)
{
	touched(prompt);
	buf_clear(&prompt->label);
	buf_add_str(&prompt->label, text_cut(label, LABEL_MAX));
	buf_clear(&prompt->text);
	prompt->at = 0;
	prompt->history = history;
	prompt->older = 0;
	prompt_insert(prompt, text);
}

void prompt_insert(struct prompt *prompt, struct str text)
{
	struct buf flat, clean;

	touched(prompt);
	if (!text.n || text.n > PROMPT_MAX)
		return;
	buf_init(&flat, PROMPT_MAX);
	buf_init(&clean, 3 * PROMPT_MAX);
	/* keys_next gives pasted line ends as their picture, U+240A */
	for (size_t i = 0; i < text.n; i++) {
		if (i + 3 <= text.n && memcmp(text.s + i, "\xE2\x90\x8A", 3) == 0) {
			buf_addc(&flat, ' ');
			i += 2;
		} else {
			buf_addc(&flat, text.s[i] == '\n' || text.s[i] == '\t' ? ' ' : text.s[i]);
		}
	}
	text_clean(&clean, buf_str(&flat));
	replace(prompt, prompt->at, prompt->at, buf_str(&clean));
	buf_release(&flat);
	buf_release(&clean);
}

void prompt_rune(struct prompt *prompt, uint32_t rune)
{
	struct buf bytes;

	buf_init(&bytes, 8);
	buf_add_rune(&bytes, rune);
	prompt_insert(prompt, buf_str(&bytes));
	buf_release(&bytes);
}

/* The start of the character before a byte; marks go with the character that they stand on. */
static size_t before(const struct prompt *prompt, size_t at)
{
	struct str rest = buf_str(&prompt->text);
	struct text_glyph glyph;
	size_t start = 0, next = 0;

	while (next < at && text_next(&rest, &glyph)) {
		start = next;
		next += glyph.bytes.n;
	}
	return start;
}

static size_t after(const struct prompt *prompt, size_t at)
{
	struct str rest = str_slice(buf_str(&prompt->text), at, prompt->text.n);
	struct text_glyph glyph;

	return text_next(&rest, &glyph) ? at + glyph.bytes.n : at;
}

void prompt_left(struct prompt *prompt)
{
	forget_choices(prompt);
	prompt->at = before(prompt, prompt->at);
}

void prompt_right(struct prompt *prompt)
{
	forget_choices(prompt);
	if (prompt->text.n)
		prompt->at = after(prompt, prompt->at);
}

void prompt_start(struct prompt *prompt)
{
	forget_choices(prompt);
	prompt->at = 0;
}

void prompt_end(struct prompt *prompt)
{
	forget_choices(prompt);
	prompt->at = prompt->text.n;
}

static void erase(struct prompt *prompt, size_t from, size_t to)
{
	touched(prompt);
	if (from < to)
		replace(prompt, from, to, STR(""));
}

void prompt_erase(struct prompt *prompt)
{
	erase(prompt, before(prompt, prompt->at), prompt->at);
}

void prompt_delete(struct prompt *prompt)
{
	if (prompt->text.n)
		erase(prompt, prompt->at, after(prompt, prompt->at));
}

void prompt_erase_word(struct prompt *prompt)
{
	size_t from = prompt->at;

	while (from && prompt->text.s[from - 1] == ' ')
		from--;
	while (from && prompt->text.s[from - 1] != ' ')
		from--;
	erase(prompt, from, prompt->at);
}

void prompt_erase_start(struct prompt *prompt)
{
	erase(prompt, 0, prompt->at);
}

void prompt_erase_end(struct prompt *prompt)
{
	erase(prompt, prompt->at, prompt->text.n);
}

/* --- history --- */

static void recall(struct prompt *prompt, size_t older)
{
	if (prompt->older == 0) {
		buf_clear(&prompt->typed);
		buf_add_str(&prompt->typed, buf_str(&prompt->text));
	}
	touched(prompt);
	prompt->older = older;
	if (older)
		set_text(prompt, str_of(prompt->history->lines[prompt->history->n - older]));
	else
		set_text(prompt, buf_str(&prompt->typed));
}

void prompt_older(struct prompt *prompt)
{
	if (prompt->history && prompt->older < prompt->history->n)
		recall(prompt, prompt->older + 1);
}

void prompt_newer(struct prompt *prompt)
{
	if (prompt->older)
		recall(prompt, prompt->older - 1);
}

static void forget_line(struct prompt_history *history, size_t i)
{
	free(history->lines[i]);
	memmove(history->lines + i, history->lines + i + 1,
		(history->n - i - 1) * sizeof *history->lines);
	history->n--;
}

void prompt_keep(struct prompt *prompt)
{
	struct prompt_history *history = prompt->history;
	struct str text = buf_str(&prompt->text);

	if (!history || !text.n)
		return;
	for (size_t i = 0; i < history->n; i++) {
		if (str_equal(str_of(history->lines[i]), text)) {
			forget_line(history, i);
			break;
		}
	}
	if (history->n == PROMPT_HISTORY)
		forget_line(history, 0);
	history->lines[history->n++] = mem_copy(text.s, text.n);
}

/* --- completion --- */

void prompt_offer(struct prompt *prompt, size_t from)
{
	forget_choices(prompt);
	prompt->from = from < prompt->at ? from : prompt->at;
	prompt->to = prompt->at;
}

void prompt_choice(struct prompt *prompt, struct str choice)
{
	struct buf clean;

	if (prompt->nchoices == PROMPT_CHOICES)
		return;
	buf_init(&clean, PROMPT_MAX);
	text_clean(&clean, text_cut(choice, PROMPT_MAX / 4));
	prompt->choices[prompt->nchoices++] = mem_copy(buf_cstr(&clean), clean.n);
	buf_release(&clean);
}

void prompt_complete(struct prompt *prompt, int direction)
{
	long n = (long)prompt->nchoices;
	struct str choice;

	if (!n)
		return;
	if (prompt->choice < 0)
		prompt->choice = direction > 0 ? 0 : n - 1;
	else
		prompt->choice = (prompt->choice + n + direction) % n;
	choice = str_of(prompt->choices[prompt->choice]);
	replace(prompt, prompt->from, prompt->to, choice);
	prompt->to = prompt->at;
	prompt->error_at = -1;
	buf_clear(&prompt->message);
	if (n == 1)
		forget_choices(prompt);
}

/* --- what is said about it --- */

void prompt_error(struct prompt *prompt, long at, struct str message)
{
	prompt->error_at = at < 0 ? 0 : at;
	buf_clear(&prompt->message);
	text_clean(&prompt->message, text_cut(message, MESSAGE_MAX / 3));
}

void prompt_note(struct prompt *prompt, struct str note)
{
	prompt_error(prompt, 0, note);
	prompt->error_at = -1;
}

/* --- drawing --- */

static void draw_choices(const struct prompt *prompt, struct surface *surface, struct area area)
{
	size_t rows = area.h > 1 ? (size_t)area.h - 1 : 0, first = 0;
	int width = 0;

	if (rows > CHOICES_SHOWN)
		rows = CHOICES_SHOWN;
	if (rows > prompt->nchoices)
		rows = prompt->nchoices;
	if (prompt->choice >= (long)rows)
		first = (size_t)prompt->choice - rows + 1;
	for (size_t i = 0; i < prompt->nchoices; i++) {
		int columns = text_width(str_of(prompt->choices[i])) + 2;

		width = columns > width ? columns : width;
	}
	width = width < area.w ? width : area.w;
	for (size_t i = 0; i < rows; i++) {
		struct area line = {area.y + area.h - 1 - (int)(rows - i), area.x, 1, width};

		surface_fill(surface, line, ROLE_PROMPT, ' ');
		surface_fit(surface, line.y, line.x + 1, width - 2, ROLE_PROMPT,
			str_of(prompt->choices[first + i]));
		if ((long)(first + i) == prompt->choice)
			surface_tint(surface, line, ROLE_SELECTED);
	}
}

/* The first byte to show, so that the cursor is in the window. */
static size_t first_shown(const struct prompt *prompt, int width)
{
	struct str text = buf_str(&prompt->text);
	size_t from = 0;

	while (from < prompt->at && text_width(str_slice(text, from, prompt->at)) >= width)
		from = after(prompt, from);
	return from;
}

void prompt_draw(const struct prompt *prompt, struct surface *surface, struct area area)
{
	int y = area.y + area.h - 1, label, room, used, message;
	struct str text = prompt->text.n ? buf_str(&prompt->text) : STR("");
	struct area line = {y, area.x, 1, area.w};
	size_t from;

	surface_fill(surface, line, ROLE_PROMPT, ' ');
	label = surface_fit(surface, y, area.x, area.w / 2, ROLE_KEY, buf_str(&prompt->label));
	message = prompt->message.n ? text_width(buf_str(&prompt->message)) + 2 : 0;
	if (message > area.w / 2)
		message = area.w / 2;
	room = area.w - label - message;
	from = first_shown(prompt, room - 1);
	used = surface_text(surface, y, area.x + label, room, ROLE_PROMPT,
		str_slice(text, from, text.n));
	if (message)
		surface_right(surface, y, area.x + area.w - message, message,
			prompt->error_at >= 0 ? ROLE_BAD : ROLE_DIM, buf_str(&prompt->message));
	if (prompt->error_at >= (long)from && prompt->error_at <= (long)text.n) {
		int at = text_width(str_slice(text, from, (size_t)prompt->error_at));

		surface_tint(surface,
			(struct area){y, area.x + label + at, 1, used > at ? used - at : 1},
			ROLE_MATCH);
	}
	surface->cursor_y = y;
	surface->cursor_x = area.x + label + text_width(str_slice(text, from, prompt->at));
	draw_choices(prompt, surface, area);
}
