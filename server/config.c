#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config.h"
#include "shared/http/http.h"
#include "shared/lang.h"
#include "shared/text.h"

static const struct setting {
	const char *name;
	size_t offset; /* of a char[CONFIG_VALUE_MAX] in struct config */
	const char *fr;
	const char *en;
} settings[] = {
    {"url", offsetof(struct config, url),
	"L'adresse que les postes appellent : https://hôte:port",
	"The address that laptops call: https://host:port"},
    {"listen", offsetof(struct config, listen),
	"Où écouter : adresse:port, ou port seul pour toutes les interfaces",
	"Where to listen: address:port, or a port alone for all interfaces"},
    {"hosts", offsetof(struct config, hosts),
	"Autres valeurs de Host acceptées, séparées par des virgules",
	"Other accepted Host values, separated by commas"},
    {"tls_certificate", offsetof(struct config, tls_certificate),
	"Votre certificat TLS (PEM) ; vide : certificat autosigné et épinglé",
	"Your TLS certificate (PEM); empty: self-signed and pinned"},
    {"tls_key", offsetof(struct config, tls_key),
	"La clé privée de votre certificat (PEM)",
	"The private key of your certificate (PEM)"},
};

#define SETTING_COUNT (sizeof(settings) / sizeof(settings[0]))

static char *value_of(struct config *config, const struct setting *setting)
{
	return (char *)config + setting->offset;
}

static int bad_url(struct err *err, const char *url)
{
	return err_set(err, E_USAGE,
	    L("adresse « %.200s » : donnez https://hôte:port, par exemple "
	      "https://pointeau.exemple.fr:8443",
		"address \"%.200s\": give https://host:port, such as "
		"https://pointeau.example.org:8443"),
	    url);
}

int config_from_url(struct config *out, const char *url, struct err *err)
{
	const char *host = url + strlen("https://"), *colon;
	char *end;
	long port;
	size_t len = strlen(url);

	memset(out, 0, sizeof(*out));
	if (len > 200 || strncmp(url, "https://", 8) != 0 ||
	    strspn(host,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") != strlen(host) ||
	    (colon = strchr(host, ':')) == NULL || colon == host)
		return bad_url(err, url);
	port = strtol(colon + 1, &end, 10);
	if (!isdigit((unsigned char)colon[1]) || *end != '\0' || port < 1 ||
	    port > 65535)
		return bad_url(err, url);
	memcpy(out->url, url, len + 1);
	/* A loopback address is for this machine alone; anything else is an
	 * address that others reach, whatever the interface. */
	if (strncmp(host, "127.", 4) == 0)
		(void)snprintf(out->listen, sizeof(out->listen), "%s", host);
	else
		(void)snprintf(out->listen, sizeof(out->listen), "%ld", port);
	return 0;
}

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	}
	return NULL;
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = '\0';
	return text;
}

static int parse_line(
    struct config *out, char *line, int number, struct err *err)
{
	const struct setting *setting;
	char *equals, *name, *value;

	line = trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	if ((equals = strchr(line, '=')) == NULL) {
		return err_set(err, E_INVALID,
		    L("ligne %d : « nom = valeur » attendu",
			"line %d: \"name = value\" expected"),
		    number);
	}
	*equals = '\0';
	name = trim(line);
	value = trim(equals + 1);
	if ((setting = find(name)) == NULL) {
		return err_set(err, E_INVALID,
		    L("ligne %d : réglage inconnu « %.40s » (connus : url, "
		      "listen, hosts, tls_certificate, tls_key)",
			"line %d: unknown setting \"%.40s\" (known: url, "
			"listen, hosts, tls_certificate, tls_key)"),
		    number, name);
	}
	if (strlen(value) >= CONFIG_VALUE_MAX) {
		return err_set(err, E_INVALID,
		    L("ligne %d : valeur trop longue",
			"line %d: value too long"),
		    number);
	}
	memcpy(value_of(out, setting), value, strlen(value) + 1);
	return 0;
}

static int check(const struct config *config, struct err *err)
{
	struct config again;
	int rc;

	/* In a file it is no slip of the command line. */
	if (config_from_url(&again, config->url, err) < 0) {
		if (err != NULL)
			err->code = E_INVALID;
		return E_INVALID;
	}
	if ((rc = http_check_listen(config->listen, err)) < 0)
		return rc;
	if ((config->tls_certificate[0] == '\0') !=
	    (config->tls_key[0] == '\0')) {
		return err_set(err, E_INVALID,
		    L("tls_certificate et tls_key vont ensemble : donnez les "
		      "deux, ou aucun",
			"tls_certificate and tls_key go together: give both "
			"or neither"));
	}
	return 0;
}

int config_parse(struct config *out, const char *text, struct err *err)
{
	char *copy = strdup(text), *line, *next;
	int number = 0, rc = 0;

	if (copy == NULL)
		return err_nomem(err);
	memset(out, 0, sizeof(*out));
	if (!text_is_utf8(text, strlen(text))) {
		rc = err_set(err, E_INVALID,
		    L("le fichier n'est pas de l'UTF-8",
			"the file is not UTF-8"));
	}
	for (line = copy; rc == 0 && line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		rc = parse_line(out, line, ++number, err);
	}
	if (rc == 0)
		rc = check(out, err);
	free(copy);
	return rc;
}

void config_write(struct buf *out, const struct config *config)
{
	struct config copy = *config;

	buf_add_text(out,
	    L("# Réglages de pointeau-server. Redémarrez-le après un "
	      "changement.\n",
		"# Settings of pointeau-server. Restart it after a change.\n"));
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		buf_printf(out, "\n# %s\n%s = %s\n",
		    L(settings[i].fr, settings[i].en), settings[i].name,
		    value_of(&copy, &settings[i]));
	}
}

void config_host(const struct config *config, char *out, size_t size)
{
	const char *host = config->url + strlen("https://");

	(void)snprintf(out, size, "%.*s", (int)strcspn(host, ":/"), host);
}
