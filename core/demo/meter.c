/* See meter.h. */
#include "demo/meter.h"

#include "demo/quote.h"

#include <inttypes.h>

/* The default edges of Prometheus' client libraries, in seconds. */
static const double edges[METER_EDGES] = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
					  0.5,   0.75, 1,     2.5,  5,     7.5, 10};

void meter_init(struct meter *meter)
{
	*meter = (struct meter){0};
	pthread_mutex_init(&meter->lock, NULL);
}

void meter_release(struct meter *meter)
{
	pthread_mutex_destroy(&meter->lock);
}

/* The counters of that path, or NULL when the table is full (it has room for every template). */
static struct meter_path *path_of(struct meter *meter, const char *method, const char *path,
				  int status)
{
	struct meter_path *at = meter->paths;

	for (size_t i = 0; i < meter->n; i++, at++)
		if (at->method == method && at->path == path && at->status == status)
			return at;
	if (meter->n == METER_PATHS)
		return NULL;
	meter->n++;
	*at = (struct meter_path){.method = method, .path = path, .status = status};
	return at;
}

void meter_request(struct meter *meter, const char *method, const char *path, int status,
		   double seconds)
{
	struct meter_path *at;

	pthread_mutex_lock(&meter->lock);
	at = path_of(meter, method, path, status);
	if (at) {
		at->count++;
		at->seconds += seconds;
		for (int i = 0; i < METER_EDGES; i++)
			at->bucket[i] += seconds <= edges[i];
	}
	pthread_mutex_unlock(&meter->lock);
}

void meter_inference(struct meter *meter, bool versioned, bool success, double seconds)
{
	struct meter_model *model = &meter->models[versioned];

	pthread_mutex_lock(&meter->lock);
	if (success) {
		model->success++;
		model->seconds += seconds;
	} else {
		model->failure++;
	}
	pthread_mutex_unlock(&meter->lock);
}

static void head(struct buf *out, const char *name, const char *help, const char *type)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void labels(struct buf *out, const struct meter_path *path)
{
	buf_addf(out, "method=\"%s\",path=\"%s\",status_code=\"%d\"} ", path->method, path->path,
		 path->status);
}

static void write_paths(const struct meter *meter, struct buf *out)
{
	head(out, "rest_server_requests_total", "Total HTTP requests", "counter");
	for (size_t i = 0; i < meter->n; i++) {
		buf_adds(out, "rest_server_requests_total{app_name=\"mlserver\",");
		labels(out, &meter->paths[i]);
		buf_addf(out, "%" PRId64 ".0\n", meter->paths[i].count);
	}
}

static void write_durations(const struct meter *meter, struct buf *out)
{
	const char *name = "rest_server_request_duration_seconds";

	head(out, name, "HTTP request duration, in seconds", "histogram");
	for (size_t i = 0; i < meter->n; i++) {
		const struct meter_path *path = &meter->paths[i];

		for (int k = 0; k <= METER_EDGES; k++) {
			buf_addf(out, "%s_bucket{app_name=\"mlserver\",le=\"", name);
			if (k < METER_EDGES)
				quote_number(out, edges[k]);
			else
				buf_adds(out, "+Inf");
			buf_adds(out, "\",");
			labels(out, path);
			buf_addf(out, "%" PRId64 ".0\n", k < METER_EDGES ? path->bucket[k] : path->count);
		}
		buf_addf(out, "%s_count{app_name=\"mlserver\",", name);
		labels(out, path);
		buf_addf(out, "%" PRId64 ".0\n%s_sum{app_name=\"mlserver\",", path->count, name);
		labels(out, path);
		quote_number(out, path->seconds);
		buf_addc(out, '\n');
	}
}

/* A line for each of the two ways to ask, once it was used. */
static void write_model(const struct meter *meter, const char *name, const char *model,
			const char *version, double (*value)(const struct meter_model *),
			struct buf *out)
{
	for (int i = 0; i < 2; i++) {
		const struct meter_model *at = &meter->models[i];

		if (!at->success && !at->failure)
			continue;
		buf_addf(out, "%s{model=\"%s\",version=\"%s\"} ", name, model, i ? version : "None");
		quote_number(out, value(at));
		buf_addc(out, '\n');
	}
}

static double successes(const struct meter_model *model)
{
	return (double)model->success;
}

static double failures(const struct meter_model *model)
{
	return (double)model->failure;
}

static double seconds_of(const struct meter_model *model)
{
	return model->seconds;
}

void meter_text(struct meter *meter, const char *model, const char *version, struct buf *out)
{
	pthread_mutex_lock(&meter->lock);
	write_paths(meter, out);
	write_durations(meter, out);
	head(out, "model_infer_request_success_total", "Model infer request success count", "counter");
	write_model(meter, "model_infer_request_success_total", model, version, successes, out);
	head(out, "model_infer_request_failure_total", "Model infer request failure count", "counter");
	write_model(meter, "model_infer_request_failure_total", model, version, failures, out);
	head(out, "model_infer_request_duration", "Model infer request duration", "summary");
	write_model(meter, "model_infer_request_duration_count", model, version, successes, out);
	write_model(meter, "model_infer_request_duration_sum", model, version, seconds_of, out);
	pthread_mutex_unlock(&meter->lock);
}
