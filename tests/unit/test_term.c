/* The surface, the themes, the glyph levels and the memory driver. */
#include "test.h"

#include "term/memory.h"
#include "term/surface.h"
#include "term/theme.h"

#include <stdlib.h>

static void open_surface(struct surface *surface, enum glyphs glyphs, bool utf8, int rows, int cols)
{
	surface_init(surface, glyphs, utf8);
	surface_resize(surface, rows, cols);
}

#define assert_row(surface, y, expected)                                                           \
	do {                                                                                       \
		struct buf assert_row_text;                                                        \
		buf_init(&assert_row_text, 10000);                                                 \
		surface_row((surface), (y), &assert_row_text);                                     \
		assert_string_equal(buf_cstr(&assert_row_text), expected);                         \
		buf_release(&assert_row_text);                                                     \
	} while (0)

static void text_is_cut_between_glyphs(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *cut, *fit;
	} cases[] = {
		{"abc", 3, "abc", "abc"},
		{"abcd", 3, "abc", "ab…"},
		{"日本", 4, "日本", "日本"},
		{"日本", 3, "日", "日…"},
		{"日本語", 4, "日本", "日……"},
		{"e\xCC\x81t", 1, "e\xCC\x81", "…"},
		{"abc", 0, "", ""},
		{"abc", -5, "", ""},
	};
	(void)state;

	TABLE_EACH(c, cases)
	{
		struct surface surface;

		open_surface(&surface, GLYPHS_BRAILLE, true, 2, 8);
		surface_text(&surface, 0, 0, c->width, ROLE_NORMAL, str_of(c->text));
		surface_fit(&surface, 1, 0, c->width, ROLE_NORMAL, str_of(c->text));
		assert_row(&surface, 0, c->cut);
		assert_row(&surface, 1, c->fit);
		surface_release(&surface);
	}
}

static void wide_glyphs_are_never_halved(void **state)
{
	struct surface surface;
	struct area old;
	(void)state;

	open_surface(&surface, GLYPHS_BRAILLE, true, 1, 8);
	surface_text(&surface, 0, 0, 8, ROLE_NORMAL, STR("日本語"));
	surface_rune(&surface, 0, 1, ROLE_NORMAL, 'x');
	assert_row(&surface, 0, " x本語");
	surface_rune(&surface, 0, 2, ROLE_NORMAL, 'y');
	assert_row(&surface, 0, " xy 語");
	surface_text(&surface, 0, 3, 8, ROLE_NORMAL, STR("木"));
	assert_row(&surface, 0, " xy木");
	old = surface_clip(&surface, (struct area){0, 0, 1, 6});
	surface_text(&surface, 0, 5, 8, ROLE_NORMAL, STR("木"));
	surface_unclip(&surface, old);
	assert_row(&surface, 0, " xy木");
	surface_text(&surface, 0, 7, 8, ROLE_NORMAL, STR("木"));
	assert_row(&surface, 0, " xy木");
	surface_release(&surface);
}

static void nothing_is_drawn_outside(void **state)
{
	static const int places[][2] = {{-1, 0}, {0, -3}, {9, 9}, {1, 7}, {0, 1000000}, {-5, -5}};
	struct surface surface;
	(void)state;

	open_surface(&surface, GLYPHS_BRAILLE, true, 2, 8);
	TABLE_EACH(place, places)
	{
		surface_text(&surface, (*place)[0], (*place)[1], 100, ROLE_BAD, STR("日本語 text"));
		surface_box(&surface, (struct area){(*place)[0], (*place)[1], 100, 100},
			ROLE_BORDER, ROLE_TITLE, STR("title"));
		surface_tint(&surface, (struct area){(*place)[0], (*place)[1], 100, 100},
			ROLE_SELECTED);
	}
	surface_clear(&surface);
	assert_row(&surface, 0, "");
	assert_row(&surface, 1, "");
	surface_release(&surface);
}

static void controls_do_not_pass(void **state)
{
	struct surface surface;
	(void)state;

	open_surface(&surface, GLYPHS_BRAILLE, true, 1, 20);
	surface_text(&surface, 0, 0, 20, ROLE_NORMAL, STR("a\033[2Jb\r\n\x9b\xff"));
	assert_row(&surface, 0, "a␛[2Jb␍␊\xEF\xBF\xBD\xEF\xBF\xBD");
	surface_rune(&surface, 0, 0, ROLE_NORMAL, 0x1B);
	surface_rune(&surface, 0, 1, ROLE_NORMAL, 0x202E);
	surface_rune(&surface, 0, 2, ROLE_NORMAL, 0x6728);
	assert_row(&surface, 0,
		"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "2Jb␍␊\xEF\xBF\xBD\xEF\xBF\xBD");
	surface_release(&surface);
}

static void boxes_follow_the_glyph_level(void **state)
{
	struct surface surface;
	(void)state;

	open_surface(&surface, GLYPHS_BRAILLE, true, 3, 16);
	surface_box(&surface, (struct area){0, 0, 3, 16}, ROLE_BORDER, ROLE_TITLE,
		STR("runs · all of them"));
	assert_row(&surface, 0, "╭ runs · all … ╮");
	assert_row(&surface, 1, "│              │");
	assert_row(&surface, 2, "╰──────────────╯");
	surface_release(&surface);
	open_surface(&surface, GLYPHS_ASCII, false, 3, 16);
	surface_box(&surface, (struct area){0, 0, 3, 16}, ROLE_BORDER, ROLE_TITLE,
		STR("runs · é日"));
	assert_row(&surface, 0, "+ runs . ??? --+");
	assert_row(&surface, 1, "|              |");
	surface_release(&surface);
	open_surface(&surface, GLYPHS_ASCII, true, 1, 16);
	surface_text(&surface, 0, 0, 16, ROLE_NORMAL, STR("✓ é日 ▁█"));
	assert_row(&surface, 0, "+ é日 _#");
	surface_release(&surface);
}

static void only_changes_make_a_row_dirty(void **state)
{
	struct surface surface;
	(void)state;

	open_surface(&surface, GLYPHS_BRAILLE, true, 3, 8);
	memset(surface.dirty, false, 3);
	surface_text(&surface, 1, 0, 8, ROLE_NORMAL, STR("abc"));
	assert_false(surface.dirty[0]);
	assert_true(surface.dirty[1]);
	memset(surface.dirty, false, 3);
	surface_text(&surface, 1, 0, 8, ROLE_NORMAL, STR("abc"));
	assert_false(surface.dirty[1]);
	surface_text(&surface, 1, 0, 8, ROLE_BAD, STR("abc"));
	assert_true(surface.dirty[1]);
	surface_release(&surface);
}

/* Random text in random places: a row never grows beyond its clip, whatever it holds. */
static void painted_rows_keep_their_width(void **state)
{
	static const char *const pieces[] = {"a", "日", "e\xCC\x81", "\xCC\x81", "\033[1m",
		"\xE2\x80\xAE", "👩\xE2\x80\x8D💻", "\xff", "\xE2\x80",
		"x\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81"};
	unsigned seed = 7;
	(void)state;

	for (int round = 0; round < 3000; round++) {
		struct surface surface;
		struct buf text, row;

		open_surface(&surface, round & 1 ? GLYPHS_ASCII : GLYPHS_BRAILLE, round & 2, 1, 12);
		buf_init(&text, 4096);
		buf_init(&row, 4096);
		for (int i = 0; i < 12; i++) {
			seed = seed * 1103515245u + 12345u;
			buf_adds(&text, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
			if (i % 4 == 3)
				surface_fit(&surface, 0, (int)((seed >> 8) % 14) - 1,
					(int)(seed >> 4) % 12, ROLE_NORMAL, buf_str(&text));
		}
		surface_row(&surface, 0, &row);
		assert_true(text_is_clean(buf_str(&row)) || !row.n);
		assert_true(text_width(buf_str(&row)) <= 12);
		buf_release(&text);
		buf_release(&row);
		surface_release(&surface);
	}
}

static void every_builtin_theme_parses(void **state)
{
	static const char *const names[] = {"dark", "light", "mono"};
	struct theme theme;
	struct err err;
	(void)state;

	TABLE_EACH(name, names)
	assert_int_equal(theme_builtin(&theme, str_of(*name), &err), 0);
	assert_int_equal(theme_builtin(&theme, STR("pink"), &err), -1);
	assert_string_equal(err.message, "no theme \"pink\"; there are dark, light and mono");
}

static void theme_errors_name_the_line(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"good = 1", "line 1: a section such as [256] is missing"},
		{"[16]\n\ngood = 16", "line 3: \"16\" is no color from 0 to 15"},
		{"[256]\ngood = 71 - blink", "line 2: \"blink\" is no attribute"},
		{"[256]\nnice = 71", "line 2: no role \"nice\""},
		{"[1]", "line 1: no section [1]; there are [256] [16] [8] [mono]"},
		{"# fine\n[256]\ngood 71", "line 3: not \"role = colors\""},
		{"[mono]\ngood = 1", "line 2: \"1\" is no color from 0 to -1"},
	};
	(void)state;

	TABLE_EACH(c, cases)
	{
		struct theme theme;
		struct err err;

		assert_int_equal(theme_parse(&theme, str_of(c->text), &err), -1);
		assert_string_equal(err.message, c->message);
	}
}

static void poorer_terminals_inherit(void **state)
{
	struct theme theme;
	struct err err;
	struct style style;
	(void)state;

	assert_int_equal(theme_parse(&theme,
				 STR("[256]\ngood = 71\nselected = - 24\n[8]\nbad = 1 - bold\n"
				     "[mono]\nselected = - - reverse\nbad = - - bold"),
				 &err),
		0);
	style = theme_style(&theme, THEME_256, ROLE_BAD, ROLE_SELECTED);
	assert_int_equal(style.fg, 1);
	assert_int_equal(style.bg, 24);
	assert_int_equal(style.attributes, STYLE_BOLD);
	style = theme_style(&theme, THEME_8, ROLE_GOOD, ROLE_NORMAL);
	assert_int_equal(style.fg, -1);
	style = theme_style(&theme, THEME_MONO, ROLE_BAD, ROLE_SELECTED);
	assert_int_equal(style.attributes, STYLE_BOLD | STYLE_REVERSE);
	assert_int_equal(theme_depth(7), THEME_MONO);
	assert_int_equal(theme_depth(64), THEME_16);
	assert_int_equal(theme_depth(65536), THEME_256);
}

static void glyph_level_by_locale_terminal_and_setting(void **state)
{
	static const struct {
		int setting;
		bool utf8;
		const char *terminal;
		enum glyphs level;
	} cases[] = {
		{-1, true, "xterm-256color", GLYPHS_BRAILLE},
		{-1, true, "linux", GLYPHS_ASCII},
		{-1, true, "vt220", GLYPHS_ASCII},
		{-1, false, "xterm-256color", GLYPHS_ASCII},
		{GLYPHS_BRAILLE, false, "xterm", GLYPHS_ASCII},
		{GLYPHS_QUADRANT, true, "linux", GLYPHS_QUADRANT},
	};
	(void)state;

	TABLE_EACH(c, cases)
	assert_int_equal(glyphs_pick(c->setting, c->utf8, c->terminal), c->level);
}

static void memory_keeps_the_last_frame(void **state)
{
	struct term_options options = {.glyphs = GLYPHS_BRAILLE, .color = true};
	struct driver *driver = memory_open(2, 10, &options);
	struct surface surface;
	struct buf text;
	char bytes[4];
	(void)state;

	open_surface(&surface, driver->glyphs, driver->utf8, driver->rows, driver->cols);
	buf_init(&text, 1000);
	surface_text(&surface, 0, 0, 10, ROLE_GOOD, STR("✓ ok"));
	surface_text(&surface, 1, 0, 10, ROLE_NORMAL, STR("row"));
	surface_tint(&surface, (struct area){1, 0, 1, 5}, ROLE_SELECTED);
	driver_show(driver, &surface);
	driver_show(driver, &surface);
	assert_int_equal(driver->frames, 1);
	memory_text(driver, &text);
	assert_string_equal(buf_cstr(&text), "✓ ok\nrow\n");
	buf_clear(&text);
	memory_roles(driver, &text);
	assert_string_equal(buf_cstr(&text), "gggg\nsssss\n");
	memory_type(driver, STR("abcdef"));
	assert_int_equal(driver_pump(driver), TERM_INPUT);
	assert_int_equal(driver_read(driver, bytes, 4), 4);
	assert_int_equal(driver_read(driver, bytes, 4), 2);
	assert_int_equal(driver_read(driver, bytes, 4), 0);
	assert_int_equal(driver_pump(driver), 0);
	memory_unread(driver, true);
	assert_false(driver_ready(driver));
	memory_resize(driver, 5, 5);
	assert_int_equal(driver_pump(driver), TERM_RESIZED);
	buf_release(&text);
	surface_release(&surface);
	driver_close(driver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_between_glyphs),
		cmocka_unit_test(wide_glyphs_are_never_halved),
		cmocka_unit_test(nothing_is_drawn_outside),
		cmocka_unit_test(controls_do_not_pass),
		cmocka_unit_test(boxes_follow_the_glyph_level),
		cmocka_unit_test(only_changes_make_a_row_dirty),
		cmocka_unit_test(painted_rows_keep_their_width),
		cmocka_unit_test(every_builtin_theme_parses),
		cmocka_unit_test(theme_errors_name_the_line),
		cmocka_unit_test(poorer_terminals_inherit),
		cmocka_unit_test(glyph_level_by_locale_terminal_and_setting),
		cmocka_unit_test(memory_keeps_the_last_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
