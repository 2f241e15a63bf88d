/*
 * SIGHUP: the certificate and the log's settings are read again; what else has
 * changed in the settings waits for a restart, and is named.
 */
#ifndef POINTEAU_SERVER_RELOAD_H
#define POINTEAU_SERVER_RELOAD_H

#include "server/config.h"
#include "server/service.h"
#include "shared/err.h"

/* Have the log be as ${config} says. */
void reload_log(const struct config *config);

/*
 * Read the settings of ${call} (a `serve`) again and take what may change:
 * log_*, and the certificate, unless it is a proxy's. Settings that are at
 * fault, or a certificate that cannot be read, change nothing.
 */
int reload(struct service *service, struct call *call, struct err *err);

#endif
