/*
 * The checks that both programs have: the data directory, its disk, the
 * settings, the database, the time zone.
 */
#include <inttypes.h>
#include <string.h>

#include "shared/doctor.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/os_look.h"
#include "shared/os_place.h"

#define MIB       ((int64_t)1024 * 1024)
#define NAMES_MAX 64 /* of files at fault in one command */
#define FILES_MAX 4096

/* ---- the directory ---- */

static bool look_at_directory(struct doctor *doctor)
{
	const char *path = doctor->directory;
	struct os_look look;
	int rc = os_look(path, &look, NULL);

	bool empty = rc == 0 && look.is_directory && os_may_read(path) &&
	             os_directory_is_empty(path);

	if (rc == 0 && look.is_directory && !empty)
		return true;
	doctor_add(doctor, "directory", DOCTOR_FAULT,
	    empty     ? L("le dossier des données %s est vide",
			    "the data directory %s is empty")
	    : rc == 0 ? L("%s n'est pas un dossier", "%s is no directory")
	    : rc == E_NOT_FOUND
		? L("le dossier des données %s n'existe pas",
		      "the data directory %s is not there")
		: L("le dossier des données %s est hors d'atteinte de ce "
		    "compte",
		      "the data directory %s is out of this account's reach"),
	    path);
	doctor_why(doctor,
	    L("aucune donnée n'est donc regardée : ce qui suit ne dit que le "
	      "reste",
		"so no data is looked at: what follows tells the rest alone"));
	if (rc == E_IO)
		doctor_todo(doctor, "sudo %s doctor%s", doctor->program,
		    buf_text(&doctor->data));
	else if (strcmp(doctor->program, "pointeau") == 0)
		doctor_todo(doctor,
		    L("vérifiez --data ; un poste neuf attend un code du "
		      "bureau : pointeau enrol CODE%s",
			"check --data; a new laptop awaits a code of the "
			"office's: pointeau enrol CODE%s"),
		    buf_text(&doctor->data));
	else
		doctor_todo(doctor,
		    L("vérifiez --data ; un serveur neuf : pointeau-server "
		      "init --url https://HÔTE:PORT%s ; un serveur perdu : "
		      "pointeau-server restore SAUVEGARDES --key CLÉ%s",
			"check --data; a new server: pointeau-server init "
			"--url https://HOST:PORT%s; one that was lost: "
			"pointeau-server restore BACKUPS --key KEY%s"),
		    buf_text(&doctor->data), buf_text(&doctor->data));
	return false;
}

/* ---- its files ---- */

/* Names gathered for one command. */
struct names {
	struct buf list;
	size_t count;
};

static void note(struct names *names, const char *path)
{
	if (names->count++ < NAMES_MAX)
		buf_printf(&names->list, " %s", path);
}

struct files {
	struct doctor *doctor;
	const struct doctor_home *home;
	struct os_look top;
	struct names strange, shut, open;
};

static bool is_secret(
    const struct doctor_home *home, const char *name, bool shut)
{
	if (home->guarded != NULL &&
	    strncmp(name, home->guarded, strlen(home->guarded)) == 0)
		return true;
	for (size_t i = 0; !shut && home->secrets[i] != NULL; i++) {
		if (strcmp(home->secrets[i], name) == 0)
			return true;
	}
	return false;
}

static int look_at_file(void *context, const char *name, struct err *err)
{
	struct files *files = context;
	struct buf path = BUF_INIT;
	struct os_look look;

	(void)err;
	buf_printf(&path, "%s/%s", files->doctor->directory, name);
	if (path.failed || os_look(path.data, &look, NULL) < 0 ||
	    (!look.is_file && !look.is_directory))
		goto out;
	if (look.owner != files->top.owner)
		note(&files->strange, path.data);
	else if ((look.mode & 0600) != 0600)
		note(&files->shut, path.data);
	if (look.is_file &&
	    is_secret(files->home, name, (files->top.mode & 011) == 0) &&
	    (look.mode & 077) != 0)
		note(&files->open, path.data);
out:
	buf_free(&path);
	return 0;
}

static void tell_strange(struct doctor *doctor, const struct names *names)
{
	if (names->count == 0)
		return;
	doctor_add(doctor, "owner", DOCTOR_FAULT,
	    L("%zu fichier(s) du dossier des données sont à un autre compte",
		"%zu file(s) of the data directory belong to another account"),
	    names->count);
	doctor_why(doctor,
	    L("une commande y a sans doute été lancée par root (sudo) : le "
	      "programme ne peut plus écrire ces fichiers",
		"root (sudo) has probably run a command there: the program "
		"can no longer write these files"));
	doctor_todo(doctor, "sudo chown --reference=%s%s", doctor->directory,
	    buf_text(&names->list));
}

static void tell_shut(struct doctor *doctor, const struct names *names)
{
	if (names->count == 0)
		return;
	doctor_add(doctor, "permissions", DOCTOR_FAULT,
	    L("%zu fichier(s) du dossier des données refusent la lecture ou "
	      "l'écriture",
		"%zu file(s) of the data directory refuse to be read or "
		"written"),
	    names->count);
	doctor_todo(doctor, "chmod u+rw%s", buf_text(&names->list));
}

static void tell_open(struct doctor *doctor, const struct names *names)
{
	if (names->count == 0)
		return;
	doctor_add(doctor, "secrets", DOCTOR_FAULT,
	    L("d'autres comptes peuvent lire %zu fichier(s) secrets",
		"other accounts can read %zu secret file(s)"),
	    names->count);
	doctor_why(doctor,
	    L("qui lit une clé peut signer à sa place ; si cette machine est "
	      "partagée, changez ensuite de clé (%s key rotate%s)",
		"whoever reads a key can sign in its place; if this machine "
		"is shared, change keys then (%s key rotate%s)"),
	    doctor->program, buf_text(&doctor->data));
	doctor_todo(doctor, "chmod go=%s", buf_text(&names->list));
}

static void look_at_files(struct doctor *doctor, const struct doctor_home *home)
{
	struct files files = {.doctor = doctor, .home = home};

	if (os_look(doctor->directory, &files.top, NULL) == 0 &&
	    os_directory_names(doctor->directory, FILES_MAX, look_at_file,
		&files, NULL) == 0) {
		tell_strange(doctor, &files.strange);
		tell_shut(doctor, &files.shut);
		tell_open(doctor, &files.open);
	}
	buf_free(&files.strange.list);
	buf_free(&files.shut.list);
	buf_free(&files.open.list);
}

/* May this account work there at all? */
static bool look_at_rights(struct doctor *doctor)
{
	const char *path = doctor->directory;
	struct os_look look;

	if (os_look(path, &look, NULL) < 0)
		return false;
	if (os_is_read_only(path)) {
		doctor_add(doctor, "read_only", DOCTOR_FAULT,
		    L("le disque de %s est en lecture seule",
			"the disk of %s is read-only"),
		    path);
		doctor_why(doctor,
		    L("Linux le fait d'un disque qui a des erreurs, ou il a "
		      "été monté ainsi",
			"Linux does so with a disk that has errors, or it was "
			"mounted so"));
		doctor_todo(doctor,
		    L("regardez « sudo dmesg | tail -50 » ; si le disque va "
		      "bien : sudo mount -o remount,rw $(findmnt -no TARGET "
		      "-T %s) ; sinon copiez d'abord le dossier ailleurs",
			"look at \"sudo dmesg | tail -50\"; if the disk is "
			"well: sudo mount -o remount,rw $(findmnt -no TARGET "
			"-T %s); if not, first copy the directory elsewhere"),
		    path);
		return os_may_read(path);
	}
	if (os_may_read(path) && os_may_write(path))
		return true;
	if (look.owner == os_account()) {
		doctor_add(doctor, "permissions", DOCTOR_FAULT,
		    L("le dossier %s refuse la lecture ou l'écriture à son "
		      "propriétaire",
			"the directory %s refuses its owner to read or "
			"write"),
		    path);
		doctor_todo(doctor, "chmod u=rwx %s", path);
		return os_may_read(path);
	}
	doctor_add(doctor, "owner", DOCTOR_FAULT,
	    L("le dossier %s est à un autre compte que celui-ci",
		"the directory %s belongs to another account than this one"),
	    path);
	doctor_why(
	    doctor, L("seul son propriétaire, et root, peuvent l'examiner",
			"its owner and root alone can examine it"));
	doctor_todo(doctor, "sudo %s doctor%s", doctor->program,
	    buf_text(&doctor->data));
	return false;
}

bool doctor_home(struct doctor *doctor, const struct doctor_home *home)
{
	bool goes_on;

	if (!look_at_directory(doctor))
		return false;
	if ((goes_on = look_at_rights(doctor)))
		look_at_files(doctor, home);
	if (!doctor_has(doctor, NULL, DOCTOR_FAULT))
		doctor_add(doctor, "directory", DOCTOR_OK,
		    L("le dossier des données %s, et qui le lit",
			"the data directory %s, and who reads it"),
		    doctor->directory);
	doctor_disk(
	    doctor, "disk", doctor->directory, home->disk_warn, home->disk_min);
	return goes_on;
}

/* ---- the disk ---- */

void doctor_disk(struct doctor *doctor, const char *check, const char *path,
    int64_t warn, int64_t min)
{
	int64_t left, size;
	bool full;

	if (os_disk(path, &left, &size, NULL) < 0)
		return;
	full = left < min;
	if (!full && left >= warn) {
		doctor_add(doctor, check, DOCTOR_OK,
		    L("le disque de %s : %" PRId64 " Mio libres sur %" PRId64,
			"the disk of %s: %" PRId64 " MiB free of %" PRId64),
		    path, left / MIB, size / MIB);
		return;
	}
	doctor_add(doctor, check, full ? DOCTOR_FAULT : DOCTOR_WARNING,
	    full ? L("le disque de %s est plein : %" PRId64
		     " Mio libres sur %" PRId64,
		       "the disk of %s is full: %" PRId64
		       " MiB free of %" PRId64)
		 : L("le disque de %s est presque plein : %" PRId64
		     " Mio libres sur %" PRId64,
		       "the disk of %s is almost full: %" PRId64
		       " MiB free of %" PRId64),
	    path, left / MIB, size / MIB);
	doctor_why(doctor,
	    L("sur un disque plein plus rien ne s'enregistre ; ce qui est "
	      "déjà gardé y reste",
		"on a full disk nothing more is recorded; what is kept "
		"already stays"));
	if (strcmp(check, "backup_disk") == 0)
		doctor_todo(doctor,
		    L("%s%s backup keep%s retire les anciennes sauvegardes ; "
		      "ou donnez un disque plus grand à backup_dir",
			"%s%s backup keep%s drops old backups; or give "
			"backup_dir a larger disk"),
		    buf_text(&doctor->as), doctor->program,
		    buf_text(&doctor->data));
	else
		doctor_todo(doctor,
		    L("libérez de la place (« sudo du -xhd3 / | sort -h | tail "
		      "-20 » montre ce qui en prend ; videz la corbeille, "
		      "« sudo apt-get clean ») sans rien effacer dans %s",
			"make room (\"sudo du -xhd3 / | sort -h | tail -20\" "
			"shows what takes it; empty the trash, \"sudo apt-get "
			"clean\") without deleting anything in %s"),
		    doctor->directory);
}

/* ---- the settings ---- */

static void add_setting(struct doctor *doctor, const struct settings *settings,
    const struct settings_fault *fault)
{
	struct buf where = BUF_INIT;

	settings_add_origin(&where, settings, &fault->origin, fault->setting);
	doctor_add(doctor, "settings",
	    fault->is_remark ? DOCTOR_REMARK : DOCTOR_FAULT, "%s%s%s",
	    buf_text(&where), where.len > 0 ? L(" : ", ": ") : "", fault->text);
	if (!fault->is_remark) {
		doctor_why(doctor,
		    L("rien ne démarre avec une faute dans les réglages",
			"nothing starts with a fault in the settings"));
		doctor_todo(doctor,
		    L("corrigez-la dans %s, puis : %s config check%s",
			"correct it in %s, then: %s config check%s"),
		    settings->path != NULL ? settings->path
					   : L("les réglages", "the settings"),
		    doctor->program, buf_text(&doctor->data));
	}
	buf_free(&where);
}

void doctor_settings(struct doctor *doctor, struct settings *settings)
{
	if (settings->table->around != NULL)
		settings->table->around(settings);
	for (size_t i = 0; i < settings->kept; i++)
		add_setting(doctor, settings, &settings->faults[i]);
	if (settings->fault_count == 0)
		doctor_add(doctor, "settings", DOCTOR_OK,
		    L("les réglages (%s)", "the settings (%s)"),
		    settings->path != NULL ? settings->path
					   : L("par défaut", "by default"));
}

/* ---- the database ---- */

static bool is_empty(
    const struct doctor *doctor, const char *name, const char *ending)
{
	struct buf path = BUF_INIT;
	bool empty;

	buf_printf(&path, "%s/%s%s", doctor->directory, name, ending);
	empty = !path.failed && os_file_size(path.data) == 0;
	buf_free(&path);
	return empty;
}

static void tell_damaged(struct doctor *doctor, const char *why)
{
	bool laptop = strcmp(doctor->program, "pointeau") == 0;

	doctor_add(doctor, "database", DOCTOR_FAULT,
	    L("la base de données est abîmée ou ne se lit pas",
		"the database is damaged or cannot be read"));
	doctor_why(doctor, "%s", why);
	if (laptop)
		doctor_todo(doctor,
		    L("quittez Pointeau, copiez le dossier %s entier sur une "
		      "clé, et appelez le bureau avant tout autre essai ; "
		      "puis son nouveau code, dans un autre dossier : pointeau "
		      "enrol CODE --data AUTRE",
			"quit Pointeau, copy the whole directory %s to a "
			"stick, and call the office before anything else; "
			"then its new code, in another directory: pointeau "
			"enrol CODE --data OTHER"),
		    doctor->directory);
	else
		doctor_todo(doctor,
		    L("systemctl stop pointeau-server ; gardez une copie de "
		      "%s ; puis, dans un dossier vide : pointeau-server "
		      "restore SAUVEGARDES --key CLÉ --data DOSSIER",
			"systemctl stop pointeau-server; keep a copy of %s; "
			"then, into an empty directory: pointeau-server "
			"restore BACKUPS --key KEY --data DIRECTORY"),
		    doctor->directory);
}

static void tell_version(struct doctor *doctor, int rc, const char *why)
{
	if (rc != E_CONFLICT) {
		tell_damaged(doctor, why);
		return;
	}
	doctor_add(doctor, "database_newer", DOCTOR_FAULT,
	    L("la base de données vient d'une version plus récente que ce "
	      "programme",
		"the database comes from a newer version than this program"));
	doctor_why(doctor, "%s", why);
	doctor_todo(doctor, "sudo apt-get install --only-upgrade %s",
	    strcmp(doctor->program, "pointeau") == 0 ? "pointeau-agent"
						     : doctor->program);
}

/* It may be others' fault than its own. */
static void tell_unread(
    struct doctor *doctor, const char *name, int rc, const struct err *err)
{
	if (rc == E_NOT_INIT && strcmp(doctor->program, "pointeau") == 0) {
		doctor_add(doctor, "enrolment", DOCTOR_FAULT,
		    L("ce poste n'a pas de base de données : il n'est enrôlé "
		      "auprès d'aucun bureau",
			"this laptop has no database: it is enrolled with no "
			"office"));
		doctor_todo(doctor,
		    L("demandez un code au bureau, puis : pointeau enrol "
		      "CODE%s",
			"ask the office for a code, then: pointeau enrol "
			"CODE%s"),
		    buf_text(&doctor->data));
		return;
	}
	if (rc == E_BUSY) {
		doctor_add(doctor, "database", DOCTOR_REMARK,
		    L("un programme écrit dans la base de données : elle n'a "
		      "pas été relue",
			"a program writes to the database: it was not "
			"read"));
		doctor_todo(doctor, "%s doctor%s", doctor->program,
		    buf_text(&doctor->data));
		return;
	}
	if (rc == E_IO && (doctor_has(doctor, "owner", DOCTOR_FAULT) ||
			      doctor_has(doctor, "permissions", DOCTOR_FAULT)))
		return;
	if (rc != E_IO || is_empty(doctor, name, "-journal")) {
		tell_damaged(doctor, err->text);
		return;
	}
	doctor_add(doctor, "database", DOCTOR_WARNING,
	    L("une écriture a été coupée net (panne de courant)",
		"something was cut short while it was written (a power "
		"cut)"));
	doctor_why(doctor,
	    L("le prochain programme qui écrit la défait, sans rien perdre de "
	      "ce qui était enregistré",
		"the next program that writes undoes it, without losing "
		"anything that was recorded"));
	doctor_todo(
	    doctor, "%s status%s", doctor->program, buf_text(&doctor->data));
}

static int open_database(struct doctor *doctor, struct db **db,
    const char *name, bool held, struct err *err)
{
	/* Nothing waits in a log beside it: then nothing need come to be. */
	bool still = !held && is_empty(doctor, name, "-wal") &&
	             is_empty(doctor, name, "-journal");
	struct buf dsn = BUF_INIT;
	int rc;

	buf_printf(&dsn, "sqlite:%s/%s", doctor->directory, name);
	if ((rc = buf_check(&dsn, err)) == 0)
		rc = db_open(
		    db, dsn.data, still ? DB_STILL : DB_READER, false, err);
	buf_free(&dsn);
	return rc;
}

struct db *doctor_database(struct doctor *doctor, const char *name,
    const struct migration *list, bool held)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	bool pending = false;
	int rc;

	if ((rc = open_database(doctor, &db, name, held, &err)) < 0 ||
	    (rc = db_check(db, &err)) < 0) {
		tell_unread(doctor, name, rc, &err);
		db_close(db);
		return NULL;
	}
	if ((rc = migrate_look(db, list, &pending, &err)) < 0) {
		tell_version(doctor, rc, err.text);
		db_close(db);
		return NULL;
	}
	doctor_add(doctor, "database", pending ? DOCTOR_REMARK : DOCTOR_OK,
	    pending ? L("la base de données vient d'une version d'avant : le "
			"prochain démarrage en garde une copie et la met à "
			"jour",
			  "the database comes from an older version: the next "
			  "start keeps a copy and brings it up to date")
		    : L("la base de données, relue", "the database, read"));
	return db;
}

/* ---- the time zone ---- */

void doctor_zone(struct doctor *doctor, int64_t now_s)
{
	int64_t offset_s;

	if (os_zone_is_known(now_s, &offset_s))
		return;
	doctor_add(doctor, "time_zone", DOCTOR_WARNING,
	    L("cette machine ne connaît pas son fuseau horaire",
		"this machine does not know its time zone"));
	doctor_why(doctor,
	    L("l'heure vaut alors celle de Londres en hiver (UTC) : le soir, "
	      "le jour choisi serait le mauvais",
		"the time is then UTC: late in the evening the wrong day "
		"would be chosen"));
	doctor_todo(doctor, "sudo timedatectl set-timezone Europe/Paris");
}
