/*
 * The gate: which requests reach the handlers at all. Pure rules over a
 * request's head as the HTTP library split it; no library is known here.
 */
#ifndef POINTEAU_SHARED_HTTP_HTTP_GATE_H
#define POINTEAU_SHARED_HTTP_HTTP_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/err.h"

struct http_field {
	const char *name;
	const char *value;
};

/* The head of a request; everything is borrowed. */
struct http_head {
	const char *method;
	const char *target;  /* as sent, up to '?', nothing decoded */
	const char *query;   /* after '?', NULL when there is none */
	const char *version; /* "1.0" or "1.1" */
	const struct http_field *fields;
	size_t field_count;
	bool spaced; /* a space stood between a field's name and its colon */
};

/* What the gate says; the pointers are the head's. */
struct http_gate {
	int status; /* 0: may pass; else the HTTP status of the refusal */
	size_t body_len;
	bool keep_alive;
	const char *bearer;       /* "" when absent */
	const char *content_type; /* "" when absent */
	const char *cookie;       /* NULL when absent */
};

/*
 * May this request pass? Exactly one Host, found in ${hosts}
 * (NULL-terminated, case ignored): 400, 421. At most HTTP_HEADER_MAX fields:
 * 431. No space before a field's colon: 400. No Transfer-Encoding; at most one
 * each of Content-Length (digits alone), Authorization, Content-Type, Cookie
 * (at most HTTP_COOKIES_MAX printable bytes), Origin, Sec-Fetch-Site: 400. A
 * target of printable ASCII that begins with '/', without '%' or "..": 400;
 * target and query within bounds: 414. GET without a body: 400; POST with a
 * Content-Length of at most HTTP_BODY_MAX: 411, 413; no other method: 405. On
 * refusal the error code is negative and ${out}'s status is set.
 */
int http_gate_check(struct http_gate *out, const struct http_head *head,
    const char *const *hosts, struct err *err);

#endif
