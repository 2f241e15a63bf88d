#include <stdlib.h>
#include <string.h>

#include "server/enrolment.h"
#include "server/route.h"
#include "server/service.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/text.h"

#define RETRY_AFTER_S 30

int service_init(
    struct service *service, struct office *office, struct err *err)
{
	service->office = office;
	os_random(office->os, service->challenge_secret,
	    sizeof(service->challenge_secret));
	if (pthread_mutex_init(&service->lock, NULL) != 0) {
		return err_set(
		    err, E_IO, L("verrou impossible", "cannot make a lock"));
	}
	return 0;
}

void service_clear(struct service *service)
{
	(void)pthread_mutex_destroy(&service->lock);
	crypto_wipe(
	    service->challenge_secret, sizeof(service->challenge_secret));
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

static bool percent_decode(const char *text, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (text[i] != '%') {
			buf_add_char(out, text[i] == '+' ? ' ' : text[i]);
			continue;
		}
		if (len - i < 3)
			return false;
		high = hex_digit(text[i + 1]);
		low = hex_digit(text[i + 2]);
		if (high < 0 || low < 0)
			return false;
		buf_add_char(out, (char)(high * 16 + low));
		i += 2;
	}
	return text_is_utf8(buf_text(out), out->len);
}

bool asked_query(const struct asked *asked, const char *name, struct buf *out)
{
	const char *at = asked->request->query;
	size_t name_len = strlen(name);

	while (*at != '\0') {
		size_t len = strcspn(at, "&");

		if (len > name_len && at[name_len] == '=' &&
		    strncmp(at, name, name_len) == 0)
			return percent_decode(
			    at + name_len + 1, len - name_len - 1, out);
		at += len + (at[len] == '&');
	}
	return false;
}

int asked_json(const struct asked *asked, json_t **out, struct err *err)
{
	return json_read(
	    out, asked->request->body.data, asked->request->body.len, err);
}

int reply_json(struct reply *reply, json_t *json, struct err *err)
{
	if (json == NULL)
		return err_nomem(err);
	buf_reset(&reply->body);
	json_write(&reply->body, json);
	json_decref(json);
	reply->status = 200;
	reply->content_type = HTTP_JSON_TYPE;
	return buf_check(&reply->body, err);
}

void reply_error(struct reply *reply, const struct err *err)
{
	json_t *json = json_object();

	reply->status = err_http_status(err->code);
	reply->content_type = HTTP_JSON_TYPE;
	if (reply->status == 503)
		reply->retry_after_seconds = RETRY_AFTER_S;
	buf_reset(&reply->body);
	if (json != NULL && json_put_text(json, "error", err_slug(err->code)) &&
	    json_put_text(json, "message", err->text))
		json_write(&reply->body, json);
	json_decref(json);
}

/* Who asks, and whether that is enough for the route. */
static int admit(
    struct asked *asked, const struct route *route, struct err *err)
{
	bool revoked;
	int rc;

	if (route->role == ROLE_PUBLIC)
		return 0;
	if ((rc = enrolment_bearer(asked->office, asked->request->bearer,
		 asked->device, err)) < 0 ||
	    (rc = enrolment_structures(asked->office, asked->device,
		 &asked->structures, &revoked, err)) < 0)
		return rc;
	if (revoked && route->role != ROLE_AUTHOR) {
		return err_set(err, E_REVOKED,
		    L("poste révoqué par le bureau",
			"device revoked by the office"));
	}
	return 0;
}

void service_answer(
    void *context, const struct request *request, struct reply *reply)
{
	struct service *service = context;
	struct asked asked = {service, service->office, request, "", BUF_INIT};
	const struct route *route;
	struct err err = ERR_INIT;
	int rc;

	route = route_find(request->method, request->path, &err);
	if (route == NULL) {
		reply_error(reply, &err);
		return;
	}
	(void)pthread_mutex_lock(&service->lock);
	if ((rc = admit(&asked, route, &err)) == 0)
		rc = route->handler(&asked, reply, &err);
	(void)pthread_mutex_unlock(&service->lock);
	if (rc < 0)
		reply_error(reply, &err);
	buf_free(&asked.structures);
}
