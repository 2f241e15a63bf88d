#include <string.h>

#include "agent/journal_pin.h"

static const struct db_statement pin_get = {"pin.get",
    "SELECT hash, wrong FROM pin"
    " WHERE structure = $structure AND supervisor = $supervisor"};

static const struct db_statement pin_put = {"pin.put",
    "INSERT INTO pin (structure, supervisor, hash, wrong)"
    " VALUES ($structure, $supervisor, $hash, $wrong)"
    " ON CONFLICT (structure, supervisor) DO UPDATE SET"
    " hash = excluded.hash, wrong = excluded.wrong"};

static const struct db_statement pin_remove = {"pin.remove",
    "DELETE FROM pin"
    " WHERE structure = $structure AND supervisor = $supervisor"};

struct wanted {
	struct pin *out;
	bool *found;
};

static int take_pin(void *context, const struct db_row *row, struct err *err)
{
	const struct wanted *wanted = context;

	(void)err;
	text_copy(wanted->out->hash, sizeof(wanted->out->hash),
	    db_row_text(row, "hash"));
	wanted->out->wrong = db_row_int(row, "wrong");
	*wanted->found = true;
	return 1;
}

int journal_pin_get(struct db *db, const char *structure,
    const char *supervisor, struct pin *out, bool *found, struct err *err)
{
	struct wanted wanted = {out, found};

	memset(out, 0, sizeof(*out));
	*found = false;
	text_copy(out->structure, sizeof(out->structure), structure);
	text_copy(out->supervisor, sizeof(out->supervisor), supervisor);
	return db_query(db, &pin_get,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("supervisor", supervisor)),
	    take_pin, &wanted, err);
}

int journal_pin_put(struct db *db, const struct pin *pin, struct err *err)
{
	return db_exec(db, &pin_put,
	    DB_PARAMS(DB_TEXT("structure", pin->structure),
		DB_TEXT("supervisor", pin->supervisor),
		DB_TEXT("hash", pin->hash), DB_INT("wrong", pin->wrong)),
	    NULL, err);
}

int journal_pin_remove(struct db *db, const char *structure,
    const char *supervisor, bool *gone, struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(db, &pin_remove,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("supervisor", supervisor)),
	    &changed, err);

	*gone = changed > 0;
	return rc;
}
