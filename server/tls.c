#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "server/tickets.h"
#include "server/tls.h"
#include "shared/buf.h"
#include "shared/lang.h"

#define DAY_S       86400
#define VALID_S     ((int64_t)20 * 31556952) /* twenty Gregorian years */
#define SERIAL_BITS 159 /* RFC 5280: positive, at most 20 bytes */
#define HOST_MAX    253
#define LABEL_MAX   63
#define CHAIN_MAX   16 /* certificates in a file */

/* ---- files ------------------------------------------------------------ */

static int write_all(int fd, struct bytes bytes)
{
	const char *data = bytes.data;
	ssize_t written;

	for (size_t done = 0; done < bytes.len; done += (size_t)written) {
		written = write(fd, data + done, bytes.len - done);
		if (written < 0 && errno == EINTR)
			written = 0;
		else if (written < 0)
			return -1;
	}
	return fsync(fd);
}

static int folder_sync(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct buf folder = BUF_INIT;
	int fd = -1, rc;

	if (slash == NULL)
		buf_add_char(&folder, '.');
	else
		buf_add(&folder, path, (size_t)(slash - path) + 1);
	if ((rc = buf_check(&folder, err)) < 0)
		goto out;
	fd = open(buf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		rc = err_errno(err, E_IO,
		    L("dossier %s : écriture non confirmée",
			"folder %s: write not confirmed"),
		    buf_text(&folder));
out:
	if (fd >= 0)
		(void)close(fd);
	buf_free(&folder);
	return rc;
}

/* Give the finished file its name: all of it appears, or nothing does. */
static int file_publish(
    const char *temporary, const char *path, bool replace, struct err *err)
{
	int rc = replace ? rename(temporary, path) : link(temporary, path);

	if (rc == 0)
		return folder_sync(path, err);
	if (errno == EEXIST)
		return err_set(err, E_CONFLICT,
		    L("%s existe déjà : un certificat n'est jamais écrasé, car "
		      "les portables déjà inscrits ne reconnaîtraient plus le "
		      "serveur",
			"%s exists: a certificate is never overwritten, the "
			"laptops already enrolled would no longer know the "
			"server"),
		    path);
	return err_errno(err, E_IO,
	    L("%s ne peut pas être créé", "%s cannot be created"), path);
}

static int file_write(
    const char *path, struct bytes bytes, bool replace, struct err *err)
{
	struct buf temporary = BUF_INIT;
	int fd = -1, rc;

	buf_printf(&temporary, "%s.XXXXXX", path);
	if ((rc = buf_check(&temporary, err)) < 0)
		goto out;
	/* mkostemp gives mode 0600. */
	if ((fd = mkostemp(temporary.data, O_CLOEXEC)) < 0 ||
	    write_all(fd, bytes) < 0) {
		rc = err_errno(err, E_IO,
		    L("%s ne peut pas être écrit", "%s cannot be written"),
		    path);
		goto out;
	}
	rc = file_publish(temporary.data, path, replace, err);
out:
	if (fd >= 0) {
		(void)close(fd);
		(void)unlink(temporary.data);
	}
	buf_free(&temporary);
	return rc;
}

/* ---- OpenSSL ---------------------------------------------------------- */

/* Its words for what was read are wrong when memory was lacking: look for
 * that among what it has noted. */
static bool no_memory(void)
{
	unsigned long first = ERR_peek_error(), last = ERR_peek_last_error();

	return ERR_GET_REASON(first) == ERR_R_MALLOC_FAILURE ||
	       ERR_GET_REASON(last) == ERR_R_MALLOC_FAILURE;
}

static int openssl_failed(struct err *err)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	int rc;

	if (no_memory())
		rc = err_nomem(err);
	else
		rc = err_set(err, E_IO,
		    L("OpenSSL a échoué (%s)", "OpenSSL failed (%s)"),
		    reason != NULL ? reason
				   : L("sans raison", "no reason given"));
	ERR_clear_error();
	return rc;
}

static int pem_open(BIO **out, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
	int code;

	if (file == NULL) {
		code = errno == ENOENT ? E_NOT_FOUND : E_IO;
		(void)err_errno(err, code,
		    L("%s ne peut pas être lu", "%s cannot be read"), path);
		if (fd >= 0)
			(void)close(fd);
		return code;
	}
	if ((*out = BIO_new_fp(file, BIO_CLOSE)) == NULL) {
		(void)fclose(file);
		return openssl_failed(err);
	}
	return 0;
}

/* A key under a passphrase is refused: there is nobody to type it. */
static int no_passphrase(char *buf, int size, int writing, void *context)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

/*
 * A memory BIO that OpenSSL wipes when it frees it: keys pass through.
 */
static BIO *secret_new(void)
{
	return BIO_new(BIO_s_secmem());
}

static struct bytes secret_bytes(BIO *secret)
{
	char *data = NULL;
	long len = BIO_get_mem_data(secret, &data);

	return (struct bytes){data, len > 0 ? (size_t)len : 0};
}

/* ---- making ----------------------------------------------------------- */

static bool label_is_valid(const char *label, size_t len)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-";

	return len >= 1 && len <= LABEL_MAX && strspn(label, allowed) >= len &&
	       label[0] != '-' && label[len - 1] != '-';
}

static bool host_is_name(const char *host)
{
	if (strlen(host) > HOST_MAX)
		return false;
	for (;;) {
		size_t len = strcspn(host, ".");

		if (!label_is_valid(host, len))
			return false;
		if (host[len] == '\0')
			return true;
		host += len + 1;
	}
}

/* The length of the address ${host} stands for, 0 when it is none. */
static size_t host_address(unsigned char address[16], const char *host)
{
	if (inet_pton(AF_INET, host, address) == 1)
		return sizeof(struct in_addr);
	if (inet_pton(AF_INET6, host, address) == 1)
		return sizeof(struct in6_addr);
	return 0;
}

static int host_check(const char *host, struct err *err)
{
	unsigned char address[16];

	if (host_address(address, host) > 0)
		return 0;
	/* 1.2.3 or 1.2.3.400 is a mistyped address, not a name. */
	if (host_is_name(host) && strspn(host, "0123456789.") != strlen(host))
		return 0;
	return err_set(err, E_INVALID,
	    L("« %s » n'est ni un nom de machine ni une adresse IP : donnez "
	      "l'adresse que les portables utiliseront, sans https:// ni port",
		"'%s' is neither a host name nor an IP address: give the "
		"address that laptops will use, without https:// or port"),
	    host);
}

/* GENERAL_NAME owns what is set into it. */
static GENERAL_NAME *alt_name_new(const char *host)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	unsigned char address[16];
	size_t len = host_address(address, host);
	ASN1_STRING *value;

	value = len > 0 ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
	if (name == NULL || value == NULL ||
	    ASN1_STRING_set(value, len > 0 ? (const void *)address : host,
		len > 0 ? (int)len : (int)strlen(host)) != 1) {
		ASN1_STRING_free(value);
		GENERAL_NAME_free(name);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, len > 0 ? GEN_IPADD : GEN_DNS, value);
	return name;
}

static bool add_alt_name(X509 *certificate, const char *host)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = alt_name_new(host);
	bool ok = false;

	if (names != NULL && name != NULL &&
	    sk_GENERAL_NAME_push(names, name) > 0) {
		name = NULL;
		ok = X509_add1_ext_i2d(certificate, NID_subject_alt_name, names,
			 0, X509V3_ADD_DEFAULT) == 1;
	}
	GENERAL_NAME_free(name);
	GENERAL_NAMES_free(names);
	return ok;
}

static bool add_text_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok =
	    extension != NULL && X509_add_ext(certificate, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return ok;
}

static bool set_serial(X509 *certificate)
{
	BIGNUM *serial = BN_new();
	bool ok = serial != NULL &&
	          BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE,
		      BN_RAND_BOTTOM_ANY) == 1 &&
	          BN_to_ASN1_INTEGER(
		      serial, X509_get_serialNumber(certificate)) != NULL;

	BN_free(serial);
	return ok;
}

static bool set_subject(X509 *certificate)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	/* Issuer = subject; who it is for is in subjectAltName alone. */
	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		   (const unsigned char *)"pointeau-server", -1, -1, 0) == 1 &&
	       X509_set_issuer_name(certificate, name) == 1;
}

static bool certificate_fill(
    X509 *certificate, EVP_PKEY *key, const char *host, int64_t now_s)
{
	return X509_set_version(certificate, X509_VERSION_3) == 1 &&
	       set_serial(certificate) && set_subject(certificate) &&
	       ASN1_TIME_set(X509_getm_notBefore(certificate), now_s - DAY_S) !=
	           NULL &&
	       ASN1_TIME_set(
		   X509_getm_notAfter(certificate), now_s + VALID_S) != NULL &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       add_text_extension(
		   certificate, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_text_extension(
		   certificate, NID_key_usage, "critical,digitalSignature") &&
	       add_text_extension(
		   certificate, NID_ext_key_usage, "serverAuth") &&
	       add_alt_name(certificate, host) &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

int tls_certificate_make(
    const char *path, const char *host, int64_t now_s, struct err *err)
{
	EVP_PKEY *key = NULL;
	X509 *certificate = NULL;
	BIO *pem = NULL;
	int rc;

	assert(path != NULL && host != NULL);
	if ((rc = host_check(host, err)) < 0)
		return rc;
	key = EVP_EC_gen("P-256");
	certificate = X509_new();
	pem = secret_new();
	if (key == NULL || certificate == NULL || pem == NULL ||
	    !certificate_fill(certificate, key, host, now_s) ||
	    PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL) !=
		1 ||
	    PEM_write_bio_X509(pem, certificate) != 1) {
		rc = openssl_failed(err);
		goto out;
	}
	rc = file_write(path, secret_bytes(pem), false, err);
out:
	BIO_free(pem);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return rc;
}

/* ---- adopting --------------------------------------------------------- */

static int key_read(EVP_PKEY **out, const char *path, struct err *err)
{
	BIO *pem = NULL;
	int rc;

	if ((rc = pem_open(&pem, path, err)) < 0)
		return rc;
	*out = PEM_read_bio_PrivateKey(pem, NULL, no_passphrase, NULL);
	BIO_free(pem);
	ERR_clear_error();
	if (*out == NULL)
		return err_set(err, E_INVALID,
		    L("%s ne contient pas de clé privée PEM sans mot de passe",
			"%s holds no PEM private key without a passphrase"),
		    path);
	return 0;
}

/* Append every certificate of ${in} to ${out}; the first goes to ${leaf}. */
static int chain_copy(
    BIO *out, X509 **leaf, BIO *in, const char *path, struct err *err)
{
	X509 *certificate;
	int count = 0;

	while ((certificate = PEM_read_bio_X509(
		    in, NULL, no_passphrase, NULL)) != NULL) {
		bool ok = PEM_write_bio_X509(out, certificate) == 1;

		if (*leaf == NULL)
			*leaf = certificate;
		else
			X509_free(certificate);
		if (!ok)
			return openssl_failed(err);
		if (++count > CHAIN_MAX)
			return err_set(err, E_LIMIT,
			    L("%s contient plus de %d certificats",
				"%s holds more than %d certificates"),
			    path, CHAIN_MAX);
	}
	/* "No more" is the end that is expected; a broken block is not. */
	if (count == 0 ||
	    ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
		ERR_clear_error();
		return err_set(err, E_INVALID,
		    L("%s : certificat PEM absent ou abîmé",
			"%s: PEM certificate missing or damaged"),
		    path);
	}
	ERR_clear_error();
	return 0;
}

static int chain_read(BIO *out, X509 **leaf, const char *path, struct err *err)
{
	BIO *in = NULL;
	int rc;

	if ((rc = pem_open(&in, path, err)) < 0)
		return rc;
	rc = chain_copy(out, leaf, in, path, err);
	BIO_free(in);
	return rc;
}

/* Append to ${pem} the key and its chain of certificates; E_INVALID when they
 * do not belong together. */
static int pair_read(
    BIO *pem, const char *certificate, const char *key, struct err *err)
{
	EVP_PKEY *private = NULL;
	X509 *leaf = NULL;
	int rc;

	if ((rc = key_read(&private, key, err)) < 0)
		goto out;
	if (pem == NULL || PEM_write_bio_PrivateKey(
			       pem, private, NULL, NULL, 0, NULL, NULL) != 1) {
		rc = openssl_failed(err);
		goto out;
	}
	if ((rc = chain_read(pem, &leaf, certificate, err)) < 0)
		goto out;
	if (X509_check_private_key(leaf, private) != 1) {
		ERR_clear_error();
		rc = err_set(err, E_INVALID,
		    L("la clé %s n'est pas celle du premier certificat de %s : "
		      "donnez la clé qui a servi à le demander",
			"the key %s is not that of the first certificate in "
			"%s: give the key it was requested with"),
		    key, certificate);
	}
out:
	X509_free(leaf);
	EVP_PKEY_free(private);
	return rc;
}

int tls_certificate_adopt(
    const char *path, const char *certificate, const char *key, struct err *err)
{
	BIO *pem = secret_new();
	int rc;

	assert(path != NULL && certificate != NULL && key != NULL);
	if ((rc = pair_read(pem, certificate, key, err)) == 0)
		rc = file_write(path, secret_bytes(pem), true, err);
	BIO_free(pem);
	return rc;
}

int tls_certificate_fits(
    const char *certificate, const char *key, struct err *err)
{
	BIO *pem = secret_new();
	int rc = pair_read(pem, certificate, key, err);

	BIO_free(pem);
	return rc;
}

/* ---- reading ---------------------------------------------------------- */

/* The first certificate in ${path}; X509_free it. */
static int leaf_read(X509 **out, const char *path, struct err *err)
{
	BIO *pem = NULL;
	int rc;

	if ((rc = pem_open(&pem, path, err)) < 0)
		return rc;
	*out = PEM_read_bio_X509(pem, NULL, no_passphrase, NULL);
	/* It has a word for all that it reads, and none for no memory. */
	if (*out == NULL && (no_memory() || ERR_peek_error() == 0))
		rc = err_nomem(err);
	else if (*out == NULL)
		rc = err_set(err, E_INVALID,
		    L("%s ne contient pas de certificat PEM",
			"%s holds no PEM certificate"),
		    path);
	ERR_clear_error();
	BIO_free(pem);
	return rc;
}

int tls_certificate_pin(
    const char *path, uint8_t pin[TLS_PIN_LEN], struct err *err)
{
	X509 *certificate = NULL;
	unsigned char *der = NULL;
	unsigned len = 0;
	int der_len, rc;

	if ((rc = leaf_read(&certificate, path, err)) < 0)
		return rc;
	der_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	if (der_len <= 0 ||
	    EVP_Digest(der, (size_t)der_len, pin, &len, EVP_sha256(), NULL) !=
		1 ||
	    len != TLS_PIN_LEN)
		rc = openssl_failed(err);
	OPENSSL_free(der);
	X509_free(certificate);
	return rc;
}

static bool seconds_of(const ASN1_TIME *time, int64_t *out)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days, seconds;
	bool ok =
	    epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

	if (ok)
		*out = (int64_t)days * DAY_S + seconds;
	ASN1_TIME_free(epoch);
	return ok;
}

int tls_certificate_dates(
    const char *path, int64_t *begin_s, int64_t *end_s, struct err *err)
{
	X509 *certificate = NULL;
	int rc;

	if ((rc = leaf_read(&certificate, path, err)) < 0)
		return rc;
	if (!seconds_of(X509_get0_notBefore(certificate), begin_s) ||
	    !seconds_of(X509_get0_notAfter(certificate), end_s))
		rc = openssl_failed(err);
	X509_free(certificate);
	return rc;
}

int tls_certificate_is_for(
    const char *path, const char *host, bool *is_for, struct err *err)
{
	unsigned char address[16];
	X509 *certificate = NULL;
	int rc;

	if ((rc = leaf_read(&certificate, path, err)) < 0)
		return rc;
	*is_for = host_address(address, host) > 0
	              ? X509_check_ip_asc(certificate, host, 0) == 1
	              : X509_check_host(certificate, host, 0, 0, NULL) == 1;
	ERR_clear_error();
	X509_free(certificate);
	return 0;
}

/* ---- renewing --------------------------------------------------------- */

/* What new connections are given; empty: what CivetWeb read at the start. */
static pthread_mutex_t renewed_lock = PTHREAD_MUTEX_INITIALIZER;
static struct renewed {
	EVP_PKEY *key;
	X509 *leaf;
	STACK_OF(X509) * chain;
} renewed;

static void renewed_free(struct renewed *one)
{
	EVP_PKEY_free(one->key);
	X509_free(one->leaf);
	sk_X509_pop_free(one->chain, X509_free);
	*one = (struct renewed){NULL, NULL, NULL};
}

static int renewed_read_chain(
    struct renewed *out, const char *path, struct err *err)
{
	X509 *certificate;
	BIO *pem = NULL;
	int rc;

	if ((rc = pem_open(&pem, path, err)) < 0)
		return rc;
	out->chain = sk_X509_new_null();
	while (out->chain != NULL && (certificate = PEM_read_bio_X509(pem, NULL,
					  no_passphrase, NULL)) != NULL) {
		if (out->leaf == NULL) {
			out->leaf = certificate;
		} else if (sk_X509_push(out->chain, certificate) <= 0) {
			X509_free(certificate);
			rc = err_nomem(err);
			break;
		}
	}
	BIO_free(pem);
	if (rc == 0 && (out->chain == NULL || out->leaf == NULL))
		rc = openssl_failed(err);
	ERR_clear_error();
	return rc;
}

int tls_reload(const char *path, struct err *err)
{
	struct renewed now = {NULL, NULL, NULL}, before;
	int rc;

	if ((rc = key_read(&now.key, path, err)) < 0 ||
	    (rc = renewed_read_chain(&now, path, err)) < 0)
		goto out;
	if (X509_check_private_key(now.leaf, now.key) != 1) {
		ERR_clear_error();
		rc = err_set(err, E_INVALID,
		    L("%s : la clé n'est pas celle du certificat",
			"%s: the key is not the certificate's"),
		    path);
		goto out;
	}
	(void)pthread_mutex_lock(&renewed_lock);
	before = renewed;
	renewed = now;
	(void)pthread_mutex_unlock(&renewed_lock);
	now = before;
out:
	renewed_free(&now);
	return rc;
}

void tls_unload(void)
{
	(void)pthread_mutex_lock(&renewed_lock);
	renewed_free(&renewed);
	(void)pthread_mutex_unlock(&renewed_lock);
	tickets_forget();
}

/* OpenSSL asks, in each handshake, for the certificate to show. */
static int on_certificate(SSL *ssl, void *context)
{
	int ok = 1;

	(void)context;
	(void)pthread_mutex_lock(&renewed_lock);
	if (renewed.leaf != NULL)
		ok = SSL_use_cert_and_key(
		    ssl, renewed.leaf, renewed.key, renewed.chain, 1);
	(void)pthread_mutex_unlock(&renewed_lock);
	return ok;
}

/* ---- watching --------------------------------------------------------- */

/* Where OpenSSL keeps the watcher: numbers it gives once per process. */
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;
static int watch_of_context = -1;
static int watch_of_connection = -1;

static void on_free(void *ssl, void *data, CRYPTO_EX_DATA *all, int index,
    long number, void *pointer)
{
	const struct http_watcher *watcher = data;

	(void)ssl;
	(void)all;
	(void)index;
	(void)number;
	(void)pointer;
	if (watcher != NULL)
		watcher->end(watcher->context);
}

static void watch_prepare(void)
{
	watch_of_context = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	watch_of_connection =
	    SSL_get_ex_new_index(0, NULL, NULL, NULL, on_free);
}

/* A renegotiation or a new session key is another handshake of the same. */
static void on_state(const SSL *connection, int where, int value)
{
	/* OpenSSL's signature; the connection is ours to mark. */
	SSL *ssl = (SSL *)(uintptr_t)connection;
	struct http_watcher *watcher;

	(void)value;
	if ((where & SSL_CB_HANDSHAKE_START) == 0 ||
	    SSL_get_ex_data(ssl, watch_of_connection) != NULL)
		return;
	watcher = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), watch_of_context);
	if (watcher != NULL &&
	    SSL_set_ex_data(ssl, watch_of_connection, watcher) == 1)
		watcher->begin(watcher->context, SSL_get_fd(ssl));
}

int tls_watch(void *ssl_ctx, struct http_watcher *watcher, struct err *err)
{
	if (pthread_once(&watch_once, watch_prepare) != 0 ||
	    watch_of_context < 0 || watch_of_connection < 0 ||
	    SSL_CTX_set_ex_data(ssl_ctx, watch_of_context, watcher) != 1)
		return openssl_failed(err);
	SSL_CTX_set_info_callback(ssl_ctx, on_state);
	SSL_CTX_set_cert_cb(ssl_ctx, on_certificate, NULL);
	return tickets_use(ssl_ctx, err);
}
