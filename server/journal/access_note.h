/*
 * Readings of a person's data, noted: by the page's door, for whoever has
 * logged in. The server's own shell is its operator's and is not noted.
 */
#ifndef POINTEAU_SERVER_JOURNAL_ACCESS_NOTE_H
#define POINTEAU_SERVER_JOURNAL_ACCESS_NOTE_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/*
 * ${who} (a login) read ${what} (the call, "rgpd/extract") of ${subject} (a
 * worker; anything that is no identifier is not noted). What is older than a
 * year is forgotten on the way. In the writing office.
 */
int access_note(struct office *office, const char *who, const char *what,
    const char *subject, struct err *err);

/* Own ${out}: [{"at","who","what","worker"}], the newest first. */
int access_json(struct office *office, const char *who, const char *worker,
    int64_t limit, json_t **out, struct err *err);

#endif
