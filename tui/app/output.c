/* What leaves the workbench: the clipboard and files. */
#include "app/app_parts.h"

#include "base/text.h"
#include "sheet/chart.h"
#include "sheet/print.h"

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

/* The row of the sheet whose id the pane's subject or cursor names is the pane's to give. */
void output_copy_menu(struct app *app)
{
	struct pane *pane = active_pane(app);
	struct subject subject = {0};
	struct buf text;

	if (!pane || !pane->class->subject || !pane->class->subject(pane, &subject)) {
		app_say(&app->host, TONE_DIM, "nothing to copy");
		return;
	}
	menu_open(&app->menu, STR("copy"), false);
	buf_init(&text, 1 << 16);
	buf_addf(&text, "id: %s", subject.id);
	menu_add(&app->menu, buf_str(&text), STR(""), false);
	if (subject.version) {
		buf_clear(&text);
		buf_addf(&text, "version: %s/%s", subject.id, subject.version);
		menu_add(&app->menu, buf_str(&text), STR(""), false);
	}
	if (subject.source && pane->class->twin[0]) {
		buf_clear(&text);
		buf_addf(&text, "command: leeboard %s -s %s", pane->class->twin, subject.source);
		menu_add(&app->menu, buf_str(&text), STR(""), false);
	}
	buf_release(&text);
	subject_release(&subject);
	app->host.choose(&app->host, copy_chosen);
}

/* ---- W ---- */

/* The format that a file's name asks for. */
static bool format_of(struct str name, enum print_format *format)
{
	static const struct {
		const char *ending;
		enum print_format format;
	} endings[] = {{".csv", PRINT_CSV}, {".tsv", PRINT_TSV}, {".md", PRINT_MD},
		       {".txt", PRINT_TABLE}};

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

	if (chart)
		return chart_write_csv(chart, out);
	return sheet ? print_sheet(sheet, format, out, 0, now) : -1;
}

static void write_done(struct pane *pane, struct str name)
{
	struct app *app = (struct app *)pane->host;
	enum print_format format;
	char path[4096];
	FILE *out;
	int fd;

	name = str_trim(name);
	if (!name.n || name.n >= sizeof path)
		return;
	memcpy(path, name.s, name.n);
	path[name.n] = '\0';
	if (!format_of(name, &format)) {
		app_say(&app->host, TONE_BAD, "the name says the format: .csv .tsv .md or .txt");
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		app_say(&app->host, TONE_BAD, "%s: %s", path,
			errno == EEXIST ? "is there already: another name" : strerror(errno));
		return;
	}
	if (write_to(pane, out, format, app->host.now) || fclose(out))
		app_say(&app->host, TONE_BAD, "%s could not be written", path);
	else
		app_say(&app->host, TONE_GOOD, "%s written", path);
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
