/* What the files of the page share among themselves. */
#ifndef POINTEAU_AGENT_PAGE_PARTS_H
#define POINTEAU_AGENT_PAGE_PARTS_H

#include "agent/page.h"
#include "shared/json.h"

/* Slugs that no struct err has. */
#define PAGE_FORBIDDEN "forbidden"
#define PAGE_LOCKED    "page_locked"
#define PAGE_WRONG_PIN "wrong_pin"
#define PAGE_TOO_MANY  "too_many"

/* Answer {"error":slug,"message":text}. */
void page_refuse(
    struct reply *reply, int status, const char *slug, const char *text);
/* The same from ${err}: its slug and its status. */
void page_fail(struct reply *reply, const struct err *err);
/* Answer with JSON, which is consumed; NULL stands for "no memory". */
void page_give(struct reply *reply, json_t *stolen);

/* A file of the page, "/" for its first. */
void page_file(const struct page *page, const struct request *request,
    struct reply *reply);

/* Anything under /api/, from somebody who may ask. */
void page_api(
    struct page *page, const struct request *request, struct reply *reply);

/*
 * Run the command ${words} ("hours add") with the members of ${params} as its
 * options, but those listed in ${args} ("dir", "a b") as its arguments.
 * Appends its answer to ${out} and, line by line, its remarks to ${note}.
 * ${as} is the supervisor who acts, or "". What it opens is taken from
 * ${resident} and stays there, unless that is NULL.
 */
int page_command(const struct page *page, struct resident *resident,
    const char *words, const char *args, const json_t *params, const char *as,
    struct buf *out, struct buf *note, struct err *err);
/* Add the lines of ${note}, if any, as the member "notes" of the object that
 * ${out} holds. */
int page_add_notes(struct buf *out, const struct buf *note, struct err *err);

/* Does the program have this command? */
const struct command *page_find_command(
    const struct page *page, const char *words);

/* The calls of the session: "GET session" and the POSTs below it. */
typedef void page_session_call(
    struct page *page, const json_t *params, struct reply *reply);
page_session_call page_session_get;
page_session_call page_session_enrol;
page_session_call page_session_who;
page_session_call page_session_pin;
page_session_call page_session_leave;
page_session_call page_session_stay;

/* Locked now? And who unlocked it last, "" for nobody. */
bool page_is_locked(struct page *page);
void page_who(struct page *page, char structure[TEXT_ID_MAX + 1],
    char who[TEXT_ID_MAX + 1]);

#endif
