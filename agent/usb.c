#include "agent/usb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/os_place.h"
#include "shared/usb.h"
#include "shared/wire.h"

#define FILE_MODE   0644  /* the office has another user */
#define STICK_SPARE 65536 /* what a file costs beside its bytes */

/* A set without a receipt. */
struct pending {
	char structure[TEXT_ID_MAX + 1];
	int64_t id;
	struct hash hash;
};

struct export
{
	struct agent *agent;
	struct pending *items; /* owned */
	size_t count;
	size_t room;
	const char *structure; /* being listed */
	json_t *sets;          /* of the manifest; owned */
	struct usb_summary *out;
};

/* ---- what to write ---- */

static int note_pending(
    void *context, const struct set_row *row, struct err *err)
{
	struct export *export = context;
	struct pending *item;

	/* Others' sets, kept for a server that lost them, are not ours to
	 * carry. */
	if (strcmp(row->device, export->agent->device) != 0)
		return 0;
	if (export->count == export->room) {
		size_t room = export->room == 0 ? 16 : 2 * export->room;
		struct pending *items =
		    realloc(export->items, room * sizeof(*items));

		if (items == NULL)
			return err_nomem(err);
		export->items = items;
		export->room = room;
	}
	item = &export->items[export->count++];
	text_copy(item->structure, sizeof(item->structure), export->structure);
	item->id = row->id;
	item->hash = row->hash;
	return 0;
}

static int seal_structure(
    void *context, const struct follow *follow, struct err *err)
{
	struct export *export = context;
	struct agent *agent = export->agent;
	int rc;

	export->structure = follow->structure;
	if ((rc = ledger_seal(agent->db, agent->os, &agent->key,
		 follow->structure, err)) < 0)
		return rc;
	return ledger_pending(
	    agent->db, follow->structure, note_pending, export, err);
}

/* As a push does; nothing is noted as sent: a stick may get lost. */
static int seal_all(struct export *export, struct err *err)
{
	struct agent *agent = export->agent;
	int rc;

	if ((rc = db_begin(agent->db, err)) < 0)
		return rc;
	if ((rc = agent_key_again(agent, err)) == 0 &&
	    (rc = journal_follow_all(agent->db, seal_structure, export, err)) ==
		0)
		rc = db_commit(agent->db, err);
	if (rc < 0)
		db_rollback(agent->db);
	return rc;
}

/* ---- writing ---- */

static bool is_there(const char *path, const struct buf *bytes)
{
	struct buf old = BUF_INIT;
	bool same;

	same = os_file_read_strange(&old, path, bytes->len, NULL) == 0 &&
	       old.len == bytes->len &&
	       memcmp(buf_text(&old), buf_text(bytes), old.len) == 0;
	buf_free(&old);
	return same;
}

/* Told before the disk does, and in its words: which disk is full? */
static int stick_failed(const struct export *export, size_t len,
    const struct err *why, struct err *err)
{
	const char *path = buf_text(&export->out->path);
	int64_t free = os_disk_free(path);

	if (why->code != E_IO || free < 0 || (size_t)free > len + STICK_SPARE)
		return err_set(err, why->code, "%s", why->text);
	return err_set(err, E_IO,
	    L("%s : la clé est pleine ; libérez-y de la place ou prenez-en une "
	      "autre, puis recommencez : ce qui y est déjà écrit reste bon, et "
	      "tout est gardé ici",
		"%s: the stick is full; free some space on it or take another, "
		"then try again: what is written there stays good, and all is "
		"kept here"),
	    path);
}

static int write_file(struct export *export, const char *name,
    const struct buf *bytes, bool *added, struct err *err)
{
	struct err why = ERR_INIT;
	struct buf path = BUF_INIT;
	int rc;

	*added = false;
	buf_printf(&path, "%s/%s", buf_text(&export->out->path), name);
	if ((rc = buf_check(&path, err)) < 0 || is_there(path.data, bytes))
		goto out;
	*added = true;
	if ((rc = os_file_write(
		 path.data, bytes->data, bytes->len, FILE_MODE, &why)) < 0)
		rc = stick_failed(export, bytes->len, &why, err);
out:
	buf_free(&path);
	return rc;
}

static json_t *describe(const struct changeset *set, const char *name)
{
	return json_pack("{s:s,s:s,s:s,s:I,s:I}", "file", name, "structure",
	    set->header.structure, "session", set->header.session, "seq",
	    (json_int_t)set->header.seq, "entries", (json_int_t)set->count);
}

static int write_set(
    struct export *export, const struct pending *item, struct err *err)
{
	struct buf storage = BUF_INIT, bytes = BUF_INIT;
	char hex[HASH_TEXT], name[USB_NAME_TEXT];
	struct changeset set = {.count = 0};
	bool added;
	int rc;

	hash_hex(&item->hash, hex);
	usb_set_name(hex, name);
	if ((rc = ledger_set_load(export->agent->db, item->structure, item->id,
		 &set, &storage, err)) < 0 ||
	    (rc = wire_push_encode(&bytes, &set, 1, err)) < 0 ||
	    (rc = write_file(export, name, &bytes, &added, err)) < 0)
		goto out;
	if (json_array_append_new(export->sets, describe(&set, name)) < 0) {
		rc = err_nomem(err);
		goto out;
	}
	export->out->sets++;
	export->out->entries += (int64_t)set.count;
	export->out->added += added;
out:
	changeset_clear(&set);
	buf_free(&storage);
	buf_free(&bytes);
	return rc;
}

/* For people who look at the stick; the office believes signatures alone. */
static int write_manifest(struct export *export, struct err *err)
{
	const struct agent *agent = export->agent;
	struct buf name = BUF_INIT, text = BUF_INIT;
	char now[STAMP_TEXT];
	bool added;
	int rc;

	stamp_format(os_now_s(agent->os), now);
	if ((rc = journal_get(agent->db, SETTING_NAME, &name, err)) < 0 ||
	    (rc = json_print(&text,
		 json_pack("{s:i,s:s,s:s,s:s,s:O}", "format", USB_FORMAT,
		     "device", agent->device, "name", buf_text(&name), "at",
		     now, "sets", export->sets),
		 err)) < 0)
		goto out;
	rc = write_file(export, USB_MANIFEST, &text, &added, err);
out:
	buf_free(&name);
	buf_free(&text);
	return rc;
}

static int write_all(
    struct export *export, const char *directory, struct err *err)
{
	struct buf *path = &export->out->path;
	int rc;

	buf_printf(
	    path, "%s/%s%s", directory, USB_PREFIX, export->agent->device);
	if ((rc = buf_check(path, err)) < 0 ||
	    (rc = os_directory_make_open(path->data, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < export->count; i++)
		rc = write_set(export, &export->items[i], err);
	return rc < 0 ? rc : write_manifest(export, err);
}

int usb_export(struct agent *agent, const char *directory,
    struct usb_summary *out, struct err *err)
{
	struct export export = {.agent = agent, .out = out};
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (!os_is_directory(directory))
		return err_set(err, E_NOT_FOUND,
		    L("%s : aucun dossier de ce nom ; branchez la clé, "
		      "attendez qu'elle s'affiche, puis recommencez",
			"%s: no such directory; plug the stick in, wait until "
			"it shows up, then try again"),
		    directory);
	if ((export.sets = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = seal_all(&export, err)) == 0 && export.count > 0)
		rc = write_all(&export, directory, err);
	json_decref(export.sets);
	free(export.items);
	return rc;
}
