/*
 * SSHSIG signatures (OpenSSH PROTOCOL.sshsig, version 1, sha512, Ed25519):
 * what `ssh-keygen -Y verify` checks. On the wire and in databases only the
 * raw 64 bytes travel; the armoured file is rebuilt from them.
 */
#ifndef POINTEAU_SHARED_SSHSIG_H
#define POINTEAU_SHARED_SSHSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"

/* One namespace per purpose: a signature made for one serves no other. */
#define SSHSIG_CHANGESET   "changeset@pointeau"
#define SSHSIG_RECEIPT     "receipt@pointeau"
#define SSHSIG_ENROL       "enrol@pointeau"
#define SSHSIG_CERTIFICATE "certificate@pointeau"
#define SSHSIG_LOGIN       "login@pointeau"
#define SSHSIG_EXPORT      "export@pointeau"
#define SSHSIG_ROTATE      "rotate@pointeau"
#define SSHSIG_SUCCESSION  "succession@pointeau"
#define SSHSIG_BACKUP      "backup@pointeau"

int sshsig_sign(uint8_t sig[SIG_LEN], const struct key *key,
    const char *namespace, const void *data, size_t len, struct err *err);

/* 0, or E_SIGNATURE. */
int sshsig_verify(const uint8_t pub[KEY_LEN], const uint8_t sig[SIG_LEN],
    const char *namespace, const void *data, size_t len, struct err *err);

/* Append the armoured file: "-----BEGIN SSH SIGNATURE-----" … */
void sshsig_armor(struct buf *out, const uint8_t pub[KEY_LEN],
    const uint8_t sig[SIG_LEN], const char *namespace);

/*
 * Read an armoured file made by ${namespace}; only the very bytes that
 * sshsig_armor writes are accepted (E_SIGNATURE).
 */
int sshsig_dearmor(uint8_t pub[KEY_LEN], uint8_t sig[SIG_LEN],
    const char *namespace, const void *text, size_t len, struct err *err);

/* Append "ssh-ed25519 AAAA…": a public key as OpenSSH writes it. */
void sshsig_public(struct buf *out, const uint8_t pub[KEY_LEN]);

#endif
