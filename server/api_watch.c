/*
 * For who looks after the server: does it live, is it ready, what does it
 * count. None of them waits for the office's lock.
 */
#include <string.h>

#include "server/alert.h"
#include "server/devices.h"
#include "server/health.h"
#include "server/metrics.h"
#include "server/route.h"
#include "server/service.h"
#include "shared/lang.h"

int api_health(struct asked *asked, struct reply *reply, struct err *err)
{
	/* For `doctor`, which asks by the url: is our proxy one that we
	 * know? */
	return reply_json(reply,
	    asked->request->forwarded_ignored
		? json_pack("{s:b,s:s}", "ok", 1, "forwarded", "ignored")
		: json_pack("{s:b}", "ok", 1),
	    err);
}

int api_ready(struct asked *asked, struct reply *reply, struct err *err)
{
	const struct health *health = asked->service->health;
	unsigned faults =
	    health != NULL ? health_check(asked->service->health) : 0;
	int rc;

	rc = reply_json(reply,
	    faults == 0
		? json_pack("{s:b}", "ok", 1)
		: json_pack("{s:b,s:o}", "ok", 0, "why", health_words(faults)),
	    err);
	if (rc == 0 && faults != 0) {
		reply->status = 503;
		reply->retry_after_seconds = SERVICE_RETRY_S;
	}
	return rc;
}

/* Equal in the time that the longer takes. Somebody who guesses waits as a
 * stranger does. */
static int check_token(struct asked *asked, struct err *err)
{
	const char *token = asked->office->config.metrics_token;
	const char *given = asked->request->bearer;
	const char *remote = asked->request->remote;
	struct hash want, got;
	int rc;

	if (token[0] == '\0' || asked->service->metrics == NULL)
		return err_set(err, E_NOT_FOUND,
		    L("rien à cette adresse", "nothing at this address"));
	hash_of(&want, token, strlen(token));
	hash_of(&got, given, strlen(given));
	if (crypto_same(want.bytes, got.bytes, sizeof(want.bytes)))
		return 0;
	if ((rc = asked_rate(asked, RATE_STRANGER, remote != NULL ? remote : "",
		 1, err)) < 0)
		return rc;
	return err_set(err, E_AUTH,
	    L("jeton absent ou faux : donnez celui du réglage metrics_token",
		"token missing or wrong: give that of the setting "
		"metrics_token"));
}

/* What the database tells, by the reading connection. */
static int ask_office(
    struct health *health, json_t **alerts, json_t **devices, struct err *err)
{
	int rc;

	(void)pthread_mutex_lock(&health->lock);
	if ((rc = alerts_json(&health->view.office, alerts, err)) == 0)
		rc = devices_json(&health->view.office, devices, err);
	(void)pthread_mutex_unlock(&health->lock);
	return rc;
}

int api_metrics(struct asked *asked, struct reply *reply, struct err *err)
{
	struct service *service = asked->service;
	struct metrics_now now = {0};
	json_t *alerts = NULL, *devices = NULL;
	int rc;

	if ((rc = check_token(asked, err)) < 0)
		return rc;
	now.faults = health_check(service->health);
	health_look(&now.facts, service->health->writer);
	if (service->http != NULL)
		now.connections = (int64_t)http_connections(service->http);
	now.commits = (int64_t)atomic_load(&service->commits.groups);
	now.pushes = (int64_t)atomic_load(&service->commits.pushes);
	/* A database in trouble is told by the rest. */
	(void)ask_office(service->health, &alerts, &devices, NULL);
	now.alerts = alerts;
	now.devices = devices;
	rc = metrics_write(service->metrics, &now, &reply->body, err);
	json_decref(alerts);
	json_decref(devices);
	reply->status = 200;
	reply->content_type = METRICS_TYPE;
	return rc;
}
