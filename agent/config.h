/*
 * The laptop's settings: one table (config.c) over shared/settings.h. All of
 * them may be left out. A new setting is a member here and a row there; the
 * file, the environment, the command line, `config …` and the man page follow.
 */
#ifndef POINTEAU_AGENT_CONFIG_H
#define POINTEAU_AGENT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/settings.h"

/* In the order of the choices "auto|fr|en", "send|wait". */
enum agent_language { AGENT_AUTO, AGENT_FRENCH, AGENT_ENGLISH };
enum agent_metered { AGENT_METERED_SEND, AGENT_METERED_WAIT };

#define AGENT_NO_PROXY_AT_ALL "none" /* of proxy */

struct agent_config {
	int language;                               /* enum agent_language */
	bool sync;                                  /* `run` syncs by itself */
	int metered;                                /* enum agent_metered */
	int64_t page_port;                          /* 0: by chance */
	char metered_interfaces[SETTING_VALUE_MAX]; /* os_network_metered */
	char proxy[SETTING_VALUE_MAX];    /* ""; "none"; http://host:port */
	char no_proxy[SETTING_VALUE_MAX]; /* hosts, as curl has them */
};

extern const struct settings_table agent_config_table;

#endif
