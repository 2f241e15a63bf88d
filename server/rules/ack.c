#include <string.h>

#include "server/act.h"
#include "server/rules/alerts.h"
#include "shared/lang.h"
#include "shared/ledger.h"

#define MONTH_DIGITS 6
#define IDS_MAX      5000 /* in one act */

/* What is to be acknowledged: the alerts' names, each with the month it is
 * looked for in, and once found where it is. */
struct acking {
	struct act act;
	struct office *reading;
	json_t *wanted; /* name to month */
	json_t *found;  /* names */
	json_t *acks;   /* of the structure being told */
	const char *reason;
	int64_t acked, already;
};

static int bad_id(const char *id, size_t len, struct err *err)
{
	return err_set(err, E_NOT_FOUND,
	    L("alerte « %.*s » : il n'y en a plus de ce nom. Les heures ont "
	      "changé depuis : rechargez la liste. Rien n'est acquitté",
		"alert \"%.*s\": there is none of this name any more. The "
		"hours have changed since: reload the list. Nothing is "
		"acknowledged"),
	    len < 40 ? (int)len : 40, id);
}

/* "202611-…" */
static int take_id(
    struct acking *acking, const char *id, size_t len, struct err *err)
{
	char name[RULES_ID_TEXT], month[MONTH_TEXT];

	if (len != RULES_ID_TEXT - 1 || id[MONTH_DIGITS] != '-' ||
	    strspn(id, "0123456789") != MONTH_DIGITS ||
	    strspn(id + MONTH_DIGITS + 1, "0123456789abcdef") <
		len - MONTH_DIGITS - 1)
		return bad_id(id, len, err);
	memcpy(name, id, len);
	name[len] = '\0';
	memcpy(month, id, 4);
	month[4] = '-';
	memcpy(month + 5, id + 4, 3);
	month[MONTH_TEXT - 1] = '\0';
	if (json_object_size(acking->wanted) == IDS_MAX)
		return err_set(err, E_LIMIT,
		    L("trop d'alertes à la fois : %d au plus",
			"too many alerts at once: %d at most"),
		    IDS_MAX);
	return json_put_text(acking->wanted, name, month) ? 0 : err_nomem(err);
}

static int take_ids(struct acking *acking, const char *ids, struct err *err)
{
	int rc = 0;

	for (const char *at = ids; rc == 0 && *at != '\0';) {
		size_t len = strcspn(at, ",");

		if (len > 0)
			rc = take_id(acking, at, len, err);
		at += len + (at[len] == ',' ? 1 : 0);
	}
	if (rc == 0 && json_object_size(acking->wanted) == 0)
		rc = err_set(err, E_USAGE,
		    L("il manque l'alerte : son nom est dans la liste des "
		      "règles",
			"the alert is missing: its name is in the list of "
			"rules"));
	return rc;
}

static int note_key(
    void *context, const struct record_row *row, struct err *err)
{
	return row->value[0] != '{' ||
	               json_put(context, row->subject, json_true())
	           ? 0
	           : err_nomem(err);
}

static int write_ack(
    struct acking *acking, const struct rules_alert *alert, struct err *err)
{
	const struct rules_finding *finding = &alert->finding;
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = RULES_ACK_FAMILY,
	    .structure = alert->structure,
	    .record = record,
	    .reason = acking->reason,
	};
	json_t *value =
	    json_pack("{s:s,s:I,s:I,s:s}", "rule", rule_of(finding->rule)->slug,
		"value", (json_int_t)finding->value, "limit",
		(json_int_t)finding->limit, "worker", alert->item->who->id);
	int rc;

	if (value == NULL)
		return err_nomem(err);
	record_key_make(record, RULES_ACK_FAMILY, alert->id, NULL);
	draft.value = value;
	rc = act_add(&acking->act, &draft, err);
	json_decref(value);
	acking->acked += rc == 0 ? 1 : 0;
	return rc;
}

static int take_alert(
    void *context, const struct rules_alert *alert, struct err *err)
{
	struct acking *acking = context;

	if (json_object_get(acking->wanted, alert->id) == NULL ||
	    json_object_get(acking->found, alert->id) != NULL)
		return 0;
	if (!json_put(acking->found, alert->id, json_true()))
		return err_nomem(err);
	if (json_object_get(acking->acks, alert->id) != NULL) {
		acking->already++;
		return 0;
	}
	return write_ack(acking, alert, err);
}

/* A month's alerts of one structure. */
static int look_in(struct acking *acking, const struct rules_places *places,
    const char *structure, const char *month, struct err *err)
{
	struct office *office = acking->reading;
	struct rules_staff *staff = NULL;
	struct rules_month days;
	int rc;

	if ((acking->acks = json_object()) == NULL)
		return err_nomem(err);
	if ((rc = rules_month_parse(&days, office, month, err)) == 0 &&
	    (rc = ledger_family(office->db, structure, RULES_ACK_FAMILY,
		 note_key, acking->acks, err)) == 0 &&
	    (rc = rules_staff_load(
		 &staff, office, places, structure, NULL, &days, err)) == 0)
		rc = rules_each_of(
		    staff, structure, &days, take_alert, acking, err);
	rules_staff_free(staff);
	json_decref(acking->acks);
	acking->acks = NULL;
	return rc;
}

static int look(struct acking *acking, struct err *err)
{
	struct rules_places places = {NULL, NULL, NULL};
	json_t *months = json_object(), *month, *unused, *value;
	const char *id, *name, *key;
	int rc = rules_places_load(&places, acking->reading, err);

	json_object_foreach(acking->wanted, id, month)
	{
		if (!json_put(months, json_string_value(month), json_true()))
			rc = rc == 0 ? err_nomem(err) : rc;
	}
	json_object_foreach(months, name, unused)
	{
		json_object_foreach(places.structures, key, value)
		{
			if (rc == 0)
				rc = look_in(acking, &places,
				    strchr(key, '/') + 1, name, err);
		}
	}
	json_object_foreach(acking->wanted, id, month)
	{
		if (rc == 0 && json_object_get(acking->found, id) == NULL)
			rc = bad_id(id, strlen(id), err);
	}
	json_decref(months);
	rules_places_clear(&places);
	return rc;
}

int rules_ack(struct office *office, struct office *reading, const char *ids,
    const char *reason, json_t **out, struct err *err)
{
	struct acking acking = {.reading = reading, .reason = reason};
	int rc;

	*out = NULL;
	acking.wanted = json_object();
	acking.found = json_object();
	if (acking.wanted == NULL || acking.found == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = text_check_name(
		 L("motif", "reason"), reason, TEXT_NOTE_MAX, err)) < 0 ||
	    (rc = take_ids(&acking, ids, err)) < 0 ||
	    (rc = act_begin(&acking.act, office, err)) < 0)
		goto out;
	if ((rc = look(&acking, err)) < 0)
		act_abort(&acking.act);
	else
		rc = act_commit(&acking.act, err);
	if (rc == 0 && (*out = json_pack("{s:i,s:I,s:I}", "schema", 1, "acked",
			    (json_int_t)acking.acked, "already",
			    (json_int_t)acking.already)) == NULL)
		rc = err_nomem(err);
out:
	json_decref(acking.wanted);
	json_decref(acking.found);
	return rc;
}
