#include <string.h>

#include "agent/acts.h"
#include "agent/month.h"
#include "agent/month_odd.h"
#include "shared/record.h"

void month_clear(struct month *month)
{
	slots_clear(&month->slots);
	closed_clear(&month->closed);
	memset(month, 0, sizeof(*month));
}

/* Whole weeks: a week's hours count where it begins and where it ends. */
static int load_weeks(struct month *month, struct err *err)
{
	char monday[DATE_TEXT], sunday[DATE_TEXT];
	struct date first, last, day;
	int64_t end;
	int rc;

	if ((rc = date_parse(&first, month->first, err)) < 0 ||
	    (rc = date_parse(&last, month->last, err)) < 0)
		return rc;
	month->monday = date_days(&first) - date_weekday(&first) + 1;
	end = date_days(&last) - date_weekday(&last) + 8;
	month->days = (size_t)(end - month->monday);
	day = date_from_days(month->monday);
	date_format(&day, monday);
	day = date_from_days(end - 1);
	date_format(&day, sunday);
	return slots_load(&month->slots, month->agent->db, monday, sunday, err);
}

int month_load(struct month *out, struct agent *agent,
    const struct roster *roster, const char *text, struct err *err)
{
	char present[DATE_TEXT];
	int rc;

	memset(out, 0, sizeof(*out));
	out->agent = agent;
	out->roster = roster;
	acts_today(agent, out->today);
	memcpy(present, out->today, sizeof(present));
	present[MONTH_TEXT - 1] = '\0';
	if ((rc = date_parse_month(text != NULL ? text : present, out->first,
		 out->last, err)) < 0)
		return rc;
	memcpy(out->text, out->first, MONTH_TEXT - 1);
	if ((rc = closed_load(&out->closed, agent->db, err)) < 0)
		return rc;
	return load_weeks(out, err);
}

/* ---- who is in it ---- */

static bool is_stay(const struct month *month, const json_t *stay,
    const struct roster_item *crew)
{
	const char *to = json_text(stay, "to");

	if (crew != NULL && strcmp(json_text(stay, "crew"), crew->id) != 0)
		return false;
	return strcmp(json_text(stay, "from"), month->last) <= 0 &&
	       (to[0] == '\0' || strcmp(month->first, to) <= 0);
}

static bool is_member(const struct month *month,
    const struct roster_item *worker, const struct roster_item *crew)
{
	const json_t *stays = json_object_get(worker->value, "crews");

	if (crew != NULL && strcmp(crew->structure, worker->structure) != 0)
		return false;
	if (record_is_newcomer(worker->id))
		return crew != NULL &&
		       strcmp(json_text(worker->value, "crew"), crew->id) == 0;
	for (size_t i = 0; i < json_array_size(stays); i++) {
		if (is_stay(month, json_array_get(stays, i), crew))
			return true;
	}
	return false;
}

static bool has_slot(
    const struct month *month, const struct roster_item *worker)
{
	for (size_t i = 0; i < month->slots.count; i++) {
		const struct slot *slot = &month->slots.items[i];

		if (strcmp(slot->subject, worker->id) == 0 &&
		    strcmp(slot->structure, worker->structure) == 0 &&
		    strcmp(month->first, slot->day) <= 0 &&
		    strcmp(slot->day, month->last) <= 0)
			return true;
	}
	return false;
}

bool month_has(const struct month *month, const struct roster_item *worker,
    const struct roster_item *crew)
{
	if (record_is_newcomer(worker->id) && roster_match(worker)[0] != '\0')
		return false;
	/* A newcomer has no dates: only his hours tell when he was there. */
	if (record_is_newcomer(worker->id) && !has_slot(month, worker))
		return false;
	return is_member(month, worker, crew) ||
	       (crew == NULL && has_slot(month, worker));
}

/* ---- one worker ---- */

json_t *month_kinds(const struct signoff_sheet *sheet)
{
	json_t *kinds = json_object();

	for (size_t i = 0; kinds != NULL && i < sheet->count; i++) {
		const struct signoff_row *row = &sheet->rows[i];

		if (strcmp(row->state, "merged") == 0 &&
		    !json_put_int(kinds, row->kind,
			json_int(kinds, row->kind, 0) + row->minutes)) {
			json_decref(kinds);
			return NULL;
		}
	}
	return kinds;
}

json_t *month_signoff_json(const struct signoff *signoff)
{
	char hash[HASH_TEXT] = "";

	if (signoff->state != SIGNOFF_IS_NONE)
		hash_hex(&signoff->hash, hash);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "state",
	    signoff_state_word(signoff->state), "answer",
	    signoff->state == SIGNOFF_IS_NONE ? ""
	    : signoff->disagreed              ? SIGNOFF_DISAGREE
					      : SIGNOFF_AGREE,
	    "at", signoff->at, "how", signoff->how, "reason", signoff->reason,
	    "sum", signoff->sum, "hash", hash);
}

static json_t *worker_json(const struct month *month,
    const struct roster_item *worker, const struct signoff_sheet *sheet,
    const struct signoff *signoff, json_t *odd)
{
	const struct closed_month *closed =
	    closed_month(&month->closed, worker->structure, month->text);
	const struct roster_item *crew =
	    roster_crew_of(month->roster, worker, month->last, NULL);
	char name[ROSTER_NAME_TEXT];

	roster_name(worker, name);
	return json_pack("{s:s,s:s,s:s,s:s,s:o,s:I,s:I,s:o,s:o,s:b}",
	    "structure", worker->structure, "worker", worker->id, "name", name,
	    "crew", crew != NULL ? crew->id : "", "minutes", month_kinds(sheet),
	    "payable", (json_int_t)sheet->payable, "days",
	    (json_int_t)sheet->days, "anomalies", odd, "signoff",
	    month_signoff_json(signoff), "closed", closed != NULL);
}

int month_worker(json_t **out, const struct month *month,
    const struct roster_item *worker, struct err *err)
{
	struct signoff_sheet sheet;
	struct signoff signoff;
	json_t *odd = NULL;
	int rc;

	*out = NULL;
	if ((rc = signoff_sheet_load(&sheet, month->agent->db,
		 worker->structure, worker->id, month->text, err)) < 0 ||
	    (rc = signoff_read(&signoff, month->agent->db, &sheet, err)) < 0 ||
	    (rc = month_odd(&odd, month, worker, &sheet, &signoff, err)) < 0)
		goto out;
	*out = worker_json(month, worker, &sheet, &signoff, odd);
	if (*out == NULL)
		rc = err_nomem(err);
out:
	signoff_sheet_clear(&sheet);
	return rc;
}
