#include <assert.h>
#include <string.h>

#include "server/act.h"
#include "server/enrolment.h"
#include "server/rotate.h"
#include "server/store/access.h"
#include "server/suspension.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/sshsig.h"

/* ---- who replaces whom ---- */

struct link {
	const char *old; /* looked for; NULL: any */
	char device[DEVICE_TEXT];
	char replaces[DEVICE_TEXT];
};

static int note_link(
    void *context, const struct record_row *row, struct err *err)
{
	struct link *link = context;
	json_t *value = NULL;
	const char *replaces;
	int rc = 0;

	if (row->value[0] == '{')
		rc = json_read(&value, row->value, strlen(row->value), err);
	replaces = json_text(value, "replaces");
	if (replaces[0] != '\0' &&
	    (link->old == NULL || strcmp(link->old, replaces) == 0)) {
		text_copy(link->device, DEVICE_TEXT, row->subject);
		text_copy(link->replaces, DEVICE_TEXT, replaces);
	}
	json_decref(value);
	return rc;
}

int rotate_replaced(struct office *office, const char *device,
    char out[DEVICE_TEXT], struct err *err)
{
	struct link link = {.old = NULL};
	int rc = ledger_subject(
	    office->db, NULL, "enrolment", device, note_link, &link, err);

	memcpy(out, link.replaces, DEVICE_TEXT);
	return rc;
}

int rotate_successor(struct office *office, const char *device,
    char out[DEVICE_TEXT], struct err *err)
{
	struct link link = {.old = device};
	int rc =
	    ledger_family(office->db, NULL, "enrolment", note_link, &link, err);

	memcpy(out, link.device, DEVICE_TEXT);
	return rc;
}

int rotate_retire(
    struct office *office, const char *device, const char *old, struct err *err)
{
	char at[DEVICE_TEXT];
	int rc;

	if (old[0] == '\0')
		return 0;
	if ((rc = rotate_replaced(office, device, at, err)) < 0 ||
	    strcmp(at, old) != 0)
		return rc;
	/* One that was replaced in its turn before it ever logged in leaves
	 * its own forerunner to us. */
	while (rc == 0 && at[0] != '\0') {
		struct device found;

		if ((rc = enrolment_device(office, at, &found, err)) < 0 ||
		    !found.found || found.revoked)
			return rc;
		if ((rc = enrolment_retire(office, at,
			 L("clé remplacée", "key replaced"), err)) == 0)
			rc = rotate_replaced(office, at, at, err);
	}
	return rc;
}

/* ---- accepting ---- */

/* The old device, the new one, and what is known of both. */
struct change {
	const struct rotate_request *request;
	struct device old;
	struct hash key;
	char device[DEVICE_TEXT]; /* the new one */
	struct buf structures;    /* of the old one, one a line */
	bool revoked;             /* the old one, everywhere */
	bool known;               /* the new one replaces it already */
};

static int check_sig(const uint8_t pub[KEY_LEN], const char *base64,
    const struct buf *text, struct err *err)
{
	struct buf sig = BUF_INIT;
	int rc = enc_unbase64(&sig, base64, strlen(base64), err);

	if (rc == 0)
		rc = sig.len == SIG_LEN
		         ? sshsig_verify(pub, (const uint8_t *)sig.data,
			       SSHSIG_ROTATE, text->data, text->len, err)
		         : E_SIGNATURE;
	buf_free(&sig);
	return rc;
}

/* The same answer whether the device or the signature is wrong. */
static int check_signatures(
    const struct office *office, const struct change *change, struct err *err)
{
	const struct rotate_request *request = change->request;
	char server[2 * KEY_LEN + 1];
	struct buf text = BUF_INIT;
	int rc;

	enc_hex(office->server.pub, KEY_LEN, server);
	buf_printf(&text,
	    "# pointeau rotate 1\n# server %s\n# device %s\n# key %s\n", server,
	    request->device, request->key);
	if ((rc = buf_check(&text, err)) < 0)
		goto out;
	rc = change->old.found && change->old.writer == WRITER_LAPTOP
	         ? check_sig(change->old.pub, request->sig, &text, err)
	         : E_SIGNATURE;
	if (rc == 0)
		rc = check_sig(change->key.bytes, request->proof, &text, err);
	if (rc < 0 && rc != E_NOMEM)
		rc = err_set(err, E_AUTH,
		    L("poste inconnu ou signature refusée : la clé n'est pas "
		      "changée",
			"unknown device or signature refused: the key is not "
			"changed"));
out:
	buf_free(&text);
	return rc;
}

static int refuse_other(struct err *err)
{
	return err_set(err, E_CONFLICT,
	    L("la clé de ce poste a déjà été remplacée par une autre, ou "
	      "celle-ci est déjà connue : appelez le bureau",
		"this device's key was replaced by another already, or this "
		"one is known already: call the office"));
}

/* What may replace what: one key once, by one that nobody has. */
static int check_change(
    struct office *office, struct change *change, struct err *err)
{
	const char *old = change->request->device;
	char replaced[DEVICE_TEXT], successor[DEVICE_TEXT];
	struct device known;
	int rc;

	if ((rc = enrolment_device(office, change->device, &known, err)) < 0 ||
	    (rc = rotate_replaced(office, change->device, replaced, err)) < 0 ||
	    (rc = rotate_successor(office, old, successor, err)) < 0)
		return rc;
	change->known = known.found && strcmp(replaced, old) == 0;
	if (change->known && known.revoked)
		return err_set(
		    err, E_REVOKED, L("poste révoqué", "revoked device"));
	if (change->known)
		return 0;
	if (change->revoked)
		return err_set(err, E_REVOKED,
		    L("poste révoqué : sa clé ne peut plus être changée",
			"revoked device: its key can no longer be changed"));
	if (known.found || successor[0] != '\0' ||
	    strcmp(change->device, office->server_device) == 0)
		return refuse_other(err);
	return 0;
}

static int check_room(struct office *office, struct err *err)
{
	int64_t devices = 0;
	int rc = access_device_count(office->db, &devices, err);

	if (rc == 0 && devices >= ENROLMENT_DEVICES_MAX)
		rc = err_set(err, E_LIMIT,
		    L("le bureau a déjà %d postes",
			"the office has %d devices already"),
		    ENROLMENT_DEVICES_MAX);
	return rc;
}

/* ---- writing ---- */

static int set_value(struct act *act, const char *structure, const char *kind,
    const char *device, const json_t *value, struct err *err)
{
	char record[RECORD_KEY_MAX];

	record_key_make(record, kind, device, NULL);
	return act_set(act, structure, kind, record, value, NULL, err);
}

static int copy_scope(struct act *act, const char *structure,
    const struct change *change, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *scope = NULL;
	int rc;

	record_key_make(record, "scope", change->request->device, NULL);
	if ((rc = ledger_value(
		 act->office->db, structure, record, &scope, err)) == 0 &&
	    scope != NULL)
		rc = set_value(
		    act, structure, "scope", change->device, scope, err);
	json_decref(scope);
	return rc;
}

/* In one structure, unless it knows the new key already, or the old one no
 * more. */
static int enrol_in(struct act *act, const char *structure,
    const struct change *change, struct err *err)
{
	const uint8_t *server = act->office->server.pub;
	struct device old, known;
	json_t *value;
	int rc;

	if ((rc = ledger_device(act->office->db, structure,
		 change->request->device, server, &old, err)) < 0 ||
	    (rc = ledger_device(act->office->db, structure, change->device,
		 server, &known, err)) < 0 ||
	    known.found || !old.found || old.revoked)
		return rc;
	value = enrolment_value(
	    change->request->key, old.name, change->request->device);
	if (value == NULL)
		return err_nomem(err);
	rc = set_value(act, structure, "enrolment", change->device, value, err);
	json_decref(value);
	return rc < 0 ? rc : copy_scope(act, structure, change, err);
}

static int write_change(
    struct office *office, const struct change *change, struct err *err)
{
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	for (const char *at = buf_text(&change->structures);
	     rc == 0 && *at != '\0'; at += strcspn(at, "\n") + 1) {
		char structure[TEXT_ID_MAX + 1] = "";

		assert(strcspn(at, "\n") < sizeof(structure));
		memcpy(structure, at, strcspn(at, "\n"));
		rc = enrol_in(&act, structure, change, err);
	}
	if (rc < 0)
		act_abort(&act);
	return rc < 0 ? rc : act_commit(&act, err);
}

int rotate_accept(struct office *office, const struct rotate_request *request,
    struct buf *certificate, uint8_t sig[SIG_LEN], struct err *err)
{
	struct change change = {.request = request, .structures = BUF_INIT};
	int rc;

	if ((rc = hash_parse(&change.key, request->key, err)) < 0)
		return rc;
	key_device(change.key.bytes, change.device);
	if ((rc = enrolment_structures(office, request->device,
		 &change.structures, &change.revoked, err)) < 0 ||
	    (rc = enrolment_device(office, request->device, &change.old, err)) <
		0 ||
	    (rc = check_signatures(office, &change, err)) < 0 ||
	    (rc = suspension_refuse(office, buf_text(&change.structures),
		 request->device, err)) < 0 ||
	    (rc = check_change(office, &change, err)) < 0 ||
	    (!change.known && (rc = check_room(office, err)) < 0) ||
	    (rc = write_change(office, &change, err)) < 0)
		goto out;
	rc = enrolment_certificate(
	    office, change.device, request->key, certificate, sig, err);
out:
	buf_free(&change.structures);
	return rc;
}
