#include <inttypes.h>
#include <string.h>

#include "agent/acts_hours.h"
#include "agent/cmd.h"
#include "shared/csv.h"
#include "shared/lang.h"

#define WARNINGS_MAX 20 /* shown; the rest are counted */

const struct opt cmd_hours_import_options[] = {
    {"as", 0, "SUPERVISOR", "qui saisit : identifiant ou nom",
	"who records: identifier or name"},
    {"dry-run", OPT_FLAG, NULL, "vérifie sans rien enregistrer",
	"checks without recording anything"},
    {NULL, 0, NULL, NULL, NULL}};

enum column { WORKER, DAY, SLOT, TIME, KIND, SITE, ACTIVITY, NOTE };

static const struct csv_column columns[] = {
    {"worker", true, "salarié;identifiant;matricule"},
    {"day", true, "jour;date"},
    {"slot", true, "créneau"},
    {"time", true, "durée;heures;temps"},
    {"kind", false, "type;nature"},
    {"site", false, "chantier"},
    {"activity", false, "activité;tâche"},
    {"note", false, "remarque;commentaire"},
    {NULL, false, NULL},
};

struct import {
	struct call *call;
	struct cmd_work work;
	struct csv *csv;
	json_t *slots; /* each filled by the file, to the row that did */
	int64_t added;
	int64_t skipped;
	int64_t warnings;
	struct buf warned; /* their lines, told once the rows are kept */
	bool unknown_kind; /* somewhere */
};

/* One row, read. */
struct row {
	struct acts_place place;
	struct acts_wish wish;
};

static bool fault(struct import *import, size_t row, enum column column,
    const struct err *err)
{
	csv_fault_add(import->csv, row, (size_t)column, err->text);
	return false;
}

static bool read_time(struct import *import, size_t at, struct row *row)
{
	const char *text = csv_field(import->csv, at, TIME);
	struct err err = ERR_INIT;

	return text[0] == '\0' ||
	       duration_parse(&row->wish.minutes, text, true, DURATION_DAY_MAX,
		   &err) == 0 ||
	       fault(import, at, TIME, &err);
}

static bool read_kind(struct import *import, size_t at, struct row *row)
{
	const char *text = csv_field(import->csv, at, KIND);
	struct err err = ERR_INIT;

	if (text[0] == '\0' || (row->wish.kind = kind_find(text)) != NULL)
		return true;
	(void)err_set(&err, E_INVALID, "%s", L("type inconnu", "unknown kind"));
	import->unknown_kind = true;
	return fault(import, at, KIND, &err);
}

/* "" and an absent column leave the default. */
static const char *given(
    const struct import *import, size_t at, enum column column)
{
	const char *text = csv_field(import->csv, at, (size_t)column);

	return text[0] != '\0' ? text : NULL;
}

/* Every fault of the row is told, not just the first. */
static bool read_row(struct import *import, size_t at, struct row *row)
{
	struct err err = ERR_INIT;
	struct date date;
	bool fine = true;

	row->place = (struct acts_place){
	    .structure = "",
	    .worker = csv_field(import->csv, at, WORKER),
	};
	row->wish = (struct acts_wish)ACTS_WISH_INIT;
	row->wish.site = given(import, at, SITE);
	row->wish.activity = given(import, at, ACTIVITY);
	if (date_parse(&date, csv_field(import->csv, at, DAY), &err) == 0)
		date_format(&date, row->place.day);
	else
		fine = fault(import, at, DAY, &err);
	if (acts_slot(row->place.slot, csv_field(import->csv, at, SLOT), &err) <
	    0)
		fine = fault(import, at, SLOT, &err);
	if (row->place.worker[0] == '\0') {
		(void)err_set(&err, E_INVALID, "%s",
		    L("il manque la personne", "the person is missing"));
		fine = fault(import, at, WORKER, &err);
	}
	return read_time(import, at, row) && read_kind(import, at, row) && fine;
}

/* Which column an act's refusal is about: --as was checked before. */
static size_t blamed(int code, const struct acts_done *done)
{
	if (code == E_CONFLICT)
		return SLOT;
	if (code == E_NOT_FOUND)
		return done->worker == NULL ? (size_t)WORKER : (size_t)SITE;
	return code == E_USAGE ? (size_t)TIME : CSV_WHOLE_ROW;
}

/* Refusals that concern the row alone; others end the import. */
static bool is_fault(int code)
{
	return code == E_INVALID || code == E_NOT_FOUND || code == E_CONFLICT ||
	       code == E_USAGE || code == E_LIMIT;
}

/* Is the slot filled by an earlier row of this file? */
static int check_once(struct import *import, size_t at,
    const struct acts_done *done, bool *once, struct err *err)
{
	struct buf key = BUF_INIT, why = BUF_INIT;
	const json_t *before;
	int rc = 0;

	buf_printf(&key, "%s/%s/%s/%s", done->worker->structure,
	    done->worker->id, done->day, done->slot);
	before = json_object_get(import->slots, buf_text(&key));
	*once = before == NULL;
	if (before != NULL) {
		buf_printf(&why,
		    L("ce créneau est déjà à la ligne %lld du fichier",
			"this slot is on line %lld of the file already"),
		    (long long)json_integer_value(before));
		csv_fault_add(import->csv, at, SLOT, buf_text(&why));
	} else if (!json_put_int(import->slots, buf_text(&key),
		       (int64_t)csv_line(import->csv, at))) {
		rc = err_nomem(err);
	}
	buf_free(&key);
	buf_free(&why);
	return rc;
}

static void warn(struct import *import, size_t at, const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		if (++import->warnings <= WARNINGS_MAX)
			buf_printf(&import->warned,
			    L("ligne %zu : %.*s\n", "line %zu: %.*s\n"),
			    csv_line(import->csv, at), (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
}

static int act_on(
    struct import *import, size_t at, const struct row *row, struct err *err)
{
	const struct acts_call call = {
	    .save = &import->work.save,
	    .roster = &import->work.roster,
	    .person = opt_value(import->call, "as"),
	    .note = given(import, at, NOTE),
	    .is_list = true,
	};
	struct acts_done done;
	bool once = true;
	int rc = acts_hours_add(&call, &row->place, &row->wish, &done, err);

	/* A row already in the file is told as that, not as a conflict. */
	if (done.worker != NULL && (rc == 0 || is_fault(rc))) {
		int twice = check_once(import, at, &done, &once, err);

		rc = twice < 0 ? twice : rc;
	}
	if (is_fault(rc) && once)
		csv_fault_add(import->csv, at, blamed(rc, &done), err->text);
	if (rc == 0 && once) {
		import->skipped += done.outcome == ACTS_ALREADY;
		import->added += done.outcome != ACTS_ALREADY;
		warn(import, at, buf_text(&done.warnings));
	}
	acts_hours_clear(&done);
	return is_fault(rc) ? 0 : rc;
}

static int import_rows(struct import *import, struct err *err)
{
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < csv_rows(import->csv); at++) {
		struct row row;

		if (read_row(import, at, &row))
			rc = act_on(import, at, &row, err);
	}
	return rc;
}

static int tell(struct import *import, struct err *err)
{
	struct call *call = import->call;
	bool dry_run = opt_given(call, "dry-run");

	cmd_warn(call, buf_text(&import->warned));
	if (import->warnings > WARNINGS_MAX)
		cmd_note(call,
		    L("remarques non montrées : %" PRId64,
			"remarks not shown: %" PRId64),
		    import->warnings - WARNINGS_MAX);
	if (csv_unknown(import->csv)[0] != '\0')
		cmd_note(call,
		    L("colonnes ignorées : %s", "columns ignored: %s"),
		    csv_unknown(import->csv));
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:I,s:I,s:b}", "schema", 1, "added",
			(json_int_t)import->added, "skipped",
			(json_int_t)import->skipped, "dry_run", dry_run),
		    err);
	buf_printf(call->out,
	    dry_run ? L("à saisir : %" PRId64 " ; déjà saisies : %" PRId64
			" ; rien n'a été enregistré\n",
			  "to record: %" PRId64 "; recorded already: "
			  "%" PRId64 "; nothing was recorded\n")
		    : L("saisies et gardées ici : %" PRId64
			" ; déjà saisies : %" PRId64 "\n",
			  "recorded and kept here: %" PRId64
			  "; recorded already: %" PRId64 "\n"),
	    import->added, import->skipped);
	return buf_check(call->out, err);
}

/* After the faults that made one look for them: the kinds there are. */
static void add_kinds(const struct import *import, struct err *err)
{
	struct buf text = BUF_INIT;

	if (!import->unknown_kind)
		return;
	buf_printf(&text,
	    L("%s\nLes types d'heures qui existent : %s",
		"%s\nThe kinds of hours there are: %s"),
	    err->text, kind_choices());
	if (!text.failed)
		(void)err_set(err, err->code, "%s", buf_text(&text));
	buf_free(&text);
}

static int import_text(
    struct import *import, const struct buf *text, struct err *err)
{
	char person[TEXT_NAME_MAX + 1];
	int rc;

	if ((rc = csv_parse(
		 &import->csv, buf_text(text), text->len, columns, err)) < 0 ||
	    (rc = cmd_begin(import->call, &import->work, err)) < 0)
		return rc;
	if ((import->slots = json_object()) == NULL)
		return err_nomem(err);
	if ((rc = acts_person(&import->work.agent, &import->work.roster,
		 opt_value(import->call, "as"), NULL, person, err)) < 0 ||
	    (rc = import_rows(import, err)) < 0)
		return rc;
	if ((rc = csv_verdict(import->csv, err)) < 0) {
		add_kinds(import, err);
		return rc;
	}
	if ((rc = cmd_commit(import->call, &import->work, err)) < 0)
		return rc;
	return tell(import, err);
}

int cmd_hours_import(struct call *call, struct err *err)
{
	struct import import = {.call = call};
	struct buf text = BUF_INIT;
	int rc = cmd_read(&text, call->args[0], CMD_INPUT_MAX, err);

	if (rc == 0)
		rc = import_text(&import, &text, err);
	json_decref(import.slots);
	csv_free(import.csv);
	buf_free(&import.warned);
	cmd_end(&import.work);
	buf_free(&text);
	return rc;
}
