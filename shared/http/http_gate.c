#include <assert.h>
#include <string.h>
#include <strings.h>

#include "shared/http/http.h"
#include "shared/http/http_gate.h"
#include "shared/lang.h"

#define BEARER_PREFIX "Bearer "

static int gate_refuse(struct http_gate *gate, int status, struct err *err,
    int code, const char *text)
{
	gate->status = status;
	return err_set(err, code, "%s", text);
}

static bool text_between(const char *text, char low, char high)
{
	for (; *text != '\0'; text++) {
		if (*text < low || *text > high)
			return false;
	}
	return true;
}

/*
 * The value of field ${name}, NULL when absent. Two of a kind are refused:
 * which one counts is where two programs in a row disagree.
 */
static int field_find(const char **value, struct http_gate *gate,
    const struct http_head *head, const char *name, struct err *err)
{
	*value = NULL;
	for (size_t i = 0; i < head->field_count; i++) {
		if (strcasecmp(head->fields[i].name, name) != 0)
			continue;
		if (*value != NULL) {
			gate->status = 400;
			return err_set(err, E_INVALID,
			    L("requête refusée : deux en-têtes %s, un seul "
			      "est permis",
				"request refused: two %s headers, only one is "
				"allowed"),
			    name);
		}
		*value = head->fields[i].value;
	}
	return 0;
}

static bool host_is_listed(const char *const *hosts, const char *host)
{
	for (; *hosts != NULL; hosts++) {
		if (strcasecmp(*hosts, host) == 0)
			return true;
	}
	return false;
}

static int check_host(struct http_gate *gate, const struct http_head *head,
    const char *const *hosts, struct err *err)
{
	const char *host;
	int rc;

	if ((rc = field_find(&host, gate, head, "Host", err)) < 0)
		return rc;
	if (host == NULL)
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : l'en-tête Host manque",
			"request refused: the Host header is missing"));
	if (!host_is_listed(hosts, host))
		return gate_refuse(gate, 421, err, E_INVALID,
		    L("ce serveur ne répond pas à ce nom : vérifiez "
		      "l'adresse, ou ajoutez ce nom à ceux que le serveur "
		      "sert",
			"this server does not answer to that name: check the "
			"address, or add the name to those the server "
			"serves"));
	return 0;
}

static int check_target(
    struct http_gate *gate, const struct http_head *head, struct err *err)
{
	const char *query = head->query != NULL ? head->query : "";

	if (strlen(head->target) > HTTP_PATH_MAX ||
	    strlen(query) > HTTP_QUERY_MAX)
		return gate_refuse(gate, 414, err, E_LIMIT,
		    L("requête refusée : adresse trop longue",
			"request refused: address too long"));
	if (head->target[0] != '/' || strchr(head->target, '%') != NULL ||
	    strstr(head->target, "..") != NULL ||
	    !text_between(head->target, '!', '~') ||
	    !text_between(query, '!', '~'))
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : adresse mal formée",
			"request refused: malformed address"));
	return 0;
}

/* Digits alone; anything past HTTP_BODY_MAX counts as HTTP_BODY_MAX + 1. */
static bool length_parse(size_t *len, const char *text)
{
	if (text[0] == '\0' || !text_between(text, '0', '9'))
		return false;
	*len = 0;
	for (; *text != '\0' && *len <= HTTP_BODY_MAX; text++)
		*len = *len * 10 + (size_t)(*text - '0');
	if (*len > HTTP_BODY_MAX)
		*len = HTTP_BODY_MAX + 1;
	return true;
}

static int check_framing(const char **length, struct http_gate *gate,
    const struct http_head *head, struct err *err)
{
	const char *coding;
	int rc;

	if ((rc = field_find(&coding, gate, head, "Transfer-Encoding", err)) <
	    0)
		return rc;
	if (coding != NULL)
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : Transfer-Encoding n'est pas accepté, "
		      "donnez Content-Length",
			"request refused: Transfer-Encoding is not accepted, "
			"give Content-Length"));
	if ((rc = field_find(length, gate, head, "Content-Length", err)) < 0)
		return rc;
	if (*length != NULL && !length_parse(&gate->body_len, *length))
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : Content-Length doit être un nombre",
			"request refused: Content-Length must be a number"));
	return 0;
}

static int check_method(struct http_gate *gate, const struct http_head *head,
    const char *length, struct err *err)
{
	bool post = strcmp(head->method, "POST") == 0;

	if (!post && strcmp(head->method, "GET") != 0)
		return gate_refuse(gate, 405, err, E_METHOD,
		    L("méthode refusée : seules GET et POST sont servies",
			"method refused: only GET and POST are served"));
	if (!post && gate->body_len > 0)
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : un GET ne porte pas de corps",
			"request refused: a GET has no body"));
	if (post && length == NULL)
		return gate_refuse(gate, 411, err, E_INVALID,
		    L("requête refusée : Content-Length manque",
			"request refused: Content-Length is missing"));
	if (gate->body_len > HTTP_BODY_MAX)
		return gate_refuse(gate, 413, err, E_LIMIT,
		    L("envoi trop gros : coupez-le en plusieurs envois",
			"body too large: split it into several requests"));
	return 0;
}

static int find_bearer(
    struct http_gate *gate, const struct http_head *head, struct err *err)
{
	const size_t prefix_len = strlen(BEARER_PREFIX);
	const char *value;
	int rc;

	gate->bearer = "";
	if ((rc = field_find(&value, gate, head, "Authorization", err)) < 0)
		return rc;
	if (value == NULL || strncasecmp(value, BEARER_PREFIX, prefix_len) != 0)
		return 0;
	if (!text_between(value + prefix_len, '!', '~'))
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : jeton d'accès mal formé",
			"request refused: malformed bearer token"));
	gate->bearer = value + prefix_len;
	return 0;
}

static int find_content_type(
    struct http_gate *gate, const struct http_head *head, struct err *err)
{
	const char *value;
	int rc;

	gate->content_type = "";
	if ((rc = field_find(&value, gate, head, "Content-Type", err)) < 0)
		return rc;
	if (value == NULL)
		return 0;
	if (!text_between(value, ' ', '~'))
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : Content-Type mal formé",
			"request refused: malformed Content-Type"));
	gate->content_type = value;
	return 0;
}

/* Whoever reads the first of two may not agree with whoever reads the last
 * about who asks, or from where. */
static int find_cookie(
    struct http_gate *gate, const struct http_head *head, struct err *err)
{
	const char *ignored;
	int rc;

	if ((rc = field_find(&gate->cookie, gate, head, "Cookie", err)) < 0 ||
	    (rc = field_find(&ignored, gate, head, "Origin", err)) < 0 ||
	    (rc = field_find(&ignored, gate, head, "Sec-Fetch-Site", err)) < 0)
		return rc;
	if (gate->cookie == NULL)
		return 0;
	if (strlen(gate->cookie) > HTTP_COOKIES_MAX ||
	    !text_between(gate->cookie, ' ', '~'))
		return gate_refuse(gate, 400, err, E_INVALID,
		    L("requête refusée : cookie trop long ou mal formé ; "
		      "effacez les cookies de ce site",
			"request refused: cookie too long or malformed; clear "
			"the cookies of this site"));
	return 0;
}

/* Anything but the two plainest cases ends the connection. */
static bool wants_keep_alive(const struct http_head *head)
{
	const char *value = NULL;

	if (strcmp(head->version, "1.1") != 0)
		return false;
	for (size_t i = 0; i < head->field_count; i++) {
		if (strcasecmp(head->fields[i].name, "Connection") != 0)
			continue;
		if (value != NULL)
			return false;
		value = head->fields[i].value;
	}
	return value == NULL || strcasecmp(value, "keep-alive") == 0;
}

int http_gate_check(struct http_gate *out, const struct http_head *head,
    const char *const *hosts, struct err *err)
{
	const char *length;
	int rc;

	assert(head->method != NULL && head->target != NULL);
	*out = (struct http_gate){0, 0, false, "", "", NULL};
	if (head->field_count > HTTP_HEADER_MAX)
		return gate_refuse(out, 431, err, E_LIMIT,
		    L("requête refusée : trop d'en-têtes",
			"request refused: too many headers"));
	/* RFC 9112, 5.1: a proxy before us may not see the field as we do. */
	if (head->spaced)
		return gate_refuse(out, 400, err, E_INVALID,
		    L("requête refusée : une espace avant « : » dans un "
		      "en-tête",
			"request refused: a space before ':' in a header"));
	if ((rc = check_framing(&length, out, head, err)) < 0)
		return rc;
	if ((rc = check_host(out, head, hosts, err)) < 0)
		return rc;
	if ((rc = check_target(out, head, err)) < 0)
		return rc;
	if ((rc = check_method(out, head, length, err)) < 0)
		return rc;
	if ((rc = find_bearer(out, head, err)) < 0)
		return rc;
	if ((rc = find_content_type(out, head, err)) < 0)
		return rc;
	if ((rc = find_cookie(out, head, err)) < 0)
		return rc;
	out->keep_alive = wants_keep_alive(head);
	return 0;
}
