#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/cmd.h"
#include "server/cmd_export.h"
#include "server/cmd_parcel.h"
#include "shared/lang.h"

#define MAGIC     "pointeau-parcel 1 "
#define FILE_MODE 0600

const char *cmd_export_directory(const struct call *call)
{
	const char *out = opt_value(call, "out");

	return out == NULL || strcmp(out, "-") == 0 ? NULL : out;
}

int parcel_make(struct buf *out, const struct export *ex, const char *id,
    const char *words, struct err *err)
{
	json_t *files = json_array(), *head;

	for (size_t i = 0; i < ex->count; i++)
		(void)json_array_append_new(
		    files, json_pack("{s:s, s:I}", "name", ex->files[i].name,
			       "size", (json_int_t)ex->files[i].data.len));
	head = json_pack(
	    "{s:s, s:s, s:o}", "id", id, "words", words, "files", files);
	if (head == NULL || json_array_size(files) != ex->count) {
		json_decref(head);
		return err_nomem(err);
	}
	buf_add_text(out, MAGIC);
	json_write(out, head);
	buf_add_char(out, '\n');
	json_decref(head);
	for (size_t i = 0; i < ex->count; i++)
		buf_add(
		    out, buf_text(&ex->files[i].data), ex->files[i].data.len);
	return buf_check(out, err);
}

/* ---- opened ---- */

static int write_files(const json_t *files, const char *directory,
    const char *data, size_t len, struct err *err)
{
	int rc = os_directory_make(directory, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(files); i++) {
		const json_t *file = json_array_get(files, i);
		size_t size = (size_t)json_int(file, "size", 0);
		struct buf path = BUF_INIT;

		if (size > len)
			return err_set(err, E_CORRUPT,
			    L("colis incomplet", "incomplete parcel"));
		buf_printf(&path, "%s/%s", directory, json_text(file, "name"));
		if ((rc = buf_check(&path, err)) == 0)
			rc = os_file_write(
			    path.data, data, size, FILE_MODE, err);
		buf_free(&path);
		data += size;
		len -= size;
	}
	return rc;
}

static int open_parcel(const struct buf *parcel, const char *directory,
    struct buf *words, struct err *err)
{
	const char *head = parcel->data + strlen(MAGIC);
	const char *end = memchr(head, '\n', parcel->len - strlen(MAGIC));
	json_t *json = NULL;
	int rc;

	if (end == NULL)
		return err_set(
		    err, E_CORRUPT, L("colis incomplet", "incomplete parcel"));
	if ((rc = json_read(&json, head, (size_t)(end - head), err)) < 0)
		return rc;
	rc = write_files(json_object_get(json, "files"), directory, end + 1,
	    parcel->len - (size_t)(end + 1 - parcel->data), err);
	if (rc == 0) {
		buf_add_text(words, json_text(json, "words"));
		rc = buf_check(words, err);
	} else {
		rc = err_context(err,
		    L("l'export %s est au journal, mais tous ses fichiers "
		      "n'ont pas pu être écrits ; recommencez avec un autre "
		      "dossier, il sera inscrit à nouveau",
			"export %s is in the log, but not all its files could "
			"be written; try again with another directory, it "
			"will be logged again"),
		    json_text(json, "id"));
	}
	json_decref(json);
	return rc;
}

int cmd_export_open(struct call *call, struct err *err)
{
	const char *directory = cmd_export_directory(call);
	struct buf parcel = *call->out;
	int rc;

	if (directory == NULL || parcel.len < strlen(MAGIC) ||
	    memcmp(parcel.data, MAGIC, strlen(MAGIC)) != 0)
		return 0;
	*call->out = (struct buf)BUF_INIT;
	rc = open_parcel(&parcel, directory, call->out, err);
	buf_free(&parcel);
	return rc;
}

/* ---- before ---- */

bool cmd_export_makes_file(const struct call *call)
{
	const char *format = opt_value(call, "format");

	if ((call->command->flags & CMD_WRITE) != 0)
		return true;
	return format != NULL && strcmp(format, "table") != 0 &&
	       strcmp(format, "json") != 0;
}

/* Unless asked otherwise, which format goes to standard output? */
static bool is_binary(const struct call *call)
{
	const char *format = opt_value(call, "format");
	const char *words = call->command->words;

	if (format != NULL)
		return strcmp(format, "xlsx") == 0 ||
		       strcmp(format, "pdf") == 0;
	return strcmp(words, "export sheets") == 0 ||
	       strcmp(words, "export fse") == 0 ||
	       strcmp(words, "export report") == 0;
}

int cmd_export_check(const struct call *call, struct err *err)
{
	const char *directory = cmd_export_directory(call);

	if (directory == NULL) {
		if (!cmd_export_makes_file(call) || !is_binary(call) ||
		    isatty(STDOUT_FILENO) == 0)
			return 0;
		return err_set(err, E_USAGE,
		    L("ce fichier n'est pas du texte, et un terminal ne le "
		      "montrerait pas : donnez --out DIR, ou redirigez (> "
		      "fichier)",
			"this file is no text, and a terminal would not show "
			"it: give --out DIR, or redirect (> file)"));
	}
	if (directory[0] == '\0')
		return err_set(err, E_USAGE,
		    L("--out : il manque le nom du dossier",
			"--out: the directory's name is missing"));
	if (os_file_exists(directory) && !os_is_directory(directory))
		return err_set(err, E_CONFLICT,
		    L("--out %s : ce n'est pas un dossier ; rien n'a été fait",
			"--out %s: this is no directory; nothing was done"),
		    directory);
	return 0;
}
