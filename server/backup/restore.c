#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/audit/audit_format.h"
#include "server/backup/backup.h"
#include "server/store/access.h"
#include "shared/db_slim.h"
#include "shared/lang.h"
#include "shared/os_stream.h"
#include "shared/progress.h"
#include "shared/text.h"

#define STAGE                                                                  \
	"restoring" /* everything, until all of it is known to be good         \
	             */

static const struct progress_work restoring = {"restore", "bytes",
    "Restauration", "Restoring",
    "rien n'a été mis en place ; la même commande recommence",
    "nothing was put in place; the same command begins anew"};

struct restore {
	const char *backups;
	const char *directory;
	struct buf stage; /* path */
	struct manifest manifest;
	struct backup_key key;
	size_t piece; /* next to read */
	size_t left;  /* pieces of the file being written */
	int64_t file_bytes, done;
};

/* ---- the target ---- */

static int note_any(void *context, const char *relative, struct err *err)
{
	buf_printf(context, "%s\n", relative);
	return buf_check(context, err);
}

/* Take away the stage, and what had been moved out of it. */
static int clear_stage(struct restore *restore, struct err *err)
{
	struct buf names = BUF_INIT, path = BUF_INIT;
	char *at, *save = NULL;
	int rc;

	if (!os_is_directory(restore->stage.data))
		return 0;
	rc = os_directory_walk(restore->stage.data, note_any, &names, err);
	for (at = rc == 0 && names.len > 0 ? strtok_r(names.data, "\n", &save)
	                                   : NULL;
	     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save)) {
		buf_reset(&path);
		buf_printf(&path, "%s/%s", restore->stage.data, at);
		if ((rc = buf_check(&path, err)) == 0)
			rc = os_file_remove(path.data, err);
	}
	if (rc == 0)
		rc = os_directory_remove(restore->stage.data, err);
	buf_free(&names);
	buf_free(&path);
	return rc;
}

/* A restore that was cut short leaves its stage beside what it had moved: it
 * is no server yet (no settings) and may be begun anew. */
static int clear_cut(struct restore *restore, struct err *err)
{
	struct buf names = BUF_INIT, path = BUF_INIT;
	char *at, *save = NULL;
	int rc;

	buf_printf(&path, "%s/" OFFICE_CONFIG, restore->directory);
	if ((rc = buf_check(&path, err)) < 0 || os_file_exists(path.data) ||
	    !os_is_directory(restore->stage.data) ||
	    (rc = os_directory_walk(
		 restore->directory, note_any, &names, err)) < 0)
		goto out;
	for (at = names.len > 0 ? strtok_r(names.data, "\n", &save) : NULL;
	     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save)) {
		bool ours = strcmp(at, OFFICE_DB) == 0;

		for (size_t i = 0; i < restore->manifest.file_count; i++)
			ours = ours ||
			       strcmp(at, restore->manifest.files[i].name) == 0;
		buf_reset(&path);
		buf_printf(&path, "%s/%s", restore->directory, at);
		if (ours && (rc = buf_check(&path, err)) == 0)
			rc = os_file_remove(path.data, err);
	}
	if (rc == 0)
		rc = clear_stage(restore, err);
out:
	buf_free(&names);
	buf_free(&path);
	return rc;
}

static int check_target(struct restore *restore, struct err *err)
{
	int rc = clear_cut(restore, err);

	if (rc < 0)
		return rc;
	if (!os_directory_is_empty(restore->directory))
		return err_set(err, E_CONFLICT,
		    L("%s n'est pas vide : rien n'y a été changé ; donnez un "
		      "dossier neuf avec --data, ou déplacez d'abord celui-ci",
			"%s is not empty: nothing was changed there; give a "
			"new directory with --data, or move this one away "
			"first"),
		    restore->directory);
	return 0;
}

/* ---- out of the pieces ---- */

static int next_piece(void *context, struct buf *out, struct err *err)
{
	struct restore *restore = context;
	int rc;

	if (restore->left == 0)
		return 0;
	if ((rc = piece_open(out, restore->backups, &restore->key,
		 &restore->manifest.pieces[restore->piece], err)) < 0)
		return rc;
	restore->piece++;
	restore->left--;
	restore->file_bytes += (int64_t)out->len;
	restore->done += (int64_t)out->len;
	return progress_step(restore->done, err);
}

static int take_file(
    struct restore *restore, const struct manifest_file *file, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	restore->left = file->pieces;
	restore->file_bytes = 0;
	buf_printf(&path, "%s/%s", restore->stage.data, file->name);
	if ((rc = buf_check(&path, err)) == 0 &&
	    (rc = os_file_pour(path.data, 0600, next_piece, restore, err)) ==
		0 &&
	    restore->file_bytes != file->size)
		rc = err_set(err, E_CORRUPT,
		    L("la sauvegarde %s : « %s » n'a pas sa taille",
			"the backup %s: \"%s\" has not its size"),
		    restore->manifest.name, file->name);
	buf_free(&path);
	return rc;
}

static int take_files(struct restore *restore, struct err *err)
{
	const struct manifest *manifest = &restore->manifest;
	int64_t total = 0;
	int rc = 0;

	for (size_t i = 0; i < manifest->file_count; i++)
		total += manifest->files[i].size;
	progress_begin(&restoring, total);
	for (size_t i = 0; rc == 0 && i < manifest->file_count; i++)
		rc = take_file(restore, &manifest->files[i], err);
	progress_end();
	return rc;
}

/* ---- is it a server? ---- */

/* With its indexes again: what breaks one that is unique is refused here. */
static int check_database(const struct restore *restore, struct err *err)
{
	struct buf dsn = BUF_INIT;
	struct db *db = NULL;
	int rc;

	buf_printf(&dsn, "sqlite:%s/" OFFICE_DB, restore->stage.data);
	if ((rc = buf_check(&dsn, err)) == 0 &&
	    (rc = db_open(&db, dsn.data, DB_AGENT, false, err)) == 0 &&
	    (rc = db_fatten(db, buf_text(&restore->manifest.indexes), err)) ==
		0)
		rc = db_check(db, err);
	db_close(db);
	buf_free(&dsn);
	return rc;
}

/* What the lost server's people held may have been used since: a code made
 * before the backup opens nothing any more. Laptops open the new epoch by
 * themselves (server/epoch.h), with the receipts they hold. */
static int try_office(
    const struct restore *restore, const struct os *os, struct err *err)
{
	struct office office;
	int rc = office_open(&office, restore->stage.data, os, true, err);

	if (rc < 0)
		return err_context(err,
		    L("la sauvegarde %s, une fois remise",
			"the backup %s, once put back"),
		    restore->manifest.name);
	if (memcmp(office.server.pub, restore->manifest.server, KEY_LEN) != 0)
		rc = err_set(err, E_CORRUPT,
		    L("la sauvegarde %s n'est pas signée par le serveur "
		      "qu'elle contient",
			"the backup %s is not signed by the server that it "
			"holds"),
		    restore->manifest.name);
	if (rc == 0 && (rc = db_begin(office.db, err)) == 0 &&
	    (rc = access_codes_void(office.db, err)) == 0)
		rc = db_commit(office.db, err);
	if (rc < 0)
		db_rollback(office.db);
	office_close(&office);
	return rc;
}

/* ---- in its place ---- */

static int move_file(
    const struct restore *restore, const char *name, struct err *err)
{
	struct buf from = BUF_INIT, to = BUF_INIT;
	int rc;

	buf_printf(&from, "%s/%s", restore->stage.data, name);
	buf_printf(&to, "%s/%s", restore->directory, name);
	if ((rc = buf_check(&from, err)) == 0 &&
	    (rc = buf_check(&to, err)) == 0)
		rc = os_file_move(from.data, to.data, err);
	buf_free(&from);
	buf_free(&to);
	return rc;
}

/* The settings come last: a directory that has them is complete. */
static int move_all(struct restore *restore, struct err *err)
{
	const struct manifest *manifest = &restore->manifest;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < manifest->file_count; i++) {
		if (strcmp(manifest->files[i].name, OFFICE_CONFIG) != 0)
			rc = move_file(restore, manifest->files[i].name, err);
	}
	if (rc < 0 ||
	    (rc = backup_key_put(&restore->key, restore->directory,
		 manifest->recovery, err)) < 0 ||
	    (rc = move_file(restore, OFFICE_CONFIG, err)) < 0)
		return rc;
	return clear_stage(restore, err);
}

/* ---- the whole ---- */

static int note_newest(void *context, const char *name, struct err *err)
{
	(void)err;
	text_copy(context, MANIFEST_NAME, name);
	return 0;
}

static int choose(struct restore *restore, const char *name, struct err *err)
{
	char newest[MANIFEST_NAME] = "";
	struct buf path = BUF_INIT;
	int rc = manifest_each(restore->backups, note_newest, newest, err);

	if (rc < 0)
		return rc;
	if (name == NULL)
		name = newest;
	manifest_path(&path, restore->backups, name);
	if ((rc = buf_check(&path, err)) == 0 &&
	    (newest[0] == '\0' || !os_file_exists(path.data)))
		rc = err_set(err, E_NOT_FOUND,
		    name[0] == '\0'
			? L("%s : aucune sauvegarde%s", "%s: no backup%s")
			: L("%s : pas de sauvegarde %s", "%s: no backup %s"),
		    restore->backups, name);
	buf_free(&path);
	return rc < 0 ? rc
	              : manifest_read(
			    &restore->manifest, restore->backups, name, err);
}

static int tell(
    const struct restore *restore, struct backup_restored *out, struct err *err)
{
	const struct manifest *manifest = &restore->manifest;
	struct buf fingerprint = BUF_INIT;
	int rc;

	audit_format_fingerprint(&fingerprint, manifest->server);
	text_copy(out->signer, sizeof(out->signer), buf_text(&fingerprint));
	text_copy(out->name, sizeof(out->name), manifest->name);
	text_copy(out->program, sizeof(out->program), manifest->program);
	out->made_s = manifest->made_s;
	out->bytes = restore->done;
	out->logs = json_incref(manifest->logs);
	rc = buf_check(&fingerprint, err);
	buf_free(&fingerprint);
	return rc;
}

static int stage_and_move(
    struct restore *restore, const struct os *os, struct err *err)
{
	int rc;

	if ((rc = os_directory_make(restore->stage.data, err)) < 0)
		return rc;
	if ((rc = take_files(restore, err)) < 0 ||
	    (rc = check_database(restore, err)) < 0 ||
	    (rc = try_office(restore, os, err)) < 0) {
		(void)clear_stage(restore, NULL);
		return rc;
	}
	return move_all(restore, err);
}

int backup_restore(const char *backups, const char *name,
    const struct recovery *recovery, const char *directory, const struct os *os,
    struct backup_restored *out, struct err *err)
{
	struct restore *restore = calloc(1, sizeof(*restore));
	int rc;

	memset(out, 0, sizeof(*out));
	if (restore == NULL)
		return err_nomem(err);
	restore->backups = backups;
	restore->directory = directory;
	buf_printf(&restore->stage, "%s/" STAGE, directory);
	if ((rc = buf_check(&restore->stage, err)) < 0 ||
	    (rc = choose(restore, name, err)) < 0 ||
	    (rc = backup_unlock(
		 &restore->manifest, recovery, &restore->key, err)) < 0 ||
	    (rc = manifest_open(
		 &restore->manifest, backups, &restore->key, err)) < 0 ||
	    (rc = check_target(restore, err)) < 0 ||
	    (rc = stage_and_move(restore, os, err)) < 0)
		goto out;
	rc = tell(restore, out, err);
out:
	backup_key_clear(&restore->key);
	manifest_clear(&restore->manifest);
	buf_free(&restore->stage);
	free(restore);
	return rc;
}
