#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/doctor/ask.h"
#include "server/doctor/checks.h"
#include "server/health.h"
#include "server/tls.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/os_look.h"

#define RESTART "sudo systemctl restart pointeau-server"
#define RELOAD  "sudo systemctl reload pointeau-server"

/* ---- addresses ---- */

/* The last colon's number. */
static int port_of(const char *address)
{
	const char *colon = strrchr(address, ':');

	return (int)strtol(colon != NULL ? colon + 1 : address, NULL, 10);
}

/* "127.0.0.1" of "127.0.0.1:8443", "" of "8443". */
static void address_of(const char *listen, char *out, size_t size)
{
	const char *colon = strrchr(listen, ':');

	(void)snprintf(out, size, "%.*s",
	    colon != NULL ? (int)(colon - listen) : 0, listen);
}

static const char *authority(const struct config *config)
{
	return config->url + strlen("https://");
}

/* ---- does it serve? ---- */

static void tell_port(const struct patient *patient, int rc, int port)
{
	struct doctor *doctor = patient->doctor;

	doctor_add(doctor, "port", DOCTOR_FAULT,
	    rc == E_CONFLICT ? L("le port %d est pris par un autre programme",
				   "port %d is taken by another program")
	    : rc == E_FORBIDDEN
		? L("ce compte ne peut pas ouvrir le port %d (au-dessous de "
		    "1024)",
		      "this account may not open port %d (below 1024)")
		: L("le port %d ne peut pas s'ouvrir à l'adresse de listen",
		      "port %d cannot be opened at the address of listen"),
	    port);
	if (rc == E_CONFLICT)
		doctor_todo(doctor,
		    L("« sudo ss -ltnp 'sport = :%d' » dit lequel : "
		      "arrêtez-le, "
		      "ou donnez un autre port (url et listen), puis : %s",
			"\"sudo ss -ltnp 'sport = :%d'\" says which: stop it, "
			"or give another port (url and listen), then: %s"),
		    port, RESTART);
	else if (rc == E_FORBIDDEN)
		doctor_todo(doctor,
		    L("réglez listen = 8443, et un relais (tls = proxy) ou la "
		      "box qui mène le port %d à 8443, puis : %s",
			"set listen = 8443, and a proxy (tls = proxy) or the "
			"router that leads port %d to 8443, then: %s"),
		    port, RESTART);
	else
		doctor_todo(doctor,
		    L("donnez dans listen une adresse de cette machine (« ip "
		      "address »), ou le port seul : listen = %d, puis : %s",
			"give in listen an address of this machine's (\"ip "
			"address\"), or the port alone: listen = %d, then: "
			"%s"),
		    port, RESTART);
}

/* Nobody serves: could one? */
static void look_at_port(const struct patient *patient)
{
	const struct config *config = &patient->office->config;
	char address[64];
	int port = port_of(config->listen);
	int rc;

	address_of(config->listen, address, sizeof(address));
	rc = os_port_try(address, port, NULL);
	if (rc < 0) {
		tell_port(patient, rc, port);
		return;
	}
	doctor_add(patient->doctor, "serve", DOCTOR_WARNING,
	    L("le serveur ne tourne pas", "the server does not run"));
	doctor_why(patient->doctor,
	    L("les postes gardent leurs saisies en attendant ; le port %d est "
	      "libre",
		"laptops keep their entries meanwhile; port %d is free"),
	    port);
	doctor_todo(patient->doctor,
	    L("sudo systemctl start pointeau-server ; s'il s'arrête aussitôt : "
	      "journalctl -u pointeau-server -n 50",
		"sudo systemctl start pointeau-server; if it stops at once: "
		"journalctl -u pointeau-server -n 50"));
}

static void tell_unready(const struct patient *patient, const char *answer)
{
	doctor_add(patient->doctor, "ready", DOCTOR_FAULT,
	    L("le serveur tourne mais ne se dit pas prêt",
		"the server runs but does not say that it is ready"));
	doctor_why(patient->doctor, "/readyz : %.300s", answer);
	doctor_todo(patient->doctor,
	    L("ce que disent les autres pannes ; puis : %s",
		"what the other faults say; then: %s"),
	    RESTART);
}

/* By its own door, without the road. */
static void ask_it(const struct patient *patient)
{
	const struct config *config = &patient->office->config;
	char at[64], host[CONFIG_VALUE_MAX];
	struct ask question = {
	    .host = host,
	    .port = port_of(config->listen),
	    .at = at,
	    .tls = config->tls == CONFIG_TLS_OWN,
	    .path = "/readyz",
	    .address = authority(config),
	    .time_ms = DOCTOR_NETWORK_MS,
	};
	struct ask_reply reply;

	config_host(config, host, sizeof(host));
	address_of(config->listen, at, sizeof(at));
	if (at[0] == '\0' || strcmp(at, "0.0.0.0") == 0)
		(void)snprintf(at, sizeof(at), "127.0.0.1");
	ask(&question, &reply);
	if (reply.end != ASK_ANSWERED) {
		doctor_add(patient->doctor, "serve", DOCTOR_FAULT,
		    L("le serveur tourne (processus %" PRId64
		      ") mais ne répond pas sur %s",
			"the server runs (process %" PRId64
			") but does not answer on %s"),
		    patient->pid, config->listen);
		doctor_why(patient->doctor,
		    L("il est bloqué, arrêté (Ctrl-Z), ou garde d'anciens "
		      "réglages",
			"it is stuck, stopped (Ctrl-Z), or keeps former "
			"settings"));
		doctor_todo(patient->doctor, RESTART);
	} else if (reply.status == 503) {
		tell_unready(patient, buf_text(&reply.body));
	} else {
		doctor_add(patient->doctor, "serve", DOCTOR_OK,
		    L("le serveur tourne (processus %" PRId64 "), sur %s",
			"the server runs (process %" PRId64 "), on %s"),
		    patient->pid, config->listen);
	}
	ask_clear(&reply);
}

void check_serve(const struct patient *patient)
{
	if (!patient->configured)
		return;
	if (patient->serving)
		ask_it(patient);
	else if (patient->pid == 0)
		look_at_port(patient);
	else
		doctor_add(patient->doctor, "serve", DOCTOR_REMARK,
		    L("une commande travaille dans ce dossier (processus "
		      "%" PRId64 ")",
			"a command works in this directory (process %" PRId64
			")"),
		    patient->pid);
}

/* ---- the certificate's file ---- */

static void tell_dates(
    const struct patient *patient, const struct health_facts *facts)
{
	struct doctor *doctor = patient->doctor;
	int64_t left_s = facts->end_s - facts->now_s;
	char end[STAMP_TEXT];

	stamp_format(facts->end_s, end);
	if (facts->now_s >= facts->begin_s && left_s >= HEALTH_SOON_S) {
		doctor_add(doctor, "certificate", DOCTOR_OK,
		    L("le certificat, bon jusqu'au %.10s",
			"the certificate, good until %.10s"),
		    end);
		return;
	}
	if (facts->now_s < facts->begin_s || left_s <= 0)
		doctor_add(doctor, "certificate_date", DOCTOR_FAULT,
		    left_s <= 0 ? L("le certificat est périmé depuis le %.10s",
				      "the certificate expired on %.10s")
				: L("le certificat ne vaut pas encore (il "
				    "finit le %.10s)",
				      "the certificate is not valid yet (it "
				      "ends on %.10s)"),
		    end);
	else
		doctor_add(doctor, "certificate_ends", DOCTOR_WARNING,
		    L("le certificat expire le %.10s, dans %" PRId64 " jours",
			"the certificate expires on %.10s, in %" PRId64
			" days"),
		    end, left_s / 86400);
	doctor_why(doctor,
	    L("sans certificat valable, navigateurs et postes n'entrent plus",
		"without a valid certificate browsers and laptops no longer "
		"come in"));
	doctor_todo(doctor,
	    facts->now_s < facts->begin_s
		? L("l'horloge est-elle juste ? timedatectl ; sinon : sudo "
		    "timedatectl set-ntp true",
		      "is the clock right? timedatectl; if not: sudo "
		      "timedatectl set-ntp true")
		: L("renouvelez-le (certbot renew, ou qui vous l'a donné), "
		    "puis : sudo systemctl reload pointeau-server",
		      "renew it (certbot renew, or whoever gave it), then: "
		      "sudo systemctl reload pointeau-server"));
}

/* Laptops that pin it ask for no name; browsers, and other laptops, do. */
static void look_at_name(const struct patient *patient, const char *path)
{
	const struct config *config = &patient->office->config;
	char host[CONFIG_VALUE_MAX];
	bool is_for = true;

	config_host(config, host, sizeof(host));
	if (tls_certificate_is_for(path, host, &is_for, NULL) < 0 || is_for)
		return;
	doctor_add(patient->doctor, "certificate_name",
	    config_pins(config) ? DOCTOR_WARNING : DOCTOR_FAULT,
	    L("le certificat n'est pas pour %s", "the certificate is not for "
						 "%s"),
	    host);
	doctor_why(patient->doctor,
	    config_pins(config)
		? L("les postes le reconnaissent quand même ; les navigateurs "
		    "avertissent",
		      "laptops know it all the same; browsers warn")
		: L("les postes et les navigateurs le refusent",
		      "laptops and browsers refuse it"));
	doctor_todo(patient->doctor,
	    L("demandez-en un pour %s (certbot certonly -d %s), ou corrigez "
	      "url, puis : %s",
		"ask for one for %s (certbot certonly -d %s), or correct url, "
		"then: %s"),
	    host, host, RESTART);
}

/* What is enough for it to take up another certificate. */
static const char *take_up(const struct patient *patient)
{
	return patient->serving ? RELOAD : RESTART;
}

static void tell_unreadable(const struct patient *patient, const char *why)
{
	doctor_add(patient->doctor, "certificate", DOCTOR_FAULT,
	    L("le certificat manque ou ne se lit pas",
		"the certificate is missing or cannot be read"));
	doctor_why(patient->doctor, "%s", why);
	/* Backups hold the data directory alone. */
	if (patient->office->config.tls_certificate[0] != '\0')
		doctor_todo(patient->doctor,
		    L("ce fichier n'est pas dans les sauvegardes : reprenez "
		      "celui du relais ou de l'autorité, renouvelez-le "
		      "(certbot renew), ou corrigez tls_certificate, puis : %s",
			"this file is not in the backups: take the proxy's or "
			"the authority's again, renew it (certbot renew), or "
			"correct tls_certificate, then: %s"),
		    take_up(patient));
	else
		doctor_todo(patient->doctor,
		    L("remettez-le d'une sauvegarde (pointeau-server restore, "
		      "dans un dossier vide), puis : %s",
			"put it back from a backup (pointeau-server restore, "
			"into an empty directory), then: %s"),
		    take_up(patient));
}

static void look_at_key(const struct patient *patient)
{
	const struct config *config = &patient->office->config;
	struct err err = ERR_INIT;

	if (config->tls_certificate[0] == '\0' || config->tls_key[0] == '\0' ||
	    tls_certificate_fits(
		config->tls_certificate, config->tls_key, &err) != E_INVALID)
		return;
	doctor_add(patient->doctor, "certificate_key", DOCTOR_FAULT,
	    L("la clé de tls_key n'est pas celle du certificat",
		"the key of tls_key is not the certificate's"));
	doctor_why(patient->doctor, "%s", err.text);
	doctor_todo(patient->doctor,
	    L("mettez les deux fichiers du même renouvellement (fullchain.pem "
	      "et privkey.pem) dans tls_certificate et tls_key, puis : %s",
		"put both files of the same renewal (fullchain.pem and "
		"privkey.pem) into tls_certificate and tls_key, then: %s"),
	    take_up(patient));
}

void check_certificate(const struct patient *patient)
{
	const struct office *office = patient->office;
	struct buf path = BUF_INIT;
	struct health_facts facts;
	struct err err = ERR_INIT;
	int64_t begin_s, end_s;

	if (!patient->configured)
		return;
	/* A proxy's own is the proxy's. */
	if (office->config.tls_certificate[0] != '\0')
		buf_add_text(&path, office->config.tls_certificate);
	else if (office->config.tls == CONFIG_TLS_OWN)
		(void)office_path(office, OFFICE_TLS, &path, NULL);
	if (path.len == 0)
		goto out;
	if (tls_certificate_dates(path.data, &begin_s, &end_s, &err) < 0) {
		tell_unreadable(patient, err.text);
		goto out;
	}
	/* Only now: what cannot be read fits no key either. */
	look_at_key(patient);
	facts.now_s = os_now_s(office->os);
	facts.begin_s = begin_s;
	facts.end_s = end_s;
	tell_dates(patient, &facts);
	look_at_name(patient, path.data);
out:
	buf_free(&path);
}

/* ---- by the url ---- */

static void ask_by_url(
    const struct patient *patient, const char *path, struct ask_reply *reply)
{
	const struct config *config = &patient->office->config;
	char host[CONFIG_VALUE_MAX];
	struct ask question = {
	    .host = host,
	    .port = port_of(config->url),
	    .tls = true,
	    .path = path,
	    .address = authority(config),
	    .time_ms = DOCTOR_NETWORK_MS,
	};

	config_host(config, host, sizeof(host));
	ask(&question, reply);
}

static void tell_no_name(const struct patient *patient)
{
	doctor_add(patient->doctor, "name", DOCTOR_FAULT,
	    L("le nom de %s est introuvable (DNS)",
		"the name of %s cannot be found (DNS)"),
	    patient->office->config.url);
	doctor_why(
	    patient->doctor, L("aucun poste ne trouve le serveur par ce nom",
				 "no laptop finds the server by this name"));
	doctor_todo(patient->doctor,
	    L("chez qui vend le nom, créez un enregistrement A vers l'adresse "
	      "publique (la box la dit) ; ou "
	      "corrigez url, puis : %s",
		"where the name was bought, make a record A to the public "
		"address (the router tells it); or correct url, then: %s"),
	    RESTART);
}

/* A router may refuse to lead back in what comes from within. */
static void tell_no_road(
    const struct patient *patient, const struct ask_reply *reply)
{
	doctor_add(patient->doctor, "url",
	    reply->is_ours ? DOCTOR_FAULT : DOCTOR_WARNING,
	    L("personne ne répond à %s d'ici",
		"nobody answers at %s from here"),
	    patient->office->config.url);
	doctor_why(patient->doctor, "%s",
	    reply->is_ours
		? L("le nom mène bien à cette machine, mais rien n'y écoute "
		    "sur ce port : le relais est-il en marche ?",
		      "the name does lead to this machine, but nothing listens "
		      "on that port: does the proxy run?")
		: L("le nom mène à une autre adresse : une box qui ne laisse "
		    "pas revenir, un port non redirigé, un pare-feu",
		      "the name leads to another address: a router that does "
		      "not lead back in, a port not forwarded, a firewall"));
	doctor_todo(patient->doctor,
	    L("ouvrez %s depuis un téléphone, Wi-Fi coupé ; s'il échoue aussi, "
	      "redirigez le port %d de la box vers cette machine (pare-feu : "
	      "sudo ufw allow %d/tcp)",
		"open %s from a telephone, its Wi-Fi off; if it fails too, "
		"forward the router's port %d to this machine (firewall: sudo "
		"ufw allow %d/tcp)"),
	    patient->office->config.url, port_of(patient->office->config.url),
	    port_of(patient->office->config.url));
}

static void tell_other(const struct patient *patient, bool is_pointeau)
{
	doctor_add(patient->doctor, "url", DOCTOR_FAULT,
	    is_pointeau
		? L("à %s répond un autre serveur de Pointeau que celui de ce "
		    "dossier",
		      "another server of Pointeau's answers at %s than that of "
		      "this directory")
		: L("à %s répond autre chose que Pointeau",
		      "something else than Pointeau answers at %s"),
	    patient->office->config.url);
	doctor_why(patient->doctor,
	    L("le nom ou le port mènent ailleurs : box, ancien serveur, site "
	      "web",
		"the name or the port leads elsewhere: a router, a former "
		"server, a web site"));
	doctor_todo(patient->doctor,
	    L("corrigez le nom (DNS), la redirection de la box ou le relais "
	      "(packaging/proxies) ; ou url, puis : %s",
		"correct the name (DNS), the router's forwarding or the proxy "
		"(packaging/proxies); or url, then: %s"),
	    RESTART);
}

/* What laptops that pin nothing, and browsers, make of it. */
static void tell_trust(const struct patient *patient, enum ask_trust trust)
{
	static const struct {
		const char *check, *fr, *en;
	} rows[] = {
	    [ASK_EXPIRED] = {"certificate_date", "il est périmé",
		"it has expired"},
	    [ASK_EARLY] = {"certificate_date", "il ne vaut pas encore",
		"it is not valid yet"},
	    [ASK_OTHER] = {"certificate_name", "il est pour un autre nom",
		"it is for another name"},
	    [ASK_UNKNOWN] = {"certificate_unknown",
		"aucune autorité connue n'en répond, ou sa chaîne manque",
		"no known authority vouches for it, or its chain is missing"},
	};

	if (trust == ASK_TRUSTED ||
	    doctor_has(patient->doctor, rows[trust].check, DOCTOR_FAULT))
		return;
	doctor_add(patient->doctor, rows[trust].check, DOCTOR_FAULT, "%s (%s)",
	    L("le certificat que montre l'adresse ne vaut rien pour les postes",
		"the certificate that the address shows is worth nothing to "
		"laptops"),
	    patient->office->config.url);
	doctor_why(patient->doctor, "%s", L(rows[trust].fr, rows[trust].en));
	doctor_todo(patient->doctor,
	    L("donnez au relais, ou à tls_certificate, un certificat d'une "
	      "autorité connue avec toute sa chaîne (fullchain.pem), puis : "
	      "sudo systemctl reload pointeau-server",
		"give the proxy, or tls_certificate, a certificate of a known "
		"authority with its whole chain (fullchain.pem), then: sudo "
		"systemctl reload pointeau-server"));
}

/* The one that laptops were told to know. */
static void look_at_pin(
    const struct patient *patient, const uint8_t shown[TLS_PIN_LEN])
{
	const struct office *office = patient->office;
	struct buf path = BUF_INIT;
	uint8_t pin[TLS_PIN_LEN];

	if (office->config.tls == CONFIG_TLS_PROXY &&
	    office->config.tls_certificate[0] != '\0')
		buf_add_text(&path, office->config.tls_certificate);
	else
		(void)office_path(office, OFFICE_TLS, &path, NULL);
	if (!path.failed && tls_certificate_pin(path.data, pin, NULL) == 0 &&
	    memcmp(pin, shown, sizeof(pin)) != 0) {
		doctor_add(patient->doctor, "pin", DOCTOR_FAULT,
		    L("%s montre une autre clé TLS que celle que les postes "
		      "attendent",
			"%s shows another TLS key than the one that laptops "
			"expect"),
		    office->config.url);
		doctor_why(patient->doctor,
		    L("les postes la refusent : ils n'envoient plus rien",
			"laptops refuse it: they no longer send anything"));
		doctor_todo(patient->doctor,
		    L("donnez au relais le certificat et la clé de %s, ou, "
		      "s'ils viennent d'être changés : %s",
			"give the proxy the certificate and key of %s, or, if "
			"they were just changed: %s"),
		    path.data, RESTART);
	}
	buf_free(&path);
}

static void look_at_proxy(const struct patient *patient, const json_t *health)
{
	if (strcmp(json_text(health, "forwarded"), "ignored") != 0)
		return;
	doctor_add(patient->doctor, "proxies", DOCTOR_FAULT,
	    L("le relais n'est pas dans le réglage proxies",
		"the proxy is not in the setting proxies"));
	doctor_why(patient->doctor,
	    L("tous les postes passent alors pour un seul client, et sont "
	      "ralentis comme lui",
		"all laptops then count as one client, and are slowed down as "
		"one"));
	doctor_todo(patient->doctor,
	    L("ajoutez l'adresse du relais (sur cette machine : proxies = "
	      "127.0.0.1), puis : %s",
		"add the proxy's address (on this machine: proxies = "
		"127.0.0.1), then: %s"),
	    RESTART);
}

static json_t *json_of(const struct ask_reply *reply)
{
	json_t *json = NULL;

	if (reply->end != ASK_ANSWERED || reply->status != 200 ||
	    json_read(&json, buf_text(&reply->body), reply->body.len, NULL) < 0)
		return NULL;
	return json;
}

/* Is it this directory's server? */
static bool is_it(const struct patient *patient, const json_t *hello)
{
	char known[HASH_TEXT];

	if (!patient->has_key)
		return true;
	enc_hex(patient->office->server.pub, KEY_LEN, known);
	return strcmp(json_text(hello, "server"), known) == 0;
}

static void look_at_answer(const struct patient *patient,
    const struct ask_reply *alive, const struct ask_reply *hello)
{
	const struct config *config = &patient->office->config;
	json_t *health = json_of(alive), *who = json_of(hello);

	if (health == NULL || json_object_get(health, "ok") == NULL ||
	    who == NULL || json_text(who, "server")[0] == '\0') {
		tell_other(patient, false);
	} else if (!is_it(patient, who)) {
		tell_other(patient, true);
	} else {
		look_at_proxy(patient, health);
		if (config_pins(config))
			look_at_pin(patient, alive->pin);
		else
			tell_trust(patient, alive->trust);
		doctor_add(patient->doctor, "url", DOCTOR_OK,
		    L("%s mène à ce serveur", "%s leads to this server"),
		    config->url);
	}
	json_decref(health);
	json_decref(who);
}

void check_url(const struct patient *patient)
{
	struct ask_reply alive, hello;

	if (!patient->configured)
		return;
	ask_by_url(patient, "/healthz", &alive);
	if (alive.end == ASK_NO_NAME) {
		tell_no_name(patient);
	} else if (!patient->serving) {
		/* That nobody answers is no news then. */
	} else if (alive.end == ASK_NO_ANSWER) {
		tell_no_road(patient, &alive);
	} else if (alive.end != ASK_ANSWERED) {
		tell_other(patient, false);
	} else {
		ask_by_url(patient, "/v1/hello", &hello);
		look_at_answer(patient, &alive, &hello);
		ask_clear(&hello);
	}
	ask_clear(&alive);
}
