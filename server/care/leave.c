#include <string.h>

#include "server/care/leave.h"
#include "server/contracts.h"
#include "server/import/reference.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- the leaving that counts ---- */

static int last_start(struct office *office, const struct care_worker *worker,
    char out[DATE_TEXT], struct err *err)
{
	struct contracts *contracts = NULL;
	const json_t *list, *last;
	int rc = contracts_load(&contracts, office->db, worker->structure, err);

	out[0] = '\0';
	if (rc < 0)
		return rc;
	list = contracts_list(contracts, worker->structure, worker->worker);
	last = json_array_get(list, json_array_size(list) - 1);
	text_copy(
	    out, DATE_TEXT, json_text(json_object_get(last, "value"), "start"));
	contracts_free(contracts);
	return 0;
}

int leave_current(struct care_note *out, struct office *office,
    const struct care_worker *worker, bool *found, struct err *err)
{
	const struct care_filter filter = {
	    worker->structure, worker->worker, NULL, NULL, false};
	char start[DATE_TEXT];
	json_t *rows = NULL;
	const json_t *last;
	int rc;

	memset(out, 0, sizeof(*out));
	*found = false;
	if ((rc = last_start(office, worker, start, err)) < 0 ||
	    (rc = care_list(office, CARE_EXIT, &filter, &rows, err)) < 0)
		goto out;
	last = json_array_get(rows, json_array_size(rows) - 1);
	if (last == NULL || strcmp(json_text(last, "day"), start) < 0)
		goto out;
	rc = care_note_find(out, office->db, json_text(last, "id"), err);
	*found = rc == 0;
out:
	json_decref(rows);
	return rc;
}

int leave_set(struct office *office, const struct care_worker *worker,
    const json_t *value, bool again, const struct care_by *by,
    char id[TEXT_ID_MAX + 1], struct buf *notes, struct err *err)
{
	struct care_note now;
	bool found;
	int rc = leave_current(&now, office, worker, &found, err);

	if (rc == 0 && found && !again && by->reason == NULL) {
		rc = err_set(err, E_CONFLICT,
		    L("une sortie est déjà notée, le %s : pour la corriger, "
		      "dites pourquoi avec --reason ; si la personne est "
		      "revenue puis repartie, ajoutez --again",
			"a leaving is noted already, on %s: to correct it, say "
			"why with --reason; if they came back and left once "
			"more, add --again"),
		    json_text(now.value, "day"));
	} else if (rc == 0 && found && !again) {
		text_copy(id, TEXT_ID_MAX + 1, now.id);
		rc = care_set(office, now.id, value, by, notes, err);
	} else if (rc == 0) {
		rc = care_add(
		    office, CARE_EXIT, worker, value, by, id, notes, err);
	}
	care_note_clear(&now);
	return rc;
}

/* ---- six months later ---- */

static int find_follow_up(struct office *office,
    const struct care_worker *worker, const char *exit,
    char id[TEXT_ID_MAX + 1], struct err *err)
{
	const struct care_filter filter = {
	    worker->structure, worker->worker, NULL, NULL, false};
	json_t *rows = NULL;
	int rc = care_list(office, CARE_FOLLOWUP, &filter, &rows, err);

	id[0] = '\0';
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (strcmp(json_text(row, "exit"), exit) == 0)
			text_copy(id, TEXT_ID_MAX + 1, json_text(row, "id"));
	}
	json_decref(rows);
	return rc;
}

int leave_follow_up(struct office *office, const struct care_worker *worker,
    const json_t *value, const struct care_by *by, char id[TEXT_ID_MAX + 1],
    struct buf *notes, struct err *err)
{
	json_t *whole = json_clone(value);
	struct care_note exit;
	bool found;
	int rc = leave_current(&exit, office, worker, &found, err);

	if (rc == 0 && !found)
		rc = err_set(err, E_NOT_FOUND,
		    L("aucune sortie n'est notée pour %s : notez-la d'abord "
		      "(care exit set)",
			"no leaving is noted of %s: note it first (care exit "
			"set)"),
		    worker->worker);
	if (rc == 0 && !json_put_text(whole, "exit", exit.id))
		rc = err_nomem(err);
	if (rc == 0)
		rc = find_follow_up(office, worker, exit.id, id, err);
	if (rc == 0 && id[0] != '\0')
		rc = care_set(office, id, whole, by, notes, err);
	else if (rc == 0)
		rc = care_add(
		    office, CARE_FOLLOWUP, worker, whole, by, id, notes, err);
	json_decref(whole);
	care_note_clear(&exit);
	return rc;
}

/* ---- reasons ---- */

static int add_code(
    void *context, const struct record_row *row, struct err *err)
{
	json_t *value = NULL;
	int rc = reference_value(&value, row, err);

	if (rc < 0 || value == NULL)
		return rc;
	if (json_array_append_new(
		context, json_pack("{s:s, s:s, s:s}", "code", row->subject,
			     "label", json_text(value, "label"), "category",
			     json_text(value, "category"))) < 0)
		rc = err_nomem(err);
	json_decref(value);
	return rc;
}

int leave_codes(struct office *office, json_t **out, struct err *err)
{
	int rc;

	if ((*out = json_array()) == NULL)
		return err_nomem(err);
	rc = ledger_family(
	    office->db, STRUCTURE_OFFICE, "exit_code", add_code, *out, err);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}
