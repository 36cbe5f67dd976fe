/*
 * Screens: scripts of keys, and what the screen shows after them.
 *
 *	screens [--update] [NAME…]
 *
 * A script (scripts/NAME) is read line by line:
 *
 *	# SENTENCE             the first line: what the screen shows
 *	world THING…           what there is (tests/tools/world.h)
 *	size COLSxROWS         80x24 unless said
 *	glyphs braille|ascii   braille in UTF-8 unless said; ascii is a C locale
 *	mono                   a terminal without colours
 *	live                   sources are polled; without it they are read when somebody asks
 *	open WORD…             starts the workbench with these arguments, then waits until all is done;
 *	                       $PORT is the server's
 *	start WORD…            the same without waiting
 *	keys KEY…              types keys by their names, then waits until all is done
 *	type TEXT              types a text, then waits until all is done
 *	press KEY…, send TEXT  the same without waiting
 *	until TEXT             waits until the text is on the screen
 *	resize COLSxROWS
 *	clock SECONDS          the wall clock goes on so far
 *	sleep SECONDS          both clocks do
 *	screen                 the picture goes into the golden file: text, and a letter a cell for its
 *	                       role (term/role.h)
 *	copied                 so does what was copied
 *	file NAME              so does a file that was written
 *	twin COMMAND WORD…     the numbers on the screen are those of the command's JSON (twin.h); how many
 *	                       there are goes into the golden file, so that none is lost unseen
 *
 * Each script runs in a process of its own, several at a time; nothing in it waits for a time.
 */
#include "stage.h"
#include "twin.h"
#include "world.h"

#include "base/buf.h"
#include "input/key.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 64, LINE = 1024, AT_ONCE = 4 };

struct script {
	char path[1024], golden[1024], name[256];
	char sentence[LINE];
	bool update;
	struct world world;
	struct stage stage;
	bool opened, mono, live;
	int rows, cols;
	enum glyphs glyphs;
	struct buf out;
	int screens;
};

static void fail(const struct script *script, const char *what, const char *about)
{
	struct buf text;

	printf("%s: %s %s\n", script->name, what, about);
	if (script->opened) {
		buf_init(&text, 1 << 20);
		memory_text(script->stage.driver, &text);
		printf("%s\n", buf_cstr(&text));
	}
	fflush(stdout);
	_exit(1);
}

static void replace_all(char *text, const char *from, const char *to)
{
	char *at = text;

	while ((at = strstr(at, from)) != NULL)
		memcpy(at, to, strlen(to));
}

/* A port that the edge of a part has cut in two. */
static void hide_cut_port(char *text, const char *port)
{
	for (size_t kept = strlen(port) - 1; kept > 0; kept--) {
		char head[64], tail[16], *at = text;

		snprintf(tail, sizeof tail, "%s/", port + kept);
		snprintf(head, sizeof head, "127.0.0.1:%.*s\u2502", (int)kept, port);
		while ((at = strstr(at, head)) != NULL) {
			char *rest = strstr(at + strlen(head), tail);

			memset(at + strlen("127.0.0.1:"), 'P', kept);
			if (rest)
				memset(rest, 'P', strlen(port) - kept);
		}
	}
}

/* What is another in each run becomes the same, as wide as it is: the port and the folder. */
static void make_stable(const struct script *script, char *text)
{
	char port[16];

	replace_all(text, script->world.folder, "/tmp/lee-world-XXXXXX");
	snprintf(port, sizeof port, "%d", script->world.port);
	if (!script->world.port)
		return;
	hide_cut_port(text, port);
	replace_all(text, port, "PPPPP");
}

/* How long a probe took is the machine's affair: its number becomes one letter. */
static void hide_probe(char *text)
{
	char *at = strstr(text, "our probe");

	for (; at; at = strstr(at, "our probe")) {
		at += strcspn(at, "0123456789\n");
		if (*at && *at != '\n')
			*at++ = 'N';
		for (; strchr("0123456789.-e+ ms", *at) && *at; at++)
			*at = ' ';
	}
}

static void take_screen(struct script *script)
{
	struct buf text;

	buf_init(&text, 4 << 20);
	memory_text(script->stage.driver, &text);
	hide_probe(text.s);
	buf_addf(&script->out, "== screen %d\n", ++script->screens);
	make_stable(script, text.s);
	buf_add_str(&script->out, buf_str(&text));
	buf_addf(&script->out, "== roles\n");
	memory_roles(script->stage.driver, &script->out);
	buf_release(&text);
}

static void take_copied(struct script *script)
{
	struct str copied = memory_copied(script->stage.driver);

	buf_addf(&script->out, "== copied\n%.*s\n", STR_ARG(copied));
}

static void take_file(struct script *script, const char *name)
{
	char bytes[4096];
	FILE *in = fopen(name, "r");
	size_t n;

	if (!in)
		fail(script, "there is no file", name);
	buf_addf(&script->out, "== file %s\n", name);
	while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
		buf_add(&script->out, bytes, n);
	fclose(in);
}

static void settle(struct script *script)
{
	if (!stage_settle(&script->stage))
		fail(script, "it never", "came to rest");
}

static const char *special(uint32_t code)
{
	static const struct {
		uint32_t code;
		const char *bytes;
	} keys[] = {{SYM_ENTER, "\r"},	   {SYM_TAB, "\t"},	   {SYM_ESC, "\033"},
		    {SYM_UP, "\033[A"},	   {SYM_DOWN, "\033[B"},   {SYM_RIGHT, "\033[C"},
		    {SYM_LEFT, "\033[D"},  {SYM_HOME, "\033[H"},   {SYM_END, "\033[F"},
		    {SYM_PAGE_UP, "\033[5~"}, {SYM_PAGE_DOWN, "\033[6~"}, {SYM_BACKSPACE, "\177"},
		    {SYM_DELETE, "\033[3~"}};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].code == code)
			return keys[i].bytes;
	return NULL;
}

static void press(struct script *script, const char *name)
{
	struct key keys[KEY_SEQUENCE_MAX];
	int n = keys_parse(str_of(name), keys);
	struct buf bytes;

	if (!n)
		fail(script, "no such key:", name);
	buf_init(&bytes, 64);
	for (int i = 0; i < n; i++) {
		if (keys[i].code == SYM_TAB && keys[i].mods & MOD_SHIFT)
			buf_adds(&bytes, "\033[Z");
		else if (special(keys[i].code))
			buf_adds(&bytes, special(keys[i].code));
		else if (keys[i].mods & MOD_CTRL)
			buf_addc(&bytes, (char)(keys[i].code & 31));
		else
			buf_add_rune(&bytes, keys[i].code);
	}
	stage_type(&script->stage, buf_cstr(&bytes));
	buf_release(&bytes);
	/* a key of its own, not the start of what comes next */
	if (keys[0].code == SYM_ESC)
		settle(script);
}

static void open_app(struct script *script, char **words, int n)
{
	static char program[] = "leeboard";
	static char *argv[WORDS + 1];
	static char room[WORDS][LINE];
	int argc = 0;

	argv[argc++] = program;
	for (int i = 0; i < n; i++) {
		char *at = strstr(words[i], "$PORT");

		if (at)
			snprintf(room[i], LINE, "%.*s%d%s", (int)(at - words[i]), words[i],
				 script->world.port, at + strlen("$PORT"));
		else
			snprintf(room[i], LINE, "%s", words[i]);
		argv[argc++] = room[i];
	}
	if (!stage_open(&script->stage, argc, argv, script->rows, script->cols, script->glyphs,
			!script->mono))
		fail(script, "it did not", "open");
	script->opened = true;
	if (!script->live)
		stage_hold_polls(&script->stage);
	stage_turn(&script->stage, 0);
}

static bool before_opening(struct script *script, char **words, int n, const char *rest)
{
	const char *verb = words[0];

	if (!strcmp(verb, "size")) {
		if (sscanf(rest, "%dx%d", &script->cols, &script->rows) != 2)
			fail(script, "no size:", rest);
	} else if (!strcmp(verb, "glyphs")) {
		int level;

		if (!glyphs_parse(str_of(rest), &level) || level < 0)
			fail(script, "no glyphs:", rest);
		script->glyphs = (enum glyphs)level;
	} else if (!strcmp(verb, "mono")) {
		script->mono = true;
	} else if (!strcmp(verb, "live")) {
		script->live = true;
	} else if (!strcmp(verb, "world")) {
		for (int i = 1; i < n; i++)
			if (!world_add(&script->world, words[i]))
				fail(script, "no such world:", words[i]);
	} else if (!strcmp(verb, "open") || !strcmp(verb, "start")) {
		open_app(script, words + 1, n - 1);
		if (verb[0] == 'o')
			settle(script);
	} else {
		return false;
	}
	return true;
}

static void resize(struct script *script, const char *size)
{
	if (sscanf(size, "%dx%d", &script->cols, &script->rows) != 2)
		fail(script, "no size:", size);
	memory_resize(script->stage.driver, script->rows, script->cols);
	settle(script);
}

static bool after_opening(struct script *script, char **words, int n, const char *rest)
{
	const char *verb = words[0];

	if (!strcmp(verb, "keys") || !strcmp(verb, "press")) {
		for (int i = 1; i < n; i++)
			press(script, words[i]);
		if (verb[0] == 'k')
			settle(script);
	} else if (!strcmp(verb, "type") || !strcmp(verb, "send")) {
		stage_type(&script->stage, rest);
		if (verb[0] == 't')
			settle(script);
	} else if (!strcmp(verb, "until")) {
		if (!stage_until(&script->stage, rest))
			fail(script, "it never showed", rest);
	} else if (!strcmp(verb, "resize")) {
		resize(script, rest);
	} else if (!strcmp(verb, "clock")) {
		stage_clock += atol(rest) * 1000;
	} else if (!strcmp(verb, "sleep")) {
		stage_sleep(atol(rest) * 1000);
		settle(script);
	} else if (!strcmp(verb, "screen")) {
		take_screen(script);
	} else if (!strcmp(verb, "copied")) {
		take_copied(script);
	} else if (!strcmp(verb, "file")) {
		take_file(script, rest);
	} else if (!strcmp(verb, "twin")) {
		struct buf text, why;

		buf_init(&text, 4 << 20);
		buf_init(&why, 1 << 20);
		memory_text(script->stage.driver, &text);
		if (!twin_holds(buf_str(&text), words + 1, n - 1, &why))
			fail(script, "the twin says otherwise:", buf_cstr(&why));
		buf_addf(&script->out, "== twin\n%s\n", buf_cstr(&why));
		buf_release(&text);
		buf_release(&why);
	} else {
		return false;
	}
	return true;
}

static void obey(struct script *script, char *line)
{
	char copy[LINE], *words[WORDS], *save, *word;
	const char *rest = line + strcspn(line, " ");
	int n = 0;

	rest += *rest == ' ';
	snprintf(copy, sizeof copy, "%s", line);
	for (word = strtok_r(copy, " ", &save); word && n < WORDS; word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	if (!n || line[0] == '#')
		return;
	if (script->opened ? !after_opening(script, words, n, rest)
			   : !before_opening(script, words, n, rest))
		fail(script, "what is this?", line);
}

static char *read_file(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *in = fopen(path, "r");

	if (in) {
		if (getdelim(&text, &size, '\0', in) < 0) {
			free(text);
			text = strdup("");
		}
		fclose(in);
	}
	return text;
}

/* Prints the first line that differs, as it was and as it is. */
static void tell_difference(const char *was, const char *is)
{
	int line = 1;

	while (*was && *is) {
		size_t w = strcspn(was, "\n"), i = strcspn(is, "\n");

		if (w != i || memcmp(was, is, w))
			break;
		was += w + (was[w] != '\0');
		is += i + (is[i] != '\0');
		line++;
	}
	printf("line %d was\n%.*s\nand is\n%.*s\n", line, (int)strcspn(was, "\n"), was,
	       (int)strcspn(is, "\n"), is);
}

static void compare_golden(struct script *script)
{
	char *was;

	if (script->update) {
		FILE *out = fopen(script->golden, "w");

		if (!out || fwrite(script->out.s, 1, script->out.n, out) != script->out.n ||
		    fclose(out))
			fail(script, "cannot write", script->golden);
		return;
	}
	was = read_file(script->golden);
	if (!was)
		fail(script, "has no golden file:", "make screens-update, and look at it");
	if (strcmp(was, buf_cstr(&script->out))) {
		tell_difference(was, buf_cstr(&script->out));
		fail(script, "the screen has changed", "");
	}
	free(was);
}

static void run_script(struct script *script)
{
	char *text = read_file(script->path), *save, *line;

	if (!text)
		fail(script, "cannot read", script->path);
	buf_init(&script->out, 32 << 20);
	world_open(&script->world);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		obey(script, line);
	stage_close(&script->stage);
	script->opened = false;
	world_close(&script->world);
	compare_golden(script);
	buf_release(&script->out);
	free(text);
}

/* ---- all of them, a few at a time ---- */

struct job {
	struct script script;
	pid_t pid;
	int talk; /* a memory file */
};

static bool begin(struct job *job)
{
	job->talk = memfd_create("talk", 0);
	job->pid = fork();
	if (job->pid)
		return job->pid > 0;
	dup2(job->talk, STDOUT_FILENO);
	dup2(job->talk, STDERR_FILENO);
	run_script(&job->script);
	fflush(stdout);
	exit(0);
}

/* Waits for one of them; tells how it went. */
static bool end_one(struct job *jobs, size_t n)
{
	char talk[1 << 16];
	int status;
	pid_t pid = wait(&status);
	ssize_t got;

	for (size_t i = 0; i < n; i++) {
		struct job *job = &jobs[i];

		if (job->pid != pid)
			continue;
		printf("%s %s: %s\n", status ? "not ok" : "ok", job->script.name,
		       job->script.sentence);
		for (off_t at = 0; (got = pread(job->talk, talk, sizeof talk, at)) > 0; at += got)
			fwrite(talk, 1, (size_t)got, stdout);
		fflush(stdout);
		close(job->talk);
		return status == 0;
	}
	return false;
}

static void read_sentence(struct script *script)
{
	FILE *in = fopen(script->path, "r");

	if (in && fgets(script->sentence, sizeof script->sentence, in)) {
		script->sentence[strcspn(script->sentence, "\n")] = '\0';
		memmove(script->sentence, script->sentence + strspn(script->sentence, "# "),
			strlen(script->sentence) + 1 - strspn(script->sentence, "# "));
	}
	if (in)
		fclose(in);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !strchr(entry->d_name, '~');
}

static bool wanted(const char *name, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return n == 0;
}

static int run_all(struct job *jobs, size_t n)
{
	size_t begun = 0, ended = 0, passed = 0;

	while (ended < n) {
		while (begun < n && begun - ended < AT_ONCE)
			if (!begin(&jobs[begun++]))
				return 1;
		passed += end_one(jobs, n);
		ended++;
	}
	printf("screens: %zu passed, %zu failed\n", passed, n - passed);
	return passed == n ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *top = getenv("srcdir");
	struct dirent **list;
	char folder[512], here[PATH_MAX];
	bool update = argc > 1 && !strcmp(argv[1], "--update");
	struct job *jobs;
	size_t n = 0;
	int found;

	if (!realpath(top ? top : ".", here))
		return 1;
	snprintf(folder, sizeof folder, "%.400s/tests/screen/scripts", here);
	found = scandir(folder, &list, visible, alphasort);
	if (found < 0) {
		perror(folder);
		return 1;
	}
	jobs = calloc((size_t)found + 1, sizeof *jobs);
	for (int i = 0; i < found; i++) {
		struct script *script = &jobs[n].script;
		const char *name = list[i]->d_name;

		if (wanted(name, argv + 1 + update, argc - 1 - update)) {
			*script = (struct script){.update = update, .rows = 24, .cols = 80,
						  .glyphs = GLYPHS_BRAILLE};
			snprintf(script->name, sizeof script->name, "%s", name);
			snprintf(script->path, sizeof script->path, "%s/%s", folder, name);
			snprintf(script->golden, sizeof script->golden,
				 "%.400s/tests/screen/golden/%.255s", here, name);
			read_sentence(script);
			n++;
		}
		free(list[i]);
	}
	free(list);
	found = run_all(jobs, n);
	free(jobs);
	return found;
}
