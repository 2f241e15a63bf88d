#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "server/audit/audit_export.h"
#include "server/audit/audit_tree.h"
#include "server/audit/audit_zip.h"
#include "shared/date.h"
#include "shared/lang.h"

#define PREFIX    "audit-zip."
#define MADE      "zip" /* beside the directory; its name has a month */
#define FILE_MODE 0600
#define LEVEL     6 /* zlib's own choice, said so that it stays the same */
#define OLD_S     86400
#define DOS_FIRST 1980 /* years that a ZIP can say */
#define DOS_LAST  2107

int audit_zip_too_large(struct err *err)
{
	return err_set(err, E_LIMIT,
	    L("trop de fichiers pour un .zip (%zu Mo au plus) : demandez une "
	      "structure à la fois, ou le dossier lui-même, au serveur "
	      "(pointeau-server export audit MOIS --out DOSSIER)",
		"too many files for a .zip (%zu MB at most): ask for one "
		"structure at a time, or for the directory itself, at the "
		"server (pointeau-server export audit MONTH --out DIR)"),
	    AUDIT_ZIP_MAX >> 20);
}

/* ---- the place ---- */

int audit_zip_place(struct buf *out, const char *directory, struct err *err)
{
	int rc;

	buf_printf(out, "%s/" PREFIX "XXXXXX", directory);
	if ((rc = buf_check(out, err)) < 0)
		return rc;
	return mkdtemp(out->data) != NULL
	           ? 0
	           : err_errno(err, E_IO, "%s", directory);
}

void audit_zip_sweep(const char *directory, int64_t now_s)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct buf path = BUF_INIT;
		struct stat st;

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		buf_printf(&path, "%s/%s", directory, entry->d_name);
		if (!path.failed && lstat(path.data, &st) == 0 &&
		    S_ISDIR(st.st_mode) && (int64_t)st.st_mtime < now_s - OLD_S)
			audit_tree_remove(path.data);
		buf_free(&path);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

/* ---- the file ---- */

static int failed(zip_t *zip, struct err *err)
{
	zip_error_t *why = zip_get_error(zip);

	if (zip_error_code_zip(why) == ZIP_ER_MEMORY)
		return err_nomem(err);
	return err_set(err, E_IO,
	    L("le .zip n'a pas pu être écrit : %.200s",
		"the .zip could not be written: %.200s"),
	    zip_error_strerror(why));
}

/* The day as MS-DOS has it: there is no time zone in it. */
static int dos_day(zip_uint16_t *out, const char *day, struct err *err)
{
	struct date date;
	int rc = date_parse(&date, day, err);

	if (rc < 0)
		return rc;
	if (date.year < DOS_FIRST)
		date = (struct date){DOS_FIRST, 1, 1};
	if (date.year > DOS_LAST)
		date = (struct date){DOS_LAST, 12, 31};
	*out = (zip_uint16_t)((unsigned)(date.year - DOS_FIRST) << 9 |
			      (unsigned)date.month << 5 | (unsigned)date.day);
	return 0;
}

static int add_file(zip_t *zip, const char *root, const char *name,
    const char *path, zip_uint16_t day, struct err *err)
{
	const zip_uint32_t mode = (zip_uint32_t)(S_IFREG | FILE_MODE) << 16;
	struct buf full = BUF_INIT, inside = BUF_INIT;
	zip_source_t *source = NULL;
	zip_int64_t at = -1;
	int rc;

	buf_printf(&full, "%s/%s", root, path);
	buf_printf(&inside, "%s/%s", name, path);
	if ((rc = buf_check(&full, err)) < 0 ||
	    (rc = buf_check(&inside, err)) < 0)
		goto out;
	source = zip_source_file(zip, full.data, 0, 0);
	if (source != NULL)
		at = zip_file_add(zip, inside.data, source, ZIP_FL_ENC_UTF_8);
	if (at < 0) {
		rc = failed(zip, err);
		zip_source_free(source);
		goto out;
	}
	if (zip_set_file_compression(
		zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, LEVEL) < 0 ||
	    zip_file_set_dostime(zip, (zip_uint64_t)at, 0, day, 0) < 0 ||
	    zip_file_set_external_attributes(
		zip, (zip_uint64_t)at, 0, ZIP_OPSYS_UNIX, mode) < 0)
		rc = failed(zip, err);
out:
	buf_free(&full);
	buf_free(&inside);
	return rc;
}

static int add_files(zip_t *zip, const char *root, const char *name,
    zip_uint16_t day, struct err *err)
{
	struct audit_tree tree = {NULL, 0, 0};
	int rc = audit_tree_scan(&tree, root, err);

	for (size_t i = 0; rc == 0 && i < tree.count; i++)
		rc = add_file(zip, root, name, tree.files[i].path, day, err);
	audit_tree_clear(&tree);
	return rc;
}

/* libzip reads the files one after the other as it closes: no more memory
 * than their names. */
static int write_zip(const char *path, const char *root, const char *name,
    zip_uint16_t day, struct err *err)
{
	zip_error_t why;
	zip_t *zip;
	int code = 0, rc;

	if ((zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code)) == NULL) {
		zip_error_init_with_code(&why, code);
		rc = err_set(
		    err, E_IO, "%s: %.200s", path, zip_error_strerror(&why));
		zip_error_fini(&why);
		return rc;
	}
	if ((rc = add_files(zip, root, name, day, err)) == 0 &&
	    zip_close(zip) < 0)
		rc = failed(zip, err);
	else if (rc == 0)
		zip = NULL;
	if (zip != NULL)
		zip_discard(zip);
	return rc;
}

int audit_zip(struct buf *out, const char *place, const char *name,
    const char *day, size_t max, struct err *err)
{
	struct buf path = BUF_INIT, root = BUF_INIT;
	zip_uint16_t dos = 0;
	struct stat st;
	int rc;

	buf_printf(&path, "%s/" MADE, place);
	buf_printf(&root, "%s/%s", place, name);
	if ((rc = buf_check(&path, err)) < 0 ||
	    (rc = buf_check(&root, err)) < 0 ||
	    (rc = dos_day(&dos, day, err)) < 0 ||
	    (rc = write_zip(path.data, root.data, name, dos, err)) < 0)
		goto out;
	if (stat(path.data, &st) < 0)
		rc = err_errno(err, E_IO, "%s", path.data);
	else if ((uint64_t)st.st_size > max)
		rc = audit_zip_too_large(err);
	else
		rc = os_file_read(out, path.data, max, err);
out:
	buf_free(&path);
	buf_free(&root);
	return rc;
}
