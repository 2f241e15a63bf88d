#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/export/export_log.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

/* Digests that would make an entry too long (ENTRY_BYTES_MAX) are left out,
 * and nothing is told of what changed since. */
#define KEYS_MAX  ((size_t)200 * 1024)
#define NOTED_MAX 500 /* files named in an entry, at most */

/* ---- writing ---- */

static const char *not_logged(void)
{
	return L("export non inscrit au journal, donc non fait",
	    "export not written in the log, so not made");
}

static void make_id(const struct office *office, char id[EXPORT_ID])
{
	int64_t now_s = os_now_s(office->os);
	struct date day = date_from_days(now_s / 86400);
	uint8_t chance[4];
	char hex[9];

	os_random(office->os, chance, sizeof(chance));
	enc_hex(chance, sizeof(chance), hex);
	(void)snprintf(id, EXPORT_ID, "%04u%02u%02u-%s",
	    (unsigned)day.year % 10000, (unsigned)day.month % 100,
	    (unsigned)day.day % 100, hex);
}

static json_t *filter_json(const struct export_ask *ask)
{
	json_t *out = json_object();
	bool good = json_put_text(out, "month", ask->month) &&
	            json_put_text(out, "structure", ask->structure) &&
	            json_put_text(out, "by", ask->by) &&
	            json_put_text(out, "worker", ask->worker) &&
	            json_put_text(out, "project", ask->project);

	if (good)
		return out;
	json_decref(out);
	return NULL;
}

static json_t *files_json(const struct export *ex)
{
	json_t *out = json_array();

	for (size_t i = 0; out != NULL && i < ex->count && i < NOTED_MAX; i++) {
		const struct export_file *file = &ex->files[i];
		char hex[HASH_TEXT];
		struct hash hash;

		hash_of(&hash, buf_text(&file->data), file->data.len);
		hash_hex(&hash, hex);
		if (json_array_append_new(out,
			json_pack("{s:s, s:s, s:I}", "name", file->name, "sum",
			    hex, "bytes", (json_int_t)file->data.len)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

/* The same everywhere, but for the structure's own rows. */
static json_t *value_json(const struct export *ex, const json_t *keys)
{
	const char *format =
	    ex->ask.format[0] != '\0' ? ex->ask.format : ex->kind->usual;
	json_t *out = json_pack("{s:s, s:s, s:o, s:I, s:I, s:b, s:o}", "what",
	    ex->kind->what, "format", format, "filter", filter_json(&ex->ask),
	    "rows", (json_int_t)json_object_size(keys), "all",
	    (json_int_t)ex->rows, "provisional", ex->provisional, "files",
	    files_json(ex));
	struct buf text = BUF_INIT;

	if (out == NULL)
		return NULL;
	json_write(&text, keys);
	if (text.failed || (text.len <= KEYS_MAX &&
			       !json_put(out, "keys",
				   json_incref((json_t *)(uintptr_t)keys)))) {
		json_decref(out);
		out = NULL;
	}
	buf_free(&text);
	return out;
}

static int log_structure(struct act *act, const struct export *ex,
    const char *structure, const json_t *keys, const char *record,
    struct err *err)
{
	json_t *value = value_json(ex, keys);
	const struct entry_draft draft = {
	    .kind = EXPORT_FAMILY,
	    .structure = structure,
	    .record = record,
	    .value = value,
	};
	int rc = value != NULL ? act_add(act, &draft, err) : err_nomem(err);

	json_decref(value);
	return rc;
}

int export_log(struct export *ex, struct office *office, char id[EXPORT_ID],
    struct err *err)
{
	char record[RECORD_KEY_MAX];
	const char *structure;
	json_t *keys;
	struct act act;
	int rc;

	make_id(office, id);
	record_key_make(record, EXPORT_FAMILY, id, NULL);
	if ((rc = act_begin(&act, office, err)) < 0)
		goto out;
	json_object_foreach(ex->keys, structure, keys)
	{
		rc = log_structure(&act, ex, structure, keys, record, err);
		if (rc < 0) {
			act_abort(&act);
			goto out;
		}
	}
	rc = act_commit(&act, err);
out:
	return rc < 0 ? err_context(err, "%s", not_logged()) : 0;
}

/* Of a directory its list of sums stands for all of it; of the file that
 * left, that file too. */
static json_t *audit_files(const struct export_audit *audit)
{
	json_t *out = json_pack("[{s:s, s:s, s:i}]", "name", "SHA256SUMS",
	    "sum", audit->sum, "bytes", 0);

	if (out == NULL || audit->zip == NULL ||
	    json_array_append_new(out,
		json_pack("{s:s, s:s, s:I}", "name", audit->zip, "sum",
		    audit->zip_sum, "bytes", (json_int_t)audit->zip_bytes)) ==
		0)
		return out;
	json_decref(out);
	return NULL;
}

static json_t *audit_value(const struct export_audit *audit)
{
	json_t *filter = json_object();

	if (!json_put_text(filter, "month", audit->month) ||
	    (audit->structure[0] != '\0' &&
		!json_put_text(filter, "structure", audit->structure))) {
		json_decref(filter);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:o, s:I, s:I, s:b, s:o}", "what", "audit",
	    "format", audit->zip != NULL ? "zip" : "audit", "filter", filter,
	    "rows", (json_int_t)audit->entries, "all",
	    (json_int_t)audit->entries, "provisional", 0, "files",
	    audit_files(audit));
}

int export_log_audit(struct office *office, const struct export_audit *audit,
    char id[EXPORT_ID], struct err *err)
{
	json_t *value = audit_value(audit);
	char *names = strdup(audit->structures), *at, *save = NULL;
	char record[RECORD_KEY_MAX];
	struct act act;
	int rc = value != NULL && names != NULL ? act_begin(&act, office, err)
	                                        : err_nomem(err);

	if (rc < 0)
		goto out;
	make_id(office, id);
	record_key_make(record, EXPORT_FAMILY, id, NULL);
	for (at = strtok_r(names, "\n,", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n,", &save)) {
		const struct entry_draft draft = {
		    .kind = EXPORT_FAMILY,
		    .structure = at,
		    .record = record,
		    .value = value,
		};

		rc = act_add(&act, &draft, err);
	}
	if (rc == 0)
		rc = act_commit(&act, err);
	else
		act_abort(&act);
out:
	json_decref(value);
	free(names);
	return rc < 0 ? err_context(err, "%s", not_logged()) : 0;
}

/* ---- reading ---- */

struct reading {
	struct office *office;
	json_t *all;      /* identifier to what is told of it */
	bool keys;        /* its digests too */
	const char *only; /* the identifier, or NULL */
};

struct who {
	struct office *office;
	const char *structure;
	json_t *told;
};

static int take_who(void *context, const struct entry_row *row, struct err *err)
{
	struct who *who = context;
	struct device device;
	const char *by;
	int rc;

	if (row->entry == NULL || row->fault[0] != '\0')
		return 0;
	if ((rc = ledger_device(who->office->db, who->structure,
		 row->entry->device, who->office->server.pub, &device, err)) <
	    0)
		return rc;
	by = device.found && device.name[0] != '\0' ? device.name
	                                            : row->entry->device;
	if (row->entry->person[0] != '\0')
		by = row->entry->person;
	if (!json_put_int(who->told, "order", row->id) ||
	    !json_put_text(who->told, "at", row->entry->at) ||
	    !json_put_text(who->told, "by", by))
		return err_nomem(err);
	return 1;
}

/* A member to own; ${none}, which is taken, in its absence. */
static json_t *member(const json_t *value, const char *name, json_t *none)
{
	json_t *found = json_object_get(value, name);

	if (found == NULL)
		return none;
	json_decref(none);
	return json_incref(found);
}

static int begin(struct reading *reading, const struct record_row *row,
    const json_t *value, json_t **out, struct err *err)
{
	struct who who = {reading->office, row->structure, NULL};
	json_t *told = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:I, s:O?,"
				 " s:[], s:o, s:{}}",
	    "id", row->subject, "at", "", "by", "", "what",
	    json_text(value, "what"), "format", json_text(value, "format"),
	    "filter", member(value, "filter", json_object()), "rows",
	    (json_int_t)json_int(value, "all", 0), "provisional",
	    json_object_get(value, "provisional"), "structures", "files",
	    member(value, "files", json_array()), "keys");

	if (!json_put(reading->all, row->subject, told))
		return err_nomem(err);
	*out = who.told = told;
	return ledger_history(reading->office->db, row->structure, row->record,
	    take_who, &who, err);
}

static int take_export(
    void *context, const struct record_row *row, struct err *err)
{
	struct reading *reading = context;
	json_t *value = NULL, *told, *keys;
	int rc;

	if (row->value[0] != '{' ||
	    (reading->only != NULL && strcmp(reading->only, row->subject) != 0))
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	told = json_object_get(reading->all, row->subject);
	if (told == NULL)
		rc = begin(reading, row, value, &told, err);
	if (rc < 0)
		goto out;
	keys = json_object_get(value, "keys");
	if (json_array_append_new(json_object_get(told, "structures"),
		json_string(row->structure)) < 0 ||
	    (reading->keys && keys != NULL &&
		!json_put(json_object_get(told, "keys"), row->structure,
		    json_incref(keys))))
		rc = err_nomem(err);
out:
	json_decref(value);
	return rc < 0 ? rc : 0;
}

static bool is_asked(const json_t *told, const char *what, const char *month)
{
	const json_t *filter = json_object_get(told, "filter");

	return (what[0] == '\0' ||
		   strcmp(json_text(told, "what"), what) == 0) &&
	       (month[0] == '\0' ||
		   strcmp(json_text(filter, "month"), month) == 0);
}

static bool is_later(const json_t *a, const json_t *b)
{
	/* Two may be of the same second. */
	return json_int(a, "order", 0) > json_int(b, "order", 0);
}

static int read_all(struct reading *reading, struct err *err)
{
	if ((reading->all = json_object()) == NULL)
		return err_nomem(err);
	return ledger_family(reading->office->db, NULL, EXPORT_FAMILY,
	    take_export, reading, err);
}

/* Put it where the later ones end. */
static int insert(json_t *rows, json_t *told, struct err *err)
{
	size_t at = 0;

	while (at < json_array_size(rows) &&
	       is_later(json_array_get(rows, at), told))
		at++;
	return json_array_insert(rows, at, told) == 0 ? 0 : err_nomem(err);
}

int export_log_list(struct office *office, const char *what, const char *month,
    json_t **out, struct err *err)
{
	struct reading reading = {.office = office};
	const char *id;
	json_t *told;
	int rc;

	*out = json_array();
	rc = *out != NULL ? read_all(&reading, err) : err_nomem(err);
	json_object_foreach(reading.all, id, told)
	{
		if (rc < 0)
			break;
		(void)json_object_del(told, "keys");
		if (is_asked(told, what, month))
			rc = insert(*out, told, err);
	}
	json_object_foreach(reading.all, id, told)
	{
		(void)json_object_del(told, "order");
	}
	json_decref(reading.all);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}

static int refuse_unknown(const char *id, struct err *err)
{
	struct buf shown = BUF_INIT;

	text_quote(&shown, id);
	(void)err_set(err, E_NOT_FOUND,
	    L("aucun export « %s » au journal : « export list » les montre",
		"no export \"%s\" in the log: \"export list\" shows them"),
	    buf_text(&shown));
	buf_free(&shown);
	return E_NOT_FOUND;
}

int export_log_find(struct office *office, const char *id, const char *what,
    const char *month, json_t **out, struct err *err)
{
	struct reading reading = {.office = office, .keys = true};
	bool last = strcmp(id, "last") == 0;
	json_t *told, *found = NULL;
	const char *name;
	int rc;

	*out = NULL;
	reading.only = last ? NULL : id;
	if ((rc = read_all(&reading, err)) < 0)
		goto out;
	json_object_foreach(reading.all, name, told)
	{
		if ((!last || is_asked(told, what, month)) &&
		    (found == NULL || is_later(told, found)))
			found = told;
	}
	if (found == NULL)
		rc = refuse_unknown(id, err);
	else
		*out = json_incref(found);
out:
	json_decref(reading.all);
	return rc;
}
