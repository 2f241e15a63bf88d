/*
 * What the office has to do, and nothing else: asked of what is stored each
 * time, so that a line is there until its cause is gone.
 */
#ifndef POINTEAU_SERVER_TODO_H
#define POINTEAU_SERVER_TODO_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

#define TODO_WITHIN_DAYS 60 /* deadlines looked ahead */
#define TODO_MONTHS      12 /* months before this one that are looked into */

/* How much it presses. */
enum todo_level {
	TODO_SOON = 1, /* a date that comes */
	TODO_NOW,      /* it may be done today */
	TODO_LATE,     /* it should have been done */
	TODO_URGENT,   /* somebody is hurt, or something may be lost */
};

/*
 * Own it: [{"what","level","right","structure","count","text","todo","link",
 * "since","deadline"}], what presses most first. ${structure} NULL: of all.
 *
 * what is "alert_" and the kind of an alert (server/alert.h), "contested",
 * "newcomers", "blanks", "unsigned", "close", "late", "reopening", "declare",
 * "declare_again", "no_annex", "annex_end", or "care_" and what is due
 * (server/care/due.h). right is what whoever does it needs
 * (server/account/right.h); text says what, todo what to do ("" when the text
 * says it); link is a place of the office's page
 * ("/grid/2026-11?s=S1"); since and deadline are days or instants, "" for
 * none. E_NOT_FOUND when there is no such structure.
 */
int todo_json(struct office *office, const char *structure, json_t **out,
    struct err *err);

#endif
