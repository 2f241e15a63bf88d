#include "agent/metered.h"

#include "shared/os_net.h"

void metered_read(
    struct auto_sync_metered *out, const struct agent_config *config)
{
	out->wait = config->metered == AGENT_METERED_WAIT;
	out->names = config->metered_interfaces;
}

const char *metered_network(
    const struct auto_sync_metered *metered, const struct os *os)
{
	if (os_network_seen(os) == 0)
		return "none";
	return os_network_metered(metered->names) ? "metered" : "free";
}
