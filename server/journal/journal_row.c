#include <string.h>

#include "server/journal/journal_row.h"
#include "server/member_words.h"
#include "server/names.h"
#include "shared/date.h"
#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/ledger.h"

#define TEXT_SHOWN_MAX 400 /* bytes of a member that is shown */

int journal_line_read(struct journal_line *out, struct office *office,
    const struct chronicle_row *row, struct err *err)
{
	int rc = 0;

	memset(out, 0, sizeof(*out));
	out->office = office;
	out->row = row;
	if (row->body.data != NULL)
		rc = entry_try(&out->entry, row->body, &out->parsed, err);
	out->action =
	    journal_action_of(row, out->entry.parent_count, out->entry.value);
	return rc;
}

void journal_line_clear(struct journal_line *line)
{
	entry_clear(&line->entry);
}

/* ---- values ---- */

static bool hides_health(const struct journal_line *line)
{
	return line->office->signer != NULL &&
	       line->office->signer->hides_health;
}

/* The value that an entry sets, to own; a void's is {"kind":"void"}, NULL
 * without one. A kind of hours that tells of health is "absence" to who may
 * not know. */
static int value_of(const struct journal_line *line, const struct entry *entry,
    json_t **out, struct err *err)
{
	const char *kind = json_text(entry->value, "kind");

	*out = NULL;
	if (strcmp(entry->kind, "void") == 0)
		*out = json_pack("{s:s}", "kind", "void");
	else if (!json_is_object(entry->value))
		return 0;
	else
		*out = json_clone(entry->value);
	if (*out == NULL)
		return err_nomem(err);
	if (hides_health(line) && strncmp(entry->record, "hours/", 6) == 0 &&
	    (strcmp(kind, "sick") == 0 || strcmp(kind, "accident") == 0 ||
		strcmp(kind, "medical") == 0) &&
	    !json_put_text(*out, "kind", "absence"))
		return err_nomem(err);
	return 0;
}

/* What it was put over: the first parent's value that is here; *more tells
 * whether there were others. */
static int before_of(
    const struct journal_line *line, json_t **out, bool *more, struct err *err)
{
	int rc = 0;

	*out = NULL;
	*more = false;
	for (size_t i = 0; rc == 0 && i < line->entry.parent_count; i++) {
		struct buf body = BUF_INIT;
		struct entry parent = {0};
		json_t *value = NULL;
		bool parsed = false;

		rc = ledger_bytes_of(line->office->db, line->row->structure,
		    line->entry.record, &line->entry.parents[i], &body, err);
		if (rc == 0 &&
		    (rc = entry_try(&parent, buf_bytes(&body), &parsed, err)) ==
			0 &&
		    parsed)
			rc = value_of(line, &parent, &value, err);
		/* It was purged since. */
		if (rc == E_NOT_FOUND)
			rc = 0;
		if (*out == NULL)
			*out = json_incref(value);
		else if (value != NULL && !json_equal(*out, value))
			*more = true;
		json_decref(value);
		entry_clear(&parent);
		buf_free(&body);
	}
	return rc;
}

static void add_hours(struct buf *out, const json_t *value)
{
	if (value == NULL)
		return;
	if (strcmp(json_text(value, "kind"), "void") == 0)
		buf_add_text(out, L("annulé", "cancelled"));
	else
		hours_describe(out, value);
}

/* ---- of hours ---- */

static int add_before_after(
    const struct journal_line *line, json_t *json, struct err *err)
{
	struct buf before_text = BUF_INIT, after_text = BUF_INIT;
	json_t *before = NULL, *after = NULL;
	struct record_key key;
	bool more = false;
	int rc;

	if ((rc = before_of(line, &before, &more, err)) < 0 ||
	    (rc = value_of(line, &line->entry, &after, err)) < 0)
		goto out;
	add_hours(&before_text, before);
	if (more)
		buf_add_text(
		    &before_text, L(" (et d'autres)", " (and others)"));
	add_hours(&after_text, after);
	if (record_key_parse(&key, line->entry.record, NULL) < 0)
		memset(&key, 0, sizeof(key));
	if ((rc = buf_check(&before_text, err)) == 0 &&
	    (rc = buf_check(&after_text, err)) == 0 &&
	    (!json_put_text(json, "day", key.part) ||
		!json_put_text(json, "slot", key.slot) ||
		!json_put(json, "before",
		    before != NULL ? json_incref(before) : json_null()) ||
		!json_put(json, "after",
		    after != NULL ? json_incref(after) : json_null()) ||
		!json_put_text(json, "before_text", buf_text(&before_text)) ||
		!json_put_text(json, "after_text", buf_text(&after_text))))
		rc = err_nomem(err);
out:
	json_decref(before);
	json_decref(after);
	buf_free(&before_text);
	buf_free(&after_text);
	return rc;
}

/* ---- of anything else ---- */

/* A member as people read it, cut. */
static int add_member(json_t *json, const char *name, const char *member,
    const json_t *value, struct err *err)
{
	struct buf text = BUF_INIT;
	size_t shown;
	int rc;

	member_value(&text, member, value);
	if (text.len > TEXT_SHOWN_MAX) {
		/* Whole letters. */
		for (shown = TEXT_SHOWN_MAX;
		     shown > 0 && (text.data[shown] & 0xC0) == 0x80; shown--)
			;
		text.len = shown;
		text.data[shown] = '\0';
		buf_add_text(&text, "…");
	}
	rc = buf_check(&text, err);
	if (rc == 0 && !json_put_text(json, name, buf_text(&text)))
		rc = err_nomem(err);
	buf_free(&text);
	return rc;
}

static int add_change(json_t *list, const char *name, const json_t *from,
    const json_t *to, struct err *err)
{
	json_t *change;
	int rc;

	if (json_equal(from, to))
		return 0;
	if ((change = json_pack("{s:s,s:s}", "member", name, "label",
		 member_word(name))) == NULL ||
	    json_array_append_new(list, change) < 0)
		return err_nomem(err);
	if ((rc = add_member(change, "from", name, from, err)) < 0)
		return rc;
	return add_member(change, "to", name, to, err);
}

static int add_changes(
    const struct journal_line *line, json_t *json, struct err *err)
{
	json_t *before = NULL, *after = NULL, *list = json_array(), *member;
	bool more;
	const char *name;
	int rc;

	if ((rc = before_of(line, &before, &more, err)) < 0 ||
	    (rc = value_of(line, &line->entry, &after, err)) < 0)
		goto out;
	json_object_foreach(after, name, member)
	{
		if (rc == 0)
			rc = add_change(list, name,
			    json_object_get(before, name), member, err);
	}
	json_object_foreach(before, name, member)
	{
		if (rc == 0 && json_object_get(after, name) == NULL)
			rc = add_change(list, name, member, NULL, err);
	}
	if (rc == 0 && !json_put(json, "changes", json_incref(list)))
		rc = err_nomem(err);
out:
	json_decref(list);
	json_decref(before);
	json_decref(after);
	return rc;
}

/* ---- the line ---- */

static int add_names(
    const struct journal_line *line, json_t *json, struct err *err)
{
	struct buf device = BUF_INIT, person = BUF_INIT, worker = BUF_INIT;
	const struct chronicle_row *row = line->row;
	const char *about =
	    record_is_reference(row->family) ? "" : row->subject;
	struct record_key key;
	int rc;

	/* "close/<month>/<worker>", "adjust/<month>/<worker>/<n>". */
	if ((strcmp(row->family, "close") == 0 ||
		strcmp(row->family, "adjust") == 0) &&
	    record_key_parse(&key, row->record, NULL) == 0)
		about = key.part;
	if ((rc = names_device(line->office, row->structure, row->signer,
		 &device, err)) == 0 &&
	    (rc = names_person(line->office, row->structure, row->person,
		 &person, err)) == 0 &&
	    (rc = names_worker(
		 line->office, row->structure, about, &worker, err)) == 0 &&
	    (!json_put_text(json, "worker", about) ||
		!json_put_text(json, "worker_name", buf_text(&worker)) ||
		!json_put_text(json, "person_name", buf_text(&person)) ||
		!json_put_text(json, "device_name", buf_text(&device))))
		rc = err_nomem(err);
	buf_free(&device);
	buf_free(&person);
	buf_free(&worker);
	return rc;
}

static bool is_of_hours(const struct journal_line *line)
{
	return strcmp(line->row->family, "hours") == 0;
}

static int add_words(
    const struct journal_line *line, json_t *json, struct err *err)
{
	bool quiet = is_of_hours(line) && hides_health(line);
	const struct entry *entry = &line->entry;

	return json_put_text(json, "at", line->parsed ? entry->at : "") &&
	               json_put_text(json, "reason",
			   line->parsed && !quiet ? entry->reason : "") &&
	               json_put_text(json, "note",
			   line->parsed && !quiet ? entry->note : "")
	           ? 0
	           : err_nomem(err);
}

int journal_line_json(
    const struct journal_line *line, json_t *rows, struct err *err)
{
	const struct chronicle_row *row = line->row;
	char received[STAMP_TEXT], hex[HASH_TEXT];
	json_t *json;
	int rc;

	stamp_format(row->time_s, received);
	hash_hex(&row->hash, hex);
	json =
	    json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b}",
		"n", (json_int_t)row->place, "structure", row->structure,
		"received", received, "action", line->action->slug, "label",
		L(line->action->fr, line->action->en), "kind", row->kind,
		"record", row->record, "person", row->person, "device",
		row->signer, "code", row->fault, "why",
		row->fault[0] != '\0' ? entry_fault_text(row->fault) : "",
		"hash", hex, "purged", row->body.data == NULL);
	if (json == NULL || json_array_append_new(rows, json) < 0)
		return err_nomem(err);
	if ((rc = add_names(line, json, err)) < 0 ||
	    (rc = add_words(line, json, err)) < 0 || !line->parsed)
		return rc;
	return is_of_hours(line) ? add_before_after(line, json, err)
	                         : add_changes(line, json, err);
}
