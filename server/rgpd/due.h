/*
 * What is past its keeping period, and its destruction.
 */
#ifndef POINTEAU_SERVER_RGPD_DUE_H
#define POINTEAU_SERVER_RGPD_DUE_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/* What is asked; "" where nothing is. */
struct due_ask {
	const char *structure;
	const char *class;
	const char *worker;
};

/*
 * Own ${out}: [{"structure","class","label","worker","worker_name","records",
 * "first" and "last" (ISO: from when their periods are counted),"over" (the
 * last day of the oldest's period),"months","source","hold" (the name of one
 * that refuses, or ""),"keys": […records]}], by structure, class, worker.
 */
int rgpd_due_json(struct office *office, const struct due_ask *ask,
    json_t **out, struct err *err);

/* What a run did. */
struct due_run {
	int64_t entries; /* whose bodies are destroyed */
	int64_t people;
	int64_t held; /* people and classes that a hold refused */
	char id[17];
};

/*
 * Destroy what ${due} (rgpd_due_json's) lists but for what is held, and write a
 * record purge_run/ID in the log of each structure that was looked at, also
 * when nothing was destroyed. As purge_worker (purge.h) of what stays in
 * files.
 */
int due_purge(struct office *office, const struct due_ask *ask,
    const json_t *due, const char *reason, struct due_run *out,
    struct err *err);

/* Own ${out}: the runs, the newest first: [{"id","structure","at","by",
 * "reason","entries","held","classes":[{"class","label","people",
 * "entries"}]}]. */
int due_runs(struct office *office, json_t **out, struct err *err);

#endif
