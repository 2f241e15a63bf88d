/*
 * Check an export for an auditor, byte for byte, from the export alone.
 */
#ifndef POINTEAU_SERVER_AUDIT_VERIFY_H
#define POINTEAU_SERVER_AUDIT_VERIFY_H

#include "shared/buf.h"
#include "shared/err.h"

/*
 * Check ${directory}. Append to ${report} one line "<file>: <fault>" for
 * every fault and return E_SIGNATURE when there is any; else a summary.
 * ${fingerprint} is the server's, "SHA256:…" as the printed sheets show it;
 * without one (NULL) the report shows it and tells to compare. E_NOT_FOUND
 * when there is no such directory, E_LIMIT, E_IO when it cannot be read.
 */
int audit_verify(const char *directory, const char *fingerprint,
    struct buf *report, struct err *err);

#endif
