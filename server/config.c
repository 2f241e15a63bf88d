#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config.h"
#include "server/config_around.h"
#include "shared/http/forwarded.h"
#include "shared/http/http.h"
#include "shared/lang.h"
#include "shared/text.h"

/* ---- what a row checks of its own ---- */

static int bad_url(struct err *err, const char *url)
{
	return err_set(err, E_USAGE,
	    L("adresse « %.200s » : donnez https://hôte:port, par exemple "
	      "https://pointeau.exemple.fr:8443",
		"address \"%.200s\": give https://host:port, such as "
		"https://pointeau.example.org:8443"),
	    url);
}

/* A host whose last part is a number is an IPv4 address, or nothing (the URL
 * Standard, "ends in a number"): 127.0.02.1 would be neither a name nor a place
 * to listen at. */
static bool is_host_of_url(const char *host, size_t len)
{
	char copy[CONFIG_VALUE_MAX], *last;
	struct in_addr address;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, host, len);
	copy[len] = '\0';
	last = strrchr(copy, '.');
	last = last != NULL ? last + 1 : copy;
	return last[strspn(last, "0123456789")] != '\0' || *last == '\0' ||
	       inet_pton(AF_INET, copy, &address) == 1;
}

/* Where the host begins, and its port. E_USAGE. */
static int read_url(
    const char *url, const char **host, long *port, struct err *err)
{
	const char *colon;
	char *end;

	if (strlen(url) > 200 || strncmp(url, "https://", 8) != 0)
		return bad_url(err, url);
	*host = url + strlen("https://");
	if (strspn(*host,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") != strlen(*host) ||
	    (colon = strchr(*host, ':')) == NULL || colon == *host ||
	    !is_host_of_url(*host, (size_t)(colon - *host)))
		return bad_url(err, url);
	*port = strtol(colon + 1, &end, 10);
	if (!isdigit((unsigned char)colon[1]) || *end != '\0' || *port < 1 ||
	    *port > 65535)
		return bad_url(err, url);
	return 0;
}

static int check_url(const char *value, struct err *err)
{
	const char *host;
	long port;

	return read_url(value, &host, &port, err);
}

static int check_proxies(const char *value, struct err *err)
{
	struct proxies *proxies = NULL;
	int rc = proxies_parse(&proxies, value, err);

	if (rc == 0)
		proxies_free(proxies);
	return rc;
}

/* One of hosts: a name or an address as browsers say it in Host. */
static bool is_host(const char *text, size_t len)
{
	size_t host = strspn(text, "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
	size_t port;

	if (text[0] == '[') {
		host = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
		if (text[host++] != ']')
			return false;
	} else if (text[0] == '.' || text[0] == '-') {
		return false;
	}
	if (host == 0 || host > len || host > 253)
		return false;
	if (host == len)
		return true;
	port = strspn(text + host + 1, "0123456789");
	return text[host] == ':' && port > 0 && host + 1 + port == len &&
	       port <= 5 && strtol(text + host + 1, NULL, 10) <= 65535 &&
	       strtol(text + host + 1, NULL, 10) > 0;
}

static int check_hosts(const char *value, struct err *err)
{
	for (size_t len; *(value += strspn(value, ", ")) != '\0';
	     value += len) {
		len = strcspn(value, ", ");
		if (!is_host(value, len))
			return err_set(err, E_INVALID,
			    L("« %.*s » n'est pas un hôte : donnez nom ou "
			      "nom:port, sans https:// ni chemin",
				"\"%.*s\" is no host: give name or "
				"name:port, without https:// or a path"),
			    (int)(len < 100 ? len : 100), value);
	}
	return 0;
}

static int check_token(const char *value, struct err *err)
{
	size_t len = strlen(value);

	if (len >= CONFIG_TOKEN_MIN &&
	    strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "0123456789-._~+/=") == len)
		return 0;
	return err_set(err, E_INVALID,
	    L("au moins %d lettres, chiffres ou signes -._~+/=, par exemple "
	      "ce que dit « openssl rand -hex 32 »",
		"at least %d letters, digits or signs -._~+/=, such as what "
		"\"openssl rand -hex 32\" says"),
	    CONFIG_TOKEN_MIN);
}

/* ---- the table ---- */

#define AT(member) offsetof(struct config, member)

/* clang-format off */
static const struct setting rows[] = {
    {"url", SETTING_ADDRESS, AT(url), "", 0, 0, NULL, check_url,
	SETTING_REQUIRED,
	"L'adresse que les postes appellent : https://hôte:port",
	"The address that laptops call: https://host:port"},
    {"listen", SETTING_ADDRESS, AT(listen), "", 0, 0, NULL, http_check_listen,
	0,
	"Où écouter : adresse:port, ou port seul pour toutes les interfaces ; "
	"vide : d'après url, ou 127.0.0.1:8443 derrière un relais",
	"Where to listen: address:port, or a port alone for all interfaces; "
	"empty: after url, or 127.0.0.1:8443 behind a proxy"},
    {"hosts", SETTING_LIST, AT(hosts), "", 0, 0, NULL, check_hosts, 0,
	"Autres valeurs de Host acceptées, séparées par des virgules",
	"Other accepted Host values, separated by commas"},
    {"tls_certificate", SETTING_PATH, AT(tls_certificate), "", 0, 0, NULL,
	NULL, 0,
	"Votre certificat TLS (PEM) ; vide : certificat autosigné et épinglé",
	"Your TLS certificate (PEM); empty: self-signed and pinned"},
    {"tls_key", SETTING_PATH, AT(tls_key), "", 0, 0, NULL, NULL, 0,
	"La clé privée de votre certificat (PEM)",
	"The private key of your certificate (PEM)"},
    {"tls", SETTING_CHOICE, AT(tls), "own", 0, 0, "own|proxy", NULL, 0,
	"Qui fait le TLS : own, ce serveur ; proxy, un relais devant lui "
	"(haproxy, nginx, caddy), à qui il parle en HTTP simple",
	"Who does TLS: own, this server; proxy, a proxy in front of it "
	"(haproxy, nginx, caddy), to which it speaks plain HTTP"},
    {"proxies", SETTING_LIST, AT(proxies), "", 0, 0, NULL, check_proxies, 0,
	"Adresses ou réseaux des relais dont X-Forwarded-For est cru "
	"(127.0.0.1, ::1, 10.0.0.0/8)",
	"Addresses or networks of the proxies whose X-Forwarded-For is "
	"believed (127.0.0.1, ::1, 10.0.0.0/8)"},
    {"tls_pin", SETTING_CHOICE, AT(tls_pin), "auto", 0, 0, "auto|yes|no", NULL,
	0,
	"Les postes épinglent-ils le certificat ? auto : oui s'il est "
	"l'autosigné de ce serveur, non derrière un relais",
	"Do laptops pin the certificate? auto: yes for this server's own "
	"self-signed one, no behind a proxy"},
    {"stop_timeout", SETTING_DURATION, AT(stop_timeout), "20s", 1, 600, NULL,
	NULL, 0,
	"À l'arrêt, temps laissé aux demandes en cours",
	"When stopping, the time left to requests under way"},
    {"log_level", SETTING_CHOICE, AT(log_level), "info", 0, 0,
	"error|warn|info|debug", NULL, 0,
	"Ce qui est écrit au journal du système : jusqu'à ce niveau",
	"What is written to the system's journal: up to this level"},
    {"log_format", SETTING_CHOICE, AT(log_format), "logfmt", 0, 0,
	"logfmt|json", NULL, 0,
	"La forme de ces lignes",
	"The form of these lines"},
    {"log_addresses", SETTING_BOOLEAN, AT(log_addresses), "no", 0, 0, NULL,
	NULL, 0,
	"Noter aussi l'adresse de chaque client : une donnée personnelle",
	"Note each client's address too: personal data"},
    {"metrics_token", SETTING_TEXT, AT(metrics_token), "", 0, 0, NULL,
	check_token, SETTING_SECRET,
	"Jeton que /metrics demande (16 caractères au moins) ; vide : pas de "
	"/metrics",
	"Token that /metrics asks for (16 characters at least); empty: no "
	"/metrics"},
    {"disk_warn", SETTING_SIZE, AT(disk_warn), "1GiB", 0, INT64_MAX, NULL, NULL,
	0,
	"Moins de place que cela sur le disque : le bureau est prévenu",
	"Less room than this on the disk: the office is warned"},
    {"disk_min", SETTING_SIZE, AT(disk_min), "64MiB", 0, INT64_MAX, NULL, NULL,
	0,
	"Moins de place que cela : /readyz dit que le serveur n'est pas prêt",
	"Less room than this: /readyz says that the server is not ready"},
    {"backup_dir", SETTING_PATH, AT(backup_dir), "", 0, 0, NULL, NULL, 0,
	"Le dossier des sauvegardes chiffrées, sur un autre disque ; vide : "
	"« backup » demande où",
	"The directory of encrypted backups, on another disk; empty: "
	"\"backup\" asks where"},
    {"language", SETTING_CHOICE, AT(language), "auto", 0, 0, "auto|fr|en",
	NULL, 0,
	"La langue des commandes ; auto : celle de qui les lance (LANG)",
	"The language of commands; auto: that of who runs them (LANG)"},
};
/* clang-format on */

/* Does a network of the list hold every address there is? */
static bool is_everybody(const char *proxies)
{
	const char *at = proxies;

	while ((at = strstr(at, "/0")) != NULL) {
		at += 2;
		if (strchr(", ", *at) != NULL)
			return true;
	}
	return false;
}

static void check_limits(struct settings *settings)
{
	const struct config *config = settings->values;

	if (config->disk_warn < config->disk_min)
		settings_fault(settings, "disk_warn",
		    L("disk_warn est au-dessous de disk_min : le serveur ne "
		      "serait plus prêt avant que le bureau soit prévenu ; "
		      "donnez-lui davantage",
			"disk_warn is below disk_min: the server would no "
			"longer be ready before the office is warned; give it "
			"more"));
	if (is_everybody(config->proxies))
		settings_remark(settings, "proxies",
		    L("/0, c'est tout le monde : n'importe qui est cru sur "
		      "l'adresse qu'il se donne ; ne donnez que celle du "
		      "relais",
			"/0 is everybody: anybody is believed about the "
			"address that they claim; give the proxy's alone"));
}

/* What cannot work together. */
static void check_together(struct settings *settings)
{
	const struct config *config = settings->values;

	check_limits(settings);
	/* What travels there is not encrypted: on which wire is for people to
	 * say. */
	if (config->tls == CONFIG_TLS_PROXY && config->listen[0] != '\0' &&
	    strchr(config->listen, ':') == NULL)
		settings_fault(settings, "listen",
		    L("avec « tls = proxy » ce serveur parle en clair : donnez "
		      "l'adresse où le relais l'appelle, 127.0.0.1:%s sur la "
		      "même machine",
			"with \"tls = proxy\" this server speaks in the clear: "
			"give the address at which the proxy calls it, "
			"127.0.0.1:%s on the same machine"),
		    config->listen);
	if (config->tls == CONFIG_TLS_PROXY && config->proxies[0] == '\0')
		settings_remark(settings, "proxies",
		    L("vide : tous les clients du relais comptent comme un "
		      "seul ; donnez l'adresse du relais, par exemple "
		      "127.0.0.1",
			"empty: all clients of the proxy count as one; give "
			"the proxy's address, such as 127.0.0.1"));
	/* Behind a proxy the key is the proxy's. */
	if (config->tls == CONFIG_TLS_PROXY && config->tls_key[0] != '\0')
		settings_fault(settings, "tls_key",
		    L("avec « tls = proxy » la clé est au relais : laissez "
		      "tls_key vide",
			"with \"tls = proxy\" the key is the proxy's: leave "
			"tls_key empty"));
	else if (config->tls == CONFIG_TLS_OWN &&
		 (config->tls_certificate[0] == '\0') !=
		     (config->tls_key[0] == '\0'))
		settings_fault(settings,
		    config->tls_key[0] == '\0' ? "tls_certificate" : "tls_key",
		    L("tls_certificate et tls_key vont ensemble : donnez les "
		      "deux, ou aucun",
			"tls_certificate and tls_key go together: give both "
			"or neither"));
}

const struct settings_table config_table = {
    .program = "pointeau-server",
    .environment = "POINTEAU_SERVER_",
    .file = "pointeau-server.conf",
    .machine = "/etc/pointeau/server.conf",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct config),
    .fr = "Réglages de pointeau-server. Redémarrez-le après un changement.",
    .en = "Settings of pointeau-server. Restart it after a change.",
    .together = check_together,
    .around = config_look_around,
};

/* ---- reading and writing ---- */

#define BEHIND_PROXY "127.0.0.1:8443"

/* The url is the proxy's; where it calls us is near it. Otherwise a loopback
 * address is for this machine alone; anything else is an address
 * that others reach, whatever the interface. */
static void listen_after_url(struct config *config)
{
	const char *host;
	long port;

	if (config->tls == CONFIG_TLS_PROXY) {
		text_copy(config->listen, sizeof(config->listen), BEHIND_PROXY);
		return;
	}
	if (read_url(config->url, &host, &port, NULL) < 0)
		return;
	/* Written as a listening address is; 127.example is but a name. */
	(void)snprintf(config->listen, sizeof(config->listen), "%.*s:%ld",
	    (int)strcspn(host, ":"), host, port);
	if (strncmp(host, "127.", 4) != 0 ||
	    http_check_listen(config->listen, NULL) < 0)
		(void)snprintf(
		    config->listen, sizeof(config->listen), "%ld", port);
}

int config_from_url(struct config *out, const char *url, struct err *err)
{
	int rc;

	settings_presets(&config_table, out);
	if ((rc = check_url(url, err)) < 0)
		return rc;
	memcpy(out->url, url, strlen(url) + 1);
	listen_after_url(out);
	return 0;
}

int config_load(struct settings *settings, struct config *out,
    const char *directory, const struct settings_given *given, struct err *err)
{
	int rc =
	    settings_load(settings, &config_table, out, directory, given, err);

	if (rc == 0 && out->listen[0] == '\0')
		listen_after_url(out);
	return rc;
}

int config_parse(struct config *out, const char *text, struct err *err)
{
	struct settings settings;
	int rc = settings_load_text(&settings, &config_table, out, text, err);

	if (rc == 0)
		rc = settings_verdict(&settings, err);
	if (rc == 0 && out->listen[0] == '\0')
		listen_after_url(out);
	settings_clear(&settings);
	return rc;
}

void config_write(struct buf *out, const struct config *config)
{
	settings_write(out, &config_table, config);
}

bool config_pins(const struct config *config)
{
	if (config->tls_pin != CONFIG_PIN_AUTO)
		return config->tls_pin == CONFIG_PIN_YES;
	return config->tls == CONFIG_TLS_OWN &&
	       config->tls_certificate[0] == '\0';
}

void config_host(const struct config *config, char *out, size_t size)
{
	const char *host = config->url + strlen("https://");

	(void)snprintf(out, size, "%.*s", (int)strcspn(host, ":/"), host);
}
