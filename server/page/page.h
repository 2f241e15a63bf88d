/*
 * The office's page as it is served (docs/office.md): who may ask, the files
 * of the page, and the commands behind /api/. One door per `serve`;
 * door_answer is called from many threads at once.
 */
#ifndef POINTEAU_SERVER_PAGE_PAGE_H
#define POINTEAU_SERVER_PAGE_PAGE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "server/account/session.h"
#include "server/account/view.h"
#include "server/service.h"
#include "shared/http/http.h"

#define DOOR_COOKIE "__Host-pointeau"
/* Of the page's requests with the door or waiting for it; of those that wait
 * for a password to be hashed. One more is refused (503). */
#define DOOR_PRESENT_MAX 64
#define DOOR_HASHING_MAX 16
/* Answers in JSON from this on travel compressed: a month of 500 workers is
 * 700 kB plain, and a third of that so. */
#define DOOR_SHRINK_MIN ((size_t)4 * 1024)
/* Of a JSON body that brings no file. */
#define DOOR_JSON_MAX ((size_t)256 * 1024)

struct door {
	struct service *service;  /* the writing office and its lock */
	const char *const *hosts; /* ours, ended by NULL; outlive the door */
	const char *web_dir;      /* the page's files; NULL: those built in */
	struct sessions *sessions;
	struct view view; /* the reading office, under reading */
	pthread_mutex_t reading;
	pthread_mutex_t apart; /* one of DOOR_APART at a time */
	/* Another, of which accounts alone are asked, under looking: who asks
	 * does not wait for what somebody else reads. */
	struct view accounts;
	pthread_mutex_t looking;
	pthread_mutex_t hashing; /* one Argon2id at a time */
	atomic_int hashers;
	atomic_int present;
	/* Milliseconds that never jump; tests decide them. */
	int64_t (*now_ms)(void);
};

/*
 * A door of ${service}'s office, which is open for writing. ${hosts}: the
 * Host values served. E_IO, E_NOMEM. Close with door_close, also after a
 * failure. It must not move.
 */
int door_open(struct door *out, struct service *service,
    const char *const *hosts, const char *web_dir, struct err *err);
void door_close(struct door *door);

/* Answer one request of the page. */
void door_answer(
    struct door *door, const struct request *request, struct reply *reply);

#endif
