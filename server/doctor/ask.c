#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "server/doctor/ask.h"
#include "shared/os.h"

#define HEAD_MAX 512

/* A call under way. */
struct line {
	int fd;
	SSL_CTX *ctx;
	SSL *ssl;
	int64_t until_ms;
};

/* ---- the name ---- */

static bool same_address(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET)
		return memcmp(&((const struct sockaddr_in *)(const void *)a)
				   ->sin_addr,
			   &((const struct sockaddr_in *)(const void *)b)
				->sin_addr,
			   sizeof(struct in_addr)) == 0;
	return a->sa_family == AF_INET6 &&
	       memcmp(
		   &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
		   &((const struct sockaddr_in6 *)(const void *)b)->sin6_addr,
		   sizeof(struct in6_addr)) == 0;
}

static bool is_this_machine(const struct sockaddr *address)
{
	struct ifaddrs *list = NULL;
	bool found = false;

	if (getifaddrs(&list) < 0)
		return false;
	for (const struct ifaddrs *at = list; at != NULL; at = at->ifa_next)
		found = found || (at->ifa_addr != NULL &&
				     same_address(at->ifa_addr, address));
	freeifaddrs(list);
	return found;
}

/* In a thread of glibc's own, as a name server may stay silent for long. What
 * is not back in time is left to it: the program ends soon. */
static struct addrinfo *resolve(const char *host, int port, int64_t time_ms)
{
	static char service[16], name[NI_MAXHOST];
	static struct addrinfo hints;
	static struct gaicb request;
	struct gaicb *list[] = {&request};
	struct timespec time = {
	    .tv_sec = time_ms / 1000, .tv_nsec = time_ms % 1000 * 1000000};

	hints = (struct addrinfo){
	    .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	(void)snprintf(service, sizeof(service), "%d", port);
	(void)snprintf(name, sizeof(name), "%s", host);
	request = (struct gaicb){
	    .ar_name = name, .ar_service = service, .ar_request = &hints};
	if (getaddrinfo_a(GAI_NOWAIT, list, 1, NULL) != 0 ||
	    gai_suspend((const struct gaicb *const *)list, 1, &time) ==
		EAI_AGAIN ||
	    gai_error(&request) != 0)
		return NULL;
	return request.ar_result;
}

/* ---- the line ---- */

/* Wait for ${events}; false: the time is over. */
static bool wait_for(const struct line *line, short events)
{
	struct pollfd poll_fd = {.fd = line->fd, .events = events};
	int64_t left_ms = line->until_ms - os_monotonic_ms();

	return left_ms > 0 && poll(&poll_fd, 1, (int)left_ms) > 0;
}

static bool dial_one(struct line *line, const struct addrinfo *to)
{
	socklen_t size = sizeof(int);
	int failure = 0;

	line->fd = socket(to->ai_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
	if (line->fd < 0)
		return false;
	if (connect(line->fd, to->ai_addr, to->ai_addrlen) == 0 ||
	    (errno == EINPROGRESS && wait_for(line, POLLOUT) &&
		getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &failure, &size) ==
		    0 &&
		failure == 0))
		return true;
	(void)close(line->fd);
	line->fd = -1;
	return false;
}

static bool dial(struct line *line, const struct addrinfo *to)
{
	bool done = false;

	for (; !done && to != NULL; to = to->ai_next)
		done = dial_one(line, to);
	return done;
}

/* What OpenSSL waits for; false: it failed, or the time is over. */
static bool again(const struct line *line, int rc)
{
	switch (SSL_get_error(line->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		return wait_for(line, POLLIN);
	case SSL_ERROR_WANT_WRITE:
		return wait_for(line, POLLOUT);
	default:
		return false;
	}
}

static bool shake_hands(struct line *line, const char *host)
{
	unsigned char address[16];
	bool is_address = inet_pton(AF_INET, host, address) == 1 ||
	                  inet_pton(AF_INET6, host, address) == 1;
	X509_VERIFY_PARAM *wanted;
	char name[NI_MAXHOST]; /* as the macro wants it */
	int rc;

	(void)snprintf(name, sizeof(name), "%s", host);
	line->ctx = SSL_CTX_new(TLS_client_method());
	if (line->ctx == NULL)
		return false;
	/* Judged all the same; see trust_of. */
	SSL_CTX_set_verify(line->ctx, SSL_VERIFY_NONE, NULL);
	(void)SSL_CTX_set_default_verify_paths(line->ctx);
	line->ssl = SSL_new(line->ctx);
	if (line->ssl == NULL || SSL_set_fd(line->ssl, line->fd) != 1)
		return false;
	wanted = SSL_get0_param(line->ssl);
	if (is_address)
		(void)X509_VERIFY_PARAM_set1_ip_asc(wanted, host);
	else if (X509_VERIFY_PARAM_set1_host(wanted, host, 0) != 1 ||
		 SSL_set_tlsext_host_name(line->ssl, name) != 1)
		return false;
	do
		rc = SSL_connect(line->ssl);
	while (rc != 1 && again(line, rc));
	return rc == 1;
}

static bool say(struct line *line, const char *text, size_t len)
{
	int rc;

	if (line->ssl == NULL)
		return send(line->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
	do
		rc = SSL_write(line->ssl, text, (int)len);
	while (rc <= 0 && again(line, rc));
	return rc == (int)len;
}

/* 0 at the end, -1 when it failed or nothing came in time. */
static int hear(struct line *line, char *piece, int size)
{
	int rc;

	if (line->ssl == NULL)
		return wait_for(line, POLLIN)
		           ? (int)recv(line->fd, piece, (size_t)size, 0)
		           : -1;
	do
		rc = SSL_read(line->ssl, piece, size);
	while (rc <= 0 && again(line, rc));
	if (rc > 0)
		return rc;
	return SSL_get_error(line->ssl, rc) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static void hang_up(struct line *line)
{
	SSL_free(line->ssl);
	SSL_CTX_free(line->ctx);
	if (line->fd >= 0)
		(void)close(line->fd);
	ERR_clear_error();
}

/* ---- the certificate ---- */

static enum ask_trust trust_of(const SSL *ssl)
{
	switch (SSL_get_verify_result(ssl)) {
	case X509_V_OK:
		return ASK_TRUSTED;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return ASK_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return ASK_EARLY;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return ASK_OTHER;
	default:
		return ASK_UNKNOWN;
	}
}

static void look_at_certificate(const SSL *ssl, struct ask_reply *out)
{
	X509 *leaf = SSL_get1_peer_certificate(ssl);
	unsigned char *der = NULL;
	int len;

	out->trust = trust_of(ssl);
	len = leaf != NULL ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &der)
	                   : 0;
	if (len > 0)
		(void)EVP_Digest(
		    der, (size_t)len, out->pin, NULL, EVP_sha256(), NULL);
	OPENSSL_free(der);
	X509_free(leaf);
}

/* ---- the question ---- */

static enum ask_end question(
    struct line *line, const struct ask *ask, struct ask_reply *out)
{
	char head[HEAD_MAX], piece[4096];
	const char *body;
	int len, rc;

	len = snprintf(head, sizeof(head),
	    "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: "
	    "pointeau-doctor/" POINTEAU_VERSION "\r\nConnection: close\r\n\r\n",
	    ask->path, ask->address);
	if (len < 0 || len >= (int)sizeof(head) ||
	    !say(line, head, (size_t)len))
		return ASK_NO_HTTP;
	while ((rc = hear(line, piece, sizeof(piece))) > 0 &&
	       out->body.len < ASK_BODY_MAX)
		buf_add(&out->body, piece, (size_t)rc);
	if (sscanf(buf_text(&out->body), "HTTP/1.%*1[01] %3d", &out->status) !=
	    1)
		return ASK_NO_HTTP;
	body = strstr(out->body.data, "\r\n\r\n");
	if (body != NULL) {
		out->body.len -= (size_t)(body + 4 - out->body.data);
		memmove(out->body.data, body + 4, out->body.len + 1);
	}
	return ASK_ANSWERED;
}

static enum ask_end call(struct line *line, const struct ask *ask,
    const struct addrinfo *to, struct ask_reply *out)
{
	if (!dial(line, to))
		return ASK_NO_ANSWER;
	if (ask->tls) {
		if (!shake_hands(line, ask->host))
			return ASK_NO_TLS;
		look_at_certificate(line->ssl, out);
	}
	return question(line, ask, out);
}

void ask(const struct ask *ask, struct ask_reply *out)
{
	struct line line = {.fd = -1};
	struct addrinfo *to;

	memset(out, 0, sizeof(*out));
	to = resolve(
	    ask->at != NULL ? ask->at : ask->host, ask->port, ask->time_ms);
	if (to == NULL) {
		out->end = ASK_NO_NAME;
		return;
	}
	out->is_ours = is_this_machine(to->ai_addr);
	line.until_ms = os_monotonic_ms() + ask->time_ms;
	out->end = call(&line, ask, to, out);
	hang_up(&line);
	freeaddrinfo(to);
}

void ask_clear(struct ask_reply *reply)
{
	buf_free(&reply->body);
}
