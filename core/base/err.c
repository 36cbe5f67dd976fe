/* Errors; see err.h. */
#include "base/err.h"

#include "base/buf.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Formats through the gate into a fixed field, cut between characters. */
static void __attribute__((format(printf, 3, 0)))
set_clean(char *field, size_t size, const char *format, va_list args)
{
	char raw[1024];
	struct buf clean;
	struct str cut;

	vsnprintf(raw, sizeof raw, format, args);
	buf_init(&clean, 4 * sizeof raw);
	text_clean(&clean, str_of(raw));
	cut = text_cut(buf_str(&clean), size - 1);
	memcpy(field, cut.s, cut.n);
	field[cut.n] = '\0';
	buf_release(&clean);
}

int err_set(struct err *err, enum err_code code, const char *format, ...)
{
	va_list args;

	err_clear(err);
	err->code = code;
	err->retryable = code == ERR_BUSY || code == ERR_CHANGED || code == ERR_TIMEOUT ||
			 code == ERR_NETWORK || code == ERR_RATE;
	va_start(args, format);
	set_clean(err->message, sizeof err->message, format, args);
	va_end(args);
	return -1;
}

static enum err_code code_of_errno(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case ETIMEDOUT:
		return ERR_TIMEOUT;
	case ENAMETOOLONG:
	case EFBIG:
		return ERR_TOO_BIG;
	default:
		return ERR_IO;
	}
}

int err_errno(struct err *err, int number, const char *format, ...)
{
	char what[256], reason[128];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	err_set(err, code_of_errno(number), "%s: %s", what,
		strerror_r(number, reason, sizeof reason));
	err->native = number;
	if (number == EACCES || number == EPERM)
		err_hint(err, "ls -l shows who may read and write it");
	return -1;
}

int err_hint(struct err *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_clean(err->hint, sizeof err->hint, format, args);
	va_end(args);
	return -1;
}

int err_origin(struct err *err, const char *format, ...)
{
	va_list args;

	if (err->origin[0])
		return -1;
	va_start(args, format);
	set_clean(err->origin, sizeof err->origin, format, args);
	va_end(args);
	return -1;
}

void err_clear(struct err *err)
{
	*err = (struct err){.code = ERR_NONE};
}

const char *err_name(enum err_code code)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",
		[ERR_USAGE] = "usage",
		[ERR_NOT_FOUND] = "not_found",
		[ERR_DENIED] = "denied",
		[ERR_BUSY] = "busy",
		[ERR_CHANGED] = "changed",
		[ERR_CANCELLED] = "cancelled",
		[ERR_TIMEOUT] = "timeout",
		[ERR_NETWORK] = "network",
		[ERR_TLS] = "tls",
		[ERR_AUTH] = "auth",
		[ERR_RATE] = "rate",
		[ERR_SERVER] = "server",
		[ERR_FORMAT] = "format",
		[ERR_CORRUPT] = "corrupt",
		[ERR_UNSUPPORTED] = "unsupported",
		[ERR_TOO_BIG] = "too_big",
		[ERR_IO] = "io",
	};

	return names[code];
}
