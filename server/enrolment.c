#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/crews.h"
#include "server/enrolment.h"
#include "server/enrolment_parts.h"
#include "server/rotate.h"
#include "server/store/access.h"
#include "server/store/contact.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/enrolcode.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/sshsig.h"

/* ---- may it? ---- */

static int check_proof(struct office *office,
    const struct enrolment_request *request, const struct hash *code,
    struct hash *key, struct err *err)
{
	struct buf text = BUF_INIT, proof = BUF_INIT;
	char code_hex[HASH_TEXT], server[2 * KEY_LEN + 1];
	int rc;

	hash_hex(code, code_hex);
	enc_hex(office->server.pub, KEY_LEN, server);
	buf_printf(&text,
	    "# pointeau enrol 1\n# code %s\n# server %s\n# key %s\n", code_hex,
	    server, request->key);
	if ((rc = buf_check(&text, err)) < 0 ||
	    (rc = hash_parse(key, request->key, err)) < 0 ||
	    (rc = enc_unbase64(
		 &proof, request->proof, strlen(request->proof), err)) < 0)
		goto out;
	rc = proof.len == SIG_LEN
	         ? sshsig_verify(key->bytes, (const uint8_t *)proof.data,
		       SSHSIG_ENROL, text.data, text.len, err)
	         : err_set(err, E_SIGNATURE,
		       L("preuve trop courte", "proof too short"));
out:
	if (rc < 0 && rc != E_NOMEM)
		rc = err_set(err, E_AUTH,
		    L("preuve de possession de la clé refusée",
			"proof of possession of the key refused"));
	buf_free(&text);
	buf_free(&proof);
	return rc;
}

static int check_code(struct office *office, const char *secret_hex,
    const char *device, struct hash *hash, struct access_code *code,
    struct err *err)
{
	uint8_t secret[ENROLCODE_SECRET_LEN];
	int rc;

	if (enc_unhex(secret, sizeof(secret), secret_hex, strlen(secret_hex),
		NULL) < 0)
		return err_set(
		    err, E_INVALID, L("code illisible", "unreadable code"));
	hash_of(hash, secret, sizeof(secret));
	if ((rc = access_code_get(office->db, hash, code, err)) < 0)
		return rc;
	if (!code->found) {
		return err_set(err, E_AUTH,
		    L("code inconnu ou périmé : demandez-en un autre au "
		      "bureau",
			"unknown or expired code: ask the office for "
			"another"));
	}
	if (code->device[0] != '\0' && strcmp(code->device, device) != 0) {
		return err_set(err, E_CONFLICT,
		    L("code déjà utilisé par un autre poste : demandez-en un "
		      "autre au bureau",
			"code already used by another device: ask the office "
			"for another"));
	}
	if (code->expires_s <= os_now_s(office->os)) {
		return err_set(err, E_AUTH,
		    L("code périmé (il vit 15 minutes) : demandez-en un "
		      "autre au bureau",
			"code expired (it lives 15 minutes): ask the office "
			"for another"));
	}
	return 0;
}

static size_t count_structures(const char *lines, const struct crews *crews)
{
	size_t count = 0;

	for (const char *at = lines; *at != '\0'; at += strcspn(at, "\n") + 1)
		count++;
	for (size_t i = 0; i < crews->count; i++)
		count += crews_is_first(crews, i) &&
		         !enrolment_has_line(lines, crews->items[i].structure);
	return count;
}

/* One more device, and more structures for it: is there room? */
static int check_room(struct office *office, const char *device,
    const struct crews *crews, struct err *err)
{
	struct buf names = BUF_INIT;
	int64_t devices = 0;
	bool revoked;
	int rc;

	if ((rc = enrolment_structures(office, device, &names, &revoked, err)) <
		0 ||
	    (rc = access_device_count(office->db, &devices, err)) < 0)
		goto out;
	if (names.len == 0 && devices >= ENROLMENT_DEVICES_MAX)
		rc = err_set(err, E_LIMIT,
		    L("le bureau a déjà %d postes", "the office has %d devices "
						    "already"),
		    ENROLMENT_DEVICES_MAX);
	else if (count_structures(buf_text(&names), crews) >
		 ENROLMENT_STRUCTURES_MAX)
		rc = err_set(err, E_LIMIT,
		    L("plus de %d structures pour ce poste",
			"over %d structures for this device"),
		    ENROLMENT_STRUCTURES_MAX);
out:
	buf_free(&names);
	return rc;
}

static int check_name(const char *name, struct err *err)
{
	return text_check_name(
	    L("nom du poste", "device name"), name, TEXT_NAME_MAX, err);
}

/* ---- into the logs ---- */

json_t *enrolment_value(const char *key, const char *name, const char *replaces)
{
	json_t *value = json_object();

	if (value == NULL || !json_put_text(value, "key", key) ||
	    !json_put_text(value, "name", name) ||
	    !json_put_text(value, "role", ROLE_LAPTOP) ||
	    (replaces[0] != '\0' &&
		!json_put_text(value, "replaces", replaces))) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static int write_device(struct act *act, const struct crews *crews,
    const char *device, const char *key, const char *name, struct err *err)
{
	char replaces[DEVICE_TEXT];
	int rc = rotate_replaced(act->office, device, replaces, err);

	for (size_t i = 0; rc == 0 && i < crews->count; i++) {
		const char *structure = crews->items[i].structure;

		if (crews_is_first(crews, i)) {
			rc = act_set_subject(act, structure, "enrolment",
			    device, enrolment_value(key, name, replaces), err);
			if (rc == 0)
				rc = act_set_subject(act, structure, "scope",
				    device, crews_scope(crews, structure), err);
		}
		if (rc == 0)
			rc = crews_supervise(act, structure,
			    crews->items[i].crew, device, name, err);
	}
	return rc;
}

int enrolment_certificate(struct office *office, const char *device,
    const char *key, struct buf *out, uint8_t sig[SIG_LEN], struct err *err)
{
	char server[2 * KEY_LEN + 1], at[STAMP_TEXT];
	char replaces[DEVICE_TEXT];
	struct buf all = BUF_INIT;
	bool revoked;
	int rc;

	if ((rc = rotate_replaced(office, device, replaces, err)) < 0)
		return rc;
	enc_hex(office->server.pub, KEY_LEN, server);
	stamp_format(os_now_s(office->os), at);
	buf_printf(out,
	    "# pointeau certificate 1\n# server %s\n# device %s\n# key %s\n",
	    server, device, key);
	/* A server that forgets it enrols it again by the very same words. */
	if (replaces[0] != '\0')
		buf_printf(out, "# replaces %s\n", replaces);
	/* Of an earlier code's structures too: the laptop keeps its last
	 * certificate, which is to bring them all back (recall.h). */
	if ((rc = enrolment_structures(office, device, &all, &revoked, err)) <
	    0)
		goto out;
	for (const char *line = buf_text(&all); *line != '\0';
	     line += strcspn(line, "\n") + 1)
		buf_printf(
		    out, "# structure %.*s\n", (int)strcspn(line, "\n"), line);
	buf_printf(out, "# at %s\n", at);
	if ((rc = buf_check(out, err)) == 0)
		rc = sshsig_sign(sig, &office->server, SSHSIG_CERTIFICATE,
		    out->data, out->len, err);
out:
	buf_free(&all);
	return rc;
}

/* The code took another laptop's place: that one is ours no more. Asked again
 * with the same code, it is so already. */
static int end_replaced(struct office *office, const struct hash *code,
    const char *device, struct err *err)
{
	struct contact_replaces *old = malloc(sizeof(*old));
	int rc;

	if (old == NULL)
		return err_nomem(err);
	rc = contact_replaces_get(office->db, code, old, err);
	if (rc == 0 && old->device[0] != '\0' &&
	    strcmp(old->device, device) != 0)
		rc = enrolment_revoke(office, old->device, old->reason, err);
	free(old);
	return rc;
}

int enrolment_accept(struct office *office,
    const struct enrolment_request *request, struct buf *certificate,
    uint8_t sig[SIG_LEN], struct buf *structures, struct err *err)
{
	struct access_code *code = malloc(sizeof(*code));
	struct crews *crews = malloc(sizeof(*crews));
	char device[DEVICE_TEXT];
	struct hash hash, key;
	struct act act;
	int rc;

	if (code == NULL || crews == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = check_name(request->name, err)) < 0 ||
	    (rc = hash_parse(&key, request->key, err)) < 0)
		goto out;
	key_device(key.bytes, device);
	if ((rc = check_code(office, request->code, device, &hash, code, err)) <
		0 ||
	    (rc = check_proof(office, request, &hash, &key, err)) < 0 ||
	    (rc = enrolment_refuse_revoked(office, device, err)) < 0 ||
	    (rc = crews_find(office, code->crews, "\n", crews, err)) < 0 ||
	    (rc = check_room(office, device, crews, err)) < 0)
		goto out;
	if ((rc = act_begin(&act, office, err)) < 0)
		goto out;
	if ((rc = write_device(
		 &act, crews, device, request->key, request->name, err)) < 0 ||
	    (rc = access_code_use(office->db, &hash, device, err)) < 0) {
		act_abort(&act);
		goto out;
	}
	if ((rc = act_commit(&act, err)) == 0 &&
	    (rc = end_replaced(office, &hash, device, err)) == 0 &&
	    (rc = crews_structures(crews, structures, err)) == 0)
		rc = enrolment_certificate(
		    office, device, request->key, certificate, sig, err);
out:
	free(code);
	free(crews);
	return rc;
}
