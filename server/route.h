/*
 * Every endpoint on one screen: method, path, who may call, handler.
 */
#ifndef POINTEAU_SERVER_ROUTE_H
#define POINTEAU_SERVER_ROUTE_H

#include <stddef.h>

#include "server/service.h"

enum role {
	ROLE_WATCH,  /* anyone, whatever the load: no lock is taken */
	ROLE_PUBLIC, /* anyone who reaches the server */
	ROLE_DEVICE, /* an enrolled laptop, not revoked */
	ROLE_AUTHOR, /* an enrolled laptop, even revoked: its sets are kept,
	                and it must learn that a restored server lost some */
	ROLE_PUSH,   /* the same; the handler takes the office itself */
};

struct route {
	const char *method;
	const char *path;
	enum role role;
	api_handler *handler;
};

/*
 * The route of a request. NULL and E_NOT_FOUND when the path is unknown,
 * E_METHOD when it exists for another method.
 */
const struct route *route_find(
    const char *method, const char *path, struct err *err);

#endif
