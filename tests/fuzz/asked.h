/*
 * What a request of the page gives to a command, read a second time and more
 * simply than agent/page_command.c and shared/opt.c do.
 */
#ifndef POINTEAU_TESTS_FUZZ_ASKED_H
#define POINTEAU_TESTS_FUZZ_ASKED_H

#include <stdbool.h>

#include "shared/json.h"
#include "shared/opt.h"

/* All borrowed. */
struct asked {
	const struct command *command;
	const char *args;      /* the member that is its argument, or "" */
	const char *as;        /* who unlocked the page, or "" */
	const char *directory; /* of the data */
	const json_t *params;
};

/* Not for a request to give; ended by NULL. */
extern const char *const asked_forbidden[];
bool asked_is_forbidden(const char *name);

/* The member that is an argument of this command, or "". */
const char *asked_args_of(const struct command *command);

/* Is every member one that the command takes, and nothing missing? */
bool asked_would_run(const struct asked *asked);

/* It runs: the call holds what was given, exactly, and nothing else. Appends
 * the values given to ${values}. */
void asked_check_call(
    const struct asked *asked, const struct call *call, struct buf *values);

#endif
