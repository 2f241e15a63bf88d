/* Where the PINs of the page are kept. Their rules are in pin.h. */
#ifndef POINTEAU_AGENT_JOURNAL_PIN_H
#define POINTEAU_AGENT_JOURNAL_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/text.h"

struct pin {
	char structure[TEXT_ID_MAX + 1];
	char supervisor[TEXT_ID_MAX + 1];
	char hash[PASSWORD_TEXT];
	int64_t wrong; /* wrong ones since the last right one */
};

int journal_pin_get(struct db *db, const char *structure,
    const char *supervisor, struct pin *out, bool *found, struct err *err);
int journal_pin_put(struct db *db, const struct pin *pin, struct err *err);
/* ${*gone}: was there one? */
int journal_pin_remove(struct db *db, const char *structure,
    const char *supervisor, bool *gone, struct err *err);

#endif
