/* The source "endpoint": a model server of the Open Inference Protocol; see oip.h. */
#include "base/mem.h"
#include "source/endpoint/oip.h"
#include "source/login.h"
#include "source/source.h"

#include <stdlib.h>

extern const struct source_class endpoint_source;

struct endpoint {
	struct source source;
	struct oip *oip;
};

static struct oip *connect(const struct source_spec *spec, struct err *err)
{
	struct oip_settings settings = {
		.name = spec->name,
		.metrics = spec->metrics,
		.model = spec->model.name,
		.registry = spec->model.source,
		.version = spec->model.version.fixed,
		.match = spec->model.version.match,
	};
	struct oip *oip = NULL;
	struct login login;

	if (!login_get(&login, spec, err)) {
		settings.http = login.http;
		oip = oip_new(&settings, err);
	}
	login_release(&login);
	return oip;
}

static int endpoint_answers(const struct source_spec *spec, struct io *io, struct err *err)
{
	struct oip *oip = connect(spec, err);
	int answer = oip ? oip_greet(oip, io, err) : -1;

	oip_free(oip);
	return answer;
}

static int endpoint_open(const struct source_spec *spec, struct source **source, struct err *err)
{
	struct oip *oip;
	struct endpoint *endpoint;

	if (!spec->url) {
		err_set(err, ERR_USAGE, "%s: an endpoint is an address", spec->location);
		return err_hint(err, "such as endpoint:http://127.0.0.1:8080");
	}
	oip = connect(spec, err);
	if (!oip)
		return -1;
	endpoint = mem_zero(1, sizeof *endpoint);
	endpoint->source = (struct source){.class = &endpoint_source, .spec = spec};
	endpoint->oip = oip;
	*source = &endpoint->source;
	return 0;
}

static int endpoint_read(struct source *source, const struct query *query, struct io *io,
			 struct build *build, struct err *err)
{
	if (query->kind != RECORD_DEPLOYMENTS)
		return err_set(err, ERR_UNSUPPORTED, "an endpoint has deployments only");
	return oip_read(((struct endpoint *)source)->oip, io, build, err);
}

static void endpoint_close(struct source *source)
{
	oip_free(((struct endpoint *)source)->oip);
	free(source);
}

const struct source_class endpoint_source = {
	.kind = "endpoint",
	.about = "a model server of the Open Inference Protocol: MLServer, KServe, Triton",
	.can = CAN_DEPLOYMENTS,
	.poll_ms = 5000,
	.takes_urls = true,
	.answers = endpoint_answers,
	.open = endpoint_open,
	.read = endpoint_read,
	.close = endpoint_close,
};
