/*
 * One small question to a server, for `doctor`: by its name or at an address
 * of ours, with TLS or without, within a time. The certificate is looked at
 * and never a reason to stop: what it is worth is told.
 */
#ifndef POINTEAU_SERVER_DOCTOR_ASK_H
#define POINTEAU_SERVER_DOCTOR_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "server/tls.h"
#include "shared/buf.h"

#define ASK_BODY_MAX ((size_t)64 * 1024)

struct ask {
	const char *host; /* name or address, without brackets */
	int port;
	const char *at; /* an address to ask in its stead; NULL: none */
	bool tls;
	const char *path;
	const char *address; /* the Host: "bureau.example.org:8443" */
	int64_t time_ms;     /* for the name, and again for all the rest */
};

/* How far it came. */
enum ask_end {
	ASK_NO_NAME,   /* the host is not found */
	ASK_NO_ANSWER, /* nobody takes the call */
	ASK_NO_TLS,    /* what answers speaks no TLS */
	ASK_NO_HTTP,   /* … no HTTP, or nothing in time */
	ASK_ANSWERED,
};

/* What a certificate is worth to the system's authorities, for the host. */
enum ask_trust {
	ASK_TRUSTED,
	ASK_EXPIRED,
	ASK_EARLY,   /* not valid yet */
	ASK_OTHER,   /* for another name */
	ASK_UNKNOWN, /* to the authorities */
};

struct ask_reply {
	enum ask_end end;
	bool is_ours; /* the host's first address is this machine's */
	enum ask_trust trust;
	uint8_t pin[TLS_PIN_LEN];
	int status;
	struct buf body; /* own it */
};

/* Never fails: how it ended is told. Free with ask_clear. */
void ask(const struct ask *ask, struct ask_reply *out);
void ask_clear(struct ask_reply *reply);

#endif
