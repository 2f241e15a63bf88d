#include "agent/proxy.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/err.h"

#define PORT_DEFAULT       1080
#define PORT_DEFAULT_HTTPS 443

/* ${text}: what follows the host. */
static int read_port(const char *text, size_t len, int preset)
{
	char digits[8];

	if (len == 0)
		return preset;
	if (text[0] != ':' || len < 2 || len > 6 ||
	    strspn(text + 1, "0123456789") < len - 1)
		return E_INVALID;
	(void)snprintf(digits, sizeof(digits), "%.*s", (int)len - 1, text + 1);
	return (int)strtol(digits, NULL, 10);
}

int proxy_place(const char *proxy, char out[PROXY_PLACE_MAX])
{
	const char *host = strstr(proxy, "://"), *end, *at = NULL;
	bool https = strncmp(proxy, "https://", 8) == 0;
	size_t len;
	int port;

	host = host != NULL ? host + 3 : proxy;
	end = host + strcspn(host, "/");
	/* A password may hold an @ as it is. */
	for (const char *seek = host; seek < end; seek++) {
		if (*seek == '@')
			at = seek;
	}
	if (at != NULL)
		host = at + 1;
	len = strcspn(host, host[0] == '[' ? "]/" : ":/");
	if (host[0] == '[') {
		if (host[len] != ']')
			return E_INVALID;
		len++;
	}
	port = read_port(host + len, (size_t)(end - host) - len,
	    https ? PORT_DEFAULT_HTTPS : PORT_DEFAULT);
	if (len == 0 || len > PROXY_PLACE_MAX - 8 || port < 1 || port > 65535)
		return E_INVALID;
	(void)snprintf(out, PROXY_PLACE_MAX, "%.*s:%d", (int)len, host, port);
	return port;
}
