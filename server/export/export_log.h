/*
 * The log of exports, read: what was written when, by whom, and what has
 * changed since. Each structure that an export is about has its own entry of
 * it, with its own rows; here they are put together again.
 */
#ifndef POINTEAU_SERVER_EXPORT_EXPORT_LOG_H
#define POINTEAU_SERVER_EXPORT_EXPORT_LOG_H

#include "server/export/export.h"

/*
 * All exports, the last first, own it: [{"id","at","by","what","format",
 * "filter":{…},"rows","provisional","structures":[…],"files":[{"name","sum",
 * "bytes"}]}]. ${what} and ${month} "" for any.
 */
int export_log_list(struct office *office, const char *what, const char *month,
    json_t **out, struct err *err);

/* One of them, with "keys": {structure: {key: [digest, minutes]}}; "last" is
 * the last one of ${what} (any when "") and ${month}. E_NOT_FOUND. */
int export_log_find(struct office *office, const char *id, const char *what,
    const char *month, json_t **out, struct err *err);

/*
 * What differs between the export ${since} (an identifier or "last", of
 * ${what} and ${month}) and another one of the same kind and filter, or what
 * would be exported now when ${until} is NULL. Own it: {"since":id,
 * "until":id∣null,"what","month","added","changed","removed","same",
 * "rows":[{"structure","key","change":"added"∣"changed"∣"removed",
 * "before","after"}]}, minutes. E_INVALID when the two are not of one kind
 * and filter, or when one has no digests.
 */
int export_log_changed(struct office *office, const char *since,
    const char *until, const char *what, const char *month, json_t **out,
    struct err *err);

#endif
