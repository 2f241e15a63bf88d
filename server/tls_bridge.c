/*
 * Why this file: Debian 12's libcivetweb 1.15 was built for OpenSSL 1.1. At
 * run time it opens "libssl.so" and "libcrypto.so", names that only the
 * development package installs, and looks up SSL_get_peer_certificate, which
 * OpenSSL 3 no longer exports (it is a macro for SSL_get1_peer_certificate).
 * Unaided it starts, completes the first handshake, then calls NULL.
 *
 * So the program is linked to libssl and libcrypto itself (-lssl -lcrypto),
 * exports the missing function, and answers those two dlopen calls with its
 * own handle, through which dlsym finds everything. Both symbols must be
 * visible to the library: link this object into the executable, not an
 * archive, with -rdynamic. http_start fails clearly when it is missing.
 *
 * When CivetWeb is built for OpenSSL 3, delete this file.
 */
#include <dlfcn.h>
#include <string.h>

#include <openssl/ssl.h>

#undef SSL_get_peer_certificate

X509 *SSL_get_peer_certificate(const SSL *ssl);
X509 *SSL_get_peer_certificate(const SSL *ssl)
{
	return SSL_get1_peer_certificate(ssl);
}

void *dlopen(const char *name, int flags)
{
	void *(*next)(const char *, int);
	void *symbol = dlsym(RTLD_NEXT, "dlopen");

	if (symbol == NULL)
		return NULL;
	/* ISO C has no cast from an object to a function pointer. */
	memcpy(&next, &symbol, sizeof(next));
	if (name != NULL && (strcmp(name, "libssl.so") == 0 ||
				strcmp(name, "libcrypto.so") == 0))
		name = NULL;
	return next(name, flags);
}
