#include <stdlib.h>
#include <string.h>

#include "agent/acts_skill.h"
#include "agent/cmd.h"
#include "shared/lang.h"

#define WORKERS_MAX 64 /* of one observation */

const struct opt cmd_skills_add_options[] = {
    {"worker", OPT_REQUIRED, "W[,W…]",
	"la personne, ou plusieurs séparées par des virgules",
	"the person, or several separated by commas"},
    {"skill", OPT_REQUIRED, "CODE", "la compétence : code ou libellé exact",
	"the skill: code or exact label"},
    {"level", OPT_REQUIRED, "N", CATALOGUE_SCALE ", ou « non évalué »",
	"1 discovers, 2 with help, 3 alone, 4 shows others, or "
	"\"not assessed\""},
    {"day", 0, "D", "le jour, aujourd'hui si absent",
	"the day, today if absent"},
    {"site", 0, "S", "le chantier", "the site"},
    {"slot", 0, "am|pm", "la demi-journée où cela s'est vu",
	"the half-day in which it was seen"},
    {"phase", 0, "N", "la phase d'une AFEST, 1 à 4",
	"the phase of an AFEST, 1 to 4"},
    {"note", 0, "TEXT", "ce qui a été vu", "what was seen"},
    {"structure", 0, "S", "la structure, si deux ont cet identifiant",
	"the structure, if two have this identifier"},
    {"as", 0, "SUPERVISOR", "qui observe : identifiant ou nom",
	"who observes: identifier or name"},
    {"dry-run", OPT_FLAG, NULL, "vérifie sans rien enregistrer",
	"checks without recording anything"},
    {NULL, 0, NULL, NULL, NULL}};

struct observing {
	struct call *call;
	struct cmd_work work;
	struct catalogue catalogue;
	struct acts_skill seen;
	char day[DATE_TEXT];
	char slot[ACTS_SLOT_TEXT];
	const struct roster_item *workers[WORKERS_MAX];
	size_t worker_count;
	json_t *rows;
};

/* ---- options ---- */

static int read_phase(struct observing *observing, struct err *err)
{
	const char *text = opt_value(observing->call, "phase");

	if (text == NULL)
		return 0;
	if (text[0] >= '1' && text[0] <= '4' && text[1] == '\0') {
		observing->seen.phase = text[0] - '0';
		return 0;
	}
	(void)err_set(err, E_INVALID,
	    L("phase inconnue : 1 à 4", "unknown phase: 1 to 4"));
	return cmd_blame(observing->call, "phase", err);
}

static int read_slot(struct observing *observing, struct err *err)
{
	const char *text = opt_value(observing->call, "slot");

	if (text == NULL)
		return 0;
	if (acts_slot(observing->slot, text, err) < 0)
		return cmd_blame(observing->call, "slot", err);
	observing->seen.slot = observing->slot;
	return 0;
}

static int read_seen(struct observing *observing, struct err *err)
{
	const struct call *call = observing->call;
	int rc;

	observing->seen.day = observing->day;
	observing->seen.site = opt_value(call, "site");
	observing->seen.note = opt_value(call, "note");
	observing->seen.as = opt_value(call, "as");
	if (catalogue_level(
		&observing->seen.level, opt_value(call, "level"), err) < 0)
		return cmd_blame(call, "level", err);
	if ((rc = cmd_day(call, &observing->work.agent, observing->day, err)) <
		0 ||
	    (rc = read_slot(observing, err)) < 0 ||
	    (rc = read_phase(observing, err)) < 0)
		return rc;
	return catalogue_find(&observing->catalogue, opt_value(call, "skill"),
	    &observing->seen.skill, err);
}

static int add_worker(
    struct observing *observing, const char *text, struct err *err)
{
	const char *structure = opt_value(observing->call, "structure");
	const struct roster_item *worker;
	int rc = roster_worker(&observing->work.roster, text,
	    structure != NULL ? structure : "", observing->day, &worker, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < observing->worker_count; i++) {
		if (observing->workers[i] == worker)
			return 0;
	}
	if (observing->worker_count == WORKERS_MAX)
		return err_set(err, E_LIMIT,
		    L("plus de %d personnes à la fois",
			"over %d persons at once"),
		    WORKERS_MAX);
	observing->workers[observing->worker_count++] = worker;
	return 0;
}

static const char *trim(char *text)
{
	size_t len;

	text += strspn(text, " ");
	len = strlen(text);
	while (len > 0 && text[len - 1] == ' ')
		text[--len] = '\0';
	return text;
}

static int read_workers(struct observing *observing, struct err *err)
{
	const char *text = opt_value(observing->call, "worker");
	char *copy = strdup(text), *at, *save = NULL;
	int rc = 0;

	if (copy == NULL)
		return err_nomem(err);
	for (at = strtok_r(copy, ",", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, ",", &save))
		rc = add_worker(observing, trim(at), err);
	free(copy);
	if (rc == 0 && observing->worker_count == 0) {
		(void)err_set(err, E_USAGE,
		    L("il manque la personne", "the person is missing"));
		rc = cmd_blame(observing->call, "worker", err);
	}
	return rc;
}

/* ---- recording and answering ---- */

static int observe(struct observing *observing,
    const struct roster_item *worker, struct err *err)
{
	char id[TEXT_ID_MAX + 1], name[ROSTER_NAME_TEXT], hex[HASH_TEXT];
	const struct acts_skill *seen = &observing->seen;
	struct hash hash;
	int rc;

	if ((rc = acts_skill_add(&observing->work.save, &observing->work.roster,
		 worker, seen, id, &hash, err)) < 0)
		return rc;
	roster_name(worker, name);
	hash_hex(&hash, hex);
	return json_array_append_new(observing->rows,
		   json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s}",
		       "structure", worker->structure, "worker", worker->id,
		       "name", name, "id", id, "day", seen->day, "skill",
		       seen->skill->code, "label", seen->skill->label, "level",
		       seen->level > 0 ? json_integer(seen->level)
				       : json_null(),
		       "hash", hex)) == 0
	           ? 0
	           : err_nomem(err);
}

static int tell(struct observing *observing, struct err *err)
{
	struct call *call = observing->call;
	const struct acts_skill *seen = &observing->seen;
	bool dry_run = opt_given(call, "dry-run");
	char today[DATE_TEXT], name[ROSTER_NAME_TEXT];

	acts_today(&observing->work.agent, today);
	if (strcmp(seen->day, today) > 0)
		cmd_note(call,
		    L("attention : le %s est à venir (aujourd'hui : %s)",
			"warning: %s is yet to come (today: %s)"),
		    seen->day, today);
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:b,s:O}", "schema", 1, "dry_run", dry_run,
			"rows", observing->rows),
		    err);
	for (size_t i = 0; i < observing->worker_count; i++) {
		const struct roster_item *worker = observing->workers[i];

		roster_name(worker, name);
		buf_printf(call->out, "%s, %s, %s%s%s %s, %s — %s\n",
		    worker->id, name, seen->day, L(" : ", ": "),
		    seen->skill->code, seen->skill->label,
		    catalogue_level_text(seen->level),
		    dry_run
			? L("vérifié, pas enregistré", "checked, not recorded")
			: L("gardé ici", "kept here"));
	}
	return buf_check(call->out, err);
}

static int add(struct observing *observing, struct err *err)
{
	int rc;

	if ((rc = cmd_begin(observing->call, &observing->work, err)) < 0 ||
	    (rc = catalogue_load(
		 &observing->catalogue, observing->work.agent.db, err)) < 0 ||
	    (rc = read_seen(observing, err)) < 0 ||
	    (rc = read_workers(observing, err)) < 0)
		return rc;
	if ((observing->rows = json_array()) == NULL)
		return err_nomem(err);
	for (size_t i = 0; rc == 0 && i < observing->worker_count; i++)
		rc = observe(observing, observing->workers[i], err);
	if (rc < 0 ||
	    (rc = cmd_commit(observing->call, &observing->work, err)) < 0)
		return rc;
	return tell(observing, err);
}

int cmd_skills_add(struct call *call, struct err *err)
{
	struct observing observing = {.call = call};
	int rc = add(&observing, err);

	json_decref(observing.rows);
	catalogue_clear(&observing.catalogue);
	cmd_end(&observing.work);
	return rc;
}
