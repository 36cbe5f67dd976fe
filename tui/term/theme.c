/* Theme files; see theme.h. */
#include "term/theme.h"

#include "base/num.h"
#include "term/theme_builtin.h"

#include <string.h>

enum { THEME_FILE_MAX = 64 << 10 };

struct theme_reader {
	struct theme *theme;
	bool given[THEME_DEPTHS][ROLE_COUNT];
	int depth; /* of the section; -1 before the first */
	int line;
	struct err *err;
};

static const int depth_colors[THEME_DEPTHS] = {0, 8, 16, 256};

/* Takes the next word off the line; an empty text at the end. */
static struct str next_word(struct str *line)
{
	size_t n = 0;
	struct str word;

	*line = str_trim(*line);
	while (n < line->n && line->s[n] != ' ' && line->s[n] != '\t')
		n++;
	word = str_slice(*line, 0, n);
	*line = str_slice(*line, n, line->n);
	return word;
}

static int read_section(struct theme_reader *reader, struct str name)
{
	static const char *const names[THEME_DEPTHS] = {"[mono]", "[8]", "[16]", "[256]"};

	for (int depth = 0; depth < THEME_DEPTHS; depth++) {
		if (str_equal(name, str_of(names[depth]))) {
			reader->depth = depth;
			return 0;
		}
	}
	return err_set(reader->err, ERR_FORMAT,
		"line %d: no section %.*s; there are [256] [16] [8] [mono]",
		reader->line, STR_ARG(name));
}

static int read_color(struct theme_reader *reader, struct str word, int16_t *color)
{
	int64_t value;

	if (!word.n || str_equal(word, STR("-"))) {
		*color = -1;
		return 0;
	}
	if (!num_parse_int(word, &value) || value < 0 || value >= depth_colors[reader->depth])
		return err_set(reader->err, ERR_FORMAT,
			"line %d: \"%.*s\" is no color from 0 to %d",
			reader->line, STR_ARG(word), depth_colors[reader->depth] - 1);
	*color = (int16_t)value;
	return 0;
}

/* The bit of an attribute's name; 0 when it is none. */
static uint8_t attribute_of(struct str word)
{
	static const char *const names[] = {"bold", "dim", "reverse", "underline"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_equal(word, str_of(names[i])))
			return (uint8_t)(1u << i);
	return 0;
}

static int read_style(struct theme_reader *reader, struct str text, struct style *style)
{
	struct str colors[2] = {STR_NONE, STR_NONE};
	int n = 0;

	style->attributes = 0;
	for (struct str word = next_word(&text); word.n; word = next_word(&text)) {
		uint8_t attribute = attribute_of(word);

		style->attributes |= attribute;
		if (attribute)
			continue;
		if (n == 2)
			return err_set(reader->err, ERR_FORMAT, "line %d: \"%.*s\" is no attribute",
				reader->line, STR_ARG(word));
		colors[n++] = word;
	}
	if (read_color(reader, colors[0], &style->fg) < 0)
		return -1;
	return read_color(reader, colors[1], &style->bg);
}

static int read_role(struct theme_reader *reader, struct str line, long equals)
{
	struct str name = str_trim(str_slice(line, 0, (size_t)equals));
	enum role role = role_find(name);

	if (reader->depth < 0)
		return err_set(reader->err, ERR_FORMAT,
			"line %d: a section such as [256] is missing",
			reader->line);
	if (role == ROLE_COUNT)
		return err_set(reader->err, ERR_FORMAT, "line %d: no role \"%.*s\"", reader->line,
			STR_ARG(name));
	reader->given[reader->depth][role] = true;
	return read_style(reader, str_slice(line, (size_t)equals + 1, line.n),
		&reader->theme->styles[reader->depth][role]);
}

static int read_line(struct theme_reader *reader, struct str line)
{
	long comment = str_find(line, '#');
	long equals;

	if (comment >= 0)
		line = str_slice(line, 0, (size_t)comment);
	line = str_trim(line);
	if (!line.n)
		return 0;
	if (line.s[0] == '[')
		return read_section(reader, line);
	equals = str_find(line, '=');
	if (equals < 0)
		return err_set(reader->err, ERR_FORMAT, "line %d: not \"role = colors\"",
			reader->line);
	return read_role(reader, line, equals);
}

static void inherit(struct theme_reader *reader)
{
	for (int depth = 1; depth < THEME_DEPTHS; depth++)
		for (int role = 0; role < ROLE_COUNT; role++)
			if (!reader->given[depth][role])
				reader->theme->styles[depth][role] =
					reader->theme->styles[depth - 1][role];
}

int theme_parse(struct theme *theme, struct str bytes, struct err *err)
{
	struct theme_reader reader = {.theme = theme, .depth = -1, .err = err};

	if (bytes.n > THEME_FILE_MAX)
		return err_set(err, ERR_TOO_BIG, "a theme has at most %d bytes", THEME_FILE_MAX);
	for (int depth = 0; depth < THEME_DEPTHS; depth++)
		for (int role = 0; role < ROLE_COUNT; role++)
			theme->styles[depth][role] = (struct style){-1, -1, 0};
	while (bytes.n) {
		long end = str_find(bytes, '\n');
		size_t n = end < 0 ? bytes.n : (size_t)end;

		reader.line++;
		if (read_line(&reader, str_slice(bytes, 0, n)) < 0)
			return -1;
		bytes = str_slice(bytes, n + 1, bytes.n);
	}
	inherit(&reader);
	return 0;
}

int theme_builtin(struct theme *theme, struct str name, struct err *err)
{
	if (str_equal(name, STR("dark")))
		return theme_parse(theme, STR(theme_dark), err);
	if (str_equal(name, STR("light")))
		return theme_parse(theme, STR(theme_light), err);
	if (str_equal(name, STR("mono")))
		return theme_parse(theme, STR(theme_mono), err);
	return err_set(err, ERR_NOT_FOUND, "no theme \"%.*s\"; there are dark, light and mono",
		STR_ARG(name));
}

enum theme_depth theme_depth(int colors)
{
	for (int depth = THEME_256; depth > THEME_MONO; depth--)
		if (colors >= depth_colors[depth])
			return (enum theme_depth)depth;
	return THEME_MONO;
}

struct style theme_style(const struct theme *theme, enum theme_depth depth, enum role role,
	enum role back)
{
	struct style style = theme->styles[depth][role];
	const struct style *under = &theme->styles[depth][back];

	if (back == ROLE_NORMAL)
		return style;
	if (style.bg < 0)
		style.bg = under->bg;
	if (style.fg < 0 || (under->attributes & STYLE_REVERSE))
		style.fg = under->fg;
	style.attributes |= under->attributes;
	return style;
}
