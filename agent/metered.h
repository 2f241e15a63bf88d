/*
 * What people decided about networks that are paid for by the volume: the
 * settings metered, "send" or "wait", and metered_interfaces, names between
 * commas ("*": every network) that count as such beside those that the system
 * shows (os_net.h).
 */
#ifndef POINTEAU_AGENT_METERED_H
#define POINTEAU_AGENT_METERED_H

#include "agent/auto_sync.h"
#include "agent/config.h"

/* ${config} outlives ${*out}. */
void metered_read(
    struct auto_sync_metered *out, const struct agent_config *config);

/* "none", "free" or "metered": the network that the laptop is on now. */
const char *metered_network(
    const struct auto_sync_metered *metered, const struct os *os);

#endif
