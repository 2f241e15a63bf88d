/* The months on paper, per worker or per crew: what server/document/ draws,
 * read from the ledger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_format.h"
#include "server/closing_part.h"
#include "server/document/month_sheet.h"
#include "server/export/export.h"
#include "server/import/people.h"
#include "server/import/reference.h"
#include "shared/entry.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "shared/signoff.h"

/* A worker's month, all it takes to draw it. */
struct loaded {
	struct signoff_sheet rows;
	struct signoff signoff;
	struct buf name, crew, stroke;
	struct month_sheet sheet; /* borrows the above */
};

struct sheets {
	json_t *who; /* [{"structure","worker","crew","crew_name","name"}] */
	json_t *sites, *crews;
	struct buf key;  /* the server's, as people compare it */
	struct pdf *pdf; /* being drawn */
	int64_t group;
	struct month_proof proof; /* of the structure at hand */
	char closing[HASH_TEXT];
};

static void sheets_clear(struct export *ex)
{
	struct sheets *sheets = ex->state;

	if (sheets == NULL)
		return;
	pdf_free(sheets->pdf);
	json_decref(sheets->who);
	json_decref(sheets->sites);
	json_decref(sheets->crews);
	buf_free(&sheets->key);
	free(sheets);
	ex->state = NULL;
}

static bool by_crew(const struct export *ex)
{
	return strcmp(ex->ask.by, "crew") == 0;
}

/* ---- reading one ---- */

static void loaded_clear(struct loaded *one)
{
	signoff_sheet_clear(&one->rows);
	buf_free(&one->name);
	buf_free(&one->crew);
	buf_free(&one->stroke);
}

static int read_stroke(
    struct loaded *one, const struct export *ex, struct err *err)
{
	char record[RECORD_KEY_MAX];
	struct buf body = BUF_INIT;
	struct entry entry = {0};
	int rc;

	if (!month_is_signed(&one->signoff))
		return 0;
	record_key_make(record, "signoff", one->rows.worker, one->rows.month);
	rc = ledger_bytes_of(ex->office->db, one->rows.structure, record,
	    &one->signoff.hash, &body, err);
	if (rc == 0 &&
	    (rc = entry_parse(&entry, body.data, body.len, err)) == 0)
		buf_add_text(&one->stroke, json_text(entry.value, "stroke"));
	entry_clear(&entry);
	buf_free(&body);
	return rc;
}

static int load_one(struct loaded *one, const struct export *ex,
    const json_t *who, struct err *err)
{
	struct db *db = ex->office->db;
	int rc;

	memset(one, 0, sizeof(*one));
	if ((rc = signoff_sheet_load(&one->rows, db,
		 json_text(who, "structure"), json_text(who, "worker"),
		 ex->ask.month, err)) < 0 ||
	    (rc = signoff_read(&one->signoff, db, &one->rows, err)) < 0 ||
	    (rc = read_stroke(one, ex, err)) < 0)
		return rc;
	buf_add_text(&one->name, json_text(who, "name"));
	buf_add_text(&one->crew, json_text(who, "crew_name"));
	one->sheet =
	    (struct month_sheet){buf_text(&one->name), buf_text(&one->crew),
		&one->rows, &one->signoff, buf_text(&one->stroke)};
	return buf_check(&one->name, err);
}

/* ---- who is in it ---- */

static const char *state_word(const struct signoff *signoff)
{
	switch (signoff->state) {
	case SIGNOFF_IS_AGREED:
		return L("d'accord", "agreed");
	case SIGNOFF_IS_DISAGREED:
		return L("pas d'accord", "disagreed");
	case SIGNOFF_IS_STALE:
		return L("à re-signer", "to be signed again");
	case SIGNOFF_IS_NONE:
		break;
	}
	return L("pas signé", "not signed");
}

static int add_row(struct export *ex, const json_t *who,
    const struct loaded *one, struct err *err)
{
	char hex[HASH_TEXT], said[HASH_TEXT + 16];

	hash_hex(&one->rows.sum, hex);
	(void)snprintf(said, sizeof(said), "%s %s", hex,
	    signoff_state_word(one->signoff.state));
	table_row(ex->table);
	table_text(ex->table, one->rows.structure);
	table_text(ex->table, one->rows.worker);
	table_text(ex->table, json_text(who, "name"));
	table_text(ex->table, json_text(who, "crew_name"));
	table_int(ex->table, one->rows.days);
	table_int(ex->table, one->rows.payable);
	table_text(ex->table, state_word(&one->signoff));
	table_text(ex->table, hex);
	return export_row(ex, one->rows.structure, one->rows.worker,
	    one->rows.payable, said, err);
}

static bool has_rows(const struct signoff_sheet *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (signoff_row_is_shown(&rows->rows[i]))
			return true;
	}
	return false;
}

static json_t *who_json(const struct export *ex, const struct person *person)
{
	const struct sheets *sheets = ex->state;
	const char *crew = people_crew(person, ex->last), *label;
	struct buf name = BUF_INIT;
	json_t *out;

	if (crew[0] == '\0')
		crew = people_crew(person, ex->first);
	label = json_text(
	    reference_get(sheets->crews, person->structure, crew), "name");
	people_name(&name, person);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s}", "structure",
	    person->structure, "worker", person->id, "crew", crew, "crew_name",
	    label[0] != '\0' ? label : crew, "name", buf_text(&name));
	buf_free(&name);
	return out;
}

static int add_person(
    struct export *ex, const struct person *person, struct err *err)
{
	struct sheets *sheets = ex->state;
	json_t *who = who_json(ex, person);
	struct loaded one;
	int rc;

	if (who == NULL)
		return err_nomem(err);
	rc = load_one(&one, ex, who, err);
	/* A matched newcomer's hours are on the worker's sheet. */
	if (rc == 0 && has_rows(&one.rows) &&
	    strcmp(one.rows.worker, person->id) == 0) {
		rc = add_row(ex, who, &one, err);
		if (rc == 0 && json_array_append(sheets->who, who) < 0)
			rc = err_nomem(err);
	}
	loaded_clear(&one);
	json_decref(who);
	return rc;
}

static int add_structure(
    struct export *ex, const char *structure, struct err *err)
{
	struct people *people = NULL;
	int64_t before = ex->rows;
	bool closed = true;
	int rc = people_load(&people, ex->office->db, structure, err);

	for (size_t i = 0; rc == 0 && i < people_count(people); i++) {
		const struct person *person = people_at(people, i);

		if (ex->ask.worker[0] == '\0' ||
		    strcmp(ex->ask.worker, person->id) == 0)
			rc = add_person(ex, person, err);
	}
	if (rc == 0 && ex->rows > before)
		rc = closing_is_made(
		    ex->office->db, structure, ex->ask.month, &closed, err);
	ex->provisional = ex->provisional || !closed;
	people_free(people);
	return rc;
}

static void add_columns(struct export *ex)
{
	table_column(ex->table, L("Structure", "Structure"), OUT_TEXT);
	table_column(ex->table, L("Matricule", "Worker"), OUT_TEXT);
	table_column(ex->table, L("Salarié", "Name"), OUT_TEXT);
	table_column(ex->table, L("Équipe", "Crew"), OUT_TEXT);
	table_column(ex->table, L("Jours travaillés", "Days worked"), OUT_INT);
	table_column(ex->table, L("À payer", "Payable"), OUT_MINUTES);
	table_column(ex->table, L("Réponse", "Answer"), OUT_TEXT);
	table_column(ex->table, L("Empreinte", "Hash"), OUT_TEXT);
}

static int prepare(struct export *ex, struct err *err)
{
	struct sheets *sheets = calloc(1, sizeof(*sheets));
	int rc;

	if ((ex->state = sheets) == NULL)
		return err_nomem(err);
	if (ex->ask.by[0] != '\0' && strcmp(ex->ask.by, "worker") != 0 &&
	    !by_crew(ex))
		return err_set(err, E_USAGE,
		    L("par « %.60s » ? Choisissez worker ou crew",
			"by \"%.60s\"? Choose worker or crew"),
		    ex->ask.by);
	if ((sheets->who = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = reference_load(&sheets->sites, ex->office->db, "site", err)) <
		0 ||
	    (rc = reference_load(&sheets->crews, ex->office->db, "crew", err)) <
		0)
		return rc;
	add_columns(ex);
	buf_printf(&ex->title, L("Feuilles d'heures, %s", "Hour sheets, %s"),
	    ex->ask.month);
	return export_each_structure(ex, add_structure, err);
}

/* ---- drawing ---- */

static int read_proof(struct export *ex, const char *structure, struct err *err)
{
	struct sheets *sheets = ex->state;
	struct closing_past past;
	int rc;

	sheets->closing[0] = '\0';
	sheets->proof = (struct month_proof){
	    .month = ex->ask.month,
	    .structure = structure,
	    .name = export_structure_name(ex, structure),
	    .closing = sheets->closing,
	    .key = buf_text(&sheets->key),
	    .sites = sheets->sites,
	    .hide_health = export_hides_health(ex),
	};
	rc = closing_past_read(
	    &past, ex->office->db, structure, ex->ask.month, err);
	if (rc == 0) {
		sheets->proof.version =
		    json_int(past.entry.value, "version", 1);
		text_copy(sheets->closing, HASH_TEXT, past.hex);
	}
	closing_past_clear(&past);
	if (rc < 0 && rc != E_NOT_FOUND)
		return rc;
	return ledger_head(
	    ex->office->db, structure, &sheets->proof.head, NULL, err);
}

/* The structure at hand becomes ${who}'s. */
static int enter(struct export *ex, const json_t *who, struct err *err)
{
	const struct sheets *sheets = ex->state;
	const char *structure = json_text(who, "structure");

	if (sheets->proof.structure != NULL &&
	    strcmp(sheets->proof.structure, structure) == 0)
		return 0;
	return read_proof(ex, structure, err);
}

static int begin_pdf(struct export *ex, struct err *err)
{
	struct sheets *sheets = ex->state;

	return sheets->pdf != NULL ? 0
	                           : pdf_new(&sheets->pdf, buf_text(&ex->title),
					 export_date(ex), err);
}

static int end_pdf(struct export *ex, const char *name, struct err *err)
{
	struct sheets *sheets = ex->state;
	struct buf *out = export_file(ex, name);
	int rc = out != NULL ? pdf_save(sheets->pdf, out, err) : err_nomem(err);

	if (pdf_missing(sheets->pdf)[0] != '\0')
		buf_printf(&ex->missing, "%s%s", ex->missing.len > 0 ? " " : "",
		    pdf_missing(sheets->pdf));
	pdf_free(sheets->pdf);
	sheets->pdf = NULL;
	return rc;
}

/* A file of its own, when each is asked for. */
static int end_one(
    struct export *ex, const json_t *who, const char *what, struct err *err)
{
	struct buf name = BUF_INIT;
	int rc;

	if (!ex->ask.each)
		return 0;
	buf_printf(&name, "%s-%s-%s-%s.pdf", what, ex->ask.month,
	    json_text(who, "structure"),
	    json_text(who, by_crew(ex) ? "crew" : "worker"));
	if ((rc = buf_check(&name, err)) == 0)
		rc = end_pdf(ex, name.data, err);
	buf_free(&name);
	return rc;
}

static int draw_worker(struct export *ex, const json_t *who, struct err *err)
{
	struct sheets *sheets = ex->state;
	struct loaded one = {0};
	int rc;

	if ((rc = begin_pdf(ex, err)) == 0 &&
	    (rc = load_one(&one, ex, who, err)) == 0 &&
	    (rc = month_sheet_draw(sheets->pdf, &sheets->proof, &one.sheet,
		 ++sheets->group, err)) == 0)
		rc = end_one(ex, who, L("feuille", "sheet"), err);
	loaded_clear(&one);
	return rc;
}

static bool is_of_crew(const json_t *who, const json_t *first)
{
	return strcmp(json_text(who, "structure"),
		   json_text(first, "structure")) == 0 &&
	       strcmp(json_text(who, "crew"), json_text(first, "crew")) == 0;
}

/* Was the crew of ${who} drawn with somebody before? */
static bool is_drawn(const struct sheets *sheets, size_t index)
{
	const json_t *who = json_array_get(sheets->who, index);

	for (size_t i = 0; i < index; i++) {
		if (is_of_crew(json_array_get(sheets->who, i), who))
			return true;
	}
	return false;
}

static int draw_crew(struct export *ex, size_t first, struct err *err)
{
	struct sheets *sheets = ex->state;
	const json_t *leader = json_array_get(sheets->who, first);
	size_t all = json_array_size(sheets->who), count = 0;
	struct month_sheet *lines = calloc(all + 1, sizeof(*lines));
	struct loaded *members = calloc(all + 1, sizeof(*members));
	int rc = lines != NULL && members != NULL ? begin_pdf(ex, err)
	                                          : err_nomem(err);

	for (size_t i = first; rc == 0 && i < all; i++) {
		const json_t *who = json_array_get(sheets->who, i);

		if (!is_of_crew(who, leader))
			continue;
		rc = load_one(&members[count], ex, who, err);
		lines[count] = members[count].sheet;
		count++;
	}
	if (rc == 0)
		rc = month_crew_draw(sheets->pdf, &sheets->proof,
		    json_text(leader, "crew_name"), lines, count,
		    ++sheets->group, err);
	if (rc == 0)
		rc = end_one(ex, leader, L("equipe", "crew"), err);
	for (size_t i = 0; i < count; i++)
		loaded_clear(&members[i]);
	free(members);
	free(lines);
	return rc;
}

static int draw_all(struct export *ex, struct err *err)
{
	struct sheets *sheets = ex->state;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(sheets->who); i++) {
		const json_t *who = json_array_get(sheets->who, i);

		if ((rc = enter(ex, who, err)) < 0)
			break;
		if (!by_crew(ex))
			rc = draw_worker(ex, who, err);
		else if (!is_drawn(sheets, i))
			rc = draw_crew(ex, i, err);
	}
	return rc;
}

static int render(struct export *ex, const char *format, struct err *err)
{
	struct sheets *sheets = ex->state;
	struct buf name = BUF_INIT;
	int rc;

	if (strcmp(format, "pdf") != 0)
		return export_render_table(ex, format, err);
	buf_reset(&sheets->key);
	audit_format_fingerprint(&sheets->key, ex->office->server.pub);
	if ((rc = buf_check(&sheets->key, err)) < 0 ||
	    (rc = draw_all(ex, err)) < 0)
		return rc;
	if (ex->ask.each)
		return 0;
	export_name(&name, ex, "pdf");
	if ((rc = buf_check(&name, err)) == 0)
		rc = end_pdf(ex, name.data, err);
	buf_free(&name);
	return rc;
}

const struct export_kind export_sheets = {"sheets", "Feuilles d'heures",
    "Hour sheets", "feuilles", "pdf,csv,xlsx", "pdf", prepare, render,
    sheets_clear};
