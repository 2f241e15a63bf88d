#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "server/tickets.h"
#include "shared/crypto.h"
#include "shared/lang.h"
#include "shared/os.h"

#define NAME_LEN   16 /* as OpenSSL has it */
#define IV_LEN     16
#define SECRET_LEN 32
/* Of clients that take no tickets: sessions that OpenSSL keeps for them. */
#define KEPT_MAX 256

struct ticket_key {
	bool made;
	uint8_t name[NAME_LEN];
	uint8_t cipher[SECRET_LEN];
	uint8_t mac[SECRET_LEN];
	int64_t from_ms;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct ticket_key now_key, before_key; /* under the lock */
static int64_t (*clock_ms)(void) = os_monotonic_ms;

void tickets_clock(int64_t (*now_ms)(void))
{
	clock_ms = now_ms != NULL ? now_ms : os_monotonic_ms;
}

static void make(struct ticket_key *key, int64_t now_ms)
{
	crypto_random(key->name, sizeof(key->name));
	crypto_random(key->cipher, sizeof(key->cipher));
	crypto_random(key->mac, sizeof(key->mac));
	key->from_ms = now_ms;
	key->made = true;
}

/* Time has passed: a key is today's, the last one, or forgotten. */
static void turn(int64_t now_ms)
{
	int64_t age_ms = now_ms - now_key.from_ms;

	if (now_key.made && age_ms < TICKETS_LIFE_MS)
		return;
	if (now_key.made && age_ms < 2 * TICKETS_LIFE_MS)
		before_key = now_key;
	else
		crypto_wipe(&before_key, sizeof(before_key));
	make(&now_key, now_ms);
}

/* 1: by today's key; 2: by the last one, give a new ticket; 0: by none. */
static int find(struct ticket_key *out, const uint8_t *name)
{
	int found = 1;

	(void)pthread_mutex_lock(&lock);
	turn(clock_ms());
	*out = now_key;
	if (name != NULL && !crypto_same(now_key.name, name, NAME_LEN)) {
		*out = before_key;
		found = before_key.made &&
		                crypto_same(before_key.name, name, NAME_LEN)
		            ? 2
		            : 0;
	}
	(void)pthread_mutex_unlock(&lock);
	return found;
}

static bool set_mac(EVP_MAC_CTX *mac, const uint8_t key[SECRET_LEN])
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_construct_end(),
	};

	return EVP_MAC_init(mac, key, SECRET_LEN, params) == 1;
}

/* OpenSSL asks how to seal a new ticket, or to open one that came. */
static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv,
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int sealing)
{
	struct ticket_key key;
	int found = find(&key, sealing == 1 ? NULL : name);
	bool ok;

	(void)ssl;
	if (found == 0)
		return 0;
	if (sealing == 1) {
		memcpy(name, key.name, NAME_LEN);
		crypto_random(iv, IV_LEN);
	}
	ok = EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key.cipher, iv,
		 sealing) == 1 &&
	     set_mac(mac, key.mac);
	crypto_wipe(&key, sizeof(key));
	return ok ? found : -1;
}

int tickets_use(void *ssl_ctx, struct err *err)
{
	if (SSL_CTX_set_tlsext_ticket_key_evp_cb(ssl_ctx, on_ticket) != 1 ||
	    SSL_CTX_set_num_tickets(ssl_ctx, 1) != 1)
		return err_set(err, E_IO,
		    L("OpenSSL refuse les tickets de session",
			"OpenSSL refuses session tickets"));
	(void)SSL_CTX_sess_set_cache_size(ssl_ctx, KEPT_MAX);
	return 0;
}

void tickets_forget(void)
{
	(void)pthread_mutex_lock(&lock);
	crypto_wipe(&now_key, sizeof(now_key));
	crypto_wipe(&before_key, sizeof(before_key));
	(void)pthread_mutex_unlock(&lock);
}
