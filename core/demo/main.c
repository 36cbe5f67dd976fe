/*
 * leeboard-demo: a small world to look at. It makes a workspace folder with an experiment store, a
 * repository and prediction events, then goes on living in it: trains models, serves one, sends it
 * customers, and lets their income drift (story.h says what happens when).
 *
 *     leeboard-demo [--dir FOLDER] [--ahead SECONDS] [--seed N]
 *
 * Once everything is there it prints one line of JSON on stdout (ports and paths). It ends when its
 * stdin does, with its parent, or at SIGTERM, SIGINT or SIGHUP. --ahead starts that far into the
 * story.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "demo/quote.h"
#include "demo/serve.h"
#include "demo/story.h"
#include "demo/traffic.h"
#include "demo/trainer.h"
#include "demo/workspace.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	SECOND = 1000,
	MAX_AHEAD = 3600,
	FLUSH_EVERY = 500, /* ms */
	EXIT_UNKNOWN = 3,
	EXIT_USAGE = 64,
};

struct options {
	const char *folder;
	int64_t ahead, seed;
};

struct demo {
	struct workspace workspace;
	struct server server;
	struct trainer trainer;
	struct traffic traffic;
	int stop; /* an eventfd: readable once everything shall end */
	pthread_t threads[2];
	int n_threads;
};

static void complain(const struct err *err)
{
	fprintf(stderr, "leeboard-demo: %s%s%s\n", err->message, err->hint[0] ? "; " : "", err->hint);
}

/* Waits until that time of the wall clock; false when it is time to end. */
static bool wait_until(const struct demo *demo, int64_t when)
{
	struct pollfd stop = {.fd = demo->stop, .events = POLLIN};
	int64_t left = when - clock_wall();

	/* a clock set back must not put the demo to sleep for hours */
	if (left > SECOND)
		left = SECOND;
	return poll(&stop, 1, left > 0 ? (int)left : 0) == 0;
}

static void *train(void *context)
{
	struct demo *demo = context;
	int64_t next = 0;
	struct err err;

	while (wait_until(demo, next))
		if (clock_wall() >= next && trainer_step(&demo->trainer, clock_wall(), &next, &err) != 0) {
			complain(&err);
			next = clock_wall() + SECOND;
		}
	return NULL;
}

static void *send_traffic(void *context)
{
	struct demo *demo = context;
	int64_t next = clock_wall(), flush = next + FLUSH_EVERY;
	struct err err;

	while (wait_until(demo, next)) {
		int64_t now = clock_wall();

		if (traffic_request(&demo->traffic, now, &err) != 0)
			complain(&err);
		if (now >= flush || now < flush - 2 * FLUSH_EVERY) {
			if (traffic_flush(&demo->traffic, &err) != 0)
				complain(&err);
			flush = now + FLUSH_EVERY;
		}
		/* requests that the machine was too slow for are not made up for */
		next += SECOND / STORY_RATE;
		if (next < now - SECOND || next > now + SECOND)
			next = now;
	}
	if (traffic_flush(&demo->traffic, &err) != 0)
		complain(&err);
	return NULL;
}

/* Everything that is there when the program says that it is ready. */
static int set_up(struct demo *demo, const struct options *options, struct err *err)
{
	int64_t now = clock_wall(), story = now - options->ahead * SECOND, window = STORY_WINDOW * SECOND;
	int64_t begin = story - story % window - STORY_WINDOWS * window, trained = begin - 60 * SECOND;
	int64_t version, next;
	uint64_t seed = (uint64_t)options->seed;
	struct model model;

	if (workspace_open(&demo->workspace, options->folder, err) != 0 ||
	    workspace_fill(&demo->workspace, trained - 3600 * SECOND, err) != 0 ||
	    trainer_init(&demo->trainer, demo->workspace.store, seed, demo->workspace.commit, story,
			 trained, &model, &version, err) != 0 ||
	    server_start(&demo->server, &model, DEMO_MODEL, version, seed + 1, err) != 0 ||
	    traffic_init(&demo->traffic, demo->workspace.events, &demo->server, seed + 2, story, err) != 0)
		return -1;
	if (traffic_history(&demo->traffic, begin, now, err) != 0 ||
	    trainer_step(&demo->trainer, now, &next, err) != 0)
		return -1;
	return workspace_write_config(&demo->workspace, demo->server.port, err);
}

static int start_threads(struct demo *demo, struct err *err)
{
	void *(*const work[2])(void *) = {train, send_traffic};

	for (int i = 0; i < 2; i++) {
		int failed = pthread_create(&demo->threads[i], NULL, work[i], demo);

		if (failed)
			return err_errno(err, failed, "no thread");
		demo->n_threads++;
	}
	return 0;
}

static void add_path(struct buf *out, const char *key, const char *path)
{
	buf_addf(out, ",\"%s\":", key);
	quote_add(out, str_of(path));
}

static void say_ready(const struct demo *demo)
{
	const struct workspace *workspace = &demo->workspace;
	struct buf out;

	buf_init(&out, 1 << 16);
	buf_addf(&out, "{\"ready\":true,\"pid\":%ld,\"port\":%d,\"model\":\"%s\",\"version\":\"%s\"",
		 (long)getpid(), demo->server.port, DEMO_MODEL, demo->server.version);
	add_path(&out, "dir", workspace->folder);
	add_path(&out, "config", workspace->config);
	add_path(&out, "store", workspace->store);
	add_path(&out, "events", workspace->events);
	add_path(&out, "code", workspace->code);
	buf_adds(&out, "}\n");
	fwrite(out.s, 1, out.n, stdout);
	fflush(stdout);
	buf_release(&out);
}

/* Until stdin ends or a signal comes. What stdin says is passed over. */
static void wait_for_end(int signals)
{
	struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
	char bin[256];

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents)
			return;
		if (fds[0].revents && read(STDIN_FILENO, bin, sizeof bin) <= 0)
			return;
	}
}

static void tear_down(struct demo *demo)
{
	uint64_t one = 1;

	if (write(demo->stop, &one, sizeof one) == sizeof one)
		for (int i = 0; i < demo->n_threads; i++)
			pthread_join(demo->threads[i], NULL);
	traffic_release(&demo->traffic);
	server_stop(&demo->server);
	trainer_release(&demo->trainer);
	workspace_close(&demo->workspace);
	close(demo->stop);
}

static bool read_options(struct options *options, int argc, char **argv)
{
	static const struct option words[] = {{"dir", required_argument, NULL, 'd'},
					      {"ahead", required_argument, NULL, 'a'},
					      {"seed", required_argument, NULL, 's'},
					      {NULL, 0, NULL, 0}};

	for (int word; (word = getopt_long(argc, argv, "", words, NULL)) != -1;) {
		if (word == 'd')
			options->folder = optarg;
		else if (word == 'a' && num_parse_int(str_of(optarg), &options->ahead) &&
			 options->ahead >= 0 && options->ahead <= MAX_AHEAD)
			continue;
		else if (word != 's' || !num_parse_int(str_of(optarg), &options->seed))
			return false;
	}
	return optind == argc;
}

/* The signals that end the program come through a descriptor; a parent that dies sends one too. */
static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int main(int argc, char **argv)
{
	struct options options = {.seed = 1};
	struct demo *demo;
	struct err err = {0};
	int signals = catch_signals(), status = 0;

	if (!read_options(&options, argc, argv)) {
		fprintf(stderr, "usage: leeboard-demo [--dir FOLDER] [--ahead SECONDS] [--seed N]\n");
		return EXIT_USAGE;
	}
	demo = mem_zero(1, sizeof *demo);
	demo->workspace.lock = -1;
	demo->stop = eventfd(0, EFD_CLOEXEC);
	if (set_up(demo, &options, &err) == 0 && start_threads(demo, &err) == 0) {
		say_ready(demo);
		wait_for_end(signals);
	} else {
		complain(&err);
		status = EXIT_UNKNOWN;
	}
	tear_down(demo);
	free(demo);
	return status;
}
