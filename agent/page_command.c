/* The page's commands: from the members of a request to main's own call. */
#include <string.h>

#include "agent/page_parts.h"
#include "shared/command_line.h"
#include "shared/lang.h"

const struct command *page_find_command(
    const struct page *page, const char *words)
{
	return command_find(
	    page->program->commands, page->program->count, words);
}

static bool has_option(const struct command *command, const char *name)
{
	const struct opt *option = command->options;

	for (; option != NULL && option->name != NULL; option++) {
		if (strcmp(option->name, name) == 0)
			return true;
	}
	return false;
}

/* The words put before the members: where, how and as whom. */
static int make(struct command_line *line, const struct page *page,
    const struct command *command, const char *args, const json_t *params,
    const char *as, struct err *err)
{
	struct buf data = BUF_INIT, who = BUF_INIT;
	const char *fixed[5] = {0};
	const struct command_asked asked = {
	    CMD_PROGRAM, command, fixed, args, "as dry-run", params};
	int rc;

	buf_printf(&data, "--data=%s", page->directory);
	buf_printf(&who, "--as=%s", as);
	fixed[0] = buf_text(&data);
	fixed[1] = "--json";
	fixed[2] = "--no-input";
	if (as[0] != '\0' && has_option(command, "as"))
		fixed[3] = buf_text(&who);
	if ((rc = buf_check(&data, err)) == 0 &&
	    (rc = buf_check(&who, err)) == 0)
		rc = command_line_make(line, &asked, err);
	buf_free(&data);
	buf_free(&who);
	return rc;
}

int page_command(const struct page *page, struct resident *resident,
    const char *words, const char *args, const json_t *params, const char *as,
    struct buf *out, struct buf *note, struct err *err)
{
	const struct command *command = page_find_command(page, words);
	struct program program = *page->program;
	struct call call = {.out = out, .note = note, .program = &program};
	struct command_line line = {.count = 0};
	int rc;

	program.resident = resident;
	if (command == NULL)
		return err_set(err, E_NOT_FOUND,
		    L("commande « %s » inconnue", "unknown command \"%s\""),
		    words);
	if ((rc = make(&line, page, command, args, params, as, err)) == 0 &&
	    (rc = opt_parse(&call, program.commands, program.count, line.count,
		 line.words, err)) == 0)
		rc = call.command->run(&call, err);
	if (rc == 0)
		rc = buf_check(out, err);
	command_line_clear(&line);
	if (resident != NULL)
		resident_rest(resident, rc);
	return rc;
}

int page_add_notes(struct buf *out, const struct buf *note, struct err *err)
{
	return command_add_notes(out, note, err);
}
