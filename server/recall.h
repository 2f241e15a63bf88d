/*
 * A laptop that this server has forgotten, because it was restored from a
 * backup older than the laptop: the certificate that the server's own key
 * signed then enrols it again.
 */
#ifndef POINTEAU_SERVER_RECALL_H
#define POINTEAU_SERVER_RECALL_H

#include "server/office.h"
#include "shared/err.h"

/* What a laptop presents beside its login; all borrowed, "" for nothing. */
struct recall {
	const char *certificate; /* the text as it was given */
	const char *sig;         /* base64 */
	const char *name;        /* what people call the laptop */
};

/* The key that the certificate names; E_AUTH when it is not ours or not
 * ${device}'s. */
int recall_key(struct office *office, const char *device,
    const struct recall *recall, uint8_t pub[KEY_LEN], struct err *err);

/*
 * Enrol ${device}, which has proved that it holds that key, again in those
 * structures of its certificate that do not know it, by a set of the server's
 * own key in each log. What else was known of it (its crews, a revocation)
 * comes back with the sets that laptops bring.
 */
int recall_device(struct office *office, const char *device,
    const struct recall *recall, struct err *err);

#endif
