#include "server/store/audit_sets.h"

/* The entries that a month is made of. One that voids a skill names no day:
 * its record's others do. Those whose record names a day lie together, the
 * structure's others are looked through. */
#define OF_MONTH                                                               \
	"WITH dated (moment, record, family, subject) AS"                      \
	" (SELECT d.moment, d.record, d.family, d.subject FROM entry d"        \
	" WHERE d.structure = $structure"                                      \
	" AND d.moment BETWEEN $first AND $last"                               \
	" UNION SELECT d.moment, d.record, d.family, d.subject FROM entry d"   \
	" WHERE d.structure = $structure AND d.moment = ''"                    \
	" AND d.day BETWEEN $first AND $last),"                                \
	" wanted (id) AS (SELECT e.id FROM dated d CROSS JOIN entry e"         \
	" WHERE d.family IN ('hours', 'skill', 'signoff')"                     \
	" AND e.structure = $structure AND e.moment = d.moment"                \
	" AND e.record = d.record"                                             \
	" UNION SELECT e.id FROM entry e WHERE e.structure = $structure"       \
	" AND e.moment = '' AND e.record > 'signoff/'"                         \
	" AND e.record < 'signoff0' AND e.family = 'signoff'"                  \
	" AND e.record = 'signoff/' || e.subject || '/' || $month"             \
	" UNION SELECT e.id FROM dated d CROSS JOIN entry e"                   \
	" WHERE d.family = 'hours' AND e.structure = $structure"               \
	" AND e.moment = '' AND e.record = 'newcomer/' || d.subject"           \
	" AND e.family = 'newcomer') "

/* The sets that carry what is wanted. */
#define CARRIERS                                                               \
	"SELECT c.place AS place FROM wanted w CROSS JOIN entry e"             \
	" CROSS JOIN changeset c WHERE e.id = w.id AND c.id = e.changeset"     \
	" AND c.structure = $structure AND c.place > 0 UNION"                  \
	" SELECT c.place AS place FROM wanted w CROSS JOIN changeset_entry s"  \
	" CROSS JOIN changeset c WHERE s.entry = w.id AND s.entry > 0"         \
	" AND c.id = s.changeset AND c.structure = $structure"                 \
	" AND c.place > 0"

#define LACKING(how)                                                           \
	" UNION SELECT c.place AS place FROM changeset_entry s"                \
	" CROSS JOIN changeset c WHERE s.structure = $structure"               \
	" AND s.entry " how " AND c.id = s.changeset AND c.place > 0"          \
	" AND c.time_s BETWEEN $from_s AND $until_s"

static const struct db_statement of_month = {"audit_sets.of_month",
    OF_MONTH CARRIERS LACKING("= 0") LACKING("< 0") " ORDER BY place"};

static const struct db_statement of_signers = {"audit_sets.of_signers",
    "WITH wanted (id) AS (SELECT e.id FROM entry e"
    " WHERE e.structure = $structure AND e.moment = ''"
    " AND ((e.record > 'enrolment/' AND e.record < 'enrolment0')"
    " OR (e.record > 'revocation/' AND e.record < 'revocation0'))"
    " AND e.family IN ('enrolment', 'revocation')) " CARRIERS
    " ORDER BY place"};

struct each {
	audit_sets_each *call;
	void *context;
};

static int give_place(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;

	return each->call(each->context, db_row_int(row, "place"), err);
}

int audit_sets_of_month(struct db *db, const char *structure,
    const struct audit_sets_month *month, audit_sets_each *call, void *context,
    struct err *err)
{
	struct each each = {call, context};

	return db_query(db, &of_month,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("month", month->month), DB_TEXT("first", month->first),
		DB_TEXT("last", month->last), DB_INT("from_s", month->from_s),
		DB_INT("until_s", month->until_s)),
	    give_place, &each, err);
}

int audit_sets_of_signers(struct db *db, const char *structure,
    audit_sets_each *call, void *context, struct err *err)
{
	struct each each = {call, context};

	return db_query(db, &of_signers,
	    DB_PARAMS(DB_TEXT("structure", structure)), give_place, &each, err);
}
