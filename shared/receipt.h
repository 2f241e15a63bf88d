/*
 * The structure's log and the receipts taken from it. One log per structure;
 * H_0 = sha256("# pointeau log 1\n# structure <id>\n") and
 * H_n = sha256("<H_n-1> <server time> <manifest hash>\n"), all in text, so
 * that sha256sum recomputes it.
 */
#ifndef POINTEAU_SHARED_RECEIPT_H
#define POINTEAU_SHARED_RECEIPT_H

#include <stdint.h>

#include "shared/buf.h"
#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/err.h"

struct receipt {
	char structure[TEXT_ID_MAX + 1];
	int64_t epoch;
	int64_t n; /* place in the log: the receipt's number */
	struct hash manifest;
	struct hash head; /* H_n */
	int64_t time_s;   /* server time; never decreases in a log */
	uint8_t sig[SIG_LEN];
};

/* H_0 of a structure's log. */
void log_first(struct hash *out, const char *structure);

/* H_n from H_n-1. */
void log_next(struct hash *out, const struct hash *before, int64_t time_s,
    const struct hash *manifest);

/* Append the signed text of a receipt. */
void receipt_text(struct buf *out, const struct receipt *receipt);

int receipt_sign(
    struct receipt *receipt, const struct key *server, struct err *err);

/* 0, or E_SIGNATURE when it is not the server's. */
int receipt_verify(const struct receipt *receipt, const uint8_t server[KEY_LEN],
    struct err *err);

#endif
