/*
 * What `config check` looks at beside the settings' text: the files that they
 * name, the addresses of this machine.
 */
#ifndef POINTEAU_SERVER_CONFIG_AROUND_H
#define POINTEAU_SERVER_CONFIG_AROUND_H

#include "shared/settings.h"

/* Note what is at fault; ${settings}'s values are a struct config. */
void config_look_around(struct settings *settings);

#endif
