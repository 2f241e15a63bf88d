/*
 * A server for probe.py to shake: http_start with a handler that says what
 * it received. "echo_server FOLDER BODY_TIME_MS" makes FOLDER/server.pem,
 * prints "ready PORT" and serves until its standard input closes.
 *
 *	/body    the body, as it came
 *	/busy    503 with Retry-After: 7
 *	/late    answers after half a second
 *	/nomem   an answer whose buffer could not grow
 *	other    method, path, query, bearer, content type, body length
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "shared/http/http.h"
#include "server/tls.h"

#define TRIES 20

static void answer(
    void *context, const struct request *request, struct reply *reply)
{
	const struct timespec half_second = {0, 500000000};

	(void)context;
	reply->status = 200;
	reply->content_type = HTTP_TEXT_TYPE;
	if (strcmp(request->path, "/body") == 0) {
		reply->content_type = HTTP_BINARY_TYPE;
		buf_add(&reply->body, request->body.data, request->body.len);
		return;
	}
	if (strcmp(request->path, "/busy") == 0) {
		reply->status = 503;
		reply->retry_after_seconds = 7;
	} else if (strcmp(request->path, "/late") == 0) {
		(void)nanosleep(&half_second, NULL);
	} else if (strcmp(request->path, "/nomem") == 0) {
		reply->body.failed = true;
	}
	buf_printf(&reply->body, "%s|%s|%s|%s|%s|%zu", request->method,
	    request->path, request->query, request->bearer,
	    request->content_type, request->body.len);
}

/* A port nobody has at this moment; another may take it before us. */
static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int port = -1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &len) == 0)
		port = ntohs(address.sin_port);
	if (fd >= 0)
		(void)close(fd);
	return port;
}

static int serve(struct http_server **server, int *port,
    const char *certificate, int body_time_ms, struct err *err)
{
	char listen[32], local[32];
	const char *const hosts[] = {listen, local, "pointeau.example", NULL};
	const struct http_config config = {.listen = listen,
	    .certificate = certificate,
	    .hosts = hosts,
	    .handler = answer,
	    .body_time_ms = body_time_ms,
	    .watch = tls_watch};
	int rc = E_IO;

	for (int i = 0; i < TRIES && rc == E_IO; i++) {
		*port = free_port();
		(void)snprintf(listen, sizeof(listen), "127.0.0.1:%d", *port);
		(void)snprintf(local, sizeof(local), "localhost:%d", *port);
		rc = http_start(server, &config, err);
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct http_server *server = NULL;
	struct err err = ERR_INIT;
	char path[4096], byte;
	int port = -1, rc;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: echo_server FOLDER MS\n");
		return 2;
	}
	(void)snprintf(path, sizeof(path), "%s/server.pem", argv[1]);
	rc = tls_certificate_make(path, "localhost", time(NULL), &err);
	if (rc == 0)
		rc = serve(&server, &port, path, atoi(argv[2]), &err);
	if (rc < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	(void)printf("ready %d\n", port);
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	http_stop(server);
	return 0;
}
