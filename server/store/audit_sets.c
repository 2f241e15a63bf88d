#include "server/store/audit_sets.h"

/* An entry that voids a skill names no day: its record's others do. */
static const struct db_statement of_month = {"audit_sets.of_month",
    "SELECT DISTINCT c.place AS place FROM changeset c"
    " JOIN changeset_entry s ON s.structure = c.structure"
    " AND s.changeset = c.id LEFT JOIN entry e"
    " ON e.structure = s.structure AND e.hash = s.hash"
    " WHERE c.structure = $structure AND c.place > 0"
    " AND ((e.hash IS NULL AND c.time_s BETWEEN $from_s AND $until_s)"
    " OR (e.family IN ('hours', 'skill', 'signoff') AND e.record IN"
    " (SELECT d.record FROM entry d WHERE d.structure = $structure"
    " AND d.family IN ('hours', 'skill', 'signoff')"
    " AND d.day BETWEEN $first AND $last))"
    " OR (e.family = 'signoff'"
    " AND e.record = 'signoff/' || e.subject || '/' || $month)"
    " OR (e.family = 'newcomer' AND e.subject IN"
    " (SELECT h.subject FROM entry h WHERE h.structure = $structure"
    " AND h.family = 'hours' AND h.day BETWEEN $first AND $last)))"
    " ORDER BY place"};

static const struct db_statement of_signers = {"audit_sets.of_signers",
    "SELECT DISTINCT c.place AS place FROM changeset c"
    " JOIN changeset_entry s ON s.structure = c.structure"
    " AND s.changeset = c.id JOIN entry e"
    " ON e.structure = s.structure AND e.hash = s.hash"
    " WHERE c.structure = $structure AND c.place > 0"
    " AND e.family IN ('enrolment', 'revocation') ORDER BY place"};

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
