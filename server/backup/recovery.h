/*
 * The recovery key: an X25519 pair. Its public half stays with the server
 * (OFFICE_RECOVERY) and seals backups; its secret half is shown once, kept by
 * people alone, and opens them.
 */
#ifndef POINTEAU_SERVER_BACKUP_RECOVERY_H
#define POINTEAU_SERVER_BACKUP_RECOVERY_H

#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

#define RECOVERY_LEN 32

struct recovery {
	uint8_t pub[RECOVERY_LEN];
	uint8_t secret[RECOVERY_LEN]; /* wipe it with recovery_clear */
};

void recovery_make(struct recovery *out);
void recovery_clear(struct recovery *recovery);

/* Append the secret half as people copy it: capitals and digits (base32), in
 * groups of four. */
void recovery_show(struct buf *out, const struct recovery *recovery);

/*
 * Read it back as a person typed it: groups, small letters, spaces and lines
 * that begin with '#' do not matter. E_INVALID.
 */
int recovery_parse(struct recovery *out, const char *text, struct err *err);

/* The public half that the data directory ${directory} has; E_NOT_FOUND. */
int recovery_public(
    uint8_t pub[RECOVERY_LEN], const char *directory, struct err *err);
/* Put one there, in the place of any other. */
int recovery_public_put(
    const char *directory, const uint8_t pub[RECOVERY_LEN], struct err *err);

/* What people compare: the first 8 bytes of a public half. */
#define RECOVERY_NAME 17
void recovery_name(char out[RECOVERY_NAME], const uint8_t pub[RECOVERY_LEN]);

#endif
