#include <string.h>

#include "server/act.h"
#include "server/enrolment.h"
#include "server/enrolment_parts.h"
#include "server/suspension.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* Two clerks who disagree: it waits until they agree. */
static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	json_t *value = NULL;
	int rc = 0;

	if (strcmp(row->state, RECORD_CONTESTED) == 0) {
		*(bool *)context = true;
	} else if (strcmp(row->state, RECORD_MERGED) == 0) {
		rc = json_read(&value, row->value, strlen(row->value), err);
		*(bool *)context = json_int(value, "suspended", 0) == 1;
	}
	json_decref(value);
	return rc;
}

int suspension_in(struct office *office, const char *structure,
    const char *device, bool *out, struct err *err)
{
	char record[RECORD_KEY_MAX];

	*out = false;
	record_key_make(record, "suspension", device, NULL);
	return ledger_record(
	    office->db, structure, record, note_state, out, NULL, err);
}

int suspension_any(struct office *office, const char *structures,
    const char *device, bool *out, struct err *err)
{
	char structure[TEXT_ID_MAX + 1];
	int rc = 0;

	*out = false;
	for (const char *at = structures; rc == 0 && !*out && *at != '\0';) {
		size_t len = strcspn(at, "\n");

		if (len < sizeof(structure)) {
			memcpy(structure, at, len);
			structure[len] = '\0';
			rc = suspension_in(office, structure, device, out, err);
		}
		at += len + (at[len] == '\n');
	}
	return rc;
}

int suspension_refuse(struct office *office, const char *structures,
    const char *device, struct err *err)
{
	bool suspended;
	int rc = suspension_any(office, structures, device, &suspended, err);

	return rc < 0 || !suspended
	           ? rc
	           : err_set(err, E_SUSPENDED,
			 L("poste suspendu par le bureau : gardez vos saisies, "
			   "elles partiront à la reprise ; appelez le bureau",
			     "device suspended by the office: keep what you "
			     "recorded, it leaves once resumed; call the "
			     "office"));
}

static int write_one(struct act *act, const char *structure, const char *device,
    bool suspended, const char *reason, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = "suspension",
	    .structure = structure,
	    .record = record,
	    .parents = heads,
	    .reason = reason,
	};
	json_t *value;
	int rc;

	record_key_make(record, "suspension", device, NULL);
	if ((rc = ledger_heads(act->office->db, structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) < 0)
		return rc;
	if ((value = json_pack("{s:i}", "suspended", suspended)) == NULL)
		return err_nomem(err);
	draft.value = value;
	rc = act_add(act, &draft, err);
	json_decref(value);
	return rc;
}

static int write_all(struct office *office, char *structures,
    const char *device, bool suspended, const char *reason, struct err *err)
{
	char *at, *save = NULL;
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	for (at = strtok_r(structures, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = write_one(&act, at, device, suspended, reason, err);
	if (rc == 0)
		return act_commit(&act, err);
	act_abort(&act);
	return rc;
}

static int already(bool suspended, struct err *err)
{
	return suspended
	           ? err_set(err, E_CONFLICT,
			 L("ce poste est déjà suspendu",
			     "this device is suspended already"))
	           : err_set(err, E_CONFLICT,
			 L("ce poste n'est pas suspendu : il n'y a rien à "
			   "reprendre",
			     "this device is not suspended: there is nothing "
			     "to resume"));
}

int suspension_set(struct office *office, const char *device, bool suspended,
    const char *reason, struct err *err)
{
	struct buf structures = BUF_INIT;
	bool revoked, now;
	int rc;

	if ((rc = enrolment_structures(
		 office, device, &structures, &revoked, err)) < 0)
		goto out;
	if (structures.len == 0 ||
	    strcmp(device, office->console_device) == 0) {
		rc = enrolment_unknown(device, err);
		goto out;
	}
	if ((rc = enrolment_refuse_revoked(office, device, err)) < 0 ||
	    (rc = suspension_any(office, structures.data, device, &now, err)) <
		0)
		goto out;
	rc = now == suspended ? already(suspended, err)
	                      : write_all(office, structures.data, device,
				    suspended, reason, err);
out:
	buf_free(&structures);
	return rc;
}
