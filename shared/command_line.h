/*
 * From the members of a request to a command line, as main reads one: what a
 * page's API has in common on the laptop and at the office.
 *
 *	{"worker":"W1","day":"2026-11-23","void":true,"crews":["A","B"]}
 *	--worker=W1 --day=2026-11-23 --void --crews=A,B
 *
 * A member is always one word, so that no value of its is an option; arguments
 * come after "--".
 */
#ifndef POINTEAU_SHARED_COMMAND_LINE_H
#define POINTEAU_SHARED_COMMAND_LINE_H

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/opt.h"

#define COMMAND_LINE_MAX 64 /* words */

/* The words are owned; wiped and freed by command_line_clear. */
struct command_line {
	char *words[COMMAND_LINE_MAX + 1];
	int count;
};

/* What is asked. */
struct command_asked {
	const char *program; /* argv[0] */
	const struct command *command;
	const char *const *fixed; /* words put before all members, until NULL */
	const char *args;         /* members that are arguments, in order */
	const char *reserved;     /* options that no member may give ("as out"),
	                             beside opt_common */
	const json_t *params;
};

/* Make the line; E_USAGE names the member that is wrong. Clear it either
 * way. */
int command_line_make(struct command_line *out,
    const struct command_asked *asked, struct err *err);
void command_line_clear(struct command_line *line);

/* The command with exactly these words, or NULL. */
const struct command *command_find(
    const struct command *commands, size_t count, const char *words);

/* Add the lines of ${note}, if any, as the member "notes" of the object that
 * ${out} holds. */
int command_add_notes(struct buf *out, const struct buf *note, struct err *err);

#endif
