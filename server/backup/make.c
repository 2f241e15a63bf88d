#include <stdlib.h>
#include <string.h>

#include "server/backup/backup.h"
#include "shared/date.h"
#include "shared/db_slim.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/os.h"
#include "shared/os_stream.h"
#include "shared/progress.h"
#include "shared/text.h"
#include "shared/upgrade.h"

#define FILE_MAX  ((size_t)1024 * 1024) /* of all but the database */
#define LAST_MAX  4096
#define ATTEMPTS  3
#define AHEAD_S   60
#define LOCK      "lock"
#define MAKE_LOCK "backup.lock"

static const struct progress_work copying = {"copy", "pages",
    "Copie de la base", "Copying the database",
    "les sauvegardes d'avant sont entières ; la même commande recommence la "
    "copie",
    "the backups made before are whole; the same command copies anew"};

static const struct progress_work storing = {"pieces", "bytes", "Sauvegarde",
    "Backing up",
    "les sauvegardes d'avant sont entières ; la même commande reprend, sans "
    "écrire deux fois les morceaux déjà là",
    "the backups made before are whole; the same command goes on, without "
    "writing the pieces that are there again"};

/* What is being backed up. */
struct making {
	struct office *office;
	const char *backups;
	struct backup_key key;
	struct manifest manifest;
	struct backup_made *out;
	struct buf copy;   /* path of the database's copy */
	struct buf names;  /* files of the directory, one a line */
	struct buf before; /* and their bytes, to see that none changed */
	int64_t small;     /* bytes of them */
	int64_t total, done;
};

/* ---- which files ---- */

/* What stands in the data directory is backed up, but what is made anew, is
 * another process's, or would hold a backup in a backup. */
static bool is_wanted(const char *name)
{
	static const char *const not [] = {OFFICE_DB, OFFICE_LOCK,
	    OFFICE_SOCKET, OFFICE_NEXT_KEY, "backup", "upgrade.", "restoring",
	    UPGRADE_COPY};

	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++) {
		if (strncmp(name, not [i], strlen(not [i])) == 0)
			return false;
	}
	return strchr(name, '/') == NULL && name[0] != '.' &&
	       strlen(name) < MANIFEST_FILE_NAME;
}

static int note_file(void *context, const char *relative, struct err *err)
{
	/* list_files has it already. */
	if (is_wanted(relative) && strcmp(relative, OFFICE_CONFIG) != 0)
		buf_printf(context, "%s\n", relative);
	return buf_check(context, err);
}

/* The settings may be elsewhere, or partly in the environment: what is put
 * back has them all, as they count here. */
static int read_file(const struct making *making, const char *name,
    struct buf *out, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc = office_path(making->office, name, &path, err);

	if (rc == 0 && strcmp(name, OFFICE_CONFIG) == 0 &&
	    !os_file_exists(path.data)) {
		config_write(out, &making->office->config);
		rc = buf_check(out, err);
	} else if (rc == 0) {
		rc = os_file_read(out, path.data, FILE_MAX, err);
	}
	buf_free(&path);
	return rc;
}

/* Call for each name of ${making->names}. */
static int each_file(struct making *making,
    int (*each)(struct making *making, const char *name, void *context,
	struct err *err),
    void *context, struct err *err)
{
	char *names = strdup(buf_text(&making->names)), *at, *save = NULL;
	int rc = 0;

	if (names == NULL)
		return err_nomem(err);
	for (at = strtok_r(names, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = each(making, at, context, err);
	free(names);
	return rc;
}

static int add_bytes(
    struct making *making, const char *name, void *context, struct err *err)
{
	struct buf *out = context;
	size_t start;
	int rc;

	buf_printf(out, "\n%s\n", name);
	start = out->len;
	rc = read_file(making, name, out, err);
	making->small += (int64_t)(out->len - start);
	return rc;
}

/* ---- the copy ---- */

static int copy_step(
    void *context, int64_t done, int64_t total, struct err *err)
{
	struct making *making = context;

	if (making->total != total)
		progress_begin(&copying, total);
	making->total = total;
	return progress_step(done, err);
}

/* How far each log had come, for whoever reads the manifest. */
static int note_log(void *context, const char *structure, struct err *err)
{
	struct making *making = context;
	struct log_point point;
	json_t *log;
	int rc = ledger_head(making->office->db, structure, &point, NULL, err);

	if (rc < 0)
		return rc;
	log = json_pack("{s:s, s:I, s:I}", "structure", structure, "epoch",
	    (json_int_t)point.epoch, "n", (json_int_t)point.n);
	return json_array_append_new(making->manifest.logs, log) < 0
	           ? err_nomem(err)
	           : 0;
}

/* Is the copy a whole database? Then without its indexes. */
static int check_copy(struct making *making, struct err *err)
{
	struct buf dsn = BUF_INIT;
	struct db *copy = NULL;
	int rc;

	buf_reset(&making->manifest.indexes);
	buf_printf(&dsn, "sqlite:%s", making->copy.data);
	if ((rc = buf_check(&dsn, err)) == 0 &&
	    (rc = db_open(&copy, dsn.data, DB_AGENT, false, err)) == 0 &&
	    (rc = db_check(copy, err)) == 0)
		rc = db_slim(copy, &making->manifest.indexes, err);
	db_close(copy);
	buf_free(&dsn);
	return rc;
}

/* Also what a backup that was struck down left: the journal of an older copy
 * would be played into a new one. */
static int remove_copy(const struct buf *copy, struct err *err)
{
	struct buf journal = BUF_INIT;
	int rc;

	buf_printf(&journal, "%s-journal", buf_text(copy));
	if ((rc = buf_check(&journal, err)) == 0 &&
	    (rc = os_file_remove(copy->data, err)) == 0)
		rc = os_file_remove(journal.data, err);
	buf_free(&journal);
	return rc;
}

/* One moment of the database, and of the files beside it. */
static int copy_moment(
    struct making *making, struct buf *after, struct err *err)
{
	struct db *db = making->office->db;
	int rc;

	making->total = -1;
	(void)json_array_clear(making->manifest.logs);
	if ((rc = remove_copy(&making->copy, err)) < 0 ||
	    (rc = each_file(making, add_bytes, &making->before, err)) < 0 ||
	    (rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = ledger_logs(db, note_log, making, err)) == 0)
		rc = db_copy(db, making->copy.data, copy_step, making, err);
	db_rollback(db);
	progress_end();
	if (rc < 0 || (rc = check_copy(making, err)) < 0)
		return rc;
	making->small = 0;
	return each_file(making, add_bytes, after, err);
}

static int list_files(struct making *making, struct err *err)
{
	buf_reset(&making->names);
	buf_add_text(&making->names, OFFICE_CONFIG "\n");
	return os_directory_walk(
	    making->office->directory, note_file, &making->names, err);
}

/* The server's key may change between the files and the database: such a
 * pair could not be put back. */
static int copy_all(struct making *making, struct err *err)
{
	struct buf after = BUF_INIT;
	bool same = false;
	int rc = 0;

	for (int i = 0; rc == 0 && !same && i < ATTEMPTS; i++) {
		buf_reset(&making->before);
		buf_reset(&after);
		if ((rc = list_files(making, err)) == 0 &&
		    (rc = copy_moment(making, &after, err)) == 0)
			same = after.len == making->before.len &&
			       memcmp(after.data, making->before.data,
				   after.len) == 0;
	}
	if (rc == 0 && !same)
		rc = err_set(err, E_BUSY,
		    L("les fichiers de %s changent sans cesse : recommencez",
			"the files of %s change all the time: try again"),
		    making->office->directory);
	if (after.data != NULL)
		crypto_wipe(after.data, after.len);
	buf_free(&after);
	return rc;
}

/* ---- into pieces ---- */

static struct manifest_file *new_file(
    struct making *making, const char *name, struct err *err)
{
	struct manifest *manifest = &making->manifest;
	struct manifest_file *file;

	if (manifest->file_count == MANIFEST_FILES_MAX) {
		(void)err_set(err, E_LIMIT,
		    L("%s : plus de %d fichiers ; ôtez-en ce qui n'est pas du "
		      "serveur",
			"%s: over %d files; take away what is not the "
			"server's"),
		    making->office->directory, MANIFEST_FILES_MAX);
		return NULL;
	}
	file = &manifest->files[manifest->file_count++];
	memset(file, 0, sizeof(*file));
	text_copy(file->name, sizeof(file->name), name);
	return file;
}

static int store(struct making *making, struct manifest_file *file,
    const void *data, size_t len, struct err *err)
{
	struct hash name;
	int rc;

	if ((rc = piece_put(&name, making->backups, &making->key, data, len,
		 &making->out->written, err)) < 0 ||
	    (rc = manifest_add_piece(&making->manifest, &name, err)) < 0)
		return rc;
	file->pieces++;
	file->size += (int64_t)len;
	making->done += (int64_t)len;
	return progress_step(making->done, err);
}

static int store_small(
    struct making *making, const char *name, void *context, struct err *err)
{
	struct manifest_file *file = new_file(making, name, err);
	struct buf data = BUF_INIT;
	int rc;

	(void)context;
	if (file == NULL)
		return E_LIMIT;
	if ((rc = read_file(making, name, &data, err)) < 0)
		goto out;
	for (size_t at = 0; rc == 0 && at < data.len; at += PIECE_MAX)
		rc = store(making, file, data.data + at,
		    data.len - at < PIECE_MAX ? data.len - at : PIECE_MAX, err);
out:
	if (data.data != NULL)
		crypto_wipe(data.data, data.len);
	buf_free(&data);
	return rc;
}

struct slicing {
	struct making *making;
	struct manifest_file *file;
};

static int store_slice(
    void *context, const void *data, size_t len, struct err *err)
{
	struct slicing *slicing = context;

	return store(slicing->making, slicing->file, data, len, err);
}

static int store_database(struct making *making, struct err *err)
{
	struct slicing slicing = {making, new_file(making, OFFICE_DB, err)};

	if (slicing.file == NULL)
		return E_LIMIT;
	return os_file_slices(
	    making->copy.data, PIECE_MAX, store_slice, &slicing, err);
}

/* ---- the whole ---- */

static int take_lock(
    int *out, const char *directory, const char *name, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_printf(&path, "%s/%s", directory, name);
	if ((rc = buf_check(&path, err)) == 0)
		rc = manifest_denied(
		    directory, path.data, os_lock(out, path.data, err), err);
	buf_free(&path);
	return rc;
}

static int note_last(const struct making *making, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	char stamp[STAMP_TEXT];
	int rc;

	stamp_format(making->manifest.made_s, stamp);
	if ((rc = office_path(making->office, BACKUP_LAST, &path, err)) < 0 ||
	    (rc = json_print(&text,
		 json_pack("{s:s, s:s, s:s}", "made", stamp, "name",
		     making->manifest.name, "directory", making->backups),
		 err)) < 0)
		goto out;
	rc = os_file_write(path.data, text.data, text.len, 0600, err);
out:
	buf_free(&path);
	buf_free(&text);
	return rc;
}

static int read_last(const char *directory, json_t **out, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc;

	*out = NULL;
	buf_printf(&path, "%s/" BACKUP_LAST, directory);
	if ((rc = buf_check(&path, err)) == 0 &&
	    (rc = os_file_read(&text, path.data, LAST_MAX, err)) == 0)
		rc = json_read(out, text.data, text.len, err);
	buf_free(&path);
	buf_free(&text);
	return rc;
}

int backup_last(const char *directory, int64_t *made_s, struct err *err)
{
	json_t *json;
	int rc = read_last(directory, &json, err);

	if (rc == 0)
		rc = stamp_parse(made_s, json_text(json, "made"), err);
	json_decref(json);
	return rc;
}

int backup_last_path(const char *directory, struct buf *out, struct err *err)
{
	json_t *json;
	int rc = read_last(directory, &json, err);

	if (rc == 0) {
		manifest_path(
		    out, json_text(json, "directory"), json_text(json, "name"));
		rc = buf_check(out, err);
	}
	json_decref(json);
	return rc;
}

static int note_newest(void *context, const char *name, struct err *err)
{
	(void)err;
	text_copy(context, MANIFEST_NAME, name);
	return 0;
}

/*
 * Two backups within a second are two backups, and the later one has the later
 * name, also when keep made earlier names free. A newest one far ahead comes of
 * a clock that was wrong: it is not run after.
 */
static int choose_time(struct making *making, struct err *err)
{
	char name[MANIFEST_NAME], newest[MANIFEST_NAME] = "";
	struct buf path = BUF_INIT;
	int64_t now_s = os_now_s(making->office->os);
	int64_t *made_s = &making->manifest.made_s;
	int rc = manifest_each(making->backups, note_newest, newest, err);

	*made_s = now_s - 1;
	do {
		manifest_name(name, ++*made_s);
	} while (strcmp(name, newest) <= 0 && *made_s < now_s + AHEAD_S);
	if (strcmp(name, newest) <= 0)
		*made_s = now_s;
	for (; rc == 0; ++*made_s) {
		buf_reset(&path);
		manifest_name(name, *made_s);
		manifest_path(&path, making->backups, name);
		if ((rc = buf_check(&path, err)) < 0 ||
		    !os_file_exists(path.data))
			break;
	}
	buf_free(&path);
	return rc;
}

static int store_all(struct making *making, struct err *err)
{
	struct manifest *manifest = &making->manifest;
	int64_t size;
	int rc;

	if ((rc = os_file_facts(making->copy.data, &size, NULL, err)) < 0)
		return rc;
	progress_begin(&storing, size + making->small);
	if ((rc = store_database(making, err)) == 0)
		rc = each_file(making, store_small, NULL, err);
	progress_end();
	/* Those that a backup cut short left may not be on the disk either: a
	 * manifest names none that could be lost. */
	if (rc < 0 || (rc = os_disk_settle(making->backups, err)) < 0 ||
	    (rc = choose_time(making, err)) < 0 ||
	    (rc = manifest_write(manifest, making->backups, &making->key,
		 &making->office->server, err)) < 0)
		return rc;
	text_copy(making->out->name, sizeof(making->out->name), manifest->name);
	making->out->bytes = making->done;
	making->out->written += (int64_t)manifest->written;
	making->out->pieces = (int64_t)manifest->piece_count;
	return note_last(making, err);
}

/* Its files and the data directory's would be in each other's way, and go
 * with it: not in a server's directory, nor in one of its subdirectories. */
static int check_apart(const struct making *making, struct err *err)
{
	struct buf path = BUF_INIT;
	char *at = strdup(making->backups), *slash, *real = NULL;
	int rc = 0;

	/* What is not made yet has no links. */
	while (at != NULL && (real = realpath(at, NULL)) == NULL &&
	       strcmp(at, ".") != 0) {
		slash = strrchr(at, '/');
		if (slash == NULL) {
			free(at);
			at = strdup(".");
		} else {
			slash[slash == at] = '\0';
		}
	}
	while (rc == 0 && real != NULL && real[0] != '\0') {
		buf_reset(&path);
		buf_printf(&path, "%s/" OFFICE_SERVER_KEY, real);
		if ((rc = buf_check(&path, err)) == 0 &&
		    os_file_exists(path.data))
			rc = err_set(err, E_USAGE,
			    L("%s : c'est le dossier d'un serveur ; donnez un "
			      "autre dossier, de préférence sur un autre "
			      "disque",
				"%s: this is a server's directory; give "
				"another directory, best on another disk"),
			    real);
		*strrchr(real, '/') = '\0';
	}
	if (at == NULL)
		rc = err_nomem(err);
	buf_free(&path);
	free(real);
	free(at);
	return rc;
}

static int prepare(struct making *making, struct err *err)
{
	struct office *office = making->office;
	struct manifest *manifest = &making->manifest;
	struct buf manifests = BUF_INIT;
	struct backup_owner owner;
	int rc;

	text_copy(
	    manifest->program, sizeof(manifest->program), POINTEAU_VERSION);
	if ((manifest->logs = json_array()) == NULL)
		return err_nomem(err);
	buf_printf(&manifests, "%s/" MANIFEST_DIRECTORY, making->backups);
	if ((rc = check_apart(making, err)) == 0 &&
	    (rc = buf_check(&manifests, err)) == 0 &&
	    (rc = backup_owner_load(&owner, office->directory, err)) == 0 &&
	    (rc = backup_owner_alone(&owner, making->backups, err)) == 0 &&
	    (rc = recovery_public(
		 manifest->recovery, office->directory, err)) == 0 &&
	    (rc = office_path(office, BACKUP_COPY, &making->copy, err)) == 0)
		rc = os_directory_make(manifests.data, err);
	buf_free(&manifests);
	return rc;
}

int backup_make(struct office *office, const char *backups,
    struct backup_made *out, struct err *err)
{
	struct making *making = calloc(1, sizeof(*making));
	int lock = -1, make_lock = -1, rc;

	memset(out, 0, sizeof(*out));
	if (making == NULL)
		return err_nomem(err);
	making->office = office;
	making->backups = backups;
	making->out = out;
	if ((rc = prepare(making, err)) < 0 ||
	    (rc = take_lock(&make_lock, office->directory, MAKE_LOCK, err)) <
		0 ||
	    (rc = take_lock(&lock, backups, LOCK, err)) < 0)
		goto out;
	if ((rc = backup_key_load(&making->key, office->directory,
		 making->manifest.recovery, err)) == 0 &&
	    (rc = copy_all(making, err)) == 0)
		rc = store_all(making, err);
	(void)remove_copy(&making->copy, NULL);
out:
	os_unlock(lock);
	os_unlock(make_lock);
	backup_key_clear(&making->key);
	manifest_clear(&making->manifest);
	if (making->before.data != NULL)
		crypto_wipe(making->before.data, making->before.len);
	buf_free(&making->before);
	buf_free(&making->names);
	buf_free(&making->copy);
	free(making);
	return rc;
}

int backup_sweep(const struct office *office, struct err *err)
{
	struct buf copy = BUF_INIT;
	int lock = -1;
	int rc = office_path(office, BACKUP_COPY, &copy, err);

	if (rc == 0 && os_file_exists(copy.data) &&
	    (rc = take_lock(&lock, office->directory, MAKE_LOCK, err)) == 0)
		rc = remove_copy(&copy, err);
	os_unlock(lock);
	buf_free(&copy);
	/* One is being made: it removes its own. */
	return rc == E_LOCKED ? 0 : rc;
}
