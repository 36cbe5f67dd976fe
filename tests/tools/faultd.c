/* The misbehaving server; see faultd.h. */
#include "faultd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CLIENTS = 256, MAX_REQUEST = 1 << 20 };

struct answer {
	char what[512];
	int status;
	char *extra, *body;
	size_t n;
	bool used;
};

struct client {
	struct faultd *f;
	int fd;
	pthread_t thread;
};

struct faultd {
	int listener, port;
	int stop[2]; /* closed for writing: everybody who waits goes home */
	pthread_t acceptor;
	pthread_mutex_t lock;
	pthread_cond_t heard;
	struct client clients[MAX_CLIENTS];
	size_t n_clients;
	struct answer *answers;
	size_t n_answers;
	size_t requests;
	char *log;
	size_t log_n;
};

/* ---- small things ---- */

static void out_of(const char *what)
{
	perror(what);
	abort();
}

static void send_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

static void send_text(int fd, const char *s)
{
	send_all(fd, s, strlen(s));
}

/* True when the server stops or the client goes within ms (-1: however long). */
static bool wait_for_end(struct client *c, int ms)
{
	struct pollfd fds[] = {{.fd = c->f->stop[0], .events = POLLIN},
			       {.fd = c->fd, .events = POLLRDHUP}};

	return poll(fds, 2, ms) != 0;
}

/* Closing with data unread, or with a zero linger, sends a reset. */
static void reset(struct client *c)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void reply(struct client *c, int status, const char *extra, const void *body, size_t n)
{
	const char *type = "Content-Type: application/json\r\n";
	char head[1024];

	snprintf(head, sizeof head, "HTTP/1.1 %d Scripted\r\nContent-Length: %zu\r\n%s%s\r\n",
		 status, n, strstr(extra, "Content-Type") ? "" : type, extra);
	send_text(c->fd, head);
	send_all(c->fd, body, n);
}

static void reply_text(struct client *c, int status, const char *extra, const char *body)
{
	reply(c, status, extra, body, strlen(body));
}

/* ---- the faults: true keeps the connection for the next request ---- */

#define JSON_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static bool fault_ok(struct client *c, const char *rest)
{
	(void)rest;
	reply_text(c, 200, "", "{\"ok\":true}");
	return true;
}

static bool fault_hang(struct client *c, const char *rest)
{
	(void)rest;
	wait_for_end(c, -1);
	return false;
}

static bool fault_hang_headers(struct client *c, const char *rest)
{
	send_text(c->fd, "HTTP/1.1 200 OK\r\nContent-Ty");
	return fault_hang(c, rest);
}

static bool fault_hang_body(struct client *c, const char *rest)
{
	send_text(c->fd, JSON_HEAD "Content-Length: 100\r\n\r\n{\"ok\":");
	return fault_hang(c, rest);
}

static bool fault_drip(struct client *c, const char *rest)
{
	(void)rest;
	send_text(c->fd, JSON_HEAD "Content-Length: 100000\r\n\r\n");
	do {
		send_text(c->fd, " ");
	} while (!wait_for_end(c, 1000));
	return false;
}

static bool fault_reset(struct client *c, const char *rest)
{
	(void)rest;
	reset(c);
	return false;
}

static bool fault_reset_body(struct client *c, const char *rest)
{
	send_text(c->fd, JSON_HEAD "Content-Length: 100\r\n\r\n{\"ok\":");
	/* what was sent must be out before the reset takes it back */
	for (int left = 1; left > 0;) {
		struct tcp_info info;
		socklen_t size = sizeof info;

		if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &size))
			break;
		left = (int)info.tcpi_unacked;
	}
	return fault_reset(c, rest);
}

static bool fault_close(struct client *c, const char *rest)
{
	(void)c;
	(void)rest;
	return false;
}

static bool fault_short(struct client *c, const char *rest)
{
	(void)rest;
	send_text(c->fd, JSON_HEAD "Content-Length: 100\r\n\r\n{\"ok\":true}");
	return false;
}

static bool fault_short_chunk(struct client *c, const char *rest)
{
	(void)rest;
	send_text(c->fd, JSON_HEAD "Transfer-Encoding: chunked\r\n\r\nff\r\n{\"ok\":true}");
	return false;
}

static bool fault_long(struct client *c, const char *rest)
{
	(void)rest;
	send_text(c->fd, JSON_HEAD "Content-Length: 11\r\n\r\n{\"ok\":true}HTTP/1.1 200 OK\r\n"
				   "Content-Length: 3\r\n\r\nbad");
	return true;
}

/*
 * A gzip header, then the head of a deflate block whose code for "258 zeros again" is two zero
 * bits: every zero byte that follows unpacks to 1,032 bytes.
 */
static bool fault_bomb(struct client *c, const char *rest)
{
	static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3,
					     0xed, 0xc0, 0x81, 0x00, 0x00, 0x00, 0x00, 0x80,
					     0xa0, 0xfd, 0xa9, 0x17, 0xa9, 0x00};
	char zeros[1024] = {0};
	(void)rest;

	send_text(c->fd, JSON_HEAD "Content-Encoding: gzip\r\nContent-Length: 200024\r\n\r\n");
	send_all(c->fd, head, sizeof head);
	for (size_t sent = 0; sent < 200000; sent += sizeof zeros)
		send_all(c->fd, zeros, sizeof zeros < 200000 - sent ? sizeof zeros : 200000 - sent);
	return false;
}

static bool fault_gzip(struct client *c, const char *rest)
{
	/* {"ok":true} */
	static const unsigned char body[] = {
		0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56,
		0xca, 0xcf, 0x56, 0xb2, 0x2a, 0x29, 0x2a, 0x4d, 0xad, 0x05, 0x00, 0x90,
		0x5f, 0xd4, 0xa7, 0x0b, 0x00, 0x00, 0x00};
	(void)rest;

	reply(c, 200, "Content-Encoding: gzip\r\n", body, sizeof body);
	return true;
}

static bool fault_encoding(struct client *c, const char *rest)
{
	(void)rest;
	reply_text(c, 200, "Content-Encoding: br\r\n", "{}");
	return true;
}

static bool fault_huge(struct client *c, const char *rest)
{
	char spaces[4096];
	(void)rest;

	memset(spaces, ' ', sizeof spaces);
	send_text(c->fd, JSON_HEAD "Content-Length: 1073741824\r\n\r\n");
	for (int i = 0; i < 1 << 18 && !wait_for_end(c, 0); i++)
		send_all(c->fd, spaces, sizeof spaces);
	return false;
}

static bool fault_headers(struct client *c, const char *rest)
{
	(void)rest;
	send_text(c->fd, "HTTP/1.1 200 OK\r\n");
	while (!wait_for_end(c, 0))
		send_text(c->fd, "X-Flood: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n");
	return false;
}

static bool fault_one_header(struct client *c, const char *rest)
{
	char x[4096];
	(void)rest;

	memset(x, 'x', sizeof x);
	send_text(c->fd, "HTTP/1.1 200 OK\r\nX-Flood: ");
	while (!wait_for_end(c, 0))
		send_all(c->fd, x, sizeof x);
	return false;
}

static bool fault_garbage(struct client *c, const char *rest)
{
	(void)rest;
	send_text(c->fd, "SSH-2.0-OpenSSH_9.2\r\nhello\r\n");
	return false;
}

static bool fault_html(struct client *c, const char *rest)
{
	(void)rest;
	reply_text(c, 200, "Content-Type: text/html\r\n",
		   "<!doctype html><title>Sign in</title>");
	return true;
}

/* "/redirect/" and then the target as it is to be sent. */
static bool fault_redirect(struct client *c, const char *rest)
{
	char extra[800];

	snprintf(extra, sizeof extra, "Location: %.700s\r\n", rest);
	reply_text(c, 302, extra, "");
	return true;
}

/* "/status/503", and "/status/429/120" with a Retry-After. */
static bool fault_status(struct client *c, const char *rest)
{
	const char *after = strchr(rest, '/');
	char extra[100] = "";

	if (after)
		snprintf(extra, sizeof extra, "Retry-After: %.60s\r\n", after + 1);
	reply_text(c, atoi(rest), extra, "{\"message\":\"scripted\"}");
	return true;
}

/* Those with a status, for a program with paths of its own. */
static bool fault_login(struct client *c, const char *rest)
{
	(void)rest;
	return fault_status(c, "401");
}

static bool fault_forbidden(struct client *c, const char *rest)
{
	(void)rest;
	return fault_status(c, "403");
}

static bool fault_limited(struct client *c, const char *rest)
{
	(void)rest;
	return fault_status(c, "429/3600");
}

static bool fault_broken(struct client *c, const char *rest)
{
	(void)rest;
	return fault_status(c, "500");
}

static bool fault_moved(struct client *c, const char *rest)
{
	(void)rest;
	return fault_redirect(c, "http://login.example/");
}

static const struct {
	const char *path;
	bool prefix;
	bool (*run)(struct client *c, const char *rest);
} faults[] = {
	{"/ok", false, fault_ok},
	{"/hang", false, fault_hang},
	{"/hang/headers", false, fault_hang_headers},
	{"/hang/body", false, fault_hang_body},
	{"/drip", false, fault_drip},
	{"/reset", false, fault_reset},
	{"/reset/body", false, fault_reset_body},
	{"/close", false, fault_close},
	{"/short", false, fault_short},
	{"/short/chunk", false, fault_short_chunk},
	{"/long", false, fault_long},
	{"/bomb", false, fault_bomb},
	{"/gzip", false, fault_gzip},
	{"/encoding", false, fault_encoding},
	{"/huge", false, fault_huge},
	{"/headers", false, fault_headers},
	{"/headers/one", false, fault_one_header},
	{"/garbage", false, fault_garbage},
	{"/html", false, fault_html},
	{"/redirect/", true, fault_redirect},
	{"/status/", true, fault_status},
	{"/login", false, fault_login},
	{"/forbidden", false, fault_forbidden},
	{"/limited", false, fault_limited},
	{"/broken", false, fault_broken},
	{"/moved", false, fault_moved},
};

/* The fault at an address that the target is below, the longest such; -1: none. */
static int fault_above(const char *target)
{
	size_t longest = 0;
	int found = -1;

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		size_t n = strlen(faults[i].path);

		if (n > longest && !strncmp(target, faults[i].path, n) && target[n] == '/') {
			longest = n;
			found = (int)i;
		}
	}
	return found;
}

static bool run_fault(struct client *c, const char *target)
{
	static const char all[] = "/all";
	int above = strncmp(target, all, sizeof all - 1) ? -1
							  : fault_above(target + sizeof all - 1);

	if (above >= 0)
		return faults[above].run(c, "");
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		size_t n = strlen(faults[i].path);

		if (faults[i].prefix ? !strncmp(target, faults[i].path, n)
				     : !strcmp(target, faults[i].path))
			return faults[i].run(c, target + n);
	}
	reply_text(c, 404, "", "{\"detail\":\"Not Found\"}");
	return true;
}

/* ---- scripted answers ---- */

static bool fits(const struct answer *a, const char *what)
{
	size_t n = strlen(a->what);

	if (strncmp(a->what, what, n))
		return false;
	return !what[n] || (what[n] == '?' && !strchr(a->what, '?'));
}

/* The first unused one, else the last that fits; a copy, since the script may be dropped. */
static bool take_answer(struct faultd *f, const char *what, struct answer *out)
{
	struct answer *found = NULL;

	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->n_answers; i++) {
		if (!fits(&f->answers[i], what))
			continue;
		found = &f->answers[i];
		if (!found->used)
			break;
	}
	if (found) {
		found->used = true;
		*out = *found;
		out->extra = strdup(found->extra);
		out->body = malloc(found->n + 1);
		if (!out->extra || !out->body)
			out_of("faultd");
		memcpy(out->body, found->body, found->n);
	}
	pthread_mutex_unlock(&f->lock);
	return found;
}

void faultd_answer(struct faultd *f, const char *what, int status, const char *extra,
		   const void *body, size_t n)
{
	struct answer *a;

	pthread_mutex_lock(&f->lock);
	f->answers = realloc(f->answers, (f->n_answers + 1) * sizeof *f->answers);
	if (!f->answers)
		out_of("faultd");
	a = &f->answers[f->n_answers++];
	*a = (struct answer){.status = status, .n = n, .extra = strdup(extra),
			     .body = malloc(n + 1)};
	if (!a->extra || !a->body)
		out_of("faultd");
	snprintf(a->what, sizeof a->what, "%s", what);
	memcpy(a->body, body, n);
	pthread_mutex_unlock(&f->lock);
}

void faultd_forget(struct faultd *f)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->n_answers; i++) {
		free(f->answers[i].extra);
		free(f->answers[i].body);
	}
	free(f->answers);
	f->answers = NULL;
	f->n_answers = 0;
	pthread_mutex_unlock(&f->lock);
}

/* ---- connections ---- */

static void note_request(struct faultd *f, const char *bytes, size_t n)
{
	pthread_mutex_lock(&f->lock);
	f->log = realloc(f->log, f->log_n + n + 1);
	if (!f->log)
		out_of("faultd");
	memcpy(f->log + f->log_n, bytes, n);
	f->log_n += n;
	f->log[f->log_n] = '\0';
	f->requests++;
	pthread_cond_broadcast(&f->heard);
	pthread_mutex_unlock(&f->lock);
}

/* Bytes of head and body together, or 0 while the head is not all there. */
static size_t request_size(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n"), *length;

	if (!end)
		return 0;
	length = strcasestr(text, "\r\nContent-Length:");
	return (size_t)(end + 4 - text) +
	       (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
}

/* Reads one request into text; false at the end of the connection. */
static bool read_request(struct client *c, char *text)
{
	size_t n = 0;

	for (;;) {
		ssize_t got = recv(c->fd, text + n, MAX_REQUEST - n - 1, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		n += (size_t)got;
		text[n] = '\0';
		if (request_size(text) && n >= request_size(text))
			break;
	}
	note_request(c->f, text, n);
	return true;
}

static bool serve(struct client *c, char *text)
{
	char method[16], target[8000], what[8100];
	struct answer a;

	if (sscanf(text, "%15s %7999s", method, target) != 2)
		return false;
	snprintf(what, sizeof what, "%s %s", method, target);
	if (!take_answer(c->f, what, &a))
		return run_fault(c, target);
	reply(c, a.status, a.extra, a.body, a.n);
	free(a.extra);
	free(a.body);
	return true;
}

static void *talk(void *data)
{
	struct client *c = data;
	char *text = malloc(MAX_REQUEST);
	int fd;

	if (!text)
		out_of("faultd");
	while (read_request(c, text) && serve(c, text))
		;
	free(text);
	pthread_mutex_lock(&c->f->lock);
	fd = c->fd;
	c->fd = -1;
	pthread_mutex_unlock(&c->f->lock);
	close(fd);
	return NULL;
}

static void *accept_all(void *data)
{
	struct faultd *f = data;

	for (;;) {
		int fd = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC);
		struct client *c = &f->clients[f->n_clients];

		if (fd < 0)
			return NULL;
		if (f->n_clients == MAX_CLIENTS) {
			close(fd);
			continue;
		}
		*c = (struct client){.f = f, .fd = fd};
		if (pthread_create(&c->thread, NULL, talk, c))
			out_of("faultd");
		f->n_clients++;
	}
}

struct faultd *faultd_start(int port)
{
	struct faultd *f = calloc(1, sizeof *f);
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	int on = 1;

	if (!f || pipe(f->stop))
		out_of("faultd");
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->heard, NULL);
	f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(f->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(f->listener, (struct sockaddr *)&at, sizeof at) || listen(f->listener, 64) ||
	    getsockname(f->listener, (struct sockaddr *)&at, &size)) {
		close(f->listener);
		free(f);
		return NULL;
	}
	f->port = ntohs(at.sin_port);
	if (pthread_create(&f->acceptor, NULL, accept_all, f))
		out_of("faultd");
	return f;
}

void faultd_stop(struct faultd *f)
{
	shutdown(f->listener, SHUT_RDWR);
	pthread_join(f->acceptor, NULL);
	close(f->listener);
	close(f->stop[1]);
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->n_clients; i++)
		if (f->clients[i].fd >= 0)
			shutdown(f->clients[i].fd, SHUT_RDWR);
	pthread_mutex_unlock(&f->lock);
	for (size_t i = 0; i < f->n_clients; i++)
		pthread_join(f->clients[i].thread, NULL);
	close(f->stop[0]);
	faultd_forget(f);
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->heard);
	free(f->log);
	free(f);
}

int faultd_port(const struct faultd *f)
{
	return f->port;
}

size_t faultd_wait(struct faultd *f, size_t n)
{
	size_t requests;

	pthread_mutex_lock(&f->lock);
	while (f->requests < n)
		pthread_cond_wait(&f->heard, &f->lock);
	requests = f->requests;
	pthread_mutex_unlock(&f->lock);
	return requests;
}

int faultd_heard(struct faultd *f, const char *text)
{
	int found;

	pthread_mutex_lock(&f->lock);
	found = f->log && strstr(f->log, text);
	pthread_mutex_unlock(&f->lock);
	return found;
}

char *faultd_log(struct faultd *f)
{
	char *copy;

	pthread_mutex_lock(&f->lock);
	copy = strdup(f->log ? f->log : "");
	pthread_mutex_unlock(&f->lock);
	return copy;
}
