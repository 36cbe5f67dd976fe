/* What leaves the workbench: the clipboard and files. */
#include "app/app_parts.h"

#include "base/text.h"
#include "sheet/chart.h"
#include "sheet/print.h"
#include "sheet/rows_json.h"
#include "widget/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void output_copy(struct app *app, struct str text)
{
	struct buf clean;

	buf_init(&clean, 1 << 18);
	text_clean(&clean, text);
	if (!text.n)
		app_say(&app->host, TONE_DIM, "nothing to copy");
	else if (driver_copy(app->driver, buf_str(&clean)))
		app_say(&app->host, TONE_GOOD, "copied %zu bytes to the terminal's clipboard",
			clean.n);
	else
		app_say(&app->host, TONE_WARNING, "this terminal takes no clipboard text: %s",
			buf_cstr(&clean));
	buf_release(&clean);
}

/* ---- the copy menu ---- */

static void copy_chosen(struct pane *pane, struct menu *menu, long chosen)
{
	const char *text;

	if (chosen < 0)
		return;
	text = strstr(menu->items[chosen].text, ": ");
	pane->host->copy(pane->host, str_of(text ? text + 2 : menu->items[chosen].text));
}

static void offer(struct app *app, const char *what, struct str text)
{
	struct buf item;

	if (!text.n)
		return;
	buf_init(&item, 1 << 18);
	buf_addf(&item, "%s: ", what);
	text_clean(&item, text);
	menu_add(&app->menu, buf_str(&item), STR(""), false);
	buf_release(&item);
}

/* The cell under the cursor, and its whole row with tabs between. */
static void offer_cells(struct app *app, const struct pane *pane)
{
	const struct sheet *sheet = pane->class->sheet ? pane->class->sheet(pane) : NULL;
	const struct table_view *table = pane->class->table ? pane->class->table(pane) : NULL;
	struct buf row, text;

	if (!sheet || !table || table->cursor >= sheet->n)
		return;
	buf_init(&row, 1 << 18);
	buf_init(&text, 1 << 18);
	for (size_t c = 0; c < sheet->ncolumns; c++) {
		struct sheet_cell cell;

		sheet_cell(sheet, table->cursor, c, &cell);
		buf_clear(&text);
		sheet_text(&text, &sheet->columns[c], &cell, STYLE_EXACT, app->host.now);
		if (c == table->column)
			offer(app, "cell", buf_str(&text));
		buf_adds(&row, c ? "  " : "");
		buf_add_str(&row, buf_str(&text));
	}
	offer(app, "row", buf_str(&row));
	buf_release(&row);
	buf_release(&text);
}

/* The configuration comes first: sources may be from there. */
static void add_config(const struct app *app, struct buf *out)
{
	if (app->line->config) {
		buf_adds(out, " --config ");
		pane_quote(out, str_of(app->line->config));
	} else if (app->line->no_config) {
		buf_adds(out, " --no-config");
	}
}

/* One source as a word; those of the configuration by their name there. */
static void add_source(const struct source_spec *spec, struct buf *out)
{
	struct buf word;

	buf_init(&word, 1 << 16);
	if (spec->line || spec->named)
		buf_adds(&word, spec->name);
	if (!spec->line) {
		buf_addf(&word, "%s%s:%s", spec->named ? "=" : "", spec->kind, spec->location);
		if (spec->table)
			buf_addf(&word, ":%s", spec->table);
	}
	buf_adds(out, " -s ");
	pane_quote(out, buf_str(&word));
	buf_release(&word);
}

/*
 * Without sources on the command line those of the configuration are read, as they are without -s;
 * everything else is named, since it may have been found by looking.
 */
static void add_sources(const struct app *app, unsigned can, struct buf *out)
{
	const char **words;
	bool named = line_sources(app->line, &words) > 0;

	free(words);
	for (size_t i = 0; i < engine_sources(app->engine); i++) {
		const struct source_spec *spec = engine_source(app->engine, i)->spec;

		if (engine_can(app->engine, i, can) && (named || !spec->line))
			add_source(spec, out);
	}
}

/* The command that prints what the pane shows. */
static void offer_command(struct app *app, const struct pane *pane)
{
	struct buf text;

	if (!pane->class->twin[0])
		return;
	buf_init(&text, 1 << 18);
	buf_addf(&text, "leeboard %s", pane->class->twin);
	add_config(app, &text);
	add_sources(app, pane->class->needs, &text);
	if (pane->class->twin_words)
		pane->class->twin_words(pane, &text);
	offer(app, "command", buf_str(&text));
	buf_release(&text);
}

void output_copy_menu(struct app *app)
{
	struct pane *pane = active_pane(app);
	struct subject subject = {0};

	if (!pane) {
		app_say(&app->host, TONE_DIM, "nothing to copy");
		return;
	}
	menu_open(&app->menu, STR("copy"), false);
	offer_cells(app, pane);
	if (pane->class->subject && pane->class->subject(pane, &subject)) {
		offer(app, "id", str_of(subject.id));
		offer(app, "version", str_of(subject.version));
		subject_release(&subject);
	}
	offer_command(app, pane);
	if (pane->class->url)
		offer(app, "address", pane->class->url(pane));
	if (app->menu.n)
		app->host.choose(&app->host, copy_chosen);
	else
		app_say(&app->host, TONE_DIM, "nothing to copy");
}

/* ---- W ---- */

/* The format that a file's name asks for. */
static bool format_of(struct str name, enum print_format *format)
{
	static const struct {
		const char *ending;
		enum print_format format;
	} endings[] = {{".csv", PRINT_CSV}, {".tsv", PRINT_TSV}, {".md", PRINT_MD},
		       {".txt", PRINT_TABLE}, {".json", PRINT_JSON}};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		if (str_ends(name, str_of(endings[i].ending))) {
			*format = endings[i].format;
			return true;
		}
	}
	return false;
}

static int write_to(const struct pane *pane, FILE *out, enum print_format format, int64_t now)
{
	const struct chart *chart = pane->class->chart ? pane->class->chart(pane) : NULL;
	const struct sheet *sheet = pane->class->sheet ? pane->class->sheet(pane) : NULL;

	if (chart && format == PRINT_JSON)
		return chart_json_write(chart, pane->class->name, out, now);
	if (chart)
		return chart_write_csv(chart, out);
	if (sheet && format == PRINT_JSON)
		return rows_json_write(sheet, pane->class->name, out, now);
	return sheet ? print_sheet(sheet, format, out, 0, now) : -1;
}

static void write_done(struct pane *pane, struct str name)
{
	struct app *app = (struct app *)pane->host;
	enum print_format format;
	char path[4096];
	FILE *out;
	int fd, failed;

	name = str_trim(name);
	if (!name.n || name.n >= sizeof path)
		return;
	memcpy(path, name.s, name.n);
	path[name.n] = '\0';
	if (!format_of(name, &format)) {
		app_say(&app->host, TONE_BAD, "the name says the format: .csv .tsv .json .md or .txt");
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		app_say(&app->host, TONE_BAD, "%s: %s", path,
			errno == EEXIST ? "is there already: another name" : strerror(errno));
		return;
	}
	failed = write_to(pane, out, format, app->host.now);
	if (fclose(out) || failed) {
		unlink(path); /* half a file would pass for a whole one */
		app_say(&app->host, TONE_BAD, "%s could not be written", path);
	} else {
		app_say(&app->host, TONE_GOOD, "%s written", path);
	}
}

void output_write(struct app *app, struct str name)
{
	struct question question = {.label = "write to: ", .done = write_done};
	struct pane *pane = active_pane(app);
	struct buf guess;

	if (!pane || !pane->class->sheet) {
		app_say(&app->host, TONE_DIM, "nothing to write here");
		return;
	}
	if (name.n) {
		write_done(pane, name);
		return;
	}
	buf_init(&guess, 256);
	buf_addf(&guess, "%s.csv", pane->class->name);
	question.text = buf_str(&guess);
	app->host.ask(&app->host, &question);
	buf_release(&guess);
}
