/* The configuration: what is accepted is whole and its sources have names. */
#include "fuzz.h"

#include "config/config.h"
#include "config/sources.h"

#include <string.h>

static const char *const kinds[] = {"mlflow", "endpoint", "events", "git", NULL};

static void check_monitor(const struct config_monitor *monitor)
{
	assert(monitor->name && monitor->events.at && monitor->recipe);
	assert(monitor->window > 0 && monitor->close > 0);
	assert(monitor->open.k >= 1 && monitor->open.m >= monitor->open.k);
	assert(!(monitor->limit <= 0));
}

static void check_sources(const struct config *config)
{
	struct sources sources;
	struct err err = {0};

	sources_init(&sources, kinds, config);
	if (sources_add_config(&sources, &err) == 0 && sources_finish(&sources, &err) == 0)
		for (size_t i = 0; i < sources.n; i++) {
			const struct source_spec *spec = sources.items[i];

			assert(spec->name[0] && spec->place[0]);
			assert(sources_named(&sources, str_of(spec->name)));
		}
	else
		assert(err.message[0]);
	sources_release(&sources);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct config config;
	struct err err = {0};

	config_init(&config);
	if (config_parse(&config, (struct str){(const char *)data, n}, "/conf", &err) < 0) {
		assert(err.code != ERR_NONE && err.message[0]);
	} else {
		for (size_t i = 0; i < config.n_monitors; i++)
			check_monitor(&config.monitors[i]);
		for (size_t i = 0; i < config.n_sources; i++)
			assert(config.sources[i].at && config.sources[i].line > 0);
		check_sources(&config);
	}
	config_release(&config);
	return 0;
}
