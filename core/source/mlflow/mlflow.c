/*
 * The source "mlflow": a database file, or a server; both give the same records.
 *
 * A file or a folder with an mlflow.db in it goes to file.c, an http(s) address to rest.c.
 */
#include "base/mem.h"
#include "source/login.h"
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

static struct rest *connect_server(const struct source_spec *spec, struct err *err)
{
	struct rest *rest = NULL;
	struct login login;

	if (!login_get(&login, spec, err))
		rest = rest_new(&login.http, err);
	login_release(&login);
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
