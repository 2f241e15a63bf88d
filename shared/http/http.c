/* Starting: a server, and CivetWeb set up for it. */
#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <civetweb.h>

#include "shared/http/http_parts.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/os.h"

#define LISTEN_MAX      32     /* "255.255.255.255:65535s" and NUL */
#define CACHE_TIME      "3600" /* seconds a TLS session may be resumed */
#define TLS_12_OR_NEWER "4"    /* CivetWeb's number for it */
#define CIPHERS         "ECDHE+AESGCM:ECDHE+CHACHA20"

/* ---- what CivetWeb and TLS call ---- */

static void on_begin(void *context, int fd)
{
	struct http_server *server = context;

	int64_t start_ms = os_monotonic_ms(), now_ms = start_ms;

	/* What others have begun is worth more than to begin one more: it
	 * waits here, those behind it in CivetWeb's queue and the kernel's. */
	while (!crowd_try_enter(&server->crowd, http_own_key(), fd, now_ms)) {
		if (now_ms - start_ms >= CROWD_ENTER_MS ||
		    atomic_load(&server->stopping)) {
			crowd_enter(&server->crowd, http_own_key(), fd, now_ms);
			return;
		}
		(void)poll(NULL, 0, HTTP_ROOM_MS);
		now_ms = os_monotonic_ms();
	}
}

static void on_end(void *context)
{
	struct http_server *server = context;

	crowd_leave(&server->crowd, http_own_key());
}

/* Before the first connection. 0: CivetWeb sets up the rest. */
static int on_tls(void *ssl_ctx, void *user_data)
{
	struct http_server *server = user_data;
	struct err err = ERR_INIT;

	return server->watch(ssl_ctx, &server->watcher, &err) < 0 ? -1 : 0;
}

/*
 * What the starting thread hears is the reason why it fails. Later, a failed
 * handshake is a client's affair; the rest is the operator's.
 */
static int on_log(const struct mg_connection *conn, const char *message)
{
	struct http_server *server = mg_get_user_data(mg_get_context(conn));

	if (server != NULL && pthread_equal(pthread_self(), server->starter)) {
		if (server->fault[0] == '\0')
			(void)snprintf(server->fault, sizeof(server->fault),
			    "%s", message);
	} else if (strncmp(message, "sslize error", 12) != 0 &&
		   strncmp(message, "SSL syscall error", 17) != 0) {
		log_event(LOG_WARN, "http", "text", message);
	}
	return 1;
}

/* ---- a server ---- */

static int hosts_copy(char ***out, const char *const *hosts, struct err *err)
{
	size_t count = 0;

	while (hosts[count] != NULL)
		count++;
	if ((*out = calloc(count + 1, sizeof(**out))) == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < count; i++) {
		if (((*out)[i] = strdup(hosts[i])) == NULL)
			return err_nomem(err);
	}
	return 0;
}

void http_free(struct http_server *server)
{
	if (server == NULL)
		return;
	for (char **host = server->hosts; host != NULL && *host != NULL; host++)
		free(*host);
	free(server->hosts);
	free(server->listen);
	free(server->certificate);
	crowd_clear(&server->crowd);
	(void)pthread_cond_destroy(&server->idle);
	(void)pthread_mutex_destroy(&server->lock);
	free(server);
}

static int server_new(
    struct http_server **out, const struct http_config *config, struct err *err)
{
	struct http_server *server = calloc(1, sizeof(*server));
	pthread_condattr_t monotonic;
	int rc;

	if (server == NULL || crowd_init(&server->crowd) < 0) {
		free(server);
		return err_nomem(err);
	}
	server->watcher = (struct http_watcher){on_begin, on_end, server};
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&server->idle, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	atomic_init(&server->stopping, false);
	atomic_init(&server->listening, HTTP_NO_SOCKET);
	server->starter = pthread_self();
	server->handler = config->handler;
	server->context = config->context;
	server->watch = config->watch;
	server->threads = config->threads != 0 ? config->threads : HTTP_THREADS;
	server->body_time_ms = config->body_time_ms != 0 ? config->body_time_ms
	                                                 : HTTP_BODY_TIME_MS;
	server->stop_time_s =
	    config->stop_time_s != 0 ? config->stop_time_s : HTTP_STOP_TIME_S;
	server->behind_tls = config->behind_tls;
	server->proxies = config->proxies;
	server->done = config->done;
	server->idle_time_ms = server->body_time_ms < HTTP_IDLE_TIME_MS
	                           ? server->body_time_ms
	                           : HTTP_IDLE_TIME_MS;
	server->listen = strdup(config->listen);
	if (config->certificate != NULL)
		server->certificate = strdup(config->certificate);
	rc = server->listen == NULL || (config->certificate != NULL &&
					   server->certificate == NULL)
	         ? err_nomem(err)
	         : hosts_copy(&server->hosts, config->hosts, err);
	if (rc < 0) {
		http_free(server);
		return rc;
	}
	*out = server;
	return 0;
}

size_t http_connections(struct http_server *server)
{
	size_t count;

	(void)pthread_mutex_lock(&server->crowd.lock);
	count = server->crowd.count;
	(void)pthread_mutex_unlock(&server->crowd.lock);
	return count;
}

/* ---- starting ---- */

static int start_failed(
    const struct http_server *server, const char *fault, struct err *err)
{
	if (server->fault[0] != '\0')
		fault = server->fault;
	if (strncmp(fault, "cannot bind", 11) == 0 ||
	    strncmp(fault, "cannot listen", 13) == 0)
		return http_not_listening(server, fault, err);
	if (server->certificate == NULL)
		return err_set(err, E_IO,
		    L("le serveur HTTP ne démarre pas (%s)",
			"the HTTP server does not start (%s)"),
		    fault);
	return err_set(err, E_IO,
	    L("le serveur HTTPS ne démarre pas avec le certificat %s : "
	      "vérifiez que ce fichier est lisible et contient la clé puis le "
	      "certificat (%s)",
		"the HTTPS server does not start with the certificate %s: "
		"check that the file is readable and holds the key, then the "
		"certificate (%s)"),
	    server->certificate, fault);
}

static int civet_start(struct http_server *server, struct err *err)
{
	char ports[LISTEN_MAX], threads[16], idle[16], queue[16];
	char backlog[16];
	char text[256] = "";
	/* clang-format off */
	const char *options[] = {
	    "listening_ports", ports,
	    "num_threads", threads,
	    "connection_queue", queue,
	    "listen_backlog", backlog,
	    "request_timeout_ms", idle,
	    "keep_alive_timeout_ms", idle,
	    "enable_keep_alive", "yes",
	    "tcp_nodelay", "1",
	    /* Decoding would turn /a%00b into /a before we see it. */
	    "decode_url", "no",
	    /* An absolute URI must reach the gate, to be answered. */
	    "enable_auth_domain_check", "no",
	    "enable_directory_listing", "no",
	    "access_control_allow_origin", "",
	    "access_control_allow_methods", "",
	    /* The end, without TLS. */
	    server->certificate != NULL ? "ssl_certificate" : NULL,
	    server->certificate,
	    "ssl_protocol_version", TLS_12_OR_NEWER,
	    "ssl_cipher_list", CIPHERS,
	    "ssl_cache_timeout", CACHE_TIME,
	    NULL,
	};
	/* clang-format on */
	struct mg_callbacks callbacks = {.begin_request = http_on_request,
	    .init_ssl = server->certificate != NULL ? on_tls : NULL,
	    .init_thread = http_on_thread,
	    .http_error = http_on_library_error,
	    .log_message = on_log};
	struct mg_init_data init = {&callbacks, server, options};
	struct mg_error_data error = {NULL, text, sizeof(text)};

	/* 's': TLS. */
	(void)snprintf(ports, sizeof(ports), "%s%s", server->listen,
	    server->certificate != NULL ? "s" : "");
	(void)snprintf(threads, sizeof(threads), "%d", server->threads);
	(void)snprintf(queue, sizeof(queue), "%d", HTTP_QUEUE);
	(void)snprintf(backlog, sizeof(backlog), "%d", HTTP_BACKLOG);
	(void)snprintf(idle, sizeof(idle), "%d", server->idle_time_ms);
	if ((server->civet = mg_start2(&init, &error)) == NULL)
		return start_failed(server, text, err);
	return 0;
}

int http_start(
    struct http_server **out, const struct http_config *config, struct err *err)
{
	const unsigned features =
	    config->certificate != NULL ? MG_FEATURES_TLS : 0;
	struct http_server *server = NULL;
	int rc;

	assert(config->certificate == NULL || config->watch != NULL);
	assert(config->handler != NULL && config->hosts != NULL);
	assert(config->body_time_ms >= 0);
	if ((rc = http_check_listen(config->listen, err)) < 0)
		return rc;
	if ((rc = server_new(&server, config, err)) < 0)
		return rc;
	if ((mg_init_library(features) & features) != features) {
		rc = err_set(err, E_IO,
		    L("TLS indisponible : ce programme a été mal assemblé "
		      "(server/tls_bridge.c manque)",
			"no TLS: this program was linked wrongly "
			"(server/tls_bridge.c is missing)"));
		goto out;
	}
	if ((rc = civet_start(server, err)) < 0)
		goto out;
	*out = server;
	server = NULL;
out:
	http_stop(server);
	return rc;
}
