/*
 * A worker's own extract: everything that is known of one person, as that
 * person may have it (RGPD, article 15). Nothing of third persons is in it
 * but the names of who wrote.
 */
#ifndef POINTEAU_SERVER_RGPD_EXTRACT_H
#define POINTEAU_SERVER_RGPD_EXTRACT_H

#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

/*
 * Own ${out}: {"schema":1,"made","worker","name","structures":[{"structure",
 * "name","sections":[{"section","label","records":[{"record","title","state",
 * "text","value","history":[{"at","received","by","device","kind","text",
 * "reason","note","aside"}]}]}],"months":[{"month","minutes","days"}],
 * "exports":[{"at","by","what","filter"}]}],"accesses":[{"at","who","what"}],
 * "periods":[{"label","months","source"}]}. E_NOT_FOUND.
 */
int extract_json(
    struct office *office, const char *worker, json_t **out, struct err *err);

/* Append it as a page to be printed: one file, nothing fetched. */
int extract_html(struct buf *out, const json_t *extract, struct err *err);

#endif
