#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/record.h"
#include "shared/signoff.h"

#define FIELDS_END                                                             \
	{                                                                      \
		NULL, FIELD_INT, 0, 0, false, 0                                \
	}

/* clang-format off */
/* The value of hours is one whole; minutes are 0 for absences alone, which
 * hours_check sees to. */
static const struct field hours_fields[] = {
    {"minutes",  FIELD_INT,   0, DURATION_DAY_MAX, true,  0},
    {"kind",     FIELD_KIND,  1, 40,               true,  0},
    {"site",     FIELD_ID,    0, 0,                false, 0},
    {"activity", FIELD_NAME,  1, TEXT_NAME_MAX,    false, 0},
    {"start",    FIELD_CLOCK, 0, 0,                false, 0},
    {"end",      FIELD_CLOCK, 0, 0,                false, 0},
    {"break",    FIELD_INT,   0, DURATION_DAY_MAX, false, 0},
    FIELDS_END
};

/* No level means "non évalué": a value, never 0. Label and scale are copied,
 * because catalogues rename skills between versions. */
static const struct field skill_fields[] = {
    {"skill",     FIELD_ID,   0, 0,             true,  0},
    {"label",     FIELD_NAME, 1, 400,           true,  0},
    {"catalogue", FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"scale",     FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"level",     FIELD_INT,  1, 4,             false, 0},
    {"day",       FIELD_DATE, 0, 0,             true,  0},
    {"site",      FIELD_ID,   0, 0,             false, 0},
    {"hours",     FIELD_NAME, 1, RECORD_KEY_MAX - 1, false, 0},
    {"phase",     FIELD_INT,  1, 4,             false, 0},
    FIELDS_END
};

static const struct field newcomer_fields[] = {
    {"first",   FIELD_NAME, 1, TEXT_NAME_MAX, true,  0            },
    {"initial", FIELD_NAME, 1, TEXT_NAME_MAX, false, 0            },
    {"crew",    FIELD_ID,   0, 0,             true,  0            },
    {"worker",  FIELD_ID,   0, 0,             false, WRITER_OFFICE},
    FIELDS_END
};

static const struct field structure_fields[] = {
    {"name",  FIELD_NAME, 1, TEXT_NAME_MAX, true, 0},
    {"kind",  FIELD_NAME, 1, 8,             true, 0},
    {"siret", FIELD_NAME, 1, 14,            true, 0},
    FIELDS_END
};

static const struct field site_fields[] = {
    {"name",   FIELD_NAME, 1, TEXT_NAME_MAX, true, 0},
    {"sector", FIELD_NAME, 1, 40,            true, 0},
    FIELDS_END
};

static const struct field crew_fields[] = {
    {"name", FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"site", FIELD_ID,   0, 0,             true,  0},
    {"am",   FIELD_NAME, 1, 20,            false, 0},
    {"pm",   FIELD_NAME, 1, 20,            false, 0},
    {"days", FIELD_NAME, 1, 40,            false, 0},
    FIELDS_END
};

static const struct field supervisor_fields[] = {
    {"first", FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"last",  FIELD_NAME, 1, TEXT_NAME_MAX, false, 0},
    {"crew",  FIELD_ID,   0, 0,             true,  0},
    FIELDS_END
};

/* Crews are dated memberships: [{"crew","from","to"?}]. */
static const struct field worker_fields[] = {
    {"first",   FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"initial", FIELD_NAME, 1, TEXT_NAME_MAX, false, 0},
    {"crews",   FIELD_LIST, 0, 0,             true,  0},
    FIELDS_END
};

/* pass: the number of the PASS IAE; pass_end: its last day, suspensions and
 * prolongations counted. */
static const struct field identity_fields[] = {
    {"last",     FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"birth",    FIELD_DATE, 0, 0,             false, 0},
    {"pass",     FIELD_NAME, 1, 12,            false, 0},
    {"pass_end", FIELD_DATE, 0, 0,             false, 0},
    FIELDS_END
};

/* One that has a kind was told by `import contracts`, and stands before what
 * `import workers` told (server/contracts.h). real_end: the last day, when it
 * is not the one agreed. */
static const struct field contract_fields[] = {
    {"kind",     FIELD_NAME, 1, 40,                false, 0},
    {"annex",    FIELD_ID,   0, 0,                 false, 0},
    {"weekly",   FIELD_INT,  0, DURATION_WEEK_MAX, false, 0},
    {"start",    FIELD_DATE, 0, 0,                 false, 0},
    {"end",      FIELD_DATE, 0, 0,                 false, 0},
    {"real_end", FIELD_DATE, 0, 0,                 false, 0},
    {"days",     FIELD_NAME, 1, 40,                false, 0},
    {"exit",     FIELD_NAME, 1, 40,                false, 0},
    FIELDS_END
};

/* The structure's yearly funding: posts in hundredths, and how many hours a
 * year make one (hours_per_etp, its own: ACI 1820, AI 1607, EI 1505…). */
static const struct field annex_fields[] = {
    {"measure",       FIELD_NAME, 1, 10,                 true, 0},
    {"start",         FIELD_DATE, 0, 0,                  true, 0},
    {"end",           FIELD_DATE, 0, 0,                  true, 0},
    {"etp_posts",     FIELD_INT,  0, ANNEX_POSTS_MAX,    true, 0},
    {"hours_per_etp", FIELD_INT,  1, ANNEX_HOURS_MAX,    true, 0},
    FIELDS_END
};

/* A chunk of a catalogue: rows of [code, label, [trades]]. */
static const struct field catalogue_fields[] = {
    {"name", FIELD_NAME, 1, TEXT_NAME_MAX, true, 0},
    {"rows", FIELD_LIST, 0, 0,             true, 0},
    FIELDS_END
};

static const struct field enrolment_fields[] = {
    {"key",  FIELD_KEY,  0, 0,             true, 0},
    {"name", FIELD_NAME, 1, TEXT_NAME_MAX, true, 0},
    {"role", FIELD_NAME, 1, 10,            true, 0},
    {"replaces", FIELD_NAME, 1, DEVICE_TEXT - 1, false, 0},
    FIELDS_END
};

static const struct field scope_fields[] = {
    {"crews", FIELD_LIST, 0, 0, true, 0},
    FIELDS_END
};

/* 1: the laptop is to wait; 0: it goes on. */
static const struct field suspension_fields[] = {
    {"suspended", FIELD_INT, 0, 1, true, 0},
    FIELDS_END
};

/* What an account may do, without its secrets (server/account/). */
static const struct field account_fields[] = {
    {"name",       FIELD_NAME, 1, TEXT_NAME_MAX,   true,  0},
    {"role",       FIELD_NAME, 1, 40,              true,  0},
    {"structures", FIELD_LIST, 0, 0,               true,  0},
    {"state",      FIELD_NAME, 1, 20,              true,  0},
    {"device",     FIELD_NAME, 1, DEVICE_TEXT - 1, false, 0},
    FIELDS_END
};

/* The hashes of what is to be destroyed. */
static const struct field purge_fields[] = {
    {"entries", FIELD_LIST, 0, 0, true, 0},
    FIELDS_END
};

/* What such a run did, also when it destroyed nothing. */
static const struct field purge_run_fields[] = {
    {"entries", FIELD_INT,  0, INT64_MAX, true, 0},
    {"held",    FIELD_INT,  0, INT64_MAX, true, 0},
    {"classes", FIELD_LIST, 0, 0,         true, 0},
    FIELDS_END
};

/* What is kept beyond its period: of a class, a worker, a project, or all. */
static const struct field hold_fields[] = {
    {"class",   FIELD_NAME, 1, 20, false, 0},
    {"worker",  FIELD_ID,   0, 0,  false, 0},
    {"project", FIELD_ID,   0, 0,  false, 0},
    {"until",   FIELD_DATE, 0, 0,  false, 0},
    FIELDS_END
};

/* A server restored from a backup: its log goes on, after place base, in a
 * new epoch. The receipt that proves it is beside (docs/protocol.md). */
static const struct field epoch_fields[] = {
    {"epoch", FIELD_INT, 2, INT32_MAX, true, 0},
    {"base",  FIELD_INT, 0, INT64_MAX, true, 0},
    FIELDS_END
};

/* That a month is closed, for laptops: nothing of what the closing says. */
static const struct field closed_fields[] = {
    {"version", FIELD_INT, 1, INT32_MAX, true, 0},
    {"closing", FIELD_KEY, 0, 0,         true, 0},
    FIELDS_END
};

/* That a person has checked a month: ${sum} of what was looked at. */
static const struct field checked_fields[] = {
    {"sum", FIELD_KEY, 0, 0, true, 0},
    FIELDS_END
};

/* That a closed month was declared: which closing, the sum of the rows, and
 * the file that was sent, when one was. */
static const struct field declared_fields[] = {
    {"version", FIELD_INT, 1, INT32_MAX, true,  0},
    {"closing", FIELD_KEY, 0, 0,         true,  0},
    {"sum",     FIELD_KEY, 0, 0,         true,  0},
    {"file",    FIELD_KEY, 0, 0,         false, 0},
    FIELDS_END
};

/* One person asks that this closing be made anew; another one does it. */
static const struct field reopening_fields[] = {
    {"closing", FIELD_KEY, 0, 0, true, 0},
    FIELDS_END
};

/* What left the office as files (server/export/): the filter, the files with
 * their sums and the rows' digests are checked by who reads them. */
static const struct field export_fields[] = {
    {"what",   FIELD_NAME, 1, 20,        true,  0},
    {"format", FIELD_NAME, 1, 60,        true,  0},
    {"rows",   FIELD_INT,  0, INT32_MAX, true,  0},
    {"all",    FIELD_INT,  1, INT32_MAX, true,  0},
    {"files",  FIELD_LIST, 0, 0,         true,  0},
    FIELDS_END
};

/* What a project pays for (FSE+), and who works in it or is accompanied by
 * it: dated and typed, never deduced. ${quota}: the share of a person's time,
 * in hundredths of a percent. */
static const struct field project_fields[] = {
    {"name",  FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"fund",  FIELD_NAME, 1, 40,            false, 0},
    {"start", FIELD_DATE, 0, 0,             true,  0},
    {"end",   FIELD_DATE, 0, 0,             false, 0},
    FIELDS_END
};

static const struct field project_link_fields[] = {
    {"role",  FIELD_NAME, 1, 20,    true,  0},
    {"start", FIELD_DATE, 0, 0,     true,  0},
    {"end",   FIELD_DATE, 0, 0,     false, 0},
    {"quota", FIELD_INT,  0, 10000, false, 0},
    FIELDS_END
};

/* A worker's word on his or her month; the rest in signoff_check. */
static const struct field signoff_fields[] = {
    {"month",   FIELD_NAME, 1, MONTH_TEXT - 1,     true,  0},
    {"answer",  FIELD_NAME, 1, 10,                 true,  0},
    {"how",     FIELD_NAME, 1, 20,                 true,  0},
    {"text",    FIELD_INT,  1, INT32_MAX,          true,  0},
    {"sum",     FIELD_KEY,  0, 0,                  true,  0},
    {"covers",  FIELD_LIST, 0, 0,                  true,  0},
    {"payable", FIELD_INT,  0, INT32_MAX,          true,  0},
    {"days",    FIELD_INT,  0, 31,                 true,  0},
    {"lang",    FIELD_NAME, 1, 35,                 false, 0},
    {"stroke",  FIELD_NAME, 1, SIGNOFF_STROKE_MAX, false, 0},
    FIELDS_END
};

/* Accompaniment (server/care/): its words are of closed lists, and no field
 * holds a text about somebody's health. */
static const struct field meeting_fields[] = {
    {"day",     FIELD_DATE, 0, 0,                true,  0},
    {"minutes", FIELD_INT,  0, DURATION_DAY_MAX, false, 0},
    {"theme",   FIELD_NAME, 1, 40,               true,  0},
    {"next",    FIELD_DATE, 0, 0,                false, 0},
    {"by",      FIELD_NAME, 1, TEXT_NAME_MAX,    false, 0},
    FIELDS_END
};

static const struct field training_fields[] = {
    {"title",    FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"provider", FIELD_NAME, 1, TEXT_NAME_MAX, false, 0},
    {"start",    FIELD_DATE, 0, 0,             true,  0},
    {"end",      FIELD_DATE, 0, 0,             false, 0},
    {"planned",  FIELD_INT,  0, INT32_MAX,     false, 0},
    {"done",     FIELD_INT,  0, INT32_MAX,     false, 0},
    {"certification", FIELD_NAME, 1, TEXT_NAME_MAX, false, 0},
    FIELDS_END
};

static const struct field pmsmp_fields[] = {
    {"siret",     FIELD_NAME, 14, 14,           true,  0},
    {"host",      FIELD_NAME, 1, TEXT_NAME_MAX, true,  0},
    {"objective", FIELD_INT,  1, 3,             true,  0},
    {"start",     FIELD_DATE, 0, 0,             true,  0},
    {"end",       FIELD_DATE, 0, 0,             true,  0},
    {"tutor",     FIELD_NAME, 1, TEXT_NAME_MAX, false, 0},
    {"rome",      FIELD_ID,   0, 0,             false, 0},
    FIELDS_END
};

static const struct field exit_fields[] = {
    {"day",      FIELD_DATE, 0, 0,  true,  0},
    {"category", FIELD_NAME, 1, 40, true,  0},
    {"code",     FIELD_ID,   0, 0,  false, 0},
    FIELDS_END
};

/* How somebody stands six months after leaving. */
static const struct field followup_fields[] = {
    {"exit",    FIELD_ID,   0, 0,  true, 0},
    {"day",     FIELD_DATE, 0, 0,  true, 0},
    {"outcome", FIELD_NAME, 1, 40, true, 0},
    FIELDS_END
};

/* A reason for leaving, of the list that the authority gives a structure. */
static const struct field exit_code_fields[] = {
    {"label",    FIELD_NAME, 1, 400, true,  0},
    {"category", FIELD_NAME, 1, 40,  false, 0},
    FIELDS_END
};

/* That somebody took note of a rule's alert, whose name is the subject; the
 * reason is the entry's (server/rules/). */
static const struct field ack_fields[] = {
    {"rule",  FIELD_ID,  0, 0,                 true, 0},
    {"value", FIELD_INT, INT32_MIN, INT32_MAX, true, 0},
    {"limit", FIELD_INT, 0, INT32_MAX,         true, 0},
    {"worker", FIELD_ID, 0, 0,                 false, 0},
    FIELDS_END
};

#define ANYONE (WRITER_LAPTOP | WRITER_OFFICE)
#define OFFICE WRITER_OFFICE

/* design: laptops may write five kinds, the office these and all others. */
static const struct record_kind kinds[] = {
    {"hours", "hours", SHAPE_HOURS, ANYONE, false, false, hours_fields},
    {"skill", "skill", SHAPE_PART, ANYONE, false, false, skill_fields},
    {"signoff", "signoff", SHAPE_PART, ANYONE, false, false,
	signoff_fields},
    {"void", NULL, SHAPE_ANY, ANYONE, true, false, NULL},
    {"newcomer", "newcomer", SHAPE_SUBJECT, ANYONE, false, false,
	newcomer_fields},
    {"resolve", "hours", SHAPE_HOURS, OFFICE, true, false, hours_fields},
    {"structure", "structure", SHAPE_SUBJECT, OFFICE, false, true,
	structure_fields},
    {"site", "site", SHAPE_SUBJECT, OFFICE, false, true, site_fields},
    {"crew", "crew", SHAPE_SUBJECT, OFFICE, false, true, crew_fields},
    {"supervisor", "supervisor", SHAPE_SUBJECT, OFFICE, false, true,
	supervisor_fields},
    {"worker", "worker", SHAPE_SUBJECT, OFFICE, false, false, worker_fields},
    {"identity", "identity", SHAPE_SUBJECT, OFFICE, false, false,
	identity_fields},
    {"contract", "contract", SHAPE_PART, OFFICE, false, false,
	contract_fields},
    {"annex", "annex", SHAPE_SUBJECT, OFFICE, false, true, annex_fields},
    {"catalogue", "catalogue", SHAPE_PART, OFFICE, false, true,
	catalogue_fields},
    {"enrolment", "enrolment", SHAPE_SUBJECT, OFFICE | WRITER_SERVER, false,
	true, enrolment_fields},
    {"scope", "scope", SHAPE_SUBJECT, OFFICE, false, true, scope_fields},
    {"account", "account", SHAPE_SUBJECT, OFFICE, false, true,
	account_fields},
    {"revocation", "revocation", SHAPE_SUBJECT, OFFICE, true, true, NULL},
    {"suspension", "suspension", SHAPE_SUBJECT, OFFICE, true, true,
	suspension_fields},
    {"close", "close", SHAPE_ANY, OFFICE, false, true, NULL},
    {"closed", "closed", SHAPE_SUBJECT, OFFICE, false, true, closed_fields},
    {"adjust", "adjust", SHAPE_ANY, OFFICE, true, true, NULL},
    {"checked", "checked", SHAPE_SUBJECT, OFFICE, false, true,
	checked_fields},
    {"declared", "declared", SHAPE_SUBJECT, OFFICE, false, true,
	declared_fields},
    {"reopening", "reopening", SHAPE_SUBJECT, OFFICE, true, true,
	reopening_fields},
    {"quarantine", "quarantine", SHAPE_ANY, OFFICE, true, true, NULL},
    {"release", "release", SHAPE_SUBJECT, OFFICE, true, true, NULL},
    {"purge", "purge", SHAPE_SUBJECT, OFFICE, true, true, purge_fields},
    {"purge_run", "purge_run", SHAPE_SUBJECT, OFFICE, true, true,
	purge_run_fields},
    {"hold", "hold", SHAPE_SUBJECT, OFFICE, true, true, hold_fields},
    {"export", "export", SHAPE_SUBJECT, OFFICE, false, true, export_fields},
    {"project", "project", SHAPE_SUBJECT, OFFICE, false, true,
	project_fields},
    {"project_link", "project_link", SHAPE_PART, OFFICE, false, false,
	project_link_fields},
    {"epoch", "epoch", SHAPE_SUBJECT, WRITER_SERVER, false, true,
	epoch_fields},
    {"meeting", "meeting", SHAPE_PART, OFFICE, false, false, meeting_fields},
    {"training", "training", SHAPE_PART, OFFICE, false, false,
	training_fields},
    {"pmsmp", "pmsmp", SHAPE_PART, OFFICE, false, false, pmsmp_fields},
    {"exit", "exit", SHAPE_PART, OFFICE, false, false, exit_fields},
    {"followup", "followup", SHAPE_PART, OFFICE, false, false,
	followup_fields},
    {"exit_code", "exit_code", SHAPE_SUBJECT, OFFICE, false, true,
	exit_code_fields},
    {"ack", "ack", SHAPE_SUBJECT, OFFICE, true, true, ack_fields},
};
/* clang-format on */

const struct record_kind *record_kind_find(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, kind) == 0)
			return &kinds[i];
	}
	return NULL;
}

bool record_is_reference(const char *family)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].family != NULL &&
		    strcmp(kinds[i].family, family) == 0)
			return kinds[i].reference;
	}
	return false;
}

/* Copy the part up to the next '/' or the end; NULL when it does not fit. */
static const char *take_part(char *out, size_t size, const char *at)
{
	size_t len = strcspn(at, "/");

	if (len == 0 || len >= size)
		return NULL;
	memcpy(out, at, len);
	out[len] = '\0';
	return at[len] == '/' ? at + len + 1 : at + len;
}

int record_key_parse(struct record_key *out, const char *text, struct err *err)
{
	char *const parts[] = {out->subject, out->part, out->slot};
	size_t len = strlen(text), count = 0;
	const char *at = text;

	memset(out, 0, sizeof(*out));
	if (len >= RECORD_KEY_MAX || len == 0 || text[len - 1] == '/')
		goto bad;
	if ((at = take_part(out->family, sizeof(out->family), at)) == NULL ||
	    text_check_id(out->family, NULL) < 0)
		goto bad;
	while (*at != '\0') {
		if (count == sizeof(parts) / sizeof(parts[0]))
			goto bad;
		at = take_part(parts[count], TEXT_ID_MAX + 1, at);
		if (at == NULL || text_check_id(parts[count], NULL) < 0)
			goto bad;
		count++;
	}
	if (count > 0)
		return 0;
bad:
	return err_set(err, E_INVALID,
	    L("clé d'enregistrement illisible", "unreadable record key"));
}

void record_key_hours(char out[RECORD_KEY_MAX], const char *worker,
    const char *day, const char *slot)
{
	(void)snprintf(
	    out, RECORD_KEY_MAX, "hours/%s/%s/%s", worker, day, slot);
}

void record_key_make(char out[RECORD_KEY_MAX], const char *family,
    const char *subject, const char *part)
{
	(void)snprintf(out, RECORD_KEY_MAX, "%s/%s%s%s", family, subject,
	    part != NULL ? "/" : "", part != NULL ? part : "");
}

bool record_is_slot(const char *slot)
{
	if (strcmp(slot, "am") == 0 || strcmp(slot, "pm") == 0)
		return true;
	return slot[0] == 'x' && slot[1] >= '1' && slot[1] <= '9' &&
	       slot[2] == '\0';
}

bool record_is_newcomer(const char *worker)
{
	return strlen(worker) == NEWCOMER_TEXT - 1 &&
	       strncmp(worker, "n-", 2) == 0 &&
	       strspn(worker + 2, "0123456789abcdef") == NEWCOMER_TEXT - 3;
}

static int bad_field(
    const struct field *field, const char *why, struct err *err)
{
	return err_set(err, E_INVALID,
	    L("champ « %s » : %s", "field \"%s\": %s"), field->name, why);
}

static bool is_clock(const char *text)
{
	int minutes;
	char again[CLOCK_TEXT];

	if (clock_parse(&minutes, text, NULL) < 0)
		return false;
	clock_format(minutes, again);
	return strcmp(text, again) == 0;
}

static int check_text(
    const struct field *field, const char *text, struct err *err)
{
	switch (field->type) {
	case FIELD_ID:
		if (text_check_id(text, err) < 0)
			return bad_field(field,
			    L("identifiant refusé", "identifier refused"), err);
		return 0;
	case FIELD_NAME:
	case FIELD_KIND:
		return text_check_name(
		    field->name, text, (size_t)field->max, err);
	case FIELD_DATE:
		return date_is_iso(text) ? 0
		                         : bad_field(field,
					       L("jour aaaa-mm-jj attendu",
						   "day yyyy-mm-dd expected"),
					       err);
	case FIELD_CLOCK:
		return is_clock(text) ? 0
		                      : bad_field(field,
					    L("heure hh:mm attendue",
						"time hh:mm expected"),
					    err);
	case FIELD_KEY: {
		struct hash key;

		return hash_parse(&key, text, NULL) == 0
		           ? 0
		           : bad_field(field,
				 L("clé de 64 chiffres attendue",
				     "key of 64 digits expected"),
				 err);
	}
	case FIELD_INT:
	case FIELD_LIST:
		break;
	}
	return bad_field(field, L("texte inattendu", "unexpected text"), err);
}

static int check_field(const struct field *field,
    const struct json_flat_value *value, struct err *err)
{
	if (field->type == FIELD_LIST) {
		return value->type == JSON_FLAT_LIST
		           ? 0
		           : bad_field(field,
				 L("liste attendue", "list expected"), err);
	}
	if (field->type != FIELD_INT) {
		return value->type == JSON_FLAT_TEXT
		           ? check_text(field, value->text, err)
		           : bad_field(field,
				 L("texte attendu", "text expected"), err);
	}
	if (value->type != JSON_FLAT_INT || value->integer < field->min ||
	    value->integer > field->max) {
		return err_set(err, E_INVALID,
		    L("champ « %s » : nombre de %" PRId64 " à %" PRId64
		      " attendu",
			"field \"%s\": number from %" PRId64 " to %" PRId64
			" expected"),
		    field->name, field->min, field->max);
	}
	return 0;
}

/* ${value} is NULL when there is no such member. */
static int check_member(const struct field *field,
    const struct json_flat_value *value, enum writer writer, struct err *err)
{
	if (json_flat_is_blank(value))
		return field->required
		           ? bad_field(field, L("absent", "missing"), err)
		           : 0;
	if (field->writers != 0 && (field->writers & (unsigned)writer) == 0)
		return bad_field(
		    field, L("réservé au bureau", "for the office alone"), err);
	return check_field(field, value, err);
}

static int no_value(struct err *err)
{
	return err_set(err, E_INVALID, L("valeur absente", "value missing"));
}

/* What the rules look at; ${json} is no NULL. */
static struct json_flat_value view_of(const json_t *json)
{
	struct json_flat_value view = {JSON_FLAT_OTHER, "", 0, 0};

	if (json_is_null(json)) {
		view.type = JSON_FLAT_NULL;
	} else if (json_is_string(json)) {
		view.type = JSON_FLAT_TEXT;
		view.text = json_string_value(json);
		view.len = json_string_length(json);
	} else if (json_is_integer(json)) {
		view.type = JSON_FLAT_INT;
		view.integer = json_integer_value(json);
	} else if (json_is_array(json)) {
		view.type = JSON_FLAT_LIST;
	}
	return view;
}

int record_check_value(const struct record_kind *kind, const json_t *value,
    enum writer writer, struct err *err)
{
	int rc = 0;

	assert(kind != NULL);
	if (kind->fields == NULL)
		return 0;
	if (!json_is_object(value))
		return no_value(err);
	for (const struct field *f = kind->fields; rc == 0 && f->name != NULL;
	     f++) {
		const json_t *json = json_object_get(value, f->name);
		struct json_flat_value view;

		if (json != NULL)
			view = view_of(json);
		rc = check_member(f, json != NULL ? &view : NULL, writer, err);
	}
	return rc;
}

int record_check_flat(const struct record_kind *kind,
    const struct json_flat *value, enum writer writer, struct err *err)
{
	int rc = 0;

	assert(kind != NULL);
	if (kind->fields == NULL)
		return 0;
	if (value == NULL)
		return no_value(err);
	for (const struct field *f = kind->fields; rc == 0 && f->name != NULL;
	     f++)
		rc = check_member(
		    f, json_flat_find(value, f->name), writer, err);
	return rc;
}
