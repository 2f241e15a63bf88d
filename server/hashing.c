#include <pthread.h>

#include <openssl/evp.h>

#include "server/hashing.h"
#include "shared/crypto.h"
#include "shared/lang.h"

/* Found once: looking it up costs as much as hashing an entry. */
static EVP_MD *sha256;

/* A context of each thread's own: making one costs as much again. It goes
 * with its thread. */
static pthread_key_t context_key;

static void context_free(void *context)
{
	EVP_MD_CTX_free(context);
}

static EVP_MD_CTX *own_context(void)
{
	EVP_MD_CTX *context = pthread_getspecific(context_key);

	if (context != NULL || (context = EVP_MD_CTX_new()) == NULL)
		return context;
	if (pthread_setspecific(context_key, context) != 0) {
		EVP_MD_CTX_free(context);
		return NULL;
	}
	return context;
}

static bool hash(uint8_t out[HASH_LEN], const void *data, size_t len)
{
	EVP_MD_CTX *context = own_context();

	return context != NULL &&
	       EVP_DigestInit_ex(context, sha256, NULL) == 1 &&
	       EVP_DigestUpdate(context, data, len) == 1 &&
	       EVP_DigestFinal_ex(context, out, NULL) == 1;
}

int hashing_start(struct err *err)
{
	if (sha256 != NULL)
		return 0;
	if (pthread_key_create(&context_key, context_free) != 0)
		return err_nomem(err);
	if ((sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL)) == NULL) {
		(void)pthread_key_delete(context_key);
		return err_set(err, E_IO,
		    L("OpenSSL ne donne pas SHA-256",
			"OpenSSL gives no SHA-256"));
	}
	hash_by(hash);
	return 0;
}

void hashing_stop(void)
{
	if (sha256 == NULL)
		return;
	hash_by(NULL);
	EVP_MD_CTX_free(pthread_getspecific(context_key));
	(void)pthread_setspecific(context_key, NULL);
	(void)pthread_key_delete(context_key);
	EVP_MD_free(sha256);
	sha256 = NULL;
}
