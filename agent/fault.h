/*
 * Why the office set an own entry aside, as a supervisor understands it: the
 * cause, and what to do. The codes are those of entry_fault (shared/entry.h).
 */
#ifndef POINTEAU_AGENT_FAULT_H
#define POINTEAU_AGENT_FAULT_H

/* One or two sentences in the user's language; "" for "". Static. */
const char *fault_advice(const char *code);

#endif
