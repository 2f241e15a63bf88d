/*
 * Time sheets for a controller of the European Social Fund Plus: a row per
 * slot, with the date, the activity, an identifier instead of a name, the
 * minutes, where they come from, and who signed. Only people linked to a
 * project (staff and beneficiaries) have one, of the days of their links: to
 * the project asked for, or to any. Only hours worked are time spent: an
 * absence has no row, whatever its kind, which would tell of health. An hour
 * that nobody noted is a blank, never 0. Sums of fewer than five people are
 * hidden.
 *
 * Two different people sign a sheet (who was there, then who checked): the
 * sign-off on the laptop and the closing at the office. Both are told, and
 * whether they are two.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/closing_part.h"
#include "server/export/export.h"
#include "server/export/export_fse.h"
#include "shared/date.h"
#include "shared/entry.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/signoff.h"

static void fse_clear(struct export *ex)
{
	struct fse *fse = ex->state;

	if (fse == NULL)
		return;
	for (size_t i = 0; i < fse->count; i++) {
		json_decref(fse->people[i].rows);
		json_decref(fse->people[i].links);
	}
	free(fse->people);
	json_decref(fse->project);
	json_decref(fse->sums);
	json_decref(fse->heads);
	free(fse);
	ex->state = NULL;
}

/* ---- who noted a slot ---- */

struct origin {
	struct db *db;
	const struct office *office;
	const char *structure;
	char by[TEXT_NAME_MAX + 1];
	bool laptop;
	bool corrected;
};

static int take_origin(
    void *context, const struct entry_row *row, struct err *err)
{
	struct origin *origin = context;
	struct device device;
	int rc;

	if (row->entry == NULL || row->fault[0] != '\0')
		return 0;
	origin->corrected = origin->corrected || row->entry->reason[0] != '\0';
	if (!row->live)
		return 0;
	if ((rc = ledger_device(origin->db, origin->structure,
		 row->entry->device, origin->office->server.pub, &device,
		 err)) < 0)
		return rc;
	origin->laptop = device.found && device.writer == WRITER_LAPTOP;
	text_copy(origin->by, sizeof(origin->by),
	    row->entry->person[0] != '\0' ? row->entry->person
	    : device.name[0] != '\0'      ? device.name
					  : row->entry->device);
	return 0;
}

static const char *origin_word(const struct origin *origin)
{
	if (origin->corrected)
		return L("corrigé avec motif", "corrected with a reason");
	return origin->laptop ? L("saisie sur le terrain", "noted in the field")
	                      : L("saisie au bureau", "noted at the office");
}

/* ---- signatures ---- */

/* The name of who signed an entry: the person, else the device. */
static int signer_of(struct export *ex, const char *structure,
    const char *record, const struct hash *hash, char out[TEXT_NAME_MAX + 1],
    struct err *err)
{
	struct buf body = BUF_INIT;
	struct entry entry = {0};
	struct device device;
	int rc;

	out[0] = '\0';
	if ((rc = ledger_bytes_of(
		 ex->office->db, structure, record, hash, &body, err)) < 0 ||
	    (rc = entry_parse(&entry, body.data, body.len, err)) < 0 ||
	    (rc = ledger_device(ex->office->db, structure, entry.device,
		 ex->office->server.pub, &device, err)) < 0)
		goto out;
	text_copy(out, TEXT_NAME_MAX + 1,
	    entry.person[0] != '\0'  ? entry.person
	    : device.name[0] != '\0' ? device.name
				     : entry.device);
out:
	entry_clear(&entry);
	buf_free(&body);
	return rc;
}

static int read_signoff(
    struct export *ex, struct fse_person *person, struct err *err)
{
	char record[RECORD_KEY_MAX];
	struct signoff_sheet sheet;
	struct signoff signoff;
	int rc;

	if ((rc = signoff_sheet_load(&sheet, ex->office->db, person->structure,
		 person->id, ex->ask.month, err)) == 0 &&
	    (rc = signoff_read(&signoff, ex->office->db, &sheet, err)) == 0 &&
	    (signoff.state == SIGNOFF_IS_AGREED ||
		signoff.state == SIGNOFF_IS_DISAGREED)) {
		person->signed_ = true;
		text_copy(
		    person->signed_at, sizeof(person->signed_at), signoff.at);
		record_key_make(record, "signoff", person->id, ex->ask.month);
		rc = signer_of(ex, person->structure, record, &signoff.hash,
		    person->first_signer, err);
	}
	signoff_sheet_clear(&sheet);
	return rc;
}

static int read_closing(
    struct export *ex, const char *structure, struct err *err)
{
	struct fse *fse = ex->state;
	struct closing_past past;
	int rc = closing_past_read(
	    &past, ex->office->db, structure, ex->ask.month, err);

	fse->second_signer[0] = fse->closed_at[0] = '\0';
	if (rc == 0) {
		text_copy(
		    fse->closed_at, sizeof(fse->closed_at), past.entry.at);
		rc = signer_of(ex, structure, past.entry.record, &past.hash,
		    fse->second_signer, err);
	}
	closing_past_clear(&past);
	return rc == E_NOT_FOUND ? 0 : rc;
}

bool fse_two_signers(const struct fse_person *person)
{
	return person->signed_ && person->second_signer[0] != '\0' &&
	       strcmp(person->first_signer, person->second_signer) != 0;
}

/* ---- a person's rows ---- */

struct taking {
	struct export *ex;
	struct fse_person *person;
};

/* The link that covers the day; NULL for none. */
static const json_t *link_on(const struct fse_person *person, const char *day)
{
	for (size_t i = 0; i < json_array_size(person->links); i++) {
		const json_t *link = json_array_get(person->links, i);
		const char *to = json_text(link, "to");

		if (strcmp(json_text(link, "from"), day) <= 0 &&
		    (to[0] == '\0' || strcmp(day, to) <= 0))
			return link;
	}
	return NULL;
}

/* Hours worked (Code du travail L3121-1) are what a project may be charged
 * with; an absence, paid or not, is none. */
static bool is_worked(const char *slug)
{
	const struct kind *kind = kind_by_slug(slug);

	return kind != NULL && kind->effective && !kind->absence;
}

static void put_cells(
    struct export *ex, const struct fse_person *person, const json_t *row)
{
	const json_t *link = row != NULL
	                         ? link_on(person, json_text(row, "day"))
	                         : json_array_get(person->links, 0);

	table_row(ex->table);
	table_text(ex->table, person->structure);
	table_text(ex->table, json_text(link, "project"));
	table_text(ex->table, fse_role(person->role));
	table_text(ex->table, person->id);
	table_text(ex->table, json_text(row, "day"));
	table_text(ex->table, json_text(row, "slot"));
	table_text(ex->table, json_text(row, "what"));
	if (row != NULL) {
		table_int(ex->table, json_int(row, "minutes", 0));
		table_int(ex->table, json_int(row, "minutes", 0));
	} else {
		table_text(ex->table, "");
		table_text(ex->table, "");
	}
	table_text(ex->table, row != NULL ? json_text(row, "origin")
					  : L("non renseigné", "not given"));
	table_text(ex->table, json_text(row, "by"));
	table_text(ex->table, person->first_signer);
	table_text(ex->table, person->second_signer);
	table_text(ex->table,
	    fse_two_signers(person) ? L("oui", "yes") : L("non", "no"));
}

/* The sum by activity, and of how many people. */
static int add_sum(struct fse *fse, const struct fse_person *person,
    const char *what, int64_t minutes, struct err *err)
{
	json_t *heads = json_object_get(fse->heads, what);

	if (heads == NULL) {
		heads = json_object();
		if (!json_put(fse->heads, what, heads))
			return err_nomem(err);
	}
	if (!json_put_int(heads, person->id, 1) ||
	    !json_put_int(
		fse->sums, what, json_int(fse->sums, what, 0) + minutes))
		return err_nomem(err);
	return 0;
}

static int add_slot(struct taking *taking, const struct record_row *row,
    const struct origin *origin, struct err *err)
{
	struct export *ex = taking->ex;
	struct fse_person *person = taking->person;
	struct buf what = BUF_INIT;
	char key[3 * TEXT_NAME_MAX];
	json_t *json = NULL;
	int rc;

	buf_add_text(&what, export_kind_label(export_kind_slug(ex, row->kind)));
	if (row->activity[0] != '\0')
		buf_printf(&what, " – %s", row->activity);
	json = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "day", row->day,
	    "slot", row->slot, "what", buf_text(&what), "minutes",
	    (json_int_t)row->minutes, "origin", origin_word(origin), "by",
	    origin->by);
	if (json == NULL || json_array_append(person->rows, json) < 0) {
		rc = err_nomem(err);
		goto out;
	}
	person->minutes += row->minutes;
	put_cells(ex, person, json);
	(void)snprintf(
	    key, sizeof(key), "%s/%s/%s", person->id, row->day, row->slot);
	buf_reset(&what);
	buf_printf(&what, "%lld %s %s %s", (long long)row->minutes,
	    export_kind_slug(ex, row->kind), row->activity, origin->by);
	if ((rc = buf_check(&what, err)) == 0 &&
	    (rc = export_row(ex, person->structure, key, row->minutes,
		 buf_text(&what), err)) == 0)
		rc = add_sum(ex->state, person,
		    export_kind_label(export_kind_slug(ex, row->kind)),
		    row->minutes, err);
out:
	json_decref(json);
	buf_free(&what);
	return rc;
}

static int take_slot(
    void *context, const struct record_row *row, struct err *err)
{
	struct taking *taking = context;
	struct export *ex = taking->ex;
	struct origin origin = {
	    .db = ex->office->db,
	    .office = ex->office,
	    .structure = row->structure,
	};
	int rc;

	if (strcmp(row->subject, taking->person->id) != 0 ||
	    strcmp(row->state, RECORD_MERGED) != 0 || row->minutes == 0 ||
	    strcmp(row->day, ex->first) < 0 || strcmp(row->day, ex->last) > 0 ||
	    !is_worked(row->kind) || link_on(taking->person, row->day) == NULL)
		return 0;
	if ((rc = ledger_history(ex->office->db, row->structure, row->record,
		 take_origin, &origin, err)) < 0)
		return rc;
	return add_slot(taking, row, &origin, err);
}

static int fill_person(
    struct export *ex, struct fse_person *person, struct err *err)
{
	const struct fse *fse = ex->state;
	struct taking taking = {ex, person};
	int rc;

	if ((person->rows = json_array()) == NULL)
		return err_nomem(err);
	text_copy(person->second_signer, sizeof(person->second_signer),
	    fse->second_signer);
	text_copy(person->closed_at, sizeof(person->closed_at), fse->closed_at);
	if ((rc = read_signoff(ex, person, err)) < 0 ||
	    (rc = ledger_subject(ex->office->db, person->structure, "hours",
		 person->id, take_slot, &taking, err)) < 0)
		return rc;
	/* Linked, and nothing noted: a blank that is seen. */
	if (json_array_size(person->rows) == 0)
		put_cells(ex, person, NULL);
	return 0;
}

/* ---- who is in it ---- */

/* The person's, from ${from} on, who has one sheet of all links. */
static struct fse_person *person_of(
    struct fse *fse, const char *structure, const char *id, size_t from)
{
	struct fse_person *people;

	for (size_t i = from; i < fse->count; i++) {
		if (strcmp(fse->people[i].id, id) == 0)
			return &fse->people[i];
	}
	people = reallocarray(fse->people, fse->count + 1, sizeof(*people));
	if (people == NULL)
		return NULL;
	fse->people = people;
	people += fse->count++;
	memset(people, 0, sizeof(*people));
	text_copy(people->structure, sizeof(people->structure), structure);
	text_copy(people->id, sizeof(people->id), id);
	people->links = json_array();
	return people->links != NULL ? people : NULL;
}

static int project_name(struct export *ex, const char *structure,
    const char *id, struct buf *out, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *project = NULL;
	const char *name;
	int rc;

	record_key_make(record, "project", id, NULL);
	if ((rc = ledger_value(
		 ex->office->db, structure, record, &project, err)) < 0)
		return rc;
	name = json_text(project, "name");
	buf_add_text(out, name[0] != '\0' ? name : id);
	json_decref(project);
	return buf_check(out, err);
}

/* The people of a structure, while their links are read. */
struct linking {
	struct export *ex;
	size_t from; /* the structure's first */
};

static int add_link(struct linking *linking, const struct record_row *row,
    const char *project, const json_t *value, struct err *err)
{
	struct fse_person *person = person_of(
	    linking->ex->state, row->structure, row->subject, linking->from);
	struct buf name = BUF_INIT;
	int rc;

	if (person == NULL)
		return err_nomem(err);
	rc = project_name(linking->ex, row->structure, project, &name, err);
	if (rc == 0 &&
	    json_array_append_new(person->links,
		json_pack("{s:s, s:s, s:s}", "from", json_text(value, "start"),
		    "to", json_text(value, "end"), "project", name.data)) < 0)
		rc = err_nomem(err);
	buf_free(&name);
	/* Of several links, what the first says. */
	if (person->role[0] == '\0') {
		text_copy(person->role, sizeof(person->role),
		    json_text(value, "role"));
		person->quota = json_int(value, "quota", 0);
	}
	return rc;
}

static int take_link(
    void *context, const struct record_row *row, struct err *err)
{
	struct linking *linking = context;
	const struct export *ex = linking->ex;
	const char *wanted = ex->ask.project, *end;
	struct record_key key;
	json_t *value = NULL;
	int rc;

	if (strcmp(row->state, RECORD_MERGED) != 0 ||
	    record_key_parse(&key, row->record, err) < 0 ||
	    (wanted[0] != '\0' && strcmp(key.part, wanted) != 0))
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	end = json_text(value, "end");
	if (strcmp(json_text(value, "start"), ex->last) <= 0 &&
	    (end[0] == '\0' || strcmp(ex->first, end) <= 0))
		rc = add_link(linking, row, key.part, value, err);
	json_decref(value);
	return rc;
}

static int add_structure(
    struct export *ex, const char *structure, struct err *err)
{
	struct fse *fse = ex->state;
	struct linking linking = {ex, fse->count};
	char record[RECORD_KEY_MAX];
	json_t *project = NULL;
	int rc;

	if (ex->ask.project[0] != '\0') {
		record_key_make(record, "project", ex->ask.project, NULL);
		if ((rc = ledger_value(
			 ex->office->db, structure, record, &project, err)) < 0)
			return rc;
		if (project == NULL)
			return 0;
		json_decref(fse->project);
		fse->project = project;
	}
	if ((rc = ledger_family(ex->office->db, structure, "project_link",
		 take_link, &linking, err)) == 0)
		rc = read_closing(ex, structure, err);
	for (size_t i = linking.from; rc == 0 && i < fse->count; i++)
		rc = fill_person(ex, &fse->people[i], err);
	if (rc == 0 && fse->count > linking.from &&
	    fse->second_signer[0] == '\0')
		ex->provisional = true;
	return rc;
}

const char *fse_role(const char *role)
{
	if (strcmp(role, "staff") == 0)
		return L("personnel", "staff");
	return strcmp(role, "beneficiary") == 0
	           ? L("participant", "beneficiary")
	           : role;
}

static void add_columns(struct table *table)
{
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Projet", "Project"), OUT_TEXT);
	table_column(table, L("Rôle", "Role"), OUT_TEXT);
	table_column(table, L("Identifiant", "Identifier"), OUT_TEXT);
	table_column(table, L("Date", "Date"), OUT_DATE);
	table_column(table, L("Créneau", "Slot"), OUT_TEXT);
	table_column(table, L("Activité", "Activity"), OUT_TEXT);
	table_column(table, L("Minutes", "Minutes"), OUT_INT);
	table_column(table, L("Heures", "Hours"), OUT_MINUTES);
	table_column(table, L("Origine", "Origin"), OUT_TEXT);
	table_column(table, L("Noté par", "Noted by"), OUT_TEXT);
	table_column(table, L("Signature 1", "Signature 1"), OUT_TEXT);
	table_column(table, L("Signature 2", "Signature 2"), OUT_TEXT);
	table_column(table, L("Deux signataires", "Two signers"), OUT_TEXT);
}

static int prepare(struct export *ex, struct err *err)
{
	struct fse *fse = calloc(1, sizeof(*fse));
	int rc;

	if ((ex->state = fse) == NULL)
		return err_nomem(err);
	fse->sums = json_object();
	fse->heads = json_object();
	if (fse->sums == NULL || fse->heads == NULL)
		return err_nomem(err);
	add_columns(ex->table);
	if ((rc = export_each_structure(ex, add_structure, err)) < 0)
		return rc;
	if (ex->ask.project[0] != '\0' && fse->project == NULL)
		return err_set(err, E_NOT_FOUND,
		    L("projet « %.60s » inconnu : « import projects » les "
		      "apporte",
			"unknown project \"%.60s\": \"import projects\" "
			"brings them"),
		    ex->ask.project);
	buf_printf(&ex->title, L("Temps passé FSE+, %s", "FSE+ time, %s"),
	    ex->ask.month);
	if (fse->project != NULL)
		buf_printf(
		    &ex->title, " – %s", json_text(fse->project, "name"));
	buf_add_text(&ex->why,
	    fse->count == 0
		? L("personne n'est lié à un projet FSE+ ce mois-ci ; une "
		    "feuille de temps est celle d'un projet : « import "
		    "projects » apporte les projets et leurs liens",
		      "nobody is linked to an FSE+ project this month; a time "
		      "sheet is that of a project: \"import projects\" brings "
		      "projects and their links")
		: L("aucune heure travaillée n'est notée pour les personnes "
		    "liées à un projet ce mois-ci ; une absence n'est pas du "
		    "temps passé",
		      "no hour worked is noted for the people linked to a "
		      "project this month; an absence is no time spent"));
	export_line(ex, fse_mention());
	export_line(
	    ex, L("Les saisies officielles font foi. Une case vide veut dire : "
		  "non renseigné, pas zéro.",
		    "The official entries are what counts. A blank means: not "
		    "given, not zero."));
	return 0;
}

static int render(struct export *ex, const char *format, struct err *err)
{
	struct buf name = BUF_INIT, *out = NULL;
	int rc;

	if (strcmp(format, "pdf") != 0)
		return export_render_table(ex, format, err);
	export_name(&name, ex, "pdf");
	if ((rc = buf_check(&name, err)) == 0 &&
	    (out = export_file(ex, name.data)) == NULL)
		rc = err_nomem(err);
	buf_free(&name);
	return rc < 0 ? rc : fse_draw(ex, out, err);
}

const struct export_kind export_fse = {"fse", "Temps FSE+", "FSE+ time", "fse",
    "pdf,csv,rfc4180,xlsx", "pdf,csv", prepare, render, fse_clear};
