#include <assert.h>
#include <string.h>

#include "server/import/import_part.h"
#include "server/import/xlsx.h"
#include "shared/lang.h"
#include "shared/progress.h"
#include "shared/ledger.h"
#include "shared/text.h"

const struct import_part *const import_parts[] = {
    &import_structures,
    &import_annexes,
    &import_sites,
    &import_crews,
    &import_supervisors,
    &import_workers,
    &import_contracts,
    &import_skills,
    &import_exit_codes,
    &import_projects,
    NULL,
};

const struct import_part *import_part_find(const char *what)
{
	for (size_t i = 0; import_parts[i] != NULL; i++) {
		if (strcmp(import_parts[i]->what, what) == 0)
			return import_parts[i];
	}
	return NULL;
}

/* ---- a file ---- */

/* Put the file's name before the message. */
static int name_file(const struct import_input *input, struct err *err)
{
	struct buf name = BUF_INIT;
	int rc;

	text_quote(&name, input->name);
	rc = err_context(err, "%s", buf_text(&name));
	buf_free(&name);
	return rc;
}

/* What a sheet shows where a formula failed: "#REF!", "#NOM?", "#N/A". */
static bool is_sheet_error(const char *text)
{
	size_t len = strlen(text);

	if (text[0] != '#' || len < 4 ||
	    strspn(text, "#ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_!?") != len)
		return false;
	return text[len - 1] == '!' || text[len - 1] == '?' ||
	       strcmp(text, "#N/A") == 0 || strcmp(text, "#N/D") == 0;
}

/* Such a cell is a fault whatever its column holds: it is nobody's name. */
static void check_sheet_errors(struct import *import)
{
	const struct csv *csv = import->csv;

	for (size_t row = 0; row < csv_rows(csv); row++) {
		for (size_t i = 0; csv_column_name(csv, i) != NULL; i++) {
			if (is_sheet_error(csv_field(csv, row, i)))
				import_row_fault(import, row, i,
				    L("le tableur n'a pas pu calculer cette "
				      "case : corrigez-y la formule, ou "
				      "tapez-y la valeur",
					"the spreadsheet could not calculate "
					"this cell: correct its formula, or "
					"type the value"));
		}
	}
}

int import_open(struct import *import, const struct import_input *input,
    const struct csv_column *columns, struct err *err)
{
	struct bytes text = input->data;

	assert(import->csv == NULL);
	if ((import->seen = json_object()) == NULL)
		return err_nomem(err);
	/* By its content: people rename files. */
	if (xlsx_is(text.data, text.len)) {
		if (xlsx_to_csv(&import->text, text.data, text.len, err) < 0)
			return name_file(input, err);
		text = buf_bytes(&import->text);
	}
	if (csv_parse(&import->csv, text.data, text.len, columns, err) < 0)
		return name_file(input, err);
	check_sheet_errors(import);
	return 0;
}

int import_verdict(
    struct import *import, const struct import_input *input, struct err *err)
{
	if (import->failed)
		return err_nomem(err);
	return csv_verdict(import->csv, err) < 0 ? name_file(input, err) : 0;
}

static void add_listed(struct buf *out, const char *separator, const char *text)
{
	if (text[0] == '\0')
		return;
	if (out->len > 0)
		buf_add_text(out, separator);
	buf_add_text(out, text);
}

void import_close(struct import *import)
{
	if (import->csv != NULL) {
		add_listed(
		    &import->summary->unknown, ", ", csv_unknown(import->csv));
		add_listed(
		    &import->summary->faults, "\n", csv_faults(import->csv));
	}
	csv_free(import->csv);
	json_decref(import->seen);
	buf_free(&import->text);
	import->csv = NULL;
	import->seen = NULL;
}

/* ---- records ---- */

bool import_put(json_t *members, const char *key, const char *text)
{
	if (text[0] == '\0')
		return json_put(members, key, json_null());
	return json_put_text(members, key, text);
}

static int take_value(
    void *context, const struct record_row *row, struct err *err)
{
	return reference_value(context, row, err);
}

static bool update(json_t *value, const json_t *members)
{
	const char *name;
	json_t *member;

	/* The macro's cast drops const; nothing is changed. */
	json_object_foreach((json_t *)(uintptr_t)members, name, member)
	{
		if (json_is_null(member))
			(void)json_object_del(value, name);
		else if (json_object_set(value, name, member) < 0)
			return false;
	}
	return true;
}

int import_merge(struct import *import, const char *structure,
    const char *family, const char *id, const char *part, json_t *members,
    struct import_change *change, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	int rc;

	if (members == NULL)
		return err_nomem(err);
	record_key_make(record, family, id, part);
	rc = ledger_record(import->office->db, structure, record, take_value,
	    &value, NULL, err);
	if (rc < 0)
		goto out;
	change->existed = value != NULL;
	change->changed = false;
	if (value == NULL)
		value = json_object();
	if (value == NULL || !update(value, members)) {
		rc = err_nomem(err);
		goto out;
	}
	if (change->existed || json_object_size(value) > 0)
		rc = act_set(&import->act, structure, family, record, value,
		    &change->changed, err);
	if (rc == 0)
		rc = progress_step(++import->merged, err);
out:
	json_decref(value);
	json_decref(members);
	return rc;
}

void import_count(
    struct import *import, size_t row, const struct import_change *change)
{
	if (!change->existed)
		import->summary->added++;
	else if (change->changed)
		import->summary->changed++;
	else
		import->summary->unchanged++;
	if (import->dry && row != IMPORT_NO_ROW &&
	    (!change->existed || change->changed))
		import_preview_row(
		    import, row, change->existed ? "changed" : "added");
}

int import_apply(struct import *import, const char *family, size_t structure,
    size_t id, import_members *members, struct err *err)
{
	const struct csv *csv = import->csv;
	struct import_change change;
	int rc = 0;

	for (size_t row = 0; rc == 0 && row < csv_rows(csv); row++) {
		rc = import_merge(import, csv_field(csv, row, structure),
		    family, csv_field(csv, row, id), NULL, members(csv, row),
		    &change, err);
		if (rc == 0)
			import_count(import, row, &change);
	}
	return rc;
}

/* ---- a call ---- */

#define AGAIN_FR "rien n'a été importé ; la même commande recommence"
#define AGAIN_EN "nothing was imported; the same command begins anew"

static const struct progress_work reading = {
    "read", "rows", "Lecture", "Reading", AGAIN_FR, AGAIN_EN};
static const struct progress_work importing = {
    "import", "records", "Importation", "Importing", AGAIN_FR, AGAIN_EN};

static int check_rows(struct import *import, const struct import_part *part,
    void *state, struct err *err)
{
	size_t rows = csv_rows(import->csv);
	int rc = 0;

	progress_total((int64_t)rows);
	for (size_t row = 0; rc == 0 && row < rows; row++) {
		part->check(import, state, row);
		rc = progress_step((int64_t)row + 1, err);
	}
	return rc;
}

static int run_part(
    struct import *import, const struct import_part *part, struct err *err)
{
	const struct import_input *input = &import->inputs[0];
	void *state = NULL;
	int rc;

	if ((rc = import_open(import, input, part->columns, err)) < 0 ||
	    (rc = part->load(import, &state, err)) < 0 ||
	    (rc = check_rows(import, part, state, err)) < 0)
		goto out;
	rc = import_verdict(import, input, err);
	if (import->dry && (rc == 0 || rc == E_INVALID)) {
		bool faulty = rc < 0;

		if ((rc = import_preview(import, err)) < 0 || faulty)
			goto out;
	}
	/* A row may be several records. */
	progress_begin(&importing, 0);
	if (rc == 0)
		rc = part->apply(import, state, err);
out:
	part->unload(state);
	import_close(import);
	return rc;
}

int import_refuse_what(struct err *err, const char *what)
{
	return err_set(err, E_USAGE,
	    L("« %.60s » ne s'importe pas : structures, sites, crews, "
	      "supervisors, workers, annexes, contracts, skills, exit-codes ou "
	      "projects",
		"\"%.60s\" cannot be imported: structures, sites, crews, "
		"supervisors, workers, annexes, contracts, skills, exit-codes "
		"or projects"),
	    what);
}

static bool has_rome(const struct import *import)
{
	for (size_t i = 0; i < import->input_count; i++) {
		if (import_rome_is(import->inputs[i].name))
			return true;
	}
	return false;
}

static int run(struct import *import, const char *what, struct err *err)
{
	const struct import_part *part = import_part_find(what);

	if (part == NULL)
		return import_refuse_what(err, what);
	if (part == &import_skills && has_rome(import))
		return import_rome(import, err);
	if (import->input_count != 1)
		return err_set(err, E_USAGE,
		    L("%s : un seul fichier à la fois (%zu donnés)",
			"%s: one file at a time (%zu given)"),
		    what, import->input_count);
	return run_part(import, part, err);
}

static int finish(struct import *import, struct err *err)
{
	struct import_summary *summary = import->summary;
	int rc = buf_check(&summary->unknown, err);

	if (rc == 0)
		rc = buf_check(&summary->warnings, err);
	if (rc == 0 && import->failed)
		rc = err_nomem(err);
	if (rc == 0 && import->act.entries > 0 && !import->dry)
		return act_commit(&import->act, err);
	act_abort(&import->act);
	return rc;
}

int import_run(struct office *office, const char *what,
    const struct import_input *inputs, size_t count,
    const struct import_options *options, struct import_summary *summary,
    struct err *err)
{
	struct import import = {
	    .office = office,
	    .inputs = inputs,
	    .input_count = count,
	    .scheme = options != NULL ? options->scheme : NULL,
	    .dry = options != NULL && options->dry,
	    .summary = summary,
	};
	int rc;

	*summary = (struct import_summary)IMPORT_SUMMARY_INIT;
	if ((rc = act_begin(&import.act, office, err)) < 0)
		return rc;
	progress_begin(&reading, 0);
	if ((rc = run(&import, what, err)) == 0)
		rc = finish(&import, err);
	else
		act_abort(&import.act);
	progress_end();
	if (rc < 0)
		summary->added = summary->changed = summary->unchanged = 0;
	return rc;
}

void import_summary_free(struct import_summary *summary)
{
	if (summary == NULL)
		return;
	buf_free(&summary->unknown);
	buf_free(&summary->faults);
	buf_free(&summary->warnings);
	json_decref(summary->preview);
	*summary = (struct import_summary)IMPORT_SUMMARY_INIT;
}
