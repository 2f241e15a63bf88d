#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/doctor.h"
#include "agent/journal.h"
#include "agent/slots.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"

#define DAY_S    86400
#define OLD_DAYS 3 /* without the office: to be seen to */
#define BAD_DAYS 7 /* … a fault */

/* ---- the key ---- */

void doctor_key(struct doctor *doctor, struct agent *agent)
{
	struct err err = ERR_INIT;
	struct buf certificate = BUF_INIT;

	if (agent_key_again(agent, &err) < 0) {
		/* That others may read it is told already. */
		if (doctor_has(doctor, "secrets", DOCTOR_FAULT) ||
		    doctor_has(doctor, "permissions", DOCTOR_FAULT) ||
		    doctor_has(doctor, "owner", DOCTOR_FAULT))
			return;
		doctor_add(doctor, "key", DOCTOR_FAULT,
		    L("la clé de ce poste manque ou ne se lit pas",
			"this laptop's key is missing or cannot be read"));
		doctor_why(doctor, "%s", err.text);
		doctor_todo(doctor,
		    L("remettez %s/device.key d'une sauvegarde ; sinon "
		      "demandez un code au bureau, puis : pointeau enrol "
		      "CODE%s",
			"put %s/device.key back from a backup; else ask the "
			"office for a code, then: pointeau enrol CODE%s"),
		    doctor->directory, buf_text(&doctor->data));
		return;
	}
	if (agent->db != NULL &&
	    journal_get(agent->db, SETTING_CERTIFICATE, &certificate, NULL) ==
		0 &&
	    certificate.len > 0 &&
	    strstr(certificate.data, agent->device) == NULL) {
		doctor_add(doctor, "key", DOCTOR_FAULT,
		    L("la clé n'est pas celle que le bureau a enrôlée",
			"the key is not the one that the office enrolled"));
		doctor_why(doctor,
		    L("le fichier vient d'un autre poste ou d'une sauvegarde "
		      "d'avant un changement de clé",
			"the file comes from another laptop, or from a backup "
			"of before a change of key"));
		doctor_todo(doctor,
		    L("remettez la bonne %s/device.key, ou demandez un "
		      "nouveau code au bureau",
			"put the right %s/device.key back, or ask the office "
			"for a new code"),
		    doctor->directory);
	} else {
		doctor_add(doctor, "key", DOCTOR_OK,
		    L("la clé du poste %s", "the key of laptop %s"),
		    agent->device);
	}
	buf_free(&certificate);
}

bool doctor_enrolment(struct doctor *doctor, struct agent *agent)
{
	uint8_t server[KEY_LEN];

	if (journal_server_key(agent->db, server, NULL) == 0)
		return true;
	doctor_add(doctor, "enrolment", DOCTOR_FAULT,
	    L("ce poste n'est enrôlé auprès d'aucun bureau",
		"this laptop is enrolled with no office"));
	doctor_todo(doctor,
	    L("demandez un code au bureau, puis : pointeau enrol CODE%s",
		"ask the office for a code, then: pointeau enrol CODE%s"),
	    buf_text(&doctor->data));
	return false;
}

/* ---- the clock ---- */

void doctor_clock(struct doctor *doctor, struct agent *agent)
{
	const char *word = "ok";
	int64_t receipt_s;
	bool behind;

	doctor_zone(doctor, os_now_s(agent->os));
	if (clock_read(agent, &word, &receipt_s, NULL) < 0 ||
	    strcmp(word, "ok") == 0)
		return;
	behind = strcmp(word, "behind") == 0;
	doctor_add(doctor, "clock", behind ? DOCTOR_FAULT : DOCTOR_WARNING,
	    behind ? L("l'horloge de ce poste retarde : le bureau a déjà "
		       "signé plus tard",
			 "this laptop's clock is behind: the office has "
			 "signed later already")
		   : L("l'horloge de ce poste a sauté de plus d'une heure",
			 "this laptop's clock jumped by over an hour"));
	doctor_why(doctor,
	    L("les saisies portent sa date : le mauvais jour serait choisi",
		"entries bear its date: the wrong day would be chosen"));
	doctor_todo(doctor,
	    L("vérifiez la date et l'heure, puis : sudo timedatectl set-ntp "
	      "true",
		"check the date and the time, then: sudo timedatectl set-ntp "
		"true"));
}

/* ---- what waits ---- */

static int64_t number_of(struct agent *agent, const char *name)
{
	struct buf text = BUF_INIT;
	int64_t number = 0;

	if (journal_get(agent->db, name, &text, NULL) == 0)
		number = strtoll(buf_text(&text), NULL, 10);
	buf_free(&text);
	return number;
}

static bool setting_is(
    struct agent *agent, const char *name, const char *wanted)
{
	struct buf text = BUF_INIT;
	bool is = journal_get(agent->db, name, &text, NULL) == 0 &&
	          strcmp(buf_text(&text), wanted) == 0;

	buf_free(&text);
	return is;
}

/* Days since the office last answered; -1: it never did. */
static int64_t days_alone(struct agent *agent)
{
	int64_t last_s = number_of(agent, SETTING_LAST_SUCCESS), receipt_s = 0;
	int64_t age_s;

	(void)journal_last_receipt(agent->db, &receipt_s, NULL);
	if (receipt_s > last_s)
		last_s = receipt_s;
	age_s = os_now_s(agent->os) - last_s;
	return last_s == 0 ? -1 : age_s < 0 ? 0 : age_s / DAY_S;
}

static void look_at_unsent(struct doctor *doctor, struct agent *agent,
    const struct ledger_counts *counts)
{
	int64_t waiting = counts->kept + counts->sent;
	int64_t days = days_alone(agent);

	if (days < OLD_DAYS) {
		doctor_add(doctor, "unsent", DOCTOR_OK,
		    L("%" PRId64 " saisie(s) attendent l'envoi",
			"%" PRId64 " entries wait to be sent"),
		    waiting);
		return;
	}
	doctor_add(doctor, "unsent",
	    days >= BAD_DAYS && waiting > 0 ? DOCTOR_FAULT : DOCTOR_WARNING,
	    L("rien n'a atteint le bureau depuis %" PRId64 " jours ; %" PRId64
	      " saisie(s) attendent",
		"nothing has reached the office for %" PRId64 " days; %" PRId64
		" entries wait"),
	    days, waiting);
	doctor_why(doctor,
	    L("elles sont gardées ici, et nulle part ailleurs : ce poste ne "
	      "doit ni se perdre ni tomber",
		"they are kept here and nowhere else: this laptop must not be "
		"lost or dropped"));
	doctor_todo(doctor,
	    L("ce que dit la panne de réseau, s'il y en a une ; sinon : "
	      "pointeau sync%s ; sans réseau : pointeau export usb CLÉ%s",
		"what the network's fault says, if there is one; else: "
		"pointeau sync%s; without a network: pointeau export usb "
		"STICK%s"),
	    buf_text(&doctor->data), buf_text(&doctor->data));
}

static void look_at_refused(
    struct doctor *doctor, const struct ledger_counts *counts)
{
	if (counts->quarantined == 0)
		return;
	doctor_add(doctor, "refused", DOCTOR_WARNING,
	    L("le bureau a mis à part %" PRId64 " saisie(s) de ce poste",
		"the office set %" PRId64 " entries of this laptop aside"),
	    counts->quarantined);
	doctor_why(
	    doctor, L("elles ne comptent pas tant que personne ne les reprend",
			"they do not count until somebody takes them up"));
	doctor_todo(doctor,
	    L("pointeau entries list%s dit pourquoi et quoi faire de chacune",
		"pointeau entries list%s says why, and what to do with each"),
	    buf_text(&doctor->data));
}

static void look_at_contested(struct doctor *doctor, struct agent *agent)
{
	struct slots slots;

	if (slots_load_contested(&slots, agent->db, NULL) == 0 &&
	    slots.count > 0) {
		doctor_add(doctor, "contested", DOCTOR_REMARK,
		    L("%zu demi-journée(s) contestées : le bureau décide",
			"%zu contested half-days: the office decides"),
		    slots.count);
		doctor_todo(
		    doctor, "pointeau conflicts%s", buf_text(&doctor->data));
	}
	slots_clear(&slots);
}

void doctor_work(struct doctor *doctor, struct agent *agent)
{
	struct ledger_counts counts;

	if (ledger_count(agent->db, agent->device, &counts, NULL) == 0) {
		look_at_unsent(doctor, agent, &counts);
		look_at_refused(doctor, &counts);
	}
	look_at_contested(doctor, agent);
	if (!setting_is(agent, SETTING_TROUBLE, err_slug(E_SIGNATURE)))
		return;
	doctor_add(doctor, "alarm", DOCTOR_FAULT,
	    L("ALERTE : le journal du bureau ne prolonge pas celui que ce "
	      "poste a vu",
		"ALARM: the office's log does not extend the one that this "
		"laptop saw"));
	doctor_why(doctor,
	    L("le serveur a été remplacé, remis d'après une copie, ou son "
	      "journal changé ; les saisies restent ici",
		"the server was replaced, put back from a copy, or its log "
		"changed; what was recorded stays here"));
	doctor_todo(doctor,
	    L("appelez le bureau : là-bas « pointeau-server journal verify » "
	      "et « pointeau-server alerts » ; n'effacez rien ici",
		"call the office: there \"pointeau-server journal verify\" "
		"and \"pointeau-server alerts\"; delete nothing here"));
}
