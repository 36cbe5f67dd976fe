/*
 * The source "mlflow": a database file, or a server; both give the same records.
 *
 * A file or a folder with an mlflow.db in it goes to file.c, an http(s) address to rest.c.
 */
#include "base/mem.h"
#include "config/sources.h"
#include "source/mlflow/file.h"
#include "source/mlflow/rest.h"
#include "source/source.h"

#include <stdlib.h>

extern const struct source_class mlflow_source;

struct mlflow {
	struct source source;
	struct mlflow_file *file; /* one of the two */
	struct rest *rest;
};

/* A secret that is named but cannot be had is an error; one that is not named is none. */
static int get_secret(const struct secret_ref *ref, char **secret, struct err *err)
{
	*secret = NULL;
	if (ref->kind == SECRET_NONE)
		return 0;
	*secret = secret_read(ref, err);
	return *secret ? 0 : -1;
}

static struct rest *connect_server(const struct source_spec *spec, struct err *err)
{
	char *token = NULL, *password = NULL;
	struct rest *rest = NULL;

	if (!get_secret(&spec->token, &token, err) && !get_secret(&spec->password, &password, err)) {
		struct http_settings settings = {
			.base = spec->place,
			.token = token,
			.user = spec->user,
			.password = password,
			.ca_file = spec->ca,
		};

		rest = rest_new(&settings, err);
	}
	secret_free(token);
	secret_free(password);
	return rest;
}

static int mlflow_open(const struct source_spec *spec, struct source **source, struct err *err)
{
	struct mlflow *mlflow = mem_zero(1, sizeof *mlflow);

	mlflow->source = (struct source){.class = &mlflow_source, .spec = spec};
	if (spec->url)
		mlflow->rest = connect_server(spec, err);
	else
		mlflow->file = mlflow_file_new(spec->place);
	if (!mlflow->rest && !mlflow->file) {
		free(mlflow);
		return -1;
	}
	*source = &mlflow->source;
	return 0;
}

static int mlflow_read(struct source *source, const struct query *query, struct io *io,
		       struct build *build, struct err *err)
{
	struct mlflow *mlflow = (struct mlflow *)source;

	if (mlflow->file)
		return mlflow_file_read(mlflow->file, query, io, build, err);
	return rest_read(mlflow->rest, query, io, build, err);
}

static void mlflow_close(struct source *source)
{
	struct mlflow *mlflow = (struct mlflow *)source;

	mlflow_file_free(mlflow->file);
	if (mlflow->rest)
		rest_free(mlflow->rest);
	free(mlflow);
}

const struct source_class mlflow_source = {
	.kind = "mlflow",
	.about = "MLflow: runs, curves and the model registry, from mlflow.db or a server",
	.can = CAN_RUNS | CAN_SERIES | CAN_MODELS | CAN_FILTER,
	.poll_ms = 1000,
	.probe = mlflow_file_probe,
	.takes_urls = true,
	.open = mlflow_open,
	.read = mlflow_read,
	.close = mlflow_close,
};
