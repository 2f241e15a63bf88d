/*
 * What the laptop keeps beside the ledger: its settings and the structures
 * it follows. All the SQL of the agent that is not the ledger's.
 */
#ifndef POINTEAU_AGENT_JOURNAL_H
#define POINTEAU_AGENT_JOURNAL_H

#include <stdint.h>

#include "shared/buf.h"
#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/receipt.h"

/* Names of settings. */
#define SETTING_URL          "url"        /* https://host:port */
#define SETTING_SERVER_KEY   "server_key" /* hexadecimal */
#define SETTING_PIN          "pin"        /* hexadecimal; "" = CA trust */
#define SETTING_NAME         "name"       /* what people call this laptop */
#define SETTING_CERTIFICATE  "certificate"
#define SETTING_CERT_SIG     "certificate_sig" /* base64 */
#define SETTING_BEARER       "bearer"
#define SETTING_LAST_SUCCESS "last_success" /* seconds since 1970 */
#define SETTING_LAST_ATTEMPT "last_attempt"
#define SETTING_LAST_ERROR   "last_error" /* "" after a success */
#define SETTING_TROUBLE      "trouble"    /* its slug (err.h); "" likewise */
#define SETTING_CAUSE        "cause"    /* a finer word than the slug, or "" */
#define SETTING_TRIES        "tries"    /* failed since the network changed */
#define SETTING_REVOKED      "revoked"  /* "1" once the server said so */
#define SETTING_FAILURES     "failures" /* syncs failed since a success */
#define SETTING_NEXT_ATTEMPT "next_attempt" /* "" after a success */
#define SETTING_WIRE         "wire"         /* "2" once the server said so */
#define SETTING_CLOCK        "clock"        /* the last look (clock.h) */
/* Of the key that is to follow (rotate.h); "" once it has. */
#define SETTING_NEXT_CERT     "next_certificate"
#define SETTING_NEXT_CERT_SIG "next_certificate_sig"
/* The device whose key ours replaced, until the server knows it is gone. */
#define SETTING_REPLACES "replaces"

/* Append the value; nothing when it is not set. */
int journal_get(
    struct db *db, const char *name, struct buf *out, struct err *err);
int journal_put(
    struct db *db, const char *name, const char *value, struct err *err);

/* The server's public key; E_NOT_INIT when not enrolled. */
int journal_server_key(struct db *db, uint8_t out[KEY_LEN], struct err *err);

struct follow {
	char structure[TEXT_ID_MAX + 1];
	char scope[32]; /* digest last told by the server; "" at first */
	int64_t cursor; /* place pulled up to */
	struct hash cursor_head; /* H at the cursor */
};

int journal_follow_get(struct db *db, const char *structure, struct follow *out,
    bool *found, struct err *err);
int journal_follow_put(
    struct db *db, const struct follow *follow, struct err *err);
/* Keep for good a receipt whose place the server's log no longer has, noted
 * at ${now_s}. */
int journal_lost_put(struct db *db, const struct receipt *receipt,
    int64_t now_s, struct err *err);

/* The latest time that a server signed in a log we know, seconds since 1970;
 * 0 for none. */
int journal_last_receipt(struct db *db, int64_t *out, struct err *err);

int journal_follow_all(struct db *db,
    int (*each)(void *context, const struct follow *follow, struct err *err),
    void *context, struct err *err);

#endif
