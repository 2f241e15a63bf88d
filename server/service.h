/*
 * The server at work: an office behind a lock, answering requests. Handlers
 * (api_*.c) decode, call and encode; they hold no SQL and know no CivetWeb,
 * so that a simulation calls service_answer directly.
 */
#ifndef POINTEAU_SERVER_SERVICE_H
#define POINTEAU_SERVER_SERVICE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "server/commits.h"
#include "server/hints.h"
#include "server/office.h"
#include "server/rate.h"
#include "shared/err.h"
#include "shared/http/http.h"
#include "shared/json.h"
#include "shared/notice.h"

/* Requests with the office or waiting for it; one more is refused (503). */
#define SERVICE_PRESENT_MAX 192
/* Of a JSON body: read into memory it takes up to thirty times as much. */
#define SERVICE_JSON_MAX ((size_t)64 * 1024)
/* Retry-After: from this to twice this; what a rate says, up to the most. */
#define SERVICE_RETRY_S    30
#define SERVICE_WAIT_MAX_S 3600

struct service {
	struct office *office;
	pthread_mutex_t lock;   /* around every use of the office */
	struct commits commits; /* pushes together, behind that lock */
	struct hints *hints;
	uint8_t challenge_secret[32];
	struct rate *rate;        /* NULL: no rate is limited */
	struct notice *trouble;   /* of the disk; NULL: nobody to tell */
	struct door *door;        /* to the pages (page/page.h); NULL: none */
	struct health *health;    /* NULL: nobody asks (not serving) */
	struct metrics *metrics;  /* NULL: nothing is counted */
	struct http_server *http; /* whose connections are counted; or NULL */
	atomic_int present;
};

int service_init(
    struct service *service, struct office *office, struct err *err);
/* Limit from now on how often each may ask (rate.h), by the real clock. */
int service_limit(struct service *service, struct err *err);
void service_clear(struct service *service);

/* Count and log a request that is over: an http_config's done. */
void service_done(void *service, const struct http_done *done);
/* What stands before a reply's route: "/api/" of the pages' calls, which are
 * named as in their table. */
const char *service_prefix(const char *route);

/* Answer one request; an http_handler whose context is a struct service. */
void service_answer(
    void *service, const struct request *request, struct reply *reply);

/* ---- for handlers ---- */

/* A routed request: who asks is known. */
struct asked {
	struct service *service;
	struct office *office;
	const struct request *request;
	char device[DEVICE_TEXT]; /* "" on public routes */
	struct buf structures;    /* the device's, one a line */
	bool revoked;             /* ROLE_AUTHOR alone sees that */
	int wait_s;               /* over a rate: how long to wait; else 0 */
};

/* A handler fills the reply; a negative code becomes an error reply. */
typedef int api_handler(
    struct asked *asked, struct reply *reply, struct err *err);

/* Append the query's argument ${name}, percent-decoded; false when it is not
 * there or no UTF-8. */
bool asked_query(const struct asked *asked, const char *name, struct buf *out);

/* 0 when the device may read ${structure}: one of its own, or what is common
 * to the whole office. Otherwise E_NOT_FOUND. */
int asked_structure(
    const struct asked *asked, const char *structure, struct err *err);

/*
 * For a handler that takes the office itself (ROLE_PUSH): who asks, and may
 * they? Call it with the office in hand, again whenever it was let go.
 */
int asked_admit(struct asked *asked, struct err *err);
/* The same, taking the office for it and giving it back. */
int asked_admit_alone(struct asked *asked, struct err *err);
/* How often and how much the device does, once a request. */
int asked_device_rate(struct asked *asked, struct err *err);

/* Count ${amount} for ${name} ("": for nobody). E_BUSY over the rate. */
int asked_rate(struct asked *asked, enum rate_kind kind, const char *name,
    int64_t amount, struct err *err);

/* Parse the body as JSON; own ${*out}. */
int asked_json(const struct asked *asked, json_t **out, struct err *err);

/* Answer 200 with ${json}, which is consumed (NULL: out of memory). */
int reply_json(struct reply *reply, json_t *json, struct err *err);

/* A refusal that tells all the same what a revoked laptop needs to hand over
 * what it has: how far the logs go, the receipts of its sets, as ${name}.
 * ${list} is consumed. */
int reply_revoked(
    struct reply *reply, const char *name, json_t *list, struct err *err);

/* The reply of a failure. */
void reply_error(struct reply *reply, const struct err *err);

/* api_public.c */
int api_hello(struct asked *asked, struct reply *reply, struct err *err);
int api_enrol(struct asked *asked, struct reply *reply, struct err *err);
int api_rotate(struct asked *asked, struct reply *reply, struct err *err);
int api_challenge(struct asked *asked, struct reply *reply, struct err *err);
int api_login(struct asked *asked, struct reply *reply, struct err *err);

/* api_watch.c: who looks after the server */
int api_health(struct asked *asked, struct reply *reply, struct err *err);
int api_ready(struct asked *asked, struct reply *reply, struct err *err);
int api_metrics(struct asked *asked, struct reply *reply, struct err *err);

/* api_witness.c */
int api_witness(struct asked *asked, struct reply *reply, struct err *err);

/* api_push.c: takes the office itself */
int api_push(struct asked *asked, struct reply *reply, struct err *err);

/* api_sync.c */
int api_heads(struct asked *asked, struct reply *reply, struct err *err);
int api_pull(struct asked *asked, struct reply *reply, struct err *err);
int api_log(struct asked *asked, struct reply *reply, struct err *err);

#endif
