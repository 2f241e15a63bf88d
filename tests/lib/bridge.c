#include <stdio.h>
#include <string.h>

#include "tests/lib/bridge.h"

void bridge_answer(struct service *service, const struct exchange *exchange,
    struct exchange_reply *out)
{
	char path[HTTP_PATH_MAX + HTTP_QUERY_MAX], *query;
	struct request request = {.method = exchange->method,
	    .path = path,
	    .query = "",
	    .bearer = exchange->bearer,
	    .content_type =
		exchange->content_type != NULL ? exchange->content_type : "",
	    .body = exchange->body};
	struct reply reply = {.status = 0};

	exchange_reply_clear(out);
	(void)snprintf(path, sizeof(path), "%s", exchange->path);
	if ((query = strchr(path, '?')) != NULL) {
		*query = '\0';
		request.query = query + 1;
	}
	service_answer(service, &request, &reply);
	out->status = reply.status;
	out->retry_after_seconds = reply.retry_after_seconds;
	out->body = reply.body;
}
