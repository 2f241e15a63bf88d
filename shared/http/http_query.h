/* The query of a request, "a=1&b=%C3%A9", argument by argument. */
#ifndef POINTEAU_SHARED_HTTP_HTTP_QUERY_H
#define POINTEAU_SHARED_HTTP_HTTP_QUERY_H

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

/*
 * Put the next argument of the query at ${*at} into ${name} and ${value},
 * percent-decoded, and step over it. 1: there was one; 0: the end; E_INVALID:
 * a broken escape, a NUL, or text that is no UTF-8.
 */
int http_query_next(
    const char **at, struct buf *name, struct buf *value, struct err *err);

/*
 * Put every argument of ${query} into the object ${out}, as text members.
 * E_USAGE names one that is given twice; else as http_query_next.
 */
int http_query_members(json_t *out, const char *query, struct err *err);

#endif
