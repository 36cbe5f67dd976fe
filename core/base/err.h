/*
 * Errors: what happened, where, and what to do about it.
 *
 * Every function that can fail takes a `struct err *` as its last argument and returns 0 or -1.
 * The code says what kind of trouble it is (a caller may branch on it), `origin` names the file or
 * server, `native` is the number of the layer below (errno, SQLite, curl, HTTP status), `message`
 * is one clean line, `hint` says what the user can do ("" when there is nothing to say).
 * Messages pass the text gate here, so that foreign text in them can be shown anywhere.
 * The layer that knows fills it in; layers above pass it on and do not overwrite it. Context
 * (origin) is added once, at the source's edge.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err_code {
	ERR_NONE,
	ERR_USAGE,       /* the words of the user do not fit */
	ERR_NOT_FOUND,   /* no such file, run, model, path */
	ERR_DENIED,      /* the operating system says no */
	ERR_BUSY,        /* locked by a writer; trying again helps */
	ERR_CHANGED,     /* the store changed while it was read */
	ERR_CANCELLED,   /* the user said stop */
	ERR_TIMEOUT,     /* no answer, or no progress, in time */
	ERR_NETWORK,     /* no connection, or a broken one */
	ERR_TLS,         /* the certificate or the handshake was refused */
	ERR_AUTH,        /* 401, 403 */
	ERR_RATE,        /* 429 */
	ERR_SERVER,      /* another HTTP error */
	ERR_FORMAT,      /* not what it should be: no JSON, no store, no such grammar */
	ERR_CORRUPT,     /* damaged */
	ERR_UNSUPPORTED, /* sound, but beyond what leeboard reads */
	ERR_TOO_BIG,     /* past a cap */
	ERR_IO,          /* read or write failed */
};

struct err {
	enum err_code code;
	int native;
	bool retryable;
	long long wait_ms; /* that the other side asks for before the next try; 0: none */
	char origin[160];
	char message[320];
	char hint[240];
};

/* Sets code and message, clears the rest. Always returns -1: `return err_set(err, …);` */
int err_set(struct err *err, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The errno form: picks the code, adds strerror, and a hint where a right is lacking. Always returns
 * -1.
 */
int err_errno(struct err *err, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What to do about it. Returns -1 for chaining. */
int err_hint(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Names the file or server, unless a deeper layer did. Returns -1 for chaining. */
int err_origin(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

/* The code's word in JSON: "not_found", "busy", … */
const char *err_name(enum err_code code);

#endif
