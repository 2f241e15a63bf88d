#include <inttypes.h>
#include <string.h>

#include "server/backup/backup.h"
#include "server/doctor/checks.h"
#include "server/health.h"
#include "shared/lang.h"
#include "shared/os_look.h"

#define DAY_S      86400
#define FILES_MIN  1024 /* a connection each, and what the server itself has */
#define MIB        ((int64_t)1024 * 1024)
#define MEMORY_MIN (128 * MIB)

/* ---- who works here ---- */

void check_who(struct patient *patient)
{
	struct buf lock = BUF_INIT, door = BUF_INIT;
	struct os_look look;

	if (office_path(patient->office, OFFICE_LOCK, &lock, NULL) == 0)
		patient->pid = os_lock_holder(lock.data);
	/* The socket may be left of one that was struck down. */
	if (office_path(patient->office, OFFICE_SOCKET, &door, NULL) == 0)
		patient->serving =
		    patient->pid != 0 && os_look(door.data, &look, NULL) == 0;
	buf_free(&lock);
	buf_free(&door);
}

void check_keys(struct patient *patient)
{
	static const char *const names[] = {
	    OFFICE_CONSOLE_KEY, OFFICE_SERVER_KEY};
	struct office *office = patient->office;
	struct err err = ERR_INIT;
	struct key *keys[] = {&office->console, &office->server};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(names) / sizeof(names[0]); i++)
		rc = office_key(office, names[i], keys[i], &err);
	if (rc == 0) {
		patient->has_key = true;
		key_device(office->server.pub, office->server_device);
		key_device(office->console.pub, office->console_device);
		doctor_add(patient->doctor, "key", DOCTOR_OK,
		    L("les clés du serveur", "the server's keys"));
		return;
	}
	if (doctor_has(patient->doctor, "owner", DOCTOR_FAULT) ||
	    doctor_has(patient->doctor, "permissions", DOCTOR_FAULT))
		return;
	doctor_add(patient->doctor, "key", DOCTOR_FAULT,
	    L("une clé du serveur manque ou ne se lit pas",
		"a key of the server's is missing or cannot be read"));
	doctor_why(patient->doctor, "%s", err.text);
	doctor_todo(patient->doctor,
	    L("pointeau-server restore SAUVEGARDES --key CLÉ --data "
	      "DOSSIER-VIDE, puis remettez-en server.key et console.key ici ; "
	      "sans elles les postes ne reconnaissent plus le bureau",
		"pointeau-server restore BACKUPS --key KEY --data "
		"EMPTY-DIRECTORY, then put its server.key and console.key "
		"here; without them laptops no longer know the office"));
}

/* ---- backups ---- */

/* Is the place there, elsewhere, with room? */
static void look_at_place(const struct patient *patient, const char *place)
{
	const struct config *config = &patient->office->config;
	struct doctor *doctor = patient->doctor;
	struct os_look backups, data;
	struct err err = ERR_INIT;

	if (os_look(place, &backups, &err) < 0 || !backups.is_directory ||
	    !os_may_write(place)) {
		doctor_add(doctor, "backup_dir", DOCTOR_FAULT,
		    L("le dossier des sauvegardes %s manque ou refuse "
		      "l'écriture",
			"the directory of backups %s is missing or refuses to "
			"be written to"),
		    place);
		doctor_why(doctor,
		    L("un disque débranché, un partage non monté, ou un autre "
		      "propriétaire",
			"a disk unplugged, a share not mounted, or another "
			"owner"));
		doctor_todo(doctor,
		    L("branchez-le ou montez-le (findmnt %s), ou : sudo "
		      "install -d -o $(stat -c %%U %s) -m 700 %s",
			"plug it in or mount it (findmnt %s), or: sudo "
			"install -d -o $(stat -c %%U %s) -m 700 %s"),
		    place, patient->office->directory, place);
		return;
	}
	if (os_look(patient->office->directory, &data, NULL) == 0 &&
	    data.disk == backups.disk) {
		doctor_add(doctor, "backup_place", DOCTOR_WARNING,
		    L("les sauvegardes sont sur le même disque que les données",
			"backups are on the same disk as the data"));
		doctor_why(doctor, L("le disque qui meurt emporte les deux",
				       "the disk that dies takes both"));
		doctor_todo(doctor,
		    L("mettez backup_dir sur un disque USB ou un partage, ou "
		      "copiez-le ailleurs chaque jour (rsync -a %s/ AILLEURS/ "
		      "suffit : tout y est chiffré)",
			"put backup_dir on a USB disk or a share, or copy it "
			"elsewhere every day (rsync -a %s/ ELSEWHERE/ will "
			"do: all of it is encrypted)"),
		    place);
		return;
	}
	doctor_disk(
	    doctor, "backup_disk", place, config->disk_warn, config->disk_min);
}

/* Is it still where it was put? */
static bool is_last_there(const struct patient *patient)
{
	struct doctor *doctor = patient->doctor;
	struct buf path = BUF_INIT;
	struct err err = ERR_INIT;
	int denied;

	if (backup_last_path(patient->office->directory, &path, NULL) < 0 ||
	    os_may_read(path.data)) {
		buf_free(&path);
		return true;
	}
	denied = manifest_denied(
	    patient->office->config.backup_dir, path.data, 0, &err);
	doctor_add(doctor, "backup", DOCTOR_FAULT,
	    denied < 0 ? L("la dernière sauvegarde ne peut pas être lue",
			     "the last backup cannot be read")
		       : L("la dernière sauvegarde n'est plus où elle a été "
			   "mise",
			     "the last backup is no longer where it was put"));
	doctor_why(doctor, "%s",
	    denied < 0 ? L("un autre compte l'a faite ou copiée",
			     "another account made or copied it")
		       : L("un disque débranché, un partage non monté, ou un "
			   "dossier vidé",
			     "a disk unplugged, a share not mounted, or a "
			     "directory that was emptied"));
	if (denied < 0)
		doctor_todo(doctor, "%s", err.text);
	else
		doctor_todo(doctor,
		    L("retrouvez %s (findmnt dit ce qui est monté), ou : "
		      "%spointeau-server backup make%s",
			"find %s again (findmnt says what is mounted), or: "
			"%spointeau-server backup make%s"),
		    path.data, buf_text(&doctor->as), buf_text(&doctor->data));
	buf_free(&path);
	return false;
}

static void tell_how(const struct patient *patient)
{
	struct doctor *doctor = patient->doctor;

	doctor_why(doctor,
	    L("un disque perdu emporterait ce que le bureau a fait depuis",
		"a lost disk would take what the office has done since"));
	if (patient->office->config.backup_dir[0] == '\0')
		doctor_todo(doctor,
		    L("réglez backup_dir (un dossier d'un autre disque), ou "
		      "donnez-le : %spointeau-server backup make DOSSIER%s ; "
		      "et chaque jour par un minuteur (systemctl list-timers "
		      "dit s'il y en a un)",
			"set backup_dir (a directory of another disk), or "
			"give it: %spointeau-server backup make DIR%s; and "
			"every day by a timer (systemctl list-timers says "
			"whether there is one)"),
		    buf_text(&doctor->as), buf_text(&doctor->data));
	else
		doctor_todo(doctor,
		    L("%spointeau-server backup make%s ; et chaque jour par "
		      "un minuteur (systemctl list-timers dit s'il y en a "
		      "un)",
			"%spointeau-server backup make%s; and every day by a "
			"timer (systemctl list-timers says whether there is "
			"one)"),
		    buf_text(&doctor->as), buf_text(&doctor->data));
}

static void look_at_last(const struct patient *patient)
{
	const struct office *office = patient->office;
	struct doctor *doctor = patient->doctor;
	int64_t made_s = 0, age_s;

	int rc = backup_last(office->directory, &made_s, NULL);

	/* That it cannot be read is told already. */
	if (rc < 0 && rc != E_NOT_FOUND &&
	    (doctor_has(doctor, "owner", DOCTOR_FAULT) ||
		doctor_has(doctor, "permissions", DOCTOR_FAULT)))
		return;
	if (rc < 0)
		made_s = 0;
	if (rc == 0 && !is_last_there(patient))
		return;
	age_s = os_now_s(office->os) - made_s;
	if (made_s > 0 && age_s <= HEALTH_BACKUP_S) {
		doctor_add(doctor, "backup", DOCTOR_OK,
		    L("la dernière sauvegarde, il y a %" PRId64 " h",
			"the last backup, %" PRId64 " h ago"),
		    age_s > 0 ? age_s / 3600 : 0);
		return;
	}
	if (made_s == 0)
		doctor_add(doctor, "backup", DOCTOR_WARNING,
		    L("aucune sauvegarde n'a jamais été faite",
			"no backup was ever made"));
	else
		doctor_add(doctor, "backup", DOCTOR_WARNING,
		    L("la dernière sauvegarde a %" PRId64 " jours",
			"the last backup is %" PRId64 " days old"),
		    age_s / DAY_S);
	tell_how(patient);
}

void check_backups(const struct patient *patient)
{
	const struct office *office = patient->office;
	const char *place = office->config.backup_dir;
	uint8_t pub[RECOVERY_LEN];

	if (recovery_public(pub, office->directory, NULL) < 0) {
		doctor_add(patient->doctor, "recovery_key", DOCTOR_FAULT,
		    L("il n'y a pas de clé de secours : aucune sauvegarde ne "
		      "peut se faire",
			"there is no recovery key: no backup can be made"));
		doctor_todo(patient->doctor,
		    L("%spointeau-server backup key%s ; imprimez la clé, "
		      "gardez-la hors de cette machine",
			"%spointeau-server backup key%s; print the key, keep "
			"it away from this machine"),
		    buf_text(&patient->doctor->as),
		    buf_text(&patient->doctor->data));
		return;
	}
	if (!patient->configured)
		return;
	if (place[0] != '\0')
		look_at_place(patient, place);
	/* What is not there cannot hold the last one: told once. */
	if (!doctor_has(patient->doctor, "backup_dir", DOCTOR_FAULT))
		look_at_last(patient);
}

/* ---- the machine ---- */

void check_machine(const struct patient *patient)
{
	int64_t memory = os_memory_free();
	int64_t files = patient->serving ? os_files_limit(patient->pid) : -1;

	if (memory >= 0 && memory < MEMORY_MIN) {
		doctor_add(patient->doctor, "memory", DOCTOR_WARNING,
		    L("il ne reste que %" PRId64 " Mio de mémoire",
			"only %" PRId64 " MiB of memory are left"),
		    memory / MIB);
		doctor_why(patient->doctor,
		    L("le système peut arrêter le serveur pour en trouver",
			"the system may end the server to find some"));
		doctor_todo(patient->doctor,
		    L("« ps aux --sort=-rss | head » montre qui la prend : "
		      "arrêtez ce qui ne sert pas, ou ajoutez un fichier "
		      "d'échange",
			"\"ps aux --sort=-rss | head\" shows who takes it: "
			"stop what is of no use, or add a swap file"));
	}
	if (files >= 0 && files < FILES_MIN) {
		doctor_add(patient->doctor, "files", DOCTOR_WARNING,
		    L("le serveur ne peut ouvrir que %" PRId64 " fichiers",
			"the server may open only %" PRId64 " files"),
		    files);
		doctor_why(patient->doctor,
		    L("chaque poste et chaque navigateur en prend un",
			"each laptop and each browser takes one"));
		doctor_todo(patient->doctor,
		    L("LimitNOFILE=4096 dans l'unité (sudo systemctl edit "
		      "pointeau-server), ou « ulimit -n 4096 » avant serve, "
		      "puis : sudo systemctl restart pointeau-server",
			"LimitNOFILE=4096 in the unit (sudo systemctl edit "
			"pointeau-server), or \"ulimit -n 4096\" before "
			"serve, then: sudo systemctl restart "
			"pointeau-server"));
	}
}
