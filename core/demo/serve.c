/* See serve.h. libmicrohttpd carries the bytes, a thread a connection; answer.c has the words. */
#include "demo/serve.h"

#include "demo/answer.h"

#include <arpa/inet.h>
#include <math.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_REQUEST = 1 << 20, MAX_CONNECTIONS = 64, IDLE_SECONDS = 60 };

/* One request as it comes in. */
struct incoming {
	struct buf body;
	double start;
};

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* About 9 ms, sometimes 30: what a look-up in a store of features takes. */
static void look_up(struct server *server)
{
	struct timespec pause = {0};
	double ms;

	pthread_mutex_lock(&server->dice_lock);
	ms = 2 + exp(1.9 + 0.55 * dice_normal(&server->dice));
	pthread_mutex_unlock(&server->dice_lock);
	pause.tv_nsec = (long)(fmin(ms, 200) * 1e6);
	nanosleep(&pause, NULL);
}

static void count(struct server *server, const struct answer *answer, double seconds)
{
	if (answer->counted)
		meter_request(&server->meter, answer->counted, answer->template, answer->status, seconds);
	if (answer->scored && answer->status == 200)
		meter_inference(&server->meter, strstr(answer->template, "versions") != NULL, true,
				seconds);
}

static enum MHD_Result reply(struct MHD_Connection *connection, struct answer *answer)
{
	struct MHD_Response *response;
	enum MHD_Result queued;

	response = MHD_create_response_from_buffer(answer->body.n, (void *)buf_cstr(&answer->body),
						   MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", answer->type);
	queued = MHD_queue_response(connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return queued;
}

/* Called first with the headers, then for each piece of the body, then once more without one. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
				  const char *url, const char *method, const char *version,
				  const char *piece, size_t *n, void **state)
{
	struct server *server = context;
	struct incoming *incoming = *state;
	struct question question = {method, url, STR_NONE};
	struct answer out;
	enum MHD_Result queued;

	(void)version;
	if (!incoming) {
		incoming = *state = calloc(1, sizeof *incoming);
		if (!incoming)
			return MHD_NO;
		buf_init(&incoming->body, MAX_REQUEST);
		incoming->start = seconds_now();
		return MHD_YES;
	}
	if (*n) {
		buf_add(&incoming->body, piece, *n);
		*n = 0;
		return incoming->body.over ? MHD_NO : MHD_YES;
	}
	question.body = buf_str(&incoming->body);
	answer(server, &question, &out);
	if (out.scored)
		look_up(server);
	count(server, &out, seconds_now() - incoming->start);
	queued = reply(connection, &out);
	buf_release(&out.body);
	return queued;
}

static void on_done(void *context, struct MHD_Connection *connection, void **state,
		    enum MHD_RequestTerminationCode how)
{
	struct incoming *incoming = *state;

	(void)context;
	(void)connection;
	(void)how;
	if (!incoming)
		return;
	buf_release(&incoming->body);
	free(incoming);
	*state = NULL;
}

int server_start(struct server *server, const struct model *model, const char *name,
		 int64_t version, uint64_t seed, struct err *err)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const union MHD_DaemonInfo *info;

	server->model = *model;
	server->name = name;
	snprintf(server->version, sizeof server->version, "%lld", (long long)version);
	meter_init(&server->meter);
	dice_seed(&server->dice, seed);
	pthread_mutex_init(&server->dice_lock, NULL);
	server->daemon = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, 0, NULL,
		NULL, on_request, server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)IDLE_SECONDS, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_END);
	if (!server->daemon)
		return err_set(err, ERR_NETWORK, "no server on 127.0.0.1: the port or a thread was refused");
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
	server->port = info ? info->port : 0;
	return 0;
}

void server_stop(struct server *server)
{
	if (!server->daemon)
		return;
	MHD_stop_daemon(server->daemon);
	server->daemon = NULL;
	meter_release(&server->meter);
	pthread_mutex_destroy(&server->dice_lock);
}
