#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/give_up.h"
#include "agent/portal.h"
#include "shared/os.h"

#define HOST_MAX 256

/* ---- what an address says ---- */

/* What stands between "://" and the path, a user's name left out. */
static const char *authority(const char *url, size_t *len)
{
	const char *from = strstr(url, "://"), *at;

	if (from == NULL)
		return NULL;
	from += strlen("://");
	*len = strcspn(from, "/?#");
	at = memchr(from, '@', *len);
	if (at != NULL) {
		*len -= (size_t)(at + 1 - from);
		from = at + 1;
	}
	return from;
}

/* With the brackets of an IPv6 address. */
static bool host_of(const char *url, char *out, size_t size)
{
	size_t len = 0, host;
	const char *from = authority(url, &len);

	if (from == NULL || len == 0)
		return false;
	if (from[0] == '[') {
		const char *end = memchr(from, ']', len);

		host = end != NULL ? (size_t)(end + 1 - from) : 0;
	} else {
		const char *colon = memchr(from, ':', len);

		host = colon != NULL ? (size_t)(colon - from) : len;
	}
	if (host == 0 || host >= size)
		return false;
	memcpy(out, from, host);
	out[host] = '\0';
	return true;
}

bool portal_host(const char *url, char *out, size_t size)
{
	return host_of(url, out, size) && strcasecmp(out, "localhost") != 0 &&
	       strncmp(out, "127.", 4) != 0 && strcmp(out, "[::1]") != 0;
}

bool portal_judge(
    const char *host, enum portal_sign sign, int status, const char *location)
{
	char there[HOST_MAX];

	if (status == 511)
		return true;
	/* A place of the same host has no host of its own. */
	if (status >= 300 && status < 400)
		return host_of(location, there, sizeof(there)) &&
		       strcasecmp(there, host) != 0;
	return sign == PORTAL_STRANGER && status == 200;
}

/* ---- asking ---- */

/* Its words are of no use to us. */
static size_t swallow(char *data, size_t size, size_t count, void *context)
{
	size_t *total = context;

	(void)data;
	*total += size * count;
	return *total > PORTAL_ANSWER_MAX ? 0 : size * count;
}

static CURLcode set_options(CURL *curl, const char *url, size_t *total,
    const _Atomic int64_t *give_up_ms)
{
	static const struct {
		CURLoption option;
		long value;
	} longs[] = {
	    {CURLOPT_FOLLOWLOCATION, 0},
	    {CURLOPT_NOSIGNAL, 1},
	    {CURLOPT_TIMEOUT, PORTAL_TIME_S},
	};
	CURLcode rc = CURLE_OK;

	for (size_t i = 0;
	     rc == CURLE_OK && i < sizeof(longs) / sizeof(longs[0]); i++)
		rc = curl_easy_setopt(curl, longs[i].option, longs[i].value);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_URL, url);
	/* Whoever stands behind a proxy is in no portal's hands. */
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_WRITEDATA, total);
	if (rc == CURLE_OK)
		rc = give_up_at(curl, give_up_ms);
	return rc;
}

/* What was cut after its head has been judged by its head. */
static bool ask(CURL *curl, const char *host, enum portal_sign sign,
    const char *url, const _Atomic int64_t *give_up_ms)
{
	size_t total = 0;
	long status = 0;
	char *location = NULL;

	if (set_options(curl, url, &total, give_up_ms) != CURLE_OK)
		return false;
	(void)curl_easy_perform(curl);
	if (curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) !=
		CURLE_OK ||
	    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location) !=
		CURLE_OK)
		return false;
	return portal_judge(
	    host, sign, (int)status, location != NULL ? location : "");
}

bool portal_answers(
    const char *url, enum portal_sign sign, const _Atomic int64_t *give_up_ms)
{
	char host[HOST_MAX], plain[HOST_MAX + 16];
	bool found;
	CURL *curl;

	if (!portal_host(url, host, sizeof(host)) ||
	    (curl = curl_easy_init()) == NULL)
		return false;
	(void)snprintf(plain, sizeof(plain), "http://%s/", host);
	found = ask(curl, host, sign, plain, give_up_ms);
	curl_easy_cleanup(curl);
	return found;
}
