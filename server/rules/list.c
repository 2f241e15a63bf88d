#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "server/import/reference.h"
#include "server/names.h"
#include "server/rules/alerts.h"
#include "server/rules/week.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- who acknowledged ---- */

struct ack {
	struct office *office;
	const char *structure;
	json_t *out;
};

/* The last entry of the record that counts. */
static int note_ack(void *context, const struct entry_row *row, struct err *err)
{
	struct ack *ack = context;
	struct buf by = BUF_INIT;
	int rc;

	if (row->entry == NULL || !row->live)
		return 0;
	if ((rc = names_device(ack->office, ack->structure, row->entry->device,
		 &by, err)) < 0)
		goto out;
	json_decref(ack->out);
	ack->out = json_pack("{s:s,s:s,s:s}", "by", buf_text(&by), "at",
	    row->entry->at, "reason", row->entry->reason);
	if (ack->out == NULL)
		rc = err_nomem(err);
out:
	buf_free(&by);
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

/* ---- as JSON ---- */

struct listing {
	struct office *office;
	const struct rules_query *query;
	struct rules_month month;
	const struct rules_places *places;
	json_t *rows;
	json_t *acks; /* of the structure being told: the alerts' names */
	int64_t open, acked;
	int64_t births, passes, people; /* whose these are not known */
};

static void period_of(
    const struct rules_finding *finding, char out[2 * DATE_TEXT])
{
	char from[DATE_TEXT], to[DATE_TEXT];

	day_format(finding->from, from);
	day_format(finding->to, to);
	if (finding->from == finding->to)
		text_copy(out, 2 * DATE_TEXT, from);
	else if (finding->to == finding->from + 6 &&
		 week_monday(finding->from) == finding->from)
		week_format(finding->from, out);
	else
		(void)snprintf(out, 2 * DATE_TEXT, "%s/%s", from, to);
}

/* ---- hours elsewhere ---- */

static bool put_elsewhere(
    json_t *sums, const struct rules_slot *slot, enum rule_id rule)
{
	/* Activity is more than effective work, and a day of 24 hours too. */
	bool all = rule == RULE_RSA_WEEK || rule == RULE_FULL_DAY;

	if (slot->elsewhere == NULL || slot->minutes == 0 ||
	    slot->kind->absence || (!all && !slot->kind->effective))
		return true;
	return json_put_int(sums, slot->elsewhere,
	    json_int(sums, slot->elsewhere, 0) + slot->minutes);
}

/* Minutes by structure; own it, NULL when out of memory. */
static json_t *sum_elsewhere(const struct rules_alert *alert)
{
	const struct rules_finding *finding = &alert->finding;
	const struct rules_person *person = &alert->item->person;
	json_t *sums = json_object();
	bool done = sums != NULL;

	for (size_t i = 0; done && i < person->slot_count &&
			   rule_counts_person(finding->rule);
	     i++) {
		const struct rules_slot *slot = &person->slots[i];

		if (slot->day >= finding->from && slot->day <= finding->to)
			done = put_elsewhere(sums, slot, finding->rule);
	}
	if (done)
		return sums;
	json_decref(sums);
	return NULL;
}

static json_t *elsewhere_json(const struct listing *listing, const json_t *sums)
{
	json_t *list = json_array(), *minutes;
	const char *id;

	json_object_foreach((json_t *)(uintptr_t)sums, id, minutes)
	{
		if (list != NULL &&
		    json_array_append_new(list,
			json_pack("{s:s,s:s,s:O}", "structure", id, "name",
			    json_text(reference_get(
					  listing->places->structures, id, id),
				"name"),
			    "minutes", minutes)) < 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

/* Who counts, and by which law, where hours of several structures do. */
static int add_elsewhere(const struct listing *listing,
    const struct rules_alert *alert, json_t *row, struct err *err)
{
	const struct rule *rule = rule_of(alert->finding.rule);
	json_t *sums = sum_elsewhere(alert);
	struct buf source = BUF_INIT;
	int rc = 0;

	buf_printf(&source, "%s%s", rule->source,
	    json_object_size(sums) > 0 && rule->severity == RULE_LAW
		? ", " RULE_SOURCE_TOGETHER
		: "");
	if (sums == NULL ||
	    !json_put(row, "elsewhere", elsewhere_json(listing, sums)) ||
	    !json_put_text(row, "source", buf_text(&source)))
		rc = err_nomem(err);
	json_decref(sums);
	buf_free(&source);
	return rc;
}

static json_t *alert_json(const struct listing *listing,
    const struct rules_alert *alert, const char *name)
{
	const struct rules_finding *finding = &alert->finding;
	const struct rule *rule = rule_of(finding->rule);
	char from[DATE_TEXT], to[DATE_TEXT], period[2 * DATE_TEXT];
	int64_t last = listing->month.last;
	char week[WEEK_TEXT];

	day_format(finding->from, from);
	day_format(finding->to, to);
	week_format(finding->to < last ? finding->to : last, week);
	period_of(finding, period);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,"
			 "s:I,s:s,s:b,s:s,s:s,s:n}",
	    "id", alert->id, "rule", rule->slug, "severity",
	    rule_severity_name(rule->severity), "structure", alert->structure,
	    "structure_name",
	    json_text(reference_get(listing->places->structures,
			  alert->structure, alert->structure),
		"name"),
	    "worker", alert->item->who->id, "name", name, "crew",
	    people_crew(alert->item->who, to), "period", period, "from", from,
	    "to", to, "value", (json_int_t)finding->value, "limit",
	    (json_int_t)finding->limit, "unit", rule_unit_name(rule->unit),
	    "least", rule->least, "text", rule_text(rule), "week", week, "ack");
}

static int add_ack(const struct listing *listing,
    const struct rules_alert *alert, json_t *row, struct err *err)
{
	struct ack ack = {listing->office, alert->structure, NULL};
	char record[RECORD_KEY_MAX];
	int rc;

	record_key_make(record, RULES_ACK_FAMILY, alert->id, NULL);
	if ((rc = ledger_history(listing->office->db, alert->structure, record,
		 note_ack, &ack, err)) == 0 &&
	    ack.out != NULL)
		rc = json_put(row, "ack", json_incref(ack.out))
		         ? 0
		         : err_nomem(err);
	json_decref(ack.out);
	return rc;
}

static int list_alert(
    void *context, const struct rules_alert *alert, struct err *err)
{
	struct listing *listing = context;
	bool acked = json_object_get(listing->acks, alert->id) != NULL;
	struct buf name = BUF_INIT;
	json_t *row = NULL;
	int rc;

	listing->acked += acked ? 1 : 0;
	listing->open += acked ? 0 : 1;
	if (acked && !listing->query->all)
		return 0;
	people_name(&name, alert->item->who);
	if ((rc = buf_check(&name, err)) < 0)
		goto out;
	if ((row = alert_json(listing, alert, buf_text(&name))) == NULL)
		rc = err_nomem(err);
	if (rc == 0)
		rc = add_elsewhere(listing, alert, row, err);
	if (rc == 0 && acked)
		rc = add_ack(listing, alert, row, err);
	if (rc == 0 && json_array_append(listing->rows, row) < 0)
		rc = err_nomem(err);
out:
	json_decref(row);
	buf_free(&name);
	return rc;
}

static int list_structure(
    struct listing *listing, const char *structure, struct err *err)
{
	struct rules_staff *staff = NULL;
	int rc = rules_staff_load(&staff, listing->office, listing->places,
	    structure, listing->query->worker, &listing->month, err);

	if (rc < 0)
		return rc;
	if ((listing->acks = json_object()) == NULL)
		rc = err_nomem(err);
	else
		rc = ledger_family(listing->office->db, structure,
		    RULES_ACK_FAMILY, note_key, listing->acks, err);
	for (size_t i = 0; rc == 0 && i < rules_staff_count(staff); i++) {
		const struct rules_person *person =
		    &rules_staff_at(staff, i)->person;

		listing->people++;
		listing->births += person->birth == RULES_UNKNOWN ? 1 : 0;
		listing->passes += person->pass_end == RULES_UNKNOWN ? 1 : 0;
	}
	if (rc == 0)
		rc = rules_each_of(staff, structure, &listing->month,
		    list_alert, listing, err);
	json_decref(listing->acks);
	listing->acks = NULL;
	rules_staff_free(staff);
	return rc;
}

/* Every structure, in order of name. */
static int list_all(struct listing *listing, struct err *err)
{
	const char *wanted = listing->query->structure, *key;
	json_t *value;
	int rc = 0;

	if (wanted != NULL &&
	    reference_get(listing->places->structures, wanted, wanted) == NULL)
		return err_set(err, E_NOT_FOUND,
		    L("structure « %.60s » inconnue : vérifiez l'identifiant",
			"unknown structure \"%.60s\": check the identifier"),
		    wanted);
	json_object_foreach(listing->places->structures, key, value)
	{
		const char *id = strchr(key, '/') + 1;

		if (rc == 0 && (wanted == NULL || strcmp(wanted, id) == 0))
			rc = list_structure(listing, id, err);
	}
	if (rc == 0 && listing->query->worker != NULL && listing->people == 0)
		rc = err_set(err, E_NOT_FOUND,
		    L("salarié « %.60s » inconnu : vérifiez l'identifiant",
			"unknown worker \"%.60s\": check the identifier"),
		    listing->query->worker);
	return rc;
}

static json_t *rules_json(void)
{
	json_t *list = json_array();

	for (enum rule_id id = 0; list != NULL && id < RULE_COUNT; id++) {
		const struct rule *rule = rule_of(id);

		if (json_array_append_new(list,
			json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:b}", "rule",
			    rule->slug, "text", rule_text(rule), "source",
			    rule->source, "limit", (json_int_t)rule->limit,
			    "unit", rule_unit_name(rule->unit), "severity",
			    rule_severity_name(rule->severity), "least",
			    rule->least)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *slugs_json(enum rule_needs need)
{
	json_t *list = json_array();

	for (enum rule_id id = 0; list != NULL && id < RULE_COUNT; id++) {
		if (rule_of(id)->needs == need &&
		    json_array_append_new(
			list, json_string(rule_of(id)->slug)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static bool add_skipped(
    json_t *list, const char *name, enum rule_needs need, int64_t people)
{
	return people == 0 ||
	       json_array_append_new(list,
		   json_pack("{s:s,s:I,s:o}", "needs", name, "people",
		       (json_int_t)people, "rules", slugs_json(need))) == 0;
}

/* The rules that could not be asked, and of how many people. */
static json_t *skipped_json(const struct listing *listing)
{
	json_t *list = json_array();

	if (add_skipped(list, "birth", RULE_NEEDS_BIRTH, listing->births) &&
	    add_skipped(list, "pass", RULE_NEEDS_PASS, listing->passes))
		return list;
	json_decref(list);
	return NULL;
}

int rules_list(struct office *office, const struct rules_query *query,
    json_t **out, struct err *err)
{
	struct rules_places places = {NULL, NULL, NULL};
	struct listing listing = {
	    .office = office, .query = query, .places = &places};
	char month[MONTH_TEXT], first[DATE_TEXT];
	int rc;

	*out = NULL;
	if ((listing.rows = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = rules_month_parse(
		 &listing.month, office, query->month, err)) < 0 ||
	    (rc = rules_places_load(&places, office, err)) < 0 ||
	    (rc = list_all(&listing, err)) < 0)
		goto out;
	day_format(listing.month.first, first);
	text_copy(month, sizeof(month), first);
	*out = json_pack("{s:i,s:s,s:O,s:I,s:I,s:o,s:o}", "schema", 1, "month",
	    month, "rows", listing.rows, "open", (json_int_t)listing.open,
	    "acked", (json_int_t)listing.acked, "skipped",
	    skipped_json(&listing), "rules", rules_json());
	if (*out == NULL)
		rc = err_nomem(err);
out:
	json_decref(listing.rows);
	rules_places_clear(&places);
	return rc;
}
