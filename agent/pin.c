#include <string.h>

#include "agent/journal_pin.h"
#include "agent/pin.h"
#include "shared/lang.h"

int pin_check(const char *pin, struct err *err)
{
	size_t len = strspn(pin, "0123456789");

	if (pin[len] == '\0' && len >= PIN_MIN && len <= PIN_MAX)
		return 0;
	return err_set(err, E_INVALID,
	    L("le code PIN a de %d à %d chiffres, et rien d'autre",
		"a PIN has %d to %d digits, and nothing else"),
	    PIN_MIN, PIN_MAX);
}

int pin_look(struct db *db, const char *structure, const char *supervisor,
    bool *set, int64_t *wrong, struct err *err)
{
	struct pin kept;
	int rc = journal_pin_get(db, structure, supervisor, &kept, set, err);

	if (wrong != NULL)
		*wrong = kept.wrong;
	crypto_wipe(&kept, sizeof(kept));
	return rc;
}

int pin_set(struct db *db, const char *structure, const char *supervisor,
    const char *pin, struct err *err)
{
	struct pin kept = {.wrong = 0};
	int rc;

	if ((rc = pin_check(pin, err)) < 0 ||
	    (rc = crypto_password_hash(kept.hash, pin, err)) < 0)
		return rc;
	text_copy(kept.structure, sizeof(kept.structure), structure);
	text_copy(kept.supervisor, sizeof(kept.supervisor), supervisor);
	rc = journal_pin_put(db, &kept, err);
	crypto_wipe(&kept, sizeof(kept));
	return rc;
}

int pin_try(struct db *db, const char *structure, const char *supervisor,
    const char *pin, bool *right, struct err *err)
{
	struct pin kept;
	bool found;
	int rc;

	*right = false;
	rc = journal_pin_get(db, structure, supervisor, &kept, &found, err);
	if (rc == 0 && !found) {
		rc = err_set(err, E_NOT_FOUND,
		    L("%s n'a pas encore de code PIN : choisissez-en un",
			"%s has no PIN yet: choose one"),
		    supervisor);
	}
	if (rc < 0)
		goto out;
	kept.wrong++;
	if ((rc = journal_pin_put(db, &kept, err)) < 0 ||
	    (rc = crypto_password_verify(kept.hash, pin, right, err)) < 0 ||
	    !*right)
		goto out;
	kept.wrong = 0;
	rc = journal_pin_put(db, &kept, err);
out:
	crypto_wipe(&kept, sizeof(kept));
	return rc;
}

int pin_forget(struct db *db, const char *structure, const char *supervisor,
    bool *gone, struct err *err)
{
	return journal_pin_remove(db, structure, supervisor, gone, err);
}

int64_t pin_wait_s(int64_t wrong)
{
	int64_t wait = PIN_WAIT_S;

	if (wrong < PIN_FREE)
		return 0;
	for (int64_t i = PIN_FREE; i < wrong && wait < PIN_WAIT_MAX_S; i++)
		wait *= 2;
	return wait < PIN_WAIT_MAX_S ? wait : PIN_WAIT_MAX_S;
}
