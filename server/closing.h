/*
 * The closing of a month: what the office declares and pays, fixed in signed
 * entries. Per structure and month one entry per worker (close/<month>/
 * <worker>: every head covered, minutes by kind) and one (close/<month>) that
 * names their hashes. Nothing of it is stored elsewhere: what a month's
 * figures are is read from these entries each time. A third kind of entry
 * (closed/<month>) tells laptops that the month is closed, and no more.
 *
 * Late is what came since: entries of the month that are neither heads of
 * the closing, nor of its adjustments, nor ancestors of these. They change
 * no closing; an adjustment tells what they change, and
 *
 *	reported = closing + its adjustments.
 */
#ifndef POINTEAU_SERVER_CLOSING_H
#define POINTEAU_SERVER_CLOSING_H

#include <stdint.h>

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/* The version of the rules by which minutes are counted, in each closing.
 * 2: a worker's minutes are told by contract and annex, and a GEIQ's count for
 * no ASP (1 told them by kind alone). */
#define CLOSING_RULES 2

/*
 * ${seen} of an act is the version of the figures that its author saw, the
 * member "seen" of month_status, closing_late or declare_rows; NULL when it is
 * not said. When it is not what is there, nothing is written: E_CONFLICT, with
 * both. E_INVALID when it is no version.
 */

/*
 * Close ${month} ("2026-11") of ${structure}. E_BLOCKED lists what stands in
 * the way (closing_blockers) unless ${exception} (NULL: none) gives the
 * reason why it is closed all the same; E_CONFLICT when it is closed already;
 * E_NOT_FOUND when there is no such structure.
 */
int closing_make(struct office *office, const char *structure,
    const char *month, const char *exception, const char *seen,
    struct err *err);

/*
 * Close the month in every structure of the signer's where nothing stands in
 * the way, in one act. Own ${*out}: {"closed":[{"structure","version",
 * "minutes","workers"}],"refused":[{"structure","blockers":{why:n},"first":
 * [blocker]}],"already":[structure],"empty":[structure]}; a month is empty
 * where nobody was expected and nothing was recorded. With ${seen}
 * ("S1=VERSION, S2=VERSION"; NULL: all) those are left out that are not as they
 * were seen, or were not seen ready: "changed":[structure].
 */
int closing_make_all(struct office *office, const char *month, const char *seen,
    json_t **out, struct err *err);

struct closing_reopening {
	const char *reason;    /* required */
	const char *first;     /* who asked for it; NULL: who signs */
	const char *second;    /* required: the second person */
	const char *request;   /* hash of the asking; NULL: none was written */
	const char *exception; /* as in closing_make; NULL: none */
	const char *seen;      /* likewise */
};

/*
 * Close a closed month anew: version n+1, which names version n. What was
 * adjusted is inside it, and counts no more beside it. E_NOT_FOUND when the
 * month is not closed; E_INVALID when something stands in the way.
 */
int closing_reopen(struct office *office, const char *structure,
    const char *month, const struct closing_reopening *reopening,
    struct err *err);

/*
 * What stands in the way of a closing, own it: [{"why","worker","day",
 * "slot"}], why being "contested", "doubled" (paid under two structures),
 * "missing" (a planned half-day without a value) or "unknown" (of somebody on
 * no list); by worker, day, slot.
 */
int closing_blockers(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err);

/*
 * What came after the closing, own it: {"structure","month","version",
 * "closing":hash,"seen":version,"entries":[{"hash","worker","day","slot",
 * "void","minutes","kind","device","person","at"}],"proposals":[{"worker","kinds":[{"kind",
 * "before","after"}],"before":n,"after":n,"shares":[{"contract","annex",
 * "kinds":[as above],"before":n,"after":n (minutes for the ASP)}],"heads":
 * [hash],"undecided":bool}]}. E_NOT_FOUND when it is not closed.
 *
 * A proposal has the kinds whose minutes change, the payable minutes before
 * and after, and the heads that nothing covers yet; there is none when
 * reported and present figures are the same and every head is covered. It is
 * undecided while one of these heads is contested.
 */
int closing_late(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err);

/*
 * Approve every decided proposal of closing_late: one entry per worker,
 * carried in the open month (the first after ${month} that is not closed).
 * ${*written} (may be NULL) receives how many; 0 is no fault. E_CONFLICT when
 * two closings stand side by side (a server restored from a backup): reopen.
 */
int closing_adjust(struct office *office, const char *structure,
    const char *month, const char *reason, const char *seen, int64_t *written,
    struct err *err);

/*
 * A closed month's figures, own it: {"structure","month","version",
 * "closing":hash,"contested":bool,"rules","exception","previous","reason",
 * "first","second","at","device","person","blockers":{"contested":n,"doubled":n,"missing":n,
 * "unknown":n},"rows":[{"worker","hash","purged":bool,"closed":{kind:n},
 * "adjusted":{kind:n},"reported":{kind:n},"minutes":{"closed":n,
 * "adjusted":n,"reported":n}}],"total":{the same four}}. "minutes" are the
 * payable ones. E_NOT_FOUND when it is not closed.
 */
int closing_show(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err);

#endif
