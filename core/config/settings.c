/* The table of every setting; see config.h. The order is that of the manual. */
#include "config/config.h"

#define TOP(field) SECTION_TOP, offsetof(struct config, field)
#define SOURCE(field) SECTION_SOURCE, offsetof(struct config_source, field)
#define MODEL(field) SECTION_MODEL, offsetof(struct config_model, field)
#define RULE(field) SECTION_RULE, offsetof(struct config_version, field)
#define MONITOR(field) SECTION_MONITOR, offsetof(struct config_monitor, field)
#define EVENTS(field) SECTION_EVENTS, offsetof(struct config_events, field)
#define REFERENCE(field) SECTION_REFERENCE, offsetof(struct config_reference, field)

const struct config_setting config_settings[] = {
	{TOP(sources), "sources", CONFIG_SOURCES, .help = "the systems to read"},
	{TOP(monitors), "monitors", CONFIG_MONITORS, .help = "what is watched for drift"},
	{TOP(metrics), "metrics", CONFIG_PAIRS, "higher|lower",
	 .help = "which way is better, for metrics whose name does not say"},
	{TOP(theme), "theme", CONFIG_CHOICE, "dark|light|mono", "dark", .help = "colours"},
	{TOP(glyphs), "glyphs", CONFIG_CHOICE, "auto|braille|ascii", "auto",
	 .help = "what charts are drawn with"},
	{TOP(mouse), "mouse", CONFIG_BOOL, .usual = "false",
	 .help = "whether the mouse works from the start"},
	{TOP(keys), "keys", CONFIG_PAIRS, .help = "other keys for commands"},

	{SOURCE(name), "name", CONFIG_TEXT,
	 .help = "what tables call it; by default the end of the place"},
	{SOURCE(kind), "kind", CONFIG_TEXT,
	 .help = "mlflow, endpoint, events, git …; found by looking when not said"},
	{SOURCE(at), "at", CONFIG_PLACE, .help = "a file, a folder, or an http(s) address",
	 .needed = true},
	{SOURCE(token), "token", CONFIG_SECRET,
	 .help = "bearer token: {env: NAME}, {file: PATH} or {command: [ARGV …]}"},
	{SOURCE(user), "user", CONFIG_TEXT, .help = "name for basic authentication"},
	{SOURCE(password), "password", CONFIG_SECRET,
	 .help = "password for basic authentication, given like token"},
	{SOURCE(ca), "ca", CONFIG_PLACE,
	 .help = "certificates (PEM) to trust in place of the system's"},
	{SOURCE(production), "production", CONFIG_BOOL, .usual = "false",
	 .help = "frames its panes as a warning"},
	{SOURCE(demo), "demo", CONFIG_BOOL, .usual = "false",
	 .help = "made up: its panes say \"demo data\""},
	{SOURCE(every), "every", CONFIG_SECONDS, .help = "seconds between polls"},
	{SOURCE(metrics), "metrics", CONFIG_PLACE,
	 .help = "address of the metrics page, where it is not beside the endpoint"},
	{SOURCE(model), "model", CONFIG_SECTION, .help = "the registered model that it serves",
	 .section = SECTION_MODEL},

	{MODEL(source), "source", CONFIG_TEXT, .help = "name of the source whose registry has it"},
	{MODEL(name), "name", CONFIG_TEXT, .help = "name in the registry", .needed = true},
	{MODEL(version), "version", CONFIG_VERSION, .usual = "reported",
	 .help = "reported (by the server), a version, or a rule {from: index, match: EXPRESSION}"},

	{RULE(from), "from", CONFIG_TEXT, "index",
	 .help = "where the version is in: the server's repository index", .needed = true},
	{RULE(match), "match", CONFIG_TEXT, .help = "expression whose first group is the version",
	 .needed = true},

	{MONITOR(name), "name", CONFIG_TEXT, .help = "what check and the pane call it",
	 .needed = true},
	{MONITOR(model), "model", CONFIG_TEXT,
	 .help = "the registered model whose predictions these are"},
	{MONITOR(events), "events", CONFIG_SECTION, .help = "where the prediction events are",
	 .needed = true, .section = SECTION_EVENTS},
	{MONITOR(time), "time", CONFIG_TEXT, .help = "column with the time of an event"},
	{MONITOR(version), "version", CONFIG_TEXT, .help = "column with the model's version"},
	{MONITOR(prediction), "prediction", CONFIG_TEXT, .help = "column with the prediction"},
	{MONITOR(label), "label", CONFIG_TEXT, .help = "column with what came true"},
	{MONITOR(id), "id", CONFIG_TEXT, .help = "column that names the request"},
	{MONITOR(features), "features", CONFIG_LIST,
	 .help = "columns to watch; by default all others"},
	{MONITOR(numeric), "numeric", CONFIG_LIST, .help = "those that are numbers"},
	{MONITOR(categorical), "categorical", CONFIG_LIST, .help = "those that are names"},
	{MONITOR(boolean), "boolean", CONFIG_LIST, .help = "those that are true or false"},
	{MONITOR(reference), "reference", CONFIG_SECTION,
	 .help = "what windows are compared with; by default the first 24 complete windows",
	 .section = SECTION_REFERENCE},
	{MONITOR(window), "window", CONFIG_SPAN, .usual = "1h", .help = "length of a window"},
	{MONITOR(recipe), "recipe", CONFIG_TEXT, .usual = "leeboard.psi",
	 .help = "how the distance is measured"},
	{MONITOR(limit), "limit", CONFIG_NUMBER, .usual = "0.1",
	 .help = "distance from which a window is in drift"},
	{MONITOR(open), "open", CONFIG_K_OF_M, .usual = "2 of 3",
	 .help = "windows in drift before it is a fault"},
	{MONITOR(close), "close", CONFIG_COUNT, .usual = "3",
	 .help = "windows in a row below 80 % of the limit before it is over"},

	{EVENTS(at), "at", CONFIG_PLACE, .help = "an SQLite file, CSV or JSON lines",
	 .needed = true},
	{EVENTS(table), "table", CONFIG_TEXT, .help = "table or view, where there are several"},

	{REFERENCE(at), "at", CONFIG_PLACE, .help = "a file of its own"},
	{REFERENCE(table), "table", CONFIG_TEXT, .help = "table or view in it"},
	{REFERENCE(from), "from", CONFIG_TEXT, .help = "start of a span of the same events"},
	{REFERENCE(to), "to", CONFIG_TEXT, .help = "its end"},
};

const size_t config_n_settings = sizeof config_settings / sizeof *config_settings;
