/*
 * What every act of a supervisor has in common: who, when, which slot, and
 * the words around it.
 */
#ifndef POINTEAU_AGENT_ACTS_H
#define POINTEAU_AGENT_ACTS_H

#include "agent/agent.h"
#include "agent/roster.h"
#include "shared/buf.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/hours.h"
#include "shared/json.h"

#define ACTS_SLOT_TEXT HOURS_SLOT_TEXT

/* hours_slot. */
int acts_slot(char out[ACTS_SLOT_TEXT], const char *text, struct err *err);

/* Today by this machine. */
void acts_today(const struct agent *agent, char out[DATE_TEXT]);

/* May this be a note or a reason, called ${what}? Line breaks and tabs are
 * allowed; at most TEXT_NOTE_MAX bytes. */
int acts_check_note(const char *what, const char *text, struct err *err);

/*
 * Who records: the supervisor that ${as} names, else the first supervisor of
 * ${crew} (may be NULL), else what this laptop is called.
 */
int acts_person(struct agent *agent, const struct roster *roster,
    const char *as, const struct roster_item *crew, char out[TEXT_NAME_MAX + 1],
    struct err *err);

/* Append what people call a person as entries hold it. */
void acts_add_person(
    struct buf *out, const struct roster *roster, const char *person);

/* hours_describe. */
void acts_add_value(struct buf *out, const json_t *value);

#endif
