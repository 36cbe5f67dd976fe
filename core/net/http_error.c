/* A failed transfer as one sentence and a hint; see http_error.h. */
#include "net/http_error.h"

#include "net/http.h"

#include <string.h>

/* Numbers of OpenSSL's certificate check that deserve a sentence of their own (x509_vfy.h). */
enum {
	VERIFY_NOT_YET = 9,
	VERIFY_EXPIRED = 10,
	VERIFY_SELF_SIGNED = 18,
	VERIFY_SELF_SIGNED_CHAIN = 19,
	VERIFY_NO_ISSUER = 20,
	VERIFY_NO_FIRST = 21,
	VERIFY_WRONG_HOST = 62,
};

static const char ca_hint[] = "if that authority is yours, name its certificate with `ca:` in the "
			      "config file";

static int bad_certificate(const struct http_failure *f, struct err *err)
{
	const char *host = f->url->host;
	/* the name is curl's own check, which has no number */
	bool wrong_host = strstr(f->detail, "subject name");

	switch (wrong_host ? VERIFY_WRONG_HOST : f->verify) {
	case VERIFY_NOT_YET:
		err_set(err, ERR_TLS, "the certificate of %s is not valid yet", host);
		return err_hint(err, "is the clock of this machine right?");
	case VERIFY_EXPIRED:
		err_set(err, ERR_TLS, "the certificate of %s has expired", host);
		return err_hint(err, "the server's certificate must be renewed; the check cannot "
				     "be switched off");
	case VERIFY_SELF_SIGNED:
		err_set(err, ERR_TLS, "the certificate of %s is signed by itself", host);
		return err_hint(err, "if that server is yours, name its certificate with `ca:` in "
				     "the config file");
	case VERIFY_SELF_SIGNED_CHAIN:
	case VERIFY_NO_ISSUER:
	case VERIFY_NO_FIRST:
		err_set(err, ERR_TLS, "the certificate of %s comes from an authority that is not "
				      "known here", host);
		return err_hint(err, ca_hint);
	case 0:
	case VERIFY_WRONG_HOST:
		err_set(err, ERR_TLS, "the certificate belongs to another host than %s", host);
		return err_hint(err, "use the name that the certificate was made for");
	default:
		err_set(err, ERR_TLS, "the certificate of %s is refused: %s", host, f->detail);
		return err_hint(err, ca_hint);
	}
}

/* A handshake that fails is most often plain http on that port, or an old server. */
static int bad_handshake(const struct http_failure *f, struct err *err)
{
	if (strstr(f->detail, "wrong version number") || strstr(f->detail, "packet length")) {
		err_set(err, ERR_TLS, "%s does not speak TLS on port %d", f->url->host,
			f->url->port);
		return err_hint(err, "does it serve http:// there?");
	}
	if (strstr(f->detail, "protocol version") || strstr(f->detail, "unsupported protocol")) {
		err_set(err, ERR_TLS, "%s offers only TLS versions older than 1.2", f->url->host);
		return err_hint(err, "the server's TLS must be renewed");
	}
	if (strstr(f->detail, "SSL_ERROR_SYSCALL") || strstr(f->detail, "reset by peer"))
		return err_set(err, ERR_NETWORK,
			       "%s closed the connection during the TLS handshake", f->url->host);
	return err_set(err, ERR_TLS, "the TLS handshake with %s failed: %s", f->url->host,
		       f->detail);
}

/* Nobody refused where nobody could be reached. */
static bool is_no_route(const struct http_failure *f)
{
	return strstr(f->detail, "No route") || strstr(f->detail, "unreachable");
}

static int no_connection(const struct http_failure *f, struct err *err)
{
	if (is_no_route(f)) {
		err_set(err, ERR_NETWORK, "there is no route to %s", f->url->host);
		return err_hint(err, "is the network or the VPN up?");
	}
	err_set(err, ERR_NETWORK, "%s refuses connections on port %d", f->url->host,
		f->url->port);
	return err_hint(err, "is the server running, and is the port right?");
}

static int too_late(const struct http_failure *f, struct err *err)
{
	double seconds = f->past_deadline ? (double)f->given_ms / 1000 : f->idle_seconds;

	if (!f->connected && (f->tcp || strstr(f->detail, "SSL connection timeout"))) {
		err_set(err, ERR_TIMEOUT, "%s takes the connection and does not answer the TLS "
					  "handshake", f->url->host);
		return err_hint(err, "does it serve http:// on port %d?", f->url->port);
	}
	if (!f->connected) {
		err_set(err, ERR_TIMEOUT, "%s does not take the connection in time", f->url->host);
		return err_hint(err, "the machine may be down, or a firewall drops the packets");
	}
	if (!f->head) {
		err_set(err, ERR_TIMEOUT, "%s took the request and sent no answer within %.1f s",
			f->url->host, seconds);
		return err_hint(err, "the server may be stopped or overloaded");
	}
	err_set(err, ERR_TIMEOUT, "the answer of %s stalled after %lld bytes (%s)", f->url->host,
		(long long)f->received,
		f->past_deadline ? "time is up" : "under 100 bytes a second");
	return err_hint(err, "the server or the network is very slow");
}

/* The connection ended before the answer did. */
static int cut_short(const struct http_failure *f, struct err *err)
{
	if (!f->head)
		return err_set(err, ERR_NETWORK,
			       "%s closed the connection before it had answered", f->url->host);
	if (f->promised >= 0)
		return err_set(err, ERR_NETWORK,
			       "%s promised %lld bytes and closed the connection after %lld",
			       f->url->host, (long long)f->promised, (long long)f->received);
	return err_set(err, ERR_NETWORK, "%s closed the connection within the answer, after %lld "
					 "bytes", f->url->host, (long long)f->received);
}

static int too_many_headers(struct err *err)
{
	return err_set(err, ERR_TOO_BIG, "the answer's headers are larger than %d KB",
		       HTTP_MAX_HEADERS >> 10);
}

static int stopped(const struct http_failure *f, struct err *err)
{
	switch (f->stop) {
	case STOP_BODY_CAP:
		return err_set(err, ERR_TOO_BIG, "the answer is larger than the cap of %zu MB",
			       f->max_body >> 20 ? f->max_body >> 20 : 1);
	case STOP_RATIO:
		return err_set(err, ERR_TOO_BIG, "the compressed answer unpacks to more than %d "
						 "times its size (a decompression bomb?)",
			       HTTP_MAX_RATIO);
	case STOP_HEADER_CAP:
		return too_many_headers(err);
	default:
		return err_set(err, ERR_UNSUPPORTED, "the answer is compressed in a way that was "
						     "not asked for");
	}
}

static int other_failure(const struct http_failure *f, struct err *err)
{
	switch (f->code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		err_set(err, ERR_NETWORK, "no such host: %s", f->url->host);
		return err_hint(err, "check the spelling; is the network or the VPN up?");
	case CURLE_COULDNT_RESOLVE_PROXY:
		err_set(err, ERR_NETWORK, "the proxy's name cannot be found");
		return err_hint(err, "see the variables https_proxy, http_proxy and no_proxy");
	case CURLE_COULDNT_CONNECT:
		return no_connection(f, err);
	case CURLE_OPERATION_TIMEDOUT:
		return too_late(f, err);
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
		return cut_short(f, err);
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		if (!f->head)
			return err_set(err, ERR_NETWORK,
				       "%s reset the connection before it had answered",
				       f->url->host);
		return err_set(err, ERR_NETWORK, "%s reset the connection after %lld bytes",
			       f->url->host, (long long)f->received);
	case CURLE_BAD_CONTENT_ENCODING:
		return err_set(err, ERR_FORMAT, "the answer says that it is compressed and is not");
	case CURLE_PEER_FAILED_VERIFICATION:
		return bad_certificate(f, err);
	case CURLE_SSL_CONNECT_ERROR:
		return bad_handshake(f, err);
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(err, ERR_TLS, "the CA file %s cannot be used",
			       f->ca_file ? f->ca_file : "of the system");
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		err_set(err, ERR_FORMAT, "what answers at %s does not speak HTTP", f->url->origin);
		return err_hint(err, "is the port right, and is it https:// perhaps?");
	default:
		return err_set(err, ERR_NETWORK, "%s",
			       f->detail[0] ? f->detail : curl_easy_strerror(f->code));
	}
}

bool http_was_refused(const struct err *err)
{
	if (err->code != ERR_NETWORK)
		return false;
	return err->native == CURLE_COULDNT_CONNECT || err->native == CURLE_GOT_NOTHING ||
	       err->native == CURLE_PARTIAL_FILE || err->native == CURLE_RECV_ERROR ||
	       err->native == CURLE_SEND_ERROR || err->native == CURLE_SSL_CONNECT_ERROR;
}

/* What to do, where the sentence itself leaves that open. */
static int usual_hint(struct err *err)
{
	switch (err->code) {
	case ERR_NETWORK:
		return err_hint(err, "the server, or a proxy before it, may be restarting");
	case ERR_TOO_BIG:
		return err_hint(err, "nothing of it is used; is that the right server?");
	case ERR_TLS:
		return err_hint(err, "see `ca:` in the config file, and the server's certificate");
	default:
		return err_hint(err, "is that the right server?");
	}
}

int http_failure_err(const struct http_failure *failure, struct err *err)
{
	/* a header line past curl's own limit is "out of memory" to it */
	if (failure->code == CURLE_OUT_OF_MEMORY && failure->connected && !failure->head)
		too_many_headers(err);
	else if (failure->stop)
		stopped(failure, err);
	else
		other_failure(failure, err);
	if (!err->hint[0])
		usual_hint(err);
	err->native = is_no_route(failure) ? CURLE_FAILED_INIT : (int)failure->code;
	return err_origin(err, "%s", failure->url->origin);
}
