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

static const struct field identity_fields[] = {
    {"last", FIELD_NAME, 1, TEXT_NAME_MAX, true, 0},
    FIELDS_END
};

static const struct field contract_fields[] = {
    {"weekly", FIELD_INT,  0, DURATION_WEEK_MAX, false, 0},
    {"start",  FIELD_DATE, 0, 0,                 false, 0},
    {"end",    FIELD_DATE, 0, 0,                 false, 0},
    {"days",   FIELD_NAME, 1, 40,                false, 0},
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

/* The hashes of what is to be destroyed. */
static const struct field purge_fields[] = {
    {"entries", FIELD_LIST, 0, 0, true, 0},
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
    {"annex", "annex", SHAPE_SUBJECT, OFFICE, false, true, NULL},
    {"catalogue", "catalogue", SHAPE_PART, OFFICE, false, true,
	catalogue_fields},
    {"enrolment", "enrolment", SHAPE_SUBJECT, OFFICE | WRITER_SERVER, false,
	true, enrolment_fields},
    {"scope", "scope", SHAPE_SUBJECT, OFFICE, false, true, scope_fields},
    {"revocation", "revocation", SHAPE_SUBJECT, OFFICE, true, true, NULL},
    {"close", "close", SHAPE_ANY, OFFICE, false, true, NULL},
    {"closed", "closed", SHAPE_SUBJECT, OFFICE, false, true, closed_fields},
    {"adjust", "adjust", SHAPE_ANY, OFFICE, true, true, NULL},
    {"quarantine", "quarantine", SHAPE_ANY, OFFICE, true, true, NULL},
    {"release", "release", SHAPE_ANY, OFFICE, true, true, NULL},
    {"purge", "purge", SHAPE_SUBJECT, OFFICE, true, true, purge_fields},
    {"epoch", "epoch", SHAPE_SUBJECT, WRITER_SERVER, false, true,
	epoch_fields},
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

static int check_field(
    const struct field *field, const json_t *json, struct err *err)
{
	int64_t number;

	if (field->type == FIELD_LIST) {
		return json_is_array(json)
		           ? 0
		           : bad_field(field,
				 L("liste attendue", "list expected"), err);
	}
	if (field->type != FIELD_INT) {
		return json_is_string(json)
		           ? check_text(field, json_string_value(json), err)
		           : bad_field(field,
				 L("texte attendu", "text expected"), err);
	}
	number = json_is_integer(json) ? json_integer_value(json) : -1;
	if (!json_is_integer(json) || number < field->min ||
	    number > field->max) {
		return err_set(err, E_INVALID,
		    L("champ « %s » : nombre de %" PRId64 " à %" PRId64
		      " attendu",
			"field \"%s\": number from %" PRId64 " to %" PRId64
			" expected"),
		    field->name, field->min, field->max);
	}
	return 0;
}

int record_check_value(const struct record_kind *kind, const json_t *value,
    enum writer writer, struct err *err)
{
	assert(kind != NULL);
	if (kind->fields == NULL)
		return 0;
	if (!json_is_object(value)) {
		return err_set(
		    err, E_INVALID, L("valeur absente", "value missing"));
	}
	for (const struct field *f = kind->fields; f->name != NULL; f++) {
		const json_t *json = json_object_get(value, f->name);
		int rc;

		if (json_is_blank(json)) {
			if (f->required)
				return bad_field(
				    f, L("absent", "missing"), err);
			continue;
		}
		if (f->writers != 0 && (f->writers & (unsigned)writer) == 0)
			return bad_field(f,
			    L("réservé au bureau", "for the office alone"),
			    err);
		if ((rc = check_field(f, json, err)) < 0)
			return rc;
	}
	return 0;
}
