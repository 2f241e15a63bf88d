/*
 * Months that are closed, adjusted and reopened while entries of them still
 * come, and what their figures must be (I13).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/closing.h"
#include "server/report.h"
#include "tests/sim/log.h"

static const char *const months[SIM_MONTHS] = {"2026-10", "2026-11"};

static const char *name_of(const struct sim *sim, size_t structure)
{
	return sim->structures[structure];
}

void sim_closings_free(struct sim *sim)
{
	for (size_t s = 0; s < SIM_STRUCTURES_MAX; s++) {
		for (size_t m = 0; m < SIM_MONTHS; m++)
			json_decref(sim->closings[s][m].rows);
	}
}

void sim_closings_doubt(struct sim *sim)
{
	for (size_t s = 0; s < SIM_STRUCTURES_MAX; s++) {
		for (size_t m = 0; m < SIM_MONTHS; m++)
			sim->closings[s][m].unsure = true;
	}
}

/* ---- what was closed stays as it was closed ---- */

/* Worker to minutes by kind, as the closing's own entries say. */
static json_t *closed_rows(const json_t *shown)
{
	const json_t *rows = json_object_get(shown, "rows");
	json_t *out = json_object();

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (json_text(row, "hash")[0] != '\0')
			(void)json_object_set(out, json_text(row, "worker"),
			    json_object_get(row, "closed"));
	}
	return out;
}

static void keep(struct sim_closing *closing, const json_t *shown)
{
	json_decref(closing->rows);
	closing->rows = closed_rows(shown);
	text_copy(closing->hash, HASH_TEXT, json_text(shown, "closing"));
	closing->unsure = false;
}

/* Compare with what was noted; ${shown} is NULL when it is not closed. */
static void compare(
    struct sim *sim, size_t structure, size_t month, const json_t *shown)
{
	struct sim_closing *closing = &sim->closings[structure][month];
	json_t *rows = closed_rows(shown);

	if (closing->unsure)
		keep(closing, shown);
	else if (strcmp(closing->hash, json_text(shown, "closing")) != 0)
		sim_fail(sim, "I13", "%s of %s was closed as %.12s, now %.12s",
		    months[month], name_of(sim, structure), closing->hash,
		    json_text(shown, "closing"));
	else if (closing->rows != NULL && !json_equal(closing->rows, rows))
		sim_fail(sim, "I13", "the closing of %s of %s has changed",
		    months[month], name_of(sim, structure));
	json_decref(rows);
}

static int show(struct sim *sim, size_t structure, size_t month, json_t **out,
    struct err *err)
{
	int rc = closing_show(
	    &sim->office, name_of(sim, structure), months[month], out, err);

	if (rc == 0 || rc == E_NOT_FOUND)
		compare(sim, structure, month, *out);
	return rc;
}

/* ---- acts ---- */

static int reopen(struct sim *sim, size_t structure, size_t month,
    bool *changed, struct err *err)
{
	const struct closing_reopening reopening = {.reason = "relu à deux",
	    .second = "E2",
	    .exception = "rien d'autre ne viendra"};

	*changed = true;
	return closing_reopen(&sim->office, name_of(sim, structure),
	    months[month], &reopening, err);
}

static int change(struct sim *sim, size_t structure, size_t month,
    bool *changed, struct err *err)
{
	json_t *late = NULL;
	int rc;

	switch (sim_pick(sim, 4)) {
	case 0:
		return reopen(sim, structure, month, changed, err);
	case 1:
		rc = closing_late(&sim->office, name_of(sim, structure),
		    months[month], &late, err);
		json_decref(late);
		return rc;
	default:
		rc = closing_adjust(&sim->office, name_of(sim, structure),
		    months[month], "arrivé après la clôture", NULL, NULL, err);
		/* Two of them side by side, after a rollback. */
		return rc == E_CONFLICT && sim->rollbacks > 0
		           ? reopen(sim, structure, month, changed, err)
		           : rc;
	}
}

int sim_closing_act(struct sim *sim, struct err *err)
{
	size_t structure = 1 + sim_pick(sim, sim->structure_count - 1);
	size_t month = sim_pick(sim, SIM_MONTHS);
	struct sim_closing *closing = &sim->closings[structure][month];
	json_t *shown = NULL;
	bool changed = false;
	int rc = show(sim, structure, month, &shown, err);

	if (rc == E_NOT_FOUND) {
		changed = true;
		rc = closing_make(&sim->office, name_of(sim, structure),
		    months[month], "le mois n'est pas fini", NULL, err);
	} else if (rc == 0) {
		rc = change(sim, structure, month, &changed, err);
	}
	json_decref(shown);
	shown = NULL;
	closing->unsure = closing->unsure || changed;
	sim_log(sim, "  %s of %s: %s", months[month], name_of(sim, structure),
	    changed ? "closed" : "looked at");
	if (rc == 0)
		rc = show(sim, structure, month, &shown, err);
	json_decref(shown);
	return rc;
}

/* ---- reported = closing + adjustments = the month as it stands ---- */

struct due {
	const char *worker;
	int64_t closed, adjusted, proposed, now;
};

static int64_t minutes_of(const json_t *rows, const char *worker)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (strcmp(json_text(row, "worker"), worker) == 0)
			return json_int(row, "minutes", 0);
	}
	return 0;
}

/* Sums of the log's own entries: those that the closing names, and the
 * adjustments that name it. */
static void sum_entries(const struct log *log, const char *closing,
    const char *worker, struct due *due)
{
	for (size_t i = 0; i < log->entry_count; i++) {
		const struct log_entry *entry = &log->entries[i];
		char hex[HASH_TEXT];

		hash_hex(&entry->hash, hex);
		if (entry->fault[0] != '\0' ||
		    strcmp(json_text(entry->value, "worker"), worker) != 0)
			continue;
		if (strcmp(entry->kind, "adjust") == 0 &&
		    strcmp(json_text(entry->value, "closing"), closing) == 0)
			due->adjusted += json_int(entry->value, "after", 0) -
			                 json_int(entry->value, "before", 0);
	}
}

/* The worker's entry of that closing, by its hash in the total's list. */
static void find_closed(const struct log *log, const json_t *workers,
    const char *worker, struct due *due)
{
	for (size_t i = 0; i < json_array_size(workers); i++) {
		const char *hex = json_string_value(json_array_get(workers, i));
		const struct log_entry *entry;
		struct hash hash;

		if (hash_parse(&hash, hex, NULL) < 0 ||
		    (entry = log_entry_find(log, &hash)) == NULL ||
		    strcmp(json_text(entry->value, "worker"), worker) != 0)
			continue;
		due->closed = json_int(entry->value, "minutes", 0);
	}
}

static int64_t proposed(const json_t *late, const char *worker)
{
	const json_t *list = json_object_get(late, "proposals");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		if (strcmp(json_text(one, "worker"), worker) == 0)
			return json_int(one, "after", 0) -
			       json_int(one, "before", 0);
	}
	return 0;
}

static void check_due(struct sim *sim, const struct log *log, size_t month,
    const json_t *shown, const struct due *due)
{
	const json_t *rows = json_object_get(shown, "rows");
	int64_t reported = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (strcmp(json_text(row, "worker"), due->worker) == 0)
			reported = json_int(
			    json_object_get(row, "minutes"), "reported", 0);
	}
	if (reported != due->closed + due->adjusted ||
	    reported + due->proposed != due->now)
		sim_fail(sim, "I13",
		    "%s of %s, %s: closed %d, adjusted %d, reported %d, "
		    "proposed %d, now %d",
		    months[month], name_of(sim, log->structure), due->worker,
		    (int)due->closed, (int)due->adjusted, (int)reported,
		    (int)due->proposed, (int)due->now);
}

static void check_workers(struct sim *sim, const struct log *log, size_t month,
    const json_t *shown, const json_t *late, const json_t *report)
{
	const char *closing = json_text(shown, "closing");
	const json_t *rows = json_object_get(report, "rows");
	const struct log_entry *total;
	struct hash hash;

	if (hash_parse(&hash, closing, NULL) < 0 ||
	    (total = log_entry_find(log, &hash)) == NULL) {
		sim_fail(sim, "I13", "a closing that is not in the log");
		return;
	}
	for (size_t i = 0; i < sim->worker_count; i++) {
		const struct sim_worker *worker = &sim->workers[i];
		struct due due = {.worker = worker->id};

		if (worker->structure != log->structure)
			continue;
		sum_entries(log, closing, worker->id, &due);
		find_closed(log, json_object_get(total->value, "workers"),
		    worker->id, &due);
		due.proposed = proposed(late, worker->id);
		due.now = minutes_of(rows, worker->id);
		check_due(sim, log, month, shown, &due);
	}
}

static void check_month(
    struct sim *sim, const struct log *log, size_t month, const json_t *shown)
{
	const char *structure = name_of(sim, log->structure);
	struct report *report = NULL;
	json_t *late = NULL, *json = NULL;
	struct err err = ERR_INIT;

	if (closing_late(&sim->office, structure, months[month], &late, &err) <
		0 ||
	    report_month(&sim->office, months[month], "worker", structure,
		&report, &err) < 0 ||
	    report_json(report, &json, &err) < 0)
		sim_fail(sim, "I13", "%s", err.text);
	else
		check_workers(sim, log, month, shown, late, json);
	report_free(report);
	json_decref(json);
	json_decref(late);
}

void sim_check_I13(struct sim *sim, const struct log *log)
{
	for (size_t m = 0; log->structure > 0 && m < SIM_MONTHS; m++) {
		json_t *shown = NULL;
		struct err err = ERR_INIT;
		int rc = show(sim, log->structure, m, &shown, &err);

		if (rc == 0)
			check_month(sim, log, m, shown);
		else if (rc != E_NOT_FOUND)
			sim_fail(sim, "I13", "%s", err.text);
		json_decref(shown);
	}
}
