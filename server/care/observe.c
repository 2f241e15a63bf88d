#include <stdio.h>
#include <string.h>

#include "server/act.h"
#include "server/care/observe.h"
#include "server/import/reference.h"
#include "shared/catalogue.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/text.h"

#define OBSERVATION_LEN 8 /* random bytes of its identity, as on laptops */

static int write_one(
    struct office *office, const struct entry_draft *draft, struct err *err)
{
	struct act act;
	int rc;

	if ((rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = act_add(&act, draft, err)) < 0) {
		act_abort(&act);
		return rc;
	}
	return act_commit(&act, err);
}

static int check_site(struct office *office, const char *structure,
    const char *site, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	int rc;

	if (site == NULL || site[0] == '\0')
		return 0;
	if (text_check_id(site, err) < 0)
		return err_context(err, "%s", L("chantier", "site"));
	record_key_make(record, "site", site, NULL);
	rc = ledger_value(office->db, structure, record, &value, err);
	if (rc == 0 && value == NULL)
		rc = err_set(err, E_NOT_FOUND,
		    L("chantier « %s » inconnu de la structure %s",
			"site \"%s\" unknown to structure %s"),
		    site, structure);
	json_decref(value);
	return rc;
}

static int check_note(const char *note, struct err *err)
{
	if (note == NULL || note[0] == '\0')
		return 0;
	return text_check_name(L("note", "note"), note, TEXT_NOTE_MAX, err);
}

/* ---- noting ---- */

/* Label, catalogue and scale are copied: catalogues change, what was seen
 * does not. */
static json_t *value_of(
    const struct catalogue_row *skill, const struct observe *seen)
{
	json_t *value = json_pack("{s:s, s:s, s:s, s:s, s:s}", "skill",
	    skill->code, "label", skill->label, "catalogue", skill->name,
	    "scale", CATALOGUE_SCALE, "day", seen->day);

	if ((seen->level > 0 && !json_put_int(value, "level", seen->level)) ||
	    (seen->site != NULL && seen->site[0] != '\0' &&
		!json_put_text(value, "site", seen->site))) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static int find_skill(const struct catalogue *catalogue, const char *text,
    const struct catalogue_row **out, struct err *err)
{
	if (catalogue->count == 0)
		return err_set(err, E_NOT_FOUND,
		    L("aucun catalogue de compétences : importez-en un "
		      "(import skills FICHIER)",
			"no catalogue of skills: import one (import skills "
			"FILE)"));
	return catalogue_find(catalogue, text, out, err);
}

int observe_add(struct office *office, const struct care_worker *worker,
    const struct observe *seen, char id[TEXT_ID_MAX + 1], struct err *err)
{
	char record[RECORD_KEY_MAX], hex[2 * OBSERVATION_LEN + 1];
	struct entry_draft draft = {
	    .kind = "skill",
	    .structure = worker->structure,
	    .record = record,
	    .note = seen->note,
	};
	const struct catalogue_row *skill;
	struct catalogue catalogue;
	uint8_t random[OBSERVATION_LEN];
	json_t *value = NULL;
	int rc;

	if ((rc = catalogue_load(&catalogue, office->db, err)) < 0 ||
	    (rc = find_skill(&catalogue, seen->skill, &skill, err)) < 0 ||
	    (rc = check_site(office, worker->structure, seen->site, err)) < 0 ||
	    (rc = check_note(seen->note, err)) < 0)
		goto out;
	if ((value = value_of(skill, seen)) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	os_random(office->os, random, sizeof(random));
	enc_hex(random, sizeof(random), hex);
	(void)snprintf(id, TEXT_ID_MAX + 1, "o-%s", hex);
	record_key_make(record, "skill", worker->worker, id);
	draft.value = value;
	rc = write_one(office, &draft, err);
out:
	json_decref(value);
	catalogue_clear(&catalogue);
	return rc;
}

/* ---- correcting ---- */

struct finding {
	const char *id;
	char structure[TEXT_ID_MAX + 1];
	char record[RECORD_KEY_MAX];
	json_t *value; /* owned; NULL: not found */
};

static int find_one(
    void *context, const struct record_row *row, struct err *err)
{
	struct finding *finding = context;
	struct record_key key;
	int rc;

	if (finding->value != NULL || row->value[0] != '{' ||
	    strcmp(row->state, RECORD_MATCHED) == 0)
		return 0;
	if ((rc = record_key_parse(&key, row->record, err)) < 0 ||
	    strcmp(key.part, finding->id) != 0)
		return rc;
	text_copy(
	    finding->structure, sizeof(finding->structure), row->structure);
	text_copy(finding->record, sizeof(finding->record), row->record);
	return reference_value(&finding->value, row, err);
}

static int find(
    struct finding *out, struct office *office, const char *id, struct err *err)
{
	struct buf shown = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	out->id = id;
	rc = ledger_family(office->db, NULL, "skill", find_one, out, err);
	if (rc < 0 || out->value != NULL)
		return rc;
	text_quote(&shown, id);
	rc = err_set(err, E_NOT_FOUND,
	    L("aucune observation « %s » (voyez « report skills »)",
		"no observation \"%s\" (see \"report skills\")"),
	    buf_text(&shown));
	buf_free(&shown);
	return rc;
}

int observe_in_sight(struct office *office, const char *id, struct err *err)
{
	struct finding found;
	int rc = find(&found, office, id, err);

	json_decref(found.value);
	return rc;
}

static int heads_of(struct office *office, const struct finding *found,
    const struct care_by *by, struct hash heads[ENTRY_PARENTS_MAX],
    size_t *count, struct err *err)
{
	char hex[HASH_TEXT];
	int rc;

	if (by->reason == NULL || by->reason[0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le motif : dites pourquoi avec --reason",
			"the reason is missing: say why with --reason"));
	if ((rc = text_check_name(
		 L("motif", "reason"), by->reason, TEXT_NOTE_MAX, err)) < 0 ||
	    (rc = ledger_heads(office->db, found->structure, found->record,
		 heads, ENTRY_PARENTS_MAX, count, err)) < 0 ||
	    by->seen == NULL)
		return rc;
	for (size_t i = 0; i < *count; i++) {
		hash_hex(&heads[i], hex);
		if (strcmp(hex, by->seen) == 0)
			return 0;
	}
	return err_set(err, E_CONFLICT,
	    L("quelqu'un l'a changée entre-temps : relisez, puis recommencez",
		"somebody has changed it meanwhile: read it again, then try "
		"again"));
}

static bool change(json_t *value, const struct observe *seen)
{
	if (seen->level == 0)
		(void)json_object_del(value, "level");
	if (seen->level > 0 && !json_put_int(value, "level", seen->level))
		return false;
	if (seen->day != NULL && !json_put_text(value, "day", seen->day))
		return false;
	if (seen->site != NULL && seen->site[0] == '\0')
		(void)json_object_del(value, "site");
	return seen->site == NULL || seen->site[0] == '\0' ||
	       json_put_text(value, "site", seen->site);
}

int observe_set(struct office *office, const char *id,
    const struct observe *seen, const struct care_by *by, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct finding found;
	struct entry_draft draft = {
	    .kind = "skill",
	    .structure = found.structure,
	    .record = found.record,
	    .parents = heads,
	    .note = seen->note,
	    .reason = by->reason,
	};
	int rc = find(&found, office, id, err);

	if (rc < 0 ||
	    (rc = heads_of(
		 office, &found, by, heads, &draft.parent_count, err)) < 0 ||
	    (rc = check_site(office, found.structure, seen->site, err)) < 0 ||
	    (rc = check_note(seen->note, err)) < 0)
		goto out;
	if (!change(found.value, seen))
		rc = err_nomem(err);
	draft.value = found.value;
	if (rc == 0)
		rc = write_one(office, &draft, err);
out:
	json_decref(found.value);
	return rc;
}

int observe_void(struct office *office, const char *id,
    const struct care_by *by, struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	struct finding found;
	struct entry_draft draft = {
	    .kind = "void",
	    .structure = found.structure,
	    .record = found.record,
	    .parents = heads,
	    .reason = by->reason,
	};
	int rc = find(&found, office, id, err);

	if (rc == 0 && (rc = heads_of(office, &found, by, heads,
			    &draft.parent_count, err)) == 0)
		rc = write_one(office, &draft, err);
	json_decref(found.value);
	return rc;
}
