#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "server/import/stick.h"
#include "shared/lang.h"
#include "shared/os_place.h"
#include "shared/text.h"
#include "shared/usb.h"

/* ---- reading the stick, where the person is ---- */

/* Names of one directory; the array and what it names are owned. */
struct names {
	char **items;
	size_t count;
	size_t max;
	bool (*wanted)(const char *name);
};

static void names_clear(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	names->items = NULL;
	names->count = 0;
}

static int too_many(struct err *err)
{
	return err_set(err, E_LIMIT,
	    L("plus de %d lots sur cette clé : importez un dossier "
	      "pointeau-… après l'autre, ou effacez ceux qui sont pris",
		"over %d sets on this stick: import one directory pointeau-… "
		"after the other, or delete those that are taken"),
	    STICK_FILES_MAX);
}

static int note_name(void *context, const char *name, struct err *err)
{
	struct names *names = context;

	if (!names->wanted(name))
		return 0;
	if (names->count == names->max)
		return too_many(err);
	if ((names->items[names->count] = strdup(name)) == NULL)
		return err_nomem(err);
	names->count++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In order, so that two readings tell the same. */
static int list(struct names *names, const char *path,
    bool (*wanted)(const char *name), struct err *err)
{
	int rc;

	*names = (struct names){.max = STICK_FILES_MAX, .wanted = wanted};
	names->items = calloc(names->max, sizeof(*names->items));
	if (names->items == NULL)
		return err_nomem(err);
	if ((rc = os_directory_names(
		 path, STICK_LOOK_MAX, note_name, names, err)) == 0)
		qsort(
		    names->items, names->count, sizeof(*names->items), compare);
	return rc;
}

/* One file. What cannot be read is told by name with the others: no bytes. */
static int add_file(struct program *program, struct buf *texts,
    const char *path, const char *place, const char *name, struct err *err)
{
	size_t i = program->input_count;
	struct buf *bytes = &program->storage[i];
	struct buf file = BUF_INIT;
	int rc;

	if (i == CMD_INPUTS_MAX)
		return too_many(err);
	buf_printf(&file, "%s/%s", path, name);
	if ((rc = buf_check(&file, err)) < 0)
		goto out;
	rc = os_file_read_strange(bytes, file.data, STICK_FILE_MAX, err);
	if (rc == E_NOMEM)
		goto out;
	if (rc < 0)
		buf_free(bytes);
	rc = 0;
	/* Named below, once ${texts} no longer moves. */
	buf_printf(texts, "%s/%s", place, name);
	buf_add_char(texts, '\0');
	program->inputs[i].data = buf_bytes(bytes);
	program->input_count++;
out:
	buf_free(&file);
	return rc;
}

static int check_bytes(const struct program *program, struct err *err)
{
	size_t total = 0;

	for (size_t i = 0; i < program->input_count; i++)
		total += program->inputs[i].data.len;
	if (total <= STICK_BYTES_MAX)
		return 0;
	return err_set(err, E_LIMIT,
	    L("plus de %zu octets de lots sur cette clé : importez un dossier "
	      "pointeau-… après l'autre",
		"over %zu bytes of sets on this stick: import one directory "
		"pointeau-… after the other"),
	    STICK_BYTES_MAX);
}

static int add_place(struct program *program, struct buf *texts,
    const char *path, const char *place, struct err *err)
{
	struct names files;
	int rc = list(&files, path, usb_is_set, err);

	for (size_t i = 0; rc == 0 && i < files.count; i++) {
		if ((rc = add_file(program, texts, path, place, files.items[i],
			 err)) == 0)
			rc = check_bytes(program, err);
	}
	names_clear(&files);
	return rc;
}

/* The directory itself, when it is one laptop's. */
static int add_itself(struct program *program, struct buf *texts,
    const char *path, struct err *err)
{
	struct buf shown = BUF_INIT;
	char *copy = strdup(path);
	int rc;

	if (copy == NULL)
		return err_nomem(err);
	text_quote(&shown, basename(copy));
	if ((rc = buf_check(&shown, err)) == 0)
		rc = add_place(program, texts, path, buf_text(&shown), err);
	buf_free(&shown);
	free(copy);
	return rc;
}

static int add_places(struct program *program, struct buf *texts,
    const char *path, struct err *err)
{
	struct names places;
	int rc = list(&places, path, usb_is_place, err);

	for (size_t i = 0; rc == 0 && i < places.count; i++) {
		struct buf below = BUF_INIT;

		buf_printf(&below, "%s/%s", path, places.items[i]);
		if ((rc = buf_check(&below, err)) == 0 &&
		    os_is_directory(below.data))
			rc = add_place(
			    program, texts, below.data, places.items[i], err);
		buf_free(&below);
	}
	names_clear(&places);
	return rc;
}

int cmd_read_stick(struct call *call, struct buf *texts, struct err *err)
{
	struct program *program = call->program;
	const char *path = call->args[0];
	const char *at;
	int rc;

	if (!os_is_directory(path))
		return err_set(err, E_NOT_FOUND,
		    L("%s : aucun dossier de ce nom ; branchez la clé, "
		      "attendez qu'elle s'affiche, puis recommencez",
			"%s: no such directory; plug the stick in, wait until "
			"it shows up, then try again"),
		    path);
	if ((rc = add_itself(program, texts, path, err)) < 0 ||
	    (rc = add_places(program, texts, path, err)) < 0 ||
	    (rc = buf_check(texts, err)) < 0)
		return rc;
	if (program->input_count == 0)
		return err_set(err, E_NOT_FOUND,
		    L("%s : aucun lot de Pointeau ; donnez la clé, ou son "
		      "dossier pointeau-…",
			"%s: no set of Pointeau's; give the stick, or its "
			"directory pointeau-…"),
		    path);
	at = texts->data;
	for (size_t i = 0; i < program->input_count; i++) {
		program->inputs[i].name = at;
		at += strlen(at) + 1;
	}
	return 0;
}

/* ---- taking it in, where the writer is ---- */

static json_t *to_json(const struct stick_summary *summary)
{
	return json_pack("{s:i,s:I,s:I,s:I,s:O,s:O}", "schema", 1, "new",
	    (json_int_t)summary->taken, "known", (json_int_t)summary->known,
	    "refused", (json_int_t)summary->refused, "devices",
	    summary->devices, "faults", summary->faults);
}

static void tell_device(struct buf *out, const json_t *device)
{
	const char *name = json_text(device, "name");
	int64_t aside = json_int(device, "quarantined", 0);

	buf_printf(out,
	    L("poste %s (%s)%s : lots nouveaux %" PRId64 " (saisies : %" PRId64
	      "), déjà reçus %" PRId64 ", refusés %" PRId64 "\n",
		"device %s (%s)%s: new sets %" PRId64 " (entries: %" PRId64
		"), received already %" PRId64 ", refused %" PRId64 "\n"),
	    name[0] != '\0' ? name : "?", json_text(device, "device"),
	    json_is_true(json_object_get(device, "revoked"))
		? L(", révoqué", ", revoked")
		: "",
	    json_int(device, "new", 0), json_int(device, "entries", 0),
	    json_int(device, "known", 0), json_int(device, "refused", 0));
	if (aside > 0)
		buf_printf(out,
		    L("  mises à part : %" PRId64 " ; voyez les alertes\n",
			"  set aside: %" PRId64 "; see the alerts\n"),
		    aside);
}

static void tell(struct call *call, const struct stick_summary *summary)
{
	size_t i;
	const json_t *row;

	json_array_foreach(summary->devices, i, row)
	    tell_device(call->out, row);
	json_array_foreach(summary->faults, i, row)
	    buf_printf(call->note, "%s%s%s\n", json_text(row, "file"),
		L(" : ", ": "), json_text(row, "message"));
}

int cmd_import_usb(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct stick_summary summary;
	int rc = stick_import(cmd_office(call), program->inputs,
	    program->input_count, &summary, err);

	if (rc < 0)
		goto out;
	if (cmd_json(call))
		rc = json_print(call->out, to_json(&summary), err);
	else
		tell(call, &summary);
	if (rc == 0 && summary.refused > 0)
		rc = err_set(err, E_PARTIAL,
		    L("lots refusés : %" PRId64 " ; tous les autres sont pris",
			"sets refused: %" PRId64 "; all others are taken"),
		    summary.refused);
out:
	stick_clear(&summary);
	return rc;
}
