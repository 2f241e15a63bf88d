#include <string.h>

#include "server/act.h"
#include "server/closing_part.h"
#include "server/month.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- an entry and who wrote it ---- */

static int take_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	json_t **out = context;
	char hex[HASH_TEXT];

	if (!row->live || row->entry == NULL || row->value == NULL ||
	    strcmp(row->value, ENTRY_VOID) == 0)
		return 0;
	hash_hex(&row->hash, hex);
	json_decref(*out);
	*out = json_pack("{s:O, s:s, s:s, s:s, s:s, s:s}", "value",
	    row->entry->value, "hash", hex, "at", row->entry->at, "person",
	    row->entry->person, "device", row->entry->device, "reason",
	    row->entry->reason);
	return *out != NULL ? 0 : err_nomem(err);
}

int month_entry(json_t **out, struct db *db, const char *structure,
    const char *record, struct err *err)
{
	*out = NULL;
	return ledger_history(db, structure, record, take_entry, out, err);
}

/* ---- checked ---- */

struct checking {
	struct act act;
	const char *month;
	const char *seen; /* NULL: not said */
	bool all;
	size_t written;
};

static int write_checked(
    struct checking *checking, const struct closing_month *now, struct err *err)
{
	char record[RECORD_KEY_MAX], sum[HASH_TEXT];
	char version[CLOSING_SEEN_TEXT];
	json_t *value;
	bool changed = false;
	int rc;

	if (!closing_month_sum(now, sum) ||
	    !closing_month_seen(now, "", version))
		return err_nomem(err);
	if ((rc = closing_seen_check(
		 checking->seen, version, now->structure, now->month, err)) < 0)
		return rc;
	record_key_make(record, "checked", now->month, NULL);
	if ((value = json_pack("{s:s}", "sum", sum)) == NULL)
		return err_nomem(err);
	rc = act_set(&checking->act, now->structure, "checked", record, value,
	    &changed, err);
	json_decref(value);
	checking->written += changed ? 1 : 0;
	return rc;
}

static int refuse_closed(
    const char *structure, const char *month, struct err *err)
{
	return err_set(err, E_CONFLICT,
	    L("le mois %s de %s est clos : il n'y a plus rien à contrôler",
		"month %s of %s is closed: there is nothing left to check"),
	    month, structure);
}

static bool is_ready(const struct closing_month *now)
{
	return json_object_size(now->workers) > 0 &&
	       json_array_size(now->blockers) == 0;
}

static int check_structure(
    struct checking *checking, const char *structure, struct err *err)
{
	struct closing_month now;
	bool made;
	int rc = closing_month_read(
	    &now, checking->act.office, structure, checking->month, err);

	if (rc < 0 || (rc = closing_is_made(checking->act.office->db, structure,
			   checking->month, &made, err)) < 0)
		goto out;
	if (made && !checking->all)
		rc = refuse_closed(structure, checking->month, err);
	else if (!made && (!checking->all || is_ready(&now)))
		rc = write_checked(checking, &now, err);
out:
	closing_month_clear(&now);
	return rc;
}

static int note_name(
    void *context, const struct record_row *row, struct err *err)
{
	return json_array_append_new(context, json_string(row->structure)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int check_all(struct checking *checking, struct err *err)
{
	struct office *office = checking->act.office;
	json_t *names = json_array();
	int rc = names == NULL ? err_nomem(err)
	                       : ledger_family(office->db, NULL, "structure",
				     note_name, names, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (act_check_scope(office, name, NULL) == 0)
			rc = check_structure(checking, name, err);
	}
	json_decref(names);
	return rc;
}

int month_check(struct office *office, const char *month, const char *structure,
    const char *seen, size_t *written, struct err *err)
{
	struct checking checking = {
	    .month = month, .seen = seen, .all = structure == NULL};
	int rc = act_begin(&checking.act, office, err);

	*written = 0;
	if (rc < 0)
		return rc;
	rc = structure != NULL ? check_structure(&checking, structure, err)
	                       : check_all(&checking, err);
	if (rc == 0)
		rc = act_commit(&checking.act, err);
	else
		act_abort(&checking.act);
	if (rc == 0)
		*written = checking.written;
	return rc;
}
