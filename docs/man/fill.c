/*
 * Fills the templates of manual pages and completions from the tables of the program:
 *
 *   fill TEMPLATE
 *
 * copies the template to stdout; a line that is only @NAME@ becomes what the table of that name has.
 * So no option, command, setting or key is written down twice.
 */
#include "base/buf.h"
#include "base/text.h"
#include "command/line.h"
#include "config/config.h"
#include "input/keymap.h"
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- text of manual pages ---- */

/* Foreign characters by their numbers, so that every troff shows them; no line is taken for a macro. */
static void put_man(const char *text)
{
	struct str rest = str_of(text);

	if (rest.n && (rest.s[0] == '.' || rest.s[0] == '\''))
		fputs("\\&", stdout);
	while (rest.n) {
		uint32_t rune;
		size_t used = text_decode(rest.s, rest.n, &rune);

		if (rune == '\\')
			fputs("\\e", stdout);
		else if (rune == '-')
			fputs("\\-", stdout);
		else if (rune < 0x80)
			putchar((int)rune);
		else
			printf("\\[u%04X]", rune);
		rest = str_slice(rest, used, rest.n);
	}
}

static void put_man_line(const char *before, const char *text)
{
	fputs(before, stdout);
	put_man(text);
	putchar('\n');
}

static void man_option(size_t i)
{
	const struct line_option *option = line_option(i);

	fputs(".It ", stdout);
	if (option->letter)
		printf("Fl %c , ", option->letter);
	printf("Fl \\-%s", option->name);
	if (option->argument) {
		fputs(" Ar ", stdout);
		put_man(option->argument);
	}
	putchar('\n');
	put_man_line("", option->help);
}

static void man_options(bool shared, const struct headless *command)
{
	for (size_t i = 0; line_option(i); i++)
		if (line_shared(i) == shared && line_takes(command, i))
			man_option(i);
}

static bool has_own_options(const struct headless *command)
{
	for (size_t i = 0; line_option(i); i++)
		if (!line_shared(i) && line_takes(command, i))
			return true;
	return false;
}

static void man_shared_options(void)
{
	man_options(true, NULL);
}

static void man_workbench_options(void)
{
	man_options(false, NULL);
}

static void man_commands(void)
{
	for (const struct headless *command = headless_commands; command->name; command++) {
		printf(".Ss %s\n", command->name);
		printf(".D1 leeboard %s [option ...]%s", command->name,
		       *command->arguments ? " \\&" : "");
		put_man(command->arguments);
		putchar('\n');
		put_man_line("", command->about);
		if (!has_own_options(command))
			continue;
		fputs(".Bl -tag -width Ds\n", stdout);
		man_options(false, command);
		fputs(".El\n", stdout);
	}
}

/* ---- settings ---- */

static const char *type_of(const struct config_setting *setting)
{
	static const char *const types[] = {
		[CONFIG_TEXT] = "text",           [CONFIG_PLACE] = "path or address",
		[CONFIG_CHOICE] = "",             [CONFIG_BOOL] = "true|false",
		[CONFIG_COUNT] = "whole number",  [CONFIG_NUMBER] = "number",
		[CONFIG_SECONDS] = "seconds",     [CONFIG_SPAN] = "duration",
		[CONFIG_K_OF_M] = "K of M",       [CONFIG_LIST] = "list",
		[CONFIG_PAIRS] = "mapping",       [CONFIG_SECRET] = "secret",
		[CONFIG_VERSION] = "text or rule", [CONFIG_SECTION] = "mapping",
		[CONFIG_SOURCES] = "list",        [CONFIG_MONITORS] = "list",
	};

	return setting->words ? setting->words : types[setting->type];
}

static void man_settings_of(enum config_section section)
{
	fputs(".Bl -tag -width Ds\n", stdout);
	for (size_t i = 0; i < config_n_settings; i++) {
		const struct config_setting *setting = &config_settings[i];

		if (setting->in != section)
			continue;
		printf(".It Ic %s : Ar ", setting->key);
		put_man_line("", type_of(setting));
		put_man_line("", setting->help);
		if (setting->needed)
			fputs("(needed)\n", stdout);
		if (setting->usual)
			put_man_line("(default: ", setting->usual);
		if (setting->usual)
			fputs(")\n", stdout);
	}
	fputs(".El\n", stdout);
}

static void man_settings(void)
{
	static const struct {
		enum config_section section;
		const char *title;
	} sections[] = {
		{SECTION_TOP, "At the top"},
		{SECTION_SOURCE, "Each of sources"},
		{SECTION_MODEL, "model of a source"},
		{SECTION_RULE, "version of a model, as a rule"},
		{SECTION_MONITOR, "Each of monitors"},
		{SECTION_EVENTS, "events of a monitor"},
		{SECTION_REFERENCE, "reference of a monitor"},
	};

	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		printf(".Ss \\&%s\n", sections[i].title);
		man_settings_of(sections[i].section);
	}
}

/* ---- keys ---- */

/* Keys with a blank between; a key may look like punctuation or a macro to the page. */
static void put_keys(char *keys)
{
	char *at = NULL;

	fputs(".It Ic", stdout);
	for (char *key = strtok_r(keys, " ", &at); key; key = strtok_r(NULL, " ", &at)) {
		fputs(" \\&", stdout);
		put_man(key);
	}
}

/* A line "keys<TAB>:name<TAB>help", or a group's title. */
static void man_key(char *line, bool *listing)
{
	char none[] = "(no key)";
	char *name = strchr(line, '\t'), *help = name ? strchr(name + 1, '\t') : NULL;

	if (!help) {
		if (*listing)
			fputs(".El\n", stdout);
		put_man_line(".Ss ", line);
		fputs(".Bl -tag -width Ds\n", stdout);
		*listing = true;
		return;
	}
	*name++ = *help++ = '\0';
	put_keys(*line ? line : none);
	if (*name) {
		fputs(" Pq Li ", stdout);
		put_man(name);
	}
	putchar('\n');
	put_man_line("", help);
}

static void man_keys(void)
{
	struct keymap map;
	struct buf table;
	bool listing = false;
	char *text, *line, *at = NULL;

	keymap_init(&map);
	buf_init(&table, 1 << 16);
	keymap_table(&map, &table);
	text = strdup(buf_cstr(&table));
	for (line = text ? strtok_r(text, "\n", &at) : NULL; line; line = strtok_r(NULL, "\n", &at))
		man_key(line, &listing);
	if (listing)
		fputs(".El\n", stdout);
	free(text);
	buf_release(&table);
	keymap_release(&map);
}

static void man_kinds(void)
{
	for (size_t i = 0; source_classes[i]; i++) {
		printf(".It Ic %s\n", source_classes[i]->kind);
		put_man_line("", source_classes[i]->about);
	}
}

/* ---- completions ---- */

static bool starts(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* What the value of an option is to a shell: "source", "file", "dir", "format" or "" for any text. */
static const char *value_of(const struct line_option *option)
{
	if (starts(option->argument, "SOURCE"))
		return "source";
	if (strstr(option->argument, "FILE"))
		return "file";
	if (starts(option->argument, "DIR"))
		return "dir";
	return starts(option->argument, "FORMAT") ? "format" : "";
}

static void put_commands(void)
{
	for (const struct headless *command = headless_commands; command->name; command++)
		printf("%s%s", command == headless_commands ? "" : " ", command->name);
}

static void put_kinds(void)
{
	for (size_t i = 0; source_classes[i]; i++)
		printf("%s%s:", i ? " " : "", source_classes[i]->kind);
}

static void shell_commands(void)
{
	fputs("	commands='", stdout);
	put_commands();
	fputs("'\n", stdout);
}

static void shell_kinds(void)
{
	fputs("	kinds='", stdout);
	put_kinds();
	fputs("'\n", stdout);
}

static void fish_words(void)
{
	fputs("set -g __leeboard_words ", stdout);
	put_commands();
	fputs("\nset -g __leeboard_kinds ", stdout);
	put_kinds();
	putchar('\n');
}

/* The options after which a word is their value. */
static void shell_valued(void)
{
	fputs("	valued='", stdout);
	for (size_t i = 0, n = 0; line_option(i); i++) {
		const struct line_option *option = line_option(i);

		if (!option->argument)
			continue;
		printf("%s--%s", n++ ? " " : "", option->name);
		if (option->letter)
			printf(" -%c", option->letter);
	}
	fputs("'\n", stdout);
}

static void bash_case(const struct headless *command)
{
	printf("	%s) options='", command ? command->name : "'' | *");
	for (size_t i = 0, n = 0; line_option(i); i++)
		if (line_takes(command, i))
			printf("%s--%s", n++ ? " " : "", line_option(i)->name);
	printf("' words=%s ;;\n", !command || command->words == SOURCES ? "sources" : "names");
}

static void bash_options(void)
{
	for (const struct headless *command = headless_commands; command->name; command++)
		bash_case(command);
	bash_case(NULL);
}

static void bash_values(void)
{
	for (size_t i = 0; line_option(i); i++) {
		const struct line_option *option = line_option(i);

		if (!option->argument)
			continue;
		printf("	--%s", option->name);
		if (option->letter)
			printf(" | -%c", option->letter);
		printf(") value=%s ;;\n", *value_of(option) ? value_of(option) : "any");
	}
}

/* Within single quotes, as zsh's _arguments and fish take it. */
static void put_quoted(const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			printf("%s%c", strchr(escaped, *text) ? "\\" : "", *text);
	}
}

static void zsh_option(size_t i)
{
	const struct line_option *option = line_option(i);
	bool many = !strcmp(option->name, "source") || !strcmp(option->name, "metric");

	fputs("		", stdout);
	if (option->letter)
		printf("%s{-%c,--%s}", many ? "'*'" : "", option->letter, option->name);
	else
		printf("'%s--%s", many ? "*" : "", option->name);
	printf("%s[", option->letter ? "'" : "");
	put_quoted(option->help, "[]:");
	fputs("]", stdout);
	if (option->argument) {
		fputs(":", stdout);
		put_quoted(option->argument, "[]:");
		printf(":%s", *value_of(option) ? "_leeboard_" : "");
		fputs(value_of(option), stdout);
	}
	fputs("'\n", stdout);
}

static void zsh_case(const struct headless *command)
{
	printf("	%s) options=(\n", command ? command->name : "*");
	for (size_t i = 0; line_option(i); i++)
		if (line_takes(command, i))
			zsh_option(i);
	printf("		'*:%s'\n	) ;;\n", !command || command->words == SOURCES
						     ? "source:_leeboard_source" : "name:");
}

static void zsh_options(void)
{
	for (const struct headless *command = headless_commands; command->name; command++)
		zsh_case(command);
	zsh_case(NULL);
}

static void zsh_commands(void)
{
	for (const struct headless *command = headless_commands; command->name; command++) {
		printf("		'%s:", command->name);
		put_quoted(command->about, ":");
		fputs("'\n", stdout);
	}
}

static void fish_commands(void)
{
	for (const struct headless *command = headless_commands; command->name; command++) {
		printf("complete -c leeboard -n __leeboard_no_command -a %s -d '", command->name);
		put_quoted(command->about, "");
		fputs("'\n", stdout);
	}
}

static void fish_takers(size_t i)
{
	if (line_shared(i))
		return;
	fputs(" -n '", stdout);
	if (line_takes(NULL, i))
		fputs("__leeboard_no_command; or ", stdout);
	fputs("__fish_seen_subcommand_from", stdout);
	for (const struct headless *command = headless_commands; command->name; command++)
		if (line_takes(command, i))
			printf(" %s", command->name);
	putchar('\'');
}

static void fish_options(void)
{
	for (size_t i = 0; line_option(i); i++) {
		const struct line_option *option = line_option(i);

		fputs("complete -c leeboard", stdout);
		fish_takers(i);
		if (option->letter)
			printf(" -s %c", option->letter);
		printf(" -l %s", option->name);
		if (option->argument && !strcmp(value_of(option), "format"))
			fputs(" -x -a 'table tsv csv json md'", stdout);
		else if (option->argument && !strcmp(value_of(option), "source"))
			fputs(" -r -F -a '$__leeboard_kinds'", stdout);
		else if (option->argument)
			fputs(*value_of(option) ? " -r -F" : " -x", stdout);
		fputs(" -d '", stdout);
		put_quoted(option->help, "");
		fputs("'\n", stdout);
	}
}

static const struct {
	const char *name;
	void (*put)(void);
} parts[] = {
	{"man-commands", man_commands},
	{"man-keys", man_keys},
	{"man-kinds", man_kinds},
	{"man-settings", man_settings},
	{"man-shared-options", man_shared_options},
	{"man-workbench-options", man_workbench_options},
	{"shell-commands", shell_commands},
	{"shell-kinds", shell_kinds},
	{"shell-valued", shell_valued},
	{"bash-options", bash_options},
	{"bash-values", bash_values},
	{"zsh-commands", zsh_commands},
	{"zsh-options", zsh_options},
	{"fish-commands", fish_commands},
	{"fish-options", fish_options},
	{"fish-words", fish_words},
};

/* A line of the template; false when it names a part that there is not. */
static bool put_line(const char *line)
{
	size_t n = strlen(line);

	if (n < 4 || line[0] != '@' || strcmp(line + n - 2, "@\n")) {
		fputs(line, stdout);
		return true;
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (strlen(parts[i].name) == n - 3 && !strncmp(parts[i].name, line + 1, n - 3)) {
			parts[i].put();
			return true;
		}
	}
	fprintf(stderr, "fill: no such part: %s", line);
	return false;
}

int main(int argc, char **argv)
{
	FILE *template = argc == 2 ? fopen(argv[1], "r") : NULL;
	char line[4096];
	bool good = template != NULL;

	if (!template)
		fprintf(stderr, "usage: fill TEMPLATE\n");
	while (good && fgets(line, sizeof line, template))
		good = put_line(line);
	if (template)
		fclose(template);
	return good && !fflush(stdout) ? 0 : 1;
}
