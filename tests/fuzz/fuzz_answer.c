/*
 * What comes back instead of the server's answer: a portal's page, half a
 * reply, an error with somebody else's words. The first two bytes are the
 * status and Retry-After. Every refusal is a sentence; 200 never hides one.
 */
#include <string.h>

#include "agent/answer.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

static const int statuses[] = {
    200, 201, 302, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 511};

static void check_refusal(int rc, const struct err *err)
{
	FUZZ_CHECK(rc < 0 && err->code == rc);
	FUZZ_CHECK(err->text[0] != '\0');
	FUZZ_CHECK(text_is_utf8(err->text, strlen(err->text)));
	/* Words about the server's own machine never pass for ours. */
	FUZZ_CHECK(rc != E_NOT_INIT && rc != E_LOCKED && rc != E_CORRUPT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exchange_reply reply = {0};
	struct err err = ERR_INIT;
	json_t *json = NULL;
	int rc;

	if (size < 2)
		return 0;
	reply.status =
	    statuses[data[0] % (sizeof(statuses) / sizeof(statuses[0]))];
	reply.retry_after_seconds = data[1];
	buf_add(&reply.body, data + 2, size - 2);
	rc = answer_json(&reply, &json, &err);
	FUZZ_CHECK((rc == 0) == (json != NULL));
	if (rc == 0)
		FUZZ_CHECK(reply.status == 200 && json_is_object(json));
	else
		check_refusal(rc, &err);
	json_decref(json);
	check_refusal(answer_refused(&reply, &err), &err);
	exchange_reply_clear(&reply);
	return 0;
}
