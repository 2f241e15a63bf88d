/*
 * Settings: a file that is accepted, written again, is accepted and says the
 * same, value by value.
 */
#include <stdlib.h>
#include <string.h>

#include "server/config.h"
#include "tests/fuzz/fuzz.h"

static void check_written(const struct config *config)
{
	struct buf text = BUF_INIT, twice = BUF_INIT;
	struct config again;
	char host[CONFIG_VALUE_MAX];

	config_write(&text, config);
	FUZZ_CHECK(!text.failed);
	FUZZ_CHECK(config_parse(&again, buf_text(&text), NULL) == 0);
	for (size_t i = 0; i < config_table.count; i++) {
		struct buf a = BUF_INIT, b = BUF_INIT;

		setting_format(&a, &config_table.rows[i], config);
		setting_format(&b, &config_table.rows[i], &again);
		FUZZ_CHECK(strcmp(buf_text(&a), buf_text(&b)) == 0);
		buf_free(&a);
		buf_free(&b);
	}
	config_write(&twice, &again);
	FUZZ_CHECK(strcmp(buf_text(&text), buf_text(&twice)) == 0);
	config_host(config, host, sizeof(host));
	FUZZ_CHECK(host[0] != '\0' && strchr(host, ':') == NULL);
	buf_free(&text);
	buf_free(&twice);
}

/* One value of each type: what is read is written so that it reads alike. */
static void check_types(const char *text)
{
	struct values {
		char text[SETTING_VALUE_MAX];
		int64_t number;
		bool truth;
		int choice;
	} values = {.number = 0}, again = {.number = 0};

#define ROW(type, member)                                                      \
	{                                                                      \
		"x", type, offsetof(struct values, member), "", INT64_MIN,     \
		    INT64_MAX, "own|proxy|", NULL, 0, "x", "x"                 \
	}
	static const struct setting rows[] = {ROW(SETTING_TEXT, text),
	    ROW(SETTING_PATH, text), ROW(SETTING_INTEGER, number),
	    ROW(SETTING_DURATION, number), ROW(SETTING_SIZE, number),
	    ROW(SETTING_BOOLEAN, truth), ROW(SETTING_CHOICE, choice)};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf first = BUF_INIT, second = BUF_INIT;
		struct err err = ERR_INIT;
		int rc = setting_parse(&rows[i], &values, text, &err);

		fuzz_check_err(rc, &err);
		if (rc < 0)
			continue;
		setting_format(&first, &rows[i], &values);
		FUZZ_CHECK(setting_parse(
			       &rows[i], &again, buf_text(&first), NULL) == 0);
		setting_format(&second, &rows[i], &again);
		FUZZ_CHECK(strcmp(buf_text(&first), buf_text(&second)) == 0);
		buf_free(&first);
		buf_free(&second);
	}
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
	check_types(text);
	free(text);
	return 0;
}
