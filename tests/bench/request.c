#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "tests/bench/request.h"

/* As agent/sync_first.c: the sets again, in wire 2, with what only the moment
 * knows. The signatures stand: they are not about the spelling. */
static void pack(struct buf *out, const struct request_wish *wish)
{
	struct push_told told = {.asked = true,
	    .cursor = wish->seen->n,
	    .at_s = (int64_t)time(NULL)};
	struct err err = ERR_INIT;
	struct push push;

	memcpy(told.known, wish->laptop->known, sizeof(told.known));
	plan_check(
	    wire_push_decode(&push, wish->push->body, wish->push->len, &err),
	    &err);
	plan_check(
	    wire_packed_push_encode(out, push.sets, push.count, &told, &err),
	    &err);
	wire_push_clear(&push);
}

static void add_path(struct buf *out, const struct request_wish *wish)
{
	switch (wish->ask) {
	case ASK_PUSH:
		buf_add_text(out, "POST /v1/push");
		break;
	case ASK_HEADS:
		buf_add_text(out, "GET /v1/heads");
		break;
	case ASK_PULL:
		buf_printf(out, "GET /v1/pull?structure=%s&after=%" PRId64 "%s",
		    wish->laptop->structure, wish->seen->n,
		    wish->packed ? "&wire=2" : "");
		break;
	}
}

void request_write(struct buf *out, const struct request_wish *wish)
{
	struct buf packed = BUF_INIT;
	struct bytes body = {NULL, 0};

	buf_reset(out);
	add_path(out, wish);
	buf_printf(out,
	    " HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\n"
	    "Authorization: Bearer %s\r\nAccept-Language: fr\r\n",
	    wish->host, wish->laptop->bearer);
	if (wish->ask == ASK_PUSH) {
		if (wish->packed) {
			pack(&packed, wish);
			body = buf_bytes(&packed);
		} else {
			body =
			    (struct bytes){wish->push->body, wish->push->len};
		}
		buf_printf(out,
		    "Content-Type: application/octet-stream\r\n"
		    "Content-Length: %zu\r\n",
		    body.len);
	}
	buf_add_text(out, "\r\n");
	if (body.len > 0)
		buf_add(out, body.data, body.len);
	buf_free(&packed);
}
