/*
 * MLflow read from its server, over REST: the same records as from its file.
 *
 * Runs come in pages and are streamed into the builder as they come; their parameters, tags and
 * last metrics come with them and are attached. Between whole reads only what is newer, running or
 * was running is asked for. Aggregates are worked out from the histories. The server is asked
 * nothing that changes anything.
 */
#ifndef SOURCE_MLFLOW_REST_H
#define SOURCE_MLFLOW_REST_H

#include "net/http.h"
#include "source/source.h"

struct rest;

/* NULL on an error: a bad address, secret or CA file. Sends nothing yet. */
struct rest *rest_new(const struct http_settings *settings, struct err *err);
void rest_free(struct rest *rest);

int rest_read(struct rest *rest, const struct query *query, struct io *io, struct build *build,
	      struct err *err);

#endif
