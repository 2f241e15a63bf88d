/*
 * What is odd about a note, beyond its fields. Most of it is kept and told;
 * refused is only what cannot be.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/care/care.h"
#include "server/care/care_word.h"
#include "server/care/pmsmp.h"
#include "server/contracts.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/siret.h"

struct checking {
	struct office *office;
	const struct care_worker *worker;
	const json_t *value;
	const struct care_note *self; /* NULL: new */
	struct buf *notes;
	char today[DATE_TEXT];
};

static int check_word(
    enum care_list list, const char *field, const char *slug, struct err *err)
{
	const struct care_word *word;

	if (care_word(list, slug) != NULL)
		return 0;
	return care_word_find(&word, list, field, slug, err) < 0
	           ? E_INVALID
	           : err_set(err, E_INVALID,
			 L("%s : écrivez « %s »", "%s: write \"%s\""), field,
			 word->slug);
}

static int check_order(const struct checking *checking, const char *first,
    const char *last, const char *why, struct err *err)
{
	const char *one = json_text(checking->value, first);
	const char *other = json_text(checking->value, last);

	if (other[0] == '\0' || strcmp(one, other) <= 0)
		return 0;
	return err_set(err, E_INVALID, "%s (%s, %s)", why, one, other);
}

static int check_meeting(struct checking *checking, struct err *err)
{
	const char *theme = json_text(checking->value, "theme");
	int rc = check_word(CARE_THEMES, L("thème", "theme"), theme, err);

	return rc < 0 ? rc
	              : check_order(checking, "day", "next",
			    L("le prochain rendez-vous est avant celui-ci",
				"the next meeting is before this one"),
			    err);
}

static int check_training(struct checking *checking, struct err *err)
{
	int64_t planned = json_int(checking->value, "planned", 0);
	int64_t done = json_int(checking->value, "done", 0);

	if (planned > 0 && done > planned)
		buf_printf(checking->notes,
		    L("attention : plus d'heures faites que prévu\n",
			"warning: more hours done than planned\n"));
	return check_order(checking, "start", "end",
	    L("la formation finit avant de commencer",
		"the training ends before it starts"),
	    err);
}

/* ---- immersions ---- */

struct stays {
	const struct checking *checking;
	const char *siret;
	struct pmsmp_stay own;
	struct pmsmp_stay *of_host; /* owned: with this host, this one too */
	size_t count;
};

static int add_stay(
    struct stays *stays, const struct pmsmp_stay *stay, struct err *err)
{
	struct pmsmp_stay *more =
	    reallocarray(stays->of_host, stays->count + 1, sizeof(*more));

	if (more == NULL)
		return err_nomem(err);
	stays->of_host = more;
	more[stays->count++] = *stay;
	return 0;
}

static int note_stay(
    void *context, const struct record_row *row, struct err *err)
{
	struct stays *stays = context;
	const struct care_note *self = stays->checking->self;
	struct pmsmp_stay stay;
	json_t *value = NULL;
	int rc = 0;

	if (row->value[0] != '{' ||
	    (self != NULL && strcmp(self->record, row->record) == 0))
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	stay.first = care_days(json_text(value, "start"));
	stay.last = care_days(json_text(value, "end"));
	if (pmsmp_overlap(&stay, &stays->own))
		rc = err_set(err, E_CONFLICT,
		    L("une immersion du %s au %s est déjà notée (%s) : on "
		      "n'est pas à deux endroits le même jour ; corrigez l'une "
		      "ou l'autre",
			"an immersion from %s to %s is noted already (%s): "
			"nobody is in two places on one day; correct one or "
			"the other"),
		    json_text(value, "start"), json_text(value, "end"),
		    json_text(value, "host"));
	else if (strcmp(json_text(value, "siret"), stays->siret) == 0)
		rc = add_stay(stays, &stay, err);
	json_decref(value);
	return rc;
}

static void tell_limits(const struct stays *stays)
{
	struct buf *notes = stays->checking->notes;
	const char *host = json_text(stays->checking->value, "host");
	int64_t days = pmsmp_days(&stays->own);
	struct pmsmp_load load;

	pmsmp_worst(&load, stays->of_host, stays->count);
	if (days > PMSMP_DAYS)
		buf_printf(notes,
		    L("attention : %" PRId64 " jours, une convention en compte "
		      "%d au plus (" PMSMP_SOURCE ")\n",
			"warning: %" PRId64 " days, a convention has %d at "
			"most (" PMSMP_SOURCE ")\n"),
		    days, PMSMP_DAYS);
	if (load.days > PMSMP_HOST_DAYS)
		buf_printf(notes,
		    L("attention : %" PRId64 " jours chez %s en douze mois, %d "
		      "au plus (" PMSMP_SOURCE ")\n",
			"warning: %" PRId64 " days at %s in twelve months, %d "
			"at most (" PMSMP_SOURCE ")\n"),
		    load.days, host, PMSMP_HOST_DAYS);
	if (load.conventions > PMSMP_CONVENTIONS)
		buf_printf(notes,
		    L("attention : %zu conventions avec %s en douze mois, %d "
		      "au plus (" PMSMP_SOURCE ")\n",
			"warning: %zu conventions with %s in twelve months, "
			"%d at most (" PMSMP_SOURCE ")\n"),
		    load.conventions, host, PMSMP_CONVENTIONS);
}

static int refuse_etti(const struct checking *checking, struct err *err)
{
	const char *structure = checking->worker->structure;
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	int rc;

	record_key_make(record, "structure", structure, NULL);
	if ((rc = ledger_value(
		 checking->office->db, structure, record, &value, err)) < 0)
		return rc;
	if (structure_kind_find(json_text(value, "kind")) == STRUCTURE_ETTI)
		rc = err_set(err, E_INVALID,
		    L("%s est une ETTI, qui ne prescrit pas d'immersion "
		      "(Immersion Facilitée ; Code du travail, art. L5135-2) : "
		      "demandez à France Travail ou à la mission locale",
			"%s is an ETTI, which prescribes no immersion "
			"(Immersion Facilitée; Code du travail, art. L5135-2): "
			"ask France Travail or the mission locale"),
		    structure);
	json_decref(value);
	return rc;
}

static int check_pmsmp(struct checking *checking, struct err *err)
{
	struct stays stays = {.checking = checking};
	char siret[SIRET_TEXT];
	int rc;

	stays.siret = json_text(checking->value, "siret");
	if (siret_parse(siret, stays.siret, err) < 0)
		return err_context(
		    err, "%s", L("SIRET de l'entreprise", "host's SIRET"));
	if ((rc = refuse_etti(checking, err)) < 0 ||
	    (rc = check_order(checking, "start", "end",
		 L("l'immersion finit avant de commencer",
		     "the immersion ends before it starts"),
		 err)) < 0)
		return rc;
	stays.own.first = care_days(json_text(checking->value, "start"));
	stays.own.last = care_days(json_text(checking->value, "end"));
	if ((rc = add_stay(&stays, &stays.own, err)) == 0)
		rc = ledger_subject(checking->office->db,
		    checking->worker->structure, "pmsmp",
		    checking->worker->worker, note_stay, &stays, err);
	if (rc == 0)
		tell_limits(&stays);
	free(stays.of_host);
	return rc;
}

/* ---- leaving ---- */

static int count_record(
    void *context, const struct record_row *row, struct err *err)
{
	(void)row;
	(void)err;
	*(bool *)context = true;
	return 1;
}

static int check_code(
    const struct checking *checking, const char *code, struct err *err)
{
	char record[RECORD_KEY_MAX];
	bool any = false;
	json_t *known = NULL;
	int rc;

	if (code[0] == '\0')
		return 0;
	record_key_make(record, "exit_code", code, NULL);
	if ((rc = ledger_value(checking->office->db, STRUCTURE_OFFICE, record,
		 &known, err)) < 0 ||
	    known != NULL) {
		json_decref(known);
		return rc;
	}
	if ((rc = ledger_family(checking->office->db, STRUCTURE_OFFICE,
		 "exit_code", count_record, &any, err)) < 0)
		return rc;
	if (any)
		return err_set(err, E_INVALID,
		    L("motif de sortie « %s » : il n'est pas de la liste "
		      "importée (voyez « care exit codes »)",
			"exit code \"%s\": not on the imported list (see "
			"\"care exit codes\")"),
		    code);
	return err_set(err, E_INVALID,
	    L("motif de sortie « %s » : aucune liste n'est importée ; "
	      "demandez-la à l'ASP, puis « import exit-codes FICHIER », ou "
	      "laissez le motif vide",
		"exit code \"%s\": no list is imported; ask the ASP for it, "
		"then \"import exit-codes FILE\", or leave the code out"),
	    code);
}

/* A contract that goes on after leaving. */
static int tell_contract(struct checking *checking, struct err *err)
{
	const struct care_worker *worker = checking->worker;
	const char *day = json_text(checking->value, "day");
	struct contracts *contracts = NULL;
	const json_t *contract;
	const char *end;
	int rc = contracts_load(
	    &contracts, checking->office->db, worker->structure, err);

	if (rc < 0)
		return rc;
	contract =
	    contracts_on(contracts, worker->structure, worker->worker, day);
	end = contract_last(json_object_get(contract, "value"));
	if (strcmp(end, day) > 0)
		buf_printf(checking->notes,
		    L("attention : un contrat court jusqu'au %s : sa fin "
		      "réelle est à noter aussi\n",
			"warning: a contract runs until %s: note its real end "
			"too\n"),
		    end);
	contracts_free(contracts);
	return 0;
}

static int check_exit(struct checking *checking, struct err *err)
{
	const char *day = json_text(checking->value, "day");
	char limit[DATE_TEXT];
	int rc;

	if ((rc = check_word(CARE_CATEGORIES, L("catégorie", "category"),
		 json_text(checking->value, "category"), err)) < 0 ||
	    (rc = check_code(
		 checking, json_text(checking->value, "code"), err)) < 0)
		return rc;
	care_months_later(day, CARE_EXIT_MONTHS, limit);
	if (checking->self == NULL && strcmp(checking->today, limit) > 0)
		buf_printf(checking->notes,
		    L("attention : saisi plus d'un mois après la sortie (le %s "
		      "au plus tard) : gardez-en la preuve datée "
		      "(" CARE_FSE_SOURCE ")\n",
			"warning: entered over a month after leaving (%s at "
			"the latest): keep dated evidence (" CARE_FSE_SOURCE
			")\n"),
		    limit);
	if (strcmp(day, checking->today) > 0)
		buf_printf(checking->notes,
		    L("attention : le %s est à venir\n",
			"warning: %s is yet to come\n"),
		    day);
	return tell_contract(checking, err);
}

static int check_followup(struct checking *checking, struct err *err)
{
	const char *day = json_text(checking->value, "day");
	struct care_note exit;
	char due[DATE_TEXT];
	int rc = check_word(CARE_OUTCOMES, L("situation", "outcome"),
	    json_text(checking->value, "outcome"), err);

	if (rc < 0)
		return rc;
	if ((rc = care_note_find(&exit, checking->office->db,
		 json_text(checking->value, "exit"), err)) < 0)
		goto out;
	if (exit.family != CARE_EXIT ||
	    strcmp(exit.of.worker, checking->worker->worker) != 0 ||
	    strcmp(exit.of.structure, checking->worker->structure) != 0) {
		rc = err_set(err, E_INVALID,
		    L("%s n'est pas une sortie de %s",
			"%s is no leaving of %s"),
		    exit.id, checking->worker->worker);
		goto out;
	}
	care_months_later(
	    json_text(exit.value, "day"), CARE_FOLLOWUP_MONTHS, due);
	if (strcmp(day, due) < 0)
		buf_printf(checking->notes,
		    L("attention : avant six mois (le %s) : le suivi se fait à "
		      "six mois (" CARE_FSE_SOURCE ")\n",
			"warning: before six months (%s): the follow-up is at "
			"six months (" CARE_FSE_SOURCE ")\n"),
		    due);
out:
	care_note_clear(&exit);
	return rc;
}

int care_check(struct office *office, enum care_family family,
    const struct care_worker *worker, const json_t *value,
    const struct care_note *self, struct buf *notes, struct err *err)
{
	static int (*const checks[CARE_FAMILIES])(
	    struct checking *, struct err *) = {
	    [CARE_MEETING] = check_meeting,
	    [CARE_TRAINING] = check_training,
	    [CARE_PMSMP] = check_pmsmp,
	    [CARE_EXIT] = check_exit,
	    [CARE_FOLLOWUP] = check_followup,
	};
	struct checking checking = {office, worker, value, self, notes, ""};

	care_today(office, checking.today);
	return checks[family](&checking, err);
}
