#include <string.h>

#include "agent/cmd.h"
#include "shared/lang.h"

int cmd_completion(struct call *call, struct err *err)
{
	const struct program *program = call->program;

	return opt_completion(call->out, call->args[0], CMD_PROGRAM,
	    program->commands, program->count, err);
}

static int no_such_command(const char *words, struct err *err)
{
	struct buf shown = BUF_INIT;

	text_quote(&shown, words);
	(void)err_set(err, E_USAGE,
	    L("commande « %s » inconnue : « pointeau help » montre lesquelles "
	      "existent",
		"unknown command \"%s\": \"pointeau help\" shows which exist"),
	    buf_text(&shown));
	buf_free(&shown);
	return E_USAGE;
}

int cmd_help(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	const struct command *command = NULL;
	struct buf words = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < call->arg_count; i++)
		buf_printf(&words, "%s%s", i > 0 ? " " : "", call->args[i]);
	for (size_t i = 0; i < program->count; i++) {
		if (strcmp(program->commands[i].words, buf_text(&words)) == 0)
			command = &program->commands[i];
	}
	if (words.len == 0)
		opt_help(
		    call->out, CMD_PROGRAM, program->commands, program->count);
	else if (command != NULL)
		opt_help_command(call->out, CMD_PROGRAM, command);
	else
		rc = no_such_command(buf_text(&words), err);
	buf_free(&words);
	return rc < 0 ? rc : buf_check(call->out, err);
}
