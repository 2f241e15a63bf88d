/* The address to listen on: which there may be, and why one cannot be had. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "shared/http/http_parts.h"
#include "shared/lang.h"

static bool port_is_valid(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return len > 0 && len <= 5 && text[len] == '\0' && text[0] != '0' &&
	       atoi(text) <= UINT16_MAX;
}

/* Strict, because CivetWeb would read a list, or plain HTTP, out of it. */
int http_check_listen(const char *listen, struct err *err)
{
	const char *colon = strrchr(listen, ':');
	char address[INET_ADDRSTRLEN] = "0.0.0.0";
	struct in_addr parsed;
	size_t len;

	if (colon != NULL) {
		len = (size_t)(colon - listen);
		if (len >= sizeof(address))
			goto bad;
		memcpy(address, listen, len);
		address[len] = '\0';
	}
	if (inet_pton(AF_INET, address, &parsed) == 1 &&
	    port_is_valid(colon != NULL ? colon + 1 : listen))
		return 0;
bad:
	return err_set(err, E_INVALID,
	    L("adresse d'écoute « %.60s » refusée : donnez une adresse IPv4 et "
	      "un "
	      "port (127.0.0.1:8443) ou un port seul (8443) ; IPv6 n'est pas "
	      "géré, mettez un relais devant",
		"listening address '%.60s' refused: give an IPv4 address and a "
		"port (127.0.0.1:8443) or a port alone (8443); IPv6 is not "
		"supported, put a proxy in front"),
	    listen);
}

/* The library says "cannot bind to 127.0.0.1:8443s: 98 (…)", 's' its own sign
 * of TLS and the number errno's. */
int http_not_listening(
    const struct http_server *server, const char *fault, struct err *err)
{
	const char *number = strrchr(fault, ':');
	const char *port = strrchr(server->listen, ':');
	long code = number != NULL ? strtol(number + 1, NULL, 10) : 0;

	port = port != NULL ? port + 1 : server->listen;
	if (code == EADDRINUSE)
		return err_set(err, E_IO,
		    L("impossible d'écouter sur %s : un autre programme y "
		      "écoute déjà ; « sudo ss -ltnp 'sport = :%s' » dit "
		      "lequel : arrêtez-le, ou choisissez un autre port",
			"cannot listen on %s: another program listens there "
			"already; \"sudo ss -ltnp 'sport = :%s'\" says which: "
			"stop it, or choose another port"),
		    server->listen, port);
	if (code == EADDRNOTAVAIL)
		return err_set(err, E_IO,
		    L("impossible d'écouter sur %s : cette adresse n'est pas à "
		      "cette machine ; donnez l'une des siennes (« ip address "
		      "»), ou le port seul",
			"cannot listen on %s: this address is not this "
			"machine's; give one of its own (\"ip address\"), or "
			"the port alone"),
		    server->listen);
	if (code == EACCES)
		return err_set(err, E_IO,
		    L("impossible d'écouter sur %s : ce compte n'y a pas droit "
		      "(ports sous 1024) ; choisissez un autre port",
			"cannot listen on %s: this account may not (ports "
			"below 1024); choose another port"),
		    server->listen);
	return err_set(err, E_IO,
	    L("impossible d'écouter sur %s : adresse prise ou interdite ; "
	      "arrêtez l'autre programme ou choisissez une autre adresse "
	      "(erreur %ld)",
		"cannot listen on %s: the address is taken or forbidden; stop "
		"the other program or choose another address (error %ld)"),
	    server->listen, code);
}
