#include <stdlib.h>
#include <string.h>

#include "tests/lib/scarce.h"

static struct {
	size_t at; /* 0: plenty */
	size_t calls;
	bool always;
	bool failed;
} scarce;

void scarce_start(size_t at, bool always)
{
	scarce.at = at;
	scarce.calls = 0;
	scarce.always = always;
	scarce.failed = false;
}

bool scarce_stop(void)
{
	scarce.at = 0;
	return scarce.failed;
}

size_t scarce_calls(void)
{
	return scarce.calls;
}

static bool fails(void)
{
	if (scarce.at == 0 || ++scarce.calls < scarce.at ||
	    (scarce.calls > scarce.at && !scarce.always))
		return false;
	scarce.failed = true;
	return true;
}

/* The linker's names for what is redirected and what was meant. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_reallocarray(void *block, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_reallocarray(void *block, size_t count, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t max);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
	return fails() ? NULL : __real_realloc(block, size);
}

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(block, count, size);
}

char *__wrap_strndup(const char *text, size_t max)
{
	size_t len = strnlen(text, max);
	char *copy = fails() ? NULL : __real_malloc(len + 1);

	if (copy != NULL) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

char *__wrap_strdup(const char *text)
{
	return __wrap_strndup(text, strlen(text));
}
