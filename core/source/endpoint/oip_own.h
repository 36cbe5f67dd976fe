/* Inside the endpoint source: what its files share. */
#ifndef SOURCE_ENDPOINT_OIP_OWN_H
#define SOURCE_ENDPOINT_OIP_OWN_H

#include "base/arena.h"
#include "base/map.h"
#include "record/deployment.h"
#include "source/endpoint/decode_oip.h"
#include "source/endpoint/oip.h"
#include "source/endpoint/signals.h"

#include <regex.h>

enum {
	OIP_PATIENCE_MS = 3000,  /* for one answer */
	OIP_MODELS = 1000,       /* rows of one server */
	OIP_TEXT = 4096,         /* bytes of a name or version that is kept */
	OIP_MATCHED = 256,       /* bytes of a version that an expression is tried on */
	OIP_RING = 720,          /* samples of one model: an hour of polls */
	OIP_RING_ALL = 20000,    /* samples of all models together */
	OIP_LOOK_AGAIN_MS = 60000, /* for a metrics page that was not there */
};

/* A model, between looks. Texts are its own. */
struct served {
	struct str name, version, platform;
	bool asked;            /* its metadata was asked for */
	bool listed;           /* in this look */
	enum deployment_state state;
	int64_t since;         /* when the state was seen to change; TIME_NONE: was so before */
	bool judged;           /* `state` is of an earlier look */
	enum signal_scope scope;
	double *bounds;
	uint32_t nbounds;
	struct scrape_sample *samples; /* buckets are each sample's own */
	uint32_t n, cap;
};

/* Where the metrics page is. */
enum metrics_place { METRICS_SEARCH, METRICS_SAME, METRICS_SIDE, METRICS_GIVEN, METRICS_NONE };

struct oip {
	struct http *http;
	char *name, *model, *registry, *version_said;
	char *ca_file;
	regex_t match;
	bool has_match;
	char server[64];       /* "mlserver 1.7.1"; "" until known */
	bool asked_server;
	bool no_index;         /* it lists names only */
	struct served *served;
	size_t n, cap;
	struct map by_name;
	enum metrics_place place;
	char *metrics;         /* the address, once known or given */
	struct http *side;     /* client for a page at another origin; never with the secret */
	int64_t look_again;    /* monotonic ms */
};

/* One look. */
struct look {
	struct oip *oip;
	struct io *io;
	struct build *build;
	struct arena arena;
	struct found *found;   /* rows of the index */
	size_t nfound, found_cap;
	size_t left_out;       /* rows of models past the caps */
	double probe;
	bool failed;           /* the server could not be asked */
	bool server_ready;
	char not_ready[160];   /* why not */
};

struct found {
	uint32_t served;
	struct oip_model row;  /* texts in the look's arena */
};

/* Sends a GET with OIP_PATIENCE_MS; 0: an answer of any status, the caller's to release. */
int oip_ask(struct look *look, const char *path, struct http_response *response, struct err *err);

/* A sample for every listed model: the probe, and what the metrics page says if there is one. */
void oip_scrape(struct look *look);

/* The ring of a model. */
void served_add_sample(struct served *served, const struct signal_row *row, size_t most);
void served_release(struct served *served);

#endif
