/*
 * One slot as the page shows it: what it holds, who says so, and how far that
 * is on its way to the office.
 */
#ifndef POINTEAU_AGENT_CELL_H
#define POINTEAU_AGENT_CELL_H

#include "agent/agent.h"
#include "agent/closed.h"
#include "agent/slots.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

/*
 * A slot object of docs/page.md, own it. ${slot} NULL: that one, called
 * ${name}, is empty. It stands for the entry of this laptop, where one of
 * several is.
 */
int cell_json(json_t **out, struct agent *agent, const struct closed *closed,
    const struct slot *slot, const char *name, struct err *err);

/* Append the same for people: "3h30 travail", "contesté", "—". */
void cell_add_text(struct buf *out, const struct slot *slot);

#endif
