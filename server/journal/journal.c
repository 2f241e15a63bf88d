#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/journal/journal.h"
#include "server/journal/journal_row.h"
#include "server/names.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* One question being answered. */
struct asked {
	struct office *office;
	const struct journal_ask *ask;
	struct buf people; /* identities and devices that read like the person
	                    * asked for, one a line; empty: anybody */
	json_t *rows;
	struct chronicle_at last;
	bool more;
};

/* ---- when ---- */

/* The first second of an ISO day where this machine is. */
static int64_t day_start_s(const char *day)
{
	struct date date, local;
	int64_t guess, days;

	if (date_parse(&date, day, NULL) < 0)
		return 0;
	days = date_days(&date);
	guess = days * 86400;
	/* Twice, for the days on which the clocks change. */
	for (int i = 0; i < 2; i++) {
		date_local(guess, &local);
		guess -= (date_days(&local) - days) * 86400 +
		         (int64_t)clock_local(guess) * 60;
	}
	return guess;
}

static int check_day(const char *name, const char *day, struct err *err)
{
	struct buf shown = BUF_INIT;

	if (day[0] == '\0' || date_is_iso(day))
		return 0;
	text_quote(&shown, day);
	(void)err_set(err, E_USAGE,
	    L("--%s « %s » : jour aaaa-mm-jj attendu",
		"--%s \"%s\": day yyyy-mm-dd expected"),
	    name, buf_text(&shown));
	buf_free(&shown);
	return E_USAGE;
}

/* A cursor is "<time>.<place>.<pos>.<structure>". */
static int read_cursor(
    const char *text, struct chronicle_at *out, struct err *err)
{
	int used = 0;

	memset(out, 0, sizeof(*out));
	if (strlen(text) < 200 &&
	    sscanf(text, "%18" SCNd64 ".%18" SCNd64 ".%18" SCNd64 ".%n",
		&out->time_s, &out->place, &out->pos, &used) == 3 &&
	    used > 0 && text_check_id(text + used, NULL) == 0) {
		text_copy(out->structure, sizeof(out->structure), text + used);
		return 0;
	}
	return err_set(err, E_USAGE,
	    L("--before : ce n'est pas un curseur du journal",
		"--before: this is no cursor of the journal"));
}

static json_t *cursor_of(const struct chronicle_at *at)
{
	char text[200];

	(void)snprintf(text, sizeof(text),
	    "%" PRId64 ".%" PRId64 ".%" PRId64 ".%s", at->time_s, at->place,
	    at->pos, at->structure);
	return json_string(text);
}

/* ---- who ---- */

/* Does "first last" of a record, or its identity, read as asked? */
static int note_person(
    void *context, const struct record_row *row, struct err *err)
{
	struct asked *asked = context;
	struct buf name = BUF_INIT;
	json_t *value = NULL;
	const char *rest;
	int rc = 0;

	if (row->value[0] == '{')
		rc = json_read(&value, row->value, strlen(row->value), err);
	rest = json_text(value, "last");
	buf_printf(&name, "%s%s%s%s", json_text(value, "first"),
	    json_text(value, "name"), rest[0] != '\0' ? " " : "", rest);
	if (rc == 0 && (strcmp(row->subject, asked->ask->person) == 0 ||
			   (name.len > 0 &&
			       text_same(buf_text(&name), asked->ask->person))))
		buf_printf(&asked->people, "%s\n", row->subject);
	json_decref(value);
	if (rc == 0)
		rc = buf_check(&name, err);
	buf_free(&name);
	return rc;
}

/* The person asked for, by identity or name: supervisors, accounts and
 * laptops, which are named in their enrolment. */
static int find_people(struct asked *asked, struct err *err)
{
	struct db *db = asked->office->db;
	int rc;

	if (asked->ask->person[0] == '\0')
		return 0;
	buf_printf(&asked->people, "%s\n", asked->ask->person);
	if ((rc = ledger_family(
		 db, NULL, "supervisor", note_person, asked, err)) == 0)
		rc = ledger_family(
		    db, NULL, "enrolment", note_person, asked, err);
	return rc < 0 ? rc : buf_check(&asked->people, err);
}

static bool has_line(const struct buf *lines, const char *name)
{
	size_t len = strlen(name);
	const char *at = buf_text(lines);

	for (; *at != '\0'; at += strcspn(at, "\n") + 1) {
		if (len > 0 && strncmp(at, name, len) == 0 && at[len] == '\n')
			return true;
	}
	return false;
}

/* ---- which ---- */

/* "close/<month>/<worker>" is about the worker too. */
static bool is_about(const struct chronicle_row *row, const char *worker)
{
	struct record_key key;

	if (strcmp(row->subject, worker) == 0)
		return true;
	return row->record[0] != '\0' &&
	       record_key_parse(&key, row->record, NULL) == 0 &&
	       strcmp(key.part, worker) == 0;
}

/* Who works in the office as a whole is no matter of some structures'. */
static bool is_beyond(
    const struct office *office, const struct chronicle_row *row)
{
	return office->signer != NULL && strcmp(row->kind, "account") == 0 &&
	       strcmp(office->signer->structures, SIGNER_ALL) != 0;
}

static int take(void *context, const struct chronicle_row *row, struct err *err)
{
	struct asked *asked = context;
	const struct journal_ask *ask = asked->ask;
	struct journal_line line;
	int rc;

	if ((ask->worker[0] != '\0' && !is_about(row, ask->worker)) ||
	    is_beyond(asked->office, row))
		return 0;
	if (asked->people.len > 0 && !has_line(&asked->people, row->person) &&
	    !has_line(&asked->people, row->signer))
		return 0;
	if ((rc = journal_line_read(&line, asked->office, row, err)) < 0 ||
	    (ask->action[0] != '\0' &&
		strcmp(line.action->slug, ask->action) != 0))
		goto out;
	if ((int64_t)json_array_size(asked->rows) == ask->limit) {
		asked->more = true;
		rc = 1;
		goto out;
	}
	asked->last = (struct chronicle_at){
	    .time_s = row->time_s, .place = row->place, .pos = row->pos};
	text_copy(asked->last.structure, sizeof(asked->last.structure),
	    row->structure);
	rc = journal_line_json(&line, asked->rows, err);
out:
	journal_line_clear(&line);
	return rc;
}

static int find_rows(struct asked *asked, struct err *err)
{
	const struct journal_ask *ask = asked->ask;
	struct chronicle_at before = {INT64_MAX, "\x7f", INT64_MAX, INT64_MAX};
	int64_t from_s = 0;
	struct date last;
	char next[DATE_TEXT];
	int rc;

	if (ask->from[0] != '\0')
		from_s = day_start_s(ask->from);
	if (ask->to[0] != '\0') {
		(void)date_parse(&last, ask->to, NULL);
		last = date_from_days(date_days(&last) + 1);
		date_format(&last, next);
		before.time_s = day_start_s(next) - 1;
	}
	if (ask->before[0] != '\0' &&
	    (rc = read_cursor(ask->before, &before, err)) < 0)
		return rc;
	return chronicle(asked->office->db, &before, from_s, ask->structure,
	    take, asked, err);
}

int journal_json(struct office *office, const struct journal_ask *ask,
    json_t **out, struct err *err)
{
	struct asked asked = {
	    .office = office, .ask = ask, .rows = json_array()};
	int rc;

	*out = NULL;
	if (asked.rows == NULL)
		return err_nomem(err);
	if ((rc = check_day("from", ask->from, err)) < 0 ||
	    (rc = check_day("to", ask->to, err)) < 0 ||
	    (rc = journal_action_check(ask->action, err)) < 0 ||
	    (rc = find_people(&asked, err)) < 0 ||
	    (rc = find_rows(&asked, err)) < 0)
		goto out;
	*out = json_pack("{s:i,s:O,s:o}", "schema", 1, "rows", asked.rows,
	    "next", asked.more ? cursor_of(&asked.last) : json_null());
	if (*out == NULL)
		rc = err_nomem(err);
out:
	json_decref(asked.rows);
	buf_free(&asked.people);
	return rc;
}
