/*
 * The server's TLS certificate: made (self-signed), read and pinned. OpenSSL
 * headers are included in tls.c, tickets.c, hashing.c and tls_bridge.c alone.
 */
#ifndef POINTEAU_SERVER_TLS_H
#define POINTEAU_SERVER_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/err.h"
#include "shared/http/http.h"

#define TLS_PIN_LEN 32

/*
 * Write to ${path} (mode 0600, created atomically, never overwritten:
 * E_CONFLICT) a new ECDSA P-256 key and a certificate signed by itself for
 * the host name or IP address ${host} (subjectAltName), valid from a day
 * before ${now_s} for 20 years: laptops trust the pin and ignore the dates.
 */
int tls_certificate_make(
    const char *path, const char *host, int64_t now_s, struct err *err);

/*
 * Check that the certificate file ${certificate} and the key file ${key} (PEM)
 * belong together and write them as one file ${path} (mode 0600, replaced
 * atomically), as CivetWeb wants them: the key first.
 */
int tls_certificate_adopt(const char *path, const char *certificate,
    const char *key, struct err *err);

/* Do they belong together? As tls_certificate_adopt, but nothing is written.
 * E_INVALID when not, E_NOT_FOUND. */
int tls_certificate_fits(
    const char *certificate, const char *key, struct err *err);

/* Is the first certificate in ${path} one for the host name or IP address
 * ${host}? */
int tls_certificate_is_for(
    const char *path, const char *host, bool *is_for, struct err *err);

/*
 * SHA-256 of the SubjectPublicKeyInfo of the first certificate in ${path}:
 * what curl's --pinnedpubkey compares.
 */
int tls_certificate_pin(
    const char *path, uint8_t pin[TLS_PIN_LEN], struct err *err);

/* When the first certificate in ${path} begins and ends to be valid, in
 * seconds since 1970. E_NOT_FOUND, E_INVALID. */
int tls_certificate_dates(
    const char *path, int64_t *begin_s, int64_t *end_s, struct err *err);

/*
 * Give the file ${path} (the key first, as tls_certificate_adopt writes it) to
 * connections that begin from now on, on every watched SSL_CTX of the process;
 * those under way keep theirs. On failure nothing has changed. tls_unload
 * forgets it, when nothing is served any more.
 */
int tls_reload(const char *path, struct err *err);
void tls_unload(void);

/*
 * Have ${watcher}, which must outlive them, told of the connections of
 * ${ssl_ctx}, an SSL_CTX: CivetWeb itself says nothing before the handshake
 * is over, nor what socket it is.
 */
int tls_watch(void *ssl_ctx, struct http_watcher *watcher, struct err *err);

#endif
