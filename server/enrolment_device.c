#include <assert.h>
#include <string.h>

#include "server/act.h"
#include "server/crews.h"
#include "server/enrolment.h"
#include "server/enrolment_parts.h"
#include "server/rotate.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

/* ---- who it is ---- */

struct structures {
	struct office *office;
	const char *device;
	struct buf *names;
};

static int note_name(
    void *context, const struct record_row *row, struct err *err)
{
	struct structures *all = context;

	buf_printf(all->names, "%s\n", row->structure);
	return buf_check(all->names, err);
}

/* A device is known to who acts in its structures. One that serves others too
 * is no affair of a single one's. */
static int keep_seen(struct office *office, struct buf *names, struct err *err)
{
	bool some = false, all = true;

	if (office->signer == NULL)
		return 0;
	for (const char *at = buf_text(names); *at != '\0';) {
		char structure[TEXT_ID_MAX + 1];
		size_t len = strcspn(at, "\n");

		assert(len < sizeof(structure));
		memcpy(structure, at, len);
		structure[len] = '\0';
		at += len + 1;
		if (signer_may(office->signer, structure))
			some = true;
		else
			all = false;
	}
	if (!some)
		buf_reset(names);
	else if (!all)
		return err_set(err, E_FORBIDDEN,
		    L("ce poste sert aussi hors de vos structures : demandez "
		      "à qui les a toutes ; rien n'est changé",
			"this device serves beyond your structures too: ask "
			"who has them all; nothing is changed"));
	return 0;
}

int enrolment_structures(struct office *office, const char *device,
    struct buf *out, bool *revoked, struct err *err)
{
	struct structures all = {office, device, out};
	size_t active = 0;
	int rc;

	rc = ledger_subject(
	    office->db, NULL, "enrolment", device, note_name, &all, err);
	if (rc == 0)
		rc = keep_seen(office, out, err);
	for (const char *at = buf_text(out); rc == 0 && *at != '\0';) {
		char structure[TEXT_ID_MAX + 1];
		size_t len = strcspn(at, "\n");
		struct device found;

		assert(len < sizeof(structure));
		memcpy(structure, at, len);
		structure[len] = '\0';
		at += len + 1;
		rc = ledger_device(office->db, structure, device,
		    office->server.pub, &found, err);
		active += rc == 0 && found.found && !found.revoked;
	}
	*revoked = out->len > 0 && active == 0;
	return rc;
}

int enrolment_device(struct office *office, const char *device,
    struct device *out, struct err *err)
{
	struct buf names = BUF_INIT;
	bool revoked = false;
	int rc = enrolment_structures(office, device, &names, &revoked, err);

	memset(out, 0, sizeof(*out));
	if (rc == 0 && names.len > 0) {
		names.data[strcspn(names.data, "\n")] = '\0';
		rc = ledger_device(office->db, names.data, device,
		    office->server.pub, out, err);
	}
	buf_free(&names);
	return rc;
}

int enrolment_refuse_revoked(
    struct office *office, const char *device, struct err *err)
{
	struct buf names = BUF_INIT;
	bool revoked = false;
	int rc = enrolment_structures(office, device, &names, &revoked, err);

	if (rc == 0 && revoked) {
		rc = err_set(err, E_REVOKED,
		    L("poste révoqué : effacez son dossier de données pour "
		      "l'enrôler à neuf",
			"revoked device: remove its data directory to enrol "
			"it anew"));
	}
	buf_free(&names);
	return rc;
}

int enrolment_unknown(const char *device, struct err *err)
{
	return err_set(err, E_NOT_FOUND,
	    L("poste inconnu : « %.60s » ; voyez « pointeau-server device "
	      "list »",
		"unknown device: \"%.60s\"; see \"pointeau-server device "
		"list\""),
	    device);
}

/* ---- what it sees ---- */

bool enrolment_has_line(const char *lines, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = lines; *at != '\0'; at += strcspn(at, "\n") + 1) {
		if (strncmp(at, name, len) == 0 && at[len] == '\n')
			return true;
	}
	return false;
}

static int name_supervisors(struct act *act, const struct crews *crews,
    const char *device, struct err *err)
{
	struct device found;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < crews->count; i++) {
		rc = ledger_device(act->office->db, crews->items[i].structure,
		    device, act->office->server.pub, &found, err);
		if (rc == 0)
			rc = crews_supervise(act, crews->items[i].structure,
			    crews->items[i].crew, device, found.name, err);
	}
	return rc;
}

int enrolment_scope(struct office *office, const char *device,
    const char *names, struct err *err)
{
	struct crews *crews = malloc(sizeof(*crews));
	struct buf structures = BUF_INIT;
	struct act act;
	bool revoked;
	char *at, *save = NULL;
	int rc;

	if (crews == NULL)
		return err_nomem(err);
	if ((rc = crews_find(office, names, ",", crews, err)) < 0 ||
	    (rc = enrolment_structures(
		 office, device, &structures, &revoked, err)) < 0)
		goto out;
	if (structures.len == 0) {
		rc = enrolment_unknown(device, err);
		goto out;
	}
	if ((rc = enrolment_refuse_revoked(office, device, err)) < 0)
		goto out;
	for (size_t i = 0; i < crews->count; i++) {
		if (!enrolment_has_line(
			structures.data, crews->items[i].structure)) {
			rc = err_set(err, E_CONFLICT,
			    L("l'équipe %s est d'une structure où ce poste "
			      "n'est pas enrôlé : faites un nouveau code",
				"crew %s belongs to a structure where this "
				"device is not enrolled: make a new code"),
			    crews->items[i].crew);
			goto out;
		}
	}
	if ((rc = act_begin(&act, office, err)) < 0)
		goto out;
	for (at = strtok_r(structures.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = act_set_subject(
		    &act, at, "scope", device, crews_scope(crews, at), err);
	if (rc == 0)
		rc = name_supervisors(&act, crews, device, err);
	if (rc == 0)
		rc = act_commit(&act, err);
	else
		act_abort(&act);
out:
	buf_free(&structures);
	free(crews);
	return rc;
}

/* ---- that it is ours no more ---- */

static int revoke_in(struct act *act, const char *structure, const char *device,
    const char *reason, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = "revocation",
	    .structure = structure,
	    .record = record,
	    .parents = heads,
	    .reason = reason,
	};
	struct device found;
	int rc;

	if ((rc = ledger_device(act->office->db, structure, device,
		 act->office->server.pub, &found, err)) < 0 ||
	    found.revoked)
		return rc;
	record_key_make(record, "revocation", device, NULL);
	if ((rc = ledger_heads(act->office->db, structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) < 0)
		return rc;
	return act_add(act, &draft, err);
}

int enrolment_retire(struct office *office, const char *device,
    const char *reason, struct err *err)
{
	struct buf structures = BUF_INIT;
	char *at, *save = NULL;
	struct act act;
	bool revoked;
	int rc;

	if ((rc = enrolment_structures(
		 office, device, &structures, &revoked, err)) < 0)
		goto out;
	if (structures.len == 0 ||
	    strcmp(device, office->console_device) == 0) {
		rc = enrolment_unknown(device, err);
		goto out;
	}
	if ((rc = act_begin(&act, office, err)) < 0)
		goto out;
	for (at = strtok_r(structures.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = revoke_in(&act, at, device, reason, err);
	if (rc == 0)
		rc = act_commit(&act, err);
	else
		act_abort(&act);
out:
	buf_free(&structures);
	return rc;
}

/* Whoever holds a key may have changed it before the office heard of the
 * theft: what came out of it goes with it. */
int enrolment_revoke(struct office *office, const char *device,
    const char *reason, struct err *err)
{
	char at[DEVICE_TEXT], next[DEVICE_TEXT];
	int rc;

	if (strlen(device) != DEVICE_TEXT - 1)
		return enrolment_unknown(device, err);
	memcpy(at, device, DEVICE_TEXT);
	do {
		if ((rc = enrolment_retire(office, at, reason, err)) < 0 ||
		    (rc = rotate_successor(office, at, next, err)) < 0)
			return rc;
		memcpy(at, next, DEVICE_TEXT);
	} while (at[0] != '\0');
	return 0;
}
