/*
 * The journal: who did what, before and after, told from the log itself. The
 * acts of the office and what laptops recorded, closings, enrolments, purges,
 * exports: all are entries, so nothing can be left out of it or added.
 */
#ifndef POINTEAU_SERVER_JOURNAL_JOURNAL_H
#define POINTEAU_SERVER_JOURNAL_JOURNAL_H

#include <stdint.h>

#include "server/office.h"
#include "server/store/chronicle.h"
#include "shared/err.h"
#include "shared/json.h"

#define JOURNAL_LIMIT     100
#define JOURNAL_LIMIT_MAX 1000

/* What is asked; "" where nothing is. Days are ISO, both within, by when the
 * office received it, in the machine's own time zone. */
struct journal_ask {
	const char *from;
	const char *to;
	const char *person; /* an identity, a name, or a device */
	const char *action; /* a slug of journal_actions */
	const char *worker;
	const char *structure;
	const char *before; /* the cursor of the answer before */
	int64_t limit;
};

/*
 * Own ${out}: {"schema":1,"rows":[…],"next": cursor or null}. A row:
 * {"n" (place),"structure","received","at" (the author's clock),"action",
 * "label","kind","record","worker","worker_name","person","person_name",
 * "device","device_name","code" (why it was set aside, or ""),"why","reason",
 * "note","hash","purged":b}; of hours also "day", "slot", "before",
 * "after" (values), "before_text", "after_text"; of anything else "changes":
 * [{"member","label","from","to"}]. E_USAGE for what is asked wrongly.
 */
int journal_json(struct office *office, const struct journal_ask *ask,
    json_t **out, struct err *err);

/* ---- journal_action.c ---- */

struct journal_action {
	const char *slug;
	const char *fr, *en;
};

/* All of them, ended by a NULL slug; and the one of an entry. */
extern const struct journal_action journal_actions[];
const struct journal_action *journal_action_of(
    const struct chronicle_row *row, size_t parents, const json_t *value);
/* E_USAGE, naming them all. */
int journal_action_check(const char *slug, struct err *err);

/* ---- journal_verify.c ---- */

/*
 * Verify the log of ${structure} ("": of all that are in sight) from its first
 * place on: the chain, every receipt, every set's signature and every body's
 * hash. Own ${out}: [{"structure","n" (verified up to),"epoch","head","sets",
 * "entries","absent" (bodies purged),"ok":b,"broken" (place or null),"why"}].
 */
int journal_verify(struct office *office, const char *structure, json_t **out,
    struct err *err);

#endif
