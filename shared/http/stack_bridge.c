/*
 * Why this file: CivetWeb gives each of its threads a stack of 102,400 bytes
 * and has no option for it. Our handlers verify, inflate, fold and run SQL
 * on that thread, and sanitizers need more still. So the program answers
 * pthread_attr_setstacksize itself and never grants less than STACK_MIN.
 * Like tls_bridge.c it must be an object of the executable, with -rdynamic.
 * Memory is not spent: untouched stack pages are never mapped.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#define STACK_MIN ((size_t)1024 * 1024)

int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t size)
{
	int (*next)(pthread_attr_t *, size_t);
	void *symbol = dlsym(RTLD_NEXT, "pthread_attr_setstacksize");

	if (symbol == NULL)
		return ENOSYS;
	/* ISO C has no cast from an object to a function pointer. */
	memcpy(&next, &symbol, sizeof(next));
	return next(attributes, size < STACK_MIN ? STACK_MIN : size);
}
