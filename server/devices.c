#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/alert.h"
#include "server/devices.h"
#include "server/store/contact.h"
#include "server/store/oddities.h"
#include "server/suspension.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/words.h"

#define WORDS 6

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

static bool put_time(json_t *row, const char *name, int64_t time_s)
{
	char text[STAMP_TEXT] = "";

	if (time_s > 0)
		stamp_format(time_s, text);
	return json_put_text(row, name, text);
}

/* Why it is so, and since when, in the words of the entry that says it. */
static int note_reason(
    void *context, const struct entry_row *row, struct err *err)
{
	if (!row->live || row->entry == NULL)
		return 0;
	return json_put_text(context, "reason", row->entry->reason) &&
	               json_put_text(context, "since", row->entry->at)
	           ? 0
	           : err_nomem(err);
}

static int add_state(struct office *office, json_t *row, struct err *err)
{
	const char *device = json_text(row, "device"), *state = "active";
	const char *structure = json_text(row, "structure");
	char record[RECORD_KEY_MAX];
	struct device found;
	bool suspended;
	int rc;

	if ((rc = ledger_device(office->db, structure, device,
		 office->server.pub, &found, err)) < 0 ||
	    (rc = suspension_in(office, structure, device, &suspended, err)) <
		0)
		return rc;
	if (found.revoked)
		state = "revoked";
	else if (suspended)
		state = "suspended";
	if (!json_put_text(row, "state", state) ||
	    !json_put_text(row, "reason", "") ||
	    !json_put_text(row, "since", ""))
		return err_nomem(err);
	if (!found.revoked && !suspended)
		return 0;
	record_key_make(
	    record, found.revoked ? "revocation" : "suspension", device, NULL);
	return ledger_history(
	    office->db, structure, record, note_reason, row, err);
}

static int add_crews(struct office *office, json_t *row, struct err *err)
{
	const char *structure = json_text(row, "structure");
	json_t *scope = NULL, *crews, *names = json_array();
	char record[RECORD_KEY_MAX];
	int rc;

	record_key_make(record, "scope", json_text(row, "device"), NULL);
	rc = ledger_value(office->db, structure, record, &scope, err);
	crews = json_object_get(scope, "crews");
	for (size_t i = 0; rc == 0 && i < json_array_size(crews); i++) {
		const char *crew = json_string_value(json_array_get(crews, i));
		json_t *value = NULL;

		record_key_make(record, "crew", crew != NULL ? crew : "", NULL);
		rc = ledger_value(office->db, structure, record, &value, err);
		if (rc == 0 &&
		    json_array_append_new(names,
			json_string(value != NULL ? json_text(value, "name")
						  : crew)) < 0)
			rc = err_nomem(err);
		json_decref(value);
	}
	if (rc == 0 &&
	    (!json_put(row, "crews",
		 crews != NULL ? json_incref(crews) : json_array()) ||
		!json_put(row, "crew_names", json_incref(names))))
		rc = err_nomem(err);
	json_decref(names);
	json_decref(scope);
	return rc;
}

static int add_contact(struct office *office, json_t *row, struct err *err)
{
	const char *device = json_text(row, "device");
	char record[RECORD_KEY_MAX];
	struct contact contact;
	int64_t enrolled_s;
	int rc;

	record_key_make(record, "enrolment", device, NULL);
	if ((rc = contact_get(office->db, device, &contact, err)) < 0 ||
	    (rc = oddities_record_time(office->db, json_text(row, "structure"),
		 record, &enrolled_s, err)) < 0)
		return rc;
	if (!put_time(row, "enrolled", enrolled_s) ||
	    !put_time(row, "last_seen", contact.seen_s) ||
	    !json_put_text(row, "version", contact.version) ||
	    !json_put(row, "unsent",
		contact.told_s > 0 ? json_integer(contact.unsent)
				   : json_null()) ||
	    !put_time(row, "told", contact.told_s) ||
	    !json_put(row, "skew_s",
		contact.told_s > 0 ? json_integer(contact.skew_s)
				   : json_null()))
		return err_nomem(err);
	return 0;
}

int devices_json(struct office *office, json_t **out, struct err *err)
{
	struct listing listing = {office, json_array()};
	int rc;

	if (listing.rows == NULL)
		return err_nomem(err);
	rc = ledger_family(
	    office->db, NULL, "enrolment", note_device, &listing, err);
	for (size_t i = 0; rc == 0 && i < json_array_size(listing.rows); i++) {
		json_t *row = json_array_get(listing.rows, i);

		if ((rc = add_crews(office, row, err)) == 0 &&
		    (rc = add_state(office, row, err)) == 0)
			rc = add_contact(office, row, err);
	}
	if (rc < 0) {
		json_decref(listing.rows);
		return rc;
	}
	*out = listing.rows;
	return 0;
}

/* ---- alerts ---- */

static int add_alert(json_t *rows, const json_t *device, const char *alert,
    int64_t count, const char *since, const struct buf *text, const char *todo,
    struct err *err)
{
	int rc = buf_check(text, err);

	if (rc == 0 &&
	    json_array_append_new(rows,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s}", "alert", alert,
		    "structure", json_text(device, "structure"), "device",
		    json_text(device, "device"), "name",
		    json_text(device, "name"), "count", (json_int_t)count,
		    "since", since, "text", buf_text(text), "todo", todo)) < 0)
		rc = err_nomem(err);
	return rc;
}

static int add_silent(json_t *rows, const json_t *device, int64_t silent_s,
    const char *since, struct err *err)
{
	int64_t days = silent_s / 86400, unsent = json_int(device, "unsent", 0);
	struct buf text = BUF_INIT;
	int rc;

	buf_printf(&text,
	    L("ce poste n'a rien envoyé depuis %" PRId64 " jours",
		"this laptop has sent nothing for %" PRId64 " days"),
	    days);
	if (unsent > 0)
		buf_printf(&text,
		    L(" ; il gardait alors %" PRId64 " saisies",
			"; it then kept %" PRId64 " entries"),
		    unsent);
	rc = add_alert(rows, device, ALERT_SILENT, days, since, &text,
	    silent_s >= DEVICES_LOST_S
		? L("appelez la personne qui s'en sert aujourd'hui : faites "
		    "un envoi, ou une copie sur clé USB ; s'il est perdu, "
		    "remplacez-le",
		      "call whoever uses it today: have it sync, or copy to a "
		      "USB stick; if it is lost, replace it")
		: L("demandez à la personne qui s'en sert de faire un envoi",
		      "ask whoever uses it to have it sync"),
	    err);
	buf_free(&text);
	return rc;
}

static int add_skew(
    json_t *rows, const json_t *device, int64_t skew_s, struct err *err)
{
	int64_t far_s = skew_s < 0 ? -skew_s : skew_s;
	struct buf text = BUF_INIT;
	char days[32];
	int rc;

	if (far_s >= 2 * 86400)
		(void)snprintf(days, sizeof(days),
		    L("%" PRId64 " jours", "%" PRId64 " days"), far_s / 86400);
	else
		(void)snprintf(
		    days, sizeof(days), "%" PRId64 " min", (far_s + 30) / 60);
	buf_printf(&text,
	    skew_s < 0 ? L("l'horloge de ce poste retarde de %s",
			     "this laptop's clock is %s slow")
		       : L("l'horloge de ce poste avance de %s",
			     "this laptop's clock is %s fast"),
	    days);
	rc = add_alert(rows, device, ALERT_CLOCK, far_s,
	    json_text(device, "told"), &text,
	    L("faites-la remettre à l'heure ; aucune saisie n'est perdue, "
	      "vérifiez le jour des dernières",
		"have it set right; nothing is lost, check the day of the "
		"last entries"),
	    err);
	buf_free(&text);
	return rc;
}

static int add_alerts(
    struct office *office, json_t *rows, const json_t *device, struct err *err)
{
	const char *since = json_text(device, "last_seen");
	int64_t skew_s = json_int(device, "skew_s", 0), since_s;
	int64_t now_s = os_now_s(office->os);
	int rc = 0;

	if (strcmp(json_text(device, "state"), "active") != 0)
		return 0;
	if (since[0] == '\0')
		since = json_text(device, "enrolled");
	if (stamp_parse(&since_s, since, NULL) == 0 &&
	    now_s - since_s >= DEVICES_SILENT_S)
		rc = add_silent(rows, device, now_s - since_s, since, err);
	if (rc == 0 && (skew_s >= DEVICES_SKEW_S || skew_s <= -DEVICES_SKEW_S))
		rc = add_skew(rows, device, skew_s, err);
	return rc;
}

int devices_alerts(struct office *office, json_t *rows, struct err *err)
{
	json_t *devices = NULL;
	int rc = devices_json(office, &devices, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(devices); i++)
		rc = add_alerts(office, rows, json_array_get(devices, i), err);
	json_decref(devices);
	return rc;
}
