#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/alert.h"
#include "server/cmd.h"
#include "server/devices.h"
#include "server/enrolment.h"
#include "server/suspension.h"
#include "shared/date.h"
#include "shared/enrolcode.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"
#include "shared/text.h"

/* ${crews} are separated by commas. */
static json_t *crews_json(const char *crews)
{
	json_t *list = json_array();

	for (const char *at = crews; list != NULL && *at != '\0';) {
		size_t len = strcspn(at, ",");

		if (len > 0 &&
		    json_array_append_new(list, json_stringn(at, len)) < 0) {
			json_decref(list);
			return NULL;
		}
		at += len + (at[len] == ',');
	}
	return list;
}

static int tell_code(struct call *call, const struct buf *code,
    const char *crews, const char *replaces, struct err *err)
{
	int64_t expires_s = os_now_s(cmd_office(call)->os) + ENROLCODE_LIFE_S;
	char expires[STAMP_TEXT];
	json_t *json;

	stamp_format(expires_s, expires);
	if (!cmd_json(call)) {
		buf_printf(call->out, "%s\n", buf_text(code));
		buf_printf(call->note,
		    L("Valable une fois, 15 minutes. Sur le poste : « "
		      "pointeau enrol CODE ».\n",
			"Good for one use, 15 minutes. On the laptop: "
			"\"pointeau enrol CODE\".\n"));
		return 0;
	}
	json = json_pack("{s:i, s:s, s:s, s:i, s:o, s:s}", "schema", 1, "code",
	    buf_text(code), "expires", expires, "seconds", ENROLCODE_LIFE_S,
	    "crews", crews_json(crews), "replaces", replaces);
	if (json == NULL || !cmd_put_qr(json, buf_text(code))) {
		json_decref(json);
		return err_nomem(err);
	}
	return json_print(call->out, json, err);
}

static void wipe(struct buf *code)
{
	if (code->data != NULL)
		crypto_wipe(code->data, code->len);
	buf_free(code);
}

int cmd_device_code(struct call *call, struct err *err)
{
	const char *crews = opt_value(call, "crew");
	struct buf code = BUF_INIT;
	int rc = enrolment_code(cmd_office(call), crews, &code, err);

	if (rc == 0)
		rc = tell_code(call, &code, crews, "", err);
	wipe(&code);
	return rc;
}

static int check_reason(const char *reason, struct err *err)
{
	return text_check_name(
	    L("motif", "reason"), reason, TEXT_NOTE_MAX, err);
}

int cmd_device_replace(struct call *call, struct err *err)
{
	const char *reason = opt_value(call, "reason");
	struct buf code = BUF_INIT, crews = BUF_INIT;
	bool now = opt_given(call, "now");
	int rc;

	if (reason == NULL)
		reason = L("poste remplacé par un autre",
		    "device replaced by another");
	if ((rc = check_reason(reason, err)) < 0 ||
	    (rc = enrolment_replace(cmd_office(call), call->args[0], now,
		 reason, &crews, &code, err)) < 0 ||
	    (rc = tell_code(
		 call, &code, buf_text(&crews), call->args[0], err)) < 0)
		goto out;
	if (!cmd_json(call))
		buf_add_text(call->note,
		    now ? L("L'ancien poste est révoqué.\n",
			      "The old device is revoked.\n")
			: L("L'ancien poste sera révoqué dès que le nouveau "
			    "sera enrôlé.\n",
			      "The old device will be revoked once the new "
			      "one is enrolled.\n"));
out:
	buf_free(&crews);
	wipe(&code);
	return rc;
}

/* ---- list ---- */

static void add_crews(struct buf *out, const json_t *crews)
{
	for (size_t i = 0; i < json_array_size(crews); i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "",
		    json_string_value(json_array_get(crews, i)));
}

static const char *state_text(const char *state)
{
	if (strcmp(state, "suspended") == 0)
		return L("suspendu", "suspended");
	return strcmp(state, "revoked") == 0 ? L("révoqué", "revoked")
	                                     : L("actif", "active");
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
	table_column(table, L("À envoyer", "Unsent"), OUT_TEXT);
	table_column(table, L("Six mots", "Six words"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct buf crews = BUF_INIT;
		char unsent[24];

		add_crews(&crews, json_object_get(row, "crews"));
		table_row(table);
		table_text(table, json_text(row, "device"));
		table_text(table, json_text(row, "name"));
		table_text(table, json_text(row, "structure"));
		table_buf(table, &crews);
		table_text(table, state_text(json_text(row, "state")));
		table_text(table, json_text(row, "last_seen"));
		unsent[0] = '\0';
		if (!json_is_null(json_object_get(row, "unsent")))
			(void)snprintf(unsent, sizeof(unsent), "%" PRId64,
			    json_int(row, "unsent", 0));
		table_text(table, unsent);
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

/* Give each row the alerts that are about it. */
static int add_alerts(struct office *office, json_t *rows, struct err *err)
{
	json_t *alerts = NULL;
	int rc = alerts_json(office, &alerts, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i), *own = json_array();

		for (size_t k = 0; k < json_array_size(alerts); k++) {
			json_t *alert = json_array_get(alerts, k);

			if (strcmp(json_text(alert, "device"),
				json_text(row, "device")) == 0 &&
			    strcmp(json_text(alert, "structure"),
				json_text(row, "structure")) == 0)
				(void)json_array_append(own, alert);
		}
		if (!json_put(row, "alerts", own))
			rc = err_nomem(err);
	}
	json_decref(alerts);
	return rc;
}

int cmd_device_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc;

	if ((rc = devices_json(cmd_office(call), &rows, err)) == 0 &&
	    (rc = add_alerts(cmd_office(call), rows, err)) == 0)
		rc = show(call, rows, err);
	json_decref(rows);
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
	if ((rc = check_reason(reason, err)) < 0)
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

static int set_suspended(
    struct call *call, bool suspended, const char *reason, struct err *err)
{
	int rc = check_reason(reason, err);

	if (rc == 0)
		rc = suspension_set(
		    cmd_office(call), call->args[0], suspended, reason, err);
	return rc;
}

int cmd_device_suspend(struct call *call, struct err *err)
{
	int rc = set_suspended(call, true, opt_value(call, "reason"), err);

	if (rc == 0)
		done(call,
		    L("Poste suspendu : il n'échange plus rien et garde tout ; "
		      "« device resume » le reprend.\n",
			"Device suspended: it exchanges nothing and keeps "
			"everything; \"device resume\" takes it back.\n"));
	return rc;
}

int cmd_device_resume(struct call *call, struct err *err)
{
	const char *reason = opt_value(call, "reason");
	int rc;

	if (reason == NULL)
		reason = L("poste retrouvé", "device is back");
	rc = set_suspended(call, false, reason, err);
	if (rc == 0)
		done(call,
		    L("Poste repris : ce qu'il a gardé partira à son prochain "
		      "envoi.\n",
			"Device resumed: what it kept leaves at its next "
			"sync.\n"));
	return rc;
}
