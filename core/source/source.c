/* The registry of sources; see source.h. */
#include "source/source.h"

#include <string.h>

#define SOURCE(class) extern const struct source_class class;
#include "source/registry.def"
#undef SOURCE

const struct source_class *const source_classes[] = {
#define SOURCE(class) &class,
#include "source/registry.def"
#undef SOURCE
	NULL,
};

const struct source_class *source_class_of(const char *kind)
{
	for (size_t i = 0; source_classes[i]; i++)
		if (!strcmp(source_classes[i]->kind, kind))
			return source_classes[i];
	return NULL;
}

const struct source_class *source_find(const char *path, const char **why)
{
	const char *reason = "nothing that leeboard reads";

	for (size_t i = 0; source_classes[i]; i++) {
		const struct source_class *class = source_classes[i];

		if (class->probe && class->probe(path, &reason)) {
			*why = reason;
			return class;
		}
	}
	*why = reason;
	return NULL;
}

const struct source_class *source_ask(const struct source_spec *spec, struct io *io, struct err *err)
{
	const struct source_class *other = NULL;

	err_set(err, ERR_NETWORK, "not asked");
	for (size_t i = 0; source_classes[i]; i++) {
		const struct source_class *class = source_classes[i];
		int answer;

		if (!class->takes_urls)
			continue;
		if (!class->answers && !other)
			other = class;
		if (!class->answers || !io)
			continue;
		answer = class->answers(spec, io, err);
		if (answer >= 0)
			err_clear(err);
		if (answer > 0)
			return class;
	}
	return other;
}
