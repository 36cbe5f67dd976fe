/* See subject.h. */
#include "pane/subject.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static char *own(struct str text)
{
	return text.s ? mem_copy(text.s, text.n) : NULL;
}

struct subject subject_make(enum subject_kind kind, struct str source, struct str id,
			    struct str version)
{
	return (struct subject){
		.kind = kind, .source = own(source), .id = own(id), .version = own(version)};
}

struct subject subject_copy(const struct subject *subject)
{
	return (struct subject){
		.kind = subject->kind,
		.source = own(str_of(subject->source)),
		.id = own(str_of(subject->id)),
		.version = own(str_of(subject->version)),
		.model = own(str_of(subject->model)),
		.beside = own(str_of(subject->beside)),
	};
}

void subject_release(struct subject *subject)
{
	free(subject->source);
	free(subject->id);
	free(subject->version);
	free(subject->model);
	free(subject->beside);
	*subject = (struct subject){0};
}

const char *subject_kind_name(enum subject_kind kind)
{
	static const char *const names[] = {
		[SUBJECT_NONE] = "nothing",         [SUBJECT_RUN] = "run",
		[SUBJECT_VERSION] = "model version", [SUBJECT_DEPLOYMENT] = "deployment",
		[SUBJECT_COMMIT] = "commit",        [SUBJECT_MONITOR] = "monitor",
	};

	return names[kind];
}
