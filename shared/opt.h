/*
 * Command lines. A program is a table of commands; a command is a row with
 * its words, its options, its help in both languages and its function. Help,
 * completion and dispatch read the same table. Options may follow arguments;
 * "--name value" and "--name=value" are the same; "--" ends them.
 */
#ifndef POINTEAU_SHARED_OPT_H
#define POINTEAU_SHARED_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"

#define OPT_VALUES_MAX 24 /* options in one call */
#define OPT_ARGS_MAX   8

enum opt_flag {
	OPT_FLAG = 1, /* takes no value */
	OPT_REQUIRED = 2,
	OPT_REPEAT = 4, /* may be given again; opt_value gives the first */
};

struct opt {
	const char *name; /* "worker" for --worker */
	unsigned flags;
	const char *placeholder; /* "W" in the help; NULL for flags */
	const char *fr;
	const char *en;
};

struct call; /* a parsed command line */

struct command {
	const char *words; /* "hours add" */
	const char *args;  /* "FILE.csv", "" when none, "[DIR]" optional */
	const struct opt *options; /* ended by a NULL name; may be NULL */
	const char *fr; /* one line of help; NULL: a command for our tools,
	                   that help and completion keep to themselves */
	const char *en;
	int (*run)(struct call *call, struct err *err);
	unsigned flags; /* the program's own */
};

/* What a command receives. */
struct call {
	const struct command *command;
	const char *args[OPT_ARGS_MAX]; /* positional, borrowed from argv */
	size_t arg_count;
	const struct opt *given[OPT_VALUES_MAX];
	const char *values[OPT_VALUES_MAX];
	size_t given_count;
	struct buf *out;  /* what goes to standard output */
	struct buf *note; /* what goes to standard error: for people */
	void *program;    /* the program's own state */
};

/* Options every command of both programs has: --data DIR, --config FILE,
 * --set NAME=VALUE, --json, --quiet, --progress HOW, --no-input, --yes,
 * --help. Ended by a NULL name. */
extern const struct opt opt_common[];

/* Is the command for our tools alone? */
bool opt_is_hidden(const struct command *command);

/*
 * Find the command (the longest match of leading words) and parse the rest.
 * ${argv} is main's, the program's name first; ${call}'s counts are 0.
 * E_USAGE says what is wrong, with the nearest name for a word or option
 * that does not exist ("--workr : vouliez-vous dire --worker ?"), a missing
 * required option, too many or too few arguments, text that is no UTF-8.
 * With --help nothing need be complete: call->command is the one it is
 * about, NULL for the program's own.
 */
int opt_parse(struct call *call, const struct command *commands,
    size_t command_count, int argc, char *const *argv, struct err *err);

/* The value of an option, or NULL when it was not given ("" for flags). */
const char *opt_value(const struct call *call, const char *name);
bool opt_given(const struct call *call, const char *name);

/* Append the program's help: every command, one line each. */
void opt_help(struct buf *out, const char *program,
    const struct command *commands, size_t count);
/* Append one command's help. */
void opt_help_command(
    struct buf *out, const char *program, const struct command *command);

/* Append a completion script for "bash", "zsh" or "fish"; E_USAGE. */
int opt_completion(struct buf *out, const char *shell, const char *program,
    const struct command *commands, size_t count, struct err *err);

#endif
