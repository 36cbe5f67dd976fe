/*
 * Widgets on the memory driver's surface: pictures with their roles, kept as files in golden/.
 *
 * A golden holds the text of the frame, a line "----", and the role map (term/role.h) of the same
 * shape. `UPDATE_GOLDENS=1 make check-unit` writes them anew; they are read like code.
 */
#include "test.h"

#include "base/mem.h"
#include "input/keymap.h"
#include "sheet/grid.h"
#include "term/memory.h"
#include "widget/bars.h"
#include "widget/detail.h"
#include "widget/frame.h"
#include "widget/help.h"
#include "widget/menu.h"
#include "widget/plot.h"
#include "widget/prompt.h"
#include "widget/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOW = 1000000000 };

struct screen {
	struct driver *driver;
	struct surface surface;
};

static void open_screen(struct screen *screen, enum glyphs glyphs, int rows, int cols)
{
	struct term_options options = {.glyphs = glyphs, .color = true};

	screen->driver = memory_open(rows, cols, &options);
	surface_init(&screen->surface, screen->driver->glyphs, screen->driver->utf8);
	surface_resize(&screen->surface, rows, cols);
}

static void close_screen(struct screen *screen)
{
	surface_release(&screen->surface);
	driver_close(screen->driver);
}

static struct area whole(const struct screen *screen)
{
	return (struct area){0, 0, screen->surface.rows, screen->surface.cols};
}

/* Compares the picture with the golden of that name. */
static void golden(struct screen *screen, const char *name)
{
	const char *srcdir = getenv("srcdir");
	struct buf picture, kept;
	char path[4096], piece[4096];
	FILE *file;
	size_t n;

	buf_init(&picture, 1 << 20);
	buf_init(&kept, 1 << 20);
	driver_show(screen->driver, &screen->surface);
	memory_text(screen->driver, &picture);
	buf_adds(&picture, "----\n");
	memory_roles(screen->driver, &picture);
	snprintf(path, sizeof path, "%s/tests/unit/golden/%s", srcdir ? srcdir : ".", name);
	if (getenv("UPDATE_GOLDENS")) {
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(buf_cstr(&picture), file);
		fclose(file);
	}
	file = fopen(path, "r");
	if (!file)
		print_error("no golden %s\n", path);
	assert_non_null(file);
	while ((n = fread(piece, 1, sizeof piece, file)))
		buf_add(&kept, piece, n);
	fclose(file);
	if (strcmp(buf_cstr(&picture), buf_cstr(&kept)) != 0)
		print_error("%s is now\n%s", name, buf_cstr(&picture));
	assert_true(strcmp(buf_cstr(&picture), buf_cstr(&kept)) == 0);
	buf_release(&picture);
	buf_release(&kept);
}

/* --- tables --- */

static const struct sheet_column run_columns[] = {
	{STR("state"), STR("state"), "", SHEET_STATE, DIRECTION_UNKNOWN, 0, 0},
	{STR("name"), STR("name"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 8, 20},
	{STR("start"), STR("age"), "", SHEET_TIME, DIRECTION_UNKNOWN, 4, 6},
	{STR("duration"), STR("took"), "", SHEET_DURATION, DIRECTION_UNKNOWN, 5, 7},
	{STR("metrics.val_auc"), STR("val_auc"), "", SHEET_NUMBER, DIRECTION_HIGHER, 8, 10},
	{STR("metrics.loss"), STR("loss"), "", SHEET_NUMBER, DIRECTION_LOWER, 8, 10},
	{STR("params.depth"), STR("depth"), "", SHEET_COUNT, DIRECTION_UNKNOWN, 5, 6},
	{STR("commit"), STR("commit"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 7, 7},
	{STR("tags.note"), STR("note"), "", SHEET_TEXT, DIRECTION_UNKNOWN, 6, 30},
};

static void add_run(struct grid *grid, int i)
{
	static const struct {
		const char *word;
		enum sheet_tone tone;
	} states[] = {{"finished", TONE_GOOD}, {"running", TONE_RUNNING}, {"failed", TONE_BAD},
		{"killed", TONE_WARNING}, {"queued", TONE_DIM}};
	char id[16];

	snprintf(id, sizeof id, "run-%03d", i);
	grid_row(grid, str_of(id), NULL);
	grid_state(grid, states[i % 5].word, states[i % 5].tone);
	grid_textf(grid, i == 3 ? "日本-\033[1m-\xE2\x80\xAEname-%d" : "brave-owl-%d", i);
	grid_time(grid, NOW - (int64_t)i * 3600 * 1000);
	grid_known(grid, i % 5 == 1 ? NAN : 12.0 * i);
	if (i % 7 == 2)
		grid_loading(grid);
	else
		grid_number(grid, 0.9 + i * 0.001);
	if (i == 5)
		grid_tone(grid, TONE_BEST);
	grid_number(grid, i == 4 ? NAN : 1.0 / (i + 1));
	grid_count(grid, i);
	grid_words(grid, "9f3c1d2");
	if (i % 4)
		grid_missing(grid);
	else
		grid_words(grid, "a note that is much too long for its column");
}

static struct grid *runs(int from, int to)
{
	struct grid *grid = grid_new(run_columns, sizeof run_columns / sizeof *run_columns);

	for (int i = from; i < to; i++)
		add_run(grid, i);
	return grid;
}

static const struct table_look table_look = {
	.focus = true, .now = NOW, .sort_column = 4, .descending = true,
		.empty = "no runs here yet"};

static void table_shows_a_window(void **state)
{
	struct screen screen;
	struct table_view view;
	struct grid *grid = runs(0, 50);
	(void)state;

	open_screen(&screen, GLYPHS_BRAILLE, 12, 100);
	table_init(&view);
	table_sheet(&view, &grid->sheet);
	table_move(&view, &grid->sheet, 2);
	table_mark(&view, &grid->sheet);
	table_move(&view, &grid->sheet, 3);
	table_draw(&view, &screen.surface, whole(&screen), &grid->sheet, &table_look);
	golden(&screen, "table");
	close_screen(&screen);
	open_screen(&screen, GLYPHS_ASCII, 12, 60);
	table_draw(&view, &screen.surface, whole(&screen), &grid->sheet, &table_look);
	golden(&screen, "table_ascii_narrow");
	table_across(&view, &grid->sheet, 8);
	surface_clear(&screen.surface);
	table_draw(&view, &screen.surface, whole(&screen), &grid->sheet, &table_look);
	golden(&screen, "table_ascii_sideways");
	close_screen(&screen);
	table_release(&view);
	grid_free(grid);
}

static void empty_table_says_so(void **state)
{
	struct screen screen;
	struct table_view view;
	struct grid *grid = runs(0, 0);
	struct str id;
	(void)state;

	open_screen(&screen, GLYPHS_BRAILLE, 6, 60);
	table_init(&view);
	table_sheet(&view, &grid->sheet);
	table_move(&view, &grid->sheet, 5);
	table_page(&view, &grid->sheet, -1);
	table_mark(&view, &grid->sheet);
	id = table_id(&view);
	assert_true(str_none(id));
	assert_int_equal(table_marks(&view), 0);
	table_draw(&view, &screen.surface, whole(&screen), &grid->sheet, &table_look);
	golden(&screen, "table_empty");
	close_screen(&screen);
	table_release(&view);
	grid_free(grid);
}

/* New rows before the cursor's: same record under the cursor, on the same line of the screen. */
static void cursor_stays_on_its_record(void **state)
{
	struct screen screen;
	struct table_view view;
	struct grid *grid = runs(20, 60), *more = runs(0, 60), *fewer = runs(0, 30);
	size_t line;
	(void)state;

	open_screen(&screen, GLYPHS_BRAILLE, 11, 100);
	table_init(&view);
	table_sheet(&view, &grid->sheet);
	table_move(&view, &grid->sheet, 15);
	table_draw(&view, &screen.surface, whole(&screen), &grid->sheet, &table_look);
	assert_str(table_id(&view), "run-035");
	line = view.cursor - view.top;
	table_sheet(&view, &more->sheet);
	assert_str(table_id(&view), "run-035");
	assert_int_equal(view.cursor, 35);
	assert_int_equal(view.cursor - view.top, line);
	table_sheet(&view, &fewer->sheet);
	assert_int_equal(view.cursor, 29);
	assert_str(table_id(&view), "run-029");
	assert_true(table_go(&view, &fewer->sheet, STR("run-003")));
	assert_false(table_go(&view, &fewer->sheet, STR("run-035")));
	assert_int_equal(view.cursor, 3);
	close_screen(&screen);
	table_release(&view);
	grid_free(grid);
	grid_free(more);
	grid_free(fewer);
}

static void marks_are_of_records(void **state)
{
	struct table_view view;
	struct grid *grid = runs(0, 30), *later = runs(10, 40);
	struct buf text;
	(void)state;

	table_init(&view);
	buf_init(&text, 100);
	table_sheet(&view, &grid->sheet);
	table_to(&view, &grid->sheet, 12);
	table_range(&view, &grid->sheet);
	table_move(&view, &grid->sheet, -2);
	table_range(&view, &grid->sheet);
	assert_int_equal(table_marks(&view), 3);
	assert_str(table_mark_at(&view, 0), "run-010");
	table_sheet(&view, &later->sheet);
	assert_true(table_marked(&view, STR("run-012")));
	table_mark(&view, &later->sheet);
	assert_int_equal(table_marks(&view), 2);
	assert_false(table_marked(&view, STR("run-010")));
	later->sheet.total = 12345;
	table_counts(&view, &later->sheet, &text);
	assert_string_equal(buf_cstr(&text), "30 of 12,345, 2 marked");
	table_unmark(&view);
	assert_int_equal(table_marks(&view), 0);
	buf_release(&text);
	table_release(&view);
	grid_free(grid);
	grid_free(later);
}

static void pinned_rows_stay_at_the_top(void **state)
{
	struct screen screen;
	struct table_view view;
	struct grid *grid = runs(0, 50);
	(void)state;

	open_screen(&screen, GLYPHS_BRAILLE, 8, 70);
	table_init(&view);
	table_sheet(&view, &grid->sheet);
	table_pin(&view);
	table_to(&view, &grid->sheet, 40);
	table_draw(&view, &screen.surface, whole(&screen), &grid->sheet, &table_look);
	golden(&screen, "table_pinned");
	close_screen(&screen);
	table_release(&view);
	grid_free(grid);
}

/* --- charts --- */

struct curves {
	double x[400], y[8][400];
	struct chart_line lines[8];
	struct chart chart;
};

static void fill_curves(struct curves *curves, size_t nlines, size_t n)
{
	static const char *const names[] = {"brave-owl-41", "calm-lynx-07", "odd-wren-12",
		"dull-toad-90",
		"shy-fox-3", "red-ant-8", "big-cat-2", "wet-eel-1"};

	memset(curves, 0, sizeof *curves);
	for (size_t i = 0; i < n; i++) {
		curves->x[i] = (double)i;
		for (size_t l = 0; l < 8; l++)
			curves->y[l][i] = 0.95 - 0.3 * exp(-(double)i / (60.0 + 30.0 * (double)l)) -
					  0.01 * (double)l;
	}
	for (size_t l = 0; l < 8; l++)
		curves->lines[l] = (struct chart_line){.name = str_of(names[l]),
			.place = (int)l,
			.x = curves->x,
			.y = curves->y[l],
			.n = n};
	curves->chart = (struct chart){
		.title = STR("val_auc"), .unit = "", .nlines = nlines, .lines = curves->lines};
}

static const struct plot_look plot_look = {.focus = true, .empty = "mark runs with space"};

static void chart_shows_lines(void **state)
{
	static const struct {
		enum glyphs glyphs;
		const char *name;
	} cases[] = {{GLYPHS_BRAILLE, "chart"}, {GLYPHS_QUADRANT, "chart_quadrant"},
		{GLYPHS_ASCII, "chart_ascii"}};
	static struct curves curves;
	(void)state;

	fill_curves(&curves, 2, 400);
	TABLE_EACH(c, cases)
	{
		struct screen screen;
		struct plot_view view;

		open_screen(&screen, c->glyphs, 16, 90);
		plot_init(&view);
		plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
		golden(&screen, c->name);
		close_screen(&screen);
	}
}

static void chart_hides_nothing(void **state)
{
	struct screen screen;
	struct plot_view view;
	static struct curves curves;
	struct buf note;
	(void)state;

	fill_curves(&curves, 1, 400);
	for (int i = 100; i < 140; i++)
		curves.y[0][i] = NAN;
	curves.y[0][200] = INFINITY;
	curves.y[0][220] = -INFINITY;
	curves.y[0][300] = 0.2; /* one point */
	open_screen(&screen, GLYPHS_BRAILLE, 14, 60);
	buf_init(&note, 1000);
	plot_init(&view);
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	plot_note(&view, &curves.chart, &note);
	assert_string_equal(buf_cstr(&note), "400 points, 360 drawn · 40 NaN · 2 infinite");
	golden(&screen, "chart_gaps");
	curves.chart.log_y = true;
	curves.y[0][300] = 0;
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	buf_clear(&note);
	plot_note(&view, &curves.chart, &note);
	assert_string_equal(buf_cstr(&note),
			    "400 points, 359 drawn · 40 NaN · 1 not above 0 · 2 infinite");
	buf_release(&note);
	close_screen(&screen);
}

static void chart_has_limits_and_events(void **state)
{
	static const struct chart_level levels[] = {{"limit", 0.9, true}, {"floor", 0.7, false}};
	static const struct chart_mark marks[] = {{100, STR("v41 rolled out")},
		{300, STR("retrain")}};
	struct screen screen;
	struct plot_view view;
	static struct curves curves;
	(void)state;

	fill_curves(&curves, 1, 400);
	curves.chart.levels = levels;
	curves.chart.nlevels = 2;
	curves.chart.marks = marks;
	curves.chart.nmarks = 2;
	open_screen(&screen, GLYPHS_BRAILLE, 14, 60);
	plot_init(&view);
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	golden(&screen, "chart_levels");
	close_screen(&screen);
}

static void chart_cursor_reads_values(void **state)
{
	struct screen screen;
	struct plot_view view;
	static struct curves curves;
	(void)state;

	fill_curves(&curves, 3, 400);
	open_screen(&screen, GLYPHS_BRAILLE, 12, 90);
	plot_init(&view);
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	plot_move(&view, 0);
	plot_leap(&view, 0.1);
	plot_zoom(&view, 0.5);
	plot_focus(&view, &curves.chart);
	plot_focus(&view, &curves.chart);
	surface_clear(&screen.surface);
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	golden(&screen, "chart_cursor");
	plot_whole(&view);
	assert_false(view.zoomed);
	close_screen(&screen);
}

/* A live point must not move the axes: only the cells that it lights change. */
static void live_point_is_cheap(void **state)
{
	struct screen screen;
	struct plot_view view;
	static struct curves curves;
	int changed = 0;
	struct surface before;
	(void)state;

	fill_curves(&curves, 1, 400);
	open_screen(&screen, GLYPHS_BRAILLE, 20, 100);
	plot_init(&view);
	curves.lines[0].n = 310;
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	surface_init(&before, GLYPHS_BRAILLE, true);
	surface_resize(&before, 20, 100);
	memcpy(before.cells, screen.surface.cells, 20 * 100 * sizeof *before.cells);
	curves.lines[0].n = 313;
	surface_clear(&screen.surface);
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	for (size_t i = 0; i < 20 * 100; i++)
		changed += memcmp(&before.cells[i], &screen.surface.cells[i],
			sizeof *before.cells) != 0;
	assert_in_range(changed, 1, 4);
	surface_release(&before);
	close_screen(&screen);
}

static void many_lines_change_the_view(void **state)
{
	struct screen screen;
	struct plot_view view;
	static struct curves curves;
	struct buf note;
	(void)state;

	fill_curves(&curves, 8, 400);
	open_screen(&screen, GLYPHS_BRAILLE, 12, 90);
	buf_init(&note, 1000);
	plot_init(&view);
	plot_draw(&view, &screen.surface, whole(&screen), &curves.chart, &plot_look);
	plot_note(&view, &curves.chart, &note);
	assert_string_equal(buf_cstr(&note), "3,200 points, all drawn · 1 of 8 in focus");
	golden(&screen, "chart_focus");
	buf_release(&note);
	close_screen(&screen);
}

static void empty_chart_says_so(void **state)
{
	struct screen screen;
	struct plot_view view;
	struct chart chart = {.nlines = 0};
	(void)state;

	open_screen(&screen, GLYPHS_BRAILLE, 5, 50);
	plot_init(&view);
	plot_move(&view, 3);
	plot_zoom(&view, 0.5);
	plot_draw(&view, &screen.surface, whole(&screen), &chart, &plot_look);
	golden(&screen, "chart_empty");
	close_screen(&screen);
}

/* --- the others --- */

static void bars_stand_side_by_side(void **state)
{
	static const struct bar list[] = {{STR("≤ 20"), 0.1, 0.02}, {STR("≤ 40"), 0.4, 0.25},
		{STR("≤ 60"), 0.3, 0.5}, {STR("> 60"), 0.2, 0.22999}, {STR("= 0"), 0, 0.0001}};
	static const struct bars bars = {STR("reference"), STR("10:00 to 11:00"), 5, list};
	struct screen screen;
	size_t top = 99;
	(void)state;

	open_screen(&screen, GLYPHS_BRAILLE, 7, 80);
	bars_draw(&screen.surface, whole(&screen), &bars, &top);
	assert_int_equal(top, 0);
	golden(&screen, "bars");
	close_screen(&screen);
}

static void detail_wraps_and_finds(void **state)
{
	struct screen screen;
	struct detail_view view;
	struct facts facts;
	struct buf note;
	(void)state;

	facts_init(&facts);
	facts_heading(&facts, "run");
	facts_add(&facts, "name", STR("brave-owl-41"));
	facts_tone(&facts, "state", TONE_GOOD, STR("finished"));
	facts_add(&facts, "description",
		STR("a long text that goes on and on until it no longer fits into "
		    "one line of the screen"));
	facts_heading(&facts, "parameters");
	facts_pair(&facts, STR("learning_rate_of_the_head_layer"), STR("3e-4"));
	facts_pair(&facts, STR("evil\033[2J"), STR("x\ny"));
	open_screen(&screen, GLYPHS_BRAILLE, 9, 60);
	buf_init(&note, 1000);
	detail_init(&view);
	detail_search(&view, STR("LONG"));
	detail_draw(&view, &screen.surface, whole(&screen), &facts);
	golden(&screen, "detail_search");
	detail_again(&view, 1);
	detail_draw(&view, &screen.surface, whole(&screen), &facts);
	detail_search(&view, STR("nowhere"));
	detail_draw(&view, &screen.surface, whole(&screen), &facts);
	detail_note(&view, &note);
	assert_string_equal(buf_cstr(&note), "\"nowhere\" is not here");
	detail_reset(&view);
	detail_wrap(&view);
	surface_clear(&screen.surface);
	detail_draw(&view, &screen.surface, whole(&screen), &facts);
	golden(&screen, "detail_cut");
	buf_release(&note);
	detail_release(&view);
	facts_release(&facts);
	close_screen(&screen);
}

static void help_comes_from_the_key_map(void **state)
{
	struct screen screen;
	struct detail_view view;
	struct facts facts;
	struct keymap map;
	struct buf table;
	(void)state;

	facts_init(&facts);
	keymap_init(&map);
	buf_init(&table, 100000);
	keymap_table(&map, &table);
	help_facts(&facts, buf_str(&table));
	open_screen(&screen, GLYPHS_BRAILLE, 110, 100);
	detail_init(&view);
	detail_draw(&view, &screen.surface, whole(&screen), &facts);
	golden(&screen, "help");
	detail_release(&view);
	buf_release(&table);
	keymap_release(&map);
	facts_release(&facts);
	close_screen(&screen);
}

static void prompt_edits(void **state)
{
	struct prompt_history history = {0};
	struct prompt prompt;
	(void)state;

	prompt_init(&prompt);
	prompt_open(&prompt, STR(":"), STR("filter é日 x"), &history);
	prompt_left(&prompt);
	prompt_left(&prompt);
	prompt_erase(&prompt);
	prompt_rune(&prompt, 0x301);
	assert_str(buf_str(&prompt.text), "filter é x");
	prompt_insert(&prompt, STR("a␊b\033"));
	assert_str(buf_str(&prompt.text), "filter éa b␛ x");
	prompt_erase_word(&prompt);
	assert_str(buf_str(&prompt.text), "filter éa  x");
	prompt_erase_start(&prompt);
	prompt_start(&prompt);
	prompt_delete(&prompt);
	assert_str(buf_str(&prompt.text), "x");
	prompt_end(&prompt);
	prompt_keep(&prompt);
	prompt_open(&prompt, STR(":"), STR("new"), &history);
	prompt_older(&prompt);
	prompt_older(&prompt);
	assert_str(buf_str(&prompt.text), "x");
	prompt_newer(&prompt);
	assert_str(buf_str(&prompt.text), "new");
	for (int i = 0; i < 3000; i++)
		prompt_insert(&prompt, STR("日"));
	assert_true(prompt.text.n <= PROMPT_MAX && text_is_clean(buf_str(&prompt.text)));
	prompt_release(&prompt);
	prompt_history_release(&history);
}

static void prompt_completes_and_shows_errors(void **state)
{
	struct screen screen;
	struct prompt prompt;
	(void)state;

	prompt_init(&prompt);
	prompt_open(&prompt, STR("filter "), STR("metrics.v"), NULL);
	prompt_offer(&prompt, 8);
	prompt_choice(&prompt, STR("val_auc"));
	prompt_choice(&prompt, STR("val_loss"));
	prompt_choice(&prompt, STR("vram\033"));
	prompt_complete(&prompt, 1);
	prompt_complete(&prompt, 1);
	assert_str(buf_str(&prompt.text), "metrics.val_loss");
	open_screen(&screen, GLYPHS_BRAILLE, 6, 60);
	prompt_draw(&prompt, &screen.surface, whole(&screen));
	golden(&screen, "prompt_choices");
	assert_int_equal(screen.surface.cursor_x, 7 + 16);
	prompt_insert(&prompt, STR(" >> 1"));
	prompt_error(&prompt, 18, STR("a number is missing"));
	surface_clear(&screen.surface);
	prompt_draw(&prompt, &screen.surface, whole(&screen));
	golden(&screen, "prompt_error");
	close_screen(&screen);
	prompt_release(&prompt);
}

static void menu_narrows(void **state)
{
	struct screen screen;
	struct menu menu;
	(void)state;

	menu_init(&menu);
	menu_open(&menu, STR("columns"), true);
	menu_add(&menu, STR("val_loss"), STR("12 runs"), true);
	menu_add(&menu, STR("learning_rate"), STR(""), false);
	menu_add(&menu, STR("val_acc"), STR("3 runs"), false);
	menu_add(&menu, STR("vacuum\033"), STR(""), false);
	open_screen(&screen, GLYPHS_BRAILLE, 12, 50);
	menu_draw(&menu, &screen.surface, whole(&screen));
	golden(&screen, "menu");
	menu_rune(&menu, 'v');
	menu_rune(&menu, 'a');
	menu_rune(&menu, 'c');
	assert_int_equal(menu_chosen(&menu), 3);
	menu_move(&menu, 9);
	assert_int_equal(menu_chosen(&menu), 2);
	menu_check(&menu);
	surface_clear(&screen.surface);
	menu_draw(&menu, &screen.surface, whole(&screen));
	golden(&screen, "menu_narrowed");
	menu_rune(&menu, 'q');
	assert_int_equal(menu_chosen(&menu), -1);
	menu_erase(&menu);
	assert_int_equal(menu_chosen(&menu), 3);
	close_screen(&screen);
	menu_release(&menu);
}

static void frame_drops_what_has_no_room(void **state)
{
	static const struct str tabs[] = {STR("runs"), STR("models"), STR("deployments"),
		STR("drift")};
	static const struct piece right[] = {
		{STR("mlflow.db live"), ROLE_GOOD}, {STR("▲2 faults"), ROLE_BAD}};
	static const struct piece left[] = {{STR("1,204 runs"), ROLE_STATUS},
		{STR("all rows"), ROLE_DIM}};
	static const struct hint hints[] = {{STR("space"), STR("mark")}, {STR("c"), STR("compare")},
		{STR("/"), STR("filter")}, {STR("?"), STR("help")}};
	struct screen screen;
	(void)state;

	open_screen(&screen, GLYPHS_BRAILLE, 8, 100);
	frame_top(&screen.surface, (struct area){0, 0, 1, 100}, tabs, 4, 0, right, 2);
	frame_top(&screen.surface, (struct area){1, 0, 1, 70}, tabs, 4, 3, right, 2);
	frame_bottom(&screen.surface, (struct area){2, 0, 1, 100}, left, 2, hints, 4);
	frame_bottom(&screen.surface, (struct area){3, 0, 1, 50}, left, 2, hints, 4);
	frame_box(&screen.surface, (struct area){4, 0, 4, 40}, true, true, STR("prod"));
	frame_say(&screen.surface, area_inner((struct area){4, 0, 4, 40}), ROLE_WARNING,
		STR("no answer for 30 s"), STR("r tries again"));
	golden(&screen, "frame");
	close_screen(&screen);
}

static void assert_blank(const struct surface *surface, int y, int x)
{
	assert_int_equal(surface_cell(surface, y, x)->bytes[0], ' ');
}

/* Every widget in every small size: nothing outside of its area, and no fault. */
static void widgets_fit_every_size(void **state)
{
	static const struct bar list[] = {{STR("≤ 20"), 0.1, 0.02}};
	static const struct bars bars = {STR("reference"), STR("now"), 1, list};
	static struct curves curves;
	struct grid *grid = runs(0, 5);
	struct facts facts;
	struct menu menu;
	(void)state;

	fill_curves(&curves, 3, 400);
	facts_init(&facts);
	facts_add(&facts, "name", STR("日本 brave-owl-41 and more"));
	menu_init(&menu);
	menu_open(&menu, STR("columns of the table"), false);
	menu_add(&menu, STR("val_loss"), STR("12"), false);
	for (int rows = 1; rows <= 20; rows++) {
		for (int cols = 1; cols <= 20; cols++) {
			struct area area = {1, 1, rows, cols};
			struct screen screen;
			struct table_view table;
			struct plot_view plot;
			struct detail_view detail;
			struct prompt prompt;
			size_t top = 0;

			open_screen(&screen, rows & 1 ? GLYPHS_BRAILLE : GLYPHS_ASCII, rows + 2,
				cols + 2);
			table_init(&table);
			plot_init(&plot);
			detail_init(&detail);
			prompt_init(&prompt);
			table_sheet(&table, &grid->sheet);
			table_draw(&table, &screen.surface, area, &grid->sheet, &table_look);
			plot_draw(&plot, &screen.surface, area, &curves.chart, &plot_look);
			plot_move(&plot, 1);
			plot_draw(&plot, &screen.surface, area, &curves.chart, &plot_look);
			detail_draw(&detail, &screen.surface, area, &facts);
			bars_draw(&screen.surface, area, &bars, &top);
			menu_draw(&menu, &screen.surface, area);
			prompt_open(&prompt, STR("filter "), STR("metrics.日本 > 1"), NULL);
			prompt_draw(&prompt, &screen.surface, area);
			for (int y = 0; y < rows + 2; y++)
				for (int x = 0; x < cols + 2; x++)
					if (y == 0 || x == 0 || y == rows + 1 || x == cols + 1)
						assert_blank(&screen.surface, y, x);
			table_release(&table);
			detail_release(&detail);
			prompt_release(&prompt);
			close_screen(&screen);
		}
	}
	menu_release(&menu);
	facts_release(&facts);
	grid_free(grid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_shows_a_window),
		cmocka_unit_test(empty_table_says_so),
		cmocka_unit_test(cursor_stays_on_its_record),
		cmocka_unit_test(marks_are_of_records),
		cmocka_unit_test(pinned_rows_stay_at_the_top),
		cmocka_unit_test(chart_shows_lines),
		cmocka_unit_test(chart_hides_nothing),
		cmocka_unit_test(chart_has_limits_and_events),
		cmocka_unit_test(chart_cursor_reads_values),
		cmocka_unit_test(live_point_is_cheap),
		cmocka_unit_test(many_lines_change_the_view),
		cmocka_unit_test(empty_chart_says_so),
		cmocka_unit_test(bars_stand_side_by_side),
		cmocka_unit_test(detail_wraps_and_finds),
		cmocka_unit_test(help_comes_from_the_key_map),
		cmocka_unit_test(prompt_edits),
		cmocka_unit_test(prompt_completes_and_shows_errors),
		cmocka_unit_test(menu_narrows),
		cmocka_unit_test(frame_drops_what_has_no_room),
		cmocka_unit_test(widgets_fit_every_size),
	};

	/* ages and times are the same everywhere */
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
