/* Inside the server reader: what its files share. */
#ifndef SOURCE_MLFLOW_REST_OWN_H
#define SOURCE_MLFLOW_REST_OWN_H

#include "base/arena.h"
#include "base/map.h"
#include "source/mlflow/decode_rest.h"
#include "source/mlflow/rest.h"

/* "/api/2.0/mlflow/" is where nearly everything is. */
#define REST_API "/api/2.0/mlflow/"

enum {
	REST_BATCH = 100,       /* runs named in one request: the limit of bulk histories */
	REST_BULK_MAX = 25000,  /* points in one bulk answer; as many mean that some are missing */
	REST_HISTORY = 20000,   /* points a page */
	REST_FIRST_PAGE = 100,  /* runs in the first page, so that something shows soon … */
	REST_POLL_PAGE = 20,    /* a look at what is new */
	REST_PAGE = 200,        /* … and in the others, while the answers stay under the cap */
	REST_PAGE_MIN = 5,
	REST_MODELS = 1000,
	REST_NAMES_MAX = 64 << 20,
	REST_TAILS = 64,        /* series that are polled without being read again whole */
};

/* Counts of an experiment's runs. */
struct run_count {
	uint64_t runs;
	int64_t activity;
};

/* Where the history of one metric of one run ended; rest_series.c. Texts are its own. */
struct rest_tail {
	char *run, *key;        /* NULL: not in use */
	char *token;            /* of the last page */
	size_t before, on_page; /* points on the pages before it, and on it */
	uint64_t sum;           /* of the points on it */
	bool whole;             /* the last reading came to its end */
	bool has_latest;
	uint64_t latest;        /* sum of the latest point, as the run says it */
};

/* Between reads: names of experiments, keys seen, what the server can do. */
struct rest {
	struct http *http;
	char version[40];       /* "" until asked */
	bool no_bulk;           /* no bulk histories there */
	bool no_id_list;        /* no `run_id IN (…)` there */
	uint32_t page;          /* runs a page */
	struct arena names;     /* of the experiments */
	struct experiment *experiments;
	size_t n, cap;
	struct map by_id;       /* experiment id → index */
	struct arena count_names;
	struct map counted;     /* experiment id → index of its count */
	struct run_count *counts;
	size_t ncounts, counts_cap;
	bool counts_whole;      /* of a whole reading of the runs */
	struct arena key_names;
	struct map keys[3];     /* by enum column_kind: metrics, parameters, tags */
	bool keys_whole;        /* every run was seen */
	struct rest_tail tails[REST_TAILS];
	size_t next_tail;
};

/* What one read needs everywhere. */
struct asking {
	struct rest *rest;
	struct io *io;
	struct build *build;
	struct buf next;        /* the token of the next page */
	int64_t done;           /* for progress */
};

/* GET and POST below REST_API; 0: `response` is a sound 2xx and the caller's to release. */
int rest_get(struct asking *ask, const char *url, struct http_response *response,
	     struct err *err);
int rest_post(struct asking *ask, const char *url, struct str body,
	      struct http_response *response, struct err *err);

/* Appends a JSON string. */
void rest_quote(struct buf *out, struct str text);

/* Reads the experiments' names anew. */
int rest_list_experiments(struct asking *ask, struct err *err);

/*
 * All runs that fit, page by page. `filter` in MLflow's grammar or missing; `view` "ALL" or
 * "ACTIVE_ONLY". `more` (may be NULL) is asked after each page whether to go on.
 */
struct run_search {
	struct str filter;
	const char *view;
	rest_on_run *each;
	void *ctx;
	bool (*more)(void *ctx);
	uint32_t first; /* runs in the first page; 0: REST_FIRST_PAGE */
};
int rest_search_runs(struct asking *ask, const struct run_search *search, struct err *err);

/* The runs of these ids (at most REST_BATCH) that there are. */
int rest_runs_of(struct asking *ask, const struct str *ids, size_t n, rest_on_run *each, void *ctx,
		 struct err *err);

/* One page of a history: that of the token in ask->next, which gets the one of the page after. */
int rest_history_page(struct asking *ask, struct str run, struct str key, rest_on_point *each,
		      void *ctx, struct err *err);

/* Every point of one metric of one run. */
int rest_history(struct asking *ask, struct str run, struct str key, rest_on_point *each,
		 void *ctx, struct err *err);

/* Every point of one metric of these runs (at most REST_BATCH), each with its run. */
int rest_histories(struct asking *ask, struct str key, const struct str *runs, size_t n,
		   rest_on_point *each, void *ctx, struct err *err);

/* Remembers the names of metrics, parameters and tags. */
void rest_note_keys(struct rest *rest, const struct run_detail *detail);

/* Takes the counts from the runs that the builder holds: after a whole reading. */
void rest_count_runs(struct asking *ask);

void rest_forget_tails(struct rest *rest);

int rest_read_experiments(struct asking *ask, const struct query *query, struct err *err);
int rest_read_series(struct asking *ask, const struct query *query, struct err *err);
int rest_read_column(struct asking *ask, const struct query *query, struct err *err);
int rest_read_details(struct asking *ask, const struct query *query, struct err *err);
int rest_read_models(struct asking *ask, struct err *err);

#endif
