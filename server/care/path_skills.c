/*
 * What a worker was seen able to do: every observation that stands, by skill.
 * Contradictory ones stand beside one another.
 */
#include <stdlib.h>
#include <string.h>

#include "server/care/path.h"
#include "shared/catalogue.h"
#include "shared/lang.h"
#include "shared/ledger.h"

struct seeing {
	struct office *office;
	const struct care_worker *worker;
	struct catalogue catalogue;
	json_t *names;   /* owned: supervisor to name */
	json_t *records; /* owned: keys */
	json_t *skills;  /* owned: code to {"skill",…,"observations"} */
	const char *record;
};

/* ---- supervisors' names ---- */

static int take_supervisor(
    void *context, const struct record_row *row, struct err *err)
{
	struct seeing *seeing = context;
	struct buf name = BUF_INIT;
	json_t *value = NULL;
	int rc;

	if (row->value[0] != '{')
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	buf_printf(&name, "%s%s%s", json_text(value, "first"),
	    json_text(value, "last")[0] != '\0' ? " " : "",
	    json_text(value, "last"));
	if (!json_put_text(seeing->names, row->subject, buf_text(&name)))
		rc = err_nomem(err);
	buf_free(&name);
	json_decref(value);
	return rc;
}

/* ---- observations ---- */

static int take_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct seeing *seeing = context;

	if (strcmp(row->state, RECORD_MERGED) != 0 &&
	    strcmp(row->state, RECORD_CONTESTED) != 0)
		return 0;
	return json_array_append_new(
		   seeing->records, json_string(row->record)) < 0
	           ? err_nomem(err)
	           : 0;
}

static json_t *trades_of(const struct seeing *seeing, const char *code)
{
	for (size_t i = 0; i < seeing->catalogue.count; i++) {
		const struct catalogue_row *row = &seeing->catalogue.rows[i];

		if (strcmp(row->code, code) == 0 && row->trades != NULL)
			return json_clone(row->trades);
	}
	return json_array();
}

/* The skill's member, made when new. A later observation's label is kept:
 * catalogues rename. */
static json_t *skill_of(struct seeing *seeing, const json_t *value)
{
	const char *code = json_text(value, "skill");
	json_t *skill = json_object_get(seeing->skills, code);

	if (skill != NULL)
		return skill;
	skill = json_pack("{s:s, s:s, s:s, s:s, s:o, s:[]}", "skill", code,
	    "label", json_text(value, "label"), "catalogue",
	    json_text(value, "catalogue"), "scale", json_text(value, "scale"),
	    "trades", trades_of(seeing, code), "observations");
	return json_put(seeing->skills, code, skill) ? skill : NULL;
}

static json_t *observation(
    const struct seeing *seeing, const struct entry_row *row, const char *id)
{
	const struct entry *entry = row->entry;
	const char *name = json_text(seeing->names, entry->person);
	int64_t level = json_int(entry->value, "level", 0);
	char hex[HASH_TEXT];

	hash_hex(&row->hash, hex);
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:I, s:s, s:s, s:s}", "id",
	    id, "day", json_text(entry->value, "day"), "level",
	    level > 0 ? json_integer((json_int_t)level) : json_null(), "by",
	    name[0] != '\0' ? name : entry->person, "site",
	    json_text(entry->value, "site"), "phase",
	    (json_int_t)json_int(entry->value, "phase", 0), "remark",
	    entry->note, "hash", hex, "at", entry->at);
}

static int take_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct seeing *seeing = context;
	struct record_key key;
	json_t *skill;
	int rc;

	if (!row->live || row->entry == NULL || row->fault[0] != '\0' ||
	    row->entry->value == NULL || strcmp(row->entry->kind, "skill") != 0)
		return 0;
	if ((rc = record_key_parse(&key, seeing->record, err)) < 0)
		return rc;
	skill = skill_of(seeing, row->entry->value);
	if (skill == NULL ||
	    json_array_append_new(json_object_get(skill, "observations"),
		observation(seeing, row, key.part)) < 0)
		return err_nomem(err);
	return 0;
}

static int collect(struct seeing *seeing, struct err *err)
{
	struct db *db = seeing->office->db;
	const struct care_worker *worker = seeing->worker;
	int rc;

	if ((rc = catalogue_load(&seeing->catalogue, db, err)) < 0 ||
	    (rc = ledger_family(db, worker->structure, "supervisor",
		 take_supervisor, seeing, err)) < 0 ||
	    (rc = ledger_subject(db, worker->structure, "skill", worker->worker,
		 take_record, seeing, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < json_array_size(seeing->records);
	     i++) {
		seeing->record =
		    json_string_value(json_array_get(seeing->records, i));
		rc = ledger_history(db, worker->structure, seeing->record,
		    take_entry, seeing, err);
	}
	return rc;
}

/* ---- in order ---- */

static const char *first_trade(const json_t *skill)
{
	const char *code = json_string_value(
	    json_array_get(json_object_get(skill, "trades"), 0));

	return code != NULL ? code : "~";
}

static int compare_skills(const void *a, const void *b)
{
	const json_t *one = *(json_t *const *)a;
	const json_t *other = *(json_t *const *)b;
	int order = strcmp(first_trade(one), first_trade(other));

	if (order == 0)
		order =
		    strcmp(json_text(one, "label"), json_text(other, "label"));
	return order != 0
	           ? order
	           : strcmp(json_text(one, "skill"), json_text(other, "skill"));
}

static int compare_days(const void *a, const void *b)
{
	const json_t *one = *(json_t *const *)a;
	const json_t *other = *(json_t *const *)b;
	int order = strcmp(json_text(one, "day"), json_text(other, "day"));

	if (order == 0)
		order = strcmp(json_text(one, "at"), json_text(other, "at"));
	return order != 0
	           ? order
	           : strcmp(json_text(one, "id"), json_text(other, "id"));
}

/* A sorted copy of an array or of an object's members; NULL when out of
 * memory. */
static json_t *sorted(json_t *from, int (*compare)(const void *, const void *))
{
	size_t count = json_is_array(from) ? json_array_size(from)
	                                   : json_object_size(from);
	json_t **items = calloc(count + 1, sizeof(*items));
	json_t *out = json_array(), *member;
	bool good = items != NULL && out != NULL;
	const char *name;
	size_t at = 0;

	if (good && json_is_array(from)) {
		for (; at < count; at++)
			items[at] = json_array_get(from, at);
	} else if (good) {
		json_object_foreach(from, name, member)
		{
			items[at++] = member;
		}
	}
	if (good && count > 1)
		qsort(items, count, sizeof(*items), compare);
	for (size_t i = 0; good && i < count; i++)
		good = json_array_append(out, items[i]) == 0;
	free(items);
	if (good)
		return out;
	json_decref(out);
	return NULL;
}

static int put_skills(struct seeing *seeing, json_t *page, struct err *err)
{
	const char *code;
	json_t *skill;

	json_object_foreach(seeing->skills, code, skill)
	{
		json_t *days = sorted(
		    json_object_get(skill, "observations"), compare_days);

		if (!json_put(skill, "observations", days))
			return err_nomem(err);
	}
	return json_put(page, "skills", sorted(seeing->skills, compare_skills))
	           ? 0
	           : err_nomem(err);
}

/* ---- what a trade still asks ---- */

static bool calls_for(const struct catalogue_row *row, const char *job)
{
	for (size_t i = 0; i < json_array_size(row->trades); i++) {
		const char *code =
		    json_string_value(json_array_get(row->trades, i));

		if (code != NULL && strcmp(code, job) == 0)
			return true;
	}
	return false;
}

/* The last observation that says a level; NULL when none does. */
static const json_t *last_assessed(const json_t *skill)
{
	const json_t *list = json_object_get(skill, "observations");

	for (size_t i = json_array_size(list); i > 0; i--) {
		const json_t *one = json_array_get(list, i - 1);

		if (!json_is_null(json_object_get(one, "level")))
			return one;
	}
	return NULL;
}

static json_t *gap_of(
    const struct seeing *seeing, const struct catalogue_row *row)
{
	const json_t *skill = json_object_get(seeing->skills, row->code);
	const json_t *last = last_assessed(skill);
	const char *state = last != NULL    ? "observed"
	                    : skill != NULL ? "unassessed"
	                                    : "never";

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s}", "skill", row->code,
	    "label", row->label, "catalogue", row->name, "state", state,
	    "level",
	    last != NULL ? json_incref(json_object_get(last, "level"))
			 : json_null(),
	    "day", json_text(last, "day"));
}

static int put_gaps(
    const struct seeing *seeing, const char *job, json_t *page, struct err *err)
{
	json_t *skills = json_array();
	int64_t observed = 0;

	for (size_t i = 0; skills != NULL && i < seeing->catalogue.count; i++) {
		const struct catalogue_row *row = &seeing->catalogue.rows[i];
		json_t *gap;

		if (!calls_for(row, job))
			continue;
		gap = gap_of(seeing, row);
		observed += strcmp(json_text(gap, "state"), "observed") == 0;
		if (json_array_append_new(skills, gap) < 0) {
			json_decref(skills);
			skills = NULL;
		}
	}
	if (skills == NULL)
		return err_nomem(err);
	if (json_array_size(skills) == 0) {
		json_decref(skills);
		return err_set(err, E_NOT_FOUND,
		    L("métier « %.20s » : aucun catalogue importé n'en parle "
		      "(voyez « skills trades »)",
			"trade \"%.20s\": no imported catalogue speaks of it "
			"(see \"skills trades\")"),
		    job);
	}
	return json_put(page, "gaps",
		   json_pack("{s:s, s:I, s:I, s:o}", "job", job, "observed",
		       (json_int_t)observed, "total",
		       (json_int_t)json_array_size(skills), "skills", skills))
	           ? 0
	           : err_nomem(err);
}

int path_skills(struct office *office, const struct care_worker *worker,
    const char *job, json_t *page, struct err *err)
{
	struct seeing seeing = {.office = office,
	    .worker = worker,
	    .names = json_object(),
	    .records = json_array(),
	    .skills = json_object()};
	int rc;

	if (seeing.names == NULL || seeing.records == NULL ||
	    seeing.skills == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = collect(&seeing, err)) < 0 ||
	    (rc = put_skills(&seeing, page, err)) < 0)
		goto out;
	if (job != NULL)
		rc = put_gaps(&seeing, job, page, err);
out:
	catalogue_clear(&seeing.catalogue);
	json_decref(seeing.names);
	json_decref(seeing.records);
	json_decref(seeing.skills);
	return rc;
}
