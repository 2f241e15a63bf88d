#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/http/forwarded.h"
#include "shared/lang.h"
#include "shared/text.h"

#define V4_LEN       4
#define V6_LEN       16
#define SUBSCRIBER   8 /* bytes of an IPv6 address that one subscriber has */
#define WORD_MAX     (INET6_ADDRSTRLEN + 4)
#define MAPPED_BEGIN 12 /* ::ffff:a.b.c.d: where the IPv4 address begins */

struct address {
	size_t len; /* 4, 16; 0: none */
	uint8_t bytes[V6_LEN];
};

struct network {
	struct address address;
	int bits;
};

struct proxies {
	size_t count;
	struct network networks[PROXIES_MAX];
};

static bool address_parse(struct address *out, const char *text)
{
	static const uint8_t mapped[MAPPED_BEGIN] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, out->bytes) == 1) {
		out->len = V4_LEN;
	} else if (inet_pton(AF_INET6, text, out->bytes) == 1) {
		out->len = V6_LEN;
		/* The same client, as a proxy that listens on [::] says it. */
		if (memcmp(out->bytes, mapped, sizeof(mapped)) == 0) {
			memmove(out->bytes, out->bytes + MAPPED_BEGIN, V4_LEN);
			out->len = V4_LEN;
		}
	}
	return out->len != 0;
}

static bool is_in(const struct address *address, const struct network *network)
{
	size_t whole = (size_t)network->bits / 8;
	int rest = network->bits % 8;
	unsigned mask = rest == 0 ? 0 : (0xffU << (8 - rest)) & 0xffU;

	if (address->len != network->address.len ||
	    memcmp(address->bytes, network->address.bytes, whole) != 0)
		return false;
	return rest == 0 ||
	       ((address->bytes[whole] ^ network->address.bytes[whole]) &
		   mask) == 0;
}

static bool is_proxy(
    const struct proxies *proxies, const struct address *address)
{
	for (size_t i = 0; proxies != NULL && i < proxies->count; i++) {
		if (is_in(address, &proxies->networks[i]))
			return true;
	}
	return false;
}

/* ---- the proxies ---- */

static bool network_parse(struct network *out, const char *word)
{
	char text[WORD_MAX + 1], *slash;
	int most;

	(void)snprintf(text, sizeof(text), "%s", word);
	if ((slash = strchr(text, '/')) != NULL)
		*slash++ = '\0';
	if (!address_parse(&out->address, text))
		return false;
	most = (int)out->address.len * 8;
	out->bits = most;
	if (slash == NULL)
		return true;
	if (slash[0] == '\0' || strlen(slash) > 3 ||
	    strspn(slash, "0123456789") != strlen(slash))
		return false;
	out->bits = atoi(slash);
	return out->bits <= most;
}

static int proxies_add(
    struct proxies *proxies, const char *at, size_t len, struct err *err)
{
	char word[WORD_MAX + 1];

	if (proxies->count == PROXIES_MAX)
		return err_set(err, E_LIMIT,
		    L("plus de %d relais : donnez leur réseau (10.0.0.0/8)",
			"over %d proxies: give their network (10.0.0.0/8)"),
		    PROXIES_MAX);
	if (len <= WORD_MAX) {
		memcpy(word, at, len);
		word[len] = '\0';
		if (network_parse(&proxies->networks[proxies->count], word)) {
			proxies->count++;
			return 0;
		}
	}
	return err_set(err, E_INVALID,
	    L("« %.*s » n'est ni une adresse ni un réseau : donnez 127.0.0.1, "
	      "::1 ou 10.0.0.0/8",
		"\"%.*s\" is no address and no network: give 127.0.0.1, ::1 "
		"or 10.0.0.0/8"),
	    len < WORD_MAX ? (int)len : WORD_MAX, at);
}

int proxies_parse(struct proxies **out, const char *list, struct err *err)
{
	struct proxies *proxies = calloc(1, sizeof(*proxies));
	int rc = 0;

	if (proxies == NULL)
		return err_nomem(err);
	while (rc == 0 && *(list += strspn(list, ", \t")) != '\0') {
		size_t len = strcspn(list, ", \t");

		rc = proxies_add(proxies, list, len, err);
		list += len;
	}
	if (rc < 0) {
		proxies_free(proxies);
		return rc;
	}
	*out = proxies;
	return 0;
}

void proxies_free(struct proxies *proxies)
{
	free(proxies);
}

/* ---- the client ---- */

static void address_show(char out[FORWARDED_TEXT], struct address *address)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (address->len == V6_LEN)
		memset(address->bytes + SUBSCRIBER, 0, V6_LEN - SUBSCRIBER);
	(void)inet_ntop(address->len == V6_LEN ? AF_INET6 : AF_INET,
	    address->bytes, text, sizeof(text));
	(void)snprintf(out, FORWARDED_TEXT, "%s%s", text,
	    address->len == V6_LEN ? "/64" : "");
}

/* The last word of ${field} before ${*end}, which moves before it. */
static bool word_before(const char *field, size_t *end, char out[WORD_MAX + 1])
{
	size_t start = *end, stop;

	while (start > 0 && field[start - 1] != ',')
		start--;
	stop = *end;
	*end = start > 0 ? start - 1 : 0;
	while (start < stop && (field[start] == ' ' || field[start] == '\t'))
		start++;
	while (
	    stop > start && (field[stop - 1] == ' ' || field[stop - 1] == '\t'))
		stop--;
	if (stop - start > WORD_MAX)
		return false;
	memcpy(out, field + start, stop - start);
	out[stop - start] = '\0';
	return true;
}

bool forwarded_believes(const struct proxies *proxies, const char *remote)
{
	struct address address;

	return address_parse(&address, remote) && is_proxy(proxies, &address);
}

void forwarded_client(char out[FORWARDED_TEXT], const struct proxies *proxies,
    const char *remote, const char *const *fields, size_t count)
{
	struct address client, before;
	char word[WORD_MAX + 1];
	size_t end = 0;

	if (!address_parse(&client, remote)) {
		text_copy(out, FORWARDED_TEXT, remote);
		return;
	}
	if (count > 0)
		end = strlen(fields[count - 1]);
	while (count > 0 && is_proxy(proxies, &client)) {
		if (!word_before(fields[count - 1], &end, word) ||
		    !address_parse(&before, word))
			break;
		client = before;
		if (end == 0 && --count > 0)
			end = strlen(fields[count - 1]);
	}
	address_show(out, &client);
}
