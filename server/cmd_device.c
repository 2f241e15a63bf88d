#include <stdio.h>
#include <string.h>

#include "server/cmd.h"
#include "server/enrolment.h"
#include "server/store/access.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/enrolcode.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/out.h"
#include "shared/text.h"
#include "shared/words.h"

#define WORDS 6

int cmd_device_code(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	int64_t expires_s = os_now_s(office->os) + ENROLCODE_LIFE_S;
	struct buf code = BUF_INIT;
	char expires[STAMP_TEXT];
	int rc;

	if ((rc = enrolment_code(office, opt_value(call, "crew"), &code, err)) <
	    0)
		goto out;
	stamp_format(expires_s, expires);
	if (cmd_json(call)) {
		rc = json_print(call->out,
		    json_pack("{s:i, s:s, s:s}", "schema", 1, "code",
			buf_text(&code), "expires", expires),
		    err);
	} else {
		buf_printf(call->out, "%s\n", buf_text(&code));
		buf_printf(call->note,
		    L("Valable une fois, 15 minutes. Sur le poste : « "
		      "pointeau enrol CODE ».\n",
			"Good for one use, 15 minutes. On the laptop: "
			"\"pointeau enrol CODE\".\n"));
	}
out:
	if (code.data != NULL)
		crypto_wipe(code.data, code.len);
	buf_free(&code);
	return rc;
}

/* ---- list ---- */

struct listing {
	struct office *office;
	json_t *rows;
};

static int words_of(
    struct office *office, const char *key, struct buf *out, struct err *err)
{
	char text[4 * KEY_LEN + 3], server[2 * KEY_LEN + 1];
	struct hash hash;
	int len;

	enc_hex(office->server.pub, KEY_LEN, server);
	len = snprintf(text, sizeof(text), "%s %.64s\n", server, key);
	hash_of(&hash, text, (size_t)len);
	words_add(out, hash.bytes, WORDS);
	return buf_check(out, err);
}

static int note_device(
    void *context, const struct record_row *row, struct err *err)
{
	struct listing *listing = context;
	struct buf words = BUF_INIT;
	json_t *value = NULL;
	int rc;

	if (row->value[0] != '{')
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	if (strcmp(json_text(value, "role"), ROLE_LAPTOP) != 0)
		goto out;
	if ((rc = words_of(
		 listing->office, json_text(value, "key"), &words, err)) == 0 &&
	    json_array_append_new(listing->rows,
		json_pack("{s:s, s:s, s:s, s:s}", "device", row->subject,
		    "structure", row->structure, "name",
		    json_text(value, "name"), "words", buf_text(&words))) < 0)
		rc = err_nomem(err);
out:
	json_decref(value);
	buf_free(&words);
	return rc;
}

/* What only other tables know: crews, revocation, last contact. */
static int complete(struct office *office, json_t *row, struct err *err)
{
	const char *device = json_text(row, "device");
	const char *structure = json_text(row, "structure");
	char record[RECORD_KEY_MAX], seen[STAMP_TEXT] = "";
	struct device found;
	json_t *scope = NULL, *crews;
	int64_t time_s;
	int rc;

	record_key_make(record, "scope", device, NULL);
	if ((rc = ledger_value(office->db, structure, record, &scope, err)) <
		0 ||
	    (rc = ledger_device(office->db, structure, device,
		 office->server.pub, &found, err)) < 0 ||
	    (rc = access_contact_get(office->db, device, &time_s, err)) < 0)
		goto out;
	if (time_s > 0)
		stamp_format(time_s, seen);
	crews = json_object_get(scope, "crews");
	crews = crews != NULL ? json_incref(crews) : json_array();
	if (!json_put(row, "crews", crews) ||
	    !json_put_text(
		row, "state", found.revoked ? "revoked" : "active") ||
	    !json_put_text(row, "last_seen", seen))
		rc = err_nomem(err);
out:
	json_decref(scope);
	return rc;
}

static void add_crews(struct buf *out, const json_t *crews)
{
	for (size_t i = 0; i < json_array_size(crews); i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "",
		    json_string_value(json_array_get(crews, i)));
}

static int show_table(struct call *call, const json_t *rows, struct err *err)
{
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Poste", "Device"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Équipes", "Crews"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	table_column(table, L("Entendu", "Last heard"), OUT_TEXT);
	table_column(table, L("Six mots", "Six words"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct buf crews = BUF_INIT;

		add_crews(&crews, json_object_get(row, "crews"));
		table_row(table);
		table_text(table, json_text(row, "device"));
		table_text(table, json_text(row, "name"));
		table_text(table, json_text(row, "structure"));
		table_buf(table, &crews);
		table_text(table, strcmp(json_text(row, "state"), "active") == 0
				      ? L("actif", "active")
				      : L("révoqué", "revoked"));
		table_text(table, json_text(row, "last_seen"));
		table_text(table, json_text(row, "words"));
		buf_free(&crews);
	}
	if ((rc = table_check(table, err)) == 0)
		out_terminal(call->out, table);
	table_free(table);
	return rc < 0 ? rc : buf_check(call->out, err);
}

static int show(struct call *call, json_t *rows, struct err *err)
{
	if (!cmd_json(call)) {
		if (json_array_size(rows) > 0)
			return show_table(call, rows, err);
		buf_add_text(call->out,
		    L("Aucun poste enrôlé.\n", "No device enrolled.\n"));
		return buf_check(call->out, err);
	}
	return json_print(call->out,
	    json_pack("{s:i, s:O}", "schema", 1, "devices", rows), err);
}

int cmd_device_list(struct call *call, struct err *err)
{
	struct listing listing = {cmd_office(call), json_array()};
	int rc;

	if (listing.rows == NULL)
		return err_nomem(err);
	rc = ledger_family(
	    listing.office->db, NULL, "enrolment", note_device, &listing, err);
	for (size_t i = 0; rc == 0 && i < json_array_size(listing.rows); i++)
		rc = complete(
		    listing.office, json_array_get(listing.rows, i), err);
	if (rc == 0)
		rc = show(call, listing.rows, err);
	json_decref(listing.rows);
	return rc;
}

/* ---- scope and revoke ---- */

static void done(struct call *call, const char *text)
{
	if (cmd_json(call))
		buf_add_text(call->out, "{\"schema\":1,\"done\":true}\n");
	else
		buf_add_text(call->out, text);
}

int cmd_device_scope(struct call *call, struct err *err)
{
	int rc = enrolment_scope(
	    cmd_office(call), call->args[0], opt_value(call, "crew"), err);

	if (rc == 0)
		done(call,
		    L("Périmètre changé ; le poste l'apprendra à son prochain "
		      "envoi.\n",
			"Scope changed; the device will learn it at its next "
			"sync.\n"));
	return rc;
}

int cmd_device_revoke(struct call *call, struct err *err)
{
	const char *reason = opt_value(call, "reason");
	int rc;

	if (reason == NULL)
		reason = L("poste perdu ou volé", "device lost or stolen");
	if ((rc = text_check_name(
		 L("motif", "reason"), reason, TEXT_NOTE_MAX, err)) < 0)
		return rc;
	if ((rc = enrolment_revoke(
		 cmd_office(call), call->args[0], reason, err)) == 0)
		done(call,
		    L("Poste révoqué : il ne peut plus ni lire ni écrire ; ce "
		      "qu'il a déjà envoyé reste valable.\n",
			"Device revoked: it can neither read nor write any "
			"more; what it sent before stands.\n"));
	return rc;
}
