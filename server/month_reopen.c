#include <string.h>

#include "server/act.h"
#include "server/closing_part.h"
#include "server/month.h"
#include "shared/lang.h"
#include "shared/ledger.h"

#define REOPENING_FAMILY "reopening"

int month_reason_check(const char *reason, struct err *err)
{
	int rc =
	    text_check_name(L("motif", "reason"), reason, TEXT_NOTE_MAX, err);

	if (rc < 0 || text_length(reason) >= MONTH_REASON_MIN)
		return rc;
	return err_set(err, E_INVALID,
	    L("motif trop court : %d lettres au moins, pour qui le relira dans "
	      "cinq ans",
		"reason too short: %d letters at least, for who reads it in "
		"five years"),
	    MONTH_REASON_MIN);
}

/* The hash of the closing that stands; E_NOT_FOUND when it is open. */
static int find_closing(struct office *office, const char *structure,
    const char *month, char hex[HASH_TEXT], struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct closing_past past;
	int rc = date_parse_month(month, first, last, err);

	if (rc < 0)
		return rc;
	rc = closing_past_read(&past, office->db, structure, month, err);
	if (rc == 0)
		text_copy(hex, HASH_TEXT, past.hex);
	closing_past_clear(&past);
	return rc;
}

/* The request about this closing, NULL when there is none: one about an
 * earlier version was answered by the next. Own ${*out}. */
static int find_request(json_t **out, struct office *office,
    const char *structure, const char *month, const char *closing,
    struct err *err)
{
	char record[RECORD_KEY_MAX];
	int rc;

	record_key_make(record, REOPENING_FAMILY, month, NULL);
	if ((rc = month_entry(out, office->db, structure, record, err)) < 0 ||
	    *out == NULL ||
	    strcmp(json_text(json_object_get(*out, "value"), "closing"),
		closing) == 0)
		return rc;
	json_decref(*out);
	*out = NULL;
	return 0;
}

static int no_request(const char *structure, const char *month, struct err *err)
{
	return err_set(err, E_NOT_FOUND,
	    L("personne n'a demandé à rouvrir le mois %.7s de %.60s : « month "
	      "reopen » avec un motif le demande",
		"nobody asked to reopen month %.7s of %.60s: \"month "
		"reopen\" with a reason asks for it"),
	    month, structure);
}

/* ---- the first person ---- */

static int write_request(struct act *act, const char *structure,
    const char *month, const char *closing, const char *reason, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	json_t *value = json_pack("{s:s}", "closing", closing);
	struct entry_draft draft = {
	    .kind = REOPENING_FAMILY,
	    .structure = structure,
	    .record = record,
	    .parents = heads,
	    .value = value,
	    .reason = reason,
	};
	int rc = value == NULL ? err_nomem(err) : 0;

	record_key_make(record, REOPENING_FAMILY, month, NULL);
	if (rc == 0)
		rc = ledger_heads(act->office->db, structure, record, heads,
		    ENTRY_PARENTS_MAX, &draft.parent_count, err);
	if (rc == 0)
		rc = act_add(act, &draft, err);
	json_decref(value);
	return rc;
}

int month_reopening_ask(struct office *office, const char *structure,
    const char *month, const char *reason, struct err *err)
{
	char closing[HASH_TEXT];
	struct act act;
	int rc;

	if ((rc = month_reason_check(reason, err)) < 0 ||
	    (rc = act_begin(&act, office, err)) < 0)
		return rc;
	rc = find_closing(office, structure, month, closing, err);
	if (rc == 0)
		rc =
		    write_request(&act, structure, month, closing, reason, err);
	if (rc == 0)
		return act_commit(&act, err);
	act_abort(&act);
	return rc;
}

int month_reopening_withdraw(struct office *office, const char *structure,
    const char *month, const char *reason, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char closing[HASH_TEXT], record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = "void",
	    .structure = structure,
	    .record = record,
	    .parents = heads,
	    .reason = reason,
	};
	json_t *request = NULL;
	struct act act;
	int rc;

	if ((rc = text_check_name(
		 L("motif", "reason"), reason, TEXT_NOTE_MAX, err)) < 0 ||
	    (rc = act_begin(&act, office, err)) < 0)
		return rc;
	record_key_make(record, REOPENING_FAMILY, month, NULL);
	if ((rc = find_closing(office, structure, month, closing, err)) < 0 ||
	    (rc = find_request(
		 &request, office, structure, month, closing, err)) < 0)
		goto out;
	if (request == NULL)
		rc = no_request(structure, month, err);
	else if ((rc = ledger_heads(office->db, structure, record, heads,
		      ENTRY_PARENTS_MAX, &draft.parent_count, err)) == 0)
		rc = act_add(&act, &draft, err);
out:
	json_decref(request);
	if (rc == 0)
		return act_commit(&act, err);
	act_abort(&act);
	return rc;
}

/* ---- the second ---- */

static const char *who_acts(const struct office *office)
{
	return office->signer != NULL ? office->signer->person : "";
}

static const char *device_acting(const struct office *office)
{
	return office->signer != NULL ? office->signer->device
	                              : office->console_device;
}

/*
 * Is who acts another person than who asked? A key is one person's, but for
 * the console's: there the names that were said tell.
 */
static bool is_another(const struct office *office, const json_t *request)
{
	const char *asked = json_text(request, "person");
	const char *acts = who_acts(office);
	bool same_key =
	    strcmp(json_text(request, "device"), device_acting(office)) == 0;

	if (strcmp(json_text(request, "device"), office->console_device) == 0 &&
	    same_key)
		return asked[0] != '\0' && acts[0] != '\0' &&
		       strcmp(asked, acts) != 0;
	return !same_key && (asked[0] == '\0' || strcmp(asked, acts) != 0);
}

static const char *name_of(const char *person)
{
	return person[0] != '\0' ? person : "console";
}

int month_reopening_asked(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err)
{
	char closing[HASH_TEXT];
	int rc;

	*out = NULL;
	if ((rc = find_closing(office, structure, month, closing, err)) < 0 ||
	    (rc = find_request(out, office, structure, month, closing, err)) <
		0)
		return rc;
	if (*out != NULL && office->signer != NULL &&
	    !is_another(office, *out)) {
		json_decref(*out);
		*out = NULL;
	}
	return 0;
}

static int confirm(struct office *office, const char *structure,
    const char *month, const json_t *request, const char *exception,
    const char *seen, struct err *err)
{
	const struct closing_reopening reopening = {
	    .reason = json_text(request, "reason"),
	    .first = name_of(json_text(request, "person")),
	    .second = name_of(who_acts(office)),
	    .request = json_text(request, "hash"),
	    .exception = exception,
	    .seen = seen,
	};

	if (!is_another(office, request))
		return err_set(err, E_FORBIDDEN,
		    L("%.60s a demandé la réouverture : c'est à une autre "
		      "personne de la confirmer",
			"%.60s asked for the reopening: it is for another "
			"person to confirm it"),
		    reopening.first);
	return closing_reopen(office, structure, month, &reopening, err);
}

int month_reopening_confirm(struct office *office, const char *structure,
    const char *month, const char *exception, const char *seen, struct err *err)
{
	char closing[HASH_TEXT];
	json_t *request = NULL;
	int rc;

	if ((rc = find_closing(office, structure, month, closing, err)) < 0 ||
	    (rc = find_request(
		 &request, office, structure, month, closing, err)) < 0)
		return rc;
	rc = request != NULL ? confirm(office, structure, month, request,
				   exception, seen, err)
	                     : no_request(structure, month, err);
	json_decref(request);
	return rc;
}
