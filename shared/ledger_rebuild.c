#include <stdlib.h>
#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/ledger_month.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_release.h"
#include "shared/ledger_set.h"
#include "shared/progress.h"

/* An entry is judged where the log names it first, and again wherever it is
 * named while it does not count: as ledger_add does. */
#define EARLIER                                                                \
	"EXISTS (SELECT 1 FROM changeset_entry t CROSS JOIN changeset d"       \
	" WHERE t.entry = e.id AND t.entry > 0 AND d.id = t.changeset"         \
	" AND d.place > 0 AND d.place < $place)"

static const struct db_statement first_entries = {"rebuild.first_entries",
    "SELECT e.pos AS pos, e.bytes AS bytes FROM changeset c"
    " CROSS JOIN entry e WHERE c.id = $id AND c.structure = $structure"
    " AND e.id BETWEEN c.first AND c.last AND e.changeset = c.id"
    " AND (e.fault <> '' OR NOT " EARLIER ") UNION ALL"
    " SELECT s.pos AS pos, e.bytes AS bytes FROM changeset_entry s"
    " CROSS JOIN entry e WHERE s.changeset = $id"
    " AND s.structure = $structure AND s.entry > 0 AND e.id = s.entry"
    " AND (e.fault <> '' OR NOT (" EARLIER " OR EXISTS (SELECT 1"
    " FROM changeset d WHERE d.id = e.changeset AND d.place > 0"
    " AND d.place < $place))) ORDER BY pos"};

/* One set of the log at a time: its identity, then its bodies. */
struct step {
	int64_t id;
	int64_t place;
	bool found;
	struct buf bodies;
	size_t sizes[CHANGESET_ENTRIES_MAX];
	size_t count;
};

static int note_set(void *context, const struct set_row *row, struct err *err)
{
	struct step *step = context;

	(void)err;
	step->id = row->id;
	step->place = row->place;
	step->found = true;
	return 1;
}

static int note_body(void *context, const struct db_row *row, struct err *err)
{
	struct step *step = context;
	struct bytes body = db_row_blob(row, "bytes");

	if (step->count == CHANGESET_ENTRIES_MAX)
		return 1;
	buf_add(&step->bodies, body.data, body.len);
	step->sizes[step->count++] = body.len;
	return buf_check(&step->bodies, err);
}

/* Who signed the set, as the log stood when it came. */
static int find_author(struct db *db, const struct changeset *set,
    const uint8_t server[KEY_LEN], struct ledger_author *out, struct err *err)
{
	struct device device;
	int rc = ledger_device(db, set->header.structure, set->header.device,
	    server, &device, err);

	out->header = &set->header;
	out->writer = device.writer;
	out->revoked = device.revoked;
	return rc;
}

static int replay(struct db *db, const char *structure, struct step *step,
    const uint8_t server[KEY_LEN], struct err *err)
{
	struct buf storage = BUF_INIT;
	struct ledger_author author;
	struct changeset set;
	size_t at = 0;
	int rc;

	step->count = 0;
	buf_reset(&step->bodies);
	if ((rc = ledger_set_load(
		 db, structure, step->id, &set, &storage, err)) < 0 ||
	    (rc = find_author(db, &set, server, &author, err)) < 0 ||
	    (rc = db_query(db, &first_entries,
		 DB_PARAMS(DB_TEXT("structure", structure),
		     DB_INT("id", step->id), DB_INT("place", step->place)),
		 note_body, step, err)) < 0)
		goto out;
	ledger_month_begin(db);
	for (size_t i = 0; rc == 0 && i < step->count; i++) {
		const struct bytes body = {
		    step->bodies.data + at, step->sizes[i]};

		at += step->sizes[i];
		rc = ledger_judge_again(db, &author, body, err);
	}
	rc = ledger_month_end(db, rc, err);
out:
	changeset_clear(&set);
	buf_free(&storage);
	return rc;
}

/* One structure's part of the work, of as many sets as its log has. */
static int begin_work(struct db *db, const char *structure, struct err *err)
{
	static const struct progress_work rebuilding = {"rebuild", "sets",
	    "Journal rejoué", "Replaying the log",
	    "rien n'a été changé ; la même commande recommence",
	    "nothing was changed; the same command begins anew"};
	struct log_point head;
	int rc = ledger_head(db, structure, &head, NULL, err);

	if (rc == 0)
		progress_begin(&rebuilding, head.n);
	return rc;
}

int ledger_rebuild(struct db *db, const char *structure,
    const uint8_t server[KEY_LEN], struct hash *before, struct hash *after,
    struct err *err)
{
	struct step *step = calloc(1, sizeof(*step));
	int rc;

	if (step == NULL)
		return err_nomem(err);
	if ((rc = begin_work(db, structure, err)) < 0)
		goto out;
	if ((rc = ledger_digest(db, structure, before, err)) < 0 ||
	    (rc = ledger_forget_records(db, structure, err)) < 0 ||
	    (rc = ledger_release_forget(db, structure, err)) < 0)
		goto out;
	do {
		step->found = false;
		rc =
		    ledger_log(db, structure, step->place, note_set, step, err);
		if (rc == 0 && step->found &&
		    (rc = replay(db, structure, step, server, err)) == 0)
			rc = progress_step(step->place, err);
	} while (rc == 0 && step->found);
	if (rc == 0)
		rc = ledger_digest(db, structure, after, err);
	if (rc == 0)
		rc = progress_last(err);
out:
	progress_end();
	buf_free(&step->bodies);
	free(step);
	return rc;
}
