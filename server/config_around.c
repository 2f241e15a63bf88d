#include "server/config_around.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "server/config.h"
#include "server/tls.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/os_look.h"

#define KEY_FILE_MAX ((size_t)64 * 1024)

/* ---- files ---- */

static void look_at_certificate(
    struct settings *settings, const struct config *config)
{
	const char *path = config->tls_certificate;
	int64_t now_s = os_now_s(&os_system), begin_s, end_s;
	struct err why = ERR_INIT;

	if (path[0] == '\0')
		return;
	if (tls_certificate_dates(path, &begin_s, &end_s, &why) < 0)
		settings_fault(settings, "tls_certificate",
		    L("%s ; donnez un fichier PEM lisible par ce compte",
			"%s; give a PEM file that this account can read"),
		    why.text);
	else if (now_s < begin_s || now_s >= end_s)
		settings_fault(settings, "tls_certificate",
		    now_s < begin_s
			? L("%s : ce certificat ne vaut pas encore ; vérifiez "
			    "l'horloge",
			      "%s: this certificate is not valid yet; check "
			      "the clock")
			: L("%s : ce certificat est périmé ; renouvelez-le",
			      "%s: this certificate has expired; renew it"),
		    path);
}

static void look_at_key(struct settings *settings, const struct config *config)
{
	struct buf text = BUF_INIT;
	struct err why = ERR_INIT;

	if (config->tls_key[0] == '\0')
		return;
	if (os_file_read(&text, config->tls_key, KEY_FILE_MAX, &why) < 0)
		settings_fault(settings, "tls_key",
		    L("%s ; donnez un fichier PEM lisible par ce compte",
			"%s; give a PEM file that this account can read"),
		    why.text);
	else if (strstr(buf_text(&text), "PRIVATE KEY") == NULL)
		settings_fault(settings, "tls_key",
		    L("%s : ce n'est pas une clé privée en PEM",
			"%s: it is no private key in PEM"),
		    config->tls_key);
	if (text.data != NULL)
		explicit_bzero(text.data, text.len);
	buf_free(&text);
}

/* ---- addresses ---- */

/* "127.0.0.1" of "127.0.0.1:8443"; false of "8443". */
static bool listen_address(const struct config *config, struct in_addr *out)
{
	char text[INET_ADDRSTRLEN] = "";
	size_t len = strcspn(config->listen, ":");

	if (config->listen[len] == '\0' || len >= sizeof(text))
		return false;
	memcpy(text, config->listen, len);
	return inet_pton(AF_INET, text, out) == 1;
}

/* Is it one of this machine's, as far as the system tells? */
static bool is_ours(const struct in_addr *address)
{
	uint32_t wanted = ntohl(address->s_addr);
	struct ifaddrs *list = NULL;
	struct sockaddr_in name;
	bool ours = wanted == INADDR_ANY || wanted >> 24 == IN_LOOPBACKNET;

	if (ours || getifaddrs(&list) < 0)
		return true;
	for (struct ifaddrs *at = list; at != NULL; at = at->ifa_next) {
		if (at->ifa_addr == NULL || at->ifa_addr->sa_family != AF_INET)
			continue;
		memcpy(&name, at->ifa_addr, sizeof(name));
		ours = ours || name.sin_addr.s_addr == address->s_addr;
	}
	freeifaddrs(list);
	return ours;
}

static const char *port_of(const char *address)
{
	const char *colon = strrchr(address, ':');

	return colon != NULL ? colon + 1 : address;
}

static void look_at_address(
    struct settings *settings, const struct config *config)
{
	const char *host = config->url + strlen("https://");
	bool near = strncmp(host, "127.", 4) == 0 ||
	            strncmp(host, "localhost:", 10) == 0;
	struct in_addr address;
	bool given;

	if (config->url[0] == '\0' || config->listen[0] == '\0')
		return;
	given = listen_address(config, &address);
	if (given && !is_ours(&address))
		settings_fault(settings, "listen",
		    L("listen = %s : cette adresse n'est pas à cette machine ; "
		      "donnez l'une des siennes (« ip address »), ou le port "
		      "seul",
			"listen = %s: this address is not this machine's; "
			"give one of its own (\"ip address\"), or the port "
			"alone"),
		    config->listen);
	if (strcmp(port_of(config->url), port_of(config->listen)) != 0)
		settings_remark(settings, "listen",
		    L("les postes appellent le port %s, ce serveur écoute sur "
		      "%s : un relais doit passer de l'un à l'autre",
			"laptops call port %s, this server listens on %s: a "
			"proxy must lead from the one to the other"),
		    port_of(config->url), port_of(config->listen));
	else if (given && ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET &&
		 !near)
		settings_remark(settings, "listen",
		    L("listen = %s : seule cette machine l'atteint ; il y faut "
		      "un relais pour %s",
			"listen = %s: this machine alone reaches it; it takes "
			"a proxy for %s"),
		    config->listen, config->url);
}

/* A disk that is unplugged keeps nobody from serving. */
static void look_at_backups(
    struct settings *settings, const struct config *config)
{
	struct os_look look;

	if (config->backup_dir[0] == '\0' ||
	    (os_look(config->backup_dir, &look, NULL) == 0 &&
		look.is_directory))
		return;
	settings_remark(settings, "backup_dir",
	    L("%s n'est pas un dossier de cette machine, ou il est hors de "
	      "portée : branchez ce disque, ou créez le dossier ; pas de "
	      "sauvegarde d'ici là",
		"%s is no directory of this machine, or out of reach: plug "
		"the disk in, or make the directory; no backup until then"),
	    config->backup_dir);
}

void config_look_around(struct settings *settings)
{
	const struct config *config = settings->values;

	look_at_certificate(settings, config);
	look_at_key(settings, config);
	look_at_address(settings, config);
	look_at_backups(settings, config);
}
