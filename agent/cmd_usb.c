#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cmd.h"
#include "agent/usb.h"
#include "shared/lang.h"
#include "shared/os_place.h"
#include "shared/text.h"

#define MEGABYTE 1000000

/* ---- export usb ---- */

static void tell_export(struct buf *out, const struct usb_summary *summary)
{
	if (summary->sets == 0) {
		buf_add_text(
		    out, L("Rien à copier : le bureau a déjà tout reçu.\n",
			     "Nothing to copy: the office has received it all "
			     "already.\n"));
		return;
	}
	buf_printf(out,
	    L("copié sur la clé : saisies %" PRId64 ", lots %" PRId64
	      ", dont nouveaux %" PRId64 "\n%s\n",
		"copied to the stick: entries %" PRId64 ", sets %" PRId64
		", of which new %" PRId64 "\n%s\n"),
	    summary->entries, summary->sets, summary->added,
	    buf_text(&summary->path));
}

int cmd_export_usb(struct call *call, struct err *err)
{
	struct usb_summary summary = {.sets = 0};
	struct agent agent;
	int rc;

	if (call->args[0][0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le nom du dossier ; « pointeau usb places » "
		      "montre les clés branchées",
			"the directory's name is missing; \"pointeau usb "
			"places\" shows the sticks plugged in"));
	if ((rc = cmd_open(call, &agent, false, err)) < 0)
		return rc;
	if ((rc = usb_export(&agent, call->args[0], &summary, err)) < 0)
		goto out;
	if (cmd_json(call))
		rc = cmd_answer(call,
		    json_pack("{s:i,s:I,s:I,s:I,s:s}", "schema", 1, "sets",
			(json_int_t)summary.sets, "entries",
			(json_int_t)summary.entries, "added",
			(json_int_t)summary.added, "path",
			buf_text(&summary.path)),
		    err);
	else
		tell_export(call->out, &summary);
	if (rc == 0 && summary.sets > 0)
		cmd_note(call, "%s",
		    L("éjectez la clé avant de la retirer, puis portez-la au "
		      "bureau ; ces saisies restent gardées ici jusqu'à leur "
		      "reçu",
			"eject the stick before you pull it out, then take it "
			"to the office; these entries stay kept here until "
			"their receipt"));
out:
	buf_free(&summary.path);
	agent_close(&agent);
	return rc;
}

/* ---- usb places ---- */

struct places {
	json_t *rows; /* owned */
	struct table *table;
};

static void add_free(struct table *table, int64_t free)
{
	char text[32];

	(void)snprintf(text, sizeof(text),
	    L("%" PRId64 " Mo", "%" PRId64 " MB"), free / MEGABYTE);
	table_text(table, free < 0 ? "" : text);
}

/* One whose name is no text could not be named back to us: left out. */
static int add_place(
    void *context, const char *path, const char *label, struct err *err)
{
	struct places *places = context;
	int64_t free = os_disk_free(path);

	if (!text_is_utf8(path, strlen(path)))
		return 0;
	table_row(places->table);
	table_text(places->table, label);
	add_free(places->table, free);
	table_text(places->table, path);
	return json_array_append_new(places->rows,
		   json_pack("{s:s,s:s,s:o}", "path", path, "label", label,
		       "free", free < 0 ? json_null() : json_integer(free))) < 0
	           ? err_nomem(err)
	           : 0;
}

int cmd_usb_places(struct call *call, struct err *err)
{
	struct places places = {json_array(), NULL};
	int rc;

	if (places.rows == NULL)
		return err_nomem(err);
	if ((rc = table_new(&places.table, err)) < 0)
		goto out;
	table_column(places.table, L("Clé", "Stick"), OUT_TEXT);
	table_column(places.table, L("Libre", "Free"), OUT_TEXT);
	table_column(places.table, L("Dossier", "Directory"), OUT_TEXT);
	if ((rc = os_places(add_place, &places, err)) < 0)
		goto out;
	if (cmd_json(call))
		rc = cmd_answer(call,
		    json_pack("{s:i,s:O}", "schema", 1, "rows", places.rows),
		    err);
	else
		rc = cmd_table(call, places.table,
		    L("Aucune clé branchée : branchez-en une et attendez "
		      "qu'elle s'affiche.",
			"No stick is plugged in: plug one in and wait until it "
			"shows up."),
		    err);
out:
	table_free(places.table);
	json_decref(places.rows);
	return rc;
}
