/*
 * Answers of the Open Inference Protocol as plain values: bytes in, texts out.
 *
 * What is handed out are views that live until the callback returns. -1: the body is no such answer
 * (ERR_FORMAT) or past a cap (ERR_TOO_BIG). Facts: bodies of health and ready calls are optional
 * and never read; the index is an extension (MLServer, Triton: one row a version, states READY,
 * UNAVAILABLE, LOADING, UNLOADING, UNKNOWN); servers without it list names (KServe).
 */
#ifndef SOURCE_ENDPOINT_DECODE_OIP_H
#define SOURCE_ENDPOINT_DECODE_OIP_H

#include "base/err.h"
#include "base/str.h"

/* GET /v2. Missing texts stay missing. */
struct oip_server {
	struct str name, version;
};
typedef void oip_on_server(void *ctx, const struct oip_server *server);
int decode_oip_server(struct str body, oip_on_server *each, void *ctx, struct err *err);

/* A row of POST /v2/repository/index, or a name of GET /v2/models (then only the name is there). */
struct oip_model {
	struct str name, version, state, reason;
};
typedef void oip_on_model(void *ctx, const struct oip_model *model);
int decode_oip_index(struct str body, oip_on_model *each, void *ctx, struct err *err);
int decode_oip_names(struct str body, oip_on_model *each, void *ctx, struct err *err);

/* GET /v2/models/NAME: its platform, and its last version where it lists any (as `version`). */
struct oip_metadata {
	struct str platform, version;
};
typedef void oip_on_metadata(void *ctx, const struct oip_metadata *metadata);
int decode_oip_metadata(struct str body, oip_on_metadata *each, void *ctx, struct err *err);

#endif
