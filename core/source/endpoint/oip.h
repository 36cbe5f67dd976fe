/*
 * A server that speaks the Open Inference Protocol: is it alive, which models does it serve, how do
 * they do.
 *
 * A read is one look: the health request (its round trip is the probe), the list of models, each
 * model's own ready check, the metrics page. An inference is never sent. What the server counts is
 * kept as a ring of samples per model between looks; rates are worked out from them elsewhere
 * (analysis/rate.h).
 *
 * States. No connection, or one that breaks: every model is failed. No answer in time: unknown.
 * Both are also the error of the read (-1), with the rows in the builder. A model that the server
 * lists as not loaded is failed; a server without a model is one failed row.
 */
#ifndef SOURCE_ENDPOINT_OIP_H
#define SOURCE_ENDPOINT_OIP_H

#include "net/http.h"
#include "source/source.h"

struct oip_settings {
	struct http_settings http; /* the server; the secret goes to its origin only */
	const char *name;          /* of the source: of the row where no model is known */
	const char *metrics;       /* address of the metrics page; NULL: looked for */
	const char *model;         /* registered model that is served; NULL: of the same name */
	const char *registry;      /* the source that has it; NULL: any */
	const char *version;       /* its version, as the user says; NULL: as reported */
	const char *match;         /* POSIX extended: the version is its first group in the
	                              reported one; NULL: the whole */
};

struct oip;

/* NULL on an error: a bad address, secret, CA file or expression. Sends nothing yet. */
struct oip *oip_new(const struct oip_settings *settings, struct err *err);
void oip_free(struct oip *oip);

/*
 * Is it such a server at all? 1 when it says its name as the protocol has it, 0 when it says
 * something else, -1 and err when it says nothing within OIP_GREET_MS, or a quarter of io's time.
 */
enum { OIP_GREET_MS = 3000 };
int oip_greet(struct oip *oip, struct io *io, struct err *err);

/* RECORD_DEPLOYMENTS. */
int oip_read(struct oip *oip, struct io *io, struct build *build, struct err *err);

#endif
