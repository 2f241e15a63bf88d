/*
 * Is the office within reach, is it ours, does it still know us? By the same
 * words as a sync that fails (agent/https.h), and what each asks to be done.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/clock.h"
#include "agent/doctor.h"
#include "agent/enrol.h"
#include "agent/https.h"
#include "agent/journal.h"
#include "agent/portal.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/os.h"

#define SKEW_S 300 /* as the office's own alert (devices.h) */

struct road {
	struct doctor *doctor;
	struct agent *agent;
	struct https *https;
	struct buf url, pin, bearer;
	uint8_t server[KEY_LEN];
	_Atomic int64_t until_ms;
	int64_t took_ms;
};

/* ---- what stands in between ---- */

/* One row a cause: of err.h, or of https_certificate_fault. */
static const struct obstacle {
	const char *cause;
	const char *check;
	const char *fr, *en;           /* what */
	const char *todo_fr, *todo_en; /* … and --data DIR */
} obstacles[] = {
    {"network", "network", "ce poste n'a pas de réseau",
	"this laptop has no network",
	"branchez le câble ou rejoignez un Wi-Fi, ou partagez la connexion "
	"d'un téléphone, puis : pointeau sync",
	"plug the cable in, join a Wi-Fi, or share a telephone's connection, "
	"then: pointeau sync"},
    {"name", "name", "le nom du serveur du bureau est introuvable (DNS)",
	"the name of the office's server cannot be found (DNS)",
	"ouvrez un autre site : s'il échoue aussi, changez de réseau ; sinon "
	"le nom a disparu : prévenez le bureau ; puis : pointeau sync",
	"open another site: if it fails too, change networks; if not, the "
	"name has gone: tell the office; then: pointeau sync"},
    {"unreachable", "unreachable", "personne ne répond à l'adresse du bureau",
	"nobody answers at the office's address",
	"demandez au bureau si le serveur tourne (là-bas : pointeau-server "
	"doctor) ; s'il tourne, ce réseau barre son port : changez de réseau ; "
	"puis : pointeau sync",
	"ask the office whether the server runs (there: pointeau-server "
	"doctor); if it does, this network bars its port: change networks; "
	"then: pointeau sync"},
    {"not_https", "not_https",
	"ce qui répond à l'adresse du bureau ne parle pas HTTPS",
	"what answers at the office's address does not speak HTTPS",
	"un autre programme a pris ce port, ou l'adresse mène ailleurs : "
	"prévenez le bureau (là-bas : pointeau-server doctor) ; ou changez de "
	"réseau ; puis : pointeau sync",
	"another program took this port, or the address leads elsewhere: tell "
	"the office (there: pointeau-server doctor); or change networks; "
	"then: pointeau sync"},
    {"portal", "portal", "un portail de connexion répond à la place du bureau",
	"a login portal answers in the office's place",
	"ouvrez un site quelconque dans un navigateur, acceptez les conditions "
	"du portail, puis : pointeau sync",
	"open any site in a browser, accept the portal's terms, then: pointeau "
	"sync"},
    {"proxy_auth", "proxy_auth",
	"le proxy de ce réseau demande un mot de passe",
	"this network's proxy asks for a password",
	"mettez-le dans le réglage proxy (http://nom:motdepasse@proxy:port) "
	"ou dans https_proxy, puis : pointeau sync",
	"put it into the setting proxy (http://name:password@proxy:port) or "
	"into https_proxy, then: pointeau sync"},
    {"proxy", "proxy",
	"le proxy est introuvable, muet, ou ne laisse pas passer",
	"the proxy cannot be found, is silent, or lets nothing through",
	"vérifiez l'adresse du proxy (réglage proxy : pointeau config show ; "
	"sinon la variable https_proxy), demandez à qui s'occupe du réseau, "
	"ou changez de réseau ; puis : pointeau sync",
	"check the proxy's address (setting proxy: pointeau config show; else "
	"the variable https_proxy), ask whoever looks after the network, or "
	"change networks; then: pointeau sync"},
    {"pin", "pin", "le serveur qui répond n'a pas la clé TLS du bureau",
	"the server that answers has not the office's TLS key",
	"changez de réseau (ici quelqu'un s'interpose peut-être) ; si cela "
	"dure, le bureau a changé de certificat : demandez-lui un nouveau "
	"code, puis : pointeau enrol CODE",
	"change networks (somebody may stand in between here); if it lasts, "
	"the office changed its certificate: ask it for a new code, then: "
	"pointeau enrol CODE"},
    {"expired", "certificate_date", "le certificat du bureau est périmé",
	"the office's certificate has expired",
	"vérifiez d'abord la date de ce poste ; si elle est juste, prévenez "
	"le bureau, qui le renouvelle, puis : pointeau sync",
	"first check this laptop's date; if it is right, tell the office, "
	"which renews it, then: pointeau sync"},
    {"early", "certificate_date", "le certificat du bureau ne vaut pas encore",
	"the office's certificate is not valid yet",
	"mettez ce poste à l'heure (sudo timedatectl set-ntp true), puis : "
	"pointeau sync",
	"set this laptop's clock (sudo timedatectl set-ntp true), then: "
	"pointeau sync"},
    {"host", "certificate_name",
	"le certificat du bureau est pour un autre nom",
	"the office's certificate is for another name",
	"prévenez le bureau : il en faut un pour cette adresse ; ou changez "
	"de réseau ; puis : pointeau sync",
	"tell the office: it takes one for this address; or change networks; "
	"then: pointeau sync"},
    {"unknown", "certificate_unknown",
	"aucune autorité connue de ce poste ne répond du certificat du bureau",
	"no authority that this laptop knows vouches for the office's "
	"certificate",
	"sudo apt-get install --reinstall ca-certificates ; sinon changez de "
	"réseau, ou prévenez le bureau ; puis : pointeau sync",
	"sudo apt-get install --reinstall ca-certificates; else change "
	"networks, or tell the office; then: pointeau sync"},
};

static void tell_obstacle(
    const struct road *road, const char *cause, const char *why)
{
	const struct obstacle *row = NULL;

	for (size_t i = 0; i < sizeof(obstacles) / sizeof(obstacles[0]); i++) {
		if (strcmp(obstacles[i].cause, cause) == 0)
			row = &obstacles[i];
	}
	if (row == NULL) {
		tell_obstacle(road, "unreachable", why);
		return;
	}
	doctor_add(road->doctor, row->check, DOCTOR_FAULT, "%s (%s)",
	    L(row->fr, row->en), buf_text(&road->url));
	doctor_why(road->doctor, "%s", why);
	doctor_todo(road->doctor, "%s%s", L(row->todo_fr, row->todo_en),
	    buf_text(&road->doctor->data));
}

/* What the failure of an exchange is: an obstacle, or the office's own. */
static void tell_failure(struct road *road, int rc, const struct err *err)
{
	const char *cause = err->cause != NULL ? err->cause : "unreachable";
	char place[PROXY_PLACE_MAX], why[PROXY_PLACE_MAX + 60] = "";

	if (rc == E_AUTH && road->pin.len > 0) {
		cause = "pin";
	} else if (rc == E_AUTH) {
		cause = https_certificate_fault(road->https);
	} else if (rc == E_IO) {
		/* No authorities at all on this laptop. */
		cause = "unknown";
	} else if (strcmp(cause, "stopped") == 0) {
		/* It took all the time that it had: nobody has looked yet
		 * whether a portal swallows it. */
		atomic_store(
		    &road->until_ms, os_monotonic_ms() + DOCTOR_NETWORK_MS);
		if (portal_answers(buf_text(&road->url), PORTAL_SILENCE,
			&road->until_ms)) {
			cause = "portal";
		} else if (https_awaits_proxy(road->https, place)) {
			cause = "proxy";
			(void)snprintf(why, sizeof(why),
			    L("le proxy %s ne répond pas",
				"the proxy %s does not answer"),
			    place);
		} else {
			cause = "unreachable";
		}
	}
	tell_obstacle(road, cause, why[0] != '\0' ? why : err->text);
}

/* ---- asking ---- */

static int ask(struct road *road, const char *path, const char *bearer,
    struct exchange_reply *reply, struct err *err)
{
	const struct exchange request = {
	    .method = "GET",
	    .path = path,
	    .bearer = bearer,
	    .content_type = "",
	    .body = {"", 0},
	};
	int64_t begin_ms = os_monotonic_ms();
	int rc;

	atomic_store(&road->until_ms, begin_ms + DOCTOR_NETWORK_MS);
	rc = https_exchange(road->https, &request, reply, err);
	road->took_ms = os_monotonic_ms() - begin_ms;
	return rc;
}

static void look_at_skew(const struct road *road, const json_t *hello)
{
	int64_t theirs_s, skew_s;

	if (stamp_parse(&theirs_s, json_text(hello, "time"), NULL) < 0)
		return;
	skew_s = os_now_s(road->agent->os) - theirs_s;
	if (skew_s > -SKEW_S && skew_s < SKEW_S) {
		doctor_add(road->doctor, "clock", DOCTOR_OK,
		    L("l'horloge, comme celle du bureau",
			"the clock, as the office's"));
		return;
	}
	doctor_add(road->doctor, "clock",
	    skew_s > CLOCK_JUMP_S || skew_s < -CLOCK_JUMP_S ? DOCTOR_FAULT
							    : DOCTOR_WARNING,
	    skew_s > 0 ? L("l'horloge de ce poste avance de %" PRId64
			   " min sur celle du bureau",
			     "this laptop's clock is %" PRId64
			     " min ahead of the office's")
		       : L("l'horloge de ce poste retarde de %" PRId64
			   " min sur celle du bureau",
			     "this laptop's clock is %" PRId64
			     " min behind the office's"),
	    (skew_s > 0 ? skew_s : -skew_s) / 60);
	doctor_why(road->doctor, L("les saisies portent la date de ce poste",
				     "entries bear this laptop's date"));
	doctor_todo(road->doctor, "sudo timedatectl set-ntp true");
}

/* Is it our office's key, or one that it says followed it? */
static bool is_ours(const struct road *road, const json_t *hello)
{
	const json_t *list = json_object_get(hello, "succession");
	char known[HASH_TEXT];

	enc_hex(road->server, KEY_LEN, known);
	if (strcmp(json_text(hello, "server"), known) == 0)
		return true;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *line = json_string_value(json_array_get(list, i));

		if (line != NULL && strstr(line, known) != NULL)
			return true;
	}
	return false;
}

static bool look_at_hello(struct road *road, const json_t *hello)
{
	int64_t protocol = json_int(hello, "protocol", 0);

	if (!is_ours(road, hello)) {
		doctor_add(road->doctor, "other_office", DOCTOR_FAULT,
		    L("un serveur de Pointeau répond à cette adresse, mais ce "
		      "n'est pas celui du bureau de ce poste",
			"a server of Pointeau's answers at this address, but "
			"it is not that of this laptop's office"));
		doctor_why(road->doctor,
		    L("il a une autre clé : réinstallé sans sauvegarde, ou "
		      "autre structure",
			"it has another key: installed anew without a backup, "
			"or another structure's"));
		doctor_todo(road->doctor,
		    L("appelez le bureau ; s'il a tout réinstallé : pointeau "
		      "export usb CLÉ%s pour garder les saisies, puis un "
		      "nouveau code dans un autre dossier",
			"call the office; if it installed all anew: pointeau "
			"export usb STICK%s to keep the entries, then a new "
			"code in another directory"),
		    buf_text(&road->doctor->data));
		return false;
	}
	if (protocol != ENROL_PROTOCOL) {
		doctor_add(road->doctor, "version", DOCTOR_FAULT,
		    protocol > ENROL_PROTOCOL
			? L("le serveur (%s) est trop récent pour ce poste "
			    "(%s)",
			      "the server (%s) is too new for this laptop (%s)")
			: L("le serveur (%s) est trop ancien pour ce poste "
			    "(%s)",
			      "the server (%s) is too old for this laptop "
			      "(%s)"),
		    json_text(hello, "version"), POINTEAU_VERSION);
		doctor_todo(road->doctor, "%s",
		    protocol > ENROL_PROTOCOL
			? "sudo apt-get install --only-upgrade pointeau-agent"
			: L("au bureau : sudo apt-get install --only-upgrade "
			    "pointeau-server",
			      "at the office: sudo apt-get install "
			      "--only-upgrade pointeau-server"));
		return false;
	}
	doctor_add(road->doctor, "office", DOCTOR_OK,
	    L("le bureau répond en %" PRId64 " ms (%s, version %s)",
		"the office answers in %" PRId64 " ms (%s, version %s)"),
	    road->took_ms, buf_text(&road->url), json_text(hello, "version"));
	return true;
}

/* Not a failure of the road: whoever answered said no. */
static void tell_refusal(const struct road *road, int status, const char *why)
{
	doctor_add(road->doctor, "office", DOCTOR_FAULT,
	    L("le bureau répond, mais ne fait pas son travail (%d)",
		"the office answers, but does not do its work (%d)"),
	    status);
	doctor_why(road->doctor, "%s", why);
	doctor_todo(road->doctor,
	    L("prévenez qui s'occupe du serveur ; là-bas : pointeau-server "
	      "doctor",
		"tell whoever looks after the server; there: pointeau-server "
		"doctor"));
}

static bool say_hello(struct road *road)
{
	struct exchange_reply reply = {0};
	struct err err = ERR_INIT;
	json_t *hello = NULL;
	bool goes_on = false;
	int rc;

	if ((rc = ask(road, "/v1/hello", "", &reply, &err)) < 0) {
		tell_failure(road, rc, &err);
	} else if ((rc = answer_json(&reply, &hello, &err)) == 0) {
		look_at_skew(road, hello);
		goes_on = look_at_hello(road, hello);
	} else if (rc == E_OFFLINE) {
		tell_failure(road, rc, &err);
	} else {
		tell_refusal(road, reply.status, err.text);
	}
	json_decref(hello);
	exchange_reply_clear(&reply);
	return goes_on;
}

/* ---- does it still know us? ---- */

static void tell_revoked(const struct road *road)
{
	doctor_add(road->doctor, "revoked", DOCTOR_FAULT,
	    L("ce poste est révoqué", "this laptop is revoked"));
	doctor_why(road->doctor,
	    L("le bureau l'a déclaré perdu, volé ou remplacé : ce qu'il envoie "
	      "encore est mis à part",
		"the office declared it lost, stolen or replaced: what it "
		"still sends is set aside"));
	doctor_todo(road->doctor,
	    L("appelez le bureau ; s'il donne un nouveau code : pointeau "
	      "enrol CODE%s",
		"call the office; if it gives a new code: pointeau enrol "
		"CODE%s"),
	    buf_text(&road->doctor->data));
}

static void tell_suspended(const struct road *road)
{
	doctor_add(road->doctor, "suspended", DOCTOR_WARNING,
	    L("le bureau a suspendu ce poste : il attend",
		"the office suspended this laptop: it waits"));
	doctor_why(
	    road->doctor, L("ce qui est saisi reste ici, rien n'est perdu",
			      "what is recorded stays here, nothing is lost"));
	doctor_todo(road->doctor,
	    L("appelez le bureau, qui le reprend par « pointeau-server device "
	      "resume %s »",
		"call the office, which takes it back by \"pointeau-server "
		"device resume %s\""),
	    road->agent->device);
}

/* As a sync with nothing to say does, which the office notes; a login that is
 * over says nothing, the next sync makes another. */
static void ask_about_us(struct road *road)
{
	struct exchange_reply reply = {0};
	struct ledger_counts counts;
	struct err err = ERR_INIT;
	struct buf path = BUF_INIT;
	char now[STAMP_TEXT];
	int rc = 0;

	if (road->bearer.len == 0 ||
	    ledger_count(road->agent->db, road->agent->device, &counts, NULL) <
		0)
		return;
	stamp_format(os_now_s(road->agent->os), now);
	buf_printf(&path, "/v1/heads?at=%s&unsent=%" PRId64, now,
	    counts.kept + counts.sent);
	if (!path.failed &&
	    ask(road, path.data, road->bearer.data, &reply, &err) == 0 &&
	    reply.status != 200)
		rc = answer_refused(&reply, &err);
	buf_free(&path);
	if (rc == E_REVOKED)
		tell_revoked(road);
	else if (rc == E_SUSPENDED)
		tell_suspended(road);
	else if (rc < 0 && rc != E_AUTH)
		tell_refusal(road, reply.status, err.text);
	exchange_reply_clear(&reply);
}

/* What the last sync was told, when nobody can be asked now. */
static void look_at_last_word(const struct road *road)
{
	struct buf word = BUF_INIT;

	if (!doctor_has(road->doctor, "revoked", DOCTOR_FAULT) &&
	    journal_get(road->agent->db, SETTING_REVOKED, &word, NULL) == 0 &&
	    strcmp(buf_text(&word), "1") == 0)
		tell_revoked(road);
	buf_free(&word);
}

static int open_road(struct road *road, struct err *err)
{
	struct db *db = road->agent->db;
	uint8_t pin[32];
	int rc;

	if ((rc = journal_get(db, SETTING_URL, &road->url, err)) < 0 ||
	    (rc = journal_get(db, SETTING_PIN, &road->pin, err)) < 0 ||
	    (rc = journal_get(db, SETTING_BEARER, &road->bearer, err)) < 0 ||
	    (rc = journal_server_key(db, road->server, err)) < 0)
		return rc;
	if (road->pin.len > 0 && (rc = enc_unhex(pin, sizeof(pin),
				      road->pin.data, road->pin.len, err)) < 0)
		return rc;
	rc = https_open(&road->https, buf_text(&road->url),
	    road->pin.len > 0 ? pin : NULL, err);
	if (rc == 0)
		https_give_up(road->https, &road->until_ms);
	return rc;
}

void doctor_road(struct doctor *doctor, struct agent *agent)
{
	struct road road = {.doctor = doctor, .agent = agent};
	struct err err = ERR_INIT;

	if (open_road(&road, &err) < 0)
		tell_obstacle(&road, "unreachable", err.text);
	else if (say_hello(&road))
		ask_about_us(&road);
	look_at_last_word(&road);
	https_close(road.https);
	if (road.bearer.data != NULL)
		crypto_wipe(road.bearer.data, road.bearer.len);
	buf_free(&road.url);
	buf_free(&road.pin);
	buf_free(&road.bearer);
}
