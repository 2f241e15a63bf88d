#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/enrolment.h"
#include "server/rotate.h"
#include "server/store/access.h"
#include "server/tls.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/enrolcode.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/sshsig.h"

/* ---- crews and their structures ---- */

/* The crews of one call and the structure of each. */
struct crews {
	struct {
		char crew[TEXT_ID_MAX + 1];
		char structure[TEXT_ID_MAX + 1];
	} items[ENROLMENT_CREWS_MAX];
	size_t count;
};

static int note_structure(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	if (strcmp(row->state, RECORD_MERGED) == 0)
		text_copy(context, TEXT_ID_MAX + 1, row->structure);
	return 0;
}

static int add_crew(
    struct office *office, const char *name, struct crews *out, struct err *err)
{
	char structure[TEXT_ID_MAX + 1] = "";
	int rc;

	if ((rc = text_check_id(name, err)) < 0)
		return rc;
	for (size_t i = 0; i < out->count; i++) {
		if (strcmp(out->items[i].crew, name) == 0)
			return 0;
	}
	if ((rc = ledger_subject(office->db, NULL, "crew", name, note_structure,
		 structure, err)) < 0)
		return rc;
	if (structure[0] == '\0') {
		return err_set(err, E_NOT_FOUND,
		    L("équipe inconnue : %s ; importez d'abord les équipes "
		      "(import crews)",
			"unknown crew: %s; import the crews first (import "
			"crews)"),
		    name);
	}
	if (out->count == ENROLMENT_CREWS_MAX) {
		return err_set(err, E_LIMIT,
		    L("plus de %d équipes", "over %d crews"),
		    ENROLMENT_CREWS_MAX);
	}
	memcpy(out->items[out->count].structure, structure, sizeof(structure));
	text_copy(out->items[out->count++].crew, TEXT_ID_MAX + 1, name);
	return 0;
}

/* Names separated by any of ${separators}. */
static int find_crews(struct office *office, const char *names,
    const char *separators, struct crews *out, struct err *err)
{
	char *copy = strdup(names), *at, *save = NULL;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (copy == NULL)
		return err_nomem(err);
	for (at = strtok_r(copy, separators, &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, separators, &save))
		rc = add_crew(office, at, out, err);
	if (rc == 0 && out->count == 0) {
		rc = err_set(err, E_USAGE,
		    L("aucune équipe nommée : --crew ÉQUIPE[,ÉQUIPE]",
			"no crew named: --crew CREW[,CREW]"));
	}
	free(copy);
	return rc;
}

/* ---- codes ---- */

static int fill_code(
    struct office *office, struct enrolcode *code, struct err *err)
{
	struct buf path = BUF_INIT;
	struct hash hash;
	int rc = 0;

	hash_of(&hash, office->server.pub, KEY_LEN);
	memcpy(code->server, hash.bytes, sizeof(code->server));
	text_copy(code->url, sizeof(code->url), office->config.url);
	/* With the administrator's own certificate the authorities are the
	 * trust, so that it can be renewed; a self-signed one is pinned. */
	code->has_pin = office->config.tls_certificate[0] == '\0';
	if (code->has_pin &&
	    (rc = office_path(office, OFFICE_TLS, &path, err)) == 0)
		rc = tls_certificate_pin(path.data, code->pin, err);
	buf_free(&path);
	return rc;
}

int enrolment_code(
    struct office *office, const char *names, struct buf *out, struct err *err)
{
	struct enrolcode code = {.has_pin = false};
	struct buf list = BUF_INIT;
	struct crews *crews = malloc(sizeof(*crews));
	int64_t now_s = os_now_s(office->os);
	struct hash hash;
	int rc;

	if (crews == NULL)
		return err_nomem(err);
	if ((rc = find_crews(office, names, ",", crews, err)) < 0 ||
	    (rc = fill_code(office, &code, err)) < 0)
		goto out;
	for (size_t i = 0; i < crews->count; i++)
		buf_printf(&list, "%s\n", crews->items[i].crew);
	if ((rc = buf_check(&list, err)) < 0)
		goto out;
	if (list.len >= ACCESS_CREWS_MAX) {
		rc = err_set(
		    err, E_LIMIT, L("trop d'équipes", "too many crews"));
		goto out;
	}
	os_random(office->os, code.secret, sizeof(code.secret));
	hash_of(&hash, code.secret, sizeof(code.secret));
	if ((rc = db_begin(office->db, err)) < 0)
		goto out;
	if ((rc = access_expire(office->db, now_s, err)) < 0 ||
	    (rc = access_code_room(office->db, now_s, err)) < 0 ||
	    (rc = access_code_put(office->db, &hash, list.data,
		 now_s + ENROLCODE_LIFE_S, err)) < 0 ||
	    (rc = db_commit(office->db, err)) < 0)
		db_rollback(office->db);
	else
		rc = enrolcode_write(out, &code, err);
out:
	crypto_wipe(&code, sizeof(code));
	buf_free(&list);
	free(crews);
	return rc;
}

/* ---- enrolling ---- */

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

static json_t *scope_value(const struct crews *crews, const char *structure)
{
	json_t *value = json_object(), *list = json_array();

	if (value == NULL || list == NULL)
		goto failed;
	for (size_t i = 0; i < crews->count; i++) {
		if (strcmp(crews->items[i].structure, structure) == 0 &&
		    json_array_append_new(
			list, json_string(crews->items[i].crew)) < 0)
			goto failed;
	}
	if (json_object_set(value, "crews", list) < 0)
		goto failed;
	json_decref(list);
	return value;
failed:
	json_decref(value);
	json_decref(list);
	return NULL;
}

/* Set one reference record of ${structure} and give the value back. */
static int set_record(struct act *act, const char *structure, const char *kind,
    const char *subject, json_t *value, struct err *err)
{
	char record[RECORD_KEY_MAX];
	int rc;

	if (value == NULL)
		return err_nomem(err);
	record_key_make(record, kind, subject, NULL);
	rc = act_set(act, structure, kind, record, value, NULL, err);
	json_decref(value);
	return rc;
}

struct crew_search {
	const char *crew;
	bool found;
};

static int match_crew(
    void *context, const struct record_row *row, struct err *err)
{
	struct crew_search *search = context;
	json_t *value = NULL;
	int rc = 0;

	if (row->value[0] == '{')
		rc = json_read(&value, row->value, strlen(row->value), err);
	if (strcmp(json_text(value, "crew"), search->crew) == 0)
		search->found = true;
	json_decref(value);
	return rc;
}

/* A crew without supervisors gets one named after the laptop. */
static int ensure_supervisor(struct act *act, const char *structure,
    const char *crew, const char *device, const char *name, struct err *err)
{
	struct crew_search search = {crew, false};
	char subject[TEXT_ID_MAX + 1], hex[HASH_TEXT];
	struct hash hash;
	json_t *value;
	int rc;

	if ((rc = ledger_family(act->office->db, structure, "supervisor",
		 match_crew, &search, err)) < 0 ||
	    search.found)
		return rc;
	/* One for each crew that the laptop serves. */
	hash_of(&hash, crew, strlen(crew));
	hash_hex(&hash, hex);
	(void)snprintf(subject, sizeof(subject), "s-%s-%.6s", device, hex);
	if ((value = json_object()) == NULL ||
	    !json_put_text(value, "first", name) ||
	    !json_put_text(value, "crew", crew)) {
		json_decref(value);
		return err_nomem(err);
	}
	return set_record(act, structure, "supervisor", subject, value, err);
}

/* The first crew of each structure stands for the structure. */
static bool is_first_of_structure(const struct crews *crews, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(crews->items[k].structure,
			crews->items[i].structure) == 0)
			return false;
	}
	return true;
}

static int write_device(struct act *act, const struct crews *crews,
    const char *device, const char *key, const char *name, struct err *err)
{
	char replaces[DEVICE_TEXT];
	int rc = rotate_replaced(act->office, device, replaces, err);

	for (size_t i = 0; rc == 0 && i < crews->count; i++) {
		const char *structure = crews->items[i].structure;

		if (is_first_of_structure(crews, i)) {
			rc = set_record(act, structure, "enrolment", device,
			    enrolment_value(key, name, replaces), err);
			if (rc == 0)
				rc = set_record(act, structure, "scope", device,
				    scope_value(crews, structure), err);
		}
		if (rc == 0)
			rc = ensure_supervisor(act, structure,
			    crews->items[i].crew, device, name, err);
	}
	return rc;
}

/* Each structure of the crews, one a line. */
static int list_structures(
    const struct crews *crews, struct buf *out, struct err *err)
{
	for (size_t i = 0; i < crews->count; i++) {
		if (is_first_of_structure(crews, i))
			buf_printf(out, "%s\n", crews->items[i].structure);
	}
	return buf_check(out, err);
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

static int refuse_revoked(
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

/* Is ${name} one of the lines of ${lines}? */
static bool has_line(const char *lines, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = lines; *at != '\0'; at += strcspn(at, "\n") + 1) {
		if (strncmp(at, name, len) == 0 && at[len] == '\n')
			return true;
	}
	return false;
}

static size_t count_structures(const char *lines, const struct crews *crews)
{
	size_t count = 0;

	for (const char *at = lines; *at != '\0'; at += strcspn(at, "\n") + 1)
		count++;
	for (size_t i = 0; i < crews->count; i++)
		count += is_first_of_structure(crews, i) &&
		         !has_line(lines, crews->items[i].structure);
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
	    (rc = refuse_revoked(office, device, err)) < 0 ||
	    (rc = find_crews(office, code->crews, "\n", crews, err)) < 0 ||
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
	    (rc = list_structures(crews, structures, err)) == 0)
		rc = enrolment_certificate(
		    office, device, request->key, certificate, sig, err);
out:
	free(code);
	free(crews);
	return rc;
}

/* ---- afterwards ---- */

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

int enrolment_structures(struct office *office, const char *device,
    struct buf *out, bool *revoked, struct err *err)
{
	struct structures all = {office, device, out};
	size_t active = 0;
	int rc;

	rc = ledger_subject(
	    office->db, NULL, "enrolment", device, note_name, &all, err);
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

static int unknown_device(struct err *err, const char *device)
{
	return err_set(err, E_NOT_FOUND,
	    L("poste inconnu : « %.60s » ; voyez « pointeau-server device "
	      "list »",
		"unknown device: \"%.60s\"; see \"pointeau-server device "
		"list\""),
	    device);
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
			rc = ensure_supervisor(act, crews->items[i].structure,
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
	if ((rc = find_crews(office, names, ",", crews, err)) < 0 ||
	    (rc = enrolment_structures(
		 office, device, &structures, &revoked, err)) < 0)
		goto out;
	if (structures.len == 0) {
		rc = unknown_device(err, device);
		goto out;
	}
	if ((rc = refuse_revoked(office, device, err)) < 0)
		goto out;
	for (size_t i = 0; i < crews->count; i++) {
		if (!has_line(structures.data, crews->items[i].structure)) {
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
		rc = set_record(
		    &act, at, "scope", device, scope_value(crews, at), err);
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
		rc = unknown_device(err, device);
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
		return unknown_device(err, device);
	memcpy(at, device, DEVICE_TEXT);
	do {
		if ((rc = enrolment_retire(office, at, reason, err)) < 0 ||
		    (rc = rotate_successor(office, at, next, err)) < 0)
			return rc;
		memcpy(at, next, DEVICE_TEXT);
	} while (at[0] != '\0');
	return 0;
}
