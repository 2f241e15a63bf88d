/* What the office's pages may call, for those who write scripts. */
#ifndef POINTEAU_SERVER_PAGE_PAGE_DESCRIBE_H
#define POINTEAU_SERVER_PAGE_PAGE_DESCRIBE_H

#include "shared/buf.h"
#include "shared/err.h"

/* Append schema/openapi.json as it ought to be (OpenAPI 3.1). E_CORRUPT when
 * a row of page_api.c names a command that there is not. */
int door_describe(struct buf *out, struct err *err);

#endif
