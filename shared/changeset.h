/*
 * Change sets: a signed manifest of entry hashes, the bodies beside it.
 * docs/protocol.md describes every byte; tests/vectors holds golden ones.
 */
#ifndef POINTEAU_SHARED_CHANGESET_H
#define POINTEAU_SHARED_CHANGESET_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/text.h"

#define CHANGESET_ENTRIES_MAX 256
#define CHANGESET_BYTES_MAX   ((size_t)1024 * 1024) /* of all its bodies */
#define ENTRY_BYTES_MAX       ((size_t)256 * 1024)

/* A log position that a device has verified; n is 0 before the first. */
struct log_point {
	int64_t epoch;
	int64_t n;
	struct hash head;
};

struct set_header {
	char structure[TEXT_ID_MAX + 1];
	char device[DEVICE_TEXT];  /* who signs */
	char session[DEVICE_TEXT]; /* 8 random bytes, hexadecimal */
	int64_t seq;               /* 1, 2, 3 … within the session */
	struct hash prev;          /* previous manifest; zero: the very first */
	struct log_point seen;     /* last log head the signer verified */
	int64_t at_s;              /* the signer's clock, UTC */
};

/* One entry of a set. A withheld body has data NULL: its hash stands. */
struct set_entry {
	struct hash hash;
	struct bytes body; /* borrowed from whoever made the set */
};

struct changeset {
	struct set_header header;
	uint8_t sig[SIG_LEN];
	struct set_entry *entries; /* owned; free with changeset_clear */
	size_t count;
};

/* Free what ${set} owns and make it empty. */
void changeset_clear(struct changeset *set);

/* Append the header lines of the manifest, from "# pointeau change set 1"
 * to "# at …". */
void changeset_header(struct buf *out, const struct set_header *header);

/* Read them back: exactly what changeset_header writes, else E_INVALID. */
int changeset_header_parse(
    struct set_header *out, const char *text, size_t len, struct err *err);

/* Append the whole manifest: the bytes that are signed. */
void changeset_manifest(struct buf *out, const struct changeset *set);

/* Hash of the manifest: the set's name everywhere. */
int changeset_hash(
    struct hash *out, const struct changeset *set, struct err *err);

/* Fill ${set}'s signature. */
int changeset_sign(
    struct changeset *set, const struct key *key, struct err *err);

/* changeset_verify, with the manifest's hash (${hash}, may be NULL), which is
 * there even when the signature is wrong, of one manifest. */
int changeset_check(const struct changeset *set, const uint8_t pub[KEY_LEN],
    struct hash *hash, struct err *err);

/* 0, or E_SIGNATURE when ${pub} did not sign this manifest. */
int changeset_verify(
    const struct changeset *set, const uint8_t pub[KEY_LEN], struct err *err);

#endif
