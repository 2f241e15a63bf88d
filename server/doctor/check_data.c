#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/alert.h"
#include "server/devices.h"
#include "server/doctor/checks.h"
#include "server/server_key.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"
#include "shared/os_look.h"

#define PLACES  50  /* of each log, the newest */
#define SLACK_S 120 /* two clocks never agree to the second */

/* ---- the logs ---- */

struct log_look {
	const struct patient *patient;
	struct err why;   /* the first fault; code 0: none */
	int64_t newest_s; /* of all logs */
	const char *structure;
	struct log_point at; /* verified up to here; n 0: nothing yet */
	int64_t count;
};

static int say(struct log_look *look, int64_t place, const char *what)
{
	(void)err_set(&look->why, E_SIGNATURE,
	    L("structure %s, n° %" PRId64 " : %s",
		"structure %s, no. %" PRId64 ": %s"),
	    look->structure, place, what);
	return 1;
}

/* The first of them has nothing before it to follow from. */
static int look_at_place(
    void *context, const struct set_row *row, struct err *err)
{
	struct log_look *look = context;
	struct hash head;

	(void)err;
	log_next(&head, &look->at.head, row->time_s, &row->hash);
	if (look->at.n > 0 &&
	    (row->place != look->at.n + 1 || !hash_equal(&head, &row->head)))
		return say(look, row->place,
		    L("ne prolonge pas le lot d'avant",
			"does not follow from the set before"));
	look->at = (struct log_point){row->epoch, row->place, row->head};
	return 0;
}

static int look_at_log(void *context, const char *structure, struct err *err)
{
	struct log_look *look = context;
	struct db *db = look->patient->office->db;
	struct log_point end;
	int64_t time_s;
	int rc;

	look->structure = structure;
	look->at = (struct log_point){.n = 0};
	look->count++;
	if ((rc = ledger_head(db, structure, &end, &time_s, err)) < 0 ||
	    (rc = ledger_log(db, structure, end.n > PLACES ? end.n - PLACES : 0,
		 look_at_place, look, err)) < 0)
		return rc;
	if (time_s > look->newest_s)
		look->newest_s = time_s;
	if (look->why.code == 0 &&
	    (look->at.n != end.n || !hash_equal(&look->at.head, &end.head)))
		(void)say(look, end.n,
		    L("le journal n'y arrive pas",
			"the log does not get there"));
	return 0;
}

static void look_at_logs(struct log_look *look)
{
	struct err err = ERR_INIT;
	int rc =
	    ledger_logs(look->patient->office->db, look_at_log, look, &err);

	if (rc == 0 && look->why.code == 0 && look->patient->has_key)
		rc = server_key_check(look->patient->office, &err);
	if (rc < 0 && look->why.code == 0)
		look->why = err;
}

void check_logs(const struct patient *patient)
{
	struct log_look look = {.patient = patient};
	struct doctor *doctor = patient->doctor;

	look_at_logs(&look);
	if (look.why.code == 0) {
		doctor_add(doctor, "log", DOCTOR_OK,
		    L("les journaux (%" PRId64 "), leurs derniers lots relus",
			"the logs (%" PRId64 "), their newest sets read"),
		    look.count);
		return;
	}
	doctor_add(doctor, "log", DOCTOR_FAULT,
	    L("un journal ne se tient pas", "a log does not hold together"));
	doctor_why(doctor, "%s", look.why.text);
	doctor_todo(doctor,
	    L("ne changez rien ; pointeau-server journal verify%s dit où ; "
	      "puis restaurez la dernière sauvegarde dans un dossier vide "
	      "(pointeau-server restore) : les postes rendent ce qui manque",
		"change nothing; pointeau-server journal verify%s says where; "
		"then restore the last backup into an empty directory "
		"(pointeau-server restore): laptops give back what lacks"),
	    buf_text(&doctor->data));
}

/* ---- the clock ---- */

void check_clock(const struct patient *patient)
{
	struct log_look look = {.patient = patient};
	struct doctor *doctor = patient->doctor;
	int64_t now_s = os_now_s(patient->office->os), behind_s;

	doctor_zone(doctor, now_s);
	if (patient->office->db != NULL)
		(void)ledger_logs(
		    patient->office->db, look_at_log, &look, NULL);
	behind_s = look.newest_s - now_s;
	if (behind_s > SLACK_S) {
		doctor_add(doctor, "clock", DOCTOR_FAULT,
		    L("l'horloge du serveur retarde d'au moins %" PRId64
		      " min sur son propre journal",
			"the server's clock is at least %" PRId64
			" min behind its own log"),
		    behind_s / 60);
		doctor_why(doctor,
		    L("les reçus gardent l'heure d'avant, et tous les postes "
		      "semblent en avance",
			"receipts keep the former time, and all laptops seem "
			"ahead"));
		doctor_todo(doctor, "sudo timedatectl set-ntp true");
	} else if (os_clock_is_kept() == 0) {
		doctor_add(doctor, "clock_sync", DOCTOR_WARNING,
		    L("l'horloge n'est pas tenue à l'heure par le réseau",
			"the clock is not kept right by the network"));
		doctor_why(doctor,
		    L("elle date les reçus et juge l'horloge des postes",
			"it dates receipts and judges the laptops' clocks"));
		doctor_todo(doctor,
		    L("sudo timedatectl set-ntp true (au besoin : sudo "
		      "apt-get install systemd-timesyncd)",
			"sudo timedatectl set-ntp true (if need be: sudo "
			"apt-get install systemd-timesyncd)"));
	} else {
		doctor_add(
		    doctor, "clock", DOCTOR_OK, L("l'horloge", "the clock"));
	}
}

/* ---- laptops ---- */

/* The server's own are told by other checks. */
static bool is_of_machine(const char *alert)
{
	return strcmp(alert, ALERT_DISK) == 0 ||
	       strcmp(alert, ALERT_CERTIFICATE) == 0 ||
	       strcmp(alert, ALERT_BACKUP) == 0;
}

static void tell_silent(struct doctor *doctor, size_t silent)
{
	doctor_add(doctor, "silent", DOCTOR_WARNING,
	    L("%zu poste(s) n'ont rien envoyé depuis au moins 3 jours",
		"%zu laptop(s) have sent nothing for at least 3 days"),
	    silent);
	doctor_why(doctor, L("leurs saisies ne sont que sur eux",
			       "their entries are on them alone"));
	doctor_todo(doctor,
	    L("pointeau-server device list%s dit lesquels ; sur chacun : "
	      "pointeau doctor",
		"pointeau-server device list%s says which; on each: pointeau "
		"doctor"),
	    buf_text(&doctor->data));
}

static void tell_alerts(struct doctor *doctor, size_t count, bool grave)
{
	doctor_add(doctor, "alerts", DOCTOR_WARNING,
	    grave ? L("%zu alerte(s) attendent, dont un poste copié ou un "
		      "journal contredit",
			"%zu alert(s) wait, among them a copied laptop or a "
			"contradicted log")
		  : L("%zu alerte(s) attendent", "%zu alert(s) wait"),
	    count);
	doctor_todo(doctor,
	    L("pointeau-server alerts%s les dit toutes, et quoi faire",
		"pointeau-server alerts%s tells them all, and what to do"),
	    buf_text(&doctor->data));
}

void check_alerts(const struct patient *patient)
{
	size_t silent = 0, others = 0, all;
	json_t *rows = NULL;
	bool grave = false;

	if (alerts_json(patient->office, &rows, NULL) < 0)
		return;
	all = json_array_size(rows);
	for (size_t i = 0; i < all; i++) {
		const char *alert = json_text(json_array_get(rows, i), "alert");

		if (strcmp(alert, ALERT_SILENT) == 0)
			silent++;
		else if (!is_of_machine(alert))
			others++;
		grave = grave || strcmp(alert, ALERT_BRANCH) == 0 ||
		        strcmp(alert, ALERT_FORK) == 0;
	}
	if (silent > 0)
		tell_silent(patient->doctor, silent);
	if (others > 0)
		tell_alerts(patient->doctor, others, grave);
	if (silent + others == 0)
		doctor_add(patient->doctor, "alerts", DOCTOR_OK,
		    L("aucun poste silencieux, aucune alerte",
			"no silent laptop, no alert"));
	json_decref(rows);
}
