/*
 * Hostile servers in the workbench: each fault is a sentence on the screen, and the keys are
 * answered meanwhile.
 *
 * For each fault a workbench of its own, on a good store, an MLflow server and an endpoint that have
 * the fault whatever they are asked. A server that hangs is waited for: the keys' effects are seen
 * before its sentence is there. The token goes to the MLflow server and is never on the screen.
 */
#include "faultd.h"
#include "stage.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "s3cr3t-canary"

struct scene {
	const char *fault;    /* the path below faultd's "/all" */
	const char *mlflow;   /* what the line at the bottom says of the one; NULL: it waits longer */
	const char *endpoint; /* and the row of the other */
	const char *scheme;   /* NULL: "http" */
};

static const struct scene scenes[] = {
	{"hang", NULL, "sent no answer within 3.0 s", NULL},
	{"hang/headers", NULL, "sent no answer within 3.0 s", NULL},
	{"hang/body", NULL, "stalled after 6 bytes", NULL},
	{"drip", NULL, "stalled after ", NULL},
	{"reset", "reset the connection before it had", "reset the connection before", NULL},
	{"reset/body", "reset the connection after 6 bytes", "reset the connection after 6", NULL},
	{"close", "closed the connection before it had", "closed the connection before", NULL},
	{"short", "promised 100 bytes and closed the", "promised 100 bytes and closed", NULL},
	{"short/chunk", "closed the connection within the", "closed the connection within", NULL},
	{"bomb", "decompression bomb", "unpacks to more than 200 times", NULL},
	{"huge", "larger than the cap of 32 MB", "larger than the cap of 4 MB", NULL},
	{"headers", "headers are larger than 64 KB", "headers are larger than 64 KB", NULL},
	{"headers/one", "headers are larger than 64 KB", "headers are larger than 64 KB", NULL},
	{"garbage", "does not speak HTTP", "does not speak HTTP", NULL},
	{"encoding", "compressed in a way", "compressed in a way", NULL},
	{"html", "answers with a web page, not", "answers with a web page, not", NULL},
	{"login", "asks for a login", "asks for a login", NULL},
	{"forbidden", "forbids this (403)", "forbids this (403)", NULL},
	{"limited", "asks to wait 3600 s", "asks to wait 3600 s", NULL},
	{"broken", "answers 500", "answers 500", NULL},
	{"moved", "which is not followed", "redirects to http://login.example", NULL},
	{"ok", NULL, "takes the connection and does not answer", "https"},
};

static void fail(const struct scene *scene, struct stage *stage, const char *what)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	if (stage->driver)
		memory_text(stage->driver, &text);
	printf("not ok %s: %s\n%s\n", scene->fault, what, buf_cstr(&text));
	fflush(stdout);
	_exit(1);
}

static void see(const struct scene *scene, struct stage *stage, const char *keys,
		const char *text)
{
	stage_type(stage, keys);
	if (!stage_until(stage, text))
		fail(scene, stage, text);
	if (stage_shows(stage, SECRET))
		fail(scene, stage, "the token is on the screen");
}

static void keys_are_answered(const struct scene *scene, struct stage *stage)
{
	see(scene, stage, "2", "versions of ");
	see(scene, stage, "?", "The chain");
	see(scene, stage, "q1", "tame-bear-42");
}

static void open_scene(const struct scene *scene, struct stage *stage, int port)
{
	static char mlflow[128], endpoint[128], good[] = "good=mlflow:mlflow.db";
	static char self[] = "leeboard";
	char *argv[] = {self, mlflow, good, endpoint};
	const char *scheme = scene->scheme ? scene->scheme : "http";

	snprintf(mlflow, sizeof mlflow, "bad=mlflow:%s://127.0.0.1:%d/all/%s", scheme, port,
		 scene->fault);
	snprintf(endpoint, sizeof endpoint, "ill=endpoint:%s://127.0.0.1:%d/all/%s", scheme, port,
		 scene->fault);
	if (!stage_open(stage, 4, argv, 60, 240, GLYPHS_BRAILLE, true))
		fail(scene, stage, "did not open");
}

static void play(const struct scene *scene)
{
	struct faultd *server = faultd_start(0);
	struct stage stage;
	struct world world;

	world_open(&world);
	world_add(&world, "demo");
	setenv("MLFLOW_TRACKING_TOKEN", SECRET, 1);
	open_scene(scene, &stage, faultd_port(server));
	see(scene, &stage, "", "tame-bear-42");
	keys_are_answered(scene, &stage);
	if (scene->mlflow)
		see(scene, &stage, "", scene->mlflow);
	else if (stage_shows(&stage, "bad: "))
		fail(scene, &stage, "the server was not waited for");
	keys_are_answered(scene, &stage);
	see(scene, &stage, ":tab deployments\r", "deployments, worst first");
	see(scene, &stage, "", scene->endpoint);
	keys_are_answered(scene, &stage);
	if (!scene->scheme && !faultd_heard(server, SECRET))
		fail(scene, &stage, "the token was not sent");
	stage_close(&stage);
	faultd_stop(server);
	world_close(&world);
	printf("ok a server that does \"%s\"%s: a sentence, and keys are answered\n", scene->fault,
	       scene->scheme ? ", asked in TLS" : "");
	fflush(stdout);
}

int main(void)
{
	size_t n = sizeof scenes / sizeof *scenes;
	int status, failed = 0, running = 0;

	for (size_t i = 0; i < n; i++) {
		fflush(NULL);
		if (!fork()) {
			play(&scenes[i]);
			exit(0);
		}
		if (++running < 6)
			continue;
		wait(&status);
		failed += status != 0;
		running--;
	}
	while (wait(&status) > 0)
		failed += status != 0;
	printf("hostile servers: %zu passed, %d failed\n", n - (size_t)failed, failed);
	return failed != 0;
}
