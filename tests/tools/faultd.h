/*
 * An HTTP server on loopback that misbehaves on purpose, for tests.
 *
 * What a path does is in faultd.c's table: "/hang", "/hang/headers", "/drip", "/bomb", …; at
 * "/all/hang" all that is below does the same, for a program with paths of its own. Answers can be
 * scripted too, and win over the table. Every request is logged whole, so that a test can say what
 * a server was never told. Each connection has a thread; faultd_stop ends them all.
 */
#ifndef TESTS_TOOLS_FAULTD_H
#define TESTS_TOOLS_FAULTD_H

#include <stddef.h>

struct faultd;

/* Listens on 127.0.0.1 at the port (0: a free one). NULL when it cannot. */
struct faultd *faultd_start(int port);

/* Closes every connection, waits for the threads, frees all. */
void faultd_stop(struct faultd *f);

int faultd_port(const struct faultd *f);

/*
 * Scripts an answer: `what` is "METHOD /path" (any query fits) or "METHOD /path?query". Several for
 * one `what` are given in order, and the last stays. `extra` are header lines, each with its
 * "\r\n"; "" for none. The body is copied.
 */
void faultd_answer(struct faultd *f, const char *what, int status, const char *extra,
		   const void *body, size_t n);

/* Forgets all scripted answers. */
void faultd_forget(struct faultd *f);

/* Waits until at least n requests have been read in all; gives how many. */
size_t faultd_wait(struct faultd *f, size_t n);

/* Does the log of all requests hold the text? */
int faultd_heard(struct faultd *f, const char *text);

/* The log: heads and bodies in the order of arrival. Free it. */
char *faultd_log(struct faultd *f);

#endif
