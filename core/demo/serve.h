/*
 * The demo's model server: the Open Inference Protocol (V2) over HTTP on this machine only, as
 * MLServer answers it, with `/metrics` on the same port. It computes every prediction it gives.
 *
 * A real service looks the customer up before it scores; the few milliseconds that takes are waited
 * here, so that latencies look like latencies.
 */
#ifndef DEMO_SERVE_H
#define DEMO_SERVE_H

#include "base/err.h"
#include "demo/meter.h"
#include "demo/model.h"

struct MHD_Daemon;

struct server {
	struct MHD_Daemon *daemon;
	struct model model;
	const char *name;
	char version[24];
	int port; /* a free one, chosen at the start */
	struct meter meter;
	pthread_mutex_t dice_lock;
	struct dice dice;
};

/* name is a literal that needs no quoting. */
int server_start(struct server *server, const struct model *model, const char *name,
		 int64_t version, uint64_t seed, struct err *err);
void server_stop(struct server *server);

#endif
