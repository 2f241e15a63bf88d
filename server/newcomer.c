#include <string.h>

#include "server/act.h"
#include "server/newcomer.h"
#include "shared/lang.h"
#include "shared/ledger.h"

static int add_newcomer(
    void *context, const struct record_row *row, struct err *err)
{
	json_t *value = NULL;
	int rc = 0;

	if (row->value[0] != '{')
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	if (json_array_append_new(
		context, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "newcomer",
			     row->subject, "structure", row->structure, "first",
			     json_text(value, "first"), "initial",
			     json_text(value, "initial"), "crew",
			     json_text(value, "crew"), "worker",
			     json_text(value, "worker"))) < 0)
		rc = err_nomem(err);
	json_decref(value);
	return rc;
}

int newcomer_json(struct office *office, json_t **out, struct err *err)
{
	json_t *list = json_array();
	int rc;

	*out = NULL;
	if (list == NULL)
		return err_nomem(err);
	if ((rc = ledger_family(
		 office->db, NULL, "newcomer", add_newcomer, list, err)) < 0 ||
	    (rc = newcomer_suggest(office->db, list, err)) < 0)
		json_decref(list);
	else
		*out = list;
	return rc;
}

struct found {
	char structure[TEXT_ID_MAX + 1];
	json_t *value; /* owned */
};

static int note_found(
    void *context, const struct record_row *row, struct err *err)
{
	struct found *found = context;

	if (row->value[0] != '{' || found->value != NULL)
		return 0;
	text_copy(found->structure, sizeof(found->structure), row->structure);
	return json_read(&found->value, row->value, strlen(row->value), err);
}

static int find_newcomer(struct office *office, const char *newcomer,
    struct found *out, struct err *err)
{
	int rc = ledger_subject(
	    office->db, NULL, "newcomer", newcomer, note_found, out, err);

	if (rc == 0 && out->value == NULL) {
		rc = err_set(err, E_NOT_FOUND,
		    L("nouveau venu inconnu : « %.60s » ; voyez « newcomer "
		      "list »",
			"unknown newcomer: \"%.60s\"; see \"newcomer list\""),
		    newcomer);
	}
	return rc;
}

static int check_worker(struct office *office, const char *structure,
    const char *worker, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	int rc;

	if ((rc = text_check_id(worker, err)) < 0)
		return rc;
	record_key_make(record, "worker", worker, NULL);
	rc = ledger_value(office->db, structure, record, &value, err);
	if (rc == 0 && value == NULL) {
		rc = err_set(err, E_NOT_FOUND,
		    L("salarié inconnu de la structure %s : %s ; importez "
		      "d'abord les salariés",
			"worker unknown to structure %s: %s; import the "
			"workers first"),
		    structure, worker);
	}
	json_decref(value);
	return rc;
}

static int write_match(struct office *office, const char *newcomer,
    const struct found *found, const char *reason, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = "newcomer",
	    .structure = found->structure,
	    .record = record,
	    .parents = heads,
	    .value = found->value,
	    .reason = reason,
	};
	struct act act;
	int rc;

	record_key_make(record, "newcomer", newcomer, NULL);
	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = ledger_heads(office->db, found->structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) < 0 ||
	    (rc = act_add(&act, &draft, err)) < 0) {
		act_abort(&act);
		return rc;
	}
	return act_commit(&act, err);
}

int newcomer_match(struct office *office, const char *newcomer,
    const char *worker, const char *reason, struct err *err)
{
	struct found found = {"", NULL};
	int rc;

	if ((rc = find_newcomer(office, newcomer, &found, err)) < 0 ||
	    (rc = check_worker(office, found.structure, worker, err)) < 0)
		goto out;
	/* Already so: nothing to sign twice. */
	if (strcmp(json_text(found.value, "worker"), worker) == 0)
		goto out;
	if (reason == NULL && json_text(found.value, "worker")[0] != '\0') {
		rc = err_set(err, E_CONFLICT,
		    L("%s est déjà rattaché à %s ; pour changer, donnez "
		      "--reason MOTIF",
			"%s is matched to %s already; to change that, give "
			"--reason R"),
		    newcomer, json_text(found.value, "worker"));
		goto out;
	}
	if (reason == NULL)
		reason =
		    L("rattachement par le bureau", "matched by the office");
	if (!json_put_text(found.value, "worker", worker))
		rc = err_nomem(err);
	else
		rc = write_match(office, newcomer, &found, reason, err);
out:
	json_decref(found.value);
	return rc;
}
