#include <assert.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/answer.h"
#include "agent/give_up.h"
#include "agent/https.h"
#include "agent/portal.h"
#include "agent/proxy.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/os_net.h"

#define PIN_LEN         32
#define LOW_SPEED_BYTES 64L   /* a second; less is no network */
#define RETRY_AFTER_MAX 86400 /* longer is no use to anyone */

struct https {
	CURL *curl;
	char *url;                         /* owned, without a final '/' */
	const char *folder;                /* its path, in url: "" for most */
	const _Atomic int64_t *give_up_ms; /* NULL: never */
	int last_port;                     /* that was called; 0: none */
	char detail[CURL_ERROR_SIZE];
};

/* What the write callback knows of the reply on its way. */
struct receiving {
	struct buf *body;
	bool too_large;
	bool begun; /* the headers came whole */
};

void exchange_reply_clear(struct exchange_reply *reply)
{
	buf_free(&reply->body);
	memset(reply, 0, sizeof(*reply));
}

static size_t receive(char *data, size_t size, size_t count, void *context)
{
	struct receiving *receiving = context;
	size_t len = size * count;

	if (len > HTTPS_REPLY_MAX - receiving->body->len) {
		receiving->too_large = true;
		return 0;
	}
	buf_add(receiving->body, data, len);
	return receiving->body->failed ? 0 : len;
}

/* A connection that ends within the headers passes for an empty answer: the
 * blank line after them tells. */
static size_t receive_header(
    char *data, size_t size, size_t count, void *context)
{
	struct receiving *receiving = context;
	size_t len = size * count;

	receiving->begun = len <= 2 && (data[0] == '\r' || data[0] == '\n');
	return len;
}

/* ---- options: the first that curl refuses fails the whole ---- */

/* With a pin the certificate's name and dates say nothing, and the system's
 * authorities, slow to read, are of no use. */
static CURLcode set_pin(CURL *curl, const uint8_t *pin)
{
	struct buf text = BUF_INIT;
	CURLcode rc;

	buf_add_text(&text, "sha256//");
	enc_base64(&text, pin, PIN_LEN);
	if (text.failed)
		rc = CURLE_OUT_OF_MEMORY;
	else
		rc = curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, text.data);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	buf_free(&text);
	return rc;
}

static CURLcode set_authorities(CURL *curl)
{
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);

	return rc != CURLE_OK
	           ? rc
	           : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
}

/*
 * No session is kept for a later connection: a handle has one, which lasts,
 * and libcurl 7.88's store of them frees a name twice when memory lacks while
 * the server's tickets are put into it (Curl_ssl_addsessionid).
 */
static CURLcode set_limits(CURL *curl)
{
	static const struct {
		CURLoption option;
		long value;
	} longs[] = {
	    {CURLOPT_FOLLOWLOCATION, 0},
	    {CURLOPT_NOSIGNAL, 1},
	    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	    {CURLOPT_SSL_SESSIONID_CACHE, 0},
	    {CURLOPT_CONNECTTIMEOUT, HTTPS_CONNECT_TIME_S},
	    {CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES},
	    {CURLOPT_LOW_SPEED_TIME, HTTPS_STALL_TIME_S},
	};
	CURLcode rc = CURLE_OK;

	for (size_t i = 0;
	     rc == CURLE_OK && i < sizeof(longs) / sizeof(longs[0]); i++)
		rc = curl_easy_setopt(curl, longs[i].option, longs[i].value);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
		    (curl_off_t)HTTPS_REPLY_MAX);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	return rc;
}

static int bad_options(CURLcode code, struct err *err)
{
	if (code == CURLE_OUT_OF_MEMORY)
		return err_nomem(err);
	return err_set(err, E_IO,
	    L("la bibliothèque curl de ce poste ne convient pas : %s",
		"this machine's curl library does not do: %s"),
	    curl_easy_strerror(code));
}

/* Of the whole program, as its environment is; see https_use_proxy. */
static const char *chosen_proxy = "", *chosen_no_proxy = "";

void https_use_proxy(const char *proxy, const char *no_proxy)
{
	chosen_proxy = proxy;
	chosen_no_proxy = no_proxy;
}

/* What curl is not told it takes from the environment. */
static CURLcode set_proxy(CURL *curl)
{
	CURLcode rc = CURLE_OK;

	if (strcmp(chosen_proxy, "none") == 0)
		rc = curl_easy_setopt(curl, CURLOPT_PROXY, "");
	else if (chosen_proxy[0] != '\0')
		rc = curl_easy_setopt(curl, CURLOPT_PROXY, chosen_proxy);
	if (rc == CURLE_OK && chosen_no_proxy[0] != '\0')
		rc = curl_easy_setopt(curl, CURLOPT_NOPROXY, chosen_no_proxy);
	return rc;
}

/* The proxy that curl would take for most hosts; "" for none. */
static const char *which_proxy(void)
{
	static const char *const names[] = {
	    "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	const char *proxy = chosen_proxy;

	for (size_t i = 0;
	     proxy[0] == '\0' && i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		proxy = value != NULL ? value : "";
	}
	return strcmp(proxy, "none") == 0 ? "" : proxy;
}

static int port_of(const struct sockaddr *address)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;

	return address->sa_family == AF_INET    ? ntohs(four->sin_port)
	       : address->sa_family == AF_INET6 ? ntohs(six->sin6_port)
	                                        : 0;
}

/* As curl does it of its own, and whom it calls is noted: older ones do not
 * say whether that was a proxy. */
static curl_socket_t open_socket(
    void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct https *https = context;

	(void)purpose;
	https->last_port = port_of(&address->addr);
	return os_socket(address->family, address->socktype, address->protocol);
}

static CURLcode set_socket(struct https *https)
{
	CURLcode rc = curl_easy_setopt(
	    https->curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);

	return rc != CURLE_OK ? rc
	                      : curl_easy_setopt(
				    https->curl, CURLOPT_OPENSOCKETDATA, https);
}

/* The path of an address; "" when it has none. */
static const char *folder_of(const char *url)
{
	const char *host = strstr(url, "://"), *slash = NULL;

	if (host != NULL)
		slash = strchr(host + strlen("://"), '/');
	return slash != NULL ? slash : "";
}

int https_open(
    struct https **out, const char *url, const uint8_t *pin, struct err *err)
{
	struct https *https = calloc(1, sizeof(*https));
	size_t len = strlen(url);
	CURLcode code;
	int rc = 0;

	*out = NULL;
	if (https == NULL)
		return err_nomem(err);
	while (len > 0 && url[len - 1] == '/')
		len--;
	https->url = strndup(url, len);
	https->curl = curl_easy_init();
	if (https->url == NULL || https->curl == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	https->folder = folder_of(https->url);
	code = set_limits(https->curl);
	if (code == CURLE_OK)
		code = set_proxy(https->curl);
	if (code == CURLE_OK)
		code = set_socket(https);
	if (code == CURLE_OK)
		code = curl_easy_setopt(https->curl, CURLOPT_URL, https->url);
	if (code == CURLE_OK)
		code = pin != NULL ? set_pin(https->curl, pin)
		                   : set_authorities(https->curl);
	if (code == CURLE_OK)
		code = curl_easy_setopt(
		    https->curl, CURLOPT_ERRORBUFFER, https->detail);
	if (code == CURLE_OK)
		code = curl_easy_setopt(
		    https->curl, CURLOPT_WRITEFUNCTION, receive);
	if (code == CURLE_OK)
		code = curl_easy_setopt(
		    https->curl, CURLOPT_HEADERFUNCTION, receive_header);
	if (code != CURLE_OK)
		rc = bad_options(code, err);
out:
	if (rc < 0)
		https_close(https);
	else
		*out = https;
	return rc;
}

void https_close(struct https *https)
{
	if (https == NULL)
		return;
	curl_easy_cleanup(https->curl);
	free(https->url);
	free(https);
}

/* ---- giving up ---- */

void https_give_up(struct https *https, const _Atomic int64_t *when_ms)
{
	https->give_up_ms = when_ms;
	/* It cannot fail once the handle is made. */
	(void)give_up_at(https->curl, when_ms);
}

/* ---- one exchange ---- */

static bool add_header(
    struct curl_slist **list, const char *name, const char *value)
{
	struct buf line = BUF_INIT;
	struct curl_slist *longer = NULL;

	buf_printf(&line, "%s:%s%s", name, value[0] != '\0' ? " " : "", value);
	if (!line.failed)
		longer = curl_slist_append(*list, line.data);
	buf_free(&line);
	if (longer == NULL)
		return false;
	*list = longer;
	return true;
}

static bool add_bearer(struct curl_slist **list, const char *bearer)
{
	struct buf value = BUF_INIT;
	bool done;

	buf_printf(&value, "Bearer %s", bearer);
	done = !value.failed && add_header(list, "Authorization", value.data);
	buf_free(&value);
	return done;
}

/* Only what says something: an empty header is one that curl would add and
 * nobody reads ("Expect" would even cost a pause before a body). French is
 * what the office answers in unless told otherwise. */
static bool add_headers(
    struct curl_slist **list, const struct exchange *request)
{
	return add_header(list, "Expect", "") &&
	       add_header(list, "Accept", "") &&
	       add_header(list, "Content-Type", request->content_type) &&
	       (strcmp(L("fr", "en"), "fr") == 0 ||
		   add_header(list, "Accept-Language", "en")) &&
	       (request->bearer[0] == '\0' ||
		   add_bearer(list, request->bearer));
}

/* What is asked for is given apart from the address: from a whole one, libcurl
 * 7.88 loses the query without a word when it has no memory for it, and asks
 * for something else. */
static CURLcode set_request(CURL *curl, const char *target,
    const struct exchange *request, const struct curl_slist *headers,
    struct receiving *receiving)
{
	bool post = strcmp(request->method, "POST") == 0;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET, target);

	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiving);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_HEADERDATA, receiving);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(
		    curl, post ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
	if (rc == CURLE_OK && post)
		rc = curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
		    request->body.len > 0 ? request->body.data : "");
	if (rc == CURLE_OK && post)
		rc = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->body.len);
	return rc;
}

static int not_ours(const char *detail, struct err *err)
{
	return err_set(err, E_AUTH,
	    L("ce serveur n'est pas celui du bureau de ce poste (%s) : rien ne "
	      "lui a été dit ; changez de réseau, et si cela dure prévenez le "
	      "bureau",
		"this server is not that of this laptop's office (%s): "
		"nothing was told to it; change networks, and if it lasts "
		"tell the office"),
	    detail);
}

static int offline(const char *why, const char *detail, struct err *err)
{
	return err_set(err, E_OFFLINE,
	    L("hors connexion : %s (%s) ; rien n'est perdu, tout partira au "
	      "prochain envoi",
		"offline: %s (%s); nothing is lost, all will leave with the "
		"next sync"),
	    why, detail);
}

/* The proxy's own refusal: nothing went further. Its number is in the way of
 * libcurl's words, which differ from version to version. */
static int refused_by_proxy(long status, struct err *err)
{
	if (status == 407)
		return err_cause(err,
		    err_set(err, E_OFFLINE,
			L("hors connexion : le proxy de ce réseau demande un "
			  "mot de passe ; mettez-le dans https_proxy "
			  "(http://nom:motdepasse@proxy:port), ou changez de "
			  "réseau ; rien n'est perdu",
			    "offline: this network's proxy asks for a "
			    "password; put it into https_proxy "
			    "(http://name:password@proxy:port), or change "
			    "networks; nothing is lost")),
		    "proxy_auth");
	return err_cause(err,
	    err_set(err, E_OFFLINE,
		L("hors connexion : le proxy de ce réseau ne laisse pas "
		  "passer vers le bureau (%ld) ; prévenez qui s'occupe du "
		  "réseau, ou changez de réseau ; rien n'est perdu",
		    "offline: this network's proxy lets nothing through to "
		    "the office (%ld); tell whoever looks after the network, "
		    "or change networks; nothing is lost"),
		status),
	    "proxy");
}

/* libcurl gives the number of the TLS library's own verdict, which are
 * OpenSSL's X509_V_ERR_… (x509_vfy.h). */
const char *https_certificate_fault(const struct https *https)
{
	long verdict = 0;

	(void)curl_easy_getinfo(
	    https->curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
	switch (verdict) {
	case 0:
	case 1: /* before any verdict: the chain is good */
		return "host";
	case 9:
		return "early";
	case 10:
		return "expired";
	default:
		return "unknown";
	}
}

/* Not a refusal of the office, which nobody reached. */
static bool is_proxy(const struct https *https, CURLcode code, long *status)
{
	*status = 0;
	(void)curl_easy_getinfo(https->curl, CURLINFO_HTTP_CONNECTCODE, status);
	return code != CURLE_OK && *status >= 300;
}

/* The port that the office's address names; its scheme's when it has none. */
static int office_port(const struct https *https)
{
	size_t len = strlen(https->url) - strlen(https->folder);
	const char *at = https->url + len;

	while (at > https->url && at[-1] >= '0' && at[-1] <= '9')
		at--;
	return at > https->url && at[-1] == ':' ? (int)strtol(at, NULL, 10)
	                                        : 443;
}

/* With a port like the office's it is the proxy that was called, as long as no
 * host goes without one. */
bool https_awaits_proxy(const struct https *https, char place[PROXY_PLACE_MAX])
{
	const char *proxy = which_proxy();
	int port = proxy[0] != '\0' ? proxy_place(proxy, place) : 0;
	double connected_s = 0;
	long answered = 0;

	if (port <= 0 || https->last_port != port ||
	    (port == office_port(https) &&
		(chosen_no_proxy[0] != '\0' || getenv("no_proxy") != NULL ||
		    getenv("NO_PROXY") != NULL)))
		return false;
	(void)curl_easy_getinfo(
	    https->curl, CURLINFO_CONNECT_TIME, &connected_s);
	(void)curl_easy_getinfo(
	    https->curl, CURLINFO_HTTP_CONNECTCODE, &answered);
	/* Of SOCKS nothing more is known once somebody took the call. */
	return answered == 0 &&
	       (connected_s <= 0 || strncmp(proxy, "socks", 5) != 0);
}

/* Was it the proxy that did not answer, so that the office never was asked? */
static bool is_dead_proxy(
    const struct https *https, CURLcode code, char place[PROXY_PLACE_MAX])
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_PROXY:
		return proxy_place(which_proxy(), place) > 0;
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return https_awaits_proxy(https, place);
	default:
		return false;
	}
}

/* Its password is in nothing that is said. */
static int proxy_is_dead(const char *place, struct err *err)
{
	return err_cause(err,
	    err_set(err, E_OFFLINE,
		L("hors connexion : le proxy %s ne répond pas, et sans lui "
		  "rien ne va au bureau ; vérifiez le réglage proxy et "
		  "https_proxy, ou changez de réseau ; rien n'est perdu",
		    "offline: the proxy %s does not answer, and nothing goes "
		    "to the office without it; check the setting proxy and "
		    "https_proxy, or change networks; nothing is lost"),
		place),
	    "proxy");
}

/* The TLS library's word for an answer without TLS: OpenSSL's, GnuTLS's. */
static bool is_plain(const struct https *https, CURLcode code)
{
	static const char *const words[] = {"wrong version number",
	    "packet length too long", "http request", "unexpected TLS packet",
	    "unexpected message"};

	for (size_t i = 0; code == CURLE_SSL_CONNECT_ERROR &&
			   i < sizeof(words) / sizeof(words[0]);
	     i++) {
		if (strstr(https->detail, words[i]) != NULL)
			return true;
	}
	return false;
}

/* What somebody in between may look like. */
static bool is_portal(const struct https *https, CURLcode code, long connect)
{
	enum portal_sign sign;

	switch (code) {
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
		sign = PORTAL_STRANGER;
		break;
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		sign = PORTAL_SILENCE;
		break;
	default:
		return false;
	}
	/* A proxy spoke: it is what stands in between. */
	return connect == 0 &&
	       portal_answers(https->url, sign, https->give_up_ms);
}

/* A finer word for being offline, for machines and for the page. */
static const char *offline_cause(CURLcode code)
{
	/* Nothing of this is anybody's fault but the missing network's. */
	if (os_network() == 0)
		return "network";
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "name";
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "proxy";
	case CURLE_ABORTED_BY_CALLBACK:
		return "stopped";
	default:
		return "unreachable";
	}
}

/* libcurl cites the address of a proxy that it cannot make out, with its
 * password: "Unsupported proxy syntax in 'http://name:password@[x'". */
static void hide_password(char *detail)
{
	char *from = strstr(detail, "://"), *at = strrchr(detail, '@');

	if (from == NULL || at == NULL || at < from + 3)
		return;
	from[3] = '*';
	memmove(from + 4, at, strlen(at) + 1);
}

/* What a failure of curl means to people. */
static int explain(struct https *https, CURLcode code,
    const struct receiving *receiving, struct err *err)
{
	const char *detail =
	    https->detail[0] != '\0' ? https->detail : curl_easy_strerror(code);

	hide_password(https->detail);
	if (receiving->too_large || code == CURLE_FILESIZE_EXCEEDED)
		return err_set(err, E_LIMIT,
		    L("réponse du serveur de plus de %zu octets : refusée",
			"server's answer over %zu bytes: refused"),
		    HTTPS_REPLY_MAX);
	if (receiving->body->failed)
		return err_nomem(err);
	switch (code) {
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_PEER_FAILED_VERIFICATION:
		return not_ours(detail, err);
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return offline(L("l'adresse du serveur est introuvable",
				   "the server's address cannot be found"),
		    detail, err);
	case CURLE_OPERATION_TIMEDOUT:
		return offline(
		    L("le serveur ne répond pas", "the server does not answer"),
		    detail, err);
	case CURLE_ABORTED_BY_CALLBACK:
		return offline(
		    L("arrêt demandé avant la réponse du serveur",
			"asked to stop before the server had answered"),
		    detail, err);
	case CURLE_UNSUPPORTED_PROTOCOL:
		if (strncmp(https->url, "https://", 8) != 0)
			return err_set(err, E_INVALID,
			    L("adresse du serveur « %s » incorrecte : %s",
				"wrong server address \"%s\": %s"),
			    https->url, detail);
		return offline(L("ce qui répond n'est pas le serveur",
				   "what answers is not the server"),
		    detail, err);
	case CURLE_URL_MALFORMAT:
		return err_set(err, E_INVALID,
		    L("adresse du serveur « %s » incorrecte : %s",
			"wrong server address \"%s\": %s"),
		    https->url, detail);
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(err, E_IO,
		    L("ce poste n'a aucune autorité de certification : "
		      "installez le paquet ca-certificates",
			"this laptop has no certificate authority: install "
			"the package ca-certificates"));
	case CURLE_OUT_OF_MEMORY:
		return bad_options(code, err);
	default:
		return offline(L("le serveur est injoignable",
				   "the server cannot be reached"),
		    detail, err);
	}
}

static int failed(struct https *https, CURLcode code,
    const struct receiving *receiving, struct err *err)
{
	char place[PROXY_PLACE_MAX];
	long connect = 0;
	int rc;

	if (is_proxy(https, code, &connect))
		return refused_by_proxy(connect, err);
	if (is_portal(https, code, connect))
		return answer_foreign(err);
	if (os_network() != 0 && is_dead_proxy(https, code, place))
		return proxy_is_dead(place, err);
	if (is_plain(https, code))
		return err_cause(err,
		    offline(L("ce qui répond à cette adresse ne parle pas "
			      "HTTPS : ce n'est pas le serveur du bureau",
				"what answers at this address does not speak "
				"HTTPS: it is not the office's server"),
			https->detail, err),
		    "not_https");
	rc = explain(https, code, receiving, err);
	return rc == E_OFFLINE ? err_cause(err, rc, offline_cause(code)) : rc;
}

/* What curl has sent of requests, one to a proxy included. */
bool https_said_nothing(const struct https *https)
{
	long sent = 0;

	return curl_easy_getinfo(https->curl, CURLINFO_REQUEST_SIZE, &sent) ==
	           CURLE_OK &&
	       sent == 0;
}

static void read_status(CURL *curl, struct exchange_reply *reply)
{
	curl_off_t retry_after = 0;
	long status = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after > RETRY_AFTER_MAX)
		retry_after = RETRY_AFTER_MAX;
	reply->status = (int)status;
	reply->retry_after_seconds = retry_after > 0 ? (int)retry_after : 0;
}

int https_exchange(struct https *https, const struct exchange *request,
    struct exchange_reply *reply, struct err *err)
{
	struct receiving receiving = {&reply->body, false, false};
	struct curl_slist *headers = NULL;
	struct buf target = BUF_INIT;
	CURLcode code;
	int rc = 0;

	assert(request->path[0] == '/');
	buf_reset(&reply->body);
	https->detail[0] = '\0';
	https->last_port = 0;
	buf_printf(&target, "%s%s", https->folder, request->path);
	if (target.failed || !add_headers(&headers, request)) {
		rc = err_nomem(err);
		goto out;
	}
	code =
	    set_request(https->curl, target.data, request, headers, &receiving);
	if (code == CURLE_OK)
		code = curl_easy_perform(https->curl);
	if (code == CURLE_OK && !receiving.begun)
		code = CURLE_RECV_ERROR;
	if (code != CURLE_OK) {
		rc = failed(https, code, &receiving, err);
		goto out;
	}
	read_status(https->curl, reply);
	rc = buf_check(&reply->body, err);
out:
	/* The next request brings its own. */
	(void)curl_easy_setopt(https->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	buf_free(&target);
	return rc;
}
