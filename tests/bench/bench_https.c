/*
 * The bare side of P4 and P9: one byte, or a file, over HTTPS, by the same
 * CivetWeb, threads, gate and TLS as the office. "bench_https PORT PEM [FILE]"
 * serves it at any path on 127.0.0.1:PORT, prints {"ready":true} and ends with
 * its standard input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/tls.h"
#include "shared/http/http.h"

#define WHAT_MAX ((size_t)64 * 1024 * 1024)

static void answer(
    void *context, const struct request *request, struct reply *reply)
{
	const struct buf *what = context;

	(void)request;
	reply->status = 200;
	reply->content_type = HTTP_BINARY_TYPE;
	buf_add(&reply->body, what->data, what->len);
}

int main(int argc, char **argv)
{
	struct http_server *server = NULL;
	struct buf what = BUF_INIT;
	struct err err = ERR_INIT;
	char listen[32], byte;
	const char *const hosts[] = {listen, NULL};
	struct http_config config = {.listen = listen,
	    .hosts = hosts,
	    .handler = answer,
	    .context = &what,
	    .watch = tls_watch};
	int rc = 0;

	if (argc < 3) {
		(void)fprintf(stderr, "usage: bench_https PORT PEM [FILE]\n");
		return 2;
	}
	(void)snprintf(listen, sizeof(listen), "127.0.0.1:%s", argv[1]);
	config.certificate = argv[2];
	if (argc > 3)
		rc = os_file_read(&what, argv[3], WHAT_MAX, &err);
	else
		buf_add_char(&what, 'x');
	if (rc < 0 || http_start(&server, &config, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	(void)puts("{\"ready\":true}");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	http_stop(server);
	buf_free(&what);
	return 0;
}
