#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "server/quarantine.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/out.h"
#include "shared/text.h"

#define HASH_SHOWN  12 /* digits of a hash, enough to type */
#define LIMIT_MAX   1000
#define LIMIT_CHARS 4

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, L("Empreinte", "Hash"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Poste", "Device"), OUT_TEXT);
	table_column(table, L("Personne", "Person"), OUT_TEXT);
	table_column(table, L("Écriture", "Entry"), OUT_TEXT);
	table_column(table, L("Reçue", "Received"), OUT_TEXT);
	table_column(table, L("Pourquoi", "Why"), OUT_TEXT);
	table_column(table, L("À faire", "To do"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		char hash[HASH_SHOWN + 1];

		text_copy(hash, sizeof(hash), json_text(row, "hash"));
		table_row(table);
		table_text(table, hash);
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "name"));
		table_text(table, json_text(row, "person_name"));
		table_text(table, json_text(row, "record"));
		table_text(table, json_text(row, "received"));
		table_text(table, json_text(row, "why"));
		table_text(table, json_text(row, "todo"));
	}
}

static int read_limit(struct call *call, int64_t *out, struct err *err)
{
	const char *text = opt_value(call, "limit");

	*out = QUARANTINE_LIMIT;
	if (text == NULL)
		return 0;
	*out = strspn(text, "0123456789") == strlen(text) &&
	               strlen(text) <= LIMIT_CHARS
	           ? strtoll(text, NULL, 10)
	           : 0;
	if (*out >= 1 && *out <= LIMIT_MAX)
		return 0;
	return err_set(err, E_USAGE,
	    L("--limit : un nombre de 1 à %d",
		"--limit: a number from 1 to %d"),
	    LIMIT_MAX);
}

int cmd_quarantine_list(struct call *call, struct err *err)
{
	int64_t limit, total = 0;
	json_t *rows = NULL;
	int rc;

	if ((rc = read_limit(call, &limit, err)) < 0 ||
	    (rc = quarantine_list(cmd_office(call),
		 opt_value(call, "structure"), limit, &rows, &total, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:I, s:o}", "schema", 1, "total",
			(json_int_t)total, "rows", rows),
		    err);
	if (total > (int64_t)json_array_size(rows))
		buf_printf(call->note,
		    L("%zu sur %" PRId64 " : voyez --limit.\n",
			"%zu of %" PRId64 ": see --limit.\n"),
		    json_array_size(rows), total);
	return cmd_rows(call, rows,
	    L("Rien n'est mis à part.", "Nothing is set aside."), fill, err);
}

int cmd_quarantine_release(struct call *call, struct err *err)
{
	const char *reason = opt_value(call, "reason");
	json_t *out = NULL;
	int rc;

	if ((rc = text_check_name(
		 L("motif", "reason"), reason, TEXT_NOTE_MAX, err)) < 0 ||
	    (rc = quarantine_release(
		 cmd_office(call), call->args[0], reason, &out, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out, out, err);
	buf_printf(call->out,
	    strcmp(json_text(out, "state"), RECORD_CONTESTED) == 0
		? L("Elle compte désormais ; %s est contesté : tranchez.\n",
		      "It counts from now on; %s is contested: settle it.\n")
		: L("Elle compte désormais : %s.\n",
		      "It counts from now on: %s.\n"),
	    json_text(out, "record"));
	json_decref(out);
	return buf_check(call->out, err);
}
