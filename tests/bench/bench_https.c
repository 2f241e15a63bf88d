/*
 * The bare side of P4: one byte over HTTPS, by the same CivetWeb, threads,
 * gate and TLS as the office. "bench_https PORT PEM [TEXT]" serves TEXT ("x")
 * at any path on 127.0.0.1:PORT, prints {"ready":true} and ends with its
 * standard input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/tls.h"
#include "shared/http/http.h"

static void answer(
    void *context, const struct request *request, struct reply *reply)
{
	(void)request;
	reply->status = 200;
	reply->content_type = HTTP_TEXT_TYPE;
	buf_add_text(&reply->body, context);
}

int main(int argc, char **argv)
{
	struct http_server *server = NULL;
	struct err err = ERR_INIT;
	char listen[32], one[] = "x", byte;
	const char *const hosts[] = {listen, NULL};
	struct http_config config = {.listen = listen,
	    .hosts = hosts,
	    .handler = answer,
	    .watch = tls_watch};

	if (argc < 3) {
		(void)fprintf(stderr, "usage: bench_https PORT PEM [TEXT]\n");
		return 2;
	}
	(void)snprintf(listen, sizeof(listen), "127.0.0.1:%s", argv[1]);
	config.certificate = argv[2];
	config.context = argc > 3 ? argv[3] : one;
	if (http_start(&server, &config, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	(void)puts("{\"ready\":true}");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	http_stop(server);
	return 0;
}
