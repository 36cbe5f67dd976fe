/* MLflow's REST answers: any bytes give records or an error; records hold ids, sorted keys. */
#include "fuzz.h"

#include "source/mlflow/decode_rest.h"

static void on_experiment(void *ctx, const struct experiment *experiment)
{
	(void)ctx;
	assert(experiment->id.n);
}

static void on_run(void *ctx, struct run_detail *detail)
{
	(void)ctx;
	assert(detail->run.id.n);
	for (uint32_t i = 1; i < detail->nparams; i++)
		assert(str_compare(detail->params[i - 1].key, detail->params[i].key) <= 0);
	for (uint32_t i = 0; i < detail->nmetrics; i++)
		assert(detail->metrics[i].key.s);
}

static void on_point(void *ctx, const struct rest_point *point)
{
	(void)point;
	++*(size_t *)ctx;
}

static void on_model(void *ctx, const struct model *model)
{
	(void)ctx;
	assert(model->name.n);
}

static void on_version(void *ctx, struct str model, const struct model_version *version)
{
	(void)ctx;
	assert(model.n && version->version.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str body = {(const char *)data + 1, n - 1};
	struct err err;
	struct buf next;
	size_t points = 0;

	if (!n)
		return 0;
	buf_init(&next, REST_TOKEN_MAX);
	switch (data[0] % 6) {
	case 0:
		decode_experiments(body, on_experiment, NULL, &next, &err);
		break;
	case 1:
		decode_runs(body, on_run, NULL, &next, &err);
		break;
	case 2:
		decode_run(body, on_run, NULL, &err);
		break;
	case 3:
		decode_points(body, on_point, &points, &next, &err);
		break;
	case 4:
		decode_models(body, on_model, NULL, &next, &err);
		break;
	case 5:
		decode_versions(body, on_version, NULL, &next, &err);
		break;
	}
	buf_release(&next);
	return 0;
}
