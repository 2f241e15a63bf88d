#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "server/backup/backup.h"
#include "server/cmd.h"
#include "server/cmd_backup.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"

#define KIB 1024

/* ---- where ---- */

/* The directory given, else the setting's; resolved, as it is written down. */
static int find_backups(struct call *call, struct buf *out, struct err *err)
{
	const struct program *program = call->program;
	char resolved[PATH_MAX];
	const char *given = call->arg_count > 0 ? call->args[0] : NULL;
	int rc;

	if (given == NULL) {
		if ((rc = cmd_read_config(call, err)) < 0)
			return rc;
		given = program->config.backup_dir;
	}
	if (given[0] == '\0')
		return err_set(err, E_USAGE,
		    L("où sont les sauvegardes ? Donnez un dossier, de "
		      "préférence sur un autre disque, ou réglez backup_dir",
			"where are the backups? Give a directory, best on "
			"another disk, or set backup_dir"));
	buf_add_text(out, realpath(given, resolved) != NULL ? resolved : given);
	return buf_check(out, err);
}

/* Beside whoever writes. A server that was struck down left work that only a
 * writer may finish: we are it for a moment. */
static int open_reading(
    struct call *call, struct office *office, struct err *err)
{
	const struct program *program = call->program;
	struct err why = ERR_INIT;
	int rc;

	if ((rc = cmd_read_config(call, err)) < 0)
		return rc;
	rc = office_open_with(office, program->directory, &program->config,
	    program->os, false, &why);
	if (rc == 0)
		return 0;
	if (office_open_with(office, program->directory, &program->config,
		program->os, true, NULL) < 0)
		return err_set(err, rc, "%s", why.text);
	office_close(office);
	return office_open_with(office, program->directory, &program->config,
	    program->os, false, err);
}

/* ---- key ---- */

static int save_key(const char *path, const struct buf *shown, const char *name,
    struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	buf_printf(&text,
	    L("# Clé de secours de Pointeau, nom %s : elle seule ouvre les "
	      "sauvegardes.\n%s\n",
		"# Pointeau's recovery key, name %s: it alone opens the "
		"backups.\n%s\n"),
	    name, buf_text(shown));
	if ((rc = buf_check(&text, err)) == 0)
		rc = os_file_create(path, text.data, text.len, 0600, err);
	if (text.data != NULL)
		crypto_wipe(text.data, text.len);
	buf_free(&text);
	return rc;
}

static int show_key(struct call *call, const struct buf *shown,
    const char *name, struct err *err)
{
	const char *path = opt_value(call, "out");

	if (cmd_json(call))
		return json_print(call->out,
		    path != NULL
			? json_pack("{s:i, s:s, s:s}", "schema", 1, "name",
			      name, "file", path)
			: json_pack("{s:i, s:s, s:s}", "schema", 1, "name",
			      name, "recovery_key", buf_text(shown)),
		    err);
	if (path != NULL)
		buf_printf(call->out,
		    L("Clé de secours %s écrite dans %s : mettez ce fichier en "
		      "lieu sûr, hors de cette machine, et ôtez-le d'ici.\n",
			"Recovery key %s written to %s: put that file in a "
			"safe place away from this machine, and remove it "
			"here.\n"),
		    name, path);
	else
		buf_printf(call->out,
		    L("Clé de secours %s, montrée une seule fois ; écrivez-la "
		      "et gardez-la hors de cette machine :\n\n  %s\n\n",
			"Recovery key %s, shown once; write it down and keep "
			"it away from this machine:\n\n  %s\n\n"),
		    name, buf_text(shown));
	buf_add_text(call->out,
	    L("Les sauvegardes à venir s'ouvrent avec elle seule ; gardez "
	      "l'ancienne tant que vous gardez celles d'avant.\n",
		"The backups to come open with it alone; keep the old one as "
		"long as you keep those from before.\n"));
	return buf_check(call->out, err);
}

int cmd_backup_key(struct call *call, struct err *err)
{
	const char *directory = cmd_office(call)->directory;
	const char *path = opt_value(call, "out");
	struct buf shown = BUF_INIT;
	struct recovery recovery;
	char name[RECOVERY_NAME];
	int rc;

	recovery_make(&recovery);
	recovery_name(name, recovery.pub);
	recovery_show(&shown, &recovery);
	/* The secret half is safe before anything is sealed to the other. */
	if ((rc = buf_check(&shown, err)) < 0 ||
	    (path != NULL && (rc = save_key(path, &shown, name, err)) < 0))
		goto out;
	if ((rc = recovery_public_put(directory, recovery.pub, err)) < 0 &&
	    path != NULL)
		(void)os_file_remove(path, NULL);
	if (rc == 0)
		rc = show_key(call, &shown, name, err);
out:
	recovery_clear(&recovery);
	if (shown.data != NULL)
		crypto_wipe(shown.data, shown.len);
	buf_free(&shown);
	return rc;
}

/* ---- make ---- */

int cmd_backup_make(struct call *call, struct err *err)
{
	struct buf backups = BUF_INIT;
	struct backup_made made;
	struct office office;
	int rc;

	if ((rc = find_backups(call, &backups, err)) < 0 ||
	    (rc = open_reading(call, &office, err)) < 0)
		goto out;
	rc = backup_make(&office, backups.data, &made, err);
	office_close(&office);
	if (rc < 0)
		goto out;
	if (cmd_json(call)) {
		rc = json_print(call->out,
		    json_pack("{s:i, s:s, s:s, s:I, s:I, s:I}", "schema", 1,
			"backup", made.name, "directory", backups.data, "bytes",
			(json_int_t)made.bytes, "written",
			(json_int_t)made.written, "pieces",
			(json_int_t)made.pieces),
		    err);
		goto out;
	}
	buf_printf(call->out,
	    L("Sauvegarde %s faite dans %s : %" PRId64 " Kio relus, %" PRId64
	      " Kio écrits.\n",
		"Backup %s made in %s: %" PRId64 " KiB read, %" PRId64
		" KiB written.\n"),
	    made.name, backups.data, made.bytes / KIB, made.written / KIB);
	rc = buf_check(call->out, err);
out:
	buf_free(&backups);
	return rc;
}

/* ---- list ---- */

struct listing {
	const char *backups;
	json_t *rows;
};

static int note_backup(void *context, const char *name, struct err *err)
{
	struct listing *listing = context;
	char stamp[STAMP_TEXT], key[RECOVERY_NAME];
	struct manifest manifest;
	json_t *row;
	int rc = manifest_read(&manifest, listing->backups, name, err);

	if (rc < 0 && rc != E_CORRUPT) {
		manifest_clear(&manifest);
		return rc;
	}
	if (rc < 0) {
		row =
		    json_pack("{s:s, s:s}", "backup", name, "state", "damaged");
	} else {
		stamp_format(manifest.made_s, stamp);
		recovery_name(key, manifest.recovery);
		row = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "backup",
		    name, "state", "signed", "made", stamp, "program",
		    manifest.program, "pieces",
		    (json_int_t)manifest.piece_count, "recovery", key);
	}
	manifest_clear(&manifest);
	return json_array_append_new(listing->rows, row) < 0 ? err_nomem(err)
	                                                     : 0;
}

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, L("Sauvegarde", "Backup"), OUT_TEXT);
	table_column(table, L("Faite", "Made"), OUT_TEXT);
	table_column(table, L("Version", "Version"), OUT_TEXT);
	table_column(table, L("Morceaux", "Pieces"), OUT_INT);
	table_column(table, L("Clé de secours", "Recovery key"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "backup"));
		table_text(table, json_text(row, "made"));
		table_text(table, json_text(row, "program"));
		table_int(table, json_int(row, "pieces", 0));
		table_text(table, json_text(row, "recovery"));
		table_text(table, strcmp(json_text(row, "state"), "signed") == 0
				      ? L("signée", "signed")
				      : L("abîmée", "damaged"));
	}
}

int cmd_backup_list(struct call *call, struct err *err)
{
	struct buf backups = BUF_INIT;
	struct listing listing = {NULL, json_array()};
	int rc;

	if (listing.rows == NULL)
		return err_nomem(err);
	if ((rc = find_backups(call, &backups, err)) < 0)
		goto out;
	listing.backups = backups.data;
	if ((rc = manifest_denied(backups.data, backups.data, 0, err)) < 0)
		goto out;
	if (!os_is_directory(backups.data))
		rc = err_set(err, E_NOT_FOUND,
		    L("%s : aucune sauvegarde", "%s: no backup"), backups.data);
	else
		rc = manifest_each(backups.data, note_backup, &listing, err);
	if (rc == 0) {
		rc = cmd_rows(call, listing.rows,
		    L("Aucune sauvegarde.", "No backup."), fill, err);
		listing.rows = NULL;
	}
out:
	json_decref(listing.rows);
	buf_free(&backups);
	return rc;
}

/* ---- verify ---- */

/* The data directory of the server that made them opens them too. */
static bool find_own_key(
    const struct call *call, struct backup_key *key, uint8_t recovery[32])
{
	const struct program *program = call->program;

	return recovery_public(recovery, program->directory, NULL) == 0 &&
	       backup_key_find(key, program->directory, recovery, NULL) == 0;
}

static void tell_others(struct call *call, int64_t count)
{
	if (!cmd_json(call))
		buf_printf(call->out,
		    L("%" PRId64 " sauvegardes d'un autre serveur.\n",
			"%" PRId64 " backups of another server's.\n"),
		    count);
}

static int judge_faults(
    const struct backup_check *check, size_t faults, struct err *err)
{
	/* Their disk is fine. */
	if (check->strangers == (int64_t)faults)
		return err_set(err, E_SIGNATURE,
		    L("%zu sauvegardes sont signées par un autre serveur que "
		      "%s : voyez si c'est le bon dossier, et la bonne "
		      "empreinte (une clé changée depuis en a une autre)",
			"%zu backups are signed by another server than %s: "
			"see whether this is the right directory, and the "
			"right fingerprint (a key changed since has another)"),
		    faults, check->server);
	return err_set(err, E_CORRUPT,
	    L("%zu fichiers de sauvegarde manquent ou sont abîmés : "
	      "faites-en une neuve (elle remplace les morceaux abîmés "
	      "qu'elle contient), et voyez ce disque",
		"%zu backup files are missing or damaged: make a new "
		"backup (it replaces the damaged pieces that it "
		"holds), and look at that disk"),
	    faults - (size_t)check->strangers);
}

static int tell_check(
    struct call *call, const struct backup_check *check, struct err *err)
{
	size_t faults = json_array_size(check->faults);
	int rc = 0;

	if (cmd_json(call)) {
		rc = json_print(call->out,
		    json_pack("{s:i, s:I, s:I, s:I, s:I, s:s, s:O}", "schema",
			1, "others", (json_int_t)check->others, "backups",
			(json_int_t)check->backups, "pieces",
			(json_int_t)check->pieces, "opened",
			(json_int_t)check->opened, "server", check->signer,
			"faults", check->faults),
		    err);
	} else {
		for (size_t i = 0; i < faults; i++) {
			const json_t *row = json_array_get(check->faults, i);

			buf_printf(call->out, "%s%s%s\n",
			    json_text(row, "file"), L(" : ", ": "),
			    json_text(row, "why"));
		}
		buf_printf(call->out,
		    L("%" PRId64 " sauvegardes, dont %" PRId64
		      " ouvertes ; %" PRId64 " morceaux ; signées par le "
		      "serveur %s.\n",
			"%" PRId64 " backups, %" PRId64
			" of them opened; %" PRId64 " pieces; signed by the "
			"server %s.\n"),
		    check->backups, check->opened, check->pieces,
		    check->signer);
	}
	if (rc == 0 && check->others > 0)
		tell_others(call, check->others);
	if (rc == 0 && faults > 0)
		return judge_faults(check, faults, err);
	if (rc == 0 && check->owner != NULL && check->server == NULL &&
	    check->others == check->backups)
		rc = err_set(err, E_NOT_FOUND,
		    L("aucune de ces sauvegardes n'est de ce serveur : il n'a "
		      "rien ici ; donnez le dossier des siennes, ou "
		      "--fingerprint pour vérifier celles d'un autre",
			"none of these backups is this server's: it has "
			"nothing here; give the directory of its own, or "
			"--fingerprint to verify another's"));
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_backup_read_key(
    const struct call *call, struct recovery *recovery, struct err *err)
{
	const struct program *program = call->program;
	int rc = recovery_parse(recovery, buf_text(&program->key), err);

	if (rc < 0)
		(void)err_context(err, "%s", opt_value(call, "key"));
	return rc;
}

/* "SHA256:" and 32 bytes in base64, as ssh-keygen(1) writes them. */
static int check_fingerprint(const char *text, struct err *err)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				      "mnopqrstuvwxyz0123456789+/";

	if (text == NULL ||
	    (strncmp(text, "SHA256:", 7) == 0 && strlen(text) == 7 + 43 &&
		strspn(text + 7, letters) == 43))
		return 0;
	return err_set(err, E_USAGE,
	    L("--fingerprint %s : une empreinte est « SHA256: » et 43 lettres "
	      "et chiffres, comme sur les feuilles imprimées",
		"--fingerprint %s: a fingerprint is \"SHA256:\" and 43 "
		"letters and digits, as on the printed sheets"),
	    text);
}

int cmd_backup_verify(struct call *call, struct err *err)
{
	struct buf backups = BUF_INIT;
	struct recovery recovery;
	struct backup_key key;
	const struct program *program = call->program;
	struct backup_owner owner;
	struct backup_check check = {.name = opt_value(call, "at"),
	    .server = opt_value(call, "fingerprint")};
	int rc;

	memset(&recovery, 0, sizeof(recovery));
	memset(&key, 0, sizeof(key));
	if ((rc = check_fingerprint(check.server, err)) < 0 ||
	    (rc = find_backups(call, &backups, err)) < 0)
		goto out;
	/* They may also be verified where there is no server. */
	if (backup_owner_load(&owner, program->directory, NULL) == 0)
		check.owner = &owner;
	if (opt_value(call, "key") != NULL) {
		if ((rc = cmd_backup_read_key(call, &recovery, err)) < 0)
			goto out;
		check.recovery = &recovery;
	} else if (find_own_key(call, &key, check.key_recovery)) {
		check.key = &key;
	}
	if ((rc = backup_check(backups.data, &check, err)) == 0)
		rc = tell_check(call, &check, err);
out:
	json_decref(check.faults);
	recovery_clear(&recovery);
	backup_key_clear(&key);
	buf_free(&backups);
	return rc;
}

/* ---- keep ---- */

int cmd_backup_keep(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	bool dry = opt_given(call, "dry-run");
	struct buf backups = BUF_INIT;
	struct backup_kept kept = {0};
	int rc;

	if ((rc = find_backups(call, &backups, err)) < 0 ||
	    (rc = backup_keep(
		 program->directory, backups.data, dry, &kept, err)) < 0)
		goto out;
	if (cmd_json(call)) {
		rc = json_print(call->out,
		    json_pack("{s:i, s:b, s:I, s:I, s:O, s:I, s:I}", "schema",
			1, "dry_run", dry, "kept", (json_int_t)kept.kept,
			"others", (json_int_t)kept.others, "dropped",
			kept.dropped, "pieces", (json_int_t)kept.pieces,
			"freed", (json_int_t)kept.freed),
		    err);
		goto out;
	}
	buf_printf(call->out,
	    dry ? L("%" PRId64 " sauvegardes resteraient, %zu partiraient ; "
		    "%" PRId64 " morceaux, %" PRId64 " Kio libérés.\n",
		      "%" PRId64 " backups would stay, %zu go; %" PRId64
		      " pieces, %" PRId64 " KiB freed.\n")
		: L("%" PRId64 " sauvegardes gardées, %zu ôtées ; %" PRId64
		    " morceaux, %" PRId64 " Kio libérés.\n",
		      "%" PRId64 " backups kept, %zu dropped; %" PRId64
		      " pieces, %" PRId64 " KiB freed.\n"),
	    kept.kept, json_array_size(kept.dropped), kept.pieces,
	    kept.freed / KIB);
	if (kept.others > 0)
		tell_others(call, kept.others);
	rc = buf_check(call->out, err);
out:
	json_decref(kept.dropped);
	buf_free(&backups);
	return rc;
}
