#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/past_kit.h"

#define NS_PER_S 1000000000

_Noreturn void kit_die(const char *format, ...)
{
	va_list args;

	(void)fputs("bench: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(1);
}

void kit_check(int rc, const struct err *err)
{
	if (rc != 0)
		kit_die("%s", err->text);
}

void *kit_alloc(size_t count, size_t size)
{
	void *out = calloc(count, size);

	if (out == NULL)
		kit_die("no memory");
	return out;
}

const char *kit_text(
    char **argv, const char *name, size_t nth, const char *otherwise)
{
	for (char **at = argv + 1; at[0] != NULL && at[1] != NULL; at += 2) {
		if (strncmp(at[0], "--", 2) != 0)
			kit_die("%s: an option was expected", at[0]);
		if (strcmp(at[0] + 2, name) == 0 && nth-- == 0)
			return at[1];
	}
	return otherwise;
}

int64_t kit_number(char **argv, const char *name, int64_t otherwise)
{
	const char *text = kit_text(argv, name, 0, NULL);
	char *end;
	int64_t number;

	if (text == NULL)
		return otherwise;
	number = strtoll(text, &end, 10);
	if (*end != '\0' || end == text)
		kit_die("--%s %s: a number was expected", name, text);
	return number;
}

int64_t kit_cpu_ns(void)
{
	struct timespec now;

	/* Not shared/os.h's affair: no program of ours asks for it. */
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
		kit_die("no clock of the processor");
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t kit_wall_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		kit_die("no clock");
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}
