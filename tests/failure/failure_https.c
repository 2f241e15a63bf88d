/*
 * Every failure of an exchange over HTTPS: curl's memory and its network,
 * against the server of tests/http/echo_server.c in a process of its own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/https.h"
#include "server/tls.h"
#include "tests/failure/trial.h"

/*
 * The one allocation that does not fail here: that of EVP_DigestInit when
 * libcurl takes the SHA-256 of the server's key (ossl_sha256sum). libcurl 7.88
 * does not look whether it went well, and the next step reads from NULL: the
 * program dies, before anything was told to the server. Of OpenSSL, only what
 * libcurl calls by this name passes here. libcurl's later versions look: when
 * Debian's does, take this out.
 */
int EVP_DigestInit(void *context, const void *type);
int EVP_DigestInit(void *context, const void *type)
{
	typedef int digest_init(void *context, const void *type);
	union {
		void *object;
		digest_init *function;
	} next;
	int rc;

	faults_pause();
	next.object = dlsym(RTLD_NEXT, "EVP_DigestInit");
	if (next.object == NULL)
		abort();
	rc = next.function(context, type);
	faults_resume();
	return rc;
}

static struct {
	char url[64];
	uint8_t pin[TLS_PIN_LEN];
	int input; /* the server ends when it closes: with this program */
} server;

static void start(const char *folder, int in, int out)
{
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(1);
	for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
		(void)close(fd);
	(void)execl(ECHO_SERVER, ECHO_SERVER, folder, "5000", (char *)NULL);
	_exit(1);
}

static void prepare(struct stage *stage)
{
	int input[2], output[2], port = 0;
	struct err err = ERR_INIT;
	char path[128];
	FILE *ready;

	assert_int_equal(os_directory_make(stage->base, NULL), 0);
	assert_int_equal(pipe(input), 0);
	assert_int_equal(pipe(output), 0);
	if (fork() == 0)
		start(stage->base, input[0], output[1]);
	(void)close(input[0]);
	(void)close(output[1]);
	server.input = input[1];
	assert_non_null(ready = fdopen(output[0], "r"));
	assert_int_equal(fscanf(ready, "ready %d", &port), 1);
	(void)fclose(ready);
	(void)snprintf(
	    server.url, sizeof(server.url), "https://127.0.0.1:%d", port);
	(void)snprintf(path, sizeof(path), "%s/server.pem", stage->base);
	if (tls_certificate_pin(path, server.pin, &err) < 0)
		fail_msg("%s", err.text);
}

/* Two exchanges on one connection; their answers are told. */
static int run(struct stage *stage, struct err *err)
{
	static const struct exchange requests[] = {
	    {"GET", "/v1/heads?a=b", "secret", "", {"", 0}},
	    {"POST", "/body", "", "application/json", {"{\"a\":1}", 7}},
	};
	struct exchange_reply reply = {0};
	struct https *https = NULL;
	int rc = https_open(&https, server.url, server.pin, err);

	for (size_t i = 0; rc == 0 && i < 2; i++) {
		rc = https_exchange(https, &requests[i], &reply, err);
		if (rc == 0) {
			faults_pause();
			buf_printf(&stage->out, "%d %s\n", reply.status,
			    buf_text(&reply.body));
			faults_resume();
		}
	}
	exchange_reply_clear(&reply);
	https_close(https);
	return rc;
}

static const struct flow flows[] = {
    {"exchange", prepare, run, 0, FLOW_OPENSSL,
	1U << FAULT_MEMORY | 1U << FAULT_NET | 1U << FAULT_DISK, NULL, NULL},
};

int main(int argc, char **argv)
{
	return trial_main(argc, argv, flows, sizeof(flows) / sizeof(flows[0]));
}
