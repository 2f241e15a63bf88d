#include "agent/config.h"

#include <stddef.h>
#include <string.h>

#include "agent/proxy.h"
#include "shared/lang.h"

#define PORT_MIN 1024

/* What curl takes for one. The host is not looked at: it may be away. */
static int check_proxy(const char *value, struct err *err)
{
	static const char *const schemes[] = {
	    "http://", "https://", "socks5://", "socks5h://"};
	char place[PROXY_PLACE_MAX];

	if (strcmp(value, AGENT_NO_PROXY_AT_ALL) == 0)
		return 0;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t len = strlen(schemes[i]);

		if (strncmp(value, schemes[i], len) == 0 &&
		    strchr(value, ' ') == NULL && proxy_place(value, place) > 0)
			return 0;
	}
	return err_set(err, E_INVALID,
	    L("donnez http://proxy:port, ou http://nom:motdepasse@proxy:port "
	      "(port : de 1 à 65535), ou none pour n'en prendre aucun",
		"give http://proxy:port, or http://name:password@proxy:port "
		"(port: 1 to 65535), or none to take none"));
}

#define AT(member) offsetof(struct agent_config, member)

/* clang-format off */
static const struct setting rows[] = {
    {"language", SETTING_CHOICE, AT(language), "auto", 0, 0, "auto|fr|en",
	NULL, 0,
	"La langue ; auto : celle de la session (LANG)",
	"The language; auto: the session's (LANG)"},
    {"sync", SETTING_BOOLEAN, AT(sync), "yes", 0, 0, NULL, NULL, 0,
	"« pointeau run » envoie et reçoit de lui-même ; no : comme --no-sync",
	"\"pointeau run\" sends and receives by itself; no: as --no-sync"},
    {"metered", SETTING_CHOICE, AT(metered), "send", 0, 0, "send|wait", NULL,
	0,
	"Sur un réseau compté au volume : send, envoyer aussi ; wait, attendre "
	"un autre réseau, sauf pour ce que quelqu'un attend",
	"On a network paid for by the volume: send there as well; or wait for "
	"another network, save for what somebody waits for"},
    {"metered_interfaces", SETTING_LIST, AT(metered_interfaces), "", 0, 0,
	NULL, NULL, 0,
	"Interfaces comptées au volume, outre celles que le système montre ; "
	"* : toutes",
	"Interfaces paid for by the volume, beside those that the system "
	"shows; *: all"},
    {"proxy", SETTING_TEXT, AT(proxy), "", 0, 0, NULL, check_proxy,
	SETTING_SECRET,
	"Le proxy vers le bureau : http://proxy:port ; vide : celui de la "
	"session (https_proxy) ; none : aucun",
	"The proxy towards the office: http://proxy:port; empty: the "
	"session's (https_proxy); none: no proxy"},
    {"no_proxy", SETTING_LIST, AT(no_proxy), "", 0, 0, NULL, NULL, 0,
	"Ce qui s'atteint sans proxy (hôtes, domaines) ; vide : comme dans la "
	"session (no_proxy)",
	"What is reached without a proxy (hosts, domains); empty: as in the "
	"session (no_proxy)"},
    {"page_port", SETTING_INTEGER, AT(page_port), "0", 0, UINT16_MAX, NULL,
	NULL, 0,
	"Le port de la page, à partir de 1024 ; 0 : au hasard",
	"The page's port, from 1024 on; 0: by chance"},
};
/* clang-format on */

static void check_together(struct settings *settings)
{
	const struct agent_config *config = settings->values;

	if (config->page_port > 0 && config->page_port < PORT_MIN)
		settings_fault(settings, "page_port",
		    L("les ports sous %d sont réservés au "
		      "système ; donnez 0, ou un nombre de %d à 65535",
			"the ports below %d are the system's; give "
			"0, or a number from %d to 65535"),
		    PORT_MIN, PORT_MIN);
	if (config->no_proxy[0] != '\0' &&
	    strcmp(config->proxy, AGENT_NO_PROXY_AT_ALL) == 0)
		settings_remark(settings, "no_proxy",
		    L("no_proxy ne sert à rien avec proxy = none",
			"no_proxy is of no use with proxy = none"));
}

const struct settings_table agent_config_table = {
    .program = "pointeau",
    .environment = "POINTEAU_",
    .foreign = "POINTEAU_SERVER_",
    .shared_environment = true,
    .file = "pointeau.conf",
    .machine = "/etc/pointeau/agent.conf",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct agent_config),
    .fr = "Réglages de pointeau. Relancez « pointeau run » après un "
	  "changement.",
    .en = "Settings of pointeau. Run \"pointeau run\" again after a change.",
    .together = check_together,
};
