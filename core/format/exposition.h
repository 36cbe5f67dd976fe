/*
 * A metrics page in Prometheus' text format 0.0.4, read whole.
 *
 * As in Prometheus, one malformed line fails the page; the error names the line and shows it.
 * Samples stay in the order of the page. A sample belongs to the family whose name it has, or,
 * where such a family was declared as a histogram or summary, whose name it has with _bucket, _sum
 * or _count at its end; without a declaration it is a family of its own, untyped.
 * Everything lives in the arena of the page; texts are as sent (gate them before showing).
 */
#ifndef FORMAT_EXPOSITION_H
#define FORMAT_EXPOSITION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

enum {
	EXPOSITION_BYTES = 16 << 20,
	EXPOSITION_LINE = 64 << 10,
	EXPOSITION_SAMPLES = 200000,
	EXPOSITION_LABELS = 64, /* of one sample */
	EXPOSITION_VALUE = 4 << 10,
};

enum exposition_type {
	EXPOSITION_UNTYPED,
	EXPOSITION_COUNTER,
	EXPOSITION_GAUGE,
	EXPOSITION_HISTOGRAM,
	EXPOSITION_SUMMARY,
};

struct exposition_family {
	struct str name, help; /* help: STR_NONE when there is none */
	enum exposition_type type;
};

struct exposition_label {
	struct str name, value;
};

struct exposition_sample {
	struct str name;
	const struct exposition_label *labels;
	uint32_t n_labels;
	uint32_t family; /* index */
	double value;
	int64_t time; /* ms; TIME_NONE when the page gives none */
};

struct exposition {
	struct exposition_family *families;
	size_t n_families;
	struct exposition_sample *samples;
	size_t n_samples;

	struct arena arena;
	size_t families_cap, samples_cap; /* private */
};

/* Parses the page; on success the caller releases it. -1: ERR_FORMAT or ERR_TOO_BIG. */
int exposition_parse(struct exposition *page, struct str body, struct err *err);
void exposition_release(struct exposition *page);

/* The value of a label of a sample; STR_NONE when it has none of that name. */
struct str exposition_label(const struct exposition_sample *sample, const char *name);

/* The family of that name, or NULL. */
const struct exposition_family *exposition_family(const struct exposition *page, const char *name);

#endif
