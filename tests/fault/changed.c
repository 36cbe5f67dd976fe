/*
 * What the workbench has open is locked, replaced, deleted, cut or shut away, and the clocks jump. Each
 * time: a sentence on the screen says what happened to which source, the rows that were read are still
 * there, keys are answered, and once it is well again the sentence is gone.
 *
 * Each scene in a process of its own. Polls are held (stage.h), so that it is `r` that reads, and what
 * is on the screen after it has come to rest is what came of that.
 */
#include "stage.h"
#include "world.h"

#include "base/mem.h"

#include <fcntl.h>
#include <grp.h>
#include <regex.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, HOUR = 3600 * 1000, ROWS = 50, COLS = 200 };

struct scene {
	const char *name;
	const char *file;   /* what it happens to: its source has this name */
	const char *row;    /* what was read of it */
	const char *tab;    /* the key of the tab that shows it */
	void (*happens)(struct scene *scene);
	const char *says;   /* about the file, after its name; NULL: nothing is wrong */
	void (*is_over)(struct scene *scene);
	const char *after;  /* a row once it is over; NULL: the same */
	struct stage stage;
	struct world world;
	pid_t other;
	bool unprivileged;
};

static void fail(struct scene *scene, const char *what, const char *about)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	if (scene->stage.driver)
		memory_text(scene->stage.driver, &text);
	printf("not ok %s: %s %s\n%s\n", scene->name, what, about, buf_cstr(&text));
	fflush(stdout);
	_exit(1);
}

static void shows(struct scene *scene, const char *text)
{
	if (!stage_shows(&scene->stage, text))
		fail(scene, "does not show", text);
}

static void keys(struct scene *scene, const char *bytes)
{
	stage_type(&scene->stage, bytes);
	if (!stage_settle(&scene->stage))
		fail(scene, "never came to rest after", bytes);
}

/* ---- what happens ---- */

static void must(struct scene *scene, int failed, const char *what)
{
	if (failed) {
		perror(what);
		fail(scene, "cannot", what);
	}
}

/*
 * POSIX locks are a process's own: it takes another program to be in our way. It has written something,
 * since what has not changed is not opened again.
 */
static void lock(struct scene *scene)
{
	int ends[2];
	char byte;

	must(scene, pipe(ends), "make a pipe");
	scene->other = fork();
	if (!scene->other) {
		sqlite3 *db;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (sqlite3_open(scene->file, &db) ||
		    sqlite3_exec(db, "UPDATE experiments SET last_update_time = 1; BEGIN EXCLUSIVE",
				 NULL, NULL, NULL) ||
		    write(ends[1], "", 1) != 1)
			_exit(2);
		for (;;)
			pause();
	}
	must(scene, read(ends[0], &byte, 1) != 1, "lock");
	close(ends[0]);
	close(ends[1]);
}

static void unlock(struct scene *scene)
{
	kill(scene->other, SIGKILL);
	waitpid(scene->other, NULL, 0);
}

static void put_away(struct scene *scene)
{
	must(scene, rename(scene->file, "away"), "rename");
}

static void put_back(struct scene *scene)
{
	must(scene, rename("away", scene->file), "rename");
}

static void replace(struct scene *scene)
{
	world_store("other.db", 3);
	must(scene, rename("other.db", scene->file), "rename");
}

static void replace_events(struct scene *scene)
{
	FILE *out = fopen("other.csv", "w");

	must(scene, !out, "write");
	fputs("ts,weight\n", out);
	for (int hour = 0; hour < 30; hour++)
		for (int i = 0; i < 60; i++)
			fprintf(out, "2026-11-1%dT%02d:%02d:00Z,%d\n", 8 + hour / 24, hour % 24, i,
				(hour * 7 + i * 11) % 50);
	must(scene, fclose(out) || rename("other.csv", scene->file), "rename");
}

static void put_folder(struct scene *scene)
{
	put_away(scene);
	must(scene, mkdir(scene->file, 0700), "mkdir");
}

static void take_folder(struct scene *scene)
{
	must(scene, rmdir(scene->file), "rmdir");
	put_back(scene);
}

/* Half of it: the rest is kept beside. */
static void cut(struct scene *scene)
{
	char command[256];
	struct stat st;

	snprintf(command, sizeof command, "cp %s away", scene->file);
	must(scene, system(command) || stat(scene->file, &st) ||
			    truncate(scene->file, st.st_size / 2),
	     "cut");
}

static void empty(struct scene *scene)
{
	cut(scene);
	must(scene, truncate(scene->file, 0), "empty");
}

static void shut(struct scene *scene)
{
	must(scene, chmod(scene->file, 0), "chmod");
}

static void open_up(struct scene *scene)
{
	must(scene, chmod(scene->file, 0600), "chmod");
}

static void shut_folder(struct scene *scene)
{
	must(scene, chmod(scene->world.folder, 0), "chmod");
}

static void open_folder(struct scene *scene)
{
	must(scene, chmod(scene->world.folder, 0700), "chmod");
}

static void later(struct scene *scene)
{
	(void)scene;
	stage_clock += 48 * HOUR;
}

static void earlier(struct scene *scene)
{
	(void)scene;
	stage_clock -= 24 * 400 * (int64_t)HOUR;
}

static void epoch(struct scene *scene)
{
	(void)scene;
	stage_clock = 0;
}

static void slept(struct scene *scene)
{
	(void)scene;
	stage_sleep(24 * HOUR);
}

static void clock_right(struct scene *scene)
{
	(void)scene;
	stage_clock = STAGE_CLOCK;
}

/* ---- the play ---- */

/* An age of less than nothing, as " -3h". */
static void no_age_is_negative(struct scene *scene)
{
	struct buf screen;
	regex_t age;

	buf_init(&screen, 1 << 20);
	memory_text(scene->stage.driver, &screen);
	if (regcomp(&age, "[ (]-[0-9]+(ms|s|m|h|d|w|mo|y)[ )]", REG_EXTENDED | REG_NOSUB) ||
	    !regexec(&age, buf_cstr(&screen), 0, NULL, 0))
		fail(scene, "an age is", "negative");
	regfree(&age);
	buf_release(&screen);
}

static void open_scene(struct scene *scene)
{
	static char program[] = "leeboard", store[] = "mlflow.db", events[] = "events:events.csv";
	static char *argv[] = {program, store, events};

	if (!stage_open(&scene->stage, 3, argv, ROWS, COLS, GLYPHS_BRAILLE, true))
		fail(scene, "did not", "open");
	stage_hold_polls(&scene->stage);
	keys(scene, "");
	keys(scene, scene->tab);
	shows(scene, scene->row);
}

static void play(struct scene *scene)
{
	char sentence[256];

	world_open(&scene->world);
	world_add(&scene->world, "demo");
	world_add(&scene->world, "events");
	open_scene(scene);
	scene->happens(scene);
	keys(scene, "r");
	if (scene->says) {
		snprintf(sentence, sizeof sentence, "%s%s", scene->file, scene->says);
		shows(scene, sentence);
		shows(scene, scene->row);
	}
	no_age_is_negative(scene);
	keys(scene, "?");
	shows(scene, "The chain");
	keys(scene, "?jk");
	scene->is_over(scene);
	keys(scene, "r");
	shows(scene, scene->after ? scene->after : scene->row);
	if (scene->says && stage_shows(&scene->stage, sentence))
		fail(scene, "still says", sentence);
	stage_close(&scene->stage);
	world_close(&scene->world);
	printf("ok %s\n", scene->name);
	fflush(stdout);
}

static void nothing(struct scene *scene)
{
	(void)scene;
}

/* Who has every right is refused nothing. */
static void give_up_rights(struct scene *scene)
{
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	     setresuid(NOBODY, NOBODY, NOBODY)))
		must(scene, 1, "give up rights");
}

#define STORE .file = "mlflow.db", .row = "tame-bear-42", .tab = "1"
#define EVENTS .file = "events.csv", .row = "income", .tab = "3"

int main(void)
{
	static const struct scene scenes[] = {
		{"a store that another program locks", STORE, lock, ": another program has it locked", unlock},
		{"a store that is deleted, and there again", STORE, put_away, ": ", put_back},
		{"a store that is replaced by another", STORE, replace, NULL, nothing, .after = "run-1"},
		{"a store that ends in the middle", STORE, cut, ": ", put_back},
		{"a store that is empty now", STORE, empty, ": ", put_back},
		{"a folder in the place of a store", STORE, put_folder, ": ", take_folder},
		{"a store without rights", STORE, shut, ": ", open_up, .unprivileged = true},
		{"a folder without rights", STORE, shut_folder, ": ", open_folder, .unprivileged = true},
		{"events that are deleted, and there again", EVENTS, put_away, ": ", put_back},
		{"events that are replaced by others", EVENTS, replace_events, NULL, nothing,
		 .after = "weight"},
		{"events that end in the middle", EVENTS, cut, NULL, put_back},
		{"events that are empty now", EVENTS, empty, ": ", put_back},
		{"events without rights", EVENTS, shut, ": ", open_up, .unprivileged = true},
		{"a wall clock two days ahead", STORE, later, NULL, clock_right},
		{"a wall clock a year behind", STORE, earlier, NULL, clock_right},
		{"a wall clock at its beginning, and drift", EVENTS, epoch, NULL, clock_right},
		{"a machine that slept for a day", STORE, slept, NULL, clock_right},
		{"a machine that slept for a day, and drift", EVENTS, slept, NULL, clock_right},
	};
	size_t n = sizeof scenes / sizeof *scenes;
	int status, failed = 0;

	for (size_t i = 0; i < n; i++) {
		struct scene scene = scenes[i];

		fflush(NULL);
		if (!fork()) {
			if (scene.unprivileged)
				give_up_rights(&scene);
			play(&scene);
			exit(0);
		}
		wait(&status);
		failed += status != 0;
	}
	printf("changed world: %zu passed, %d failed\n", n - (size_t)failed, failed);
	return failed != 0;
}
