/*
 * The server's settings: a file that is accepted, written again, is
 * accepted and says the same.
 */
#include <stdlib.h>
#include <string.h>

#include "server/config.h"
#include "tests/fuzz/fuzz.h"

static void check_same(const struct config *a, const struct config *b)
{
	FUZZ_CHECK(strcmp(a->url, b->url) == 0);
	FUZZ_CHECK(strcmp(a->listen, b->listen) == 0);
	FUZZ_CHECK(strcmp(a->hosts, b->hosts) == 0);
	FUZZ_CHECK(strcmp(a->tls_certificate, b->tls_certificate) == 0);
	FUZZ_CHECK(strcmp(a->tls_key, b->tls_key) == 0);
}

static void check_written(const struct config *config)
{
	struct buf text = BUF_INIT;
	struct config again;
	char host[CONFIG_VALUE_MAX];

	config_write(&text, config);
	FUZZ_CHECK(!text.failed);
	FUZZ_CHECK(config_parse(&again, buf_text(&text), NULL) == 0);
	check_same(config, &again);
	config_host(config, host, sizeof(host));
	FUZZ_CHECK(host[0] != '\0' && strchr(host, ':') == NULL);
	buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_whole_text(data, size);
	struct err err = ERR_INIT;
	struct config config;
	int rc = config_parse(&config, text, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0)
		check_written(&config);
	rc = config_from_url(&config, text, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0)
		check_written(&config);
	free(text);
	return 0;
}
