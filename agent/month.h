/*
 * A month as the supervisor reads it before it is signed: what each worker
 * has, how it stands signed, and what is odd about it. Nothing odd ever
 * blocks anything here.
 */
#ifndef POINTEAU_AGENT_MONTH_H
#define POINTEAU_AGENT_MONTH_H

#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/closed.h"
#include "agent/roster.h"
#include "agent/slots.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/signoff.h"

/* A month being read. */
struct month {
	struct agent *agent;
	const struct roster *roster;
	char text[MONTH_TEXT];
	char first[DATE_TEXT];
	char last[DATE_TEXT];
	char today[DATE_TEXT];
	int64_t monday; /* of the first day's week, in days since 1970 */
	size_t days;    /* whole weeks from there on */
	struct closed closed;
	struct slots slots; /* of these weeks */
};

/* ${text}: "2026-11"; NULL: the present one. Clear it with month_clear, also
 * after a failure. */
int month_load(struct month *out, struct agent *agent,
    const struct roster *roster, const char *text, struct err *err);
void month_clear(struct month *month);

/* Was the worker in ${crew} (NULL: any) on a day of the month, or is there
 * something of his in it when no crew is asked for? */
bool month_has(const struct month *month, const struct roster_item *worker,
    const struct roster_item *crew);

/* One worker's month, own it: a row of docs/page.md, GET month. */
int month_worker(json_t **out, const struct month *month,
    const struct roster_item *worker, struct err *err);

/* The member "signoff" or "signed", own it; NULL when out of memory. */
json_t *month_signoff_json(const struct signoff *signoff);

/* Minutes by kind of the merged rows, own it; NULL when out of memory. */
json_t *month_kinds(const struct signoff_sheet *sheet);

#endif
