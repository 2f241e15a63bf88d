#include <string.h>

#include "server/act.h"
#include "server/contracts.h"
#include "server/declare/annex.h"
#include "server/import/reference.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- the list ---- */

static bool meets(const json_t *contract, const json_t *annex)
{
	return contract_meets(json_text(contract, "start"),
	    contract_last(contract), json_text(annex, "start"),
	    json_text(annex, "end"));
}

/* Is the contract under this annex, now or for days before? */
static bool is_under(const json_t *contract, const char *annex)
{
	const json_t *before = json_object_get(contract, "before");

	if (strcmp(json_text(contract, "annex"), annex) == 0)
		return true;
	for (size_t i = 0; i < json_array_size(before); i++) {
		const char *text = json_string_value(json_array_get(before, i));

		if (text != NULL && strcmp(text, annex) == 0)
			return true;
	}
	return false;
}

/* Under none on the days that it shares with ${annex}. */
static bool is_without(const struct contracts *contracts, const char *structure,
    const json_t *contract, const json_t *annex)
{
	const char *start = json_text(contract, "start");
	const char *from = json_text(annex, "start");
	const char *day = strcmp(start, from) > 0 ? start : from;

	return meets(contract, annex) &&
	       contracts_annex(contracts, structure, contract, day)[0] == '\0';
}

struct tally {
	const struct contracts *contracts;
	const char *structure;
	const char *annex;
	const json_t *value;
	int under;
	int without;
};

static int note_contract(
    void *context, const struct record_row *row, struct err *err)
{
	struct tally *tally = context;
	struct record_key key;
	json_t *value;
	int rc;

	if ((rc = record_key_parse(&key, row->record, err)) < 0 ||
	    !contracts_counts(
		tally->contracts, row->structure, key.subject, key.part) ||
	    (rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	tally->under += is_under(value, tally->annex);
	tally->without +=
	    is_without(tally->contracts, tally->structure, value, tally->value);
	json_decref(value);
	return 0;
}

static int add_annex(json_t *out, struct db *db,
    const struct contracts *contracts, const char *key, const json_t *value,
    struct err *err)
{
	const char *annex = strchr(key, '/') + 1;
	char structure[TEXT_ID_MAX + 1];
	struct tally tally = {contracts, structure, annex, value, 0, 0};
	int rc;

	text_copy(structure, sizeof(structure), key);
	structure[strcspn(structure, "/")] = '\0';
	if ((rc = ledger_family(
		 db, structure, "contract", note_contract, &tally, err)) < 0)
		return rc;
	return json_array_append_new(out,
		   json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:i, s:i}",
		       "structure", structure, "annex", annex, "measure",
		       json_text(value, "measure"), "start",
		       json_text(value, "start"), "end",
		       json_text(value, "end"), "etp_posts",
		       (json_int_t)json_int(value, "etp_posts", 0),
		       "hours_per_etp",
		       (json_int_t)json_int(value, "hours_per_etp", 0),
		       "contracts", tally.under, "without", tally.without)) < 0
	           ? err_nomem(err)
	           : 0;
}

int annex_list(
    struct office *office, const char *structure, json_t **out, struct err *err)
{
	struct contracts *contracts = NULL;
	json_t *list = json_array();
	const char *key;
	json_t *value, *annexes;
	int rc = list == NULL
	             ? err_nomem(err)
	             : contracts_load(&contracts, office->db, structure, err);

	*out = NULL;
	if (rc == 0) {
		memcpy(&annexes,
		    &(const json_t *){contracts_annexes(contracts)},
		    sizeof(annexes));
		json_object_foreach(annexes, key, value)
		{
			if (rc == 0)
				rc = add_annex(list, office->db, contracts, key,
				    value, err);
		}
	}
	if (rc == 0)
		*out = json_incref(list);
	json_decref(list);
	contracts_free(contracts);
	return rc;
}

/* ---- attaching ---- */

struct attaching {
	struct act act;
	struct contracts *contracts;
	char structure[TEXT_ID_MAX + 1];
	const char *annex;
	const json_t *value; /* the annex's */
	const struct annex_target *target;
	json_t *found; /* owned: [{"record","value"}] to change */
	bool worker_seen;
	size_t written;
};

/* Whose annex it is; the only structure that has one of that number. */
static int find_annex(
    struct attaching *attaching, const char *structure, struct err *err)
{
	const json_t *annexes = contracts_annexes(attaching->contracts);
	struct buf shown = BUF_INIT;
	const char *key;
	json_t *value;
	int homes = 0;

	json_object_foreach((json_t *)(uintptr_t)annexes, key, value)
	{
		size_t len = strcspn(key, "/");

		if (strcmp(key + len + 1, attaching->annex) != 0 ||
		    (structure != NULL &&
			(strlen(structure) != len ||
			    memcmp(key, structure, len) != 0)))
			continue;
		text_copy(attaching->structure, len + 1, key);
		attaching->value = value;
		homes++;
	}
	if (homes == 1)
		return 0;
	text_quote(&shown, attaching->annex);
	(void)err_set(err, homes == 0 ? E_NOT_FOUND : E_CONFLICT,
	    homes == 0
		? L("aucune annexe « %s » : « import annexes » l'ajoute, "
		    "« annex list » donne celles qu'on a",
		      "no annex \"%s\": \"import annexes\" adds it, "
		      "\"annex list\" gives those we have")
		: L("plusieurs structures ont une annexe « %s » : "
		    "donnez --structure",
		      "several structures have an annex \"%s\": give "
		      "--structure"),
	    buf_text(&shown));
	buf_free(&shown);
	return homes == 0 ? E_NOT_FOUND : E_CONFLICT;
}

static bool is_meant(struct attaching *attaching, const struct record_key *key,
    const json_t *value)
{
	const struct annex_target *target = attaching->target;

	if (!contracts_counts(attaching->contracts, attaching->structure,
		key->subject, key->part))
		return false;
	if (target->worker == NULL)
		return is_without(attaching->contracts, attaching->structure,
		    value, attaching->value);
	if (strcmp(key->subject, target->worker) != 0)
		return false;
	attaching->worker_seen = true;
	if (target->contract != NULL)
		return strcmp(key->part, target->contract) == 0;
	return meets(value, attaching->value);
}

static int note_target(
    void *context, const struct record_row *row, struct err *err)
{
	struct attaching *attaching = context;
	struct record_key key;
	json_t *value;
	int rc;

	if ((rc = record_key_parse(&key, row->record, err)) < 0 ||
	    (rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	if (is_meant(attaching, &key, value) &&
	    json_array_append_new(
		attaching->found, json_pack("{s:s, s:O}", "record", row->record,
				      "value", value)) < 0)
		rc = err_nomem(err);
	json_decref(value);
	return rc;
}

static int check_found(const struct attaching *attaching, struct err *err)
{
	const struct annex_target *target = attaching->target;
	const json_t *first = json_array_get(attaching->found, 0);

	if (target->worker != NULL && first == NULL)
		return err_set(err, E_NOT_FOUND,
		    attaching->worker_seen
			? L("« %.60s » n'a pas de tel contrat aux dates de "
			    "l'annexe : « import contracts » l'ajoute",
			      "\"%.60s\" has no such contract on the annex's "
			      "dates: \"import contracts\" adds it")
			: L("« %.60s » n'a aucun contrat dans cette structure "
			    ": "
			    "« import contracts » l'ajoute",
			      "\"%.60s\" has no contract in this structure: "
			      "\"import contracts\" adds it"),
		    target->worker);
	if (target->contract != NULL &&
	    !meets(json_object_get(first, "value"), attaching->value))
		return err_set(err, E_INVALID,
		    L("le contrat « %.60s » et l'annexe n'ont aucun jour en "
		      "commun : vérifiez leurs dates",
			"contract \"%.60s\" and the annex have no day in "
			"common: check their dates"),
		    target->contract);
	return 0;
}

static int attach_one(
    struct attaching *attaching, const json_t *item, struct err *err)
{
	json_t *value = json_clone(json_object_get(item, "value"));
	bool changed = false;
	int rc;

	if (value == NULL ||
	    !contract_attach(value, contracts_annexes(attaching->contracts),
		attaching->structure, attaching->annex))
		rc = err_nomem(err);
	else
		rc = act_set(&attaching->act, attaching->structure, "contract",
		    json_text(item, "record"), value, &changed, err);
	json_decref(value);
	attaching->written += changed ? 1 : 0;
	return rc;
}

static int attach(
    struct attaching *attaching, const char *structure, struct err *err)
{
	struct db *db = attaching->act.office->db;
	int rc;

	if ((attaching->found = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = contracts_load(&attaching->contracts, db, structure, err)) <
		0 ||
	    (rc = find_annex(attaching, structure, err)) < 0 ||
	    (rc = ledger_family(db, attaching->structure, "contract",
		 note_target, attaching, err)) < 0 ||
	    (rc = check_found(attaching, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < json_array_size(attaching->found);
	     i++)
		rc = attach_one(
		    attaching, json_array_get(attaching->found, i), err);
	return rc;
}

int annex_attach(struct office *office, const char *structure,
    const char *annex, const struct annex_target *target, size_t *written,
    struct err *err)
{
	struct attaching attaching = {.annex = annex, .target = target};
	int rc = act_begin(&attaching.act, office, err);

	*written = 0;
	if (rc < 0)
		return rc;
	rc = attach(&attaching, structure, err);
	if (rc == 0)
		rc = act_commit(&attaching.act, err);
	else
		act_abort(&attaching.act);
	if (rc == 0)
		*written = attaching.written;
	json_decref(attaching.found);
	contracts_free(attaching.contracts);
	return rc;
}
