#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

#include "shared/db_driver.h"
#include "shared/lang.h"

/* One row a fault: its code and what people read. */
static const struct fault_row {
	int code;
	const char *fr;
	const char *en;
	/* clang-format off */
} rows[] = {
    [DB_FAULT_MISSING] = {E_NOT_INIT,
	"il n'y a rien à cet endroit ; vérifiez le chemin, ou créez-la "
	"d'abord",
	"there is nothing at this place; check the path, or create it first"},
    [DB_FAULT_ACCESS] = {E_IO,
	"ouverture impossible ; vérifiez que son dossier existe et que vous "
	"y avez accès",
	"it cannot be opened; check that its directory exists and that you "
	"may use it"},
    [DB_FAULT_FOREIGN] = {E_CORRUPT,
	"ce fichier n'est pas une base de données ; vérifiez le chemin, ou "
	"restaurez une sauvegarde",
	"this file is no database; check the path, or restore a backup"},
    [DB_FAULT_DAMAGED] = {E_CORRUPT,
	"elle est abîmée ; arrêtez le programme, gardez une copie du "
	"fichier, puis restaurez une sauvegarde",
	"it is damaged; stop the program, keep a copy of the file, then "
	"restore a backup"},
    [DB_FAULT_CRASHED] = {E_IO,
	"un arrêt brutal est à réparer avant toute lecture ; lancez une fois "
	"le programme qui y écrit",
	"a crash must be repaired before it can be read; start once the "
	"program that writes to it"},
    [DB_FAULT_BUSY] = {E_BUSY,
	"un autre programme l'occupe depuis trop longtemps ; recommencez "
	"dans un instant",
	"another program has held it for too long; try again in a moment"},
    [DB_FAULT_FULL] = {E_IO,
	"disque plein, rien n'a été enregistré ; libérez de la place, puis "
	"recommencez",
	"disk full, nothing was saved; free some space, then try again"},
    [DB_FAULT_READONLY] = {E_IO,
	"écriture interdite, rien n'a été enregistré ; vérifiez les droits "
	"du fichier et de son dossier, et que le disque n'est pas en lecture "
	"seule",
	"writing is not allowed, nothing was saved; check the rights of the "
	"file and of its directory, and that the disk is not read-only"},
    /* A commit's very last step may be what failed: who knows? */
    [DB_FAULT_DISK] = {E_IO,
	"le disque a échoué ; vérifiez-le, puis relisez ce qui est "
	"enregistré avant de recommencer",
	"the disk failed; check it, then look at what is stored before "
	"trying again"},
    [DB_FAULT_UNIQUE] = {E_CONFLICT,
	"cette valeur existe déjà ; relisez ce qui est enregistré avant de "
	"recommencer",
	"this value is already there; look at what is stored before trying "
	"again"},
    [DB_FAULT_RULE] = {E_INVALID,
	"valeur refusée par une règle de la base ; corrigez-la",
	"value refused by a rule of the database; correct it"},
    [DB_FAULT_SIZE] = {E_LIMIT,
	"valeur trop grande pour la base ; réduisez-la",
	"value too large for the database; make it smaller"},
    [DB_FAULT_INTERRUPTED] = {E_INTERRUPTED,
	"travail interrompu ; recommencez",
	"work interrupted; start over"},
};
/* clang-format on */

/* Where nobody makes backups: the office has all that was received. */
#define ENROL_ANEW_FR                                                          \
	"quittez Pointeau, gardez tout son dossier (une copie sur une clé) "  \
	"et appelez le bureau ; si « pointeau export usb CLÉ » marche "     \
	"encore, portez-lui la clé ; puis un nouveau code dans un autre "     \
	"dossier : pointeau enrol CODE --data AUTRE"
#define ENROL_ANEW_EN                                                          \
	"quit Pointeau, keep its whole directory (a copy on a stick) and "     \
	"call the office; if \"pointeau export usb STICK\" still works, "      \
	"bring it the stick; then a new code in another directory: "           \
	"pointeau enrol CODE --data OTHER"

static bool without_backups;

void db_without_backups(void)
{
	without_backups = true;
}

static const char *text_of(enum db_fault fault)
{
	if (without_backups && fault == DB_FAULT_DAMAGED)
		return L("elle est abîmée ; " ENROL_ANEW_FR,
		    "it is damaged; " ENROL_ANEW_EN);
	if (without_backups && fault == DB_FAULT_FOREIGN)
		return L("ce fichier n'est pas une base de données ; vérifiez "
			 "le chemin, ou " ENROL_ANEW_FR,
		    "this file is no database; check the path, "
		    "or " ENROL_ANEW_EN);
	return L(rows[fault].fr, rows[fault].en);
}

int db_fail(
    enum db_fault fault, const char *place, const char *detail, struct err *err)
{
	const struct fault_row *row = &rows[fault];

	if (fault == DB_FAULT_MEMORY)
		return err_nomem(err);
	assert(row->code != 0);
	return err_set(err, row->code,
	    L("base de données « %s » : %s%s%s%s", "database \"%s\": %s%s%s%s"),
	    place, text_of(fault), detail != NULL ? " (" : "",
	    detail != NULL ? detail : "", detail != NULL ? ")" : "");
}

int db_fail_bug(const char *name, struct err *err, const char *format, ...)
{
	char what[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (without_backups)
		return err_set(err, E_CORRUPT,
		    L("base abîmée ou défaut du programme, requête « %s » "
		      "(%s) ; gardez tout le dossier de Pointeau et appelez le "
		      "bureau",
			"damaged database or bug in the program, statement "
			"\"%s\" (%s); keep the whole directory of Pointeau and "
			"call the office"),
		    name, what);
	return err_set(err, E_CORRUPT,
	    L("base abîmée ou défaut du programme, requête « %s » (%s) ; "
	      "restaurez une sauvegarde, ou signalez-le aux développeurs",
		"damaged database or bug in the program, statement \"%s\" "
		"(%s); restore a backup, or report it"),
	    name, what);
}
