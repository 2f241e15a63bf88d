#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/crews.h"
#include "server/enrolment.h"
#include "server/enrolment_parts.h"
#include "server/store/access.h"
#include "server/store/contact.h"
#include "server/tls.h"
#include "shared/enrolcode.h"
#include "shared/lang.h"
#include "shared/ledger.h"

static int fill_code(
    struct office *office, struct enrolcode *code, struct err *err)
{
	const struct config *config = &office->config;
	struct buf path = BUF_INIT;
	struct hash hash;
	int rc = 0;

	hash_of(&hash, office->server.pub, KEY_LEN);
	memcpy(code->server, hash.bytes, sizeof(code->server));
	text_copy(code->url, sizeof(code->url), office->config.url);
	/* With the administrator's own certificate the authorities are the
	 * trust, so that it can be renewed; a self-signed one is pinned. */
	code->has_pin = config_pins(config);
	/* What clients see: ours, or the proxy's where the settings say it. */
	if (code->has_pin && config->tls == CONFIG_TLS_PROXY &&
	    config->tls_certificate[0] != '\0')
		buf_add_text(&path, config->tls_certificate);
	else if (code->has_pin)
		rc = office_path(office, OFFICE_TLS, &path, err);
	if (code->has_pin && rc == 0 && (rc = buf_check(&path, err)) == 0)
		rc = tls_certificate_pin(path.data, code->pin, err);
	buf_free(&path);
	return rc;
}

/* Whose place a code takes; NULL: nobody's. */
struct replaced {
	const char *device;
	const char *reason;
};

static int make_code(struct office *office, const char *names,
    const struct replaced *replaced, struct buf *out, struct err *err)
{
	struct enrolcode code = {.has_pin = false};
	struct buf list = BUF_INIT;
	struct crews *crews = malloc(sizeof(*crews));
	int64_t now_s = os_now_s(office->os);
	struct hash hash;
	int rc;

	if (crews == NULL)
		return err_nomem(err);
	if ((rc = crews_find(office, names, ",", crews, err)) < 0 ||
	    (rc = fill_code(office, &code, err)) < 0)
		goto out;
	for (size_t i = 0; i < crews->count; i++) {
		if ((rc = act_check_scope(
			 office, crews->items[i].structure, err)) < 0)
			goto out;
		buf_printf(&list, "%s\n", crews->items[i].crew);
	}
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
	    (replaced != NULL &&
		(rc = contact_replaces_put(office->db, &hash, replaced->device,
		     replaced->reason, err)) < 0) ||
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

int enrolment_code(
    struct office *office, const char *crews, struct buf *out, struct err *err)
{
	return make_code(office, crews, NULL, out, err);
}

/* The crews that a device sees, of all its structures, separated by commas. */
int enrolment_crews(struct office *office, const char *device,
    const char *structures, struct buf *out, struct err *err)
{
	char structure[TEXT_ID_MAX + 1], record[RECORD_KEY_MAX];
	int rc = 0;

	record_key_make(record, "scope", device, NULL);
	for (const char *at = structures; rc == 0 && *at != '\0';) {
		size_t len = strcspn(at, "\n");
		json_t *scope = NULL;
		const json_t *crews;

		text_copy(structure,
		    len + 1 < sizeof(structure) ? len + 1 : sizeof(structure),
		    at);
		at += len + (at[len] == '\n');
		rc = ledger_value(office->db, structure, record, &scope, err);
		crews = json_object_get(scope, "crews");
		for (size_t i = 0; i < json_array_size(crews); i++)
			buf_printf(out, "%s%s", out->len > 0 ? "," : "",
			    json_string_value(json_array_get(crews, i)));
		json_decref(scope);
	}
	return rc < 0 ? rc : buf_check(out, err);
}

int enrolment_replace(struct office *office, const char *device, bool now,
    const char *reason, struct buf *crews, struct buf *out, struct err *err)
{
	const struct replaced replaced = {device, reason};
	struct buf structures = BUF_INIT;
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
	if ((rc = enrolment_crews(
		 office, device, structures.data, crews, err)) < 0)
		goto out;
	if (crews->len == 0) {
		rc = err_set(err, E_CONFLICT,
		    L("ce poste ne voit aucune équipe : faites un code avec "
		      "« device code --crew »",
			"this device sees no crew: make a code with \"device "
			"code --crew\""));
		goto out;
	}
	if ((rc = make_code(office, crews->data,
		 revoked || now ? NULL : &replaced, out, err)) == 0 &&
	    now && !revoked)
		rc = enrolment_revoke(office, device, reason, err);
out:
	buf_free(&structures);
	return rc;
}
