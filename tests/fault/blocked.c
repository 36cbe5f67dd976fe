/*
 * The blocked world: what the workbench reads stands still, and the keys are answered all the same.
 *
 *	stopped    a server that is stopped (SIGSTOP): connections are taken, nothing is answered
 *	locked     a store on which another program holds an exclusive lock
 *	drip       a server that sends its answer a byte a second
 *	pipe       a FIFO in place of a store, that nobody writes to
 *	unread     a terminal that does not take the frames
 *
 * Each alone, then all at once, always beside a good store. Order is what counts, not time: first
 * the good store's rows are there; then a key's effect is seen while the thing is blocked; then it
 * is lifted, and what was blocked is seen too.
 */
#include "stage.h"
#include "world.h"

#include "demo/shipped.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum block { STOPPED = 1, LOCKED = 2, DRIP = 4, PIPE = 8, UNREAD = 16, ALL = 31 };

/* Another program: says its port (or 0) once it is at it. */
struct other {
	pid_t pid;
	int port;
};

struct scene {
	const char *name;
	enum block blocks;
	struct stage stage;
	struct other server, holder, dripper;
};

static void fail(struct scene *scene, const char *what)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	if (scene->stage.driver)
		memory_text(scene->stage.driver, &text);
	printf("not ok %s: %s\n%s\n", scene->name, what, buf_cstr(&text));
	fflush(stdout);
	_exit(1);
}

static void say_port(int fd, int port)
{
	if (write(fd, &port, sizeof port) != sizeof port)
		_exit(2);
}

/* ---- the others ---- */

static void be_server(int fd)
{
	struct world there = {.port = 0};

	world_add(&there, "server");
	say_port(fd, there.port);
	for (;;)
		pause();
}

static void be_holder(int fd)
{
	sqlite3 *db;

	if (sqlite3_open("locked.db", &db) ||
	    sqlite3_exec(db, "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE", NULL, NULL, NULL))
		_exit(2);
	say_port(fd, 0);
	for (;;)
		pause();
}

static void drip(int client)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
				   "Content-Length: 100000\r\n\r\n";

	if (write(client, head, sizeof head - 1) < 0)
		return;
	while (write(client, " ", 1) == 1)
		poll(NULL, 0, 1000);
}

static void be_dripper(int fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0), client;

	signal(SIGPIPE, SIG_IGN);
	if (bind(listener, (struct sockaddr *)&address, n) || listen(listener, 64) ||
	    getsockname(listener, (struct sockaddr *)&address, &n))
		_exit(2);
	say_port(fd, ntohs(address.sin_port));
	while ((client = accept(listener, NULL, NULL)) >= 0)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			drip(client);
			_exit(0);
		}
	_exit(0);
}

static struct other start(void (*be)(int fd))
{
	struct other other = {0};
	int ends[2];

	if (pipe(ends))
		exit(2);
	other.pid = fork();
	if (!other.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be(ends[1]);
	}
	if (read(ends[0], &other.port, sizeof other.port) != sizeof other.port)
		exit(2);
	close(ends[0]);
	close(ends[1]);
	return other;
}

static void end(struct other *other)
{
	if (!other->pid)
		return;
	kill(other->pid, SIGKILL);
	waitpid(other->pid, NULL, 0);
	other->pid = 0;
}

/* ---- the scene ---- */

static void block(struct scene *scene)
{
	struct str store = shipped_store();
	FILE *out = fopen("locked.db", "w");

	if (!out || fwrite(store.s, 1, store.n, out) != store.n || fclose(out))
		fail(scene, "cannot write locked.db");
	if (scene->blocks & STOPPED) {
		scene->server = start(be_server);
		kill(scene->server.pid, SIGSTOP);
	}
	if (scene->blocks & LOCKED)
		scene->holder = start(be_holder);
	if (scene->blocks & DRIP)
		scene->dripper = start(be_dripper);
	if (scene->blocks & PIPE && mkfifo("pipe.db", 0600))
		fail(scene, "cannot make a FIFO");
}

static void open_scene(struct scene *scene)
{
	static char room[8][128];
	static char *argv[8];
	int n = 0;

	for (int i = 0; i < 8; i++)
		argv[i] = room[i];
	snprintf(room[n++], sizeof room[0], "leeboard");
	if (scene->blocks & DRIP)
		snprintf(room[n++], sizeof room[0], "drip=mlflow:http://127.0.0.1:%d",
			 scene->dripper.port);
	snprintf(room[n++], sizeof room[0], "good=mlflow:mlflow.db");
	if (scene->blocks & LOCKED)
		snprintf(room[n++], sizeof room[0], "locked=mlflow:locked.db");
	if (scene->blocks & PIPE)
		snprintf(room[n++], sizeof room[0], "pipe=mlflow:pipe.db");
	if (scene->blocks & STOPPED)
		snprintf(room[n++], sizeof room[0], "stopped=endpoint:http://127.0.0.1:%d",
			 scene->server.port);
	if (!stage_open(&scene->stage, n, argv, 60, 240, GLYPHS_BRAILLE, true))
		fail(scene, "did not open");
}

static void see(struct scene *scene, const char *keys, const char *text)
{
	stage_type(&scene->stage, keys);
	if (!stage_until(&scene->stage, text))
		fail(scene, text);
}

static void not_yet(struct scene *scene, const char *text)
{
	if (stage_shows(&scene->stage, text))
		fail(scene, "it was not blocked");
}

/* Another tab, the help, and back: while whatever is blocked is blocked. */
static void keys_are_answered(struct scene *scene)
{
	see(scene, "2", "versions of ");
	see(scene, "?", "The chain");
	see(scene, "q1", "tame-bear-42");
}

static void lift_unread(struct scene *scene)
{
	uint64_t frames;

	memory_unread(scene->stage.driver, true);
	frames = scene->stage.driver->frames;
	for (int i = 0; i < 300; i++) {
		stage_type(&scene->stage, "jk?q2");
		stage_turn(&scene->stage, 0);
	}
	if (scene->stage.driver->frames != frames)
		fail(scene, "a frame for a terminal that is not read");
	memory_unread(scene->stage.driver, false);
	see(scene, "", "versions of ");
	see(scene, "1", "tame-bear-42");
}

static void lift_all(struct scene *scene)
{
	if (scene->blocks & PIPE)
		see(scene, "", "pipe: ");
	if (scene->blocks & UNREAD)
		lift_unread(scene);
	if (scene->blocks & LOCKED) {
		not_yet(scene, "locked · sqlite");
		end(&scene->holder);
		see(scene, "", "locked · sqlite");
	}
	if (scene->blocks & DRIP) {
		keys_are_answered(scene);
		not_yet(scene, "drip: ");
		end(&scene->dripper);
		see(scene, "", "drip: ");
	}
	if (scene->blocks & STOPPED) {
		keys_are_answered(scene);
		see(scene, ":tab deployments\r", "deployments, worst first");
		not_yet(scene, "elsewhere");
		kill(scene->server.pid, SIGCONT);
		see(scene, "", "elsewhere");
		end(&scene->server);
	}
}

static void play(struct scene *scene)
{
	struct world world;

	world_open(&world);
	world_add(&world, "demo");
	block(scene);
	open_scene(scene);
	see(scene, "", "tame-bear-42");
	keys_are_answered(scene);
	lift_all(scene);
	keys_are_answered(scene);
	stage_close(&scene->stage);
	end(&scene->server);
	end(&scene->holder);
	end(&scene->dripper);
	world_close(&world);
	printf("ok %s: keys are answered, and what was blocked is shown once it is lifted\n",
	       scene->name);
	fflush(stdout);
}

int main(void)
{
	static const struct scene scenes[] = {
		{.name = "a stopped server", .blocks = STOPPED},
		{.name = "an exclusive lock", .blocks = LOCKED},
		{.name = "a byte a second", .blocks = DRIP},
		{.name = "a FIFO as a store", .blocks = PIPE},
		{.name = "an unread terminal", .blocks = UNREAD},
		{.name = "all at once", .blocks = ALL},
	};
	size_t n = sizeof scenes / sizeof *scenes;
	int status, failed = 0;

	for (size_t i = 0; i < n; i++) {
		struct scene scene = scenes[i];

		fflush(NULL);
		if (fork())
			continue;
		play(&scene);
		exit(0);
	}
	while (wait(&status) > 0)
		failed += status != 0;
	printf("blocked world: %zu passed, %d failed\n", n - (size_t)failed, failed);
	return failed != 0;
}
