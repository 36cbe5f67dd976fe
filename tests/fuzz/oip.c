/*
 * The endpoint's answers: any bytes give texts or an error; any page that parses gives counters,
 * and bounds in order.
 */
#include "fuzz.h"

#include "source/endpoint/decode_oip.h"
#include "source/endpoint/signals.h"

#include <math.h>

static void on_server(void *ctx, const struct oip_server *server)
{
	(void)ctx;
	(void)server;
}

static void on_model(void *ctx, const struct oip_model *model)
{
	(void)ctx;
	assert(model->name.n);
}

static void on_metadata(void *ctx, const struct oip_metadata *metadata)
{
	(void)ctx;
	(void)metadata;
}

static void read_page(struct str body)
{
	struct signal_row rows[2] = {{.model = STR("m")}, {.model = STR("n")}};
	struct exposition page;
	struct arena arena;
	struct err err;

	if (exposition_parse(&page, body, &err))
		return;
	for (size_t k = 0; k < n_signal_tables; k++)
		for (size_t n = 1; n <= 2; n++) {
			arena_init(&arena, 1 << 20);
			signals_read(&page, &signal_tables[k], rows, n, &arena);
			for (uint32_t i = 1; i < rows[0].nbounds; i++)
				assert(rows[0].bounds[i - 1] < rows[0].bounds[i]);
			assert(!rows[0].nbounds || isinf(rows[0].bounds[rows[0].nbounds - 1]));
			arena_release(&arena);
		}
	exposition_release(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str body = {(const char *)data + 1, n - 1};
	struct err err;

	if (!n)
		return 0;
	switch (data[0] % 5) {
	case 0:
		decode_oip_server(body, on_server, NULL, &err);
		break;
	case 1:
		decode_oip_index(body, on_model, NULL, &err);
		break;
	case 2:
		decode_oip_names(body, on_model, NULL, &err);
		break;
	case 3:
		decode_oip_metadata(body, on_metadata, NULL, &err);
		break;
	case 4:
		read_page(body);
		break;
	}
	return 0;
}
