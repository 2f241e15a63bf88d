/*
 * The certificate that the server gives a laptop: which key it knows the
 * laptop by, and in which structures.
 */
#ifndef POINTEAU_AGENT_CERTIFICATE_H
#define POINTEAU_AGENT_CERTIFICATE_H

#include <stdint.h>

#include "shared/crypto.h"
#include "shared/err.h"

/* Who it must be from, and for whom. */
struct certificate_of {
	const uint8_t *server; /* KEY_LEN bytes */
	const uint8_t *pub;    /* KEY_LEN bytes */
	/* The device whose key was replaced, which it must name; "": it may
	 * name any, or none. */
	const char *replaces;
};

typedef int certificate_each(
    void *context, const char *structure, struct err *err);

/*
 * Read the certificate ${text} and its signature (base64), its structures one
 * call each (${each} may be NULL). E_SIGNATURE when it is not the server's, or
 * is for another.
 */
int certificate_read(const struct certificate_of *of, const char *text,
    const char *sig, certificate_each *each, void *context, struct err *err);

#endif
