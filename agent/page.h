/*
 * The supervisor's page as it is served (docs/page.md): who may ask, the
 * files of the page, and the commands behind /api/. One struct page per
 * launch; page_answer is called from many threads at once.
 */
#ifndef POINTEAU_AGENT_PAGE_H
#define POINTEAU_AGENT_PAGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/auto_sync.h"
#include "agent/cmd.h"
#include "agent/page_session.h"
#include "shared/http/http.h"

#define PAGE_TOKEN_BYTES 32
#define PAGE_TOKEN_TEXT  (2 * PAGE_TOKEN_BYTES + 1)
#define PAGE_ORIGIN_TEXT 32 /* "http://127.0.0.1:65535" and NUL */

struct page {
	const struct program *program; /* the commands; outlives the page */
	const char *directory;         /* of the data; the caller's */
	const char *web_dir;    /* the page's files; NULL: those built in */
	struct auto_sync *sync; /* told of what was saved; NULL: nobody is */
	int port;
	char origin[PAGE_ORIGIN_TEXT];
	char token[PAGE_TOKEN_TEXT];
	/* Milliseconds that never jump; tests decide them. */
	int64_t (*now_ms)(void);
	/* Does the other end of this connection belong to our user? */
	bool (*is_self)(const struct page *page, const struct request *request);
	struct page_session session; /* under state */
	pthread_mutex_t state;
	struct resident resident; /* under acts */
	pthread_mutex_t acts;     /* one command at a time … */
	pthread_mutex_t road;     /* … and one that waits for the office */
};

/* A page on this port of 127.0.0.1, with a token of its own; the rest as for
 * the real machine. End it with page_clear. */
void page_init(struct page *out, const struct program *program,
    const char *directory, int port);
void page_clear(struct page *page);

/* The http_handler; ${context} is the struct page. */
void page_answer(
    void *context, const struct request *request, struct reply *reply);

#endif
