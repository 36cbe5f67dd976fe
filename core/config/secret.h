/*
 * Secrets: where one is to be had, and getting it.
 *
 * A configuration never holds a secret, only a reference: an environment variable, a file of mode
 * 0600, or a helper program. The helper is started without a shell, with an environment of a few
 * harmless variables, without input, and has ten seconds.
 * A secret in memory is a C string of its own; secret_free() overwrites it. It never goes into an
 * error: messages name the place only. A process that has read one leaves no core file.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include "base/err.h"

#include <stddef.h>

enum { SECRET_MAX = 64 << 10, SECRET_SECONDS = 10 };

enum secret_kind { SECRET_NONE, SECRET_ENV, SECRET_FILE, SECRET_COMMAND };

struct secret_ref {
	enum secret_kind kind;
	const char *word; /* the variable's name, or the file's path */
	const char *const *argv; /* of the helper, NULL at its end; [0] is an absolute path */
};

/*
 * Gets the secret; one line end at its end is dropped. NULL and err: the variable is not set,
 * others may read the file, the helper failed, it is empty, holds a NUL or is too long.
 * SECRET_NONE gives NULL with err->code ERR_NONE. Blocks: not for the loop's thread.
 */
char *secret_read(const struct secret_ref *ref, struct err *err);

/* NULL is fine. */
void secret_free(char *secret);

#endif
