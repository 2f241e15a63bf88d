#include <string.h>

#include "server/closing_part.h"
#include "server/hours/hours_part.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- whom ---- */

struct search {
	struct hours_who *who;
	const char *structure; /* or NULL */
	size_t found;
};

static int take_person(
    void *context, const struct record_row *row, struct err *err)
{
	struct search *search = context;
	struct hours_who *who = search->who;
	json_t *value;
	int rc;

	if (row->value[0] != '{' ||
	    (search->structure != NULL &&
		strcmp(search->structure, row->structure) != 0))
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	search->found++;
	json_decref(who->value);
	who->value = value;
	who->newcomer = strcmp(row->family, "newcomer") == 0;
	text_copy(who->structure, sizeof(who->structure), row->structure);
	text_copy(who->worker, sizeof(who->worker), row->subject);
	return 0;
}

static int refuse_several(const char *worker, struct err *err)
{
	return err_set(err, E_INVALID,
	    L("« %.60s » est dans plusieurs structures : précisez "
	      "--structure",
		"\"%.60s\" is in several structures: say which "
		"(--structure)"),
	    worker);
}

int hours_who_find(struct hours_who *out, struct office *office,
    const char *structure, const char *worker, struct err *err)
{
	struct search search = {out, structure, 0};
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = ledger_subject(office->db, NULL,
		 record_is_newcomer(worker) ? "newcomer" : "worker", worker,
		 take_person, &search, err)) < 0)
		return rc;
	if (search.found > 1)
		return refuse_several(worker, err);
	if (search.found == 0)
		return err_set(err, E_NOT_FOUND,
		    L("salarié inconnu : « %.60s »%s%.60s ; vérifiez "
		      "l'identifiant, ou importez-le d'abord",
			"unknown worker: \"%.60s\"%s%.60s; check the "
			"identifier, or import them first"),
		    worker, structure != NULL ? L(" dans ", " in ") : "",
		    structure != NULL ? structure : "");
	return 0;
}

static int take_hours(
    void *context, const struct record_row *row, struct err *err)
{
	struct search *search = context;
	struct hours_who *who = search->who;

	if ((search->structure != NULL &&
		strcmp(search->structure, row->structure) != 0) ||
	    (search->found > 0 && strcmp(who->structure, row->structure) == 0))
		return 0;
	search->found++;
	text_copy(who->structure, sizeof(who->structure), row->structure);
	text_copy(who->worker, sizeof(who->worker), row->subject);
	if (who->value == NULL && (who->value = json_object()) == NULL)
		return err_nomem(err);
	return 0;
}

int hours_who_recorded(struct hours_who *out, struct office *office,
    const char *structure, const char *worker, struct err *err)
{
	struct search search = {out, structure, 0};
	struct err unused = ERR_INIT;
	int rc = hours_who_find(out, office, structure, worker, err);

	if (rc != E_NOT_FOUND)
		return rc;
	out->newcomer = record_is_newcomer(worker);
	if ((rc = ledger_subject(office->db, NULL, "hours", worker, take_hours,
		 &search, &unused)) < 0) {
		*err = unused;
		return rc;
	}
	if (search.found > 1)
		return refuse_several(worker, err);
	return search.found == 1 ? 0 : E_NOT_FOUND;
}

void hours_who_clear(struct hours_who *who)
{
	json_decref(who->value);
	who->value = NULL;
}

int hours_who_name(struct buf *out, struct office *office,
    const struct hours_who *who, struct err *err)
{
	struct person person = {
	    .first = json_text(who->value, "first"),
	    .initial = json_text(who->value, "initial"),
	    .last = "",
	};
	char record[RECORD_KEY_MAX];
	json_t *identity = NULL;
	size_t before = out->len;
	int rc;

	record_key_make(record, "identity", who->worker, NULL);
	if ((rc = ledger_value(
		 office->db, who->structure, record, &identity, err)) < 0)
		return rc;
	person.last = json_text(identity, "last");
	people_name(out, &person);
	if (out->len == before)
		buf_add_text(out, who->worker);
	json_decref(identity);
	return buf_check(out, err);
}

/* ---- where ---- */

int hours_crew(json_t **out, struct office *office, const struct hours_who *who,
    const char *day, struct err *err)
{
	const struct person person = {
	    .value = who->value, .newcomer = who->newcomer};
	const char *crew = people_crew(&person, day);
	char record[RECORD_KEY_MAX];

	*out = NULL;
	if (crew[0] == '\0')
		return 0;
	record_key_make(record, "crew", crew, NULL);
	return ledger_value(office->db, who->structure, record, out, err);
}

bool hours_usual(const json_t *crew, const char *slot, int *start, int *end)
{
	const char *text;

	if (slot[0] == 'x')
		return false;
	text = json_text(crew, slot);
	return text[0] != '\0' &&
	       clock_parse_stretch(start, end, text, NULL) == 0;
}

struct site_search {
	const char *text;
	char *out;
	size_t named;
	bool exact;
};

static int take_site(
    void *context, const struct record_row *row, struct err *err)
{
	struct site_search *search = context;
	json_t *value = NULL;
	int rc;

	if (strcmp(row->subject, search->text) == 0) {
		search->exact = true;
		text_copy(search->out, TEXT_ID_MAX + 1, row->subject);
		return 1;
	}
	if (row->value[0] != '{')
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	if (text_same(json_text(value, "name"), search->text)) {
		search->named++;
		text_copy(search->out, TEXT_ID_MAX + 1, row->subject);
	}
	json_decref(value);
	return 0;
}

int hours_site(struct office *office, const char *structure, const char *text,
    char *out, struct err *err)
{
	struct site_search search = {text, out, 0, false};
	int rc;

	out[0] = '\0';
	if (text[0] == '\0')
		return 0;
	if ((rc = ledger_family(
		 office->db, structure, "site", take_site, &search, err)) < 0)
		return rc;
	if (search.exact || search.named == 1)
		return 0;
	return err_set(err, E_NOT_FOUND,
	    L("chantier inconnu de %.60s : « %.60s » ; vérifiez "
	      "l'identifiant, ou importez-le",
		"site unknown to %.60s: \"%.60s\"; check the identifier, or "
		"import it"),
	    structure, text);
}

int hours_is_late(struct office *office, const char *structure, const char *day,
    bool *late, struct err *err)
{
	char month[MONTH_TEXT];

	text_copy(month, sizeof(month), day);
	return closing_is_made(office->db, structure, month, late, err);
}
